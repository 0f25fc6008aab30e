/* key_file.h - the key that pseudonyms are made with, in a file of its owner alone. */
#ifndef RAPPORT_PSEUDONYM_KEY_FILE_H
#define RAPPORT_PSEUDONYM_KEY_FILE_H

#include "error.h"
#include "hmac.h"

enum { KEY_LEAST = 32, KEY_MOST = 4096 }; /* bytes */

/* Takes all bytes of the file for a key. A file that others may read, that belongs to somebody
 * else, or that is too short is refused: RAPPORT_WRONG_USE. */
rapport_outcome key_file_read(hmac *key, const char *path, rapport_error *error);

/* A new file with a key of KEY_LEAST bytes by chance. What is there already stays as it is. */
rapport_outcome key_file_make(const char *path, rapport_error *error);

/* Refuses a key in the folder of the file `data`: whoever passes the folder on would pass on the
 * key. */
rapport_outcome key_file_apart(const char *path, const char *data, rapport_error *error);

#endif
