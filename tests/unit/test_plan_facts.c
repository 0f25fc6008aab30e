/* test_plan_facts.c - what the provenance of a run says of its plan. */
#include "process/plan_facts.h"

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

/* A scoring module that may be given tables, as keys of a scale. */
static void hold(void)
{
    static const rapport_setting settings[] = {
        { .name = "norms", .fallback = "", .doc = "A table.", .type = RAPPORT_TABLE },
        { .name = "scores", .fallback = "", .doc = "Another.", .type = RAPPORT_TABLE },
    };
    static const rapport_scoring first = { .size = sizeof first,
                                           .id = "first",
                                           .version = "1.0.0",
                                           .title = "First",
                                           .doc = "The first answer.",
                                           .settings = RAPPORT_LIST(settings),
                                           .score = score_first };
    static const rapport_scoring *const list[] = { &first, NULL };
    static const rapport_module module = { .size = sizeof module, .scoring = list };
    puppet_hold(&module);
}

#define SCALE(name) "[scale " name "]\nitems = a\nscoring = ./puppet.so\n"

/* The facts of a plan that could be read; they live as long as it. */
static trial *facts_of(provenance *facts, const given *how)
{
    trial *t = try_out(how);

    *facts = (provenance){ 0 };
    SAME_TEXT(t->told, "");
    CU_ASSERT_TRUE_FATAL(plan_facts(facts, &t->plan, &t->arena));
    return t;
}

static void tells_which_limits_are_not_as_shipped(void)
{
    provenance facts;
    trial *t = facts_of(&facts, &(given){ .one = ONE("answers = 0..4\n[item a]\n" SCALE("t")),
                                          .set = { "limits.field=100", "limits.columns=4096.0",
                                                   "limits.name=257" } });
    CU_ASSERT_EQUAL_FATAL(facts.limits, 2);
    SAME_TEXT(facts.limit[0].key, "field");
    CU_ASSERT_EQUAL(facts.limit[0].value, 100);
    SAME_TEXT(facts.limit[1].key, "name");
    CU_ASSERT_EQUAL(facts.limit[1].value, 257);
    trial_free(t);

    t = facts_of(&facts, &(given){ .one = ONE("answers = 0..4\n[item a]\n" SCALE("t")) });
    CU_ASSERT_EQUAL(facts.limits, 0);
    CU_ASSERT_EQUAL(facts.tables, 0);
    trial_free(t);
}

static void lists_the_tables_that_settings_name(void)
{
    provenance facts;

    scratch_folder("beside");
    scratch_write("beside/norms.csv", "row,m\nall,1\n");
    scratch_write("scores.csv", "row,m\nall,2\n");
    trial *t = facts_of(
        &facts,
        &(given){
            .one = ONE("answers = 0..4\n[item a]\n" SCALE("t") "norms = beside/norms.csv\n" SCALE(
                "u") "norms = beside/norms.csv\nscores = scores.csv\n") });
    static const provenance_file expected[] = {
        { "norms.csv", "6b9378b78188de2d90ba8ad4b3cebd53739e60fbf0e268761a966e31065006b3" },
        { "norms.csv", "6b9378b78188de2d90ba8ad4b3cebd53739e60fbf0e268761a966e31065006b3" },
        { "scores.csv", "a3ae2bb49e7131d6772969d7b056df3bef8eea9b52fe14aad50772e87d0566dd" },
    };
    CU_ASSERT_EQUAL_FATAL(facts.tables, 3);
    for (int i = 0; i < 3; i++) {
        SAME_TEXT(facts.table[i].name, expected[i].name);
        SAME_TEXT(facts.table[i].sha256, expected[i].sha256);
    }
    trial_free(t);
}

/* What is told of a plan that is loaded elsewhere goes only where nobody else can know it. */
static void believes_what_is_told_as_far_as_it_must(void)
{
    memory arena = { 0 };
    provenance told, facts = { 0 };
    provenance_file file[] = { { "scores.csv", NULL } };

    scratch_write("scores.csv", "row,m\nall,2\n");
    trial *t = facts_of(
        &told,
        &(given){ .one = ONE("answers = 0..4\n[item a]\n" SCALE("t") "scores = scores.csv\n") });
    provenance_stage stage = told.stage[0];
    CU_ASSERT_TRUE(plan_facts_told(&facts, &told, &t->plan, &arena));
    SAME_TEXT(facts.stage[0].scale[0].version, "1.0.0");
    SAME_TEXT(facts.table[0].name, "scores.csv");
    CU_ASSERT_EQUAL(facts.tables, 1);

    stage.name = "other";
    stage.file = (provenance_file){ "other.ini", "0" };
    stage.title = "Told";
    told.stage = &stage;
    told.version = told.formulas = "9";
    told.plugins = 0;
    CU_ASSERT_TRUE(plan_facts_told(&facts, &told, &t->plan, &arena));
    SAME_TEXT(facts.stage[0].title, "Told");
    SAME_TEXT(facts.stage[0].name, "s");
    SAME_TEXT(facts.stage[0].file.name, "one.ini");
    SAME_TEXT(facts.formulas, "neutralise");
    CU_ASSERT_EQUAL(facts.plugins, 1);

    file->sha256 = told.table[0].sha256;
    told.table = file;
    CU_ASSERT_TRUE(plan_facts_told(&facts, &told, &t->plan, &arena));
    file->name = "norms.csv"; /* which no setting names */
    CU_ASSERT_FALSE(plan_facts_told(&facts, &told, &t->plan, &arena));
    file->name = "scores.csv";
    file->sha256 = facts.pipeline.sha256; /* the hash of something else */
    CU_ASSERT_FALSE(plan_facts_told(&facts, &told, &t->plan, &arena));
    told.tables = 0;
    CU_ASSERT_TRUE(plan_facts_told(&facts, &told, &t->plan, &arena));
    told.stages = 2;
    CU_ASSERT_FALSE(plan_facts_told(&facts, &told, &t->plan, &arena));
    memory_free(&arena);
    trial_free(t);
}

static void tells_what_became_of_formulas(void)
{
    static const char instrument[] = ONE("answers = 0..4\n[item a]\n" SCALE("t"));
    provenance facts;

    trial *t = facts_of(&facts, &(given){ .one = instrument });
    SAME_TEXT(facts.formulas, "neutralise");
    trial_free(t);
    t = facts_of(&facts, &(given){ .one = instrument, .set = { "report.formulas=keep" } });
    SAME_TEXT(facts.formulas, "keep");
    trial_free(t);
}

int main(void)
{
    static const promise promises[] = {
        { "tells which limits are not as shipped", tells_which_limits_are_not_as_shipped },
        { "lists the tables that settings name", lists_the_tables_that_settings_name },
        { "believes what is told as far as it must", believes_what_is_told_as_far_as_it_must },
        { "tells what became of formulas", tells_what_became_of_formulas },
    };

    scratch_begin();
    hold();
    return RUN("plan_facts", promises);
}
