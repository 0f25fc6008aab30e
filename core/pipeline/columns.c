/* columns.c - where a pipeline finds its columns, and which it gives. */
#include "pipeline/columns.h"

#include <stdio.h>
#include <string.h>

#include "ceilings.h"
#include "table/number.h"

#define WRONG(b, at, ...) problem_add((b)->all, RAPPORT_BAD_CONFIG, at, __VA_ARGS__)

stage *stage_of(const binding *b)
{
    return &b->p->plan->stage[b->at];
}

stage_run *run_of(const binding *b)
{
    return &b->p->stage[b->at];
}

/* Room for one more of `size`; NULL: out of memory. The old list stays in the arena. */
static void *one_more(binding *b, void *list, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room)
        return list;
    uint32_t more = *room ? 2 * *room : 32;
    void *grown = memory_array(b->p->arena, more, size);
    if (!grown)
        return problem_memory(b->all);
    if (count)
        memcpy(grown, list, count * size);
    *room = more;
    return grown;
}

/* ---- columns of the report -------------------------------------------------------- */

static bool add_reported(binding *b, const char *name, rapport_port port, uint32_t cell,
                         const place *at)
{
    pipeline *p = b->p;
    report_column *list = one_more(b, p->report, p->reported, &p->report_room, sizeof *p->report);
    if (!list)
        return false;
    p->report = list;
    bool ours = strcmp(name, "rapport_status") == 0 || strcmp(name, "rapport_notes") == 0;
    if (ours)
        WRONG(b, at, "the report would have two columns '%s'; rename one [cfg-column-twice]", name);
    for (uint32_t i = 0; i < p->reported; i++)
        if (strcmp(list[i].name, name) == 0)
            WRONG(b, at, "the report would have two columns '%s'; rename one [cfg-column-twice]",
                  name);
    list[p->reported++] = (report_column){ .name = name, .port = port, .cell = cell };
    return true;
}

bool may_give_more(binding *b)
{
    const uint32_t limit = b->p->plan->output_limit;

    if (run_of(b)->given >= limit)
        WRONG(b, &stage_of(b)->at,
              "stage %s gives more than %u columns; make two instruments of it, or raise "
              "outputs" UP_TO " [cfg-outputs]",
              stage_of(b)->name, limit, CEILING_OUTPUTS);
    return run_of(b)->given < limit;
}

/* A column of this stage, called STAGE_NAME or STAGE_NAME_TAIL. */
rapport_port add_column(binding *b, column *described, const char *name, const char *tail)
{
    char full[256];
    int length = snprintf(full, sizeof full, "%s_%s%s%s", stage_of(b)->name, name, tail ? "_" : "",
                          tail ? tail : "");

    if (length < 0 || (size_t)length >= sizeof full)
        return RAPPORT_ABSENT;
    may_give_more(b); /* where not, the mistake is said, and all goes on to find others */
    run_of(b)->given++;
    described->name = memory_text(b->p->arena, full, (size_t)length);
    rapport_port port = described->name ? batch_add(&b->p->batch, described) : RAPPORT_ABSENT;
    if (port == RAPPORT_ABSENT) {
        problem_memory(b->all);
        return RAPPORT_ABSENT;
    }
    return add_reported(b, described->name, port, 0, &stage_of(b)->at) ? port : RAPPORT_ABSENT;
}

/* The arena's strings have to outlive the plugin's: what it gives is copied. */
column column_of_field(const binding *b, const rapport_field *field)
{
    bool rounded = field->flags & RAPPORT_ROUNDED;
    int decimals = rounded ? field->decimals : b->p->plan->decimals;
    return (column){ .type = field->type,
                     .decimals = decimals,
                     .wants_units = field->type == RAPPORT_NUMBER && decimals != NUMBER_FULL,
                     .low = field->low,
                     .high = field->high,
                     .level = field->levels.first,
                     .levels = field->levels.count };
}

/* ---- columns of the table ----------------------------------------------------------- */

/* Whether the table's first line is a header at all, and not a record: some name that is wanted
 * stands there. What else a record holds is nobody's business. */
