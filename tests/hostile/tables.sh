#!/bin/sh
# tables.sh RAPPORT - tables as they should not be: what each costs, and what is said of it.
# Every table holds answers of judge.sh's canary.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
# shellcheck source=tests/hostile/judge.sh
. "$tests/hostile/judge.sh"

header='client,session,m1,m2,m3,s1,s2,note\n'
first='zqcanary-1,1,1,2,3,4,5,48613\n' first_scored='zqcanary-1,1,48613,6,high,4.5,ok,\n'
last='zqcanary-9,1,0,0,1,10,9,48613\n' last_scored='zqcanary-9,1,48613,1,low,9.5,ok,\n'
report_header='client,session,note,mood_total,mood_total_band,sleep_hours,rapport_status,rapport_notes\n'

# reports FOUND LINES [OPTION...] - the report holds these lines. FOUND is what a message and the
# rejects file say of the second record, as in 3,mood,partial,cell-range; "": nothing is wrong.
reports() {
    found=$1 wanted=0
    printf '%b' "$report_header$2" >"$scratch/expected"
    shift 2
    [ -z "$found" ] || wanted=3
    run $wanted "$@" && same "$scratch/expected" "$report" || return 1
    if [ -z "$found" ]; then
        [ "$(wc -l <"$out/report.rejects.csv")" -eq 1 ]
        return
    fi
    column=${found%%,*}
    says "$table:3${column:+:$column}: " && says "[${found##*,}]" &&
        grep -q "^3,2,$found," "$out/report.rejects.csv"
}

# record PROMISE FOUND RECORD LINE [OPTION...] - RECORD stands between two good ones, LINE for it in
# the report.
record() {
    what=$1 found=$2 line=$4
    printf '%b' "$header$first$3\n$last" >"$table"
    shift 4
    promise "$what" reports "$found" "$first_scored$line\n$last_scored" "$@"
}

# refuse WHAT CODE TABLE [OPTION...]
refuse() {
    what=$1 code=$2
    printf '%b' "$3" >"$table"
    shift 3
    promise "refuses $what" refuses 5 "$code" "$@"
}

# repeat COUNT TEXT
repeat() {
    awk -v count="$1" -v text="$2" 'BEGIN { while (count-- > 0) printf "%s", text }'
}

# ---- records that cannot be read --------------------------------------------------------------

record 'rejects a short record' ,input,rejected,row-short \
    'zqcanary-2,1,48613,2' 'zqcanary-2,1,,,,,rejected,row-short'
record 'rejects a long record' ,input,rejected,row-long \
    'zqcanary-2,1,1,2,3,4,5,n,48613' 'zqcanary-2,1,n,,,,rejected,row-long'
record 'rejects a very long record' ,input,rejected,row-long \
    "zqcanary-2,1,1,2,3,4,5,n$(repeat 20000 ,48613)" 'zqcanary-2,1,n,,,,rejected,row-long'
while read -r kind bytes; do
    record "rejects $kind in a cell" 3,input,rejected,row-control-byte \
        "zqcanary-2,1,$bytes,2,3,4,5,n" 'zqcanary-2,1,n,,,,rejected,row-control-byte'
    record "blanks a cell with $kind in the report" 8,input,rejected,row-control-byte \
        "zqcanary-2,1,1,2,3,4,5,zqcanary$bytes" 'zqcanary-2,1,,,,,rejected,row-control-byte'
