#!/bin/sh
# sandbox.sh RAPPORT SPY.so WITHOUT COUNTING.so NORMS.so - a plugin that does what it has no business with: in the sandbox it is not
# let, and no row is lost; outside of it each of its ways works, so that something is shown by that.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
# shellcheck source=tests/hostile/judge.sh
. "$tests/hostile/judge.sh"
pipeline=$scratch/run.ini
witness=$scratch/witness
ln -s "$(realpath "$2")" "$scratch/spy.so"

cat >"$pipeline" <<INI
[pipeline]
stages     = mood
respondent = client
session    = session

[stage mood]
instrument = ./mood.ini
INI
cat >"$scratch/mood.ini" <<INI
[instrument]
id      = mood
title   = Mood
version = 1
licence = CC0-1.0
source  = made up
answers = 0..6

[item m1]

[scale total]
items   = m1
scoring = ./spy.so
INI

# spy WHEN WAY - what the plugin tries from now on.
spy() {
    export SPY_WHEN="$1" SPY_WAY="$2" SPY_WITNESS="$witness"
    [ "$2" != read ] || SPY_WITNESS=$table
}

# is_let SCORE LEVEL [OPTIONS] - in every row, whichever worker has it.
is_let() {
    rm -f "$witness"
    [ "$SPY_WAY" != unlink ] || : >"$witness"
    # shellcheck disable=SC2086 # words
    run 0 --isolation="$2" --workers=2 --set run.chunk_records=100 ${3-} &&
        [ "$(tail -n +2 "$report" | cut -d , -f 3 | sort -u)" = "$1.00" ]
}
held() {
    is_let 0 sandbox || return 1
    case $SPY_WAY in
    unlink) [ -e "$witness" ] ;;
    *) [ ! -e "$witness" ] ;;
    esac || { echo 'the witness says otherwise' && return 1; }
    grep -q '"isolation": "sandbox"' "$out/report.provenance.json"
}

{ echo client,session,m1 && awk 'BEGIN { for (i = 1; i <= 1000; i++) print "zqcanary-" i ",1," i % 7 }'; } >"$table"
spy never file
run 0 && cp "$out/report.provenance.json" "$scratch/provenance"
landlock=$(sed -n 's/^ *"landlock": \([0-9]*\),$/\1/p' "$scratch/provenance")

# Loading needs to read files and to run what is in them: of these, Landlock lets it have the system's
# libraries. What has to be refused from the first line of a plugin on is the rest.
for when in load entry bind score; do
    for way in file read socket udp fork system thread kill chdir unlink code; do
        case $when.$way.$landlock in
        load.code.* | entry.code.* | bind.code.*) continue ;;
        load.read.0 | entry.read.0 | bind.read.0)
            echo "no Landlock here: not tried is $when.$way"
            continue
            ;;
        esac
        spy $when $way
        case $way in
        unlink) ;; # once: the second worker would find nothing to take away
        *) promise "can see a plugin that is let ($when: $way)" is_let 1 process ;;
        esac
        promise "does not let a plugin in the sandbox ($when: $way)" held
    done
done
spy load plugins
promise 'does not let a plugin change the bytes of another that are loaded yet' held
spy score plugins
promise 'has nothing open that a plugin could write to' held

# A sanitizer maps more than any limit allows, so there is none where it is.
if ! grep -q __asan_init "$rapport"; then
    for when in load score; do
        spy $when memory
        more='--set limits.memory=8589934592'
        promise "can see a plugin that may take much memory ($when)" is_let 1 process "$more"
        promise "does not let it take more than it may ($when)" is_let 0 process
        promise "does not let it in the sandbox either ($when)" held
    done
fi

# ---- what the provenance says of it ------------------------------------------------------------

engaged() {
    spy never file
    run 0 "$@" >/dev/null || return 1
    sed -n '/^  "engaged": {/,/^  },/p' "$out/report.provenance.json" >"$scratch/engaged"
    tr -d ' \n' <"$scratch/engaged"
}
says_engaged() {
    wanted=$1
    shift
    got=$(engaged "$@")
    [ "$got" = "\"engaged\":{$wanted}," ] || { echo "$got" && return 1; }
}
by_default() {
    grep -q '"isolation": "sandbox"' "$scratch/provenance" &&
        says_engaged "\"landlock\":$landlock,\"seccomp\":true,\"namespaces\":false,\"plugins\":\"memory\""
}
promise 'closes workers where nobody says anything, and says how' by_default
promise 'says that nothing is closed where that was asked for' says_engaged \
    '"landlock":0,"seccomp":false,"namespaces":false,"plugins":"memory"' --isolation=process
promise 'says that files were loaded, and not copies' says_engaged \
    '"landlock":0,"seccomp":false,"namespaces":false,"plugins":"file"' --isolation=none

# ---- files that a plugin's setting names are read before it is there --------------------------------

