#!/bin/sh
# workers.sh RAPPORT DEADLY.so - processes that die: a plugin that takes its worker with it, and
# whoever is killed from outside. No other row is lost, nothing is left behind and nobody lives on.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
# shellcheck source=tests/hostile/judge.sh
. "$tests/hostile/judge.sh"
pipeline=$scratch/run.ini
ln -s "$(realpath "$2")" "$scratch/deadly.so"

# A sanitizer that neither takes signals for itself nor looks for leaks where a plugin calls exit;
# and no core files.
# shellcheck disable=SC3045 # dash and bash know it
ulimit -c 0
export ASAN_OPTIONS=handle_segv=0:handle_abort=0:detect_leaks=0
# shellcheck source=tests/hostile/living.sh
. "$tests/hostile/living.sh"

has_children() {
    [ "$(children "$1" | wc -l)" -eq "$2" ]
}

# deadly WAY - at an answer of 6, which only some table has; answers are 0..6.
deadly() {
    cat >"$pipeline" <<INI
[pipeline]
stages     = mood calm
respondent = client
session    = session
keep       = note

[stage mood]
instrument = ./mood.ini
[stage calm]
instrument = ./calm.ini
INI
    cat >"$scratch/calm.ini" <<INI
[instrument]
id      = calm
title   = Calm
version = 1
licence = CC0-1.0
source  = made up
answers = 0..6

[item m2]

[scale total]
items   = m2
scoring = mean
INI
    cat >"$scratch/mood.ini" <<INI
[instrument]
id      = mood
title   = Mood
version = 1
licence = CC0-1.0
source  = made up
answers = 0..6

[item m1]
[item m2]

[scale total]
items   = m1 m2
scoring = ./deadly.so
way     = $1
at      = 6
INI
}

# rows FIRST LAST [DEADLY...] - the records of these lines; line DEADLY has the answer 6.
rows() {
    awk -v first="$1" -v last="$2" -v deadly=" $3 $4 " 'BEGIN {
        for (i = first; i <= last; i++)
            print "zqcanary-" i ",1,1," (index(deadly, " " i " ") ? 6 : i % 5) ",48613" }'
}
tabled() {
    echo client,session,m1,m2,note >"$table"
    rows 2 3001 "$@" >>"$table"
}

# ---- a plugin that ends its process ---------------------------------------------------------------

# crew COMMAND... - with one worker and two, in one chunk and in many of a hundred records, rows by
# the batch and one by one.
crew() {
    for workers in 1 2; do
        for cut in chunk_records=0 chunk_records=100 batch=1; do
            "$@" --workers=$workers --set run.$cut || return 1
        done
    done
}

# loses WORDS LINES [OPTION...] - only the deadly stage's score, and only in these lines; $code says
# why.
loses() {
    words=$1 lines=$2
    shift 2
    run 3 "$@" && none_living || return 1
    for line in $lines; do
        says "$table:$line: deadly $words; mood is blank in this row [$code]" || return 1
    done
    awk -F , -v OFS=, -v lost=" $lines " -v code="$code" 'index(lost, " " NR " ") {
        $4 = ""; $5 = "6.00"; $6 = "partial"; $7 = "mood:" code } { print }' "$scratch/clean.csv" >"$scratch/wanted"
    same "$scratch/wanted" "$report"
}

deadly segv
tabled
run 0 && cp "$report" "$scratch/clean.csv"
while IFS='|' read -r way words; do
    deadly "$way"
    code=plugin-crash
    tabled 1950
    promise "loses one score where a plugin ends its process ($way)" crew loses "$words" 1950
