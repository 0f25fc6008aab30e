/* plan.h - what shall be done: a pipeline file and all it names, understood and checked.
 *
 * In two steps. The first reads every file and runs no plugin; the second loads the plugins,
 * without which it is not known what an instrument's settings mean, and looks for no file any more.
 */
#ifndef RAPPORT_CONFIG_PLAN_H
#define RAPPORT_CONFIG_PLAN_H

#include "config/instrument.h"
#include "cpu.h"
#include "formula.h"

typedef struct stage {
    const char *name;
    place at;
    config *from;          /* the instrument's settings with the pipeline's; NULL: broken */
    instrument instrument; /* of a plan that is not loaded: path and config alone */
    bool broken;           /* mistakes were found in it: what it would give is not known */
} stage;

typedef struct plan {
    config pipeline; /* the file, with what --set changed */
    const char *title;
    const char *respondent, *session; /* column names; session may be NULL */
    const char *const *keep;          /* column names, `kept` of them */
    uint32_t kept;
    place respondent_at, session_at, keep_at;

    const char *input;          /* path; NULL: not said */
    char delimiter, decimal;    /* 0: tell from the header */
    const char *const *missing; /* codes, NULL-ended */
    bool any_bytes, unique;

    const char *report, *rejects, *provenance; /* paths; NULL: not said */
    const char *audit_log;                     /* likewise */
    int decimals;
    bool answered;
    formulas formulas;

    settings limits; /* [limits], of which the next lines are */
    size_t field_limit, record_limit, name_limit, ini_file_limit, ini_line_limit;
    uint64_t row_limit;
    uint32_t column_limit, item_limit, stage_limit, output_limit;
    uint32_t load_time, batch_time, row_time; /* milliseconds a plugin may take */
    size_t memory;                            /* a worker may take */
    size_t chunk;
    uint64_t chunk_records;
    uint32_t batch;
    cpu_level kernel;
    rapport_isolation isolation;
    uint32_t workers; /* 0: as many as there are processors */

    stage *stage;
    uint32_t stages;
    bool only_instrument; /* the file is an instrument's: there is no table to run over */
    trust trust;
    modules modules;
    bool loaded;
} plan;

/* Reads `path`, a pipeline's file or an instrument's, with the changes in `set` (NULL-ended, may be
 * NULL), and finds what it names; no plugin is loaded. `isolation` goes before what the file says;
 * 0 does not. Mistakes are added to *all. false: there is nothing to go on with, and *all says why.
 * Everything is the arena's but what plan_close closes, which is due in any case. */
bool plan_read(plan *out, const char *path, const char *const *set, rapport_isolation isolation,
               memory *arena, text *tried, problems *all);

/* Likewise, but [trust] is not read, and no plugin is held against it: to pin those that are there.
 * Nothing is set, and the isolation is what the file says. */
bool plan_read_to_pin(plan *out, const char *path, memory *arena, text *tried, problems *all);

/* Loads the plugins, and builds the instruments. Mistakes are added to *all. */
void plan_load(plan *of, problems *all);

/* Lets go of the plugins' files. Accepts a zeroed one. */
void plan_close(plan *of);

/* What INI files call the level; NULL: there is none of that number. */
const char *isolation_word(unsigned level);

/* What messages call the table. */
const char *table_name(const plan *of);

#endif
