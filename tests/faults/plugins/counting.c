/* counting.c - a module whose score is how often it was called: it remembers what it must not. */
#include <rapport/plugin.h>

static double calls;

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self;
    calls++;
    for (uint32_t row = 0; row < in->rows; row++)
        out->number[0][row] = calls;
    return RAPPORT_OK;
}

static const rapport_scoring scoring = {
    .size = sizeof scoring,
    .id = "counting",
    .version = "1.0.0",
    .title = "Counting",
    .doc = "How often it was called.",
    .score = score,
};

static const rapport_scoring *const list[] = { &scoring, NULL };
static const rapport_module module = {
    .size = sizeof module,
    .minor = RAPPORT_MINOR,
    .scoring = list,
};

const rapport_module *rapport_module_v1(void)
{
    return &module;
}
