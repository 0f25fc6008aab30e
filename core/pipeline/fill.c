/* fill.c - records become rows of the batch, cells become answers.
 *
 * Most records are ordinary, and most of their cells small whole numbers: those go from the
 * block to the columns many at a time. Whatever else there is, a record or a single cell, is
 * careful.c's. Which of the two ways a row went cannot be seen in what comes out.
 */
#include "pipeline/fill.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ceilings.h"
#include "cpu.h"
#include "pipeline/careful.h"

/* ---- what each reader takes ---------------------------------------------------------- */

/* Cells of the table that are read: CSV_TILE neighbours, and where each goes. */
struct tile {
    uint32_t first;
    int8_t *out[CSV_TILE];
};

/* Whether its cells come from the block's values. */
static bool is_small(const reader *r)
{
    return r->type == RAPPORT_NUMBER && r->cell != FINDING_NOWHERE;
}

/* A cell that is worth less or more is judged; beyond 99 it is surely not in the block. */
static void set_limits(reader *r)
{
    bool any = !(r->low < r->high);
    r->least = (int8_t)(any || r->low <= 0 ? 0 : r->low >= 100 ? 100 : ceil(r->low));
    r->most = (int8_t)(any || r->high >= 99 ? 99 : r->high < 0 ? -1 : floor(r->high));
}

/* Codes that are small whole numbers, in the order of their list. */
static bool list_small(int8_t **list, uint32_t *count, const codes *from, memory *arena)
{
    *count = 0;
    *list = memory_new(arena, from->count + 1);
    for (uint32_t i = 0; *list && i < from->count; i++)
        if (from->first[i].number >= 0 && from->first[i].number <= 99 &&
            from->first[i].number == (int8_t)from->first[i].number)
            (*list)[(*count)++] = (int8_t)from->first[i].number;
    return *list;
}

static int by_cell(const void *a, const void *b)
{
    const reader *x = *(reader *const *)a, *y = *(reader *const *)b;
    return x->cell != y->cell ? (x->cell > y->cell ? 1 : -1) : (x > y) - (x < y);
}

/* Tiles from the first cell that is read on, with no more of them than there have to be. Of two
 * readers of one cell the later one copies. */
static bool lay_tiles(pipeline *p)
{
    reader **all = memory_array(p->arena, p->readers + 1, sizeof *all);
    uint32_t count = 0;

    p->tile = memory_array(p->arena, p->readers + 1, sizeof *p->tile);
    if (!all || !p->tile)
        return false;
    for (uint32_t i = 0; i < p->readers; i++)
        if (is_small(&p->reader[i]))
            all[count++] = &p->reader[i];
    qsort(all, count, sizeof *all, by_cell);
    for (uint32_t i = 0; i < count; i++) {
        reader *r = all[i];
        if (p->tiles == 0 || r->cell - p->tile[p->tiles - 1].first >= CSV_TILE)
            p->tile[p->tiles++].first = r->cell;
        struct tile *last = &p->tile[p->tiles - 1];
        int8_t **out = &last->out[r->cell - last->first];
        if (*out)
            r->copied = *out;
        else
            *out = p->batch.column[r->port].small;
    }
    return true;
}

bool fill_allocate(pipeline *p)
{
    const size_t field = p->plan->field_limit, record = p->plan->record_limit;

    if (!lay_tiles(p) || !codes_build(&p->silence, p->plan->missing, NULL, p->arena) ||
        !csv_block_open(&p->block, &p->header->dialect, p->header->columns,
                        (field < record ? field : record) - 1, p->plan->kernel))
        return false;
    p->runs = p->kept > 0 && p->silence.count == 0 && p->header->dialect.delimiter == ',';
    for (uint32_t i = 1; i < p->kept; i++)
        p->runs = p->runs && p->report[i].cell == p->report[i - 1].cell + 1;
    for (uint32_t i = 0; i < p->readers; i++) {
        reader *r = &p->reader[i];
        if (!is_small(r))
            continue;
        set_limits(r);
        if (!list_small(&r->silent, &r->silents, r->missing, p->arena) ||
            !list_small(&r->careful, &r->carefuls, r->not_applicable, p->arena))
            return false;
    }
    return true;
}

void fill_begin(pipeline *p, const chunk *input)
{
    p->at = input->length ? input->bytes : ""; /* NULL may not even be added to */
    p->end = p->at + input->length;
    p->line = input->first_line;
    p->record = input->first_record;
}

/* ---- one record, with care -------------------------------------------------------------- */

