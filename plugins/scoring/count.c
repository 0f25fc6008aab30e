/* count.c - how many items have an answer in a given range, after reverse-keying.
 *
 * An unanswered item does not count, so with answers missing the count may be too
 * low; `needed` says how many missing answers a scale can bear.
 */
#include <math.h>

#include <rapport/plugin.h>

#include "answers.h"

enum { ITEMS_OF_8 = 100 };

typedef struct count {
    double from, to;
    int8_t least, most; /* the same for small answers */
} count;

/* Items item..last-1 of one block; so few that 8 bits hold their count. */
static void count_block(const count *c, const rapport_answers *in, double *found, uint32_t item,
                        uint32_t last, uint32_t first)
{
    const uint32_t rows = block_rows(in, first);
    const int8_t least = c->least, most = c->most;
    int8_t block[BLOCK] = { 0 };

    for (; item < last; item++) {
        const int8_t *answer = in->small[item] + first;
        for (uint32_t row = 0; row < rows; row++)
            block[row] = (int8_t)(block[row] + ((answer[row] >= least) & (answer[row] <= most)));
    }
    for (uint32_t row = 0; row < rows; row++)
        found[row] += block[row];
}

static void count_small(const count *c, const rapport_answers *in, double *found)
{
    for (uint32_t first = 0; first < in->rows; first += BLOCK)
        for (uint32_t item = 0; item < in->items; item += ITEMS_OF_8)
            count_block(c, in, found + first, item,
                        in->items - item < ITEMS_OF_8 ? in->items : item + ITEMS_OF_8, first);
}

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    const count *c = self;
    double *found = out->number[0];

    for (uint32_t row = 0; row < in->rows; row++)
        found[row] = in->answered[row] > 0 ? 0 : NAN;
    if (in->small) {
        count_small(c, in, found);
        return RAPPORT_OK;
    }
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
    /* Small answers lie within -127..126; RAPPORT_NO_ANSWER is below. */
    c->least = (int8_t)fmax(fmin(ceil(c->from), INT8_MAX), -INT8_MAX);
    c->most = (int8_t)fmin(fmax(floor(c->to), INT8_MIN), INT8_MAX);
    *self = c;
    return RAPPORT_OK;
}

static const rapport_setting settings[] = {
    { .name = "from", .doc = "The lowest keyed answer that counts.", .type = RAPPORT_REAL },
    { .name = "to", .doc = "The highest keyed answer that counts.", .type = RAPPORT_REAL },
};

static const rapport_scoring counting = {
    .size = sizeof counting,
    .flags = RAPPORT_TAKES_SMALL,
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
