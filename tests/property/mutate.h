/* mutate.h - bytes changed at random, the same for the same seed. */
#ifndef RAPPORT_TESTS_MUTATE_H
#define RAPPORT_TESTS_MUTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct bytes {
    char *at; /* owned */
    size_t length, room;
} bytes;

/* A whole file; ends the program if it is not there. */
void bytes_read(bytes *out, const char *path);
void bytes_write(const bytes *of, const char *path);
void bytes_copy(bytes *out, const bytes *from);
/* Puts `length` bytes in the place of `taken` at `where`. */
void bytes_put(bytes *in, size_t where, size_t taken, const char *with, size_t length);
bool bytes_hold(const bytes *in, const char *word);

/* Draws below `limit`, from the seed. */
void draw_from(uint64_t seed);
size_t draw(size_t limit);

/* One to four changes: bytes flipped, cut, doubled, moved or put in, lines doubled, swapped or
 * taken out. What is put in is what tables are hurt by: quotes, delimiters, line ends, NUL, junk, a
 * huge cell. The first line is mostly spared. */
void mutate_table(bytes *table);

/* One or two changes of an INI file, mostly of whole lines, keys, values and sections. Never is a
 * slash put in, so that no path leads elsewhere. */
void mutate_ini(bytes *file);

#endif
