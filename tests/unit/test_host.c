/* test_host.c - what a plugin asks of the host it gets, and what it does to rows stays its own. */
#include "pipeline/host.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "pipeline/call.h"
#include "run.h"
#include "scratch.h"
#include "trial.h"

/* ---- one instrument plugin and one scoring module, of the test's own ----------------------- */

static rapport_instrument plugin;
static rapport_scoring scoring;

static void hold(void)
{
    static const rapport_scoring *const scorings[] = { &scoring, NULL };
    static const rapport_instrument *const instruments[] = { &plugin, NULL };
    static const rapport_module module = { .size = sizeof module,
                                           .scoring = scorings,
                                           .instrument = instruments };
    puppet_hold(&module);
}

static rapport_status score_first(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < in->rows; row++)
        out->number[0][row] = in->keyed[0][row];
    return RAPPORT_OK;
}

static rapport_status do_nothing(void *self, const rapport_batch *batch, rapport_output *out)
{
    (void)self, (void)batch, (void)out;
    return RAPPORT_OK;
}

/* Both as plain as can be. */
static void begin(void)
{
    scoring = (rapport_scoring){ .size = sizeof scoring,
                                 .id = "first",
                                 .version = "1.0.0",
                                 .title = "First",
                                 .doc = "The first answer.",
                                 .score = score_first };
    plugin = (rapport_instrument){ .size = sizeof plugin,
                                   .id = "fake",
                                   .version = "1.0.0",
                                   .title = "Fake",
                                   .doc = "A plugin for a test.",
                                   .flags = RAPPORT_WANTS_ITEMS,
                                   .process = do_nothing };
    hold();
}

#define USE "plugin = ./puppet.so\nanswers = 0..4\n"
#define FIRST "scoring = ./puppet.so\n"
#define SCALE "[item a]\n[scale t]\nitems = a\n" FIRST

static trial *try_table(const char *one, const char *table)
{
    return try_out(&(given){ .one = one, .table = table });
}

static void expect(trial *t, const char *told, const char *report, const char *found)
{
    SAME_TEXT(t->told, told);
    SAME_TEXT(t->report, report);
    SAME_TEXT(t->found, found);
    trial_free(t);
}

/* ---- settings and sections ------------------------------------------------------------------- */

static char asked[4096]; /* what the plugin was answered, last */

static void note(const char *name, const rapport_value *v)
{
    size_t used = strlen(asked);
    int n = snprintf(asked + used, sizeof asked - used, "%s=%u", name, v ? v->count : 999);
    for (uint32_t i = 0; v && i < v->count; i++)
        n += snprintf(asked + used + n, sizeof asked - used - (size_t)n, ":%g", v->real[i]);
    snprintf(asked + used + n, sizeof asked - used - (size_t)n, " ");
}

static void note_word(const char *name, const rapport_value *v)
{
    size_t used = strlen(asked);
    snprintf(asked + used, sizeof asked - used, "%s=%s ", name,
             v ? v->count ? v->word[0] : "none" : "undeclared");
}

static void note_text(const char *text)
{
    size_t used = strlen(asked);
    snprintf(asked + used, sizeof asked - used, "%s ", text ? text : "-");
}

static rapport_status ask_settings(const rapport_host *h, void **self)
{
    (void)self;
    asked[0] = 0;
    note("cut", h->setting(h->self, NULL, NULL, "cut"));
    note("open", h->setting(h->self, NULL, NULL, "open"));
    note("many", h->setting(h->self, NULL, NULL, "many"));
    note_word("mode", h->setting(h->self, NULL, NULL, "mode"));
    note_word("other", h->setting(h->self, NULL, NULL, "other"));
    for (uint32_t i = 0; h->section(h->self, "profile", i); i++) {
        const char *name = h->section(h->self, "profile", i);
        note_text(name);
        note_word("note", h->setting(h->self, "profile", name, "note"));
    }
    note_text(h->section(h->self, "nothing", 0));
    note_word("weight.a", h->setting(h->self, "item", "a", "weight"));
    note_word("weight.b", h->setting(h->self, "item", "b", "weight"));
    note_word("weight.c", h->setting(h->self, "item", "c", "weight"));
    note_word("label.t", h->setting(h->self, "scale", "t", "label"));
    note_word("label.", h->setting(h->self, "scale", NULL, "label"));
    note_word("", h->setting(h->self, NULL, NULL, NULL));
    return RAPPORT_OK;
}

static const rapport_setting keys[] = {
    { .name = "cut", .fallback = "2.5", .doc = "A cut-off.", .type = RAPPORT_REAL },
    { .name = "open", .fallback = "", .doc = "May be left out.", .type = RAPPORT_YES_NO },
    { .name = "many",
      .fallback = "",
      .doc = "A list.",
      .type = RAPPORT_WHOLE,
      .flags = RAPPORT_LISTED },
    { .name = "mode", .fallback = "b", .choices = "a|b", .doc = "A mode.", .type = RAPPORT_WORD },
    { .name = "note",
      .section = "profile",
      .fallback = "",
      .doc = "A note.",
      .type = RAPPORT_WORD },
    { .name = "weight",
      .section = "item",
      .fallback = "w",
      .doc = "A word.",
      .type = RAPPORT_WORD },
    { .name = "label", .section = "scale", .fallback = "", .doc = "A word.", .type = RAPPORT_WORD },
};

static void answers_for_settings(void)
{
    begin();
    plugin.settings = (rapport_list)RAPPORT_LIST(keys);
    plugin.bind = ask_settings;
    expect(try_table(ONE(USE "mode = a\nmany = 3 1 2\n[item a]\nweight = heavy\n[item b]\n"
                             "[scale t]\nitems = a b\nlabel = L\n" FIRST
                             "[profile two]\nnote = second\n[profile one]\n"),
                     "id,a,b\n"),
           "", "", "");
    SAME_TEXT(asked, "cut=1:2.5 open=0 many=3:3:1:2 mode=a other=undeclared two note=second one "
                     "note=none - weight.a=heavy weight.b=w weight.c=undeclared label.t=L "
                     "label.=undeclared =undeclared ");
}

/* A scoring module asks for keys of its own scale. */
static rapport_status ask_of_scale(const rapport_host *h, const rapport_scale *scale, void **self)
{
    size_t used = strlen(asked);
    (void)self;
    snprintf(asked + used, sizeof asked - used, "%s:%u ", scale->id, scale->items);
    note("weights", h->setting(h->self, NULL, NULL, "weights"));
    note_word("needed", h->setting(h->self, NULL, NULL, "needed"));
    note_text(h->scale(h->self, 0) ? h->scale(h->self, 0)->id : NULL);
    return RAPPORT_OK;
}

