/* pipeline.h - stages in their order, bound to the columns of a table.
 *
 * A plan says what is wanted; a header says which columns there are. Bound together they
 * are a pipeline: every column has its port, every plugin its instance, and one batch
 * after another can be pushed through.
 */
#ifndef RAPPORT_PIPELINE_PIPELINE_H
#define RAPPORT_PIPELINE_PIPELINE_H

#include "config/plan.h"
#include "manners.h"
#include "pipeline/finding.h"
#include "pipeline/watch.h"
#include "table/batch.h"
#include "table/csv_block.h"
#include "table/csv_header.h"

struct pipeline;

/* What stands for "not answered" or "does not apply" in a cell. */
typedef struct code {
    const char *text;
    size_t length;
    double number; /* the same as a number; NaN where it is none */
} code;

typedef struct codes {
    const code *first;
    uint32_t count;
} codes;

/* One use of one of the table's columns, by one stage. */
typedef struct reader {
    uint32_t cell; /* of the table, counted from 0; FINDING_NOWHERE: it is not there, all missing */
    rapport_port port;
    uint32_t type; /* RAPPORT_NUMBER, _CATEGORY or _TEXT */
    uint32_t stage;
    const char *subject; /* what messages call it */
    double low, high;    /* permitted; low >= high: any */
    bool whole;
    const codes *missing, *not_applicable;

    /* Of a number, as fill.c sees it: what is simply believed, and what is not. */
    int8_t least, most;
    int8_t *silent, *careful; /* codes that are small numbers: for missing, and other ones */
    uint32_t silents, carefuls;
    const int8_t *copied; /* the column of another reader of the same cell; NULL: none */
} reader;

/* What a plugin's host functions need to know: whose they are. */
typedef struct host_self {
    struct pipeline *pipeline;
    uint32_t stage;
    const scale *scale; /* of a scoring module; NULL: an instrument's */
    memory *arena;
    problems *problems;       /* while binding; else NULL */
    uint32_t first_row, rows; /* those of the batch in the call under way */
    bool gave_up;             /* an error was reported while binding */
} host_self;

typedef struct scale_run {
    const scale *scale;
    rapport_host host;
    host_self host_self;
    void *self;
    bool bound;
    rapport_port score, band, answered; /* RAPPORT_ABSENT: not asked for */
    rapport_port extra;                 /* the first of the module's further outputs */
    const double **answer;              /* as given, for each item */
    const double **keyed; /* turned and moved; the same column where neither is needed */
    const double **slice; /* keyed, from the first row of a call on */
    const int8_t **small, **small_slice; /* as keyed and slice, where the stage's answers fit */
    int32_t *edge;    /* of each band, in units of the score's last place; NULL: decimals = full */
    double low, high; /* of the score before rescaling; NaN: not known */
    rapport_scale shown; /* as its module sees it: items with the range their keyed answers have */
} scale_run;

/* Why a stage's columns are blank in a row. */
enum { BLANK_FOUND = 1, BLANK_FAILED = 2 };

typedef struct stage_run {
    const stage *stage;
    rapport_host host;
    host_self host_self;
    void *self;
    bool bound;
    scale_run *scale;
    double **turned;       /* one column for each item that is reversed or moved; else NULL */
    int8_t **turned_small; /* likewise for each that is reversed */
    bool fits;             /* all answers can be small whole numbers, */
    bool small;            /* and in this batch they are */
    bool wants_numbers;    /* some scoring module does not take them so */
    rapport_port *input;   /* the ports of the plugin's inputs, one after another */
    uint32_t *inputs;      /* how many belong to each */
    rapport_port score;    /* the columns of its scales: this one and `scores` in all */
    uint32_t scores;
    rapport_port output; /* the columns of its plugin, likewise */
    uint32_t outputs;
    uint32_t given;       /* columns of the report so far */
    unsigned char *blank; /* one a row: BLANK_..., this stage's columns are not to be trusted */
} stage_run;

