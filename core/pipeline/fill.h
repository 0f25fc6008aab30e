/* fill.h - records become rows of the batch, cells become answers. */
#ifndef RAPPORT_PIPELINE_FILL_H
#define RAPPORT_PIPELINE_FILL_H

#include "pipeline/chunk.h"

/* Room for what filling needs. false: out of memory. */
bool fill_allocate(pipeline *p);

/* Begins with a chunk. */
void fill_begin(pipeline *p, const chunk *input);

/* Fills the batch with the next records of the chunk. No rows: it is at its end. Fails where a
 * record is over its limit, or memory runs out. */
rapport_outcome fill_batch(pipeline *p, seen *before, rapport_error *error);

#endif
