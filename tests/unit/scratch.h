/* scratch.h - a folder of its own for a test's files, gone when the test ends. */
#ifndef RAPPORT_TESTS_SCRATCH_H
#define RAPPORT_TESTS_SCRATCH_H

#include <stddef.h>

/* Makes it and goes there, so that names of files in messages are as short as they are here. */
void scratch_begin(void);

void scratch_folder(const char *name);
void scratch_write(const char *name, const char *string);
void scratch_write_bytes(const char *name, const void *bytes, size_t length);

/* The file's bytes with a NUL behind, and their number in *length (may be NULL); the caller frees
 * them. NULL: it is not there. */
char *scratch_read(const char *name, size_t *length);

/* How many files of the folder have a name that begins so. */
size_t scratch_count(const char *beginning);

#endif
