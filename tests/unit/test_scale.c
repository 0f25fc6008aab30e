/* test_scale.c - from answers to scores: keys, the missing rule, ranges, rounding, bands. */
#include "pipeline/scale.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"
#include "scratch.h"
#include "trial.h"

/* ---- scoring modules of the test's own ---------------------------------------------------- */

/* The sum as it is, and nothing where nothing is answered. */
static rapport_status score_sum(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < in->rows; row++) {
        out->number[0][row] = 0;
        for (uint32_t i = 0; i < in->items; i++)
            out->number[0][row] += isnan(in->keyed[i][row]) ? 0 : in->keyed[i][row];
    }
    return RAPPORT_OK;
}

/* The number of answers and of items that apply, as the host counts them: "23" for 2 of 3. */
static rapport_status score_counts(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < in->rows; row++)
        out->number[0][row] = 10 * in->answered[row] + in->applicable[row];
    return RAPPORT_OK;
}

/* The first answer over the second: a ratio of any kind. */
static rapport_status score_ratio(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < in->rows; row++) {
        out->number[0][row] = in->keyed[0][row];
        out->denominator[row] = in->keyed[1][row];
    }
    return RAPPORT_OK;
}

static rapport_status to_infinity(void *self, const rapport_scale *scale, double *low, double *high)
{
    (void)self, (void)scale;
    *low = 0;
    *high = INFINITY;
    return RAPPORT_OK;
}

#define SCORING(name, function)                                                                    \
    {                                                                                              \
        .size = sizeof(rapport_scoring), .id = name, .version = "1.0.0", .title = name,            \
        .doc = "For a test.", .score = function                                                    \
    }

static rapport_status sum_range(void *self, const rapport_scale *scale, double *low, double *high)
{
    (void)self;
    *low = *high = 0;
    for (uint32_t i = 0; i < scale->items; i++) {
        *low += scale->item[i]->low;
        *high += scale->item[i]->high;
    }
    return RAPPORT_OK;
}

static rapport_scoring sum = SCORING("sum", score_sum), counts = SCORING("counts", score_counts),
                       ratio = SCORING("ratio", score_ratio),
                       endless = SCORING("endless", score_sum);

static void hold_all(void)
{
    static const rapport_scoring *list[6];
    static rapport_module module = { .size = sizeof module, .scoring = list };

    sum.range = sum_range;
    endless.range = to_infinity;
    list[0] = &sum;
    list[1] = &counts;
    list[2] = &ratio;
    list[3] = &endless;
    list[4] = rapport_module_v1()->scoring[0]; /* the real prorated_sum */
    puppet_hold(&module);
}

#define BY(id) "scoring = ./puppet.so#" id "\n"

/* The report of one scale, t, without id and status: "SCORE" or "SCORE,BAND", one a line. */
static const char *scores(const char *one, const char *table)
{
    static char out[4096];
    trial *t = try_out(&(given){ .one = one, .table = table });
    size_t used = 0;

    SAME_TEXT(t->told, "");
    for (const char *at = t->report; *at;) {
        const char *end = strchr(at, '\n'), *from = strchr(at, ',') + 1, *to = end;
        for (int commas = 0; commas < 2; commas += *to == ',')
            to--;
        memcpy(out + used, from, (size_t)(to - from));
        used += (size_t)(to - from);
        out[used++] = '\n';
        at = end + 1;
    }
    out[used] = 0;
    trial_free(t);
    return out;
}

/* ---- keys --------------------------------------------------------------------------------- */

#define THREE "[item a]\n[item b]\n[item c]\n"

static void turns_reversed_answers(void)
{
    SAME_TEXT(scores(ONE("answers = 1..5\n[item a]\n[item b]\nreverse = yes\n"
                         "[scale t]\nitems = a b\n" BY("sum")),
                     "id,a,b\nx,1,1\nx,5,2\nx,3,5\n"),
              "6.00\n9.00\n4.00\n");
    SAME_TEXT(scores(ONE("answers = -3..3\n[item a]\nreverse = yes\nanswers = 0..10\n"
                         "[scale t]\nitems = a\n" BY("sum")),
                     "id,a\nx,0\nx,4\nx,10\n"),
              "10.00\n6.00\n0.00\n");
}

