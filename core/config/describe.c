/* describe.c - what there is, in words, from the tables that check it. */
#include "config/describe.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/instrument.h"
#include "config/nearest.h"
#include "config/places.h"
#include "config/schema.h"
#include "table/number.h"

typedef struct description {
    text *out;
    memory *arena;
    problems *all;
    modules modules;
} description;

static void say(description *d, const char *format, ...) PRINTF_LIKE(2, 3);

static void say(description *d, const char *format, ...)
{
    char piece[8192];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(piece, sizeof piece, format, arguments);
    va_end(arguments);
    if (!text_add_string(d->out, piece))
        problem_memory(d->all);
}

static const char *numeral(char out[NUMBER_LONGEST + 1], double number)
{
    out[number_write(out, number, NUMBER_FULL)] = 0;
    return out;
}

static void say_range(description *d, const char *before, double low, double high)
{
    char from[NUMBER_LONGEST + 1], to[NUMBER_LONGEST + 1];
    if (low < high)
        say(d, "%s%s to %s", before, numeral(from, low), isinf(high) ? "any" : numeral(to, high));
}

/* ---- settings ------------------------------------------------------------------------------- */

static const char *type_word(const rapport_setting *row)
{
    bool listed = row->flags & (RAPPORT_LISTED | RAPPORT_PER_ITEM);
    switch (row->type) {
    case RAPPORT_YES_NO:
        return "yes or no";
    case RAPPORT_WHOLE:
        return listed ? "whole numbers" : "whole number";
    case RAPPORT_REAL:
        return listed ? "numbers" : "number";
    case RAPPORT_COLUMN:
    case SETTING_INPUT:
        return listed ? "columns" : "column";
    case RAPPORT_TABLE:
        return "CSV file";
    case SETTING_RANGE:
        return "range";
    case SETTING_PATH:
        return "file";
    case SETTING_NAME:
        return listed ? "names" : "name";
    default:
        return row->choices ? "word" : listed ? "words" : "text";
    }
}

static void say_setting(description *d, const rapport_setting *row)
{
    say(d, "  %-16s %s", row->name, type_word(row));
    if (row->choices)
        say(d, " (%s)", row->choices);
    say_range(d, ", ", row->low, row->high);
    if (row->unit && *row->unit)
        say(d, ", %s", row->unit);
    if (!row->fallback)
        say(d, ", required");
    else if (*row->fallback)
        say(d, ", else %s", row->fallback);
    say(d, "\n  %-16s %s\n", "", row->doc);
}

/* The rows for sections of one kind (NULL: the own one). */
static void say_settings(description *d, const char *heading, const rapport_list *rows,
                         const char *kind)
{
    bool begun = false;

    for (uint32_t i = 0; i < rows->count; i++) {
        rapport_setting row;
        list_get(&row, sizeof row, rows, i);
        if (strcmp(row.section ? row.section : "", kind ? kind : "") != 0)
            continue;
        if (!begun)
            say(d, "\n%s\n", heading);
        begun = true;
        say_setting(d, &row);
    }
}

static void say_fields(description *d, const char *heading, const rapport_list *fields)
{
    if (fields->count)
        say(d, "\n%s\n", heading);
    for (uint32_t i = 0; i < fields->count; i++) {
        rapport_field field;
        list_get(&field, sizeof field, fields, i);
        const bool whole = field.flags & RAPPORT_ONLY_WHOLE;
        const char *type = field.type == RAPPORT_NUMBER     ? whole ? "whole number" : "number"
                           : field.type == RAPPORT_CATEGORY ? "category"
                                                            : "text";
        say(d, "  %-16s %s", field.name, type);
        say_range(d, ", ", field.low, field.high);
        if (field.unit && *field.unit)
            say(d, ", %s", field.unit);
        say(d, "%s\n  %-16s %s\n", field.flags & RAPPORT_OPTIONAL ? ", may be absent" : "", "",
            field.doc);
    }
}

/* The plugin's further kinds of section, each once. */
static void say_sections(description *d, const rapport_list *rows)
{
    for (uint32_t i = 0; i < rows->count; i++) {
        rapport_setting row, earlier;
        char heading[128];
        list_get(&row, sizeof row, rows, i);
        bool new = row.section != NULL;
        for (uint32_t k = 0; k < i && new; k++) {
            list_get(&earlier, sizeof earlier, rows, k);
            new = !earlier.section || strcmp(earlier.section, row.section) != 0;
        }
        if (!new)
            continue;
        snprintf(heading, sizeof heading, "settings of [%s NAME]", row.section);
        say_settings(d, heading, rows, row.section);
    }
}

/* ---- an instrument ------------------------------------------------------------------------ */

