/* test_number.c - decimal text to double and back, against the C library where it is exact. */
#include "draw.h"
#include "run.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "table/number.h"

#ifndef ROUNDS
#define ROUNDS 100000 /* of each kind of random number; more with -DROUNDS= */
#endif

static double any_double(void)
{
    double value;
    do {
        uint64_t bits = any();
        memcpy(&value, &bits, sizeof value);
    } while (!isfinite(value));
    return value;
}

/* The numbers scores are made of, and their neighbours: where rounding goes wrong. */
static double any_score(void)
{
    double value = 0;

    switch (below(4)) {
    case 0: /* a mean, rescaled */
        value = (double)below(2000) * (double)(1 + below(100)) / (double)(1 + below(60));
        break;
    case 1: /* a decimal */
        value = (double)below(UINT64_C(1) << below(54)) / pow(10, (double)below(16));
        break;
    case 2: /* a half of some decimal */
        value = ((double)below(UINT64_C(1) << below(48)) + 0.5) / pow(10, (double)below(16));
        break;
    case 3:
        value = ldexp((double)(any() >> 11), -(int)below(100));
        break;
    }
    for (uint64_t steps = below(4) ? 0 : below(12); steps > 0; steps--)
        value = nextafter(value, below(2) ? INFINITY : 0);
    return below(2) ? -value : value;
}

/* ---- reading ------------------------------------------------------------------- */

#define REFUSED NAN

static const struct {
    const char *promise, *text;
    double expected;
    char mark;
} readings[] = {
    { "reads an answer", "3", 3, '.' },
    { "reads a negative number", "-12", -12, '.' },
    { "reads decimals", "2.675", 2.675, '.' },
    { "reads leading zeros", "007.50", 7.5, '.' },
    { "keeps the sign of zero", "-0", -0.0, '.' },
    { "reads a decimal comma where asked to", "3,25", 3.25, ',' },
    { "refuses a comma where the mark is a point", "3,25", REFUSED, '.' },
    { "refuses a point where the mark is a comma", "3.25", REFUSED, ',' },
    { "reads either mark where both may be", "3.25", 3.25, 0 },
    { "reads either mark where both may be", "3,25", 3.25, 0 },
    { "refuses both marks in one number", "1.234,5", REFUSED, 0 },
    { "reads an exponent", "1.5e3", 1500, '.' },
    { "reads a capital exponent with a sign", "15E-1", 1.5, '.' },
    { "reads an exponent with plus", "1e+2", 100, '.' },
    { "refuses nothing", "", REFUSED, '.' },
    { "refuses a sign alone", "-", REFUSED, '.' },
    { "refuses two signs", "--1", REFUSED, '.' },
    { "refuses a leading plus", "+5", REFUSED, '.' },
    { "refuses a point without a digit before it", ".5", REFUSED, '.' },
    { "refuses a point without a digit after it", "5.", REFUSED, '.' },
    { "refuses a point alone", ".", REFUSED, '.' },
    { "refuses two points", "1.2.3", REFUSED, '.' },
    { "refuses a point before an exponent", "1.e3", REFUSED, '.' },
    { "refuses an exponent alone", "e5", REFUSED, '.' },
    { "refuses an exponent without digits", "1e", REFUSED, '.' },
    { "refuses an exponent with a sign only", "1e-", REFUSED, '.' },
    { "refuses an exponent with decimals", "1e1.5", REFUSED, '.' },
    { "refuses blanks before", " 1", REFUSED, '.' },
    { "refuses blanks after", "1 ", REFUSED, '.' },
    { "refuses what follows a number", "3x", REFUSED, '.' },
    { "refuses hexadecimal", "0x10", REFUSED, '.' },
    { "refuses infinity", "inf", REFUSED, '.' },
    { "refuses nan", "nan", REFUSED, '.' },
    { "refuses grouped thousands", "1 000", REFUSED, '.' },
    { "refuses full-width digits", "\xef\xbc\x91", REFUSED, '.' },
    { "reads the largest double", "1.7976931348623157e308", DBL_MAX, '.' },
    { "reads just less than half-way beyond it", "1.797693134862315807e308", DBL_MAX, '.' },
    { "refuses half-way beyond it", "1.797693134862315808e308", REFUSED, '.' },
    { "refuses 1e309", "1e309", REFUSED, '.' },
    { "refuses 1e999", "1e999", REFUSED, '.' },
    { "refuses an exponent of twenty digits", "1e99999999999999999999", REFUSED, '.' },
    { "reads a zero with any exponent", "0.000e99999999999999999999", 0, '.' },
    { "reads the smallest double", "4.9406564584124654e-324", 4.9406564584124654e-324, '.' },
    { "reads half of the smallest double as nothing", "2.4703282292062327e-324", 0, '.' },
    { "reads more than half of it as it", "2.4703282292062328e-324", 0x1p-1074, '.' },
    { "reads what is too small as nothing", "1e-400", 0, '.' },
    { "reads a twenty-digit negative exponent", "1e-99999999999999999999", 0, '.' },
    { "reads the smallest normal double", "2.2250738585072014e-308", DBL_MIN, '.' },
    { "reads the largest denormal", "2.2250738585072011e-308", 2.2250738585072011e-308, '.' },
    { "reads 1e22, the last exact power of ten", "1e22", 1e22, '.' },
    { "reads 1e23, which is none", "1e23", 1e23, '.' },
    { "takes the even one at half-way down", "9007199254740993", 9007199254740992., '.' },
    { "takes the even one at half-way up", "9007199254740995", 9007199254740996., '.' },
    { "sees the hundredth digit at half-way",
      "9007199254740993.0000000000000000000000000000000000000000000000000000000000000000000000000"
      "000000000001",
      9007199254740994., '.' },
    { "reads more than 64 digits",
      "1111111111222222222233333333334444444444555555555566666666667777777777",
      1.1111111112222222e69, '.' },
    { "reads zeros before and behind",
      "000000000000000000000000000000000000000000000000000000000000000000000000001."
      "5000000000000000000"
      "0000000000",
      1.5, '.' },
};

