#!/bin/sh
# point.sh - a run in which one thing fails, and what it owes; read with `.` behind run.sh.
#
# A small table, the three instruments, two workers; and in $out what an earlier table gave. Whatever
# fails, either all of that is still there and a message says why, or all of the new is there; no
# other file is, nobody lives on, and nothing is said about a person. A driver called with --all
# tries every point, else a sample of them.

# shellcheck disable=SC2034,SC2154 # the drivers use them, and have read run.sh before
faults=$(dirname "$rapport")/faults
out=$scratch/out
three='report.csv
report.provenance.json
report.rejects.csv'
points=0 lost=0 torn=0 leaks=0 turn=0
sanitized=$(grep -l __asan_init "$rapport")
every=${sample:-20}
[ "${2-}" != --all ] || every=${sanitized:+8} # a run takes several times as long then
every=${every:-1}
export ASAN_OPTIONS=detect_leaks=0 # it cannot look for them where a process is traced

# Says so, and that a test which did not run is not one that passed.
skip() {
    echo "SKIPPED: $1"
    exit 77
}

# table FIRST LAST - these records of the sample, with the canary in place of names and in one
# answer, and one record twice.
table() {
    awk -F , -v OFS=, -v first="$1" -v last="$2" 'NR == 1 { print; next }
        NR > first && NR <= last + 1 { $1 = "zqcanary-" $1
            if (NR == first + 7) $10 = 48613
            print
            if (NR == first + 20) print }' "$tests/../instruments/sample/sessions.csv"
}

# score COMMAND... - `rapport run`, by that command.
score() {
    "$@" "$rapport" run "$scratch/run.ini" --input "$scratch/table.csv" --output "$out/report.csv" \
        --workers=2 --isolation="$level" --set run.chunk_records=12 >"$scratch/printed" 2>"$scratch/said"
}

keep() {
    cp -p "$out"/* "$scratch/$1/"
}
put_back() {
    rm -rf "$out" && mkdir "$out" && cp -p "$scratch/old"/* "$out/"
}

verifies() {
    "$rapport" verify "$out/report.csv" --input "$1" --pipeline "$scratch/run.ini" \
        >"$scratch/verified" 2>&1
}

# What the two tables give where nothing fails.
begin() {
    mkdir "$out" "$scratch/old" "$scratch/new"
    sed '/^path/d' "$tests/../conf/intake.ini" >"$scratch/run.ini"
    table 1 48 >"$scratch/table.csv"
    table 60 90 >"$scratch/earlier.csv"
    level=sandbox
    score env
    [ $? -ne 11 ] || level=process
    score env
    clean=$?
    verifies "$scratch/table.csv" && keep new
    cp "$scratch/said" "$scratch/said_cleanly"
    mv "$scratch/table.csv" "$scratch/kept.csv" && cp "$scratch/earlier.csv" "$scratch/table.csv"
    score env
    mv "$scratch/kept.csv" "$scratch/table.csv"
    verifies "$scratch/earlier.csv" && keep old
    [ "$clean" -eq 3 ] && [ "$(ls "$scratch/new")" = "$three" ] && [ "$(ls "$scratch/old")" = "$three" ] &&
        grep -q zqcanary "$scratch/new/report.csv" && ! cmp -s "$scratch"/old/report.csv "$scratch/new/report.csv" && return
    echo 'not ok - runs where nothing fails'
    cat "$scratch/said"
    exit 1
}

# is_turn - whether this point is of the sample.
is_turn() {
    turn=$((turn + 1))
    [ $((turn % every)) -eq 0 ]
}

# are WHICH - the three files, byte for byte; but plugins may have been loaded from their files, where
# there was no memory to load them from.
are() {
    for file in $three; do
        cmp -s "$scratch/$1/$file" "$out/$file" ||
            { [ "$file" = report.provenance.json ] &&
                [ "$(from_memory "$scratch/$1/$file")" = "$(from_memory "$out/$file")" ]; } ||
            return 1
    done
}
from_memory() {
    sed 's/"plugins": "file"/"plugins": "memory"/; /^  "sha256"/d' "$1" 2>/dev/null # nor by its seal
}

# Sets $state: new, old, mixed; littered: there are other files.
look() {
    state=mixed
    ! are old || state=old
    ! are new || state=new
    litter=$(ls -A "$out")
    [ "$litter" = "$three" ] || state=littered
}

# complain WORDS - the first of them are shown.
complain() {
    broken=$((broken + 1))
    [ "$broken" -le 20 ] || return 0
    printf 'not ok - %s: %s (status %s, %s files)\n' "$what" "$1" "$status" "$state"
    head -n 3 "$scratch/said" | sed 's/^/      /'
}

says() {
    grep -q "\[$1\]\$" "$scratch/said"
}

# A message that a clean run has not, with a code.
explains() {
    grep -vxFf "$scratch/said_cleanly" "$scratch/said" | grep -qE '\[[a-z-]+\]$'
}

keeps_silent() {
    ! cat "$scratch/said" "$scratch/printed" "$out"/*.json "$out"/*.rejects.csv 2>/dev/null |
        grep -v '"sha256"' | grep -q -e zqcanary -e 48613
}

# told WHAT - what can only be told, if the disk goes on refusing: that there are files of two runs,
# or where an old one stays.
told() {
    case $1 in *+) ;; *) return 1 ;; esac
    rm -f "$out"/report*.[a-z2-7][a-z2-7][a-z2-7][a-z2-7][a-z2-7][a-z2-7]
    if are new; then
        says output-old
    else
        says output-mixed && cmp -s "$out/report.csv" "$scratch/old/report.csv" &&
            ! verifies "$scratch/earlier.csv"
    fi
}

# owes WHAT STATUSES - after a run that ended with $status: new files, or old ones, one of these
# statuses and a reason.
owes() {
    what=$1
    points=$((points + 1))
    look
    keeps_silent || { leaks=$((leaks + 1)) && complain 'says an answer'; }
    case $state in
    new) ;;
    old) [ "$status" -ne "$clean" ] || { lost=$((lost + 1)) && complain 'ends well without a report'; } ;;
    *) told "$1" || { torn=$((torn + 1)) && complain "leaves $(echo "$litter" | tr '\n' ' ')"; } ;;
    esac
    [ "$status" -ne "$clean" ] || return 0
    case " $2 " in
    *" $status "*) ;;
    *) complain 'ends otherwise than it may' && return ;;
    esac
    [ "$state" != new ] || says output-sync || complain 'complains with the new report in place'
    explains || [ "$call$way" = writeENOSPC+ ] || complain 'does not say why'
}

# tell POINTS - the last line.
tell() {
    echo "$1 $points, rows lost $lost, torn reports $torn, canary leaks $leaks"
    [ "$points" -gt 0 ] && [ "$broken" -eq 0 ]
}

begin
