/* bind.c - holds a plan and a table's header together: each item and input gets its port,
 * each plugin its instance. */
#include <math.h>
#include <string.h>

#include "pipeline/call.h"
#include "pipeline/columns.h"
#include "pipeline/careful.h"
#include "pipeline/fill.h"
#include "pipeline/lines.h"
#include "pipeline/host.h"
#include "table/number.h"

#define WRONG(b, at, ...) problem_add((b)->all, RAPPORT_BAD_CONFIG, at, __VA_ARGS__)

static int report_decimals(const binding *b, int own)
{
    return own == DECIMALS_UNSAID ? b->p->plan->decimals : own;
}

rapport_status pipeline_add_output(pipeline *p, uint32_t at, const rapport_field *field,
                                   uint32_t *output, problems *all)
{
    binding b = { .p = p, .all = all, .at = at };
    rapport_field own = *field;
    const place *where = &p->plan->stage[at].at;
    const char *plugin = p->plan->stage[at].instrument.plugin->id;

    if (!may_give_more(&b) || !module_take_field(&own, plugin, where, p->arena, all))
        return RAPPORT_BAD_SETTING;
    column described = column_of_field(&b, &own);

    if (add_column(&b, &described, field->name, NULL) == RAPPORT_ABSENT)
        return RAPPORT_NO_MEMORY;
    *output = p->stage[at].outputs++;
    return RAPPORT_OK;
}

/* Plugins are shown this column. */
static rapport_port show(const binding *b, rapport_port port)
{
    if (port != RAPPORT_ABSENT)
        b->p->batch.column[port].seen = true;
    return port;
}

/* ---- items -------------------------------------------------------------------- */

/* Only a plugin that wants answers is shown where they are. */
static void show_port(const binding *b, item *it)
{
    const rapport_instrument *plugin = stage_of(b)->instrument.plugin;
    bool wanted = plugin && (plugin->flags & RAPPORT_WANTS_ITEMS);
    it->shown.port = wanted ? show(b, it->port) : RAPPORT_ABSENT;
}

static void item_missing(binding *b, const item *it)
{
    char hint[160];
    const place header = { .file = table_name(b->p->plan), .line = 1 };
    nearest search = { .wanted = it->column };

    if (it->column_given) {
        column_missing(b, it->column, &it->column_at);
        return;
    }
    offer_columns(b, &search);
    nearest_hint(hint, sizeof hint, &search);
    problem_add(b->all, RAPPORT_BAD_INPUT, &header,
                "the table has no column '%s', which stage %s needs%s%s its column: column = NAME "
                "in [stage %s item %s] [input-column]",
                it->column, stage_of(b)->name, hint, *hint ? " Or name" : "; add it, or name",
                stage_of(b)->name, it->shown.id);
}

static void bind_item(binding *b, item *it)
{
    const reader wanted = { .type = RAPPORT_NUMBER,
                            .subject = it->shown.id,
                            .low = it->shown.low,
                            .high = it->shown.high,
                            .whole = it->whole };

    it->port = find_column(b, it->column, &wanted, NULL, &it->column_at);
    it->absent = it->port == RAPPORT_ABSENT && it->optional;
    if (it->absent && !b->all->memory)
        it->port = absent_column(b, &wanted);
    show_port(b, it);
    if (it->port == RAPPORT_ABSENT && !b->all->memory)
        item_missing(b, it);
}

static bool is_absent(const scale *s)
{
    bool absent = s->shown.items > 0;

    for (uint32_t i = 0; i < s->shown.items; i++)
        absent = absent && s->item[i]->absent;
    return absent;
}

/* Optional items of a scale are all there or none is: else one of them is misspelt, and the score
 * would silently do without it. */
static void check_optional(binding *b, const scale *s)
{
    bool some = false;

    for (uint32_t i = 0; i < s->shown.items; i++)
        some = some || (s->item[i]->optional && !s->item[i]->absent);
    for (uint32_t i = 0; some && i < s->shown.items; i++)
        if (s->item[i]->absent)
            item_missing(b, s->item[i]);
}

static void bind_items(binding *b)
{
    instrument *in = &stage_of(b)->instrument;

    for (uint32_t i = 0; i < in->items && !b->all->memory; i++)
        bind_item(b, &in->item[i]);
    for (uint32_t i = 0; i < in->scales && !b->all->memory; i++)
        check_optional(b, &in->scale[i]);
}

