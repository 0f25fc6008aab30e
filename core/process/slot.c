/* slot.c - the room of one chunk, shared by two processes.
 *
 * Everything is mapped before the worker is forked, so pointers into a slot mean the same on both
 * sides. The mapping is as large as the largest chunk may ever need; pages that nobody writes to
 * are never there.
 */
#define _GNU_SOURCE
#include "process/slot.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pipeline/lines.h"
#include "process/futex.h"

enum { MEBIBYTE = 1 << 20, CELL_LEAST = 2, LINE_MOST = 128, MESSAGES_ROOM = 4 * MEBIBYTE };
enum { SHORT_CELL = 8, SHORT_CELLS = 16 };
enum { PARTS = 6, GUARD = MEBIBYTE }; /* behind each part */

/* Of a machine with large ones. */
static size_t whole_pages(size_t bytes)
{
    enum { PAGE = 65536 };
    return (bytes + PAGE - 1) / PAGE * PAGE;
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

/* The next pages of the mapping, as a text of fixed room, which ends where nobody can write. */
static text take_room(char **at, size_t pages)
{
    const text room = { .bytes = *at, .room = pages, .fixed = true };
    *at += pages + GUARD;
    return mprotect(*at - GUARD, GUARD, PROT_NONE) == 0 ? room : (text){ 0 };
}

/* Maps memory there that this process alone can write to: whoever maps it later can read it and no
 * more. The table's hash is of these bytes, and a plugin must not change what it is told to be. -1:
 * there is no such memory, and what is there stays. */
static int map_text(char *at, size_t bytes)
{
    const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE;
    int file = memfd_create("chunk", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (file == -1)
        return -1;
    if (ftruncate(file, (off_t)bytes) == 0 &&
        mmap(at, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0) == at &&
        fcntl(file, F_ADD_SEALS, seals) == 0)
        return file;
    close(file);
    return -1;
}

bool slot_enter(slot *s)
{
    if (s->file == -1)
        return mprotect(s->text, s->room, PROT_READ) == 0;
    return mmap(s->text, s->room, PROT_READ, MAP_SHARED | MAP_FIXED, s->file, 0) == s->text;
}

/* Head, chunk, and what comes back, each with a guard behind it. */
static bool take_parts(slot *s, char *at, const size_t part[PARTS])
{
    const text head = take_room(&at, part[0]), input = take_room(&at, part[1]);
    piece *out = &s->out;

    s->shared = (slot_shared *)(void *)head.bytes;
    s->text = input.bytes;
    s->room = input.room;
    out->scored.report = take_room(&at, part[2]);
    out->rejects = take_room(&at, part[3]);
    out->messages = take_room(&at, part[4]);
    out->changed = take_room(&at, part[5]);
    return s->shared && s->text && out->scored.report.bytes && out->rejects.bytes &&
           out->messages.bytes && out->changed.bytes;
}

slot *slot_new(const plan *plan)
{
    const size_t part[PARTS] = { whole_pages(sizeof(slot_shared)),
                                 whole_pages(2 * (plan->chunk + plan->record_limit) + 1),
                                 whole_pages(report_room(plan)),
                                 whole_pages(rejects_room(plan)),
                                 MESSAGES_ROOM,
                                 whole_pages(1 + modules_count(&plan->modules)) };
    size_t bytes = 0;
    slot *s = calloc(1, sizeof *s);

    for (size_t i = 0; i < PARTS; i++)
        bytes += part[i] + GUARD;
    char *all = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (!s || all == MAP_FAILED || !take_parts(s, all, part)) {
        if (all != MAP_FAILED)
            munmap(all, bytes);
        free(s);
        return NULL;
    }
    s->bytes = bytes;
    s->file = map_text(s->text, s->room);
    return s;
}

void slot_free(slot *s)
{
    if (s) {
        munmap(s->shared, s->bytes);
        if (s->file != -1)
            close(s->file);
        free(s->skip);
    }
    free(s);
}

/* ---- whose turn it is ---------------------------------------------------------------------- */

void slot_clear(slot *s)
{
    s->deaths = 0;
    s->by_row = false;
    s->skips = 0;
}

/* What the worker is to know. */
static void hand_over(const slot *s)
{
    slot_shared *shared = s->shared;

    shared->input = s->input;
    if (s->input.before) {
        seen_copy(&shared->before, s->input.before);
        shared->input.before = &shared->before;
    }
    shared->watch.by_row = s->by_row;
    shared->watch.skips = s->skips;
    if (s->skips > 0)
        memcpy(shared->watch.skip, s->skip, s->skips * sizeof *s->skip);
}

void slot_give(slot *s, slot_turn to)
{
    if (to == SLOT_WORKER)
        hand_over(s);
    atomic_store(&s->shared->turn, to);
    if (to == SLOT_SUPERVISOR) {
        futex_wake(&s->shared->turn);
        return;
    }
    atomic_fetch_add(&s->bell->shared->rung, 1);
    futex_wake(&s->bell->shared->rung);
}

slot_turn slot_whose(const slot *s)
{
    const uint32_t turn = atomic_load(&s->shared->turn);
    return turn == SLOT_WORKER || turn == SLOT_CLOSED ? (slot_turn)turn : SLOT_SUPERVISOR;
}

void slot_begin(slot *s)
{
    s->input = s->shared->input;
    atomic_store(&s->shared->watch.since, 0);
    atomic_store(&s->shared->busy, true);
}

void slot_end(slot *s)
{
    s->shared->out = s->out;
    atomic_store(&s->shared->busy, false);
}

bool slot_wait(slot *s, int milliseconds)
{
    if (slot_whose(s) == SLOT_WORKER)
        futex_wait(&s->shared->turn, SLOT_WORKER, milliseconds);
    return slot_whose(s) != SLOT_WORKER;
}

void slot_wait_bell(slot *bell, uint32_t heard, int milliseconds)
{
    futex_wait(&bell->shared->rung, heard, milliseconds);
}

uint32_t slot_rung(const slot *bell)
{
    return atomic_load(&bell->shared->rung);
}

/* ---- what a worker gives back ---------------------------------------------------------------- */

static bool fits(text *own, const text *theirs)
{
    own->length = theirs->length <= own->room ? theirs->length : 0;
    return own->length == theirs->length;
}

static bool is_outcome(rapport_outcome outcome)
{
    return outcome == RAPPORT_DONE || outcome == RAPPORT_BAD_INPUT ||
           outcome == RAPPORT_NO_RESOURCES;
}

static bool are_edges(const seen_edges *edges)
{
    return edges->first.rows <= SEEN_BACK && edges->last.rows <= SEEN_BACK;
}

static uint64_t findings_of(const piece *scored)
{
    uint64_t found = 0;

    for (uint32_t code = 0; code < FOUND_CODES; code++)
        found += scored->found[code];
    return found;
}

bool slot_take(slot *s, cpu_level kernel)
{
    piece *own = &s->out, theirs = s->shared->out;
    chunk_result *scored = &own->scored;

    if (!fits(&scored->report, &theirs.scored.report) || !fits(&own->rejects, &theirs.rejects) ||
        !fits(&own->messages, &theirs.messages) || !fits(&own->changed, &theirs.changed) ||
        !is_outcome(theirs.outcome) || !are_edges(&theirs.scored.edges))
        return false;
    own->outcome = theirs.outcome;
    own->error = theirs.error;
    own->error.text[sizeof own->error.text - 1] = 0;
    own->full = theirs.full;
    own->warnings = theirs.warnings;
    memcpy(own->found, theirs.found, sizeof own->found);
    scored->records = theirs.scored.records;
    scored->ok = theirs.scored.ok;
    scored->partial = theirs.scored.partial;
    scored->rejected = theirs.scored.rejected;
    scored->edges = theirs.scored.edges;
    if (own->full || own->outcome != RAPPORT_DONE)
        return true;
    return scored->records == s->records && scored->ok <= s->records &&
           scored->partial <= s->records - scored->ok &&
           scored->rejected == s->records - scored->ok - scored->partial &&
           lines_are(scored->report.bytes, scored->report.length, s->records, kernel) &&
           lines_are(own->rejects.bytes, own->rejects.length, findings_of(own), kernel);
}

bool slot_leave_out(slot *s, uint32_t code, uint32_t signal)
{
    const watch *w = &s->shared->watch;
    const watch_skip skip = { .record = atomic_load(&w->record),
                              .stage = atomic_load(&w->stage),
                              .code = code,
                              .signal = signal };

    if (!s->skip)
        s->skip = calloc(WATCH_SKIPS, sizeof *s->skip);
    if (!s->skip || s->skips == WATCH_SKIPS || atomic_load(&w->since) == 0 ||
        skip.record < s->input.first_record || skip.record - s->input.first_record >= s->records)
        return false;
    s->skip[s->skips++] = skip;
    return true;
}
