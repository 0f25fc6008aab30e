/* csv_header.h - what the first line of a table says: its delimiter and its columns. */
#ifndef RAPPORT_TABLE_CSV_HEADER_H
#define RAPPORT_TABLE_CSV_HEADER_H

#include "error.h"
#include "memory.h"
#include "table/csv_scan.h"

typedef struct csv_header {
    csv_dialect dialect;
    const char **name; /* the arena's; NUL-ended, without quotes or the blanks around bare ones */
    uint32_t columns;
    size_t length;       /* bytes up to the first record: BOM, "sep=" line, header, empty lines */
    uint64_t first_line; /* of the first record, counted from 1 */
    uint64_t records;    /* no more follow; UINT64_MAX: nobody knows yet */
} csv_header;

/* What to look for: 0 in `delimiter` or `decimal` means "tell from the header". The delimiter
 * is what a "sep=" line says, or what stands most often in the header outside quotes; the
 * decimal mark is a point, or where the delimiter is not a comma either mark. */
typedef struct csv_expected {
    char delimiter, decimal;
    bool any_bytes;
    size_t field_limit;
    uint32_t column_limit;
    size_t name_limit; /* bytes of a header name */
} csv_expected;

/* Reads the header at the start of text[0..length), the first bytes of `file` (whole_file:
 * all of them). RAPPORT_BAD_INPUT, with line and column (a cell's, from 1) where it stands in
 * one, for an empty file, UTF-16, gzip, zip/xlsx, ELF and other binary data, bad UTF-8 or
 * control bytes in the header, a quote that never closes, an empty or a duplicate name (both
 * positions), lone-CR line ends, one column where another delimiter would give more, and
 * a header that goes on beyond `length`. No message quotes the header: where a table has none,
 * its first line holds answers. */
rapport_outcome csv_header_read(csv_header *out, const char *text, size_t length, bool whole_file,
                                const char *file, const csv_expected *expected, memory *arena,
                                rapport_error *error);

/* The column called `name`, counted from 0; -1: none. */
int64_t csv_header_find(const csv_header *header, const char *name);

#endif