/* ---- scoring modules -------------------------------------------------------------------- */

/* Settings that name columns get their ports. */
static void bind_settings(binding *b, settings *in)
{
    for (uint32_t i = 0; i < in->count; i++) {
        checked *c = &in->checked[i];
        if (c->row->type != RAPPORT_COLUMN || c->value.count == 0)
            continue;
        const place at = settings_place(in, c->row->name);
        rapport_port *port = memory_array(b->p->arena, c->value.count, sizeof *port);
        const reader wanted = { .type = RAPPORT_NUMBER, .subject = c->row->name };
        if (!port) {
            problem_memory(b->all);
            return;
        }
        for (uint32_t k = 0; k < c->value.count; k++) {
            port[k] = show(b, find_column(b, c->value.word[k], &wanted, NULL, &at));
            if (port[k] == RAPPORT_ABSENT)
                column_missing(b, c->value.word[k], &at);
        }
        c->value.column = port;
    }
}

static void report_status(binding *b, const host_self *self, rapport_status status,
                          const char *plugin, const place *at)
{
    static const char *const meaning[] = { "",
                                           "a setting or column does not fit",
                                           "the rows break a promise",
                                           "it ran out of memory",
                                           "it does not support this",
                                           "it found a bug in itself" };
    bool known = status > 0 && status <= RAPPORT_INTERNAL;

    if (status == RAPPORT_NO_MEMORY)
        problem_memory(b->all);
    else if (!self->gave_up) /* else it has said why */
        problem_add(b->all, RAPPORT_BAD_PLUGIN, at,
                    "plugin %s cannot start: %s; see its settings, or mend it [plugin-bind]",
                    plugin, known ? meaning[status] : "it gives no known reason");
}

/* The scale as its scoring module sees it: it counts in keyed answers, so an item whose answers
 * are moved has the range they are moved to. */
static bool show_scale(binding *b, scale_run *run, const scale *s)
{
    rapport_item *item = memory_array(b->p->arena, s->shown.items, sizeof *item);
    const rapport_item **list = memory_array(b->p->arena, s->shown.items, sizeof *list);
    if (!item || !list)
        return problem_memory(b->all);

    for (uint32_t i = 0; i < s->shown.items; i++) {
        item[i] = s->item[i]->shown;
        if (s->item[i]->moved) {
            item[i].low = s->item[i]->moved_low;
            item[i].high = s->item[i]->moved_high;
        }
        list[i] = &item[i];
    }
    run->shown = s->shown;
    run->shown.item = list;
    return true;
}

/* Bands beside the scores there can be, as far as their range is known. */
static void check_bands(binding *b, const scale *s)
{
    const place at = settings_place(&s->settings, "bands");
    char highest[NUMBER_LONGEST + 1];

    if (s->bands && s->edge[0] > s->shown.low)
        WRONG(b, &at,
              "scores below the first band, '%s', have none; let it start at the lowest "
              "score [cfg-band-gap]",
              s->band[0].code);
    highest[number_write(highest, s->shown.high, NUMBER_FULL)] = '\0';
    for (uint32_t i = 0; i < s->bands; i++)
        if (s->edge[i] > s->shown.high)
            WRONG(b, &at,
                  "band '%s' starts above %s, the highest score there can be; lower its edge, or "
                  "take it out [cfg-band-reach]",
                  s->band[i].code, highest);
}

static bool ask_range(const scale_run *run, const rapport_scale *of, double *low, double *high)
{
    const rapport_scoring *scoring = run->scale->scoring;

    *low = *high = NAN;
    return scoring->range && scoring->range(run->self, of, low, high) == RAPPORT_OK &&
           isfinite(*low) && isfinite(*high) && *low < *high;
}

/* Where an item does not apply, a sum has another range than where all do, a mean has not. */
static bool range_stays(const scale_run *run)
{
    rapport_scale fewer = run->shown;
    double low, high;

    if (fewer.items-- == 1) /* without its only item there is no score */
        return true;
    return !ask_range(run, &fewer, &low, &high) || (low == run->low && high == run->high);
}

