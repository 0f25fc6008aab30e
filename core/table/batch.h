/* batch.h - some rows, column by column: what stages read and write.
 *
 * A column has one place, its port, from the binding of a pipeline to its end; a
 * batch's columns are filled anew for every so many rows.
 */
#ifndef RAPPORT_TABLE_BATCH_H
#define RAPPORT_TABLE_BATCH_H

#include <stdbool.h>

#include <rapport/plugin.h>

#include "memory.h"
#include "table/stretch.h"
#include "text.h"

typedef struct column {
    const char *name;           /* as in the report; NULL for columns that are in no report */
    uint32_t type;              /* RAPPORT_NUMBER, _CATEGORY or _TEXT */
    int decimals;               /* of a number, as number_write takes them */
    double low, high;           /* permitted; low >= high: any */
    bool wants_small;           /* of a number: it is the table's, and mostly small and whole */
    bool wants_units;           /* of a number: it is printed with a fixed number of decimals */
    bool seen;                  /* plugins see its numbers */
    const rapport_level *level; /* of a category */
    uint32_t levels;

    double *number;     /* `room` rows, or NULL */
    int8_t *small;      /* the same as whole numbers, for a column of the table; else NULL */
    bool wide;          /* some of them do not fit: those that are SMALL_ELSEWHERE */
    bool numbered;      /* `number` holds all rows, and not only those that do not fit */
    int32_t *units;     /* `number` as it is printed, in units of the last place; or NULL */
    bool counted;       /* `units` holds those of this batch */
    int32_t *category;  /* likewise */
    rapport_text shown; /* a text, as plugins see it: of the two below */
    int32_t *offset;
    text bytes;
    uint64_t fence;  /* what stood before the rows of the call under way; see column_fence */
    struct written { /* a text being written, row by row in any order */
        int32_t at, length;
    } * written;
    text draft;
} column;

typedef struct batch {
    uint32_t room; /* rows */
    uint32_t rows; /* filled */
    column *column;
    uint32_t columns, column_room;
    memory *arena; /* of what plugins do not see */
    stretch seen;  /* what they see, columns and what else they are shown, lies in it */
} batch;

/* Adds a column and returns its port; RAPPORT_ABSENT: out of memory. */
rapport_port batch_add(batch *b, const column *described);

/* Gives every column room for `rows` rows; `seen` has room for further pieces that take `more`
 * bytes together. false: out of memory. */
bool batch_allocate(batch *b, uint32_t rows, size_t more);

/* Frees what grew in text columns, and the stretch; the rest is the arena's. */
void batch_finish(batch *b);

/* What stands in `small` where there is no answer, and where only `number` can hold it. */
enum { SMALL_MISSING = RAPPORT_NO_ANSWER, SMALL_ELSEWHERE = INT8_MAX, SMALL_SLACK = 64 };

/* Of the last batch's rows nothing is known any more. */
void batch_begin(batch *b);

/* A column with `small`: put every row in any order, then ask for its numbers. */
void column_put_number(column *c, uint32_t row, double value);
const double *column_numbers(column *c, uint32_t rows);

/* For a column with `units`: see number_units. */
const int32_t *column_units(column *c, uint32_t rows);

/* Sets rows first..last-1 of a column to missing. */
void column_blank(column *c, uint32_t first, uint32_t last);

/* Marks what lies before and behind `rows` numbers or categories from `first` on, which a plugin is
 * to fill; and whether it is as it was. The row behind is lost, the one before is not. */
void column_fence(column *c, uint32_t first, uint32_t rows);
bool column_fence_stands(const column *c, uint32_t first, uint32_t rows);

/* The same for numbers that are no column; returns what column_fence keeps. */
uint64_t numbers_fence(double *first, uint32_t rows);
bool numbers_fence_stands(const double *first, uint32_t rows, uint64_t before);

/* A text column: begin, then add each row in order, or write rows in any order and settle. */
void column_begin_text(column *c);
bool column_add_text(column *c, uint32_t row, const char *bytes, size_t length);
bool column_write_text(column *c, uint32_t row, const char *bytes, size_t length);
bool column_settle_text(column *c, uint32_t rows);

#endif
