/* rapport.c - the functions of rapport.h, in the order of a run. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "config/describe.h"
#include "config/nearest.h"
#include "pipeline/pipeline.h"
#include "process/supervisor.h"

struct rapport {
    memory arena;
    plan plan;
    const char *const *set; /* the arena's */
    listener listener;
    atomic_bool cancelled;
};

static void tell_problem(void *self, const char *line)
{
    listener_tell(self, RAPPORT_FAILS, "%s", line);
}

/* The places that were tried, one a line. */
static void tell_places(const listener *to, const text *tried)
{
    const char *at = tried->bytes, *end = at ? at + tried->length : NULL;

    while (at < end) {
        const char *line = memchr(at, '\n', (size_t)(end - at));
        if (!line) /* memory ran out behind it */
            return;
        listener_tell(to, RAPPORT_DETAILS, "%.*s", (int)(line - at), at);
        at = line + 1;
    }
}

static bool copy_set(rapport *runner, const char *const *set)
{
    size_t count = 0;
    while (set && set[count])
        count++;
    const char **copy = memory_array(&runner->arena, count + 1, sizeof *copy);
    runner->set = (const char *const *)copy;
    for (size_t i = 0; copy && i < count; i++)
        if (!(copy[i] = memory_text(&runner->arena, set[i], strlen(set[i]))))
            return false;
    return copy;
}

/* An input or output given in the call goes before the pipeline's. */
static bool replace(rapport *runner, const char **path, const char *given)
{
    if (given)
        *path = memory_text(&runner->arena, given, strlen(given));
    return !given || *path;
}

static rapport_outcome open_plan(rapport *runner, const char *path, const rapport_options *options,
                                 rapport_error *error)
{
    problems all = { 0 };
    text tried = { 0 };

    if (!copy_set(runner, options->set))
        problem_memory(&all);
    else if (plan_read(&runner->plan, path, runner->set, &runner->arena,
                       options->verbose ? &tried : NULL, &all))
        pipeline_check(&runner->plan, &all);
    if (options->isolation)
        runner->plan.isolation = (rapport_isolation)options->isolation;
    if (options->workers)
        runner->plan.workers = options->workers;
    runner->plan.modules.tried = NULL;
    tell_places(&runner->listener, &tried);
    text_free(&tried);
    if (!replace(runner, &runner->plan.input, options->input) ||
        !replace(runner, &runner->plan.report, options->output))
        problem_memory(&all);
    return problems_close(&all, tell_problem, &runner->listener, error);
}

rapport_outcome rapport_open(rapport **out, const char *path, const rapport_options *options,
                             rapport_error *error)
{
    rapport_options known = { 0 };

    *out = NULL;
    if (options)
        memcpy(&known, options, options->size < sizeof known ? options->size : sizeof known);
    listener to = { .message = known.message, .self = known.self };
    rapport *runner = calloc(1, sizeof *runner);
    if (!runner) {
        problems none = { .memory = true };
        return problems_close(&none, tell_problem, &to, error);
    }
    runner->listener = to;
    rapport_outcome outcome = open_plan(runner, path, &known, error);
    if (outcome != RAPPORT_DONE) {
        rapport_close(runner);
        return outcome;
    }
    *out = runner;
    return RAPPORT_DONE;
}

static supervision supervision_of(const rapport *runner)
{
    return (supervision){ .plan = &runner->plan,
                          .set = runner->set,
                          .listener = runner->listener,
                          .cancelled = &runner->cancelled };
}

rapport_outcome rapport_run(rapport *runner, rapport_summary *summary, rapport_error *error)
{
    const supervision how = supervision_of(runner);
    return supervise(&how, summary, error);
}

void rapport_cancel(rapport *runner)
{
    atomic_store_explicit(&runner->cancelled, true, memory_order_relaxed);
}

void rapport_close(rapport *runner)
{
    if (runner)
        memory_free(&runner->arena);
    free(runner);
}

rapport_outcome rapport_check(const char *path, const rapport_options *options,
                              rapport_error *error)
{
    rapport *runner;
    rapport_outcome outcome = rapport_open(&runner, path, options, error);
    rapport_close(runner);
    return outcome;
}

/* ---- what there is ------------------------------------------------------------------------ */

typedef bool describer(text *out, const char *name, memory *arena, problems *all);

static rapport_outcome describe(describer *what, const char *name, rapport_writer *write,
                                void *self, rapport_error *error)
{
    memory arena = { 0 };
    problems all = { 0 };
    text out = { 0 };

    what(&out, name, &arena, &all);
    rapport_outcome outcome = problems_close(&all, NULL, NULL, error);
    if (outcome == RAPPORT_DONE)
        write(self, out.bytes, out.length);
    text_free(&out);
    memory_free(&arena);
    return outcome;
}

rapport_outcome rapport_catalogue(rapport_writer *write, void *self, rapport_error *error)
{
    return describe(describe_list, NULL, write, self, error);
}

rapport_outcome rapport_show(const char *name, rapport_writer *write, void *self,
                             rapport_error *error)
{
    return describe(describe_one, name, write, self, error);
}

rapport_outcome rapport_reference(rapport_writer *write, void *self, rapport_error *error)
{
    return describe(describe_reference, NULL, write, self, error);
}

const char *rapport_nearest(const char *wanted, const char *const *names)
{
    nearest search = { .wanted = wanted };
    for (; *names; names++)
        nearest_offer(&search, *names);
    return search.tie ? NULL : search.best;
}

const char *rapport_version(void)
{
    return RAPPORT_VERSION;
}
