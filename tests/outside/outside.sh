#!/bin/sh
# outside.sh RAPPORT - what is installed is enough: for a run, and for somebody with a compiler and
# a scoring module of one's own. RAPPORT stands in the folder of the build that is installed.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
build=$(dirname "$rapport")
installed=$scratch/installed
sample=$installed/share/rapport/instruments/alliance/sample.csv
cd "$scratch" || exit 1

installs() {
    cmake --install "$build" --prefix "$installed" && [ -x "$installed/bin/rapport" ]
}

runs() {
    ends 3 "$installed/bin/rapport" run "$installed/share/rapport/conf/minimal.ini" --verbose \
        --output report.csv 2>"$scratch/said" &&
        same "$tests/../instruments/alliance/expected.csv" report.csv &&
        ! grep ': found$' "$scratch/said" | grep -v "$installed"
}

compiles() {
    cp "$tests/outside/highest.c" "$scratch"
    ${CC:-cc} -std=c17 -Wall -Wextra -Wpedantic -Werror -shared -fPIC -I installed/include \
        -o highest.so highest.c
}

# loads WHERE - by the path WHERE, which counts from the pipeline's folder.
loads() {
    mkdir -p mine
    cat >mine/own.ini <<'INI'
[pipeline]
stages     = alliance
respondent = client_id
session    = session

[stage alliance]
instrument = alliance
INI
    ends 3 "$installed/bin/rapport" run mine/own.ini --input "$sample" --output highest.csv \
        --set "stage.alliance.scale.bond.scoring=$1"
}

# The highest of al1, al4, al7 (turned) and al10, moved from 1..7 to 0..100, and all else as before.
scores() {
    awk -F, 'BEGIN { OFS = ","; split("0.0 16.7 33.3 50.0 66.7 83.3 100.0", moved, " ") }
        NR == FNR { if (FNR > 1) {
                answered = ($3 != "") + ($6 != "") + ($9 != "") + ($12 != ""); highest = $3
                if ($6 > highest) highest = $6
                if ($9 != "" && 8 - $9 > highest) highest = 8 - $9
                if ($12 > highest) highest = $12
                bond[FNR] = answered < 3 ? "" : moved[highest] }
            next }
        FNR > 1 && $(NF - 1) == "ok" { $3 = bond[FNR] } { print }' \
        "$sample" report.csv >expected.csv
    ! cmp -s report.csv expected.csv && same expected.csv highest.csv
}

promise 'installs' installs
promise 'runs an installed pipeline by its path, with what is installed alone' runs
promise 'compiles a module against the installed header alone' compiles
promise 'loads it by its path' loads "$scratch/highest.so"
promise 'scores by it, and changes nothing else' scores
promise 'loads it by a path from the folder of the pipeline' loads ../highest.so
promise 'scores by it again' scores
[ "$broken" -eq 0 ]
