/* test_bind.c - every column has one place, and a name that fits none or two is refused. */
#include "pipeline/pipeline.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"
#include "scratch.h"
#include "trial.h"

static rapport_status score_first(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < in->rows; row++)
        out->number[0][row] = in->keyed[0][row];
    return RAPPORT_OK;
}

static uint32_t bound, unbound;

static rapport_status count_bound(const rapport_host *host, const rapport_scale *scale, void **self)
{
    (void)host, (void)scale, (void)self;
    bound++;
    return RAPPORT_OK;
}

static void count_unbound(void *self)
{
    CU_ASSERT_PTR_NULL(self); /* bind set none */
    unbound++;
}

static void hold(void)
{
    static const rapport_setting settings[] = {
        { .name = "by", .fallback = "", .doc = "A column.", .type = RAPPORT_COLUMN },
    };
    static const rapport_scoring first = { .size = sizeof first,
                                           .id = "first",
                                           .version = "1.0.0",
                                           .title = "First",
                                           .doc = "The first answer.",
                                           .settings = RAPPORT_LIST(settings),
                                           .bind = count_bound,
                                           .unbind = count_unbound,
                                           .score = score_first };
    static const rapport_scoring *const list[] = { &first, NULL };
    static const rapport_module module = { .size = sizeof module, .scoring = list };
    puppet_hold(&module);
}

#define FIRST "scoring = ./puppet.so\n"
#define SCALE(name, items) "[scale " name "]\nitems = " items "\n" FIRST
#define A_AND_B ONE("answers = 0..4\n[item a]\n[item b]\n" SCALE("t", "a b"))
#define TWO                                                                                        \
    "[pipeline]\nstages = s v\nrespondent = id\n[stage s]\ninstrument = ./one.ini\n"               \
    "[stage v]\ninstrument = ./two.ini\n"

/* ---- columns of the report
 * ------------------------------------------------------------------------ */

static void puts_columns_in_their_order(void)
{
    trial *t = try_out(&(given){
        .pipeline = "[pipeline]\nstages = v s\nrespondent = id\nsession = n\nkeep = z y\n"
                    "[report]\nanswered = yes\n[stage s]\ninstrument = ./one.ini\n"
                    "[stage v]\ninstrument = ./two.ini\n",
        .one = A_AND_B,
        .two = ONE("answers = 0..4\n[item a]\n" SCALE("u", "a") "bands = 0 low\n" SCALE("t", "a")),
        .table = "y,z,n,id,b,a\nY,Z,N,I,1,2\n" });
    SAME_TEXT(t->told, "");
    SAME_TEXT(t->header, "id,n,z,y,v_u,v_u_band,v_u_n,v_t,v_t_n,s_t,s_t_n,"
                         "rapport_status,rapport_notes\n");
    SAME_TEXT(t->report, "I,N,Z,Y,2.00,low,1,2.00,1,2.00,2,ok,\n");
    trial_free(t);
}

static void takes_decimals_from_the_nearest(void)
{
    trial *t = try_out(&(given){
        .pipeline = "[pipeline]\nstages = s v\nrespondent = id\n[report]\ndecimals = 3\n"
                    "[stage s]\ninstrument = ./one.ini\n[stage v]\ninstrument = ./two.ini\n",
        .one = ONE("answers = 0..4\ndecimals = 1\n[item a]\n" SCALE(
            "t", "a") "decimals = 0\n" SCALE("u", "a")),
        .two =
            ONE("answers = 0..4\n[item a]\n" SCALE("t", "a") "decimals = full\n" SCALE("u", "a")),
        .table = "id,a\nx,3\n" });
    SAME_TEXT(t->told, "");
    SAME_TEXT(t->report, "x,3,3.0,3,3.000,ok,\n");
    trial_free(t);
}

/* ---- where a column is found
 * ------------------------------------------------------------------------- */