/* What the score can be, before and after it is moved. */
static void bind_range(binding *b, scale_run *run, scale *s)
{
    const place at = settings_place(&s->settings, s->moved ? "rescale" : "flip");
    const char *const *other = stage_of(b)->instrument.not_applicable;

    bool told = ask_range(run, &run->shown, &run->low, &run->high);
    if (!told)
        run->low = run->high = NAN;
    if (!told && (s->moved || s->flip))
        WRONG(b, &at,
              "scoring %s cannot tell the range of this scale, so its score cannot be "
              "moved or turned; leave this out [cfg-rescale]",
              s->scoring->id);
    else if ((s->moved || s->flip) && other && *other && !range_stays(run))
        WRONG(b, &at,
              "scoring %s has another range where an item does not apply, so its score cannot be "
              "moved or turned; use scoring = mean, or leave this or not_applicable out "
              "[cfg-rescale]",
              s->scoring->id);
    s->shown.low = s->moved ? s->moved_low : told ? run->low : NAN;
    s->shown.high = s->moved ? s->moved_high : told ? run->high : NAN;
    check_bands(b, s);
}

static void bind_scoring(binding *b, scale_run *run, scale *s)
{
    const rapport_scoring *scoring = s->scoring;
    const place at = settings_place(&s->settings, "scoring");

    run->host_self = (host_self){
        .pipeline = b->p, .stage = b->at, .scale = s, .arena = b->p->arena, .problems = b->all
    };
    host_begin(&run->host, &run->host_self);
    s->shown.low = s->shown.high = NAN; /* of an earlier binding */
    s->shown.score = s->shown.band = RAPPORT_ABSENT;
    if (!show_scale(b, run, s))
        return;
    module_enter(&b->p->plan->modules, s->module);
    rapport_status status =
        scoring->bind ? scoring->bind(&run->host, &run->shown, &run->self) : RAPPORT_OK;
    pipeline_tidy(b->p, s->module); /* before the host computes with what it is told */
    run->bound = status == RAPPORT_OK;
    if (!run->bound)
        report_status(b, &run->host_self, status, scoring->id, &at);
    else
        bind_range(b, run, s);
    pipeline_tidy(b->p, s->module);
    module_enter(&b->p->plan->modules, NULL);
    run->host_self.problems = NULL;
}

/* The columns a scale gives: score, band, answers counted, and what its module adds. */
static void add_scale_columns(binding *b, scale_run *run, scale *s)
{
    int decimals = report_decimals(b, s->decimals);
    column score = { .type = RAPPORT_NUMBER,
                     .decimals = decimals,
                     .wants_units = decimals != NUMBER_FULL };
    column band = { .type = RAPPORT_CATEGORY, .level = s->band, .levels = s->bands };
    column answered = { .type = RAPPORT_NUMBER, .wants_units = true };

    run->band = run->answered = run->extra = RAPPORT_ABSENT;
    run->score = s->shown.score = add_column(b, &score, s->shown.id, NULL);
    if (s->bands)
        run->band = s->shown.band = add_column(b, &band, s->shown.id, "band");
    if (b->p->plan->answered)
        run->answered = add_column(b, &answered, s->shown.id, "n");
    for (uint32_t i = 0; i < s->scoring->extra.count; i++) {
        const rapport_field *field = (const rapport_field *)s->scoring->extra.first + i;
        column more = column_of_field(b, field);
        rapport_port port = add_column(b, &more, s->shown.id, field->name);
        if (i == 0)
            run->extra = port;
    }
    run_of(b)->scores = b->p->batch.columns - run_of(b)->score;
}

static void bind_scales(binding *b)
{
    instrument *in = &stage_of(b)->instrument;
    stage_run *run = run_of(b);

    for (uint32_t i = 0; i < in->scales; i++)
        bind_settings(b, &in->scale[i].settings); /* before columns of our own come between */
    run->score = b->p->batch.columns;
    for (uint32_t i = 0; i < in->scales && !b->all->memory; i++) {
        run->scale[i].scale = &in->scale[i];
        bind_scoring(b, &run->scale[i], &in->scale[i]);
        add_scale_columns(b, &run->scale[i], &in->scale[i]);
    }
}

/* ---- the instrument's plugin -------------------------------------------------------------- */

