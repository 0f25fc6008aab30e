/* digits.c - a double, exactly: its two parts, and its decimal digits. */
#include "table/digits.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "table/big.h"

enum { SIGNIFICANT = 15, SHORTEST = 0 };
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

/* A double on its way to digits, after Steele & White (1990) and Burger & Dybvig (1996):
 * all four are whole multiples of one small unit, so nothing is lost on the way. */
typedef struct division {
    big rest;         /* what the digits so far leave, */
    big one;          /* in units of the digit last written */
    big above, below; /* half the gap to the next double up, and to the next one down */
    bool even;        /* what is half-way reads back as this double */
    int point;
} division;

static void times_ten(division *r)
{
    big_multiply(&r->rest, 10, 0);
    big_multiply(&r->above, 10, 0);
    big_multiply(&r->below, 10, 0);
}

static void times_twos(division *r, uint32_t power)
{
    big_twos(&r->rest, power);
    big_twos(&r->above, power);
    big_twos(&r->below, power);
}

/* value is finite and above 0. */
static void begin(division *r, double value)
{
    uint64_t fraction;
    int twos;

    digits_split(&fraction, &twos, value);
    bool gap_narrows = fraction == HIDDEN_BIT && twos > -1074; /* below a power of two */
    r->even = fraction % 2 == 0;
    big_set(&r->rest, fraction * 4);
    big_set(&r->one, 4);
    big_set(&r->above, 2);
    big_set(&r->below, gap_narrows ? 1 : 2);
    if (twos >= 0)
        times_twos(r, (uint32_t)twos);
    else
        big_twos(&r->one, (uint32_t)-twos);

    int whole_twos = twos - 1;
    for (uint64_t f = fraction; f; f >>= 1)
        whole_twos++;
    r->point = (int)floor(whole_twos * 0.30102999566398120) + 1; /* right, or 1 too low */
    if (r->point >= 0) {
        big_fives(&r->one, (uint32_t)r->point);
        big_twos(&r->one, (uint32_t)r->point);
    }
    for (int tens = r->point; tens < 0; tens++)
        times_ten(r);
    if (big_compare(&r->rest, &r->one) >= 0) {
        big_multiply(&r->one, 10, 0);
        r->point++;
    }

    uint32_t room = big_room(&r->one);
    big_twos(&r->one, room);
    times_twos(r, room);
}

static char next_digit(division *r)
{
    times_ten(r);
    return (char)('0' + big_divide(&r->rest, &r->one));
}

static bool within(int order, bool even)
{
    return order < 0 || (order == 0 && even);
}

/* So many digits, the last one rounded half away from zero; or as few as read back, the
 * nearest of those. */
static void write_digits(digits *d, division *r, int count)
{
    bool down_will_do, up_will_do;

    *d = (digits){ .point = r->point };
    do {
        d->digit[d->count++] = next_digit(r);
        if (count != SHORTEST) {
            down_will_do = up_will_do = d->count == count;
        } else {
            big reach = r->rest;
            big_add(&reach, &r->above);
            down_will_do = within(big_compare(&r->rest, &r->below), r->even);
            up_will_do = within(big_compare(&r->one, &reach), r->even);
        }
    } while (!down_will_do && !up_will_do);

    big_multiply(&r->rest, 2, 0);
    if (!down_will_do || (up_will_do && big_compare(&r->rest, &r->one) >= 0))
        count_up(d);
}

void digits_shortest(digits *d, double value)
{
    division r;

    begin(&r, value);
    write_digits(d, &r, SHORTEST);
}

void digits_rounded(digits *d, double value, int decimals)
{
    division r;

    begin(&r, value);
    write_digits(d, &r, r.point + decimals <= SIGNIFICANT ? SIGNIFICANT : SHORTEST);
    round_at(d, d->point + decimals);
}