done <<'EOT'
NUL \0000
escape \0033[2J
delete \0177
CR 1\r2
EOT
record 'rejects text behind a closing quote' 8,input,rejected,row-after-quote \
    'zqcanary-2,1,1,2,3,4,5,"n"48613' 'zqcanary-2,1,n,,,,rejected,row-after-quote'
record 'rejects a stray quote' 3,input,rejected,row-stray-quote \
    'zqcanary-2,1,4",2,3,4,5,n' 'zqcanary-2,1,n,,,,rejected,row-stray-quote'
while read -r kind bytes; do
    record "rejects $(echo "$kind" | tr _ ' '), and blanks the cell" 8,input,rejected,row-utf8 \
        "zqcanary-2,1,1,2,3,4,5,zqcanary$bytes" 'zqcanary-2,1,,,,,rejected,row-utf8'
done <<'EOT'
Latin-1 caf\0351
half_a_character \0342\0202
an_overlong_form \0300\0257
a_longer_overlong_form \0340\0200\0257
a_surrogate \0355\0240\0200
what_is_beyond_Unicode \0364\0220\0200\0200
EOT
record 'passes such bytes with encoding = bytes' '' 'zqcanary-2,1,1,2,3,4,5,caf\0351' \
    'zqcanary-2,1,caf\0351,6,high,4.5,ok,' --set input.encoding=bytes
record 'keeps a row of delimiters as a record without scores' '' ',,,,,,,' ',,,,,,ok,'

# ---- cells that cannot be believed ---------------------------------------------------------------

while read -r found cell; do
    record "blanks only the stage that needs $cell" "3,mood,partial,$found" \
        "zqcanary-2,1,$cell,2,3,4,5,n" "zqcanary-2,1,n,,,4.5,partial,mood:$found"
done <<'EOT'
cell-range 48613
cell-range -1
cell-range 5
cell-range 4.000001
cell-fraction 2.5
cell-number zqcanary
cell-number 3x
cell-number "3,5"
cell-number 1e999
cell-number 0x1
cell-number ２
cell-number inf
cell-number +3
cell-number 3.
cell-number 1 2
cell-missing-code nan
cell-missing-code NA
cell-missing-code -99
cell-missing-code 999
EOT
record 'reads a number whatever its form' '' 'zqcanary-2,1, 1 ,2.000,3e0,0.4e1,"5",n' \
    'zqcanary-2,1,n,6,high,4.5,ok,'
record 'says each kind once for each stage' 3,mood,partial,cell-range \
    'zqcanary-2,1,48613,48613,zqcanary,48613,5,n' \
    'zqcanary-2,1,n,,,,partial,mood:cell-range mood:cell-number sleep:cell-range'
record 'takes declared codes for not answered' '' 'zqcanary-2,1,NA,-99,3,-99.0,5,n' \
    'zqcanary-2,1,n,,,,ok,' --set 'input.missing=NA -99'
record 'reads a decimal comma where one is declared' '' 'zqcanary-2,1,1,2,3,"4,5","5,5",n' \
    'zqcanary-2,1,n,6,high,5.0,ok,' --set input.decimal=comma
record 'reads no decimal point there' 6,sleep,partial,cell-number 'zqcanary-2,1,1,2,3,4.5,5,n' \
    'zqcanary-2,1,n,6,high,,partial,sleep:cell-number' --set input.decimal=comma

# ---- the same respondent and session twice ---------------------------------------------------

twice='zqcanary-2,1,n,,,,rejected,row-duplicate\n'
duplicates() {
    printf '%b' "${header}zqcanary-2,1,1,2,3,4,5,n\nzqcanary-2,1,1,2,3,4,5,n\n$first$last" >"$table"
    each_cut reports 2,input,rejected,row-duplicate \
        "zqcanary-2,1,n,6,high,4.5,ok,\n$twice$first_scored$last_scored" && says 'line 2'
}
far_duplicates() {
    printf '%b' "$header$first$last$first" >"$table"
    reports '' "$first_scored$last_scored$first_scored"
}
unique() {
    cat >"$scratch/expected.rejects.csv" <<EOT
line,record,column,stage,kind,code,message
4,3,2,input,rejected,row-duplicate,"has the respondent and session of line 2; the row is kept with blank scores"
EOT
    run 3 --set input.unique=yes "$@" && same "$scratch/expected.rejects.csv" "$out/report.rejects.csv"
}
promise 'rejects the later of two neighbours, also across the border of chunks' duplicates
promise 'lets a session stand twice far apart' far_duplicates
promise 'rejects it too with unique = yes, also across the border of chunks' each_cut unique

# ---- what is no table ---------------------------------------------------------------------------

canary="zqcanary,48613\n"
refuse 'an empty file' input-empty ''
refuse 'empty lines alone' input-empty '\n\r\n\n'
refuse 'UTF-16 with its mark' input-utf16 '\0377\0376c\0000l\0000'
refuse 'UTF-16, high byte first' input-utf16 '\0376\0377\0000c\0000l'
refuse 'UTF-16 without a mark' input-utf16 'c\0000l\0000i\0000'
refuse 'a zip archive or workbook' input-zip "PK\0003\0004$canary"
refuse 'a PDF' input-binary "%PDF-1.7\n$canary"
refuse 'a NUL in the header' input-binary "client,\0000,m1\n$canary"
refuse 'line ends of CR alone' input-line-ends 'client,session,m1\rzqcanary,1,48613\r'
refuse 'a header that is not UTF-8' input-utf8 "client,session,caf\0351\n$canary"
refuse 'a header column twice' header-duplicate "client,session,m1,m1\nzqcanary,1,48613,1\n"
refuse 'a header name that is empty' header-empty-name "client,,m1\nzqcanary,1,48613\n"
refuse 'a column that is not there' input-column "client,session,m1,m2,s1,s2,note\n$canary"
refuse 'a delimiter that leaves one column' input-delimiter 'client;session;m1\nzqcanary;1;48613\n' \
    --set input.delimiter=comma
promise 'names the delimiter that fits' says 'set delimiter = semicolon'
refuse 'a header with two delimiters alike' input-delimiter 'client,session;m1\nzqcanary,1;48613\n'
refuse 'a quote in the header that never closes' quote-open "client,\"session\n$canary"
refuse 'more columns than allowed' header-columns "$header$first" --set limits.columns=7
refuse 'a column name longer than allowed' header-name-limit "$header$first" --set limits.name=6

other_kinds() {
    echo zqcanary,48613 | gzip >"$table" && refuses 5 input-gzip || return 1
    cp "$rapport" "$table" && refuses 5 input-elf || return 1
    printf '%b' "$(awk 'BEGIN { for (x = 48271; n++ < 4096; x = x * 16807 % 2147483647)
        printf "\\0%03o", int(x / 256) % 256 }')" >"$table" && refuses 5 input-binary
}
promise 'refuses gzip, a program and random bytes' other_kinds

