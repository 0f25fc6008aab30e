/* chunk.c - one chunk: text in, text out.
 *
 * A stretch of the input that ends between two records becomes the stretch of the report
 * that stands for it: one line per record, in order, whatever was wrong with the record.
 * Where the input was cut, and who works on the next chunk, cannot be seen in what comes
 * out. Nothing here knows of files or processes.
 */
#include "pipeline/chunk.h"

#include <string.h>

#include "pipeline/fill.h"
#include "table/csv_write.h"

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

/* One line; the row's findings are at `*f` and the next row's behind them. */
static bool write_row(chunk_result *out, const pipeline *p, uint32_t at, const finding **f,
                      const finding *end)
{
    text *line = &out->report;
    const finding *mine = *f;

    while (*f < end && (*f)->row == at)
        ++*f;
    for (uint32_t i = 0; i < p->reported; i++) {
        const report_column *c = &p->report[i];
        bool written = i < p->kept ? csv_write_cell(line, &p->cell[(size_t)at * p->kept + i])
                                   : write_value(line, &p->batch.column[c->port], at);
        if (!written || !text_add(line, ",", 1))
            return false;
    }
    return text_add_string(line, count_status(out, mine, *f)) && text_add(line, ",", 1) &&
           write_notes(line, p, mine, *f) && text_add(line, "\n", 1);
}

static rapport_outcome write_rows(chunk_result *out, const pipeline *p, size_t first_finding,
                                  rapport_error *error)
{
    const finding *all = p->found.first; /* NULL where nothing was ever found */
    const finding *f = all ? all + first_finding : NULL;
    const finding *end = all ? all + p->found.count : NULL;

    for (uint32_t at = 0; at < p->batch.rows; at++)
        if (!write_row(out, p, at, &f, end))
            return fail_memory(error);
    return RAPPORT_DONE;
}

rapport_outcome chunk_score(chunk_result *out, const chunk *input, pipeline *stages, seen *before,
                            rapport_error *error)
{
    uint64_t record = input->first_record - 1;

    out->report.length = 0;
    out->found = &stages->found;
    out->records = out->ok = out->partial = out->rejected = 0;
    stages->found.count = 0;
    stages->found.words.length = 0;
    csv_begin(&stages->scan, input->bytes, input->length, input->first_line);
    for (;;) {
        size_t noted = stages->found.count;
        rapport_outcome outcome = fill_batch(stages, before, &record, error);
        if (outcome != RAPPORT_DONE || stages->batch.rows == 0)
            return outcome;
        outcome = pipeline_run(stages, error);
        if (outcome != RAPPORT_DONE)
            return outcome;
        findings_sort(&stages->found, noted);
        outcome = write_rows(out, stages, noted, error);
        if (outcome != RAPPORT_DONE)
            return outcome;
    }
}

bool chunk_header(text *out, const pipeline *stages)
{
    for (uint32_t i = 0; i < stages->reported; i++)
        if (!csv_write_text(out, stages->report[i].name, strlen(stages->report[i].name)) ||
            !text_add(out, ",", 1))
            return false;
    return text_add_string(out, "rapport_status,rapport_notes\n");
}