static void reads_numbers_and_nothing_else(void)
{
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        double got = 77, expected = readings[i].expected;
        size_t length = strlen(readings[i].text);
        bool read = number_read(&got, readings[i].text, length, readings[i].mark);
        KEPT(isnan(expected) ? !read && got == 77 : read && same(got, expected),
             readings[i].promise);
    }
}

static void stops_at_the_end_it_is_given(void)
{
    double got = 0;
    CU_ASSERT_TRUE(number_read(&got, "12.5e3,9", 4, '.'));
    CU_ASSERT_EQUAL(got, 12.5);
    CU_ASSERT_FALSE(number_read(&got, "1\0002", 3, '.'));
    CU_ASSERT_FALSE(number_read(&got, NULL, 0, '.'));
}

static void agrees_with_strtod(const char *text)
{
    double got = NAN, expected = strtod(text, NULL);
    bool read = number_read(&got, text, strlen(text), '.');
    bool agrees = isinf(expected) ? !read : read && same(got, expected);
    if (!agrees) /* only then, as asserting a million times takes its time */
        KEPT(agrees, text);
}

static void reads_random_texts_as_strtod_does(void)
{
    char text[80];

    seed = 1;
    for (int round = 0; round < ROUNDS; round++) {
        char *at = text;
        if (below(4) == 0)
            *at++ = '-';
        for (uint64_t digits = 1 + below(22); digits > 0; digits--)
            *at++ = (char)('0' + below(10));
        if (below(3)) {
            *at++ = '.';
            for (uint64_t digits = 1 + below(22); digits > 0; digits--)
                *at++ = (char)('0' + below(10));
        }
        if (below(2))
            at += sprintf(at, "e%d", (int)below(below(2) ? 60 : 800) - 400);
        *at = '\0';
        agrees_with_strtod(text);
    }
}

static void reads_back_what_printf_writes(void)
{
    char text[40];

    seed = 2;
    for (int round = 0; round < ROUNDS; round++) {
        snprintf(text, sizeof text, "%.*e", (int)(13 + below(6)), any_double());
        agrees_with_strtod(text);
        snprintf(text, sizeof text, "%.*g", (int)(1 + below(18)), any_score());
        agrees_with_strtod(text);
    }
}

