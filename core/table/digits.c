/* digits.c - a double, exactly: its two parts, and its decimal digits. */
#include "table/digits.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "table/power.h"

enum { SIGNIFICANT = 15 };
#define HIDDEN_BIT (UINT64_C(1) << 52)

void digits_split(uint64_t *fraction, int *twos, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    int field = (int)(bits >> 52);

    *fraction = bits & (HIDDEN_BIT - 1);
    *twos = -1074;
    if (field) {
        *fraction |= HIDDEN_BIT;
        *twos += field - 1;
    }
}

static void count_up(digits *d)
{
    while (d->count && d->digit[d->count - 1] == '9')
        d->count--;
    if (d->count) {
        d->digit[d->count - 1]++;
    } else {
        d->digit[d->count++] = '1';
        d->point++;
    }
}

/* Half away from zero, to so many digits; to a negative number of them nothing is left. */
static void round_at(digits *d, int keep)
{
    if (keep >= d->count)
        return;
    bool up = keep >= 0 && d->digit[keep] >= '5';
    d->count = keep < 0 ? 0 : keep;
    if (up)
        count_up(d);
}

/* units * 10^tens; units is not 0. */
static void set_digits(digits *d, uint64_t units, int tens)
{
    char text[sizeof d->digit];
    char *const end = text + sizeof text, *at = end;

    for (; units % 10 == 0; tens++)
        units /= 10;
    for (; units; units /= 10)
        *--at = (char)('0' + units % 10);
    d->count = (int)(end - at);
    d->point = d->count + tens;
    memcpy(d->digit, at, (size_t)d->count);
}

/* ---- the fewest digits ---------------------------------------------------------
 *
 * After R. Giulietti, "The Schubfach way to render doubles" (2020). What reads back as a
 * double reaches from half-way to the next one down to half-way to the next one up. Let
 * 10^tens be the largest power of ten that is not wider. Then at least one of its multiples
 * reads back, and at most one multiple of the next power: if there is one, nothing has fewer
 * digits, and otherwise it is the multiple of 10^tens next to the double, below or above.
 * (9 and 10 units have one digit each, but both read back only as 2^-1073, which is 9.9.) */

/* In quarters of 10^tens, cut to whole ones, but with the last bit set where that lost anything:
 * compared with an even number, each is as good as uncut. */
typedef struct span {
    uint64_t value;
    uint64_t low, high; /* the first and the last that reads back as the value */
    int tens;
} span;

/* n * p / 2^128, for n below 2^60. What is lost may be taken for too much, by less than 2^60, as
 * p may be 1 too large. But all there is to lose is either nothing or more than 2^62, and never
 * next to a whole number: continued fractions show it for every exponent of a double. */
static uint64_t cut(uint64_t n, wide p)
{
    wide low = (wide)n * (uint64_t)p;
    wide high = (wide)n * (uint64_t)(p >> 64) + (low >> 64);
    bool lost = (uint64_t)high || (uint64_t)low >> 60;

    return (uint64_t)(high >> 64) | lost;
}

static span span_of(double value)
{
    const double log10_of_2 = 0.30102999566398120, log10_of_three_quarters = -0.12493873660829995;
    uint64_t fraction;
    int twos;

    digits_split(&fraction, &twos, value);
    bool narrow = fraction == HIDDEN_BIT && twos > -1074; /* the gap below a power of two */
    int tens = (int)floor(twos * log10_of_2 + (narrow ? log10_of_three_quarters : 0));
    power p = power_above(-tens);
    int left = twos + p.twos + 128;   /* 1 to 4 */
    uint64_t quarters = 4 * fraction; /* of 2^twos */
    uint64_t odd = fraction % 2;      /* then half-way is read as another double */

    return (span){ .value = cut(quarters << left, p.bits),
                   .low = cut((quarters - (narrow ? 1 : 2)) << left, p.bits) + odd,
                   .high = cut((quarters + 2) << left, p.bits) - odd,
                   .tens = tens };
}

static bool reads_back(const span *s, uint64_t units)
{
    return 4 * units >= s->low && 4 * units <= s->high;
}

/* What is nearer above reads back if `down` does, as the gap above is not the narrower one. */
static uint64_t fewest_digits(const span *s)
{
    uint64_t down = s->value / 4, round = down / 10 * 10;

    if (reads_back(s, round))
        return round;
    if (reads_back(s, round + 10))
        return round + 10;
    bool up = s->value % 4 >= 2 || !reads_back(s, down);
    return up ? down + 1 : down;
}

void digits_shortest(digits *d, double value)
{
    span s = span_of(value);

    set_digits(d, fewest_digits(&s), s.tens);
}

/* ---- rounding ------------------------------------------------------------------ */

/* The whole number nearest to value * 10^tens, half away from zero, for up to 30 tens that leave
 * it 15 digits: 53 bits times 5^30 is less than 2^128, and some bits are behind the point. */
static uint64_t nearest(double value, int tens)
{
    uint64_t fraction;
    int twos;

    digits_split(&fraction, &twos, value);
    wide n = fraction;
    for (int i = 0; i < tens; i++)
        n *= 5;
    return ((uint64_t)(n >> (-twos - tens - 1)) + 1) / 2;
}

/* If the shortest text has 15 digits or less, it is the nearest number of 15 digits too. */
void digits_rounded(digits *d, double value, int decimals)
{
    digits_shortest(d, value);
    int keep = d->point + decimals;
    if (d->count > SIGNIFICANT && keep >= 0 && keep <= SIGNIFICANT)
        set_digits(d, nearest(value, SIGNIFICANT - d->point), d->point - SIGNIFICANT);
    round_at(d, d->point + decimals);
}
