/* lines.c - the rows of a batch become lines of the report.
 *
 * Nearly every cell is a number of few digits or one of a band's names. Their texts, comma and
 * all, are made once and then copied, eight or sixteen bytes at a time.
 */
#include "pipeline/lines.h"

#include <string.h>

#include "cpu.h"
#include "pipeline/fill.h"
#include "table/csv_write.h"
#include "table/number.h"

/* Ready texts lie one behind the other: a cell's text, the comma behind it, and in the last byte
 * how long the two are. */
enum {
    NUMBER_STRIDE = 8,
    LEVEL_STRIDE = 16,
    COPIED = 16, /* bytes, however long the text is: that takes one instruction */

    READY = 10000, /* units from 0 on whose texts are made: 100.00 and all below */
    READY_MISSING, /* a lone comma */
    READY_TEXTS,
    NOT_READY = UINT16_MAX, /* has to be written digit by digit */
    ENOUGH = 256,           /* rows of a batch for which it pays to make the texts */
    DECIMALS_READY = 4
};

/* Texts of numbers with so many decimals; made once there are rows enough to need them. */
struct line_numbers {
    char *text;
    bool made;
};

/* One column of the report as it is written. */
struct line_column {
    column *from;
    const char *text;             /* NULL: none are ready */
    struct line_numbers *numbers; /* whose text that is; NULL: a category's */
    uint32_t stride;
    uint16_t *ready; /* of each row: which text */
};

/* ---- texts made once ------------------------------------------------------------------ */

/* By their units, and one for missing. */
static void make_numbers(struct line_numbers *numbers, int decimals)
{
    for (int32_t units = 0; units < READY_TEXTS; units++) {
        char text[NUMBER_LONGEST], *out = numbers->text + units * NUMBER_STRIDE;
        size_t length = 0;
        if (units != READY_MISSING)
            length = number_write(text, number_of_units(units, decimals), decimals);
        text[length++] = ',';
        memcpy(out, text, length);
        out[NUMBER_STRIDE - 1] = (char)length;
    }
    numbers->made = true;
}

/* A category's codes, from -1 on, which is none. NULL: some are too long. */
static char *make_levels(pipeline *p, const column *c, bool *memory)
{
    char *made = memory_array(p->arena, c->levels + 2, LEVEL_STRIDE);
    text line = { 0 };
    bool fits = c->levels < NOT_READY;

    for (uint32_t i = 0; made && fits && i <= c->levels; i++) {
        const char *code = i == 0 ? "" : c->level[i - 1].code;
        line.length = 0;
        *memory = *memory && csv_write_text(&line, code, strlen(code)) && text_add(&line, ",", 1);
        fits = *memory && line.length < LEVEL_STRIDE;
        if (fits) {
            memcpy(made + i * LEVEL_STRIDE, line.bytes, line.length);
            made[i * LEVEL_STRIDE + LEVEL_STRIDE - 1] = (char)line.length;
        }
    }
    text_free(&line);
    *memory = *memory && made;
    return fits ? made : NULL;
}

bool lines_allocate(pipeline *p)
{
    struct line_numbers *numbers = memory_array(p->arena, DECIMALS_READY + 1, sizeof *numbers);
    bool memory = numbers;

    for (int i = 0; memory && i <= DECIMALS_READY; i++) {
        numbers[i].text = memory_new(p->arena, READY_TEXTS * NUMBER_STRIDE + COPIED);
        memory = numbers[i].text;
    }
    p->line_column = memory_array(p->arena, p->reported + 1, sizeof *p->line_column);
    for (uint32_t i = p->kept; p->line_column && memory && i < p->reported; i++) {
        struct line_column *l = &p->line_column[i];
        column *c = l->from = &p->batch.column[p->report[i].port];
        if (c->type == RAPPORT_CATEGORY) {
            l->stride = LEVEL_STRIDE;
            l->text = make_levels(p, c, &memory);
        } else if (c->units && c->decimals <= DECIMALS_READY) {
            l->stride = NUMBER_STRIDE;
            l->numbers = &numbers[c->decimals];
            l->text = l->numbers->text;
        }
        l->ready = memory_array(p->arena, p->batch.room, sizeof *l->ready);
        memory = memory && l->ready;
    }
    return p->line_column && memory;
}

bool lines_header(text *out, const pipeline *p)
{
    for (uint32_t i = 0; i < p->reported; i++)
        if (!csv_write_text(out, p->report[i].name, strlen(p->report[i].name)) ||
            !text_add(out, ",", 1))
            return false;
    return text_add_string(out, "rapport_status,rapport_notes\n");
}

/* ---- status and notes ----------------------------------------------------------------- */

/* "alliance:cell-range", each once; a record that cannot be read: "row-short". */
static bool write_notes(text *line, const pipeline *p, const finding *first, const finding *end)
{
    size_t begin = line->length;

    for (const finding *f = first; f < end; f++) {
        const char *word = finding_word(f->code);
        bool said = false;
        for (const finding *g = first; g < f && !said; g++)
            said = g->stage == f->stage && strcmp(finding_word(g->code), word) == 0;
        if (said)
            continue;
        if (line->length > begin && !text_add_string(line, " "))
            return false;
        if (f->stage != FINDING_NOWHERE &&
            !(text_add_string(line, p->stage[f->stage].stage->name) && text_add_string(line, ":")))
            return false;
        if (!text_add_string(line, word))
            return false;
    }
    return true;
}

