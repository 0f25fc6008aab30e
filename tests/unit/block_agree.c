/* block_agree.c - whether every kernel finds in a text what csv_scan finds, and all find the same.
 */
#include "block_agree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

cpu_level best_kernel(void)
{
    static cpu_level level;
    static bool asked;

    if (!asked)
        cpu_reading(&level, NULL);
    asked = true;
    return level;
}

/* A copy that ends where its memory ends, so that a sanitizer sees a byte read beyond it. */
static char *exactly(const char *text, size_t length)
{
    char *copy = malloc(length ? length : 1);
    if (!copy)
        abort();
    memcpy(copy, text, length);
    return copy;
}

/* ---- against csv_scan ------------------------------------------------------------------ */

/* What a cell is worth by the plainest way to see it. */
static int8_t plain_worth(const csv_cell *cell)
{
    if (cell->quoted)
        return CSV_NO_NUMBER;
    if (cell->length == 0)
        return CSV_EMPTY;
    if (cell->length > 2 || strspn(cell->at, "0123456789") < cell->length)
        return CSV_NO_NUMBER;
    return (int8_t)strtol((char[]){ cell->at[0], cell->length > 1 ? cell->at[1] : 0, 0 }, NULL, 10);
}

static bool same_cell(const csv_cell *a, const csv_cell *b)
{
    return a->at == b->at && a->length == b->length && a->quoted == b->quoted &&
           a->doubled == b->doubled;
}

static bool has_sign(const csv_cell *cell)
{
    return cell->length > 0 && strchr("=+-@\xef", *cell->at);
}

/* Whether cells from `first` on are found as one run, up to each one behind it. */
static bool runs_agree(const csv_block *b, const csv_block_row *row, const csv_record *record,
                       uint32_t first)
{
    const csv_cell *cell = &record->cell[first];
    bool fine = true, plain = true, sign = false;

    for (uint32_t count = 1; fine && first + count <= record->cells; count++) {
        const csv_cell *last = &cell[count - 1];
        csv_run run;
        for (uint32_t i = 0; i < last->length; i++)
            plain = plain && (unsigned char)last->at[i] > ' ';
        plain = plain && !last->quoted && (count == 1 || b->dialect->delimiter > ' ');
        sign = sign || has_sign(last);
        fine = csv_block_run(&run, b, row, first, count) == plain;
        if (fine && plain)
            fine = run.at == cell->at && run.at + run.length == last->at + last->length &&
                   run.first == cell->length && (count == 1 || run.second == cell[1].length) &&
                   run.sign == sign;
    }
    return fine;
}

/* Whether row `at` of the block is this record. */
static bool is_record(const csv_block *b, uint32_t at, const csv_record *record)
{
    const csv_block_row *row = &b->row[at];
    bool fine = record->fault == CSV_WHOLE && record->cells == b->columns;
    int8_t column[CSV_TILE][AGREE_ROOM + CSV_TILE], *out[CSV_TILE];

    if (row->careful) /* the block may be more careful than need be, for long records alone */
        return !fine || row->end - row->at > b->longest;
    for (uint32_t i = 0; i < CSV_TILE; i++)
        out[i] = column[i];
    csv_block_columns(b, 0, b->columns, out);
    for (uint32_t i = 0; fine && i < b->columns; i++) {
        csv_cell cell = csv_block_cell(b, row, i);
        fine = same_cell(&cell, &record->cell[i]) && column[i][at] == plain_worth(&cell);
    }
    return fine && runs_agree(b, row, record, at % b->columns) && row->line + 1 == record->line;
}

static bool record_of(csv_scan *scan, const char *at, const char *end, csv_record *record)
{
    csv_begin(scan, at, (size_t)(end - at), 1);
    return csv_next(scan, record);
}

