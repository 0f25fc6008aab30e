/* norms.c - a module whose score is the first number of a table that its setting names. */
#include <rapport/plugin.h>

static rapport_status bind(const rapport_host *host, const rapport_scale *scale, void **self)
{
    const rapport_table *table = host->setting(host->self, NULL, NULL, "norms")->table;
    double *first = host->allocate(host->self, sizeof *first);

    (void)scale;
    if (!first)
        return RAPPORT_NO_MEMORY;
    *first = table->cell[0];
    *self = first;
    return RAPPORT_OK;
}

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    for (uint32_t row = 0; row < in->rows; row++)
        out->number[0][row] = *(const double *)self;
    return RAPPORT_OK;
}

static const rapport_setting settings[] = {
    { .name = "norms", .doc = "The table.", .type = RAPPORT_TABLE },
};

static const rapport_scoring scoring = {
    .size = sizeof scoring,
    .id = "norms",
    .version = "1.0.0",
    .title = "Norms",
    .doc = "The first number of a table.",
    .settings = RAPPORT_LIST(settings),
    .bind = bind,
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
