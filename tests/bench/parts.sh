#!/bin/bash
# parts.sh - what tools/bench measures, part by part. Read by it with `.`, and never run alone.
#
# In every part that has DuckDB in it, all reports are held against DuckDB's, cell by cell.

# shellcheck disable=SC2154 # what is not set here is set in tools/bench
bench=tests/bench

# ---- the commands ----------------------------------------------------------------------

# ours WORKERS ISOLATION PIPELINE TABLE REPORT
ours() {
    local how="--workers $1 --isolation $2"
    [ -z "${BENCH_WITHOUT_WORKERS-}" ] || how=
    echo "exec $rapport run $3 --input $4 --output $5 --quiet $how"
}

# duckdb THREADS TABLE REPORT [OPTION=VALUE...] - see job_sql.awk.
duckdb() {
    awk -f $bench/peers/job_sql.awk threads="$1" table="$2" report="$3" "${@:4}" >"$3.sql"
    echo "exec $helpers/duck_run $libduckdb $3.sql"
}

# peer NAME TABLE REPORT
peer() {
    case $1 in
        polars) echo "exec env POLARS_MAX_THREADS=2 NODE_PATH=$npm/node_modules" \
            "node $bench/peers/polars.js $2 $3" ;;
        data.table) echo "exec Rscript $bench/peers/data_table.R $2 $3 2" ;;
        pandas) echo "exec /usr/bin/python3 $bench/peers/pandas_job.py $2 $3" ;;
        mawk) echo "exec mawk -f $bench/peers/job.awk $2 >$3" ;;
    esac
}

# works PEER - whether it runs on this machine at all.
works() {
    local tiny
    tiny=$(table base 10)
    sh -c "$(peer "$1" "$tiny" "$work/reports/tiny.csv")" >"$work/log" 2>&1 && return 0
    echo "bench: $1 does not run here and is left out: $(tail -n 1 "$work/log")" >&2
    return 1
}

add_peers() { # TABLE PEER...
    local name
    for name in "${@:2}"; do
        works "$name" || continue
        add "$name$([ "$name" != polars ] && [ "$name" != data.table ] || echo ', 2 threads')" "$1" \
            "$work/reports/$name.csv" $bench/job.columns "$(peer "$name" "$1" "$work/reports/$name.csv")"
    done
}

# add_duckdb NAME TABLE [OPTION=VALUE...] - two threads; what follows is held against it.
add_duckdb() {
    local report
    report=$work/reports/duckdb_$(basename "$2")
    add "= $1" "$2" "$report" - "$(duckdb 2 "$2" "$report" "${@:3}")"
}

# add_ours NAME WORKERS TABLE [PIPELINE [COLUMNS]]
add_ours() {
    local report
    report=$work/reports/rapport_$2_$(basename "$3")
    add "$1" "$3" "$report" "${5:-$bench/job.columns}" \
        "$(ours "$2" sandbox "${4:-$bench/job.ini}" "$3" "$report")"
}

# means NAME TABLE ITEMS STAGES SCALES - the generated job, in $work/NAME; see means.awk.
means() {
    mkdir -p "$work/$1"
    awk -f $bench/peers/means.awk folder="$work/$1" table="$2" report="$work/reports/duckdb_$1.csv" \
        items="$3" stages="$4" scales="$5" threads=2
}

# add_means TEXT NAME TABLE - DuckDB and rapport, each with two, on a job that `means` wrote.
add_means() {
    add "= DuckDB, 2 threads, $1" "$3" "$work/reports/duckdb_$2.csv" - \
        "exec $helpers/duck_run $libduckdb $work/$2/job.sql"
    add "rapport, 2 workers, $1" "$3" "$work/reports/rapport_$2.csv" "$work/$2/job.columns" \
        "$(ours 2 sandbox "$work/$2/run.ini" "$3" "$work/reports/rapport_$2.csv")"
}

# ---- the parts ---------------------------------------------------------------------------

base_of() { # ROWS ROUNDS PEER...
    local made
    made=$(table base "$1")
    say "$(with_commas "$1") rows, $2 rounds." ''
    begin "base_$1"
    add_duckdb 'DuckDB, 2 threads' "$made"
    add 'DuckDB, 1 thread' "$made" "$work/reports/duckdb_1.csv" $bench/job.columns \
        "$(duckdb 1 "$made" "$work/reports/duckdb_1.csv")"
    add_ours 'rapport, 2 workers' 2 "$made"
    add_ours 'rapport, 1 worker' 1 "$made"
    add_peers "$made" "${@:3}"
    measure "$2"
}

