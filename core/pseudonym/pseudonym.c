/* pseudonym.c - a table whose ids stand for others, and that is otherwise the same to the byte.
 *
 * Chunk by chunk, and from id to id: what stands between two of them is copied as it is, so that
 * nobody has to know what it was. Where a record leaves doubt about which cells are ids, there is
 * no table, since one of them may stand where it would not be found.
 */
#include "pseudonym/pseudonym.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/nearest.h"
#include "process/input.h"
#include "pseudonym/key_file.h"
#include "report/report_file.h"
#include "text.h"

enum { CHUNK = 256 * 1024, RECORD_MOST = 16 << 20, COLUMNS_MOST = 65536, NAME_MOST = 4096 };

typedef struct work {
    const pseudonyms *how;
    plan plan; /* of which `input` is the path */
    memory arena;
    input input;
    csv_header header;
    uint32_t *column; /* of ids, in the order of the table */
    uint32_t columns;
    csv_scan scan;
    report_file output;
    text out;
    char *text; /* owned; a chunk */
    size_t room;
    char *id; /* owned; one without doubled quotes */
    size_t id_room;
    uint64_t records;
    problems all;
    bool told; /* the failure has been said, mistake by mistake */
} work;

/* ---- which columns -------------------------------------------------------------------------- */

static void add_column(work *w, uint32_t column)
{
    uint32_t at = w->columns;

    for (uint32_t i = 0; i < w->columns; i++)
        if (w->column[i] == column) /* named twice */
            return;
    for (; at > 0 && w->column[at - 1] > column; at--)
        w->column[at] = w->column[at - 1];
    w->column[at] = column;
    w->columns++;
}

static rapport_outcome find_columns(work *w, rapport_error *error)
{
    size_t named = 0;

    while (w->how->column[named])
        named++;
    w->column = memory_array(&w->arena, named + 1, sizeof *w->column);
    if (!w->column)
        return fail_memory(error);
    for (size_t i = 0; i < named; i++) {
        const char *name = w->how->column[i];
        const int64_t found = csv_header_find(&w->header, name);
        if (found < 0) {
            char hint[160];
            nearest search = { .wanted = name };
            for (uint32_t c = 0; c < w->header.columns; c++)
                nearest_offer(&search, w->header.name[c]);
            return fail(error, RAPPORT_WRONG_USE, "%s: no column '%s'%s [pseudonym-column]",
                        w->input.name, echo_text(name, strlen(name)).text,
                        *nearest_hint(hint, sizeof hint, &search)
                            ? hint
                            : "; name one of the header's with --column");
        }
        add_column(w, (uint32_t)found);
    }
    return RAPPORT_DONE;
}

/* ---- record by record
 * ---------------------------------------------------------------------------- */

static const char *const faults[] = {
    [CSV_AFTER_QUOTE] = "text stands after a closing quote; double the quotes inside the cell",
    [CSV_STRAY_QUOTE] =
        "a quote stands inside a cell that is not quoted; put the cell into quotes and double "
        "those inside",
};

/* Whether it is sure which cells are ids. A cell of odd bytes is a cell all the same. */
static bool is_sure(work *w, const csv_record *record)
{
    const place at = { .file = w->input.name, .line = (uint32_t)record->line };
    const place cell = { .file = at.file, .line = at.line, .column = record->fault_cell + 1 };

    if (record->fault == CSV_AFTER_QUOTE || record->fault == CSV_STRAY_QUOTE)
        problem_add(&w->all, RAPPORT_BAD_INPUT, &cell, "%s [pseudonym-record]",
                    faults[record->fault]);
    else if (record->cells != w->header.columns)
        problem_add(&w->all, RAPPORT_BAD_INPUT, &at,
                    "has %" PRIu32 " cells, the header has %" PRIu32 "; complete it, or quote "
                    "cells that hold the delimiter [pseudonym-record]",
                    record->cells, w->header.columns);
    else
        return true;
    return false;
}

