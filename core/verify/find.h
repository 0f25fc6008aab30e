/* find.h - where the files lie that a provenance names: it knows no folders. */
#ifndef RAPPORT_VERIFY_FIND_H
#define RAPPORT_VERIFY_FIND_H

#include "config/config.h"
#include "error.h"
#include "memory.h"
#include "report/provenance.h"
#include "sha256.h"
#include "text.h"

/* One file that is looked for. Of several places that may be meant the one counts whose bytes
 * agree, else the first where there is a file. */
typedef struct hunt {
    const provenance_file *wanted;
    const char *path;  /* NULL: nowhere; the arena's, or the caller's */
    const char *given; /* where somebody said it is; NULL: nobody did */
    bool agrees;
    int reason; /* why the file at `path` could not be read; 0: it could */
} hunt;

/* What is known of where things lie. */
typedef struct finder {
    const provenance *facts;
    const char *report;           /* its path */
    const char *input, *pipeline; /* as given; NULL: not given */
    text *tried;                  /* places looked at, one a line; may be NULL */
    memory *arena;
    problems unheard;          /* mistakes in INI files are not what is asked for here */
    config settings;           /* of the pipeline, once find_pipeline has read it */
    const config **instrument; /* of each stage, once found; NULL: not to be read */
} finder;

/* In this order. The finder begins with its first three lines and the arena. */
hunt find_report(finder *f);
hunt find_rejects(finder *f);
hunt find_pipeline(finder *f);
hunt find_instrument(finder *f, uint32_t stage);
hunt find_plugin(finder *f, uint32_t plugin);
hunt find_table(finder *f, uint32_t table);
hunt find_input(finder *f);

/* REPORT with the ending `.csv` changed to this one; NULL: out of memory. */
const char *find_beside(const char *report, const char *ending, memory *arena);

#endif
