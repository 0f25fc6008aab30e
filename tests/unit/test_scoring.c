/* test_scoring.c - scoring modules keep their promises, each in a program of its own.
 *
 * Every module exports the same one symbol, so this file is compiled once with each of them,
 * and each program keeps the promises that bear its module's id.
 */
#include <string.h>

#include <CUnit/CUnit.h>
#include <rapport/plugin.h>

#include "fake_host.h"
#include "run.h"

#define MISSING NAN
#define OTHER 99 /* stands for "does not apply" */

static const rapport_scoring *module(void)
{
    return rapport_module_v1()->scoring[0];
}

/* Four items of 0 to 3, so that weights and ranges can be told apart from counts. */
static const rapport_item item = { .size = sizeof item, .high = 3 };
static const rapport_item *const four[] = { &item, &item, &item, &item };
static const rapport_scale scale = { .size = sizeof scale, .items = 4, .item = four };

static const double weights[] = { 2, 1, 1, 0 };
static const fake_setting settings[] = {
    { NULL, NULL, "weights", { .count = 4, .real = weights } },
    { NULL, NULL, "from", FAKE_NUMBER(2) },
    { NULL, NULL, "to", FAKE_NUMBER(3) },
    { NULL, NULL, NULL, { 0 } },
};

static void *bound(void)
{
    static fake_host fake = { .setting = settings };
    static rapport_host host;
    void *self = NULL;

    fake_begin(&host, &fake);
    if (module()->bind)
        CU_ASSERT_EQUAL_FATAL(module()->bind(&host, &scale, &self), RAPPORT_OK);
    return self;
}

/* ---- scores ---------------------------------------------------------------- */

static const struct {
    const char *module, *promise;
    double keyed[4];
    double score; /* divided */
} cases[] = {
    { "sum", "adds complete answers", { 0, 1, 2, 3 }, 6 },
    { "sum", "keeps a true zero apart from missing", { 0, 0, 0, 0 }, 0 },
    { "sum", "gives no score where an answer is missing", { 3, 3, 3, MISSING }, MISSING },
    { "sum", "gives no score when nothing is answered", { NAN, NAN, NAN, NAN }, MISSING },
    { "sum", "adds what applies", { 3, 3, 3, OTHER }, 9 },
    { "sum", "gives no score when nothing applies", { OTHER, OTHER, OTHER, OTHER }, MISSING },

    { "mean", "divides by the number answered", { 0, 1, 2, 3 }, 1.5 },
    { "mean", "keeps a true zero apart from missing", { 0, 0, 0, 0 }, 0 },
    { "mean", "leaves the unanswered out", { 1, 3, MISSING, MISSING }, 2 },
    { "mean", "leaves out what does not apply", { 1, 3, OTHER, MISSING }, 2 },
    { "mean", "gives no score when nothing is answered", { NAN, NAN, NAN, NAN }, MISSING },

    { "prorated_sum", "adds complete answers as they are", { 0, 1, 2, 3 }, 6 },
    { "prorated_sum", "scales up when one is missing", { 1, 2, 3, MISSING }, 8 },
    { "prorated_sum", "does not scale up for what does not apply", { 1, 2, 3, OTHER }, 6 },
    { "prorated_sum", "scales up to what applies", { 1, 3, MISSING, OTHER }, 6 },
    { "prorated_sum", "keeps a true zero apart from missing", { 0, 0, 0, 0 }, 0 },
    { "prorated_sum", "gives no score when nothing is answered", { NAN, NAN, NAN, NAN }, MISSING },

    { "weighted", "weighs each answer", { 3, 0, 1, 2 }, 1.75 },
    { "weighted", "divides by the weight that is there", { 2, MISSING, 1, 3 }, 5.0 / 3 },
    { "weighted", "keeps a true zero apart from missing", { 0, 0, 0, 0 }, 0 },
    { "weighted",
      "gives no score when only the weightless is answered",
      { NAN, NAN, NAN, 3 },
      NAN },
    { "weighted", "gives no score when nothing is answered", { NAN, NAN, NAN, NAN }, MISSING },

    { "count", "counts both ends of the range", { 0, 1, 2, 3 }, 2 },
    { "count", "finds none without calling it missing", { 0, 1, 1, 0 }, 0 },
    { "count", "does not count silence", { 3, MISSING, MISSING, OTHER }, 1 },
    { "count", "gives no score when nothing is answered", { NAN, NAN, NAN, NAN }, MISSING },
};

