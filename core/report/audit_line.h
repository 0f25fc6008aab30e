/* audit_line.h - one line of an audit log, as JSON: who ran what, when, and how it ended. */
#ifndef RAPPORT_REPORT_AUDIT_LINE_H
#define RAPPORT_REPORT_AUDIT_LINE_H

#include "error.h"
#include "memory.h"
#include "text.h"

/* What none of our lines is longer than, its LF included; and what stands before the first. */
enum { AUDIT_LINE_MOST = 8192 };
#define AUDIT_NOTHING_BEFORE "0000000000000000000000000000000000000000000000000000000000000000"

typedef enum audit_event {
    AUDIT_START = 1,
    AUDIT_END,    /* written before the report is given its name */
    AUDIT_FAILED, /* it was not given, although the end of that run stands before */
    AUDIT_TORN    /* the line before is not whole: a crash, while it was written */
} audit_event;

typedef struct audit_line {
    uint64_t line; /* counted from 1 */
    audit_event event;
    const char *time; /* UTC: "2026-11-25T00:43:23Z" */
    uint32_t uid;
    const char *login; /* NULL: nobody is called so */
    const char *host, *version;
    /* Of a run only: */
    uint64_t run; /* the line in which it begins */
    const char *pipeline, *input, *report;
    /* Of its end: */
    const char *outcome;                    /* see audit_outcome */
    int exit;                               /* as rapport_outcome */
    const char *provenance, *report_digest; /* SHA-256; NULL: not written */
    const char *before;                     /* the SHA-256 of the line before, its LF included */
} audit_line;

/* The word for it. */
const char *audit_outcome(rapport_outcome outcome, bool cancelled);

/* Adds the line and its LF. Names are cut at 255 bytes, so that it is never longer than
 * AUDIT_LINE_MOST. false: out of memory. */
bool audit_line_write(text *out, const audit_line *line);

/* Reads bytes[0..length), without LF, which messages call the `nth` line of the file `name`. What
 * audit_line_write cannot have written is refused, RAPPORT_DIFFERS. The strings are the arena's. */
rapport_outcome audit_line_read(audit_line *out, const char *bytes, size_t length, const char *name,
                                uint64_t nth, memory *arena, rapport_error *error);

/* Whether line number `line` may begin so: the rest of it may have been lost in a crash. */
bool audit_line_may_begin(const char *bytes, size_t length, uint64_t line);

#endif
