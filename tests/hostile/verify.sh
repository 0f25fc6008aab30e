#!/bin/sh
# verify.sh RAPPORT - whatever was changed since a run is found and named, and what agrees is said to.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
cd "$scratch" || exit 1

# A clinic's folder, with plugins of its own, since they are changed too. Row 3 loses a score.
mkdir -p clinic/conf clinic/instruments clinic/plugins clinic/tables clinic/reports
cp "$tests/hostile/mood.ini" clinic/instruments
sed 's/= made up/= ..\/tables\/norms.csv/' "$tests/hostile/sleep.ini" >clinic/conf/sleep.ini
sed -e 's|\./mood.ini|mood|' -e 's|^\[report\]|[input]\npath = ../tables/answers.csv\n&\npath = ../reports/own.csv|' \
    "$tests/hostile/tables.ini" >clinic/conf/own.ini
cp "$(dirname "$rapport")/plugins/sum.so" "$(dirname "$rapport")/plugins/mean.so" clinic/plugins
echo '1,2' >clinic/tables/norms.csv
cat >clinic/tables/answers.csv <<'CSV'
client,session,m1,m2,m3,s1,s2,note
zq_a,1,1,2,3,4,5,zq_well
zq_b,1,1,2,3,4,48613,zq_bad
zq_c,1,0,,3,4,5,zq_gone
CSV
ends 3 "$rapport" run clinic/conf/own.ini --quiet 2>said || cat said
cp -R clinic kept
report=clinic/reports/own.csv
provenance=clinic/reports/own.provenance.json

renew() {
    rm -rf clinic && cp -R kept clinic
}

# verifies STATUS [OPTION...] - of the report; what was said is in said, and tells of nobody.
verifies() {
    status=$1
    shift
    ends "$status" timeout 20 "$rapport" verify "$report" "$@" >printed 2>said
    kept=$?
    cat said
    [ $kept -eq 0 ] && [ ! -s printed ] && ! grep -nE "$canary|48613" said
}

says() {
    grep -qF -e "$1" said || { echo "nothing says $1" && return 1; }
}

# says_only TEXT - and nothing else.
says_only() {
    says "$1" && [ "$(wc -l <said)" -eq 1 ]
}

# change FILE [BYTE] - turns one bit of one byte; else of the first.
change() {
    byte=$(od -An -tu1 -j "${2-0}" -N 1 "$1")
    printf '%b' "\\0$(printf '%o' $((byte ^ 1)))" >byte
    dd if=byte of="$1" bs=1 seek="${2-0}" conv=notrunc 2>log
}

# seal - as somebody does it who changed the provenance and knows how it is made.
seal() {
    head -n -2 "$provenance" >unsealed
    digest=$(sha256sum <unsealed | cut -c 1-64)
    printf '  "sha256": "%s"\n}\n' "$digest" | cat unsealed - >"$provenance"
}

# ---- what agrees --------------------------------------------------------------------------------

