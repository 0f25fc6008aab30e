/* stretch.h - memory that lies in one piece between pages nobody can write to, and that can be seen
 * a second time, where nobody can write to it either. */
#ifndef RAPPORT_TABLE_STRETCH_H
#define RAPPORT_TABLE_STRETCH_H

#include <stdbool.h>
#include <stddef.h>

typedef struct stretch {
    char *begin; /* owned */
    size_t bytes, used;
    ptrdiff_t to_read_only; /* from a place in it to the same one where it is read-only; or 0 */
} stretch;                  /* a zeroed one is ready to be mapped, and to be unmapped */

/* What a piece of so many bytes takes. */
size_t stretch_piece(size_t bytes);

/* Zeroed, for pieces that take `bytes` together. false: out of memory. */
bool stretch_map(stretch *s, size_t bytes);

/* The next piece, aligned to 64 bytes, with as many before and behind it that are nobody's. NULL:
 * more than was asked for. */
void *stretch_take(stretch *s, size_t bytes);

/* From now on it is in this process's memory twice, as the same pages: here, and where they cannot
 * be written to. A process that is forked off has neither. false: errno says why. */
bool stretch_hold_read_only(stretch *s);

/* Something in it, where it is read-only; in other processes where it is. */
static inline const void *stretch_shown(const stretch *s, const void *at)
{
    return (const char *)at + s->to_read_only;
}

void stretch_unmap(stretch *s);

#endif
