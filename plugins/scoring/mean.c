/* mean.c - the mean of the items answered. */
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
    for (uint32_t row = 0; row < in->rows; row++) /* nothing answered: 0 / 0 is NaN */
        out->denominator[row] = in->answered[row];
    return RAPPORT_OK;
}

/* Known only where all items have the same: with an item of 0..1 and one of 0..10, the mean
 * of those answered depends on which they are. */
static rapport_status range(void *self, const rapport_scale *scale, double *low, double *high)
{
    (void)self;
    *low = scale->item[0]->low;
    *high = scale->item[0]->high;
    for (uint32_t i = 1; i < scale->items; i++)
        if (scale->item[i]->low != *low || scale->item[i]->high != *high)
            return RAPPORT_NOT_SUPPORTED;
    return RAPPORT_OK;
}

static const rapport_scoring mean = {
    .size = sizeof mean,
    .flags = RAPPORT_TAKES_SMALL,
    .id = "mean",
    .version = "1.0.0",
    .title = "Mean",
    .doc = "Mean of the items answered.",
    .range = range,
    .score = score,
};

static const rapport_scoring *const scoring[] = { &mean, NULL };
static const rapport_module module = {
    .size = sizeof module,
    .minor = RAPPORT_MINOR,
    .scoring = scoring,
};

const rapport_module *rapport_module_v1(void)
{
    return &module;
}
