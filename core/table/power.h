/* power.h - powers of ten, to 128 bits. */
#ifndef RAPPORT_TABLE_POWER_H
#define RAPPORT_TABLE_POWER_H

#include <stdint.h>

__extension__ typedef unsigned __int128 wide;

enum { POWER_LEAST = -308, POWER_MOST = 335 };

typedef struct power {
    wide bits; /* 2^127 or more */
    int twos;
} power;

/* The first number of 128 bits above 10^tens: (bits - 1) * 2^twos <= 10^tens < bits * 2^twos.
 * `tens` is POWER_LEAST..POWER_MOST. */
power power_above(int tens);

#endif
