/* lines.h - the rows of a batch become lines of the report. */
#ifndef RAPPORT_PIPELINE_LINES_H
#define RAPPORT_PIPELINE_LINES_H

#include "pipeline/chunk.h"

/* Prepares the columns of the report. false: out of memory. */
bool lines_allocate(pipeline *p);

/* The report's first line. false: out of memory. */
bool lines_header(text *out, const pipeline *p);

/* Adds a line for every row of the batch, and counts it; the findings from `first_finding` on
 * are those of its rows, in their order. false: out of memory. */
bool lines_write(chunk_result *out, pipeline *p, size_t first_finding);

/* Whether a text is so many whole lines as they were written here, line ends in quotes aside. */
bool lines_are(const char *lines, size_t length, uint64_t count, cpu_level level);

#endif
