#!/bin/sh
# workers.sh RAPPORT DEADLY.so - processes that die: a plugin that takes its worker with it, and
# whoever is killed from outside. The old report stays, nothing is left behind and nobody lives on.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
# shellcheck source=tests/hostile/judge.sh
. "$tests/hostile/judge.sh"
pipeline=$scratch/run.ini
ln -s "$(realpath "$2")" "$scratch/deadly.so"

# What a process of ours carries in its environment, and so do its children; and a sanitizer that
# neither takes signals for itself nor looks for leaks where a plugin calls exit; and no core files.
# shellcheck disable=SC3045 # dash and bash know it
ulimit -c 0
export ASAN_OPTIONS=handle_segv=0:handle_abort=0:detect_leaks=0
mark="ZQMARK=$scratch"
real=$rapport rapport=$scratch/rapport
printf '#!/bin/sh\nexec env "%s" "%s" "$@"\n' "$mark" "$real" >"$rapport"
chmod +x "$rapport"

living() {
    grep -lzxF "$mark" /proc/[0-9]*/environ 2>/dev/null
}
children() {
    grep -lx "PPid:[[:space:]]*$1" /proc/[0-9]*/status 2>/dev/null | cut -d / -f 3
}

# soon COMMAND... - within five seconds.
soon() {
    for _ in $(seq 100); do
        "$@" && return
        sleep 0.05
    done
    echo "not soon: $*" && return 1
}
none_living() {
    [ -z "$(living)" ] || { echo "these live on: $(living)" && return 1; }
}
has_children() {
    [ "$(children "$1" | wc -l)" -eq "$2" ]
}

# deadly WAY - at an answer of 6, which only some table has; answers are 0..6.
deadly() {
    cat >"$pipeline" <<INI
[pipeline]
stages     = mood
respondent = client
session    = session
keep       = note

[stage mood]
instrument = ./mood.ini
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

# crew COMMAND... - with one worker and two, and many chunks of a hundred records.
crew() {
    for workers in 1 2; do
        "$@" --workers=$workers --set run.chunk_records=100 || return 1
    done
}

# crashes LINE WORDS [OPTION...] - named is the line where the chunk begins.
crashes() {
    line=$1 words=$2
    shift 2
    refuses 7 plugin-crash "$@" && says "$table:$line: a plugin $words on a record from here on" &&
        none_living
}

while IFS='|' read -r way words; do
    deadly "$way"
    tabled 1950
    promise "says that a plugin $words ($way), and where" crew crashes 1902 "$words"
done <<'EOT'
segv|crashed (Segmentation fault)
kill|crashed (Killed)
abort|crashed (Aborted)
exit|ended the process (exit 0)
_exit|ended the process (exit 3)
EOT
deadly segv
crashed='crashed (Segmentation fault)'
tabled 2
promise 'says it of the first record of all' crew crashes 2 "$crashed"
tabled 3001
promise 'says it of the last' crew crashes 2902 "$crashed"
tabled 2050 1950
promise 'names the first of two places' crew crashes 1902 "$crashed"
promise 'says it where all is one chunk' crashes 2 "$crashed" --workers=2
{ tabled 1950 && echo 'zqcanary,1,1,1,"48613' && rows 3003 9000; } >>"$table"
promise 'says what is wrong with an earlier chunk before a quote that never closes' \
    crew crashes 1902 "$crashed"

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
        --set run.chunk=4096 2>"$scratch/said" &
    child=$!
    exec 3>"$scratch/stream"
    { echo client,session,m1,m2,note && rows 2 100000 "$1"; } >&3
    soon has_children $child 2 || { cat "$scratch/said" && return 1; }
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
    ended 7 && no_temporaries && says 'a plugin crashed (Killed) on a record from here on'
}
promise 'says that a worker was killed from outside' worker_killed 1
promise 'says so of the other one' worker_killed 2

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
    wrong "--isolation takes none or process, not 'foo'; rapport help run" --isolation foo
promise 'knows what a misspelt level was to be' wrong "did you mean 'process'?" --isolation proces
promise 'refuses more workers than may be in the INI file' refuses 4 cfg-range --set run.workers=257
promise 'refuses such a level there' refuses 4 cfg-choice --set run.isolation=foo
[ "$broken" -eq 0 ]