static void answers_for_a_scales_own_settings(void)
{
    static const rapport_setting of_scale[] = {
        { .name = "weights",
          .doc = "One for each item.",
          .type = RAPPORT_REAL,
          .flags = RAPPORT_PER_ITEM },
    };
    begin();
    scoring.settings = (rapport_list)RAPPORT_LIST(of_scale);
    scoring.bind = ask_of_scale;
    asked[0] = 0;
    const char *one = ONE("answers = 0..4\n[item a]\n[item b]\n[scale t]\nitems = a\nweights = 2\n"
                          "needed = 1\n" FIRST "[scale u]\nitems = b a\nweights = 3 4\n" FIRST);
    trial *t = try_out(&(given){ .one = one }); /* checked: bound once */
    SAME_TEXT(t->told, "");
    trial_free(t);
    SAME_TEXT(asked, "t:1 weights=1:2 needed=1 t u:2 weights=2:3:4 needed=all t ");
}

/* ---- items and scales --------------------------------------------------------------------- */

static const rapport_item *seen_item;
static const rapport_scale *seen_scale;
static rapport_port seen_port;

static rapport_status ask_items(const rapport_host *h, void **self)
{
    *self = (void *)(uintptr_t)h;
    CU_ASSERT_EQUAL(h->size, sizeof *h);
    CU_ASSERT_EQUAL(h->minor, RAPPORT_MINOR);
    CU_ASSERT_PTR_NULL(h->extension(h->self, "anything/1"));
    seen_item = h->item(h->self, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(seen_item);
    CU_ASSERT_PTR_EQUAL(seen_item, h->item_named(h->self, "b"));
    CU_ASSERT_PTR_NULL(h->item(h->self, 2));
    CU_ASSERT_PTR_NULL(h->item_named(h->self, "c"));
    SAME_TEXT(seen_item->id, "b");
    SAME_TEXT(seen_item->text, "How?");
    CU_ASSERT_EQUAL(seen_item->size, sizeof *seen_item);
    CU_ASSERT_EQUAL(seen_item->reverse, 1);
    CU_ASSERT_EQUAL(seen_item->low, 1);
    CU_ASSERT_EQUAL(seen_item->high, 7);
    CU_ASSERT_EQUAL(seen_item->critical_low, 6);
    CU_ASSERT_EQUAL(seen_item->critical_high, 7);
    CU_ASSERT_TRUE(isnan(h->item(h->self, 0)->critical_low));
    CU_ASSERT_PTR_NULL(h->item(h->self, 0)->text);
    seen_scale = h->scale(h->self, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(seen_scale);
    CU_ASSERT_PTR_EQUAL(seen_scale, h->scale_named(h->self, "u"));
    CU_ASSERT_PTR_NULL(h->scale(h->self, 2));
    CU_ASSERT_PTR_NULL(h->scale_named(h->self, "v"));
    CU_ASSERT_EQUAL(seen_scale->items, 2);
    SAME_TEXT(seen_scale->item[0]->id, "b");
    SAME_TEXT(seen_scale->item[1]->id, "a");
    CU_ASSERT_EQUAL(h->scale(h->self, 0)->band, RAPPORT_ABSENT);
    CU_ASSERT_NOT_EQUAL(seen_scale->band, RAPPORT_ABSENT);
    return RAPPORT_OK;
}

/* Answer as given, score and band of one scale, as the ports say. */
static rapport_status give_back(void *self, const rapport_batch *batch, rapport_output *out)
{
    CU_ASSERT_PTR_NOT_NULL(self);
    CU_ASSERT_EQUAL(batch->size, sizeof *batch);
    for (uint32_t row = 0; row < batch->rows; row++) {
        out->number[0][row] = batch->number[seen_item->port][row];
        out->number[1][row] = batch->number[seen_scale->score][row];
        out->number[2][row] = batch->category[seen_scale->band][row];
    }
    return RAPPORT_OK;
}

static const rapport_field three_numbers[] = {
    { .name = "one", .doc = "A number.", .type = RAPPORT_NUMBER },
    { .name = "two",
      .doc = "A number.",
      .type = RAPPORT_NUMBER,
      .flags = RAPPORT_ROUNDED,
      .decimals = 0 },
    { .name = "three",
      .doc = "A number.",
      .type = RAPPORT_NUMBER,
      .flags = RAPPORT_ROUNDED,
      .decimals = 15 },
};

static void shows_items_and_scales(void)
{
    begin();
    plugin.outputs = (rapport_list)RAPPORT_LIST(three_numbers);
    plugin.bind = ask_items;
    plugin.process = give_back;
    expect(try_table(ONE(USE "[item a]\n[item b]\nanswers = 1..7\nreverse = yes\ntext = How?\n"
                             "critical = 6..7\n[scale t]\nitems = a\n" FIRST
                             "[scale u]\nitems = b a\nbands = 0 low, 4 high\n" FIRST),
                     "id,a,b\nx,1,2\nx,0,6\nx,1,\n"),
           "",
           "x,1.00,6.00,high,2.00,6,1.000000000000000,ok,\n"
           "x,0.00,2.00,low,6.00,2,0.000000000000000,ok,\n"
           "x,1.00,,,,,-1.000000000000000,ok,\n",
           "");
}

static rapport_status see_item_port(const rapport_host *h, void **self)
{
    (void)self;
    seen_port = h->item(h->self, 0)->port;
    return RAPPORT_OK;
}

static void gives_answers_to_those_who_want_them(void)
{
    begin();
    plugin.flags = 0;
    plugin.bind = see_item_port;
    expect(try_table(ONE(USE SCALE), "id,a\n"), "", "", "");
    CU_ASSERT_EQUAL(seen_port, RAPPORT_ABSENT);
    plugin.flags = RAPPORT_WANTS_ITEMS;
    expect(try_table(ONE(USE SCALE), "id,a\n"), "", "", "");
    CU_ASSERT_NOT_EQUAL(seen_port, RAPPORT_ABSENT);
}

/* ---- inputs ------------------------------------------------------------------------------- */

static const rapport_level levels[] = { { .code = "low" }, { .code = "high" } };
static const rapport_field inputs[] = {
    { .name = "given", .doc = "Must be there.", .type = RAPPORT_NUMBER, .low = 0, .high = 10 },
    { .name = "maybe", .doc = "May be there.", .type = RAPPORT_NUMBER, .flags = RAPPORT_OPTIONAL },
    { .name = "several",
      .doc = "Any number.",
      .type = RAPPORT_NUMBER,
      .flags = RAPPORT_MANY | RAPPORT_OPTIONAL },
    { .name = "kind",
      .doc = "A category.",
      .type = RAPPORT_CATEGORY,
      .flags = RAPPORT_OPTIONAL,
      .levels = RAPPORT_LIST(levels) },
    { .name = "words", .doc = "A text.", .type = RAPPORT_TEXT, .flags = RAPPORT_OPTIONAL },
    { .name = "times",
      .doc = "A count.",
      .type = RAPPORT_NUMBER,
      .flags = RAPPORT_OPTIONAL | RAPPORT_ONLY_WHOLE,
      .low = 0,
      .high = INFINITY },
};

static rapport_port port_given, port_maybe, port_several[3], port_kind, port_words;

static rapport_status ask_inputs(const rapport_host *h, void **self)
{
    (void)self;
    port_given = h->input(h->self, "given", 0);
    CU_ASSERT_EQUAL(h->input(h->self, "given", 1), RAPPORT_ABSENT);
    CU_ASSERT_EQUAL(h->input(h->self, "undeclared", 0), RAPPORT_ABSENT);
    port_maybe = h->input(h->self, "maybe", 0);
    for (uint32_t i = 0; i < 3; i++)
        port_several[i] = h->input(h->self, "several", i);
    CU_ASSERT_EQUAL(h->input(h->self, "several", 3), RAPPORT_ABSENT);
    port_kind = h->input(h->self, "kind", 0);
    port_words = h->input(h->self, "words", 0);
    return RAPPORT_OK;
}

static const rapport_field one_text[] = {
    { .name = "seen", .doc = "What was seen.", .type = RAPPORT_TEXT },
};

static double number_at(const rapport_batch *batch, rapport_port port, uint32_t row)
{
    return port == RAPPORT_ABSENT ? -99 : batch->number[port][row];
}

static rapport_status write_inputs(void *self, const rapport_batch *batch, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < batch->rows; row++) {
        char line[128];
        const rapport_text *words = port_words == RAPPORT_ABSENT ? NULL : batch->text[port_words];
        int length = words ? words->offset[row + 1] - words->offset[row] : 1;
        snprintf(line, sizeof line, "%g %g %g %g %d %.*s", number_at(batch, port_given, row),
                 number_at(batch, port_maybe, row), number_at(batch, port_several[0], row),
                 number_at(batch, port_several[1], row),
                 port_kind == RAPPORT_ABSENT ? -99 : batch->category[port_kind][row], length,
                 words ? words->bytes + words->offset[row] : "-");
        out->text(out->self, 0, row, line, strlen(line));
    }
    return RAPPORT_OK;
}

static void begin_inputs(void)
{
    begin();
    plugin.inputs = (rapport_list)RAPPORT_LIST(inputs);
    plugin.outputs = (rapport_list)RAPPORT_LIST(one_text);
    plugin.bind = ask_inputs;
    plugin.process = write_inputs;
}

static void finds_inputs_by_their_own_names(void)
{
    begin_inputs();
    expect(try_table(ONE(USE SCALE), "id,a,given\nx,1,5\nx,1,\n"), "",
           "x,1.00,5 -99 -99 -99 -99 -,ok,\nx,1.00,nan -99 -99 -99 -99 -,ok,\n", "");
    CU_ASSERT_EQUAL(port_several[0], RAPPORT_ABSENT);
    expect(try_table(ONE(USE SCALE), "id,a,given,maybe,several,kind,words\nx,1,5,6,7,high,hm\n"),
           "", "x,1.00,5 6 7 -99 1 hm,ok,\n", "");
}

static void finds_inputs_by_the_names_given(void)
{
    begin_inputs();
    expect(try_table(ONE(USE "given = t\nmaybe = b\nseveral = c \"d e\" s_t\nkind = f\n"
                             "words = \"a note\"\n" SCALE),
                     "id,a,b,c,d e,f,a note,given\nx,1,2,3,4,low,\"one, two\",9\nx,2,,,,,,\n"),
           "./one.ini:13:9: no column '\"a note\"' in the table or from an earlier stage; did you "
           "mean 'a note'? [cfg-column]\n",
           "", "");
    expect(try_table(ONE(USE "given = t\nmaybe = b\nseveral = c \"d e\" s_t\nkind = f\n"
                             "words = a note\n" SCALE),
                     "id,a,b,c,d e,f,a note,given\nx,1,2,3,4,low,\"one, two\",9\nx,2,,,,,,\n"),
           "", "x,1.00,\"1 2 3 4 0 one, two\",ok,\nx,2.00,\"2 nan nan nan -1 \",ok,\n", "");
    CU_ASSERT_NOT_EQUAL(port_several[2], RAPPORT_ABSENT);
}

static void refuses_inputs_that_are_not_there(void)
{
    begin_inputs();
    trial *t = try_table(ONE(USE SCALE), "id,a\n");
    CU_ASSERT_EQUAL(t->outcome, RAPPORT_BAD_CONFIG);
    SAME_TEXT(t->told, "./one.ini:1:1: stage s needs a column for given, and there is none of that "
                       "name; say which: given = COLUMN [cfg-column]\n");
    trial_free(t);
    t = try_table(ONE(USE "maybe = hidden\n" SCALE), "id,a,given\n");
    CU_ASSERT_EQUAL(t->outcome, RAPPORT_BAD_CONFIG);
    CU_ASSERT_EQUAL(strncmp(t->told, "./one.ini:9:9: no column 'hidden'", 33), 0);
    trial_free(t);
}

static void takes_only_whole_numbers_for_a_count(void)
{
    begin_inputs();
    expect(try_table(ONE(USE SCALE), "id,a,given,times\nx,1,1.5,2\nx,1,1,1.5\nx,1,1,3.0\n"), "",
           "x,1.00,1.5 -99 -99 -99 -99 -,ok,\nx,,,partial,s:cell-fraction\n"
           "x,1.00,1 -99 -99 -99 -99 -,ok,\n",
           "3:4 s partial cell-fraction: times is not a whole number (allowed 0 or more); s is "
           "blank in this row\n");
}

static void judges_inputs(void)
{
    begin_inputs();
    expect(try_table(ONE(USE SCALE), "id,a,given,kind\nx,1,11,low\nx,1,5,lower\nx,1,five,\n"), "",
           "x,,,partial,s:cell-range\nx,,,partial,s:cell-category\nx,,,partial,s:cell-number\n",
           "2:3 s partial cell-range: given is above its maximum (allowed 0 to 10); s is blank in "
           "this row\n"
           "3:4 s partial cell-category: kind is none of the codes it may be; s is blank in this "
           "row\n"
           "4:3 s partial cell-number: given is not a number (allowed 0 to 10); s is blank in this "
           "row\n");
}

/* A category of an earlier stage is an index into that stage's levels, not into ours. */
static void refuses_a_category_with_other_levels(void)
{
    begin_inputs();
    static const char pipeline[] = "[pipeline]\nstages = s v\nrespondent = id\n[stage s]\n"
                                   "instrument = ./two.ini\n[stage v]\ninstrument = ./one.ini\n"
                                   "given = s_t\nkind = s_t_band\n";
    trial *t =
        try_out(&(given){ .pipeline = pipeline,
                          .one = ONE(USE),
                          .two = ONE("answers = 0..4\n" SCALE "bands = 0 none, 1 low, 2 high\n"),
                          .table = "id,a\nx,2\n" });
    CU_ASSERT_EQUAL(t->outcome, RAPPORT_BAD_CONFIG);
    CU_ASSERT_PTR_NOT_NULL(strstr(t->told, "[cfg-column-type]"));
    SAME_TEXT(t->report, "");
    trial_free(t);
    t = try_out(&(given){ .pipeline = pipeline,
                          .one = ONE(USE),
                          .two = ONE("answers = 0..4\n" SCALE "bands = 0 low, 2 high\n"),
                          .table = "id,a\nx,2\n" });
    SAME_TEXT(t->told, "");
    SAME_TEXT(t->report, "x,2.00,high,2 -99 -99 -99 1 -,ok,\n");
    trial_free(t);
}

/* ---- settings that name columns
 * ------------------------------------------------------------------ */

static rapport_status ask_columns(const rapport_host *h, void **self)
{
    const rapport_value *own = h->setting(h->self, NULL, NULL, "by"),
                        *of_item = h->setting(h->self, "item", "a", "with"),
                        *of_profile = h->setting(h->self, "profile", "p", "with");
    (void)self;
    CU_ASSERT_TRUE_FATAL(own->count == 2 && own->column && own->word);
    CU_ASSERT_TRUE_FATAL(of_profile->count == 1 && of_profile->column);
    CU_ASSERT_TRUE_FATAL(of_item->count == 1 && of_item->column);
    CU_ASSERT_PTR_NOT_NULL(own->word[1]);
    port_several[0] = own->column[1];
    port_several[1] = of_profile->column[0];
    port_given = of_item->column[0];
    return RAPPORT_OK;
}

static rapport_status write_columns(void *self, const rapport_batch *batch, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < batch->rows; row++) {
        out->number[0][row] = batch->number[port_several[0]][row];
        out->number[1][row] = batch->number[port_several[1]][row];
        out->number[2][row] = batch->number[port_given][row];
    }
    return RAPPORT_OK;
}

