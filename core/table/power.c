/* power.c - powers of ten, to 128 bits.
 *
 * 10^n is 5^n times 2^n, and 5^n is one of a few large powers times a small one that is exact.
 * The large ones are cut to 192 bits. What that loses, times a small power, is less than 2^64
 * in a product of 256 bits, of which the first 128 are wanted: they are wrong only if all of
 * the next 63 are 1, and test_digits.c looks at every power.
 */
#include "table/power.h"

#include <assert.h>

enum { STEP = 28, FIRST = POWER_LEAST };

/* 5^FIRST, 5^(FIRST + STEP) and so on: three words, the first one the highest, times 2^twos. */
static const struct {
    uint64_t word[3];
    int twos;
} large[] = {
    { { 0xe61acf033d1a45df, 0x6fb92487298e33bd, 0xadd7728c20b99bd1 }, -907 },
    { { 0xe858ad248f5c22c9, 0xd1b3400f8f9cff68, 0xf910f9f648232f14 }, -842 },
    { { 0xea9c227723ee8bcb, 0x465e15a979c1cadc, 0x0a0ce827eac11f2d }, -777 },
    { { 0xece53cec4a314ebd, 0xa4f8bf5635246428, 0x4609ac5c7899ca36 }, -712 },
    { { 0xef340a98172aace4, 0x86fb897116c87c34, 0x9c39c1da4c49278d }, -647 },
    { { 0xf18899b1bc3f8ca1, 0xdc44e6c3cb279ac1, 0xf80f36174730ca34 }, -582 },
    { { 0xf3e2f893dec3f126, 0x5a89dba3c3efccfa, 0xd8ecb58659be9c90 }, -517 },
    { { 0xf64335bcf065d37d, 0x4d4617b5ff4a16d5, 0xaa09501d5954a559 }, -452 },
    { { 0xf8a95fcf88747d94, 0x75a44c6397ce912a, 0x33cca6c06b07b74d }, -387 },
    { { 0xfb158592be068d2e, 0xeed6e2f0f0d56712, 0xac2e4f162cfad40a }, -322 },
    { { 0xfd87b5f28300ca0d, 0x8bca9d6e188853fc, 0x76dcb60081ce0fa5 }, -257 },
    { { 0x8000000000000000, 0x0000000000000000, 0x0000000000000000 }, -191 },
    { { 0x813f3978f8940984, 0x4000000000000000, 0x0000000000000000 }, -126 },
    { { 0x82818f1281ed449f, 0xbff8f10e7a8921a4, 0x2000000000000000 }, -61 },
    { { 0x83c7088e1aab65db, 0x792667c6da79e0fa, 0x0861d3ee22d1cc53 }, 4 },
    { { 0x850fadc09923329e, 0x03e2cf6bc604ddb0, 0x74a7ef0198791097 }, 69 },
    { { 0x865b86925b9bc5c2, 0x0b8a2392ba45a9b2, 0x5c6658d409fb8bf7 }, 134 },
    { { 0x87aa9aff79042286, 0x90fb44d2f05d0842, 0xfb118fc9c217a1d2 }, 199 },
    { { 0x88fcf317f22241e2, 0x441fece3bdf81f03, 0x12f274928400100d }, 264 },
    { { 0x8a5296ffe33cc92f, 0x82bd6b70d99aaa6f, 0xbc10c5c5cda97c8d }, 329 },
    { { 0x8bab8eefb6409c1a, 0x1ad089b6c2f7548e, 0x25c7b885ba466e37 }, 394 },
    { { 0x8d07e33455637eb2, 0xdb0b487b6423e1e8, 0x7ec63730f500b406 }, 459 },
    { { 0x8e679c2f5e44ff8f, 0x570f09eaa7ea7648, 0x5961db50c6d2b886 }, 524 },
};

static_assert(FIRST + (int)(sizeof large / sizeof *large) * STEP == POWER_MOST + 1, "all of them");

/* 2^63 or more times 2^191 or more has its highest bit in one of the two highest places. */
power power_above(int tens)
{
    assert(tens >= POWER_LEAST && tens <= POWER_MOST);
    int step = (tens - FIRST) / STEP, rest = (tens - FIRST) % STEP;
    uint64_t small = 1;
    for (int i = 0; i < rest; i++)
        small *= 5;
    int room = __builtin_clzll(small), twos = large[step].twos + 128 - room + tens;
    small <<= room;

    wide third = (wide)large[step].word[2] * small;
    wide second = (wide)large[step].word[1] * small + (third >> 64);
    wide first = (wide)large[step].word[0] * small + (second >> 64);
    if (!(first >> 127)) {
        first = first << 1 | (uint64_t)second >> 63;
        twos--;
    }
    return (power){ .bits = first + 1, .twos = twos };
}
