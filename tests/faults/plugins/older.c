/* older.c - as if built before anything behind process() and score() was known: the sizes
 * end there, and what stands behind them is not to be read. */
#include <stddef.h>

#include <rapport/plugin.h>

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < in->rows; row++)
        out->number[0][row] = in->keyed[0][row];
    return RAPPORT_OK;
}

static rapport_status process(void *self, const rapport_batch *batch, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < batch->rows; row++)
        out->number[0][row] = 7;
    return RAPPORT_OK;
}

/* A field without its levels, as long as it was before there were categories. */
typedef struct old_field {
    const char *name, *label, *unit, *doc;
    uint32_t type, flags;
    double low, high;
    int32_t decimals;
    uint32_t reserved;
} old_field;

/* A setting without its range. */
typedef struct old_setting {
    const char *name, *section, *fallback, *choices, *unit, *doc;
    uint32_t type, flags;
} old_setting;

static const old_field outputs[] = {
    { .name = "seven", .doc = "Seven.", .type = RAPPORT_NUMBER },
    { .name = "none", .doc = "Never written.", .type = RAPPORT_NUMBER },
};
static const old_setting settings[] = {
    { .name = "mode", .fallback = "b", .choices = "a|b", .doc = "A mode.", .type = RAPPORT_WORD },
    { .name = "many", .fallback = "-5", .doc = "Any number.", .type = RAPPORT_WHOLE },
};

static const rapport_scoring first = {
    .size = offsetof(rapport_scoring, score) + sizeof first.score,
    .id = "first",
    .version = "1.0.0",
    .title = "First",
    .doc = "The first answer.",
    .settings = RAPPORT_LIST(settings),
    .score = score,
};

static const rapport_instrument old = {
    .size = offsetof(rapport_instrument, process) + sizeof old.process,
    .id = "old",
    .version = "1.0.0",
    .title = "Old",
    .doc = "An instrument of the oldest layout.",
    .settings = RAPPORT_LIST(settings),
    .outputs = RAPPORT_LIST(outputs),
    .process = process,
    .extension = (const void *(*)(const char *))1, /* beyond its size: never called */
};

static const rapport_scoring *const scoring[] = { &first, NULL };
static const rapport_instrument *const instruments[] = { &old, NULL };
static const rapport_module module = { .size = sizeof module,
                                       .scoring = scoring,
                                       .instrument = instruments };

const rapport_module *rapport_module_v1(void)
{
    return &module;
}
