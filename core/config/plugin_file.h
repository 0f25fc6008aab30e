/* plugin_file.h - a plugin's file, before any of its code runs: is it all there, who can have put
 * it there, and which bytes are these? */
#ifndef RAPPORT_CONFIG_PLUGIN_FILE_H
#define RAPPORT_CONFIG_PLUGIN_FILE_H

#include "config/trust.h"
#include "sha256.h"

typedef struct plugin_file {
    const char *path; /* as it was named; the arena's, as the next */
    const char *real; /* where it lies, without links */
    size_t largest;   /* bytes that it may have */
    char digest[SHA256_HEX];
    bool pinned; /* by the pipeline */
    bool sealed; /* the bytes that were hashed are in memory, and nobody can change them: `fd`, */
    int fd;      /* which else is the file itself; -1: it is not open */
} plugin_file;

/* What becomes of a file that was looked at. */
typedef enum plugin_file_use {
    PLUGIN_FILE_CLOSE, /* it is loaded by its path */
    PLUGIN_FILE_KEEP   /* its bytes are loaded by somebody who can open nothing */
} plugin_file_use;

/* Looks at the file at out->path, which may have out->largest bytes. `by` may be NULL: nothing is
 * pinned; `safe` is trust_place's. false: refused, and the reason is in *all, at `at` or at a
 * better place. */
bool plugin_file_open(plugin_file *out, plugin_file_use use, trust *by, const char **safe,
                      const place *at, memory *arena, problems *all);

/* Accepts a zeroed one. */
void plugin_file_close(plugin_file *file);

#endif
