/* piece.h - one chunk, scored: what goes into each file, and what there is to say. */
#ifndef RAPPORT_PROCESS_PIECE_H
#define RAPPORT_PROCESS_PIECE_H

#include "pipeline/chunk.h"

enum { MESSAGES_SHOWN = 20 }; /* of each code, in a whole run */

typedef struct piece {
    chunk_result scored; /* its findings are gone once it is handed over */
    text rejects;        /* lines of the rejects file */
    text messages;       /* the first MESSAGES_SHOWN of each code: the code, one byte, and a line */
    text changed;        /* as the pipeline's: what plugins have changed of their surroundings */
    uint64_t found[FOUND_CODES];
    uint64_t warnings;
    rapport_outcome outcome;
    rapport_error error;
    bool full; /* it did not fit: there has to be more room, or less of a chunk */
} piece;

/* Scores the chunk. What the texts of *out held is gone. */
void piece_score(piece *out, const chunk *input, pipeline *stages, seen *seen);

/* The next of the messages from *at on; false: no more. */
bool piece_message(const piece *of, size_t *at, uint32_t *code, const char **line, size_t *length);

#endif