cp "$scratch/mood.ini" "$scratch/spy.ini"
ln -s "$(realpath "$5")" "$scratch/norms.so"
sed -i 's/spy.so/norms.so\nnorms   = norms.csv/' "$scratch/mood.ini"
strict=
! can_be_strict || strict=strict
tabled_norms() {
    printf 'row,m\nall,3\n' >"$scratch/norms.csv"
    for level in none process sandbox $strict; do
        run 0 --isolation="$level" && [ "$(tail -n +2 "$report" | cut -d , -f 3 | sort -u)" = 3.00 ] &&
            grep -q '"file": "norms.csv"' "$out/report.provenance.json" || return 1
    done
}
promise 'gives a plugin the table it names, which it could not read itself' tabled_norms
same_words() {
    for level in process sandbox $strict; do
        refuses 4 "$1" --isolation=none && cp "$scratch/said" "$scratch/wanted" &&
            refuses 4 "$1" --isolation="$level" && same "$scratch/wanted" "$scratch/said" || return 1
    done
}
printf 'row,m\nall,x\n' >"$scratch/norms.csv"
promise 'says of such a table what is wrong with it, whoever looks' same_words cfg-table
rm "$scratch/norms.csv"
promise 'says that there is none' same_words cfg-file
mkdir "$scratch/norms.csv"
promise 'says that it is a folder' same_words cfg-file
rmdir "$scratch/norms.csv" && cp "$scratch/spy.ini" "$scratch/mood.ini"

# ---- strict: nothing else of the system is seen, and each row is scored twice ----------------------

strictly 'says so' says_engaged \
    "\"landlock\":$landlock,\"seccomp\":true,\"namespaces\":true,\"plugins\":\"memory\"" --isolation=strict
held_strictly() {
    is_let 0 strict && [ ! -e "$witness" ]
}
for when in load score; do
    for way in file read socket fork thread kill; do
        spy $when $way
        strictly "does not let a plugin there ($when: $way)" held_strictly
    done
done
for when in load score; do
    spy $when alone
    strictly "lets a plugin see no other process ($when)" is_let 1 strict
    promise "can tell that from a plugin that may ($when)" is_let 0 sandbox
done
spy never file

# remembers LINES [OPTION...] - a module that remembers is found out, however the table is cut, and only there.
cp "$table" "$scratch/all.csv"
ln -s "$(realpath "$4")" "$scratch/counting.so"
sed -i 's/spy.so/counting.so/' "$scratch/mood.ini"
remembers() {
    head -n "$1" "$scratch/all.csv" >"$table"
    shift
    run 0 "$@" && refuses 7 plugin-differs --isolation=strict "$@"
}
strictly 'finds out a plugin that remembers' remembers 1001
strictly 'finds it out in many chunks' remembers 1001 --workers=3 --set run.chunk_records=100
strictly 'finds it out row by row' remembers 1001 --set run.batch=1
strictly 'finds it out in a single record' remembers 2
strictly 'finds it out where the whole table is looked through' remembers 1001 --set input.unique=yes
sed -i 's/\.\/counting.so/sum/' "$scratch/mood.ini"
alike() {
    cp "$scratch/all.csv" "$table"
    run 0 --isolation=none && cp "$report" "$scratch/wanted"
    for crew in --workers=1 --workers=3 --set=input.unique=yes; do
        run 0 --isolation=strict $crew --set run.chunk_records=100 && same "$scratch/wanted" "$report" || return 1
    done
}
strictly 'gives the same bytes where nobody does' alike
cp "$scratch/spy.ini" "$scratch/mood.ini"

# ---- where the kernel does not offer it: there is no silent step down -------------------------------

# without CALL - rapport runs where that call is refused.
real=$rapport rapport=$scratch/rapport without=$(realpath "$3")
without() {
    printf '#!/bin/sh\nexec "%s" %s "%s" "$@"\n' "$without" "$1" "$real" >"$rapport"
    chmod +x "$rapport"
}
refused() {
    refuses 11 "$code" "$@" && says "--isolation $else"
}
code=sandbox-seccomp else=process
without seccomp
spy never file
promise 'says that the kernel does not offer the sandbox' refused --workers=1
promise 'says so where it was asked for' refused --isolation=sandbox
promise 'says so of several workers' refused --workers=3 --set run.chunk_records=100
promise 'does without where that is asked for' run 0 --isolation=process

# Without Landlock seccomp is closed all the same; without memory that can be run, files are loaded.
without landlock
promise 'says that there was no Landlock' says_engaged \
    '"landlock":0,"seccomp":true,"namespaces":false,"plugins":"memory"'
for way in file socket fork thread unlink; do
    spy load $way
    promise "does not let a plugin where there is no Landlock ($way)" held
done
spy score read
promise 'lets nobody read then, once there are rows to be seen' held
code=sandbox-landlock else=sandbox
strictly 'is not strict without Landlock' refused --isolation=strict
without namespaces
code=sandbox-namespaces
promise 'is not strict without namespaces' refused --isolation=strict
promise 'is closed without namespaces' run 0
without memfd
promise 'says that files were loaded, where copies cannot be' says_engaged \
    "\"landlock\":$landlock,\"seccomp\":true,\"namespaces\":false,\"plugins\":\"file\""
for way in file read plugins; do
    spy load $way
    promise "does not let a plugin that is loaded from its file ($way)" held
done
[ "$broken" -eq 0 ]
