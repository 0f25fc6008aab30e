/* workers.c - who loads the plugins and scores the chunks: child processes, or this one itself.
 *
 * Chunk n is worker n mod count's. What a worker does is in worker.c; here is what its supervisor
 * makes of it, who believes nothing that a process with plugins in it says of its own accord.
 */
#define _GNU_SOURCE
#include "process/workers.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pipeline/lines.h"
#include "process/birth.h"
#include "process/confine.h"
#include "process/input.h"
#include "process/landlock.h"
#include "process/plan_facts.h"

enum { WORKERS_MOST = 64 };    /* of our own accord */
enum { RESTARTS_MOST = 1000 }; /* in a run */
enum { PATIENCE = 1 };         /* milliseconds between two looks at whether all is well */
enum { MILLION = 1000000 };    /* nanoseconds in one */

static rapport_outcome no_resources(rapport_error *error, const char *what)
{
    return fail(error, RAPPORT_NO_RESOURCES,
                "%s: %s; free some memory or processes, or run with fewer workers [workers]", what,
                strerror(errno));
}

static rapport_outcome cannot_start(const workers *w, rapport_error *error)
{
    return w->plan->isolation == RAPPORT_ISOLATION_STRICT && errno != EAGAIN && errno != ENOMEM &&
                   errno != EMFILE && errno != ENFILE
               ? confine_refused(error, w->plan, "namespaces", "namespaces")
               : no_resources(error, "cannot start a worker");
}

/* ---- their lives ------------------------------------------------------------------------- */

static slot **slots_of(const workers *w, uint32_t who)
{
    return w->slot + who * SLOTS_EACH;
}

/* Of what this process shares with others, a worker keeps its own. */
static void leave_others(const workers *w, uint32_t who)
{
    for (uint32_t i = 0; i < w->slots; i++)
        if (i / SLOTS_EACH != who)
            slot_free(w->slot[i]);
    for (uint32_t i = 0; i < w->count; i++)
        if (i != who)
            desk_free(w->worker[i].desk);
}

/* false: errno says why not. */
static bool start(workers *w, uint32_t who)
{
    worker *of = &w->worker[who];
    const bool apart = w->plan->isolation == RAPPORT_ISOLATION_STRICT;
    const post post = { .plan = w->plan,
                        .found = w->found,
                        .desk = of->desk,
                        .printed = &w->printed,
                        .own = slots_of(w, who),
                        .landlock = w->landlock,
                        .supervisor = apart ? 0 : getpid(),
                        .twin = who % w->step != 0 };

    desk_clear(of->desk);
    of->since = watch_now();
    const pid_t pid = apart ? birth_apart() : birth_plain();
    if (pid == 0) {
        leave_others(w, who);
        worker_live(&post);
    }
    of->pid = pid > 0 ? pid : 0;
    return pid > 0;
}

/* Room for one more. */
static rapport_outcome add_worker(workers *w, rapport_error *error)
{
    worker *worker = realloc(w->worker, (w->count + 1) * sizeof *worker);
    w->worker = worker ? worker : w->worker;
    slot **slot = realloc(w->slot, (w->count + 1) * SLOTS_EACH * sizeof *slot);
    w->slot = slot ? slot : w->slot;
    if (!worker || !slot)
        return fail_memory(error);
    w->worker[w->count] = (struct worker){ .desk = desk_new() };
    if (!w->worker[w->count].desk)
        return no_resources(error, "no room for a worker");
    w->count++;
    for (uint32_t i = 0; i < SLOTS_EACH; i++) {
        struct slot *s = w->slot[w->slots] = slot_new(w->plan);
        if (!s)
            return no_resources(error, "no room for a chunk");
        s->bell = *slots_of(w, w->count - 1);
        w->slots++;
    }
    return RAPPORT_DONE;
}

static bool is_dead(worker *of)
{
    if (of->pid == 0)
        return true;
    pid_t ended = waitpid(of->pid, &of->status, WNOHANG);
    if (ended == 0 || (ended < 0 && errno == EINTR))
        return false;
    of->pid = 0;
    return true;
}

