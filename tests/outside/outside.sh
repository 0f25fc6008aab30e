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

# Documents point into the tree; what is installed of it has to be enough for them.
links_lead_somewhere() {
    find "$installed" -name '*.md' | while read -r document; do
        grep -oE '\]\([^)]+' "$document" | grep -v '://' | cut -c 3- | while read -r link; do
            [ -e "$(dirname "$document")/$link" ] || echo "$document: $link"
        done
    done >dangling
    cat dangling
    grep -q . "$installed/share/rapport/README.md" && [ ! -s dangling ]
}

# All that a run says it needs is there: each installed pipeline finds its table.
pipelines_run() {
    for pipeline in "$installed"/share/rapport/conf/*.ini; do
        "$installed/bin/rapport" run "$pipeline" --quiet --output each.csv
        status=$?
        [ $status -eq 0 ] || [ $status -eq 3 ] || { echo "$pipeline: $status" && return 1; }
    done
}

# A clinic runs rapport in the tree it builds it in. Nothing it makes there is for other eyes.
keeps_clients_files() {
    copy_tree tree
    cmake -S tree -B tree/build >log 2>&1 || { cat log && return 1; }
    cp -R "$rapport" "$build/plugins" tree/build &&
        ends 3 tree/build/rapport run tree/conf/minimal.ini --quiet || return 1
    ls tree/conf >made
    for folder in . conf docs core/include/rapport instruments instruments/alliance \
        instruments/library instruments/sample plugins/scoring; do
        cp tree/conf/minimal_report.csv "tree/$folder/clients.csv"
    done
    cmake --install tree/build --prefix public >log 2>&1 || { cat log && return 1; }
    find public -name '*report*.csv' -o -name '*.json' -o -name 'clients*' >published
    cat published
    grep -q minimal_report.csv made && [ -e public/share/rapport/conf/minimal.ini ] &&
        [ ! -s published ]
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
promise 'has no document that points at what is not installed' links_lead_somewhere
promise 'has every table that an installed pipeline names' pipelines_run
promise 'keeps the reports and tables of the tree it is installed from' keeps_clients_files
promise 'compiles a module against the installed header alone' compiles
promise 'loads it by its path' loads "$scratch/highest.so"
promise 'scores by it, and changes nothing else' scores
promise 'loads it by a path from the folder of the pipeline' loads ../highest.so
promise 'scores by it again' scores
[ "$broken" -eq 0 ]
