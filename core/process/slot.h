/* slot.h - the room of one chunk: its text, and what becomes of it.
 *
 * A slot belongs to the supervisor or to one worker at a time, and `turn` says to whom. What it
 * consists of each has by itself; what one gives the other goes through memory that both share.
 * Plugin code runs in the worker, so the supervisor takes copies of what it finds there, and looks
 * at these.
 */
#ifndef RAPPORT_PROCESS_SLOT_H
#define RAPPORT_PROCESS_SLOT_H

#include <stdatomic.h>

#include "process/piece.h"

typedef enum slot_turn { SLOT_SUPERVISOR, SLOT_WORKER, SLOT_CLOSED } slot_turn;

/* What both see. */
typedef struct slot_shared {
    _Atomic uint32_t turn; /* slot_turn */
    _Atomic uint32_t rung; /* how often the bell was rung */
    _Atomic bool busy;     /* the worker is at it */
    watch watch;
    chunk input;
    seen_run before; /* of the input, where that is known */
    piece out;
} slot_shared;

typedef struct slot {
    slot_shared *shared;
    struct slot *bell; /* whose bell the worker hears: one for all slots of a worker */
    size_t bytes;      /* of the whole mapping */
    char *text;        /* `room` bytes for the chunk, in shared memory: a worker only reads them */
    int file;          /* what they are mapped from; -1: nothing a worker needs to know */
    size_t room;
    chunk input;
    uint64_t records, behind; /* in it, and in what is left of the chunk behind it */
    seen_run before;          /* where input.before points, once it is known */
    piece out;                /* its texts lie in shared memory */
    watch_skip *skip;         /* owned; the supervisor's, as the next three: what is left out, */
    uint32_t skips;
    bool by_row;     /* whether calls are of one row, */
    uint32_t deaths; /* and how many workers died at it */
} slot;

/* Room for the plan's chunks, and for one record of the longest; what is not used takes no memory.
 * NULL: there is none. */
slot *slot_new(const plan *plan);
void slot_free(slot *s);

/* In a worker: from here on nobody in it can write to the text. false: errno says why not. */
bool slot_enter(slot *s);

/* Forgets what became of the chunk before. */
void slot_clear(slot *s);

/* Gives the slot to the other side. */
void slot_give(slot *s, slot_turn to);
slot_turn slot_whose(const slot *s);

/* A worker begins with what it was given, and is done with it. */
void slot_begin(slot *s);
void slot_end(slot *s);

/* What a worker has given back, as far as it can be: lengths within their rooms, as many records as
 * there were, a line of the report for each, and one of the rejects for each finding. false:
 * something has written over it. */
bool slot_take(slot *s, cpu_level kernel);

/* The call under way is left out from now on. false: none is, or too many are. */
bool slot_leave_out(slot *s, uint32_t code, uint32_t signal);

/* Waits at most so many milliseconds, or until a signal comes: the supervisor for this slot (true:
 * it is its turn), a worker for the bell, unless it was rung since it had rung `heard` times. */
bool slot_wait(slot *s, int milliseconds);
void slot_wait_bell(slot *bell, uint32_t heard, int milliseconds);
uint32_t slot_rung(const slot *bell);

#endif
