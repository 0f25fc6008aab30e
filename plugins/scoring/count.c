/* count.c - how many items have an answer in a given range, after reverse-keying.
 *
 * An unanswered item does not count, so with answers missing the count may be too
 * low; `needed` says how many missing answers a scale can bear.
 */
#include <math.h>

#include <rapport/plugin.h>

typedef struct count {
    double from, to;
} count;

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    const count *c = self;
    double *found = out->number[0];

    for (uint32_t row = 0; row < in->rows; row++)
        found[row] = in->answered[row] > 0 ? 0 : NAN;
    for (uint32_t item = 0; item < in->items; item++)
        for (uint32_t row = 0; row < in->rows; row++) /* NaN is in no range */
            found[row] += in->keyed[item][row] >= c->from && in->keyed[item][row] <= c->to;
    return RAPPORT_OK;
}

static rapport_status range(void *self, const rapport_scale *scale, double *low, double *high)
{
    (void)self;
    *low = 0;
    *high = scale->items;
    return RAPPORT_OK;
}

static rapport_status bind(const rapport_host *host, const rapport_scale *scale, void **self)
{
    count *c = host->allocate(host->self, sizeof *c);
    if (!c)
        return RAPPORT_NO_MEMORY;

    (void)scale; /* any items will do */
    c->from = host->setting(host->self, NULL, NULL, "from")->real[0];
    c->to = host->setting(host->self, NULL, NULL, "to")->real[0];
    if (c->from > c->to) {
        const rapport_place place = { .setting = "to", .row = -1, .port = RAPPORT_ABSENT };
        host->report(host->self, RAPPORT_ERROR, &place,
                     "to is below from, so nothing could count; exchange the two");
        return RAPPORT_BAD_SETTING;
    }
    *self = c;
    return RAPPORT_OK;
}

static const rapport_setting settings[] = {
    { .name = "from", .doc = "The lowest keyed answer that counts.", .type = RAPPORT_REAL },
    { .name = "to", .doc = "The highest keyed answer that counts.", .type = RAPPORT_REAL },
};

static const rapport_scoring counting = {
    .size = sizeof counting,
    .id = "count",
    .version = "1.0.0",
    .title = "Count",
    .doc = "How many items have a keyed answer between `from` and `to`, both included.",
    .settings = RAPPORT_LIST(settings),
    .bind = bind,
    .range = range,
    .score = score,
};

static const rapport_scoring *const scoring[] = { &counting, NULL };
static const rapport_module module = {
    .size = sizeof module,
    .minor = RAPPORT_MINOR,
    .scoring = scoring,
};

const rapport_module *rapport_module_v1(void)
{
    return &module;
}
