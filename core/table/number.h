/* number.h - decimal text to double and back, the same in every locale.
 *
 * Printing rounds half away from zero on the decimal value: 2.675 to two places
 * is 2.68 and -6.25 to one is -6.3. The decimal value of a double is its nearest
 * number of 15 significant digits, as in a spreadsheet; where the decimals asked
 * for reach beyond these 15, it is the shortest text that reads back: see
 * docs/decisions/rounding.md.
 */
#ifndef RAPPORT_TABLE_NUMBER_H
#define RAPPORT_TABLE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NUMBER_FULL = -1, /* the shortest text that reads back as the same double */
    NUMBER_MOST_DECIMALS = 15,
    NUMBER_LONGEST = 340 /* bytes number_write may need */
};

/* Reads all of at[0..length): [-] digits [mark digits] [e [+-] digits], correctly rounded;
 * E is as good as e. false, and *out untouched, for anything else: blanks, "+5", ".5", "5.",
 * hex, inf, nan, a magnitude beyond a double's. What is too small for one is 0. `mark` is '.'
 * or ',', or 0 for either. */
bool number_read(double *out, const char *at, size_t length, char mark);

/* Writes without a NUL and returns the length; 0 for NaN and infinities. "-0.00" is "0.00".
 * `decimals` is 0..NUMBER_MOST_DECIMALS, always in plain notation, or NUMBER_FULL, which
 * writes 1e-07 and 1.5e+21 below 0.000001 and from 1e21 on. The decimal mark is a point. */
size_t number_write(char *out, double value, int decimals);

/* What number_write prints of each value, in units of the last place: 2.675 to two places is 268.
 * UNITS_MISSING for NaN and infinities; UNITS_UNTOLD where it takes longer to tell, or is beyond
 * UNITS_MOST either way: ask number_write. `decimals` is 0..NUMBER_MOST_DECIMALS. */
enum { UNITS_MISSING = INT32_MIN, UNITS_UNTOLD = INT32_MAX, UNITS_MOST = 1000000000 };
void number_units(int32_t *units, const double *value, size_t count, int decimals);

/* The double nearest to so many units, and the fewest units that are at least `value`. */
double number_of_units(int32_t units, int decimals);
int32_t number_units_from(double value, int decimals);

/* The double nearest to what number_write prints: what bands and cut-offs look at.
 * NaN and infinities come back as they are. */
double number_round(double value, int decimals);

/* A difference of two numbers of up to `size`, without what only the last bits of these have made
 * of it: 10 - 9.9 is 0.1. Whole numbers are exact and stay. */
double number_difference(double difference, double size);

/* Below, at or above 0 as the value lies below, within or above low..high; what only the last
 * bits of a division put outside lies within. NaN lies within. */
int number_side(double value, double low, double high);

#endif
