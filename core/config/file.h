/* file.h - a small file, whole: INI files and the tables beside them. */
#ifndef RAPPORT_CONFIG_FILE_H
#define RAPPORT_CONFIG_FILE_H

#include "error.h"
#include "memory.h"
#include "sha256.h"

/* All bytes of a regular file of at most `limit` bytes; the arena's. NULL: refused, and the reason
 * is in *all, or out of memory. */
const char *file_bytes(size_t *length, const char *path, size_t limit, memory *arena,
                       problems *all);

/* Whether a regular file is there. */
bool file_is_there(const char *path);

/* The SHA-256 of those bytes. */
void file_digest(char hex[SHA256_HEX], const char *bytes, size_t length);

#endif
