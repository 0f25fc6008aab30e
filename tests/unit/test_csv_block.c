/* test_csv_block.c - every kernel finds what csv_scan finds, and all find the same. */
#include "table/csv_block.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"

#ifndef ROUNDS
#define ROUNDS 20000 /* random texts; more with -DROUNDS= */
#endif

enum { COLUMNS = 5, ROOM = 1000, LONGEST = 60 };

static const csv_dialect comma = { .delimiter = ',', .decimal = '.', .field_limit = LONGEST };
static const csv_dialect tab = { .delimiter = '\t', .any_bytes = true, .field_limit = LONGEST };

static cpu_level best(void)
{
    cpu_level level;
    cpu_reading(&level, NULL);
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

/* Whether row `at` of the block is this record. */
static bool is_record(const csv_block *b, uint32_t at, const csv_record *record)
{
    const csv_block_row *row = &b->row[at];
    bool fine = record->fault == CSV_WHOLE && record->cells == b->columns;
    int8_t column[CSV_TILE][ROOM + CSV_TILE], *out[CSV_TILE];

    if (row->careful) /* the block may be more careful than need be, for long records alone */
        return !fine || row->end - row->at > b->longest;
    for (uint32_t i = 0; i < CSV_TILE; i++)
        out[i] = column[i];
    csv_block_columns(b, 0, b->columns, out);
    for (uint32_t i = 0; fine && i < b->columns; i++) {
        csv_cell cell = csv_block_cell(b, row, i);
        fine = same_cell(&cell, &record->cell[i]) && column[i][at] == plain_worth(&cell);
    }
    return fine && row->line + 1 == record->line;
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
    bool held = csv_open(&all, b->dialect, COLUMNS + 2) && csv_open(&one, b->dialect, COLUMNS + 2);

    csv_begin(&all, text, length, 1);
    for (uint32_t i = 0; held && i < b->rows; i++) {
        held = csv_next(&all, &record) && is_record(b, i, &record);
        at = text + b->row[i].next;
    }
    held = held && (b->rows == 0 || text + b->read >= at) && b->lines == csv_lines(text, b->read);
    if (held && b->rows < ROOM && record_of(&one, text + b->read, end, &record))
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
    size_t values = a->rows ? a->row[a->rows - 1].value + COLUMNS : 0;
    bool last_fine = a->rows && !a->row[a->rows - 1].careful;
    return memcmp(a->value, b->value, last_fine ? values : 0) == 0;
}

/* However the measuring goes, it is what csv_cut, csv_records and csv_lines say. */
static bool measures(const char *text, size_t length, char delimiter)
{
    const cpu_level kernels[] = { CPU_PLAIN, CPU_INDEX, best() };
    const size_t cut = csv_cut(text, length, delimiter, 0);
    bool held = true;

    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
        csv_stretch s = csv_measure(text, length, delimiter, 0, kernels[i]);
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
    bool held = csv_open(&all, dialect, COLUMNS);

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

typedef struct trio {
    csv_block plain, index, value;
} trio;

static void open_all(trio *t, const csv_dialect *dialect)
{
    CU_ASSERT_TRUE_FATAL(csv_block_open(&t->plain, dialect, COLUMNS, LONGEST, CPU_PLAIN) &&
                         csv_block_open(&t->index, dialect, COLUMNS, LONGEST, CPU_INDEX) &&
                         csv_block_open(&t->value, dialect, COLUMNS, LONGEST, best()));
}

static void close_all(trio *t)
{
    csv_block_close(&t->plain);
    csv_block_close(&t->index);
    csv_block_close(&t->value);
}

static bool all_agree(trio *t, const char *given, size_t length)
{
    char *text = exactly(given, length);

    csv_block_read(&t->plain, text, length, ROOM);
    csv_block_read(&t->index, text, length, ROOM);
    csv_block_read(&t->value, text, length, ROOM);
    bool held = agrees(&t->plain, text, length) && same_blocks(&t->plain, &t->index) &&
                same_blocks(&t->plain, &t->value) &&
                measures(text, length, t->plain.dialect->delimiter) &&
                counts(text, length, t->plain.dialect);
    if (!held)
        show(text, length);
    free(text);
    return held;
}

/* ---- texts ------------------------------------------------------------------------------- */

static uint64_t state = 88172645463325252u;

static uint32_t below(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 16) % n);
}

