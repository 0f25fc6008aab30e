/* csv_block.h - many records at once: where they begin and their cells end, and which cells are
 * small whole numbers.
 *
 * What most records of most tables are made of is found here at the speed of memory. What is
 * out of the ordinary is not judged but marked: a record that is `careful`, or a cell that is
 * CSV_NO_NUMBER, is to be read again by csv_scan and number. There are four kernels, and they
 * agree to the last bit: see docs/performance.md.
 */
#ifndef RAPPORT_TABLE_CSV_BLOCK_H
#define RAPPORT_TABLE_CSV_BLOCK_H

#include "cpu.h"
#include "table/csv_scan.h"

/* What a cell is worth: 0 to 99, or one of these. */
enum { CSV_EMPTY = INT8_MIN, CSV_NO_NUMBER = INT8_MAX };

/* So many bytes are looked at in one go; a longer record is csv_scan's. */
enum { CSV_BLOCK_BYTES = 256 * 1024, CSV_BLOCK_ROWS = 4096 };

typedef struct csv_block_row {
    uint32_t at, end; /* offsets in the text; the line end is behind */
    uint32_t next;    /* where the next record begins, or an empty line */
    uint32_t value;   /* of its first cell, in csv_block.value */
    uint32_t line;    /* LFs before it in the text */
    bool careful;     /* another number of cells, odd bytes, or longer than may be */
    bool quotes;      /* there is a quote in it */
} csv_block_row;

typedef struct csv_block {
    const csv_dialect *dialect;
    uint32_t columns;
    size_t longest; /* a longer record is careful */
    void (*kernel)(struct csv_block *, size_t length);

    const char *text; /* of the block under way; rows' offsets count from here */
    size_t read;      /* bytes of it that are taken */
    uint64_t lines;   /* LFs in these */
    uint64_t *ends;   /* owned; a bit a byte: a cell ends before it */
    int8_t *value;    /* owned; of every cell, record after record */
    int8_t *empty;    /* owned; a record of empty cells */
    csv_block_row *row;
    uint32_t rows, room; /* at most `room` rows are taken */
} csv_block;

/* A table of `columns` columns; records longer than `longest` bytes are careful. false: out of
 * memory. csv_block_close accepts a zeroed one. */
bool csv_block_open(csv_block *b, const csv_dialect *dialect, uint32_t columns, size_t longest,
                    cpu_level level);
void csv_block_close(csv_block *b);

/* Takes up to `room` records from text[0..length), which begins where a record begins. Stops
 * before a record that has no line end, that is longer than a block, or in which a quote stands
 * where none may: if no row was taken, the next record is csv_scan's. */
void csv_block_read(csv_block *b, const char *text, size_t length, uint32_t room);

/* Cells first..first+count-1 (at most CSV_TILE of them) of every row: out[i][row] is what cell
 * first + i is worth, of a careful row CSV_EMPTY. NULL in out: not wanted. Every out has room
 * for CSV_TILE rows more. */
enum { CSV_TILE = 16 };
void csv_block_columns(const csv_block *b, uint32_t first, uint32_t count, int8_t *out[CSV_TILE]);

/* The cell of a row that is not careful. */
csv_cell csv_block_cell(const csv_block *b, const csv_block_row *row, uint32_t cell);

/* Some neighbours among its cells, as one stretch of the text with the delimiters between them. */
typedef struct csv_run {
    const char *at;
    uint32_t length, first, second; /* of all, of the first cell, and of the second, if any */
    bool sign;                      /* one of the cells begins as a formula may */
} csv_run;

/* Cells first..first+count-1 of a row that is not careful; at least one. false: there is a
 * blank or a quote in one of them. */
bool csv_block_run(csv_run *out, const csv_block *b, const csv_block_row *row, uint32_t first,
                   uint32_t count);

/* The longest beginning of a text that ends where a record or an empty line does: its bytes, the
 * records in it and the LFs. */
typedef struct csv_stretch {
    size_t length;
    uint64_t records, lines;
} csv_stretch;

/* Measures text[0..length), which begins where a record begins. At most `records` records are
 * taken (0: any number). Length 0: no line ends outside quotes. */
csv_stretch csv_measure(const char *text, size_t length, char delimiter, uint64_t records,
                        cpu_level level);

/* The kernels, each in its file. Measuring gives up where a quote stands where none may: false. */
void csv_block_plain(csv_block *b, size_t length);
void csv_block_index(csv_block *b, size_t length);
void csv_block_value(csv_block *b, size_t length);
void csv_block_wide(csv_block *b, size_t length);
bool csv_measure_plain(csv_stretch *out, const char *text, size_t length, char delimiter);
bool csv_measure_index(csv_stretch *out, const char *text, size_t length, char delimiter);
bool csv_measure_value(csv_stretch *out, const char *text, size_t length, char delimiter);
bool csv_measure_wide(csv_stretch *out, const char *text, size_t length, char delimiter);

/* Whether all of at[0..length) may stand in a record: UTF-8 (if not `any_bytes`) without
 * control bytes but tabs and line ends. */
bool csv_block_fits(const char *at, size_t length, bool any_bytes);

#endif