static void moves_answers_to_one_range(void)
{
    SAME_TEXT(scores(ONE("answers = 1..5\nwhole = no\n[item a]\nrescale = 0..100\n[item b]\n"
                         "reverse = yes\nrescale = 0..100\nanswers = 0..1\n"
                         "[scale t]\nitems = a b\n" BY("sum")),
                     "id,a,b\nx,1,1\nx,5,0\nx,2,0.25\nx,4,1\n"),
              "0.00\n200.00\n100.00\n75.00\n");
}

/* An item counts in two scales, and is turned for both of them once. */
static void shares_an_item(void)
{
    SAME_TEXT(scores(ONE("answers = 1..5\n[item a]\nreverse = yes\n[item b]\n[item c]\n"
                         "[scale t]\nitems = a b\n" BY("sum") "[scale u]\nitems = c a\n" BY("sum")),
                     "id,a,b,c\nx,1,2,3\nx,5,1,1\n"),
              "7.00,8.00\n2.00,2.00\n");
}

/* ---- the missing rule
 * ----------------------------------------------------------------------------- */

static const struct {
    const char *promise, *needed, *answers; /* of five items; N does not apply */
    bool scored;
} rules[] = {
    { "needs all by default", "", "1,1,1,1,1", true },
    { "misses one by default", "", "1,1,1,1,", false },
    { "needs all", "needed = all\n", "1,1,1,1,1", true },
    { "misses one of all", "needed = all\n", ",1,1,1,1", false },
    { "needs all that apply", "needed = all\n", "N,1,1,1,1", true },
    { "misses one of those that apply", "needed = all\n", "N,,1,1,1", false },
    { "takes three of five for half", "needed = half\n", "1,1,1,,", true },
    { "takes two of five for less", "needed = half\n", "1,1,,,", false },
    { "takes two of four that apply for half", "needed = half\n", "1,1,,,N", true },
    { "takes one of two that apply for half", "needed = half\n", "1,,N,N,N", true },
    { "takes any", "needed = any\n", ",,,,1", true },
    { "takes none for too few", "needed = any\n", ",,,,", false },
    { "takes none that apply for too few", "needed = any\n", "N,N,N,N,N", false },
    { "takes none for all that apply", "needed = all\n", "N,N,N,N,N", false },
    { "takes zero for any", "needed = 0\n", ",,,,1", true },
    { "takes none for too few of zero", "needed = 0\n", ",,,,", false },
    { "takes none for too few of 0%", "needed = 0%\n", ",,,,", false },
    { "takes one for 0%", "needed = 0%\n", ",,,,1", true },
    { "counts to three", "needed = 3\n", "1,,1,,1", true },
    { "counts two for less than three", "needed = 3\n", "1,,1,,", false },
    { "counts answers, whatever applies", "needed = 3\n", "1,1,N,N,N", false },
    { "counts to five", "needed = 5\n", "1,1,1,1,1", true },
    { "takes four of five for 80%", "needed = 80%\n", "1,1,1,1,", true },
    { "takes three of five for less than 80%", "needed = 80%\n", "1,1,1,,", false },
    { "takes four of four that apply for 80%", "needed = 80%\n", "1,1,1,1,N", true },
    { "takes three of four that apply for less than 80%", "needed = 80%\n", "1,1,1,,N", false },
    { "takes two of five for 40%", "needed = 40%\n", "1,1,,,", true },
    { "takes two of five for less than 41%", "needed = 41%\n", "1,1,,,", false },
    { "needs all for 100%", "needed = 100%\n", "1,1,1,1,", false },
    { "takes a zero for an answer", "needed = all\n", "0,0,0,0,0", true },
};