/* Answers mostly, as a table has them; and what else may stand in one. */
static size_t put_cell(char *out)
{
    static const char *const rare[] = {
        "100",      "-9",
        "3.5",      " 3",
        "07",       "x",
        "\"3\"",    "\"a,b\"",
        "\"a\nb\"", "\"a\r\nb\"",
        "\"\"",     "\"a\"\"b\"",
        "5\"",      "\"a\"b",
        "\xc3\xa9", "\xc3",
        "\x01",     "\r",
        "\"\t\"",   "longer than sixty bytes, which is the most that is allowed here",
        "\"\"\"\"", "\"\"3\"\"",
        "\x7f",     "\xe2\x82\xac",
        "12345",    "\"",
        "a\tb",     "\xed\xa0\x80"
    };
    const uint32_t kind = below(100);

    if (kind < 60)
        return (size_t)sprintf(out, "%u", below(kind < 40 ? 10 : 100));
    if (kind < 75)
        return 0;
    if (kind < 97)
        return (size_t)sprintf(out, "w%u", below(1000));
    return (size_t)sprintf(out, "%s", rare[below(sizeof rare / sizeof *rare)]);
}

static size_t put_table(char *out, char delimiter)
{
    char *at = out;
    const uint32_t records = below(12), crlf = below(3);

    for (uint32_t r = 0; r < records; r++) {
        const uint32_t cells = below(40) ? COLUMNS : 1 + below(COLUMNS + 2);
        for (uint32_t i = 0; i < cells; i++) {
            if (i)
                *at++ = delimiter;
            at += put_cell(at);
        }
        if (crlf == 1 || (crlf == 2 && below(2)))
            *at++ = '\r';
        if (r + 1 < records || below(8))
            *at++ = '\n';
        if (below(30) == 0)
            *at++ = '\n';
    }
    return (size_t)(at - out);
}

static void agree_on_tables(void)
{
    static char text[8192];
    trio t;

    for (int d = 0; d < 2; d++) {
        open_all(&t, d ? &tab : &comma);
        bool held = true;
        for (int i = 0; held && i < ROUNDS; i++)
            held = all_agree(&t, text, put_table(text, d ? '\t' : ','));
        CU_ASSERT_TRUE(held);
        close_all(&t);
    }
}

static void agree_on_noise(void)
{
    static const char letters[] = "0123456789,,,,,,\"\"\n\n\r\t ax.-\xc3\xa9\x01";
    char text[400];
    bool held = true;
    trio t;

    open_all(&t, &comma);
    for (int i = 0; held && i < ROUNDS; i++) {
        size_t length = below(sizeof text);
        for (size_t k = 0; k < length; k++)
            text[k] = letters[below(sizeof letters - 1)];
        held = all_agree(&t, text, length);
    }
    CU_ASSERT_TRUE(held);
    close_all(&t);
}

/* Every length, and so every place of a record's end within a word. */
static void agree_at_every_length(void)
{
    static const char line[] = "c1,2,\"x,y\",3,\r\nc2,10,,44,5\n";
    char text[3 * sizeof line + 200];
    trio t;

    open_all(&t, &comma);
    for (size_t before = 0; before < 140; before++)
        for (size_t cut = 0; cut < 2 * sizeof line; cut++) {
            memset(text, 'z', before);
            text[before] = '\n';
            snprintf(text + before + 1, sizeof text - before - 1, "%s%s%s", line, line, line);
            CU_ASSERT_TRUE(all_agree(&t, text, before + 1 + cut));
        }
    close_all(&t);
}

static void takes_no_more_rows_than_asked(void)
{
    static const char text[] = "1,2,3,4,5\n\n6,7,8,9,10\n11,12,13,14,15\n";
    csv_block b;

    CU_ASSERT_TRUE_FATAL(csv_block_open(&b, &comma, COLUMNS, LONGEST, best()));
    csv_block_read(&b, text, sizeof text - 1, 2);
    CU_ASSERT_EQUAL(b.rows, 2);
    CU_ASSERT_EQUAL(b.read, strlen("1,2,3,4,5\n\n6,7,8,9,10\n"));
    CU_ASSERT_EQUAL(b.lines, 3);
    csv_block_read(&b, text, sizeof text - 1, 0);
    CU_ASSERT_EQUAL(b.rows, 0);
    CU_ASSERT_EQUAL(b.read, 0);
    csv_block_close(&b);
}

static void closes_what_was_never_open(void)
{
    csv_block b = { 0 };
    csv_block_close(&b);
    CU_ASSERT_PTR_NULL(b.value);
}

int main(void)
{
    static const promise promises[] = {
        { "kernels and csv_scan agree on tables", agree_on_tables },
        { "kernels and csv_scan agree on noise", agree_on_noise },
        { "kernels and csv_scan agree at every length", agree_at_every_length },
        { "takes no more rows than asked for", takes_no_more_rows_than_asked },
        { "closes what was never open", closes_what_was_never_open },
    };
    return RUN("csv_block", promises);
}
