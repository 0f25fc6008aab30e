/* csv_block.c - many records at once. */
#include "table/csv_block.h"

#include <stdlib.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "formula.h"
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

/* The ends of cells from some byte on, one after another. */
typedef struct walk {
    const uint64_t *word;
    uint64_t left; /* those in *word that are not passed yet */
    uint32_t at;   /* where the 64 bytes of *word begin */
} walk;

static inline walk walk_from(const csv_block *b, uint32_t at)
{
    const uint64_t *word = &b->ends[at / 64];
    return (walk){ .word = word, .left = *word & UINT64_MAX << at % 64, .at = at / 64 * 64 };
}

static inline uint32_t next_end(walk *w)
{
    while (!w->left) {
        w->left = *++w->word;
        w->at += 64;
    }
    const uint32_t end = w->at + (uint32_t)__builtin_ctzll(w->left);
    w->left &= w->left - 1;
    return end;
}

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

csv_cell csv_block_cell(const csv_block *b, const csv_block_row *row, uint32_t cell)
{
    walk w = walk_from(b, row->at);
    uint32_t begin = row->at;

    for (; cell > 0; cell--)
        begin = next_end(&w) + 1;
    const char *at = b->text + begin;
    const uint32_t length = next_end(&w) - begin;
    if (!row->quotes || length == 0 || *at != '"')
        return (csv_cell){ .at = at,
                           .length = length,
                           .plain = length == 0 || !(is_blank(at[0]) || is_blank(at[length - 1])) };
    return (csv_cell){ .at = at + 1,
                       .length = length - 2,
                       .quoted = true,
                       .doubled = memchr(at + 1, '"', length - 2) != NULL };
}

/* Whether there is neither a blank nor a quote in at[0..length). */
static bool is_bare(const char *at, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++)
        if ((unsigned char)at[i] <= ' ' || at[i] == '"')
            return false;
    return true;
}

#ifdef __SSE2__
/* Of 16 bytes, a bit each: whether it is a blank or a quote. */
static inline uint32_t unbare(const char *at)
{
    const __m128i bytes = _mm_loadu_si128((const void *)at);
    const __m128i blanks =
        _mm_cmpeq_epi8(_mm_subs_epu8(bytes, _mm_set1_epi8(' ')), _mm_setzero_si128());
    const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(blanks, quotes));
}

/* is_bare for at most 32 bytes, of which 32 may be read. */
static inline bool short_is_bare(const char *at, uint32_t length)
{
    const uint64_t all = unbare(at) | (uint64_t)unbare(at + 16) << 16;
    return (all & ((UINT64_C(1) << length) - 1)) == 0;
}
#else
#define short_is_bare is_bare
#endif

static inline unsigned char sign_at(const csv_block *b, uint32_t at)
{
    return formula_sign[(unsigned char)b->text[at]];
}

bool csv_block_run(csv_run *out, const csv_block *b, const csv_block_row *row, uint32_t first,
                   uint32_t count)
{
    enum { SHORT = 32 };
    walk w = walk_from(b, row->at);
    uint32_t begin = row->at;

    for (; first > 0; first--)
        begin = next_end(&w) + 1;
    const uint32_t one = next_end(&w), two = count > 1 ? next_end(&w) : one + 1;
    uint32_t end = count > 1 ? two : one;
    unsigned char sign = sign_at(b, begin);
    if (count > 1)
        sign |= sign_at(b, one + 1);
    for (; count > 2; count--) {
        sign |= sign_at(b, end + 1);
        end = next_end(&w);
    }
    *out = (csv_run){ b->text + begin, end - begin, one - begin, two - one - 1, sign };
    return out->length <= SHORT && row->next - begin >= SHORT ? short_is_bare(out->at, out->length)
                                                              : is_bare(out->at, out->length);
}