/* A column of an earlier stage that a stage reads: its range is the reader's to judge. */
typedef struct borrowed {
    rapport_port port;
    uint32_t stage; /* who reads */
    const char *subject;
    double low, high; /* permitted; low >= high: any */
} borrowed;

/* One column of the report, in order. */
typedef struct report_column {
    const char *name;
    rapport_port port; /* RAPPORT_ABSENT: a cell of the table, kept as it was */
    uint32_t cell;
} report_column;

/* What is known of a row beside its columns. */
typedef struct row {
    uint64_t record, line;
    const char *kept;  /* its kept cells as they stand in the table, in so many bytes: */
    uint32_t together; /* 0: they have to be looked at one by one */
    bool rejected;
} row;

typedef struct pipeline {
    const plan *plan;
    const csv_header *header; /* NULL: bound for checking only */
    memory *arena;
    batch batch;
    reader *reader;
    uint32_t readers, reader_room;
    borrowed *borrowed;
    uint32_t borrowings, borrowed_room;
    stage_run *stage;
    uint32_t stages;                 /* bound */
    codes *missing, *not_applicable; /* of each stage */
    report_column *report;
    uint32_t reported, report_room;
    uint32_t kept; /* of these, how many are cells of the table: they come first */
    bool runs; /* these are neighbours in the table, too, and may be copied as they stand there */
    uint32_t respondent, session; /* cells of the table; session may be FINDING_NOWHERE */

    const char *at, *end;  /* what is left of the chunk under way */
    uint64_t line, record; /* of its next record */
    csv_block block;
    csv_scan scan; /* for what is out of the ordinary */
    struct line_column *line_column;
    struct tile *tile;
    uint32_t tiles;
    bool texts;     /* some reader's cell is no number */
    codes silence;  /* what a respondent or session that tells nothing may look like */
    row *row;       /* of the batch */
    csv_cell *cell; /* the kept cells, row by row */
    uint16_t *answered, *applicable; /* of the scale under way */
    double *denominator;
    char *digits;         /* room for a cell without its doubled quotes */
    findings found;       /* of the chunk under way */
    bool out_of_memory;   /* noted where no function could say so */
    text *notes;          /* what plugins said while binding; may be NULL */
    const char *wrote;    /* the plugin that wrote beyond its outputs; NULL: none has */
    const char *wrote_in; /* its stage's name */
    watch *watch;         /* where calls of plugins can be seen from outside; may be NULL */
    manners manners;      /* as they were before any plugin was called */
    text changed;         /* of the nth plugin: what it has changed of these, at n; fixed */

    /* The batch as plugins see it: a pointer for each port, moved to the call's first row. */
    uint32_t seen_first;   /* that row */
    rapport_port seen_end; /* how many columns have been pointed at so far */
    const double **seen_number;
    const int32_t **seen_category;
    rapport_text *seen_text;
    const rapport_text **seen_text_at;
    double **out_number;
    int32_t **out_category;
} pipeline;

/* Binds; every mistake is added to *all. Everything but what pipeline_finish frees is the
 * arena's. false: not bound; pipeline_finish is due all the same. */
bool pipeline_bind(pipeline *out, const plan *plan, const csv_header *header, memory *arena,
                   text *notes, problems *all);

/* Binds without a table, as far as the plan goes, and lets go again: what can be checked before
 * a table is read. */
void pipeline_check(const plan *plan, problems *all);

/* Unbinds the plugins. Accepts a zeroed pipeline. */
void pipeline_finish(pipeline *p);

/* While a plugin is bound: one more output of its stage. */
rapport_status pipeline_add_output(pipeline *p, uint32_t stage, const rapport_field *field,
                                   uint32_t *output, problems *all);

/* A plugin's code has run: what it changed that is not its own is put back, and remembered. */
void pipeline_tidy(pipeline *p, const module *of);

/* Pushes the filled batch through all stages. */
rapport_outcome pipeline_run(pipeline *p, rapport_error *error);

/* Notes something about a row of the batch, adding its record and line. false: out of memory. */
bool pipeline_note(pipeline *p, finding f);

#endif