/* Said where a plugin cannot do without a column and gets one of nothing but blanks. */
static void note_absent(binding *b, const rapport_field *field, rapport_port port)
{
    const instrument *in = &stage_of(b)->instrument;
    text *notes = b->p->notes;

    for (uint32_t i = 0; notes && i < in->scales && !(field->flags & RAPPORT_OPTIONAL); i++) {
        const scale *s = &in->scale[i];
        if (s->shown.score != port || !is_absent(s))
            continue;
        const char *const words[] = { stage_of(b)->name, ": the table has none of the columns of ",
                                      s->shown.id,       ", so ",
                                      field->name,       " is blank in every row\n" };
        for (size_t w = 0; w < sizeof words / sizeof *words; w++)
            if (!text_add_string(notes, words[w]))
                problem_memory(b->all);
    }
}

/* Ports of one input: of the columns the INI file names, or of the one called like it. */
static void bind_input(binding *b, const rapport_field *field, rapport_port *port, uint32_t *count)
{
    const settings *in = &stage_of(b)->instrument.settings;
    const checked *named = settings_get(in, field->name);
    const place at = settings_place(in, field->name);
    const reader wanted = { .type = field->type,
                            .subject = field->name,
                            .low = field->low,
                            .high = field->high,
                            .whole = field->flags & RAPPORT_ONLY_WHOLE };

    for (*count = 0; *count < named->value.count; ++*count) {
        const char *name = named->value.word[*count];
        port[*count] = show(b, find_column(b, name, &wanted, field, &at));
        if (port[*count] == RAPPORT_ABSENT && !b->all->memory)
            column_missing(b, name, &at);
        else
            note_absent(b, field, port[*count]);
    }
    if (*count > 0)
        return;
    bool optional = field->flags & RAPPORT_OPTIONAL;
    if (b->p->header || !optional)
        port[0] = show(b, find_column(b, field->name, &wanted, field, &at));
    else
        port[0] = RAPPORT_ABSENT;
    *count = port[0] != RAPPORT_ABSENT;
    if (*count == 0 && !optional && !b->all->memory)
        WRONG(b, &at,
              "stage %s needs a column for %s, and there is none of that name; say which: "
              "%s = COLUMN [cfg-column]",
              stage_of(b)->name, field->name, field->name);
}

static bool bind_inputs(binding *b)
{
    const instrument *in = &stage_of(b)->instrument;
    const rapport_list *inputs = &in->plugin->inputs;
    stage_run *run = run_of(b);
    uint32_t ports = 0;

    for (uint32_t i = 0; i < inputs->count; i++) {
        const rapport_field *field = (const rapport_field *)inputs->first + i;
        ports += settings_get(&in->settings, field->name)->value.count + 1;
    }
    run->inputs = memory_array(b->p->arena, inputs->count + 1, sizeof *run->inputs);
    run->input = memory_array(b->p->arena, ports + 1, sizeof *run->input);
    if (!run->inputs || !run->input)
        return problem_memory(b->all);
    rapport_port *next = run->input;
    for (uint32_t i = 0; i < inputs->count; i++) {
        bind_input(b, (const rapport_field *)inputs->first + i, next, &run->inputs[i]);
        next += run->inputs[i];
    }
    return !b->all->memory;
}

static void bind_plugin(binding *b)
{
    instrument *in = &stage_of(b)->instrument;
    stage_run *run = run_of(b);
    const rapport_instrument *plugin = in->plugin;
    const place at = settings_place(&in->settings, "plugin");

    bind_settings(b, &in->settings);
    for (uint32_t i = 0; i < in->items; i++)
        bind_settings(b, &in->item[i].settings);
    for (uint32_t i = 0; i < in->sections; i++)
        bind_settings(b, &in->section[i]);
    if (!bind_inputs(b))
        return;
    run->output = b->p->batch.columns;
    for (uint32_t i = 0; i < plugin->outputs.count; i++) {
        const rapport_field *field = (const rapport_field *)plugin->outputs.first + i;
        column described = column_of_field(b, field);
        add_column(b, &described, field->name, NULL);
    }
    run->outputs = plugin->outputs.count;
    if (b->all->count > 0)
        return; /* the plugin may rely on what its tables ask for */

    module_enter(&b->p->plan->modules, in->module);
    rapport_status status = plugin->bind ? plugin->bind(&run->host, &run->self) : RAPPORT_OK;
    pipeline_tidy(b->p, in->module);
    module_enter(&b->p->plan->modules, NULL);
    run->bound = status == RAPPORT_OK;
    if (!run->bound)
        report_status(b, &run->host_self, status, plugin->id, &at);
    run->host_self.problems = NULL;
}