static void say_items(description *d, const instrument *in)
{
    say(d, "\nitems (%u)\n", in->items);
    for (uint32_t i = 0; i < in->items; i++) {
        const item *it = &in->item[i];
        say(d, "  %-8s %s", it->shown.id, it->shown.text ? it->shown.text : "(text not included)");
        say_range(d, "\n           answers ", it->shown.low, it->shown.high);
        say(d, "%s", it->shown.reverse ? ", reverse-keyed" : "");
        if (!isnan(it->shown.critical_low))
            say_range(d, ", critical ", it->shown.critical_low, it->shown.critical_high);
        if (it->column_given)
            say(d, ", column %s", it->column);
        say(d, "\n");
    }
}

static void say_scale(description *d, const scale *s)
{
    char edge[NUMBER_LONGEST + 1];

    say(d, "  %-16s %s of", s->shown.id, s->scoring->id);
    for (uint32_t i = 0; i < s->shown.items; i++)
        say(d, " %s", s->item[i]->shown.id);
    say(d, "\n  %-16s needs %s of %u answers", "", settings_word(&s->settings, "needed"),
        s->shown.items);
    if (s->moved)
        say_range(d, ", moved to ", s->moved_low, s->moved_high);
    say(d, "%s%s\n", s->flip ? ", turned" : "", s->optional ? ", may be absent" : "");
    for (uint32_t i = 0; i < s->bands; i++)
        say(d, "  %-16s from %s: %s\n", "", numeral(edge, s->edge[i]), s->band[i].code);
}

static void say_instrument(description *d, const instrument *in)
{
    say(d, "%s: %s, version %s\n", in->id, in->title, in->version);
    say(d, "  licence  %s\n  source   %s\n", in->licence, in->source);
    if (in->about)
        say(d, "  about    %s\n", in->about);
    say(d, "  file     %s\n", in->path);
    if (in->plugin)
        say(d, "  plugin   %s %s, %s\n", in->plugin->id, in->plugin->version,
            in->module->file.path);
    say_items(d, in);
    say(d, "\nscales\n");
    for (uint32_t i = 0; i < in->scales; i++)
        say_scale(d, &in->scale[i]);
    if (!in->plugin)
        return;
    say_fields(d, "columns it reads (the key of this name says which)", &in->plugin->inputs);
    say_fields(d, "columns it adds", &in->plugin->outputs);
    say_settings(d, "settings of [instrument], or of the pipeline's [stage NAME]",
                 &in->plugin->settings, NULL);
    say_sections(d, &in->plugin->settings);
}

static bool show_instrument(description *d, const char *path)
{
    config *from = memory_new(d->arena, sizeof *from);
    instrument *in = memory_new(d->arena, sizeof *in);

    if (!from || !in)
        return problem_memory(d->all);
    if (config_read_up_to(from, path, GRAMMAR_LARGEST, d->arena, d->all) &&
        instrument_build(in, from, &d->modules, d->arena, d->all) && d->all->count == 0)
        say_instrument(d, in);
    return !d->all->memory;
}

/* ---- a plugin ----------------------------------------------------------------------------- */

static void say_scoring(description *d, const rapport_scoring *s)
{
    say(d, "%s: %s, version %s (scoring module)\n  %s\n", s->id, s->title, s->version, s->doc);
    if (s->source && *s->source)
        say(d, "  source   %s\n", s->source);
    say_settings(d, "settings of [scale NAME]", &s->settings, NULL);
    say_fields(d, "columns it adds to the score", &s->extra);
}

static bool show_plugin(description *d, const char *path)
{
    const module *m = module_open(&d->modules, path, NULL, d->all);

    if (m)
        say(d, "%s, plugin ABI 1.%u\n\n", m->file.path, m->minor);
    for (uint32_t i = 0; m && i < m->scorings; i++)
        say_scoring(d, &m->scoring[i]);
    for (uint32_t i = 0; m && i < m->instruments; i++) {
        const rapport_instrument *p = &m->instrument[i];
        say(d, "%s: %s, version %s (rules of an instrument)\n  %s\n", p->id, p->title, p->version,
            p->doc);
    }
    return !d->all->memory;
}

static void offer_name(void *self, const char *name, const char *path)
{
    (void)path;
    nearest_offer(self, name);
}

static void unknown_name(description *d, const char *name)
{
    char hint[160];
    nearest search = { .wanted = name };

    places_each(PLACES_INSTRUMENTS, NULL, offer_name, &search, NULL, d->arena, d->all);
    places_each(PLACES_PLUGINS, NULL, offer_name, &search, NULL, d->arena, d->all);
    problem_add(d->all, RAPPORT_WRONG_USE, NULL, "nothing is called '%s'%s [unknown-name]", name,
                *nearest_hint(hint, sizeof hint, &search) ? hint : PLACES_HINT);
}

static bool ends_with(const char *name, const char *ending)
{
    size_t length = strlen(name), tail = strlen(ending);
    return length > tail && strcmp(name + length - tail, ending) == 0;
}

