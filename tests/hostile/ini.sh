#!/bin/sh
# ini.sh RAPPORT - INI files as they should not be: refused with place, cure and code, all mistakes at
# once, before a table is read or an output touched. The table named here does not even exist.
tests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tests/run.sh
. "$tests/run.sh"
# shellcheck source=tests/hostile/judge.sh
. "$tests/hostile/judge.sh"
table=$scratch/nowhere.csv
pipeline=$scratch/tables.ini

fresh_files() {
    cp "$tests"/hostile/*.ini "$scratch"
}

# refused PLACE CODE WORDS [OPTION...] - exit 4 with such a line; check says the same.
refused() {
    place=$1 code=$2 words=$3
    shift 3
    refuses 4 "$code" "$@" && grep -F "[$code]" "$scratch/said" |
        grep -F -e "$words" | grep -F -e "$place" &&
        "$rapport" check "$pipeline" "$@" 2>"$scratch/checked"
    [ $? -eq 4 ] && same "$scratch/said" "$scratch/checked"
}

# mistake WHAT FILE EDIT PLACE CODE WORDS - EDIT, by sed, spoils FILE.
mistake() {
    fresh_files
    sed -i "$3" "$scratch/$2.ini"
    cmp -s "$scratch/$2.ini" "$tests/hostile/$2.ini" && echo "not ok - $3 changes nothing" && broken=1
    promise "refuses $1" refused "$2.ini${4:+:$4}: " "$5" "$6"
}

while IFS='|' read -r what file edit place code words; do
    mistake "$what" "$file" "$edit" "$place" "$code" "$words"
done <<'EOT'
an unknown key|mood|16s/scoring/scorng/|16:1|cfg-unknown-key|did you mean 'scoring'?
an unknown key like no other|tables|9s/decimals/hue/|9:1|cfg-unknown-key|known here are path, decimals
an unknown key of a stage|tables|15s/$/\ndecimels = 0/|16:1|cfg-unknown-key|did you mean 'decimals'?
a key that is missing|mood|16d|14:1|cfg-missing-key|add scoring = ...
an unknown section|mood|12s/item/itm/|12:1|cfg-unknown-section|did you mean 'item'?
an unknown section of a pipeline|tables|8s/report/reprt/|8:1|cfg-unknown-section|did you mean 'report'?
a section that is missing|tables|2,6d||cfg-section|[pipeline]
a key twice|mood|8s/.*/answers = 0..3/|8:1|cfg-duplicate-key|line 7
a section twice|mood|11s/m2/m1/|11:1|cfg-duplicate-section|line 10
an overlong line|mood|3s/Mood/&&&&&&&&&&/;3s/M.*/&&&&&&&&&&/;3s/M.*/&&&&&&&&&&/;3s/M.*/&&&&&&&&&&/;3s/M.*/&&&&&&&&&&/|3|cfg-line|longer than 65536
a word that should be a number|tables|8s/.*/[limits]/;9s/.*/field = many/|9:9|cfg-not-a-number|allowed 1 to 16777216
a number out of its range|tables|8s/.*/[limits]/;9s/.*/field = 0/|9:9|cfg-range|allowed 1 to 16777216
a choice that is none|tables|9s/1/16/|9:12|cfg-choice|decimals
yes or no that is neither|mood|11s/$/\nreverse = maybe/|12:11|cfg-not-yes-no|write one of them
a range that is none|mood|7s/0..4/0-4/|7:12|cfg-not-a-range|as in 1..5
a range from high to low|mood|7s/0..4/4..0/|7:12|cfg-range|answers
an empty value|mood|16s/sum//|16:11|cfg-empty|scoring
an unknown instrument|tables|12s/= .*/= aliance/|12:14|cfg-unknown-name|did you mean 'alliance'?
an unknown scoring module|mood|16s/sum/summ/|16:11|cfg-unknown-name|did you mean 'sum'?
an unknown plugin|mood|2s/$/\nplugin = aliance/|3:10|cfg-unknown-name|did you mean 'alliance'?
an unknown item in a scale|mood|15s/m1..m3/m1 m2 mm3/|15:11|cfg-unknown-name|did you mean 'm3'?
an item twice in a scale|mood|15s/m1..m3/m1 m2 m1/|15:11|cfg-list|m1
an item in no scale|mood|15s/m1..m3/m1 m2/|12:1|cfg-item-unused|m3
an item without a range|mood|7d|9:1|cfg-missing-key|m1
bands that do not rise|mood|17s/6/0/|17:11|cfg-band-order|high
two bands of one name|mood|17s/high/low/|17:11|cfg-band-name|low
a band without an edge|mood|17s/6 //|17:11|cfg-band|band 2
scores below the first band|mood|17s/0 low/1 low/|17:11|cfg-band-gap|low
a band above the highest score|mood|17s/6 high/16 high/|17:11|cfg-band-reach|starts above 12
bands with no commas between|mood|17s/,//|17:11|cfg-band|put commas between bands
bands with semicolons between|mood|17s/,/;/|17:11|cfg-band|';' in its name
more answers needed than items|mood|16s/$/\nneeded = 4/|17:10|cfg-needed|3 items
a missing rule that is none|mood|16s/$/\nneeded = most/|17:10|cfg-needed|80%
too few weights|mood|16s/sum/weighted\nweights = 1 2/|17:11|cfg-per-item|3 items
critical answers nobody can give|mood|11s/$/\ncritical = 4..5/|12:12|cfg-range|critical
two columns of one name in the report|tables|6s/note/note note/|6:14|cfg-column-twice|note
a stage twice|tables|3s/sleep/mood/|3:14|cfg-list|mood
a stage without a section|tables|3s/sleep/slep/|14:1|cfg-unknown-name|did you mean 'slep'?
a column of a stage that runs later|tables|12s/$/\n[stage mood item m1]\ncolumn = sleep_hours/|14:10|cfg-column-later|put that stage before
text without an equals sign|mood|3s/=//|3:1|cfg-no-equals|key = value
an indented line|mood|4s/^/  /|4:3|cfg-indent|margin
a comment behind a value|mood|16s/$/ ; plain/|16:15|cfg-comment|a line of its own
a section that is not closed|mood|14s/]//|14:1|cfg-section|']'
bytes that are not UTF-8|mood|3s/Mood/M\xf6d/|3:13|cfg-utf8|save the file as UTF-8
a control character|mood|3s/Mood/M\x01d/|3:13|cfg-control|invisible
EOT

