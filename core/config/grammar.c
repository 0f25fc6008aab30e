/* grammar.c - what a line of an INI file may look like.
 *
 * inih takes nearly anything and makes something of it: it cuts long names and text
 * after " ;", joins indented lines, ends a file at a NUL. Here each line is held
 * against one strict grammar before inih sees it, so that nothing is left to guess.
 */
#include "config/grammar.h"

#include <string.h>

#include "utf8.h"

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

#define WRONG(all, at, ...) problem_add(all, RAPPORT_BAD_CONFIG, at, __VA_ARGS__)

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_word(const char *at, size_t length, const char *first, const char *rest)
{
    if (length == 0 || !memchr(first, *at, strlen(first)))
        return false;
    for (size_t i = 1; i < length; i++)
        if (!memchr(rest, at[i], strlen(rest)))
            return false;
    return true;
}

bool grammar_is_key(const char *at, size_t length)
{
    return is_word(at, length, LOWER, LOWER DIGITS "_");
}

bool grammar_is_name(const char *at, size_t length)
{
    return is_word(at, length, LOWER UPPER, LOWER UPPER DIGITS "_");
}

void grammar_trim(const char **at, size_t *length)
{
    for (; *length && is_blank(**at); (*length)--)
        (*at)++;
    while (*length && is_blank((*at)[*length - 1]))
        (*length)--;
}

const char *grammar_bad_byte(const char *at, size_t length)
{
    for (const char *end = at + length; at < end;) {
        size_t step = utf8_length(at, (size_t)(end - at));
        if (step == 0 || (*at != '\t' && utf8_control(at, (size_t)(end - at))))
            return at;
        at += step;
    }
    return NULL;
}

bool grammar_key(char out[GRAMMAR_NAME_BYTES + 1], const char *at, size_t length, place here,
                 problems *all)
{
    if (length == 0) {
        WRONG(all, &here, "there is no key before the '='; write key = value [cfg-key]");
        return false;
    }
    if (!grammar_is_key(at, length)) {
        WRONG(all, &here,
              "'%s' cannot be a key; use small letters, digits and _, and begin with a letter "
              "[cfg-key]",
              echo_text(at, length).text);
        return false;
    }
    if (length > GRAMMAR_NAME_BYTES) {
        WRONG(all, &here, "the key is longer than %d bytes; shorten it [cfg-key]",
              GRAMMAR_NAME_BYTES);
        return false;
    }
    memcpy(out, at, length);
    out[length] = '\0';
    return true;
}

/* Puts one more word behind those in `out`. */
static bool add_word(char out[GRAMMAR_NAME_BYTES + 1], const char *at, size_t length, place here,
                     problems *all)
{
    size_t used = strlen(out), blank = used > 0;

    if (!blank && !grammar_is_key(at, length)) {
        WRONG(all, &here,
              "'%s' cannot begin a section; use small letters, digits and _, and begin with a "
              "letter [cfg-section]",
              echo_text(at, length).text);
        return false;
    }
    if (!is_word(at, length, LOWER UPPER, LOWER UPPER DIGITS "_-")) {
        WRONG(all, &here,
              "'%s' cannot name a section; use letters, digits, _ and -, and begin with a letter "
              "[cfg-section]",
              echo_text(at, length).text);
        return false;
    }
    if (used + blank + length > GRAMMAR_NAME_BYTES) {
        WRONG(all, &here,
              "the section's words are longer than %d bytes; shorten them [cfg-section]",
              GRAMMAR_NAME_BYTES);
        return false;
    }
    if (blank)
        out[used] = ' ';
    memcpy(out + used + blank, at, length);
    out[used + blank + length] = '\0';
    return true;
}

bool grammar_section(char out[GRAMMAR_NAME_BYTES + 1], const char *at, size_t length, place here,
                     problems *all)
{
    out[0] = '\0';
    for (grammar_trim(&at, &length); length; grammar_trim(&at, &length)) {
        size_t word = 0;
        while (word < length && !is_blank(at[word]))
            word++;
        if (!add_word(out, at, word, here, all))
            return false;
        at += word;
        length -= word;
    }
    if (out[0] == '\0')
        WRONG(all, &here, "the section has no name; write [kind] or [kind name] [cfg-section]");
    return out[0] != '\0';
}

/* ---- one line ------------------------------------------------------------------ */

/* here, at the byte `at` of the line that begins at `begin`. */
static place column(const grammar *text, const char *begin, const char *at)
{
    place there = text->here;
    there.column = (uint32_t)(at - begin) + 1;
    return there;
}

