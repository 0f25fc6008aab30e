#!/bin/sh
# limits.sh RAPPORT - every limit of docs/limits.md: that it is what the program says, and what becomes
# of one less, just as much and one more.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
# shellcheck source=tests/hostile/judge.sh
. "$tests/hostile/judge.sh"
pipeline=$scratch/run.ini
plugins=$(dirname "$rapport")/plugins

# The rows of the first table of limits.md: key, what, shipped, ceiling, more, exit.
# shellcheck disable=SC2016 # the quotes are Markdown's
grep '^| `[a-z_]*` |' "$tests/../docs/limits.md" | sed 's/`//g; s/^| //; s/ |$//; s/ | /|/g' >"$scratch/limits"
row() {
    grep "^$1|" "$scratch/limits" | cut -d '|' -f "$2"
}

# ---- something of that size -----------------------------------------------------------------------

# repeat COUNT TEXT
repeat() {
    awk -v count="$1" -v text="$2" 'BEGIN { while (count-- > 0) printf "%s", text }'
}
instrument() {
    printf '[instrument]\nid = one\ntitle = One\nversion = 1\nlicence = CC0-1.0\nsource = made up\nanswers = 0..4\n'
}
# plain - one stage, one item, one scale; what has a size is put in afterwards.
plain() {
    printf '[pipeline]\nstages = s\nrespondent = id\n[stage s]\ninstrument = ./one.ini\n' >"$pipeline"
    { instrument && printf '[item q]\n[scale t]\nitems = q\nscoring = sum\n'; } >"$scratch/one.ini"
    printf 'id,q,note\nzqcanary,3,48613\n' >"$table"
}

# Each makes something of $1 and says in $place where a message about it points.
field() {
    { echo id,q,note && printf 'zqcanary,3,' && repeat "$1" x && echo; } >"$table"
    place=$table:2:3
}
record() { # with its line end, as the bytes before the note are 11
    { echo id,q,note && printf 'zqcanary,3,' && repeat $(($1 - 12)) x && echo; } >"$table"
    place=$table:2
}
columns() {
    { printf 'id,q' && awk -v count="$1" 'BEGIN { while (count-- > 2) printf ",c%d", count }' && echo &&
        printf 'zqcanary,3' && repeat $(($1 - 2)) , && echo; } >"$table"
    place=$table:1
}
rows() {
    { echo id,q,note && awk -v count="$1" 'BEGIN { while (count-- > 0) print "zqcanary" count ",3,48613\n" }'; } \
        >"$table"
    place=$table:
}
name() {
    { printf 'id,q,' && repeat "$1" n && echo && echo zqcanary,3,48613; } >"$table"
    place=$table:1:3
}
ini_file() {
    size=$(wc -c <"$scratch/one.ini")
    repeat $((($1 - size) / 60 + 1)) '; some sixty bytes of a comment that nobody is going to read
' | head -c $(($1 - size)) >>"$scratch/one.ini"
    place=one.ini:
}
ini_line() {
    { printf '; ' && repeat $(($1 - 2)) x && echo; } >>"$scratch/one.ini"
    place=one.ini:$(wc -l <"$scratch/one.ini")
}
items() {
    { instrument && awk -v count="$1" 'BEGIN { for (i = 1; i <= count; i++) print "[item q" i "]" }' &&
        printf '[scale t]\nitems = q1..q%d\nscoring = sum\n' "$1"; } >"$scratch/one.ini"
    awk -v count="$1" 'BEGIN { printf "id"
        for (i = 1; i <= count; i++) printf ",q%d", i
        printf "\nzqcanary"
        for (i = 1; i <= count; i++) printf ",3"
        print "" }' >"$table"
    place=one.ini:$((7 + $1))
}
stages() {
    awk -v count="$1" 'BEGIN { printf "[pipeline]\nrespondent = id\nstages ="
        for (i = 1; i <= count; i++) printf " s%d", i
        print ""
        for (i = 1; i <= count; i++) print "[stage s" i "]\ninstrument = ./one.ini" }' >"$pipeline"
    place=run.ini:3:10
}
outputs() {
    { instrument && echo '[item q]' && awk -v count="$1" 'BEGIN { for (i = 1; i <= count; i++)
        print "[scale t" i "]\nitems = q\nscoring = sum" }'; } >"$scratch/one.ini"
    place=run.ini:4
}
plugins() { # each scale has a file of its own
    { instrument && echo '[item q]' && awk -v count="$1" 'BEGIN { for (i = 1; i <= count; i++)
        print "[scale t" i "]\nitems = q\nscoring = ./sum" i ".so" }'; } >"$scratch/one.ini"
    for i in $(seq "$1"); do cp "$plugins/sum.so" "$scratch/sum$i.so"; done
    place=one.ini:$((8 + 3 * $1))
}
plugin_file() { # bytes behind the last section disturb no loader
    sed -i 's/= sum/= .\/sum.so/' "$scratch/one.ini"
    cp "$plugins/sum.so" "$scratch/sum.so" && truncate -s "$1" "$scratch/sum.so"
    place=one.ini:11
}

