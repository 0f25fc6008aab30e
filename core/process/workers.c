/* workers.c - who scores the chunks: child processes, or this one itself.
 *
 * Chunk n is worker n mod count's. What a worker does is in worker.c; here is what its supervisor
 * makes of it, who believes nothing that a process with plugins in it says of its own accord.
 */
#define _GNU_SOURCE
#include "process/workers.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "process/input.h"
#include "process/lives.h"
#include "process/loading.h"

enum { WORKERS_MOST = 64 };    /* of our own accord */
enum { RESTARTS_MOST = 1000 }; /* in a run */
enum { PATIENCE = 1 };         /* milliseconds between two looks at whether all is well */

rapport_outcome workers_start(workers *w, uint32_t count, rapport_error *error)
{
    rapport_outcome outcome = RAPPORT_DONE;

    if (w->count == 0) {
        w->slot = calloc(1, sizeof *w->slot);
        if (!w->slot)
            return fail_memory(error);
        w->slots = 1;
        w->slot[0] = slot_new(w->plan);
        return w->slot[0] ? RAPPORT_DONE : lives_no_room(error, "no room for a chunk");
    }
    while (outcome == RAPPORT_DONE && w->count < w->step * count) {
        outcome = lives_add(w, error);
        if (outcome != RAPPORT_DONE)
            break;
        desk_give_header(w->worker[w->count - 1].desk, w->header.bytes, w->header.length,
                         w->records);
        if (!lives_begin(w, w->count - 1))
            outcome = lives_refused(w, error);
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
    return lives_slots(w, who)[chunk / (w->count / w->step) % SLOTS_EACH];
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
    const uint64_t since = s ? atomic_load(&s->shared->watch.since) : 0;

    return since > 0 && watch_is_over(since, s->by_row ? plan->row_time : plan->batch_time);
}

/* What a worker died at is done once more as it is, as it may not have been the plugin's fault;
 * then row by row; and a row on which it dies then is left out. false: there is nothing more to
 * try. */
static bool try_again(slot *s, const worker *of, bool late)
{
    const uint32_t signal = WIFSIGNALED(of->status) ? (uint32_t)WTERMSIG(of->status) : 0;
    const bool wrote = WIFEXITED(of->status) && WEXITSTATUS(of->status) == WATCH_WROTE;
    const finding_code code = late    ? FOUND_PLUGIN_LATE
                              : wrote ? FOUND_PLUGIN_WROTE
                                      : FOUND_PLUGIN_CRASHED;
    bool more = true;

    atomic_store(&s->shared->busy, false);
    s->deaths++;
    if (s->by_row)
        more = slot_leave_out(s, code, late ? 0 : signal);
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
    return lives_begin(w, who) ? RAPPORT_DONE : lives_refused(w, error);
}

/* One that is at its slots is looked at by what it does there; before that, by how it gets ready.
 */
static rapport_outcome look_at(workers *w, uint32_t who, const slot *waiting, rapport_error *error)
{
    worker *of = &w->worker[who];

    if (desk_wait(of->desk, DESK_NEW, 0) != DESK_READY)
        return loading_look_after(w, of, error);
    const bool late = is_late(w, who);
    if (late)
        lives_end(of);
    if (lives_ended(of) && slot_whose(waiting) != SLOT_SUPERVISOR)
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
        lives_end(of);
    lives_reap(of);
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
    text_free(&w->header);
    prints_close(&w->printed);
    memory_free(&w->arena);
    free(w->slot);
    free(w->worker);
    *w = (workers){ 0 };
}
