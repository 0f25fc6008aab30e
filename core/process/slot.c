/* slot.c - the room of one chunk, shared by two processes.
 *
 * Everything is mapped before the worker is forked, so pointers into a slot mean the same on
 * both sides. The mapping is as large as the largest chunk may ever need; pages that nobody
 * writes to are never there.
 */
#define _GNU_SOURCE
#include "process/slot.h"

#include <sys/mman.h>

#include "process/futex.h"

enum { MEBIBYTE = 1 << 20, CELL_LEAST = 2, LINE_MOST = 128, MESSAGES_ROOM = 4 * MEBIBYTE };
enum { SHORT_CELL = 8, SHORT_CELLS = 16 };

static size_t whole_pages(size_t bytes)
{
    return (bytes + 4095) / 4096 * 4096;
}

/* A line of the rejects file for every cell, and in the report a line of some short cells for every
 * record, or one with all that the longest may hold, quotes doubled: more than a table is likely to
 * need. Where it is not enough a chunk is scored in parts. */
static size_t rejects_room(const plan *plan)
{
    return MEBIBYTE + plan->chunk / CELL_LEAST * LINE_MOST;
}

static size_t report_room(const plan *plan)
{
    return rejects_room(plan) + plan->chunk / CELL_LEAST * SHORT_CELLS * SHORT_CELL +
           2 * plan->record_limit;
}

/* The next `bytes` of the mapping, as a text of fixed room. */
static text take_room(char **at, size_t bytes)
{
    const text room = { .bytes = *at, .room = bytes, .fixed = true };
    *at += bytes;
    return room;
}

slot *slot_new(const plan *plan)
{
    const size_t head = whole_pages(sizeof(slot));
    const size_t input = whole_pages(2 * (plan->chunk + plan->record_limit) + 1);
    const size_t report = whole_pages(report_room(plan)), rejects = rejects_room(plan);
    const size_t changed = 1 + modules_count(&plan->modules);
    const size_t bytes = head + input + report + rejects + MESSAGES_ROOM + changed;
    char *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE,
                    -1, 0);

    if (at == MAP_FAILED)
        return NULL;
    slot *s = (slot *)(void *)at;
    at += head;
    s->bytes = bytes;
    s->text = at;
    s->room = input;
    at += input;
    s->out.scored.report = take_room(&at, report);
    s->out.rejects = take_room(&at, rejects);
    s->out.messages = take_room(&at, MESSAGES_ROOM);
    s->out.changed = take_room(&at, changed);
    return s;
}

void slot_free(slot *s)
{
    if (s)
        munmap(s, s->bytes);
}

/* ---- whose turn it is ---------------------------------------------------------------------- */

void slot_clear(slot *s)
{
    s->deaths = 0;
    s->watch.by_row = false;
    s->watch.skips = 0;
}

void slot_give(slot *s, slot_turn to)
{
    atomic_store(&s->turn, to);
    if (to == SLOT_SUPERVISOR) {
        futex_wake(&s->turn);
        return;
    }
    atomic_fetch_add(&s->bell->rung, 1);
    futex_wake(&s->bell->rung);
}

bool slot_wait(slot *s, int milliseconds)
{
    if (atomic_load(&s->turn) == SLOT_WORKER)
        futex_wait(&s->turn, SLOT_WORKER, milliseconds);
    return atomic_load(&s->turn) != SLOT_WORKER;
}

void slot_wait_bell(slot *bell, uint32_t heard, int milliseconds)
{
    futex_wait(&bell->rung, heard, milliseconds);
}