static void blanks_too_few_answers(void)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        char one[512], table[128];
        snprintf(one, sizeof one, "%s%s%s",
                 ONE("answers = 0..4\nnot_applicable = N\n" THREE "[item d]\n[item e]\n"
                     "[scale t]\nitems = a b c d e\n"),
                 rules[i].needed, BY("sum"));
        snprintf(table, sizeof table, "id,a,b,c,d,e\nx,%s\n", rules[i].answers);
        KEPT((scores(one, table)[0] != '\n') == rules[i].scored, rules[i].promise);
    }
}

static void refuses_a_rule_it_does_not_know(void)
{
    static const char *const wrong[] = {
        "most", "4", "-1", "1.5", "101%", "%", "1%%", "all%", "1 2"
    };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char set[64];
        snprintf(set, sizeof set, "stage.s.scale.t.needed=%s", wrong[i]);
        trial *t = try_out(
            &(given){ .one = ONE("answers = 0..4\n" THREE "[scale t]\nitems = a b c\n" BY("sum")),
                      .set = { set } });
        KEPT(t->outcome == RAPPORT_BAD_CONFIG && strstr(t->told, "[cfg-needed]"), wrong[i]);
        trial_free(t);
    }
}

static void counts_what_is_answered_and_what_applies(void)
{
    SAME_TEXT(scores(ONE("answers = 0..4\nnot_applicable = N\n" THREE
                         "[scale t]\nitems = a b c\nneeded = any\n" BY("counts")),
                     "id,a,b,c\nx,1,1,1\nx,1,,1\nx,N,,1\nx,N,N,1\n"),
              "33.00\n23.00\n12.00\n11.00\n");
}

/* Turned and moved, "does not apply" stays what it is. */
static void keeps_what_does_not_apply_through_keys(void)
{
    SAME_TEXT(scores(ONE("answers = 0..4\nnot_applicable = N\n[item a]\nreverse = yes\n"
                         "[item b]\nreverse = yes\nrescale = 0..100\n[item c]\n"
                         "[scale t]\nitems = a b c\nneeded = all\n" BY("prorated_sum")),
                     "id,a,b,c\nx,N,N,3\nx,4,N,3\n"),
              "3.00\n3.00\n");
}

/* What stands beside a score that there is not is not there either. */
static rapport_status score_beside(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < in->rows; row++) {
        out->number[0][row] = in->answered[row];
        out->number[1][row] = 9;
        out->category[2][row] = (int32_t)in->keyed[0][row];
    }
    return RAPPORT_OK;
}

static void hold_beside(void)
{
    static const rapport_level levels[] = { { .code = "low" }, { .code = "high" } };
    static const rapport_field extra[] = {
        { .name = "se", .doc = "An error.", .type = RAPPORT_NUMBER, .low = 0, .high = 10 },
        { .name = "kind",
          .doc = "A kind.",
          .type = RAPPORT_CATEGORY,
          .levels = RAPPORT_LIST(levels) },
    };
    static rapport_scoring beside = SCORING("beside", score_beside);
    static const rapport_scoring *const list[] = { &beside, NULL };
    static const rapport_module module = { .size = sizeof module, .scoring = list };

    beside.extra = (rapport_list)RAPPORT_LIST(extra);
    puppet_hold(&module);
}

static void blanks_what_stands_beside_a_blank_score(void)
{
    hold_beside();
    SAME_TEXT(scores(ONE("answers = 0..4\n[item a]\n[item b]\n"
                         "[scale t]\nitems = a b\n" BY("beside")),
                     "id,a,b\nx,0,1\nx,1,1\nx,1,\n"),
              "2.00,9.00,low\n2.00,9.00,high\n,,\n");
    hold_all();
}

static void holds_what_stands_beside_a_score_to_its_promise(void)
{
    hold_beside();
    trial *t = try_out(&(given){ .one = ONE("answers = 0..1000000\n[item a]\n"
                                            "[scale t]\nitems = a\n" BY("beside")),
                                 .table = "id,a\nx,1\nx,1000000\nx,0\n" });
    SAME_TEXT(t->report,
              "x,1.00,9.00,high,ok,\nx,,,,partial,s:plugin-range\nx,1.00,9.00,low,ok,\n");
    trial_free(t);
    hold_all();
}

