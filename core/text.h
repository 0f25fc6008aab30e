/* text.h - bytes that grow at their end. */
#ifndef RAPPORT_CORE_TEXT_H
#define RAPPORT_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct text {
    char *bytes; /* owned; not NUL-ended */
    size_t length, room;
    bool fixed; /* the bytes are somebody else's: no more room than there is, */
    bool full;  /* and more was asked for */
} text;         /* a zeroed one is ready */

/* text_room where there is none left. */
char *text_grow(text *t, size_t more);

/* Room for `more` bytes behind the last; NULL: out of memory, and the text is as it was.
 * Whoever writes there adds to `length`. */
static inline char *text_room(text *t, size_t more)
{
    return t->bytes && t->room - t->length >= more ? t->bytes + t->length : text_grow(t, more);
}

/* false: out of memory, and the text is as it was. */
bool text_add(text *t, const void *bytes, size_t length);
bool text_add_string(text *t, const char *string);
bool text_add_count(text *t, uint64_t count);

/* Accepts a zeroed text, and leaves one. */
void text_free(text *t);

#endif
