#!/bin/sh
# files.sh RAPPORT - inputs and outputs that are no plain files, or not to be had: a report is there
# whole or not at all, and an older one stays until then.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
# shellcheck source=tests/hostile/judge.sh
. "$tests/hostile/judge.sh"

# A table with a report of some 600 KB, more than a pipe holds; two rows lose a score.
awk 'BEGIN { print "client,session,m1,m2,m3,s1,s2,note"
    for (i = 1; i <= 20000; i++) print "zqcanary-" i ",1,1,2," (i % 9000 ? 3 : 48613) ",4,5,48613" }' \
    >"$table"
cp "$table" "$scratch/copy.csv"
run 3 >"$scratch/log" || cat "$scratch/log"
cp "$report" "$scratch/expected.csv"
cp "$out/report.rejects.csv" "$scratch/expected.rejects.csv"

# ---- where the table comes from ----------------------------------------------------------------

gives_the_same() {
    same "$scratch/expected.csv" "$report" &&
        same "$scratch/expected.rejects.csv" "$out/report.rejects.csv"
}
standard_input() {
    run 3 --input - <"$table" && gives_the_same
}
pipe() {
    { head -c 100 && sleep 0.1 && cat; } <"$table" | run 3 --input - && gives_the_same
}
fifo() {
    mkfifo "$scratch/fifo"
    cat "$table" >"$scratch/fifo" &
    run 3 --input "$scratch/fifo" && gives_the_same
}
promise 'reads standard input' standard_input
promise 'reads a pipe that comes in pieces' pipe
promise 'reads a named pipe' fifo
promise 'refuses a folder' refuses 5 input-file --input "$scratch"
promise 'refuses a table that is not there' refuses 5 input-file --input "$scratch/nowhere.csv"

# The report goes to a pipe nobody reads yet, so that the run cannot end before the table has changed.
changed() {
    mkfifo "$scratch/slow"
    cp "$table" "$scratch/growing.csv"
    run 5 --input "$scratch/growing.csv" --output "$scratch/slow" >"$scratch/log" &
    exec 3<"$scratch/slow"
    echo zqcanary,1,1,1,1,1,1,48613 >>"$scratch/growing.csv"
    cat <&3 >"$scratch/printed"
    exec 3<&-
    wait $! && says '[input-changed]'
}
promise 'refuses a table that changes while it is read' changed

# ---- where the report goes ------------------------------------------------------------------------

standard_output() {
    old_files
    "$rapport" run "$pipeline" --input "$table" --output - >"$report" 2>"$scratch/said"
    [ $? -eq 3 ] && same "$scratch/expected.csv" "$report"
}
promise 'writes standard output' standard_output

is_input() {
    ln "$table" "$scratch/hard.csv"
    ln -s "$table" "$scratch/soft.csv"
    for name in "$table" "$scratch/hard.csv" "$scratch/soft.csv"; do
        refuses 8 output-is-input --output "$name" &&
            refuses 8 output-is-input --set "report.rejects=$name" &&
            refuses 8 output-is-input --set "report.provenance=$name" &&
            same "$scratch/copy.csv" "$table" || return 1
    done
}
promise 'refuses to write over the table, by whatever name' is_input

# Behind the table itself: what is written would be read, and so on for ever.
appended() {
    old_files
    cp "$table" "$scratch/own.csv"
    # shellcheck disable=SC2094 # that is the point
    timeout 10 "$rapport" run "$pipeline" --input "$scratch/own.csv" --output - \
        >>"$scratch/own.csv" 2>"$scratch/said"
    [ $? -eq 8 ] && says '[output-is-input]' && same "$table" "$scratch/own.csv"
}
promise 'refuses to write behind the table it reads' appended

over_a_plugin() {
    cp "$(dirname "$rapport")/plugins/mean.so" "$scratch/own.so"
    refuses 8 output-is-input --set "stage.sleep.scale.hours.scoring=$scratch/own.so" \
        --output "$scratch/own.so" && cmp "$(dirname "$rapport")/plugins/mean.so" "$scratch/own.so"
}
promise 'refuses to write over a plugin of the run' over_a_plugin

# /dev/stdout is a link, behind which a shell may have put a regular file.
to_a_stream() {
    old_files
    ln -sf /proc/self/fd/1 "$scratch/stream"
    "$rapport" run "$pipeline" --input "$table" --output "$scratch/stream" \
        >"$scratch/streamed.csv" 2>"$scratch/said"
    [ $? -eq 3 ] && [ -L "$scratch/stream" ] && same "$scratch/expected.csv" "$scratch/streamed.csv"
}
promise 'writes to a stream by its name, and leaves the name' to_a_stream

