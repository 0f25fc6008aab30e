/* provenance.h - what went in and what came out, by hash: no answers, no ids, no clock. */
#ifndef RAPPORT_REPORT_PROVENANCE_H
#define RAPPORT_REPORT_PROVENANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "memory.h"
#include "text.h"

/* A file by its last name and the SHA-256 of its bytes. */
typedef struct provenance_file {
    const char *name, *sha256;
} provenance_file;

typedef struct provenance_plugin {
    provenance_file file;
    bool pinned; /* by [trust] of the pipeline */
} provenance_plugin;

/* One key of [limits]. */
typedef struct provenance_limit {
    const char *key;
    uint64_t value;
} provenance_limit;

typedef struct provenance_scale {
    const char *id, *scoring, *version;
} provenance_scale;

typedef struct provenance_stage {
    const char *name, *instrument, *title, *version, *licence, *source;
    provenance_file file;
    const char *plugin, *plugin_version; /* NULL: none */
    const provenance_scale *scale;
    uint32_t scales;
} provenance_stage;

/* What kept plugins apart. */
typedef struct provenance_engaged {
    uint32_t landlock; /* its ABI; 0: the kernel has none, or it was not asked for */
    bool seccomp, namespaces;
    const char *plugins; /* "memory": the very bytes that were hashed were loaded; "file": the files
                            again; NULL: an older rapport did not say */
} provenance_engaged;

typedef struct provenance {
    const char *version; /* rapport's */
    uint32_t abi_minor;
    provenance_file pipeline, input, report, rejects;
    const char *isolation; /* the level */
    provenance_engaged engaged;
    const char *formulas;          /* of [report]: "neutralise" or "keep" */
    const char *const *set;        /* --set, NULL-ended; may be NULL */
    const provenance_limit *limit; /* those that are not as shipped */
    uint32_t limits;
    const provenance_stage *stage;
    uint32_t stages;
    bool pins_required; /* no plugin may be without */
    const provenance_plugin *plugin;
    uint32_t plugins;
    const provenance_file *table; /* of numbers, that settings name */
    uint32_t tables;
    uint64_t input_bytes, records, ok, partial, rejected, warnings;
    uint32_t columns;
    char delimiter, decimal;
    const char *notes; /* one a line; may be NULL */
    size_t notes_length;
    int outcome; /* the exit status */
} provenance;

/* As JSON. The last member is the hash of all lines before it: the seal. false: out of memory. */
bool provenance_write(text *out, const provenance *facts);

/* The facts of a text that provenance_write wrote; they are the arena's. What it cannot have
 * written is refused, RAPPORT_DIFFERS, at its place in the file that messages call `name`. */
rapport_outcome provenance_read(provenance *facts, const char *bytes, size_t length,
                                const char *name, memory *arena, rapport_error *error);

/* Whether the text ends with the hash of what stands before it. */
bool provenance_is_sealed(const char *bytes, size_t length);

#endif