/* ---- the range
 * -------------------------------------------------------------------------------------- */

static void moves_and_turns_scores(void)
{
    SAME_TEXT(scores(ONE("answers = 1..5\n[item a]\n[item b]\n"
                         "[scale t]\nitems = a b\nrescale = 0..100\n" BY("sum")),
                     "id,a,b\nx,1,1\nx,5,5\nx,2,3\n"),
              "0.00\n100.00\n37.50\n");
    SAME_TEXT(scores(ONE("answers = 1..5\n[item a]\n[item b]\n"
                         "[scale t]\nitems = a b\nflip = yes\n" BY("sum")),
                     "id,a,b\nx,1,1\nx,5,5\nx,2,3\n"),
              "10.00\n2.00\n7.00\n");
    SAME_TEXT(scores(ONE("answers = 1..5\n[item a]\n[item b]\n"
                         "[scale t]\nitems = a b\nrescale = -10..10\nflip = yes\n" BY("sum")),
                     "id,a,b\nx,1,1\nx,5,5\nx,2,3\n"),
              "10.00\n-10.00\n2.50\n");
}

/* The range of a score is that of its keyed answers, moved or not. */
static void moves_scores_of_moved_answers(void)
{
    SAME_TEXT(scores(ONE("answers = 1..5\n[item a]\nrescale = 0..100\n[item b]\n"
                         "rescale = 0..100\nanswers = 0..1\n"
                         "[scale t]\nitems = a b\nrescale = 0..10\n" BY("sum")),
                     "id,a,b\nx,1,0\nx,5,1\nx,3,0\n"),
              "0.00\n10.00\n2.50\n");
    SAME_TEXT(scores(ONE("answers = 1..5\n[item a]\nrescale = 0..100\n[item b]\n"
                         "rescale = 0..100\nanswers = 0..1\n"
                         "[scale t]\nitems = a b\nflip = yes\n" BY("prorated_sum")),
                     "id,a,b\nx,1,0\nx,5,1\nx,3,0\n"),
              "200.00\n0.00\n150.00\n");
    SAME_TEXT(scores(ONE("answers = 1..5\n[item a]\nrescale = 0..100\n"
                         "[scale t]\nitems = a\nbands = 0 low, 50 high\n" BY("sum")),
                     "id,a\nx,1\nx,3\n"),
              "0.00,low\n50.00,high\n");
}

/* 10 - 8.8 is 1.2, whatever doubles make of it; (1.2 + 0.1) / 2 is 0.65. */
static void takes_differences_as_decimals(void)
{
#define TENTHS "answers = 0..10\nwhole = no\nreverse = yes\n"
    SAME_TEXT(scores(ONE("[item a]\n" TENTHS "[item b]\n" TENTHS
                         "[scale t]\nitems = a b\nrescale = 0..10\ndecimals = 1\n" BY("sum")),
                     "id,a,b\nx,8.8,9.9\nx,9.9,9.9\n"),
              "0.7\n0.1\n");
    SAME_TEXT(scores(ONE("answers = 0..100\n[item a]\nrescale = 0..1\n[item b]\nrescale = 0..1\n"
                         "[scale t]\nitems = a b\nflip = yes\nrescale = 0..1\n" BY("sum")),
                     "id,a,b\nx,93,94\nx,94,93\n"),
              "0.07\n0.07\n");
}

