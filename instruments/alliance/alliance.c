/* alliance.c - how far apart do client and therapist see the alliance?
 *
 * alliance.ini holds both forms and their scales, which are scored before process()
 * runs. This file holds what an INI file cannot express: one scale less another, and
 * how many items of the client's form were answered.
 */
#include <math.h>

#include <rapport/plugin.h>

enum { ANSWERED, GAP }; /* in the order of outputs[] */

typedef struct alliance {
    const rapport_scale *client;    /* the host's, until unbind */
    const rapport_scale *therapist; /* NULL: the clinic has taken that form out */
} alliance;

static void count_answers(double *count, const double *answer, uint32_t rows)
{
    for (uint32_t row = 0; row < rows; row++)
        count[row] += !isnan(answer[row]);
}

/* Keeps its sign; with one form missing NaN stays NaN. */
static void subtract(double *gap, const double *client, const double *therapist, uint32_t rows)
{
    for (uint32_t row = 0; row < rows; row++)
        gap[row] = client[row] - therapist[row];
}

static rapport_status process(void *self, const rapport_batch *batch, rapport_output *out)
{
    const alliance *a = self;
    double *answered = out->number[ANSWERED];

    for (uint32_t row = 0; row < batch->rows; row++)
        answered[row] = 0;
    for (uint32_t i = 0; i < a->client->items; i++)
        count_answers(answered, batch->number[a->client->item[i]->port], batch->rows);

    if (a->therapist)
        subtract(out->number[GAP], batch->number[a->client->score],
                 batch->number[a->therapist->score], batch->rows);
    return RAPPORT_OK;
}

static rapport_status bind(const rapport_host *host, void **self)
{
    alliance *a = host->allocate(host->self, sizeof *a);
    if (!a)
        return RAPPORT_NO_MEMORY;

    a->client = host->scale_named(host->self, "total"); /* there: see scales[] */
    a->therapist = host->scale_named(host->self, "therapist");
    *self = a;
    return RAPPORT_OK;
}

static const rapport_field outputs[] = {
    [ANSWERED] = { .name = "answered",
                   .doc = "How many items of the client's form have an answer.",
                   .type = RAPPORT_NUMBER,
                   .flags = RAPPORT_ROUNDED,
                   .low = 0,
                   .high = INFINITY,
                   .decimals = 0 },
    [GAP] = { .name = "gap",
              .unit = "points",
              .doc = "The client's total less the therapist's; blank where either is missing.",
              .type = RAPPORT_NUMBER,
              .flags = RAPPORT_ROUNDED,
              .low = -100,
              .high = 100,
              .decimals = 1 },
};

static const char *const scales[] = { "total", NULL }; /* the INI file has to define them */

static const rapport_instrument instrument = {
    .size = sizeof instrument,
    .flags = RAPPORT_WANTS_ITEMS,
    .id = "alliance",
    .version = "1.0.0",
    .title = "Alliance check",
    .doc = "How the client sees the work together, and how far from it the therapist's view is.",
    .outputs = RAPPORT_LIST(outputs),
    .scales = scales,
    .bind = bind,
    .process = process,
};

static const rapport_instrument *const instruments[] = { &instrument, NULL };
static const rapport_module module = {
    .size = sizeof module,
    .minor = RAPPORT_MINOR,
    .instrument = instruments,
};

const rapport_module *rapport_module_v1(void)
{
    return &module;
}