/* The record that p->scan has just read becomes row `at_row`. */
static rapport_outcome fill_with_care(pipeline *p, uint32_t at_row, const csv_record *record,
                                      seen *before, rapport_error *error)
{
    const char *begin = record->cell[0].at - record->cell[0].quoted;

    if ((size_t)(p->scan.at - begin) > p->plan->record_limit)
        return fail(error, RAPPORT_BAD_INPUT,
                    "%s:%llu: record is longer than %zu bytes; close a quote that was left open, "
                    "or raise record" UP_TO " [input-record-limit]",
                    table_name(p->plan), (unsigned long long)record->line, p->plan->record_limit,
                    CEILING_RECORD);
    p->row[at_row] = (row){ .record = p->record++, .line = record->line };
    return careful_record(p, at_row, record, before) ? RAPPORT_DONE : fail_memory(error);
}

/* The next record of the chunk, which the block did not want. */
static rapport_outcome fill_next(pipeline *p, seen *before, rapport_error *error)
{
    const size_t left = (size_t)(p->end - p->at);
    size_t length = csv_cut(p->at, left, p->header->dialect.delimiter, 1);
    csv_record next;

    csv_begin(&p->scan, p->at, length ? length : left, p->line);
    bool found = csv_next(&p->scan, &next);
    p->at = p->scan.at;
    p->line = p->scan.line;
    if (!found)
        return RAPPORT_DONE;
    for (uint32_t s = 0; s < p->plan->stages; s++)
        p->stage[s].blank[p->batch.rows] = 0;
    return fill_with_care(p, p->batch.rows++, &next, before, error);
}

/* ---- many records ------------------------------------------------------------------------- */

static rapport_outcome fill_odd_row(pipeline *p, uint32_t at_row, const csv_block_row *from,
                                    seen *before, rapport_error *error)
{
    csv_record record;

    csv_begin(&p->scan, p->block.text + from->at, from->next - from->at, p->line + from->line);
    csv_next(&p->scan, &record); /* there is one: the block has found its end */
    return fill_with_care(p, at_row, &record, before, error);
}

/* The cells of an ordinary row that are no numbers. */
static bool fill_texts(pipeline *p, uint32_t at_row, const csv_block_row *from)
{
    for (uint32_t i = 0; i < p->readers; i++) {
        const reader *r = &p->reader[i];
        if (r->type == RAPPORT_NUMBER)
            continue;
        const csv_cell cell = r->cell == FINDING_NOWHERE ? (csv_cell){ .at = "" }
                                                         : csv_block_cell(&p->block, from, r->cell);
        if (!careful_cell(p, r, at_row, &cell))
            return false;
    }
    return true;
}

/* The cells that are kept, one by one. */
static bool keep_cells(pipeline *p, uint32_t at_row, const csv_block_row *from, seen *before)
{
    csv_cell *kept = &p->cell[(size_t)at_row * p->kept];

    for (uint32_t i = 0; i < p->kept; i++)
        kept[i] = csv_block_cell(&p->block, from, p->report[i].cell);
    return p->session == FINDING_NOWHERE || careful_repeat(p, at_row, kept, kept + 1, before);
}

/* The same, where they are neighbours. The first two are the respondent and the session. */
static bool keep_run(pipeline *p, uint32_t at_row, const csv_run *run, seen *before)
{
    row *r = &p->row[at_row];

    r->kept = run->at;
    r->together = run->length;
    if (p->session == FINDING_NOWHERE)
        return true;
    const uint64_t earlier =
        seen_before(before, (seen_text){ run->at, run->first },
                    (seen_text){ run->at + run->first + 1, run->second }, r->line);
    return earlier == 0 || careful_twice(p, at_row, earlier);
}

/* A single empty cell is no stretch: in a row, 0 bytes together mean one by one. So it goes, too,
 * where one may be a formula. */
static bool may_be_copied(const pipeline *p, const csv_block_row *from, csv_run *run)
{
    return p->runs && csv_block_run(run, &p->block, from, p->report->cell, p->kept) &&
           run->length > 0 && (!run->sign || p->plan->formulas == FORMULAS_KEPT);
}

static bool fill_row(pipeline *p, uint32_t at_row, const csv_block_row *from, seen *before)
{
    csv_run run;

    p->row[at_row] = (row){ .record = p->record++, .line = p->line + from->line };
    if (!(may_be_copied(p, from, &run) ? keep_run(p, at_row, &run, before)
                                       : keep_cells(p, at_row, from, before)))
        return false;
    if (p->row[at_row].rejected)
        return careful_cells(p, at_row, NULL);
    return !p->texts || fill_texts(p, at_row, from);
}

enum { FEW = 8 };

/* ---- answers, column by column ------------------------------------------------------------ */

CPU_CLONES static void silence(int8_t *answer, uint32_t rows, int8_t code)
{
    for (uint32_t row = 0; row < rows; row++)
        answer[row] = answer[row] == code ? SMALL_MISSING : answer[row];
}

/* One pass without a branch: whether any answer is not simply believed. For a few rows that is not
 * worth setting up. */
