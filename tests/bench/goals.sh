#!/bin/bash
# goals.sh - what was measured beside what is aimed at. Read by tools/bench with `.`, and never
# run alone.

# shellcheck disable=SC2154 # what is not set here is set in tools/bench

# goal MEASURE FLOOR GOAL FORMAT VALUE... - the last number given counts, "" is not measured.
goal() {
    local value shown=
    for value in "${@:5}"; do
        # shellcheck disable=SC2059 # the format is the caller's
        [ -z "$value" ] || shown="$shown${shown:+, }$(printf "$4" "$value")"
    done
    say "| $1 | $2 | $3 | ${shown:--} |"
}

# quotient A B [OFFSET] - A / B + OFFSET; "" where one is not known.
quotient() {
    [ -z "$1" ] || [ -z "$2" ] || awk -v a="$1" -v b="$2" -v offset="${3:-0}" 'BEGIN { print a / b + offset }'
}

part_goals() {
    local more=$((rows * 10)) each ours=() null=()
    for each in "$rows" "$more"; do
        null+=("$(quotient "$(median null "rapport, 1 worker, $(with_commas "$each") rows" wall)" \
            "$(median null "wc -l, $(with_commas "$each") rows" wall)")")
    done
    mapfile -t ours < <(for each in $((rows / 10)) "$rows" "$more"; do
        median rows "rapport, 2 workers, $(with_commas "$each") rows" MiB
    done)
    say "With $(with_commas "$rows") rows, and behind a comma with $(with_commas "$more"). Peak memory: with $(with_commas $((rows / 10))) rows and up." '' \
        '| measure | floor | goal | measured |' '|---|---|---|---|'
    goal 'wall, 2 workers, times faster than DuckDB with 2 threads' 5 15 %.1f \
        "$(median "base_$rows" 'rapport, 2 workers' xwall)" "$(median "base_$more" 'rapport, 2 workers' xwall)"
    goal 'CPU seconds, likewise' 8 22 %.1f \
        "$(median "base_$rows" 'rapport, 2 workers' xcpu)" "$(median "base_$more" 'rapport, 2 workers' xcpu)"
    goal 'wall, 1 worker, times faster than DuckDB with 2 threads' 3 10 %.1f \
        "$(median "base_$rows" 'rapport, 1 worker' xwall)" "$(median "base_$more" 'rapport, 1 worker' xwall)"
    goal 'wall, 2 workers, quoted notes, likewise' 4 12 %.1f \
        "$(median tables 'rapport, 2 workers, quoted notes' xwall)"
    goal 'wall, 1 worker, report to /dev/null, as a multiple of wc -l' 20 6 %.1f "${null[@]}"
    goal 'peak memory of the largest process, MiB' 64 8 %.1f "${ours[@]}"
    goal 'a run on one row beyond an empty process, three instruments, ms' 20 2 %.2f \
        "$(startup_of 'standard output')"
    goal 'one record, three instruments, in process, us' 20 0.5 %.2f \
        "$(quotient "$(median record 'conf/intake.ini' wall)" 1000)"
    goal 'cost of an input byte, 1000 items as a multiple of 30' 2 1.1 %.2f \
        "$(quotient "$(median bytes 'rapport, 1000 items' byte)" "$(median bytes 'rapport, 30 items' byte)")"
    goal 'isolation sandbox beyond none, 1 worker, % of wall' 30 5 %.0f \
        "$(quotient "$(isolation_of sandbox)" "$(quotient "$(isolation_of none)" 100)" -100)"
    say ''
}

startup_of() {
    local run empty
    run=$(median startup "rapport run, one row, report to $1" wall)
    empty=$(median startup 'an empty process, /bin/true' wall)
    [ -z "$run" ] || awk -v run="$run" -v empty="$empty" 'BEGIN { print (run - empty) * 1e3 }'
}

isolation_of() { median isolation "rapport, 1 worker, isolation $1" wall; }
