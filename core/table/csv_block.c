/* csv_block.c - many records at once. */
#include "table/csv_block.h"

#include <stdlib.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "utf8.h"

enum { SLACK = 64 }; /* behind the values, for stores and loads of whole words */

typedef struct kernel {
    void (*read)(csv_block *b, size_t length);
    bool (*measure)(csv_stretch *out, const char *text, size_t length, char delimiter);
} kernel;

static kernel kernel_of(cpu_level level)
{
    static const kernel kernels[] = {
        [CPU_PLAIN] = { csv_block_plain, csv_measure_plain },
        [CPU_INDEX] = { csv_block_index, csv_measure_index },
#ifdef __x86_64__
        [CPU_VALUE] = { csv_block_value, csv_measure_value },
        [CPU_WIDE] = { csv_block_wide, csv_measure_wide },
#endif
    };
    return kernels[level];
}

bool csv_block_open(csv_block *b, const csv_dialect *dialect, uint32_t columns, size_t longest,
                    cpu_level level)
{
    *b = (csv_block){
        .dialect = dialect, .columns = columns, .longest = longest, .kernel = kernel_of(level).read
    };
    b->ends = calloc(CSV_BLOCK_BYTES / 64 + 2, sizeof *b->ends);
    b->value = malloc(CSV_BLOCK_BYTES + SLACK);
    b->empty = malloc(columns + SLACK);
    b->row = malloc(CSV_BLOCK_ROWS * sizeof *b->row);
    if (!b->ends || !b->value || !b->empty || !b->row)
        return false;
    memset(b->empty, CSV_EMPTY, columns + SLACK);
    return true;
}

void csv_block_close(csv_block *b)
{
    free(b->ends);
    free(b->value);
    free(b->empty);
    free(b->row);
    *b = (csv_block){ 0 };
}

void csv_block_read(csv_block *b, const char *text, size_t length, uint32_t room)
{
    b->text = text;
    b->rows = 0;
    b->read = 0;
    b->lines = 0;
    b->room = room < CSV_BLOCK_ROWS ? room : CSV_BLOCK_ROWS;
    b->kernel(b, length < CSV_BLOCK_BYTES ? length : CSV_BLOCK_BYTES);
}

bool csv_block_fits(const char *at, size_t length, bool any_bytes)
{
    for (size_t i = 0, step; i < length; i += step) {
        unsigned char c = (unsigned char)at[i];
        bool white = c == '\t' || c == '\n' || (c == '\r' && i + 1 < length && at[i + 1] == '\n');
        step = c < 0x80 || any_bytes ? 1 : utf8_length(at + i, length - i);
        if (step == 0 || (c < ' ' && !white) || c == 0x7f)
            return false;
    }
    return true;
}

/* Record by record, where quotes stand astray. */
static csv_stretch measure_slowly(const char *text, size_t length, char delimiter, uint64_t records)
{
    const size_t cut = csv_cut(text, length, delimiter, records);
    return (csv_stretch){ .length = cut,
                          .records = csv_records(text, cut, delimiter),
                          .lines = csv_lines(text, cut) };
}

csv_stretch csv_measure(const char *text, size_t length, char delimiter, uint64_t records,
                        cpu_level level)
{
    csv_stretch out;

    return records == 0 && kernel_of(level).measure(&out, text, length, delimiter)
               ? out
               : measure_slowly(text, length, delimiter, records);
}

/* ---- columns ------------------------------------------------------------------------ */

static const int8_t *values_of(const csv_block *b, uint32_t row, uint32_t first)
{
    const csv_block_row *r = &b->row[row];
    return (r->careful ? b->empty : b->value + r->value) + first;
}

#ifdef __SSE2__
/* Four rounds of putting every other half of two lines between those of the other turn rows
 * into columns. */
