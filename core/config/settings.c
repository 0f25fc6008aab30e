/* settings.c - converts and checks the settings of a section against a table. */
#include "config/settings.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "config/grammar.h"
#include "config/nearest.h"
#include "config/number_table.h"
#include "config/value.h"

#define WRONG(all, at, ...) problem_add(all, RAPPORT_BAD_CONFIG, at, __VA_ARGS__)

enum { SHORT_LIST = 12 }; /* of known keys that a message may hold */

void list_get(void *out, size_t size, const rapport_list *list, uint32_t i)
{
    size_t known = list->stride < size ? list->stride : size;
    memset(out, 0, size);
    memcpy(out, (const char *)list->first + (size_t)i * list->stride, known);
}

/* ---- rows ------------------------------------------------------------------------ */

static bool is_of(const rapport_setting *row, const char *kind)
{
    return strcmp(row->section ? row->section : "", kind ? kind : "") == 0;
}

/* Copies the rows of this kind, since a plugin's may be shorter than ours. */
static bool take_rows(settings *out, const char *kind, const rapport_list *lists,
                      uint32_t lists_count, memory *arena)
{
    size_t most = 0;
    for (uint32_t l = 0; l < lists_count; l++)
        most += lists[l].count;
    out->checked = memory_array(arena, most, sizeof *out->checked);
    rapport_setting *rows = memory_array(arena, most, sizeof *rows);
    if (!out->checked || !rows)
        return false;

    for (uint32_t l = 0; l < lists_count; l++)
        for (uint32_t i = 0; i < lists[l].count; i++) {
            rapport_setting *row = &rows[out->count];
            list_get(row, sizeof *row, &lists[l], i);
            if (is_of(row, kind))
                out->checked[out->count++].row = row;
        }
    return true;
}

static checked *find_row(const settings *in, const char *key)
{
    for (uint32_t i = 0; i < in->count; i++)
        if (strcmp(in->checked[i].row->name, key) == 0)
            return &in->checked[i];
    return NULL;
}

/* ---- mistakes -------------------------------------------------------------------- */

static void complain_of_key(const settings *in, const setting *unknown, problems *all)
{
    char hint[1024] = "";
    size_t used = 0;
    nearest search = { .wanted = unknown->key };

    for (uint32_t i = 0; i < in->count; i++)
        nearest_offer(&search, in->checked[i].row->name);
    nearest_hint(hint, sizeof hint, &search);
    for (uint32_t i = 0; !search.best && in->count <= SHORT_LIST && i < in->count; i++)
        if (used < sizeof hint)
            used += (size_t)snprintf(hint + used, sizeof hint - used, "%s%s",
                                     i == 0 ? "; known here are " : ", ", in->checked[i].row->name);
    WRONG(all, &unknown->at, "unknown key '%s' in [%s%s%s]%s [cfg-unknown-key]", unknown->key,
          in->section->kind, *in->section->name ? " " : "", in->section->name,
          *hint ? hint : "; take it out");
}

static void complain_of_gap(const settings *in, const rapport_setting *row, problems *all)
{
    const section *s = in->section;
    if (s)
        WRONG(all, &in->at, "[%s%s%s] has no '%s'; add %s = ... (%s) [cfg-missing-key]", s->kind,
              *s->name ? " " : "", s->name, row->name, row->name, row->doc);
    else
        WRONG(all, &in->at, "'%s' is not given; add %s = ... (%s) [cfg-missing-key]", row->name,
              row->name, row->doc);
}

/* ---- values ------------------------------------------------------------------------ */

static void read_table(checked *c, memory *arena, problems *all)
{
    char *digest = memory_new(arena, SHA256_HEX);
    const file_content *from = c->given->file;
    file_content now;

    if (!from) {
        file_read(&now, c->value.word[0], NUMBER_TABLE_BYTES, NULL, arena);
        from = &now;
    }
    if (digest)
        c->value.table = number_table_read(digest, from, arena, all);
    else
        problem_memory(all);
    c->value.count = c->value.table != NULL;
    c->digest = digest;
}

