/* test_factors.c - the weighted composite, its parts and its coverage. */
#include <string.h>

#include <CUnit/CUnit.h>
#include <rapport/plugin.h>

#include "fake_host.h"
#include "run.h"

enum {
    SCORE,
    COVERAGE,
    CLIENT,
    RELATION,
    TECHNIQUE,
    EXPECT,
    SEVENTY,
    RELATION_RISK,
    DECLARED,
    LOWERED = DECLARED, /* added on request */
    OUTPUTS
};
enum { CRITICAL = 4, PORTS };

#define SHARE(id, key, percent)                                                                    \
    {                                                                                              \
        "profile", id, key, FAKE_NUMBER(percent)                                                   \
    }
#define SHARES(id, client, relationship, technique, expectancy, other, unexplained)                \
    SHARE(id, "client", client), SHARE(id, "relationship", relationship),                          \
        SHARE(id, "technique", technique), SHARE(id, "expectancy", expectancy),                    \
        SHARE(id, "other", other), SHARE(id, "unexplained", unexplained)
#define SET(named, when_missing, coverage)                                                         \
    { NULL, NULL, "profile", FAKE_WORD(named) },                                                   \
        { NULL, NULL, "missing_factor", FAKE_WORD(when_missing) },                                 \
    {                                                                                              \
        NULL, NULL, "min_coverage", FAKE_NUMBER(coverage)                                          \
    }
#define SETTINGS(...)                                                                              \
    (const fake_setting[])                                                                         \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            NULL, NULL, NULL,                                                                      \
            {                                                                                      \
                0                                                                                  \
            }                                                                                      \
        }                                                                                          \
    }

#define SEED SHARES("seed", 40, 30, 15, 15, 0, 0)
#define NORCROSS SHARES("norcross", 25, 10, 8, 0, 12, 45)

static const fake_setting *const seed = SETTINGS(SET("seed", "renormalise", 0), SEED, NORCROSS);

static fake_host fake;
static fake_output out;

static rapport_status bind(const fake_setting *setting, const fake_input *input, void **self)
{
    static rapport_host host;

    fake = (fake_host){ .setting = setting, .input = input, .outputs = DECLARED };
    fake_begin(&host, &fake);
    return rapport_module_v1()->instrument[0]->bind(&host, self);
}

static const fake_input inputs[] = {
    { "client", 0 },     { "relationship", 1 },    { "technique", 2 },
    { "expectancy", 3 }, { "critical", CRITICAL }, { NULL, 0 },
};

/* One row: client, relationship, technique, expectancy, critical. */
static const double *process_from(const fake_input *input, const fake_setting *setting,
                                  const double x[PORTS])
{
    static double row[OUTPUTS];
    const double *columns[] = { x, x + 1, x + 2, x + 3, x + 4 };
    const rapport_batch batch = { .size = sizeof batch, .rows = 1, .number = columns };
    void *self = NULL;

    fake_output_begin(&out, 1);
    CU_ASSERT_EQUAL_FATAL(bind(setting, input, &self), RAPPORT_OK);
    CU_ASSERT_EQUAL(rapport_module_v1()->instrument[0]->process(self, &batch, &out.out),
                    RAPPORT_OK);
    fake_free();
    for (int o = 0; o < OUTPUTS; o++)
        row[o] = out.number[o][0];
    return row;
}

static const double *process(const fake_setting *setting, const double x[PORTS])
{
    return process_from(inputs, setting, x);
}

/* As close as two ways of adding four products are; missing where missing is expected. */
static void are(const double *got, const double expected[RELATION_RISK], const char *what)
{
    for (int o = 0; o < RELATION_RISK; o++)
        KEPT(isnan(expected[o]) ? isnan(got[o]) : fabs(got[o] - expected[o]) < 1e-12, what);
}

/* ---- scores ------------------------------------------------------------------- */

static const struct {
    const char *promise;
    double x[PORTS], expected[RELATION_RISK];
} cases[] = {
    { "scores the worked example",
      { 60, 70, NAN, 40, 0 },
      { 60, 85, 2400.0 / 85, 2100.0 / 85, NAN, 600.0 / 85, 4500.0 / 70 } },
    { "scores four factors by their weights",
      { 75, 72.5, 60, 60, 0 },
      { 69.75, 100, 30, 21.75, 9, 9, 5175.0 / 70 } },
    { "keeps a true zero apart from missing", { 0, 0, 0, 0, 0 }, { 0, 100, 0, 0, 0, 0, 0 } },
    { "reaches the top", { 100, 100, 100, 100, 0 }, { 100, 100, 40, 30, 15, 15, 100 } },
    { "gives no score when all are missing",
      { NAN, NAN, NAN, NAN, 0 },
      { NAN, 0, NAN, NAN, NAN, NAN, NAN } },
    { "knows no seventy without the client",
      { NAN, 70, 50, 50, 0 },
      { 60, 60, NAN, 35, 12.5, 12.5, NAN } },
    { "knows no seventy without the relationship",
      { 70, NAN, 50, 50, 0 },
      { 4300.0 / 70, 70, 40, NAN, 750.0 / 70, 750.0 / 70, NAN } },
};

