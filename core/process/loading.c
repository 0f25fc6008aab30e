/* loading.c - from a plan to workers that wait for rows: plugins are loaded, checked and bound.
 *
 * They are so in a process that may be lost. What it says comes back as text, and what becomes of
 * it is told by whose code it ran when it was last seen.
 */
#define _GNU_SOURCE
#include "process/loading.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "pipeline/lines.h"
#include "process/landlock.h"
#include "process/lives.h"
#include "process/plan_facts.h"

enum { PATIENCE = 1 }; /* milliseconds between two looks at whether all is well */

typedef struct hearer {
    void (*tell)(void *self, const char *line); /* may be NULL */
    void *self;
} hearer;

static void hear(const hearer *to, const char *line)
{
    if (to->tell)
        to->tell(to->self, line);
}

/* For a failure that nobody has told yet. */
static rapport_outcome heard(const hearer *to, rapport_outcome outcome, const rapport_error *error)
{
    if (outcome != RAPPORT_DONE)
        hear(to, error->text);
    return outcome;
}

/* Which plugin's code the worker ran when it was last seen; NULL: none's. */
static const module *under_way(const workers *w, const worker *of)
{
    const uint32_t nth = atomic_load(&of->desk->under_way);

    for (const module *m = w->plan->modules.first; m; m = m->next)
        if (m->nth == nth)
            return m;
    return NULL;
}

/* A worker that ended before it was ready, or was ended because that takes too long. */
static rapport_outcome never_ready(const workers *w, const worker *of, bool late,
                                   rapport_error *error)
{
    const module *m = under_way(w, of);
    char how[64] = "ended its process";

    if (late)
        return fail(error, RAPPORT_BAD_PLUGIN,
                    "%s%s is not ready within %u ms; mend it, or raise load_time in [limits] "
                    "[plugin-late]",
                    m ? "plugin " : "the first of the plugins of ",
                    m ? m->file.path : w->plan->pipeline.path, w->plan->load_time);
    if (!m)
        return fail(error, RAPPORT_NO_RESOURCES,
                    "%s: a worker ended before it had begun; free some memory or processes "
                    "[workers]",
                    w->plan->pipeline.path);
    if (WIFSIGNALED(of->status))
        snprintf(how, sizeof how, "crashed (%s)", sigdescr_np(WTERMSIG(of->status)));
    return fail(error, RAPPORT_BAD_PLUGIN,
                "plugin %s %s while it was loaded or started; mend it, or use another "
                "[plugin-load]",
                m->file.path, how);
}

static bool is_told_outcome(uint32_t outcome)
{
    return outcome == RAPPORT_BAD_CONFIG || outcome == RAPPORT_BAD_INPUT ||
           outcome == RAPPORT_BAD_PLUGIN || outcome == RAPPORT_NO_RESOURCES ||
           outcome == RAPPORT_NO_SANDBOX;
}

/* What a worker that cannot do its work says: the last line stands for all. */
static rapport_outcome refused(const worker *of, const hearer *to, rapport_error *error)
{
    const uint32_t outcome = atomic_load(&of->desk->outcome);
    text said = { 0 };

    if (!desk_read(of->desk, DESK_MISTAKES, &said) || !text_add(&said, "", 1)) {
        text_free(&said);
        return heard(to, fail_memory(error), error);
    }
    char *at = said.bytes, *end_of_line;
    fail(error, RAPPORT_BUG, "a worker gives up and does not say why [workers]");
    for (; (end_of_line = strchr(at, '\n')); at = end_of_line + 1) {
        const bool last = !strchr(end_of_line + 1, '\n');
        *end_of_line = 0;
        if (last)
            fail(error, RAPPORT_BUG, "%s", at);
        else
            hear(to, at);
    }
    text_free(&said);
    return is_told_outcome(outcome) ? (rapport_outcome)outcome : RAPPORT_BAD_PLUGIN;
}

/* A worker that dies once may have been ended from outside. */
static bool starts_again(workers *w, worker *of)
{
    return of->early++ == 0 && lives_begin(w, (uint32_t)(of - w->worker));
}

/* How the worker gets on: RAPPORT_DONE if nothing is wrong, be it there or not. */
static rapport_outcome look_after(workers *w, worker *of, desk_state is, const hearer *to,
                                  rapport_error *error)
{
    if (is == DESK_REFUSED)
        return refused(of, to, error);
    if (is == DESK_READY)
        return RAPPORT_DONE;
    const bool late = watch_is_over(of->since, w->plan->load_time);
    if (late)
        lives_end(of);
    if (!late && (!lives_ended(of) || starts_again(w, of)))
        return RAPPORT_DONE;
    return never_ready(w, of, late, error);
}

static bool is_refused(const worker *of)
{
    return desk_wait(of->desk, DESK_NEW, 0) == DESK_REFUSED;
}

/* What a worker says itself is heard; what becomes of it is for the caller to tell. */
static rapport_outcome wait_for(workers *w, worker *of, desk_state wanted, const hearer *to,
                                rapport_error *error)
{
    for (;;) {
        const desk_state is = desk_wait(of->desk, wanted, PATIENCE);
        if (is >= wanted && is != DESK_REFUSED)
            return RAPPORT_DONE;
        rapport_outcome outcome = look_after(w, of, is, to, error);
        if (outcome != RAPPORT_DONE)
            return outcome;
    }
}

