#!/bin/sh
# calls.sh RAPPORT [--all] - every system call of a run fails, once, in each way that it plausibly
# can; one that was interrupted, or that did half of its work, is no failure at all.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
sample=150 # of some ten thousand
# shellcheck source=tests/faults/point.sh
. "$tests/faults/point.sh"
log=$scratch/log

# failing WHO CALL N ACTION COMMAND...
failing() {
    "$faults/fail_call" "$log" "$@"
}

# What can become of a call of that name; with a `+`, it goes on like that.
ways() {
    case $1 in
    read) echo EINTR short EIO EAGAIN ;;
    write) echo EINTR short EIO ENOSPC EDQUOT EPIPE ENOSPC+ ;;
    futex | poll) echo EINTR EAGAIN ;;
    wait4) echo EINTR ECHILD ;;
    openat | open) echo EACCES EMFILE ENOMEM EIO EMFILE+ ;;
    close) echo EIO EINTR ;;
    fsync) echo EIO ENOSPC EDQUOT EIO+ ;;
    rename* | link* | unlink*) echo EIO EACCES EROFS ENOSPC EINVAL EIO+ ;;
    ftruncate | fallocate | sync_file_range) echo EIO ENOSPC EINTR EOPNOTSUPP ;;
    clone* | fork | vfork) echo EAGAIN ENOMEM EAGAIN+ ;;
    mmap | mprotect | brk | mremap | munmap | madvise)
        [ -n "$sanitized" ] || echo ENOMEM ;; # else memory is the sanitizer's, who ends the process
    *stat* | readlink* | access) echo EIO EACCES ENOMEM ;;
    pread64 | pwrite64 | lseek) echo EIO EINTR ;;
    landlock_create_ruleset) # asked for by the supervisor alone; then there is none, and it is said
        [ "$who" = supervisor ] || echo EPERM EINVAL ENOMEM ;;
    getpid | getppid | gettid) ;; # which cannot
    *) echo EIO EPERM EINVAL ENOSYS ;;
    esac
}

# one WHO CALL N ACTION
one() {
    put_back
    score failing "$@"
    status=$?
    [ "$status" -ne 77 ] || skip 'no process may be traced here'
    [ -s "$log" ] || return # there were fewer this time
    owes "$*" '4 5 6 7 8 9 11'
    case $4 in
    EINTR | short) case $2 in read | write | wait4 | futex | poll)
        [ "$status" -eq "$clean" ] || grep -q 'plugin-load' "$scratch/said" || # the loader's own
            complain 'fails, though it need not' ;;
    esac ;;
    esac
}

# each WHO TRY COMMAND... - has every way of every call by WHO in `COMMAND` tried: TRY WHO CALL N ACTION.
each() {
    who=$1 try=$2
    shift 2
    "$@" failing "$who" any 0 list
    [ $? -ne 77 ] || skip 'no process may be traced here'
    sort "$log" | uniq -c >"$scratch/calls"
    while read -r count call; do
        for n in $(seq "$count"); do
            for way in $(ways "$call"); do
                ! is_turn || "$try" "$who" "$call" "$n" "$way"
            done
        done
    done <"$scratch/calls"
}
put_back
each supervisor one score
each worker one score

# ---- where there is no file to keep ---------------------------------------------------------

# Into a pipe, out of a pipe: what comes out is all there is, or the status says that it is not.
pipes() {
    "$@" "$rapport" run "$scratch/run.ini" --input - --output - --workers=2 --isolation="$level" \
        --set run.chunk_records=12 <"$scratch/fifo" 2>"$scratch/said" >"$scratch/printed" &
    child=$!
    cat "$scratch/table.csv" 2>/dev/null >"$scratch/fifo"
    wait $child
}
piped() {
    pipes failing "$@"
    status=$? state=no what="in a pipe, $*"
    [ -s "$log" ] || return
    points=$((points + 1))
    case $status in
    "$clean") cmp -s "$scratch/printed" "$scratch/new/report.csv" || { lost=$((lost + 1)) && complain 'ends well without all rows'; } ;;
    [4-9] | 11) explains || [ "$call$way" = writeENOSPC+ ] || complain 'does not say why' ;;
    *) complain 'ends otherwise than it may' ;;
    esac
}
mkfifo "$scratch/fifo"
each supervisor piped pipes

