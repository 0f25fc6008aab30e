#!/bin/sh
# golden.sh RAPPORT - whole runs whose report is known byte for byte.
#
# A folder here holds run.ini, input.csv and expected.csv, and expected.rejects.csv where records
# lose scores. Further tables input_*.csv say the same in other dialects and have the same report.
# Respondents begin with zq_ (see run.sh), so that none can stand in a message unnoticed.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"

# scores PIPELINE EXPECTED [OPTION...] - the report, the rejects and the exit status are the expected
# ones, and nothing but the report tells of a person.
scores() {
    pipeline=$1 expected=$2 status=0
    shift 2
    grep -qE ',(partial|rejected),' "$expected" && status=3
    ends $status "$rapport" run "$pipeline" "$@" --output "$scratch/report.csv" 2>"$scratch/said" ||
        { cat "$scratch/said" && return 1; }
    rejects=${expected%.csv}.rejects.csv
    same "$expected" "$scratch/report.csv" &&
        { [ ! -f "$rejects" ] || same "$rejects" "$scratch/report.rejects.csv"; } &&
        silent "$scratch/said" "$scratch/report.rejects.csv" "$scratch/report.provenance.json"
}

for folder in "$tests"/golden/*/; do
    promise "$(basename "$folder")/input.csv has respondents who would be noticed" \
        noticeable "$folder/input.csv"
    for table in "$folder"input*.csv; do
        name=${table#"$tests"/golden/}
        promise "$name gives the expected report, however it is cut up" \
            each_cut scores "$folder/run.ini" "$folder/expected.csv" --input "$table"
    done
done

instruments=$tests/../instruments
for sample in "$instruments"/*/sample.csv; do
    folder=$(dirname "$sample")
    name=$(basename "$folder")
    cat >"$scratch/$name.ini" <<INI
[pipeline]
stages     = $name
respondent = client_id
session    = session

[stage $name]
instrument = $folder/$name.ini
INI
    promise "instruments/$name/sample.csv has respondents who would be noticed" noticeable "$sample"
    promise "instruments/$name/sample.csv gives its expected report, however it is cut up" \
        each_cut scores "$scratch/$name.ini" "$folder/expected.csv" --input "$sample"
done

promise "conf/minimal.ini, the first command of all, gives the alliance sample's report" \
    each_cut scores "$tests/../conf/minimal.ini" "$instruments/alliance/expected.csv"
[ "$broken" -eq 0 ]
