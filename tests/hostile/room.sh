#!/bin/sh
# room.sh RAPPORT - short records with long lines: what a chunk comes to may have no room where the
# supervisor can read it, and then it is scored in parts. That cannot be seen in what comes out.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"

# Chunks of 4096 bytes have room for all this, larger ones have not.
cat >"$scratch/run.ini" <<'INI'
[pipeline]
stages     = long
respondent = client
session    = session

[stage long]
instrument = ./long.ini
INI
name=$(printf '%0200d' 0)
{
    cat <<'INI'
[instrument]
id      = long
title   = Long
version = 1
licence = CC0-1.0
source  = made up
answers = 0..4

[item i1]
INI
    for scale in 1 2 3 4 5 6 7 8 9 10; do
        printf '[scale s%d]\nitems = i1\nscoring = sum\nbands = 0 low%s, 2 high%s\n' \
            $scale "$name" "$name"
    done
} >"$scratch/long.ini"

# score STATUS [OPTION...] - all there is to see of it, in one file.
score() {
    status=$1
    shift
    rm -f "$scratch"/report*
    ends "$status" "$rapport" run "$scratch/run.ini" --input "$scratch/table.csv" \
        --output "$scratch/report.csv" "$@" 2>"$scratch/said" || { cat "$scratch/said" && return 1; }
    cat "$scratch/report.csv" "$scratch/report.rejects.csv" "$scratch/said" >"$scratch/seen"
}

in_parts() {
    score 3 --isolation=none "$@" && cp "$scratch/seen" "$scratch/remembered" || return 1
    for crew in --workers=1 --workers=2; do
        for chunk in 4096 20000; do
            echo "$crew, $chunk bytes"
            score 3 "$crew" --set run.chunk=$chunk "$@" &&
                cmp "$scratch/remembered" "$scratch/seen" || return 1
        done
    done
}

# Every session stands a second time, 100 or 3000 rows behind.
awk 'BEGIN { print "client,session,i1"
    for (i = 0; i < 6000; i++) {
        row = i % 7 == 3 ? i - 100 : i % 7 == 5 ? i - 3000 : i
        print "c" int(i / 1000) "," (row < 0 ? i : row) "," i % 5
    } }' >"$scratch/table.csv"
promise 'writes long lines, in parts where there is no room' in_parts
awk 'BEGIN { print "client,session,i1"
    for (i = 0; i < 6000; i++)
        print "c," (i % 7 == 3 && i > 100 ? i - 100 : i % 7 == 5 && i > 3000 ? i - 3000 : i) "," i % 5
    }' >"$scratch/table.csv"
promise 'finds what stands twice in the whole table, in parts too' in_parts --set input.unique=yes

# One cell of nearly all that a record may have, and in need of quotes.
large_cell() {
    awk 'BEGIN { print "client,session,i1"
        printf "\"c, "
        for (i = 0; i < 600000; i++) printf "twenty bytes, quite."
        print "\",1,3" }' >"$scratch/table.csv"
    for crew in --isolation=none --workers=1; do
        score 0 $crew --set run.chunk=4096 --set limits.field=16777216 --set limits.record=16777216 &&
            [ "$(wc -l <"$scratch/report.csv")" -eq 2 ] || return 1
    done
}
promise 'writes a record of many megabytes' large_cell
[ "$broken" -eq 0 ]