static void turn(__m128i tile[CSV_TILE])
{
    __m128i next[CSV_TILE];

    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < CSV_TILE / 2; i++) {
            next[2 * i] = _mm_unpacklo_epi8(tile[i], tile[i + CSV_TILE / 2]);
            next[2 * i + 1] = _mm_unpackhi_epi8(tile[i], tile[i + CSV_TILE / 2]);
        }
        memcpy(tile, next, sizeof next);
    }
}

static void take_tile(const csv_block *b, uint32_t row, uint32_t rows, uint32_t first,
                      uint32_t count, int8_t *out[CSV_TILE])
{
    __m128i tile[CSV_TILE];

    for (uint32_t i = 0; i < CSV_TILE; i++) {
        uint32_t at = row + (i < rows ? i : rows - 1);
        tile[i] = _mm_loadu_si128((const void *)values_of(b, at, first));
    }
    turn(tile);
    for (uint32_t i = 0; i < count; i++)
        if (out[i])
            _mm_storeu_si128((void *)(out[i] + row), tile[i]);
}
#else
static void take_tile(const csv_block *b, uint32_t row, uint32_t rows, uint32_t first,
                      uint32_t count, int8_t *out[CSV_TILE])
{
    for (uint32_t at = row; at < row + rows; at++) {
        const int8_t *value = values_of(b, at, first);
        for (uint32_t i = 0; i < count; i++)
            if (out[i])
                out[i][at] = value[i];
    }
}
#endif

void csv_block_columns(const csv_block *b, uint32_t first, uint32_t count, int8_t *out[CSV_TILE])
{
    for (uint32_t row = 0; row < b->rows; row += CSV_TILE)
        take_tile(b, row, b->rows - row < CSV_TILE ? b->rows - row : CSV_TILE, first, count, out);
}

/* ---- one cell ---------------------------------------------------------------------------- */

/* The 64 bytes from `at` on: where cells end. */
static inline uint64_t ends_from(const csv_block *b, uint32_t at)
{
    const uint32_t word = at / 64, bit = at % 64;
    return bit ? b->ends[word] >> bit | b->ends[word + 1] << (64 - bit) : b->ends[word];
}

/* The offset of the `nth` end of a cell, counted from 0, from the byte `at` on. */
static inline uint32_t end_of(const csv_block *b, uint32_t at, uint32_t nth)
{
    for (;; at += 64) {
        uint64_t left = ends_from(b, at);
        for (; left && nth > 0; nth--)
            left &= left - 1;
        if (left)
            return at + (uint32_t)__builtin_ctzll(left);
    }
}

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The text from `begin` to `end`, as a cell. */
static inline void put_cell(csv_cell *out, const csv_block *b, bool quotes, uint32_t begin,
                            uint32_t end)
{
    const char *at = b->text + begin;
    const uint32_t length = end - begin;

    *out = (csv_cell){ .at = at, .length = length };
    if (!quotes || length == 0 || *at != '"') {
        out->plain = length == 0 || !(is_blank(at[0]) || is_blank(at[length - 1]));
        return;
    }
    out->at++;
    out->length -= 2;
    out->quoted = true;
    out->doubled = memchr(out->at, '"', out->length) != NULL;
}

csv_cell csv_block_cell(const csv_block *b, const csv_block_row *row, uint32_t cell)
{
    csv_cell out;

    csv_block_cells(b, row, &cell, 1, &out);
    return out;
}

void csv_block_cells(const csv_block *b, const csv_block_row *row, const uint32_t *cell,
                     uint32_t count, csv_cell *out)
{
    uint32_t begin = row->at, next = 0; /* where the next cell begins, and which it is */

    for (uint32_t i = 0; i < count; i++) {
        if (cell[i] < next)
            begin = row->at, next = 0;
        if (cell[i] > next)
            begin = end_of(b, begin, cell[i] - next - 1) + 1;
        const uint32_t end = end_of(b, begin, 0);
        put_cell(&out[i], b, row->quotes, begin, end);
        begin = end + 1;
        next = cell[i] + 1;
    }
}