done <<'EOT'
segv|crashed on this row (Segmentation fault)
wild|crashed on this row (Segmentation fault)
kill|crashed on this row (Killed)
abort|crashed on this row (Aborted)
exit|ended its process on this row
_exit|ended its process on this row
EOT
deadly segv
crashed='crashed on this row (Segmentation fault)'
tabled 2
promise 'loses the first record of all' crew loses "$crashed" 2
tabled 3001
promise 'loses the last' crew loses "$crashed" 3001
tabled 2050 1950
promise 'loses two' crew loses "$crashed" '1950 2050'
deadly wild
promise 'loses two where nothing is closed' crew loses "$crashed" '1950 2050' --isolation=process
strictly 'loses two where each row is scored twice' loses "$crashed" '1950 2050' --isolation=strict --workers=2
deadly hang
code=plugin-late
for level in process sandbox; do
    promise "loses what a plugin hangs on ($level)" loses \
        'took longer for this row than row_time in [limits] allows' '1950 2050' \
        --isolation=$level --set limits.batch_time=50 --set limits.row_time=50
done

strictly 'loses it where each row is scored twice' loses \
    'took longer for this row than row_time in [limits] allows' '1950 2050' \
    --isolation=strict --set limits.batch_time=500 --set limits.row_time=500

# Thirty records are one in a hundred; one more is too many.
deadly segv
code=plugin-crash
many() {
    awk -v count="$1" 'BEGIN { FS = OFS = "," } NR > 1 && NR <= count + 1 { $4 = 6 } { print }' \
        "$scratch/healthy.csv" >"$table"
}
tabled
cp "$table" "$scratch/healthy.csv"
many 30
promise 'bears one record in a hundred' run 3 --workers=2
many 31
promise 'does not bear more' refuses 7 plugin-quarantine
promise 'bears more where it is told to' run 3 --keep-going
{ tabled 1950 && echo 'zqcanary,1,1,1,"48613' && rows 3003 9000; } >>"$table"
promise 'says what is wrong behind such a record' refuses 5 quote-open --workers=2
tabled 1950
promise 'does not go on where what was seen before died with a worker' \
    refuses 7 plugin-crash --set input.unique=yes

# ---- a plugin that does so before the first row ------------------------------------------------------

# dies_early WHEN WAY CODE WORDS [OPTION...] - nothing but a message that names it; the run, and a check.
dies_early() {
    at=$1 way=$2 code=$3 words=$4
    shift 4
    tabled
    for level in ${levels-process sandbox}; do
        DEADLY_AT=$at DEADLY_WAY=$way refuses 6 "$code" --isolation="$level" "$@" && says "$words" &&
            none_living || return 1
    done
    DEADLY_AT=$at DEADLY_WAY=$way ends 6 "$rapport" check "$pipeline" "$@" 2>"$scratch/said" && says "$words"
}
deadly segv
early="plugin $scratch/././deadly.so"
for when in load entry bind; do
    while IFS='|' read -r way words; do
        promise "names a plugin that ends its process before the first row ($when: $way)" dies_early \
            $when "$way" plugin-load "$early $words while it was loaded or started"
    done <<'EOT'
segv|crashed (Segmentation fault)
wild|crashed (Segmentation fault)
abort|crashed (Aborted)
kill|crashed (Killed)
exit|ended its process
EOT
    levels=sandbox
    promise "names one that hangs then ($when)" dies_early $when hang plugin-late \
        "$early is not ready within 500 ms" --set limits.load_time=500
    unset levels
done
early_mistakes() {
    tabled
    DEADLY_AT=bind DEADLY_WAY=segv refuses 4 cfg-unknown-key --set 'run.wrokers=1' && says "$early crashed"
}
promise 'says what else is wrong, too' early_mistakes

lives() {
    tabled
    for crew in --workers=1 --workers=2 --isolation=none; do
        run 0 $crew && none_living && [ "$(wc -l <"$report")" -eq 3001 ] || return 1
    done
}
promise 'scores a table without such a record, and no worker lives on' lives

# ---- ended from outside -----------------------------------------------------------------------------

# Runs on a stream that goes on until descriptor 3 is closed. Workers are there only once a megabyte
# has come, from which the header is read; a thousand lines before the end of the first part are more
# than chunks under way, and fit the pipe.
begins() {
    old_files
    rm -f "$scratch/stream" && mkfifo "$scratch/stream"
    setsid "$rapport" run "$pipeline" --input "$scratch/stream" --output "$report" --workers=2 \
        --set run.chunk=4096 --isolation="${asked-sandbox}" 2>"$scratch/said" &
    child=$!
    exec 3>"$scratch/stream"
    { echo client,session,m1,m2,note && rows 2 100000 "$1"; } >&3
    soon has_children $child "${crew_of-2}" || { cat "$scratch/said" && return 1; }
}

