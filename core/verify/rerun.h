/* rerun.h - scores a table again, and holds what comes out against what is there. */
#ifndef RAPPORT_VERIFY_RERUN_H
#define RAPPORT_VERIFY_RERUN_H

#include "process/supervisor.h"
#include "report/provenance.h"

typedef struct rerun {
    const provenance *facts;
    const char *provenance;                          /* its path, for messages */
    const char *pipeline, *input, *report, *rejects; /* paths; rejects may be NULL: none */
    unsigned isolation, workers;                     /* 0: what the pipeline says */
    const listener *listener;
} rerun;

/* RAPPORT_DONE: the same bytes; RAPPORT_DIFFERS: others. The new report is in no folder at any
 * time, and gone at the end, however that comes about. What is wrong is said. */
rapport_outcome rerun_compare(const rerun *how, memory *arena, rapport_error *error);

#endif
