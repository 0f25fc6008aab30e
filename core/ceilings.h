/* ceilings.h - how far the keys of [limits] may be raised, for the table that checks them and the
 * messages that name them. docs/limits.md lists every limit. */
#ifndef RAPPORT_CORE_CEILINGS_H
#define RAPPORT_CORE_CEILINGS_H

enum {
    CEILING_FIELD = 16 << 20, /* bytes */
    CEILING_RECORD = 256 << 20,
    CEILING_COLUMNS = 65536,
    CEILING_NAME = 4096,
    CEILING_INI_FILE = 16 << 20,
    CEILING_INI_LINE = 16 << 20,
    CEILING_ITEMS = 4096,
    CEILING_STAGES = 256,
    CEILING_OUTPUTS = 4096,
    CEILING_PLUGINS = 256,
    CEILING_PLUGIN_FILE = 256 << 20,
    CEILING_TIME = 3600000 /* milliseconds */
};
#define CEILING_ROWS 1125899906842624.0 /* 2^50, and so a double */
#define CEILING_MEMORY 1099511627776.0  /* 2^40, likewise */

/* What a message about a limit ends in: UP_TO, then the ceiling. */
#define UP_TO " in [limits], up to %d"

#endif
