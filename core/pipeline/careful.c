/* careful.c - one cell, or one record, read with care.
 *
 * A cell is believed only if all of it is what its column may hold. What is not believed
 * is missing, noted, and blanks the stage that needed it: a number that is out of range is
 * more often a shifted column or another coding than a slip of the pen.
 */
#include "pipeline/careful.h"

#include <math.h>
#include <string.h>

#include "table/number.h"

/* ---- codes ----------------------------------------------------------------------- */

bool codes_hold(const codes *all, const char *at, size_t length, double number)
{
    for (uint32_t i = 0; i < all->count; i++) {
        const code *c = &all->first[i];
        if ((c->length == length && memcmp(c->text, at, length) == 0) || c->number == number)
            return true;
    }
    return false;
}

static uint32_t count_words(const char *const *words)
{
    uint32_t count = 0;
    while (words && words[count])
        count++;
    return count;
}

static void add_codes(code *out, const char *const *words)
{
    for (; words && *words; words++, out++) {
        out->text = *words;
        out->length = strlen(*words);
        if (!number_read(&out->number, *words, out->length, '.'))
            out->number = NAN;
    }
}

bool codes_build(codes *out, const char *const *first, const char *const *second, memory *arena)
{
    uint32_t ahead = count_words(first), behind = count_words(second);
    code *list = memory_array(arena, ahead + behind + 1, sizeof *list);
    if (!list)
        return false;
    add_codes(list, first);
    add_codes(list + ahead, second);
    *out = (codes){ .first = list, .count = ahead + behind };
    return true;
}

/* What people and programs commonly write for "not answered". */
static bool looks_like_missing(const char *at, size_t length, double number)
{
    static const char *const words[] = { "NA",   "N/A",  "n/a", "na",  ".",   "-",    "?",
                                         "NULL", "null", "NaN", "nan", "UNK", "#N/A", "None" };
    static const double numbers[] = { -9, -77, -88, -99, -999, -9999, 77,
                                      88, 99,  777, 888, 999,  9999 };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == length && memcmp(words[i], at, length) == 0)
            return true;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (numbers[i] == number)
            return true;
    return false;
}

/* ---- one cell ----------------------------------------------------------------------- */

static double not_applicable(void)
{
    const uint64_t bits = RAPPORT_NOT_APPLICABLE;
    double answer;
    memcpy(&answer, &bits, sizeof answer);
    return answer;
}