# The table is never the report, whatever cannot be found out about it.
onto_table() {
    "$@" "$rapport" run "$scratch/run.ini" --input "$scratch/table.csv" --output "$scratch/hard.csv" \
        >"$scratch/printed" 2>"$scratch/said"
}
spared() {
    $attempt failing "$@"
    status=$? state=no what="$attempt, $*"
    [ -s "$log" ] || return
    points=$((points + 1))
    cmp -s "$scratch/hard.csv" "$scratch/copy.csv" || { lost=$((lost + 1)) && complain 'is written over'; }
    case $status in [2-9] | 11) ;; *) complain 'ends otherwise than it may' ;; esac
    ln -f "$scratch/table.csv" "$scratch/hard.csv"
}
cp "$scratch/table.csv" "$scratch/copy.csv"
ln "$scratch/table.csv" "$scratch/hard.csv"
attempt=onto_table
each supervisor spared onto_table

# A device stays one, even if it could not be seen that it is.
onto_device() {
    "$@" "$rapport" run "$scratch/run.ini" --input "$scratch/table.csv" --output "$scratch/null" \
        >"$scratch/printed" 2>"$scratch/said"
}
stays() {
    onto_device failing "$@"
    status=$? state=no what="onto a device, $*"
    points=$((points + 1))
    [ -c "$scratch/null" ] || complain 'is replaced'
    case $status in [3-9] | 11) ;; *) complain 'ends otherwise than it may' ;; esac
}
if mknod "$scratch/null" c 1 3 2>/dev/null; then
    each supervisor stays onto_device
else
    echo 'SKIPPED: a device, which only root may make'
fi

# ---- what else is written ---------------------------------------------------------------------

# An audit log stays a good one, or the next run mends it; and no new report is without its line.
logging() {
    "$@" "$rapport" run "$scratch/logged.ini" --input "$scratch/table.csv" --output "$out/report.csv" \
        --workers=2 --isolation="$level" --set run.chunk_records=12 >"$scratch/printed" 2>"$scratch/said"
}
is_good_log() {
    [ ! -s "$scratch/audit.log" ] || "$rapport" audit verify "$scratch/audit.log" >"$scratch/verified" 2>&1
}
logged() {
    rm -f "$scratch/audit.log"
    put_back
    logging failing "$@"
    status=$? state=old what="with an audit log, $*"
    [ -s "$log" ] || return
    points=$((points + 1))
    case $status in [3-9] | 11) ;; *) complain 'ends otherwise than it may' ;; esac
    if cmp -s "$out/report.csv" "$scratch/new/report.csv"; then
        state=new
        grep -q "$(sha256sum <"$out/report.csv" | cut -c 1-64)" "$scratch/audit.log" || complain 'is not in the log'
    elif ! cmp -s "$out/report.csv" "$scratch/old/report.csv"; then
        torn=$((torn + 1)) && complain 'leaves a torn report'
    fi
    ! grep -q -e zqcanary -e 48613 "$scratch/audit.log" 2>/dev/null || { leaks=$((leaks + 1)) && complain 'logs an answer'; }
    is_good_log || { logging env; is_good_log; } || complain 'spoils the log'
}
{ cat "$scratch/run.ini" && printf '[audit]\nlog = audit.log\n'; } >"$scratch/logged.ini"
each supervisor logged logging

