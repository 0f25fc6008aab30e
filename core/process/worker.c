/* worker.c - a child that may die alone: it loads the plugins, and scores chunks.
 *
 * Everything it is to know was in memory when it was forked, or comes through shared memory: the
 * plan's files are read, the plugins' bytes are there. Once it has closed itself, plugin code runs.
 */
#define _GNU_SOURCE
#include "process/worker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/lines.h"
#include "process/confine.h"
#include "process/input.h"
#include "process/plan_facts.h"

enum { SLEEP = 20000 }; /* milliseconds it waits at most for its bell */

/* ---- what it tells before the first row ------------------------------------------------- */

static void tell_line(void *self, const char *line)
{
    desk *d = self;

    desk_write(d, DESK_MISTAKES, line, strlen(line));
    desk_write(d, DESK_MISTAKES, "\n", 1);
}

static _Noreturn void give_up(desk *d, rapport_outcome outcome, const rapport_error *why)
{
    tell_line(d, why->text); /* once more, as the one that stands for all */
    atomic_store(&d->outcome, (uint32_t)outcome);
    prints_leave();
    desk_reach(d, DESK_REFUSED);
    _exit(EXIT_SUCCESS);
}

static void give_up_if(desk *d, rapport_outcome outcome, const rapport_error *why)
{
    if (outcome != RAPPORT_DONE) {
        tell_line(d, why->text);
        give_up(d, outcome, why);
    }
}

static void give_up_on(desk *d, problems *all)
{
    rapport_error first;
    const rapport_outcome outcome = problems_close(all, tell_line, d, &first);

    if (outcome != RAPPORT_DONE)
        give_up(d, outcome, &first);
}

static void tell(desk *d, desk_text which, const text *from)
{
    rapport_error error;

    if (!desk_write(d, which, from->bytes, from->length))
        give_up_if(d,
                   fail(&error, RAPPORT_NO_RESOURCES,
                        "what plugins say of themselves, or the report's first line, has no room; "
                        "use fewer stages, or shorter texts [desk-room]"),
                   &error);
}

/* As a provenance, which the supervisor knows how to read with care. What it knows better itself
 * is only there to make it one. */
static void tell_facts(desk *d, const plan *plan, memory *arena)
{
    static const char none[] = "0000000000000000000000000000000000000000000000000000000000000000";
    provenance facts = { .input = { "-", none },
                         .report = { "-", none },
                         .isolation = isolation_word(plan->isolation),
                         .delimiter = ',',
                         .decimal = '.' };
    rapport_error error;
    text out = { 0 };

    if (!plan_facts(&facts, plan, arena) || !provenance_write(&out, &facts))
        give_up_if(d, fail_memory(&error), &error);
    tell(d, DESK_FACTS, &out);
    text_free(&out);
}

static void load(const post *p)
{
    problems none = { 0 }, *all = p->found ? p->found : &none;
    memory arena = { 0 };

    if (!p->plan->loaded) {
        plan_load(p->plan, all);
        pipeline_check(p->plan, all);
    }
    give_up_on(p->desk, all);
    tell_facts(p->desk, p->plan, &arena);
    memory_free(&arena);
    desk_reach(p->desk, DESK_LOADED);
}

/* The supervisor has read it before; but there may not be the memory now. */
static void read_header(csv_header *out, desk *d, const plan *plan, memory *arena)
{
    const csv_expected expected = input_expected(plan);
    rapport_error error;

    give_up_if(d,
               csv_header_read(out, desk_header(d), d->header_length, true, table_name(plan),
                               &expected, arena, &error),
               &error);
    out->records = d->records;
}

static void bind(pipeline *stages, const post *p, csv_header *header, memory *arena)
{
    problems all = { 0 };
    text notes = { 0 }, heading = { 0 };
    rapport_error error;

    read_header(header, p->desk, p->plan, arena);
    pipeline_bind(stages, p->plan, header, arena, &notes, &all);
    give_up_on(p->desk, &all);
    if (!lines_header(&heading, stages))
        give_up_if(p->desk, fail_memory(&error), &error);
    tell(p->desk, DESK_HEADING, &heading);
    tell(p->desk, DESK_NOTES, &notes);
    text_free(&heading);
    text_free(&notes);
    stages->notes = NULL;
}

/* What plugins may only read they cannot write to, from here on. */
static void hold_read_only(pipeline *stages, const post *p)
{
    rapport_error error;

    if (!stretch_hold_read_only(&stages->batch.seen))
        give_up_if(p->desk, fail_memory(&error), &error);
}

/* ---- chunks ------------------------------------------------------------------------------ */

/* What a twin does first: the chunk's first record, for nothing. A plugin that remembers anything
 * of the calls before remembers something else than the one whose twin it is. */
static void score_aside(const chunk *input, pipeline *stages)
{
    static piece aside;
    static seen unseen;
    const size_t length =
        csv_cut(input->bytes, input->length, stages->header->dialect.delimiter, 1);
    chunk first = *input;

    first.length = length > 0 ? length : input->length;
    piece_score(&aside, &first, stages, &unseen);
}

/* Where it can be seen from outside. */
static void score(slot *s, pipeline *stages, seen *seen, bool twin)
{
    slot_begin(s);
    stages->watch = &s->shared->watch;
    if (twin)
        score_aside(&s->input, stages);
    piece_score(&s->out, &s->input, stages, seen);
    slot_end(s);
}

/* Of its slots that wait to be scored, the one whose records come first; NULL: none does. */
static slot *next_of(slot *const own[SLOTS_EACH], bool *closed)
{
    slot *next = NULL;

    *closed = false;
    for (uint32_t i = 0; i < SLOTS_EACH; i++) {
        const slot_turn turn = slot_whose(own[i]);
        *closed = *closed || turn == SLOT_CLOSED;
        if (turn == SLOT_WORKER &&
            (!next || own[i]->shared->input.first_record < next->shared->input.first_record))
            next = own[i];
    }
    return next;
}

static _Noreturn void serve(const post *p, pipeline *stages)
{
    seen seen = { .everywhere = p->plan->unique };

    for (bool closed;;) {
        const uint32_t heard = slot_rung(p->own[0]);
        slot *s = next_of(p->own, &closed);
        if (closed) {
            prints_leave();
            _exit(EXIT_SUCCESS);
        }
        if (!s) {
            slot_wait_bell(p->own[0], heard, SLEEP);
            continue;
        }
        score(s, stages, &seen, p->twin);
        slot_give(s, SLOT_SUPERVISOR);
    }
}

static rapport_outcome no_room(rapport_error *error)
{
    return fail(error, RAPPORT_NO_RESOURCES, "no room for a chunk: %s; free some memory [workers]",
                strerror(errno));
}

_Noreturn void worker_live(const post *p)
{
    memory arena = { 0 };
    pipeline stages = { 0 };
    csv_header header;
    rapport_error error;

    p->plan->modules.under_way = &p->desk->under_way;
    prints_enter(p->printed);
    for (uint32_t i = 0; i < SLOTS_EACH; i++)
        if (!slot_enter(p->own[i]))
            give_up_if(p->desk, no_room(&error), &error);
    give_up_if(p->desk, confine_for_loading(p->plan, p->landlock, p->supervisor, &error), &error);
    load(p);
    desk_wait_header(p->desk);
    bind(&stages, p, &header, &arena);
    hold_read_only(&stages, p);
    give_up_if(p->desk, confine_for_rows(p->plan, &error), &error);
    desk_reach(p->desk, DESK_READY);
    serve(p, &stages);
}