no_header() {
    printf 'zqcanary-1,1,2,3,4,5,6,48613\n' >"$table"
    run 4 && keeps_old_files
}
promise 'tells no answer where the header is missing' no_header

header_alone() {
    for start in "$header" "${header%??}" "\0357\0273\0277${header%??}\r\n\r\n"; do
        printf '%b' "$start" >"$table"
        reports '' '' || return 1
    done
}
promise 'gives a report without records for a header alone' header_alone

# ---- quotes that never close ---------------------------------------------------------------------

record 'takes quotes, line ends and delimiters in quotes' '' \
    '"zqcanary-2","1",1,2,"3",4,5,"a ""b"",\n\nc"' 'zqcanary-2,1,"a ""b"",\n\nc",6,high,4.5,ok,'

open_quote() {
    printf '%b' "$header\n${1}zqcanary-2,1,1,2,3,4,5,\"48613\n$2" >"$table"
    each_cut refuses 5 quote-open && says "$table:4: "
}
promise 'refuses a quote that never closes, and tells the line where it opens' \
    open_quote "$first" "$last$last"
promise 'finds it behind a stray quote' open_quote 'zqcanary-1,1,4",2,3,4,5,n\n' "$last"
promise 'finds it in the last cell of all' open_quote "$first" ''

# peak COMMAND... - its largest memory, in KiB.
peak() {
    /usr/bin/time -q -f %M -o "$scratch/peak" "$@" >"$scratch/printed" 2>"$scratch/said"
    cat "$scratch/peak"
}
# A table of MIB megabytes, nearly all of it behind a quote that opens in line 3.
long_open_quote() {
    printf '%b' "$header${first}zqcanary-2,1,1,2,3,4,5,\"48613\n"
    repeat 65536 'sixty-four bytes, a line end and not one quote among all of this\n' | head -c 1M >"$scratch/mib"
    for _ in $(seq "$1"); do cat "$scratch/mib"; done
}
bounded() {
    long_open_quote 64 >"$table" && refuses 5 quote-open && says "$table:3: " || return 1
    of_64=$(peak "$rapport" run "$pipeline" --input "$table" --output "$report")
    long_open_quote 16 >"$table"
    of_16=$(peak "$rapport" run "$pipeline" --input "$table" --output "$report")
    echo "$of_64 KiB behind 64 MiB, $of_16 KiB behind 16 MiB"
    [ "$of_16" -gt 0 ] && [ "$of_64" -lt $((of_16 + 4096)) ]
}
promise 'reads no more than a record may have behind an open quote, of 64 MiB' bounded

# ---- how large things may be ----------------------------------------------------------------------

note_of() {
    printf '%b' "$header${first}zqcanary-2,1,1,2,3,4,5," && repeat "$1" x && printf '%b' "\n$last"
}
field_limit() {
    for length in 65535 65536; do
        note_of $length >"$table"
        each_cut run 0 || return 1
    done
    note_of 65537 >"$table"
    each_cut run 3 && says "$table:3:8: " && says '[row-field-limit]' &&
        run 0 --set limits.field=65537
}
promise 'takes a cell of the largest size, and rejects one byte more, until it is raised' field_limit

# 23 bytes stand before the note, and a line end behind it.
record_limit() {
    for length in 99975 99976; do
        note_of $length >"$table"
        each_cut run 0 --set limits.record=100000 --set limits.field=200000 || return 1
    done
    note_of 99977 >"$table"
    each_cut refuses 5 input-record-limit --set limits.record=100000 --set limits.field=200000 &&
        says "$table:3: "
}
promise 'takes a record of the largest size, and refuses one byte more' record_limit

[ "$broken" -eq 0 ]