/* A long double holds half-way between two doubles exactly, and its text has up to 768 digits. */
static void reads_what_stands_half_way(void)
{
    static char text[1400];

    seed = 3;
    for (int round = 0; round < ROUNDS / 40; round++) {
        double low = fabs(round % 4 ? ldexp(any_double(), -(int)below(1100)) : any_double());
        double high = nextafter(low, INFINITY);
        if (isinf(high))
            continue;
        snprintf(text, sizeof text, "%.1100Lg", ((long double)low + (long double)high) / 2);
        agrees_with_strtod(text); /* %g drops zeros at the end, so this is all there is */
        char *exponent = strchr(text, 'e'), tail[16] = "";
        if (exponent)
            strcpy(tail, exponent);
        char *end = exponent ? exponent : text + strlen(text);
        if (!memchr(text, '.', (size_t)(end - text)))
            continue;
        sprintf(end, "%.*s1%s", (int)below(50),
                "00000000000000000000000000000000000000000000000000", tail);
        agrees_with_strtod(text); /* just above half-way */
        end[-1]--;
        agrees_with_strtod(text); /* just below, or something else if it was a zero */
    }
}

/* ---- writing ------------------------------------------------------------------- */

static const struct {
    const char *promise;
    double value;
    int decimals;
    const char *expected;
} writings[] = {
    { "writes a whole number", 19, 0, "19" },
    { "writes decimals nobody needs", 19, 2, "19.00" },
    { "writes a zero before the point", 0.5, 2, "0.50" },
    { "writes zeros behind the point", 0.05, 3, "0.050" },
    { "writes zero", 0, 0, "0" },
    { "writes zero with decimals", 0, 2, "0.00" },
    { "writes no negative zero", -0.0, 2, "0.00" },
    { "writes no negative zero after rounding", -0.001, 2, "0.00" },
    { "writes no negative zero from just below a half", -0.499999999999999, 0, "0" },
    { "writes what rounds up to the first place", -0.005, 2, "-0.01" },
    { "rounds 2.675 up, as it is written", 2.675, 2, "2.68" },
    { "rounds 1.005 up, as it is written", 1.005, 2, "1.01" },
    { "rounds 0.125 away from zero", 0.125, 2, "0.13" },
    { "rounds 0.375 away from zero", 0.375, 2, "0.38" },
    { "rounds 6.25 away from zero", 6.25, 1, "6.3" },
    { "rounds -6.25 away from zero", -6.25, 1, "-6.3" },
    { "rounds 56.25 away from zero", 56.25, 1, "56.3" },
    { "rounds 0.5 to one", 0.5, 0, "1" },
    { "rounds 2.5 to three", 2.5, 0, "3" },
    { "rounds just below a half down", 2.49999999999, 0, "2" },
    { "rounds the largest double below a half up, as 15 digits show a half", 0x1.fffffffffffffp-2,
      0, "1" },
    { "sees a half through the error of computation", 100 * (2.3 - 1) / 4, 0, "33" },
    { "sees no half where the 15th digit says so", 32.4999999999999, 0, "32" },
    { "sees a half where the 16th digit rounds to it", 32.49999999999995, 0, "33" },
    { "sees no half where the 16th digit does not", 32.49999999999994, 0, "32" },
    { "carries into a new digit", 9.995, 2, "10.00" },
    { "carries through many nines", 99999.9999999, 5, "100000.00000" },
    { "writes 15 decimals", 0.1, 15, "0.100000000000000" },
    { "writes the shortest text where 15 digits do not reach", 123.456, 15, "123.456000000000000" },
    { "writes 17 digits rather than lose one", 0.1 + 0.2, 15, "0.300000000000000" },
    { "writes decimals of a large number", 12345678901234.5, 0, "12345678901235" },
    { "rounds the 15th of 16 digits away from zero", 100000000000000.5, 0, "100000000000001" },
    { "writes all of 16 digits", 9007199254740993., 0, "9007199254740992" },
    { "writes 2^53 - 1", 9007199254740991., 2, "9007199254740991.00" },
    { "writes halves up to 2^52", 4503599627370495.5, 1, "4503599627370495.5" },
    { "rounds halves up to 2^52", 4503599627370495.5, 0, "4503599627370496" },
    { "writes 1e22", 1e22, 0, "10000000000000000000000" },
    { "writes the smallest double as nothing", 0x1p-1074, 15, "0.000000000000000" },
    { "writes 5e-16 as something", 5e-16, 15, "0.000000000000001" },
    { "writes 4.9e-16 as nothing", 4.9e-16, 15, "0.000000000000000" },
    { "writes nothing for NaN", NAN, 2, "" },
    { "writes nothing for infinity", -INFINITY, 2, "" },
    { "writes nothing for NaN in full", NAN, NUMBER_FULL, "" },
    { "writes zero in full", 0, NUMBER_FULL, "0" },
    { "writes negative zero in full as zero", -0.0, NUMBER_FULL, "0" },
    { "writes in full no more than needed", 2.675, NUMBER_FULL, "2.675" },
    { "writes in full all that is needed", 0.1 + 0.2, NUMBER_FULL, "0.30000000000000004" },
    { "writes a third in full", -1 / 3., NUMBER_FULL, "-0.3333333333333333" },
    { "writes large whole numbers in full", 9007199254740993., NUMBER_FULL, "9007199254740992" },
    { "writes 1e20 in full without exponent", 1e20, NUMBER_FULL, "100000000000000000000" },
    { "writes 1e21 in full with exponent", 1e21, NUMBER_FULL, "1e+21" },
    { "writes 1e23 in full as it is read", 1e23, NUMBER_FULL, "1e+23" },
    { "writes 0.000001 in full without exponent", 1e-6, NUMBER_FULL, "0.000001" },
    { "writes 0.0000001 in full with exponent", 1e-7, NUMBER_FULL, "1e-07" },
    { "writes 1e-300 in full with exponent", -1.5e-300, NUMBER_FULL, "-1.5e-300" },
    { "writes the smallest double in full", 0x1p-1074, NUMBER_FULL, "5e-324" },
    { "writes the largest double in full", DBL_MAX, NUMBER_FULL, "1.7976931348623157e+308" },
    { "writes the smallest normal double in full", DBL_MIN, NUMBER_FULL,
      "2.2250738585072014e-308" },
    { "writes a power of two by the narrow gap below it", 0x1p-44, NUMBER_FULL,
      "5.684341886080802e-14" },
    { "writes a power of two by the wide gap above it", 0x1p-1017, NUMBER_FULL,
      "7.120236347223045e-307" },
};

