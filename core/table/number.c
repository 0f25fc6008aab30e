/* number.c - decimal text to double and back, the same in every locale.
 *
 * Both ways have a short path that one multiplication or division decides, and
 * an exact one in larger whole numbers for what that leaves open. The short path
 * rests on this: whole numbers up to 2^53 and powers of ten up to 10^22 are exact
 * as doubles, so what one operation makes of two of them is correctly rounded.
 */
#include "table/number.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "cpu.h"
#include "table/big.h"
#include "table/digits.h"

static_assert(FLT_EVAL_METHOD == 0 && DBL_MANT_DIG == 53, "doubles are rounded at each step");

static const double power_of_ten[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                       1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                       1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

enum { MOST_TENS = 22 };
#define EXACT (UINT64_C(1) << 53)

/* ---- a double as bits ---------------------------------------------------------
 * The bits of doubles from 0 up, read as whole numbers, are in the same order. */

#define INFINITE UINT64_C(0x7ff0000000000000)

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* ---- reading ------------------------------------------------------------------- */

enum {
    LEADING = 19,     /* digits that surely fit 64 bits */
    DIGITS_KEPT = 770 /* half-way between two doubles has at most 768 significant digits */
};

/* A decimal text taken apart: its digits from the first that is not 0, times 10^exponent. */
typedef struct decimal {
    const char *first;
    uint64_t leading;   /* the first digits, LEADING at most */
    size_t significant; /* how many digits there are */
    int64_t exponent;
} decimal;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *take_digits(decimal *d, const char *at, const char *end)
{
    for (; at < end && is_digit(*at); at++) {
        if (d->significant == 0) {
            if (*at == '0')
                continue;
            d->first = at;
        }
        if (d->significant++ < LEADING)
            d->leading = d->leading * 10 + (uint64_t)(*at - '0');
    }
    return at;
}

/* Takes the digits after e, or nothing if there are none. */
static const char *take_exponent(decimal *d, const char *at, const char *end)
{
    int64_t exponent = 0;
    bool negative = at < end && *at == '-';

    if (at < end && (*at == '-' || *at == '+'))
        at++;
    for (; at < end && is_digit(*at); at++)
        if (exponent < INT64_MAX / 100) /* beyond, no number of digits can make up for it */
            exponent = exponent * 10 + (*at - '0');
    d->exponent += negative ? -exponent : exponent;
    return at;
}

static bool take_apart(decimal *d, const char *at, const char *end, char mark)
{
    const char *part = at;

    at = take_digits(d, at, end);
    if (at == part)
        return false;
    if (at < end && (mark ? *at == mark : *at == '.' || *at == ',')) {
        part = ++at;
        at = take_digits(d, at, end);
        d->exponent = part - at;
    }
    if (at < end && (*at == 'e' || *at == 'E') && at > part)
        at = take_exponent(d, at + 1, end);
    return at == end && is_digit(end[-1]);
}

/* All digits as one number. What stands behind DIGITS_KEPT of them can no longer
 * make the difference between two doubles, but for being something or nothing
 * where the kept ones are half-way: it becomes one more digit, a 1. */
static void gather(big *n, int64_t *exponent, const decimal *d)
{
    size_t kept = d->significant < DIGITS_KEPT ? d->significant : DIGITS_KEPT, taken = 0;
    bool more = false;

    big_set(n, 0);
    for (const char *at = d->first; taken < d->significant; at++) {
        if (!is_digit(*at)) /* the decimal mark */
            continue;
        if (taken++ < kept)
            big_multiply(n, 10, (uint32_t)(*at - '0'));
        else
            more |= *at != '0';
    }
    *exponent = d->exponent + (int64_t)(d->significant - kept);
    if (more) {
        big_multiply(n, 10, 1);
        *exponent -= 1;
    }
}

/* Whether n * 10^exponent rounds to more than the double with these bits: it lies beyond
 * half-way to the next one up, or just there if the next is the even one of the two. */
static bool rounds_above(const big *n, int64_t exponent, uint64_t bits)
{
    big value = *n, half_way;
    uint64_t fraction;
    int twos;

    digits_split(&fraction, &twos, double_of(bits));
    big_set(&half_way, 2 * fraction + 1); /* times 2^(twos - 1) */
    if (exponent >= 0)
        big_fives(&value, (uint32_t)exponent);
    else
        big_fives(&half_way, (uint32_t)-exponent);

    int64_t surplus = exponent - (twos - 1);
    if (surplus >= 0)
        big_twos(&value, (uint32_t)surplus);
    else
        big_twos(&half_way, (uint32_t)-surplus);

    int order = big_compare(&value, &half_way);
    return order > 0 || (order == 0 && fraction % 2);
}

/* Off by a few units in the last place: each step rounds once. */
static double guess(const decimal *d)
{
    double value = (double)d->leading;
    int64_t tens = d->exponent;

    if (d->significant > LEADING)
        tens += (int64_t)d->significant - LEADING;
    for (; tens > MOST_TENS; tens -= MOST_TENS)
        value *= power_of_ten[MOST_TENS];
    for (; tens < -MOST_TENS; tens += MOST_TENS)
        value /= power_of_ten[MOST_TENS];
    value = tens < 0 ? value / power_of_ten[-tens] : value * power_of_ten[tens];
    return fmin(value, DBL_MAX);
}

/* From the guess, one double at a time, to the one that the text rounds to. */
static bool read_exactly(double *out, const decimal *d)
{
    enum { BEYOND = 310, NOTHING = -330 }; /* 10^309 is infinite, 10^-324 is 0 */
    double magnitude = (double)d->significant + (double)d->exponent;
    big n;
    int64_t exponent;

    if (d->significant && magnitude > BEYOND)
        return false;
    if (!d->significant || magnitude < NOTHING) {
        *out = 0;
        return true;
    }
    gather(&n, &exponent, d);
    uint64_t bits = bits_of(guess(d));
    while (bits < INFINITE && rounds_above(&n, exponent, bits))
        bits++;
    while (bits > 0 && !rounds_above(&n, exponent, bits - 1))
        bits--;
    *out = double_of(bits);
    return bits < INFINITE;
}

bool number_read(double *out, const char *at, size_t length, char mark)
{
    bool negative = length > 0 && *at == '-';
    decimal d = { 0 };
    double value;

    if (length == 0 || !take_apart(&d, at + negative, at + length, mark))
        return false;
    if (d.significant <= LEADING && d.leading <= EXACT && d.exponent >= -MOST_TENS &&
        d.exponent <= MOST_TENS) {
        value = (double)(int64_t)d.leading;
        value =
            d.exponent < 0 ? value / power_of_ten[-d.exponent] : value * power_of_ten[d.exponent];
    } else if (!read_exactly(&value, &d)) {
        return false;
    }
    *out = negative ? -value : value;
    return true;
}

/* ---- printing ------------------------------------------------------------------ */

/* Plain notation, from a whole number of the last place. */
static size_t put_units(char *out, bool negative, uint64_t units, int decimals)
{
    char reversed[24];
    int length = 0, least = decimals ? decimals + 2 : 1; /* with the point and a digit before it */
    char *at = out;

    if (negative && units)
        *at++ = '-';
    do {
        reversed[length++] = (char)('0' + units % 10);
        units /= 10;
        if (length == decimals)
            reversed[length++] = '.';
    } while (units || length < least);
    while (length)
        *at++ = reversed[--length];
    return (size_t)(at - out);
}

static char digit_at(const digits *d, int i)
{
    return i >= 0 && i < d->count ? d->digit[i] : '0';
}

/* Plain notation. */
static size_t put_digits(char *out, bool negative, const digits *d, int decimals)
{
    char *at = out;

    if (negative && d->count)
        *at++ = '-';
    for (int i = d->point > 0 ? 0 : d->point - 1; i < d->point; i++)
        *at++ = digit_at(d, i);
    if (decimals > 0)
        *at++ = '.';
    for (int i = 0; i < decimals; i++)
        *at++ = digit_at(d, d->point + i);
    return (size_t)(at - out);
}

static size_t put_exponent(char *out, bool negative, const digits *d)
{
    digits first = *d;
    int exponent = d->point - 1;

    first.point = 1;
    size_t length = put_digits(out, negative, &first, d->count - 1);
    out[length++] = 'e';
    out[length++] = exponent < 0 ? '-' : '+';
    if (exponent < 0)
        exponent = -exponent;
    if (exponent < 10)
        out[length++] = '0';
    return length + put_units(out + length, false, (uint64_t)exponent, 0);
}

/* Up to 15 digits the text that reads back is unique, and a double too close to its whole
 * number to miss it: m / 10^d == size can be asked. */
static size_t write_full(char *out, bool negative, double size)
{
    const double plain_from = 1e-6, plain_below = 1e21;
    bool plain = size == 0 || (size >= plain_from && size < plain_below);

    for (int decimals = 0; plain && size * power_of_ten[decimals] < 1e15; decimals++) {
        int64_t units = (int64_t)(size * power_of_ten[decimals] + 0.5);
        if ((double)units / power_of_ten[decimals] == size)
            return put_units(out, negative, (uint64_t)units, decimals);
    }

    digits d;
    digits_shortest(&d, size);
    if (!plain)
        return put_exponent(out, negative, &d);
    return put_digits(out, negative, &d, d.count > d.point ? d.count - d.point : 0);
}

/* The number of units in the last place, where one multiplication can tell.
 *
 * t is the true product within 2^-53 of it. Let h be the half between two units
 * next above t. In 15 digits a number rounds to h if it lies above h - u/2, where
 * u is one unit of h's 15th digit: u/2 is more than 5e-16 h and at most 5e-15 h.
 * So a t from h - 2^-52 t on surely counts as the half, as the errors of 2.2e-16
 * and 1.1e-16 together are less than the former; one below h - 2^-47 t surely does
 * not, as 7.1e-15 less 1.1e-16 is more than the latter. Nothing is told between
 * the two, and from 1e14 on, where 15 digits no longer hold the half itself. */
static bool units_of(uint64_t *units, double size, int decimals)
{
    double t = size * power_of_ten[decimals];
    if (!(t < 1e14))
        return false;

    int64_t whole = (int64_t)t;
    double beyond = t - (double)whole - 0.5;
    if (beyond >= -t * 0x1p-52)
        whole++;
    else if (beyond > -t * 0x1p-47)
        return false;
    *units = (uint64_t)whole;
    return true;
}

static int32_t units_or_not(double value, int decimals)
{
    const double size = fabs(value);
    uint64_t units;

    if (!isfinite(value))
        return UNITS_MISSING;
    if (!(size * power_of_ten[decimals] < UNITS_MOST) || !units_of(&units, size, decimals))
        return UNITS_UNTOLD;
    return value < 0 ? -(int32_t)units : (int32_t)units;
}

/* Four at once, in the compiler's vectors: what a processor has no registers for is taken apart. */
enum { FOUR = 4 };
typedef double four __attribute__((vector_size(FOUR * sizeof(double))));
typedef int64_t four_masks __attribute__((vector_size(FOUR * sizeof(int64_t))));
typedef int32_t four_units __attribute__((vector_size(FOUR * sizeof(int32_t))));

/* `set` where the mask is set, else `other`: doubles. A macro, as vectors of this size may not be
 * handed to functions on every processor. */
#define CHOOSE(mask, set, other)                                                                   \
    (four)(((four_masks)(set) & (mask)) | ((four_masks)((four){ 0 } + (other)) & ~(mask)))

/* units_or_not for each, step by step as units_of; all as doubles, which hold every unit. */
__attribute__((always_inline)) static inline void units_of_four(int32_t *units, const double *value,
                                                                double tens)
{
    four both;
    memcpy(&both, value, sizeof both);

    const four_masks sign = (four_masks)both & INT64_MIN;
    const four size = (four)((four_masks)both ^ sign), t = size * tens;
    const four_masks in_reach = t < (double)UNITS_MOST;
    const four reached = (four)((four_masks)t & in_reach);
    const four down = __builtin_convertvector(__builtin_convertvector(reached, four_units), four);
    const four beyond = reached - down - 0.5;
    const four_masks up = beyond >= reached * -0x1p-52, near = beyond > reached * -0x1p-47;

    const four whole = down + (four)((four_masks)((four){ 0 } + 1) & up);
    const four told = (four)((four_masks)whole | sign);
    const four tried = CHOOSE(in_reach & (up | ~near), told, (double)UNITS_UNTOLD);
    const four all = CHOOSE(size <= DBL_MAX, tried, (double)UNITS_MISSING);
    const four_units out = __builtin_convertvector(all, four_units);
    memcpy(units, &out, sizeof out);
}

CPU_CLONES void number_units(int32_t *units, const double *value, size_t count, int decimals)
{
    size_t i = 0;

    for (const double tens = power_of_ten[decimals]; i + FOUR <= count; i += FOUR)
        units_of_four(units + i, value + i, tens);
    for (; i < count; i++)
        units[i] = units_or_not(value[i], decimals);
}

double number_of_units(int32_t units, int decimals)
{
    return units / power_of_ten[decimals];
}

int32_t number_units_from(double value, int decimals)
{
    double guess = ceil(value * power_of_ten[decimals]);
    if (!(fabs(guess) < UNITS_MOST))
        return guess > 0 ? UNITS_UNTOLD : -UNITS_MOST;

    int32_t units = (int32_t)guess;
    while (units > -UNITS_MOST && number_of_units(units - 1, decimals) >= value)
        units--;
    while (units < UNITS_MOST && number_of_units(units, decimals) < value)
        units++;
    return units;
}

size_t number_write(char *out, double value, int decimals)
{
    bool negative = value < 0;
    double size = fabs(value);
    uint64_t units;

    if (!isfinite(value))
        return 0;
    if (decimals == NUMBER_FULL)
        return write_full(out, negative, size);
    if (units_of(&units, size, decimals))
        return put_units(out, negative, units, decimals);

    digits d;
    digits_rounded(&d, size, decimals);
    return put_digits(out, negative, &d, decimals);
}

double number_round(double value, int decimals)
{
    char text[NUMBER_LONGEST];
    double size = fabs(value), rounded;
    uint64_t units;

    if (!isfinite(value))
        return value;
    if (decimals == NUMBER_FULL)
        return value == 0 ? 0 : value; /* "0" has no sign */
    if (units_of(&units, size, decimals))
        rounded = (double)(int64_t)units / power_of_ten[decimals];
    else if (!number_read(&rounded, text, number_write(text, size, decimals), '.'))
        rounded = HUGE_VAL; /* cannot be: what is printed is at most DBL_MAX's own text */
    return value < 0 && rounded > 0 ? -rounded : rounded;
}

int number_side(double value, double low, double high)
{
    enum { ENOUGH = 9 }; /* decimals */
    if (value < low)
        return number_round(value, ENOUGH) < low ? -1 : 0;
    return value > high && number_round(value, ENOUGH) > high;
}

double number_difference(double difference, double size)
{
    enum { SURE = 15 }; /* digits that a double holds, whichever they are */
    int decimals = SURE;

    if (difference == floor(difference) || !isfinite(difference))
        return difference;
    for (double tens = 1; tens <= fabs(size) && decimals > 0; tens *= 10)
        decimals--;
    return number_round(difference, decimals);
}
