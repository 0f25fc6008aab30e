/* json_read.c - JSON as json_write.c wrote it, read in that order and no other.
 *
 * The text may have been changed, damaged or made up since. Every member stands where the writer
 * puts it, so there is one way through the text, no recursion, and nothing to be looked up: what is
 * not expected is refused at its place. Nothing of the text is shown in a message.
 */
#include "report/json_read.h"

#include <stdio.h>
#include <string.h>

#include "sha256.h"
#include "utf8.h"

bool json_read_on(const json_reading *r)
{
    return r->outcome == RAPPORT_DONE;
}

void json_refuse(json_reading *r, const char *what)
{
    const char *line = r->begin;
    unsigned long lines = 1;

    if (!json_read_on(r))
        return;
    for (const char *at = r->begin; at < r->at; at++)
        if (*at == '\n') {
            lines++;
            line = at + 1;
        }
    r->outcome = fail(r->error, RAPPORT_DIFFERS, "%s:%llu:%lu: %s; %s", r->name,
                      (unsigned long long)(r->lines_before + lines),
                      (unsigned long)(r->at - line) + 1, what, r->cure);
}

void *json_no_memory(json_reading *r)
{
    if (json_read_on(r))
        r->outcome = fail_memory(r->error);
    return NULL;
}

/* ---- one piece of JSON ---------------------------------------------------------------------- */

static void skip_blanks(json_reading *r)
{
    while (r->at < r->end && memchr(" \t\r\n", *r->at, 4))
        r->at++;
}

bool json_next_is(json_reading *r, char mark)
{
    skip_blanks(r);
    return json_read_on(r) && r->at < r->end && *r->at == mark;
}

void json_take(json_reading *r, char mark)
{
    char what[] = "'?' has to stand here";

    what[1] = mark;
    if (json_next_is(r, mark))
        r->at++;
    else
        json_refuse(r, what);
}

void json_read_open(json_reading *r, char bracket)
{
    json_take(r, bracket);
    r->first = true;
}

void json_read_close(json_reading *r, char bracket)
{
    json_take(r, bracket);
    r->first = false;
}

bool json_read_more(json_reading *r, char bracket)
{
    if (!json_read_on(r) || json_next_is(r, bracket))
        return false;
    if (!r->first)
        json_take(r, ',');
    r->first = false;
    return json_read_on(r);
}

bool json_has_member(json_reading *r, const char *name)
{
    const size_t length = strlen(name);
    const char *before = r->at;

    if (!json_read_on(r))
        return false;
    if (!r->first && json_next_is(r, ','))
        r->at++;
    skip_blanks(r);
    if ((size_t)(r->end - r->at) < length + 2 || r->at[0] != '"' ||
        memcmp(r->at + 1, name, length) != 0 || r->at[length + 1] != '"') {
        r->at = before;
        return false;
    }
    r->at = before; /* once more, now that a missing comma is a mistake */
    if (!r->first)
        json_take(r, ',');
    r->first = false;
    skip_blanks(r);
    r->at += json_read_on(r) ? length + 2 : 0;
    json_take(r, ':');
    return json_read_on(r);
}

bool json_member(json_reading *r, const char *name)
{
    char what[64];

    if (json_has_member(r, name))
        return true;
    if (!r->first && json_next_is(r, ','))
        r->at++;
    skip_blanks(r);
    snprintf(what, sizeof what, "\"%s\" has to stand here", name);
    json_refuse(r, what);
    return false;
}

/* The four digits behind \u; the writer escapes control characters alone. */
static int control_escape(const char *at, const char *end)
{
    static const char digits[] = "0123456789abcdef";

    if (end - at < 4 || at[0] != '0' || at[1] != '0')
        return -1;
    const char *high = memchr(digits, at[2], 2), *low = memchr(digits, at[3], 16);
    return high && low ? (int)(16 * (high - digits) + (low - digits)) : -1;
}