static void writes_what_a_reader_expects(void)
{
    for (size_t i = 0; i < sizeof writings / sizeof *writings; i++) {
        char got[NUMBER_LONGEST + 1];
        got[number_write(got, writings[i].value, writings[i].decimals)] = '\0';
        KEPT(strcmp(got, writings[i].expected) == 0, writings[i].promise);
        if (strcmp(got, writings[i].expected) != 0)
            fprintf(stderr, "\n    %s: got %s\n", writings[i].promise, got);
    }
}

static void needs_no_more_room_than_it_says(void)
{
    char text[NUMBER_LONGEST + 1];

    size_t length = number_write(text, -DBL_MAX, NUMBER_MOST_DECIMALS);
    CU_ASSERT_EQUAL(length, 1 + 309 + 1 + NUMBER_MOST_DECIMALS);
    CU_ASSERT_TRUE(length <= NUMBER_LONGEST);
    text[length] = '\0';
    CU_ASSERT_EQUAL(strtod(text, NULL), -DBL_MAX);
}

/* Rounds the digits 0.DIGITS * 10^point in place, half away from zero, to so many of them. */
static int rounded(char *digits, int keep, int point)
{
    int length = (int)strlen(digits);
    if (keep >= length)
        return point;
    bool up = keep >= 0 && digits[keep] >= '5';
    digits[keep < 0 ? 0 : keep] = '\0';
    if (!up)
        return point;
    for (int i = keep - 1; i >= 0; i--) {
        if (digits[i] != '9') {
            digits[i]++;
            return point;
        }
        digits[i] = '0';
    }
    memmove(digits + 1, digits, (size_t)keep + 1);
    digits[0] = '1';
    return point + 1;
}

/* The digits printf has for it; returns the point. */
static int printed_digits(char *digits, double value, int count)
{
    char text[100];
    snprintf(text, sizeof text, "%.*e", count - 1, value);
    char *exponent = strchr(text, 'e');
    *exponent = '\0';
    digits[0] = text[0];
    strcpy(digits + 1, count > 1 ? text + 2 : "");
    return atoi(exponent + 1) + 1;
}

