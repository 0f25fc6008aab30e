#!/bin/sh
# promises.sh DOCUMENT CTEST BUILD - fails when a table of promises names a test that there is not,
# or a promise has none.
set -eu
document=$1 ctest=$2 build=$3
tests=$("$ctest" --test-dir "$build" -N | sed -n 's/^ *Test *#[0-9]*: //p')
wrong=0

complain() {
    echo "$document: $*" >&2
    wrong=1
}

rows=$(grep -E '^\| P[0-9]+ \|' "$document") || { complain 'has no promises'; exit 1; }
while IFS='|' read -r _ id _ named _; do
    # shellcheck disable=SC2016 # backticks of the document's
    names=$(echo "$named" | grep -oE '`[^`]+`' | tr -d '`')
    [ -n "$names" ] || complain "$id names no test"
    for name in $names; do
        echo "$tests" | grep -qxF "$name" || complain "$id names $name, and there is no such test"
    done
done <<END
$rows
END
exit $wrong
