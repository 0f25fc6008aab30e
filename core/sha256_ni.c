/* sha256_ni.c - blocks of SHA-256 with the SHA instructions of x86-64.
 *
 * The instructions want the eight words of the state in two registers, A B E F and C D G H from
 * the top down, and do two rounds at a time. Each waits for the one before, so that half of the
 * time nothing happens: two hashes that have nothing to do with each other fill the gaps.
 */
#include "sha256.h"

#include <immintrin.h>

/* No flags for the whole file: nothing but what is called after asking may use these. */
#define SHA_NI __attribute__((target("sha,ssse3,sse4.1")))

/* A block under way. */
typedef struct lane {
    __m128i abef, cdgh, w[4]; /* w: the last sixteen words of the message schedule */
} lane;

SHA_NI static inline __m128i load(const void *at)
{
    return _mm_loadu_si128(at);
}

SHA_NI static inline lane begin(const uint32_t state[8])
{
    const __m128i cdab = _mm_shuffle_epi32(load(state), 0xb1);
    const __m128i efgh = _mm_shuffle_epi32(load(state + 4), 0x1b);
    return (lane){ .abef = _mm_alignr_epi8(cdab, efgh, 8),
                   .cdgh = _mm_blend_epi16(efgh, cdab, 0xf0) };
}

SHA_NI static inline void end(const lane *l, uint32_t state[8])
{
    const __m128i feba = _mm_shuffle_epi32(l->abef, 0x1b);
    const __m128i dchg = _mm_shuffle_epi32(l->cdgh, 0xb1);
    _mm_storeu_si128((void *)state, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((void *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

SHA_NI static inline void four_rounds(lane *l, int t, __m128i w)
{
    const __m128i sum = _mm_add_epi32(w, load(sha256_k + t));
    l->cdgh = _mm_sha256rnds2_epu32(l->cdgh, l->abef, sum);
    l->abef = _mm_sha256rnds2_epu32(l->abef, l->cdgh, _mm_shuffle_epi32(sum, 0x0e));
}

/* The first sixteen, whose words are those of the block. */
SHA_NI static inline void first_rounds(lane *l, const unsigned char *block)
{
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    for (int i = 0; i < 4; i++) {
        l->w[i] = _mm_shuffle_epi8(load(block + 16 * i), big_endian);
        four_rounds(l, 4 * i, l->w[i]);
    }
}

/* The next four words after the sixteen of a, b, c and d. */
SHA_NI static inline __m128i next(__m128i a, __m128i b, __m128i c, __m128i d)
{
    const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(a, b), _mm_alignr_epi8(d, c, 4));
    return _mm_sha256msg2_epu32(sum, d);
}

SHA_NI static inline void sixteen_rounds(lane *l, int t)
{
    __m128i *w = l->w;
    four_rounds(l, t, w[0] = next(w[0], w[1], w[2], w[3]));
    four_rounds(l, t + 4, w[1] = next(w[1], w[2], w[3], w[0]));
    four_rounds(l, t + 8, w[2] = next(w[2], w[3], w[0], w[1]));
    four_rounds(l, t + 12, w[3] = next(w[3], w[0], w[1], w[2]));
}

SHA_NI static inline void add(lane *l, const lane *before)
{
    l->abef = _mm_add_epi32(l->abef, before->abef);
    l->cdgh = _mm_add_epi32(l->cdgh, before->cdgh);
}

SHA_NI static void take(uint32_t state[8], const unsigned char *at, size_t blocks)
{
    lane l = begin(state);

    for (; blocks > 0; blocks--, at += 64) {
        const lane before = l;
        first_rounds(&l, at);
        for (int t = 16; t < 64; t += 16)
            sixteen_rounds(&l, t);
        add(&l, &before);
    }
    end(&l, state);
}

SHA_NI static void take_two(uint32_t a[8], const unsigned char *at_a, uint32_t b[8],
                            const unsigned char *at_b, size_t blocks)
{
    lane one = begin(a), two = begin(b);

    for (; blocks > 0; blocks--, at_a += 64, at_b += 64) {
        const lane before_one = one, before_two = two;
        first_rounds(&one, at_a);
        first_rounds(&two, at_b);
        for (int t = 16; t < 64; t += 16) {
            sixteen_rounds(&one, t);
            sixteen_rounds(&two, t);
        }
        add(&one, &before_one);
        add(&two, &before_two);
    }
    end(&one, a);
    end(&two, b);
}

const sha256_code sha256_ni = { .take = take, .take_two = take_two };