static void refuses_to_move_what_applies_to_some(void)
{
    static const char *const ways[][2] = { { "rescale = 0..100\n", BY("sum") },
                                           { "flip = yes\n", BY("prorated_sum") },
                                           { "rescale = 0..1\n", BY("prorated_sum") } };

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        for (int other = 0; other < 2; other++) {
            char one[512];
            snprintf(one, sizeof one, "%s%s%s[scale t]\nitems = a b c\n%s%s",
                     ONE("answers = 1..5\n"), other ? "not_applicable = 8\n" : "", THREE,
                     ways[i][0], ways[i][1]);
            trial *t = try_out(&(given){ .one = one, .table = "id,a,b,c\nx,1,8,1\n" });
            KEPT((strstr(t->told, "[cfg-rescale]") != NULL) == other, ways[i][0]);
            trial_free(t);
        }
    SAME_TEXT(scores(ONE("answers = 1..5\nnot_applicable = 8\n[item a]\n"
                         "[scale t]\nitems = a\nrescale = 0..100\n" BY("sum")),
                     "id,a\nx,8\nx,5\n"),
              "\n100.00\n");
}

static void refuses_to_move_what_has_no_range(void)
{
    static const char *const ids[] = { "counts", "endless" };
    static const char *const keys[] = { "rescale = 0..100", "flip = yes" };

    for (size_t i = 0; i < 4; i++) {
        char one[512];
        snprintf(one, sizeof one,
                 ONE("answers = 0..4\n" THREE
                     "[scale t]\nitems = a b c\n%s\nscoring = ./puppet.so#%s\n"),
                 keys[i / 2], ids[i % 2]);
        trial *t = try_out(&(given){ .one = one, .table = "id,a,b,c\n" });
        KEPT(t->outcome == RAPPORT_BAD_CONFIG && strstr(t->told, "[cfg-rescale]"), ids[i % 2]);
        CU_ASSERT_EQUAL(strncmp(t->told, "./one.ini:13:", 13), 0);
        trial_free(t);
    }
}

static void blanks_what_is_not_finite(void)
{
    SAME_TEXT(scores(ONE("answers = 0..4\n[item a]\n[item b]\n"
                         "[scale t]\nitems = a b\n" BY("ratio")),
                     "id,a,b\nx,1,0\nx,0,0\nx,3,2\nx,0,3\n"),
              "\n\n1.50\n0.00\n");
}

/* Not of a score that nobody asked for. */
static void tells_of_infinite_scores(void)
{
    trial *t =
        try_out(&(given){ .one = ONE("answers = 0..4\n[item a]\n[item b]\n[item c]\n[scale t]\n"
                                     "items = a b c\nneeded = 3\n" BY("ratio")),
                          .table = "id,a,b,c\nx,1,0,1\ny,0,0,1\nz,1,0,\n" });
    SAME_TEXT(t->report, "x,,ok,s:plugin-infinite\ny,,ok,\nz,,ok,\n");
    SAME_TEXT(t->found, "2 s warning plugin-infinite: s_t was given by the plugin as an infinite "
                        "number, and is blank\n");
    trial_free(t);
}

/* ---- rounding
 * ------------------------------------------------------------------------------------------ */

/* round half up of n / d, d > 0, n >= 0 */
static long long half_up(long long n, long long d)
{
    return (2 * n + d) / (2 * d);
}

/* Every sum of ten items 0..4 with every number of answers, in whole numbers beside. */
static void rounds_every_prorated_percentage_exactly(void)
{
    static char table[64 * 1024];
    size_t used = (size_t)sprintf(table, "id,a1,a2,a3,a4,a5,a6,a7,a8,a9,a10\n");
    static long long expected[512], turned[512];
    int cases = 0;

    for (int answered = 1; answered <= 10; answered++)
        for (int total = 0; total <= 4 * answered; total++) {
            used += (size_t)sprintf(table + used, "x");
            for (int i = 0, left = total; i < 10; i++) {
                int answer = left > 4 ? 4 : left;
                used += i < answered ? (size_t)sprintf(table + used, ",%d", answer)
                                     : (size_t)sprintf(table + used, ",");
                left -= answer;
            }
            used += (size_t)sprintf(table + used, "\n");
            expected[cases] = half_up(100LL * total * 10, 40LL * answered);
            turned[cases++] = half_up(100LL * (4 * answered - total) * 10, 40LL * answered);
        }
    CU_ASSERT_EQUAL(cases, 230);
    for (int flip = 0; flip < 2; flip++) {
        trial *t = try_out(&(given){
            .one = ONE(
                "answers = 0..4\ndecimals = 0\n[item a1]\n[item a2]\n[item a3]\n[item a4]\n"
                "[item a5]\n[item a6]\n[item a7]\n[item a8]\n[item a9]\n[item a10]\n"
                "[scale t]\nitems = a1..a10\nneeded = any\nrescale = 0..100\n" BY("prorated_sum")),
            .set = { flip ? "stage.s.scale.t.flip=yes" : "stage.s.scale.t.flip=no" },
            .table = table });
        SAME_TEXT(t->told, "");
        const char *at = t->report;
        for (int i = 0; i < cases; i++, at = strchr(at, '\n') + 1) {
            long long got = strtoll(at + 2, NULL, 10);
            KEPT(got == (flip ? turned : expected)[i], "rounds a half away from zero");
        }
        trial_free(t);
    }
}

