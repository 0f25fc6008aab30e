/* desk.c - what a supervisor and one of its workers tell each other before the first row. */
#define _GNU_SOURCE
#include "process/desk.h"

#include <string.h>
#include <sys/mman.h>

#include "process/futex.h"

/* Behind the desk itself: room for the header, and for each text. What is not used takes no memory.
 */
static const size_t room[DESK_TEXTS] = { [DESK_MISTAKES] = 64 << 10,
                                         [DESK_FACTS] = 16 << 20,
                                         [DESK_NOTES] = 64 << 10,
                                         [DESK_HEADING] = 4 << 20 };

enum { HEAD = 4096 };
_Static_assert(sizeof(desk) <= HEAD, "a desk's head is one page");

static size_t place_of(desk_text which)
{
    size_t at = HEAD + DESK_HEADER_ROOM;
    for (unsigned i = 0; i < (unsigned)which; i++)
        at += room[i];
    return at;
}

desk *desk_new(void)
{
    void *at = mmap(NULL, place_of(DESK_TEXTS), PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

void desk_free(desk *d)
{
    if (d)
        munmap(d, place_of(DESK_TEXTS));
}

void desk_clear(desk *d)
{
    atomic_store(&d->state, DESK_NEW);
    atomic_store(&d->under_way, 0);
    for (unsigned i = 0; i < DESK_TEXTS; i++)
        atomic_store(&d->length[i], 0);
}

void desk_give_header(desk *d, const char *text, size_t length, uint64_t records)
{
    memcpy((char *)d + HEAD, text, length);
    d->header_length = length;
    d->records = records;
    atomic_store(&d->header, 1);
    futex_wake(&d->header);
}

const char *desk_header(const desk *d)
{
    return (const char *)d + HEAD;
}

void desk_wait_header(desk *d)
{
    while (atomic_load(&d->header) == 0)
        futex_wait(&d->header, 0, 1000);
}

bool desk_write(desk *d, desk_text which, const char *bytes, size_t length)
{
    const size_t written = atomic_load(&d->length[which]);

    if (written > room[which] || length > room[which] - written)
        return false;
    if (length > 0)
        memcpy((char *)d + place_of(which) + written, bytes, length);
    atomic_store(&d->length[which], written + length);
    return true;
}

void desk_reach(desk *d, desk_state state)
{
    atomic_store(&d->state, state);
    futex_wake(&d->state);
}

desk_state desk_wait(desk *d, desk_state wanted, int milliseconds)
{
    uint32_t state = atomic_load(&d->state);

    if (state < (uint32_t)wanted) {
        futex_wait(&d->state, state, milliseconds);
        state = atomic_load(&d->state);
    }
    return state < DESK_STATES ? (desk_state)state : DESK_REFUSED;
}

bool desk_read(const desk *d, desk_text which, text *copy)
{
    const size_t length = atomic_load(&d->length[which]);
    return text_add(copy, (const char *)d + place_of(which),
                    length < room[which] ? length : room[which]);
}
