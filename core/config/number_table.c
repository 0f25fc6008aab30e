/* number_table.c - a CSV file of numbers that a setting names. */
#include "config/number_table.h"

#include <math.h>
#include <string.h>

#include "ceilings.h"
#include "table/csv_header.h"
#include "table/number.h"

typedef struct reading {
    const char *path;
    memory *arena;
    problems *all;
    csv_header header;
    const char **row_name;
    double *cell;
    uint32_t rows, row_room;
} reading;

static void wrong(reading *r, uint64_t line, uint32_t column, const char *what)
{
    const place at = { .file = r->path, .line = (uint32_t)line, .column = column };
    problem_add(r->all, RAPPORT_BAD_CONFIG, &at, "%s [cfg-table]", what);
}

static bool want_row(reading *r)
{
    if (r->rows < r->row_room)
        return true;
    uint32_t room = r->row_room ? 2 * r->row_room : 16;
    size_t columns = r->header.columns - 1;
    const char **names = memory_array(r->arena, room, sizeof *names);
    double *cells = memory_array(r->arena, room * columns, sizeof *cells);
    if (!names || !cells)
        return problem_memory(r->all);
    if (r->rows) {
        memcpy(names, r->row_name, r->rows * sizeof *names);
        memcpy(cells, r->cell, r->rows * columns * sizeof *cells);
    }
    r->row_name = names;
    r->cell = cells;
    r->row_room = room;
    return true;
}

static void read_number(reading *r, double *out, const csv_cell *cell, uint64_t line, uint32_t at)
{
    *out = NAN;
    if (cell->length && !number_read(out, cell->at, cell->length, r->header.dialect.decimal))
        wrong(r, line, at + 1, "is not a number; write one, or leave the cell empty");
}

static void read_row(reading *r, const csv_record *record)
{
    uint32_t columns = r->header.columns - 1;

    if (record->fault != CSV_WHOLE || record->cells != columns + 1) {
        wrong(r, record->line, 0, "has not as many whole cells as the header; mend the row");
        return;
    }
    if (!want_row(r))
        return;
    char *name = memory_new(r->arena, (size_t)record->cell->length + 1); /* zeroed */
    if (!name) {
        problem_memory(r->all);
        return;
    }
    csv_plain(name, record->cell);
    for (uint32_t i = 0; i < r->rows; i++)
        if (strcmp(r->row_name[i], name) == 0)
            wrong(r, record->line, 1, "names its row like an earlier one; give each its own name");
    for (uint32_t i = 0; i < columns; i++)
        read_number(r, &r->cell[(size_t)r->rows * columns + i], &record->cell[i + 1], record->line,
                    i + 1);
    r->row_name[r->rows++] = name;
}

static void read_rows(reading *r, const char *bytes, size_t length)
{
    csv_scan scan = { 0 };
    csv_record record;

    if (!csv_open(&scan, &r->header.dialect, r->header.columns))
        problem_memory(r->all);
    csv_begin(&scan, bytes + r->header.length, length - r->header.length, r->header.first_line);
    while (!r->all->memory && csv_next(&scan, &record))
        read_row(r, &record);
    csv_close(&scan);
}

const rapport_table *number_table_read(char digest[SHA256_HEX], const file_content *from,
                                       memory *arena, problems *all)
{
    const csv_expected expected = { .field_limit = NUMBER_TABLE_BYTES,
                                    .column_limit = CEILING_COLUMNS,
                                    .name_limit = CEILING_NAME };
    reading r = { .path = from->path, .arena = arena, .all = all };
    rapport_error error;
    const char *bytes = from->bytes;
    const size_t length = from->length;
    uint32_t before = all->count;

    if (!file_check(from, all))
        return NULL;
    file_digest(digest, bytes, length);
    if (csv_header_read(&r.header, bytes, length, true, from->path, &expected, arena, &error) !=
        RAPPORT_DONE) {
        problem_add(all, RAPPORT_BAD_CONFIG, NULL, "%s", error.text);
        return NULL;
    }
    if (r.header.columns < 2) {
        wrong(&r, r.header.first_line - 1, 0, "has no column of numbers; is the delimiter right?");
        return NULL;
    }
    read_rows(&r, bytes, length);
    rapport_table *table = memory_new(arena, sizeof *table);
    if (!table)
        return problem_memory(all);
    *table = (rapport_table){ .size = sizeof *table,
                              .rows = r.rows,
                              .columns = r.header.columns - 1,
                              .row_name = r.row_name,
                              .column_name = r.header.name + 1,
                              .cell = r.cell };
    return all->count == before && !all->memory ? table : NULL;
}
