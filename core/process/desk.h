/* desk.h - what a supervisor and one of its workers tell each other before the first row.
 *
 * It lies in memory that both share. Plugin code runs in the worker, so the supervisor believes
 * nothing it finds there: it takes copies, of no more than there is room for, and looks at these.
 */
#ifndef RAPPORT_PROCESS_DESK_H
#define RAPPORT_PROCESS_DESK_H

#include <stdatomic.h>

#include "error.h"
#include "text.h"

typedef enum desk_state {
    DESK_NEW,     /* the worker loads the plugins */
    DESK_LOADED,  /* it waits for the table's header */
    DESK_READY,   /* it is bound to the table, and waits for chunks */
    DESK_REFUSED, /* it cannot do its work, and has said why */
    DESK_STATES
} desk_state;

/* What the worker tells. */
typedef enum desk_text {
    DESK_MISTAKES, /* one a line; the last line is the one that stands for all */
    DESK_FACTS,    /* of the plan, as a provenance */
    DESK_NOTES,    /* of binding, one a line */
    DESK_HEADING,  /* the first line of the report */
    DESK_TEXTS
} desk_text;

typedef struct desk {
    _Atomic uint32_t state;     /* desk_state; the worker's, as the next three */
    _Atomic uint32_t under_way; /* the plugin whose code runs: its nth; 0: none's */
    _Atomic uint32_t outcome;   /* of DESK_REFUSED */
    _Atomic size_t length[DESK_TEXTS];
    _Atomic uint32_t
        header;       /* the supervisor's, who does not read it, as the next two: it is there */
    uint64_t records; /* of csv_header */
    size_t header_length;
} desk;

enum { DESK_HEADER_ROOM = 1 << 20 };

/* NULL: there is no room. */
desk *desk_new(void);
void desk_free(desk *d);

/* For another worker at the same desk. */
void desk_clear(desk *d);

/* What the table's header is, at most DESK_HEADER_ROOM bytes of it. */
void desk_give_header(desk *d, const char *text, size_t length, uint64_t records);
const char *desk_header(const desk *d);
void desk_wait_header(desk *d);

/* false: there is no room for that. */
bool desk_write(desk *d, desk_text which, const char *bytes, size_t length);

/* The worker gets on. */
void desk_reach(desk *d, desk_state state);

/* Waits at most so many milliseconds, unless it is there already. */
desk_state desk_wait(desk *d, desk_state wanted, int milliseconds);

/* Adds what is there to *copy. false: out of memory. */
bool desk_read(const desk *d, desk_text which, text *copy);

#endif
