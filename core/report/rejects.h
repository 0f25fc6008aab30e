/* rejects.h - which records have no score, where and why: never which answer. */
#ifndef RAPPORT_REPORT_REJECTS_H
#define RAPPORT_REPORT_REJECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "formula.h"
#include "text.h"

typedef struct reject {
    uint64_t line, record; /* of the table, counted from 1 */
    uint32_t cell;         /* counted from 1; 0: the record as such */
    const char *stage;     /* "input" for a record that cannot be read */
    const char *kind;      /* rejected, partial, warning */
    const char *code;      /* stable, for machines */
    const char *message;
    size_t message_length;
} reject;

/* false: out of memory. */
bool rejects_header(text *out);
bool rejects_add(text *out, const reject *r, formulas how);

#endif
