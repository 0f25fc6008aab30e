#!/bin/sh
# mutated_tables.sh RAPPORT [--all] - tables hurt at random: a report has a line for every record, in its
# place; what was lost is told, and of whom it was is not. Some hundred of them, or with --all 10000.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
mutate=$(dirname "$rapport")/tests/mutated_tables
count=200
[ "${2-}" != --all ] || count=10000

# table NAME SEED ROWS [-v plain=1] - dirty as it is.
table() {
    name=$1 seed=$2 rows=$3
    shift 3
    awk -v seed="$seed" -v rows="$rows" -v id=zq_c "$@" -f "$tests/property/dirty.awk" >"$scratch/$name.csv"
}
table small 1 3 -v plain=1
table plain 2 30 -v plain=1
table dirty 3 40
table again 4 60 -v run=20
tr , ';' <"$scratch/small.csv" >"$scratch/semicolons.csv"
tr , '\t' <"$scratch/plain.csv" | sed 's/$/\r/' >"$scratch/tabs.csv"
{
    echo client,session,m1,m2,m3,s1,s2,note
    for row in 1 2 3 4 5; do echo "zq_$row,1,1,2,3,4,5,48613"; done
} >"$scratch/short.csv"
set --
for name in small plain dirty again semicolons tabs; do
    set -- "$@" "$tests/../conf/intake.ini" "$scratch/$name.csv"
done
mkdir "$scratch/out"
"$mutate" "$rapport" "$scratch/out" "$count" "${SEED-1}"  "$@" "$tests/hostile/tables.ini" "$scratch/short.csv"
