/* chunk.c - one chunk: text in, text out.
 *
 * A worker gets a stretch of the input that ends between two records, and gives back the
 * stretch of the report that stands for it: one line per record, in order, whatever was
 * wrong with the record. Where the input was cut, and who works on the next chunk, cannot
 * be seen in what comes out. Nothing here knows of files or processes.
 */
#include "pipeline/chunk.h"

#include "pipeline/fill.h"
#include "pipeline/lines.h"

/* Its lines have no room: it will be scored again, maybe after the next chunk was, in which what
 * stands here must be known to stand twice. */
static void note_rest(pipeline *stages, seen *seen)
{
    while (fill_batch(stages, seen, NULL) == RAPPORT_DONE && stages->batch.rows > 0)
        ;
}

static rapport_outcome score_batches(chunk_result *out, pipeline *stages, seen *seen,
                                     rapport_error *error)
{
    for (;;) {
        size_t noted = stages->found.count;
        rapport_outcome outcome = fill_batch(stages, seen, error);
        if (outcome != RAPPORT_DONE || stages->batch.rows == 0)
            return outcome;
        outcome = pipeline_run(stages, error);
        if (outcome != RAPPORT_DONE)
            return outcome;
        findings_sort(&stages->found, noted);
        if (!lines_write(out, stages, noted)) {
            if (seen->everywhere)
                note_rest(stages, seen);
            return fail_memory(error);
        }
    }
}

rapport_outcome chunk_score(chunk_result *out, const chunk *input, pipeline *stages, seen *seen,
                            rapport_error *error)
{
    out->report.length = 0;
    out->found = &stages->found;
    out->records = out->ok = out->partial = out->rejected = 0;
    stages->found.count = 0;
    stages->found.words.length = 0;
    fill_begin(stages, input);
    seen_begin(seen, input->before);
    rapport_outcome outcome = score_batches(out, stages, seen, error);
    seen_end(seen, &out->edges);
    return outcome;
}
