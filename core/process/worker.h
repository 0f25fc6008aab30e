/* worker.h - a child that may die alone: it loads the plugins, and scores chunks. */
#ifndef RAPPORT_PROCESS_WORKER_H
#define RAPPORT_PROCESS_WORKER_H

#include <sys/types.h>

#include "process/desk.h"
#include "process/prints.h"
#include "process/slot.h"

/* Two chunks for each: while one is scored, the other is filled or written. */
enum { SLOTS_EACH = 2 };

/* What a worker finds when it is born; all of it was there before it was forked. */
typedef struct post {
    plan *plan;      /* loaded, or to be loaded here */
    problems *found; /* mistakes in it, so far; may be NULL */
    desk *desk;
    const prints *printed; /* where plugins print */
    slot *const *own;      /* SLOTS_EACH of them */
    int landlock;          /* its ABI, as the supervisor found it */
    pid_t supervisor;      /* 0: it was born apart */
    bool twin;             /* it scores what another worker scores, too */
} post;

/* The rest of this process's life. */
_Noreturn void worker_live(const post *p);

#endif
