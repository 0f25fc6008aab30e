/* prorated_sum.c - the sum the respondent would have scored had the unanswered
 * items matched the mean of the answered ones: sum * applicable / answered. */
#include <math.h>

#include <rapport/plugin.h>

#include "answers.h"

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    double *sum = out->number[0];

    (void)self; /* no bind, so nothing to remember */
    for (uint32_t row = 0; row < in->rows; row++)
        sum[row] = 0;
    add_answers(sum, in);
    for (uint32_t row = 0; row < in->rows; row++) { /* nothing answered: 0 / 0 is NaN */
        sum[row] *= in->applicable[row];
        out->denominator[row] = in->answered[row];
    }
    return RAPPORT_OK;
}

/* Known only where all items have the same: with an item of 0..1 and one of 0..10, the
 * answers that stand for the others may carry the score out of what complete ones reach. */
static rapport_status range(void *self, const rapport_scale *scale, double *low, double *high)
{
    const rapport_item *first = scale->item[0];

    (void)self;
    for (uint32_t i = 1; i < scale->items; i++)
        if (scale->item[i]->low != first->low || scale->item[i]->high != first->high)
            return RAPPORT_NOT_SUPPORTED;
    *low = scale->items * first->low;
    *high = scale->items * first->high;
    return RAPPORT_OK;
}

static const rapport_scoring prorated_sum = {
    .size = sizeof prorated_sum,
    .flags = RAPPORT_TAKES_SMALL,
    .id = "prorated_sum",
    .version = "1.0.0",
    .title = "Prorated sum",
    .doc = "Sum of the answers, scaled up for unanswered items that apply.",
    .source = "Downey & King 1998, Journal of General Psychology 125, 175-191: replacing a "
              "missing answer by the person's own mean",
    .range = range,
    .score = score,
};

static const rapport_scoring *const scoring[] = { &prorated_sum, NULL };
static const rapport_module module = {
    .size = sizeof module,
    .minor = RAPPORT_MINOR,
    .scoring = scoring,
};

const rapport_module *rapport_module_v1(void)
{
    return &module;
}