/* ---- a stage ------------------------------------------------------------------------------- */

static bool prepare_stage(binding *b)
{
    const instrument *in = &stage_of(b)->instrument;
    stage_run *run = run_of(b);
    pipeline *p = b->p;

    *run = (stage_run){ .stage = stage_of(b) };
    run->host_self =
        (host_self){ .pipeline = p, .stage = b->at, .arena = p->arena, .problems = b->all };
    host_begin(&run->host, &run->host_self);
    run->scale = memory_array(p->arena, in->scales + 1, sizeof *run->scale);
    run->turned = memory_array(p->arena, in->items + 1, sizeof *run->turned);
    run->turned_small = memory_array(p->arena, in->items + 1, sizeof *run->turned_small);
    return run->scale && run->turned && run->turned_small &&
           codes_build(&p->missing[b->at], p->plan->missing, in->missing, p->arena) &&
           codes_build(&p->not_applicable[b->at], in->not_applicable, NULL, p->arena);
}

static bool bind_stage(binding *b)
{
    instrument *in = &stage_of(b)->instrument;

    b->p->stages++;
    if (stage_of(b)->broken)
        return true;
    if (!prepare_stage(b))
        return problem_memory(b->all);
    bind_items(b);
    if (!b->all->memory)
        bind_scales(b);
    if (in->plugin && !b->all->memory)
        bind_plugin(b);
    return !b->all->memory;
}

/* ---- room for the rows ---------------------------------------------------------------------- */

/* Wide tables get fewer rows a batch, so that a batch stays near the processor. */
static uint32_t rows_of(const pipeline *p)
{
    const uint64_t most = p->header->records < p->plan->batch ? p->header->records : p->plan->batch;
    const size_t near = 2 << 20;
    size_t width = (p->batch.columns + 1) * sizeof(double) + p->kept * sizeof(csv_cell);
    size_t fit = near / width > 16 ? near / width : 16;
    return most < fit ? (uint32_t)most : (uint32_t)fit;
}

/* The columns a scale reads: as given, and as they count. */
static bool allocate_scale(pipeline *p, const stage_run *stage, scale_run *run)
{
    const instrument *in = &stage->stage->instrument;
    uint32_t items = run->scale->shown.items;

    run->answer = memory_array(p->arena, items + 1, sizeof *run->answer);
    run->keyed = memory_array(p->arena, items + 1, sizeof *run->keyed);
    run->slice = memory_array(p->arena, items + 1, sizeof *run->slice);
    run->small = memory_array(p->arena, items + 1, sizeof *run->small);
    run->small_slice = memory_array(p->arena, items + 1, sizeof *run->small_slice);
    if (!run->answer || !run->keyed || !run->slice || !run->small || !run->small_slice)
        return false;
    for (uint32_t i = 0; i < items; i++) {
        const size_t at = (size_t)(run->scale->item[i] - in->item);
        const column *c = &p->batch.column[run->scale->item[i]->port];
        run->answer[i] = c->number;
        run->keyed[i] = stage->turned[at] ? stage->turned[at] : c->number;
        run->small[i] = stage->turned_small[at] ? stage->turned_small[at] : c->small;
    }
    return true;
}

/* Whether answers to the item, turned too, are small whole numbers if only they are whole. */
static bool fits_small(const pipeline *p, const item *it)
{
    const double low = it->shown.low, high = it->shown.high;
    return p->batch.column[it->port].small && !it->moved &&
           (!it->shown.reverse || (low == floor(low) && high == floor(high) &&
                                   low > SMALL_MISSING && high < SMALL_ELSEWHERE));
}

/* The lower edges of the bands as the score is printed. */
static bool count_edges(pipeline *p, scale_run *run)
{
    const scale *s = run->scale;
    const column *score = &p->batch.column[run->score];

    if (run->band == RAPPORT_ABSENT || !score->units)
        return true;
    run->edge = memory_array(p->arena, s->bands, sizeof *run->edge);
    for (uint32_t i = 0; run->edge && i < s->bands; i++)
        run->edge[i] = number_units_from(s->edge[i], score->decimals);
    return run->edge;
}

