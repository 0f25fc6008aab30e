#!/bin/sh
# memcheck.sh RAPPORT - whole runs under Valgrind, workers included: no error, no block that nobody
# points to any more, and the expected report. Valgrind needs what the sandbox takes away.
tests=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
logs=$scratch/logs
mkdir "$logs"

checked() {
    valgrind --trace-children=yes --leak-check=full --errors-for-leak-kinds=definite \
        --log-file="$logs/%p" "$rapport" "$@" >"$scratch/printed" 2>"$scratch/said"
}

# clean PROCESSES - at least so many were looked at, and none had an error.
clean() {
    processes=$(grep -l 'ERROR SUMMARY: 0 errors' "$logs"/* | wc -l)
    grep -hvE 'ERROR SUMMARY: 0 errors' "$logs"/* | grep -A 12 -E 'ERROR SUMMARY|definitely lost in' && return 1
    rm -f "$logs"/*
    [ "$processes" -ge "$1" ] || { echo "$processes processes were clean" && return 1; }
}

# scores FOLDER STATUS - in many chunks, by a worker; a table as short as these has only one.
scores() {
    ends "$2" checked run "$1/run.ini" --input "$1/input.csv" --output "$scratch/report.csv" \
        --isolation=process --set run.chunk_records=3 &&
        same "$1/expected.csv" "$scratch/report.csv" && clean 2
}

for folder in "$tests"/golden/*/; do
    status=0
    grep -qE ',(partial|rejected),' "$folder/expected.csv" && status=3
    promise "$(basename "$folder") is scored without a mistake in memory" scores "$folder" $status
done

{ sed '/^path/d' "$tests/../conf/intake.ini" && printf '[run]\nisolation = process\n'; } \
    >"$scratch/intake.ini"

# With all instruments, by two workers.
scores_a_long_table() {
    sample=$tests/../instruments/sample/sessions.csv
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        tail -n +2 "$sample"
    done | cat "$sample" - >"$scratch/table.csv"
    ends 3 checked run "$scratch/intake.ini" --input "$scratch/table.csv" \
        --output "$scratch/report.csv" --workers=2 --set run.chunk=4096 && clean 3 &&
        ends 0 checked verify --rerun "$scratch/report.csv" --input "$scratch/table.csv" \
            --pipeline "$scratch/intake.ini" && clean 3
}
promise 'a long table is scored, and scored again to verify it' scores_a_long_table

# also STATUS COMMAND...
also() {
    ends "$@" && clean 1
}
promise 'so are a pipeline checked' also 0 checked check "$scratch/intake.ini"
promise 'one with mistakes' also 4 checked check "$scratch/intake.ini" --set pipeline.stages=nothing
promise 'an instrument shown' also 0 checked show boundary
promise 'what there is listed' also 0 checked list
[ "$broken" -eq 0 ]