/* As few as read back; half-way between two of them away from zero, not to the even one. */
static int fewest_digits(char *digits, double value)
{
    for (int count = 1;; count++) {
        char text[40];
        snprintf(text, sizeof text, "%.*e", count - 1, value);
        if (strtod(text, NULL) == value)
            return rounded(digits, count, printed_digits(digits, value, 60));
    }
}

/* By hand: to 15 digits, then to the decimals asked for; both half away from zero. */
static void decimal_text(char *out, double value, int decimals)
{
    char digits[100];
    int point = printed_digits(digits, fabs(value), 60);

    if (point + decimals <= 15)
        point = rounded(digits, 15, point);
    else
        point = fewest_digits(digits, fabs(value));
    point = rounded(digits, point + decimals, point);

    int count = (int)strlen(digits);
    if (value < 0 && strspn(digits, "0") < (size_t)count)
        *out++ = '-';
    for (int i = point > 0 ? 0 : point - 1; i < point + decimals; i++) {
        if (i == point)
            *out++ = '.';
        *out++ = i >= 0 && i < count ? digits[i] : '0';
    }
    *out = '\0';
}

static bool power_of_two(double value)
{
    int exponent;
    return fabs(frexp(value, &exponent)) == 0.5;
}

static void rounds_half_away_on_fifteen_digits(void)
{
    seed = 4;
    for (int round = 0; round < ROUNDS; round++) {
        double value = round % 8 ? any_score() : any_double();
        int decimals = (int)below(NUMBER_MOST_DECIMALS + 1);
        char got[NUMBER_LONGEST + 1], expected[NUMBER_LONGEST + 1];
        if (value == 0 || power_of_two(value)) /* whose fewest digits need not be printf's */
            continue;
        decimal_text(expected, value, decimals);
        got[number_write(got, value, decimals)] = '\0';
        if (strcmp(got, expected) != 0)
            SAME_TEXT(got, expected);
    }
}

static void rounds_to_the_number_it_prints(void)
{
    seed = 5;
    for (int round = 0; round < ROUNDS; round++) {
        double value = round % 8 ? any_score() : any_double(), printed = NAN;
        int decimals = (int)below(NUMBER_MOST_DECIMALS + 2) - 1; /* NUMBER_FULL too */
        char text[NUMBER_LONGEST];
        bool read = number_read(&printed, text, number_write(text, value, decimals), '.');
        if (!read || !same(number_round(value, decimals), printed))
            KEPT(false, "a band looks at another number than the reader");
    }
    CU_ASSERT_TRUE(isnan(number_round(NAN, 2)));
    CU_ASSERT_EQUAL(number_round(-INFINITY, 2), -INFINITY);
    CU_ASSERT_FALSE(signbit(number_round(-0.001, 2)));
    CU_ASSERT_FALSE(signbit(number_round(-0.0, NUMBER_FULL)));
    CU_ASSERT_EQUAL(number_round(DBL_MAX, 15), DBL_MAX);
}

/* The digits of a text from the first to the last that is not 0. */
static void significant(char *digits, const char *text)
{
    size_t count = 0;
    for (; *text && *text != 'e'; text++)
        if (*text >= '0' && *text <= '9' && (count || *text != '0'))
            digits[count++] = *text;
    while (count && digits[count - 1] == '0')
        count--;
    digits[count] = '\0';
}

static void writes_in_full_the_shortest_that_reads_back(void)
{
    seed = 6;
    for (int round = 0; round < ROUNDS; round++) {
        double value = fabs(round % 2 ? any_score() : any_double()), back = NAN;
        char text[NUMBER_LONGEST + 1], digits[100], got[40], expected[100];
        if (round % 100 == 0)
            value = ldexp(1, (int)below(2000) - 1000);
        if (value == 0)
            continue;
        text[number_write(text, value, NUMBER_FULL)] = '\0';
        bool same_again = strtod(text, NULL) == value &&
                          number_read(&back, text, strlen(text), '.') && back == value;
        if (!same_again)
            KEPT(same_again, text);
        fewest_digits(digits, value);
        significant(expected, digits);
        significant(got, text);
        if (power_of_two(value)) /* printf tries only the nearest of so many digits */
            KEPT(strlen(got) <= strlen(expected), text);
        else if (strcmp(got, expected) != 0)
            SAME_TEXT(got, expected);
    }
}