for_two_streams() {
    refuses 8 output-twice --output - --set report.rejects=- >"$scratch/printed" &&
        run 3 --output /dev/null --set report.rejects=/dev/null
}
for_two() {
    refuses 8 output-twice --set "report.rejects=$report" &&
        refuses 8 output-twice --set "report.rejects=$out/../out/report.csv"
}
promise 'refuses one name for two files' for_two
promise 'refuses one stream for two files' for_two_streams
promise 'refuses a report without a name' refuses 4 cfg-missing-key --output ''

into_a_folder() {
    mkdir "$scratch/folder"
    refuses 8 output-kind --output "$scratch/folder" && rmdir "$scratch/folder"
}
promise 'refuses to write where a folder is' into_a_folder
promise 'refuses to write into a folder that is not there' \
    refuses 8 output-folder --output "$scratch/nowhere/report.csv"

# Nobody may make a file in /sys, not even root; where it is not mounted, root may make any file.
into_a_locked_folder() {
    mkdir -m 500 "$scratch/locked"
    place=$scratch/locked
    [ "$(id -u)" -ne 0 ] || place=/sys
    [ "$(id -u)" -ne 0 ] || [ -d /sys/kernel ] || return 0
    refuses 8 output-write --output "$place/report.csv" && says 'another place with --output'
}
promise 'says what to do where a report may not be written' into_a_locked_folder
promise 'keeps the old report if the rejects file cannot be written' \
    refuses 8 output-folder --set "report.rejects=$scratch/nowhere/rejects.csv"
promise 'says that the disk is full' refuses 8 output-space --output /dev/full
promise 'keeps the old report if the disk is full for the rejects file' \
    refuses 8 output-space --set report.rejects=/dev/full

# The files may grow to some hundred KiB (ulimit counts in 512 or 1024 bytes), the report would not fit.
stops_midway() {
    (trap '' XFSZ && ulimit -f 200 && refuses 8 output-write)
}
promise 'keeps the old report if writing fails midway' stops_midway

closed_reader() {
    old_files
    { "$rapport" run "$pipeline" --input "$table" --output - 2>"$scratch/said"
        echo $? >"$scratch/status"; } | head -n 1 >"$scratch/printed"
    [ "$(cat "$scratch/status")" -eq 8 ] && keeps_silent && keeps_old_files
}
promise 'ends with 8 if the reader of standard output goes away' closed_reader

link() {
    old_files
    echo old >"$scratch/target.csv"
    ln -sf "$scratch/target.csv" "$report"
    "$rapport" run "$pipeline" --input "$table" --output "$report" 2>"$scratch/said"
    [ $? -eq 3 ] && [ ! -L "$report" ] && gives_the_same && [ "$(cat "$scratch/target.csv")" = old ]
}
promise 'replaces a link, and does not write through it' link

owners_alone() {
    run 3
    for file in "$out"/report*; do
        [ "$(stat -c %a "$file")" = 600 ] || { ls -l "$out" && return 1; }
    done
}
promise 'writes files that only their owner may read' owners_alone

# ---- ended from outside -----------------------------------------------------------------------------

# ended_by SIGNAL STATUS - a run that waits for more of its table ends at once, and leaves nothing.
ended_by() {
    old_files
    rm -f "$scratch/waiting" && mkfifo "$scratch/waiting"
    "$rapport" run "$pipeline" --input "$scratch/waiting" --output "$report" \
        2>"$scratch/said" &
    child=$!
    exec 3>"$scratch/waiting"
    cat "$table" >&3
    sleep 0.5
    kill -s "$1" $child
    kill -s "$1" $child # and once more: impatience changes nothing
    (sleep 4 && kill -s KILL $child) &
    wait $child
    got=$?
    kill $! 2>/dev/null
    exec 3>&-
    echo "the exit status is $got"
    [ $got -eq "$2" ] && no_temporaries && keeps_old_files && keeps_silent
}
promise 'ends when terminated, while it waits for more' ended_by TERM 143
promise 'ends when hung up, while it waits for more' ended_by HUP 129
promise 'ends when told to quit, while it waits for more' ended_by QUIT 131
[ "$broken" -eq 0 ]
