/* seen.h - which respondent and session stood before?
 *
 * Among neighbours always: within an unbroken run of one respondent's rows, looking
 * SEEN_BACK rows back, with their text. Over the whole table on request, by 11 bytes of
 * a SHA-256 hash, beside the line in 5: some 32 bytes a row while the table grows.
 */
#ifndef RAPPORT_PIPELINE_SEEN_H
#define RAPPORT_PIPELINE_SEEN_H

#include <stdbool.h>

#include "table/csv_scan.h"
#include "text.h"

enum { SEEN_BACK = 256 };

typedef struct seen_neighbour {
    size_t at, length; /* of the session, in `sessions` */
    uint64_t line;
} seen_neighbour;

typedef struct seen_key {
    unsigned char hash[11], line[5]; /* all zero: free */
} seen_key;

/* A zeroed one is ready; `everywhere` asks for the whole table. */
typedef struct seen {
    bool everywhere;
    text respondent, sessions;               /* of the run of neighbours */
    seen_neighbour neighbour[2 * SEEN_BACK]; /* the last SEEN_BACK of them count */
    unsigned neighbours;
    seen_key *key; /* owned; `room` of them, a power of two */
    size_t keys, room;
} seen;

/* Notes a row. *earlier becomes the line of a row with the same respondent and session, 0 where
 * there was none; rows without either are not compared. false: out of memory. */
bool seen_before(seen *s, const csv_cell *respondent, const csv_cell *session, uint64_t line,
                 uint64_t *earlier);

void seen_free(seen *s);

#endif
