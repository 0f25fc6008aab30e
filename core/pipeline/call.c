/* call.c - the only two places where a plugin's code touches rows.
 *
 * A call that fails on a batch is made again row by row, so that exactly the rows on which
 * the plugin fails are lost: results may not depend on how rows were cut into batches, and
 * neither may failures.
 */
#include "pipeline/call.h"

#include <math.h>

#include "cpu.h"
#include "table/number.h"
#include "utf8.h"

size_t call_bytes(const pipeline *p)
{
    const size_t ports = p->batch.columns + (size_t)1;

    return stretch_piece(ports * sizeof *p->seen_number) +
           stretch_piece(ports * sizeof *p->seen_category) +
           stretch_piece(ports * sizeof *p->seen_text) +
           stretch_piece(ports * sizeof *p->seen_text_at);
}

bool call_allocate(pipeline *p)
{
    const uint32_t ports = p->batch.columns + 1;

    p->seen_number = stretch_take(&p->batch.seen, ports * sizeof *p->seen_number);
    p->seen_category = stretch_take(&p->batch.seen, ports * sizeof *p->seen_category);
    p->seen_text = stretch_take(&p->batch.seen, ports * sizeof *p->seen_text);
    p->seen_text_at = stretch_take(&p->batch.seen, ports * sizeof *p->seen_text_at);
    p->out_number = memory_array(p->arena, ports, sizeof *p->out_number);
    p->out_category = memory_array(p->arena, ports, sizeof *p->out_category);
    return p->seen_number && p->seen_category && p->seen_text && p->seen_text_at && p->out_number &&
           p->out_category;
}

void call_begin(pipeline *p)
{
    p->seen_end = 0;
}

/* Where plugins see something: they cannot write to it there. NULL stays NULL. */
static const void *shown(const pipeline *p, const void *at)
{
    return at ? stretch_shown(&p->batch.seen, at) : NULL;
}

/* The batch from `first` on, as far as columns before `end` are filled. Those that have been seen
 * from there are where they were. */
static rapport_batch view(pipeline *p, rapport_port end, uint32_t first, uint32_t rows)
{
    if (first != p->seen_first)
        p->seen_end = 0;
    p->seen_first = first;
    for (rapport_port i = p->seen_end; i < end; i++) {
        const column *c = &p->batch.column[i];
        const bool seen = c->number && (!c->small || c->seen);
        p->seen_number[i] = shown(p, seen ? c->number + first : NULL);
        p->seen_category[i] = shown(p, c->category ? c->category + first : NULL);
        p->seen_text[i] = (rapport_text){ .offset = shown(p, c->offset ? c->offset + first : NULL),
                                          .bytes = c->bytes.bytes };
        p->seen_text_at[i] = shown(p, c->offset ? &p->seen_text[i] : NULL);
    }
    p->seen_end = end;
    return (rapport_batch){ .size = sizeof(rapport_batch),
                            .rows = rows,
                            .number = shown(p, p->seen_number),
                            .category = shown(p, p->seen_category),
                            .text = shown(p, p->seen_text_at) };
}

/* Outputs first..first+count-1 of the batch, missing to begin with. `numbers` is where the
 * plugin's first number goes: 0, or 1 where the score stands before them. */
static void offer_outputs(pipeline *p, rapport_port first, uint32_t count, uint32_t numbers,
                          uint32_t row, uint32_t rows)
{
    for (uint32_t i = 0; i < count; i++) {
        column *c = &p->batch.column[first + i];
        column_blank(c, row, row + rows);
        column_fence(c, row, rows);
        p->out_number[numbers + i] = c->number ? c->number + row : NULL;
        p->out_category[numbers + i] = c->category ? c->category + row : NULL;
    }
}

static bool fences_stand(const pipeline *p, rapport_port first, uint32_t count, uint32_t row,
                         uint32_t rows)
{
    bool stand = true;

    for (uint32_t i = 0; i < count; i++)
        stand = stand && column_fence_stands(&p->batch.column[first + i], row, rows);
    return stand;
}

/* A plugin has written where it may not, and nobody knows where else. So whatever is in this
 * process's memory is forgotten: if somebody looks on, by ending it. */
static void give_up(pipeline *p, const stage_run *stage, const char *plugin)
{
    if (p->watch)
        watch_end_process(WATCH_WROTE);
    p->wrote = plugin;
    p->wrote_in = stage->stage->name;
}

