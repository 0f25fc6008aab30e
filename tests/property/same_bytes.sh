#!/bin/sh
# same_bytes.sh RAPPORT - a report depends on its table, INI files and plugins, and on nothing else:
# not on how the table is cut up, comes in or is ordered, nor on the world around the program.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
sample=$tests/../instruments/sample/sessions.csv
dirty=$scratch/dirty.csv

# table NAME SEED [-v plain=1] - NAME.csv, dirty, of some 700 records.
table() {
    name=$1 seed=$2
    shift 2
    awk -v seed="$seed" -v rows=700 -v id="zq_$name" "$@" -f "$tests/property/dirty.awk" >"$scratch/$name.csv"
}

# score TABLE [OPTION...] - all there is to see of it, in one file; both tables lose scores. What is
# not the report tells of nobody.
score() {
    from=$1
    shift
    rm -f "$scratch"/report*
    ends 3 "$rapport" run "$tests/../conf/intake.ini" --input "$from" \
        --output "$scratch/report.csv" "$@" 2>"$scratch/said" || { cat "$scratch/said" && return 1; }
    silent "$scratch/said" "$scratch/report.rejects.csv" "$scratch/report.provenance.json" || return 1
    sed -i "s#^$from:#standard input:#" "$scratch/said"
    cat "$scratch/report.csv" "$scratch/report.rejects.csv" "$scratch/said" >"$scratch/seen"
}

# remember TABLE [OPTION...] - what unchanged compares with.
remember() {
    score "$@" && cp "$scratch/seen" "$scratch/remembered"
}

unchanged() {
    score "$@" && same "$scratch/remembered" "$scratch/seen"
}

# ---- how it is cut up ---------------------------------------------------------------------------

# cuts SIZES TABLE [OPTION...] - however many records, bytes and rows are taken at a time.
cuts() {
    sizes=$1
    shift
    remember "$@" || return 1
    for records in 1 3 0; do
        for chunk in $sizes; do
            for batch in 1 3 1024; do
                echo "$records records, $chunk bytes, $batch rows"
                unchanged "$@" --set run.chunk_records=$records --set "run.chunk=$chunk" \
                    --set run.batch=$batch || return 1
            done
        done
    done
}

# A record larger than a chunk, and the last of all without a line end.
large() {
    head -n 1 "$dirty"
    awk 'BEGIN { printf "zq_c,1,,"
        for (i = 0; i < 33; i++) printf ","
        printf ",\""
        for (i = 0; i < 1000; i++) print "zq_ 12 bytes"
        print "\"" }'
    tail -n +2 "$dirty" | head -n 30
    printf 'zq_d,1,2,3,4'
}

table dirty 1
large >"$scratch/large.csv"
promise 'gives the same bytes for a dirty table, however it is cut up' \
    cuts '4096 65536 1048576' "$dirty"
promise 'gives the same bytes for the sample table, however it is cut up' cuts 65536 "$sample"
promise 'gives the same bytes with unique = yes, however it is cut up' \
    cuts 4096 "$dirty" --set input.unique=yes
promise 'gives the same bytes for a record larger than a chunk' cuts 4096 "$scratch/large.csv"

# ---- who scores it ------------------------------------------------------------------------------

# The levels of RAPPORT_CPU that this processor can do, and its own choice.
cpus=$(for cpu in plain index value wide; do
    RAPPORT_CPU=$cpu "$rapport" check "$tests/../conf/intake.ini" >/dev/null 2>&1 && echo $cpu
done)
crews='--isolation=none --workers=1 --workers=2 --workers=3 --workers=7'
! can_be_strict || crews="$crews --isolation=strict"

# crew COMMAND... - whoever scores it, however the processor reads.
crew() {
    for cpu in $cpus ''; do
        for who in $crews; do
            echo "$who, RAPPORT_CPU='$cpu'"
            RAPPORT_CPU=$cpu "$@" "$who" --set run.chunk=4096 || return 1
        done
    done
}

