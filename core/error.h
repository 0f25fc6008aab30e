/* error.h - the one way a failure is reported.
 *
 * Every message is one line: place, what is wrong, what to do, [code]. Never an
 * answer, an id or a name out of the input: a place is a file, a line, a column.
 */
#ifndef RAPPORT_CORE_ERROR_H
#define RAPPORT_CORE_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rapport/rapport.h>

#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))

/* Where something stands in a file; line 0: the file as a whole; column 0: the line. Columns
 * count bytes from 1. */
typedef struct place {
    const char *file;
    uint32_t line, column;
    const char *said; /* "--set input.path=x.csv": shown instead, for what stands in no file */
} place;

/* Writes the message if `error` is not NULL, and returns `outcome`, so that a
 * failing function can end in `return fail(...)`. Control bytes come out as \x1b, and what
 * is too long is cut before its [code]. */
rapport_outcome fail(rapport_error *error, rapport_outcome outcome, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* What every allocation that failed comes to: RAPPORT_NO_RESOURCES. */
rapport_outcome fail_memory(rapport_error *error);

/* A text of a configuration, short enough to be quoted in a message:
 *     fail(error, outcome, "'%s' is not a number", echo_text(word, length).text) */
enum { ECHO_BYTES = 60 };

typedef struct echo {
    char text[ECHO_BYTES + 4]; /* "..." behind what was cut */
} echo;

echo echo_text(const char *text, size_t length);

/* The mistakes of a configuration, collected so that they are shown in one go.
 * A zeroed one is ready; the storage is fixed, and mistakes beyond it are counted. */
enum { PROBLEMS_KEPT = 20 };

typedef struct problem {
    place at;
    uint32_t nth; /* in the order of finding, for equal places */
    rapport_outcome outcome;
    rapport_error message;
} problem;

typedef struct problems {
    uint32_t count; /* found; of these the first PROBLEMS_KEPT are kept */
    bool memory;    /* an allocation failed: everything else is hearsay */
    problem kept[PROBLEMS_KEPT];
} problems;

/* Adds one; `at` may be NULL, and its file's name is kept, not copied, until problems_close.
 * The same text at the same place is added once. */
void problem_add(problems *all, rapport_outcome outcome, const place *at, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* Notes that memory ran out; returns NULL, so that an allocating function can end with it. */
void *problem_memory(problems *all);

/* RAPPORT_DONE if there are none; else gives each, sorted by place, to `tell` (may be NULL),
 * and "and N more" for those not kept, copies the first into `error` (may be NULL) and returns
 * its outcome. Files stand in the order in which they first appeared. A plugin is only as good
 * as its settings: the first RAPPORT_BAD_CONFIG goes before a RAPPORT_BAD_PLUGIN. */
rapport_outcome problems_close(problems *all, void (*tell)(void *self, const char *line),
                               void *self, rapport_error *error);

#endif
