/* settings.h - converts and checks the settings of a section against a table.
 *
 * The tables are rapport_setting rows, the same for our own sections (schema.c) and
 * for a plugin's: one place reads, converts, refuses and explains.
 */
#ifndef RAPPORT_CONFIG_SETTINGS_H
#define RAPPORT_CONFIG_SETTINGS_H

#include <rapport/plugin.h>

#include "config/config.h"

/* Types that only our own tables use, beyond RAPPORT_YES_NO .. RAPPORT_TABLE. */
enum {
    SETTING_RANGE = 101, /* "1..5": real[0] and real[1], count 2 */
    SETTING_PATH = 102,  /* word[0]: seen from the INI file's folder */
    SETTING_NAME = 103,  /* word[0]: [a-z][a-z0-9_]*; with RAPPORT_LISTED several, and
                          * "bc1..bc15" stands for fifteen */
    SETTING_INPUT = 104  /* word[]: the column, or columns, of a plugin's input */
};

/* One setting, checked. */
typedef struct checked {
    const rapport_setting *row;
    const setting *given; /* NULL: the row's fallback stands */
    rapport_value value;  /* count 0: nothing given, and the fallback is "" */
    const char *digest;   /* of a RAPPORT_TABLE: the file's SHA-256 */
} checked;

typedef struct settings {
    const section *section; /* NULL: not in the file; every value is a fallback */
    checked *checked;
    uint32_t count;
    place at; /* of the section, or of the file */
} settings;

/* Checks one section against the rows of the tables in lists[0..lists_count), each a list of
 * rapport_setting; rows whose `section` is not `kind` (NULL and "" are equal) are passed over.
 * Adds to `all`: unknown key with the nearest known one, wrong type, out of range, not one of
 * the choices, value not wholly used, required key missing. Values that failed have count 0.
 * `given` may be NULL; `where` then says where it would have stood. false: out of memory. */
bool settings_check(settings *out, const section *given, place where, const char *kind,
                    const rapport_list *lists, uint32_t lists_count, memory *arena, problems *all);

/* Never NULL for a key of the tables; asking for another is a bug, and asserted. */
const checked *settings_get(const settings *in, const char *key);

/* The value of one key, for the plainest cases: `otherwise` where the count is 0. */
double settings_real(const settings *in, const char *key, double otherwise);
const char *settings_word(const settings *in, const char *key); /* NULL where the count is 0 */
bool settings_yes(const settings *in, const char *key);

/* Where to point for this key: its value, or the section where it is not given. */
place settings_place(const settings *in, const char *key);

/* Element i of a list whose elements may be older and shorter than `size`: copied into *out,
 * the rest zeroed. */
void list_get(void *out, size_t size, const rapport_list *list, uint32_t i);

/* The faults of one row itself, as a plugin may bring them: no name, no doc, a fallback outside
 * its own range or choices, an unknown type. NULL: none; else what is wrong, for a message. */
const char *setting_row_fault(const rapport_setting *row);

#endif
