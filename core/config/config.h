/* config.h - an INI file, section by section, each setting with its place.
 *
 * Reading knows the grammar and nothing of what is permitted: that stands in the
 * tables of schema.c and of the plugins, and settings.c holds the two together.
 */
#ifndef RAPPORT_CONFIG_CONFIG_H
#define RAPPORT_CONFIG_CONFIG_H

#include "config/grammar.h"
#include "error.h"
#include "memory.h"
#include "sha256.h"

/* One `key = value`. */
typedef struct setting {
    const char *key;
    const char *value; /* trimmed; may be "" */
    place at;          /* of the key */
    place value_at;
    const struct file_content *file; /* that the value names, read ahead; NULL: it was not */
} setting;

/* One [kind name]; `name` is "" where the brackets hold one word. */
typedef struct section {
    const char *kind;
    const char *name;
    place at;
    setting *setting;
    uint32_t settings;
} section;

/* An INI file in the order in which it is written. Everything is the arena's. */
typedef struct config {
    const char *path; /* as given */
    section *section;
    uint32_t sections;
    char digest[SHA256_HEX]; /* of the bytes read */
} config;

/* Reads `path`. Every mistake of grammar is added to `all` with its place (see
 * docs/ini-reference.md); what could be read is in *out nevertheless. false only where
 * there is nothing to go on with: no such file, not a regular file, no section in it, out of
 * memory; this too is in `all`. */
bool config_read(config *out, const char *path, memory *arena, problems *all);

/* The same where a file may have another size. */
bool config_read_up_to(config *out, const char *path, grammar_limits limits, memory *arena,
                       problems *all);

/* The same of a file's bytes, which nobody needs afterwards; `path`, its name, is kept. */
bool config_parse(config *out, const char *path, const char *bytes, size_t length,
                  grammar_limits limits, memory *arena, problems *all);

/* Carries out "section.key=value" as --set gives it: replaces the setting, or adds it, and
 * its section where that is not there. The section's words may be joined by blanks or dots:
 * "stage.alliance.scale.total.scoring=sum" is scoring in [stage alliance scale total]. It counts
 * as if it stood in the file, paths included; messages show it as it was said. What cannot be
 * understood is added to `all` and changes nothing. false: out of memory. */
bool config_set(config *into, const char *assignment, memory *arena, problems *all);

/* Adds a mistake for each section whose kind is not among `kinds` (NULL-ended), with the nearest
 * one, and for each with a name where its kind has none, or without where it has one. Kinds that
 * are not in schema.c are a plugin's, and have names. */
void config_kinds(const config *in, const char *const *kinds, problems *all);

/* The section [kind name]; NULL: none. */
const section *config_find(const config *in, const char *kind, const char *name);

/* Likewise, by all its words with single blanks between. */
section *config_section(const config *in, const char *words);

/* Adds an empty section of these words, or a setting; NULL: out of memory. */
section *config_add(config *to, const char *words, place at, memory *arena);
setting *section_add(section *to, const setting *like, memory *arena);

/* The setting of that key; NULL: not given. */
const setting *section_find(const section *in, const char *key);

/* *out becomes `base` with the settings of `over` that stand in [KIND NAME] put into [INTO],
 * and those in [KIND NAME REST...] put into [REST...]: how [stage alliance scale total] of a
 * pipeline changes [scale total] of an instrument. Keys in `except` (NULL-ended) of the
 * section [KIND NAME] itself stay out. `base` and `over` are left as they are. */
bool config_overlay(config *out, const config *base, const char *into, const config *over,
                    const char *kind, const char *name, const char *const *except, memory *arena,
                    problems *all);

/* `path` as seen from the folder of `file`: absolute paths and "-" as they are. The arena's;
 * NULL: out of memory. */
const char *config_path(const char *file, const char *path, memory *arena);

#endif
