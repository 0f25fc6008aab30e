/* slot.h - the room of one chunk: its text, and what becomes of it.
 *
 * A slot lies in memory that the supervisor and one worker share. It belongs to one of them at
 * a time, and `turn` says to whom.
 */
#ifndef RAPPORT_PROCESS_SLOT_H
#define RAPPORT_PROCESS_SLOT_H

#include <stdatomic.h>

#include "process/piece.h"

typedef enum slot_turn { SLOT_SUPERVISOR, SLOT_WORKER, SLOT_CLOSED } slot_turn;

typedef struct slot {
    _Atomic uint32_t turn; /* slot_turn */
    _Atomic uint32_t rung; /* how often the bell was rung */
    struct slot *bell;     /* whose bell the worker hears: one for all slots of a worker */
    size_t bytes;          /* of the whole mapping */
    char *text;            /* `room` bytes for the chunk */
    size_t room;
    _Atomic bool busy; /* the worker is at it */
    uint32_t deaths;   /* of workers that were at it; the supervisor's */
    watch watch;
    chunk input;
    seen_run before; /* where input.before points, once it is known */
    piece out;
} slot;

/* Room for the plan's chunks, and for one record of the longest; what is not used takes no memory.
 * NULL: there is none. */
slot *slot_new(const plan *plan);
void slot_free(slot *s);

/* Forgets what became of the chunk before. */
void slot_clear(slot *s);

/* Gives the slot to the other side. */
void slot_give(slot *s, slot_turn to);

/* Waits at most so many milliseconds, or until a signal comes: the supervisor for this slot (true:
 * it is its turn), a worker for the bell, unless it was rung since it had rung `heard` times. */
bool slot_wait(slot *s, int milliseconds);
void slot_wait_bell(slot *bell, uint32_t heard, int milliseconds);

#endif
