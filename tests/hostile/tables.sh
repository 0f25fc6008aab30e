#!/bin/sh
# tables.sh RAPPORT - tables as they should not be: what each costs, and what is said of it.
#
# Every table holds the words zqcanary and 48613 among its answers, and neither may show up in a
# message, the rejects file or the provenance file.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"

table=$scratch/table.csv
out=$scratch/out
report=$out/report.csv
header='client,session,m1,m2,m3,s1,s2,note\n'
first='zqcanary-1,1,1,2,3,4,5,48613\n' first_scored='zqcanary-1,1,48613,6,high,4.5,ok,\n'
last='zqcanary-9,1,0,0,1,10,9.5,48613\n' last_scored='zqcanary-9,1,48613,1,low,9.8,ok,\n'
report_header='client,session,note,mood_total,mood_total_band,sleep_hours,rapport_status,rapport_notes\n'

old_files() {
    rm -rf "$out" && mkdir "$out"
    for file in report.csv report.provenance.json report.rejects.csv; do
        echo old >"$out/$file"
    done
}

no_temporaries() {
    ls -A "$out" >"$scratch/list"
    printf 'report.csv\nreport.provenance.json\nreport.rejects.csv\n' | same - "$scratch/list"
}

# run STATUS [OPTION...] - ends so, tells no answer, and leaves no temporary behind.
run() {
    wanted=$1
    shift
    old_files
    "$rapport" run "$tests/hostile/tables.ini" --input "$table" --output "$report" "$@" \
        >"$scratch/printed" 2>"$scratch/said"
    status=$?
    cat "$scratch/said"
    [ $status -eq "$wanted" ] || { echo "exit status $status, not $wanted" && return 1; }
    keeps_silent && no_temporaries
}

keeps_silent() {
    grep -v '"sha256"' "$out/report.provenance.json" |
        cat - "$scratch/said" "$scratch/printed" "$out/report.rejects.csv" >"$scratch/heard"
    ! grep -i -e zqcanary -e 48613 "$scratch/heard"
}

says() {
    grep -qF -e "$1" "$scratch/said"
}

# refuses STATUS CODE [OPTION...] - says why, with the code; the old report and what belongs to it stay.
refuses() {
    status=$1 code=$2
    shift 2
    run "$status" "$@" && says "[$code]" && [ "$(cat "$out"/report*)" = "$(printf 'old\nold\nold')" ]
}

# refuse PROMISE CODE TABLE [OPTION...]
refuse() {
    what=$1 code=$2
    printf '%b' "$3" >"$table"
    shift 3
    promise "refuses $what" refuses 5 "$code" "$@"
}

# reports STATUS CODE LINES [OPTION...] - the report holds these lines; of CODE ("": nothing to say)
# the rejects file and a message tell the place.
reports() {
    status=$1 code=$2
    printf '%b' "$report_header$3" >"$scratch/expected"
    shift 3
    run "$status" "$@" && same "$scratch/expected" "$report" || return 1
    if [ -n "$code" ]; then
        says "$table:3" && says "[$code]" && grep -q "^3,2,.*,$code," "$out/report.rejects.csv"
    else
        [ "$(wc -l <"$out/report.rejects.csv")" -eq 1 ]
    fi
}

# record PROMISE CODE RECORD LINE [OPTION...] - one record between two good ones, and its line.
record() {
    what=$1 code=$2 line=$4 status=3
    printf '%b' "$header$first$3\n$last" >"$table"
    shift 4
    [ -n "$code" ] || status=0
    promise "$what" reports $status "$code" "$first_scored$line\n$last_scored" "$@"
}

# ---- records that cannot be read ----------------------------------------------------------

lost='zqcanary-2,1,48613,,,,rejected,'
record 'rejects a short record' row-short 'zqcanary-2,1,48613,2' 'zqcanary-2,1,,,,,rejected,row-short'
record 'rejects a long record' row-long 'zqcanary-2,1,1,2,3,4,5,48613,6' "${lost}row-long"
record 'rejects a NUL' row-control-byte 'zqcanary-2,1,1\0000,2,3,4,5,48613' "${lost}row-control-byte"
record 'rejects a NUL that is a cell' row-control-byte 'zqcanary-2,1,\0000,2,3,4,5,48613' "${lost}row-control-byte"
record 'rejects an escape' row-control-byte 'zqcanary-2,1,\0033[2J,2,3,4,5,48613' "${lost}row-control-byte"
record 'rejects a delete' row-control-byte 'zqcanary-2,1,1,2,3,4,5,48613\0177' 'zqcanary-2,1,,,,,rejected,row-control-byte'
record 'rejects a carriage return inside a line' row-control-byte 'zqcanary-2,1,1\r2,2,3,4,5,48613' "${lost}row-control-byte"
record 'rejects text behind a closing quote' row-after-quote '"zqcanary-2"x,1,1,2,3,4,5,48613' 'zqcanary-2,1,48613,,,,rejected,row-after-quote'
record 'rejects a stray quote' row-stray-quote 'zqcanary-2,1,1",2,3,4,5,48613' "${lost}row-stray-quote"
record 'rejects two stray quotes' row-stray-quote 'zqcanary-2,1,"1,2"",3,4,5",48613' 'zqcanary-2,1,,,,,rejected,row-short' || true
for bad in '\0377' '\0303(' '\0300\0257' '\0340\0200\0257' '\0355\0240\0200' '\0364\0220\0200\0200' '\0342\0202'; do
    record "blanks a cell that is not UTF-8 ($(printf '%s' "$bad" | tr -d '\\')), and rejects the record" row-utf8 \
        "zqcanary-2,1,1,2,3,4,5,zqcanary$bad" 'zqcanary-2,1,,,,,rejected,row-utf8'
done
record 'passes such bytes with encoding = bytes' '' \
    'zqcanary-2,1,1,2,3,4,5,\0377\0303(' 'zqcanary-2,1,\0377\0303(,6,high,4.5,ok,' --set input.encoding=bytes
record 'keeps a row of delimiters as a record without scores' '' ',,,,,,,' ',,,,,,ok,'
record 'skips lines that are wholly empty' '' '\n\r\n' '' || true

exit $broken
