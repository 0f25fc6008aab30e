# job_sql.awk - the job as SQL for DuckDB, as fast as we know how to write it.
#
#     awk -f job_sql.awk threads=2 table=TABLE report=REPORT [OPTION=1]... > job.sql
#
# Columns are declared, so that DuckDB need not guess them; answers are TINYINT; sums and
# counts are computed once each, in whole numbers; what is printed is a DECIMAL.
#
# narrow=1  the table has the first questionnaire only, and so has the report
# extra=N   the table has columns x1..xN, which nobody asks for
# note=1    the table ends in a quoted note; crlf=1: its lines end in CR LF

BEGIN {
    for (i = 1; i < ARGC; i++) {
        split(ARGV[i], pair, "=")
        given[pair[1]] = substr(ARGV[i], index(ARGV[i], "=") + 1)
    }
    split("1 1 2 1 3 2 1 2 1 3", weight, " ")

    print "SET threads=" given["threads"] ";"
    print "COPY ("
    print "WITH answers AS (SELECT client_id, session, date,"
    print "    " sum("a", 1, 4) " AS s1, " count("a", 1, 4) " AS n1,"
    print "    " sum("a", 5, 8) " AS s2, " count("a", 5, 8) " AS n2,"
    printf "    " sum("a", 9, 12) " AS s3, " count("a", 9, 12) " AS n3"
    if (!given["narrow"]) {
        print ","
        print "    " weighted("coalesce(b#, 0)") " AS bs, " weighted("(b# IS NOT NULL)::TINYINT") " AS bw,"
        print "    " count("b", 1, 10) " AS bn, " joined("coalesce(b# = 2, false)::TINYINT", 1, 10) " AS flags,"
        printf "    " both(1) " AS client, " both(3) " AS own, " both(5) " AS modality, " both(7) " AS expectancy"
    }
    print "\n  FROM read_csv('" given["table"] "', " options() ")),"
    print "raw AS (SELECT *,"
    print "    CASE WHEN n1 >= 3 THEN s1::DOUBLE / n1 END AS goal,"
    print "    CASE WHEN n2 >= 3 THEN s2::DOUBLE / n2 END AS task,"
    print "    CASE WHEN n3 >= 3 THEN s3::DOUBLE / n3 END AS bond,"
    printf "    CASE WHEN n1 + n2 + n3 >= 9 THEN (s1 + s2 + s3)::DOUBLE / (n1 + n2 + n3) * 12 END AS total"
    if (!given["narrow"])
        printf ",\n    CASE WHEN bn >= 8 THEN bs::DOUBLE * 17 / bw END AS score"
    print "\n  FROM answers)"
    if (!given["narrow"]) {
        print ", related AS (SELECT *, (own + (total / 12 - 1) * 2.5) / 2 AS relationship FROM raw),"
        print "scored AS (SELECT *, 0.40::DOUBLE * client + 0.30::DOUBLE * relationship" \
            " + 0.15::DOUBLE * modality + 0.15::DOUBLE * expectancy AS composite FROM related)"
    }
    print "SELECT client_id, session, date, " shown("goal", "al_goal", 2) ", " shown("task", "al_task", 2) ","
    print "    " shown("bond", "al_bond", 2) ", " shown("total", "al_total", 2) ","
    printf "    " band("total", 36, 48, "low", "moderate", "high") " AS al_band"
    if (!given["narrow"]) {
        print ","
        print "    " shown("score", "bd_score", 2) ", flags AS bd_flags,"
        print "    " band("score", 12, 20, "clear", "watch", "blurred") " AS bd_band,"
        print "    " shown("client", "cf_client", 2) ", " shown("relationship", "cf_relationship", 2) ","
        print "    " shown("modality", "cf_modality", 2) ", " shown("expectancy", "cf_expectancy", 2) ","
        print "    " shown("composite", "cf_composite", 3) ","
        printf "    " band("composite", 4, 6, "low", "mid", "high") " AS cf_band"
    }
    print "\n  FROM " (given["narrow"] ? "raw" : "scored") ") TO '" given["report"] "' (FORMAT csv, HEADER);"
}

# "term + term + ...", where # in `term` is the item's number.
function joined(term, first, last,    i, one, all) {
    for (i = first; i <= last; i++) {
        one = term
        gsub(/#/, i, one)
        all = all (i > first ? " + " : "") one
    }
    return all
}

function keyed(name) { return name == "a3" || name == "a9" ? "(6 - " name ")" : name }

function sum(letter, first, last,    i, all) {
    for (i = first; i <= last; i++)
        all = all (i > first ? " + " : "") "coalesce(" keyed(letter i) ", 0)"
    return all
}

function count(letter, first, last) {
    return joined("(" letter "# IS NOT NULL)::TINYINT", first, last)
}

function weighted(term,    i, all) {
    for (i = 1; i <= 10; i++)
        all = all (i > 1 ? " + " : "") joined(term, i, i) (weight[i] > 1 ? " * " weight[i] : "")
    return all
}

# The mean of two items, or of the one that is answered.
function both(i,    one, other) {
    one = "f" i
    other = "f" (i + 1)
    return "(coalesce(" one ", " other ") + coalesce(" other ", " one ")) * 0.5::DOUBLE"
}

function shown(score, name, decimals) {
    return "(" score ")::DECIMAL(8," decimals ") AS " name
}

function band(score, low, high, first, second, third) {
    return "CASE WHEN " score " < " low " THEN '" first "' WHEN " score " < " high " THEN '" second \
        "' WHEN " score " IS NOT NULL THEN '" third "' END"
}

function declared(letter, items,    i, all) {
    for (i = 1; i <= items; i++)
        all = all ", '" letter i "': 'TINYINT'"
    return all
}

function options(    all) {
    all = "'client_id': 'VARCHAR', 'session': 'SMALLINT', 'date': 'VARCHAR'" declared("a", 12)
    if (!given["narrow"])
        all = all declared("b", 10) declared("f", 8) declared("x", given["extra"] + 0)
    if (given["note"])
        all = all ", 'note': 'VARCHAR'"
    all = "columns = {" all "}, auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"'"
    if (!given["note"])
        all = all ", new_line = '" (given["crlf"] ? "\\r\\n" : "\\n") "'"
    return all
}
