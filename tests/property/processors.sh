#!/bin/sh
# processors.sh RAPPORT - on processors that lack one thing or another the report is the same. The C
# library lets a process believe that it runs on such a one.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"

scores() {
    "$@" "$rapport" run "$tests/../conf/intake.ini" --quiet --output "$scratch/report.csv" \
        --input "$tests/../instruments/sample/sessions.csv" 2>"$scratch/said"
    [ $? -eq 3 ] || { cat "$scratch/said" && return 1; }
}

same_without() {
    scores env "GLIBC_TUNABLES=glibc.cpu.hwcaps=$1" || return 1
    for file in report.csv report.rejects.csv report.provenance.json; do
        same "$scratch/here/$file" "$scratch/$file" || return 1
    done
}

# lacks LEVEL FEATURE - so it knows that it cannot do LEVEL, if it can do it where nothing is lacking.
lacks() {
    scores env "RAPPORT_CPU=$1" >"$scratch/why" || return 0
    ! scores env "RAPPORT_CPU=$1" "GLIBC_TUNABLES=glibc.cpu.hwcaps=$2" && grep -q '\[cpu\]' "$scratch/said"
}

promise 'scores' scores env
mkdir "$scratch/here"
cp "$scratch"/report.* "$scratch/here"
for feature in AVX2 BMI1 BMI2 POPCNT LZCNT; do
    promise "gives the same report without $feature" same_without "-$feature"
    promise "and does not use it" lacks value "-$feature"
done
for feature in AVX512F AVX512BW; do
    promise "gives the same report without $feature" same_without "-$feature"
    promise "and does not use it" lacks wide "-$feature"
done
for feature in SHA SSSE3 SSE4_1; do
    promise "gives the same report and hashes without $feature" same_without "-$feature"
done
[ "$broken" -eq 0 ]
