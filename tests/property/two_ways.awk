# two_ways.awk - an instrument whose answers fit small whole numbers, with scales of every kind; and a
# table for it.
#
#     awk -v seed=1 -v what=instrument -f two_ways.awk
#     awk -v seed=1 -v what=table [-v wide=NA] -f two_ways.awk
#
# With `wide`, every 30 rows one more stands in the table, with an answer that is no small number: NA
# does not apply, `half` lies between two. Its respondent is zz. The same seed gives the same bytes on
# every machine.

function draw(n) { # 0 .. n-1
    state = state * 16807 % 2147483647
    return int(state / 64) % n
}

function of(list, words) {
    return words[1 + draw(split(list, words, "|"))]
}

# ---- the instrument ----------------------------------------------------------------------------

function item(i) {
    print "[item i" i "]"
    if (i == 2) print "whole = no"
    if (draw(3) == 0) print "reverse = yes"
}

# Lower edges at quarters of what the score can reach, a little off them so that halves get near.
function bands(from, to, places) {
    printf "bands = %.15g lowest", from
    printf ", %.*f low", places, from + (to - from) / 4
    printf ", %.*f middle", places, from + (to - from) / 2
    printf ", %.*f high\n", places, from + (to - from) * 3 / 4
}

function scale(number, first, last, scoring, from, to, i, stays) {
    first = 1 + draw(items)
    last = first + draw(items - first + 1)
    if (number == 1) { first = 1; last = items }
    from = low; to = high
    scoring = of("sum|mean|prorated_sum|weighted|count")
    print "[scale s" number "]"
    print "items = i" first (last > first ? "..i" last : "")
    print "scoring = " scoring
    if (scoring == "sum" || scoring == "prorated_sum") {
        from = low * (last - first + 1); to = high * (last - first + 1)
    } else if (scoring == "count") {
        from = 0; to = last - first + 1
        print "from = " low + int((high - low) / 3) "\nto = " low + int((high - low) * 2 / 3)
    } else if (scoring == "weighted") {
        printf "weights = 1"
        for (i = first + 1; i <= last; i++)
            printf " %s", number % 2 ? draw(6) : draw(6) / 4
        print ""
    }
    print "needed = " of("any|half|80%|1|all|33%")
    # A sum or count has another range where an item does not apply, and is not moved then.
    stays = scoring == "mean" || scoring == "weighted" || first == last
    if (stays && draw(2)) {
        print "rescale = 0..100"
        from = 0; to = 100
    }
    if (stays && draw(3) == 0) print "flip = yes"
    print "decimals = " of("0|1|2|3|full")
    if (draw(3)) bands(from, to, 2 + draw(2))
}

function instrument(i) {
    print "[instrument]\nid = ways\ntitle = Two ways\nversion = 1\nlicence = CC0-1.0\nsource = made up"
    print "answers = " low ".." high "\nmissing = X\nnot_applicable = NA"
    for (i = 1; i <= items; i++) item(i)
    for (i = 1; i <= 12; i++) scale(i)
}

# ---- the table -----------------------------------------------------------------------------------

function answer() {
    if (draw(12) == 0) return draw(2) ? "" : "X"
    if (draw(300) == 0) return high + 1
    if (draw(40) == 0) return low + draw(high - low + 1) ".0"
    return low + draw(high - low + 1)
}

function record(id, i, line) {
    line = id
    for (i = 1; i <= items; i++) line = line "," answer()
    print line
}

# Its draws are its own: the other rows stay as they are.
function wide_record(i, line) {
    line = "zz"
    for (i = 1; i <= items; i++)
        line = line "," (i == 1 && wide == "NA" ? "NA" : i == 2 && wide == "half" ? low + 0.5 : high)
    print line
}

function table(row, i) {
    printf "id"
    for (i = 1; i <= items; i++) printf ",i%d", i
    print ""
    state = state + 1
    for (row = 0; row < 250; row++) {
        if (wide && row % 30 == 7) wide_record()
        record("r" row)
    }
}

BEGIN {
    state = seed * 7919 + 1
    split(of("0..4|1..7|0..1|-2..2|0..99|1..5|-127..126|0..10"), range, "[.][.]")
    low = range[1] + 0; high = range[2] + 0
    items = seed % 8 ? 2 + draw(24) : 300
    if (what == "instrument") instrument()
    else table()
}