fresh_files
printf '[instrument]\nid = sl\0eep\n' >"$scratch/sleep.ini"
promise 'refuses a NUL' refused 'sleep.ini:2:8: ' cfg-control invisible
fresh_files
printf '\377\376[\0i\0' >"$scratch/sleep.ini"
promise 'refuses UTF-16' refused 'sleep.ini: ' cfg-utf8 'UTF-16'
: >"$scratch/sleep.ini"
promise 'refuses an empty file' refused 'sleep.ini: ' cfg-no-section 'is it an INI file?'
rm "$scratch/sleep.ini"
promise 'refuses a file that is not there' refused 'sleep.ini: ' cfg-file 'no such file'
mkdir "$scratch/sleep.ini"
promise 'refuses a folder' refused 'sleep.ini: ' cfg-file 'not a regular file'
rmdir "$scratch/sleep.ini"

# ---- --set ------------------------------------------------------------------------------------

fresh_files
while IFS='|' read -r what set code words; do
    promise "refuses --set $what" refused "--set $set: " "$code" "$words" --set "$set"
done <<'EOT'
without an equals sign|report.decimals|cfg-set|section.key=value
without a section|decimals=1|cfg-set|section.key=value
of an unknown key|report.decimels=1|cfg-unknown-key|did you mean 'decimals'?
of an unknown section|reprt.decimals=1|cfg-unknown-section|did you mean 'report'?
of a value that does not fit|report.decimals=16|cfg-choice|decimals
of an unknown scoring module|stage.mood.scale.total.scoring=summ|cfg-unknown-name|did you mean 'sum'?
of a stage that does not run|stage.moo.instrument=mood|cfg-unknown-name|did you mean 'mood'?
EOT

