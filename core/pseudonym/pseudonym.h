/* pseudonym.h - a table whose ids stand for others, and that is otherwise the same to the byte. */
#ifndef RAPPORT_PSEUDONYM_PSEUDONYM_H
#define RAPPORT_PSEUDONYM_PSEUDONYM_H

#include <stdatomic.h>

#include "hmac.h"
#include "process/supervisor.h"

enum { PSEUDONYM_DIGITS = 32 }; /* of 128 bits */

typedef struct pseudonyms {
    const hmac *key;
    const char *key_path;
    const char *input, *output; /* paths; - is a standard stream */
    const char *const *column;  /* names, NULL-ended */
    const atomic_bool *cancelled;
    listener listener; /* hears what is wrong, and at the end what was done */
} pseudonyms;

/* The table in `input` goes to `output`, each id in the columns as the first 128 bits of its
 * HMAC-SHA-256, in hex digits. An id is its cell's text without quotes around it and doubled quotes
 * in it, nor blanks at its ends; an empty one stays. The output is there whole or not at all, as
 * far as it is a file: a record in which it is not sure which cells are ids ends it. */
rapport_outcome pseudonymise(const pseudonyms *how, rapport_error *error);

#endif
