/* fuzz_number.c - any text is the number strtod says, or none; and what is written reads back. The
 * first byte says with how many decimals. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "table/number.h"

static void must(bool holds, const char *what, const char *text)
{
    if (holds)
        return;
    fprintf(stderr, "%s: %s\n", what, text);
    abort();
}

static size_t digits(const char *at)
{
    return strspn(at, "0123456789");
}

/* [-] digits [. digits] [e [+-] digits] */
static bool is_number(const char *at)
{
    at += *at == '-';
    if (!digits(at))
        return false;
    at += digits(at);
    if (*at == '.') {
        at++;
        if (!digits(at))
            return false;
        at += digits(at);
    }
    if (*at == 'e' || *at == 'E') {
        at++;
        at += *at == '-' || *at == '+';
        if (!digits(at))
            return false;
        at += digits(at);
    }
    return *at == 0;
}

static void writes_what_reads_back(double value, int decimals)
{
    char text[NUMBER_LONGEST + 1], of_units[NUMBER_LONGEST + 1];
    double back = NAN;
    int32_t units;

    text[number_write(text, value, NUMBER_FULL)] = 0;
    must(strtod(text, NULL) == value, "not in full", text);
    must(number_read(&back, text, strlen(text), '.') && back == value, "does not read back", text);

    text[number_write(text, value, decimals)] = 0;
    must(is_number(text), "no number", text);
    must(number_read(&back, text, strlen(text), '.') && back == number_round(value, decimals),
         "another number is rounded to", text);
    number_units(&units, &value, 1, decimals);
    if (units == UNITS_UNTOLD)
        return;
    must(units != UNITS_MISSING, "is not missing", text);
    of_units[number_write(of_units, number_of_units(units, decimals), decimals)] = 0;
    must(strcmp(text, of_units) == 0, "units are another number than", text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    double value = 77, expected;

    if (length == 0)
        return 0;
    char *text = malloc(length); /* what a sanitizer sees the end of, and a copy with a NUL */
    char *ended = malloc(length);
    if (!text || !ended)
        abort();
    memcpy(text, bytes + 1, length - 1);
    memcpy(ended, bytes + 1, length - 1);
    ended[length - 1] = 0;

    const bool whole = strlen(ended) == length - 1;
    bool read = number_read(&value, text, length - 1, '.');
    expected = strtod(ended, NULL);
    must(read == (whole && is_number(ended) && isfinite(expected)), "a number or none", ended);
    must(read ? value == expected && signbit(value) == signbit(expected) : value == 77,
         "strtod reads another number", ended);
    if (read)
        writes_what_reads_back(value, bytes[0] % (NUMBER_MOST_DECIMALS + 1));
    free(text);
    free(ended);
    return 0;
}
