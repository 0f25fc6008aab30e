#!/bin/sh
# mutated_ini.sh RAPPORT [--all] - INI files hurt at random: refused with place and code, or scored, and
# then the same each time. Some hundred of them, or with --all 10000.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
mutate=$(dirname "$rapport")/tests/mutated_ini
count=150
[ "${2-}" != --all ] || count=10000

# The pipeline of three instruments and one more, all in one folder, and what else a pipeline may say.
from=$tests/../instruments
pipeline=$scratch/ini/run.ini
mkdir "$scratch/ini"
cp "$from"/alliance/*.ini "$from"/boundary/*.ini "$from"/factors/*.ini "$tests/hostile/mood.ini" "$scratch/ini"
sed '/^\[input\]/,/^$/d; /^\[report\]/,/^$/d; s/^stages.*/& mood/
    s/^\(instrument *= \)\([a-z]*\)/\1.\/\2.ini/' "$tests/../conf/intake.ini" >"$pipeline"
cat >>"$pipeline" <<'INI'

[input]
missing   = NA -99
delimiter = comma

[report]
decimals = 1
answered = yes

[limits]
field   = 1000
columns = 100

[run]
batch     = 16
isolation = none

[stage mood]
instrument = ./mood.ini

[stage mood item m1]
column  = al1
answers = 1..7

[stage mood item m2]
column = al2

[stage mood item m3]
column = bc1

[stage mood scale total]
bands = 1 low, 6 quite high
INI
awk -v seed=2 -v rows=12 -v id=zq_c -v plain=1 -f "$tests/property/dirty.awk" >"$scratch/table.csv"
promise 'scores the pipeline as it is' ends 3 "$rapport" run "$pipeline" --input "$scratch/table.csv" \
    --output "$scratch/report.csv"
"$mutate" "$rapport" "$scratch/ini" "$count" "${SEED-1}" "$pipeline" "$scratch/table.csv" \
    "$scratch"/ini/*.ini || broken=1
[ "$broken" -eq 0 ]
