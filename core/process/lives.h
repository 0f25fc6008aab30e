/* lives.h - how workers begin and end, as their supervisor sees it. */
#ifndef RAPPORT_PROCESS_LIVES_H
#define RAPPORT_PROCESS_LIVES_H

#include "process/workers.h"

/* Room for one more worker, its desk and its slots. */
rapport_outcome lives_add(workers *w, rapport_error *error);

/* Its SLOTS_EACH slots. */
slot **lives_slots(const workers *w, uint32_t who);

/* Begins a worker, the first at its place or another. false: errno says why not, and lives_refused
 * what that comes to. */
bool lives_begin(workers *w, uint32_t who);
rapport_outcome lives_refused(const workers *w, rapport_error *error);
rapport_outcome lives_no_room(rapport_error *error, const char *what);

/* Whether it has ended. */
bool lives_ended(worker *of);

/* Waits for that. */
void lives_reap(worker *of);

/* Kills it, and waits. */
void lives_end(worker *of);

#endif
