#!/bin/sh
# judge.sh - what a run on a hostile table owes; read with `.` behind run.sh.
#
# The canary: tables hold the words zqcanary and 48613 among their answers, and neither may show
# up in a message, the rejects file or the provenance file.

# shellcheck disable=SC2154 # a test has read run.sh before
pipeline=$tests/hostile/tables.ini
table=$scratch/table.csv
out=$scratch/out
report=$out/report.csv

old_files() {
    rm -rf "$out" && mkdir "$out"
    for file in report.csv report.provenance.json report.rejects.csv; do
        echo old >"$out/$file"
    done
}

says() {
    grep -qF -e "$1" "$scratch/said" || { echo "nothing says $1" && return 1; }
}

keeps_silent() {
    grep -v '"sha256"' "$out/report.provenance.json" |
        cat - "$scratch/said" "$out/report.rejects.csv" >"$scratch/heard"
    ! grep -i -e zqcanary -e 48613 "$scratch/heard"
}

no_temporaries() {
    [ "$(ls -A "$out")" = "$(printf 'report.csv\nreport.provenance.json\nreport.rejects.csv')" ] ||
        { ls -lA "$out" && return 1; }
}

# run STATUS [OPTION...] - ends so, tells no answer, and leaves no temporary behind.
run() {
    status=$1
    shift
    old_files
    ends "$status" "$rapport" run "$pipeline" --input "$table" --output "$report" "$@" \
        2>"$scratch/said"
    kept=$?
    cat "$scratch/said"
    [ $kept -eq 0 ] && keeps_silent && no_temporaries
}

keeps_old_files() {
    [ "$(cat "$out"/report*)" = "$(printf 'old\nold\nold')" ] || { ls -l "$out" && return 1; }
}

# refuses STATUS CODE [OPTION...] - says why; the old report and the files beside it stay.
refuses() {
    status=$1 code=$2
    shift 2
    run "$status" "$@" && says "[$code]" && keeps_old_files
}