/* One row, with a second one beside it that must not change anything. */
static double score_of(void *self, const double answer[4], bool as_small)
{
    int8_t little[4][2];
    const int8_t *small[4];
    double pair[4][2], number[2] = { NAN, NAN }, denominator[2] = { 1, 1 }, *numbers[] = { number };
    const double *keyed[4];
    uint16_t answered[2] = { 0, 4 }, applicable[2] = { 4, 4 };

    for (size_t i = 0; i < 4; i++) {
        bool applies = answer[i] != OTHER;
        pair[i][0] = applies ? answer[i] : NAN;
        pair[i][1] = 3;
        keyed[i] = pair[i];
        little[i][0] = isnan(pair[i][0]) ? RAPPORT_NO_ANSWER : (int8_t)pair[i][0];
        little[i][1] = 3;
        small[i] = little[i];
        if (!applies)
            applicable[0]--;
        else if (!isnan(answer[i]))
            answered[0]++;
    }
    const rapport_answers in = { .size = sizeof in,
                                 .rows = 2,
                                 .items = 4,
                                 .keyed = as_small ? NULL : keyed,
                                 .small = as_small ? small : NULL,
                                 .answered = answered,
                                 .applicable = applicable };
    rapport_output out = {
        .size = sizeof out, .rows = 2, .number = numbers, .denominator = denominator
    };
    CU_ASSERT_EQUAL(module()->score(self, &in, &out), RAPPORT_OK);
    return number[0] / denominator[0];
}

static void scores(void)
{
    void *self = bound();
    size_t kept_here = 0;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (strcmp(cases[i].module, module()->id) != 0)
            continue;
        KEPT(same(score_of(self, cases[i].keyed, false), cases[i].score), cases[i].promise);
        KEPT(same(score_of(self, cases[i].keyed, true), cases[i].score), cases[i].promise);
        kept_here++;
    }
    CU_ASSERT_TRUE(kept_here > 0); /* a module without promises is not tested */
    fake_free();
}

/* More rows and items than a block has, of every small number there is. */
static void scores_small_answers_as_it_scores_numbers(void)
{
    enum { ROWS = 3 * 64 + 5, MOST = 600 };
    static const uint32_t counts[] = { 1, 2, 4, 256, 257, MOST };
    static int8_t little[MOST][ROWS];
    static double pair[MOST][ROWS], weight[MOST], number[2][ROWS], below[2][ROWS];
    static const int8_t *small[MOST];
    static const double *keyed[MOST];
    static const rapport_item *list[MOST];
    uint16_t answered[ROWS], applicable[ROWS];
    uint64_t state = 1;

    for (size_t n = 0; n < 2 * sizeof counts / sizeof *counts; n++) {
        const uint32_t items = counts[n / 2];
        for (uint32_t row = 0; row < ROWS; row++)
            answered[row] = 0, applicable[row] = (uint16_t)items;
        for (uint32_t i = 0; i < items; i++) {
            weight[i] = n % 2 ? (i + 1) * 0.1 : i % 3;
            weight[0] = 1;
            list[i] = &item;
            small[i] = little[i];
            keyed[i] = pair[i];
            for (uint32_t row = 0; row < ROWS; row++) {
                state = state * 6364136223846793005u + 1442695040888963407u;
                const int8_t answer = (int8_t)(state >> 56);
                little[i][row] = answer == INT8_MAX ? 0 : answer;
                pair[i][row] = answer == RAPPORT_NO_ANSWER ? NAN : little[i][row];
                answered[row] = (uint16_t)(answered[row] + (answer != RAPPORT_NO_ANSWER));
            }
        }
        const fake_setting own[] = { { NULL, NULL, "weights", { .count = items, .real = weight } },
                                     { NULL, NULL, "from", FAKE_NUMBER(-126.5) },
                                     { NULL, NULL, "to", FAKE_NUMBER(100.5) },
                                     { NULL, NULL, NULL, { 0 } } };
        const rapport_scale many = { .size = sizeof many, .items = items, .item = list };
        fake_host fake = { .setting = own };
        rapport_host host;
        void *self = NULL;
        fake_begin(&host, &fake);
        if (module()->bind)
            CU_ASSERT_EQUAL_FATAL(module()->bind(&host, &many, &self), RAPPORT_OK);
        for (int form = 0; form < 2; form++) {
            double *numbers[] = { number[form] };
            const rapport_answers in = { .size = sizeof in,
                                         .rows = ROWS,
                                         .items = items,
                                         .keyed = form ? NULL : keyed,
                                         .small = form ? small : NULL,
                                         .answered = answered,
                                         .applicable = applicable };
            rapport_output out = {
                .size = sizeof out, .rows = ROWS, .number = numbers, .denominator = below[form]
            };
            for (uint32_t row = 0; row < ROWS; row++)
                below[form][row] = 1;
            CU_ASSERT_EQUAL(module()->score(self, &in, &out), RAPPORT_OK);
        }
        for (uint32_t row = 0; row < ROWS; row++)
            CU_ASSERT_TRUE(same(number[0][row], number[1][row]) &&
                           same(below[0][row], below[1][row]));
        fake_free();
    }
}

