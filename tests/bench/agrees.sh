#!/bin/sh
# agrees.sh RAPPORT GEN COMPARE - the benchmark's job gives the scores that an independent
# computation gives, cell by cell, and the same report however the same answers are written.
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/run.sh
. "$here/../run.sh"
gen=$(realpath "$2") compare=$(realpath "$3") rows=2000

made() { # VARIANT [EXTRA] - a table, VARIANT.csv
    "$gen" $rows 1 "$@" >"$scratch/$1.csv"
}

report() { # PIPELINE VARIANT - VARIANT_report.csv
    "$rapport" run "$here/$1.ini" --input "$scratch/$2.csv" --output "$scratch/$2_report.csv" --quiet
}

made base && report job base
awk -f "$here/peers/job.awk" "$scratch/base.csv" >"$scratch/expected.csv"
promise "every cell of the job's report is what awk computes" \
    "$compare" "$here/job.columns" "$scratch/expected.csv" "$scratch/base_report.csv"

spoilt() { # COLUMN - the report with another value in it in the last row is not taken for right
    awk -F , -v OFS=, -v name="$1" -v last=$((rows + 1)) '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i }
        NR == last { $at = ($at == "") ? "1.00" : "" }
        { print }' "$scratch/base_report.csv" >"$scratch/spoilt.csv"
    ends 1 "$compare" "$here/job.columns" "$scratch/expected.csv" "$scratch/spoilt.csv"
}
short() { # nor is a report without it
    sed '$d' "$scratch/base_report.csv" >"$scratch/short.csv"
    ends 1 "$compare" "$here/job.columns" "$scratch/expected.csv" "$scratch/short.csv"
}
promise "one wrong score would be noticed" spoilt cf_composite
promise "one wrong band would be noticed" spoilt al_total_band
promise "a missing row would be noticed" short

as_base() { # VARIANT [EXTRA] - it has the same answers, so it gives the same report
    made "$@" && report job "$1" && same "$scratch/base_report.csv" "$scratch/$1_report.csv"
}
promise "lines that end in CR LF give the same report" as_base crlf
promise "so does a table with notes in quotes" as_base quoted
promise "so does one with three hundred columns that nobody asks for" as_base wide 300

narrow() {
    made narrow && report narrow narrow &&
        grep -E '^(client_id|session|date|al_)' "$here/job.columns" >"$scratch/narrow.columns" &&
        "$compare" "$scratch/narrow.columns" "$scratch/expected.csv" "$scratch/narrow_report.csv"
}
promise "the first questionnaire alone gives the first columns" narrow
[ "$broken" -eq 0 ]
