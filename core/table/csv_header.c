/* csv_header.c - what the first line of a table says: its delimiter and its columns.
 *
 * From the outside in: is it a table at all, which delimiter, which names. What
 * cannot be told for sure is refused, as everything after the header rests on it.
 */
#include "table/csv_header.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ceilings.h"

#define AT_LINE "%s:%" PRIu64
#define AT_CELL "%s:%" PRIu64 ":%" PRIu32

/* What of the table has not been looked at. */
typedef struct start {
    const char *file, *at, *end;
    uint64_t line;
    bool whole;
} start;

/* ---- is it a table? -------------------------------------------------------------- */

#define UTF16 "is UTF-16 text; save it as UTF-8 [input-utf16]"

static const struct {
    const char *bytes;
    size_t length;
    const char *refusal;
} kinds[] = {
    { "\xff\xfe", 2, UTF16 },
    { "\xfe\xff", 2, UTF16 },
    { "\x1f\x8b", 2, "is compressed by gzip; unpack it first [input-gzip]" },
    { "PK\3\4", 4, "is a zip archive or a workbook; save the sheet as CSV UTF-8 [input-zip]" },
    { "\xd0\xcf\x11\xe0", 4, "is an old workbook; save the sheet as CSV UTF-8 [input-binary]" },
    { "%PDF-", 5, "is a PDF; export the table as CSV UTF-8 [input-binary]" },
    { "\177ELF", 4, "is a program; give the name of a CSV file [input-elf]" },
};

static bool starts_with(const start *s, const char *bytes, size_t length)
{
    return (size_t)(s->end - s->at) >= length && memcmp(s->at, bytes, length) == 0;
}

static rapport_outcome refuse_other_kinds(const start *s, rapport_error *error)
{
    if (s->at == s->end)
        return fail(error, RAPPORT_BAD_INPUT,
                    "%s: is empty; export the table again, header included [input-empty]", s->file);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (starts_with(s, kinds[i].bytes, kinds[i].length))
            return fail(error, RAPPORT_BAD_INPUT, "%s: %s", s->file, kinds[i].refusal);
    if (s->end - s->at >= 2 && !s->at[0] != !s->at[1]) /* one of two is NUL: ASCII in UTF-16 */
        return fail(error, RAPPORT_BAD_INPUT, "%s: " UTF16, s->file);
    return RAPPORT_DONE;
}

/* ---- which delimiter? -------------------------------------------------------------- */

enum { COMMA, SEMICOLON, TAB, DELIMITERS };

static const struct {
    char byte;
    const char *name;
} delimiters[DELIMITERS] = { { ',', "comma" }, { ';', "semicolon" }, { '\t', "tab" } };

static int delimiter_called(char byte)
{
    int i = 0;
    while (i < DELIMITERS && delimiters[i].byte != byte)
        i++;
    return i;
}

/* Past the LF or CR LF at `at`; NULL: there is none. */
static const char *line_end(const char *at, const char *end)
{
    if (at < end && *at == '\r')
        at++;
    return at < end && *at == '\n' ? at + 1 : NULL;
}

/* Steps over a line as spreadsheets write it before the header: sep=; */
static rapport_outcome take_separator(start *s, char *delimiter, rapport_error *error)
{
    enum { WORD = 4 };
    bool there = starts_with(s, "sep=", WORD) || starts_with(s, "SEP=", WORD);
    const char *next = there && s->end - s->at > WORD ? line_end(s->at + WORD + 1, s->end) : NULL;

    if (!next)
        return RAPPORT_DONE;
    if (*delimiter == 0)
        *delimiter = s->at[WORD];
    if (delimiter_called(*delimiter) == DELIMITERS)
        return fail(error, RAPPORT_BAD_INPUT,
                    "%s:1: sep= names neither comma, semicolon nor tab; save the table with one of "
                    "these [input-delimiter]",
                    s->file);
    s->at = next;
    s->line++;
    return RAPPORT_DONE;
}

