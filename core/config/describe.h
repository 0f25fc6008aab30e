/* describe.h - what there is, in words, from the tables that check it. */
#ifndef RAPPORT_CONFIG_DESCRIBE_H
#define RAPPORT_CONFIG_DESCRIBE_H

#include "error.h"
#include "memory.h"
#include "text.h"

/* Each adds text to *out, and mistakes to *all; false: out of memory. */

/* Instruments, plugins and pipelines that can be found from the current folder. `name`: unused. */
bool describe_list(text *out, const char *name, memory *arena, problems *all);

/* One instrument, or else one plugin, by name or path. */
bool describe_one(text *out, const char *name, memory *arena, problems *all);

/* Every key of our INI files, as Markdown. `name`: unused. */
bool describe_reference(text *out, const char *name, memory *arena, problems *all);

#endif
