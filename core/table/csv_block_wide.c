/* csv_block_wide.c - a block, 64 bytes at a time with AVX-512: as csv_block_value.c, but a
 * comparison gives its bits at once, and one instruction moves together what is kept. */
#include "table/csv_block_words.h"

#include <immintrin.h>

static inline __m512i load(const char *at)
{
    return _mm512_loadu_si512((const void *)at);
}

static inline __m512i all(char byte)
{
    return _mm512_set1_epi8(byte);
}

static inline uint64_t is(__m512i bytes, char byte)
{
    return _mm512_cmpeq_epi8_mask(bytes, all(byte));
}

static word classify(const char *at, char delimiter)
{
    const __m512i bytes = load(at);
    const uint64_t lf = is(bytes, '\n'), cr = is(bytes, '\r');
    const uint64_t low = _mm512_cmplt_epi8_mask(bytes, all(' ')); /* and all above 0x7f */

    return (word){ .delimiter = is(bytes, delimiter),
                   .lf = lf,
                   .cr = cr,
                   .quote = is(bytes, '"'),
                   .odd = (low & ~(lf | cr | is(bytes, '\t'))) | is(bytes, 0x7f) };
}

static inline uint64_t begins(__m512i bytes, char delimiter)
{
    return is(bytes, delimiter) | is(bytes, '\n');
}

/* For each of 64 bytes: what the cell that ends before it is worth, if one does. */
static inline __m512i worth(const char *at, char delimiter)
{
    const __m512i one = load(at - 1), two = load(at - 2), three = load(at - 3);
    const __m512i ones = _mm512_sub_epi8(one, all('0')), tens = _mm512_sub_epi8(two, all('0'));
    const uint64_t digit = _mm512_cmple_epu8_mask(ones, all(9));
    const uint64_t ten = _mm512_cmple_epu8_mask(tens, all(9));
    const __m512i twice = _mm512_add_epi8(tens, tens), four = _mm512_add_epi8(twice, twice);
    const __m512i both = _mm512_add_epi8(_mm512_add_epi8(_mm512_add_epi8(four, four), twice), ones);

    __m512i value = all(CSV_NO_NUMBER);
    value = _mm512_mask_mov_epi8(value, begins(one, delimiter), all(CSV_EMPTY));
    value = _mm512_mask_mov_epi8(value, begins(two, delimiter) & digit, ones);
    return _mm512_mask_mov_epi8(value, begins(three, delimiter) & digit & ten, both);
}

static int8_t *put_values(int8_t *value, const char *at, uint64_t ends, char delimiter,
                          ptrdiff_t *begin)
{
    (void)begin;
    _mm512_storeu_si512((void *)value, _mm512_maskz_compress_epi8(ends, worth(at, delimiter)));
    return value + count(ends); /* what is behind is overwritten */
}

void csv_block_wide(csv_block *b, size_t length)
{
    read_words(b, length);
}

bool csv_measure_wide(csv_stretch *out, const char *text, size_t length, char delimiter)
{
    return measure_words(out, text, length, delimiter);
}