static bool allocate_stage(pipeline *p, stage_run *stage)
{
    const instrument *in = &stage->stage->instrument;

    stage->blank = memory_new(p->arena, p->batch.room);
    if (!stage->blank)
        return false;
    stage->fits = true;
    for (uint32_t i = 0; i < in->items; i++) {
        const item *it = &in->item[i];
        stage->fits = stage->fits && fits_small(p, it);
        if (!it->shown.reverse && !it->moved)
            continue;
        stage->turned[i] = stretch_take(&p->batch.seen, p->batch.room * sizeof(double));
        stage->turned_small[i] = stretch_take(&p->batch.seen, p->batch.room);
        if (!stage->turned[i] || !stage->turned_small[i])
            return false;
    }
    for (uint32_t i = 0; i < in->scales; i++)
        stage->wants_numbers |= !(in->scale[i].scoring->flags & RAPPORT_TAKES_SMALL);
    for (uint32_t i = 0; i < in->scales; i++)
        if (!allocate_scale(p, stage, &stage->scale[i]) || !count_edges(p, &stage->scale[i]))
            return false;
    return true;
}

/* What plugins see beside the batch's columns. */
static size_t seen_bytes(const pipeline *p, uint32_t rows)
{
    const size_t turned = stretch_piece(rows * sizeof(double)) + stretch_piece(rows);
    size_t bytes = call_bytes(p) + 2 * stretch_piece(rows * sizeof *p->answered) +
                   stretch_piece(rows * sizeof *p->denominator);

    for (uint32_t i = 0; i < p->stages; i++)
        bytes += p->stage[i].stage->instrument.items * turned;
    return bytes;
}

static bool allocate(pipeline *p)
{
    const uint32_t rows = rows_of(p);

    if (!batch_allocate(&p->batch, rows, seen_bytes(p, rows)) || !call_allocate(p))
        return false;
    p->row = memory_array(p->arena, rows, sizeof *p->row);
    p->cell = memory_array(p->arena, (size_t)rows * p->kept, sizeof *p->cell);
    p->answered = stretch_take(&p->batch.seen, rows * sizeof *p->answered);
    p->applicable = stretch_take(&p->batch.seen, rows * sizeof *p->applicable);
    p->denominator = stretch_take(&p->batch.seen, rows * sizeof *p->denominator);
    p->digits = memory_new(p->arena, p->plan->field_limit + 1);
    for (uint32_t i = 0; i < p->stages; i++)
        if (!allocate_stage(p, &p->stage[i]))
            return false;
    return p->row && p->cell && p->answered && p->applicable && p->denominator && p->digits &&
           csv_open(&p->scan, &p->header->dialect, p->header->columns) && fill_allocate(p) &&
           lines_allocate(p);
}

static bool mind_manners(pipeline *p)
{
    const modules *all = &p->plan->modules;
    const size_t bytes = 1 + modules_count(all);

    manners_keep(&p->manners);
    p->changed = (text){
        .bytes = memory_new(p->arena, bytes), .length = bytes, .room = bytes, .fixed = true
    };
    for (const module *m = all->first; p->changed.bytes && m; m = m->next)
        p->changed.bytes[m->nth] = (char)m->changed;
    return p->changed.bytes;
}

bool pipeline_bind(pipeline *out, const plan *plan, const csv_header *header, memory *arena,
                   text *notes, problems *all)
{
    binding b = { .p = out, .all = all };

    *out = (pipeline){
        .plan = plan, .header = header, .arena = arena, .notes = notes, .batch = { .arena = arena }
    };
    out->stage = memory_array(arena, plan->stages + 1, sizeof *out->stage);
    out->missing = memory_array(arena, plan->stages + 1, sizeof *out->missing);
    out->not_applicable = memory_array(arena, plan->stages + 1, sizeof *out->not_applicable);
    if (!out->stage || !out->missing || !out->not_applicable || !mind_manners(out))
        return problem_memory(all);
    if (!keep_cells(&b))
        return false;
    for (; b.at < plan->stages; b.at++)
        if (!bind_stage(&b))
            return false;
    if (all->count > 0)
        return false;
    if (header && !allocate(out))
        return problem_memory(all);
    return true;
}

void pipeline_check(const plan *plan, problems *all)
{
    memory arena = { 0 };
    text notes = { 0 };
    pipeline bound;

    pipeline_bind(&bound, plan, NULL, &arena, &notes, all);
    pipeline_finish(&bound);
    text_free(&notes);
    memory_free(&arena);
}
