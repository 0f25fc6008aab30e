# means.awk - a job that can be made as large as one likes: means of ten items each, where at least
# seven are answered, two decimals. As a pipeline, and as SQL for DuckDB.
#
#     awk -f means.awk items=300 stages=1 scales=30 folder=OUT table=TABLE report=REPORT threads=2
#
# The pipeline has `stages` stages with `scales` scales each; their items are those of the table
# one after another, and from the first again after the last. `table` is one of `gen`: base for
# 30 items, wide for more. Writes to `folder`: run.ini and an INI file for each stage; job.sql; and
# job.columns, for compare.

BEGIN {
    for (i = 1; i < ARGC; i++) {
        split(ARGV[i], pair, "=")
        given[pair[1]] = substr(ARGV[i], index(ARGV[i], "=") + 1)
    }
    items = given["items"] + 0 # a number, not its text
    stages = given["stages"] + 0
    scales = given["scales"] + 0
    for (i = 1; i <= items; i++)
        item[i - 1] = name_of(i)
    write_pipeline(given["folder"] "/run.ini")
    for (stage = 1; stage <= stages; stage++)
        write_instrument(given["folder"] "/s" stage ".ini", stage)
    write_sql(given["folder"] "/job.sql")
    write_columns(given["folder"] "/job.columns")
}

# Of the table's item number i, from 1.
function name_of(i) {
    if (i <= 12) return "a" i
    if (i <= 22) return "b" (i - 12)
    if (i <= 30) return "f" (i - 22)
    return "x" (i - 30)
}

# Of the scale `scale` of stage `stage`, both counted from 1: its item number `i`, from 0.
function item_of(stage, scale, i) {
    return item[(((stage - 1) * scales + scale - 1) * 10 + i) % items]
}

function write_pipeline(file,    stage) {
    print "[limits]\nstages = 256" >file # more than a pipeline has unless it asks
    printf "[pipeline]\nstages =" >file
    for (stage = 1; stage <= stages; stage++)
        printf " s%d", stage >file
    printf "\nrespondent = client_id\nsession = session\nkeep = date\n" >file
    for (stage = 1; stage <= stages; stage++)
        printf "[stage s%d]\ninstrument = ./s%d.ini\n", stage, stage >file
    close(file)
}

function write_instrument(file, stage,    scale, i, name, known) {
    printf "[instrument]\nid = s%d\ntitle = Means\nversion = 1.0\nlicence = CC0-1.0\n", stage >file
    printf "source = made up for measuring speed\nanswers = 0..10\n" >file
    for (scale = 1; scale <= scales; scale++)
        for (i = 0; i < 10; i++)
            if (!((name = item_of(stage, scale, i)) in known)) {
                known[name]
                printf "[item %s]\n", name >file
            }
    for (scale = 1; scale <= scales; scale++) {
        printf "[scale m%d]\nscoring = mean\nneeded = 7\nitems =", scale >file
        for (i = 0; i < 10; i++)
            printf " %s", item_of(stage, scale, i) >file
        printf "\n" >file
    }
    close(file)
}

function write_sql(file,    stage, scale, i, name, sum, count, from, inner, outer) {
    for (stage = 1; stage <= stages; stage++)
        for (scale = 1; scale <= scales; scale++) {
            name = "s" stage "_m" scale
            sum = count = ""
            for (i = 0; i < 10; i++) {
                sum = sum (i ? " + " : "") "coalesce(" item_of(stage, scale, i) ", 0)"
                count = count (i ? " + " : "") "(" item_of(stage, scale, i) " IS NOT NULL)::TINYINT"
            }
            inner = inner ",\n    " sum " AS sum_" name ", " count " AS n_" name
            outer = outer ",\n    (CASE WHEN n_" name " >= 7 THEN sum_" name "::DOUBLE / n_" name \
                " END)::DECIMAL(8,2) AS " name
        }
    from = "'client_id': 'VARCHAR', 'session': 'SMALLINT', 'date': 'VARCHAR'"
    for (i = 0; i < items; i++)
        from = from ", '" item[i] "': 'TINYINT'"
    print "SET threads=" given["threads"] ";" >file
    print "COPY (WITH sums AS (SELECT client_id, session, date" inner >file
    print "  FROM read_csv('" given["table"] "', columns = {" from "}," >file
    print "    auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', new_line = '\\n'))" >file
    print "SELECT client_id, session, date" outer >file
    print "  FROM sums) TO '" given["report"] "' (FORMAT csv, HEADER);" >file
    close(file)
}

function write_columns(file,    stage, scale) {
    print "client_id client_id same\nsession session same\ndate date same" >file
    for (stage = 1; stage <= stages; stage++)
        for (scale = 1; scale <= scales; scale++)
            printf "s%d_m%d - 2\n", stage, scale >file
    close(file)
}