/* The same for one that was killed: it takes a moment. */
static bool reap(worker *of)
{
    while (of->pid && waitpid(of->pid, &of->status, 0) < 0 && errno == EINTR)
        ;
    of->pid = 0;
    return true;
}

static void end(worker *of)
{
    if (of->pid)
        kill(of->pid, SIGKILL);
    reap(of);
}

/* ---- before the first row ----------------------------------------------------------------- */

typedef struct hearer {
    void (*tell)(void *self, const char *line); /* may be NULL */
    void *self;
} hearer;

static void hear(const hearer *to, const char *line)
{
    if (to->tell)
        to->tell(to->self, line);
}

static rapport_outcome hear_no_memory(const hearer *to, rapport_error *error)
{
    rapport_outcome outcome = fail_memory(error);
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
        return hear_no_memory(to, error);
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
    return of->early++ == 0 && start(w, (uint32_t)(of - w->worker));
}

static bool is_slow(const workers *w, const worker *of)
{
    return watch_now() - of->since > (uint64_t)w->plan->load_time * MILLION;
}

/* How the worker gets on: RAPPORT_DONE if nothing is wrong, be it there or not. */
static rapport_outcome look_after(workers *w, worker *of, desk_state is, const hearer *to,
                                  rapport_error *error)
{
    if (is == DESK_REFUSED)
        return refused(of, to, error);
    if (is == DESK_READY)
        return RAPPORT_DONE;
    const bool late = is_slow(w, of);
    if (late)
        end(of);
    if (!late && (!is_dead(of) || starts_again(w, of)))
        return RAPPORT_DONE;
    return never_ready(w, of, late, error);
}

static rapport_outcome wait_for(workers *w, worker *of, desk_state wanted, const hearer *to,
                                rapport_error *error)
{
    for (;;) {
        const desk_state is = desk_wait(of->desk, wanted, PATIENCE);
        if (is >= wanted && is != DESK_REFUSED)
            return RAPPORT_DONE;
        rapport_outcome outcome = look_after(w, of, is, to, error);
        if (outcome != RAPPORT_DONE && is != DESK_REFUSED)
            hear(to, error->text);
        if (outcome != RAPPORT_DONE)
            return outcome;
    }
}

/* The mistakes in the plan that were known before, with what became of the worker. */
static rapport_outcome wait_for_load(workers *w, problems *found, const hearer *to,
                                     rapport_error *error)
{
    static const hearer nobody = { NULL, NULL };
    const bool known = found && found->count > 0;
    rapport_outcome outcome = wait_for(w, w->worker, DESK_LOADED, known ? &nobody : to, error);

    if (outcome == RAPPORT_DONE || !known)
        return outcome;
    if (desk_wait(w->worker->desk, DESK_NEW, 0) == DESK_REFUSED)
        return refused(w->worker, to, error); /* these are among what it says */
    problem_add(found, outcome, NULL, "%s", error->text);
    return problems_close(found, to->tell, to->self, error);
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
        outcome = hear_no_memory(to, error);
    return outcome;
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
    if (plan->isolation == RAPPORT_ISOLATION_NONE)
        return load_here(w, found, &to, error);
    w->landlock = landlock_abi();
    rapport_outcome outcome = add_worker(w, error);
    if (outcome == RAPPORT_DONE && (!prints_open(&w->printed) || !start(w, 0)))
        outcome = cannot_start(w, error);
    if (outcome != RAPPORT_DONE) {
        hear(&to, error->text);
        return outcome;
    }
    outcome = wait_for_load(w, found, &to, error);
    w->found = NULL;
    if (outcome != RAPPORT_DONE)
        return outcome;
    outcome = hear_facts(w, w->worker, error);
    if (outcome != RAPPORT_DONE)
        hear(&to, error->text);
    return outcome;
}