# ---- all at once ---------------------------------------------------------------------------------

all_at_once() {
    sed -i '9s/1/16/; 6s/note/note note/' "$pipeline"
    sed -i '16s/scoring/scorng/; 8s/0/many/; 17s/6/0/' "$scratch/mood.ini"
    sed -i '3s/.*/colour = blue/' "$scratch/sleep.ini"
    refuses 4 cfg-unknown-key
    sed 's/^.*\/\([a-z]*\.ini:[0-9:]*\): .*/\1/' "$scratch/said" >"$scratch/places"
    printf '%s\n' tables.ini:6:14 tables.ini:9:12 mood.ini:8:12 mood.ini:14:1 mood.ini:16:1 \
        mood.ini:17:11 sleep.ini:1:1 sleep.ini:3:1 >"$scratch/expected"
    same "$scratch/expected" "$scratch/places"
}
promise 'shows all mistakes, in the order of files and lines' all_at_once

many() {
    fresh_files
    awk 'BEGIN { for (i = 1; i < 200; i++) print "wrong" i " = 1" }' >>"$scratch/sleep.ini"
    refuses 4 more && [ "$(wc -l <"$scratch/said")" -eq 21 ]
}
promise 'counts what would fill the screen' many

# alone FILE EDIT WORDS - EDIT makes one mistake, and no other is said to follow from it.
alone() {
    fresh_files
    sed -i "$2" "$scratch/$1.ini"
    run 4 && says "$3" && [ "$(wc -l <"$scratch/said")" -eq 1 ]
}
promise 'says once that a scale has its items with commas' \
    alone mood '15s/m1..m3/m1, m2, m3/' 'put blanks between its words'
promise 'says once that stages have commas' alone tables '3s/mood/mood,/' 'put blanks between'
promise 'says how a stretch of items is written' alone mood '15s/\.\./-m/;15s/mm/m/' 'write m1..m3'
promise 'does not call items unused when one is misspelt' \
    alone mood '15s/m1..m3/m1 m2 mm3/' "did you mean 'm3'?"
promise 'does not count the items it refused' \
    alone mood '15s/m1..m3/m1-m3/;17s/$/\nneeded = 3/' 'write m1..m3'
promise 'says once that answers have no range' alone mood '7d' 'item m1 and 2 more have no range'
promise 'asks for no range beside one it refused' alone mood '7s/0..4/0-4/' 'not a range'
promise 'shows the scale a stage means' \
    alone tables '12s/$/\n[stage mood scale totl]\ndecimals = 1/' "did you mean 'total'?"
promise 'shows the item a stage means' \
    alone tables '12s/$/\n[stage sleep item s11]\ncolumn = x/' "did you mean 's1'?"
fresh_files

drowns_nothing() {
    fresh_files
    sed -i '7s/answers/answer/; 17s/0 low/1 low 2 high/' "$scratch/mood.ini"
    awk 'BEGIN { for (i = 4; i < 40; i++) print "[item m" i "]" }' >>"$scratch/mood.ini"
    refuses 4 cfg-band && says "did you mean 'answers'?" && says 'item m1 and 38 more'
}
promise 'lets no mistake drown another' drowns_nothing

# ---- what only the table can tell -------------------------------------------------------------------

table=$scratch/table.csv
echo 'client,session,m1,m2,m3,s1,s2,note' >"$table"
no_column() {
    fresh_files
    sed -i "$1" "$pipeline"
    refuses 4 cfg-column && says "$2"
}
promise 'refuses a respondent the table does not have' no_column '4s/client/clients/' "did you mean 'client'?"
promise 'refuses a session it does not have' no_column '5s/= session/= sesion/' "did you mean 'session'?"
promise 'refuses to keep what it does not have' no_column '6s/= note/= notes/' "did you mean 'note'?"
promise 'refuses an item column it does not have' \
    no_column '12s/$/\n[stage mood item m1]\ncolumn = mm1/' "no column 'mm1'"
[ "$broken" -eq 0 ]
