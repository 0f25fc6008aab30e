/* lines.c - the rows of a batch become lines of the report.
 *
 * Nearly every cell is a number of few digits or one of a band's names. The first of its kind is
 * written with care and kept, comma and all; those after it are copies.
 */
#include "pipeline/lines.h"

#include <string.h>

#include "cpu.h"
#include "pipeline/fill.h"
#include "table/csv_write.h"
#include "table/number.h"

/* Kept texts lie one behind the other. Their first byte is how long they are, comma included; 0:
 * there is none yet. They are told apart by how many STEPs they are from the first one. */
enum {
    STEP = 8,
    NUMBER_ROOM = STEP - 1,
    LEVEL_STEPS = 2,
    LEVEL_ROOM = LEVEL_STEPS * STEP - 1,
    COPIED = 16, /* bytes, however long the text is: that takes one instruction */
    SHORT = 32,  /* likewise of kept cells */

    MOST_UNITS = 10000, /* 100.00: the highest number of units whose text is kept */
    TEXT_MISSING,       /* a lone comma */
    TEXT_NEVER,         /* is never kept */
    MOST_LEVELS = TEXT_NEVER / LEVEL_STEPS - 1,
    TEXTS_BYTES = (TEXT_NEVER + 1) * STEP + COPIED
};

/* One column of the report as it is written. */
typedef struct line_column {
    char *text;      /* shared by the numbers with as many decimals */
    uint16_t *which; /* of each row: which text */
    column *from;
    size_t room; /* of one text; 0: none are kept */
    formulas formulas;
} line_column;

/* ---- room for texts --------------------------------------------------------------------- */

static bool allocate_texts(line_column *l, char *of_decimals[NUMBER_MOST_DECIMALS + 1],
                           memory *arena)
{
    static char none[STEP + COPIED]; /* one text that is never kept */
    const column *c = l->from;

    l->text = none;
    if (c->type == RAPPORT_CATEGORY && c->levels <= MOST_LEVELS) {
        l->room = LEVEL_ROOM;
        l->text = memory_array(arena, c->levels + 2, LEVEL_STEPS * STEP);
    } else if (c->units) {
        l->room = NUMBER_ROOM;
        char **shared = &of_decimals[c->decimals];
        *shared = *shared ? *shared : memory_new(arena, TEXTS_BYTES);
        l->text = *shared;
    }
    return l->text;
}

bool lines_allocate(pipeline *p)
{
    char *of_decimals[NUMBER_MOST_DECIMALS + 1] = { 0 };
    bool memory = (p->line_column = memory_array(p->arena, p->reported + 1, sizeof(line_column)));

    for (uint32_t i = p->kept; memory && i < p->reported; i++) {
        line_column *l = &p->line_column[i];
        l->from = &p->batch.column[p->report[i].port];
        l->formulas = p->plan->formulas;
        l->which = memory_array(p->arena, p->batch.room, sizeof *l->which);
        memory = l->which && allocate_texts(l, of_decimals, p->arena);
    }
    return memory;
}