static void scores(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        are(process(seed, cases[i].x), cases[i].expected, cases[i].promise);
}

static void leaves_the_unexplained_share_out(void)
{
    const fake_setting *norcross = SETTINGS(SET("norcross", "renormalise", 0), SEED, NORCROSS);

    /* A factor without a weight has no part, there or not. */
    are(process(norcross, (double[]){ 60, 70, 50, 10, 0 }),
        (double[]){ 2600.0 / 43, 100, 1500.0 / 43, 700.0 / 43, 400.0 / 43, NAN, 2200.0 / 35 },
        "leaves the denominator");
    are(process(norcross, (double[]){ 60, 70, 50, NAN, 0 }),
        (double[]){ 2600.0 / 43, 100, 1500.0 / 43, 700.0 / 43, 400.0 / 43, NAN, 2200.0 / 35 },
        "does not miss what has no weight");
}

static void blanks_the_score_if_asked_to(void)
{
    const fake_setting *blank = SETTINGS(SET("seed", "blank", 0), SEED);

    are(process(blank, (double[]){ 60, 70, NAN, 40, 0 }),
        (double[]){ NAN, 85, NAN, NAN, NAN, NAN, 4500.0 / 70 }, "blanks the score");
    are(process(blank, (double[]){ 75, 72.5, 60, 60, 0 }),
        (double[]){ 69.75, 100, 30, 21.75, 9, 9, 5175.0 / 70 }, "scores complete rows");
}

static void holds_to_the_least_coverage(void)
{
    const fake_setting *least = SETTINGS(SET("seed", "renormalise", 85), SEED);

    are(process(least, (double[]){ 60, 70, NAN, 40, 0 }),
        (double[]){ 60, 85, 2400.0 / 85, 2100.0 / 85, NAN, 600.0 / 85, 4500.0 / 70 },
        "scores at the least coverage");
    are(process(least, (double[]){ 60, 70, NAN, NAN, 0 }),
        (double[]){ NAN, 70, NAN, NAN, NAN, NAN, 4500.0 / 70 }, "prints coverage below it");
}

static void marks_a_risk_and_lowers_nothing(void)
{
    const double *row = process(seed, (double[]){ 60, 70, 50, 40, 2 });
    CU_ASSERT_EQUAL(row[RELATION_RISK], 1);
    CU_ASSERT_EQUAL(row[SCORE], 58.5);
    CU_ASSERT_EQUAL(process(seed, (double[]){ 60, 70, 50, 40, 0 })[RELATION_RISK], 0);
    CU_ASSERT_TRUE(isnan(process(seed, (double[]){ 60, 70, 50, 40, NAN })[RELATION_RISK]));
}

static void knows_no_risk_without_the_column(void)
{
    static const fake_input without[] = {
        { "client", 0 }, { "relationship", 1 }, { "technique", 2 }, { "expectancy", 3 }, { NULL, 0 }
    };
    const double *row = process_from(without, seed, (double[]){ 60, 70, 50, 40, 9 });
    CU_ASSERT_TRUE(isnan(row[RELATION_RISK]));
    CU_ASSERT_EQUAL(row[SCORE], 58.5);
}

/* ---- the score beside, on request ----------------------------------------------- */

#define FACTOR(by)                                                                                 \
    {                                                                                              \
        NULL, NULL, "relation_factor", FAKE_NUMBER(by)                                             \
    }

static const fake_setting *const half =
    SETTINGS(SET("seed", "renormalise", 0), FACTOR(0.5), SEED, NORCROSS);

static const struct {
    const char *promise;
    double x[PORTS], score, lowered;
} marked[] = {
    { "counts the relationship for half where it is at risk", { 60, 70, 50, 40, 2 }, 58.5, 48 },
    { "counts it whole where it is not", { 60, 70, 50, 40, 0 }, 58.5, 58.5 },
    { "does not know where the risk is unknown", { 60, 70, 50, 40, NAN }, 58.5, NAN },
    { "lets the others stand for a missing factor", { 60, 70, NAN, 40, 1 }, 60, 4050.0 / 85 },
    { "has nothing to lower without a relationship",
      { 60, NAN, 50, 40, 1 },
      3750.0 / 70,
      3750.0 / 70 },
    { "has none where there is no score", { NAN, NAN, NAN, NAN, 1 }, NAN, NAN },
};

static bool close_to(double got, double expected)
{
    return isnan(expected) ? isnan(got) : fabs(got - expected) < 1e-12;
}

static void prints_a_lowered_score_beside_the_score(void)
{
    for (size_t i = 0; i < sizeof marked / sizeof *marked; i++) {
        const double *row = process(half, marked[i].x);
        KEPT(close_to(row[SCORE], marked[i].score), marked[i].promise);
        KEPT(close_to(row[LOWERED], marked[i].lowered), marked[i].promise);
    }
    CU_ASSERT_PTR_NOT_NULL_FATAL(fake.added);
    SAME_TEXT(fake.added->name, "score_lowered");
    CU_ASSERT_EQUAL(fake.added->decimals, 1);
}

