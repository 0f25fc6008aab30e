/* module.h - loads a shared object and checks what it promises.
 *
 * What a plugin brings is copied, by the sizes it states, into tables of this host's
 * newest layout: whatever its author did not know yet is zero. Nothing is ever closed.
 */
#ifndef RAPPORT_CONFIG_MODULE_H
#define RAPPORT_CONFIG_MODULE_H

#include <stdatomic.h>

#include <rapport/plugin.h>

#include "config/plugin_file.h"
#include "text.h"

typedef struct module {
    plugin_file file;
    uint32_t nth; /* in the order of finding, from 1 */
    uint32_t minor, needs_minor;
    unsigned char changed;    /* while it was loaded, and put back: MANNERS_... */
    rapport_scoring *scoring; /* copies; NULL: it is not loaded yet */
    uint32_t scorings;
    rapport_instrument *instrument; /* copies; likewise */
    uint32_t instruments;
    struct module *next;
} module;

/* What has been found so far; a zeroed one is ready. Everything is the arena's. */
typedef struct modules {
    module *first; /* the newest */
    memory *arena;
    text *tried;         /* places looked at; may be NULL */
    trust *by;           /* what is pinned; NULL: nothing is */
    const char *safe;    /* the folder last found to be nobody else's */
    plugin_file_use use; /* what becomes of their files */
    struct asked *asked; /* what was looked for */
    bool settled;        /* nothing is looked for any more: what was not found is not there */
    _Atomic uint32_t *under_way; /* nth of the plugin whose code runs; 0: none's. May be NULL */
    uint32_t most;               /* files; 0: any number */
    size_t largest;              /* bytes of one; 0: 64 MiB */
} modules;

/* Finds what `wanted` names: an id, a path, or PATH#ID where a file holds several. `beside` is the
 * file that names it, `at` the place of the name. None of its code runs. false: refused; the reason
 * is in *all. */
bool module_find_scoring(modules *opened, const char *wanted, const char *beside, const place *at,
                         problems *all);
bool module_find_instrument(modules *opened, const char *wanted, const char *beside,
                            const place *at, problems *all);

/* Likewise, and loads it. */
const rapport_scoring *module_scoring(modules *opened, const char *wanted, const char *beside,
                                      const place *at, const module **from, problems *all);
const rapport_instrument *module_instrument(modules *opened, const char *wanted, const char *beside,
                                            const place *at, const module **from, problems *all);

/* Loads `path`, unless it is loaded. NULL: refused; the reason is in *all, at `at`. */
const module *module_open(modules *opened, const char *path, const place *at, problems *all);

/* How many there are. */
uint32_t modules_count(const modules *opened);

/* The code of this plugin runs from here on; NULL: none's does. */
void module_enter(const modules *opened, const module *m);

/* Takes copies of what a plugin's table brings into *m, whose file is known. false: refused, or out
 * of memory; the reason is in *all, at `at`. */
bool module_take(module *m, const rapport_module *table, const place *at, memory *arena,
                 problems *all);

/* Inspects a field given outside the tables, and makes it a copy that is the arena's. false:
 * refused, or out of memory; the reason is in *all, at `at`. */
bool module_take_field(rapport_field *field, const char *plugin, const place *at, memory *arena,
                       problems *all);

#endif