bool describe_one(text *out, const char *name, memory *arena, text *tried, problems *all)
{
    description d = {
        .out = out, .arena = arena, .all = all, .modules = { .arena = arena, .tried = tried }
    };

    if (strchr(name, '/') || ends_with(name, ".ini") || ends_with(name, ".so"))
        return ends_with(name, ".ini") ? show_instrument(&d, name) : show_plugin(&d, name);
    const char *path = places_find(PLACES_INSTRUMENTS, name, NULL, tried, arena, all);
    if (path)
        return show_instrument(&d, path);
    path = places_find(PLACES_PLUGINS, name, NULL, tried, arena, all);
    if (path)
        return show_plugin(&d, path);
    if (!all->memory)
        unknown_name(&d, name);
    return !all->memory;
}

/* ---- a list
 * --------------------------------------------------------------------------------------- */

static void list_ini(description *d, const char *what, const char *kind, const char *name,
                     const char *path)
{
    config from;
    problems mistakes = { 0 };
    bool read = config_read_up_to(&from, path, GRAMMAR_LARGEST, d->arena, &mistakes);
    const section *head = read ? config_find(&from, kind, "") : NULL;
    const setting *title = head ? section_find(head, "title") : NULL;

    if (mistakes.memory)
        problem_memory(d->all);
    say(d, "%-12s %-16s %s (%s)\n", what, name,
        !head || mistakes.count ? "cannot be read: see rapport check"
        : title                 ? title->value
                                : "",
        path);
}

static void list_instrument(void *self, const char *name, const char *path)
{
    list_ini(self, "instrument", "instrument", name, path);
}

static void list_pipeline(void *self, const char *name, const char *path)
{
    list_ini(self, "pipeline", "pipeline", name, path);
}

static void list_plugin(void *self, const char *name, const char *path)
{
    description *d = self;
    problems mistakes = { 0 };
    const module *m = module_open(&d->modules, path, NULL, &mistakes);

    if (mistakes.memory)
        problem_memory(d->all);
    if (!m)
        say(d, "%-12s %-16s cannot be used: see rapport show %s\n", "plugin", name, path);
    for (uint32_t i = 0; m && i < m->scorings; i++)
        say(d, "%-12s %-16s %s (%s)\n", "scoring", m->scoring[i].id, m->scoring[i].title, path);
}

bool describe_list(text *out, const char *name, memory *arena, text *tried, problems *all)
{
    description d = { .out = out, .arena = arena, .all = all, .modules = { .arena = arena } };

    (void)name;
    places_each(PLACES_INSTRUMENTS, NULL, list_instrument, &d, tried, arena, all);
    places_each(PLACES_PLUGINS, NULL, list_plugin, &d, tried, arena, all);
    places_each(PLACES_PIPELINES, NULL, list_pipeline, &d, tried, arena, all);
    return !all->memory;
}

/* ---- the reference
 * ---------------------------------------------------------------------------------- */

/* A cell of a Markdown table. */
static void say_cell(description *d, const char *words)
{
    for (; *words; words++)
        say(d, *words == '|' ? "\\|" : "%c", *words);
}

static void say_row(description *d, const rapport_setting *row)
{
    char from[NUMBER_LONGEST + 1], to[NUMBER_LONGEST + 1];

    say(d, "| `%s` | %s", row->name, type_word(row));
    if (row->choices) {
        say(d, ": ");
        say_cell(d, row->choices);
    }
    if (row->low < row->high)
        say(d, ", %s to %s", numeral(from, row->low), numeral(to, row->high));
    if (row->unit)
        say(d, " %s", row->unit);
    say(d, " | %s%s%s | ", row->fallback && *row->fallback ? "`" : "",
        !row->fallback ? "required" : row->fallback, row->fallback && *row->fallback ? "`" : "");
    say_cell(d, row->doc);
    say(d, " |\n");
}

static void say_schema(description *d, const schema *s)
{
    for (; s->kind; s++) {
        const rapport_setting *row = s->rows.first;
        say(d, "\n### %s\n\n%s\n\n| key | value | default | meaning |\n|---|---|---|---|\n",
            s->heading, s->doc);
        for (uint32_t i = 0; i < s->rows.count; i++)
            say_row(d, &row[i]);
    }
}

bool describe_reference(text *out, const char *name, memory *arena, text *tried, problems *all)
{
    description d = { .out = out, .arena = arena, .all = all };

    (void)name, (void)tried;
    say(&d, "# The INI files\n\n"
            "Written by `rapport help ini` from the tables that check the files; do not edit.\n\n"
            "A line is `key = value`, `[section]`, a comment from `;` or `#` at its start, or "
            "empty. A list is separated by blanks; a word with blanks stands in double quotes. "
            "Relative paths count from the file that holds them.\n");
    say(&d, "\n## A pipeline\n");
    say_schema(&d, schema_pipeline);
    say(&d, "\n## An instrument\n");
    say_schema(&d, schema_instrument);
    return !all->memory;
}
