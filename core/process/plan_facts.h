/* plan_facts.h - what the provenance of a run says of its plan. */
#ifndef RAPPORT_PROCESS_PLAN_FACTS_H
#define RAPPORT_PROCESS_PLAN_FACTS_H

#include "config/plan.h"
#include "report/provenance.h"

/* Of a plan that is loaded. Fills in versions, the pipeline's file, the stages and the plugins; the
 * rest of *out stays. false: out of memory. */
bool plan_facts(provenance *out, const plan *plan, memory *arena);

/* Likewise for a plan that is loaded elsewhere: what is told of its plugins is taken where nobody
 * else can know it, and only there. false: it cannot be true, or out of memory. */
bool plan_facts_told(provenance *out, const provenance *told, const plan *plan, memory *arena);

/* A file's name without its folders: where things lie is nobody's business. NULL stays NULL. */
const char *last_name(const char *path);

#endif
