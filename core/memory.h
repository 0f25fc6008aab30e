/* memory.h - an arena: what is read before a run is freed all at once after it. */
#ifndef RAPPORT_CORE_MEMORY_H
#define RAPPORT_CORE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

typedef struct memory {
    struct memory_block *newest; /* owned */
    bool ran_out;                /* at least once, for callers that look at the end */
} memory;                        /* a zeroed one is ready */

/* Zeroed and aligned for any type, or to 64 bytes from a size of 64 on; NULL: out of memory. */
void *memory_new(memory *arena, size_t bytes);

/* `count` elements of `size`; NULL too when the product overflows. */
void *memory_array(memory *arena, size_t count, size_t size);

/* For arrays that grow one by one from NULL: `old` if there is room behind its `count` elements,
 * else a copy in twice the room; NULL: out of memory, and `old` is as it was. */
void *memory_grow(memory *arena, void *old, size_t count, size_t size);

/* Copies `length` bytes and adds a NUL. */
char *memory_text(memory *arena, const char *text, size_t length);

/* Accepts a zeroed arena. */
void memory_free(memory *arena);

#endif