static void lowers_from_nothing_to_all(void)
{
    const fake_setting *none = SETTINGS(SET("seed", "renormalise", 0), FACTOR(0), SEED);
    const fake_setting *all = SETTINGS(SET("seed", "renormalise", 0), FACTOR(1), SEED);
    const double x[PORTS] = { 60, 70, 50, 40, 1 };

    CU_ASSERT_EQUAL(process(none, x)[LOWERED], 37.5);
    CU_ASSERT_EQUAL(process(all, x)[LOWERED], 58.5);
}

static void adds_no_column_that_nobody_asked_for(void)
{
    const double *row = process(seed, (double[]){ 60, 70, 50, 40, 2 });
    CU_ASSERT_PTR_NULL(fake.added);
    CU_ASSERT_TRUE(isnan(row[LOWERED]));
}

static void says_when_there_is_nothing_to_lower_by(void)
{
    static const fake_input without[] = {
        { "client", 0 }, { "relationship", 1 }, { "technique", 2 }, { "expectancy", 3 }, { NULL, 0 }
    };
    const double *row = process_from(without, half, (double[]){ 60, 70, 50, 40, 2 });
    CU_ASSERT_TRUE(isnan(row[LOWERED]));
    CU_ASSERT_EQUAL(fake.reports[RAPPORT_NOTE], 3);
}

/* ---- what it says before any row ------------------------------------------------ */

static void says_what_the_weights_are(void)
{
    void *self = NULL;

    CU_ASSERT_EQUAL(bind(seed, inputs, &self), RAPPORT_OK);
    SAME_TEXT(fake.message, "These weights are published estimates of how differences in outcome "
                            "divide over many clients. The shares overlap, and they do not say "
                            "what caused change in this client.");
    CU_ASSERT_EQUAL(fake.reports[RAPPORT_NOTE], 2); /* and that nobody has checked them */
    fake_free();

    const fake_setting *checked =
        SETTINGS(SET("seed", "renormalise", 0), SEED,
                 { "profile", "seed", "checked_on", FAKE_WORD("2025-01-31") });
    CU_ASSERT_EQUAL(bind(checked, inputs, &self), RAPPORT_OK);
    CU_ASSERT_EQUAL(fake.reports[RAPPORT_NOTE], 1);
    fake_free();
}

static void accepts_weights(const fake_setting *setting, bool accepted, const char *name)
{
    void *self = NULL;

    CU_ASSERT_EQUAL(bind(setting, inputs, &self), accepted ? RAPPORT_OK : RAPPORT_BAD_SETTING);
    CU_ASSERT_EQUAL(fake.reports[RAPPORT_ERROR], accepted ? 0 : 1);
    if (!accepted)
        CU_ASSERT_TRUE(name ? fake.name && strcmp(fake.name, name) == 0 : !fake.name);
    fake_free();
}

static void refuses_weights_that_do_not_add_up(void)
{
#define USED SET("seed", "renormalise", 0)
    accepts_weights(SETTINGS(USED, SHARES("seed", 33.3, 49.6, 17.1, 0, 0, 0)), true, NULL);
    accepts_weights(SETTINGS(USED, SHARES("seed", 40, 30, 15, 14.999999, 0, 0)), false, "seed");
    accepts_weights(SETTINGS(USED, SHARES("seed", 40, 30, 15, 15, 0, 1)), false, "seed");
    accepts_weights(SETTINGS(USED, SHARES("seed", 0, 0, 0, 0, 50, 50)), false, "seed");
    accepts_weights(SETTINGS(USED, SEED, SHARES("b", 1, 1, 1, 1, 1, 1)), false, "b");
}

static void refuses_an_unknown_profile(void)
{
    accepts_weights(SETTINGS(SET("sead", "renormalise", 0), SEED), false, NULL);
    SAME_TEXT(fake.key, "profile");
}

int main(void)
{
    static const promise promises[] = {
        { "scores", scores },
        { "leaves the unexplained share out", leaves_the_unexplained_share_out },
        { "blanks the score if asked to", blanks_the_score_if_asked_to },
        { "holds to the least coverage", holds_to_the_least_coverage },
        { "marks a risk and lowers nothing", marks_a_risk_and_lowers_nothing },
        { "knows no risk without the column", knows_no_risk_without_the_column },
        { "prints a lowered score beside the score", prints_a_lowered_score_beside_the_score },
        { "lowers from nothing to all", lowers_from_nothing_to_all },
        { "adds no column that nobody asked for", adds_no_column_that_nobody_asked_for },
        { "says when there is nothing to lower by", says_when_there_is_nothing_to_lower_by },
        { "says what the weights are", says_what_the_weights_are },
        { "refuses weights that do not add up", refuses_weights_that_do_not_add_up },
        { "refuses an unknown profile", refuses_an_unknown_profile },
    };
    return RUN("factors", promises);
}