/* Of all pairs of numbers with two decimals, the difference is the double nearest to it. */
static void takes_a_difference_as_a_decimal(void)
{
    bool held = true;

    for (int size = 1; size <= 1000; size *= 10)
        for (int a = 0; a <= 100 * size; a += size < 100 ? 1 : 977)
            for (int b = 0; b <= 100 * size; b += size < 10 ? 1 : 331)
                held = held && number_difference(a / 100.0 - b / 100.0, size) == (a - b) / 100.0;
    CU_ASSERT_TRUE(held);
    CU_ASSERT_EQUAL(number_difference(-0.30000000000000004, 1), -0.3);
    CU_ASSERT_EQUAL(number_difference(1e300, 1e300), 1e300);
    CU_ASSERT_TRUE(isnan(number_difference(NAN, 10)));
    CU_ASSERT_TRUE(isinf(number_difference(INFINITY, 10)));
}

/* ---- units ---------------------------------------------------------------------- */

/* 268 to two places is "2.68". */
static void text_of_units(char *out, int32_t units, int decimals)
{
    char digits[32];
    const int length = snprintf(digits, sizeof digits, "%0*lld", decimals + 1,
                                (long long)(units < 0 ? -(int64_t)units : units));
    sprintf(out, "%s%.*s%s%s", units < 0 ? "-" : "", length - decimals, digits, decimals ? "." : "",
            digits + length - decimals);
}

/* Among them what is out of the ordinary, at each place of a pair. */
static double any_counted(void)
{
    static const double odd[] = { NAN,    INFINITY, -INFINITY, 0,       -0.0,     1e300,
                                  -1e300, 1e9,      -1e9,      1e9 - 1, 0x1p31,   -0x1p31,
                                  1e14,   1e15,     DBL_MIN,   DBL_MAX, 0x1p-1074 };
    if (below(20) == 0)
        return odd[below(sizeof odd / sizeof *odd)];
    return below(8) ? any_score() : any_double();
}

/* What may be untold: what is large, and what is a hair's breadth from a half. */
static bool may_be_untold(double value, int decimals)
{
    const double units = fabs(value) * pow(10, decimals), beyond = fabs(units - floor(units) - 0.5);
    return units >= UNITS_MOST - 1 || beyond <= units * 0x1p-46;
}

static void tells_units_as_they_are_written(void)
{
    enum { MANY = 64 };
    double value[MANY];
    int32_t units[MANY], alone;
    char written[NUMBER_LONGEST + 1], expected[NUMBER_LONGEST + 1];
    int untold = 0, told = 0;

    seed = 7;
    for (int round = 0; round < 10 * ROUNDS; round += MANY) {
        const int decimals = (int)below(NUMBER_MOST_DECIMALS + 1);
        const size_t count = MANY - below(2); /* whether they are even or not */
        for (size_t i = 0; i < count; i++)
            value[i] = any_counted();
        number_units(units, value, count, decimals);
        for (size_t i = 0; i < count; i++) {
            number_units(&alone, &value[i], 1, decimals);
            if (alone != units[i])
                KEPT(false, "one alone has the units it has among others");
            if ((units[i] == UNITS_MISSING) != !isfinite(value[i]))
                KEPT(false, "only what is not finite is missing");
            if (units[i] == UNITS_MISSING)
                continue;
            if (units[i] == UNITS_UNTOLD && !may_be_untold(value[i], decimals))
                KEPT(false, "nothing is untold that could be told");
            untold += units[i] == UNITS_UNTOLD && fabs(value[i]) * pow(10, decimals) < 1e8;
            if (units[i] == UNITS_UNTOLD)
                continue;
            told++;
            written[number_write(written, value[i], decimals)] = '\0';
            text_of_units(expected, units[i], decimals);
            if (strcmp(written, expected) != 0)
                SAME_TEXT(written, expected);
            if (!same(number_of_units(units[i], decimals),
                      units[i] ? number_round(value[i], decimals) : 0))
                KEPT(false, "units stand for the number that is printed");
        }
    }
    CU_ASSERT_TRUE(told > 3 * ROUNDS);
    CU_ASSERT_TRUE(untold < told / 100);
}

