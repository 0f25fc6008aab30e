#!/bin/bash
# side_by_side.sh - lists of commands that do the same: checked against each other, then timed in
# turn. Read by tools/bench with `.`, and never run alone.
#
# A list has a name, and so have its commands. The first, or each whose name begins with "= ", is
# what those behind it are held against. Everything is below $work; $part is the part of the
# results that is being written.

# shellcheck disable=SC2154 # what is not set here is set in tools/bench

# table VARIANT ROWS [EXTRA] - makes it where it is not there yet, and says where.
table() {
    local made=$work/tables/$1_$2${3:+_$3}.csv
    if [ ! -s "$made" ]; then
        "$helpers/gen" "$2" 1 "$1" "${@:3}" >"$made.part"
        mv "$made.part" "$made"
    fi
    cat "$made" >/dev/null # into memory, for whoever reads it first
    echo "$made"
}

rows_of() { # TABLE
    local name=${1##*/}
    name=${name%.csv}
    name=${name#*_}
    echo "${name%%_*}"
}

with_commas() { echo "$1" | sed -E ':a; s/([0-9])([0-9]{3})($|,)/\1,\2\3/; ta'; }

# say TEXT... - a line of the part's results.
say() { printf '%s\n' "$@" >>"$work/results/$part.md"; }

# begin LIST
begin() {
    list=$work/lists/$1 reference=
    : >"$list"
    : >"$list.checks"
}

# add NAME TABLE REPORT CHECK COMMAND - TABLE and REPORT may be "-". CHECK is a file of columns
# for compare, `bytes` for a report that has to be the same byte for byte, "-" for no check.
add() {
    local rows=0 bytes=0 report=$3
    if [ "$2" != - ]; then
        rows=$(rows_of "$2") bytes=$(stat -c %s "$2")
    fi
    [ "$report" != /dev/null ] || report=-
    case $1 in "= "*) reference=$report ;; esac
    printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$rows" "$bytes" "$report" "$5" >>"$list"
    [ "$4" = - ] || [ "$report" = "$reference" ] ||
        printf '%s\t%s\t%s\t%s\n' "$1" "$4" "$reference" "$report" >>"$list.checks"
}

# Every command once; every report that can be checked is checked.
check() {
    local name columns report wanted command cells=0 checked=0
    while IFS=$'\t' read -r name _ _ report command; do
        [ "$report" = - ] || rm -f "$report"
        sh -c "$command" </dev/null >"$work/log" 2>&1 || {
            head -n 20 "$work/log" >&2
            stop "$name failed: $command"
        }
    done <"$list"
    while IFS=$'\t' read -r name columns wanted report; do
        if [ "$columns" = bytes ]; then
            cmp "$wanted" "$report" >&2 || stop "$name gives other bytes"
        else
            "$helpers/compare" "$columns" "$wanted" "$report" >"$work/log" || {
                cat "$work/log" >&2
                stop "$name gives other scores: nothing is measured"
            }
            cells=$((cells + $(grep -oE '[0-9]+ cells' "$work/log" | cut -d ' ' -f 1)))
            checked=$((checked + 1))
        fi
    done <"$list.checks"
    if [ "$checked" -gt 0 ]; then
        say "Checked before any time was taken: $(with_commas "$cells") cells in $checked reports, none differs." ''
    fi
}

# measure ROUNDS - checks the list, times it, and adds the table to the part's results.
measure() {
    local report
    echo "   $(basename "$list"): checking" >&2
    check
    echo "   $(basename "$list"): $1 rounds" >&2
    "$helpers/timeit" "$1" "$list" "$work/medians/$(basename "$list")" >>"$work/results/$part.md"
    say ''
    cut -f 4 "$list" | while read -r report; do
        [ "$report" = - ] || rm -f "$report" "${report%.csv}".rejects.csv "${report%.csv}".provenance.json
    done
}

# median LIST NAME FIELD - of an earlier measurement: wall cpu MiB row byte xwall xcpu; "" if there
# was none.
median() {
    local fields=' wall cpu MiB row byte xwall xcpu ' before
    before=${fields%% "$3" *}
    [ ! -f "$work/medians/$1" ] || awk -F '\t' -v name="$2" -v at="$(echo "$before x" | wc -w)" \
        '$1 == name { print $(at + 1) }' "$work/medians/$1"
}
