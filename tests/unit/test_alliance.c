/* test_alliance.c - the gap between two forms, and how much was answered. */
#include <CUnit/CUnit.h>
#include <rapport/plugin.h>

#include "fake_host.h"
#include "run.h"

enum { ANSWERED, GAP };

/* Two client items at ports 0 and 1; the totals, as the host would have scored them, at 2, 3. */
static const rapport_item al1 = { .size = sizeof al1, .id = "al1", .port = 0 };
static const rapport_item al2 = { .size = sizeof al2, .id = "al2", .port = 1 };
static const rapport_item *const items[] = { &al1, &al2 };
static const rapport_scale total = {
    .size = sizeof total, .items = 2, .id = "total", .item = items, .score = 2
};
static const rapport_scale therapist = { .size = sizeof therapist, .id = "therapist", .score = 3 };

static const double answers1[] = { 5, NAN, NAN, 1 }, answers2[] = { 6, 2, NAN, 1 };
static const double totals[] = { 83.25, 50, NAN, 0 }, therapists[] = { 77.5, 75, 60, NAN };
static const double *const columns[] = { answers1, answers2, totals, therapists };

static void process(fake_output *out, const rapport_scale *const *scales)
{
    const rapport_instrument *alliance = rapport_module_v1()->instrument[0];
    const rapport_batch batch = { .size = sizeof batch, .rows = 4, .number = columns };
    fake_host fake = { .scale = scales };
    rapport_host host;
    void *self = NULL;

    fake_begin(&host, &fake);
    fake_output_begin(out, 4);
    CU_ASSERT_EQUAL_FATAL(alliance->bind(&host, &self), RAPPORT_OK);
    CU_ASSERT_EQUAL(alliance->process(self, &batch, &out->out), RAPPORT_OK);
    fake_free();
}

static void counts_answers(void)
{
    static const rapport_scale *const scales[] = { &total, &therapist, NULL };
    static const double expected[] = { 2, 1, 0, 2 };
    fake_output out;

    process(&out, scales);
    for (int row = 0; row < 4; row++)
        CU_ASSERT_EQUAL(out.number[ANSWERED][row], expected[row]);
}

static void keeps_the_sign_of_the_gap(void)
{
    static const rapport_scale *const scales[] = { &total, &therapist, NULL };
    fake_output out;

    process(&out, scales);
    CU_ASSERT_EQUAL(out.number[GAP][0], 5.75); /* not rounded here */
    CU_ASSERT_EQUAL(out.number[GAP][1], -25);
}

static void knows_no_gap_with_one_form_missing(void)
{
    static const rapport_scale *const scales[] = { &total, &therapist, NULL };
    fake_output out;

    process(&out, scales);
    CU_ASSERT_TRUE(isnan(out.number[GAP][2]));
    CU_ASSERT_TRUE(isnan(out.number[GAP][3])); /* a client's true zero is no gap either */
}

static void works_without_a_therapist_form(void)
{
    static const rapport_scale *const scales[] = { &total, NULL };
    fake_output out;

    process(&out, scales);
    CU_ASSERT_EQUAL(out.number[ANSWERED][0], 2);
    CU_ASSERT_TRUE(isnan(out.number[GAP][0]));
}

int main(void)
{
    static const promise promises[] = {
        { "counts answers", counts_answers },
        { "keeps the sign of the gap", keeps_the_sign_of_the_gap },
        { "knows no gap with one form missing", knows_no_gap_with_one_form_missing },
        { "works without a therapist's form", works_without_a_therapist_form },
    };
    return RUN("alliance", promises);
}
