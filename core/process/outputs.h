/* outputs.h - the files a run writes: the report, and what stands beside it. */
#ifndef RAPPORT_PROCESS_OUTPUTS_H
#define RAPPORT_PROCESS_OUTPUTS_H

#include "process/input.h"
#include "report/report_file.h"

typedef struct outputs {
    report_file report, rejects, provenance; /* path NULL: not wanted, or not yet open */
} outputs;

/* Opens them all. Refuses a place that the run reads from, or that is named twice. On failure
 * outputs_abandon is due all the same. */
rapport_outcome outputs_open(outputs *out, const plan *plan, const input *in, memory *arena,
                             rapport_error *error);

/* Gives all their names, or none: the report last, so that where it stands, what belongs to it
 * stands too. Nothing more can be cancelled then. */
rapport_outcome outputs_publish(outputs *out, const atomic_bool *cancelled, rapport_error *error);

/* What was not published is gone. Accepts a zeroed one. */
void outputs_abandon(outputs *out);

#endif
