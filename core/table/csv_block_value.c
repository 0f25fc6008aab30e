/* csv_block_value.c - a block, 32 bytes at a time with AVX2 and BMI2.
 *
 * Of every byte is worked out what a cell that ended just before it would be worth; then the
 * bytes at which a cell does end are kept, and moved together. No branch and no position is
 * needed. Whether a cell begins one, two or three bytes before is told by a delimiter or LF
 * there. One in quotes cannot deceive: between it and the end of its cell stands a quote, and
 * that is no digit.
 */
#include "table/csv_block_words.h"

#include <immintrin.h>

static inline __m256i load(const char *at)
{
    return _mm256_loadu_si256((const void *)at);
}

static inline __m256i is(__m256i bytes, char byte)
{
    return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte));
}

static inline uint64_t bits(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high)
                                                     << 32;
}

static inline __m256i odd(__m256i bytes)
{
    __m256i low = _mm256_cmpgt_epi8(_mm256_set1_epi8(' '), bytes); /* and all above 0x7f */
    __m256i white =
        _mm256_or_si256(is(bytes, '\t'), _mm256_or_si256(is(bytes, '\n'), is(bytes, '\r')));
    return _mm256_or_si256(_mm256_andnot_si256(white, low), is(bytes, 0x7f));
}

static word classify(const char *at, char delimiter)
{
    const __m256i a = load(at), b = load(at + WORD / 2);

    return (word){ .delimiter = bits(is(a, delimiter), is(b, delimiter)),
                   .lf = bits(is(a, '\n'), is(b, '\n')),
                   .cr = bits(is(a, '\r'), is(b, '\r')),
                   .quote = bits(is(a, '"'), is(b, '"')),
                   .odd = bits(odd(a), odd(b)) };
}

static inline __m256i begins(__m256i bytes, __m256i delimiter)
{
    return _mm256_or_si256(_mm256_cmpeq_epi8(bytes, delimiter), is(bytes, '\n'));
}

/* For each of 32 bytes: what the cell that ends before it is worth, if one does. */
static inline __m256i worth(const char *at, __m256i delimiter)
{
    const __m256i one = load(at - 1), two = load(at - 2), three = load(at - 3);
    const __m256i nine = _mm256_set1_epi8(9), zero = _mm256_set1_epi8('0');
    const __m256i ones = _mm256_sub_epi8(one, zero), tens = _mm256_sub_epi8(two, zero);
    const __m256i digit = _mm256_cmpeq_epi8(_mm256_min_epu8(ones, nine), ones);
    const __m256i ten = _mm256_cmpeq_epi8(_mm256_min_epu8(tens, nine), tens);

    __m256i empty = begins(one, delimiter);
    __m256i short_one = _mm256_and_si256(begins(two, delimiter), digit);
    __m256i long_one = _mm256_and_si256(begins(three, delimiter), _mm256_and_si256(digit, ten));
    __m256i twice = _mm256_add_epi8(tens, tens), four = _mm256_add_epi8(twice, twice);
    __m256i both = _mm256_add_epi8(_mm256_add_epi8(_mm256_add_epi8(four, four), twice), ones);

    __m256i known = _mm256_or_si256(empty, _mm256_or_si256(short_one, long_one));
    __m256i value = _mm256_andnot_si256(known, _mm256_set1_epi8(CSV_NO_NUMBER));
    value = _mm256_or_si256(value, _mm256_and_si256(empty, _mm256_set1_epi8(CSV_EMPTY)));
    value = _mm256_or_si256(value, _mm256_and_si256(short_one, ones));
    return _mm256_or_si256(value, _mm256_and_si256(long_one, both));
}

static int8_t *put_values(int8_t *value, const char *at, uint64_t ends, char delimiter,
                          ptrdiff_t *begin)
{
    const __m256i wanted = _mm256_set1_epi8(delimiter);
    uint64_t all[WORD / 8];

    (void)begin;
    _mm256_storeu_si256((void *)all, worth(at, wanted));
    _mm256_storeu_si256((void *)(all + 4), worth(at + WORD / 2, wanted));
    for (int i = 0; i < WORD / 8; i++, ends >>= 8) {
        uint64_t kept = _pdep_u64(ends, UINT64_C(0x0101010101010101)) * 0xff;
        uint64_t together = _pext_u64(all[i], kept);
        memcpy(value, &together, sizeof together); /* 7 of them at most are overwritten */
        value += __builtin_popcountll(ends & 0xff);
    }
    return value;
}

void csv_block_value(csv_block *b, size_t length)
{
    read_words(b, length);
}

bool csv_measure_value(csv_stretch *out, const char *text, size_t length, char delimiter)
{
    return measure_words(out, text, length, delimiter);
}
