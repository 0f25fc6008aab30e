/* test_instrument.c - what an instrument's file says is understood, or refused with its place. */
#include "config/instrument.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"
#include "scratch.h"
#include "table/number.h"
#include "trial.h"

/* ---- a plugin and a scoring module of the test's own -------------------------------------- */

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self, (void)in, (void)out;
    return RAPPORT_OK;
}

static rapport_status process(void *self, const rapport_batch *batch, rapport_output *out)
{
    (void)self, (void)batch, (void)out;
    return RAPPORT_OK;
}

static rapport_instrument plugin;

static void hold(void)
{
    static const rapport_setting of_scale[] = {
        { .name = "weights",
          .fallback = "",
          .doc = "One for each item.",
          .type = RAPPORT_REAL,
          .flags = RAPPORT_PER_ITEM },
    };
    static const rapport_setting of_plugin[] = {
        { .name = "mode", .fallback = "x", .doc = "A mode.", .type = RAPPORT_WORD },
        { .name = "note", .section = "profile", .fallback = "", .doc = "N.", .type = RAPPORT_WORD },
    };
    static const char *const scales[] = { "wanted", NULL };
    static const rapport_scoring sum = { .size = sizeof sum,
                                         .id = "sum",
                                         .version = "1.0.0",
                                         .title = "Sum",
                                         .doc = "A sum.",
                                         .settings = RAPPORT_LIST(of_scale),
                                         .score = score };
    static const rapport_scoring *const scorings[] = { &sum, NULL };
    static const rapport_instrument *const instruments[] = { &plugin, NULL };
    static const rapport_module module = { .size = sizeof module,
                                           .scoring = scorings,
                                           .instrument = instruments };

    plugin = (rapport_instrument){ .size = sizeof plugin,
                                   .id = "fake",
                                   .version = "1.0.0",
                                   .title = "Fake",
                                   .doc = "A plugin.",
                                   .settings = RAPPORT_LIST(of_plugin),
                                   .scales = scales,
                                   .process = process };
    puppet_hold(&module);
}

#define SUM "scoring = ./puppet.so\n"
#define ITEMS "[item a]\n[item b]\n[item c]\n"
#define SCALE "[scale t]\nitems = a b c\n"

/* ---- what is understood ------------------------------------------------------------------- */

static void understands_what_is_written(void)
{
    trial *t = try_out(&(given){
        .one = ONE("answers = 1..5\nabout = words\nmissing = NA -9\nnot_applicable = 8\n"
                   "decimals = 1\nwhole = no\n"
                   "[item a]\ntext = How are you?\nreverse = yes\ncritical = 4..5\n"
                   "[item b]\nanswers = -3..3.5\nwhole = yes\ncolumn = B col\nrescale = 0..10\n"
                   "[item c]\n" SCALE SUM "title = T\nneeded = 2\nrescale = 0..1\nflip = no\n"
                   "weights = 1 2 3\nbands = 0 none at all, 0.5 grade 2 ,1 all\n"
                   "[scale u]\nitems = c\noptional = yes\ndecimals = full\nneeded = 66%\n" SUM) });
    /* sum says no range, so rescale is refused when it is bound: the file itself is right */
    SAME_TEXT(t->told, "./one.ini:28:11: scoring sum cannot tell the range of this scale, so its "
                       "score cannot be moved or turned; leave this out [cfg-rescale]\n");
    const instrument *in = &t->plan.stage[0].instrument;
    SAME_TEXT(in->id, "one");
    SAME_TEXT(in->about, "words");
    SAME_TEXT(in->missing[0], "NA");
    SAME_TEXT(in->missing[1], "-9");
    CU_ASSERT_PTR_NULL(in->missing[2]);
    SAME_TEXT(in->not_applicable[0], "8");
    CU_ASSERT_EQUAL_FATAL(in->items, 3);
    CU_ASSERT_EQUAL_FATAL(in->scales, 2);
    const item *a = &in->item[0], *b = &in->item[1], *c = &in->item[2];
    SAME_TEXT(a->shown.text, "How are you?");
    CU_ASSERT_TRUE(a->shown.reverse && a->scored && !a->optional && !a->whole && !a->moved);
    CU_ASSERT_TRUE(a->shown.critical_low == 4 && a->shown.critical_high == 5);
    CU_ASSERT_TRUE(b->shown.low == -3 && b->shown.high == 3.5 && b->whole && !b->shown.reverse);
    CU_ASSERT_TRUE(b->moved && b->moved_low == 0 && b->moved_high == 10 && b->column_given);
    SAME_TEXT(b->column, "B col");
    SAME_TEXT(c->column, "c");
    CU_ASSERT_FALSE(c->optional); /* a scale that is not optional needs it too */
    CU_ASSERT_TRUE(isnan(c->shown.critical_low));
    const scale *s = &in->scale[0], *u = &in->scale[1];
    SAME_TEXT(s->title, "T");
    CU_ASSERT_EQUAL(s->needed.count, 2);
    CU_ASSERT_EQUAL(s->needed.percent, 0);
    CU_ASSERT_EQUAL(s->decimals, 1);
    CU_ASSERT_EQUAL_FATAL(s->bands, 3);
    SAME_TEXT(s->band[0].code, "none at all");
    SAME_TEXT(s->band[1].code, "grade 2");
    SAME_TEXT(s->band[2].code, "all");
    CU_ASSERT_TRUE(s->edge[0] == 0 && s->edge[1] == 0.5 && s->edge[2] == 1);
    CU_ASSERT_EQUAL(u->needed.percent, 66);
    CU_ASSERT_EQUAL(u->decimals, NUMBER_FULL);
    CU_ASSERT_TRUE(u->optional);
    CU_ASSERT_EQUAL(u->shown.items, 1);
    CU_ASSERT_PTR_EQUAL(u->item[0], s->item[2]); /* the same item */
    trial_free(t);
}

