#!/bin/sh
# words.sh RAPPORT - commands as somebody writes them who does not know rapport yet: each answer
# says what to do next.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
cd "$scratch" || exit 1
mkdir -p conf instruments/library instruments/own
cp "$tests/hostile/mood.ini" "$tests/hostile/sleep.ini" instruments/library
sed 's|\./\(.*\)\.ini|\1|' "$tests/hostile/tables.ini" >conf/tables.ini

# answers STATUS WORDS COMMAND... - ends so, and says the words to standard error.
answers() {
    status=$1 words=$2
    shift 2
    ends "$status" "$rapport" "$@" >printed 2>said || { cat said && return 1; }
    [ -z "$words" ] || grep -qF -e "$words" said || { cat said && return 1; }
}

promise 'says what is missing' \
    answers 2 'rapport run: PIPELINE.ini is missing; rapport help run' run
promise 'knows that a plugin is no INI file' \
    answers 4 'rapport show says what a plugin holds' check "$(dirname "$rapport")/plugins/sum.so"
promise 'says only that' [ "$(wc -l <said)" -eq 1 ]
promise 'shows the path of a pipeline that is called so' \
    answers 4 "did you mean 'conf/tables.ini'?" run tables
promise 'shows it behind a file name too' answers 4 "did you mean 'conf/tables.ini'?" run tables.ini
promise 'shows the path of an instrument that is called so' \
    answers 4 "did you mean 'instruments/library/sleep.ini'?" check sleep
promise 'knows when nothing is called so' answers 4 'no such file; check the path' check nothing
promise 'knows when there is nothing at a path' answers 4 'check the path' check own/sleep.ini

sed 's/= sleep/= slept/' instruments/library/sleep.ini >instruments/own/own.ini
promise 'doubts an id that is not the name of its file' \
    answers 0 "own.ini:2:11: id 'slept' is not the name of its file" check instruments/own/own.ini
promise 'finds no mistake in it, though' grep -q 'no mistakes found' printed
promise 'has no doubt where they are the same' answers 0 '' check instruments/library/sleep.ini
promise 'says nothing then' [ ! -s said ]

# ---- show and list ------------------------------------------------------------------------------

sed '3s/title/titel/; 17s/6/0/' instruments/library/mood.ini >bad.ini
shows_as_checks() {
    "$rapport" check ./bad.ini 2>checked
    answers 4 "did you mean 'title'?" show ./bad.ini &&
        [ "$(wc -l <said)" -gt 2 ] && same checked said
}
promise 'shows all mistakes of an instrument, as check does' shows_as_checks
promise 'shows what it looked for, when asked' \
    answers 2 './instruments/library/nothing.ini: not there' show nothing --verbose
promise 'says that it can' answers 2 '-v where it was looked for' show nothing
promise 'lists where it looked, when asked' answers 0 './conf: found' list -v

# ---- the header of the table ----------------------------------------------------------------------

# checks STATUS WORDS HEADER - a table that has this first line, and a record of which nothing is said.
checks() {
    printf '%s\n"zqcanary,48613\n' "$3" >table.csv
    answers "$1" "$2" check conf/tables.ini --input table.csv && ! grep -e zqcanary -e 48613 said
}
promise 'looks for the columns in the header, and at no record' \
    checks 0 '' client,session,m1,m2,m3,s1,s2,note
promise 'finds an item without a column' \
    checks 5 "no column 'm2'" client,session,m1,mm,m3,s1,s2,note
promise 'finds a column that is not there' \
    checks 4 "did you mean 'notes'?" client,session,m1,m2,m3,s1,s2,notes
promise 'finds a header that is none' checks 5 header-duplicate client,session,m1,m1,m3,s1,s2,note
promise 'says so where the table is not there' \
    answers 0 'nowhere.csv: is not there yet' check conf/tables.ini --input nowhere.csv
mkfifo pipe
promise 'waits for no pipe' answers 0 'is read in a run only' check conf/tables.ini --input pipe
promise 'reads no standard input' \
    answers 0 'standard input: is read in a run only' check conf/tables.ini --input -
[ "$broken" -eq 0 ]