static bool header_is_one(const binding *b)
{
    const csv_header *header = b->p->header;
    const plan *plan = b->p->plan;

    if (!header)
        return false;
    bool is = csv_header_find(header, plan->respondent) >= 0 ||
              (plan->session && csv_header_find(header, plan->session) >= 0);
    for (uint32_t i = 0; i < plan->kept && !is; i++)
        is = csv_header_find(header, plan->keep[i]) >= 0;
    for (uint32_t s = 0; s < plan->stages; s++)
        for (uint32_t i = 0; i < plan->stage[s].instrument.items && !is; i++)
            is = csv_header_find(header, plan->stage[s].instrument.item[i].column) >= 0;
    return is;
}

void offer_columns(const binding *b, nearest *search)
{
    for (uint32_t i = 0; i < b->p->batch.columns; i++)
        if (b->p->batch.column[i].name)
            nearest_offer(search, b->p->batch.column[i].name);
    for (uint32_t i = 0; header_is_one(b) && i < b->p->header->columns; i++)
        nearest_offer(search, b->p->header->name[i]);
}

/* Whether the stage will give a column of this name: STAGE_SCALE, its band, STAGE_OUTPUT. */
static bool will_give(const stage *s, const char *name)
{
    size_t length = strlen(s->name);
    const rapport_list *outputs = s->instrument.plugin ? &s->instrument.plugin->outputs : NULL;

    if (strncmp(name, s->name, length) != 0 || name[length] != '_')
        return false;
    const char *rest = name + length + 1;
    for (uint32_t i = 0; i < s->instrument.scales; i++) {
        const char *id = s->instrument.scale[i].shown.id;
        const char *tail = strncmp(rest, id, strlen(id)) == 0 ? rest + strlen(id) : "?";
        if (*tail == 0 || strcmp(tail, "_band") == 0)
            return true;
    }
    for (uint32_t i = 0; outputs && i < outputs->count; i++)
        if (strcmp(((const rapport_field *)outputs->first)[i].name, rest) == 0)
            return true;
    return false;
}

static const stage *later_stage(const binding *b, const char *name)
{
    for (uint32_t i = b->at + 1; i < b->p->plan->stages; i++)
        if (will_give(&b->p->plan->stage[i], name))
            return &b->p->plan->stage[i];
    return NULL;
}

void column_missing(binding *b, const char *name, const place *at)
{
    char hint[160];
    nearest search = { .wanted = name };
    const stage *later = later_stage(b, name);

    if (later) {
        WRONG(b, at,
              "column '%s' comes from stage %s, which runs later; put that stage before "
              "[cfg-column-later]",
              name, later->name);
        return;
    }
    offer_columns(b, &search);
    nearest_hint(hint, sizeof hint, &search);
    WRONG(b, at, "no column '%s' in the table or from an earlier stage%s [cfg-column]", name,
          *hint ? hint : "; name one that is there");
}

/* The cell of the table called so. With no table to look into, a name is taken for one of its
 * columns, unless it is a later stage's. */
static int64_t find_cell(const binding *b, const char *name)
{
    if (b->p->header)
        return csv_header_find(b->p->header, name);
    return later_stage(b, name) ? -1 : 0;
}

static uint32_t kept_cell(binding *b, const char *name, const place *at, const char *what)
{
    int64_t cell = b->p->header ? csv_header_find(b->p->header, name) : 0;
    char hint[160];
    nearest search = { .wanted = name };

    if (cell >= 0)
        return (uint32_t)cell;
    offer_columns(b, &search);
    nearest_hint(hint, sizeof hint, &search);
    WRONG(b, at, "the table has no column '%s', named as %s%s [cfg-column]", name, what,
          *hint ? hint : "; name one that is there");
    return 0;
}

bool keep_cells(binding *b)
{
    pipeline *p = b->p;
    const plan *plan = p->plan;

    p->session = FINDING_NOWHERE;
    if (!plan->respondent || !plan->keep)
        return true; /* said when the file was read */
    p->respondent = kept_cell(b, plan->respondent, &plan->respondent_at, "respondent");
    bool added =
        add_reported(b, plan->respondent, RAPPORT_ABSENT, p->respondent, &plan->respondent_at);
    if (added && plan->session) {
        p->session = kept_cell(b, plan->session, &plan->session_at, "session");
        added = add_reported(b, plan->session, RAPPORT_ABSENT, p->session, &plan->session_at);
    }
    for (uint32_t i = 0; added && i < plan->kept; i++)
        added = add_reported(b, plan->keep[i], RAPPORT_ABSENT,
                             kept_cell(b, plan->keep[i], &plan->keep_at, "keep"), &plan->keep_at);
    p->kept = p->reported;
    return added;
}

