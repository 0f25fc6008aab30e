#!/bin/sh
# bad_plugins.sh RAPPORT FAULTS [--all] - bad plugins on purpose, see bad_plugins.table: each costs what the
# table says, the scores of all other stages and rows stand byte for byte, and no answer is told.
# --all: at every level, in batches of 1, 256 and 4096 rows, by one worker and by two.
# FAULTS_ONLY=WAY in the environment: that one alone.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
# shellcheck source=tests/hostile/judge.sh
. "$tests/hostile/judge.sh"
faults=$(realpath "$2")
pipeline=$scratch/run.ini
witness=$scratch/witness
all=$([ "$3" != --all ] || echo yes)
plugins=0 runs=0 lost=0 leaks=0

# Core files take time; and a sanitizer is not to take signals for itself.
# shellcheck disable=SC3045 # dash and bash know it
ulimit -c 0
ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:handle_segv=0:handle_abort=0
export ASAN_OPTIONS=$ASAN_OPTIONS:handle_sigfpe=0:handle_sigill=0:handle_sigbus=0
mark="ZQMARK=$scratch"
cp "$faults/bad.so" "$faults/born_bad.so" "$scratch"
chmod go-w "$scratch"/*.so

# ---- the run ----------------------------------------------------------------------------------------

cat >"$pipeline" <<'INI'
[pipeline]
stages     = before bad after
respondent = client
session    = session
keep       = note

[stage before]
instrument = ./before.ini
[stage bad]
instrument = ./bad.ini
[stage after]
instrument = ./after.ini
INI

# instrument NAME - its head, and what comes from standard input.
instrument() {
    printf '[instrument]\nid = %s\ntitle = %s\nversion = 1\nlicence = CC0-1.0\nsource = made up\n' \
        "$1" "$1" >"$scratch/$1.ini"
    cat >>"$scratch/$1.ini"
}
instrument before <<'INI'
answers = 0..6

[item b1]
[item b2]

[scale total]
items   = b1 b2
scoring = sum
bands   = 0 few, 6 many
INI
# It reads what the bad one reads, and what stood before that.
instrument after <<'INI'
answers = 0..6

[item m1]
[item m2]
[item b1]
[item s]
answers = 0..12
column  = before_total
rescale = 0..6

[scale total]
items   = m1 m2 b1 s
scoring = mean
INI

# misbehaves WHEN WAY - the bad stage, whose own columns of the report are 6 to $last.
misbehaves() {
    score=nothing process=nothing file=bad.so
    export RAPPORT_FAULT=none
    case $1 in
    score) score=$2 ;;
    process) process=$2 ;;
    born) file=born_bad.so RAPPORT_FAULT=$2 ;;
    file) file=$2.so && make_file "$2" ;;
    esac
    {
        echo 'answers = 0..6'
        if [ "$file" = bad.so ]; then
            printf 'plugin = ./bad.so\nx = m1\ny = before_total\nnote = note\nkind = kind\n'
            printf 'way = %s\nwitness = %s\n' "$process" "$witness"
        fi
        printf '\n[item m1]\n[item m2]\n\n[scale total]\nitems = m1 m2\nscoring = ./%s\n' "$file"
        [ "$file" != bad.so ] || printf 'way = %s\nwitness = %s\n' "$score" "$witness"
    } | instrument bad
    last=6 clean=$scratch/clean_born.csv
    [ "$file" != bad.so ] || { last=9 && clean=$scratch/clean.csv; }
}

# Files that are no plugins.
make_file() {
    made=$scratch/$1.so
    rm -rf "$made"
    case $1 in
    missing) return ;;
    dangling) ln -s nowhere "$made" && return ;;
    empty) : >"$made" ;;
    text) echo 'not a plugin' >"$made" ;;
    magic) printf '\177ELF' >"$made" ;;
    truncated) head -c 4000 "$scratch/bad.so" >"$made" ;;
    folder) mkdir "$made" ;;
    fifo) mkfifo "$made" ;;
    device) ln -s /dev/zero "$made" && return ;;
    other_class) patch_file 4 '\001' ;;
    other_order) patch_file 5 '\002' ;;
    other_machine) patch_file 18 '\004' ;;
    object) patch_file 16 '\001' ;;
    huge) : >"$made" && truncate -s 67108865 "$made" ;;
    for_all) cp "$scratch/bad.so" "$made" && chmod o+w "$made" && return ;;
    *) cp "$faults/$1.so" "$made" ;;
    esac
    chmod go-w "$made"
}
patch_file() {
    cp "$scratch/bad.so" "$made"
    # shellcheck disable=SC2059 # the byte is the format
    printf "$2" | dd of="$made" bs=1 seek="$1" conv=notrunc 2>/dev/null
}

bad_lines='2 151 301'
{
    echo client,session,m1,m2,b1,b2,kind,note
    awk -v bad=" $bad_lines " 'BEGIN {
        for (i = 2; i <= 301; i++)
            print "zqcanary-" i ",1," (index(bad, " " i " ") ? 6 : i % 5) "," i % 7 "," i % 6 "," i % 4 \
                "," (i % 2 ? "a" : "b") ",zqcanary 48613" }'
} >"$table"

# ---- what it may cost ---------------------------------------------------------------------------------

living() {
    grep -lzxF "$mark" /proc/[0-9]*/environ 2>/dev/null
}
none_living() {
    for _ in 1 2 3 4 5; do
        [ -n "$(living)" ] || return 0
        sleep 0.1
    done
    echo "these live on: $(living)" && return 1
}

