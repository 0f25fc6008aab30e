/* workers.c - who scores the chunks: child processes, or this one itself.
 *
 * Chunk n is worker n mod count's. A worker opens no files, and those it inherits it closes.
 */
#define _GNU_SOURCE
#include "process/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/input.h"

enum { WORKERS_MOST = 64 }; /* of our own accord */
enum { PATIENCE = 20 };     /* milliseconds between two looks at whether all is well */

/* ---- a worker ------------------------------------------------------------------------- */

static void score_slot(slot *s, pipeline *stages, seen *seen)
{
    piece_score(&s->out, &s->input, stages, seen);
}

/* What is said to plugins on purpose goes through slots; nothing else comes in or out. */
static void leave_files(void)
{
    int nothing = open("/dev/null", O_RDWR);

    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    close_range(STDERR_FILENO + 1, ~0U, 0);
}

/* It ends with its supervisor, and what a terminal sends to both is the supervisor's business. */
static void stay_with(pid_t supervisor)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != supervisor)
        _exit(EXIT_FAILURE); /* it died before the line above */
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
}

/* Of its slots that wait to be scored, the one whose records come first; NULL: none does. */
static slot *next_of(slot *const own[SLOTS_EACH], bool *closed)
{
    slot *next = NULL;

    *closed = false;
    for (uint32_t i = 0; i < SLOTS_EACH; i++) {
        const uint32_t turn = atomic_load(&own[i]->turn);
        *closed = *closed || turn == SLOT_CLOSED;
        if (turn == SLOT_WORKER && (!next || own[i]->input.first_record < next->input.first_record))
            next = own[i];
    }
    return next;
}

static _Noreturn void serve(slot *const own[SLOTS_EACH], pipeline *stages, seen *seen,
                            pid_t supervisor)
{
    stay_with(supervisor);
    leave_files();
    for (bool closed;;) {
        const uint32_t heard = atomic_load(&own[0]->rung);
        slot *s = next_of(own, &closed);
        if (closed)
            _exit(EXIT_SUCCESS);
        if (!s) {
            slot_wait_bell(own[0], heard, PATIENCE * 1000);
            continue;
        }
        score_slot(s, stages, seen);
        slot_give(s, SLOT_SUPERVISOR);
    }
}

/* ---- the supervisor's side ---------------------------------------------------------------- */

static rapport_outcome no_resources(rapport_error *error, const char *what)
{
    return fail(error, RAPPORT_NO_RESOURCES,
                "%s: %s; free some memory or processes, or run with fewer workers [workers]", what,
                strerror(errno));
}

rapport_outcome workers_start(workers *w, uint32_t count, pipeline *stages, seen *seen,
                              rapport_error *error)
{
    const pid_t supervisor = getpid();

    *w = (workers){ .pipeline = stages, .seen = seen };
    w->worker = calloc(count + 1, sizeof *w->worker);
    w->slot = calloc(SLOTS_EACH * (count + 1), sizeof *w->slot);
    if (!w->worker || !w->slot)
        return fail_memory(error);
    for (; w->slots < (count ? SLOTS_EACH * count : 1); w->slots++) {
        slot *s = w->slot[w->slots] = slot_new(stages);
        if (!s)
            return no_resources(error, "no room for a chunk");
        s->bell = w->slot[w->slots / SLOTS_EACH * SLOTS_EACH];
    }
    for (w->count = 0; w->count < count; w->count++) {
        const uint32_t who = w->count;
        pid_t pid = fork();
        if (pid < 0)
            return no_resources(error, "cannot start a worker");
        if (pid == 0)
            serve(w->slot + who * SLOTS_EACH, stages, seen, supervisor);
        w->worker[who].pid = pid;
    }
    return RAPPORT_DONE;
}

slot *workers_slot(const workers *w, uint64_t chunk)
{
    if (w->count == 0)
        return w->slot[0];
    return w->slot[chunk % w->count * SLOTS_EACH + chunk / w->count % SLOTS_EACH];
}

void workers_hand(workers *w, uint64_t chunk)
{
    slot *s = workers_slot(w, chunk);

    if (w->count > 0)
        slot_give(s, SLOT_WORKER);
    else
        score_slot(s, w->pipeline, w->seen);
}

uint32_t workers_best(void)
{
    cpu_set_t ours;

    if (sched_getaffinity(0, sizeof ours, &ours) != 0)
        return 1;
    const int count = CPU_COUNT(&ours);
    return count < WORKERS_MOST ? (uint32_t)count : WORKERS_MOST;
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

rapport_outcome workers_wait(workers *w, uint64_t chunk, const atomic_bool *cancelled,
                             rapport_error *error)
{
    slot *s = workers_slot(w, chunk);

    while (w->count > 0 && !slot_wait(s, PATIENCE)) {
        if (atomic_load(cancelled))
            return input_cancelled(error);
        worker *of = &w->worker[chunk % w->count];
        if (is_dead(of) && atomic_load(&s->turn) != SLOT_SUPERVISOR)
            return dead(of, s, table_name(w->pipeline->plan), error);
    }
    return RAPPORT_DONE;
}

/* One that is in the middle of a chunk is not waited for. */
static void end_worker(workers *w, uint32_t who)
{
    worker *of = &w->worker[who];
    bool busy = false;

    for (uint32_t i = 0; i < SLOTS_EACH; i++) {
        slot *s = w->slot[who * SLOTS_EACH + i];
        busy = busy || atomic_load(&s->turn) == SLOT_WORKER;
        slot_give(s, SLOT_CLOSED);
    }
    if (of->pid && busy)
        kill(of->pid, SIGKILL);
    while (of->pid && waitpid(of->pid, &of->status, 0) < 0 && errno == EINTR)
        ;
    of->pid = 0;
}

void workers_stop(workers *w)
{
    for (uint32_t i = 0; i < w->count; i++)
        end_worker(w, i);
    for (uint32_t i = 0; i < w->slots; i++)
        slot_free(w->slot[i]);
    free(w->slot);
    free(w->worker);
    *w = (workers){ 0 };
}
