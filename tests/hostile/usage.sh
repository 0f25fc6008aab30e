#!/bin/sh
# usage.sh RAPPORT - the words of the command line: what help there is, and what is said of words
# that are wrong.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
top=$tests/..
cd "$top" || exit 1

# prints STATUS WORDS COMMAND... - ends so, with the words on standard output and nothing else said.
prints() {
    status=$1 words=$2
    shift 2
    { ends "$status" "$rapport" "$@" >"$scratch/printed" 2>"$scratch/said" &&
        grep -qF -e "$words" "$scratch/printed" && [ ! -s "$scratch/said" ]; } ||
        { cat "$scratch/printed" "$scratch/said" && return 1; }
}

# refuses WORDS COMMAND... - wrong use: one line that says the words, and nothing printed.
refuses() {
    words=$1
    shift
    { ends 2 "$rapport" "$@" >"$scratch/printed" 2>"$scratch/said" &&
        grep -qF -e "$words" "$scratch/said" && [ "$(wc -l <"$scratch/said")" -eq 1 ] &&
        [ ! -s "$scratch/printed" ]; } || { cat "$scratch/printed" "$scratch/said" && return 1; }
}

promise 'without a word, shows all commands, as wrong use' prints 2 'score a table and write'
for help in help -h --help; do
    promise "$help shows all commands" prints 0 'score a table and write' $help
done
promise 'tells its version' prints 0 'rapport 1.' --version
for command in $("$rapport" help | sed -n 's/^  rapport \([a-z]*\) .*/\1/p' | sort -u); do
    promise "help $command shows what it takes" prints 0 "usage: rapport $command" help "$command"
    promise "so does $command --help" prints 0 "usage: rapport $command" "$command" --help
    promise "and $command ... -h" prints 0 "usage: rapport $command" "$command" something -h
done
promise 'help ini is docs/ini-reference.md' prints 0 '# ' help ini
promise 'to the last byte' same docs/ini-reference.md "$scratch/printed"
promise 'knows no help on other words' refuses "no help on 'nothing'" help nothing

promise 'knows what command was meant' refuses "unknown command 'rnu'; did you mean 'run'?" rnu
promise 'or says where they are' refuses 'rapport help shows them all' frobnicate
promise 'knows what option was meant' refuses "did you mean '--output'?" run a.ini --outptu b
promise 'or says where they are, too' refuses 'rapport help run shows' run a.ini --frobnicate
promise 'takes no option of another command' refuses "unknown option '--rerun'" run a.ini --rerun
promise 'takes no letter that is none' refuses "unknown option '-Z'" run a.ini -Z
promise 'misses a value' refuses "a value has to follow '--input'" run a.ini --input
promise 'wants none where none belongs' refuses 'no value belongs to' run a.ini --quiet=yes
promise 'takes one pipeline' refuses "one word too many: 'b.ini'" run a.ini b.ini
promise 'takes no name where none belongs' refuses "one word too many: 'a'" list a
for workers in 0 257 1000 x 2x ''; do
    promise "takes no '$workers' workers" refuses 'a number from 1 to 256' run a.ini "--workers=$workers"
done
promise 'knows what level was meant' refuses "did you mean 'sandbox'?" run a.ini --isolation=sandbx
sets=$(seq 65 | sed 's/^/--set a.b=/')
# shellcheck disable=SC2086 # 65 words
promise 'takes 64 settings' refuses 'more --set than 64' run a.ini $sets

# A file of any name: behind --, a word is one although it looks like an option.
named_like_an_option() {
    ends 4 "$rapport" run -- --input 2>"$scratch/said"
    grep -q '^--input: no such file' "$scratch/said"
}
promise 'takes names behind --' named_like_an_option
promise 'takes - for a name' ends 4 "$rapport" run - 2>"$scratch/said"

full() {
    ends 8 "$rapport" help >/dev/full 2>"$scratch/said" && grep -q 'output-write' "$scratch/said"
}
closed() {
    ends 8 "$rapport" list >&- 2>"$scratch/said" && grep -q 'output-write' "$scratch/said"
}
promise 'does not end well where help cannot be written' full
promise 'nor where standard output is closed' closed
promise 'runs without standard input' prints 0 'score a table' help <&-

# ---- a run that says too little -----------------------------------------------------------------

# says_not STATUS CODE OPTION...
says_not() {
    status=$1 code=$2
    shift 2
    { ends "$status" "$rapport" run "$@" 2>"$scratch/said" && grep -qF "[$code]" "$scratch/said"; } ||
        { cat "$scratch/said" && return 1; }
}
sed '/^path/d' conf/intake.ini >"$scratch/no_paths.ini"
sed 's/^path *=.*csv$/path =/' conf/intake.ini >"$scratch/empty_paths.ini"
for pipeline in no_paths empty_paths; do
    promise "$pipeline: wants a table" says_not 4 cfg-missing-key "$scratch/$pipeline.ini"
    promise "$pipeline: wants a report" says_not 4 cfg-missing-key "$scratch/$pipeline.ini" \
        --input instruments/sample/sessions.csv
done
promise 'runs no instrument' says_not 4 cfg-not-a-pipeline instruments/alliance/alliance.ini
[ "$broken" -eq 0 ]
