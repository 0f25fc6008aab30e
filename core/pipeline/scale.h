/* scale.h - from answers to scores: keying, scoring module, missing rule, bands. */
#ifndef RAPPORT_PIPELINE_SCALE_H
#define RAPPORT_PIPELINE_SCALE_H

#include "pipeline/pipeline.h"

/* Turns and moves the answers of the stage's items, where that is asked for. */
void scale_key(pipeline *p, stage_run *stage);

/* Scores the batch's rows on one scale. */
void scale_score(pipeline *p, stage_run *stage, scale_run *s);

#endif
