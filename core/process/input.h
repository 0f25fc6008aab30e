/* input.h - the table as it comes: from a file, a pipe or standard input, in chunks. */
#ifndef RAPPORT_PROCESS_INPUT_H
#define RAPPORT_PROCESS_INPUT_H

#include <stdatomic.h>
#include <stdint.h>

#include "config/plan.h"
#include "table/csv_block.h"
#include "table/csv_header.h"

struct stat;

typedef struct input {
    const plan *plan;
    const atomic_bool *cancelled; /* looked at when a signal interrupts the waiting */
    const char *name;             /* for messages */
    int fd;                       /* -1: closed; standard input is not ours to close */
    bool opened;
    bool is_regular, at_end;
    int64_t size, changed;  /* a regular file's, when it was opened */
    uint64_t device, inode; /* and which it is */
    char delimiter;
    char *rest;              /* owned */
    size_t room, begin, end; /* what is read and not handed out: rest[begin..end) */
    uint64_t read;           /* bytes in all */
    sha256 hash;             /* of the header; whoever has done with a chunk adds it */
} input;

/* The outcome of a run that rapport_cancel ended. */
rapport_outcome input_cancelled(rapport_error *error);

/* What the plan says of the table's header. */
csv_expected input_expected(const plan *plan);

/* Opens the plan's table and reads its header. */
rapport_outcome input_open(input *in, const plan *plan, const atomic_bool *cancelled,
                           csv_header *header, memory *arena, rapport_error *error);

/* The header's bytes, until the first chunk is read. */
const char *input_header(const input *in);

/* The next chunk, whole records that begin in `line`, is written to `text`, which has `room` bytes:
 * at least twice the plan's chunk and its longest record together. Length 0: the end. */
rapport_outcome input_next(input *in, char *text, size_t room, uint64_t line, csv_stretch *chunk,
                           rapport_error *error);

/* Whether what is left fits one chunk: there is nothing to share out. */
bool input_is_short(const input *in);

/* Whether the file was left alone while it was read. */
rapport_outcome input_check_end(const input *in, rapport_error *error);

/* The hash as it is now, as text. */
void input_digest_of(const input *in, char digest[SHA256_HEX]);

/* Whether this is the very file that is read. */
bool input_is(const input *in, const struct stat *file);

/* Accepts a zeroed one. */
void input_close(input *in);

#endif
