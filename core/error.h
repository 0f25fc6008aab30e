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

/* Where something stands in a file; line 0: the file as a whole; column 0: the line. */
typedef struct place {
    const char *file;
    uint32_t line, column;
} place;

/* Writes the message if `error` is not NULL, and returns `outcome`, so that a
 * failing function can end in `return fail(...)`. */
rapport_outcome fail(rapport_error *error, rapport_outcome outcome, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* What every allocation that failed comes to: RAPPORT_NO_RESOURCES. */
rapport_outcome fail_memory(rapport_error *error);

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

/* Adds one; `at` may be NULL. The same text at the same place is added once. */
void problem_add(problems *all, rapport_outcome outcome, const place *at, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* Notes that memory ran out; returns NULL, so that an allocating function can end with it. */
void *problem_memory(problems *all);

/* RAPPORT_DONE if there are none; else sorts them by place, gives each to `tell`
 * (may be NULL), copies the first into `error` (may be NULL) and returns its outcome. */
rapport_outcome problems_close(problems *all, void (*tell)(void *self, const char *line),
                               void *self, rapport_error *error);

#endif