static rapport_outcome skip_empty_lines(start *s, rapport_error *error)
{
    for (const char *next; (next = line_end(s->at, s->end)); s->line++)
        s->at = next;
    if (s->at == s->end)
        return fail(error, RAPPORT_BAD_INPUT,
                    "%s: holds no header; export the table again, header included [input-empty]",
                    s->file);
    return RAPPORT_DONE;
}

static rapport_outcome refuse_byte(const start *s, const char *at, rapport_error *error)
{
    const uint64_t line = s->line + csv_lines(s->at, (size_t)(at - s->at));

    if (*at == '\r')
        return fail(error, RAPPORT_BAD_INPUT,
                    AT_LINE ": ends in CR alone; save the table with LF or CR LF at the end of "
                            "lines [input-line-ends]",
                    s->file, line);
    return fail(error, RAPPORT_BAD_INPUT,
                AT_LINE ": holds control bytes; is this a CSV file? [input-binary]", s->file, line);
}

/* A CR that ends what was read may have its LF behind. */
static bool odd(const start *s, const char *at, bool quoted)
{
    if (*at == '\r')
        return !quoted && !line_end(at, s->end) && (at + 1 < s->end || s->whole);
    return ((unsigned char)*at < ' ' && *at != '\t' && *at != '\n') || *at == 0x7f;
}

/* One walk along the header, before any delimiter is known: a quote opens after each of them. */
static rapport_outcome count_delimiters(uint32_t count[DELIMITERS], const start *s,
                                        rapport_error *error)
{
    bool quoted = false, cell_begins = true;

    for (const char *at = s->at; at < s->end && (quoted || *at != '\n'); at++) {
        int delimiter = delimiter_called(*at);
        if (odd(s, at, quoted))
            return refuse_byte(s, at, error);
        if (quoted && *at == '"' && at + 1 < s->end && at[1] == '"')
            at++; /* doubled */
        else if (*at == '"')
            quoted = !quoted && cell_begins;
        else if (!quoted && delimiter < DELIMITERS)
            count[delimiter]++;
        cell_begins = delimiter < DELIMITERS;
    }
    return RAPPORT_DONE;
}

/* The one that stands most often among those from `first` on. */
static int most_often(const uint32_t count[DELIMITERS], int first)
{
    int most = first;
    for (int i = first + 1; i < DELIMITERS; i++)
        if (count[i] > count[most])
            most = i;
    return most;
}

static rapport_outcome tell_delimiter(char *delimiter, const start *s, rapport_error *error)
{
    uint32_t count[DELIMITERS + 1] = { 0 }; /* and 0 of none of them */
    rapport_outcome outcome = count_delimiters(count, s, error);
    if (outcome != RAPPORT_DONE)
        return outcome;

    int most = most_often(count, COMMA), chosen = *delimiter ? delimiter_called(*delimiter) : most;
    int rival = most_often(count, most + 1);
    if (!*delimiter && count[most] > 0 && count[rival] == count[most])
        return fail(error, RAPPORT_BAD_INPUT,
                    AT_LINE ": has a %s as often as a %s; say in [input] which is the delimiter "
                            "[input-delimiter]",
                    s->file, s->line, delimiters[most].name, delimiters[rival].name);
    if (count[chosen] == 0 && count[most] > 0)
        return fail(error, RAPPORT_BAD_INPUT,
                    AT_LINE ": has one column, but would have %" PRIu32
                            " with another delimiter; set delimiter = %s in [input] "
                            "[input-delimiter]",
                    s->file, s->line, count[most] + 1, delimiters[most].name);
    *delimiter = delimiters[chosen].byte;
    return RAPPORT_DONE;
}

/* ---- which names? -------------------------------------------------------------------- */

typedef struct position {
    const char *name;
    uint32_t column;
} position;

static int by_name(const void *a, const void *b)
{
    const position *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : (x->column > y->column) - (x->column < y->column);
}

