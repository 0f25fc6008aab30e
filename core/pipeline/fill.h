/* fill.h - records become rows of the batch, cells become answers. */
#ifndef RAPPORT_PIPELINE_FILL_H
#define RAPPORT_PIPELINE_FILL_H

#include "pipeline/pipeline.h"
#include "pipeline/seen.h"

/* Fills the batch with the next records of p->scan, `*record` the number of the last one before
 * them. No rows: the text is at its end. Fails where a record is over its limit, or memory runs
 * out. */
rapport_outcome fill_batch(pipeline *p, seen *before, uint64_t *record, rapport_error *error);

/* Whether one of the codes stands in the cell, as text or as the same number. */
bool codes_hold(const codes *all, const char *at, size_t length, double number);

/* The codes of up to two NULL-ended lists; false: out of memory. */
bool codes_build(codes *out, const char *const *first, const char *const *second, memory *arena);

#endif