/* Whether the bytes are text at all; one mistake for a line is enough. */
static bool check_bytes(const grammar *text, const char *begin, const char *end)
{
    const size_t longest = text->limits.line;

    if ((size_t)(end - begin) > longest) {
        if (text->limits.can_be_raised)
            WRONG(text->all, &text->here,
                  "longer than %zu bytes; split it up, or raise ini_line" UP_TO " [cfg-line]",
                  longest, CEILING_INI_LINE);
        else
            WRONG(text->all, &text->here, "longer than %zu bytes; split it up [cfg-line]", longest);
        return false;
    }
    const char *bad = grammar_bad_byte(begin, (size_t)(end - begin));
    if (!bad)
        return true;

    place at = column(text, begin, bad);
    if (*bad == '\r')
        WRONG(text->all, &at,
              "a carriage return without a line feed; save the file with line ends as Linux or "
              "Windows has them [cfg-control]");
    else if (utf8_length(bad, (size_t)(end - bad)) == 0)
        WRONG(text->all, &at, "not UTF-8; save the file as UTF-8 [cfg-utf8]");
    else
        WRONG(text->all, &at, "an invisible control character; take it out [cfg-control]");
    return false;
}

/* Nothing may stand behind a section. */
static bool check_rest(const grammar *text, const char *begin, const char *at, const char *end)
{
    size_t length = (size_t)(end - at);
    grammar_trim(&at, &length);
    if (length == 0)
        return true;
    place there = column(text, begin, at);
    if (*at == ';' || *at == '#')
        WRONG(text->all, &there,
              "a comment after a section; give it a line of its own "
              "[cfg-comment]");
    else
        WRONG(text->all, &there, "text after the ']'; end the line there [cfg-section]");
    return false;
}

static line_kind read_section(line *out, const grammar *text, const char *begin, const char *end)
{
    const char *close = memchr(begin, ']', (size_t)(end - begin));

    out->at = column(text, begin, begin);
    if (!close) {
        WRONG(text->all, &out->at, "the section is not closed; end it with ']' [cfg-section]");
        return LINE_REFUSED;
    }
    bool good =
        grammar_section(out->name, begin + 1, (size_t)(close - begin) - 1, out->at, text->all);
    return check_rest(text, begin, close + 1, end) && good ? LINE_SECTION : LINE_REFUSED;
}

/* The blank before a ';' that inih would take for a comment; NULL: none. */
static const char *comment_in(const char *at, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (at[i] == ';' && (i == 0 || is_blank(at[i - 1])))
            return at + i;
    return NULL;
}

static bool read_setting(line *out, const grammar *text, const char *begin, const char *end)
{
    const char *equals = memchr(begin, '=', (size_t)(end - begin));

    out->at = column(text, begin, begin);
    if (!equals) {
        WRONG(text->all, &out->at,
              "neither a [section] nor a setting; write key = value, on one line [cfg-no-equals]");
        return false;
    }
    const char *key = begin;
    size_t key_length = (size_t)(equals - begin);
    grammar_trim(&key, &key_length);
    if (!grammar_key(out->name, key, key_length, out->at, text->all))
        return false;

    out->value = equals + 1;
    out->length = (size_t)(end - out->value);
    grammar_trim(&out->value, &out->length);
    out->value_at = column(text, begin, out->value);
    const char *comment = comment_in(out->value, out->length);
    if (comment) {
        place at = column(text, begin, comment);
        WRONG(text->all, &at,
              "a comment after a value, or a ';' after a blank; give a comment a line of its own, "
              "and write a comma for the ';' [cfg-comment]");
    }
    return !comment;
}

/* 0: the line says nothing, or nothing that could be understood. */
static line_kind read_line(line *out, const grammar *text, const char *begin, const char *end)
{
    line_kind lost = begin < end && *begin == '[' ? LINE_REFUSED : (line_kind)0;
    if (!check_bytes(text, begin, end))
        return lost;

    const char *at = begin;
    size_t length = (size_t)(end - begin);
    grammar_trim(&at, &length);
    if (length == 0 || *at == ';' || *at == '#')
        return (line_kind)0;
    if (at > begin) {
        place there = column(text, begin, at);
        WRONG(text->all, &there,
              "an indented line; begin it at the margin, and keep a long value on one line "
              "[cfg-indent]");
        return *at == '[' ? LINE_REFUSED : (line_kind)0;
    }
    if (*at == '[')
        return read_section(out, text, begin, end);
    return read_setting(out, text, begin, end) ? LINE_SETTING : (line_kind)0;
}

bool grammar_next(line *out, grammar *text)
{
    while (text->at < text->end) {
        const char *begin = text->at;
        const char *feed = memchr(begin, '\n', (size_t)(text->end - begin));
        const char *end = feed ? feed : text->end;

        text->at = feed ? feed + 1 : end;
        text->here.line++;
        if (feed && feed > begin && feed[-1] == '\r')
            end--;
        *out = (line){ .value = end, .length = 0 };
        out->kind = read_line(out, text, begin, end);
        if (out->kind)
            return true;
    }
    return false;
}
