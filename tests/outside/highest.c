/* highest.c - a scoring module as somebody outside would write it: the highest keyed answer. */
#include <math.h>

#include <rapport/plugin.h>

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self;
    for (uint32_t item = 0; item < in->items; item++)
        for (uint32_t row = 0; row < in->rows; row++) /* fmax leaves a missing answer out */
            out->number[0][row] = fmax(out->number[0][row], in->keyed[item][row]);
    return RAPPORT_OK;
}

static rapport_status range(void *self, const rapport_scale *scale, double *low, double *high)
{
    (void)self;
    *low = *high = NAN;
    for (uint32_t i = 0; i < scale->items; i++) {
        *low = fmin(*low, scale->item[i]->low);
        *high = fmax(*high, scale->item[i]->high);
    }
    return RAPPORT_OK;
}

static const rapport_scoring highest = {
    .size = sizeof highest,
    .id = "highest",
    .version = "1.0.0",
    .title = "Highest",
    .doc = "The highest keyed answer of the scale.",
    .range = range,
    .score = score,
};

static const rapport_scoring *const scoring[] = { &highest, NULL };
static const rapport_module module = {
    .size = sizeof module,
    .minor = RAPPORT_MINOR,
    .scoring = scoring,
};

const rapport_module *rapport_module_v1(void)
{
    return &module;
}