# ---- one less, just as much, one more --------------------------------------------------------------

# around KEY LIMIT [OPTION...] - with these options the limit is LIMIT.
around() {
    key=$1 limit=$2
    shift 2
    for size in $((limit - 1)) "$limit"; do
        plain && $key "$size" && run 0 "$@" || return 1
    done
    plain && $key $((limit + 1)) && run "$(row "$key" 6)" "$@" &&
        says "$place" && says "$limit" && says "$key in [limits]" && says "up to $(row "$key" 4)" &&
        says "[$(row "$key" 5 | sed 's/[:,].*//')]"
}
# lowered KEY LIMIT [OPTION...] - and raised by one it takes one more.
lowered() {
    around "$@" --set "limits.$1=$2" && run 0 --set "limits.$1=$((limit + 1))"
}
shipped() {
    around "$1" "$(row "$1" 3)" --set limits.field=16777216
}
promise 'keeps each limit as it is set, to the one' lowered field 100
promise 'keeps it: record' lowered record 100
promise 'keeps it: columns' lowered columns 7
promise 'keeps it: rows' lowered rows 9
promise 'keeps it: rows, of which some come later' lowered rows 9 --set run.chunk_records=2
promise 'keeps it: rows, where a part is full' lowered rows 8 --set run.chunk_records=2
promise 'keeps it: name' lowered name 12
promise 'keeps it: ini_file' lowered ini_file 3000
promise 'keeps it: ini_line' lowered ini_line 100
promise 'keeps it: items' lowered items 5
promise 'keeps it: stages' lowered stages 2
promise 'keeps it: outputs' lowered outputs 3
promise 'keeps it: plugins' lowered plugins 3
promise 'keeps it: plugin_file' lowered plugin_file 20000000
promise "keeps the limit that is shipped: field" around field "$(row field 3)"
for key in record columns name ini_file ini_line items stages outputs; do
    promise "keeps the limit that is shipped: $key" shipped $key
done

# Where the line of the first row too many stands, behind empty ones.
rows_place() {
    plain && rows 9 && run 5 --set limits.rows=4 --set run.chunk_records=3 && says "$table:10: "
}
promise 'says in which line the rows are too many' rows_place

# ---- the keys themselves -----------------------------------------------------------------------------

# The same key, shipped value and ceiling in the table of the INI files.
# shellcheck disable=SC2016
documented() {
    "$rapport" help ini | sed -n '/^### \[limits\]/,/^### \[run\]/p' | grep '^| `' |
        sed 's/^| `\([a-z_]*\)` | whole number, 1 to \([0-9]*\)[a-z ]* | `\([0-9]*\)` .*/\1 \3 \2/' |
        sort >"$scratch/ini"
    awk -F '|' '{ print $1, $3, $4 }' "$scratch/limits" | sort >"$scratch/document"
    [ -s "$scratch/ini" ] && same "$scratch/ini" "$scratch/document"
}
promise 'has the limits that docs/limits.md says' documented

# No key goes beyond its ceiling; at the ceiling a small table is scored as ever.
ceilings() {
    plain
    while IFS='|' read -r key _ _ ceiling _; do
        run 0 --set "limits.$key=$ceiling" && refuses 4 cfg-range --set "limits.$key=$((ceiling + 1))" &&
            says "allowed 1 to $ceiling" && refuses 4 cfg-range --set "limits.$key=0" || return 1
    done <"$scratch/limits"
}
promise 'takes each key up to its ceiling, and no further' ceilings

# What cannot be raised by a key in the file itself.
own_file() {
    plain
    { printf '; ' && repeat 65535 x && echo; } >>"$pipeline"
    refuses 4 cfg-line && says run.ini:6: && plain &&
        repeat 20000 '; some sixty bytes of a comment that nobody is going to read
' >>"$pipeline" && refuses 4 cfg-file && says run.ini: && says 1048576
}
promise 'holds the file of the pipeline to the limits that are shipped' own_file

# A number is as long as its cell may be.
long_number() {
    plain
    { printf 'id,q,note\nzqcanary,3.' && repeat 65000 0 && printf ',1\nzqcanary,0.' && repeat 65000 3 && echo ,1; } \
        >"$table"
    run 3 && says "$table:3:2: q is not a whole number" && grep -q 'zqcanary,3.00,ok' "$report"
}
promise 'reads numbers of any length' long_number
[ "$broken" -eq 0 ]
