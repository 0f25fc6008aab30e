#!/bin/sh
# swap.sh RAPPORT - exchanging one scoring module changes its scale and what is computed from it,
# and not a byte of anything else.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
conf=$tests/../conf

# score NAME PIPELINE [OPTION...] - the report as NAME.csv; some rows of the sample lose scores.
score() {
    name=$1 pipeline=$2
    shift 2
    ends 3 "$rapport" run "$conf/$pipeline" "$@" --output "$scratch/$name.csv" --quiet
}

# changed NAME - the columns in which NAME.csv differs from as_it_is.csv, in their order. No cell
# of these reports is quoted.
changed() {
    awk -F, 'NR == FNR { line[FNR] = $0; next }
        FNR == 1 { for (i = 1; i <= NF; i++) name[i] = $i }
        { split(line[FNR], old, ",")
          for (i = 1; i <= NF; i++) if ($i != old[i]) differs[i] = 1 }
        END { for (i = 1; i in name; i++) if (i in differs) print name[i] }' \
        "$scratch/as_it_is.csv" "$scratch/$1.csv"
}

# changes_only NAME COLUMN... - these columns differ and no others; not a line more or less.
changes_only() {
    name=$1
    shift
    changed "$name" >"$scratch/changed"
    printf '%s\n' "$@" >"$scratch/wanted"
    same "$scratch/wanted" "$scratch/changed" &&
        [ "$(wc -l <"$scratch/$name.csv")" -eq "$(wc -l <"$scratch/as_it_is.csv")" ] &&
        ! grep '"' "$scratch/as_it_is.csv" "$scratch/$name.csv"
}

same_as_written() {
    score written swap_scoring.ini && same "$scratch/total.csv" "$scratch/written.csv"
}

same_in_one_range() {
    score prorated intake.ini --set stage.alliance.scale.total.scoring=prorated_sum &&
        same "$scratch/as_it_is.csv" "$scratch/prorated.csv"
}

promise "scores the sample table" score as_it_is intake.ini
promise "scores alliance_bond by another module" \
    score bond intake.ini --set stage.alliance.scale.bond.scoring=sum
promise "which changes that column alone, as nothing is computed from it" \
    changes_only bond alliance_bond
promise "scores alliance_total by another module" \
    score total intake.ini --set stage.alliance.scale.total.scoring=sum
promise "which changes that column and those computed from it" \
    changes_only total alliance_total alliance_gap factors_score factors_coverage factors_client \
    factors_relation factors_technique factors_expect factors_seventy
promise "gives the same bytes as conf/swap_scoring.ini, where the same is written" \
    same_as_written
promise "gives the same bytes for mean and prorated_sum, moved to one range" same_in_one_range
[ "$broken" -eq 0 ]