static void gives_ports_to_settings_that_name_columns(void)
{
    static const rapport_setting columns[] = {
        { .name = "by", .doc = "Columns.", .type = RAPPORT_COLUMN, .flags = RAPPORT_LISTED },
        { .name = "with", .section = "profile", .doc = "A column.", .type = RAPPORT_COLUMN },
        { .name = "with", .section = "item", .doc = "A column.", .type = RAPPORT_COLUMN },
    };
    begin();
    plugin.settings = (rapport_list)RAPPORT_LIST(columns);
    plugin.outputs = (rapport_list)RAPPORT_LIST(three_numbers);
    plugin.bind = ask_columns;
    plugin.process = write_columns;
    expect(try_table(ONE(USE "by = b c\n[item a]\nwith = e\n[scale t]\nitems = a\n" FIRST
                             "[profile p]\nwith = d\n"),
                     "id,a,b,c,d,e\nx,1,2,3,4,5\n"),
           "", "x,1.00,3.00,4,5.000000000000000,ok,\n", "");
    trial *t = try_table(ONE(USE "by = b z\n[item a]\nwith = e\n[scale t]\nitems = a\n" FIRST
                                 "[profile p]\nwith = y\n"),
                         "id,a,b,c,d,e\n");
    CU_ASSERT_EQUAL(t->outcome, RAPPORT_BAD_CONFIG);
    CU_ASSERT_PTR_NOT_NULL(strstr(t->told, "./one.ini:9:6: no column 'z'"));
    CU_ASSERT_PTR_NOT_NULL(strstr(t->told, "./one.ini:16:8: no column 'y'"));
    trial_free(t);
}

