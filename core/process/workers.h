/* workers.h - who scores the chunks: child processes, or this one itself. */
#ifndef RAPPORT_PROCESS_WORKERS_H
#define RAPPORT_PROCESS_WORKERS_H

#include <sys/types.h>

#include "process/prints.h"
#include "process/slot.h"

/* Two chunks for each: while one is scored, the other is filled or written. */
enum { SLOTS_EACH = 2 };

typedef struct worker {
    pid_t pid;  /* 0: ended, and reaped */
    int status; /* then: how */
} worker;

typedef struct workers {
    pipeline *pipeline;
    seen *seen;
    prints *printed; /* what plugins print goes there; NULL: nowhere */
    worker *worker;  /* owned */
    uint32_t count;  /* 0: this process scores */
    slot **slot;     /* owned */
    uint32_t slots;
    uint32_t restarts; /* of workers that died */
} workers;

/* Starts `count` workers for the bound pipeline, which they inherit as it is; `printed` may be
 * NULL. On failure workers_stop is due all the same. */
rapport_outcome workers_start(workers *w, uint32_t count, pipeline *stages, seen *seen,
                              prints *printed, rapport_error *error);

/* The slot of a chunk, counted from 0: free once the chunk `slots` before it is done with. */
slot *workers_slot(const workers *w, uint64_t chunk);

/* The chunk's slot is filled: it is to be scored, or to be scored once more. */
void workers_hand(workers *w, uint64_t chunk);

/* How many would keep this machine busy. */
uint32_t workers_best(void);

/* Waits until it is. A worker that dies, or is ended because a plugin takes too long, is replaced,
 * and what it was at is done once more: then row by row, and at last without the calls on which
 * workers die. RAPPORT_PLUGIN_FAILED: that does not help. */
rapport_outcome workers_wait(workers *w, uint64_t chunk, const atomic_bool *cancelled,
                             rapport_error *error);

/* Ends them all and frees everything. Accepts a zeroed one. */
void workers_stop(workers *w);

#endif
