/* own_csv.h - a CSV reader that shares nothing with rapport's: one byte after another, by RFC 4180.
 * A quote opens at the start of a cell and nowhere else; behind a closing quote a cell goes on as
 * it is.
 */
#ifndef RAPPORT_TESTS_OWN_CSV_H
#define RAPPORT_TESTS_OWN_CSV_H

#include <stdbool.h>
#include <stddef.h>

typedef struct own_record {
    size_t line;   /* it begins in, from 1 */
    size_t begin;  /* where in the text */
    size_t first;  /* of its cells, */
    size_t cells;  /* and how many they are */
    bool is_open;  /* ended in a quote, with the text */
    bool is_plain; /* no cell has a quote where none may be */
} own_record;

typedef struct own_csv {
    own_record *record; /* owned, as the next two */
    size_t *cell;       /* where in `text` each cell begins: ends with a NUL, without its quotes */
    char *text;
    size_t records, cells;
} own_csv;

/* The records of text[0..length); empty lines are none. */
void own_csv_read(own_csv *out, const char *text, size_t length, char delimiter);
void own_csv_free(own_csv *of);

/* Cell `at` of a record; "" where it has fewer. */
const char *own_cell(const own_csv *of, size_t record, size_t at);

/* The cell of the first record that says so; SIZE_MAX: none. */
size_t own_column(const own_csv *of, const char *name);

#endif