/* What the worker tells of its plugins, as far as nobody else can know it. */
static rapport_outcome hear_facts(workers *w, const worker *of, rapport_error *error)
{
    text said = { 0 };
    provenance told;

    if (!desk_read(of->desk, DESK_FACTS, &said))
        return fail_memory(error);
    rapport_outcome outcome =
        provenance_read(&told, said.bytes, said.length, "plugins", &w->arena, error);
    text_free(&said);
    if (outcome == RAPPORT_DONE && plan_facts_told(&w->facts, &told, w->plan, &w->arena))
        return RAPPORT_DONE;
    return outcome == RAPPORT_NO_RESOURCES
               ? outcome
               : fail(error, RAPPORT_BAD_PLUGIN,
                      "%s: a plugin tells of itself what cannot be; mend it, or find it with "
                      "--isolation none [plugin-facts]",
                      w->plan->pipeline.path);
}

static rapport_outcome load_here(workers *w, problems *found, const hearer *to,
                                 rapport_error *error)
{
    if (!w->plan->loaded) {
        plan_load(w->plan, found);
        pipeline_check(w->plan, found);
    }
    rapport_outcome outcome = problems_close(found, to->tell, to->self, error);
    if (outcome == RAPPORT_DONE && !plan_facts(&w->facts, w->plan, &w->arena))
        outcome = heard(to, fail_memory(error), error);
    return outcome;
}

/* By a first worker. If it does not come to say anything, what was known before is told with that.
 */
static rapport_outcome load_there(workers *w, problems *found, const hearer *to,
                                  rapport_error *error)
{
    rapport_outcome outcome = lives_add(w, error);

    w->landlock = landlock_abi();
    if (outcome == RAPPORT_DONE && (!prints_open(&w->printed) || !lives_begin(w, 0)))
        outcome = lives_refused(w, error);
    if (outcome == RAPPORT_DONE)
        outcome = wait_for(w, w->worker, DESK_LOADED, to, error);
    if (outcome == RAPPORT_DONE)
        return heard(to, hear_facts(w, w->worker, error), error);
    if (w->count > 0 && is_refused(w->worker))
        return outcome;
    if (outcome == RAPPORT_NO_RESOURCES)
        return heard(to, outcome, error); /* as it would be anywhere else */
    problem_add(found, outcome, NULL, "%s", error->text);
    return problems_close(found, to->tell, to->self, error);
}

rapport_outcome workers_load(workers *w, plan *plan, problems *found,
                             void (*tell)(void *self, const char *line), void *self,
                             rapport_error *error)
{
    const hearer to = { tell, self };

    *w = (workers){ .plan = plan,
                    .found = found,
                    .step = plan->isolation == RAPPORT_ISOLATION_STRICT ? 2 : 1,
                    .seen = { .everywhere = plan->unique } };
    rapport_outcome outcome = plan->isolation == RAPPORT_ISOLATION_NONE
                                  ? load_here(w, found, &to, error)
                                  : load_there(w, found, &to, error);
    w->found = NULL;
    return outcome;
}

static rapport_outcome bind_here(workers *w, const csv_header *header, const hearer *to,
                                 rapport_error *error)
{
    problems all = { 0 };

    pipeline_bind(&w->pipeline, w->plan, header, &w->arena, &w->notes, &all);
    rapport_outcome outcome = problems_close(&all, to->tell, to->self, error);
    if (outcome == RAPPORT_DONE && !lines_header(&w->heading, &w->pipeline))
        outcome = heard(to, fail_memory(error), error);
    return outcome;
}

/* The first worker has loaded the plan; one that has gone since, with the thread that had started
 * it, is replaced. */
static rapport_outcome bind_there(workers *w, const hearer *to, rapport_error *error)
{
    worker *first = w->worker;
    const bool gone = lives_ended(first);

    desk_give_header(first->desk, w->header.bytes, w->header.length, w->records);
    first->since = watch_now();
    if (gone && !lives_begin(w, 0))
        return heard(to, lives_refused(w, error), error);
    rapport_outcome outcome = wait_for(w, first, DESK_READY, to, error);
    if (outcome == RAPPORT_DONE && (!desk_read(first->desk, DESK_HEADING, &w->heading) ||
                                    !desk_read(first->desk, DESK_NOTES, &w->notes)))
        outcome = fail_memory(error);
    return is_refused(first) ? outcome : heard(to, outcome, error);
}

rapport_outcome workers_bind(workers *w, const csv_header *header, const char *bytes,
                             void (*tell)(void *self, const char *line), void *self,
                             rapport_error *error)
{
    const hearer to = { tell, self };

    if (w->count == 0)
        return bind_here(w, header, &to, error);
    w->records = header->records;
    if (!text_add(&w->header, bytes, header->length))
        return heard(&to, fail_memory(error), error);
    return bind_there(w, &to, error);
}

rapport_outcome loading_look_after(workers *w, worker *of, rapport_error *error)
{
    static const hearer nobody = { NULL, NULL };
    return look_after(w, of, desk_wait(of->desk, DESK_NEW, 0), &nobody, error);
}
