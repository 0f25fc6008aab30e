/* lives.c - how workers begin and end, as their supervisor sees it. */
#define _GNU_SOURCE
#include "process/lives.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/birth.h"
#include "process/confine.h"

rapport_outcome lives_no_room(rapport_error *error, const char *what)
{
    return fail(error, RAPPORT_NO_RESOURCES,
                "%s: %s; free some memory or processes, or run with fewer workers [workers]", what,
                strerror(errno));
}

rapport_outcome lives_refused(const workers *w, rapport_error *error)
{
    return w->plan->isolation == RAPPORT_ISOLATION_STRICT && errno != EAGAIN && errno != ENOMEM &&
                   errno != EMFILE && errno != ENFILE
               ? confine_refused(error, w->plan, "namespaces", "namespaces")
               : lives_no_room(error, "cannot start a worker");
}

slot **lives_slots(const workers *w, uint32_t who)
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

bool lives_begin(workers *w, uint32_t who)
{
    worker *of = &w->worker[who];
    const bool apart = w->plan->isolation == RAPPORT_ISOLATION_STRICT;
    const post post = { .plan = w->plan,
                        .found = w->found,
                        .desk = of->desk,
                        .printed = &w->printed,
                        .own = lives_slots(w, who),
                        .landlock = w->landlock,
                        .supervisor = apart ? 0 : getpid(),
                        .twin = who % w->step != 0 };

    desk_clear(of->desk);
    of->since = watch_now();
    const pid_t pid = apart ? birth_apart() : fork();
    if (pid == 0) {
        leave_others(w, who);
        worker_live(&post);
    }
    of->pid = pid > 0 ? pid : 0;
    return pid > 0;
}

rapport_outcome lives_add(workers *w, rapport_error *error)
{
    worker *worker = realloc(w->worker, (w->count + 1) * sizeof *worker);
    w->worker = worker ? worker : w->worker;
    slot **slot = realloc(w->slot, (w->count + 1) * SLOTS_EACH * sizeof *slot);
    w->slot = slot ? slot : w->slot;
    if (!worker || !slot)
        return fail_memory(error);
    w->worker[w->count] = (struct worker){ .desk = desk_new() };
    if (!w->worker[w->count].desk)
        return lives_no_room(error, "no room for a worker");
    w->count++;
    for (uint32_t i = 0; i < SLOTS_EACH; i++) {
        struct slot *s = w->slot[w->slots] = slot_new(w->plan);
        if (!s)
            return lives_no_room(error, "no room for a chunk");
        s->bell = *lives_slots(w, w->count - 1);
        w->slots++;
    }
    return RAPPORT_DONE;
}

/* A call that fails for no reason is made once more: to take a living worker for a dead one would
 * let two write to its slots. */
bool lives_ended(worker *of)
{
    if (of->pid == 0)
        return true;
    pid_t ended = waitpid(of->pid, &of->status, WNOHANG);
    if (ended < 0 && errno != EINTR)
        ended = waitpid(of->pid, &of->status, WNOHANG);
    if (ended == 0 || (ended < 0 && errno == EINTR))
        return false;
    of->pid = 0;
    return true;
}

void lives_reap(worker *of)
{
    while (of->pid && waitpid(of->pid, &of->status, 0) < 0 && errno == EINTR)
        ;
    of->pid = 0;
}

void lives_end(worker *of)
{
    if (of->pid)
        kill(of->pid, SIGKILL);
    lives_reap(of);
}
