/* newer.c - as if built against a later minor: every struct and every element of a list is
 * longer than this host knows, and begins as it knows it. */
#include <rapport/plugin.h>

enum { BEYOND = 0x5a };

typedef struct new_setting {
    rapport_setting known;
    char beyond[24];
} new_setting;

typedef struct new_level {
    rapport_level known;
    char beyond[8];
} new_level;

typedef struct new_field {
    rapport_field known;
    char beyond[40];
} new_field;

typedef struct new_scoring {
    rapport_scoring known;
    char beyond[16];
} new_scoring;

typedef struct new_instrument {
    rapport_instrument known;
    char beyond[16];
} new_instrument;

typedef struct new_module {
    rapport_module known;
    char beyond[16];
} new_module;

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < in->rows; row++) {
        out->number[0][row] = in->keyed[0][row];
        out->number[1][row] = 0.5;
    }
    return RAPPORT_OK;
}

typedef struct memory {
    double add;
    rapport_port level;
} memory;

static rapport_status bind(const rapport_host *host, void **self)
{
    memory *m = host->allocate(host->self, sizeof *m);
    if (!m)
        return RAPPORT_NO_MEMORY;
    m->add = host->setting(host->self, NULL, NULL, "add")->real[0];
    m->level = host->input(host->self, "kind", 0);
    *self = m;
    return RAPPORT_OK;
}

static rapport_status process(void *self, const rapport_batch *batch, rapport_output *out)
{
    const memory *m = self;
    for (uint32_t row = 0; row < batch->rows; row++) {
        out->number[0][row] = m->add;
        out->category[1][row] = batch->category[m->level][row];
    }
    return RAPPORT_OK;
}

static const new_level levels[] = {
    { .known = { .code = "low" }, .beyond = { BEYOND } },
    { .known = { .code = "high" }, .beyond = { BEYOND } },
};
static const new_setting settings[] = {
    { .known = { .name = "add", .fallback = "3", .doc = "A number.", .type = RAPPORT_REAL },
      .beyond = { BEYOND } },
    { .known = { .name = "word", .fallback = "x", .doc = "A word.", .type = RAPPORT_WORD },
      .beyond = { BEYOND } },
};
static const new_field inputs[] = {
    { .known = { .name = "kind",
                 .doc = "A category.",
                 .type = RAPPORT_CATEGORY,
                 .levels = RAPPORT_LIST(levels) },
      .beyond = { BEYOND } },
};
static const new_field outputs[] = {
    { .known = { .name = "three", .doc = "A number.", .type = RAPPORT_NUMBER },
      .beyond = { BEYOND } },
    { .known = { .name = "same",
                 .doc = "The category.",
                 .type = RAPPORT_CATEGORY,
                 .levels = RAPPORT_LIST(levels) },
      .beyond = { BEYOND } },
};
static const new_field extra[] = {
    { .known = { .name = "se", .doc = "An error.", .type = RAPPORT_NUMBER }, .beyond = { BEYOND } },
};

static const new_scoring first = {
    .known = { .size = sizeof first,
               .id = "first",
               .version = "1.0.0",
               .title = "First",
               .doc = "The first answer.",
               .settings = RAPPORT_LIST(settings),
               .extra = RAPPORT_LIST(extra),
               .score = score },
    .beyond = { BEYOND },
};
static const new_instrument new = {
    .known = { .size = sizeof new,
               .id = "new",
               .version = "1.0.0",
               .title = "New",
               .doc = "An instrument of a later layout.",
               .settings = RAPPORT_LIST(settings),
               .inputs = RAPPORT_LIST(inputs),
               .outputs = RAPPORT_LIST(outputs),
               .bind = bind,
               .process = process },
    .beyond = { BEYOND },
};

static const rapport_scoring *const scoring[] = { &first.known, NULL };
static const rapport_instrument *const instruments[] = { &new.known, NULL };
static const new_module module = {
    .known = { .size = sizeof module,
               .minor = RAPPORT_MINOR + 9,
               .scoring = scoring,
               .instrument = instruments },
    .beyond = { BEYOND },
};

const rapport_module *rapport_module_v1(void)
{
    return &module.known;
}
