/* piece.c - one chunk, scored: what goes into each file, and what there is to say. */
#include "process/piece.h"

#include <stdio.h>
#include <string.h>

#include "report/rejects.h"

/* "table.csv:12:3: al7 is above its maximum (allowed 1 to 7); alliance is blank in this row
 * [cell-range]" */
static bool add_message(piece *out, const pipeline *p, const finding *f, const char *words,
                        size_t length)
{
    const char code = (char)f->code;
    char place[64] = "";

    if (out->found[f->code]++ >= MESSAGES_SHOWN)
        return true;
    int digits = snprintf(place, sizeof place, ":%llu", (unsigned long long)f->line);
    if (f->cell != FINDING_NOWHERE)
        snprintf(place + digits, sizeof place - (size_t)digits, ":%u", f->cell + 1);
    return text_add(&out->messages, &code, 1) &&
           text_add_string(&out->messages, table_name(p->plan)) &&
           text_add_string(&out->messages, place) && text_add_string(&out->messages, ": ") &&
           text_add(&out->messages, words, length) && text_add_string(&out->messages, " [") &&
           text_add_string(&out->messages, finding_word(f->code)) &&
           text_add_string(&out->messages, "]\n");
}

static bool add_finding(piece *out, const pipeline *p, const finding *f, text *words)
{
    bool of_record = f->stage == FINDING_NOWHERE;
    const char *stage = of_record ? "input" : p->plan->stage[f->stage].name;

    words->length = 0;
    if (!finding_message(words, &p->found, f, stage) ||
        !add_message(out, p, f, words->bytes, words->length))
        return false;
    const reject r = { .line = f->line,
                       .record = f->record,
                       .cell = f->cell == FINDING_NOWHERE ? 0 : f->cell + 1,
                       .stage = stage,
                       .kind = finding_kind_word(finding_kind_of(f->code)),
                       .code = finding_word(f->code),
                       .message = words->bytes,
                       .message_length = words->length };
    out->warnings += finding_kind_of(f->code) == KIND_WARNING;
    return rejects_add(&out->rejects, &r, p->plan->formulas);
}

void piece_score(piece *out, const chunk *input, pipeline *stages, seen *seen)
{
    text words = { 0 };

    out->rejects.length = out->messages.length = out->changed.length = 0;
    out->rejects.full = out->scored.report.full = false;
    memset(out->found, 0, sizeof out->found);
    out->warnings = 0;
    out->outcome = chunk_score(&out->scored, input, stages, seen, &out->error);
    for (size_t i = 0; out->outcome == RAPPORT_DONE && i < stages->found.count; i++)
        if (!add_finding(out, stages, &stages->found.first[i], &words))
            out->outcome = fail_memory(&out->error);
    if (!text_add(&out->changed, stages->changed.bytes, stages->changed.length))
        out->outcome = fail_memory(&out->error);
    /* Then it was not memory that ran out, but the room that the other side can read. */
    out->full =
        out->outcome == RAPPORT_NO_RESOURCES && (out->scored.report.full || out->rejects.full);
    text_free(&words);
}

bool piece_message(const piece *of, size_t *at, uint32_t *code, const char **line, size_t *length)
{
    const char *begin = of->messages.bytes + *at;

    if (*at >= of->messages.length)
        return false;
    const char *end = memchr(begin + 1, '\n', of->messages.length - *at - 1);
    if (!end)
        return false; /* no worker has written that */
    *code = (unsigned char)*begin;
    if (*code >= FOUND_CODES)
        return false;
    *line = begin + 1;
    *length = (size_t)(end - *line);
    *at = (size_t)(end + 1 - of->messages.bytes);
    return true;
}
