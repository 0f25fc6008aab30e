/* trust.h - which plugin files may be loaded: those that nobody else can have put there, and that
 * are the ones a pipeline has pinned. */
#ifndef RAPPORT_CONFIG_TRUST_H
#define RAPPORT_CONFIG_TRUST_H

#include "config/config.h"
#include "config/grammar.h"

struct stat;

/* One `plugin = sha256:...` of [trust]. */
typedef struct pin {
    const char *name;          /* of the plugin's file, without .so */
    const char *const *digest; /* as digits; any of these will do */
    uint32_t digests;
    place at, value_at;
    bool met; /* a plugin of this name was asked for */
} pin;

typedef struct trust {
    const char *file; /* which may be pinned anew */
    pin *pin;
    uint32_t pins;
    bool required; /* a plugin without a pin is refused */
    place required_at;
} trust;

/* Reads [trust]; without one nothing is pinned. false: mistakes were added to *all. */
bool trust_read(trust *out, const config *pipeline, memory *arena, problems *all);

/* Where the plugin at `path` really lies, if only root and the caller may change what is found
 * there; `safe` (may point to NULL) is the folder found so last. NULL: refused, and the reason is
 * in *all: at `at` if it is not there, else at `path`, which is kept. The arena's. */
const char *trust_place(const char *path, const char **safe, const place *at, memory *arena,
                        problems *all);

/* Likewise for the file itself, once it is open. */
bool trust_file(const char *path, const struct stat *status, problems *all);

/* Whether a plugin of this digest may be loaded, and whether a pin says so. */
bool trust_digest(trust *by, const char *path, const char *digest, bool *pinned, problems *all);

/* The key that pins the plugin at `path`. false: its name cannot be one; the reason is in *all, at
 * `at`. */
bool trust_key(char out[GRAMMAR_NAME_BYTES + 1], const char *path, const place *at, problems *all);

/* Whether a key of [trust] is a pin, and not one of our own. */
bool trust_is_pin(const char *key);

#endif
