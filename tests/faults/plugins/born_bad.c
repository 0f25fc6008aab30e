/* born_bad.c - a plugin that is bad before it sees a row: while it is loaded, where it describes
 * itself, when it is bound or let go. How, says the environment's RAPPORT_FAULT. */
#define _GNU_SOURCE
#include <fenv.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rapport/plugin.h>

static bool is(const char *fault)
{
    const char *wanted = getenv("RAPPORT_FAULT");
    return wanted && strcmp(wanted, fault) == 0;
}

/* Out of the compiler's sight. */
static void *hidden(uintptr_t address)
{
    volatile uintptr_t at = address;
    return (void *)at;
}

static void leave_witness(void)
{
    FILE *file = fopen("witness", "w");
    if (file)
        fclose(file);
}

/* What may happen at each time: "load_crashes", "bind_hangs" ... */
static void at(const char *when)
{
    const char *wanted = getenv("RAPPORT_FAULT");
    const size_t length = strlen(when);

    if (!wanted || strncmp(wanted, when, length) != 0 || wanted[length] != '_')
        return;
    wanted += length + 1;
    if (strcmp(wanted, "crashes") == 0)
        *(int *)hidden(0) = 1;
    else if (strcmp(wanted, "aborts") == 0)
        abort();
    else if (strcmp(wanted, "exits") == 0)
        exit(0);
    else if (strcmp(wanted, "hangs") == 0)
        for (;;)
            pause();
    else if (strcmp(wanted, "loops") == 0)
        for (volatile int i = 0;; i = !i)
            ;
    else if (strcmp(wanted, "prints") == 0)
        fprintf(stderr, "zqcanary\n");
    else if (strcmp(wanted, "rounds") == 0)
        fesetround(FE_UPWARD);
    else if (strcmp(wanted, "traps") == 0)
        feenableexcept(FE_DIVBYZERO | FE_INVALID);
    else if (strcmp(wanted, "speaks") == 0)
        setlocale(LC_ALL, "C.UTF-8");
    else if (strcmp(wanted, "writes") == 0)
        leave_witness();
#ifdef __x86_64__
    else if (strcmp(wanted, "counts_tiny_as_0") == 0) {
        uint32_t control;
        __asm__ volatile("stmxcsr %0" : "=m"(control));
        control |= 0x8040;
        __asm__ volatile("ldmxcsr %0" : : "m"(control));
    }
#endif
}

static __attribute__((constructor)) void load(void)
{
    at("load");
}

static __attribute__((destructor)) void unload(void)
{
    at("unload");
}

static rapport_status bind(const rapport_host *host, const rapport_scale *scale, void **self)
{
    static char long_words[5000];

    (void)self;
    at("bind");
    if (is("bind_fails"))
        return RAPPORT_INTERNAL;
    if (is("bind_fails_oddly"))
        return 4711;
    if (is("bind_has_no_memory"))
        return RAPPORT_NO_MEMORY;
    if (is("bind_asks_for_all_memory"))
        return host->allocate(host->self, SIZE_MAX / 2) ? RAPPORT_OK : RAPPORT_NO_MEMORY;
    if (is("bind_asks_for_what_is_not_there"))
        return (rapport_status)host->setting(host->self, NULL, NULL, "none")->count;
    if (is("bind_says_much")) {
        memset(long_words, '\033', sizeof long_words - 1);
        host->report(host->self, RAPPORT_ERROR, NULL, long_words);
        return RAPPORT_BAD_SETTING;
    }
    if (is("bind_writes_scale"))
        memset(hidden((uintptr_t)scale), 0, sizeof *scale);
    return RAPPORT_OK;
}

static void unbind(void *self)
{
    (void)self;
    at("unbind");
}

static rapport_status range(void *self, const rapport_scale *scale, double *low, double *high)
{
    (void)self, (void)scale;
    at("range");
    *low = is("range_is_nan") ? NAN : is("range_falls") ? 1 : 0;
    *high = is("range_is_infinite") ? INFINITY : is("range_falls") ? 0 : 12;
    return is("range_fails") ? RAPPORT_INTERNAL : RAPPORT_OK;
}

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < in->rows; row++) {
        out->number[0][row] = 0;
        for (uint32_t item = 0; item < in->items; item++)
            out->number[0][row] += in->keyed[item][row];
    }
    return RAPPORT_OK;
}

static rapport_setting setting[2] = {
    { .name = "one", .fallback = "1", .doc = "A setting.", .type = RAPPORT_REAL },
    { .name = "two", .fallback = "1", .doc = "A setting.", .type = RAPPORT_REAL },
};
static rapport_scoring scoring = {
    .size = sizeof scoring,
    .id = "born_bad",
    .version = "1.0.0",
    .title = "Born bad",
    .doc = "A sum.",
    .settings = RAPPORT_LIST(setting),
    .bind = bind,
    .unbind = unbind,
    .range = range,
    .score = score,
};
static const rapport_scoring *list[1000] = { &scoring };
static rapport_module module = { .size = sizeof module, .minor = RAPPORT_MINOR, .scoring = list };

static void describe(void)
{
    static char long_name[10000];

    memset(long_name, 'a', sizeof long_name - 1);
    if (is("describes_no_id"))
        scoring.id = NULL;
    else if (is("describes_wild_id"))
        scoring.id = hidden(1);
    else if (is("describes_long_id"))
        scoring.id = long_name;
    else if (is("describes_odd_id"))
        scoring.id = "Born\033[2J";
    else if (is("describes_no_doc"))
        scoring.doc = NULL;
    else if (is("describes_no_score"))
        scoring.score = NULL;
    else if (is("describes_small_size"))
        scoring.size = 8;
    else if (is("describes_no_size"))
        module.size = 0;
    else if (is("describes_nothing"))
        list[0] = NULL;
    else if (is("describes_later_abi"))
        module.needs_minor = 99;
    else if (is("describes_many_settings"))
        scoring.settings.count = UINT32_MAX;
    else if (is("describes_no_stride"))
        scoring.settings.stride = 0;
    else if (is("describes_wild_settings"))
        scoring.settings.first = hidden(1);
    else if (is("describes_null_settings"))
        scoring.settings.first = NULL;
    else if (is("describes_same_settings"))
        setting[1].name = "one";
    else if (is("describes_no_setting"))
        setting[1].name = NULL;
    else if (is("describes_odd_type"))
        setting[1].type = 77;
    else if (is("describes_nan_range"))
        setting[1].low = NAN;
    else if (is("describes_wild_list"))
        module.scoring = hidden(8);
    else if (is("describes_itself"))
        list[0] = hidden((uintptr_t)&module);
    else if (is("describes_without_end"))
        for (size_t i = 0; i < sizeof list / sizeof *list; i++)
            list[i] = &scoring;
}

const rapport_module *rapport_module_v1(void)
{
    static rapport_module other;
    static int calls;

    at("entry");
    describe();
    if (is("entry_gives_two") && calls++ > 0)
        return memcpy(&other, &module, sizeof other);
    if (is("entry_gives_wild"))
        return hidden(8);
    return is("entry_gives_nothing") ? NULL : &module;
}