# Ids are exchanged in all rows, or there is no new table.
exchanging() {
    "$@" "$rapport" pseudonymise --key "$scratch/keys/key" --column client_id "$scratch/table.csv" \
        --output "$scratch/theirs/table.csv" >"$scratch/printed" 2>"$scratch/said"
}
exchanged() {
    echo old >"$scratch/theirs/table.csv"
    exchanging failing "$@"
    status=$? state=no what="pseudonymise, $*"
    [ -s "$log" ] || return
    points=$((points + 1))
    litter=$(ls -A "$scratch/theirs")
    case $status in
    0) cmp -s "$scratch/theirs/table.csv" "$scratch/exchanged.csv" ||
        { lost=$((lost + 1)) && complain 'ends well without a whole table'; } ;;
    [2-9]) [ "$(cat "$scratch/theirs/table.csv")" = old ] || says output-sync || told_of_old ||
        { torn=$((torn + 1)) && complain 'fails, and leaves a new table'; } ;;
    *) complain 'ends otherwise than it may' ;;
    esac
    [ "$litter" = table.csv ] || told_of_old || { torn=$((torn + 1)) && complain "leaves $litter"; }
    ! grep -q -e zqcanary -e 48613 "$scratch/said" || { leaks=$((leaks + 1)) && complain 'says an answer'; }
    rm -f "$scratch/theirs"/*
}
told_of_old() {
    says output-old
}
mkdir "$scratch/keys" "$scratch/theirs"
"$rapport" pseudonymise --make-key "$scratch/keys/key" 2>"$scratch/said"
exchanging env && mv "$scratch/theirs/table.csv" "$scratch/exchanged.csv"
each supervisor exchanged exchanging
attempt=exchange_onto
exchange_onto() {
    "$@" "$rapport" pseudonymise --key "$scratch/keys/key" --column client_id "$scratch/table.csv" \
        --output "$scratch/hard.csv" >"$scratch/printed" 2>"$scratch/said"
}
each supervisor spared exchange_onto

# ---- what is no run -------------------------------------------------------------------------

# Files that agree are not said to differ.
verifying() {
    "$@" "$rapport" verify "$out/report.csv" --input "$scratch/table.csv" --pipeline "$scratch/run.ini" \
        $rerun >"$scratch/printed" 2>"$scratch/said"
}
verified() {
    verifying failing "$@"
    status=$? state=no what="verify $rerun, $*"
    [ -s "$log" ] || return
    points=$((points + 1))
    case $status in
    0) ;;
    [4-9] | 11 | 13) grep -qE '\[[a-z-]+\]$' "$scratch/said" || [ "$call$way" = writeENOSPC+ ] || complain 'does not say why' ;;
    *) complain 'ends otherwise than it may' ;;
    esac
    keeps_silent || { leaks=$((leaks + 1)) && complain 'says an answer'; }
}
rm -rf "$out" && mkdir "$out" && cp -p "$scratch/new"/* "$out/"
rerun=
each supervisor verified verifying
rerun=--rerun
each supervisor verified verifying

# The pipeline is pinned, or as it was.
pin() {
    cp "$scratch/run.ini" "$scratch/pins/own.ini"
    "$@" "$rapport" pin --write "$scratch/pins/own.ini" >"$scratch/printed" 2>"$scratch/said"
}
pinned() {
    pin failing "$@"
    status=$? state=no what="pin --write, $*"
    [ -s "$log" ] || return
    points=$((points + 1))
    litter=$(ls -A "$scratch/pins")
    case $status in
    0) cmp -s "$scratch/pins/own.ini" "$scratch/pinned.ini" || complain 'ends well and pins nothing' ;;
    [4-9])
        cmp -s "$scratch/pins/own.ini" "$scratch/run.ini" || says output-sync || told_of_old ||
            { torn=$((torn + 1)) && complain 'fails and changes the file'; }
        ;;
    *) complain 'ends otherwise than it may' ;;
    esac
    [ "$litter" = own.ini ] || told_of_old || { torn=$((torn + 1)) && complain "leaves $litter"; }
    rm -f "$scratch/pins"/*
}
mkdir "$scratch/pins"
pin env && cp "$scratch/pins/own.ini" "$scratch/pinned.ini"
each supervisor pinned pin
tell 'calls failed'
