/* big.h - whole numbers too big for a machine word: where a double alone cannot decide. */
#ifndef RAPPORT_TABLE_BIG_H
#define RAPPORT_TABLE_BIG_H

#include <stdint.h>

/* The largest are the two sides of a comparison in number_read: a decimal of
 * 771 digits (2562 bits) against half-way between two doubles (54 bits) times
 * 5^1101 (2557 bits), brought to one size. */
enum { BIG_LIMBS = 96 };

typedef struct big {
    uint32_t used;            /* limbs; none for 0, and the last is not 0 */
    uint32_t limb[BIG_LIMBS]; /* least first */
} big;

void big_set(big *n, uint64_t value);

/* n * factor + plus; the factor is not 0. */
void big_multiply(big *n, uint32_t factor, uint32_t plus);

/* n * 5^power */
void big_fives(big *n, uint32_t power);

/* n * 2^power */
void big_twos(big *n, uint32_t power);

/* Below, at or above 0 as a is less than, equal to or greater than b. */
int big_compare(const big *a, const big *b);

#endif
