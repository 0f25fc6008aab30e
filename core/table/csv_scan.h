/* csv_scan.h - finds records and cells in text (RFC 4180, and what spreadsheets add).
 *
 * A quote opens a quoted cell only as the first byte of a cell; inside it a
 * doubled quote stands for one. Records end at LF or CR LF outside quotes; wholly
 * empty lines are no records. Everything here is true of any stretch of text that
 * begins where a record begins.
 */
#ifndef RAPPORT_TABLE_CSV_SCAN_H
#define RAPPORT_TABLE_CSV_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct csv_dialect {
    char delimiter;     /* , ; or tab */
    char decimal;       /* . or , or 0 for either */
    bool any_bytes;     /* cells need not be UTF-8 */
    size_t field_limit; /* bytes of one cell */
} csv_dialect;

/* What is wrong with a record as such; the worst thing found first in it. */
typedef enum csv_fault {
    CSV_WHOLE = 0,
    CSV_AFTER_QUOTE,  /* text after a closing quote */
    CSV_STRAY_QUOTE,  /* a quote inside an unquoted cell, or one that never closes */
    CSV_CONTROL_BYTE, /* NUL or another control byte; tab is none, and LF and CR LF in quotes */
    CSV_NOT_UTF8,
    CSV_FIELD_LIMIT
} csv_fault;

typedef struct csv_cell {
    const char *at; /* without the quotes around it and what follows them; in the scanned text */
    uint32_t length;
    bool quoted;
    bool doubled;   /* holds doubled quotes: see csv_plain() */
    bool plain;     /* surely holds no quote, delimiter or line end, and no blank at either end */
    bool bad_bytes; /* not UTF-8, or a control byte: not to be copied into a report */
} csv_cell;

typedef struct csv_record {
    const csv_cell *cell; /* the scan's, until csv_next */
    uint32_t cells;
    csv_fault fault;
    uint32_t fault_cell; /* the first faulty cell, counted from 0 */
    uint64_t line;       /* where the record begins, counted from 1 */
} csv_record;

typedef struct csv_scan {
    const csv_dialect *dialect;
    const char *at, *end;
    uint64_t line;
    bool plain;     /* the text holds only printable ASCII, tab, LF and CR LF: no need to look */
    bool quotes;    /* it holds a quote somewhere */
    csv_cell *cell; /* owned; room for `room` cells and one more, where all further ones go */
    uint32_t room;
} csv_scan;

/* Room for records of up to `cells` cells; further ones are counted, not kept.
 * false: out of memory. csv_close accepts a zeroed scan. */
bool csv_open(csv_scan *scan, const csv_dialect *dialect, uint32_t cells);
void csv_close(csv_scan *scan);

/* Begins with text[0..length), which starts at a record and ends at a record's end, or
 * at the end of the file. The text must outlive the scan. */
void csv_begin(csv_scan *scan, const char *text, size_t length, uint64_t first_line);

/* The next record; false at the end. */
bool csv_next(csv_scan *scan, csv_record *record);

/* Writes the cell's text with doubled quotes made single; out has room for cell->length
 * bytes. Returns the length. */
size_t csv_plain(char *out, const csv_cell *cell);

/* The length of the longest beginning of text[0..length), which begins at a record, that ends
 * after a whole record or an empty line; at most `records` records (0: any number), which empty
 * lines are not. 0 where no line ends outside quotes. */
size_t csv_cut(const char *text, size_t length, char delimiter, uint64_t records);

/* The records of text[0..length), which begins where one begins; the last may lack a line end. */
uint64_t csv_records(const char *text, size_t length, char delimiter);

/* Lines begun before text[length], for a text that begins a line: the number of LFs. */
uint64_t csv_lines(const char *text, size_t length);

/* If text[0..length), which begins at a record, ends inside quotes: the offset of the quote
 * that opened there. Else `length`. */
size_t csv_open_quote(const char *text, size_t length, char delimiter);

#endif
