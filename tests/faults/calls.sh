#!/bin/sh
# calls.sh RAPPORT [--all] - every system call of a run fails, once, in each way that it plausibly
# can; one that was interrupted, or that did half of its work, is no failure at all.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
# shellcheck source=tests/faults/point.sh
. "$tests/faults/point.sh"
log=$scratch/log
sanitized=$(grep -l __asan_init "$rapport") # memory is the sanitizer's then, and it ends the process

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
    mmap | mprotect | brk | mremap | munmap | madvise) [ -n "$sanitized" ] || echo ENOMEM ;;
    *stat* | readlink* | access) echo EIO EACCES ENOMEM ;;
    pread64 | pwrite64 | lseek) echo EIO EINTR ;;
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

for who in supervisor worker; do
    score failing $who any 0 list
    [ $? -ne 77 ] || skip 'no process may be traced here'
    sort "$log" | uniq -c >"$scratch/calls"
    while read -r count call; do
        for n in $(seq "$count"); do
            for way in $(ways "$call"); do
                ! is_turn || one $who "$call" "$n" "$way"
            done
        done
    done <"$scratch/calls"
done
tell 'calls failed'
