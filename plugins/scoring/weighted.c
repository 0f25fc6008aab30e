/* weighted.c - the weighted mean of the items answered: sum(w x) / sum(w).
 * Where those answered have no weight it is 0 / 0, NaN. */
#include <math.h>
#include <stdbool.h>

#include <rapport/plugin.h>

#include "answers.h"

typedef struct weighted {
    const double *weight; /* the host's, until unbind; one for each item */
    int16_t *whole;       /* the same as whole numbers so small that sums fit; NULL: they are not */
} weighted;

static void score_block(const weighted *w, const rapport_answers *in, rapport_output *out,
                        uint32_t first)
{
    const uint32_t rows = block_rows(in, first);
    int16_t sum[BLOCK] = { 0 }, present[BLOCK] = { 0 };

    for (uint32_t item = 0; item < in->items; item++) {
        const int8_t *answer = in->small[item] + first;
        const int16_t weight = w->whole[item];
        for (uint32_t row = 0; row < rows; row++) {
            const int16_t counts = answer[row] == RAPPORT_NO_ANSWER ? 0 : weight;
            sum[row] = (int16_t)(sum[row] + counts * answer[row]);
            present[row] = (int16_t)(present[row] + counts);
        }
    }
    double *number = out->number[0] + first, *denominator = out->denominator + first;
    for (uint32_t row = 0; row < rows; row++) {
        number[row] = sum[row];
        denominator[row] = present[row];
    }
}

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    const weighted *w = self;
    double *sum = out->number[0], *present = out->denominator;

    if (in->small && w->whole) {
        for (uint32_t first = 0; first < in->rows; first += BLOCK)
            score_block(w, in, out, first);
        return RAPPORT_OK;
    }
    for (uint32_t row = 0; row < in->rows; row++)
        sum[row] = present[row] = 0;
    for (uint32_t item = 0; item < in->items; item++) {
        for (uint32_t row = 0; row < in->rows; row++) {
            const double answer = answer_at(in, item, row);
            const bool answered = !isnan(answer);
            sum[row] += answered ? w->weight[item] * answer : 0;
            present[row] += answered ? w->weight[item] : 0;
        }
    }
    return RAPPORT_OK;
}

/* Known only where all items that count have the same; as in mean.c. */
static rapport_status range(void *self, const rapport_scale *scale, double *low, double *high)
{
    const weighted *w = self;

    *low = *high = NAN;
    for (uint32_t i = 0; i < scale->items; i++) {
        const rapport_item *item = scale->item[i];
        if (w->weight[i] == 0)
            continue;
        if (isnan(*low)) {
            *low = item->low;
            *high = item->high;
        }
        if (item->low != *low || item->high != *high)
            return RAPPORT_NOT_SUPPORTED;
    }
    return RAPPORT_OK;
}

/* Whole weights that add up to so little that no sum of small answers leaves 16 bits. */
static bool are_small(const double *weight, uint32_t items)
{
    double sum = 0;

    for (uint32_t i = 0; i < items; i++) {
        if (weight[i] != floor(weight[i]))
            return false;
        sum += weight[i];
    }
    return sum <= ITEMS_OF_16;
}

static rapport_status bind(const rapport_host *host, const rapport_scale *scale, void **self)
{
    weighted *w = host->allocate(host->self, sizeof *w);
    if (!w)
        return RAPPORT_NO_MEMORY;

    w->weight = host->setting(host->self, NULL, NULL, "weights")->real;
    double sum = 0;
    for (uint32_t i = 0; i < scale->items; i++)
        sum += w->weight[i];
    if (sum == 0) {
        const rapport_place place = { .setting = "weights", .row = -1, .port = RAPPORT_ABSENT };
        host->report(host->self, RAPPORT_ERROR, &place,
                     "all weights are 0; give at least one item a weight above 0");
        return RAPPORT_BAD_SETTING;
    }
    if (are_small(w->weight, scale->items)) {
        w->whole = host->allocate(host->self, scale->items * sizeof *w->whole);
        if (!w->whole)
            return RAPPORT_NO_MEMORY;
        for (uint32_t i = 0; i < scale->items; i++)
            w->whole[i] = (int16_t)w->weight[i];
    }
    *self = w;
    return RAPPORT_OK;
}

static const rapport_setting settings[] = {
    { .name = "weights",
      .doc = "One weight, 0 or more, for each item, in the order of `items`.",
      .type = RAPPORT_REAL,
      .flags = RAPPORT_LISTED | RAPPORT_PER_ITEM,
      .low = 0,
      .high = 1e6 },
};

static const rapport_scoring weighted_mean = {
    .size = sizeof weighted_mean,
    .flags = RAPPORT_TAKES_SMALL,
    .id = "weighted",
    .version = "1.0.0",
    .title = "Weighted mean",
    .doc = "Mean of the items answered, each counted by its weight; no score where those "
           "answered have no weight.",
    .settings = RAPPORT_LIST(settings),
    .bind = bind,
    .range = range,
    .score = score,
};

static const rapport_scoring *const scoring[] = { &weighted_mean, NULL };
static const rapport_module module = {
    .size = sizeof module,
    .minor = RAPPORT_MINOR,
    .scoring = scoring,
};

const rapport_module *rapport_module_v1(void)
{
    return &module;
}