# goes OPTION... - runs; the exit status is in $got.
goes() {
    old_files
    rm -rf "$witness" "$witness.moved"
    case $way in takes_file | renames_file) echo kept >"$witness" ;; esac
    cd "$scratch" || return 1
    timeout -k 1 20 env "$mark" "$rapport" run "$pipeline" --input "$table" --output "$report" \
        --set run.batch=100 "$@" >"$scratch/printed" 2>"$scratch/said" </dev/null
    got=$?
    cat "$scratch/said"
    runs=$((runs + 1))
}

tells_nothing() {
    { [ "$got" -ne 0 ] && [ "$got" -ne 3 ] || keeps_silent; } &&
        ! grep -i -e zqcanary -e 48613 "$scratch/said" "$scratch/printed" && return
    leaks=$((leaks + 1))
    return 1
}

ended() {
    [ "$got" -eq "$1" ] || { echo "the exit status is $got, not $1" && return 1; }
}

# Lines of other rows, and columns of other stages. What the bad one gives has no commas.
others() {
    awk -F , -v OFS=, -v bad=" $bad_lines " -v last="$last" 'index(bad, " " NR " ") {
        for (i = 6; i <= last; i++)
            $i = ""
        $(last + 2) = $(last + 3) = "" } { print }' "$1"
}
others_stand() {
    others "$clean" >"$scratch/wanted"
    others "$report" >"$scratch/others"
    same "$scratch/wanted" "$scratch/others"
}

loses() {
    awk -F , -v OFS=, -v bad=" $bad_lines " -v last="$last" -v code="$1" 'index(bad, " " NR " ") {
        for (i = 6; i <= last; i++)
            $i = ""
        $(last + 2) = "partial"
        $(last + 3) = "bad:" code } { print }' "$clean" >"$scratch/wanted"
    same "$scratch/wanted" "$report" && [ "$(grep -c ",partial,$1," "$out/report.rejects.csv")" -eq 3 ]
}

# costs EXPECTATION... - as the table has it.
costs() {
    case $1 in
    same) ended 0 && same "$clean" "$report" && no_temporaries ;;
    own) ended "$2" && others_stand && no_temporaries ;;
    lost) ended 3 && others_stand && loses "$2" && no_temporaries ;;
    ends) ended "$2" && says "[$3]" && keeps_old_files && no_temporaries ;;
    any)
        case $got in
        0 | 3) others_stand && no_temporaries ;;
        *) ended 7 && keeps_old_files && no_temporaries ;;
        esac
        ;;
    *) echo "the table says $*" && return 1 ;;
    esac && return
    case $got in 0 | 3) [ "$1" = own ] || others_stand >/dev/null || lost=$((lost + 1)) ;; esac
    return 1
}