/* The cell's text: doubled quotes made single, blanks around it left out. */
static const char *cell_text(const pipeline *p, const csv_cell *cell, size_t *length)
{
    const char *at = cell->at, *end = at + cell->length;
    if (cell->doubled) {
        at = p->digits;
        end = at + csv_plain(p->digits, cell);
    }
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    while (at < end && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *length = (size_t)(end - at);
    return at;
}

/* The finding an answer deserves, or -1. */
static int judge(const reader *r, bool is_number, double number, const char *at, size_t length)
{
    if (!is_number)
        return looks_like_missing(at, length, NAN) ? FOUND_UNDECLARED : FOUND_NOT_A_NUMBER;
    if (r->low < r->high && (number < r->low || number > r->high)) {
        if (looks_like_missing(at, length, number))
            return FOUND_UNDECLARED;
        return number < r->low ? FOUND_BELOW : FOUND_ABOVE;
    }
    if (r->whole && number != floor(number))
        return FOUND_FRACTION;
    return -1;
}

static bool note_cell(pipeline *p, const reader *r, uint32_t at_row, int found)
{
    p->stage[r->stage].blank[at_row] |= BLANK_FOUND;
    return pipeline_note(p, (finding){ .row = at_row,
                                       .rank = (uint32_t)(r - p->reader) + 1,
                                       .cell = r->cell,
                                       .stage = r->stage,
                                       .code = (uint32_t)found,
                                       .subject = r->subject,
                                       .low = r->low,
                                       .high = r->high });
}

static bool read_number(pipeline *p, const reader *r, uint32_t at_row, const csv_cell *cell)
{
    double number = NAN;
    size_t length;
    const char *at = cell_text(p, cell, &length);
    int found = -1;

    bool is_number = length > 0 && number_read(&number, at, length, p->scan.dialect->decimal);
    if (length == 0 || codes_hold(r->missing, at, length, number))
        number = NAN;
    else if (codes_hold(r->not_applicable, at, length, number))
        number = not_applicable();
    else
        found = judge(r, is_number, number, at, length);
    column_put_number(&p->batch.column[r->port], at_row, found == -1 ? number : NAN);
    return found == -1 || note_cell(p, r, at_row, found);
}

static bool read_category(pipeline *p, const reader *r, uint32_t at_row, const csv_cell *cell)
{
    column *c = &p->batch.column[r->port];
    size_t length;
    const char *at = cell_text(p, cell, &length);

    c->category[at_row] = -1;
    if (length == 0 || codes_hold(r->missing, at, length, NAN))
        return true;
    for (uint32_t i = 0; i < c->levels; i++)
        if (strlen(c->level[i].code) == length && memcmp(c->level[i].code, at, length) == 0) {
            c->category[at_row] = (int32_t)i;
            return true;
        }
    return note_cell(p, r, at_row, FOUND_NO_LEVEL);
}

static bool read_text(pipeline *p, const reader *r, uint32_t at_row, const csv_cell *cell)
{
    size_t length;
    const char *at = cell_text(p, cell, &length);

    if (codes_hold(r->missing, at, length, NAN))
        length = 0;
    return column_add_text(&p->batch.column[r->port], at_row, at, length);
}

bool careful_cell(pipeline *p, const reader *r, uint32_t at_row, const csv_cell *cell)
{
    switch (r->type) {
    case RAPPORT_NUMBER:
        return read_number(p, r, at_row, cell);
    case RAPPORT_CATEGORY:
        return read_category(p, r, at_row, cell);
    default:
        return read_text(p, r, at_row, cell);
    }
}

/* ---- one record ------------------------------------------------------------------------ */

static const csv_cell nothing = { .at = "" };

static const csv_cell *cell_at(const csv_record *record, uint32_t cell)
{
    return cell < record->cells ? &record->cell[cell] : &nothing;
}

/* Why a record cannot be read; -1: it can. */
static int record_fault(const csv_record *record, uint32_t columns)
{
    static const int of[] = {
        [CSV_AFTER_QUOTE] = FOUND_AFTER_QUOTE,   [CSV_STRAY_QUOTE] = FOUND_STRAY_QUOTE,
        [CSV_CONTROL_BYTE] = FOUND_CONTROL_BYTE, [CSV_NOT_UTF8] = FOUND_NOT_UTF8,
        [CSV_FIELD_LIMIT] = FOUND_FIELD_LIMIT,
    };
    if (record->fault != CSV_WHOLE)
        return of[record->fault];
    if (record->cells != columns)
        return record->cells < columns ? FOUND_SHORT : FOUND_LONG;
    return -1;
}

static bool reject(pipeline *p, uint32_t at_row, finding f)
{
    f.row = at_row;
    f.stage = FINDING_NOWHERE;
    p->row[at_row].rejected = true;
    for (uint32_t s = 0; s < p->plan->stages; s++)
        p->stage[s].blank[at_row] |= BLANK_FOUND;
    return pipeline_note(p, f);
}

static bool check_record(pipeline *p, uint32_t at_row, const csv_record *record)
{
    int fault = record_fault(record, p->header->columns);
    bool ragged = fault == FOUND_SHORT || fault == FOUND_LONG;
    const uint32_t limit = (uint32_t)p->plan->field_limit;

    return fault == -1 || reject(p, at_row,
                                 (finding){ .code = (uint32_t)fault,
                                            .cell = ragged ? FINDING_NOWHERE : record->fault_cell,
                                            .count = ragged ? record->cells : limit,
                                            .other_count = p->header->columns });
}

/* Whether the cell tells nothing: empty, or a code for it. */
static bool says_nothing(const pipeline *p, const csv_cell *cell)
{
    size_t length;
    const char *at = cell_text(p, cell, &length);
    return length == 0 || codes_hold(&p->silence, at, length, NAN);
}

bool careful_twice(pipeline *p, uint32_t at_row, uint64_t earlier)
{
    return earlier != SEEN_NO_MEMORY &&
           reject(p, at_row,
                  (finding){ .code = FOUND_TWICE, .cell = p->session, .other = earlier });
}

bool careful_repeat(pipeline *p, uint32_t at_row, const csv_cell *who, const csv_cell *when,
                    seen *before)
{
    if (says_nothing(p, who) || says_nothing(p, when))
        return true;
    const uint64_t earlier =
        seen_before(before, (seen_text){ who->at, who->length },
                    (seen_text){ when->at, when->length }, p->row[at_row].line);
    return earlier == 0 || careful_twice(p, at_row, earlier);
}

bool careful_record(pipeline *p, uint32_t at_row, const csv_record *record, seen *before)
{
    if (!check_record(p, at_row, record))
        return false;
    if (!p->row[at_row].rejected && p->session != FINDING_NOWHERE &&
        !careful_repeat(p, at_row, cell_at(record, p->respondent), cell_at(record, p->session),
                        before))
        return false;
    for (uint32_t i = 0; i < p->kept; i++)
        p->cell[at_row * p->kept + i] = *cell_at(record, p->report[i].cell);
    return careful_cells(p, at_row, p->row[at_row].rejected ? NULL : record);
}

bool careful_cells(pipeline *p, uint32_t at_row, const csv_record *record)
{
    for (uint32_t i = 0; i < p->readers; i++) {
        const reader *r = &p->reader[i];
        if (!careful_cell(p, r, at_row, record ? cell_at(record, r->cell) : &nothing))
            return false;
    }
    return true;
}
