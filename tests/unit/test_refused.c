/* test_refused.c - every place in core that asks for memory is refused it: the first time, the last
 * time, and from the first time on. Most places ask an arena that has room left, so refusing what
 * the arena asks of the system (tests/faults) reaches few of them.
 *
 * Whatever is refused, a call ends as it would have, or says that memory is out and has changed no
 * file. Run from the top of the tree, with RAPPORT_PLUGIN_PATH set.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include <rapport/rapport.h>

#include "memory.h"
#include "run.h"
#include "text.h"

/* ---- refusing ----------------------------------------------------------------------------- */

enum { SITES_MOST = 4096 };

/* A place in the code, and which of all askings were its first and its last. */
typedef struct site {
    const void *at;
    unsigned long first, last;
} site;

static site sites[SITES_MOST];
static size_t site_count, tried; /* those before `tried` were refused in an earlier scenario */
static bool listens, lists, for_good;
static unsigned long asked, refuse_at;

static void note(const void *at)
{
    size_t i = 0;

    while (i < site_count && sites[i].at != at)
        i++;
    if (i == SITES_MOST)
        abort();
    if (i == site_count)
        sites[site_count++] = (site){ .at = at, .first = asked };
    sites[i].last = asked;
}

static bool refused(const void *at)
{
    if (!listens)
        return false;
    asked++;
    if (lists)
        note(at);
    if (refuse_at == 0 || asked < refuse_at || (asked > refuse_at && !for_good))
        return false;
    errno = ENOMEM;
    return true;
}

/* WRAPPED(what it gives, its name, (parameters), (arguments), what stands for a refusal) */
#define WRAPPED(type, name, parameters, arguments, nothing)                                        \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return refused(__builtin_return_address(0)) ? (nothing) : __real_##name arguments;         \
    }

WRAPPED(void *, malloc, (size_t bytes), (bytes), NULL)
WRAPPED(void *, calloc, (size_t count, size_t size), (count, size), NULL)
WRAPPED(void *, realloc, (void *old, size_t bytes), (old, bytes), NULL)
WRAPPED(char *, strdup, (const char *from), (from), NULL)
WRAPPED(char *, strndup, (const char *from, size_t most), (from, most), NULL)
WRAPPED(void *, memory_new, (memory * arena, size_t bytes), (arena, bytes), NULL)
WRAPPED(void *, memory_array, (memory * arena, size_t count, size_t size), (arena, count, size),
        NULL)
WRAPPED(void *, memory_grow, (memory * arena, void *old, size_t count, size_t size),
        (arena, old, count, size), NULL)
WRAPPED(char *, memory_text, (memory * arena, const char *from, size_t length),
        (arena, from, length), NULL)
WRAPPED(char *, text_grow, (text * t, size_t more), (t, more), NULL)
WRAPPED(bool, text_add, (text * t, const void *bytes, size_t length), (t, bytes, length), false)
WRAPPED(bool, text_add_string, (text * t, const char *string), (t, string), false)
WRAPPED(bool, text_add_count, (text * t, uint64_t count), (t, count), false)

/* ---- files -------------------------------------------------------------------------------- */

static char folder[] = "/tmp/rapport-XXXXXX";
static const char *const names[] = { "report.csv", "report.rejects.csv", "report.provenance.json",
                                     "pipeline.ini" };
enum { FILES = sizeof names / sizeof *names };

