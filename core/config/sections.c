/* sections.c - looks up what an INI file said, and changes it before it is used. */
#include "config/config.h"

#include <stdio.h>
#include <string.h>

#include "config/grammar.h"
#include "config/nearest.h"
#include "config/schema.h"

#define WRONG(all, at, ...) problem_add(all, RAPPORT_BAD_CONFIG, at, __VA_ARGS__)

/* ---- looking up, adding ----------------------------------------------------------- */

static section *find_section(const config *in, const char *kind, size_t kind_length,
                             const char *name)
{
    for (uint32_t i = 0; i < in->sections; i++) {
        section *s = &in->section[i];
        if (strncmp(s->kind, kind, kind_length) == 0 && s->kind[kind_length] == '\0' &&
            strcmp(s->name, name) == 0)
            return s;
    }
    return NULL;
}

const section *config_find(const config *in, const char *kind, const char *name)
{
    return find_section(in, kind, strlen(kind), name);
}

/* What stands behind the first word. */
static const char *after_word(const char *words)
{
    size_t length = strcspn(words, " ");
    return words[length] ? words + length + 1 : "";
}

section *config_section(const config *in, const char *words)
{
    return find_section(in, words, strcspn(words, " "), after_word(words));
}

const setting *section_find(const section *in, const char *key)
{
    for (uint32_t i = 0; i < in->settings; i++)
        if (strcmp(in->setting[i].key, key) == 0)
            return &in->setting[i];
    return NULL;
}

section *config_add(config *to, const char *words, place at, memory *arena)
{
    section *grown = memory_grow(arena, to->section, to->sections, sizeof *grown);
    if (!grown)
        return NULL;
    to->section = grown;

    const char *name = after_word(words);
    section *new = &grown[to->sections];
    *new = (section){ .kind = memory_text(arena, words, strcspn(words, " ")),
                      .name = memory_text(arena, name, strlen(name)),
                      .at = at };
    if (!new->kind || !new->name)
        return NULL;
    to->sections++;
    return new;
}

setting *section_add(section *to, const setting *like, memory *arena)
{
    setting *grown = memory_grow(arena, to->setting, to->settings, sizeof *grown);
    if (!grown)
        return NULL;
    to->setting = grown;
    grown[to->settings] = *like;
    return &grown[to->settings++];
}

/* Replaces the setting of that key, or adds it. */
static bool put_setting(section *to, const setting *new, memory *arena)
{
    for (uint32_t i = 0; i < to->settings; i++)
        if (strcmp(to->setting[i].key, new->key) == 0) {
            to->setting[i] = *new;
            return true;
        }
    return section_add(to, new, arena) != NULL;
}

/* The section of these words, added where it is not there yet. */
static section *want_section(config *in, const char *words, place at, memory *arena)
{
    section *found = config_section(in, words);
    return found ? found : config_add(in, words, at, arena);
}

/* ---- --set ---------------------------------------------------------------------- */

/* "stage.alliance" as "stage alliance". */
static void blanks_for_dots(char *words)
{
    for (; *words; words++)
        if (*words == '.')
            *words = ' ';
}

typedef struct assignment {
    char section[GRAMMAR_NAME_BYTES + 1], key[GRAMMAR_NAME_BYTES + 1];
    const char *value;
    size_t length; /* of the value */
} assignment;

/* Takes "section.key=value" apart; `text` is written to. false: it is not of that form. */
static bool split_assignment(assignment *out, char *text, place at, problems *all)
{
    if (grammar_bad_byte(text, strlen(text))) {
        WRONG(all, &at, "is not plain UTF-8 text; write --set section.key=value [cfg-set]");
        return false;
    }
    char *equals = strchr(text, '=');
    if (!equals) {
        WRONG(all, &at, "has no '='; write --set section.key=value [cfg-set]");
        return false;
    }
    *equals = '\0';
    char *dot = strrchr(text, '.');
    if (!dot) {
        WRONG(all, &at, "names no section; write --set section.key=value [cfg-set]");
        return false;
    }
    *dot = '\0';
    blanks_for_dots(text);

    const char *key = dot + 1;
    size_t key_length = strlen(key);
    grammar_trim(&key, &key_length);
    out->value = equals + 1;
    out->length = strlen(out->value);
    grammar_trim(&out->value, &out->length);
    return grammar_section(out->section, text, strlen(text), at, all) &&
           grammar_key(out->key, key, key_length, at, all);
}

