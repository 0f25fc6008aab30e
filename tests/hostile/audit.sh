#!/bin/sh
# audit.sh RAPPORT - an audit log tells of every run, and of whatever was done to it since; a run that
# cannot be told of has no report.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
cd "$scratch" || exit 1
umask 022

# Row 2 loses a score; the names of files are all that a log may have of them.
mkdir clinic reports
cp "$tests/hostile/mood.ini" "$tests/hostile/sleep.ini" clinic
sed 's|^\[report\]|[audit]\nlog = ../audit.log\n&\npath = ../reports/own.csv|' \
    "$tests/hostile/tables.ini" >clinic/own.ini
cat >answers.csv <<'CSV'
client,session,m1,m2,m3,s1,s2,note
zq_a,1,1,2,3,4,5,zq_well
zq_b,1,1,2,3,4,48613,zq_bad
CSV
report=reports/own.csv
log=audit.log

# scores STATUS [OPTION...] - a run; what it says is in said, and tells of nobody.
scores() {
    status=$1
    shift
    ends "$status" timeout 20 "$rapport" run clinic/own.ini --quiet --input answers.csv "$@" 2>said
    kept=$?
    cat said
    : >log.heard
    [ ! -f "$log" ] || cat "$log" >log.heard # a pipe would wait
    [ $kept -eq 0 ] && ! grep -nE "$canary|48613" said log.heard
}

# verifies STATUS [OPTION...] - of the log.
verifies() {
    status=$1
    shift
    ends "$status" timeout 20 "$rapport" audit verify "$log" "$@" >printed 2>said
    kept=$?
    cat said
    [ $kept -eq 0 ] && [ ! -s printed ] && ! grep -nE "$canary|48613" said
}

says() {
    grep -qF -e "$1" said || { echo "nothing says $1" && return 1; }
}

has() {
    grep -qF -e "$1" "$log" || { echo "no line has $1" && cat "$log" && return 1; }
}

digest_of() {
    sha256sum <"$1" | cut -c 1-64
}

# ---- what is told -----------------------------------------------------------------------------------