static void reads_one_column_for_several(void)
{
    trial *t = try_out(&(given){
        .pipeline = TWO,
        .one = ONE("answers = 0..4\n[item a]\n[item b]\ncolumn = a\nreverse = yes\n" SCALE("t", "a")
                       SCALE("u", "b")),
        .two = ONE("answers = 0..9\n[item a]\n" SCALE("t", "a")),
        .table = "id,a\nx,1\nx,7\n" });
    SAME_TEXT(t->told, "");
    SAME_TEXT(t->report, "x,1.00,3.00,1.00,ok,\nx,,,7.00,partial,s:cell-range\n");
    SAME_TEXT(t->found, "3:2 s partial cell-range: a is above its maximum (allowed 0 to 4); s is "
                        "blank in this row\n"
                        "3:2 s partial cell-range: b is above its maximum (allowed 0 to 4); s is "
                        "blank in this row\n");
    trial_free(t);
}

static void reads_an_earlier_stage(void)
{
    trial *t = try_out(&(given){
        .pipeline = TWO,
        .one = A_AND_B,
        .two = ONE(
            "answers = 0..2\nwhole = no\n[item c]\ncolumn = s_t\nreverse = yes\n" SCALE("u", "c")),
        .table = "id,a,b\nx,1,1\nx,3,1\nx,9,1\nx,,1\n" });
    SAME_TEXT(t->told, "");
    SAME_TEXT(t->report, "x,1.00,1.00,ok,\nx,3.00,,partial,v:cell-range\nx,,,partial,s:cell-range\n"
                         "x,,,ok,\n");
    trial_free(t);
}

/* One stage takes the column as it comes, the next has a range for it. */
static void judges_an_earlier_stage_for_each_reader(void)
{
    scratch_write("three.ini", ONE("answers = 0..2\n[item c]\ncolumn = s_t\n" SCALE("w", "c")));
    trial *t = try_out(&(given){
        .pipeline = "[pipeline]\nstages = s v w\nrespondent = id\n"
                    "[stage s]\ninstrument = ./one.ini\n[stage v]\ninstrument = ./two.ini\n"
                    "[stage w]\ninstrument = ./three.ini\n",
        .one = A_AND_B,
        .two = ONE("answers = 0..4\n[item a]\n" SCALE("u", "a") "by = s_t\n"),
        .table = "id,a,b\nx,1,1\nx,3,1\n" });
    SAME_TEXT(t->told, "");
    SAME_TEXT(t->report, "x,1.00,1.00,1.00,ok,\nx,3.00,3.00,,partial,w:cell-range\n");
    trial_free(t);
}

static const struct {
    const char *promise, *one, *two, *table, *told;
} wrong[] = {
    { "wants every item", A_AND_B, NULL, "id,a\n",
      "t.csv:1: the table has no column 'b', which stage s needs" },
    { "suggests the nearest column", ONE("answers = 0..4\n[item mood1]\n" SCALE("t", "mood1")),
      NULL, "id,mood_1\n", "t.csv:1: the table has no column 'mood1', which stage s needs" },
    { "wants the column that is named",
      ONE("answers = 0..4\n[item a]\ncolumn = mood\n" SCALE("t", "a")), NULL, "id,a,moods\n",
      "./one.ini:9:10: no column 'mood' in the table or from an earlier stage; did you mean "
      "'moods'? [cfg-column]\n" },
    { "refuses a column of a later stage",
      ONE("answers = 0..4\n[item a]\ncolumn = v_t\n" SCALE("t", "a")), A_AND_B, "id,a,b\n",
      "./one.ini:9:10: column 'v_t' comes from stage v, which runs later; put that stage before "
      "[cfg-column-later]\n" },
    { "refuses a stage's own scale for an item",
      ONE("answers = 0..4\n[item a]\ncolumn = s_t\n" SCALE("t", "a")), NULL, "id,a\n",
      "./one.ini:9:10: no column 's_t'" },
    { "refuses a name that fits twice", A_AND_B,
      ONE("answers = 0..4\n[item c]\ncolumn = s_t\n" SCALE("u", "c")), "id,a,b,s_t\n",
      "./two.ini:9:10: column 's_t' is in the table and comes from a stage too; rename one "
      "[cfg-column-twice]\n" },
    { "refuses a category for an answer",
      ONE("answers = 0..4\n[item a]\n" SCALE("t", "a") "bands = 0 low\n"),
      ONE("answers = 0..4\n[item c]\ncolumn = s_t_band\n" SCALE("u", "c")), "id,a\n",
      "./two.ini:9:10: column 's_t_band' is a category, and a number is wanted here" },
    { "refuses two columns of one name in the report",
      ONE("answers = 0..4\n[item a]\n" SCALE("t", "a") "bands = 0 low\n" SCALE("t_band", "a")),
      NULL, "id,a\n",
      "run.ini:4:1: the report would have two columns 's_t_band'; rename one "
      "[cfg-column-twice]\n" },
    { "wants the respondent", A_AND_B, NULL, "ID,a,b\n",
      "run.ini:3:14: the table has no column 'id', named as respondent; did you mean 'ID'? "
      "[cfg-column]\n" },
};

