/* module.h - opens a shared object and checks what it promises.
 *
 * What a plugin brings is copied, by the sizes it states, into tables of this host's
 * newest layout: whatever its author did not know yet is zero. Nothing is ever closed.
 */
#ifndef RAPPORT_CONFIG_MODULE_H
#define RAPPORT_CONFIG_MODULE_H

#include <rapport/plugin.h>

#include "config/trust.h"
#include "text.h"

typedef struct module {
    const char *path;
    char digest[SHA256_HEX]; /* of the file */
    bool pinned;             /* by the pipeline */
    uint32_t minor, needs_minor;
    unsigned char changed;    /* while it was loaded, and put back: MANNERS_... */
    rapport_scoring *scoring; /* copies */
    uint32_t scorings;
    rapport_instrument *instrument; /* copies */
    uint32_t instruments;
    struct module *next;
} module;

/* What has been opened so far; a zeroed one is ready. Everything is the arena's. */
typedef struct modules {
    module *first;
    memory *arena;
    text *tried;      /* places looked at; may be NULL */
    trust *by;        /* what is pinned; NULL: nothing is */
    const char *safe; /* the folder last found to be nobody else's */
} modules;

/* Opens `path`, or finds it opened. NULL: refused; the reason is in *all, at `at`. */
const module *module_open(modules *opened, const char *path, const place *at, problems *all);

/* The scoring module or instrument plugin that `wanted` names: an id, a path, or PATH#ID where
 * a file holds several. `beside` is the file that names it, `at` the place of the name. */
const rapport_scoring *module_scoring(modules *opened, const char *wanted, const char *beside,
                                      const place *at, const module **from, problems *all);
const rapport_instrument *module_instrument(modules *opened, const char *wanted, const char *beside,
                                            const place *at, const module **from, problems *all);

/* Inspects a field given outside the tables, and makes it a copy that is the arena's. false:
 * refused, or out of memory; the reason is in *all, at `at`. */
bool module_take_field(rapport_field *field, const char *plugin, const place *at, memory *arena,
                       problems *all);

#endif