/* Once for a row, however many of the stage's scales fail on it. */
static void note_failed(pipeline *p, stage_run *stage, const char *plugin, uint32_t row,
                        finding_code code, uint32_t signal)
{
    if (stage->blank[row] & BLANK_FAILED)
        return;
    stage->blank[row] |= BLANK_FAILED;
    if (!pipeline_note(p, (finding){ .row = row,
                                     .rank = FINDING_OF_STAGE,
                                     .cell = FINDING_NOWHERE,
                                     .stage = stage->host_self.stage,
                                     .code = code,
                                     .count = signal,
                                     .subject = plugin }))
        p->out_of_memory = true;
}

static bool by_row(const pipeline *p)
{
    return p->watch && p->watch->by_row;
}

/* Whether the stage's plugins are not called on this row, because one of them ended its process on
 * it, or took too long; which is noted. */
static bool is_left_out(pipeline *p, stage_run *stage, const char *plugin, uint32_t row)
{
    const watch_skip *why = watch_skipped(p->watch, stage->host_self.stage, p->row[row].record);

    if (why)
        note_failed(p, stage, plugin, row, why->code, why->signal);
    return why;
}

/* ---- a scoring module --------------------------------------------------------------- */

CPU_CLONES static void put_ones(double *out, uint32_t rows)
{
    for (uint32_t row = 0; row < rows; row++)
        out[row] = 1;
}

/* `left_out`: all is made ready, and that is all. */
static rapport_status score_rows(pipeline *p, stage_run *stage, scale_run *s, uint32_t first,
                                 uint32_t rows, bool left_out)
{
    uint32_t items = s->scale->shown.items, extras = s->scale->scoring->extra.count;
    column *score = &p->batch.column[s->score];

    const bool small = stage->small && (s->scale->scoring->flags & RAPPORT_TAKES_SMALL);
    for (uint32_t i = 0; small && i < items; i++)
        s->small_slice[i] = shown(p, s->small[i] + first);
    for (uint32_t i = 0; !small && i < items; i++)
        s->slice[i] = shown(p, s->keyed[i] + first);
    put_ones(p->denominator + first, rows);
    column_blank(score, first, first + rows);
    column_fence(score, first, rows);
    const uint64_t before = numbers_fence(p->denominator + first, rows);
    offer_outputs(p, s->extra, extras, 1, first, rows);
    p->out_number[0] = score->number + first;
    s->host_self.first_row = first;
    s->host_self.rows = rows;

    if (left_out)
        return RAPPORT_OK;
    const rapport_batch columns = view(p, stage->score, first, rows);
    const rapport_answers answers = { .size = sizeof answers,
                                      .rows = rows,
                                      .items = items,
                                      .keyed = small ? NULL : s->slice,
                                      .small = small ? s->small_slice : NULL,
                                      .answered = shown(p, p->answered + first),
                                      .applicable = shown(p, p->applicable + first),
                                      .columns = &columns };
    rapport_output out = { .size = sizeof out,
                           .rows = rows,
                           .number = p->out_number,
                           .category = p->out_category,
                           .denominator = p->denominator + first };
    watch_begin(p->watch, stage->host_self.stage, p->row[first].record);
    const rapport_status status = s->scale->scoring->score(s->self, &answers, &out);
    pipeline_tidy(p, s->scale->module);
    if (!fences_stand(p, s->extra, extras, first, rows) ||
        !column_fence_stands(score, first, rows) ||
        !numbers_fence_stands(p->denominator + first, rows, before))
        give_up(p, stage, s->scale->scoring->id);
    watch_end(p->watch);
    return status;
}

void call_score(pipeline *p, stage_run *stage, scale_run *s)
{
    const char *plugin = s->scale->scoring->id;
    size_t noted = p->found.count;

    if (!by_row(p) && score_rows(p, stage, s, 0, p->batch.rows, false) == RAPPORT_OK)
        return;
    p->found.count = noted; /* each row will say it again for itself */
    for (uint32_t row = 0; row < p->batch.rows; row++) {
        const bool left_out = is_left_out(p, stage, plugin, row);
        if (score_rows(p, stage, s, row, 1, left_out) != RAPPORT_OK)
            note_failed(p, stage, plugin, row, FOUND_PLUGIN_FAILED, 0);
    }
}

/* ---- an instrument's plugin --------------------------------------------------------- */

/* UTF-8 without control characters, line ends and tabs allowed: what a report can hold. */
static bool text_fits(const char *bytes, size_t length)
{
    for (size_t i = 0, step; i < length; i += step) {
        step = utf8_length(bytes + i, length - i);
        bool white = bytes[i] == '\n' || bytes[i] == '\t';
        if (step == 0 || (utf8_control(bytes + i, length - i) && !white))
            return false;
    }
    return true;
}