static rapport_outcome bind_here(workers *w, const csv_header *header, const hearer *to,
                                 rapport_error *error)
{
    problems all = { 0 };

    pipeline_bind(&w->pipeline, w->plan, header, &w->arena, &w->notes, &all);
    rapport_outcome outcome = problems_close(&all, to->tell, to->self, error);
    if (outcome == RAPPORT_DONE && !lines_header(&w->heading, &w->pipeline))
        outcome = hear_no_memory(to, error);
    return outcome;
}

static void give_header(const workers *w, worker *to)
{
    desk_give_header(to->desk, w->header.bytes, w->header.length, w->records);
}

/* The first worker has loaded the plan; one that has gone since, with the thread that had started
 * it, is replaced. */
rapport_outcome workers_bind(workers *w, const csv_header *header, const char *bytes,
                             void (*tell)(void *self, const char *line), void *self,
                             rapport_error *error)
{
    const hearer to = { tell, self };
    worker *first = w->worker;

    if (w->count == 0)
        return bind_here(w, header, &to, error);
    const bool gone = is_dead(first);
    w->records = header->records;
    if (!text_add(&w->header, bytes, header->length))
        return hear_no_memory(&to, error);
    give_header(w, first);
    first->since = watch_now();
    if (gone && !start(w, 0)) {
        rapport_outcome outcome = cannot_start(w, error);
        hear(&to, error->text);
        return outcome;
    }
    rapport_outcome outcome = wait_for(w, first, DESK_READY, &to, error);
    if (outcome == RAPPORT_DONE && (!desk_read(first->desk, DESK_HEADING, &w->heading) ||
                                    !desk_read(first->desk, DESK_NOTES, &w->notes)))
        outcome = hear_no_memory(&to, error);
    return outcome;
}

rapport_outcome workers_start(workers *w, uint32_t count, rapport_error *error)
{
    rapport_outcome outcome = RAPPORT_DONE;

    if (w->count == 0) {
        w->slot = calloc(1, sizeof *w->slot);
        if (!w->slot)
            return fail_memory(error);
        w->slots = 1;
        w->slot[0] = slot_new(w->plan);
        return w->slot[0] ? RAPPORT_DONE : no_resources(error, "no room for a chunk");
    }
    while (outcome == RAPPORT_DONE && w->count < w->step * count) {
        outcome = add_worker(w, error);
        if (outcome != RAPPORT_DONE)
            break;
        give_header(w, &w->worker[w->count - 1]);
        if (!start(w, w->count - 1))
            outcome = cannot_start(w, error);
    }
    return outcome;
}

/* ---- chunks ------------------------------------------------------------------------------- */

/* Who scores it; where there are twins, the first of two. */
static uint32_t worker_of(const workers *w, uint64_t chunk)
{
    return (uint32_t)(chunk % (w->count / w->step)) * w->step;
}

static slot *slot_of(const workers *w, uint64_t chunk, uint32_t who)
{
    return slots_of(w, who)[chunk / (w->count / w->step) % SLOTS_EACH];
}

slot *workers_slot(const workers *w, uint64_t chunk)
{
    return w->count == 0 ? w->slot[0] : slot_of(w, chunk, worker_of(w, chunk));
}

uint32_t workers_slots(const workers *w)
{
    return w->count == 0 ? 1 : w->slots / w->step;
}

/* NULL: it is scored once. */
static slot *slot_of_twin(const workers *w, uint64_t chunk)
{
    return w->count > 0 && w->step > 1 ? slot_of(w, chunk, worker_of(w, chunk) + 1) : NULL;
}

void workers_clear(workers *w, uint64_t chunk)
{
    slot *twin = slot_of_twin(w, chunk);

    slot_clear(workers_slot(w, chunk));
    if (twin)
        slot_clear(twin);
}

static void copy_to_twin(slot *twin, const slot *s)
{
    twin->input = s->input;
    twin->input.bytes = memcpy(twin->text, s->input.bytes, s->input.length);
    twin->records = s->records;
    if (s->input.before) {
        seen_copy(&twin->before, s->input.before);
        twin->input.before = &twin->before;
    }
}

