/* loading.h - a worker that is not ready yet, looked after by who waits for it. */
#ifndef RAPPORT_PROCESS_LOADING_H
#define RAPPORT_PROCESS_LOADING_H

#include "process/workers.h"

/* RAPPORT_DONE while nothing is wrong with it: it loads, or is ready. Else it has said why it
 * cannot, takes too long and is ended, or has ended for the second time. */
rapport_outcome loading_look_after(workers *w, worker *of, rapport_error *error);

#endif
