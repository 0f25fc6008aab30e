/* confine.h - what a worker gives up, step by step, before any plugin's code runs in it and before
 * it sees a row. */
#ifndef RAPPORT_PROCESS_CONFINE_H
#define RAPPORT_PROCESS_CONFINE_H

#include <sys/types.h>

#include "config/plan.h"
#include "report/provenance.h"

/* What is not to be had, and why: errno. */
rapport_outcome confine_refused(rapport_error *error, const plan *plan, const char *what,
                                const char *code);

/* Before plugins are loaded. `supervisor` is 0 for one that was born apart. It ends with its
 * supervisor; nothing is open but the plugins' files and where they print; and as much as the
 * plan's level of isolation asks for is closed. What cannot be had is refused: RAPPORT_NO_SANDBOX.
 * `landlock` is what the supervisor found of it, 0 for none, so that the provenance tells the
 * truth. */
rapport_outcome confine_for_loading(const plan *plan, int landlock, pid_t supervisor,
                                    rapport_error *error);

/* Before the first row: the plugins' files are closed, too, and what only loading needs. */
rapport_outcome confine_for_rows(const plan *plan, rapport_error *error);

/* What that comes to on this system, for the provenance. */
provenance_engaged confine_engages(const plan *plan, int landlock);

#endif
