/* workers.h - who loads the plugins and scores the chunks: child processes, or this one itself.
 *
 * In the order of a run: workers_load, workers_bind, workers_start; then chunk by chunk; at last
 * workers_stop, which is due from the first on, whatever fails.
 */
#ifndef RAPPORT_PROCESS_WORKERS_H
#define RAPPORT_PROCESS_WORKERS_H

#include "process/worker.h"
#include "report/provenance.h"

typedef struct worker {
    pid_t pid;      /* 0: ended, and reaped */
    int status;     /* then: how */
    desk *desk;     /* owned */
    uint64_t since; /* when it began with what it does before the first row */
    uint32_t early; /* how often it died at that */
} worker;

typedef struct workers {
    plan *plan;
    provenance facts; /* of the plan, once it is loaded; the arena's, as the next two */
    text heading;     /* the first line of the report, once the plan is bound; owned, as the next */
    text notes;       /* of binding, one a line */
    text header;      /* of the table, as it stands there; owned */
    uint64_t records; /* of csv_header */
    problems *found;  /* mistakes in the plan that were known before it was loaded; until it is */
    worker *worker;   /* owned */
    uint32_t count;   /* 0: this process scores */
    uint32_t step;    /* 2: each second one is the twin of the one before it; else 1 */
    slot **slot;      /* owned */
    uint32_t slots;
    uint32_t restarts; /* of workers that died */
    int landlock;      /* its ABI here; 0: there is none */
    prints printed;    /* what plugins printed in them */
    memory arena;
    pipeline pipeline; /* of this process; all zero where workers score */
    seen seen;
} workers;

/* Loads and checks the plan: in this process where its level of isolation is none, else in a first
 * worker, and then no plugin's code ever runs here. `found` are mistakes in it so far. Mistakes go
 * to `tell` (which may be NULL), line by line, and the first of them to *error. */
rapport_outcome workers_load(workers *w, plan *plan, problems *found,
                             void (*tell)(void *self, const char *line), void *self,
                             rapport_error *error);

/* Binds the loaded plan to a table, whose header is bytes[0..header->length). Likewise. */
rapport_outcome workers_bind(workers *w, const csv_header *header, const char *bytes,
                             void (*tell)(void *self, const char *line), void *self,
                             rapport_error *error);

/* Sees to it that there are `count` workers, or twice as many where the plan's level is strict; or
 * none, where this process scores. */
rapport_outcome workers_start(workers *w, uint32_t count, rapport_error *error);

/* The slot of a chunk, counted from 0: free once the chunk `slots` before it is done with. */
slot *workers_slot(const workers *w, uint64_t chunk);

/* How many chunks may be under way. */
uint32_t workers_slots(const workers *w);

/* Its slot forgets the chunk before. */
void workers_clear(workers *w, uint64_t chunk);

/* The chunk's slot is filled: it is to be scored, or to be scored once more. */
void workers_hand(workers *w, uint64_t chunk);

/* How many would keep this machine busy. */
uint32_t workers_best(void);

/* Waits until it is. A worker that dies, or is ended because a plugin takes too long, is replaced,
 * and what it was at is done once more: then row by row, and at last without the calls on which
 * workers die. RAPPORT_PLUGIN_FAILED: that does not help, or it comes out differently for a twin.
 */
rapport_outcome workers_wait(workers *w, uint64_t chunk, const atomic_bool *cancelled,
                             rapport_error *error);

/* Ends them all, and takes what was printed in them last. */
void workers_end(workers *w);

/* Likewise, and frees everything. Accepts a zeroed one, and leaves one. */
void workers_stop(workers *w);

#endif
