# job.awk - the job in awk: mawk -f job.awk TABLE > REPORT. Plain cells, no quotes. "" is missing.

# The mean of four where three are answered; adds them to T, their number to TN.
function mean4(a, b, c, d,    n, s) {
    if (a != "") { n++; s += a }
    if (b != "") { n++; s += b }
    if (c != "") { n++; s += c }
    if (d != "") { n++; s += d }
    T += s
    TN += n
    return n >= 3 ? s / n : ""
}

function mean2(a, b) { return a != "" ? (b != "" ? (a + b) / 2 : a + 0) : (b != "" ? b + 0 : "") }

function f2(x) { return x == "" ? "" : sprintf("%.2f", x) }

BEGIN {
    FS = ","
    split("1 1 2 1 3 2 1 2 1 3", W, " ")
    print "client_id,session,date,al_goal,al_task,al_bond,al_total,al_band," \
        "bd_score,bd_flags,bd_band," \
        "cf_client,cf_relationship,cf_modality,cf_expectancy,cf_composite,cf_band"
}

NR > 1 {
    T = TN = 0
    a3 = $6
    a9 = $12
    if (a3 != "") a3 = 6 - a3
    if (a9 != "") a9 = 6 - a9
    goal = mean4($4, $5, a3, $7)
    task = mean4($8, $9, $10, $11)
    bond = mean4(a9, $13, $14, $15)
    total = TN >= 9 ? T / TN * 12 : ""
    al_band = total == "" ? "" : (total < 36 ? "low" : (total < 48 ? "moderate" : "high"))

    s = w = n = flags = 0
    for (i = 1; i <= 10; i++) {
        v = $(15 + i)
        if (v != "") { n++; s += v * W[i]; w += W[i]; if (v == 2) flags++ }
    }
    score = n >= 8 ? s * 17 / w : ""
    bd_band = score == "" ? "" : (score < 12 ? "clear" : (score < 20 ? "watch" : "blurred"))

    client = mean2($26, $27)
    own = mean2($28, $29)
    modality = mean2($30, $31)
    expectancy = mean2($32, $33)
    rel = own == "" || total == "" ? "" : (own + (total / 12 - 1) * 2.5) / 2
    all = client != "" && rel != "" && modality != "" && expectancy != ""
    cf = all ? 0.4 * client + 0.3 * rel + 0.15 * modality + 0.15 * expectancy : ""
    cf_band = cf == "" ? "" : (cf < 4 ? "low" : (cf < 6 ? "mid" : "high"))

    print $1 "," $2 "," $3 "," f2(goal) "," f2(task) "," f2(bond) "," f2(total) "," al_band "," \
        f2(score) "," flags "," bd_band "," f2(client) "," f2(rel) "," f2(modality) "," \
        f2(expectancy) "," (cf == "" ? "" : sprintf("%.3f", cf)) "," cf_band
}
