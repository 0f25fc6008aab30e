/* sum.c - the sum of the answers, where every item that applies has one.
 *
 * A sum with an answer missing is too low and looks like any other, so there is
 * none, whatever the missing rule allows. Whoever wants a score there chooses
 * mean or prorated_sum.
 */
#include <math.h>

#include <rapport/plugin.h>

#include "answers.h"

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    double *sum = out->number[0];

    (void)self; /* no bind, so nothing to remember */
    for (uint32_t row = 0; row < in->rows; row++)
        sum[row] = in->answered[row] > 0 && in->answered[row] == in->applicable[row] ? 0 : NAN;
    add_answers(sum, in);
    return RAPPORT_OK;
}

static rapport_status range(void *self, const rapport_scale *scale, double *low, double *high)
{
    (void)self;
    *low = *high = 0;
    for (uint32_t i = 0; i < scale->items; i++) {
        *low += scale->item[i]->low;
        *high += scale->item[i]->high;
    }
    return RAPPORT_OK;
}

static const rapport_scoring sum = {
    .size = sizeof sum,
    .flags = RAPPORT_TAKES_SMALL,
    .id = "sum",
    .version = "1.0.0",
    .title = "Sum",
    .doc = "Sum of the answers; no score where an item that applies is not answered, whatever "
           "needed says.",
    .range = range,
    .score = score,
};

static const rapport_scoring *const scoring[] = { &sum, NULL };
static const rapport_module module = {
    .size = sizeof module,
    .minor = RAPPORT_MINOR,
    .scoring = scoring,
};

const rapport_module *rapport_module_v1(void)
{
    return &module;
}