# Nothing is left, made or taken where that is not allowed.
leaves_nothing() {
    [ "$level" = sandbox ] || [ "$level" = strict ] || return 0
    case $way in
    takes_file | renames_file) [ "$(cat "$witness")" = kept ] ;;
    *) [ ! -e "$witness" ] && [ ! -L "$witness" ] ;;
    esac || { echo 'the witness says otherwise' && return 1; }
}

# holds EXPECTATION WORDS OPTION...
holds() {
    expected=$1 words=$2
    shift 2
    case $expected in
    ends*plugin-late) set -- "$@" --set limits.load_time=400 ;;
    *plugin-late | any) set -- "$@" --set limits.batch_time=150 --set limits.row_time=100 ;;
    esac
    goes "$@"
    # shellcheck disable=SC2086 # words of it
    costs $expected && { [ -z "$words" ] || says "$words"; } && tells_nothing && leaves_nothing && none_living
}

# at_level LEVEL EXPECTATION WORDS [OPTION...]
at_level() {
    level=$1
    expected=$2 words=$3
    shift 3
    promise "$when $way: $expected ($level${*:+ $*})" \
        holds "$expected" "$words" --isolation="$level" "$@"
}

# Each row is scored twice: what remembers is seen. And signals that the first process of a namespace
# sends itself do not reach it.
at_strict() {
    expected=$1 words=$2
    shift 2
    case $way in
    counts_calls) expected='ends 7 plugin-differs' ;;
    raise_*) expected=same ;;
    esac
    at_level strict "$expected" "$words" "$@"
}

# In this process: what ends the process, prints or hangs does so to us, and who writes beyond the
# outputs ends the run.
at_none() {
    expected=$1 words=$2
    shift 2
    case $when:$expected in
    *:lost\ plugin-wrote) expected='ends 7 plugin-wrote' words='wrote beyond its outputs on a record' ;;
    born:*plugin-load | *plugin-late) return ;;
    *:same | *:own* | *:lost\ plugin-range | *:lost\ plugin-row | *:lost\ plugin-failed | *:ends*) ;;
    *) return ;;
    esac
    case $way in
    raise_* | *prints* | closes_files | signals_* | traces | forks_and_returns | becomes_* | starts_* | \
        leaves_thread | reads_input | lowers_* | changes_* | sets_umask | ignores_signals | sets_alarm | \
        unload_*) ;;
    *) at_level none "$expected" "$words" "$@" ;;
    esac
}

# in_crews COMMAND... - in batches of one row, of some and of all, by one worker and by two.
in_crews() {
    for batch in 1 256 4096; do
        "$@" --set run.batch=$batch --workers=1
        "$@" --set run.batch=$batch --workers=2 --set run.chunk_records=100
    done
}

for when in score born; do
    way=nothing level=process
    misbehaves $when nothing
    goes --isolation=process >/dev/null
    [ "$got" -eq 0 ] || { cat "$scratch/said" && exit 1; }
    cp "$report" "$clean"
done

while IFS='|' read -r what open closed words; do
    case $what in '#'* | '') continue ;; esac
    # shellcheck disable=SC2086 # without the blanks round it
    set -- $what && when=$1 way=$2
    [ -z "$FAULTS_ONLY" ] || [ "$way" = "$FAULTS_ONLY" ] || continue
    # shellcheck disable=SC2086 # likewise
    set -- $open && open=$*
    # shellcheck disable=SC2086 # likewise
    set -- $closed && closed=$*
    [ "$closed" != = ] || closed=$open
    words=${words# }
    plugins=$((plugins + 1))
    misbehaves "$when" "$way"
    if [ "$all" = yes ] && [ "$way" != writes_report ]; then # which needs lines before the row
        in_crews at_level process "$open" "$words"
        in_crews at_level sandbox "$closed" "$words"
        in_crews at_strict "$closed" "$words"
        in_crews at_none "$open" "$words"
    else
        at_level process "$open" "$words"
        at_level sandbox "$closed" "$words"
    fi
done <"$tests/faults/bad_plugins.table"

printf '\nbad plugins %s, runs %s, rows lost %s, canary leaks %s\n' $plugins $runs $lost $leaks
[ "$broken" -eq 0 ]