static void refuses_what_fits_nowhere_or_twice(void)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        trial *t = try_out(&(given){ .pipeline = wrong[i].two ? TWO : NULL,
                                     .one = wrong[i].one,
                                     .two = wrong[i].two,
                                     .table = wrong[i].table });
        bool holds = strncmp(t->told, wrong[i].told, strlen(wrong[i].told)) == 0;
        KEPT(t->outcome != RAPPORT_DONE && holds, wrong[i].promise);
        if (!holds)
            SAME_TEXT(t->told, wrong[i].told);
        KEPT(strstr(t->told, "; ") != NULL, "names a cure");
        trial_free(t);
    }
}

/* A name may come twice into the report by `keep` as well. */
static void refuses_a_kept_column_twice(void)
{
    trial *t = try_out(&(given){ .pipeline = "[pipeline]\nstages = s\nrespondent = id\n"
                                             "keep = b id\n[stage s]\ninstrument = ./one.ini\n",
                                 .one = A_AND_B,
                                 .table = "id,a,b\n" });
    SAME_TEXT(t->told, "run.ini:4:8: the report would have two columns 'id'; rename one "
                       "[cfg-column-twice]\n");
    trial_free(t);
    t = try_out(&(given){ .pipeline = "[pipeline]\nstages = s\nrespondent = id\n"
                                      "keep = rapport_status\n[stage s]\ninstrument = ./one.ini\n",
                          .one = A_AND_B,
                          .table = "id,a,b,rapport_status\n" });
    CU_ASSERT_EQUAL(t->outcome, RAPPORT_BAD_CONFIG);
    CU_ASSERT_PTR_NOT_NULL(strstr(t->told, "[cfg-column-twice]"));
    trial_free(t);
}

/* ---- what may be absent
 * --------------------------------------------------------------------------------- */

static void leaves_optional_scales_blank(void)
{
    static const char one[] = ONE("answers = 0..4\n[item a]\n[item b]\n" SCALE("t", "a")
                                      SCALE("u", "b") "optional = yes\nbands = 0 low\n");
    trial *t = try_out(&(given){ .one = one, .table = "id,a\nx,1\n" });
    SAME_TEXT(t->told, "");
    SAME_TEXT(t->report, "x,1.00,,,ok,\n");
    trial_free(t);
    t = try_out(&(given){ .one = one, .table = "id,a,b\nx,1,3\n" });
    SAME_TEXT(t->report, "x,1.00,3.00,low,ok,\n");
    trial_free(t);
    t = try_out(&(given){ .one = one, .table = "id,b\nx,3\n" });
    CU_ASSERT_EQUAL(t->outcome, RAPPORT_BAD_INPUT);
    trial_free(t);
}

/* A name that is misspelt must not do without its answers in silence. */
static void refuses_half_an_optional_scale(void)
{
    static const char one[] = ONE("answers = 0..4\n[item a]\n[item b]\n[item c]\n[item d]\n" SCALE(
        "t", "a") SCALE("u", "a b c d") "optional = yes\n");
    trial *t = try_out(&(given){ .one = one, .table = "id,a,b,cc,d\nx,1,1,1,1\n" });
    CU_ASSERT_EQUAL(t->outcome, RAPPORT_BAD_INPUT);
    SAME_TEXT(t->told, "t.csv:1: the table has no column 'c', which stage s needs; add it, or name "
                       "its column: column = NAME in [stage s item c] [input-column]\n");
    trial_free(t);
    t = try_out(&(given){ .one = one, .table = "id,a\nx,1\n" }); /* a is t's as well */
    SAME_TEXT(t->told, "");
    trial_free(t);
}

