/* deadly.c - a sum that ends its process, or never comes back: at an answer of `at`; or before
 * that, when it is loaded, asked for its table or bound, as DEADLY_AT says in its environment. */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rapport/plugin.h>

typedef struct deadly {
    const char *way;
    double at;
} deadly;

static void die(const char *way)
{
    int *volatile nowhere = (int *)(uintptr_t)8;

    if (strcmp(way, "segv") == 0)
        raise(SIGSEGV);
    else if (strcmp(way, "wild") == 0)
        *nowhere = 0;
    else if (strcmp(way, "kill") == 0)
        raise(SIGKILL);
    else if (strcmp(way, "abort") == 0)
        abort();
    else if (strcmp(way, "exit") == 0)
        exit(0);
    else if (strcmp(way, "_exit") == 0)
        _exit(3);
    else
        for (;;)
            pause();
}

static void die_at(const char *now)
{
    const char *when = getenv("DEADLY_AT");

    if (when && strcmp(when, now) == 0)
        die(getenv("DEADLY_WAY"));
}

__attribute__((constructor)) static void begin(void)
{
    die_at("load");
}

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    const deadly *d = self;

    for (uint32_t row = 0; row < in->rows; row++) {
        out->number[0][row] = 0;
        for (uint32_t item = 0; item < in->items; item++) {
            if (in->keyed[item][row] == d->at)
                die(d->way);
            out->number[0][row] += in->keyed[item][row];
        }
    }
    return RAPPORT_OK;
}

static rapport_status bind(const rapport_host *host, const rapport_scale *scale, void **self)
{
    deadly *d = host->allocate(host->self, sizeof *d);
    if (!d)
        return RAPPORT_NO_MEMORY;

    (void)scale;
    die_at("bind");
    d->way = host->setting(host->self, NULL, NULL, "way")->word[0];
    d->at = host->setting(host->self, NULL, NULL, "at")->real[0];
    *self = d;
    return RAPPORT_OK;
}

static const rapport_setting settings[] = {
    { .name = "way",
      .doc = "How it ends.",
      .type = RAPPORT_WORD,
      .choices = "segv|wild|kill|abort|exit|_exit|hang" },
    { .name = "at", .doc = "The answer it ends at.", .type = RAPPORT_REAL },
};

static const rapport_scoring scoring = {
    .size = sizeof scoring,
    .id = "deadly",
    .version = "1.0.0",
    .title = "Deadly",
    .doc = "A sum, as long as it lives.",
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
    die_at("entry");
    return &module;
}
