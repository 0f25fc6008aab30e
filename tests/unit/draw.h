/* draw.h - numbers drawn at random, but the same in every run. */
#ifndef RAPPORT_TESTS_DRAW_H
#define RAPPORT_TESTS_DRAW_H

#include <stdint.h>

static uint64_t seed;

static inline uint64_t any(void)
{
    seed += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */
    uint64_t z = seed;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline uint64_t below(uint64_t limit)
{
    return any() % limit;
}

#endif