/* ---- memory
 * ----------------------------------------------------------------------------------------- */

static const rapport_host *kept_host;
static unsigned char *own; /* memory */

static rapport_status allocate_much(const rapport_host *h, void **self)
{
    kept_host = h;
    for (size_t bytes = 1; bytes < 5000; bytes += 7) {
        unsigned char *m = h->allocate(h->self, bytes);
        CU_ASSERT_PTR_NOT_NULL_FATAL(m);
        CU_ASSERT_EQUAL((uintptr_t)m % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < bytes; i++)
            if (m[i])
                CU_FAIL("memory is zeroed");
        memset(m, 0xaa, bytes);
    }
    own = h->allocate(h->self, 100);
    memset(own, 7, 100);
    CU_ASSERT_PTR_NULL(h->allocate(h->self, SIZE_MAX - 8));
    *self = own;
    return RAPPORT_OK;
}

static uint32_t unbound;

static void count_unbound(void *self)
{
    CU_ASSERT_PTR_EQUAL(self, own);
    CU_ASSERT_EQUAL(own[99], 7);
    unbound++;
}

static rapport_status allocate_late(void *self, const rapport_batch *batch, rapport_output *out)
{
    (void)batch, (void)out;
    CU_ASSERT_PTR_EQUAL(self, own);
    CU_ASSERT_PTR_NULL(kept_host->allocate(kept_host->self, 16));
    return RAPPORT_OK;
}

static void allocates_in_bind_alone(void)
{
    begin();
    plugin.bind = allocate_much;
    plugin.process = allocate_late;
    plugin.unbind = count_unbound;
    unbound = 0;
    expect(try_table(ONE(USE SCALE), "id,a\nx,1\n"), "", "x,1.00,ok,\n", "");
    CU_ASSERT_EQUAL(unbound, 2); /* once for the check */
}

/* ---- bind that fails
 * -------------------------------------------------------------------------------- */

static rapport_status answer; /* of bind */

static rapport_status fail_bind(const rapport_host *h, void **self)
{
    (void)h, (void)self;
    return answer;
}

static rapport_status fail_scale(const rapport_host *h, const rapport_scale *scale, void **self)
{
    (void)h, (void)scale, (void)self;
    return answer;
}

static void fail_unbind(void *self)
{
    (void)self;
    CU_FAIL("unbind is not called after a bind that failed");
}

static const struct {
    rapport_status status;
    const char *meaning;
} failures[] = {
    { RAPPORT_BAD_SETTING, "a setting or column does not fit" },
    { RAPPORT_BAD_ROWS, "the rows break a promise" },
    { RAPPORT_NOT_SUPPORTED, "it does not support this" },
    { RAPPORT_INTERNAL, "it found a bug in itself" },
    { 77, "it gives no known reason" },
    { -1, "it gives no known reason" },
};

static void stops_where_bind_fails(void)
{
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        for (int of_scale = 0; of_scale < 2; of_scale++) {
            char told[200];
            begin();
            if (of_scale) {
                scoring.bind = fail_scale;
                scoring.unbind = fail_unbind;
            } else {
                plugin.bind = fail_bind;
                plugin.unbind = fail_unbind;
            }
            answer = failures[i].status;
            trial *t = try_table(ONE(USE SCALE), "id,a\nx,1\n");
            snprintf(told, sizeof told, "./one.ini:%s: plugin %s cannot start: %s",
                     of_scale ? "12:11" : "7:10", of_scale ? "first" : "fake", failures[i].meaning);
            CU_ASSERT_EQUAL(t->outcome, RAPPORT_BAD_PLUGIN);
            KEPT(strncmp(t->told, told, strlen(told)) == 0, failures[i].meaning);
            KEPT(strstr(t->told, "; ") && strstr(t->told, " [plugin-bind]\n"),
                 "names the cure and the code");
            trial_free(t);
        }
    begin();
    plugin.bind = fail_bind;
    answer = RAPPORT_NO_MEMORY;
    trial *t = try_table(ONE(USE SCALE), "id,a\nx,1\n");
    CU_ASSERT_EQUAL(t->outcome, RAPPORT_NO_RESOURCES);
    trial_free(t);
}

/* ---- report() in bind
 * --------------------------------------------------------------------------------- */

