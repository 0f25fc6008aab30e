#!/bin/sh
# pseudonyms.sh RAPPORT - ids are exchanged and not another byte; where that is not sure there is no
# table, and no id in a message.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
cd "$scratch" || exit 1
umask 022
mkdir keys tables out

# With keys of 32 letters, as printf %s zq_a | openssl dgst -sha256 -hmac KEY gives them, cut.
printf 'kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk' >keys/k
printf 'llllllllllllllllllllllllllllllll' >keys/l
chmod 600 keys/*
A=73cbecc73bebad99d8e3024d100a12d5
B=8bb0b2e3ffb5e60a02fa1085c7ceb678
Q=e8ff9378a057a8f3510e4564bd1f6a3c # of zq_"q
L=89ca7e0460ae23926455c3197bae3679 # of zq_a, with the other key

# changes STATUS [OPTION...] - tables/in.csv to out/out.csv; what is said is in said, and tells of nobody.
changes() {
    status=$1
    shift
    ends "$status" timeout 20 "$rapport" pseudonymise --key keys/k tables/in.csv --output out/out.csv "$@" \
        >printed 2>said
    kept=$?
    cat said
    [ $kept -eq 0 ] && [ ! -s printed ] && ! grep -nE "$canary" said && [ "$(ls out)" = out.csv ]
}

says() {
    grep -qF -e "$1" said || { echo "nothing says $1" && return 1; }
}

# refuses STATUS CODE [OPTION...] - says why; the old table stays, and nothing else is left.
refuses() {
    status=$1 code=$2
    shift 2
    echo old >out/out.csv
    changes "$status" "$@" && says "[$code]" && [ "$(cat out/out.csv)" = old ]
}

# A table as printf writes it.
table() {
    # shellcheck disable=SC2059
    printf "$1" >tables/in.csv
}

# gives IN OUT [OPTION...] - with @A and the like for the pseudonyms.
gives() {
    # shellcheck disable=SC2059
    table "$1" && printf "$2" | sed "s/@A/$A/g; s/@B/$B/g; s/@Q/$Q/g" >wanted
    shift 2
    changes 0 --column id "$@" && same out/out.csv wanted
}

# ---- what becomes of a table -------------------------------------------------------------------------

promise 'exchanges ids by their HMAC-SHA-256, as other programs take it' \
    gives 'id,x\nzq_a,1\nzq_b,2\nzq_a,3\n' 'id,x\n@A,1\n@B,2\n@A,3\n'
promise 'says how many' says '3 records; out/out.csv'
promise 'lets nobody else read it' [ "$(stat -c %a out/out.csv)" = 600 ]
promise 'leaves marks, line ends, quotes and blanks as they are' \
    gives '\357\273\277sep=;\r\n\r\n"x";"id"; y \r\n"a;""b""";zq_a;\r\n\r\n"l\r\nm";"zq_b"; zq_b \n; zq_a\t;3\n' \
    '\357\273\277sep=;\r\n\r\n"x";"id"; y \r\n"a;""b""";@A;\r\n\r\n"l\r\nm";"@B"; zq_b \n; @A\t;3\n'
promise 'knows an id in any quotes' \
    gives 'x\tid\n1\t"zq_""q"\n2\t"zq_a"\n3\tzq_a\n4\t" zq_a "\n' \
    'x\tid\n1\t"@Q"\n2\t"@A"\n3\t@A\n4\t" @A "\n'
promise 'leaves blank ids' gives 'id,x\n,1\n  ,2\n"",3\n" ",4\nzq_a,\n' 'id,x\n,1\n  ,2\n"",3\n" ",4\n@A,\n'
promise 'ends where the table ends' gives 'x,id\n1,zq_a' 'x,id\n1,@A'
promise 'takes a table without records' gives 'x,id' 'x,id'
promise 'takes bytes of any kind' gives 'id,x\nzq_a,\377\001\n' 'id,x\n@A,\377\001\n'
promise 'takes several columns' \
    gives 'id,x,to,y\nzq_a,1,zq_b,2\nzq_b,3,,zq_a\n' 'id,x,to,y\n@A,1,@B,2\n@B,3,,zq_a\n' --column to --column id
long_cells() {
    awk 'BEGIN { print "id,x"; for (i = 0; i < 9; i++) { printf "zq_a,\""; for (n = 0; n < 40000; n++) printf "line,\n"; print "\"" } }' \
        >tables/in.csv && sed "s/zq_a/$A/" tables/in.csv >wanted && changes 0 --column id && same out/out.csv wanted
}
promise 'takes cells that are longer than a chunk' long_cells
other_table() {
    printf 'who;n\n"zq_a";1\n' >tables/other.csv &&
        "$rapport" pseudonymise --key keys/k --column who tables/other.csv 2>said | grep -qF "\"$A\";1"
}
promise 'gives the same id the same pseudonym in another table' other_table
other_key() {
    table 'id\nzq_a\n' && "$rapport" pseudonymise --key keys/l --column id tables/in.csv 2>said | grep -qx "$L"
}
promise 'gives it another one with another key' other_key

# ---- pipes ---------------------------------------------------------------------------------------------

piped() {
    table 'id,x\nzq_a,1\n'
    # shellcheck disable=SC2002
    [ "$(cat tables/in.csv | "$rapport" pseudonymise --key keys/k --column id 2>said)" = "$(printf 'id,x\n%s,1' $A)" ] &&
        [ "$("$rapport" pseudonymise - --key=keys/k --column=id --output - <tables/in.csv 2>said | tail -n 1)" = $A,1 ]
}
promise 'reads and writes pipes' piped
full() {
    ends 8 "$rapport" pseudonymise --key keys/k --column id tables/in.csv >/dev/full 2>said && says '[output-space]'
}
promise 'notices a full disk' full
gone() {
    awk 'BEGIN { print "id"; for (i = 0; i < 200000; i++) print "zq_a" }' >tables/in.csv
    { timeout 20 "$rapport" pseudonymise --key keys/k --column id tables/in.csv 2>said; echo $? >status; } | head -n 1 >printed
    [ "$(cat status)" -eq 8 ] && [ "$(cat printed)" = id ]
}
promise 'notices a reader that went away' gone
long() {
    awk 'BEGIN { print "id"; for (i = 0; i < 100000; i++) print "zq_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }' >tables/in.csv
    changes 0 --column id && [ "$(wc -l <out/out.csv)" -eq 100001 ]
}
promise 'takes a long table' long

# ---- no doubt about ids -----------------------------------------------------------------------------------

doubt() {
    table "$1" && refuses 5 "$2" --column id && says "tables/in.csv$3: "
}
promise 'refuses a record that is too short' doubt 'x,id\n1,zq_a\nzq_b\n' pseudonym-record :3
promise 'refuses a record that is too long' doubt 'id,x\nzq_a,1,zq_b\n' pseudonym-record :2
promise 'refuses text behind a quote' doubt 'id,x\n"zq_a"zq_b,1\n' pseudonym-record :2:1
promise 'refuses a quote inside a cell' doubt 'x,id\n1,zq"a\n' pseudonym-record :2:2
promise 'refuses a quote that does not close' doubt 'x,id\n1,zq_a\n2,"zq_b\n' quote-open :3
promise 'refuses what is no table' doubt '\037\213zq' input-gzip ''
all_of_them() {
    table 'id,x\nzq_a\nzq_b,2\nzq_a,1,2\n' && refuses 5 pseudonym-record --column id && says in.csv:2: &&
        says in.csv:4: && [ "$(wc -l <said)" -eq 2 ]
}
promise 'names all of them' all_of_them
into_a_pipe() {
    ! "$rapport" pseudonymise --key keys/k --column id tables/in.csv 2>said | grep -e zq_
}
promise 'lets no id of such a table into a pipe' into_a_pipe

table 'client_id,x\nzq_a,1\n'
near() {
    refuses 2 pseudonym-column --column client-id && says "no column 'client-id'; did you mean 'client_id'?"
}
promise 'shows the column that may be meant' near
promise 'says so where none is near' refuses 2 pseudonym-column --column birthday
promise 'takes no column by itself' refuses 2 usage
table 'id,x\nzq_a,1\n'
itself() {
    cp tables/in.csv kept.csv && mkdir links && ln tables/in.csv links/hard.csv &&
        ln -s ../tables/in.csv links/soft.csv || return 1
    for file in tables/in.csv links/hard.csv links/soft.csv; do
        ends 8 "$rapport" pseudonymise --key keys/k --column id tables/in.csv --output $file 2>said &&
            says '[output-is-input]' || return 1
    done
    # shellcheck disable=SC2094 # that is the mistake to be found
    ends 8 "$rapport" pseudonymise --key keys/k --column id tables/in.csv >>tables/in.csv 2>said &&
        says '[output-is-input]' && same tables/in.csv kept.csv
}
promise 'does not write over the table' itself
is_ended() {
    mkfifo tables/waiting && echo old >out/out.csv
    "$rapport" pseudonymise --key keys/k --column id tables/waiting --output out/out.csv 2>said &
    child=$!
    exec 9>tables/waiting
    # More than is read before the file to be written is opened.
    awk 'BEGIN { print "id"; for (i = 0; i < 400000; i++) print "zq_a" }' >&9
    kill -s TERM $child
    wait $child
    [ $? -eq 143 ] && exec 9>&- && says '[cancelled]' && [ "$(cat out/*)" = old ]
}
promise 'leaves nothing behind when it is ended' is_ended

# ---- keys ---------------------------------------------------------------------------------------------

# takes_no_key TEXT FILE
takes_no_key() {
    ends 2 "$rapport" pseudonymise --key "$2" --column id tables/in.csv >printed 2>said && says "$1" &&
        says '[key-' && [ ! -s printed ]
}
key_of() {
    rm -f keys/bad && printf 'kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk' >keys/bad && chmod "$1" keys/bad &&
        takes_no_key 'others may read or change' keys/bad
}
for mode in 640 604 610 660 602; do
    promise "takes no key of mode $mode" key_of $mode
done
short() {
    rm -f keys/bad && printf 'kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk' >keys/bad && chmod 400 keys/bad &&
        takes_no_key 'shorter than 32 bytes' keys/bad && head -c 4097 /dev/zero >keys/long &&
        chmod 400 keys/long && takes_no_key 'longer than 4096' keys/long
}
promise 'takes no key of 31 bytes, nor of 4097' short
odd() {
    ln -s k keys/link && takes_no_key 'is a link' keys/link && mkfifo keys/pipe &&
        takes_no_key 'no regular file' keys/pipe && takes_no_key 'no regular file' keys &&
        takes_no_key 'cannot be read' keys/nothing
}
promise 'takes no link, pipe or folder for a key' odd
foreign() {
    [ "$(id -u)" -ne 0 ] || { cp keys/k keys/foreign && chmod 600 keys/foreign && chown 1 keys/foreign &&
        takes_no_key 'belongs to somebody else' keys/foreign; }
}
promise 'takes no key of somebody else' foreign
beside() {
    cp keys/k tables/k && cp keys/k out/k && chmod 600 tables/k out/k &&
        takes_no_key 'beside the table' tables/k &&
        ends 2 "$rapport" pseudonymise --key out/k --column id tables/in.csv --output out/new.csv 2>said &&
        says '[key-place]' && [ ! -e out/new.csv ] && ln -s tables other_way &&
        takes_no_key 'beside the table' other_way/k &&
        ends 2 "$rapport" pseudonymise --key tables/k --column id <tables/in.csv 2>said >printed && says '[key-place]' &&
        ends 2 "$rapport" pseudonymise --key out/k --column id tables/in.csv 2>said >out/new.csv && says '[key-place]' &&
        rm out/k out/new.csv
}
promise 'takes no key that lies beside the table, whatever way leads there' beside
made() {
    "$rapport" pseudonymise --make-key keys/new 2>said && says 'keys/new: a new key' &&
        [ "$(stat -c '%a %s' keys/new)" = '600 32' ] && "$rapport" pseudonymise --make-key keys/newer 2>said &&
        ! cmp -s keys/new keys/newer && table 'id\nzq_a\n' &&
        "$rapport" pseudonymise --key keys/new --column id tables/in.csv 2>said | grep -qxE '[0-9a-f]{32}'
}
promise 'makes keys' made
made_once() {
    cp keys/new kept.key && ends 8 "$rapport" pseudonymise --make-key keys/new 2>said && says '[key-exists]' &&
        same keys/new kept.key && ln -s nothing keys/dangling &&
        ends 8 "$rapport" pseudonymise --make-key keys/dangling 2>said && [ ! -e keys/nothing ] &&
        ends 8 "$rapport" pseudonymise --make-key nowhere/key 2>said && says '[key-write]'
}
promise 'makes no key over another file' made_once
promise 'makes a key and nothing else' ends 2 "$rapport" pseudonymise --make-key keys/third tables/in.csv
promise 'needs a key' ends 2 "$rapport" pseudonymise --column id tables/in.csv
[ "$broken" -eq 0 ]
