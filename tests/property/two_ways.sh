#!/bin/sh
# two_ways.sh RAPPORT - a score does not depend on how its answers are held: as small whole numbers
# where a whole batch has no others, or all as doubles where one row of the batch has.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"

make() {
    awk -v seed="$seed" -v what="$1" -v wide="$2" -f "$tests/property/two_ways.awk"
}
cat >"$scratch/run.ini" <<'INI'
[pipeline]
stages     = ways again
respondent = id

[report]
answered = yes

[stage ways]
instrument = ./ways.ini

[stage again]
instrument = ./ways.ini
INI

# score TABLE [OPTION...] - the report without the rows that were put in.
score() {
    from=$1
    shift
    ends 3 "$rapport" run "$scratch/run.ini" --input "$scratch/$from.csv" --isolation none \
        --output "$scratch/report.csv" "$@" 2>"$scratch/said" || { cat "$scratch/said" && return 1; }
    grep -v '^zz' "$scratch/report.csv" >"$scratch/seen"
}

# seeds FIRST LAST COMMAND... - for so many instruments and tables.
seeds() {
    first=$1 last=$2
    shift 2
    for seed in $(seq "$first" "$last"); do
        echo "seed $seed"
        make instrument >"$scratch/ways.ini" && make table >"$scratch/small.csv" &&
            make table NA >"$scratch/na.csv" && make table half >"$scratch/half.csv" &&
            score small && cp "$scratch/seen" "$scratch/expected.csv" && "$@" || return 1
    done
}
agrees() {
    score "$@" && same "$scratch/expected.csv" "$scratch/seen"
}

# Most rows have scores, or little is said.
has_scores() {
    [ "$(grep -c ',ok,$' "$scratch/expected.csv")" -gt 60 ] &&
        ! grep -E '^zz.*,(partial|rejected),' "$scratch/report.csv"
}
one_by_one() {
    agrees small --set run.batch=1 && agrees na --set run.batch=1 && has_scores &&
        agrees half --set run.batch=1 && has_scores
}
by_the_block() {
    agrees small --set run.batch=65 && agrees na --set run.batch=63
}
promise 'scores a batch alike when a row in it does not apply' seeds 1 16 agrees na
promise 'scores a batch alike when a row in it has an answer between two' seeds 1 16 agrees half
promise 'scores rows alike one by one' seeds 1 8 one_by_one
promise 'scores rows alike in batches that fill a block of rows nearly' seeds 9 16 by_the_block
[ "$broken" -eq 0 ]