static rapport_place where;
static const char *words;
static int severity;
static bool nowhere;

static rapport_status report_in_bind(const rapport_host *h, void **self)
{
    (void)self;
    h->report(h->self, severity, nowhere ? NULL : &where, words);
    return severity == RAPPORT_ERROR ? RAPPORT_BAD_SETTING : RAPPORT_OK;
}

static const struct {
    const char *promise, *section, *name, *setting, *place;
} places[] = {
    { "points at a setting's value", NULL, NULL, "cut", "./one.ini:9:7" },
    { "points at the section for a setting not given", NULL, NULL, "mode", "./one.ini:1:1" },
    { "points at the section for a setting nobody knows", NULL, NULL, "zz", "./one.ini:1:1" },
    { "points at the own section", NULL, NULL, NULL, "./one.ini:1:1" },
    { "points at a section's setting", "profile", "p", "note", "./one.ini:15:8" },
    { "points at a section", "profile", "p", NULL, "./one.ini:14:1" },
    { "points at an item's setting", "item", "a", "weight", "./one.ini:1:1" },
    { "points at a scale", "scale", "t", NULL, "./one.ini:11:1" },
    { "points at the stage for a section nobody knows", "profile", "q", NULL, "run.ini:4:1" },
};

static void points_at_the_file_in_bind(void)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char told[300];
        begin();
        plugin.settings = (rapport_list)RAPPORT_LIST(keys);
        plugin.bind = report_in_bind;
        severity = RAPPORT_ERROR;
        nowhere = false;
        words = "this is wrong; do that";
        where = (rapport_place){ .section = places[i].section,
                                 .name = places[i].name,
                                 .setting = places[i].setting,
                                 .row = -1,
                                 .port = RAPPORT_ABSENT };
        trial *t = try_table(
            ONE(USE "cut = 3\n[item a]\n[scale t]\nitems = a\n" FIRST "[profile p]\nnote = n\n"),
            "id,a\nx,1\n");
        const char *place = places[i].place;
        if (places[i].section && strcmp(places[i].section, "item") == 0)
            place = "./one.ini:10:1"; /* weight is not given there */
        snprintf(told, sizeof told, "%s: this is wrong; do that [plugin-fake]\n", place);
        KEPT(strcmp(t->told, told) == 0, places[i].promise);
        SAME_TEXT(t->told, told);
        CU_ASSERT_EQUAL(t->outcome, RAPPORT_BAD_CONFIG);
        trial_free(t);
    }
}

static void takes_words_without_a_place(void)
{
    begin();
    plugin.bind = report_in_bind;
    severity = RAPPORT_ERROR;
    nowhere = true;
    words = "no place; do that";
    expect(try_table(ONE(USE SCALE), "id,a\nx,1\n"),
           "run.ini:4:1: no place; do that [plugin-fake]\n", "", "");
    severity = RAPPORT_WARNING;
    words = "mind this;\nand \x1b[31mthat";
    trial *t = try_table(ONE(USE SCALE), "id,a\nx,1\n");
    SAME_TEXT(t->told, "");
    SAME_TEXT(t->notes, "s: mind this;?and ?[31mthat\n");
    SAME_TEXT(t->report, "x,1.00,ok,\n");
    trial_free(t);
    words = NULL;
    t = try_table(ONE(USE SCALE), "id,a\nx,1\n");
    SAME_TEXT(t->notes, "s: \n");
    trial_free(t);
}

/* An error that bind itself takes back by answering OK stops the run all the same. */
static rapport_status report_and_go_on(const rapport_host *h, void **self)
{
    (void)self;
    h->report(h->self, RAPPORT_ERROR, NULL, "this is wrong; do that");
    return RAPPORT_OK;
}

static void stops_at_an_error_whatever_bind_answers(void)
{
    begin();
    plugin.bind = report_and_go_on;
    expect(try_table(ONE(USE SCALE), "id,a\nx,1\n"),
           "run.ini:4:1: this is wrong; do that [plugin-fake]\n", "", "");
}

/* ---- report() about rows
 * --------------------------------------------------------------------------------- */

static rapport_port port_a;

static rapport_status know_a(const rapport_host *h, void **self)
{
    kept_host = h;
    port_a = h->item(h->self, 0)->port;
    (void)self;
    return RAPPORT_OK;
}

/* Warns of 1, gives 2 up, notes 3, and gives every row a number. */
static rapport_status say_of_rows(void *self, const rapport_batch *batch, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < batch->rows; row++) {
        rapport_place at = { .row = row, .port = RAPPORT_ABSENT };
        double given = batch->number[port_a][row];
        out->number[0][row] = given;
        if (given == 1)
            kept_host->report(kept_host->self, RAPPORT_WARNING, &at, "odd \"one\"; look");
        if (given == 2) {
            at.port = port_a;
            kept_host->report(kept_host->self, RAPPORT_ERROR, &at, "no good; ask");
        }
        if (given == 3)
            kept_host->report(kept_host->self, RAPPORT_NOTE, &at, "by the way");
    }
    const rapport_place beyond = { .row = batch->rows, .port = RAPPORT_ABSENT },
                        before = { .row = -1, .port = RAPPORT_ABSENT };
    kept_host->report(kept_host->self, RAPPORT_ERROR, &beyond, "nowhere");
    kept_host->report(kept_host->self, RAPPORT_ERROR, &before, "nowhere");
    kept_host->report(kept_host->self, RAPPORT_ERROR, NULL, "nowhere");
    return RAPPORT_OK;
}

static const rapport_field one_number[] = {
    { .name = "out", .doc = "A number.", .type = RAPPORT_NUMBER, .low = 0, .high = 3 },
};

static const char *const batches[] = { "run.batch=1", "run.batch=2", "run.batch=3",
                                       "run.batch=1024" };

/* The same, whatever the batch. */
static void expect_in_every_batch(const char *one, const char *table, const char *report,
                                  const char *found)
{
    for (size_t i = 0; i < sizeof batches / sizeof *batches; i++)
        for (int records = 0; records < 3; records++) {
            char cut[40];
            snprintf(cut, sizeof cut, "run.chunk_records=%d", records);
            expect(try_out(&(given){ .one = one, .table = table, .set = { batches[i], cut } }), "",
                   report, found);
        }
}

static void lists_what_is_said_of_rows(void)
{
    begin();
    plugin.outputs = (rapport_list)RAPPORT_LIST(one_number);
    plugin.bind = know_a;
    plugin.process = say_of_rows;
    expect_in_every_batch(
        ONE(USE SCALE), "id,a\nu,0\nv,1\nw,2\nx,3\ny,1\n",
        "u,0.00,0.00,ok,\nv,1.00,1.00,ok,s:plugin-warning\nw,,,partial,s:plugin-row\n"
        "x,3.00,3.00,ok,\ny,1.00,1.00,ok,s:plugin-warning\n",
        "3 s warning plugin-warning: odd \"one\"; look\n"
        "4:2 s partial plugin-row: a: no good; ask; s is blank in this row\n"
        "6 s warning plugin-warning: odd \"one\"; look\n");
}

