/* call.h - the only two places where a plugin's code touches rows. */
#ifndef RAPPORT_PIPELINE_CALL_H
#define RAPPORT_PIPELINE_CALL_H

#include "pipeline/pipeline.h"

/* The batch is filled anew. */
void call_begin(pipeline *p);

/* Has the scale's module score all rows of the batch: the score and its denominator, and
 * the further outputs. Rows on which it fails are missing, noted, and blank the stage. */
void call_score(pipeline *p, stage_run *stage, scale_run *s);

/* Has the stage's plugin process all rows of the batch, and holds its outputs to what its
 * table promised. Likewise. false: out of memory. */
bool call_process(pipeline *p, stage_run *stage);

/* Blanks what is infinite in a column that a plugin has filled, and notes it. Likewise. */
bool call_blank_infinite(pipeline *p, stage_run *stage, column *c);

/* Holds columns first..first+count-1 to what the plugin's table promised of them: a row that breaks
 * it is noted, and blanks the stage. false: out of memory. */
bool call_hold(pipeline *p, stage_run *stage, rapport_port first, uint32_t count);

/* How many bytes of batch.seen the pointers that calls need take. */
size_t call_bytes(const pipeline *p);

/* Room for the pointers that calls need. false: out of memory. */
bool call_allocate(pipeline *p);

#endif