/* Means to two places: 1.005, 2.675 and their like are halves, although no double is. */
static void rounds_every_hundredth_exactly(void)
{
    static char table[64 * 1024];
    size_t used = (size_t)sprintf(table, "id,a,b\n");
    int cases = 0;

    for (int n = 5; n < 4000; n += 10, cases++)
        used += (size_t)sprintf(table + used, "x,%d,1000\n", n);
    trial *t = try_out(&(given){
        .one = ONE("answers = 0..4000\n[item a]\n[item b]\n[scale t]\nitems = a b\n" BY("ratio")),
        .table = table });
    SAME_TEXT(t->told, "");
    const char *at = t->report;
    for (int n = 5; n < 4000; n += 10, at = strchr(at, '\n') + 1) {
        char expected[32];
        int hundredths = (n + 5) / 10;
        int length =
            snprintf(expected, sizeof expected, "x,%d.%02d,", hundredths / 100, hundredths % 100);
        KEPT(strncmp(at, expected, (size_t)length) == 0, "rounds a decimal half away from zero");
    }
    trial_free(t);
}

/* ---- bands
 * ---------------------------------------------------------------------------------------------- */

static void takes_bands_from_the_printed_value(void)
{
    SAME_TEXT(
        scores(ONE("answers = 0..1000\n[item a]\n[item b]\n[scale t]\nitems = a b\n"
                   "decimals = 1\nbands = 0 low, 9.5 middle, 10 high\n" BY("ratio")),
               "id,a,b\nx,0,100\nx,944,100\nx,945,100\nx,994,100\nx,995,100\nx,1000,1\nx,,1\n"),
        "0.0,low\n9.4,low\n9.5,middle\n9.9,middle\n10.0,high\n1000.0,high\n,\n");
    SAME_TEXT(scores(ONE("answers = 0..1000\n[item a]\n[item b]\n[scale t]\nitems = a b\n"
                         "decimals = 0\nbands = 0 low, 10 high\n" BY("ratio")),
                     "id,a,b\nx,949,100\nx,950,100\n"),
              "9,low\n10,high\n");
}

/* Where a score is told digit by digit: all of them, many, or in doubt about the last. */
static void takes_an_edge_for_its_band(void)
{
#define EDGES(keys)                                                                                \
    ONE("answers = 0..100000000\nwhole = no\n[item a]\n[item b]\n[scale t]\nitems = a b\n" keys    \
            BY("ratio"))
    SAME_TEXT(scores(EDGES("decimals = full\nbands = 0 low, 0.5 half, 1 whole\n"),
                     "id,a,b\nx,1,2\nx,499,1000\nx,3,3\nx,0,1\n"),
              "0.5,half\n0.499,low\n1,whole\n0,low\n");
    SAME_TEXT(scores(EDGES("bands = 0 low, 50000000 high, 60000000.01 more\n"),
                     "id,a,b\nx,50000000,1\nx,49999999.99,1\nx,60000000.01,1\nx,60000000,1\n"),
              "50000000.00,high\n49999999.99,low\n60000000.01,more\n60000000.00,high\n");
    SAME_TEXT(scores(EDGES("bands = 0 low, 2.68 high\n"),
                     "id,a,b\nx,2.6749999999999985,1\nx,2.674999999999991,1\nx,2.675,1\n"),
              "2.68,high\n2.67,low\n2.68,high\n");
}