void workers_hand(workers *w, uint64_t chunk)
{
    slot *s = workers_slot(w, chunk), *twin = slot_of_twin(w, chunk);

    if (w->count == 0) {
        piece_score(&s->out, &s->input, &w->pipeline, &w->seen);
        return;
    }
    slot_give(s, SLOT_WORKER);
    if (twin) {
        copy_to_twin(twin, s);
        slot_give(twin, SLOT_WORKER);
    }
}

uint32_t workers_best(void)
{
    cpu_set_t ours;

    if (sched_getaffinity(0, sizeof ours, &ours) != 0)
        return 1;
    const int count = CPU_COUNT(&ours);
    return count < WORKERS_MOST ? (uint32_t)count : WORKERS_MOST;
}

static rapport_outcome dead(const worker *of, const slot *s, const char *table,
                            rapport_error *error)
{
    char how[64];

    if (WIFSIGNALED(of->status))
        snprintf(how, sizeof how, "crashed (%s)", sigdescr_np(WTERMSIG(of->status)));
    else
        snprintf(how, sizeof how, "ended the process (exit %d)", WEXITSTATUS(of->status));
    return fail(error, RAPPORT_PLUGIN_FAILED,
                "%s:%llu: a plugin %s on a record from here on; find it with --isolation none "
                "and a debugger; an older report is untouched [plugin-crash]",
                table, (unsigned long long)s->input.first_line, how);
}

/* The slot the worker is, or was, at; NULL: none. */
static slot *slot_at_work(const workers *w, uint32_t who)
{
    for (uint32_t i = 0; i < SLOTS_EACH; i++) {
        slot *s = w->slot[who * SLOTS_EACH + i];
        if (slot_whose(s) == SLOT_WORKER && atomic_load(&s->shared->busy))
            return s;
    }
    return NULL;
}

/* Whether the worker waits for a plugin for longer than it may. */
static bool is_late(const workers *w, uint32_t who)
{
    const plan *plan = w->plan;
    slot *s = slot_at_work(w, who);
    const uint64_t since = s ? atomic_load(&s->shared->watch.since) : 0, now = watch_now();
    const uint64_t limit = s && s->by_row ? plan->row_time : plan->batch_time;

    return since > 0 && now > since && now - since > limit * MILLION;
}

/* What a worker died at is done once more as it is, as it may not have been the plugin's fault;
 * then row by row; and a row on which it dies then is left out. false: there is nothing more to
 * try. */
static bool try_again(slot *s, const worker *of, bool late)
{
    const uint32_t signal = WIFSIGNALED(of->status) ? (uint32_t)WTERMSIG(of->status) : 0;
    bool more = true;

    atomic_store(&s->shared->busy, false);
    s->deaths++;
    if (s->by_row)
        more = late ? slot_leave_out(s, FOUND_PLUGIN_LATE, 0)
                    : slot_leave_out(s, FOUND_PLUGIN_CRASHED, signal);
    s->by_row = s->by_row || late || s->deaths > 1;
    if (more)
        slot_give(s, SLOT_WORKER);
    return more;
}

/* Where the whole table is looked through for repeats, what was seen died with the worker. */
static rapport_outcome replace(workers *w, uint32_t who, const slot *waiting, bool late,
                               rapport_error *error)
{
    const worker *of = &w->worker[who];
    slot *s = slot_at_work(w, who);

    if (w->restarts++ == RESTARTS_MOST || w->plan->unique || (s && !try_again(s, of, late)))
        return dead(of, s ? s : waiting, table_name(w->plan), error);
    return start(w, who) ? RAPPORT_DONE : cannot_start(w, error);
}

/* One that is at its slots is looked at by what it does there; before that, by how it gets ready.
 */
static rapport_outcome look_at(workers *w, uint32_t who, const slot *waiting, rapport_error *error)
{
    static const hearer nobody = { NULL, NULL };
    worker *of = &w->worker[who];
    const desk_state is = desk_wait(of->desk, DESK_NEW, 0);

    if (is != DESK_READY)
        return look_after(w, of, is, &nobody, error);
    const bool late = is_late(w, who);
    if (late)
        kill(of->pid, SIGKILL);
    if ((late ? reap(of) : is_dead(of)) && slot_whose(waiting) != SLOT_SUPERVISOR)
        return replace(w, who, waiting, late, error);
    return RAPPORT_DONE;
}

