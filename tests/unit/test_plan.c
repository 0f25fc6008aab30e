/* test_plan.c - a pipeline's file says what shall be done, or is refused as a whole. */
#include "config/plan.h"

#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"
#include "scratch.h"
#include "table/number.h"
#include "trial.h"

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self, (void)in, (void)out;
    return RAPPORT_OK;
}

static void hold(void)
{
    static const rapport_scoring sum = { .size = sizeof sum,
                                         .id = "sum",
                                         .version = "1.0.0",
                                         .title = "Sum",
                                         .doc = "A sum.",
                                         .score = score };
    static const rapport_scoring *const list[] = { &sum, NULL };
    static const rapport_module module = { .size = sizeof module, .scoring = list };
    puppet_hold(&module);
}

#define GOOD ONE("answers = 0..4\n[item a]\n[scale t]\nitems = a\nscoring = ./puppet.so\n")
#define HEAD "[pipeline]\nstages = s\nrespondent = id\n"
#define STAGE "[stage s]\ninstrument = ./one.ini\n"

static void has_defaults(void)
{
    trial *t = try_out(&(given){ .pipeline = HEAD STAGE, .one = GOOD });
    const plan *p = &t->plan;
    SAME_TEXT(t->told, "");
    SAME_TEXT(p->respondent, "id");
    CU_ASSERT_PTR_NULL(p->session);
    CU_ASSERT_PTR_NULL(p->title);
    CU_ASSERT_EQUAL(p->kept, 0);
    CU_ASSERT_PTR_NULL(p->report);
    CU_ASSERT_PTR_NULL(p->rejects);
    CU_ASSERT_TRUE(p->delimiter == 0 && p->decimal == 0 && !p->any_bytes && !p->unique);
    CU_ASSERT_PTR_NULL(p->missing[0]);
    CU_ASSERT_EQUAL(p->decimals, 2);
    CU_ASSERT_FALSE(p->answered);
    CU_ASSERT_EQUAL(p->formulas, FORMULAS_NEUTRALISED);
    CU_ASSERT_EQUAL(p->field_limit, 65536);
    CU_ASSERT_EQUAL(p->record_limit, 4 << 20);
    CU_ASSERT_EQUAL(p->column_limit, 4096);
    CU_ASSERT_EQUAL(p->name_limit, 256);
    CU_ASSERT_EQUAL(p->chunk, 393216);
    CU_ASSERT_EQUAL(p->chunk_records, 0);
    CU_ASSERT_EQUAL(p->batch, 1024);
    CU_ASSERT_EQUAL(p->stages, 1);
    CU_ASSERT_FALSE(p->only_instrument);
    SAME_TEXT(p->stage[0].name, "s");
    trial_free(t);
}

static void takes_what_is_said(void)
{
    scratch_folder("sub");
    scratch_write("sub/run.ini",
                  "[pipeline]\ntitle = T\nstages = v s\nrespondent = Client id\nsession = n\n"
                  "keep = \"a b\" c\n"
                  "[input]\npath = ../in.csv\ndelimiter = tab\ndecimal = comma\n"
                  "missing = NA \"not given\"\nencoding = bytes\nunique = yes\n"
                  "[report]\npath = out.csv\ndecimals = full\nanswered = yes\nrejects = r.csv\n"
                  "provenance = p.json\nformulas = keep\n"
                  "[limits]\nfield = 10\nrecord = 20\ncolumns = 30\nname = 40\n"
                  "[run]\nchunk = 4096\nchunk_records = 5\nbatch = 6\n"
                  "[stage s]\ninstrument = ../one.ini\n[stage v]\ninstrument = ../one.ini\n");
    memory arena = { 0 };
    problems *all = calloc(1, sizeof *all);
    plan p;
    CU_ASSERT_TRUE(plan_read(&p, "sub/run.ini", NULL, RAPPORT_ISOLATION_NONE, &arena, NULL, all));
    CU_ASSERT_EQUAL(all->count, 0);
    SAME_TEXT(p.title, "T");
    SAME_TEXT(p.respondent, "Client id");
    SAME_TEXT(p.session, "n");
    CU_ASSERT_EQUAL_FATAL(p.kept, 2);
    SAME_TEXT(p.keep[0], "a b");
    SAME_TEXT(p.keep[1], "c");
    SAME_TEXT(p.input, "sub/../in.csv");
    SAME_TEXT(p.report, "sub/out.csv");
    SAME_TEXT(p.rejects, "sub/r.csv");
    SAME_TEXT(p.provenance, "sub/p.json");
    CU_ASSERT_TRUE(p.delimiter == '\t' && p.decimal == ',' && p.any_bytes && p.unique);
    SAME_TEXT(p.missing[1], "not given");
    CU_ASSERT_EQUAL(p.decimals, NUMBER_FULL);
    CU_ASSERT_TRUE(p.answered);
    CU_ASSERT_EQUAL(p.formulas, FORMULAS_KEPT);
    CU_ASSERT_TRUE(p.field_limit == 10 && p.record_limit == 20 && p.column_limit == 30);
    CU_ASSERT_TRUE(p.name_limit == 40 && p.chunk == 4096 && p.chunk_records == 5 && p.batch == 6);
    SAME_TEXT(p.stage[0].name, "v");
    SAME_TEXT(p.stage[1].name, "s");
    SAME_TEXT(p.stage[0].instrument.path, "sub/../one.ini");
    memory_free(&arena);
    free(all);
}

