/* csv_scan.c - finds records and cells in text (RFC 4180, and what spreadsheets add). */
#define _GNU_SOURCE /* memrchr */
#include "table/csv_scan.h"

#include <stdlib.h>
#include <string.h>

#include "utf8.h"

/* ---- where quotes open, and records end --------------------------------------- */

/* The first `byte` from `at` on; end: none. */
static const char *find(const char *at, const char *end, char byte)
{
    const char *found = at < end ? memchr(at, byte, (size_t)(end - at)) : NULL;
    return found ? found : end;
}

/* The quote that closes the cell whose text begins at `at`; end: none. */
static const char *closing_quote(const char *at, const char *end, bool *doubled)
{
    *doubled = false;
    for (;;) {
        const char *quote = find(at, end, '"');
        if (end - quote < 2 || quote[1] != '"')
            return quote;
        *doubled = true;
        at = quote + 2;
    }
}

/* The first quote from `at` on, which is outside quotes, that begins a cell of the record that
 * begins at `record`; end: none. */
static const char *opening_quote(const char *record, const char *at, const char *end,
                                 char delimiter)
{
    const char *quote = find(at, end, '"');
    while (quote < end && quote > record && quote[-1] != delimiter)
        quote = find(quote + 1, end, '"');
    return quote;
}

/* Past the LF of the record that begins at `record`. NULL: it has none, and *open is the quote
 * that swallowed it, or end. */
static const char *record_end(const char *record, const char *end, char delimiter,
                              const char **open)
{
    const char *outside = record, *line_end = record;
    bool doubled;

    for (bool looked = false;; looked = true) {
        if (!looked || line_end < outside) /* each byte is looked at once, however many quotes */
            line_end = find(outside, end, '\n');
        const char *quote = opening_quote(record, outside, line_end, delimiter);
        *open = quote == line_end ? end : quote;
        if (quote == line_end)
            return line_end < end ? line_end + 1 : NULL;
        outside = closing_quote(quote + 1, end, &doubled);
        if (outside == end)
            return NULL;
        outside++;
    }
}

/* Past the line at `at` if it is wholly empty; else NULL. */
static const char *empty_line(const char *at, const char *end)
{
    if (at < end && *at == '\r')
        at++;
    return at < end && *at == '\n' ? at + 1 : NULL;
}

size_t csv_cut(const char *text, size_t length, char delimiter, uint64_t records)
{
    if (length == 0)
        return 0;

    const char *at = text, *end = text + length, *open;
    uint64_t found = 0;

    if (records == 0 && !memchr(text, '"', length)) {
        const char *last = memrchr(text, '\n', length);
        return last ? (size_t)(last + 1 - text) : 0;
    }
    while (at < end) {
        const char *next = empty_line(at, end);
        if (!next && (records == 0 || found++ < records))
            next = record_end(at, end, delimiter, &open);
        if (!next)
            break;
        at = next;
    }
    return (size_t)(at - text);
}

uint64_t csv_records(const char *text, size_t length, char delimiter)
{
    const char *at = length ? text : "", *end = at + length, *open;
    uint64_t records = 0;

    while (at < end) {
        const char *next = empty_line(at, end);
        if (!next) {
            next = record_end(at, end, delimiter, &open);
            records++;
        }
        at = next ? next : end;
    }
    return records;
}

uint64_t csv_lines(const char *text, size_t length)
{
    uint64_t lines = 0;

    if (length == 0)
        return 0;
    const char *end = text + length;
    for (const char *at = text; (at = find(at, end, '\n')) < end; at++)
        lines++;
    return lines;
}

size_t csv_open_quote(const char *text, size_t length, char delimiter)
{
    if (length == 0)
        return 0;

    const char *end = text + length, *open = end;
    for (const char *at = text; at && at < end;)
        at = record_end(at, end, delimiter, &open);
    return (size_t)(open - text);
}

/* ---- bytes ---------------------------------------------------------------------- */

/* Looks at every byte whatever it finds: that way the compiler looks at many at a time. */
static bool all_plain(const char *text, size_t length)
{
    const unsigned char *c = (const unsigned char *)text;
    unsigned char odd = 0;

    for (size_t i = 0; i + 1 < length; i++) {
        unsigned char lone_cr = (c[i] == '\r') & (c[i + 1] != '\n');
        unsigned char control = (c[i] < ' ') & (c[i] != '\t') & (c[i] != '\n') & (c[i] != '\r');
        odd |= lone_cr | control | (c[i] >= 0x7f);
    }
    if (length) {
        unsigned char last = c[length - 1];
        odd |= (last < ' ' && last != '\t' && last != '\n') || last >= 0x7f;
    }
    return !odd;
}

/* An LF in a cell, and a CR before it, can only have stood in quotes. */
static bool control_byte(const char *c, size_t left)
{
    if (*c == '\r')
        return left < 2 || c[1] != '\n';
    return ((unsigned char)*c < ' ' && *c != '\t' && *c != '\n') || *c == 0x7f;
}