/* ---- calls that fail
 * ---------------------------------------------------------------------------------------- */

/* Warns of 1, fails on 2, after having written to every row before. */
static rapport_status fail_on_two(void *self, const rapport_batch *batch, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < batch->rows; row++) {
        const rapport_place at = { .row = row, .port = RAPPORT_ABSENT };
        double given = batch->number[port_a][row];
        if (given == 1)
            kept_host->report(kept_host->self, RAPPORT_WARNING, &at, "odd; look");
        out->number[0][row] = given;
        if (given == 2)
            return RAPPORT_BAD_ROWS;
    }
    return RAPPORT_OK;
}

#define FIVE "id,a\nu,0\nv,1\nw,2\nx,2\ny,1\n"
#define FAILED(line, who)                                                                          \
    line " s partial plugin-failed: " who " failed on this row; s is blank in this row\n"
#define FIVE_FOUND(who)                                                                            \
    "3 s warning plugin-warning: odd; look\n" FAILED("4", who)                                     \
        FAILED("5", who) "6 s warning plugin-warning: odd; look\n"

static void loses_the_rows_a_plugin_fails_on_and_no_others(void)
{
    begin();
    plugin.outputs = (rapport_list)RAPPORT_LIST(one_number);
    plugin.bind = know_a;
    plugin.process = fail_on_two;
    expect_in_every_batch(ONE(USE SCALE), FIVE,
                          "u,0.00,0.00,ok,\nv,1.00,1.00,ok,s:plugin-warning\n"
                          "w,,,partial,s:plugin-failed\nx,,,partial,s:plugin-failed\n"
                          "y,1.00,1.00,ok,s:plugin-warning\n",
                          FIVE_FOUND("fake"));
}

static rapport_status know_host(const rapport_host *h, const rapport_scale *scale, void **self)
{
    (void)scale, (void)self;
    kept_host = h;
    return RAPPORT_OK;
}

static rapport_status score_but_two(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < in->rows; row++) {
        const rapport_place at = { .row = row, .port = RAPPORT_ABSENT };
        if (in->keyed[0][row] == 1)
            kept_host->report(kept_host->self, RAPPORT_WARNING, &at, "odd; look");
        out->number[0][row] = in->keyed[0][row];
        out->denominator[row] = 2;
        if (in->keyed[0][row] == 2)
            return RAPPORT_INTERNAL;
    }
    return RAPPORT_OK;
}

static void loses_the_rows_a_scoring_module_fails_on_and_no_others(void)
{
    begin();
    scoring.bind = know_host;
    scoring.score = score_but_two;
    expect_in_every_batch(ONE("answers = 0..4\n" SCALE), FIVE,
                          "u,0.00,ok,\nv,0.50,ok,s:plugin-warning\n"
                          "w,,partial,s:plugin-failed\nx,,partial,s:plugin-failed\n"
                          "y,0.50,ok,s:plugin-warning\n",
                          FIVE_FOUND("first"));
}

/* A row on which two scales of a stage fail is lost once. */
static void says_once_that_a_row_is_lost(void)
{
    begin();
    scoring.bind = know_host;
    scoring.score = score_but_two;
    expect_in_every_batch(ONE("answers = 0..4\n" SCALE "[scale u]\nitems = a\n" FIRST),
                          "id,a\nw,2\nx,0\n", "w,,,partial,s:plugin-failed\nx,0.00,0.00,ok,\n",
                          FAILED("2", "first"));
}

/* Fails on the whole and on no row alone: nothing is lost. */
static rapport_status fail_on_several(void *self, const rapport_batch *batch, rapport_output *out)
{
    (void)self;
    if (batch->rows > 1)
        return RAPPORT_INTERNAL;
    out->number[0][0] = batch->number[port_a][0];
    return RAPPORT_OK;
}

static void loses_nothing_where_single_rows_work(void)
{
    begin();
    plugin.outputs = (rapport_list)RAPPORT_LIST(one_number);
    plugin.bind = know_a;
    plugin.process = fail_on_several;
    expect_in_every_batch(ONE(USE SCALE), "id,a\nu,0\nv,1\nw,2\n",
                          "u,0.00,0.00,ok,\nv,1.00,1.00,ok,\nw,2.00,2.00,ok,\n", "");
}

/* ---- outputs
 * --------------------------------------------------------------------------------------------------
 */

static rapport_status leave_range(void *self, const rapport_batch *batch, rapport_output *out)
{
    static const double given[] = { -0.5, 3, 3.5, INFINITY, -INFINITY, NAN, 0 };
    (void)self;
    for (uint32_t row = 0; row < batch->rows; row++)
        out->number[0][row] = given[(int)batch->number[port_a][row]];
    return RAPPORT_OK;
}

static void holds_numbers_to_their_range(void)
{
    begin();
    plugin.outputs = (rapport_list)RAPPORT_LIST(one_number);
    plugin.bind = know_a;
    plugin.process = leave_range;
    expect_in_every_batch(
        ONE("plugin = ./puppet.so\nanswers = 0..6\n" SCALE),
        "id,a\nt,0\nu,1\nv,2\nw,3\nx,4\ny,5\nz,6\n",
        "t,,,partial,s:plugin-range\nu,1.00,3.00,ok,\nv,,,partial,s:plugin-range\n"
        "w,3.00,,ok,s:plugin-infinite\nx,4.00,,ok,s:plugin-infinite\ny,5.00,,ok,\nz,6.00,0.00,ok,"
        "\n",
        "2 s partial plugin-range: s_out was given by the plugin outside the range its table "
        "promises (allowed 0 to 3); s is blank in this row\n"
        "4 s partial plugin-range: s_out was given by the plugin outside the range its table "
        "promises (allowed 0 to 3); s is blank in this row\n"
        "5 s warning plugin-infinite: s_out was given by the plugin as an infinite number, and is "
        "blank\n"
        "6 s warning plugin-infinite: s_out was given by the plugin as an infinite number, and is "
        "blank\n");
}

/* Nobody else's process, so nothing can be forgotten but the run. */
static rapport_status write_behind(void *self, const rapport_batch *batch, rapport_output *out)
{
    (void)self;
    out->number[0][batch->rows] = 0;
    return RAPPORT_OK;
}

static void ends_where_a_plugin_writes_beyond_its_outputs(void)
{
    begin();
    plugin.outputs = (rapport_list)RAPPORT_LIST(one_number);
    plugin.bind = know_a;
    plugin.process = write_behind;
    trial *t = try_table(ONE(USE SCALE), "id,a\nu,0\nv,1\n");
    CU_ASSERT_EQUAL(t->outcome, RAPPORT_PLUGIN_FAILED);
    SAME_TEXT(t->error.text,
              "t.csv:2: plugin fake of stage s wrote beyond its outputs on a record from here on; "
              "mend it, or have it lose these rows alone with isolation = process; an older report "
              "is untouched [plugin-wrote]");
    trial_free(t);
}

