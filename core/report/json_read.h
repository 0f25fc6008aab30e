/* json_read.h - JSON as json_write.h wrote it, read in that order and no other. */
#ifndef RAPPORT_REPORT_JSON_READ_H
#define RAPPORT_REPORT_JSON_READ_H

#include "error.h"
#include "memory.h"

/* A text under way. The first mistake is kept, and from then on nothing more is read: functions
 * give 0, false or NULL. Begins with the first five lines said, the others zeroed. */
typedef struct json_reading {
    const char *at, *begin, *end; /* at = begin */
    const char *name;             /* of the file, for messages, and */
    const char *cure;             /* what to do about a mistake, with its [code] */
    memory *arena;                /* for strings */
    rapport_error *error;
    uint64_t lines_before; /* of the file before `begin` */
    rapport_outcome outcome;
    bool first; /* in its object or list: no comma before the next member */
} json_reading;

/* Whether no mistake was found yet. */
bool json_read_on(const json_reading *r);

/* Refuses what stands at r->at: RAPPORT_DIFFERS. */
void json_refuse(json_reading *r, const char *what);

/* Notes that memory ran out; returns NULL. */
void *json_no_memory(json_reading *r);

/* Whether the mark stands next, behind blanks; take: it has to, and is taken. */
bool json_next_is(json_reading *r, char mark);
void json_take(json_reading *r, char mark);

void json_read_open(json_reading *r, char bracket);
void json_read_close(json_reading *r, char bracket);

/* Whether a further member or element stands before the bracket; the comma before it is taken. */
bool json_read_more(json_reading *r, char bracket);

/* Whether the member `name` stands next; if so, all up to its value is taken. The second refuses
 * what else stands there. */
bool json_has_member(json_reading *r, const char *name);
bool json_member(json_reading *r, const char *name);

/* A value by itself. Strings are the arena's. */
const char *json_read_string(json_reading *r);
uint64_t json_read_number(json_reading *r, uint64_t most);

/* A member that has to be there; ..._or_none: NULL where it is not. A digest is a SHA-256. */
const char *json_read_word(json_reading *r, const char *name);
const char *json_read_word_or_none(json_reading *r, const char *name);
const char *json_read_digest(json_reading *r, const char *name);
const char *json_read_digest_or_none(json_reading *r, const char *name);
uint64_t json_read_count(json_reading *r, const char *name, uint64_t most);
bool json_read_flag(json_reading *r, const char *name);

/* The mark that stands for the word: marks[i] for the i-th of `choices`. */
char json_read_mark(json_reading *r, const char *name, const char *const *choices,
                    const char *marks);

/* Nothing but blanks may follow. Returns how all of it went. */
rapport_outcome json_read_end(json_reading *r);

#endif
