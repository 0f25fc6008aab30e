/* digits.h - a double, exactly: its two parts, and its decimal digits. */
#ifndef RAPPORT_TABLE_DIGITS_H
#define RAPPORT_TABLE_DIGITS_H

#include <stdint.h>

typedef struct digits {
    char digit[18]; /* '0' to '9'; a double never needs more than 17 */
    int count;      /* none for 0 */
    int point;      /* the value is 0.DIGITS * 10^point */
} digits;

/* value = fraction * 2^twos, for a finite value from 0 up. */
void digits_split(uint64_t *fraction, int *twos, double value);

/* The fewest digits that read back as this value, the nearest to it of those. Like the next,
 * for finite values above 0. */
void digits_shortest(digits *d, double value);

/* The decimal value rounded half away from zero to so many decimals: see number.h. */
void digits_rounded(digits *d, double value, int decimals);

#endif