static rapport_outcome wait_at(workers *w, uint32_t who, slot *s, const atomic_bool *cancelled,
                               rapport_error *error)
{
    rapport_outcome outcome = RAPPORT_DONE;

    prints_take(&w->printed);
    while (outcome == RAPPORT_DONE && !slot_wait(s, PATIENCE)) {
        if (atomic_load(cancelled))
            return input_cancelled(error);
        outcome = look_at(w, who, s, error);
    }
    if (outcome == RAPPORT_DONE && !slot_take(s, w->plan->kernel))
        return fail(error, RAPPORT_PLUGIN_FAILED,
                    "%s:%llu: a plugin has written over what is not its own, so that nothing can "
                    "be said of the records from here on; mend it; an older report is untouched "
                    "[plugin-wild]",
                    table_name(w->plan), (unsigned long long)s->input.first_line);
    return outcome;
}

static bool same_text(const text *a, const text *b)
{
    return a->length == b->length && (a->length == 0 || memcmp(a->bytes, b->bytes, a->length) == 0);
}

static bool same_piece(const piece *a, const piece *b)
{
    return a->outcome == b->outcome && a->full == b->full && a->warnings == b->warnings &&
           a->scored.ok == b->scored.ok && a->scored.partial == b->scored.partial &&
           same_text(&a->scored.report, &b->scored.report) && same_text(&a->rejects, &b->rejects) &&
           same_text(&a->messages, &b->messages);
}

rapport_outcome workers_wait(workers *w, uint64_t chunk, const atomic_bool *cancelled,
                             rapport_error *error)
{
    slot *s = workers_slot(w, chunk), *twin = slot_of_twin(w, chunk);

    if (w->count == 0)
        return RAPPORT_DONE;
    rapport_outcome outcome = wait_at(w, worker_of(w, chunk), s, cancelled, error);
    if (outcome == RAPPORT_DONE && twin)
        outcome = wait_at(w, worker_of(w, chunk) + 1, twin, cancelled, error);
    if (outcome == RAPPORT_DONE && twin && !same_piece(&s->out, &twin->out))
        return fail(error, RAPPORT_PLUGIN_FAILED,
                    "%s:%llu: of the records from here on some come out differently when they are "
                    "scored once more, so a plugin does not go by the row alone; mend it; an older "
                    "report is untouched [plugin-differs]",
                    table_name(w->plan), (unsigned long long)s->input.first_line);
    return outcome;
}

/* One that is in the middle of something is not waited for. */
static void end_worker(workers *w, uint32_t who)
{
    worker *of = &w->worker[who];
    bool busy = desk_wait(of->desk, DESK_NEW, 0) != DESK_READY;

    for (uint32_t i = who * SLOTS_EACH; i < (who + 1) * SLOTS_EACH && i < w->slots; i++) {
        busy = busy || slot_whose(w->slot[i]) == SLOT_WORKER;
        slot_give(w->slot[i], SLOT_CLOSED);
    }
    if (busy)
        end(of);
    reap(of);
}

void workers_end(workers *w)
{
    for (uint32_t i = 0; i < w->count; i++)
        end_worker(w, i);
    prints_take(&w->printed);
}

void workers_stop(workers *w)
{
    workers_end(w);
    for (uint32_t i = 0; i < w->count; i++)
        desk_free(w->worker[i].desk);
    for (uint32_t i = 0; i < w->slots; i++)
        slot_free(w->slot[i]);
    pipeline_finish(&w->pipeline);
    seen_free(&w->seen);
    text_free(&w->heading);
    text_free(&w->notes);
    prints_close(&w->printed);
    text_free(&w->header);
    memory_free(&w->arena);
    free(w->slot);
    free(w->worker);
    *w = (workers){ 0 };
}
