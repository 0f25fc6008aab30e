/* stretch.c - memory that lies in one piece between pages nobody can write to, and that can be seen
 * a second time, where nobody can write to it either. */
#define _GNU_SOURCE
#include "table/stretch.h"

#include <string.h>
#include <sys/mman.h>

#include "text.h"

/* A gap is a line of the cache: pieces stay aligned, and those that are a power of two long do not
 * all begin in the same place of it. */
enum { GAP = 64, PAGE = 65536 /* a multiple of what any machine calls a page */ };

size_t stretch_piece(size_t bytes)
{
    return (bytes + GAP - 1) / GAP * GAP + GAP;
}

bool stretch_map(stretch *s, size_t bytes)
{
    bytes = (bytes + GAP + PAGE - 1) / PAGE * PAGE;
    char *all =
        mmap(NULL, bytes + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (all == MAP_FAILED)
        return false;
    *s = (stretch){ .begin = all + PAGE, .bytes = bytes, .used = GAP };
    return mprotect(s->begin, bytes, PROT_READ | PROT_WRITE) == 0;
}

void *stretch_take(stretch *s, size_t bytes)
{
    const size_t taken = stretch_piece(bytes);

    if (taken > s->bytes - s->used)
        return NULL;
    s->used += taken;
    return s->begin + s->used - taken;
}

bool stretch_hold_read_only(stretch *s)
{
    text was = { 0 };

    if (!text_add(&was, s->begin, s->used))
        return false;
    const bool shared = mmap(s->begin, s->bytes, PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
    char *again = shared ? mremap(s->begin, 0, s->bytes, MREMAP_MAYMOVE) : MAP_FAILED;
    if (shared)
        memcpy(s->begin, was.bytes, was.length);
    text_free(&was);
    if (again == MAP_FAILED || mprotect(again, s->bytes, PROT_READ) != 0 ||
        madvise(s->begin, s->bytes, MADV_DONTFORK) != 0 ||
        madvise(again, s->bytes, MADV_DONTFORK) != 0)
        return false;
    s->to_read_only = again - s->begin;
    return true;
}

void stretch_unmap(stretch *s)
{
    if (s->begin)
        munmap(s->begin - PAGE, s->bytes + 2 * PAGE);
    if (s->to_read_only)
        munmap(s->begin + s->to_read_only, s->bytes);
    *s = (stretch){ 0 };
}
