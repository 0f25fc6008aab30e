/* fuzz_chunk.c - any chunk gives a line for every record, the same whether its records are read
 * many at once or one by one with care. The pipeline is fixed. */
#define _GNU_SOURCE
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "scratch.h"
#include "trial.h"

static double answer_at(const rapport_answers *in, uint32_t item, uint32_t row)
{
    if (!in->small)
        return in->keyed[item][row];
    return in->small[item][row] == RAPPORT_NO_ANSWER ? NAN : in->small[item][row];
}

static rapport_status score_sum(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < in->rows; row++) {
        out->number[0][row] = 0;
        for (uint32_t i = 0; i < in->items; i++)
            out->number[0][row] += answer_at(in, i, row);
    }
    return RAPPORT_OK;
}

static const char pipeline_file[] =
    "[pipeline]\nstages = s\nrespondent = id\nsession = n\nkeep = note\n"
    "[input]\nmissing = NA\n[limits]\nfield = 40\nrecord = 200\n"
    "[stage s]\ninstrument = ./one.ini\n";
static const char instrument_file[] =
    ONE("answers = 0..4\nmissing = 2\nnot_applicable = NAP 9\n"
        "[item a]\nreverse = yes\n[item b]\nwhole = no\n"
        "[scale t]\nitems = a b\nneeded = any\nscoring = ./puppet.so\nbands = 0 low, 4 high\n");

/* Kept for the life of the program. */
static trial *bound(const char *kernel, const char *batch)
{
    static const rapport_scoring sum = { .size = sizeof sum,
                                         .flags = RAPPORT_TAKES_SMALL,
                                         .id = "sum",
                                         .version = "1.0.0",
                                         .title = "Sum",
                                         .doc = "A sum.",
                                         .score = score_sum };
    static const rapport_scoring *const list[] = { &sum, NULL };
    static const rapport_module module = { .size = sizeof module, .scoring = list };

    puppet_hold(&module);
    setenv("RAPPORT_CPU", kernel, 1);
    trial *t = try_out(&(given){ .pipeline = pipeline_file,
                                 .one = instrument_file,
                                 .table = "id,n,note,a,b\n",
                                 .set = { batch } });
    if (t->outcome != RAPPORT_DONE) {
        fputs(t->told, stderr);
        abort();
    }
    return t;
}

static rapport_outcome score(trial *t, const char *text, size_t length)
{
    const chunk input = {
        .bytes = text, .length = length, .first_line = 2, .first_record = 1, .before = &t->before
    };
    return chunk_score(&t->result, &input, &t->pipeline, &t->seen, &t->error);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static trial *best, *careful;

    if (!best) {
        scratch_begin();
        best = bound("", "run.batch=1024");
        careful = bound("plain", "run.batch=1");
        careful->pipeline.block.longest = 0; /* as if every record were too long to be believed */
    }
    char *text = malloc(length ? length : 1); /* ends where its memory ends */
    if (!text)
        abort();
    memcpy(text, bytes, length);

    const rapport_outcome outcome = score(best, text, length);
    const bool alike = score(careful, text, length) == outcome;
    const struct text *a = &best->result.report, *b = &careful->result.report;
    if (!alike || (outcome != RAPPORT_DONE && outcome != RAPPORT_BAD_INPUT))
        abort();
    if (outcome == RAPPORT_DONE) {
        if (a->length != b->length || (a->length && memcmp(a->bytes, b->bytes, a->length) != 0))
            abort(); /* another report */
        const uint64_t records = csv_records(text, length, ',');
        if (best->result.records != records || careful->result.records != records)
            abort(); /* a record without a row */
        if (a->length && csv_records(a->bytes, a->length, ',') != records)
            abort(); /* a row without a line */
        if (best->result.found->count != careful->result.found->count)
            abort(); /* other findings */
    }
    free(text);
    return 0;
}