/* Below the first band there is none; with a range known it is refused before. */
static void has_no_band_below_the_first(void)
{
    SAME_TEXT(scores(ONE("answers = 0..1000\n[item a]\n[item b]\n[scale t]\nitems = a b\n"
                         "bands = 1 low, 2 high\n" BY("ratio")),
                     "id,a,b\nx,99,100\nx,995,1000\nx,1,1\n"),
              "0.99,\n1.00,low\n1.00,low\n");
    trial *t = try_out(&(given){ .one = ONE("answers = 0..4\n[item a]\n[scale t]\nitems = a\n"
                                            "bands = 1 low, 2 high\n" BY("sum")),
                                 .table = "id,a\n" });
    SAME_TEXT(t->told,
              "./one.ini:11:9: scores below the first band, 'low', have none; let it start "
              "at the lowest score [cfg-band-gap]\n");
    trial_free(t);
}

/* Nor one above the highest score, before it is moved or after. */
static void has_no_band_above_the_highest(void)
{
    trial *t = try_out(&(given){ .one = ONE("answers = 0..4\n[item a]\n[scale t]\nitems = a\n"
                                            "bands = 0 low, 4 high, 5 more, 40 most\n" BY("sum")),
                                 .table = "id,a\n" });
    SAME_TEXT(t->told,
              "./one.ini:11:9: band 'more' starts above 4, the highest score there can be; "
              "lower its edge, or take it out [cfg-band-reach]\n"
              "./one.ini:11:9: band 'most' starts above 4, the highest score there can be; "
              "lower its edge, or take it out [cfg-band-reach]\n");
    trial_free(t);
    t = try_out(
        &(given){ .one = ONE("answers = 0..4\n[item a]\n[scale t]\nitems = a\n"
                             "bands = 0 low, 12.5 high, 12.6 more\nrescale = 0..12.5\n" BY("sum")),
                  .table = "id,a\n" });
    SAME_TEXT(t->told, "./one.ini:11:9: band 'more' starts above 12.5, the highest score there can "
                       "be; lower its edge, or take it out [cfg-band-reach]\n");
    trial_free(t);
}

int main(void)
{
    static const promise promises[] = {
        { "turns reversed answers", turns_reversed_answers },
        { "moves answers to one range", moves_answers_to_one_range },
        { "shares an item", shares_an_item },
        { "blanks too few answers", blanks_too_few_answers },
        { "refuses a rule it does not know", refuses_a_rule_it_does_not_know },
        { "counts what is answered and what applies", counts_what_is_answered_and_what_applies },
        { "keeps what does not apply through keys", keeps_what_does_not_apply_through_keys },
        { "blanks what stands beside a blank score", blanks_what_stands_beside_a_blank_score },
        { "holds what stands beside a score to its promise",
          holds_what_stands_beside_a_score_to_its_promise },
        { "moves and turns scores", moves_and_turns_scores },
        { "moves scores of moved answers", moves_scores_of_moved_answers },
        { "takes differences as decimals", takes_differences_as_decimals },
        { "refuses to move what applies to some", refuses_to_move_what_applies_to_some },
        { "refuses to move what has no range", refuses_to_move_what_has_no_range },
        { "blanks what is not finite", blanks_what_is_not_finite },
        { "tells of infinite scores", tells_of_infinite_scores },
        { "rounds every prorated percentage exactly", rounds_every_prorated_percentage_exactly },
        { "rounds every hundredth exactly", rounds_every_hundredth_exactly },
        { "takes bands from the printed value", takes_bands_from_the_printed_value },
        { "takes an edge for its band", takes_an_edge_for_its_band },
        { "has no band below the first", has_no_band_below_the_first },
        { "has no band above the highest", has_no_band_above_the_highest },
    };

    scratch_begin();
    hold_all();
    return RUN("scale", promises);
}