/* The block's records are those of csv_scan, and it stops only where it may. */
static bool agrees(const csv_block *b, const char *text, size_t length)
{
    const char *at = text, *end = text + length;
    csv_scan all, one;
    csv_record record;
    bool held = csv_open(&all, b->dialect, AGREE_COLUMNS + 2) &&
                csv_open(&one, b->dialect, AGREE_COLUMNS + 2);

    csv_begin(&all, text, length, 1);
    for (uint32_t i = 0; held && i < b->rows; i++) {
        held = csv_next(&all, &record) && is_record(b, i, &record);
        at = text + b->row[i].next;
    }
    held = held && (b->rows == 0 || text + b->read >= at) && b->lines == csv_lines(text, b->read);
    if (held && b->rows < AGREE_ROOM && record_of(&one, text + b->read, end, &record))
        held = record.fault != CSV_WHOLE || (one.at == end && end[-1] != '\n');
    csv_close(&all);
    csv_close(&one);
    return held;
}

static bool same_blocks(const csv_block *a, const csv_block *b)
{
    if (a->rows != b->rows || a->read != b->read || a->lines != b->lines)
        return false;
    for (uint32_t i = 0; i < a->rows; i++) {
        const csv_block_row *x = &a->row[i], *y = &b->row[i];
        if (x->at != y->at || x->end != y->end || x->next != y->next || x->value != y->value ||
            x->line != y->line || x->careful != y->careful || x->quotes != y->quotes)
            return false;
    }
    size_t values = a->rows ? a->row[a->rows - 1].value + AGREE_COLUMNS : 0;
    bool last_fine = a->rows && !a->row[a->rows - 1].careful;
    return memcmp(a->value, b->value, last_fine ? values : 0) == 0;
}

/* However the measuring goes, it is what csv_cut, csv_records and csv_lines say. */
static bool measures(const char *text, size_t length, char delimiter)
{
    const size_t cut = csv_cut(text, length, delimiter, 0);
    bool held = true;

    for (unsigned level = CPU_PLAIN; level <= best_kernel(); level++) {
        csv_stretch s = csv_measure(text, length, delimiter, 0, (cpu_level)level);
        held = held && s.length == cut && s.records == csv_records(text, cut, delimiter) &&
               s.lines == csv_lines(text, cut);
    }
    return held;
}

/* csv_records counts what csv_next gives. */
static bool counts(const char *text, size_t length, const csv_dialect *dialect)
{
    csv_scan all;
    csv_record record;
    uint64_t records = 0;
    bool held = csv_open(&all, dialect, AGREE_COLUMNS);

    csv_begin(&all, text, length, 1);
    while (csv_next(&all, &record))
        records++;
    held = held && records == csv_records(text, length, dialect->delimiter);
    csv_close(&all);
    return held;
}

static void show(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        printf(text[i] < ' ' || text[i] > '~' ? "\\x%02x" : "%c", (unsigned char)text[i]);
    printf("\n");
}

void kernels_open(kernels *k, const csv_dialect *dialect)
{
    for (k->count = 0; k->count <= best_kernel(); k->count++)
        if (!csv_block_open(&k->block[k->count], dialect, AGREE_COLUMNS, AGREE_LONGEST,
                            (cpu_level)k->count))
            abort();
}

void kernels_close(kernels *k)
{
    while (k->count > 0)
        csv_block_close(&k->block[--k->count]);
}

bool kernels_agree(kernels *k, const char *given, size_t length)
{
    const csv_dialect *dialect = k->block[0].dialect;
    char *text = exactly(given, length);
    bool held = true;

    for (unsigned i = 0; i < k->count; i++) {
        csv_block_read(&k->block[i], text, length, AGREE_ROOM);
        held = held && same_blocks(&k->block[0], &k->block[i]);
    }
    held = held && agrees(&k->block[0], text, length) &&
           measures(text, length, dialect->delimiter) && counts(text, length, dialect);
    if (!held)
        show(text, length);
    free(text);
    return held;
}