static rapport_status leave_levels(void *self, const rapport_batch *batch, rapport_output *out)
{
    static const int32_t given[] = { 0, 1, 2, -1, -2, INT32_MAX, INT32_MIN };
    (void)self;
    for (uint32_t row = 0; row < batch->rows; row++)
        out->category[0][row] = given[(int)batch->number[port_a][row]];
    return RAPPORT_OK;
}

static void holds_categories_to_their_levels(void)
{
    static const rapport_field kind[] = {
        { .name = "kind",
          .doc = "A category.",
          .type = RAPPORT_CATEGORY,
          .levels = RAPPORT_LIST(levels) },
    };
    begin();
    plugin.outputs = (rapport_list)RAPPORT_LIST(kind);
    plugin.bind = know_a;
    plugin.process = leave_levels;
    trial *t = try_table(ONE("plugin = ./puppet.so\nanswers = 0..6\n" SCALE),
                         "id,a\nt,0\nu,1\nv,2\nw,3\nx,4\ny,5\nz,6\n");
    SAME_TEXT(t->report, "t,0.00,low,ok,\nu,1.00,high,ok,\nv,,,partial,s:plugin-range\n"
                         "w,3.00,,ok,\nx,,,partial,s:plugin-range\ny,,,partial,s:plugin-range\n"
                         "z,,,partial,s:plugin-range\n");
    trial_free(t);
}

static rapport_status write_backwards(void *self, const rapport_batch *batch, rapport_output *out)
{
    (void)self;
    CU_ASSERT_PTR_NULL(out->denominator);
    CU_ASSERT_PTR_NULL(out->number[0]);
    for (uint32_t row = batch->rows; row-- > 0;) {
        char line[32];
        int length = snprintf(line, sizeof line, "a is \"%g\"", batch->number[port_a][row]);
        CU_ASSERT_EQUAL(out->text(out->self, 0, row, "a first, longer thought", 23), RAPPORT_OK);
        CU_ASSERT_EQUAL(out->text(out->self, 1, row, "x", 1), RAPPORT_OK);
        CU_ASSERT_EQUAL(out->text(out->self, 0, row, line, (size_t)length), RAPPORT_OK);
        if (batch->number[port_a][row] == 1)
            CU_ASSERT_EQUAL(out->text(out->self, 1, row, NULL, 0), RAPPORT_OK);
        memset(line, '!', sizeof line); /* the bytes were copied */
    }
    CU_ASSERT_EQUAL(out->text(out->self, 0, batch->rows, "x", 1), RAPPORT_NOT_SUPPORTED);
    CU_ASSERT_EQUAL(out->text(out->self, 3, 0, "x", 1), RAPPORT_NOT_SUPPORTED);
    CU_ASSERT_EQUAL(out->text(out->self, 2, 0, "x", 1), RAPPORT_NOT_SUPPORTED);
    CU_ASSERT_EQUAL(out->text(out->self, UINT32_MAX, 0, "x", 1), RAPPORT_NOT_SUPPORTED);
    return RAPPORT_OK;
}

static const rapport_field texts[] = {
    { .name = "long", .doc = "A text.", .type = RAPPORT_TEXT },
    { .name = "short", .doc = "A text.", .type = RAPPORT_TEXT },
    { .name = "number", .doc = "A number.", .type = RAPPORT_NUMBER },
};

static void lets_the_last_text_stand(void)
{
    begin();
    plugin.outputs = (rapport_list)RAPPORT_LIST(texts);
    plugin.bind = know_a;
    plugin.process = write_backwards;
    expect_in_every_batch(ONE(USE SCALE), "id,a\nu,0\nv,1\nw,2\n",
                          "u,0.00,\"a is \"\"0\"\"\",x,,ok,\nv,1.00,\"a is \"\"1\"\"\",,,ok,\n"
                          "w,2.00,\"a is \"\"2\"\"\",x,,ok,\n",
                          "");
}

static rapport_status write_formulas(void *self, const rapport_batch *batch, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < batch->rows; row++) {
        const bool number = batch->number[port_a][row] == 0;
        out->text(out->self, 0, row, number ? "-1.5" : "=1+1", 4);
    }
    return RAPPORT_OK;
}

static void guards_texts_that_are_formulas(void)
{
    begin();
    plugin.outputs = (rapport_list)RAPPORT_LIST(one_text);
    plugin.bind = know_a;
    plugin.process = write_formulas;
    expect_in_every_batch(ONE(USE SCALE), "id,a\nu,0\nv,1\n", "u,0.00,-1.5,ok,\nv,1.00,'=1+1,ok,\n",
                          "");
}

/* A text goes into the report only as what a report can hold. */
static rapport_status write_bytes(void *self, const rapport_batch *batch, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < batch->rows; row++)
        out->text(out->self, 0, row, "a\0b\xff", 4);
    return RAPPORT_OK;
}

static void keeps_out_bytes_no_report_can_hold(void)
{
    begin();
    plugin.outputs = (rapport_list)RAPPORT_LIST(one_text);
    plugin.process = write_bytes;
    trial *t = try_table(ONE(USE SCALE), "id,a\nu,0\n");
    CU_ASSERT_PTR_NULL(strchr(t->report, '\xff'));
    CU_ASSERT_EQUAL(strlen(t->report) + 1, t->report_text.length); /* and no NUL */
    trial_free(t);
}

static rapport_status fail_with_text(void *self, const rapport_batch *batch, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < batch->rows; row++) {
        out->text(out->self, 0, row, "x", 1);
        if (batch->number[port_a][row] == 2)
            return RAPPORT_BAD_ROWS;
    }
    return RAPPORT_OK;
}

static void blanks_texts_of_lost_rows(void)
{
    begin();
    plugin.outputs = (rapport_list)RAPPORT_LIST(one_text);
    plugin.bind = know_a;
    plugin.process = fail_with_text;
    expect_in_every_batch(ONE(USE SCALE), "id,a\nu,0\nv,2\nw,1\n",
                          "u,0.00,x,ok,\nv,,,partial,s:plugin-failed\nw,1.00,x,ok,\n",
                          FAILED("3", "fake"));
}

/* ---- further outputs
 * --------------------------------------------------------------------------------------------- */

static uint32_t added[2];
static rapport_status add_answer;

/* The field and all it points to are the plugin's, and borrowed for the call. */
static rapport_status add_two(const rapport_host *h, void **self)
{
    struct longer {
        rapport_level level;
        char beyond[24];
    } levels_then[] = { { .level = { .code = "low" } }, { .level = { .code = "high" } } };
    char name[] = "more", code[] = "high", doc[] = "Added.";
    rapport_field number = {
        .name = name, .doc = doc, .type = RAPPORT_NUMBER, .flags = RAPPORT_ROUNDED, .decimals = 1
    };
    rapport_field category = {
        .name = "sort", .doc = doc, .type = RAPPORT_CATEGORY, .levels = RAPPORT_LIST(levels_then)
    };
    levels_then[1].level.code = code;
    know_a(h, self);
    CU_ASSERT_EQUAL(h->add_output(h->self, &number, sizeof number, &added[0]), RAPPORT_OK);
    CU_ASSERT_EQUAL(h->add_output(h->self, &category, sizeof category, &added[1]), RAPPORT_OK);
    memset(levels_then, 0x11, sizeof levels_then);
    memset(name, 'z', sizeof name - 1);
    memset(code, 'z', sizeof code - 1);
    memset(doc, 'z', sizeof doc - 1);
    return RAPPORT_OK;
}