bool config_set(config *into, const char *text, memory *arena, problems *all)
{
    static const char option[] = "--set ";
    size_t length = strlen(text);
    char *said = memory_new(arena, sizeof option + length);
    char *copy = memory_text(arena, text, length);
    if (!said || !copy)
        return problem_memory(all) != NULL;
    memcpy(said, option, sizeof option - 1);
    memcpy(said + sizeof option - 1, text, length);

    const place at = { .file = into->path, .said = said };
    assignment a;
    if (!split_assignment(&a, copy, at, all))
        return true;
    const setting new = { .key = memory_text(arena, a.key, strlen(a.key)),
                          .value = memory_text(arena, a.value, a.length),
                          .at = at,
                          .value_at = at };
    section *to = want_section(into, a.section, at, arena);
    if (!new.key || !new.value || !to || !put_setting(to, &new, arena))
        return problem_memory(all) != NULL;
    return true;
}

/* ---- overlays ------------------------------------------------------------------- */

static bool copy_all(config *out, const config *base, memory *arena)
{
    *out = *base;
    out->section = NULL;
    out->sections = 0;
    for (uint32_t i = 0; i < base->sections; i++) {
        const section *from = &base->section[i];
        section *grown = memory_grow(arena, out->section, out->sections, sizeof *grown);
        if (!grown)
            return false;
        out->section = grown;
        section *to = &grown[out->sections++];
        *to = *from;
        to->setting = NULL;
        to->settings = 0;
        for (uint32_t k = 0; k < from->settings; k++)
            if (!section_add(to, &from->setting[k], arena))
                return false;
    }
    return true;
}

/* What stands in `name` behind the words of `first`: "" for equal ones; NULL: it begins
 * otherwise. */
static const char *rest_behind(const char *name, const char *first)
{
    size_t length = strlen(first);
    if (strncmp(name, first, length) != 0 || (name[length] != '\0' && name[length] != ' '))
        return NULL;
    return name[length] ? name + length + 1 : name + length;
}

static bool stands_in(const char *const *list, const char *key)
{
    for (; list && *list; list++)
        if (strcmp(*list, key) == 0)
            return true;
    return false;
}

/* Puts one setting of the file that lies above into the one below. */
static bool overlay_setting(section *to, const setting *new, memory *arena, problems *all)
{
    const setting *old = section_find(to, new->key);
    bool twice = old && old->at.file == new->at.file && !new->at.said;

    if (twice && old->at.said) /* --set goes before both */
        return true;
    if (twice)
        WRONG(all, &new->at,
              "'%s' stands for the same in line %u already; keep one of them [cfg-duplicate-key]",
              new->key, old->at.line);
    return put_setting(to, new, arena);
}

/* A section that lies below nothing adds one, if it says all that a new one needs; else its name
 * is a slip, and whatever it leaves out would be said to be missing. */
static bool is_meant(const config *base, const section *from, const char *words, problems *all)
{
    char missing[256] = "", hint[160];
    nearest search = { .wanted = after_word(words) };
    size_t length = strcspn(words, " "), used = 0;
    const schema *kind = schema_instrument;

    while (kind->kind && (strncmp(kind->kind, words, length) != 0 || kind->kind[length]))
        kind++;
    if (!kind->kind || !kind->named)
        return true;
    for (uint32_t i = 0; i < kind->rows.count; i++) {
        const rapport_setting *row = (const rapport_setting *)kind->rows.first + i;
        if (!row->fallback && !section_find(from, row->name) && used < sizeof missing)
            used += (size_t)snprintf(missing + used, sizeof missing - used, "%s%s",
                                     used ? " and " : "", row->name);
    }
    for (uint32_t i = 0; i < base->sections; i++)
        if (strcmp(base->section[i].kind, kind->kind) == 0)
            nearest_offer(&search, base->section[i].name);
    nearest_hint(hint, sizeof hint, &search);
    if (used)
        WRONG(all, &from->at, "the instrument has no [%s]%s%s%s [cfg-unknown-name]", words, hint,
              *hint ? "" : "; name one it has, or give a new one ", *hint ? "" : missing);
    return used == 0;
}