/* ---- the range ------------------------------------------------------------- */

static const struct {
    const char *module;
    double low, high;
    bool unequal; /* whether it can tell the range of unequal items */
} ranges[] = {
    { "sum", 0, 12, true },      { "mean", 0, 3, false }, { "prorated_sum", 0, 12, false },
    { "weighted", 0, 3, false }, { "count", 0, 4, true },
};

static void tells_its_range(void)
{
    static const rapport_item wide = { .size = sizeof wide, .high = 10 };
    static const rapport_item *const mixed[] = { &item, &wide, &item, &item };
    static const rapport_scale unequal = { .size = sizeof unequal, .items = 4, .item = mixed };
    void *self = bound();

    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        double low = NAN, high = NAN;
        if (strcmp(ranges[i].module, module()->id) != 0)
            continue;
        CU_ASSERT_EQUAL(module()->range(self, &scale, &low, &high), RAPPORT_OK);
        CU_ASSERT_EQUAL(low, ranges[i].low);
        CU_ASSERT_EQUAL(high, ranges[i].high);
        CU_ASSERT_EQUAL(module()->range(self, &unequal, &low, &high) == RAPPORT_OK,
                        ranges[i].unequal);
    }
    fake_free();
}

/* ---- refusals -------------------------------------------------------------- */

static const struct {
    const char *module;
    fake_setting setting[3];
    const char *key;
} refusals[] = {
    { "weighted",
      { { NULL, NULL, "weights", { .count = 4, .real = (const double[]){ 0, 0, 0, 0 } } } },
      "weights" },
    { "count",
      { { NULL, NULL, "from", FAKE_NUMBER(3) }, { NULL, NULL, "to", FAKE_NUMBER(2) } },
      "to" },
};

static void refuses_settings_that_score_nothing(void)
{
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        fake_host fake = { .setting = refusals[i].setting };
        rapport_host host;
        void *self = NULL;

        if (strcmp(refusals[i].module, module()->id) != 0)
            continue;
        fake_begin(&host, &fake);
        CU_ASSERT_EQUAL(module()->bind(&host, &scale, &self), RAPPORT_BAD_SETTING);
        CU_ASSERT_EQUAL(fake.reports[RAPPORT_ERROR], 1);
        SAME_TEXT(fake.key, refusals[i].key);
        fake_free();
    }
}

int main(void)
{
    static const promise promises[] = {
        { "scores", scores },
        { "scores small answers as it scores numbers", scores_small_answers_as_it_scores_numbers },
        { "tells its range", tells_its_range },
        { "refuses settings that score nothing", refuses_settings_that_score_nothing },
    };
    return RUN(module()->id, promises);
}