/* ---- where a stage finds its columns ------------------------------------------------- */

/* The column of an earlier stage, or of this one's scales, by its name in the report or by
 * the bare id of an own scale. */
static rapport_port find_stage_column(const binding *b, const char *name)
{
    const instrument *in = &stage_of(b)->instrument;

    for (uint32_t i = 0; i < b->p->batch.columns; i++)
        if (b->p->batch.column[i].name && strcmp(b->p->batch.column[i].name, name) == 0)
            return i;
    for (uint32_t i = 0; run_of(b)->scores && i < in->scales; i++)
        if (strcmp(in->scale[i].shown.id, name) == 0)
            return in->scale[i].shown.score;
    return RAPPORT_ABSENT;
}

static rapport_port add_reader(binding *b, const reader *wanted, const rapport_field *field)
{
    pipeline *p = b->p;
    reader *list = one_more(b, p->reader, p->readers, &p->reader_room, sizeof *p->reader);
    const column unnamed = { .type = wanted->type,
                             .wants_small = wanted->type == RAPPORT_NUMBER,
                             .level = field ? field->levels.first : NULL,
                             .levels = field ? field->levels.count : 0 };
    rapport_port port = list ? batch_add(&p->batch, &unnamed) : RAPPORT_ABSENT;

    if (port == RAPPORT_ABSENT) {
        problem_memory(b->all);
        return RAPPORT_ABSENT;
    }
    p->reader = list;
    list[p->readers] = *wanted;
    list[p->readers].port = port;
    p->texts |= wanted->type != RAPPORT_NUMBER;
    list[p->readers].stage = b->at;
    list[p->readers].missing = &p->missing[b->at];
    list[p->readers++].not_applicable = &p->not_applicable[b->at];
    return port;
}

static void borrow(binding *b, rapport_port port, const reader *wanted)
{
    pipeline *p = b->p;
    if (!(wanted->low < wanted->high))
        return;
    borrowed *list =
        one_more(b, p->borrowed, p->borrowings, &p->borrowed_room, sizeof *p->borrowed);
    if (!list)
        return;
    p->borrowed = list;
    list[p->borrowings++] = (borrowed){ .port = port,
                                        .stage = b->at,
                                        .subject = wanted->subject,
                                        .low = wanted->low,
                                        .high = wanted->high };
}

static const char *type_word(uint32_t type)
{
    return type == RAPPORT_NUMBER ? "number" : type == RAPPORT_CATEGORY ? "category" : "text";
}

/* An index into one list of levels means nothing in another. */
static bool same_levels(const column *c, const rapport_field *field)
{
    const rapport_level *level = field->levels.first;

    if (c->levels != field->levels.count)
        return false;
    for (uint32_t i = 0; i < c->levels; i++)
        if (strcmp(c->level[i].code, level[i].code) != 0)
            return false;
    return true;
}

rapport_port find_column(binding *b, const char *name, const reader *wanted,
                         const rapport_field *field, const place *at)
{
    reader read = *wanted;
    rapport_port port = find_stage_column(b, name);
    int64_t cell = find_cell(b, name);

    if (port == RAPPORT_ABSENT && cell >= 0) {
        read.cell = (uint32_t)cell;
        return add_reader(b, &read, field);
    }
    if (port == RAPPORT_ABSENT)
        return port;
    if (b->p->header && cell >= 0)
        WRONG(b, at,
              "column '%s' is in the table and comes from a stage too; rename one "
              "[cfg-column-twice]",
              name);
    if (b->p->batch.column[port].type != wanted->type)
        WRONG(b, at, "column '%s' is a %s, and a %s is wanted here; name another [cfg-column-type]",
              name, type_word(b->p->batch.column[port].type), type_word(wanted->type));
    else if (wanted->type == RAPPORT_CATEGORY && !same_levels(&b->p->batch.column[port], field))
        WRONG(b, at,
              "column '%s' has other categories than the plugin knows; name one with those of its "
              "table [cfg-column-type]",
              name);
    borrow(b, port, wanted);
    return port;
}

rapport_port absent_column(binding *b, const reader *wanted)
{
    reader read = *wanted;
    read.cell = FINDING_NOWHERE;
    return add_reader(b, &read, NULL);
}