/* One character inside quotes, written to `out`; returns how many bytes: 0: refused. */
static size_t take_character(json_reading *r, char out[4])
{
    const size_t left = (size_t)(r->end - r->at), length = utf8_length(r->at, left);

    if (length == 0)
        return json_refuse(r, "is not UTF-8"), 0;
    if ((unsigned char)*r->at < ' ')
        return json_refuse(r, "a string does not end in its line"), 0;
    if (*r->at != '\\') {
        memcpy(out, r->at, length);
        r->at += length;
        return length;
    }
    const int control = left > 5 && r->at[1] == 'u' ? control_escape(r->at + 2, r->end) : -1;
    const bool is_mark = left > 1 && (r->at[1] == '"' || r->at[1] == '\\');
    if (!is_mark && control <= 0)
        return json_refuse(r, "an escape that rapport does not write"), 0;
    out[0] = is_mark ? r->at[1] : (char)control;
    r->at += is_mark ? 2 : 6;
    return 1;
}

const char *json_read_string(json_reading *r)
{
    json_take(r, '"');
    const char *close_quote = r->at; /* or before: no more bytes than there are up to it */
    while (close_quote < r->end && *close_quote != '"')
        close_quote += *close_quote == '\\' && r->end - close_quote > 1 ? 2 : 1;
    char *out = json_read_on(r) ? memory_new(r->arena, (size_t)(close_quote - r->at) + 1) : NULL;
    size_t length = 0;

    if (!out)
        return json_no_memory(r);
    while (json_read_on(r) && r->at < r->end && *r->at != '"')
        length += take_character(r, out + length);
    json_take(r, '"');
    return json_read_on(r) ? out : NULL;
}

uint64_t json_read_number(json_reading *r, uint64_t most)
{
    uint64_t value = 0;

    skip_blanks(r);
    const char *const first = r->at;
    for (; json_read_on(r) && r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) {
        const uint64_t digit = (uint64_t)(*r->at - '0');
        if (digit > most || value > (most - digit) / 10)
            return json_refuse(r, "the number is too large"), 0;
        value = value * 10 + digit;
    }
    if (r->at == first || (r->at - first > 1 && *first == '0')) {
        r->at = first;
        json_refuse(r, "a whole number has to stand here");
    }
    return value;
}

/* ---- one member --------------------------------------------------------------------------- */

const char *json_read_word(json_reading *r, const char *name)
{
    return json_member(r, name) ? json_read_string(r) : NULL;
}

const char *json_read_word_or_none(json_reading *r, const char *name)
{
    return json_has_member(r, name) ? json_read_string(r) : NULL;
}

uint64_t json_read_count(json_reading *r, const char *name, uint64_t most)
{
    return json_member(r, name) ? json_read_number(r, most) : 0;
}

bool json_read_flag(json_reading *r, const char *name)
{
    static const char *const words[] = { "false", "true" };

    if (!json_member(r, name))
        return false;
    skip_blanks(r);
    for (int i = 0; i < 2; i++) {
        const size_t length = strlen(words[i]);
        if ((size_t)(r->end - r->at) >= length && memcmp(r->at, words[i], length) == 0) {
            r->at += length;
            return i;
        }
    }
    json_refuse(r, "true or false has to stand here");
    return false;
}

static const char *digest(json_reading *r)
{
    skip_blanks(r);
    const char *const from = r->at, *hex = json_read_string(r);
    if (hex && strspn(hex, "0123456789abcdef") == SHA256_HEX - 1 && !hex[SHA256_HEX - 1])
        return hex;
    r->at = from;
    json_refuse(r, "64 digits of a SHA-256 have to stand here");
    return NULL;
}

const char *json_read_digest(json_reading *r, const char *name)
{
    return json_member(r, name) ? digest(r) : NULL;
}

const char *json_read_digest_or_none(json_reading *r, const char *name)
{
    return json_has_member(r, name) ? digest(r) : NULL;
}

char json_read_mark(json_reading *r, const char *name, const char *const *choices,
                    const char *marks)
{
    const char *given = json_read_word(r, name);

    for (size_t i = 0; given && choices[i]; i++)
        if (strcmp(given, choices[i]) == 0)
            return marks[i];
    json_refuse(r, "a word that rapport does not write");
    return 0;
}

rapport_outcome json_read_end(json_reading *r)
{
    skip_blanks(r);
    if (r->at < r->end)
        json_refuse(r, "the file has to end here");
    return r->outcome;
}
