/* seen.h - which respondent and session stood before?
 *
 * Among neighbours always: within an unbroken run of one respondent's rows, looking
 * SEEN_BACK rows back. Over the whole table on request, by 11 bytes of a SHA-256 hash,
 * beside the line in 5: some 32 bytes a row while the table grows.
 *
 * A stretch of rows may be looked through before it is known what stood before it. Then
 * seen_end tells how the stretch begins, and seen_repeats whether that repeats anything.
 */
#ifndef RAPPORT_PIPELINE_SEEN_H
#define RAPPORT_PIPELINE_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#include "sha256.h"

enum { SEEN_BACK = 256, SEEN_TEXT = 31 };

/* A cell's text, or of a longer one its beginning and a hash. */
typedef struct seen_name {
    unsigned char byte[SEEN_TEXT + 1]; /* the last is the length of the text; of a hash, 255 */
} seen_name;

/* Some rows of one respondent, next to each other. It owns nothing; seen_copy takes only the rows
 * that are there. */
typedef struct seen_run {
    seen_name respondent;
    uint32_t rows;
    seen_name session[SEEN_BACK];
    uint64_t line[SEEN_BACK];
} seen_run;

/* How a stretch begins and ends. No rows at all: nothing was noted in it. */
typedef struct seen_edges {
    seen_run first; /* its first run, at most SEEN_BACK rows of it */
    seen_run last;  /* the last rows of its last run */
    bool one_run;   /* they are the same run, and may go on one before it */
} seen_edges;

/* A row noted in this stretch, or before it. */
typedef struct seen_row {
    uint64_t word;  /* of the session: its length, then its first bytes */
    const char *at; /* NULL: only the name is known */
    uint32_t length;
    uint64_t line;
    const seen_name *name; /* of a row before this stretch; else NULL */
} seen_row;

typedef struct seen_key {
    unsigned char hash[11], line[5]; /* all zero: free */
} seen_key;

/* A zeroed one is ready; `everywhere` asks for the whole table. */
typedef struct seen {
    bool everywhere;
    seen_run before;                         /* what stood before the stretch */
    seen_row respondent, row[2 * SEEN_BACK]; /* of the run; the last SEEN_BACK of them count */
    uint32_t rows;
    uint64_t highest; /* word of the run: most sessions come in their order, and are new */
    bool in_first;    /* what stood before is not known, and the run is the first of the stretch */
    seen_run first;
    sha256 begun;  /* what the hash of every key begins as */
    seen_key *key; /* owned; `room` of them, a power of two */
    size_t keys, room;
} seen;

void seen_copy(seen_run *to, const seen_run *from);

/* Begins with a stretch of rows, whose text stays where it is until seen_end; before it stood
 * `before`, or nobody knows what (NULL). */
void seen_begin(seen *s, const seen_run *before);

/* A cell's text. */
typedef struct seen_text {
    const char *at;
    uint32_t length;
} seen_text;

/* Notes a row. Returns the line of an earlier one with the same respondent and session, 0 where
 * there was none; rows without either are not compared. SEEN_NO_MEMORY: out of memory. */
#define SEEN_NO_MEMORY UINT64_MAX
uint64_t seen_before(seen *s, seen_text respondent, seen_text session, uint64_t line);

void seen_end(seen *s, seen_edges *edges);

/* Whether a row of a stretch that was looked through without it repeats one of `before`. */
bool seen_repeats(const seen_run *before, const seen_edges *edges);

/* *before becomes what stands before the next stretch. */
void seen_follow(seen_run *before, const seen_edges *edges);

void seen_free(seen *s);

#endif
