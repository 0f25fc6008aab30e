/* weighted.c - the weighted mean of the items answered: sum(w x) / sum(w).
 * Where those answered have no weight it is 0 / 0, NaN. */
#include <math.h>
#include <stdbool.h>

#include <rapport/plugin.h>

typedef struct weighted {
    const double *weight; /* the host's, until unbind; one for each item */
} weighted;

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    const weighted *w = self;
    double *sum = out->number[0], *present = out->denominator;

    for (uint32_t row = 0; row < in->rows; row++)
        sum[row] = present[row] = 0;
    for (uint32_t item = 0; item < in->items; item++) {
        for (uint32_t row = 0; row < in->rows; row++) {
            bool answered = !isnan(in->keyed[item][row]);
            sum[row] += answered ? w->weight[item] * in->keyed[item][row] : 0;
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
