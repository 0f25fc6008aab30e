/* json_write.h - JSON, member by member. */
#ifndef RAPPORT_REPORT_JSON_WRITE_H
#define RAPPORT_REPORT_JSON_WRITE_H

#include "text.h"

/* Writing can only fail for want of memory: noted once, and said at the end. */
typedef struct json_writing {
    text *out;
    bool failed;
    bool first; /* in its object or list: no comma yet */
    bool flat;  /* all in one line */
    int depth;
} json_writing;

/* Bytes as they are. */
void json_put(json_writing *j, const char *bytes, size_t length);

/* `name` is NULL for an element of a list, and for the whole. */
void json_write_open(json_writing *j, const char *name, const char *bracket);
void json_write_close(json_writing *j, const char *bracket);

/* A word that is NULL is left out. */
void json_write_word(json_writing *j, const char *name, const char *value);
void json_write_count(json_writing *j, const char *name, uint64_t value);
void json_write_flag(json_writing *j, const char *name, bool value);

/* The next member's name, and a string as a value: bytes that are no UTF-8 become U+FFFD. */
void json_write_key(json_writing *j, const char *name);
void json_write_string(json_writing *j, const char *string, size_t length);

#endif