CPU_CLONES static bool any_doubt(const reader *r, const int8_t *answer, uint32_t rows)
{
    unsigned char doubt = rows < FEW;

    if (doubt)
        return true;

    for (uint32_t row = 0; row < rows; row++)
        doubt |=
            (answer[row] != SMALL_MISSING) & ((answer[row] < r->least) | (answer[row] > r->most));
    for (uint32_t i = 0; i < r->carefuls; i++)
        for (uint32_t row = 0; row < rows; row++)
            doubt |= answer[row] == r->careful[i];
    return doubt;
}

static bool is_in_doubt(const reader *r, int8_t answer)
{
    return answer != SMALL_MISSING && (answer < r->least || answer > r->most ||
                                       (r->carefuls && memchr(r->careful, answer, r->carefuls)));
}

static bool fill_column(pipeline *p, const reader *r, uint32_t first)
{
    const csv_block *b = &p->block;
    int8_t *answer = p->batch.column[r->port].small + first;

    for (uint32_t i = 0; i < r->silents; i++)
        silence(answer, b->rows, r->silent[i]);
    if (!any_doubt(r, answer, b->rows))
        return true;
    for (uint32_t i = 0; i < b->rows; i++) {
        if (!is_in_doubt(r, answer[i]) || b->row[i].careful || p->row[first + i].rejected)
            continue;
        const csv_cell cell = csv_block_cell(b, &b->row[i], r->cell);
        if (!careful_cell(p, r, first + i, &cell))
            return false;
    }
    return true;
}

/* Cells that are read go to the columns, before any of them is judged. */
static void spread(pipeline *p, uint32_t first)
{
    const csv_block *b = &p->block;

    for (uint32_t t = 0; t < p->tiles; t++) {
        const uint32_t left = b->columns - p->tile[t].first;
        int8_t *out[CSV_TILE];
        for (uint32_t i = 0; i < CSV_TILE; i++)
            out[i] = p->tile[t].out[i] ? p->tile[t].out[i] + first : NULL;
        csv_block_columns(b, p->tile[t].first, left < CSV_TILE ? left : CSV_TILE, out);
    }
    for (uint32_t i = 0; i < p->readers; i++)
        if (p->reader[i].copied)
            memcpy(p->batch.column[p->reader[i].port].small + first, p->reader[i].copied + first,
                   b->rows);
}

static bool fill_columns(pipeline *p, uint32_t first)
{
    for (uint32_t i = 0; i < p->readers; i++)
        if (is_small(&p->reader[i]) && !fill_column(p, &p->reader[i], first))
            return false;
    return true;
}

static rapport_outcome fill_block(pipeline *p, seen *before, rapport_error *error)
{
    const csv_block *b = &p->block;
    const uint32_t first = p->batch.rows;
    rapport_outcome outcome = RAPPORT_DONE;

    p->batch.rows += b->rows;
    for (uint32_t s = 0; s < p->plan->stages; s++)
        memset(p->stage[s].blank + first, 0, b->rows);
    spread(p, first);
    for (uint32_t i = 0; outcome == RAPPORT_DONE && i < b->rows; i++)
        if (b->row[i].careful)
            outcome = fill_odd_row(p, first + i, &b->row[i], before, error);
        else if (!fill_row(p, first + i, &b->row[i], before))
            outcome = fail_memory(error);
    if (outcome == RAPPORT_DONE && !fill_columns(p, first))
        outcome = fail_memory(error);
    p->at += b->read;
    p->line += b->lines;
    return outcome;
}

/* ---- a batch --------------------------------------------------------------------------------- */

static void begin_texts(pipeline *p)
{
    for (uint32_t i = 0; i < p->readers; i++)
        if (p->reader[i].type == RAPPORT_TEXT)
            column_begin_text(&p->batch.column[p->reader[i].port]);
}

/* What plugins see, they see as numbers. */
static void show_numbers(pipeline *p)
{
    for (uint32_t i = 0; i < p->readers; i++) {
        column *c = &p->batch.column[p->reader[i].port];
        if (c->seen && c->small)
            column_numbers(c, p->batch.rows);
    }
}

rapport_outcome fill_batch(pipeline *p, seen *before, rapport_error *error)
{
    rapport_outcome outcome = RAPPORT_DONE;
    const size_t noted = p->found.count;

    batch_begin(&p->batch);
    if (p->texts)
        begin_texts(p);
    while (outcome == RAPPORT_DONE && p->batch.rows < p->batch.room && p->at < p->end) {
        csv_block_read(&p->block, p->at, (size_t)(p->end - p->at), p->batch.room - p->batch.rows);
        outcome = p->block.rows ? fill_block(p, before, error) : fill_next(p, before, error);
    }
    findings_sort(&p->found, noted); /* a row's as its cells stand, whichever way they came */
    show_numbers(p);
    return outcome;
}
