/* places.h - where instruments, plugins and pipelines are looked for.
 *
 * A name never holds a slash, a path always does. A path counts from the folder of the
 * file that names it. A name is looked for, first hit wins:
 *   1. the folder of the file that names it
 *   2. KIND/ in that file's folder, and in the folders above it (three at most)
 *   3. the folders in RAPPORT_INSTRUMENT_PATH, RAPPORT_PLUGIN_PATH or RAPPORT_PIPELINE_PATH
 *   4. KIND/ beside the program, and where it was installed: ../share/rapport/KIND from the
 *      program's folder, for plugins ../lib/rapport/plugins
 * where KIND is "instruments", "plugins" or "conf". In each folder an instrument NAME is
 * NAME/NAME.ini, NAME.ini or library/NAME.ini, a plugin NAME.so, a pipeline NAME.ini.
 */
#ifndef RAPPORT_CONFIG_PLACES_H
#define RAPPORT_CONFIG_PLACES_H

#include "error.h"
#include "memory.h"
#include "text.h"

typedef enum places_kind { PLACES_INSTRUMENTS, PLACES_PLUGINS, PLACES_PIPELINES } places_kind;

/* What to do about a name that was not found. */
#define PLACES_HINT "; rapport list shows what can be found, -v where it was looked for"

/* The path of the file called `name`, seen from the file `beside` (NULL: from the current
 * folder). NULL: not found, or out of memory (then in *all); every path tried is added to
 * `tried` (may be NULL), one a line. */
const char *places_find(places_kind kind, const char *name, const char *beside, text *tried,
                        memory *arena, problems *all);

/* The file that somebody means who gives a name where a path is wanted: the pipeline of that name,
 * or else the instrument, with or without ".ini". NULL: none, or `word` is a path. */
const char *places_meant(const char *word, memory *arena, problems *all);

/* Gives every file in all places to `each`, as name and path, names in order within a place;
 * a name that an earlier place has is passed over. Every folder is added to `tried` (may be NULL),
 * one a line. */
void places_each(places_kind kind, const char *beside,
                 void (*each)(void *self, const char *name, const char *path), void *self,
                 text *tried, memory *arena, problems *all);

#endif