static const char *count_status(chunk_result *out, const finding *first, const finding *end)
{
    finding_kind worst = KIND_WARNING;

    for (const finding *f = first; f < end; f++)
        if (finding_kind_of(f->code) < worst)
            worst = finding_kind_of(f->code);
    out->records++;
    switch (worst) {
    case KIND_REJECTED:
        out->rejected++;
        return "rejected";
    case KIND_PARTIAL:
        out->partial++;
        return "partial";
    default:
        out->ok++;
        return "ok";
    }
}

static bool write_status(chunk_result *out, const pipeline *p, const finding *first,
                         const finding *end)
{
    return text_add_string(&out->report, count_status(out, first, end)) &&
           text_add(&out->report, ",", 1) && write_notes(&out->report, p, first, end) &&
           text_add(&out->report, "\n", 1);
}

/* ---- cells ------------------------------------------------------------------------------ */

static bool write_value(text *line, const column *c, uint32_t at)
{
    switch (c->type) {
    case RAPPORT_NUMBER:
        return csv_write_number(line, c->number[at], c->decimals);
    case RAPPORT_CATEGORY:
        if (c->category[at] < 0)
            return true;
        return csv_write_text(line, c->level[c->category[at]].code,
                              strlen(c->level[c->category[at]].code));
    default:
        return csv_write_text(line, c->bytes.bytes + c->offset[at],
                              (size_t)(c->offset[at + 1] - c->offset[at]));
    }
}

/* How many kept cells from the i-th on stand next to each other in a table with commas, fit to be
 * copied as they are; *length is theirs, the comma behind the last one included. */
static uint32_t neighbours(const pipeline *p, const csv_cell *cell, uint32_t i, size_t *length)
{
    const char *at = cell[i].at;
    uint32_t last = i;

    if (p->header->dialect.delimiter != ',' || !cell[i].plain)
        return 0;
    while (last + 1 < p->kept && cell[last + 1].plain &&
           cell[last + 1].at == cell[last].at + cell[last].length + 1)
        last++;
    *length = (size_t)(cell[last].at + cell[last].length - at) + 1;
    return last + 1 - i;
}

static bool write_kept(text *line, const pipeline *p, uint32_t at)
{
    const csv_cell *cell = &p->cell[(size_t)at * p->kept];
    size_t length;

    for (uint32_t i = 0, taken; i < p->kept; i += taken) {
        taken = neighbours(p, cell, i, &length);
        char *out = taken ? text_room(line, length) : NULL;
        if (taken && !out)
            return false;
        if (taken) {
            memcpy(out, cell[i].at, length - 1);
            out[length - 1] = ',';
            line->length += length;
        } else {
            taken = 1;
            if (!csv_write_cell(line, &cell[i]) || !text_add(line, ",", 1))
                return false;
        }
    }
    return true;
}

static bool write_columns(text *line, const pipeline *p, uint32_t at)
{
    const struct line_column *l = p->line_column + p->kept, *end = p->line_column + p->reported;
    const size_t most = (size_t)(end - l + 1) * COPIED;
    char *out = text_room(line, most);

    for (; out && l < end; l++) {
        const uint16_t which = l->ready[at];
        if (which != NOT_READY) {
            const char *ready = l->text + which * l->stride;
            memcpy(out, ready, COPIED);
            out += ready[l->stride - 1];
            continue;
        }
        line->length = (size_t)(out - line->bytes);
        if (!write_value(line, l->from, at) || !text_add(line, ",", 1))
            return false;
        out = text_room(line, most);
    }
    if (out)
        line->length = (size_t)(out - line->bytes);
    return out;
}

/* write_columns has left room for it. */
static void add_ok(text *line)
{
    static const char ok[] = { 'o', 'k', ',', '\n' };
    memcpy(line->bytes + line->length, ok, sizeof ok);
    line->length += sizeof ok;
}

/* One line; the row's findings are at `*f` and the next row's behind them. */
static bool write_row(chunk_result *out, const pipeline *p, uint32_t at, const finding **f,
                      const finding *end)
{
    const finding *mine = *f;

    while (*f < end && (*f)->row == at)
        ++*f;
    if (!write_kept(&out->report, p, at) || !write_columns(&out->report, p, at))
        return false;
    if (mine < *f)
        return write_status(out, p, mine, *f);
    out->records++;
    out->ok++;
    add_ok(&out->report);
    return true;
}

CPU_CLONES static void find_ready(struct line_column *l, uint32_t rows)
{
    if (l->numbers && !l->numbers->made && rows >= ENOUGH)
        make_numbers(l->numbers, l->from->decimals);
    if (!l->text || (l->numbers && !l->numbers->made)) {
        memset(l->ready, 0xff, rows * sizeof *l->ready);
        return;
    }
    if (l->stride == LEVEL_STRIDE) {
        for (uint32_t row = 0; row < rows; row++)
            l->ready[row] = (uint16_t)(l->from->category[row] + 1);
        return;
    }
    const int32_t *units = column_units(l->from, rows);
    for (uint32_t row = 0; row < rows; row++) {
        uint32_t ready = (uint32_t)units[row] <= READY ? (uint32_t)units[row] : NOT_READY;
        l->ready[row] = (uint16_t)(units[row] == UNITS_MISSING ? READY_MISSING : ready);
    }
}

bool lines_write(chunk_result *out, pipeline *p, size_t first_finding)
{
    const finding *all = p->found.first; /* NULL where nothing was ever found */
    const finding *f = all ? all + first_finding : NULL;
    const finding *end = all ? all + p->found.count : NULL;

    for (uint32_t i = p->kept; i < p->reported; i++)
        find_ready(&p->line_column[i], p->batch.rows);
    for (uint32_t at = 0; at < p->batch.rows; at++)
        if (!write_row(out, p, at, &f, end))
            return false;
    return true;
}
