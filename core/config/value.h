/* value.h - the text of one setting as the value its row asks for. */
#ifndef RAPPORT_CONFIG_VALUE_H
#define RAPPORT_CONFIG_VALUE_H

#include <rapport/plugin.h>

#include "config/config.h"

enum {
    VALUE_WORDS = 65536,  /* of a list */
    VALUE_STRETCH = 1024, /* names that one "bc1..bc15" may stand for */
    VALUE_TEXT = 1024     /* room for value_allowed */
};

/* Converts and checks `text`, which stands at `at`: what is wrong is added to `all`. Paths are
 * seen from the folder of at.file. false, and *out zeroed: refused, or out of memory. */
bool value_convert(rapport_value *out, const rapport_setting *row, const char *text, place at,
                   memory *arena, problems *all);

/* Whether the row's values are lists. */
bool value_is_list(const rapport_setting *row);

/* " (allowed 1 to 100 bytes)", as it stands behind a message, or "". Returns out. */
const char *value_allowed(char out[VALUE_TEXT], const rapport_setting *row);

#endif
