/* formula.c - which texts would a spreadsheet run, and what keeps it from that? */
#include "formula.h"

#include <stdbool.h>
#include <string.h>

enum { WIDE = 0xef }; /* in UTF-8 the first byte of the wide forms, and of others */

const unsigned char formula_sign[UCHAR_MAX + 1] = {
    ['='] = 1, ['+'] = 1, ['-'] = 1, ['@'] = 1, [WIDE] = 1
};

static bool is_wide_sign(const char *at, const char *end)
{
    static const char last[] = { '\x9d', '\x8b', '\x8d', '\xa0' }; /* of = + - @, behind EF BC */
    return end - at >= 3 && at[1] == '\xbc' && memchr(last, at[2], sizeof last);
}

static bool begins_as_formula(const char *at, const char *end)
{
    const unsigned char first = (unsigned char)*at;

    if (first == WIDE)
        return is_wide_sign(at, end);
    return formula_sign[first] || first == '\t' || first == '\n' || first == '\r';
}

static const char *after_sign(const char *at, const char *end)
{
    return at < end && (*at == '+' || *at == '-') ? at + 1 : at;
}

static const char *after_digits(const char *at, const char *end)
{
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

/* [+-] digits, with a decimal mark before, among or behind them, [e [+-] digits]: what number_read
 * takes and spreadsheets besides, and no matter how large. */
static bool is_plain_number(const char *at, const char *end)
{
    const char *first = after_sign(at, end), *mark = after_digits(first, end), *rest = mark;
    bool digits = mark > first;

    if (mark < end && (*mark == '.' || *mark == ',')) {
        rest = after_digits(mark + 1, end);
        digits = digits || rest > mark + 1;
    }
    if (digits && rest < end && (*rest == 'e' || *rest == 'E')) {
        const char *power = after_sign(rest + 1, end);
        rest = after_digits(power, end);
        digits = rest > power;
    }
    return digits && rest == end;
}

const char *formula_guard(const char *at, size_t length, formulas how)
{
    const char *end = at + length;

    if (how == FORMULAS_KEPT)
        return "";
    while (at < end && *at == ' ')
        at++;
    while (at < end && end[-1] == ' ')
        end--;
    return at < end && begins_as_formula(at, end) && !is_plain_number(at, end) ? "'" : "";
}
