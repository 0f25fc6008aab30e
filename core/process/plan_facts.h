/* plan_facts.h - what the provenance of a run says of its plan. */
#ifndef RAPPORT_PROCESS_PLAN_FACTS_H
#define RAPPORT_PROCESS_PLAN_FACTS_H

#include "config/plan.h"
#include "report/provenance.h"

/* Fills in versions, the pipeline's file, the stages and the plugins; the rest of *out stays.
 * false: out of memory. */
bool plan_facts(provenance *out, const plan *plan, memory *arena);

/* A file's name without its folders: where things lie is nobody's business. NULL stays NULL. */
const char *last_name(const char *path);

#endif