good() {
    verifies 0 && says_only "$report: all 8 hashes of $provenance agree"
}
promise 'says that all agree' good
names_each() {
    verifies 0 --verbose || return 1
    for file in reports/own.csv reports/own.rejects.csv reports/../conf/own.ini \
        reports/../conf/../tables/answers.csv; do
        says "clinic/$file: agrees" || return 1
    done
}
promise 'names each file when asked' names_each
seals() {
    [ "$(head -n -2 "$provenance" | sha256sum | cut -c 1-64)" = \
        "$(tail -n 2 "$provenance" | grep -oE '[0-9a-f]{64}')" ]
}
promise 'seals the provenance with the hash of the lines before' seals
from_elsewhere() {
    mkdir mine && cp clinic/reports/* mine && (cd mine && "$rapport" verify ../clinic/reports/own.csv) &&
        (cd clinic && "$rapport" verify ../mine/own.csv)
}
promise 'finds them from another folder, and a pipeline from its own' from_elsewhere

# ---- what was changed ------------------------------------------------------------------------------

# finds FILE [BYTE] - one byte of it was changed, and nothing else is complained about.
finds() {
    renew && change "$1" "${2-0}" && verifies 12 &&
        grep -qF "$(basename "$1"): is not the " said && says_only '[verify-differs]'
}
for file in reports/own.csv reports/own.rejects.csv tables/answers.csv conf/own.ini conf/sleep.ini \
    instruments/mood.ini; do
    promise "finds a byte changed in $file" finds "clinic/$file" 3
done
promise 'finds the last byte of a table changed' \
    finds clinic/tables/answers.csv $(($(wc -c <clinic/tables/answers.csv) - 1))
for file in sum mean; do
    promise "finds a byte changed in $file.so, and does not open it" finds "clinic/plugins/$file.so"
done
longer() {
    renew && echo >>"$report" && verifies 12 && says_only '[verify-differs]'
}
promise 'finds a line more' longer
several() {
    renew && change "$report" && change clinic/tables/answers.csv && rm clinic/conf/sleep.ini &&
        verifies 12 && says "$report: is not the report" &&
        says 'answers.csv: is not the table' &&
        says 'sleep.ini: the file of this name' && [ "$(wc -l <said)" -eq 3 ]
}
promise 'names all of them' several

# What is missing is said first, and yet something is known to differ.
missing_too() {
    renew && rm "$report" && change clinic/tables/answers.csv && verifies 12 --rerun &&
        says "$report: the report of this name" && says 'answers.csv: is not the table' &&
        says '[verify-not-rerun]'
}
promise 'ends with what differs, where something is missing too' missing_too

# Each line of the provenance, by its last byte and by one in its middle.
any_line() {
    renew
    lines=$(wc -l <"$provenance") at=0 line=0
    while [ $line -lt "$lines" ]; do
        line=$((line + 1))
        length=$(sed -n "${line}p" "$provenance" | wc -c)
        for byte in $((at + length - 1)) $((at + length / 2)); do
            cp kept/reports/own.provenance.json "$provenance"
            change "$provenance" $byte && verifies 12 &&
                says "$provenance:" || return 1
            grep -qE '\[verify-(seal|provenance)\]' said || return 1
        done
        at=$((at + length))
    done
}
promise 'finds a byte changed in any line of the provenance' any_line

title() {
    renew && sed -i 's/"Mood"/"Mild"/' "$provenance" && verifies 12 --rerun &&
        says '[verify-seal]' && says '[verify-not-rerun]'
}
promise 'finds a title changed, and does not rely on the rest' title

# ---- what is not there ------------------------------------------------------------------------------

# misses FILE CURE - without it nothing is known to differ, nor to agree.
misses() {
    renew && rm "clinic/$1" && verifies 13 && says '[verify-missing]' &&
        says "$2" && grep -qF "$(basename "$1")" said
}
promise 'misses the report' misses reports/own.csv 'check the path'
promise 'misses the rejects' misses reports/own.rejects.csv 'beside the report'
promise 'misses the provenance' misses reports/own.provenance.json '--provenance'
promise 'misses the table' misses tables/answers.csv '--input'
promise 'misses the pipeline' misses conf/own.ini '--pipeline'
promise 'misses an instrument' misses conf/sleep.ini '-v says where'
given() {
    renew && mv clinic/tables/answers.csv moved.csv && verifies 0 --input moved.csv &&
        mv clinic/conf/own.ini clinic/conf/other.ini &&
        verifies 0 --input moved.csv --pipeline clinic/conf/other.ini
}
promise 'takes the table and the pipeline from where they are said to be' given
no_other() {
    renew && sed 1d clinic/tables/answers.csv >other.csv &&
        verifies 12 --input other.csv && says 'other.csv: is not the table'
}
promise 'takes no other table for it' no_other
renamed() {
    renew && for file in .csv .rejects.csv .provenance.json; do
        mv "clinic/reports/own$file" "clinic/reports/march$file" || return 1
    done
    report=clinic/reports/march.csv
    verifies 0
    kept=$?
    mv clinic/reports/march.provenance.json elsewhere.json
    verifies 0 --provenance elsewhere.json
    kept=$((kept + $?))
    report=clinic/reports/own.csv
    [ $kept -eq 0 ]
}
promise 'knows a report by its bytes, not by its name' renamed
no_file() {
    renew && rm clinic/tables/answers.csv && mkdir clinic/tables/answers.csv &&
        verifies 13 && says_only '[verify-unreadable]' &&
        rmdir clinic/tables/answers.csv && mkfifo clinic/tables/answers.csv &&
        verifies 13 && says_only '[verify-unreadable]'
}
promise 'waits for no pipe, and reads no folder' no_file

# A table of numbers that an INI file names; its entry is put into a provenance by hand.
table_of_numbers() {
    renew
    digest=$(sha256sum <clinic/tables/norms.csv | cut -c 1-64)
    entry="{\"file\": \"norms.csv\", \"sha256\": \"$digest\"}"
    sed -i "s/\"tables\": \[/&$entry/" "$provenance"
    seal && verifies 0 && change clinic/tables/norms.csv &&
        verifies 12 && says 'norms.csv: is not the file'
}
promise 'finds a table of numbers by the INI file that names it' table_of_numbers

# ---- a provenance that is none -----------------------------------------------------------------------

# is_refused STATUS TEXT - what stands in for the provenance.
is_refused() {
    verifies "$1" --rerun && says "$provenance" && says "$2" && [ "$(wc -l <said)" -eq 1 ]
}
hostile() {
    renew && : >"$provenance" && is_refused 12 ":1:1: '{' has to stand here" &&
        head -c 300 kept/reports/own.provenance.json >"$provenance" && is_refused 12 '[verify-provenance]' &&
        cat "$report" >"$provenance" && is_refused 12 ":1:1: '{' has to stand here" &&
        printf '{"rapport": "zq_a 48613' >"$provenance" && is_refused 12 '[verify-provenance]' &&
        awk 'BEGIN { for (i = 0; i < 100000; i++) printf "[{" }' >"$provenance" && is_refused 12 ':1:1:' &&
        rm "$provenance" && mkdir "$provenance" && is_refused 13 ''
}
promise 'refuses what is no provenance, at its place' hostile

# ---- scored again -------------------------------------------------------------------------------------

# What is written on the way has no name.
again() {
    mkdir -p temporary
    TMPDIR=$scratch/temporary verifies 0 --rerun "$@" &&
        says_only 'the same to the last byte' && [ -z "$(ls -A temporary)" ]
}
scores_again() {
    renew && again && again --workers 2 && again --isolation none
}
promise 'scores again, and leaves nothing behind' scores_again
with_settings() {
    renew && ends 3 "$rapport" run clinic/conf/own.ini --quiet --set report.decimals=3 \
        --set 'stage.sleep.scale.hours.scoring=../plugins/sum.so' --input clinic/tables/answers.csv 2>said &&
        again && grep -q '"stage.sleep' "$provenance"
}
promise 'scores again with what --set replaced' with_settings
from_standard_input() {
    renew && ends 3 "$rapport" run clinic/conf/own.ini --quiet --input - <clinic/tables/answers.csv 2>said &&
        verifies 13 && says '--input' &&
        again --input clinic/tables/answers.csv
}
promise 'scores again what came from standard input' from_standard_input

# forge FILE - a byte of the file's third line is changed, and the hash in the provenance with it.
forge() {
    renew
    old=$(sha256sum <"$1" | cut -c 1-64)
    sed -i '3s/1/2/' "$1"
    new=$(sha256sum <"$1" | cut -c 1-64)
    sed -i "s/$old/$new/" "$provenance"
    seal && verifies 0
}
forged_report() {
    forge "$report" && verifies 12 --rerun &&
        says_only "$report:3: is not what scoring the table again gives"
}
promise 'finds a report that was changed together with its hash, and where' forged_report
cut_report() {
    renew
    old=$(sha256sum <"$report" | cut -c 1-64)
    sed -i '$d' "$report"
    sed -i "s/$old/$(sha256sum <"$report" | cut -c 1-64)/" "$provenance"
    seal && verifies 12 --rerun && says_only "$report:4: is not what"
}
promise 'finds one that was cut' cut_report
forged_rejects() {
    renew
    old=$(sha256sum <clinic/reports/own.rejects.csv | cut -c 1-64)
    echo >>clinic/reports/own.rejects.csv
    sed -i "s/$old/$(sha256sum <clinic/reports/own.rejects.csv | cut -c 1-64)/" "$provenance"
    seal && verifies 12 --rerun && says_only 'own.rejects.csv:3: is not what'
}
promise 'finds rejects that were changed together with their hash' forged_rejects
forged_counts() {
    renew && sed -i 's/"rejected": 0/"rejected": 1/' "$provenance" && seal &&
        verifies 12 --rerun && says_only 'its numbers of records are not'
}
promise 'finds numbers of records that were changed' forged_counts
changed_source() {
    renew && change clinic/tables/answers.csv 60 && verifies 12 --rerun &&
        says '[verify-not-rerun]'
}
promise 'does not score another table' changed_source
changed_report() {
    renew && sed -i '4s/1/2/' "$report" && verifies 12 --rerun &&
        says "$report: is not the report" && says "$report:4: is not what"
}
promise 'says where a report was changed' changed_report
other_files() {
    renew
    awk '/"plugins": \[/ { print "  \"plugins\": ["; skip = 1 } /^  \],/ { skip = 0 } !skip' \
        kept/reports/own.provenance.json >"$provenance"
    seal && verifies 0 &&
        verifies 12 --rerun && says_only '[verify-other-files]'
}
promise 'scores with the files that are named, and no others' other_files
cannot() {
    renew && TMPDIR=$scratch/nowhere verifies 8 --rerun &&
        says_only '[verify-temporary]'
}
promise 'says where it has no room for it' cannot

# ---- words ----------------------------------------------------------------------------------------------

promise 'says what is missing' ends 2 "$rapport" verify
promise 'knows what is no option of it' ends 2 "$rapport" verify "$report" --set a.b=c
[ "$broken" -eq 0 ]