# crew_cuts TABLE - some workers, and chunks that end at other places.
crew_cuts() {
    for cut in chunk_records=1 chunk_records=41 chunk=5000 chunk=65536; do
        for who in $crews; do
            echo "$who, $cut"
            unchanged "$1" "$who" --set run.$cut --set run.batch=37 || return 1
        done
    done
}
crew_piped() {
    for who in $crews; do
        echo "$who"
        { head -c 5000 && sleep 0.05 && head -c 1 && sleep 0.05 && cat; } <"$1" |
            unchanged - "$who" --set run.chunk=4096 || return 1
        unchanged - "$who" --set run.chunk=4096 <"$1" || return 1
    done
}

# Sessions stand again, in most chunks of 4096 bytes one that another chunk began with.
has_repeats() {
    [ "$(grep -c row-duplicate "$scratch/report.rejects.csv")" -gt 150 ] &&
        grep -q 'more .row-duplicate.$' "$scratch/said"
}

table again 5 -v run=400 -v rows=1100
sed 's/$/\r/' "$scratch/again.csv" >"$scratch/crlf.csv"
promise 'scores a table in which sessions stand again, also far across the borders of chunks' \
    remember "$scratch/again.csv"
promise 'finds the sessions that stand again' has_repeats
promise 'gives the same bytes whoever scores it, however the processor reads' \
    crew unchanged "$scratch/again.csv"
promise 'gives the same bytes whoever scores it, however it is cut up' crew_cuts "$scratch/again.csv"
promise 'gives the same bytes whoever scores it, from a pipe and from standard input' \
    crew_piped "$scratch/again.csv"
promise 'scores it with CR LF at the line ends' remember "$scratch/crlf.csv"
promise 'gives the same bytes for CR LF, whoever scores it' crew unchanged "$scratch/crlf.csv"
promise 'scores a record larger than a chunk' remember "$scratch/large.csv"
promise 'gives the same bytes for it whoever scores it' crew unchanged "$scratch/large.csv"

# ---- how it comes in, and the world around ------------------------------------------------------

piped() {
    { head -c 5000 && cat; } <"$dirty" | unchanged -
}
world() {
    TZ=Pacific/Kiritimati LC_ALL=de_DE.UTF-8 unchanged "$dirty" &&
        TZ=America/St_Johns LC_ALL=tr_TR.ISO-8859-9 LANGUAGE=tr unchanged "$dirty" &&
        (cd / && umask 0 && unchanged "$dirty")
}
promise 'scores the dirty table' remember "$dirty"
promise 'gives the same bytes when run again' unchanged "$dirty"
promise 'gives the same bytes from standard input' unchanged - <"$dirty"
promise 'gives the same bytes from a pipe' piped
promise 'gives the same bytes in other time zones, locales and folders' world

# ---- how its rows are ordered --------------------------------------------------------------------

# After the report of one table the lines of the other, without its header.
concatenated() {
    tail -n +2 "$scratch/b.csv" | cat "$scratch/a.csv" - >"$scratch/both.csv"
    score "$scratch/a.csv" && cp "$scratch/report.csv" "$scratch/expected.csv" || return 1
    score "$scratch/b.csv" && tail -n +2 "$scratch/report.csv" >>"$scratch/expected.csv" || return 1
    score "$scratch/both.csv" && same "$scratch/expected.csv" "$scratch/report.csv"
}

# permute FILE - its lines behind the first in another order, the same for files of equal length.
permute() {
    head -n 1 "$1"
    tail -n +2 "$1" | awk '{ print NR * 7919 % 10007 " " $0 }' | sort -n | cut -d ' ' -f 2-
}
permuted() {
    score "$scratch/plain.csv" && permute "$scratch/report.csv" >"$scratch/expected.csv" || return 1
    permute "$scratch/plain.csv" >"$scratch/moved.csv"
    score "$scratch/moved.csv" && same "$scratch/expected.csv" "$scratch/report.csv"
}
table a 2
table b 3
table plain 4 -v plain=1
promise 'gives one report behind the other for one table behind the other' concatenated
promise 'moves lines as rows are moved' permuted
[ "$broken" -eq 0 ]