/* One module for all who name the same file. */
static void opens_a_plugin_once(void)
{
    trial *t = try_out(&(given){ .pipeline = "[pipeline]\nstages = s v\nrespondent = id\n" STAGE
                                             "[stage v]\ninstrument = ./one.ini\n",
                                 .one = GOOD });
    SAME_TEXT(t->told, "");
    CU_ASSERT_PTR_NOT_NULL_FATAL(t->plan.modules.first);
    CU_ASSERT_PTR_NULL(t->plan.modules.first->next);
    CU_ASSERT_PTR_EQUAL(t->plan.stage[0].instrument.scale[0].module,
                        t->plan.stage[1].instrument.scale[0].module);
    trial_free(t);
}

static const struct {
    const char *promise, *pipeline, *told; /* told NULL: some refusal */
} wrong[] = {
    { "wants stages", "[pipeline]\nrespondent = id\n" STAGE, NULL },
    { "wants a respondent", "[pipeline]\nstages = s\n" STAGE, NULL },
    { "wants [pipeline]", STAGE, NULL },
    { "wants a section for each stage", "[pipeline]\nstages = s v\nrespondent = id\n" STAGE,
      "run.ini: stage 'v' has no instrument; add [stage v] with instrument = NAME "
      "[cfg-missing-key]\n" },
    { "wants an instrument for each stage", HEAD "[stage s]\n",
      "run.ini:4:1: stage 's' has no instrument; add [stage s] with instrument = NAME "
      "[cfg-missing-key]\n" },
    { "wants different stages", "[pipeline]\nstages = s s\nrespondent = id\n" STAGE, NULL },
    { "knows its stages", HEAD STAGE "[stage ss]\ninstrument = ./one.ini\n",
      "run.ini:6:1: stage 'ss' is not among the stages of [pipeline]; did you mean 's'? "
      "[cfg-unknown-name]\n" },
    { "knows its stages in changes", HEAD STAGE "[stage x scale t]\nneeded = 1\n", NULL },
    { "knows instruments", HEAD "[stage s]\ninstrument = oen\n",
      "run.ini:5:14: unknown instrument 'oen'; did you mean 'one'? [cfg-unknown-name]\n" },
    { "says where to look for an instrument nobody knows",
      HEAD "[stage s]\ninstrument = quite_another\n",
      "run.ini:5:14: unknown instrument 'quite_another'; rapport list shows what can be found, -v "
      "where it was looked for [cfg-unknown-name]\n" },
    { "wants an instrument's file to be there", HEAD "[stage s]\ninstrument = ./none.ini\n", NULL },
    { "wants an instrument's file", HEAD "[stage s]\ninstrument = ./run.ini\n", NULL },
    { "knows its sections", HEAD STAGE "[inputs]\n",
      "run.ini:6:1: unknown section [inputs]; did you mean 'input'? [cfg-unknown-section]\n" },
    { "takes a section once", HEAD STAGE "[pipeline]\n", NULL },
    { "keeps a limit in its range", HEAD STAGE "[run]\nbatch = 0\n",
      "run.ini:7:9: batch is below its minimum: '0'; raise it (allowed 1 to 65536 rows) "
      "[cfg-range]\n" },
    { "knows how many decimals there are", HEAD STAGE "[report]\ndecimals = 16\n", NULL },
};

static void refuses_what_it_does_not_understand(void)
{
    scratch_folder("instruments");
    scratch_write("instruments/one.ini", GOOD);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        trial *t = try_out(&(given){ .pipeline = wrong[i].pipeline, .one = GOOD });
        KEPT(t->outcome == RAPPORT_BAD_CONFIG && *t->told, wrong[i].promise);
        if (wrong[i].told)
            SAME_TEXT(t->told, wrong[i].told);
        trial_free(t);
    }
}

static void checks_an_instrument_by_itself(void)
{
    trial *t = try_out(&(given){ .pipeline = GOOD });
    SAME_TEXT(t->told, "");
    CU_ASSERT_TRUE(t->plan.only_instrument);
    CU_ASSERT_EQUAL(t->plan.stages, 1);
    SAME_TEXT(t->plan.stage[0].name, "one");
    trial_free(t);
    t = try_out(&(given){ .pipeline = ONE("[item a]\n[scale t]\nitems = a\nscoring = x\n") });
    CU_ASSERT_EQUAL(t->outcome, RAPPORT_BAD_CONFIG);
    trial_free(t);
}

static void says_why_there_is_nothing_to_go_on_with(void)
{
    memory arena = { 0 };
    problems *all = calloc(1, sizeof *all);
    plan p;
    rapport_error error;

    CU_ASSERT_FALSE(plan_read(&p, "none.ini", NULL, RAPPORT_ISOLATION_NONE, &arena, NULL, all));
    CU_ASSERT_EQUAL(problems_close(all, NULL, NULL, &error), RAPPORT_BAD_CONFIG);
    CU_ASSERT_EQUAL(strncmp(error.text, "none.ini: ", 10), 0);
    memory_free(&arena);
    free(all);
}

int main(void)
{
    static const promise promises[] = {
        { "has defaults", has_defaults },
        { "takes what is said", takes_what_is_said },
        { "opens a plugin once", opens_a_plugin_once },
        { "refuses what it does not understand", refuses_what_it_does_not_understand },
        { "checks an instrument by itself", checks_an_instrument_by_itself },
        { "says why there is nothing to go on with", says_why_there_is_nothing_to_go_on_with },
    };

    scratch_begin();
    hold();
    return RUN("plan", promises);
}
