/* own_csv.c - a CSV reader that shares nothing with rapport's. */
#include "own_csv.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct reading {
    own_csv *out;
    const char *text;
    size_t at, length, line, used;
    char delimiter;
} reading;

static bool is_empty_line(const reading *r)
{
    const size_t left = r->length - r->at;
    return r->text[r->at] == '\n' || (left > 1 && memcmp(r->text + r->at, "\r\n", 2) == 0);
}

/* Reads a cell and what ends it. false: it was the record's last. */
static bool read_cell(reading *r, own_record *record)
{
    own_csv *out = r->out;
    const char *text = r->text;
    const bool quoted = r->at < r->length && text[r->at] == '"';
    bool inside = quoted;

    out->cell[out->cells++] = r->used;
    record->cells++;
    for (r->at += quoted; r->at < r->length; r->at++) {
        const char c = text[r->at];
        r->line += c == '\n';
        if (inside && c == '"' && r->at + 1 < r->length && text[r->at + 1] == '"')
            r->at++;
        else if (inside && c == '"') {
            inside = false;
            continue;
        } else if (!inside && (c == '\n' || c == r->delimiter))
            break;
        else if (!inside && (c == '"' || (quoted && c != '\r')))
            record->is_plain = false;
        out->text[r->used++] = c;
    }
    record->is_open = inside;
    const bool last = r->at == r->length || text[r->at] == '\n';
    if (last && r->used > out->cell[out->cells - 1] && out->text[r->used - 1] == '\r' && !inside &&
        r->at < r->length)
        r->used--;
    out->text[r->used++] = 0;
    r->at += r->at < r->length;
    return !last;
}

void own_csv_read(own_csv *out, const char *text, size_t length, char delimiter)
{
    reading r = { .out = out, .text = text, .length = length, .line = 1, .delimiter = delimiter };

    *out = (own_csv){ .record = malloc((length + 1) * sizeof *out->record),
                      .cell = malloc((length + 2) * sizeof *out->cell),
                      .text = malloc(2 * length + 2) };
    if (!out->record || !out->cell || !out->text)
        abort();
    while (r.at < length) {
        if (is_empty_line(&r)) {
            r.at += r.text[r.at] == '\r';
            r.at++;
            r.line++;
            continue;
        }
        own_record *record = &out->record[out->records++];
        *record =
            (own_record){ .line = r.line, .begin = r.at, .first = out->cells, .is_plain = true };
        while (read_cell(&r, record))
            ;
    }
}

void own_csv_free(own_csv *of)
{
    free(of->record);
    free(of->cell);
    free(of->text);
    *of = (own_csv){ 0 };
}

const char *own_cell(const own_csv *of, size_t record, size_t at)
{
    const own_record *in = &of->record[record];
    return at < in->cells ? of->text + of->cell[in->first + at] : "";
}

size_t own_column(const own_csv *of, const char *name)
{
    for (size_t i = 0; of->records && i < of->record[0].cells; i++)
        if (strcmp(own_cell(of, 0, i), name) == 0)
            return i;
    return SIZE_MAX;
}