bool lines_header(text *out, const pipeline *p)
{
    for (uint32_t i = 0; i < p->reported; i++)
        if (!csv_write_text(out, p->report[i].name, strlen(p->report[i].name), p->plan->formulas) ||
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

static bool write_value(text *line, const line_column *l, uint32_t at)
{
    const column *c = l->from;

    switch (c->type) {
    case RAPPORT_NUMBER:
        return csv_write_number(line, c->number[at], c->decimals);
    case RAPPORT_CATEGORY:
        if (c->category[at] < 0)
            return true;
        return csv_write_text(line, c->level[c->category[at]].code,
                              strlen(c->level[c->category[at]].code), l->formulas);
    default:
        return csv_write_text(line, c->bytes.bytes + c->offset[at],
                              (size_t)(c->offset[at + 1] - c->offset[at]), l->formulas);
    }
}

/* One by one, with quotes where they are needed. */
static bool write_kept_cells(text *line, const pipeline *p, uint32_t at)
{
    const csv_cell *cell = &p->cell[(size_t)at * p->kept];

    for (uint32_t i = 0; i < p->kept; i++)
        if (!csv_write_cell(line, &cell[i], p->plan->formulas) || !text_add(line, ",", 1))
            return false;
    return true;
}

static bool write_kept(text *line, const pipeline *p, uint32_t at)
{
    const row *r = &p->row[at];

    if (r->together == 0)
        return write_kept_cells(line, p, at);
    char *out = text_room(line, r->together + SHORT);
    if (!out)
        return false;
    if (r->together <= SHORT && p->end - r->kept >= SHORT)
        memcpy(out, r->kept, SHORT);
    else
        memcpy(out, r->kept, r->together);
    out[r->together] = ',';
    line->length += r->together + 1;
    return true;
}

/* A cell with care, after those up to `end`. From then on its text is there to be copied. Returns
 * where the next one is written, with room for `more` bytes; NULL: out of memory. */
static char *write_and_keep(text *line, char *end, const line_column *l, uint32_t at, size_t more)
{
    const size_t begin = (size_t)(end - line->bytes);
    const size_t which = l->which[at];
    char *kept = l->text + which * STEP;

    line->length = begin;
    if (!write_value(line, l, at) || !text_add(line, ",", 1))
        return NULL;
    const size_t length = line->length - begin;
    if (which != TEXT_NEVER && length <= l->room) {
        memcpy(kept + 1, line->bytes + begin, length);
        *kept = (char)length;
    }
    return text_room(line, more);
}

static bool write_columns(text *line, const pipeline *p, uint32_t at)
{
    const line_column *l = p->line_column + p->kept, *end = p->line_column + p->reported;
    const size_t most = (size_t)(end - l + 1) * COPIED;
    char *out = text_room(line, most);

    if (!out)
        return false;
    for (; l < end; l++) {
        const char *kept = l->text + (size_t)l->which[at] * STEP;
        const size_t length = (unsigned char)*kept;
        memcpy(out, kept + 1, COPIED);
        out += length;
        if (length == 0 && !(out = write_and_keep(line, out, l, at, most)))
            return false;
    }
    line->length = (size_t)(out - line->bytes);
    return true;
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

/* 32 bytes at a time, each lane on its own for as long as it cannot overflow. */
CPU_CLONES static uint64_t count_ends(const char *bytes, size_t length)
{
    enum { LANES = 32, ROUNDS = 255 };
    uint64_t ends = 0;

    while (length >= LANES) {
        const size_t most = length / LANES, rounds = most < ROUNDS ? most : ROUNDS;
        uint8_t lane[LANES] = { 0 };
        for (size_t round = 0; round < rounds; round++, bytes += LANES)
            for (unsigned i = 0; i < LANES; i++)
                lane[i] = (uint8_t)(lane[i] + (bytes[i] == '\n'));
        for (unsigned i = 0; i < LANES; i++)
            ends += lane[i];
        length -= rounds * LANES;
    }
    for (; length > 0; length--)
        ends += *bytes++ == '\n';
    return ends;
}

bool lines_are(const char *lines, size_t length, uint64_t count, cpu_level level)
{
    if (length == 0 || lines[length - 1] != '\n')
        return length == 0 && count == 0;
    if (!memchr(lines, '"', length))
        return count_ends(lines, length) == count;
    const csv_stretch whole = csv_measure(lines, length, ',', 0, level);
    return whole.length == length && whole.records == count;
}

/* Which text stands for each row. */
CPU_CLONES static void find_texts(const line_column *l, uint32_t rows)
{
    uint16_t *which = l->which;

    if (l->room == LEVEL_ROOM) {
        const int32_t *level = l->from->category;
        for (uint32_t row = 0; row < rows; row++)
            which[row] = (uint16_t)(LEVEL_STEPS * (level[row] + 1));
    }
    if (l->room != NUMBER_ROOM)
        return;
    const int32_t *units = column_units(l->from, rows);
    for (uint32_t row = 0; row < rows; row++) {
        const uint16_t told =
            (uint16_t)((uint32_t)units[row] <= MOST_UNITS ? units[row] : TEXT_NEVER);
        which[row] = units[row] == UNITS_MISSING ? TEXT_MISSING : told;
    }
}

bool lines_write(chunk_result *out, pipeline *p, size_t first_finding)
{
    const finding *all = p->found.first; /* NULL where nothing was ever found */
    const finding *f = all ? all + first_finding : NULL;
    const finding *end = all ? all + p->found.count : NULL;

    for (uint32_t i = p->kept; i < p->reported; i++)
        find_texts(&p->line_column[i], p->batch.rows);
    for (uint32_t at = 0; at < p->batch.rows; at++)
        if (!write_row(out, p, at, &f, end))
            return false;
    return true;
}