part_base() {
    base_of "$rows" "$rounds" polars data.table
    base_of $((rows / 10)) "$few" pandas mawk
    [ "$mode" = quick ] || base_of $((rows * 10)) "$rounds" polars
}

part_tables() {
    local made items count
    say "$(with_commas "$rows") rows, the wide ones fewer, so that all tables have about the same size; $rounds rounds." ''
    begin tables
    made=$(table narrow "$rows")
    grep -E '^(client_id|session|date|al_)' $bench/job.columns >"$work/narrow.columns"
    add_duckdb 'DuckDB, 2 threads, narrow: 12 items' "$made" narrow=1
    add_ours 'rapport, 2 workers, narrow' 2 "$made" $bench/narrow.ini "$work/narrow.columns"
    made=$(table quoted "$rows")
    add_duckdb 'DuckDB, 2 threads, quoted notes' "$made" note=1
    add_ours 'rapport, 2 workers, quoted notes' 2 "$made"
    made=$(table crlf "$rows")
    add_duckdb 'DuckDB, 2 threads, CR LF' "$made" crlf=1
    add_ours 'rapport, 2 workers, CR LF' 2 "$made"
    for items in 300 1000; do
        made=$(table wide $((rows * 33 / items)) $((items - 30)))
        add_duckdb "DuckDB, 2 threads, $items items, 30 used" "$made" extra=$((items - 30))
        add_ours "rapport, 2 workers, $items items, 30 used" 2 "$made"
    done
    for items in 30 300 1000; do
        count=$((rows * 33 / items))
        [ $items != 30 ] || count=$rows
        made=$(wide $items "$count")
        means items_$items "$made" $items 1 $((items / 10))
        add_means "$items items, all used" items_$items "$made"
    done
    measure "$rounds"

    say "rapport alone: a thousandth of the answers cannot be believed, so that some 2 % of the records lose a stage." ''
    begin dirty
    made=$(table base "$rows")
    add '= rapport, 2 workers, clean' "$made" "$work/reports/clean.csv" - \
        "$(ours 2 sandbox $bench/job.ini "$made" "$work/reports/clean.csv")"
    made=$(table dirty "$rows")
    add 'rapport, 2 workers, dirty' "$made" "$work/reports/dirty.csv" - \
        "$(ours 2 sandbox $bench/job.ini "$made" "$work/reports/dirty.csv" | sed 's/^exec //'); [ \$? -eq 3 ]"
    measure "$rounds"
}

wide() { # ITEMS ROWS
    if [ "$1" -eq 30 ]; then table base "$2"; else table wide "$2" $(($1 - 30)); fi
}

part_workers() {
    local made name count report
    made=$(table base "$rows")
    say "$(with_commas "$rows") rows, $rounds rounds; the reports are the same byte for byte." ''
    begin workers
    for count in $(seq "$(nproc)"); do
        name="rapport, $count workers" report=$work/reports/workers_$count.csv
        [ "$count" -gt 1 ] || name='= rapport, 1 worker'
        add "$name" "$made" "$report" bytes "$(ours "$count" sandbox $bench/job.ini "$made" "$report")"
    done
    measure "$rounds"
}

part_rows() {
    local made count
    say "$rounds rounds." ''
    begin rows
    for count in $((rows / 10)) "$rows" $([ "$mode" = quick ] || echo $((rows * 10))); do
        made=$(table base "$count")
        add_duckdb "DuckDB, 2 threads, $(with_commas "$count") rows" "$made"
        add_ours "rapport, 2 workers, $(with_commas "$count") rows" 2 "$made"
        add_ours "rapport, 1 worker, $(with_commas "$count") rows" 1 "$made"
    done
    measure "$rounds"
}

part_stages() {
    local made count
    made=$(table base $((rows / 10)))
    say "$(with_commas $((rows / 10))) rows, $rounds rounds; each stage has ten items and a mean." ''
    begin stages
    for count in 1 10 100; do
        means "stages_$count" "$made" 30 "$count" 1
        add_means "$count $([ "$count" -gt 1 ] && echo stages || echo stage)" "stages_$count" "$made"
    done
    measure "$rounds"
}

