/* instrument.h - items, keys, scales and bands, from settings. */
#ifndef RAPPORT_CONFIG_INSTRUMENT_H
#define RAPPORT_CONFIG_INSTRUMENT_H

#include <rapport/plugin.h>

#include "config/config.h"
#include "config/module.h"
#include "config/settings.h"

enum { DECIMALS_UNSAID = -2 }; /* beside NUMBER_FULL and 0..15: the report's are meant */

typedef struct item {
    rapport_item shown; /* what plugins see; its port is set when the pipeline is bound */
    rapport_port port;  /* the column with its answers, once it is bound */
    const char *column; /* where its answers stand */
    place column_at;
    bool column_given; /* by `column =`, and not by the item's name */
    bool whole;
    bool optional; /* in optional scales only: its column may be absent, */
    bool absent;   /* and it is, once it is bound */
    bool scored;   /* in a scale */
    bool moved;    /* `rescale =`: its answers are moved to low..high of the next line */
    double moved_low, moved_high;
    settings settings;
} item;

/* The missing rule: enough answers for a score? */
typedef struct needed {
    uint32_t count;   /* at least so many; */
    uint32_t percent; /* or, where this is not 0, at least this share of the applicable */
} needed;

typedef struct scale {
    rapport_scale shown; /* what plugins see; ports and range are set when bound */
    item **item;         /* shown.items of them */
    const char *title;
    const rapport_scoring *scoring;
    const module *module;
    settings settings; /* the scale's own and its scoring module's */
    needed needed;
    bool moved, flip; /* `rescale =` is given; the score is turned */
    double moved_low, moved_high;
    int decimals;
    rapport_level *band; /* `bands` of them, rising */
    double *edge;        /* the lower edge of each */
    uint32_t bands;
    bool optional;
} scale;

typedef struct instrument {
    const char *path;
    const config *config; /* with the pipeline's changes */
    const char *id, *title, *version, *licence, *source, *about;
    const rapport_instrument *plugin; /* NULL: none */
    const module *module;
    settings settings; /* of [instrument]: its own, the plugin's, and a column for each input */
    settings *section; /* the plugin's further sections, in the order of the file */
    uint32_t sections;
    item *item;
    uint32_t items;
    scale *scale;
    uint32_t scales;
    const char *const *missing;        /* codes, NULL-ended */
    const char *const *not_applicable; /* codes, NULL-ended */
} instrument;

/* Finds the plugins that `from` names, and reads ahead what else lies in files: tables that a
 * plugin may ask for. Mistakes are added to *all. No plugin's code runs. */
void instrument_find(config *from, modules *opened, memory *arena, problems *all);

/* Builds one from the settings of `from`, loads its plugins, and adds every mistake to *all. What
 * could be understood is in *out. false: out of memory. */
bool instrument_build(instrument *out, const config *from, modules *opened, memory *arena,
                      problems *all);

/* NULL: none of that id. */
item *instrument_item(const instrument *in, const char *id);
scale *instrument_scale(const instrument *in, const char *id);

#endif
