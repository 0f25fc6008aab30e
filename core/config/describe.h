/* describe.h - what there is, in words, from the tables that check it. */
#ifndef RAPPORT_CONFIG_DESCRIBE_H
#define RAPPORT_CONFIG_DESCRIBE_H

#include "error.h"
#include "memory.h"
#include "text.h"

/* Each adds text to *out, mistakes to *all and, where `tried` is not NULL, the places it looked at;
 * false: out of memory. */

/* Instruments, plugins and pipelines that can be found from the current folder. `name`: unused. */
bool describe_list(text *out, const char *name, memory *arena, text *tried, problems *all);

/* One instrument, or else one plugin, by name or path. */
bool describe_one(text *out, const char *name, memory *arena, text *tried, problems *all);

/* Every key of our INI files, as Markdown. `name` and `tried`: unused. */
bool describe_reference(text *out, const char *name, memory *arena, text *tried, problems *all);

#endif
