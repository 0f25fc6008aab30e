/* test_digits.c - the fewest digits: read back by the C library, and as long division has them. */
#include "draw.h"
#include "run.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "table/big.h"
#include "table/digits.h"
#include "table/number.h"
#include "table/power.h"

#ifndef ROUNDS /* random numbers read back; more with -DROUNDS= */
#ifdef NDEBUG
#define ROUNDS 10000000
#else
#define ROUNDS 1000000 /* as a build that looks for mistakes takes its time */
#endif
#endif

static double double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static double any_double(void)
{
    double value;
    do
        value = fabs(double_of(any()));
    while (!(value > 0 && value <= DBL_MAX));
    return value;
}

/* Where an algorithm that is right nearly always would be wrong; above 0. */
static double any_edge(void)
{
    double value = 0;

    switch (below(5)) {
    case 0: /* a decimal of few digits */
        value = (double)(1 + below(UINT64_C(1) << below(40))) * pow(10, (double)below(40) - 20);
        break;
    case 1: /* the gap below is half of the one above */
        value = ldexp(1, (int)below(2098) - 1074);
        break;
    case 2: /* fewer bits than a double has */
        value = double_of(1 + below(UINT64_C(1) << below(53)));
        break;
    case 3: /* half-way between two decimals, or whole */
        value = ldexp((double)((UINT64_C(1) << 52) + (any() >> 12)), (int)below(16) - 8);
        break;
    case 4:
        value = pow(10, (double)below(632) - 323);
        break;
    }
    for (uint64_t steps = below(2) ? 0 : below(4); steps > 0; steps--)
        value = nextafter(value, below(2) ? INFINITY : 0);
    return value > 0 && value <= DBL_MAX ? value : DBL_MAX;
}

/* ---- powers -------------------------------------------------------------------- */

/* Below, at or above 0 as bits * 2^twos is less than, equal to or greater than 10^tens. */
static int compare_power(wide bits, int twos, int tens)
{
    big left, right;

    big_set(&left, 0);
    for (int shift = 112; shift >= 0; shift -= 16)
        big_multiply(&left, 1 << 16, (uint32_t)(bits >> shift) & 0xffff);
    big_set(&right, 1);
    big_fives(tens < 0 ? &left : &right, (uint32_t)abs(tens));
    big_twos(twos < tens ? &right : &left, (uint32_t)abs(twos - tens));
    return big_compare(&left, &right);
}

static void has_every_power_of_ten_to_128_bits(void)
{
    for (int tens = POWER_LEAST; tens <= POWER_MOST; tens++) {
        power p = power_above(tens);
        bool right = p.bits >> 127 && compare_power(p.bits - 1, p.twos, tens) <= 0 &&
                     compare_power(p.bits, p.twos, tens) > 0;
        char text[20];
        snprintf(text, sizeof text, "1e%d", tens);
        KEPT(right, text);
    }
}

/* ---- long division -------------------------------------------------------------
 *
 * The same digits after Steele & White (1990) and Burger & Dybvig (1996), one at a time: slow,
 * and nothing is ever lost. All four big numbers are multiples of one small unit. */

typedef struct division {
    big rest;         /* what the digits so far leave, */
    big one;          /* in units of the digit last written */
    big above, below; /* half the gap to the next double up, and to the next one down */
    bool even;        /* what is half-way reads back as this double */
} division;

static void subtract(big *n, const big *less)
{
    uint64_t borrow = 0;

    for (uint32_t i = 0; i < n->used; i++) {
        uint64_t take = borrow + (i < less->used ? less->limb[i] : 0);
        borrow = n->limb[i] < take;
        n->limb[i] -= (uint32_t)take;
    }
    while (n->used && n->limb[n->used - 1] == 0)
        n->used--;
}

static void times_ten(big *n, uint32_t power)
{
    big_fives(n, power);
    big_twos(n, power);
}

/* Returns the point: then rest is less than one, but ten times rest is not. */
static int begin(division *r, double value)
{
    uint64_t fraction;
    int twos, point = (int)floor(log10(value)) - 1; /* too low */

    digits_split(&fraction, &twos, value);
    bool narrow = fraction == UINT64_C(1) << 52 && twos > -1074;
    r->even = fraction % 2 == 0;
    big_set(&r->one, 4);
    big_set(&r->rest, fraction * 4);
    big_set(&r->above, 2);
    big_set(&r->below, narrow ? 1 : 2);

    big *larger[] = { &r->rest, &r->above, &r->below };
    if (twos < 0)
        big_twos(&r->one, (uint32_t)-twos);
    if (point > 0)
        times_ten(&r->one, (uint32_t)point);
    for (int i = 0; i < 3; i++) {
        big_twos(larger[i], twos > 0 ? (uint32_t)twos : 0);
        times_ten(larger[i], point < 0 ? (uint32_t)-point : 0);
    }
    for (; big_compare(&r->rest, &r->one) >= 0; point++)
        times_ten(&r->one, 1);
    return point;
}