static csv_fault bytes_fault(const csv_cell *cell, bool any_bytes)
{
    for (size_t i = 0, step; i < cell->length; i += step) {
        const char *c = cell->at + i;
        size_t left = cell->length - i;
        if (control_byte(c, left))
            return CSV_CONTROL_BYTE;
        step = any_bytes ? 1 : utf8_length(c, left);
        if (step == 0)
            return CSV_NOT_UTF8;
    }
    return CSV_WHOLE;
}

/* ---- records and cells ------------------------------------------------------------ */

bool csv_open(csv_scan *scan, const csv_dialect *dialect, uint32_t cells)
{
    *scan = (csv_scan){ .dialect = dialect, .room = cells };
    scan->cell = calloc((size_t)cells + 1, sizeof *scan->cell);
    return scan->cell != NULL;
}

void csv_close(csv_scan *scan)
{
    free(scan->cell);
    *scan = (csv_scan){ 0 };
}

void csv_begin(csv_scan *scan, const char *text, size_t length, uint64_t first_line)
{
    scan->at = length ? text : ""; /* NULL may not even be added to */
    scan->end = scan->at + length;
    scan->line = first_line;
    scan->plain = all_plain(text, length);
    scan->quotes = find(scan->at, scan->end, '"') < scan->end;
}

/* The delimiter or LF that ends the cell; scan->end: neither. */
static const char *cell_end(const csv_scan *scan, const char *at)
{
    const char delimiter = scan->dialect->delimiter, *end = scan->end;

    while (at < end && *at != delimiter && *at != '\n')
        at++;
    return at;
}

/* Keeps the cell's place; a length beyond 32 bits is beyond every limit as well. */
static void keep(csv_cell *cell, const char *at, const char *end)
{
    size_t length = (size_t)(end - at);

    *cell = (csv_cell){ .at = at, .length = length < UINT32_MAX ? (uint32_t)length : UINT32_MAX };
}

static csv_fault take_bare(csv_scan *scan, csv_cell *cell)
{
    const char *at = scan->at, *end = cell_end(scan, at), *text_end = end;

    if (end < scan->end && *end == '\n' && end > at && end[-1] == '\r')
        text_end--;
    keep(cell, at, text_end);
    scan->at = end;
    return scan->quotes && find(at, text_end, '"') < text_end ? CSV_STRAY_QUOTE : CSV_WHOLE;
}

static csv_fault take_quoted(csv_scan *scan, csv_cell *cell)
{
    const char *at = scan->at + 1;
    bool doubled;
    const char *close = closing_quote(at, scan->end, &doubled);

    keep(cell, at, close);
    cell->quoted = true;
    cell->doubled = doubled;
    scan->line += csv_lines(at, (size_t)(close - at));
    scan->at = close;
    if (close == scan->end)
        return CSV_STRAY_QUOTE;

    const char *next = close + 1, *end = cell_end(scan, next);
    scan->at = end;
    bool line_ends = end < scan->end && *end == '\n';
    return end == next || (line_ends && empty_line(next, scan->end)) ? CSV_WHOLE : CSV_AFTER_QUOTE;
}

static csv_fault take_cell(csv_scan *scan, csv_cell *cell)
{
    bool quoted = scan->at < scan->end && *scan->at == '"';
    csv_fault fault = quoted ? take_quoted(scan, cell) : take_bare(scan, cell);
    csv_fault bytes = scan->plain ? CSV_WHOLE : bytes_fault(cell, scan->dialect->any_bytes);

    cell->bad_bytes = bytes != CSV_WHOLE;
    if (fault == CSV_WHOLE)
        fault = bytes;
    if (fault == CSV_WHOLE && cell->length > scan->dialect->field_limit)
        fault = CSV_FIELD_LIMIT;
    return fault;
}

/* Steps over what ended a cell, and says whether another of the same record follows. */
static bool step_over(csv_scan *scan)
{
    if (scan->at == scan->end)
        return false;
    if (*scan->at++ != '\n')
        return true;
    scan->line++;
    return false;
}

bool csv_next(csv_scan *scan, csv_record *record)
{
    for (const char *next; (next = empty_line(scan->at, scan->end)); scan->line++)
        scan->at = next;
    if (scan->at == scan->end)
        return false;

    *record = (csv_record){ .cell = scan->cell, .line = scan->line };
    do {
        uint32_t place = record->cells < scan->room ? record->cells : scan->room;
        csv_fault fault = take_cell(scan, scan->cell + place);
        if (fault != CSV_WHOLE && record->fault == CSV_WHOLE) {
            record->fault = fault;
            record->fault_cell = record->cells;
        }
        record->cells++;
    } while (step_over(scan));
    return true;
}

size_t csv_plain(char *out, const csv_cell *cell)
{
    size_t length = 0;

    for (size_t i = 0; i < cell->length; i++) {
        out[length++] = cell->at[i];
        if (cell->doubled && cell->at[i] == '"')
            i++;
    }
    return length;
}
