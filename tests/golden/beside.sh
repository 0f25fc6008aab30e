#!/bin/sh
# beside.sh RAPPORT - what a run says, and what it leaves beside the report.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
golden=$tests/golden instruments=$tests/../instruments plugins=$(dirname "$rapport")/plugins

# score STATUS PIPELINE [OPTION...] - into report.csv; what was said is in said, and tells of nobody.
score() {
    status=$1 pipeline=$2
    shift 2
    rm -rf "$scratch"/report*
    ends "$status" "$rapport" run "$pipeline" --output "$scratch/report.csv" "$@" 2>"$scratch/said" ||
        { cat "$scratch/said" && return 1; }
    set -- "$scratch/said"
    for beside in "$scratch/report.rejects.csv" "$scratch/report.provenance.json"; do
        [ ! -f "$beside" ] || set -- "$@" "$beside"
    done
    silent "$@"
}

# says TEXT... - each is a line of what was said.
says() {
    for line; do
        grep -qxF "$line" "$scratch/said" || { echo "not said: $line" && cat "$scratch/said" && return 1; }
    done
}

# ---- hashes -------------------------------------------------------------------------------------

# vouches FILE [NAME] - the provenance has the file by its last name, and its SHA-256 right behind.
vouches() {
    digest=$(sha256sum "$1" | cut -c 1-64)
    grep -A 1 -F "\"file\": \"${2-$(basename "$1")}\"" "$scratch/report.provenance.json" |
        grep -qF "\"sha256\": \"$digest\"" || { echo "not the hash of $1: $digest" && return 1; }
}

all_vouched() {
    score 3 "$tests/../conf/intake.ini" && vouches "$tests/../conf/intake.ini" &&
        vouches "$instruments/sample/sessions.csv" && vouches "$scratch/report.csv" &&
        vouches "$scratch/report.rejects.csv" || return 1
    for part in alliance boundary factors; do
        vouches "$instruments/$part/$part.ini" && vouches "$plugins/$part.so" || return 1
    done
    vouches "$plugins/mean.so" && [ "$(grep -c '"sha256"' "$scratch/report.provenance.json")" -eq 12 ]
}

# The same table in many chunks, through a pipe, and with a byte more.
table_vouched() {
    table=$scratch/table.csv
    cp "$golden/stages/input.csv" "$table"
    score 3 "$golden/stages/run.ini" --input "$table" --set run.chunk_records=1 --workers 2 &&
        vouches "$table" || return 1
    score 3 "$golden/stages/run.ini" --input - <"$table" && vouches "$table" - || return 1
    echo >>"$table"
    score 3 "$golden/stages/run.ini" --input "$table" && vouches "$table"
}

limits_told() {
    score 3 "$golden/stages/run.ini" --input "$golden/stages/input.csv" --set limits.record=5000 \
        --set limits.columns=4096 &&
        grep -A 2 -F '"limits": {' "$scratch/report.provenance.json" >"$scratch/limits" &&
        printf '  "limits": {\n    "record": 5000\n  },\n' | same - "$scratch/limits"
}

promise 'the provenance vouches for the table, every INI file, every plugin, report and rejects' \
    all_vouched
promise 'for the table as it was read, in chunks or through a pipe, to the last byte' table_vouched
promise 'and tells which limits are not as shipped' limits_told

# ---- how much is said ---------------------------------------------------------------------------

# Of each code twenty are said, and how many more there are.
many_rows() {
    table=$scratch/many.csv
    awk 'BEGIN { print "id,q1,q2,own"
        for (i = 1; i <= 25; i++) print "zq_" i ",9,1,1"
        for (i = 1; i <= 20; i++) print "zq_" i ",x,1,1"
        for (i = 1; i <= 21; i++) print "zq_" i ",1.5,1,1" }' >"$table"
    for cut in 0 1 7; do
        score 3 "$golden/stages/run.ini" --input "$table" --set run.chunk_records=$cut &&
            [ "$(grep -c 'q1 is above its maximum' "$scratch/said")" -eq 20 ] &&
            [ "$(grep -c 'q1 is not a number' "$scratch/said")" -eq 20 ] &&
            [ "$(grep -c 'q1 is not a whole number' "$scratch/said")" -eq 20 ] &&
            says "$table: and 5 more [cell-range]" "$table: and 1 more [cell-fraction]" &&
            [ "$(grep -c ' more \[' "$scratch/said")" -eq 2 ] &&
            [ "$(wc -l <"$scratch/report.rejects.csv")" -eq 67 ] || return 1
    done
}

promise 'says twenty rows of each code and how many more there are; lists them all' many_rows

# ---- formulas -----------------------------------------------------------------------------------

# Every cell that is kept is as it stands in the table, which has quotes where the report has.
formulas_kept() {
    score 0 "$golden/formulas/run.ini" --input "$golden/formulas/input.csv" \
        --set report.formulas=keep &&
        sed '1s/m1,m2/mood_total,rapport_status,rapport_notes/; s/,1,2$/,3.00,ok,/' \
            "$golden/formulas/input.csv" | same - "$scratch/report.csv" &&
        grep -qxF '  "formulas": "keep",' "$scratch/report.provenance.json"
}
formulas_told() {
    score 0 "$golden/formulas/run.ini" --input "$golden/formulas/input.csv" &&
        grep -qxF '  "formulas": "neutralise",' "$scratch/report.provenance.json"
}

promise 'prints formulas as they are where formulas = keep' formulas_kept
promise 'the provenance tells that they are not kept' formulas_told

# ---- what is said of columns --------------------------------------------------------------------

# A first line without any name that is wanted may be a record: nothing of it is said.
no_hints() {
    printf 'idd,9,1,zq_note\nzq_a,1,2,x\n' >"$scratch/bare.csv"
    score 4 "$golden/dialects/run.ini" --input "$scratch/bare.csv" &&
        ! grep -E 'idd|zq_|did you mean' "$scratch/said" || return 1
    printf 'idd,m1,m2,note\nzq_a,1,2,x\n' >"$scratch/header.csv"
    score 4 "$golden/dialects/run.ini" --input "$scratch/header.csv" &&
        grep -qF "did you mean 'idd'?" "$scratch/said"
}

# All ratings misspelt: the columns are there, blank, and it is said why.
blank_said() {
    sed '1s/cf1,cf2/kf1,kf2/' "$golden/relation_factor/input.csv" >"$scratch/misspelt.csv"
    score 0 "$golden/relation_factor/run.ini" --input "$scratch/misspelt.csv" &&
        says 'factors: the table has none of the columns of client_rating, so client is blank in every row' ||
        return 1
    score 0 "$golden/other_ratings/run.ini" --input "$golden/other_ratings/input.csv" &&
        ! grep 'none of the columns' "$scratch/said"
}

promise 'names no column of a table that may have no header' no_hints
promise 'says which input is blank for want of its columns' blank_said

# ---- what to do ---------------------------------------------------------------------------------

cures() {
    score 5 "$golden/stages/run.ini" --input "$scratch/none.csv" &&
        says "$scratch/none.csv: cannot be read: No such file or directory; check the path and who may read it [input-file]" &&
        ends 8 "$rapport" run "$golden/stages/run.ini" --input "$golden/stages/input.csv" \
            --output /proc/rapport.csv 2>"$scratch/said" &&
        says '/proc/rapport.csv: cannot be written: No such file or directory; check the path, or name another file; an older file is untouched [output-write]'
}

promise 'says what to do where a file cannot be read or written' cures
[ "$broken" -eq 0 ]
