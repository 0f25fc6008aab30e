/* pipeline.c - pushes one batch through all stages, and lets them go in the end. */
#include "pipeline/pipeline.h"

#include "cpu.h"
#include "pipeline/call.h"
#include "pipeline/scale.h"
#include "table/number.h"

bool pipeline_note(pipeline *p, finding f)
{
    f.record = p->row[f.row].record;
    f.line = p->row[f.row].line;
    return findings_add(&p->found, &f);
}

/* One look at all, as nearly always none is; what is missing, which is NaN, does not count. */
CPU_CLONES static bool any_outside(const double *number, const borrowed *b, uint32_t rows)
{
    int outside = 0;

    for (uint32_t at = 0; at < rows; at++)
        outside |= (number[at] < b->low) | (number[at] > b->high);
    return outside;
}

/* Answers of the table were judged when they were read; those of earlier stages are here. */
static bool judge_borrowed(pipeline *p, uint32_t stage)
{
    for (uint32_t i = 0; i < p->borrowings; i++) {
        const borrowed *b = &p->borrowed[i];
        const double *number = p->batch.column[b->port].number;
        const bool any = b->stage == stage && any_outside(number, b, p->batch.rows);
        for (uint32_t at = 0; any && at < p->batch.rows; at++) {
            int side = number_side(number[at], b->low, b->high);
            if (side == 0)
                continue;
            p->stage[stage].blank[at] |= BLANK_FOUND;
            if (!pipeline_note(p, (finding){ .row = at,
                                             .rank = FINDING_OF_STAGE,
                                             .cell = FINDING_NOWHERE,
                                             .stage = stage,
                                             .code = side < 0 ? FOUND_BELOW : FOUND_ABOVE,
                                             .subject = b->subject,
                                             .low = b->low,
                                             .high = b->high }))
                return false;
        }
    }
    return true;
}

static void blank_columns(pipeline *p, const stage_run *stage, rapport_port first, uint32_t count)
{
    const unsigned char *blank = stage->blank;
    const uint32_t rows = p->batch.rows;
    unsigned char any = 0;

    for (uint32_t at = 0; at < rows; at++) /* nearly always there is none */
        any |= blank[at];
    for (uint32_t at = 0; any && at < rows; at++)
        for (uint32_t i = 0; blank[at] && i < count; i++)
            column_blank(&p->batch.column[first + i], at, at + 1);
}

static bool settle_texts(pipeline *p, const stage_run *stage)
{
    for (rapport_port i = stage->output; i < stage->output + stage->outputs; i++)
        if (p->batch.column[i].type == RAPPORT_TEXT &&
            !column_settle_text(&p->batch.column[i], p->batch.rows))
            return false;
    return true;
}

/* The order that is promised for one batch at one stage: see plugin.h and the README. */
static bool run_stage(pipeline *p, uint32_t at)
{
    stage_run *stage = &p->stage[at];
    const instrument *in = &stage->stage->instrument;

    if (!judge_borrowed(p, at))
        return false;
    scale_key(p, stage);
    for (uint32_t i = 0; i < in->scales; i++)
        scale_score(p, stage, &stage->scale[i]);
    if (in->plugin && !call_process(p, stage))
        return false;
    blank_columns(p, stage, stage->score, stage->scores);
    blank_columns(p, stage, stage->output, stage->outputs);
    return settle_texts(p, stage) && !p->out_of_memory;
}

void pipeline_tidy(pipeline *p, const module *of)
{
    const unsigned char changed = manners_restore(&p->manners);
    char *known = p->changed.bytes + of->nth;

    *known = (char)(*known | changed);
}

rapport_outcome pipeline_run(pipeline *p, rapport_error *error)
{
    call_begin(p);
    manners_keep(&p->manners);
    for (uint32_t i = 0; i < p->stages && !p->wrote; i++)
        if (!run_stage(p, i))
            return fail_memory(error);
    if (p->wrote)
        return fail(error, RAPPORT_PLUGIN_FAILED,
                    "%s:%llu: plugin %s of stage %s wrote beyond its outputs on a record from here "
                    "on; mend it, or have it lose these rows alone with isolation = process; an "
                    "older report is untouched [plugin-wrote]",
                    table_name(p->plan), (unsigned long long)p->row[0].line, p->wrote, p->wrote_in);
    return RAPPORT_DONE;
}

static void unbind(const pipeline *p, const module *of, void (*unbind)(void *self), void *self)
{
    if (!unbind)
        return;
    module_enter(&p->plan->modules, of);
    unbind(self);
    module_enter(&p->plan->modules, NULL);
}

static void unbind_scales(const pipeline *p, const stage_run *stage)
{
    for (uint32_t i = 0; stage->scale && i < stage->stage->instrument.scales; i++) {
        const scale_run *run = &stage->scale[i];
        if (run->bound)
            unbind(p, run->scale->module, run->scale->scoring->unbind, run->self);
    }
}

void pipeline_finish(pipeline *p)
{
    manners kept;

    manners_keep(&kept);
    for (uint32_t i = 0; i < p->stages; i++) {
        stage_run *stage = &p->stage[i];
        const instrument *in = stage->stage ? &stage->stage->instrument : NULL;
        if (stage->bound)
            unbind(p, in->module, in->plugin->unbind, stage->self);
        if (in)
            unbind_scales(p, stage);
    }
    manners_restore(&kept);
    batch_finish(&p->batch);
    csv_close(&p->scan);
    csv_block_close(&p->block);
    findings_free(&p->found);
    *p = (pipeline){ 0 };
}
