/* chunk.h - one chunk: text in, text out. The heart of rapport. */
#ifndef RAPPORT_PIPELINE_CHUNK_H
#define RAPPORT_PIPELINE_CHUNK_H

#include "pipeline/pipeline.h"
#include "pipeline/seen.h"

/* A stretch of the table that begins where a record begins and ends where one ends. */
typedef struct chunk {
    const char *bytes;
    size_t length;
    uint64_t first_line;    /* counted from 1 */
    uint64_t first_record;  /* likewise */
    const seen_run *before; /* the rows before it; NULL: not known yet */
} chunk;

/* What stands for it in the report; cleared and filled by chunk_score. */
typedef struct chunk_result {
    text report;           /* a line for each record */
    const findings *found; /* the pipeline's, until the next chunk */
    uint64_t records, ok, partial, rejected;
    seen_edges edges; /* for what is to be known of the rows before and behind it */
} chunk_result;

/* Scores the chunk. Where `seen` looks at the whole table, chunks have to come in their order. */
rapport_outcome chunk_score(chunk_result *out, const chunk *input, pipeline *stages, seen *seen,
                            rapport_error *error);

#endif
