/* supervisor.h - all file input and output of a run, in the order of the table. */
#ifndef RAPPORT_PROCESS_SUPERVISOR_H
#define RAPPORT_PROCESS_SUPERVISOR_H

#include <stdatomic.h>

#include "process/workers.h"

/* Who hears what there is to say; `message` may be NULL. */
typedef struct listener {
    void (*message)(void *self, rapport_severity severity, const char *line);
    void *self;
} listener;

void listener_tell(const listener *to, rapport_severity severity, const char *format, ...)
    PRINTF_LIKE(3, 4);

typedef struct supervision {
    const plan *plan;
    workers *workers;       /* who have loaded it; they are gone after the run */
    const char *const *set; /* for the provenance; NULL-ended, may be NULL */
    listener listener;
    const atomic_bool *cancelled;
    bool plugin_prints; /* what plugins print is told, too */
    bool keep_going;    /* however many rows plugins crash or hang on */
} supervision;

/* Reads the table, scores it, writes the report and what stands beside it. */
rapport_outcome supervise(const supervision *how, rapport_summary *summary, rapport_error *error);

#endif