/* ---- life and death of plugins
 * ------------------------------------------------------------------------------ */

static void unbinds_what_it_bound(void)
{
    bound = unbound = 0;
    trial_free(try_out(&(given){ .one = A_AND_B, .table = "id,a,b\nx,1,1\n" }));
    CU_ASSERT_TRUE(bound >= 1);
    CU_ASSERT_EQUAL(unbound, bound);
    trial_free(try_out(&(given){ .one = A_AND_B, .table = "id,a\n" })); /* fails */
    CU_ASSERT_EQUAL(unbound, bound);
    pipeline_finish(&(pipeline){ 0 });
}

static void binds_one_plan_again(void)
{
    trial *t = try_out(&(given){ .one = A_AND_B, .table = "id,a,b\nx,2,1\n" });
    SAME_TEXT(t->report, "x,2.00,ok,\n");
    pipeline_finish(&t->pipeline);
    CU_ASSERT_TRUE(pipeline_bind(&t->pipeline, &t->plan, &t->columns, &t->arena, NULL, &t->all));
    static const char again[] = "y,3,1\n";
    const chunk next = { .bytes = again, .length = 6, .first_line = 2, .first_record = 1 };
    CU_ASSERT_EQUAL(chunk_score(&t->result, &next, &t->pipeline, &t->seen, NULL), RAPPORT_DONE);
    CU_ASSERT_EQUAL(t->result.report.length, strlen("y,3.00,ok,\n"));
    CU_ASSERT_EQUAL(memcmp(t->result.report.bytes, "y,3.00,ok,\n", 11), 0);
    trial_free(t);
}

/* Wide tables get shorter batches, and short ones no longer than they are; the report does not show
 * it. */
static void takes_no_more_rows_than_are_needed(void)
{
    static char one[40000], table[40000];
    size_t used = (size_t)sprintf(one, ONE("answers = 0..4\n"));
    size_t at = (size_t)sprintf(table, "id");

    for (int i = 0; i < 1000; i++) {
        used += (size_t)sprintf(one + used, "[item i%d]\n", i);
        at += (size_t)sprintf(table + at, ",i%d", i);
    }
    sprintf(one + used, "[scale t]\nitems = i0..i999\nneeded = any\n" FIRST);
    for (int row = 0; row < 5; row++) {
        at += (size_t)sprintf(table + at, "\nx,%d", row);
        for (int i = 1; i < 1000; i++)
            at += (size_t)sprintf(table + at, ",");
    }
    trial *t = try_out(&(given){ .one = one, .table = table, .set = { "run.batch=65536" } });
    SAME_TEXT(t->told, "");
    SAME_TEXT(t->report, "x,0.00,ok,\nx,1.00,ok,\nx,2.00,ok,\nx,3.00,ok,\nx,4.00,ok,\n");
    CU_ASSERT_EQUAL(t->pipeline.batch.room, 5);
    pipeline_finish(&t->pipeline);
    t->columns.records = UINT64_MAX; /* as if it were not known yet */
    CU_ASSERT_TRUE(pipeline_bind(&t->pipeline, &t->plan, &t->columns, &t->arena, NULL, &t->all));
    CU_ASSERT_TRUE(t->pipeline.batch.room >= 16 && t->pipeline.batch.room < 1000);
    trial_free(t);
}

int main(void)
{
    static const promise promises[] = {
        { "puts columns in their order", puts_columns_in_their_order },
        { "takes decimals from the nearest", takes_decimals_from_the_nearest },
        { "reads one column for several", reads_one_column_for_several },
        { "reads an earlier stage", reads_an_earlier_stage },
        { "judges an earlier stage for each reader", judges_an_earlier_stage_for_each_reader },
        { "refuses what fits nowhere or twice", refuses_what_fits_nowhere_or_twice },
        { "refuses a kept column twice", refuses_a_kept_column_twice },
        { "leaves optional scales blank", leaves_optional_scales_blank },
        { "refuses half an optional scale", refuses_half_an_optional_scale },
        { "unbinds what it bound", unbinds_what_it_bound },
        { "binds one plan again", binds_one_plan_again },
        { "takes no more rows than are needed", takes_no_more_rows_than_are_needed },
    };

    scratch_begin();
    hold();
    return RUN("bind", promises);
}