# ends_soon STATUS - the run does, and all whom it started.
ends_soon() {
    (sleep 5 && kill -s KILL "$child") &
    wait "$child"
    got=$?
    kill $! 2>/dev/null
    exec 3>&-
    cat "$scratch/said"
    echo "the exit status is $got"
    [ $got -eq "$1" ] && soon none_living
}
ended() {
    ends_soon "$1" && keeps_old_files && keeps_silent
}

worker_killed() {
    begins 0
    kill -KILL "$(children $child | sed -n "$1p")"
    rows 100001 200000 >&3 2>/dev/null
    exec 3>&-
    ends_soon 0 && no_temporaries && [ "$(wc -l <"$report")" -eq 200000 ]
}
promise 'loses nothing when a worker is killed from outside' worker_killed 1
promise 'loses nothing when it is the other one' worker_killed 2

# What is sent to a worker alone is not heeded: a terminal sends it to the supervisor as well.
worker_signalled() {
    begins 0
    for worker in $(children "$child"); do
        for signal in INT TERM HUP INT TERM HUP; do
            kill -s $signal "$worker" && sleep 0.01
        done
    done
    rows 100001 110000 >&3
    exec 3>&-
    ends_soon 0 && no_temporaries && [ "$(wc -l <"$report")" -eq 110000 ]
}
promise 'goes on when only workers are interrupted' worker_signalled

# signalled SIGNAL STATUS [WHOM] - while it waits for more of its table.
signalled() {
    begins 0 && kill -s "$1" -- "$3$child" && ended "$2" && no_temporaries
}
promise 'ends when interrupted, while workers wait for more' signalled INT 130
promise 'ends when terminated, while workers wait for more' signalled TERM 143
promise 'ends when a terminal interrupts all of them' signalled INT 130 -

supervisor_killed() {
    begins "$1" && kill -s KILL $child && wait $child 2>/dev/null
    sleep 1
    exec 3>&-
    none_living && [ "$(cat "$report")" = old ]
}
promise 'takes waiting workers with it when killed' supervisor_killed 0
asked=strict crew_of=4
strictly 'takes workers with it that see nobody' supervisor_killed 0
unset asked crew_of
deadly hang
promise 'takes workers with it that hang in a plugin' supervisor_killed 99000

hangs() {
    begins 99000 && sleep 0.3 && kill -s "$1" -- "$3$child" && ended "$2" && no_temporaries
}
promise 'ends when interrupted, while a plugin hangs' hangs INT 130
promise 'ends when terminated, while a plugin hangs' hangs TERM 143
promise 'ends when a terminal hangs up on all of them' hangs HUP 129 -

# ---- asked for wrongly ------------------------------------------------------------------------------

wrong() {
    old_files
    words=$1
    shift
    ends 2 "$rapport" run "$pipeline" --input "$table" --output "$report" "$@" 2>"$scratch/said"
    kept=$?
    cat "$scratch/said"
    [ $kept -eq 0 ] && says "$words" && says '[usage]' && keeps_old_files && no_temporaries
}
for count in 0 -1 abc 1x 257 999 4294967297 ''; do
    promise "refuses --workers '$count'" \
        wrong "--workers takes a number from 1 to 256, not '$count'" "--workers=$count"
done
promise 'refuses a level of isolation there is not' \
    wrong "--isolation takes none, process, sandbox or strict, not 'foo'; rapport help run" --isolation foo
promise 'knows what a misspelt level was to be' wrong "did you mean 'process'?" --isolation proces
promise 'refuses more workers than may be in the INI file' refuses 4 cfg-range --set run.workers=257
promise 'refuses such a level there' refuses 4 cfg-choice --set run.isolation=foo
[ "$broken" -eq 0 ]
