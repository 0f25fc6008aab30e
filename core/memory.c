/* memory.c - an arena: what is read before a run is freed all at once after it. */
#include "memory.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    LINE = 64,              /* of the cache, and of the widest vector */
    BLOCK_BYTES = 64 * 1024 /* of a block that many share */
};

typedef struct memory_block {
    struct memory_block *older; /* owned */
    char *at, *end;             /* what is still free */
} memory_block;

/* A block with room for `bytes` at any alignment. Only one for a single large piece is zeroed: the
 * system does that, page by page, once they are used. */
static memory_block *block_new(size_t bytes, bool zeroed)
{
    const size_t size = sizeof(memory_block) + LINE + bytes;
    if (bytes > PTRDIFF_MAX - sizeof(memory_block) - LINE) /* no object is larger */
        return NULL;
    memory_block *block = zeroed ? calloc(1, size) : malloc(size);
    if (!block)
        return NULL;
    block->at = (char *)(block + 1);
    block->end = block->at + LINE + bytes;
    return block;
}

/* `bytes` of what is free in `block`; NULL: not enough. */
static void *block_take(memory_block *block, size_t bytes, size_t alignment)
{
    size_t gap = (alignment - (uintptr_t)block->at % alignment) % alignment;
    size_t room = (size_t)(block->end - block->at);
    if (room < gap || room - gap < bytes)
        return NULL;
    char *taken = block->at + gap;
    block->at = taken + bytes;
    return taken;
}

void *memory_new(memory *arena, size_t bytes)
{
    size_t alignment = bytes >= LINE ? LINE : alignof(max_align_t);
    void *taken = arena->newest ? block_take(arena->newest, bytes, alignment) : NULL;
    if (taken)
        return memset(taken, 0, bytes);

    bool shared = bytes <= BLOCK_BYTES / 4;
    memory_block *block = block_new(shared ? BLOCK_BYTES : bytes, !shared);
    if (!block) {
        arena->ran_out = true;
        return NULL;
    }
    if (arena->newest && !shared) { /* the free part of the newest is still worth having */
        block->older = arena->newest->older;
        arena->newest->older = block;
    } else {
        block->older = arena->newest;
        arena->newest = block;
    }
    taken = block_take(block, bytes, alignment);
    return shared ? memset(taken, 0, bytes) : taken;
}

void *memory_array(memory *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return NULL;
    return memory_new(arena, count * size);
}

void *memory_grow(memory *arena, void *old, size_t count, size_t size)
{
    /* The room is 4, 8, 16, ...: it is used up when the count is one of these. */
    if (count > 0 && (count < 4 || (count & (count - 1)) != 0))
        return old;
    if (count > SIZE_MAX / 2)
        return NULL;
    void *new = memory_array(arena, count ? 2 * count : 4, size);
    if (new &&count)
        memcpy(new, old, count * size);
    return new;
}

char *memory_text(memory *arena, const char *text, size_t length)
{
    char *copy = length < SIZE_MAX ? memory_new(arena, length + 1) : NULL;
    if (copy && length)
        memcpy(copy, text, length);
    return copy;
}

void memory_free(memory *arena)
{
    while (arena->newest) {
        memory_block *older = arena->newest->older;
        free(arena->newest);
        arena->newest = older;
    }
}
