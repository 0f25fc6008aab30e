/* finding.h - what was found about a row: which score is missing, where, and why. */
#ifndef RAPPORT_PIPELINE_FINDING_H
#define RAPPORT_PIPELINE_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

/* In the order of the table in finding.c. */
typedef enum finding_code {
    FOUND_SHORT, /* fewer cells than the header */
    FOUND_LONG,
    FOUND_AFTER_QUOTE,
    FOUND_STRAY_QUOTE,
    FOUND_CONTROL_BYTE,
    FOUND_NOT_UTF8,
    FOUND_FIELD_LIMIT,
    FOUND_TWICE, /* respondent and session stood before, in line `other` */
    FOUND_NOT_A_NUMBER,
    FOUND_BELOW,
    FOUND_ABOVE,
    FOUND_FRACTION,
    FOUND_UNDECLARED, /* looks like a code for missing */
    FOUND_NO_LEVEL,   /* none of a category's codes */
    FOUND_PLUGIN_ROW, /* the plugin gave this row up; it said why in words */
    FOUND_PLUGIN_FAILED,
    FOUND_PLUGIN_CRASHED, /* it ended its process, by signal `count`, if that is not 0 */
    FOUND_PLUGIN_LATE,    /* it took too long */
    FOUND_PLUGIN_RANGE,   /* an output outside what the plugin's table promises */
    FOUND_PLUGIN_WARNS,
    FOUND_PLUGIN_WROTE,    /* it wrote beyond its outputs */
    FOUND_PLUGIN_INFINITE, /* a number that is none to be printed */
    FOUND_CODES            /* how many there are */
} finding_code;

typedef enum finding_kind {
    KIND_REJECTED, /* the record cannot be read: no score at all */
    KIND_PARTIAL,  /* one stage's columns are blank */
    KIND_WARNING   /* worth a look; no score is lost */
} finding_kind;

#define FINDING_NOWHERE UINT32_MAX
#define FINDING_OF_STAGE UINT32_MAX /* its rank: behind those of the row's cells */

typedef struct finding {
    uint64_t record, line;        /* counted from 1 */
    uint32_t row;                 /* in the batch */
    uint32_t rank;                /* among the findings of a row: the lower first */
    uint32_t cell;                /* of the table, counted from 0, or FINDING_NOWHERE */
    uint32_t stage;               /* counted from 0, or FINDING_NOWHERE: the record as such */
    uint32_t code;                /* finding_code */
    uint32_t count, other_count;  /* cells found and expected; of a limit: count, what it is */
    uint64_t other;               /* an earlier line */
    const char *subject;          /* item, input or output; the plan's, or NULL */
    double low, high;             /* what is allowed; low >= high: nothing to say */
    uint32_t order;               /* findings_sort's own */
    uint32_t words, words_length; /* in findings.words: what a plugin said */
} finding;

/* Those of one chunk, in the order of its rows. A zeroed one is ready. */
typedef struct findings {
    finding *first; /* owned */
    size_t count, room;
    text words;
} findings;

/* false: out of memory. */
bool findings_add(findings *all, const finding *f);
void findings_free(findings *all);

/* Puts those from `first` on in the order of their rows, equal rows as they came. */
void findings_sort(findings *all, size_t first);

/* "cell-range": stable, for machines. */
const char *finding_word(uint32_t code);
finding_kind finding_kind_of(uint32_t code);
const char *finding_kind_word(finding_kind kind);

/* What is wrong, and what became of the row; never an answer. `stage` is its stage's name. */
bool finding_message(text *out, const findings *all, const finding *f, const char *stage);

#endif