# Records of the sample, the first session of each of two clients.
sample() { # HOW-MANY
    awk -F, -v most="$1" 'NR == 1 || ($2 == "1" && /^c[0-9]/ && n++ < most)' \
        instruments/sample/sessions.csv
}

part_startup() {
    local empty file
    sample 1 >"$work/tables/one_1.csv"
    say "$many rounds." ''
    begin startup
    add '= an empty process, /bin/true' - - - 'exec /bin/true'
    add 'rapport run, one row, report to standard output' - - - \
        "exec $rapport run conf/intake.ini --input $work/tables/one_1.csv --output - --quiet"
    add 'rapport run, one row, report to a file' - "$work/reports/one.csv" - \
        "exec $rapport run conf/intake.ini --input $work/tables/one_1.csv --output $work/reports/one.csv --quiet"
    echo 'SELECT 1;' >"$work/one.sql"
    add 'DuckDB, SELECT 1' - - - "exec $helpers/duck_run $libduckdb $work/one.sql"
    measure "$many"
    empty=$(median startup 'an empty process, /bin/true' wall)
    for file in 'standard output' 'a file'; do
        median startup "rapport run, one row, report to $file" wall |
            awk -v empty="$empty" -v file="$file" '
                { printf "Beyond an empty process, report to %s: %.2f ms.\n\n", file, ($1 - empty) * 1e3 }'
    done >>"$work/results/$part.md"
}

one_record() { # PIPELINE TABLE
    local took
    took=$(RAPPORT_PLUGIN_PATH=$(dirname "$rapport")/plugins "$helpers/latency" "$1" "$2" "$calls")
    say "| $1 | $(with_commas "$took") |"
    printf '%s\t%s\n' "$1" "$took" >>"$work/medians/record"
}

part_record() {
    local calls=20000 made
    sample 2 >"$work/tables/sample_2.csv"
    made=$(table base 40)
    awk 'NR == 1 || NR == 2 || NR == 22' "$made" >"$work/tables/clients_2.csv"
    : >"$work/medians/record"
    say "The median of nine times $(with_commas $calls) records, two in turn, each a chunk of its own." '' \
        '| pipeline | ns/record |' '|---|---|'
    one_record conf/intake.ini "$work/tables/sample_2.csv"
    one_record $bench/job.ini "$work/tables/clients_2.csv"
    say ''
}

part_isolation() {
    local made level
    made=$(table base "$rows")
    say "$(with_commas "$rows") rows, $rounds rounds; the reports are the same byte for byte." ''
    begin isolation
    add '= rapport, 1 worker, isolation none' "$made" "$work/reports/none.csv" bytes \
        "$(ours 1 none $bench/job.ini "$made" "$work/reports/none.csv")"
    for level in process sandbox strict; do
        add "rapport, 1 worker, isolation $level" "$made" "$work/reports/$level.csv" bytes \
            "$(ours 1 $level $bench/job.ini "$made" "$work/reports/$level.csv")"
    done
    measure "$rounds"
}

part_null() {
    local made count
    say "$rounds rounds." ''
    begin null
    for count in "$rows" $([ "$mode" = quick ] || echo $((rows * 10))); do
        made=$(table base "$count")
        add "= wc -l, $(with_commas "$count") rows" "$made" - - "exec wc -l $made"
        add "rapport, 1 worker, $(with_commas "$count") rows" "$made" /dev/null - \
            "$(ours 1 sandbox $bench/job.ini "$made" /dev/null)"
        add "rapport, 1 worker, isolation none, $(with_commas "$count") rows" "$made" /dev/null - \
            "$(ours 1 none $bench/job.ini "$made" /dev/null)"
    done
    measure "$rounds"
}

part_bytes() {
    local made items
    say "$rounds rounds; one worker, report to /dev/null; every item is in one scale of ten." ''
    begin bytes
    for items in 30 1000; do
        if [ $items -eq 30 ]; then made=$(wide 30 "$rows"); else made=$(wide $items $((rows * 33 / items))); fi
        means items_$items "$made" $items 1 $((items / 10))
        add "$([ $items -gt 30 ] || echo '= ')rapport, $items items" "$made" /dev/null - \
            "$(ours 1 sandbox "$work/items_$items/run.ini" "$made" /dev/null)"
    done
    measure "$rounds"
}