bool config_overlay(config *out, const config *base, const char *into, const config *over,
                    const char *kind, const char *name, const char *const *except, memory *arena,
                    problems *all)
{
    if (!copy_all(out, base, arena))
        return problem_memory(all) != NULL;
    for (uint32_t i = 0; i < over->sections; i++) {
        const section *from = &over->section[i];
        const char *rest = strcmp(from->kind, kind) == 0 ? rest_behind(from->name, name) : NULL;
        if (!rest)
            continue;
        if (*rest && !config_section(base, rest) && !is_meant(base, from, rest, all))
            continue;
        section *to = want_section(out, *rest ? rest : into, from->at, arena);
        if (!to)
            return problem_memory(all) != NULL;
        for (uint32_t k = 0; k < from->settings; k++) {
            if (*rest == '\0' && stands_in(except, from->setting[k].key))
                continue;
            if (!overlay_setting(to, &from->setting[k], arena, all))
                return problem_memory(all) != NULL;
        }
    }
    return true;
}

/* ---- kinds of section -------------------------------------------------------------- */

static void complain_of_kind(const section *s, const char *const *kinds, problems *all)
{
    char hint[GRAMMAR_NAME_BYTES + 32];
    nearest search = { .wanted = s->kind };

    for (const char *const *kind = kinds; *kind; kind++)
        nearest_offer(&search, *kind);
    if (search.best) {
        WRONG(all, &s->at, "unknown section [%s]%s [cfg-unknown-section]", s->kind,
              nearest_hint(hint, sizeof hint, &search));
        return;
    }
    char known[512] = "";
    size_t used = 0;
    for (const char *const *kind = kinds; *kind && used < sizeof known; kind++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s[%s]",
                                 kind == kinds ? "" : " ", *kind);
    WRONG(all, &s->at, "unknown section [%s]; known here are %s [cfg-unknown-section]", s->kind,
          known);
}

static const schema *own_kind(const char *kind)
{
    const schema *found = schema_find(schema_pipeline, kind);
    return found ? found : schema_find(schema_instrument, kind);
}

void config_kinds(const config *in, const char *const *kinds, problems *all)
{
    for (uint32_t i = 0; i < in->sections; i++) {
        const section *s = &in->section[i];
        const schema *own = own_kind(s->kind);
        bool named = !own || own->named;

        if (!stands_in(kinds, s->kind))
            complain_of_kind(s, kinds, all);
        else if (named && *s->name == '\0')
            WRONG(all, &s->at, "[%s] has no name; write [%s NAME] [cfg-section]", s->kind, s->kind);
        else if (!named && *s->name)
            WRONG(all, &s->at,
                  "[%s %s] has a name, but there is only one; write [%s] "
                  "[cfg-section]",
                  s->kind, s->name, s->kind);
        /* The first word becomes part of a column's name; further ones are an overlay's. */
        else if (own && named && !grammar_is_name(s->name, strcspn(s->name, " ")))
            WRONG(all, &s->at,
                  "'%s' cannot name one; use letters, digits and _, and begin with a letter "
                  "[cfg-name]",
                  s->name);
        else if (own && named && schema_find(schema_instrument, s->kind) && strchr(s->name, ' '))
            WRONG(all, &s->at, "[%s %s] has more than one name; write [%s NAME] [cfg-section]",
                  s->kind, s->name, s->kind);
    }
}

/* ---- paths ------------------------------------------------------------------------- */

const char *config_path(const char *file, const char *path, memory *arena)
{
    const char *slash = strrchr(file, '/');
    size_t folder = slash ? (size_t)(slash - file) + 1 : 0, length = strlen(path);

    if (*path == '/' || strcmp(path, "-") == 0)
        folder = 0;
    char *seen = memory_new(arena, folder + length + 1);
    if (!seen)
        return NULL;
    memcpy(seen, file, folder);
    memcpy(seen + folder, path, length);
    return seen;
}