/* ---- what is refused
 * ------------------------------------------------------------------------------ */

#define AT(place) "./one.ini:" place ": "

static const struct {
    const char *promise, *one, *told;
} wrong[] = {
    { "wants an [instrument]", "[item a]\nanswers = 0..1\n",
      "./one.ini: has no section [instrument]; is it an instrument's file? [cfg-section]\n" },
    { "wants a range of answers", ONE("[item a]\n[scale t]\nitems = a\n" SUM),
      AT("7:1") "item a has no range of answers; give answers = LOWEST..HIGHEST here or in "
                "[instrument] [cfg-missing-key]\n" },
    { "keeps critical answers among the answers",
      ONE("answers = 0..4\n[item a]\ncritical = 4..5\n[scale t]\nitems = a\n" SUM),
      AT("9:12") "critical answers lie outside the item's answers; keep them inside "
                 "[cfg-range]\n" },
    { "wants items to be used",
      ONE("answers = 0..4\n[item a]\n[item b]\n[scale t]\nitems = a\n" SUM),
      AT("9:1") "item 'b' is in no scale; add it to one, or take it out [cfg-item-unused]\n" },
    { "knows its items", ONE("answers = 0..4\n" ITEMS "[scale t]\nitems = a b c d\n" SUM),
      AT("12:9") "unknown item 'd'; add [item d], or take it out [cfg-unknown-name]\n" },
    { "lists an item once", ONE("answers = 0..4\n" ITEMS "[scale t]\nitems = a b c a\n" SUM),
      AT("12:9") "item 'a' stands twice in this scale; list it once [cfg-list]\n" },
    { "wants items", ONE("answers = 0..4\n" ITEMS "[scale t]\n" SUM), NULL },
    { "wants a scoring module", ONE("answers = 0..4\n" ITEMS SCALE),
      AT("11:1") "[scale t] has no 'scoring'; add scoring = ... (The scoring module: its id, or a "
                 "path to a shared object.) [cfg-missing-key]\n" },
    { "wants bands to rise",
      ONE("answers = 0..4\n" ITEMS SCALE SUM "bands = 0 low, 5 mid, 5 high\n"),
      AT("14:9") "band 'high' does not start above 'mid'; give the lower edges in rising order "
                 "[cfg-band-order]\n" },
    { "wants bands of different names",
      ONE("answers = 0..4\n" ITEMS SCALE SUM "bands = 0 low, 5 mid, 7 low\n"),
      AT("14:9") "two bands are called 'low'; give each its own name [cfg-band-name]\n" },
    { "wants an edge", ONE("answers = 0..4\n" ITEMS SCALE SUM "bands = low, 5 mid\n"),
      AT("14:9") "band 1 is no lower edge with a name behind it, as in 5 mild; put commas between "
                 "bands [cfg-band]\n" },
    { "wants a name", ONE("answers = 0..4\n" ITEMS SCALE SUM "bands = 0 low, 5\n"),
      AT("14:9") "band 2 is no lower edge with a name behind it, as in 5 mild; put commas between "
                 "bands [cfg-band]\n" },
    { "wants no comma behind the last", ONE("answers = 0..4\n" ITEMS SCALE SUM "bands = 0 low,\n"),
      AT("14:9") "band 2 is no lower edge with a name behind it, as in 5 mild; put commas between "
                 "bands [cfg-band]\n" },
    { "wants commas between bands, and not nothing",
      ONE("answers = 0..4\n" ITEMS SCALE SUM "bands = 0 fine 3 middling 6 bad\n"),
      AT("14:9") "band 1 would be called 'fine 3 middling 6 bad', with '3' in its name; put commas "
                 "between bands, as in 0 minimal, 5 mild [cfg-band]\n" },
    { "wants commas between bands, and no semicolons",
      ONE("answers = 0..4\n" ITEMS SCALE SUM "bands = 0 low, 2 fine; 6 bad\n"),
      AT("14:9") "band 2 would be called 'fine; 6 bad', with ';' in its name; put commas between "
                 "bands, as in 0 minimal, 5 mild [cfg-band]\n" },
    { "wants one value for each item", ONE("answers = 0..4\n" ITEMS SCALE SUM "weights = 1 2\n"),
      AT("14:11") "weights has 2 values for 3 items; give one for each item [cfg-per-item]\n" },
    { "names the module's keys among the known",
      ONE("answers = 0..4\n" ITEMS SCALE SUM "weight = 1 2 3\n"),
      AT("14:1") "unknown key 'weight' in [scale t]; did you mean 'weights'? [cfg-unknown-key]\n" },
    { "refuses two scales of one name", ONE("answers = 0..4\n" ITEMS SCALE SUM SCALE SUM), NULL },
    { "refuses a section nobody knows", ONE("answers = 0..4\n" ITEMS SCALE SUM "[scales u]\n"),
      AT("14:1") "unknown section [scales]; did you mean 'scale'? [cfg-unknown-section]\n" },
    { "refuses a plugin's section without the plugin",
      ONE("answers = 0..4\n" ITEMS SCALE SUM "[profile p]\n"), NULL },
    { "wants the scales its plugin needs",
      ONE("plugin = ./puppet.so\nanswers = 0..4\n" ITEMS SCALE SUM),
      AT("1:1") "plugin fake needs a [scale wanted]; add it [cfg-scale]\n" },
    { "wants a scale to differ from an item's columns",
      ONE("answers = 0..4\n" ITEMS SCALE SUM "bands = 0 low\n[scale t_band]\nitems = a\n" SUM),
      NULL },
};

