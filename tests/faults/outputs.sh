#!/bin/sh
# outputs.sh RAPPORT [--all] - places that a report cannot go to: full and read-only disks, folders
# that go away, the table itself by each of its names.
[ -n "${OWN_MOUNTS-}" ] || ! unshare -m true 2>/dev/null || OWN_MOUNTS=yes exec unshare -m sh "$0" "$@"
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
# shellcheck source=tests/faults/point.sh
. "$tests/faults/point.sh"
log=$scratch/log

# ---- disks ------------------------------------------------------------------------------------

# On a disk of so many KiB, most of which the old files take.
full_disk() {
    rm -rf "$out" && mkdir "$out"
    mount -t tmpfs -o "size=$1k" none "$out" || return
    cp -p "$scratch/old"/* "$out/" 2>/dev/null && score env
    status=$?
    if are old || are new; then
        owes "a disk of $1 KiB" 8
        [ "$status" -ne 8 ] || says output-space || complain 'does not say that the disk is full'
        full=$((full + (status == 8)))
    fi
    umount "$out"
}
read_only_disk() {
    put_back
    mount --bind "$out" "$out" && mount -o remount,bind,ro "$out" || return
    score env
    status=$?
    owes 'a disk that may only be read' 8
    [ "$status" -eq 8 ] || complain 'writes it'
    grep -q 'another place with --output' "$scratch/said" || complain 'does not say what to do'
    umount "$out"
}
if [ -n "${OWN_MOUNTS-}" ]; then
    full=0
    for size in $(seq 12 4 80); do
        full_disk "$size"
    done
    [ $full -gt 2 ] || { what='small disks' status=$full state=no && complain 'are not full'; }
    read_only_disk
else
    echo 'SKIPPED: disks, which only root may mount'
fi

# An error of the disk, at the last of its calls that the report needs.
# failing CALL N ERROR CODE
failing() {
    put_back
    score "$faults/fail_call" "$log" supervisor "$1" "$2" "$3"
    status=$?
    [ -s "$log" ] || return
    owes "$1 $2 $3" 8
    [ "$status" -ne 8 ] || says "$4" || complain "does not say $4"
}
score "$faults/fail_call" "$log" supervisor any 0 list
if [ $? -eq 77 ]; then
    echo 'SKIPPED: errors of a disk, since no process may be traced here'
else
    for n in 1 2 3; do
        failing fsync $n EIO output-write
        failing fsync $n EDQUOT output-space
        failing linkat $n ENOSPC output-space
        failing linkat $n EEXIST none # somebody has that name: another is taken
        [ "$status" -eq "$clean" ] || complain 'gives up for one name'
        failing linkat $n EEXIST+ output-write
        failing renameat2 $n EIO output-write
    done
    for n in 4 5 6; do
        failing fsync $n EIO output-sync
        are new || complain 'should leave the new report'
    done

    # First all bytes, then all names, and then the folder.
    put_back
    score "$faults/fail_call" "$log" supervisor any 0 list
    status=$? what='the order of calls' points=$((points + 1))
    order=$(grep -xE 'fsync|linkat|renameat2|unlinkat' "$log" | tr '\n' ' ')
    names='linkat renameat2 ' folder='unlinkat fsync '
    [ "$order" = "fsync fsync fsync $names$names$names$folder$folder$folder" ] || complain "is $order"
fi

# ---- folders that change while a run goes on ----------------------------------------------------

# runs COMMAND... - changes the folder by it once the outputs are open and more of the table has to
# come. What is to be found then is in $out again.
runs() {
    put_back
    rm -rf "$scratch/stream" && mkfifo "$scratch/stream"
    "$rapport" run "$scratch/run.ini" --input "$scratch/stream" --output "$out/report.csv" \
        --workers=2 2>"$scratch/said" &
    child=$!
    exec 3>"$scratch/stream"
    { cat "$scratch/table.csv" && seq 300000 | sed 's/^/zq,/'; } >&3
    for _ in $(seq 100); do
        find /proc/$child/fd -lname "$out/*" 2>/dev/null | grep -q . && break
        sleep 0.05
    done
    "$@"
    exec 3>&-
    wait $child
    status=$?
}
vanishes() {
    rm -rf "$out"
}
moves() {
    mv "$out" "$scratch/moved"
}
runs vanishes
what='a folder that vanishes' points=$((points + 1)) state=no
ends_cleanly() {
    [ $status -eq 8 ] && says output-write && [ ! -e "$out" ]
}
ends_cleanly || complain 'does not end with 8'
runs moves
what='a folder that is moved' points=$((points + 1)) state=moved
keeps_its_report() {
    [ $status -eq 3 ] && [ ! -e "$out" ] && [ "$(ls -A "$scratch/moved")" = "$three" ] &&
        [ "$(wc -l <"$scratch/moved/report.csv")" -eq $((300000 + $(wc -l <"$scratch/new/report.csv"))) ]
}
keeps_its_report || complain 'does not keep its report'

# ---- the table itself ----------------------------------------------------------------------------

cp "$scratch/table.csv" "$scratch/copy.csv"
# own_table COMMAND... - ends with 8, and leaves the table alone.
own_table() {
    (cd "$scratch" && "$@") 2>"$scratch/said" >"$scratch/printed"
    status=$? what="the table itself, $*" state=no
    points=$((points + 1))
    [ $status -eq 8 ] || complain 'is not refused'
    says output-is-input || complain 'is not told from another file'
    cmp -s "$scratch/copy.csv" "$scratch/table.csv" || { lost=$((lost + 1)) && complain 'is changed'; }
    cp "$scratch/copy.csv" "$scratch/table.csv"
}
run() {
    timeout 20 "$rapport" run "$scratch/run.ini" "$@"
}
ln "$scratch/table.csv" "$scratch/hard.csv"
ln -s table.csv "$scratch/soft.csv"
mkdir "$scratch/folder"
from_input() { run --input - --output "$1" <table.csv; }
# shellcheck disable=SC2094 # that is the point
to_descriptor() { run --input table.csv --output "$1" 5>>table.csv; }
to_input() { run --input table.csv --output /dev/stdin 0<>table.csv; }
# shellcheck disable=SC2094
to_output() { run --input table.csv --output - >>table.csv; }
from_descriptor() { run --input /dev/fd/5 --output soft.csv 5<table.csv; }
for name in table.csv ./folder/../table.csv hard.csv soft.csv "/proc/self/cwd/table.csv"; do
    own_table run --input table.csv --output "$name"
    own_table from_input "$name"
done
for other in rejects provenance; do
    own_table run --input table.csv --output report.csv --set "report.$other=$scratch/hard.csv"
done
own_table to_descriptor /dev/fd/5
own_table to_descriptor /proc/self/fd/5
own_table to_input
own_table to_output
own_table from_descriptor

# ---- standard output ------------------------------------------------------------------------------

put_back
run --input "$scratch/table.csv" --output - 2>"$scratch/said" >&-
status=$?
owes 'standard output that is closed' 8
run --input "$scratch/table.csv" --output - 2>"$scratch/said" >/dev/full
status=$?
owes 'standard output that is full' 8
says output-space || complain 'does not say that the disk is full'
tell 'output faults'