static void check_row(settings *in, checked *c, memory *arena, problems *all)
{
    const rapport_setting *row = c->row;
    bool optional = row->fallback && *row->fallback == '\0';

    if (c->given && *c->given->value)
        value_convert(&c->value, row, c->given->value, c->given->value_at, arena, all);
    else if (c->given && !optional) /* an empty value of an optional key is as good as none */
        WRONG(all, &c->given->value_at, "'%s' has no value; write one behind the '=' [cfg-empty]",
              row->name);
    else if (!row->fallback)
        complain_of_gap(in, row, all);
    else if (!optional)
        value_convert(&c->value, row, row->fallback, in->at, arena, all);
    if (row->type == RAPPORT_TABLE && c->value.count)
        read_table(c, arena, all);
}

bool settings_check(settings *out, const section *given, place where, const char *kind,
                    const rapport_list *lists, uint32_t lists_count, memory *arena, problems *all)
{
    *out = (settings){ .section = given, .at = given ? given->at : where };
    if (!take_rows(out, kind, lists, lists_count, arena))
        return problem_memory(all) != NULL;

    for (uint32_t i = 0; given && i < given->settings; i++) {
        checked *known = find_row(out, given->setting[i].key);
        if (known)
            known->given = &given->setting[i];
        else
            complain_of_key(out, &given->setting[i], all);
    }
    for (uint32_t i = 0; i < out->count; i++)
        check_row(out, &out->checked[i], arena, all);
    return !all->memory;
}

const checked *settings_get(const settings *in, const char *key)
{
    const checked *found = find_row(in, key);
    assert(found);
    return found;
}

double settings_real(const settings *in, const char *key, double otherwise)
{
    const rapport_value *value = &settings_get(in, key)->value;
    return value->count ? value->real[0] : otherwise;
}

const char *settings_word(const settings *in, const char *key)
{
    const rapport_value *value = &settings_get(in, key)->value;
    return value->count ? value->word[0] : NULL;
}

bool settings_yes(const settings *in, const char *key)
{
    return settings_real(in, key, 0) != 0;
}

place settings_place(const settings *in, const char *key)
{
    const checked *found = settings_get(in, key);
    return found->given ? found->given->value_at : in->at;
}

/* ---- a row itself -------------------------------------------------------------------- */

static bool is_key(const char *text)
{
    return grammar_is_key(text, strlen(text)) && strlen(text) <= GRAMMAR_NAME_BYTES;
}

/* "a|b|c", nothing empty. */
static bool are_choices(const char *choices)
{
    size_t length = strlen(choices);
    return *choices != '|' && (length == 0 || choices[length - 1] != '|') && !strstr(choices, "||");
}

static bool fallback_fits(const rapport_setting *row)
{
    const place nowhere = { 0 };
    memory arena = { 0 };
    problems found = { 0 };
    rapport_value value;

    bool fits = value_convert(&value, row, row->fallback, nowhere, &arena, &found);
    memory_free(&arena);
    return fits || found.memory;
}

const char *setting_row_fault(const rapport_setting *row)
{
    bool has_choices = row->choices && *row->choices;

    if (!row->name || *row->name == '\0')
        return "has no name";
    if (!is_key(row->name))
        return "has a name that is not of small letters, digits and _, or too long";
    if (row->section && *row->section && !is_key(row->section))
        return "names a section that is not of small letters, digits and _, or too long";
    if (!row->doc || *row->doc == '\0')
        return "has no doc, the sentence for the manual";
    if (isnan(row->low) || isnan(row->high))
        return "has a range that is not a number";
    if (row->type < RAPPORT_YES_NO || row->type > RAPPORT_TABLE)
        return "has an unknown type";
    if (has_choices && row->type != RAPPORT_WORD)
        return "has choices, but is not a word";
    if (has_choices && !are_choices(row->choices))
        return "has an empty choice";
    if (row->type == RAPPORT_TABLE && row->fallback && *row->fallback)
        return "has a file as its fallback, which only an INI file can name";
    if (row->fallback && *row->fallback && !fallback_fits(row))
        return "has a fallback that does not fit its own type, range or choices";
    return NULL;
}