static void refuses_what_it_does_not_understand(void)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        trial *t = try_out(&(given){ .one = wrong[i].one });
        KEPT(t->outcome == RAPPORT_BAD_CONFIG, wrong[i].promise);
        if (wrong[i].told)
            KEPT(strcmp(t->told, wrong[i].told) == 0, wrong[i].promise);
        if (wrong[i].told)
            SAME_TEXT(t->told, wrong[i].told);
        trial_free(t);
    }
}

static void names_every_mistake_at_once(void)
{
    trial *t = try_out(&(given){
        .one = ONE("colour = red\n[item a]\n[scale t]\nitems = a b\nneeded = most\nbands = x\n"
                   "scoring = ./none.so\n") });
    int lines = 0;
    for (const char *at = t->told; (at = strchr(at, '\n')); at++)
        lines++;
    CU_ASSERT_EQUAL(lines, 6);
    CU_ASSERT_EQUAL(t->outcome, RAPPORT_BAD_CONFIG); /* before the plugin */
    trial_free(t);
}

/* A pipeline changes an instrument for one stage, and every key stays checked. */
static void takes_changes_from_the_pipeline(void)
{
    static const char pipeline[] =
        "[pipeline]\nstages = s v\nrespondent = id\n[stage s]\ninstrument = ./one.ini\n"
        "answers = 0..9\n[stage s scale t]\nneeded = 1\n[stage s item a]\ncolumn = other\n"
        "[stage v]\ninstrument = ./one.ini\n";
    trial *t = try_out(&(given){ .pipeline = pipeline,
                                 .one = ONE("answers = 0..4\n" ITEMS SCALE SUM),
                                 .set = { "stage.v.scale.t.needed=2" } });
    SAME_TEXT(t->told, "");
    const instrument *s = &t->plan.stage[0].instrument, *v = &t->plan.stage[1].instrument;
    CU_ASSERT_EQUAL(s->item[0].shown.high, 9);
    CU_ASSERT_EQUAL(v->item[0].shown.high, 4);
    CU_ASSERT_EQUAL(s->scale[0].needed.count, 1);
    CU_ASSERT_EQUAL(v->scale[0].needed.count, 2);
    SAME_TEXT(s->item[0].column, "other");
    SAME_TEXT(v->item[0].column, "a");
    trial_free(t);
    t = try_out(&(given){ .pipeline = "[pipeline]\nstages = s\nrespondent = id\n[stage s]\n"
                                      "instrument = ./one.ini\nanswer = 0..9\n"
                                      "[stage s scale t]\nneed = 1\n[stage s item z]\n",
                          .one = ONE("answers = 0..4\n" ITEMS SCALE SUM) });
    CU_ASSERT_PTR_NOT_NULL(strstr(t->told, "run.ini:6:1: unknown key 'answer' in"));
    CU_ASSERT_PTR_NOT_NULL(strstr(t->told, "run.ini:8:1: unknown key 'need' in"));
    CU_ASSERT_PTR_NOT_NULL(strstr(t->told, "run.ini:9:1: item 'z' is in no scale"));
    trial_free(t);
}

int main(void)
{
    static const promise promises[] = {
        { "understands what is written", understands_what_is_written },
        { "refuses what it does not understand", refuses_what_it_does_not_understand },
        { "names every mistake at once", names_every_mistake_at_once },
        { "takes changes from the pipeline", takes_changes_from_the_pipeline },
    };

    scratch_begin();
    hold();
    return RUN("instrument", promises);
}