/* Sorted, as a wide table has too many pairs of names to compare each. */
static rapport_outcome refuse_duplicates(const csv_header *header, const start *s, uint64_t line,
                                         memory *arena, rapport_error *error)
{
    position *sorted = memory_array(arena, header->columns, sizeof *sorted);
    const position *first = NULL; /* of the two that meet first in the header */

    if (!sorted)
        return fail_memory(error);
    for (uint32_t i = 0; i < header->columns; i++)
        sorted[i] = (position){ header->name[i], i };
    qsort(sorted, header->columns, sizeof *sorted, by_name);
    for (uint32_t i = 1; i < header->columns; i++)
        if (strcmp(sorted[i - 1].name, sorted[i].name) == 0 &&
            (!first || sorted[i].column < first[1].column))
            first = &sorted[i - 1];
    if (!first)
        return RAPPORT_DONE;
    return fail(error, RAPPORT_BAD_INPUT,
                AT_CELL ": has the same name as column %" PRIu32 "; rename one of the two "
                        "[header-duplicate]",
                s->file, line, first[1].column + 1, first->column + 1);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static csv_cell without_blanks(csv_cell cell)
{
    if (cell.quoted)
        return cell;
    while (cell.length && is_blank(*cell.at)) {
        cell.at++;
        cell.length--;
    }
    while (cell.length && is_blank(cell.at[cell.length - 1]))
        cell.length--;
    return cell;
}

static rapport_outcome read_names(csv_header *header, const csv_record *record, const start *s,
                                  size_t limit, memory *arena, rapport_error *error)
{
    header->name = memory_array(arena, record->cells, sizeof *header->name);
    if (!header->name)
        return fail_memory(error);
    for (uint32_t i = 0; i < record->cells; i++) {
        csv_cell cell = without_blanks(record->cell[i]);
        char *name = memory_new(arena, (size_t)cell.length + 1); /* zeroed: it ends in a NUL */
        if (!name)
            return fail_memory(error);
        size_t length = csv_plain(name, &cell);
        if (length == 0)
            return fail(error, RAPPORT_BAD_INPUT,
                        AT_CELL ": the column has no name; give it one, or take it out "
                                "[header-empty-name]",
                        s->file, record->line, i + 1);
        if (length > limit)
            return fail(error, RAPPORT_BAD_INPUT,
                        AT_CELL
                        ": the name is longer than %zu bytes; shorten it, or raise name" UP_TO
                        " [header-name-limit]",
                        s->file, record->line, i + 1, limit, CEILING_NAME);
        header->name[i] = name;
    }
    header->columns = record->cells;
    return refuse_duplicates(header, s, record->line, arena, error);
}

static const char *const faults[] = {
    [CSV_AFTER_QUOTE] =
        "text after a closing quote; double the quotes inside a name [header-quote]",
    [CSV_STRAY_QUOTE] = "a quote inside a name; put the name into quotes and double those inside "
                        "[header-quote]",
    [CSV_CONTROL_BYTE] = "holds a CR alone; save the table with LF or CR LF at the end of lines "
                         "[input-line-ends]", /* other control bytes: count_delimiters */
    [CSV_NOT_UTF8] = "is not UTF-8; save the table as UTF-8, or set encoding = bytes in [input] "
                     "[input-utf8]",
};

/* A header that does not end where it should: in a quote, or not within what was read. */
static rapport_outcome refuse_open_end(const start *s, const csv_record *record, char delimiter,
                                       rapport_error *error)
{
    size_t length = (size_t)(s->end - s->at), quote = csv_open_quote(s->at, length, delimiter);

    if (!s->whole)
        return fail(error, RAPPORT_BAD_INPUT,
                    AT_LINE ": the header does not end within %zu bytes; close its quotes, or "
                            "shorten it [header-length]",
                    s->file, s->line, length);
    if (quote < length)
        return fail(error, RAPPORT_BAD_INPUT,
                    AT_CELL ": a quote opens here and never closes; close it, or double it inside "
                            "a name [quote-open]",
                    s->file, s->line + csv_lines(s->at, quote), record->cells);
    return RAPPORT_DONE;
}

/* The names, and how far the header goes with the empty lines behind it. */
static rapport_outcome read_record(csv_header *header, csv_scan *scan, const start *s,
                                   const csv_expected *expected, memory *arena,
                                   rapport_error *error)
{
    const char delimiter = header->dialect.delimiter;
    size_t length = csv_cut(s->at, (size_t)(s->end - s->at), delimiter, 1);
    bool open_end = length == 0;
    csv_record record;

    if (open_end)
        length = (size_t)(s->end - s->at);
    csv_begin(scan, s->at, length, s->line);
    csv_next(scan, &record); /* there is one: empty lines are skipped, and more was there */
    if (open_end) {
        rapport_outcome outcome = refuse_open_end(s, &record, delimiter, error);
        if (outcome != RAPPORT_DONE)
            return outcome;
    }
    if (record.fault != CSV_WHOLE)
        return fail(error, RAPPORT_BAD_INPUT, AT_CELL ": %s", s->file, record.line,
                    record.fault_cell + 1, faults[record.fault]);
    if (record.cells > expected->column_limit)
        return fail(error, RAPPORT_BAD_INPUT,
                    AT_LINE ": has %" PRIu32 " columns, more than %" PRIu32 "; take some out, or "
                            "raise columns" UP_TO " [header-columns]",
                    s->file, record.line, record.cells, expected->column_limit, CEILING_COLUMNS);
    header->length = length;
    header->first_line = s->line + csv_lines(s->at, length);
    return read_names(header, &record, s, expected->name_limit, arena, error);
}

/* ---- all of it -------------------------------------------------------------------------- */

rapport_outcome csv_header_read(csv_header *out, const char *text, size_t length, bool whole_file,
                                const char *file, const csv_expected *expected, memory *arena,
                                rapport_error *error)
{
    static const char bom[] = "\xef\xbb\xbf";
    start s = { .file = file, .at = text, .line = 1, .whole = whole_file };
    char delimiter = expected->delimiter;
    csv_scan scan;

    s.end = length ? text + length : text;
    rapport_outcome outcome = refuse_other_kinds(&s, error);
    if (outcome == RAPPORT_DONE && starts_with(&s, bom, sizeof bom - 1))
        s.at += sizeof bom - 1;
    if (outcome == RAPPORT_DONE)
        outcome = take_separator(&s, &delimiter, error);
    if (outcome == RAPPORT_DONE)
        outcome = skip_empty_lines(&s, error);
    if (outcome == RAPPORT_DONE)
        outcome = tell_delimiter(&delimiter, &s, error);
    if (outcome != RAPPORT_DONE)
        return outcome;

    *out = (csv_header){ .dialect = { .delimiter = delimiter,
                                      .decimal = expected->decimal,
                                      .any_bytes = expected->any_bytes,
                                      .field_limit =
                                          SIZE_MAX } }; /* names have a limit of their own */
    if (delimiter == ',' && !expected->decimal)
        out->dialect.decimal = '.';
    if (!csv_open(&scan, &out->dialect, expected->column_limit))
        return fail_memory(error);
    outcome = read_record(out, &scan, &s, expected, arena, error);
    csv_close(&scan);
    out->length += (size_t)(s.at - text);
    out->dialect.field_limit = expected->field_limit;
    out->records = UINT64_MAX;
    if (outcome == RAPPORT_DONE && whole_file) /* the last one may lack its line end */
        out->records = csv_lines(text + out->length, length - out->length) + 1;
    return outcome;
}

int64_t csv_header_find(const csv_header *header, const char *name)
{
    for (uint32_t i = 0; i < header->columns; i++)
        if (strcmp(header->name[i], name) == 0)
            return i;
    return -1;
}
