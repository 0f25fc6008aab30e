#!/bin/sh
# allocations.sh RAPPORT [--all] - every allocation fails once, and then for good: in the
# supervisor, in workers, and in what is no run. Out of memory is 9 and a message.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
# shellcheck source=tests/faults/point.sh
. "$tests/faults/point.sh"
log=$scratch/log
memory=$faults/fail_memory.so
if [ ! -e "$memory" ]; then # sanitizers are linked, and so is this
    memory='' rapport=$(dirname "$rapport")/rapport_failing
    export ASAN_OPTIONS=detect_leaks=1
fi

# failing WHO N [GOOD] COMMAND... - with the N-th allocation, 0 for none.
failing() {
    who=$1 at=$2 good=$3
    shift 3
    rm -f "$log"
    env LD_PRELOAD="$memory" FAIL_LOG="$log" FAIL_WHO="$who" FAIL_AT="$at" \
        FAIL_FOR_GOOD="$good" "$@"
}

# counted - how many allocations there were, if the process came to its end.
counted() {
    sed -n 's/^counted //p' "$log"
}

# each COUNT COMMAND... - calls it with each N of the sample, to fail once and for good.
each() {
    last=$1
    shift
    for n in $(seq "$last"); do
        ! is_turn || "$@" "$n" ''
        ! is_turn || "$@" "$n" 1
    done
}

in_a_run() {
    put_back
    score failing "$1" "$2" "$3"
    status=$?
    owes "$1, allocation $2${3:+ and all that follow}" 9
}
for who in supervisor worker; do
    score failing $who 0 ''
    count=$(counted)
    [ "${count:-0}" -gt 0 ] || { echo "not ok - nothing is allocated in a $who" && broken=1; }
    each "${count:-0}" in_a_run $who
done

# ---- what is no run -------------------------------------------------------------------------

does_the_same() {
    cmp -s "$scratch/printed" "$scratch/printed_cleanly" && cmp -s "$scratch/said" "$scratch/heard_cleanly" &&
        cmp -s "$scratch/own.ini" "$scratch/own_cleanly"
}

# in_a_command N GOOD - it does all it does elsewhere, or ends with 9 and says why.
in_a_command() {
    cp "$scratch/pipeline.ini" "$scratch/own.ini"
    # shellcheck disable=SC2086 # words
    failing supervisor "$1" "$2" "$rapport" $command >"$scratch/printed" 2>"$scratch/said"
    status=$? state=no what="$command, allocation $1${2:+ and all that follow}"
    points=$((points + 1))
    if [ $status -eq "$wanted" ]; then
        does_the_same || complain 'does something else'
    elif [ $status -ne 9 ] || ! grep -qE '\[[a-z-]+\]$' "$scratch/said"; then
        complain 'does not say that memory is out'
    elif ! cmp -s "$scratch/own.ini" "$scratch/pipeline.ini"; then
        complain 'fails, and changes the file'
    fi
}

# a_command STATUS ARGUMENT...
a_command() {
    wanted=$1 command=$2
    cp "$scratch/pipeline.ini" "$scratch/own.ini"
    # shellcheck disable=SC2086 # words
    failing supervisor 0 '' "$rapport" $command >"$scratch/printed_cleanly" 2>"$scratch/heard_cleanly"
    status=$? state=no what=$command
    cp "$scratch/own.ini" "$scratch/own_cleanly"
    cp "$scratch/heard_cleanly" "$scratch/said"
    [ $status -eq "$wanted" ] || complain "should end with $wanted"
    each "$(counted)" in_a_command
}

rm -rf "$out" && mkdir "$out" && cp -p "$scratch/new"/* "$out/"
cp "$scratch/run.ini" "$scratch/pipeline.ini"
a_command 0 "verify $out/report.csv --input $scratch/table.csv --pipeline $scratch/run.ini"
a_command 0 "pin $scratch/own.ini"
a_command 0 "pin --write $scratch/own.ini"
a_command 0 "check $scratch/own.ini"
a_command 0 help
a_command 0 'help ini'
a_command 0 list
a_command 0 'show boundary'
sed 's/^instrument = boundary/instrument = bondary/; s/^session /sesion /' "$scratch/run.ini" >"$scratch/pipeline.ini"
a_command 4 "run $scratch/own.ini"
tell 'allocations failed'