static rapport_status write_added(void *self, const rapport_batch *batch, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < batch->rows; row++) {
        out->number[added[0]][row] = batch->number[port_a][row];
        out->category[added[1]][row] = 1;
    }
    return RAPPORT_OK;
}

static void adds_outputs(void)
{
    begin();
    plugin.outputs = (rapport_list)RAPPORT_LIST(one_number);
    plugin.bind = add_two;
    plugin.process = write_added;
    trial *t = try_table(ONE(USE SCALE), "id,a\nu,3\n");
    SAME_TEXT(t->told, "");
    CU_ASSERT_EQUAL(added[0], 1);
    CU_ASSERT_EQUAL(added[1], 2);
    SAME_TEXT(t->header, "id,s_t,s_out,s_more,s_sort,rapport_status,rapport_notes\n");
    SAME_TEXT(t->report, "u,3.00,,3.0,high,ok,\n");
    trial_free(t);
}

static rapport_field to_add;
static size_t to_add_size;

static rapport_status add_one(const rapport_host *h, void **self)
{
    uint32_t output = 99;
    (void)self;
    add_answer = h->add_output(h->self, to_add_size ? &to_add : NULL, to_add_size, &output);
    return add_answer;
}

static rapport_status add_late(void *self, const rapport_batch *batch, rapport_output *out)
{
    const rapport_field late = { .name = "late", .doc = "Late.", .type = RAPPORT_NUMBER };
    uint32_t output;
    (void)self, (void)batch, (void)out;
    CU_ASSERT_NOT_EQUAL(kept_host->add_output(kept_host->self, &late, sizeof late, &output),
                        RAPPORT_OK);
    return RAPPORT_OK;
}

/* What a table may not hold, add_output may not bring either. */
static void refuses_outputs_no_table_could_hold(void)
{
    static const rapport_field wrong[] = {
        { .doc = "No name.", .type = RAPPORT_NUMBER },
        { .name = "Big", .doc = "A capital.", .type = RAPPORT_NUMBER },
        { .name = "n", .type = RAPPORT_NUMBER },
        { .name = "n", .doc = "No type." },
        { .name = "n", .doc = "No levels.", .type = RAPPORT_CATEGORY },
        { .name = "n", .doc = "No range.", .type = RAPPORT_NUMBER, .low = NAN },
        { .name = "n",
          .doc = "Many decimals.",
          .type = RAPPORT_NUMBER,
          .flags = RAPPORT_ROUNDED,
          .decimals = 99 },
        { .name = "t", .doc = "There already.", .type = RAPPORT_NUMBER },
        { .name = "out", .doc = "There already.", .type = RAPPORT_NUMBER },
    };

    begin();
    plugin.outputs = (rapport_list)RAPPORT_LIST(one_number);
    plugin.bind = add_one;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        to_add = wrong[i];
        to_add_size = sizeof to_add;
        trial *t = try_table(ONE(USE SCALE), "id,a\nu,3\n");
        KEPT(t->outcome != RAPPORT_DONE && *t->told, wrong[i].doc ? wrong[i].doc : "No doc.");
        trial_free(t);
    }
    to_add_size = 0;
    trial *t = try_table(ONE(USE SCALE), "id,a\nu,3\n");
    CU_ASSERT_EQUAL(t->outcome, RAPPORT_BAD_PLUGIN);
    CU_ASSERT_EQUAL(add_answer, RAPPORT_NOT_SUPPORTED);
    trial_free(t);
    plugin.bind = know_a;
    plugin.process = add_late;
    expect(try_table(ONE(USE SCALE), "id,a\nu,3\n"), "", "u,3.00,,ok,\n", "");
}

/* ---- what the host does not have
 * ---------------------------------------------------------------------------------- */

/* An ability a plugin counts on is given or refused, never left out in silence. */
static rapport_status need_groups(void *self, const rapport_batch *batch, rapport_output *out)
{
    (void)self, (void)out;
    CU_ASSERT_PTR_NOT_NULL(batch->group);
    CU_ASSERT_TRUE(batch->groups > 0);
    return RAPPORT_OK;
}

static void gives_groups_or_refuses(void)
{
    begin();
    plugin.flags = RAPPORT_BY_RESPONDENT;
    plugin.process = need_groups;
    trial *t = try_table(ONE(USE SCALE), "id,a\nu,3\n");
    CU_ASSERT_TRUE(t->outcome == RAPPORT_DONE || strstr(t->told, "[plugin-"));
    trial_free(t);
}

int main(void)
{
    static const promise promises[] = {
        { "answers for settings", answers_for_settings },
        { "answers for a scale's own settings", answers_for_a_scales_own_settings },
        { "shows items and scales", shows_items_and_scales },
        { "gives answers to those who want them", gives_answers_to_those_who_want_them },
        { "finds inputs by their own names", finds_inputs_by_their_own_names },
        { "finds inputs by the names given", finds_inputs_by_the_names_given },
        { "refuses inputs that are not there", refuses_inputs_that_are_not_there },
        { "judges inputs", judges_inputs },
        { "takes only whole numbers for a count", takes_only_whole_numbers_for_a_count },
        { "refuses a category with other levels", refuses_a_category_with_other_levels },
        { "gives ports to settings that name columns", gives_ports_to_settings_that_name_columns },
        { "allocates in bind alone", allocates_in_bind_alone },
        { "stops where bind fails", stops_where_bind_fails },
        { "points at the file in bind", points_at_the_file_in_bind },
        { "takes words without a place", takes_words_without_a_place },
        { "stops at an error whatever bind answers", stops_at_an_error_whatever_bind_answers },
        { "lists what is said of rows", lists_what_is_said_of_rows },
        { "loses the rows a plugin fails on, and no others",
          loses_the_rows_a_plugin_fails_on_and_no_others },
        { "loses the rows a scoring module fails on, and no others",
          loses_the_rows_a_scoring_module_fails_on_and_no_others },
        { "says once that a row is lost", says_once_that_a_row_is_lost },
        { "loses nothing where single rows work", loses_nothing_where_single_rows_work },
        { "holds numbers to their range", holds_numbers_to_their_range },
        { "ends where a plugin writes beyond its outputs",
          ends_where_a_plugin_writes_beyond_its_outputs },
        { "holds categories to their levels", holds_categories_to_their_levels },
        { "lets the last text stand", lets_the_last_text_stand },
        { "guards texts that are formulas", guards_texts_that_are_formulas },
        { "keeps out bytes no report can hold", keeps_out_bytes_no_report_can_hold },
        { "blanks texts of lost rows", blanks_texts_of_lost_rows },
        { "adds outputs", adds_outputs },
        { "refuses outputs no table could hold", refuses_outputs_no_table_could_hold },
        { "gives groups or refuses", gives_groups_or_refuses },
    };

    scratch_begin();
    return RUN("host", promises);
}
