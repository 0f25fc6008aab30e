/* file.h - a small file, whole: INI files and the tables beside them. */
#ifndef RAPPORT_CONFIG_FILE_H
#define RAPPORT_CONFIG_FILE_H

#include <stdbool.h>

#include "error.h"
#include "memory.h"
#include "sha256.h"

/* A file that was read, or tried to. */
typedef struct file_content {
    const char *path, *bytes; /* the arena's, as the next; bytes NULL: there are none, and */
    const char *why;          /* this is the reason; NULL: out of memory */
    size_t length;
} file_content;

/* Reads a regular file of at most `limit` bytes; `cure` is what to do about a larger one, and may
 * be NULL. Whether there are any bytes is in *out alone. */
void file_read(file_content *out, const char *path, size_t limit, const char *cure, memory *arena);

/* Whether there are; else the reason is added to *all. */
bool file_check(const file_content *of, problems *all);

/* Likewise, all at once: the bytes are the arena's. NULL: refused, and the reason is in *all. */
const char *file_bytes(size_t *length, const char *path, size_t limit, const char *cure,
                       memory *arena, problems *all);

/* Whether a regular file is there. */
bool file_is_there(const char *path);

/* The SHA-256 of those bytes. */
void file_digest(char hex[SHA256_HEX], const char *bytes, size_t length);

#endif