static const char *path_of(const char *name)
{
    static char path[96];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* "": there is none. The caller frees it. */
static char *bytes_of(const char *name)
{
    FILE *file = fopen(path_of(name), "rb");
    char *bytes = calloc(1, 1 << 16);
    if (file && bytes)
        (void)!fread(bytes, 1, (1 << 16) - 1, file);
    if (file)
        fclose(file);
    return bytes;
}

static void write_file(const char *name, const char *bytes)
{
    FILE *file = fopen(path_of(name), "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(bytes, file);
    fclose(file);
}

static void keep_files(char *kept[FILES])
{
    for (int i = 0; i < FILES; i++)
        kept[i] = bytes_of(names[i]);
}

static void free_files(char *kept[FILES])
{
    for (int i = 0; i < FILES; i++)
        free(kept[i]);
}

static void put_back(char *const kept[FILES])
{
    for (int i = 0; i < FILES; i++)
        if (*kept[i])
            write_file(names[i], kept[i]);
        else
            unlink(path_of(names[i]));
}

static bool are(char *const kept[FILES])
{
    bool same = true;
    for (int i = 0; i < FILES; i++) {
        char *now = bytes_of(names[i]);
        same = same && strcmp(now, kept[i]) == 0;
        free(now);
    }
    return same;
}

/* ---- scenarios ------------------------------------------------------------------------------ */

static char said[1 << 16]; /* all failures, a line each */

static void hear(void *self, rapport_severity severity, const char *line)
{
    (void)self;
    if (severity == RAPPORT_FAILS && strlen(said) + strlen(line) + 2 < sizeof said)
        strcat(strcat(said, line), "\n");
}

static void take(void *self, const char *bytes, size_t length)
{
    (void)self;
    (void)bytes;
    (void)length;
}

/* What is tried: a call of the library on a pipeline or an instrument. */
typedef struct scenario {
    enum {
        RUN,
        CHECK,
        VERIFY,
        RERUN,
        AUDIT,
        PSEUDONYMS,
        PINS,
        PIN,
        CHECK_PINNED,
        SHOW,
        LIST,
        REFERENCE
    } call;
    const char *of, *input;
    const char *set[4];
    rapport_isolation isolation; /* in this process, if nothing is said */
    uint32_t verbose;
    rapport_outcome ends; /* where nothing is refused */
} scenario;

static rapport_outcome run_pipeline(const scenario *s, const rapport_options *how,
                                    rapport_error *error)
{
    rapport *runner;
    rapport_outcome outcome = rapport_open(&runner, s->of, how, error);
    if (outcome == RAPPORT_DONE)
        outcome = rapport_run(runner, NULL, error);
    rapport_close(runner);
    return outcome;
}

static rapport_outcome exchange_ids(const rapport_options *how, rapport_error *error)
{
    static const char *const columns[] = { "client_id", NULL };
    rapport_pseudonyms *with;
    rapport_outcome outcome = rapport_pseudonyms_open(&with, path_of("keys/key"), error);
    if (outcome == RAPPORT_DONE)
        outcome = rapport_pseudonymise(with, columns, how, error);
    else
        hear(NULL, RAPPORT_FAILS, error->text);
    rapport_pseudonyms_close(with);
    return outcome;
}

static rapport_outcome call(const scenario *s)
{
    char report[96];
    rapport_error error = { "" };
    snprintf(report, sizeof report, "%s/report.csv", folder);
    rapport_options how = { .size = sizeof how,
                            .set = s->set,
                            .input = s->input,
                            .output = report,
                            .message = hear,
                            .isolation =
                                (uint32_t)(s->isolation ? s->isolation : RAPPORT_ISOLATION_NONE),
                            .verbose = s->verbose };
    said[0] = 0;
    switch (s->call) {
    case RUN:
        return run_pipeline(s, &how, &error);
    case CHECK:
        return rapport_check(s->of, &how, &error);
    case VERIFY:
    case RERUN:
        how.pipeline = s->of;
        how.output = NULL;
        how.rerun = s->call == RERUN;
        return rapport_verify(report, &how, &error);
    case AUDIT:
        return rapport_verify_audit(path_of("audit.log"), &how, &error);
    case PSEUDONYMS:
        return exchange_ids(&how, &error);
    case PINS:
        return rapport_pins(s->of, &how, take, NULL, &error);
    case PIN:
        return rapport_pin(path_of("pipeline.ini"), &how, &error);
    case CHECK_PINNED:
        return rapport_check(path_of("pipeline.ini"), &how, &error);
    case SHOW:
        return rapport_show(s->of, &how, take, NULL, &error);
    case LIST:
        return rapport_catalogue(&how, take, NULL, &error);
    default:
        return rapport_reference(take, NULL, &error);
    }
}

static rapport_outcome call_refusing(const scenario *s, unsigned long at, bool from_then_on)
{
    asked = 0;
    refuse_at = at;
    for_good = from_then_on;
    listens = true;
    rapport_outcome outcome = call(s);
    listens = false;
    return outcome;
}

static unsigned long points;

/* One refusal, and what is owed then. */
static void refuse(const scenario *s, const site *of, unsigned long at, bool from_then_on,
                   rapport_outcome clean, char *const before[FILES], char *const after[FILES])
{
    put_back(before);
    points++;
    rapport_outcome outcome = call_refusing(s, at, from_then_on);
    bool as_ever = outcome == clean && are(after);
    bool out_of_memory = outcome == RAPPORT_NO_RESOURCES && are(before) && strchr(said, '[');
    if (!as_ever && !out_of_memory)
        fprintf(stderr, "\n    %s, call %d: asked at %p, number %lu%s: outcome %d, %s files: %s\n",
                s->of ? s->of : "", (int)s->call, of->at, at, from_then_on ? " and on" : "",
                (int)outcome,
                are(before)  ? "old"
                : are(after) ? "new"
                             : "other",
                said);
    CU_ASSERT_TRUE(as_ever || out_of_memory);
}

static void refuse_each(const scenario *s)
{
    char *before[FILES], *after[FILES];

    keep_files(before);
    tried = site_count;
    lists = true;
    const rapport_outcome clean = call_refusing(s, 0, false);
    lists = false;
    CU_ASSERT_EQUAL(clean, s->ends);
    keep_files(after);
    for (size_t i = tried; i < site_count; i++) {
        refuse(s, &sites[i], sites[i].first, false, clean, before, after);
        refuse(s, &sites[i], sites[i].first, true, clean, before, after);
        if (sites[i].last > sites[i].first)
            refuse(s, &sites[i], sites[i].last, false, clean, before, after);
    }
    put_back(after);
    free_files(before);
    free_files(after);
}

#define GOLDEN(name)                                                                               \
    .of = "tests/golden/" name "/run.ini", .input = "tests/golden/" name "/input.csv"
#define INTAKE .of = "conf/intake.ini"
#define SAMPLE .input = "instruments/sample/sessions.csv"

static void refuse_all(const scenario *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        refuse_each(&all[i]);
}
#define REFUSE_ALL(all) refuse_all(all, sizeof(all) / sizeof *(all))

static void in_a_run(void)
{
    static const scenario all[] = {
        { .call = RUN, GOLDEN("stages"), .ends = RAPPORT_SOME_REJECTED },
        { .call = RUN, GOLDEN("licences"), .verbose = 1 },
        { .call = RUN, GOLDEN("events"), .ends = RAPPORT_SOME_REJECTED },
        { .call = RUN, GOLDEN("formulas") },
        { .call = RUN, GOLDEN("relation_factor") },
        { .call = RUN, GOLDEN("profiles") },
        { .call = RUN,
          INTAKE,
          SAMPLE,
          .set = { "input.unique=yes" },
          .ends = RAPPORT_SOME_REJECTED },
        { .call = RUN, GOLDEN("phq9"), .ends = RAPPORT_SOME_REJECTED },
        { .call = RUN, GOLDEN("lone_cr"), .ends = RAPPORT_SOME_REJECTED },
        { .call = RUN, GOLDEN("other_ratings") },
        { .call = RUN, GOLDEN("weights") },
        { .call = RUN, GOLDEN("optional") },
        { .call = RUN, INTAKE, SAMPLE, .ends = RAPPORT_SOME_REJECTED },
        { .call = RUN,
          INTAKE,
          SAMPLE,
          .isolation = RAPPORT_ISOLATION_PROCESS,
          .ends = RAPPORT_SOME_REJECTED },
    };
    REFUSE_ALL(all);
}

/* A log for AUDIT to look at. */
static void audit_a_run(void)
{
    char log[128];
    snprintf(log, sizeof log, "audit.log=%s", path_of("audit.log"));
    const scenario run = { .call = RUN, INTAKE, SAMPLE, .set = { log } };
    CU_ASSERT_EQUAL(call(&run), RAPPORT_SOME_REJECTED);
}

static void in_other_calls(void)
{
    static const scenario all[] = {
        { .call = CHECK, INTAKE, SAMPLE, .verbose = 1 },
        { .call = RUN, GOLDEN("stages"), .ends = RAPPORT_SOME_REJECTED },
        { .call = VERIFY, GOLDEN("stages") },
        { .call = RERUN, GOLDEN("stages") },
        { .call = PINS, INTAKE },
        { .call = PIN },
        { .call = PIN },
        { .call = CHECK_PINNED },
        { .call = AUDIT },
        { .call = PSEUDONYMS, .input = "instruments/alliance/sample.csv" },
        { .call = SHOW, .of = "boundary", .verbose = 1 },
        { .call = SHOW, .of = "weighted" },
        { .call = SHOW, .of = "nothing", .verbose = 1, .ends = RAPPORT_WRONG_USE },
        { .call = LIST },
        { .call = LIST, .verbose = 1 },
        { .call = REFERENCE },
    };
    char pipeline[4200], here[4096];
    CU_ASSERT_PTR_NOT_NULL_FATAL(getcwd(here, sizeof here));
    snprintf(pipeline, sizeof pipeline,
             "[pipeline]\nstages = a\nrespondent = client_id\n[stage a]\n"
             "instrument = %s/instruments/alliance/alliance.ini\n",
             here);
    write_file("pipeline.ini", pipeline);
    CU_ASSERT_EQUAL(mkdir(path_of("keys"), 0700), 0);
    CU_ASSERT_EQUAL(rapport_make_key(path_of("keys/key"), NULL), RAPPORT_DONE);
    audit_a_run();
    REFUSE_ALL(all);
}

static void where_there_are_mistakes(void)
{
    static const scenario all[] = {
        { .call = CHECK,
          INTAKE,
          .set = { "pipeline.stages=alliance nothing" },
          .ends = RAPPORT_BAD_CONFIG },
        { .call = CHECK,
          INTAKE,
          .set = { "pipeline.stagse=alliance", "input.unique=maybe" },
          .ends = RAPPORT_BAD_CONFIG },
        { .call = CHECK,
          INTAKE,
          .set = { "stage alliance.instrument=aliance" },
          .verbose = 1,
          .ends = RAPPORT_BAD_CONFIG },
        { .call = CHECK, .of = "conf/nothing.ini", .verbose = 1, .ends = RAPPORT_BAD_CONFIG },
        { .call = RUN,
          INTAKE,
          .input = "tests/golden/stages/input.csv",
          .ends = RAPPORT_BAD_CONFIG },
        { .call = RUN, INTAKE, .input = "tests/golden/nothing.csv", .ends = RAPPORT_BAD_INPUT },
    };
    REFUSE_ALL(all);
}

int main(void)
{
    static const promise promises[] = {
        { "says so in a run, or does as ever", in_a_run },
        { "says so in other calls, or does as ever", in_other_calls },
        { "says so where there are mistakes, or tells them as ever", where_there_are_mistakes },
    };

    if (!mkdtemp(folder))
        return 64;
    int status = RUN("refused", promises);
    for (int i = 0; i < FILES; i++)
        unlink(path_of(names[i]));
    unlink(path_of("keys/key"));
    rmdir(path_of("keys"));
    unlink(path_of("audit.log"));
    printf("allocations failed %lu\n", points);
    return rmdir(folder) == 0 ? status : 1;
}
