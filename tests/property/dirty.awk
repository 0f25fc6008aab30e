# dirty.awk - a table for conf/intake.ini in which every so many rows have something wrong.
#
#     awk -v seed=1 -v rows=700 -v id=zq_c [-v plain=1] [-v run=400] -f dirty.awk
#
# The same numbers give the same bytes on every machine. With plain=1 each record is one line and no
# session stands twice, so that rows can be moved about. With run=400 so many rows in a row are one
# respondent's, and every fourth has a session that may have stood up to 300 rows before.

function draw(n) { # 0 .. n-1
    seed = seed * 16807 % 2147483647
    return int(seed / 64) % n
}

function answer(low, high) {
    if (draw(25) == 0) return ""
    if (draw(150) == 0) return wrong[draw(wrongs)]
    return low + draw(high - low + 1)
}

function answers(count, low, high, line) {
    while (count-- > 0) line = line "," answer(low, high)
    return line
}

function note(kind) {
    kind = draw(plain ? 4 : 8)
    if (kind == 0) return ""
    if (kind == 1) return "\"zq_late, tired\""
    if (kind == 2) return "\"zq_said \"\"no\"\", twice\""
    if (kind == 4) return "\"zq_first\nzq_second, line\""
    if (kind == 5) return "\"\n\n\r\n\"\"\n\""
    return "zq_Grüße"
}

# What begins as a formula does, each so many rows.
function day(row) {
    if (row % 29 == 3) return "=1+1"
    if (row % 31 == 4) return "-5"
    if (row % 37 == 5) return "\"@zq_a, b\""
    return "2025-01-0" row % 5 + 1
}

function session(row, here) {
    here = row % (run ? run : 5) + 1
    return run && draw(4) == 0 ? here - draw(here < 300 ? here : 300) : here
}

function spoilt(line, kind) {
    kind = draw(plain ? 7 : 10)
    if (kind == 0) return line ",1"
    if (kind == 1) return substr(line, 1, 40)
    if (kind == 2) return line "\001"
    if (kind == 3) return "\377" line
    if (kind == 4) return line ",\"x\"y"
    if (kind == 5) return line "\300\257"
    if (kind == 6) return ",,," line
    if (kind == 7) return line "\n" line
    if (kind == 8) return "\n\r\n" line "\r"
    return "5\"" line
}

BEGIN {
    wrongs = split("99|x|2.5|-1|1e400|0x1|\" 3 \"|\"2\"|3,0|NA|nan|1.0", wrong, "|")
    wrong[0] = "١"
    seed = seed * 7919 + 1
    printf "client_id,session,date,licence"
    for (i = 1; i <= 12; i++) printf ",al%d", i
    for (i = 1; i <= 15; i++) printf ",bc%d", i
    for (i = 1; i <= 6; i++) printf ",cf%d", i
    print ",note"
    for (row = 0; row < rows; row++) {
        line = id int(row / (run ? run : 5)) "," session(row) "," day(row) ","
        line = line (draw(4) ? "us_oh_4757" : "") answers(12, 1, 7) answers(15, 0, 2) answers(6, 0, 10)
        line = line "," note()
        print draw(20) ? line : spoilt(line)
    }
}
