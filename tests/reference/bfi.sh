#!/bin/sh
# bfi.sh RAPPORT - 2800 people, 25 items, 5 scales: every score as R computed it, under every rule
# for missing answers that expected_scores.csv knows.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
expected=$tests/reference/s01-bfi-likert/expected_scores.csv
total=0

# score SCORING NEEDED - runs conf/bfi.ini with this module and missing rule in all five scales.
score() {
    scoring=$1 needed=$2
    set --
    for scale in agree conscientious extraversion neuroticism openness; do
        set -- "$@" --set "stage.bfi.scale.$scale.scoring=$scoring" \
            --set "stage.bfi.scale.$scale.needed=$needed"
    done
    "$rapport" run "$tests/../conf/bfi.ini" --output "$scratch/report.csv" \
        --set report.answered=yes --set report.decimals=full "$@"
}

# equal RULE ENDING - the columns SCALE.RULE of R and bfi_SCALE<ENDING> of the report agree to
# 1e-9 of the value, blank where R has none; says how many cells that are.
equal() {
    awk -F, -v rule="$1" -v ending="$2" '
        { gsub(/"/, "") }
        FNR == 1 && NR == 1 {
            for (i = 2; i <= NF; i++) if (split($i, part, ".") == 2 && part[2] == rule)
                theirs["bfi_" part[1] ending] = i
            next }
        NR == FNR { row[FNR] = $0; rows = FNR; next }
        FNR == 1 { for (i = 2; i <= NF; i++) if ($i in theirs) column[i] = theirs[$i]; next }
        { split(row[FNR], r, ",")
          for (i in column) {
              cells++
              want = r[column[i]] == "NA" ? "" : r[column[i]]
              off = $i - want
              if ($1 != r[1] || ($i == "") != (want == "") || off * off > 1e-18 * want * want)
                  wrong++
          } }
        END { print cells + 0, wrong + 0; exit wrong > 0 || FNR != rows }' \
        "$expected" "$scratch/report.csv" >"$scratch/cells" || { cat "$scratch/cells" && return 1; }
    read -r cells _ <"$scratch/cells"
    total=$((total + cells))
    [ "$cells" -eq 14000 ]
}

# agrees RULE SCORING NEEDED
agrees() {
    promise "runs with $2 and needed = $3" score "$2" "$3"
    promise "gives R's $1" equal "$1" ""
}

agrees sum_complete sum all
promise "counts the answers as R does" equal n _n
agrees mean_any mean any
agrees mean_half mean half
agrees mean_80 mean 80%
agrees sum_prorated_half prorated_sum half
agrees sum_prorated_80 prorated_sum 80%
promise "compared all cells there are: $total of 98000" [ "$total" -eq 98000 ]
[ "$broken" -eq 0 ]