static rapport_status write_text(void *self, uint32_t output, uint32_t row, const char *bytes,
                                 size_t length)
{
    host_self *h = self;
    pipeline *p = h->pipeline;
    stage_run *stage = &p->stage[h->stage];
    column *c = &p->batch.column[stage->output + output];

    if (output >= stage->outputs || !text_fits(bytes, length) || c->type != RAPPORT_TEXT ||
        row >= h->rows)
        return RAPPORT_NOT_SUPPORTED;
    return column_write_text(c, h->first_row + row, bytes, length) ? RAPPORT_OK : RAPPORT_NO_MEMORY;
}

static rapport_status process_rows(pipeline *p, stage_run *stage, uint32_t first, uint32_t rows,
                                   bool left_out)
{
    offer_outputs(p, stage->output, stage->outputs, 0, first, rows);
    stage->host_self.first_row = first;
    stage->host_self.rows = rows;

    if (left_out)
        return RAPPORT_OK;
    const rapport_batch batch = view(p, stage->output, first, rows);
    rapport_output out = { .size = sizeof out,
                           .rows = rows,
                           .number = p->out_number,
                           .category = p->out_category,
                           .self = &stage->host_self,
                           .text = write_text };
    watch_begin(p->watch, stage->host_self.stage, p->row[first].record);
    const rapport_status status =
        stage->stage->instrument.plugin->process(stage->self, &batch, &out);
    pipeline_tidy(p, stage->stage->instrument.module);
    if (!fences_stand(p, stage->output, stage->outputs, first, rows))
        give_up(p, stage, stage->stage->instrument.plugin->id);
    watch_end(p->watch);
    return status;
}

static finding about(const stage_run *stage, const column *c, uint32_t row, finding_code code)
{
    return (finding){ .row = row,
                      .rank = FINDING_OF_STAGE,
                      .cell = FINDING_NOWHERE,
                      .stage = stage->host_self.stage,
                      .code = code,
                      .subject = c->name };
}

static bool note_range(pipeline *p, stage_run *stage, const column *c, uint32_t row)
{
    finding f = about(stage, c, row, FOUND_PLUGIN_RANGE);

    stage->blank[row] |= BLANK_FOUND;
    f.low = c->low;
    f.high = c->high;
    return pipeline_note(p, f);
}

bool call_blank_infinite(pipeline *p, stage_run *stage, column *c)
{
    for (uint32_t row = 0; row < p->batch.rows; row++) {
        if (!isinf(c->number[row]))
            continue;
        c->number[row] = NAN;
        if (!pipeline_note(p, about(stage, c, row, FOUND_PLUGIN_INFINITE)))
            return false;
    }
    return true;
}

/* What the plugin's table promised, row by row: a number in its range, a level that exists. */
static bool hold_to_promise(pipeline *p, stage_run *stage, column *c)
{
    if (c->type == RAPPORT_NUMBER && !call_blank_infinite(p, stage, c))
        return false;
    for (uint32_t row = 0; row < p->batch.rows; row++) {
        bool broken = false;
        if (c->type == RAPPORT_NUMBER) {
            broken = c->low < c->high && !(c->number[row] >= c->low && c->number[row] <= c->high) &&
                     number_side(c->number[row], c->low, c->high) != 0;
        } else if (c->type == RAPPORT_CATEGORY) {
            broken = c->category[row] < -1 || c->category[row] >= (int32_t)c->levels;
        }
        if (broken && !note_range(p, stage, c, row))
            return false;
    }
    return true;
}

bool call_hold(pipeline *p, stage_run *stage, rapport_port first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (!hold_to_promise(p, stage, &p->batch.column[first + i]))
            return false;
    return true;
}

bool call_process(pipeline *p, stage_run *stage)
{
    for (rapport_port i = stage->output; i < stage->output + stage->outputs; i++)
        if (p->batch.column[i].type == RAPPORT_TEXT)
            column_begin_text(&p->batch.column[i]);
    const char *plugin = stage->stage->instrument.plugin->id;
    size_t noted = p->found.count;
    if (by_row(p) || process_rows(p, stage, 0, p->batch.rows, false) != RAPPORT_OK) {
        p->found.count = noted; /* each row will say it again for itself */
        for (uint32_t row = 0; row < p->batch.rows; row++) {
            const bool left_out = is_left_out(p, stage, plugin, row);
            if (process_rows(p, stage, row, 1, left_out) != RAPPORT_OK)
                note_failed(p, stage, plugin, row, FOUND_PLUGIN_FAILED, 0);
        }
    }
    return call_hold(p, stage, stage->output, stage->outputs);
}