static char next_digit(division *r)
{
    char digit = '0';

    times_ten(&r->rest, 1);
    times_ten(&r->above, 1);
    times_ten(&r->below, 1);
    for (; big_compare(&r->rest, &r->one) >= 0; digit++)
        subtract(&r->rest, &r->one);
    return digit;
}

static void count_up(digits *d)
{
    for (; d->count && d->digit[d->count - 1] == '9'; d->count--)
        ;
    if (!d->count) {
        d->digit[d->count++] = '0';
        d->point++;
    }
    d->digit[d->count - 1]++;
}

static bool within(int order, bool even)
{
    return order < 0 || (order == 0 && even);
}

static void divide(digits *d, double value)
{
    division r;
    big missing; /* to one */
    bool down_will_do, up_will_do;

    *d = (digits){ .point = begin(&r, value) };
    do {
        d->digit[d->count++] = next_digit(&r);
        missing = r.one;
        subtract(&missing, &r.rest);
        down_will_do = within(big_compare(&r.rest, &r.below), r.even);
        up_will_do = within(big_compare(&missing, &r.above), r.even);
    } while (!down_will_do && !up_will_do);
    if (!down_will_do || (up_will_do && big_compare(&r.rest, &missing) >= 0))
        count_up(d);
}

static void agrees_with_long_division(double value)
{
    digits got, expected;

    digits_shortest(&got, value);
    divide(&expected, value);
    bool agrees = got.count == expected.count && got.point == expected.point &&
                  memcmp(got.digit, expected.digit, (size_t)got.count) == 0;
    if (!agrees) { /* only then, as asserting a million times takes its time */
        char text[40];
        snprintf(text, sizeof text, "%a", value);
        KEPT(agrees, text);
    }
}

static void has_the_digits_of_long_division(void)
{
    seed = 1;
    for (int round = 0; round < ROUNDS / 50; round++)
        agrees_with_long_division(round % 2 ? any_edge() : any_double());
}

static void has_the_digits_of_long_division_at_every_exponent(void)
{
    const uint64_t hidden_bit = UINT64_C(1) << 52, infinite = hidden_bit * 0x7ff;

    for (uint64_t bits = 1; bits <= 300; bits++)
        agrees_with_long_division(double_of(bits));
    for (uint64_t bits = hidden_bit; bits <= infinite; bits += hidden_bit) {
        agrees_with_long_division(double_of(bits - 2));
        agrees_with_long_division(double_of(bits - 1));
        if (bits == infinite)
            break;
        agrees_with_long_division(double_of(bits));
        agrees_with_long_division(double_of(bits + 1));
    }
}

/* ---- the C library ------------------------------------------------------------- */

static void reads_back(double value)
{
    char text[NUMBER_LONGEST + 1];

    text[number_write(text, value, NUMBER_FULL)] = '\0';
    bool back = same(strtod(text, NULL), value);
    if (!back)
        KEPT(back, text);
}

static void is_read_back_by_strtod(void)
{
    seed = 2;
    for (int round = 0; round < ROUNDS; round++)
        reads_back(round % 2 ? any_double() : -any_double());
    for (int round = 0; round < ROUNDS / 10; round++)
        reads_back(any_edge());
}

/* How many digits printf needs, by trying. */
static int tried(double value)
{
    char text[40];
    int count = 18;

    do
        snprintf(text, sizeof text, "%.*g", --count, value);
    while (count > 0 && strtod(text, NULL) == value);
    return count + 1;
}

static void has_no_more_digits_than_printf_needs(void)
{
    seed = 3;
    for (int round = 0; round < ROUNDS / 10; round++) {
        double value = round % 4 ? any_double() : any_edge();
        digits d;
        int exponent;
        digits_shortest(&d, value);
        bool power_of_two = frexp(value, &exponent) == 0.5; /* for which printf may need one more */
        int needed = tried(value);
        if (d.count > needed || (d.count < needed && !power_of_two)) {
            char text[40];
            snprintf(text, sizeof text, "%a", value);
            KEPT(false, text);
        }
    }
}

int main(void)
{
    static const promise promises[] = {
        { "has every power of ten to 128 bits", has_every_power_of_ten_to_128_bits },
        { "has the digits of long division", has_the_digits_of_long_division },
        { "has the digits of long division at every exponent",
          has_the_digits_of_long_division_at_every_exponent },
        { "is read back by strtod", is_read_back_by_strtod },
        { "has no more digits than printf needs", has_no_more_digits_than_printf_needs },
    };
    return RUN("digits", promises);
}
