/* trial.h - a pipeline tried on a table: INI files in the scratch folder, everything else in
 * memory. A plugin's tables and functions may stand in the test itself, see puppet_hold(). */
#ifndef RAPPORT_TESTS_TRIAL_H
#define RAPPORT_TESTS_TRIAL_H

#include "config/plan.h"
#include "pipeline/chunk.h"

/* What a test gives; NULL: the plainest. */
typedef struct given {
    const char *pipeline;  /* run.ini; else one stage, s, of one.ini, and the respondent id */
    const char *one, *two; /* one.ini, two.ini */
    const char *table;     /* else nothing is scored */
    const char *set[8];    /* as --set gives it */
} given;

/* What came of it. The texts are never NULL and end with a NUL. */
typedef struct trial {
    rapport_outcome outcome;
    const char *told;   /* mistakes, one a line */
    const char *tried;  /* places looked at */
    const char *notes;  /* what plugins said while binding */
    const char *report; /* without its header line */
    const char *header;
    const char *found; /* "LINE:CELL STAGE KIND CODE: MESSAGE", one a line; no cell: "LINE STAGE" */
    uint64_t records, ok, partial, rejected;
    plan plan;
    pipeline pipeline;

    memory arena; /* from here on: the trial's own */
    problems all;
    rapport_error error;
    text told_text, tried_text, notes_text, report_text, header_text, found_text;
    csv_header columns;
    seen seen;
    seen_run before;
    chunk_result result;
} trial;

/* The caller frees it. */
trial *try_out(const given *how);
void trial_free(trial *t);

/* The first lines of an instrument, six and those of `more`. */
#define ONE(more)                                                                                  \
    "[instrument]\nid = one\ntitle = One\nversion = 1\nlicence = CC0-1.0\nsource = here\n" more

/* What puppet.so brings from now on; it stands in the scratch folder as ./puppet.so. */
struct rapport_module;
void puppet_hold(const struct rapport_module *module);

/* The same with one scoring module, which scores like this and is nothing else. */
void puppet_hold_scoring(rapport_status (*score)(void *self, const rapport_answers *in,
                                                 rapport_output *out));

/* Puts a plugin of tests/faults/plugins into the scratch folder. */
void scratch_plugin(const char *name);

#endif