/* The id without the blanks around it, which stay; false: there is none. */
static bool find_id(const char **at, size_t *length, const csv_cell *cell)
{
    const char *from = cell->at, *end = from + cell->length;

    while (from < end && (*from == ' ' || *from == '\t'))
        from++;
    while (from < end && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *at = from;
    *length = (size_t)(end - from);
    return from < end;
}

/* Its text, as it was meant. NULL: out of memory. */
static const char *plain(work *w, const char *at, size_t *length, const csv_cell *cell)
{
    const csv_cell id = { .at = at, .length = (uint32_t)*length, .doubled = true };

    if (!cell->doubled)
        return at;
    if (w->id_room < *length) {
        char *more = realloc(w->id, *length);
        if (!more)
            return NULL;
        w->id = more;
        w->id_room = *length;
    }
    *length = csv_plain(w->id, &id);
    return w->id;
}

static bool add_pseudonym(work *w, const char *id, size_t length)
{
    unsigned char digest[SHA256_BYTES];
    char hex[SHA256_HEX];

    hmac_of(digest, w->how->key, id, length);
    sha256_hex(hex, digest);
    return text_add(&w->out, hex, PSEUDONYM_DIGITS);
}

/* Adds all from *from to behind the record's last id. */
static bool take_record(work *w, const char **from, const csv_record *record)
{
    for (uint32_t i = 0; i < w->columns; i++) {
        const csv_cell *cell = &record->cell[w->column[i]];
        const char *at;
        size_t length;
        if (!find_id(&at, &length, cell))
            continue;
        const char *const end = at + length;
        const char *id = plain(w, at, &length, cell);
        if (!id || !text_add(&w->out, *from, (size_t)(at - *from)) || !add_pseudonym(w, id, length))
            return false;
        *from = end;
    }
    return true;
}

static rapport_outcome take_chunk(work *w, const csv_stretch *chunk, uint64_t line,
                                  rapport_error *error)
{
    const char *from = w->text;
    csv_record record;

    w->out.length = 0;
    csv_begin(&w->scan, w->text, chunk->length, line);
    while (csv_next(&w->scan, &record)) {
        w->records++;
        if (is_sure(w, &record) && !take_record(w, &from, &record))
            return fail_memory(error);
    }
    if (!text_add(&w->out, from, (size_t)(w->text + chunk->length - from)))
        return fail_memory(error);
    return w->all.count > 0 ? RAPPORT_DONE /* go on to find the others, for nothing */
                            : report_write(&w->output, w->out.bytes, w->out.length, error);
}

static rapport_outcome take_all(work *w, rapport_error *error)
{
    uint64_t line = w->header.first_line;
    csv_stretch chunk = { 0 };
    rapport_outcome outcome;

    do {
        outcome = input_next(&w->input, w->text, w->room, line, &chunk, error);
        if (outcome == RAPPORT_DONE && atomic_load(w->how->cancelled))
            outcome = input_cancelled(error);
        if (outcome == RAPPORT_DONE && chunk.length > 0)
            outcome = take_chunk(w, &chunk, line, error);
        line += chunk.lines;
    } while (outcome == RAPPORT_DONE && chunk.length > 0);
    return outcome;
}

static void tell_problem(void *self, const char *line)
{
    listener_tell(self, RAPPORT_FAILS, "%s", line);
}

/* ---- the files -------------------------------------------------------------------------- */

/* A shell may have made a standard stream of a file. */
static const char *path_of(const char *path, const char *stream)
{
    return strcmp(path, "-") == 0 ? stream : path;
}

static rapport_outcome is_the_table(const char *path, rapport_error *error)
{
    return fail(error, RAPPORT_NO_REPORT,
                "%s: is the table itself, by this or another name; give the new one a name of its "
                "own [output-is-input]",
                path);
}

static rapport_outcome open_output(work *w, rapport_error *error)
{
    const char *path = w->how->output;
    struct stat there;

    rapport_outcome outcome = report_look(&there, path, error);
    if (outcome == RAPPORT_DONE && input_is(&w->input, &there))
        return is_the_table(path, error);
    if (outcome == RAPPORT_DONE)
        outcome = report_open(&w->output, path, error);
    w->output.cancelled = w->how->cancelled;
    if (outcome == RAPPORT_DONE)
        outcome = report_look_at_open(&there, &w->output, error);
    return outcome == RAPPORT_DONE && input_is(&w->input, &there) ? is_the_table(path, error)
                                                                  : outcome;
}

/* Its header as it is, with all that stands before it. */
static rapport_outcome begin(work *w, rapport_error *error)
{
    rapport_outcome outcome = find_columns(w, error);

    w->room = 2 * (size_t)(CHUNK + RECORD_MOST);
    w->text = malloc(w->room);
    if (outcome == RAPPORT_DONE &&
        (!w->text || !csv_open(&w->scan, &w->header.dialect, w->header.columns)))
        outcome = fail_memory(error);
    if (outcome == RAPPORT_DONE)
        outcome = open_output(w, error);
    if (outcome == RAPPORT_DONE)
        outcome = report_write(&w->output, w->input.rest, w->header.length, error);
    return outcome;
}

static rapport_outcome end(work *w, rapport_error *error)
{
    rapport_outcome outcome = input_check_end(&w->input, error);

    if (outcome == RAPPORT_DONE && w->all.count > 0) {
        listener to = w->how->listener;
        w->told = true;
        return problems_close(&w->all, tell_problem, &to, error);
    }
    if (outcome == RAPPORT_DONE)
        outcome = report_settle(&w->output, error);
    if (outcome == RAPPORT_DONE && atomic_load(w->how->cancelled))
        outcome = input_cancelled(error);
    if (outcome == RAPPORT_DONE)
        outcome = report_publish(&w->output, error);
    return outcome == RAPPORT_DONE ? report_confirm(&w->output, error) : outcome;
}

static rapport_outcome work_through(work *w, rapport_error *error)
{
    const pseudonyms *how = w->how;
    rapport_outcome outcome = cpu_reading(&w->plan.kernel, error);

    if (outcome == RAPPORT_DONE)
        outcome = key_file_apart(how->key_path, path_of(how->input, "/proc/self/fd/0"), error);
    if (outcome == RAPPORT_DONE)
        outcome = key_file_apart(how->key_path, path_of(how->output, "/proc/self/fd/1"), error);
    if (outcome == RAPPORT_DONE)
        outcome = input_open(&w->input, &w->plan, how->cancelled, &w->header, &w->arena, error);
    if (outcome == RAPPORT_DONE)
        outcome = begin(w, error);
    if (outcome == RAPPORT_DONE)
        outcome = take_all(w, error);
    if (outcome == RAPPORT_DONE)
        outcome = end(w, error);
    if (outcome == RAPPORT_NO_REPORT && atomic_load(how->cancelled))
        outcome = input_cancelled(error); /* whatever call the signal interrupted */
    return outcome;
}

static void finish(work *w)
{
    report_abandon(&w->output);
    input_close(&w->input);
    csv_close(&w->scan);
    text_free(&w->out);
    memory_free(&w->arena);
    free(w->text);
    free(w->id);
    free(w);
}

rapport_outcome pseudonymise(const pseudonyms *how, rapport_error *error)
{
    work *w = calloc(1, sizeof *w);

    if (!w) {
        fail_memory(error);
        listener_tell(&how->listener, RAPPORT_FAILS, "%s", error->text);
        return RAPPORT_NO_RESOURCES;
    }
    w->how = how;
    w->plan = (plan){ .input = how->input,
                      .any_bytes = true,
                      .field_limit = SIZE_MAX,
                      .record_limit = RECORD_MOST,
                      .column_limit = COLUMNS_MOST,
                      .name_limit = NAME_MOST,
                      .chunk = CHUNK };
    rapport_outcome outcome = work_through(w, error);
    if (outcome == RAPPORT_DONE)
        listener_tell(&how->listener, RAPPORT_SAYS, "%llu records%s%s",
                      (unsigned long long)w->records, report_is_direct(how->output) ? "" : "; ",
                      report_is_direct(how->output) ? "" : how->output);
    else if (!w->told)
        listener_tell(&how->listener, RAPPORT_FAILS, "%s", error->text);
    finish(w);
    return outcome;
}
