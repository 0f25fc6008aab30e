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
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/input.h"
#include "process/sandbox.h"

enum { WORKERS_MOST = 64 };    /* of our own accord */
enum { NO_SANDBOX = 97 };      /* how a worker ends that cannot be closed */
enum { RESTARTS_MOST = 1000 }; /* in a run */
enum { PATIENCE = 1 };         /* milliseconds between two looks at whether all is well */
enum { SLEEP = 20000 };        /* milliseconds a worker waits at most for its bell */

/* ---- a worker ------------------------------------------------------------------------- */

static void score_slot(slot *s, pipeline *stages, seen *seen)
{
    piece_score(&s->out, &s->input, stages, seen);
}

/* The same, where it can be seen from outside. */
static void score_watched(slot *s, pipeline *stages, seen *seen)
{
    stages->watch = &s->watch;
    atomic_store(&s->watch.since, 0);
    atomic_store(&s->busy, true);
    score_slot(s, stages, seen);
    atomic_store(&s->busy, false);
}

/* What a process held when it died holds answers. */
static void leave_no_core(void)
{
    setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
}

/* What is said to plugins on purpose goes through slots; nothing else comes in, and out only what
 * they print. */
static void leave_files(const prints *printed)
{
    int nothing = open("/dev/null", O_RDWR);

    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    if (printed)
        prints_enter(printed);
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
                            const prints *printed, pid_t supervisor)
{
    stay_with(supervisor);
    leave_files(printed);
    leave_no_core();
    if (stages->plan->isolation == RAPPORT_ISOLATION_SANDBOX && !sandbox_close())
        _exit(NO_SANDBOX);
    for (bool closed;;) {
        const uint32_t heard = atomic_load(&own[0]->rung);
        slot *s = next_of(own, &closed);
        if (closed) {
            prints_leave();
            _exit(EXIT_SUCCESS);
        }
        if (!s) {
            slot_wait_bell(own[0], heard, SLEEP);
            continue;
        }
        score_watched(s, stages, seen);
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

/* false: errno says why not. */
static bool start(workers *w, uint32_t who)
{
    const pid_t supervisor = getpid(), pid = fork();

    if (pid == 0)
        serve(w->slot + who * SLOTS_EACH, w->pipeline, w->seen, w->printed, supervisor);
    w->worker[who].pid = pid > 0 ? pid : 0;
    return pid > 0;
}

rapport_outcome workers_start(workers *w, uint32_t count, pipeline *stages, seen *seen,
                              prints *printed, rapport_error *error)
{
    *w = (workers){ .pipeline = stages, .seen = seen, .printed = printed };
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
    if (count > 0 && printed && !prints_open(printed))
        return no_resources(error, "cannot start a worker");
    for (w->count = 0; w->count < count; w->count++)
        if (!start(w, w->count))
            return no_resources(error, "cannot start a worker");
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

/* The same for one that was killed: it takes a moment. */
static bool reap(worker *of)
{
    while (of->pid && waitpid(of->pid, &of->status, 0) < 0 && errno == EINTR)
        ;
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

/* The slot the worker is, or was, at; NULL: none. */
static slot *slot_at_work(const workers *w, uint32_t who)
{
    for (uint32_t i = 0; i < SLOTS_EACH; i++) {
        slot *s = w->slot[who * SLOTS_EACH + i];
        if (atomic_load(&s->turn) == SLOT_WORKER && atomic_load(&s->busy))
            return s;
    }
    return NULL;
}

/* Whether the worker waits for a plugin for longer than it may. */
static bool is_late(const workers *w, uint32_t who)
{
    const plan *plan = w->pipeline->plan;
    slot *s = slot_at_work(w, who);
    const uint64_t since = s ? atomic_load(&s->watch.since) : 0, now = watch_now();
    const uint64_t limit = s && s->watch.by_row ? plan->row_time : plan->batch_time;

    return since > 0 && now > since && now - since > limit * 1000000;
}

/* What a worker died at is done once more as it is, as it may not have been the plugin's fault;
 * then row by row; and a row on which it dies then is left out. false: there is nothing more to
 * try. */
static bool try_again(slot *s, const worker *of, bool late)
{
    const uint32_t signal = WIFSIGNALED(of->status) ? (uint32_t)WTERMSIG(of->status) : 0;

    atomic_store(&s->busy, false);
    s->deaths++;
    if (s->watch.by_row)
        return late ? watch_leave_out(&s->watch, FOUND_PLUGIN_LATE, 0)
                    : watch_leave_out(&s->watch, FOUND_PLUGIN_CRASHED, signal);
    s->watch.by_row = late || s->deaths > 1;
    return true;
}

/* Where the whole table is looked through for repeats, what was seen died with the worker. */
static rapport_outcome replace(workers *w, uint32_t who, const slot *waiting, bool late,
                               rapport_error *error)
{
    const worker *of = &w->worker[who];
    slot *s = slot_at_work(w, who);

    if (!s && WIFEXITED(of->status) && WEXITSTATUS(of->status) == NO_SANDBOX)
        return fail(error, RAPPORT_NO_SANDBOX,
                    "sandbox: this kernel refuses seccomp; run where it is allowed, or choose "
                    "isolation = process knowingly [sandbox-seccomp]");
    if (w->restarts++ == RESTARTS_MOST || w->seen->everywhere || (s && !try_again(s, of, late)))
        return dead(of, s ? s : waiting, table_name(w->pipeline->plan), error);
    return start(w, who) ? RAPPORT_DONE : no_resources(error, "cannot start a worker anew");
}

rapport_outcome workers_wait(workers *w, uint64_t chunk, const atomic_bool *cancelled,
                             rapport_error *error)
{
    slot *s = workers_slot(w, chunk);
    const uint32_t who = w->count ? (uint32_t)(chunk % w->count) : 0;
    rapport_outcome outcome = RAPPORT_DONE;

    if (w->printed)
        prints_take(w->printed);
    while (w->count > 0 && outcome == RAPPORT_DONE && !slot_wait(s, PATIENCE)) {
        if (atomic_load(cancelled))
            return input_cancelled(error);
        worker *of = &w->worker[who];
        const bool late = is_late(w, who);
        if (late)
            kill(of->pid, SIGKILL);
        if ((late ? reap(of) : is_dead(of)) && atomic_load(&s->turn) != SLOT_SUPERVISOR)
            outcome = replace(w, who, s, late, error);
    }
    return outcome;
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
    reap(of);
}

void workers_stop(workers *w)
{
    for (uint32_t i = 0; i < w->count; i++)
        end_worker(w, i);
    if (w->printed)
        prints_take(w->printed);
    for (uint32_t i = 0; i < w->slots; i++)
        slot_free(w->slot[i]);
    free(w->slot);
    free(w->worker);
    *w = (workers){ 0 };
}
