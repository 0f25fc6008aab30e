#!/bin/sh
# trust.sh RAPPORT NO_ENTRY.so - plugins that somebody else could have put there, or that are not the
# pinned ones: refused before a line of their code runs; and pins, as they are written.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
stranger=$(realpath "$2")
cd "$scratch" || exit 1
mkdir conf plugins
cp "$tests"/hostile/*.ini conf
cp "$(dirname "$rapport")"/plugins/*.so plugins
chmod go-w plugins plugins/*.so
ini=conf/tables.ini
cp "$ini" before.ini
ls -A conf >files
printf 'client,session,note,m1,m2,m3,s1,s2\nzqcanary,1,zqcanary,1,1,1,7,8\n' >table.csv

# answers STATUS WORDS COMMAND... - ends so, and says the words to standard error.
answers() {
    status=$1 words=$2
    shift 2
    ends "$status" "$rapport" "$@" >printed 2>said || { cat said && return 1; }
    [ -z "$words" ] || grep -qF -e "$words" said || { cat said && return 1; }
}

# refuses WORDS [OPTION...] - a run and a check, with 6.
refuses() {
    refused=$1
    shift
    rm -f report.csv
    answers 6 "$refused" run "$ini" --input table.csv --output report.csv "$@" &&
        [ ! -e report.csv ] && ! grep zqcanary said && answers 6 "$refused" check "$ini" "$@"
}

# runs_with [OPTION...]
runs_with() {
    answers 0 '' run "$ini" --input table.csv --output report.csv "$@"
}
runs() {
    runs_with --verbose
}

# member TEXT - a stretch of the provenance.
member() {
    tr -d ' \n' <report.provenance.json | grep -qF "$1" || { cat report.provenance.json && return 1; }
}

# ---- who may write to it --------------------------------------------------------------------------

promise 'takes plugins that nobody else may write to' runs
promise 'says that nothing was pinned' member '"trust":{"require":false}'
open_file() {
    chmod o+w plugins/sum.so && refuses 'everybody may write to it; take that right away (chmod o-w)'
    refused=$?
    chmod o-w plugins/sum.so
    [ $refused -eq 0 ] && [ "$(wc -l <said)" -eq 1 ]
}
open_folder() {
    chmod o+w plugins && refuses "everybody may write to $(pwd -P)/plugins; take"
    refused=$?
    chmod o+t plugins && [ $refused -eq 0 ] && runs
    refused=$?
    chmod o-wt plugins
    return $refused
}
listed() {
    chmod o+w plugins/sum.so && RAPPORT_PLUGIN_PATH=plugins answers 0 '' list
    chmod o-w plugins/sum.so
    grep -qE '^plugin +sum +cannot be used' printed
}
promise 'refuses a plugin that everybody may write to, and says so once' open_file
promise 'refuses a folder that everybody may write to, unless it is sticky' open_folder
promise 'lists one as what cannot be used' listed

foreign() {
    [ "$(id -u)" -eq 0 ] || return 0 # nobody else can give files away
    chown 65534 plugins/sum.so && refuses 'it belongs to user 65534, who is neither you nor root'
    refused=$?
    chown 0 plugins/sum.so
    return $refused
}
promise "refuses a plugin that is somebody else's" foreign

# A folder that the program lies in: whoever can change it can exchange the program too.
mkdir program && cp -r plugins "$rapport" program
shows() {
    (cd program && ends "$1" ./rapport show sum >printed 2>said) &&
        { [ -z "$2" ] || grep -qF "$2" program/said; }
}
promise 'shows a plugin beside the program' shows 0 ''
own_folder() {
    [ "$(id -u)" -ne 0 ] || chown 65534 program || return 1
    chmod o+w program && shows 0 '' && chmod o+w program/plugins && shows 6 'everybody may write to'
    shown=$?
    chmod o-w program program/plugins
    [ "$(id -u)" -ne 0 ] || chown 0 program
    return $shown
}
promise "takes a folder of somebody else's that the program lies in, but not one of plugins below" \
    own_folder

# A copy of the program that lends its rights to whoever runs it; where the file system knows none, or
# the caller has none to lend, there is nothing to refuse.
lends() {
    [ "$(id -u)" -eq 0 ] || return 0
    for program in "$rapport" "$(command -v id)"; do
        cp "$program" lent && chown 65534 lent && chmod 4755 lent && chmod 755 . || return 1
        [ "$program" = "$rapport" ] || break
        ./lent --version >printed 2>said
        status=$?
    done
    [ "$(./lent -u)" = 65534 ] || return 0
    # A sanitizer's search for leaks cannot run in such a program, and ends it with a status of its own.
    { [ "$status" -eq 2 ] || grep -q LeakSanitizer said; } && grep -qF '[set-uid]' said && [ ! -s printed ]
}
promise "does not run with rights that its caller has not" lends

# ---- pins -----------------------------------------------------------------------------------------

printed_pins() {
    answers 0 '' pin "$ini" && same before.ini "$ini" && [ ! -s said ] &&
        (cd plugins && sha256sum mean.so sum.so) |
        awk 'BEGIN { print "[trust]" } { sub(/\.so$/, "", $2); print $2 " = sha256:" $1 }' |
            cmp - printed
}
promise 'prints the pins, which are what sha256sum says' printed_pins
promise 'leaves the file alone then' same before.ini "$ini"

chmod 640 "$ini"
written() {
    cp printed section && answers 0 "$ini: its plugins are pinned in [trust]" pin --write "$ini" &&
        { cat before.ini && echo && cat section; } | cmp - "$ini" &&
        [ "$(stat -c %a "$ini")" = 640 ] &&
        ls -A conf >now && same files now
}
promise 'writes them behind the last line, and keeps the mode' written
promise 'runs with them' runs
promise 'says that they are met' member '"pinned":true},{'
again() {
    stat -c %i "$ini" >inode && answers 0 'pinned as they are' pin -W "$ini" &&
        stat -c %i "$ini" | cmp - inode
}
promise 'does not write what stands there' again

cp plugins/sum.so sum.so
cp "$stranger" plugins/sum.so
others() {
    is=$(sha256sum plugins/sum.so | cut -c 1-12) was=$(sha256sum sum.so | cut -c 1-12)
    refuses "begins with $is, the pinned one's with $was; put the pinned one back or, if the change is \
meant, pin it: rapport pin --write $ini [plugin-pin]" && ! grep plugin-entry said
}
promise 'refuses another plugin of that name, and does not load it' others
promise 'pins no plugin that cannot be used' answers 6 '[plugin-entry]' pin --write "$ini"
cp sum.so plugins/sum.so
printf x >>plugins/sum.so
promise 'refuses a plugin with a byte more' refuses '[plugin-pin]'
promise 'pins it when told' answers 0 'pinned in [trust]' pin --write "$ini"
promise 'takes it then' runs

promise 'takes a plugin without a pin' runs_with --set stage.sleep.scale.hours.scoring=prorated_sum
promise 'says which one had none' member '"pinned":false}'
promise 'refuses it where pins are required' \
    refuses 'prorated_sum.so is not pinned; see where it comes from' --set trust.require=yes \
    --set stage.sleep.scale.hours.scoring=prorated_sum
promise 'runs where all that are required are there' runs_with --set trust.require=yes
promise 'says that they were required' member '"trust":{"require":true}'
promise 'refuses a pin that is none, with its place' \
    answers 4 '--set trust.sum=sha256:1: ' check "$ini" --set trust.sum=sha256:1
sed 's/^sum = sha256:./sum = sha256:/' "$ini" >conf/short.ini
promise 'points to it in the file' \
    answers 4 "conf/short.ini:$(grep -n '^sum' "$ini" | cut -d : -f 1):7: 'sha256:" check conf/short.ini
promise 'refuses a pin for nothing that is there' answers 4 "no plugin is called 'summ'; did you mean \
'sum'?" check "$ini" --set "trust.summ=sha256:$(sha256sum sum.so | cut -c 1-64)"
promise 'pins pipelines alone' answers 4 '[cfg-not-a-pipeline]' pin --write conf/mood.ini

# ---- a file that cannot be written ----------------------------------------------------------------

cp before.ini "$ini"
# A file that may not grow, as on a full disk.
full() {
    (trap '' XFSZ && ulimit -f 0 && "$rapport" pin --write "$ini" 2>/dev/null)
    [ $? -eq 8 ] && same before.ini "$ini" && ! ls conf/tables.ini.*
}
promise 'leaves the file as it was if it cannot be written' full
locked() {
    [ "$(id -u)" -ne 0 ] || return 0 # who may write anywhere
    chmod a-w conf && answers 8 'see who may write to it and to its folder' pin --write "$ini"
    locked=$?
    chmod u+w conf
    [ $locked -eq 0 ] && same before.ini "$ini"
}
promise 'says why where its folder may not be written to' locked
linked() {
    ln -s "$ini" linked.ini && answers 0 '' pin --write linked.ini
    ln -s ../conf/tables.ini conf/linked.ini && answers 0 'linked.ini: its' pin --write conf/linked.ini &&
        [ -L conf/linked.ini ] && grep -q '^\[trust\]' "$ini"
}
promise 'writes to the file behind a link' linked
[ "$broken" -eq 0 ]
