#!/bin/sh
# run.sh - what the whole-run tests share; read by each of them with `.`, and never run alone.
#
# A test is called with the path of the program, prints a line for each promise, and ends with
# `[ "$broken" -eq 0 ]`.

# shellcheck disable=SC2034 # the tests use them
rapport=$(realpath "$1") broken=0
export LC_ALL=C
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

# promise TEXT COMMAND... - kept if the command succeeds; else what it printed is shown.
promise() {
    promised=$1
    shift
    if "$@" >"$scratch/why" 2>&1; then
        printf "ok - %s\n" "$promised"
    else
        printf "not ok - %s\n" "$promised"
        head -n 20 "$scratch/why" | sed 's/^/      /'
        broken=1
    fi
}

# Whether workers can be had that see nothing else of the system: not within a changed root, and not
# where a container refuses namespaces.
can_be_strict() {
    if [ -z "${strictness-}" ]; then # as it is when this is asked first
        strictness=0
        "$rapport" check "$(dirname "$0")/../../conf/minimal.ini" --isolation=strict >/dev/null 2>&1 || strictness=$?
    fi
    [ "$strictness" -ne 11 ]
}

# strictly TEXT COMMAND... - a promise of --isolation strict, left out, and said to be, where there is none.
strictly() {
    if can_be_strict; then promise "$@"; else echo "SKIPPED, as this system refuses namespaces - $1"; fi
}

# same FILE OTHER - byte for byte; the first difference is shown.
same() {
    cmp "$1" "$2" || { diff "$1" "$2" | head -n 10 && false; }
}

# ends STATUS COMMAND...
ends() {
    wanted=$1
    shift
    "$@"
    got=$?
    [ $got -eq "$wanted" ] || { echo "the exit status is $got, not $wanted" && return 1; }
}

# copy_tree FOLDER - the files of rapport, without what was built or made of them.
# shellcheck disable=SC2154 # a test has said where the tests are
copy_tree() {
    mkdir -p "$1"
    (cd "$tests/.." && { git ls-files -co --exclude-standard 2>/dev/null ||
        find . \( -name .git -o -path ./build \) -prune -o -type f -print; } |
        tar -cf - -T -) | tar -xf - -C "$1"
}

# Who answers in a test's table, and what is told there in words, begins with zq_; in the samples
# people are called c01 or t14. Nothing else is called so, so that it is seen where it must not be.
canary='zq_|(^|[^[:alnum:]])[ct][0-9][0-9]+([^[:alnum:]]|$)'

# silent FILE... - says nothing about a person: messages, rejects, provenance.
silent() {
    grep -nE "$canary" "$@"
    [ $? -eq 1 ] # 2: a file is not there
}

# noticeable TABLE - each of its records would be seen there.
noticeable() {
    tail -n +2 "$1" | grep -nvE "$canary|^$"
    [ $? -eq 1 ]
}

# each_cut COMMAND... - calls it with options that cut the table into other chunks and batches.
each_cut() {
    "$@" &&
        "$@" --set run.chunk_records=1 --set run.batch=1 &&
        "$@" --set run.chunk_records=3 --set run.batch=2 &&
        "$@" --set run.chunk=4096 --set run.batch=3
}
