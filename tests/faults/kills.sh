#!/bin/sh
# kills.sh RAPPORT [--all] - the supervisor is killed, interrupted, terminated or hung up on before
# every system call; workers are killed before each of theirs; and both at random moments.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
# shellcheck source=tests/faults/point.sh
. "$tests/faults/point.sh"
log=$scratch/log
left=0

# signalled WHO N SIGNAL - before its N-th call; false: there were fewer this time.
signalled() {
    put_back
    score "$faults/fail_call" "$log" "$1" any "$2" "$3"
    status=$?
    [ $status -ne 77 ] || skip 'no process may be traced here'
    [ -s "$log" ] || return 1
    points=$((points + 1))
    what="$1, $3 before call $2, $(cat "$log")"
    [ $status -ne 124 ] || complain 'leaves a process behind, or hangs'
    look
    keeps_silent || { leaks=$((leaks + 1)) && complain 'says an answer'; }
}

# mends - a fresh run is as good as any, and verifies.
mends() {
    score env
    status=$?
    [ $status -eq "$clean" ] && are new && verifies "$scratch/table.csv"
}

# What does not belong together is found out; and a kill while names change may leave others.
killed() {
    signalled supervisor "$1" SIGKILL || return
    [ $status -eq 137 ] || complain 'is not killed'
    leaves_one_run
    mends || complain 'is not mended by a fresh run'
}
leaves_one_run() {
    if [ "$state" = littered ]; then
        left=$((left + 1))
        rm -f "$out"/report*.[a-z2-7][a-z2-7][a-z2-7][a-z2-7][a-z2-7][a-z2-7]
        look
    fi
    if [ "$state" = mixed ]; then
        verifies "$scratch/earlier.csv" || verifies "$scratch/table.csv" || state=told
    fi
    case $state in
    old | new | told) ;;
    *) torn=$((torn + 1)) && complain 'leaves files that are not of one run' ;;
    esac
}

# Where the signal came too late, the report is there.
ended() {
    signalled supervisor "$2" "$1" || return
    case $status/$state in
    "$clean"/new | "$3"/old | "$3"/new) ;;
    *) torn=$((torn + 1)) && complain "leaves $(echo "$litter" | tr '\n' ' ')" ;;
    esac
}

worker_killed() {
    signalled worker "$1" SIGKILL || return
    loses_nothing
}
loses_nothing() {
    [ "$status/$state" = "$clean/new" ] || { lost=$((lost + 1)) && complain 'loses something'; }
}

score "$faults/fail_call" "$log" worker any 0 list
[ $? -ne 77 ] || skip 'no process may be traced here'
for n in $(seq "$(wc -l <"$log")"); do
    ! is_turn || worker_killed "$n"
done
put_back
score "$faults/fail_call" "$log" supervisor any 0 list
naming=$(grep -nE '^(un)?linkat$' "$log" | sed -n '1s/:.*//p; $s/:.*//p' | tr '\n' ' ')
for n in $(seq "$(wc -l <"$log")"); do
    ! is_turn || killed "$n"
    ! is_turn || ended SIGINT "$n" 130
    ! is_turn || ended SIGTERM "$n" 143
    ! is_turn || ended SIGHUP "$n" 129
done

# Only from the first file's name to the last old one's end is there anything to leave.
# shellcheck disable=SC2086 # two numbers
set -- $naming
[ $left -le $((${2:-0} - ${1:-0} + 3)) ] || { what=kills && complain "$left left temporary files behind"; }

# ---- at random moments ----------------------------------------------------------------------

# A table that takes a moment.
# shellcheck source=tests/hostile/living.sh
. "$tests/hostile/living.sh"
table 1 1600 >"$scratch/many"
{ head -n 1 "$scratch/many" && for i in $(seq 20); do sed "1d; s/^zqcanary/&$i/" "$scratch/many"; done; } \
    >"$scratch/table.csv"
begun=$(date +%s%N)
score env
keep new
lasts=$((($(date +%s%N) - begun) / 1000000))

# at_random N WHOM - `worker` 1 or 2, or `supervisor`, some time within the run.
at_random() {
    put_back
    score exec &
    child=$!
    sleep "$(awk -v n="$1" -v most="$lasts" 'BEGIN { srand(n); printf "%.4f", rand() * most / 1000 }')"
    case $2 in
    supervisor) kill -s KILL $child ;;
    *) kill -s KILL "$(children $child | sed -n "$2p")" ;;
    esac 2>/dev/null
    met=$?
    wait $child 2>/dev/null
    status=$? what="$2, killed some time ($1)"
    [ $met -eq 0 ] || return # there was none yet, or no more
    points=$((points + 1))
    look
    soon none_living >/dev/null || complain 'leaves a process behind'
}
for n in $(seq 100); do
    is_turn || continue
    at_random "$n" supervisor
    [ $met -ne 0 ] || leaves_one_run
    at_random "$n" $((n % 2 + 1))
    [ $met -ne 0 ] || loses_nothing
done
tell kills