begins() {
    scores 3 && [ "$(stat -c %a "$log")" = 600 ] && [ "$(wc -l <"$log")" -eq 2 ] &&
        has '"pipeline": "own.ini", "input": "answers.csv", "report": "own.csv"' &&
        has "\"uid\": $(id -u)" && has "\"host\": \"$(uname -n)\"" &&
        has '"outcome": "some rejected", "exit": 3' &&
        has "\"provenance_sha256\": \"$(digest_of reports/own.provenance.json)\"" &&
        has "\"report_sha256\": \"$(digest_of $report)\""
}
promise 'tells of a run when it begins and when it ends, with the hash of what it made' begins
in_utc() {
    TZ=Pacific/Kiritimati scores 3 &&
        [ "$(tail -n 1 "$log" | grep -oE '"time": "[^"]*"' | cut -c 10-22)" = "$(date -u +%Y-%m-%dT%H)" ]
}
promise 'tells the time in UTC' in_utc
same_without() {
    cp $report reports/own.provenance.json . && scores 3 --set audit.log=other.log && mv clinic/other.log . &&
        same own.csv $report && sed -i '/^\[audit\]/,/^log/d' clinic/own.ini && scores 3 &&
        same own.csv $report && [ "$(wc -l <other.log)" -eq 2 ] &&
        sed -i 's|^\[report\]|[audit]\nlog = ../audit.log\n&|' clinic/own.ini
}
promise 'changes nothing in the report' same_without
good() {
    verifies 0 && says "$log: lines 1 to 4 are as they were written" &&
        says "hash is $(tail -n 1 "$log" | sha256sum | cut -c 1-64)"
}
promise 'is found as it was written, and says its last hash' good
failures() {
    scores 5 --input nowhere.csv && has '"input": "nowhere.csv"' && has '"outcome": "bad table", "exit": 5' &&
        scores 8 --output nowhere/own.csv && has '"outcome": "no report", "exit": 8' && verifies 0
}
promise 'tells of runs that had no report' failures
to_pipe() {
    timeout 20 "$rapport" run clinic/own.ini --quiet --input answers.csv --output - 2>said >piped
    has "\"report\": \"-\", \"outcome\": \"some rejected\", \"exit\": 3, \"report_sha256\": \"$(digest_of piped)\""
}
promise 'tells of what went through a pipe by its hash' to_pipe

# ended SIGNAL TEXT - a run that waits for its table gets the signal.
ended() {
    rm -f waiting && mkfifo waiting
    "$rapport" run clinic/own.ini --quiet --input waiting 2>said &
    child=$!
    exec 9>waiting # once the run waits for it
    kill -s "$1" $child
    wait $child
    exec 9>&-
    verifies 0 && says_or_has "$2"
}
says_or_has() {
    grep -qF -e "$1" said "$log"
}
promise 'tells that a run was ended from outside' ended TERM '"outcome": "cancelled"'
promise 'shows a run that was killed' ended KILL 'the run that begins here has no end'
cp "$log" kept.log

# ---- what is found ----------------------------------------------------------------------------------

lines=$(wc -l <kept.log)

# finds CODE SCRIPT - what sed made of the log is found.
finds() {
    sed "$2" kept.log >"$log"
    cmp -s kept.log "$log" && echo "nothing was changed" && return 1
    verifies 12 && says "$1"
}
each_line() {
    for line in 1 4 $((lines - 1)); do
        finds "$log:$line: is not what it was" "${line}s/\"host\": \"/&x/" &&
            finds "$log:$line:" "${line}s/\"event\"/\"EVENT\"/" &&
            finds '[audit-gap]' "${line}d" && finds '[audit-order]' "${line}p" &&
            finds '[audit-order]' "${line}{h;d};$((line + 1))G" &&
            finds "$log:$((line + 1)):1: " "${line}a no line of a run" || return 1
    done
}
promise 'finds any line changed, taken out, doubled, moved or put in' each_line
promise 'finds lines cut out of the middle' finds "$log:3: is line 6, where line 3 was to come" '3,5d'
promise 'finds a beginning cut off' finds "$log:1: is line 3, where line 1 was to come" '1,2d'
promise 'finds all places' finds "$log:2: is not what it was" '2s/"host": "/&x/;5,6d'
promise 'finds the second as well' says '[audit-gap]'
each_byte() {
    at=$(head -n 2 kept.log | wc -c) end=$(head -n 3 kept.log | wc -c)
    while [ $((at += 13)) -lt "$end" ]; do
        cp kept.log "$log"
        printf '~' | dd of="$log" bs=1 seek=$at conv=notrunc 2>/dev/null
        "$rapport" audit verify "$log" >printed 2>said
        [ $? -eq 12 ] || { echo "byte $at" && return 1; }
    done
}
promise 'finds a byte changed anywhere in a line' each_byte

# Whoever can write to the log can write all of it anew. What was noted elsewhere finds that.
noted() {
    cp kept.log "$log"
    fifth=$(sed -n 5p kept.log | sha256sum | cut -c 1-64)
    first=$(grep -o '"provenance_sha256": "[^"]*"' kept.log | head -n 1 | cut -d '"' -f 4)
    verifies 0 --expect "$fifth" && says 'expected hash is that of line 5' &&
        verifies 0 --expect "$first" && says 'that of the provenance in line 2' &&
        head -n 4 kept.log >"$log" && verifies 0 && verifies 12 --expect "$fifth" && says '[audit-expect]' &&
        verifies 0 --expect "$first" && : >"$log" && verifies 0 && verifies 12 --expect "$first"
}
promise 'finds what was cut off the end by a hash that is expected' noted
promise 'knows what is no hash' verifies 2 --expect 12ab

torn() {
    head -c -20 kept.log >"$log"
    chmod 600 "$log"
    verifies 12 && says "$log:$lines: is torn" && scores 3 && verifies 0 &&
        says "$log:$lines: is torn, as the line behind it says"
}
promise 'finds a torn line, and goes on behind it' torn

missing() {
    rm "$log" && verifies 13 && says '[verify-missing]' && mkdir "$log" && verifies 13 &&
        says '[verify-unreadable]' && rmdir "$log" && mkfifo "$log" && verifies 13 &&
        says '[verify-unreadable]' && rm "$log"
}
promise 'knows what is not there, or no file' missing
hostile() {
    head -c 300000 /dev/zero >"$log" && verifies 12 && says "$log:1:" &&
        cp answers.csv "$log" && verifies 12 && says "$log:1:1: '{' has to stand here" && rm "$log"
}
promise 'waits for nothing and shows nothing of what is no log' hostile

# ---- no line, no report -----------------------------------------------------------------------------

# has_no_report CODE - says so, and the old report stays.
has_no_report() {
    echo old >$report
    scores 8 && says "[$1]" && [ "$(cat $report)" = old ] && [ "$(ls reports)" = "$(cat listed)" ]
}
ls reports >listed
cp kept.log "$log" && chmod 600 "$log"
is_link() {
    mv "$log" real.log && ln -s real.log "$log" && has_no_report audit-log && rm "$log" && mv real.log "$log"
}
promise 'follows no link' is_link
is_pipe() {
    mv "$log" real.log && mkfifo "$log" && has_no_report audit-log && rm "$log" && mv real.log "$log"
}
promise 'writes to no pipe, and waits for none' is_pipe
is_open_to_others() {
    chmod 622 "$log" && has_no_report audit-log && chmod 600 "$log"
}
promise 'writes to no file that others may write to' is_open_to_others
is_changed() {
    echo 'no line of a run' >>"$log" && has_no_report audit-log && cp kept.log "$log"
}
promise 'goes on behind nothing that no run wrote' is_changed
is_nowhere() {
    mkdir away && mv "$log" away && mkdir "$log" && has_no_report audit-write && rmdir "$log" &&
        mv "away/$log" .
}
promise 'has no report without a log' is_nowhere

# meanwhile COMMAND... - done to the log while the run waits for its table; it ends without a report.
meanwhile() {
    rm -f waiting && mkfifo waiting && echo old >$report
    timeout 20 "$rapport" run clinic/own.ini --quiet --input waiting 2>said &
    child=$!
    exec 9>waiting # once the run waits for it
    "$@"
    cat answers.csv >&9
    exec 9>&-
    wait $child
    [ $? -eq 8 ] && says '[audit-log]' && [ "$(cat $report)" = old ] && [ "$(ls reports)" = "$(cat listed)" ]
}
promise 'has no report where its end cannot be told' meanwhile chmod 622 "$log"
chmod 600 "$log"
promise 'has none where its beginning is gone' meanwhile mv "$log" gone.log
rm "$log"
is_output() {
    scores 8 --output "$log" && says '[output-is-input]' && [ "$(wc -l <"$log")" -eq 2 ] && verifies 0
}
promise 'writes no report over the log' is_output
not_published() {
    rm -f waiting && mkfifo waiting && rm -f "$log" $report
    timeout 20 "$rapport" run clinic/own.ini --quiet --input waiting 2>said &
    child=$!
    exec 9>waiting
    # More than is read before the files to be written are opened.
    awk 'NR == 1 { print; for (i = 0; i < 80000; i++) print "zq_" i ",1,1,2,3,4,5,zq_long" }' answers.csv >&9
    mkdir $report
    exec 9>&-
    wait $child
    [ $? -eq 8 ] && rmdir $report && verifies 0 && has '{"line": 2, "event": "end"' &&
        has '{"line": 3, "event": "failed"' && has '"outcome": "no report", "exit": 8'
}
promise 'takes back what it told of a report that then got no name' not_published

# ---- many at once ------------------------------------------------------------------------------------

many() {
    rm -f "$log"
    for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
        "$rapport" run clinic/own.ini --quiet --isolation none --input answers.csv --output "many$n.csv" 2>>said &
    done
    wait
    [ "$(find . -name 'many*.provenance.json' | wc -l)" -eq 12 ] && verifies 0 &&
        says 'lines 1 to 24 are as' && ! says 'no end' >/dev/null
}
promise 'keeps its chain where many runs write at once' many
promise 'is left alone by a verification' ends 3 "$rapport" run clinic/own.ini --quiet --input answers.csv
again() {
    cp "$log" before.log && "$rapport" verify $report --input answers.csv --pipeline clinic/own.ini --rerun &&
        same before.log "$log"
}
promise 'also when that scores the table again' again

is_stream() {
    scores 4 --set audit.log=- && says '[cfg-audit]' && [ ! -e - ]
}
promise 'keeps no log in a stream' is_stream
promise 'says what is missing' ends 2 "$rapport" audit verify
promise 'knows no other word' ends 2 "$rapport" audit erase "$log"
[ "$broken" -eq 0 ]