static const struct {
    const char *promise;
    double value;
    int decimals;
    int32_t units, from;
} countings[] = {
    { "counts a whole number", 19, 0, 19, 19 },
    { "counts hundredths", 19, 2, 1900, 1900 },
    { "counts 2.675 as it is written", 2.675, 2, 268, 268 },
    { "rounds -6.25 away from zero", -6.25, 1, -63, -62 },
    { "rounds 0.5 to one", 0.5, 0, 1, 1 },
    { "rounds -0.5 to minus one", -0.5, 0, -1, 0 },
    { "counts zero", 0, 2, 0, 0 },
    { "counts negative zero as zero", -0.0, 2, 0, 0 },
    { "counts next to nothing as zero, though it takes one to be as much", 1e-300, 2, 0, 1 },
    { "counts 100.01", 100.01, 2, 10001, 10001 },
    { "counts as many as may be", 999999999, 0, 999999999, 999999999 },
    { "tells nothing of more", 1e9, 0, UNITS_UNTOLD, UNITS_UNTOLD },
    { "tells nothing of less, which the fewest are as much as", -1e9, 0, UNITS_UNTOLD,
      -UNITS_MOST },
    { "tells nothing beyond all whole numbers", 1e300, 15, UNITS_UNTOLD, UNITS_UNTOLD },
    { "counts what is not finite as missing", INFINITY, 2, UNITS_MISSING, UNITS_UNTOLD },
    { "counts it so on the other side", -INFINITY, 2, UNITS_MISSING, -UNITS_MOST },
};

static void counts_units(void)
{
    for (size_t i = 0; i < sizeof countings / sizeof *countings; i++) {
        const double pair[] = { countings[i].value, countings[i].value };
        int32_t two[2], one;
        number_units(two, pair, 2, countings[i].decimals);
        number_units(&one, pair, 1, countings[i].decimals);
        KEPT(one == countings[i].units && two[0] == one && two[1] == one, countings[i].promise);
        KEPT(number_units_from(countings[i].value, countings[i].decimals) == countings[i].from,
             countings[i].promise);
    }
    int32_t untouched = 77;
    number_units(&untouched, NULL, 0, 2);
    CU_ASSERT_EQUAL(untouched, 77);
}

/* A score's units are at least a band's fewest just where the printed score reaches the band. */
static void finds_the_fewest_units_that_are_enough(void)
{
    seed = 8;
    for (int round = 0; round < 10 * ROUNDS; round++) {
        const int decimals = (int)below(NUMBER_MOST_DECIMALS + 1);
        double edge = any_score();
        if (below(2))
            edge = number_of_units((int32_t)below(100000) - 1000, decimals);
        const int32_t from = number_units_from(edge, decimals);
        if (from == UNITS_UNTOLD ? edge <= number_of_units(UNITS_MOST - 1, decimals)
                                 : from < UNITS_MOST && number_of_units(from, decimals) < edge)
            KEPT(false, "so many units are enough");
        if (from != UNITS_UNTOLD && from > -UNITS_MOST &&
            number_of_units(from - 1, decimals) >= edge)
            KEPT(false, "one fewer is not");
    }
}

int main(void)
{
    static const promise promises[] = {
        { "takes a difference as a decimal", takes_a_difference_as_a_decimal },
        { "reads numbers and nothing else", reads_numbers_and_nothing_else },
        { "stops at the end it is given", stops_at_the_end_it_is_given },
        { "reads random texts as strtod does", reads_random_texts_as_strtod_does },
        { "reads back what printf writes", reads_back_what_printf_writes },
        { "reads what stands half-way", reads_what_stands_half_way },
        { "writes what a reader expects", writes_what_a_reader_expects },
        { "needs no more room than it says", needs_no_more_room_than_it_says },
        { "rounds half away from zero on fifteen digits", rounds_half_away_on_fifteen_digits },
        { "rounds to the number it prints", rounds_to_the_number_it_prints },
        { "writes in full the shortest that reads back",
          writes_in_full_the_shortest_that_reads_back },
        { "tells units as they are written", tells_units_as_they_are_written },
        { "counts units", counts_units },
        { "finds the fewest units that are enough", finds_the_fewest_units_that_are_enough },
    };
    return RUN("number", promises);
}
