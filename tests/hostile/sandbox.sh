#!/bin/sh
# sandbox.sh RAPPORT SPY.so NO_SECCOMP - a plugin that does what it has no business with: in the sandbox it is not
# let, and no row is lost; outside of it each of its ways works, so that something is shown by that.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
# shellcheck source=tests/hostile/judge.sh
. "$tests/hostile/judge.sh"
pipeline=$scratch/run.ini
witness=$scratch/witness
ln -s "$(realpath "$2")" "$scratch/spy.so"

spy() {
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
way     = $1
witness = $witness
INI
}

# is_let SCORE LEVEL - in every row, whichever worker has it.
is_let() {
    rm -f "$witness"
    [ "$way" != unlink ] || : >"$witness"
    run 0 --isolation="$2" --workers=2 --set run.chunk_records=100 &&
        [ "$(tail -n +2 "$report" | cut -d , -f 3 | sort -u)" = "$1.00" ]
}
held() {
    is_let 0 sandbox || return 1
    case $way in
    unlink) [ -e "$witness" ] ;;
    *) [ ! -e "$witness" ] ;;
    esac || { echo 'the witness says otherwise' && return 1; }
    grep -q '"isolation": "sandbox"' "$out/report.provenance.json"
}

{ echo client,session,m1 && awk 'BEGIN { for (i = 1; i <= 1000; i++) print "zqcanary-" i ",1," i % 7 }'; } >"$table"
for way in file read socket udp fork system thread kill chdir unlink code; do
    spy $way
    case $way in
    unlink) ;; # once: the second chunk would find nothing to take away
    *) promise "can see a plugin that is let ($way)" is_let 1 process ;;
    esac
    promise "does not let a plugin in the sandbox ($way)" held
done

# Where the kernel does not offer it, there is no report, and no silent step down.
real=$rapport rapport=$scratch/rapport
printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$(realpath "$3")" "$real" >"$rapport"
chmod +x "$rapport"
refused() {
    refuses 11 sandbox-seccomp --isolation=sandbox "$@"
}
promise 'says that the kernel does not offer the sandbox' refused --workers=1
promise 'says so of several workers' refused --workers=3 --set run.chunk_records=100
promise 'does without where nobody asks for it' run 0 --isolation=process
[ "$broken" -eq 0 ]
