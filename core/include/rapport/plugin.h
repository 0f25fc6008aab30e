/* rapport/plugin.h - everything a plugin author needs (ABI 1, draft).
 *
 * A plugin is one shared object. It exports ONE symbol, rapport_module_v1(),
 * which returns constant tables: the instruments and the scoring modules it
 * holds. It links against nothing of rapport's; what it needs from the host
 * arrives as function pointers.
 *
 *   scoring module   the keyed answers of one scale in, one score per row out
 *   instrument       its scales' scores (and whatever else it asks for) in,
 *                    further columns out: the rule an INI file cannot express
 *
 * What a plugin wants and gives is data: settings, inputs and outputs stand in
 * tables, so the host reads the INI file, converts, checks ranges and names
 * file and line of every mistake before any code of the plugin runs.
 *
 * OWNERSHIP  Whoever allocated it frees it. A pointer received in a call is
 *            borrowed for that call; what a host function returns in bind()
 *            lives until unbind(); a module's own tables live for ever.
 * THREADS    One instance is never entered twice at a time; several instances
 *            may run side by side in other processes. Keep no writable globals.
 * RESULTS    depend on settings and rows only: never on how rows were cut into
 *            batches, on earlier batches, on the clock or on the locale.
 * MISSING    is NaN in a number, -1 in a category, empty in a text. Outputs
 *            start out missing, so a plugin writes only what it knows. An answer
 *            "does not apply" is missing too, and can be told apart where it
 *            matters: see rapport_not_applicable().
 * GROWTH     Within v1 structs grow at their end only and nothing changes its
 *            meaning. Every struct that may grow says its size; lists say the
 *            size of their elements. Read what lies beyond the other side's
 *            size as zero. Numbers below are never renumbered.
 * ORDER      bind (once; a NULL one counts as RAPPORT_OK and leaves self NULL), then
 *            process or score any number of times with rows >= 1, then unbind.
 *            After a bind that failed, unbind is not called.
 */
#ifndef RAPPORT_PLUGIN_H
#define RAPPORT_PLUGIN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RAPPORT_MINOR 0u /* the minor of v1 that this header describes */

#if defined(__GNUC__)
#define RAPPORT_EXPORT __attribute__((visibility("default")))
#else
#define RAPPORT_EXPORT
#endif

/* A list whose elements may grow in a later minor. Frozen itself. */
typedef struct rapport_list {
    const void *first;
    uint32_t count;
    uint32_t stride; /* sizeof one element, as its author compiled it */
} rapport_list;

#define RAPPORT_LIST(array)                                                                        \
    {                                                                                              \
        (array), (uint32_t)(sizeof(array) / sizeof((array)[0])), (uint32_t)sizeof((array)[0])      \
    }
#define RAPPORT_NOTHING                                                                            \
    {                                                                                              \
        NULL, 0, 0                                                                                 \
    }

typedef int32_t rapport_status;
enum {
    RAPPORT_OK = 0,
    RAPPORT_BAD_SETTING = 1, /* a setting or column does not fit; say which with report() */
    RAPPORT_BAD_ROWS = 2,    /* the rows break what was promised about them */
    RAPPORT_NO_MEMORY = 3,
    RAPPORT_NOT_SUPPORTED = 4,
    RAPPORT_INTERNAL = 5 /* a bug in the plugin, found by the plugin */
};

/* ---- columns ------------------------------------------------------------ */

enum {
    RAPPORT_NUMBER = 1,   /* double */
    RAPPORT_CATEGORY = 2, /* int32_t index into the field's levels */
    RAPPORT_TEXT = 3      /* UTF-8 */
};

typedef struct rapport_level {
    const char *code;  /* as written in data and reports: "clear" */
    const char *label; /* for people: "Boundaries are clear"; may be NULL */
} rapport_level;

/* One column, described: an input asked for, or an output promised. */
typedef struct rapport_field {
    const char *name; /* [a-z][a-z0-9_]*; an output's is prefixed by the stage's name */
    const char *label;
    const char *unit; /* "points", "%"; may be NULL */
    const char *doc;  /* one sentence, required */
    uint32_t type;
    uint32_t flags;
    double low, high; /* permitted values; low >= high: any */
    int32_t decimals; /* with RAPPORT_ROUNDED: rounded to this many before print and band; */
                      /* without: to the report's */
    uint32_t reserved;
    rapport_list levels; /* of rapport_level, for a category */
} rapport_field;

enum {
    RAPPORT_OPTIONAL = 0x1,   /* input: bind goes on without it, its port is RAPPORT_ABSENT */
    RAPPORT_MANY = 0x2,       /* input: the INI may name any number of columns for it */
    RAPPORT_SENSITIVE = 0x4,  /* never in messages or logs */
    RAPPORT_ROUNDED = 0x8,    /* `decimals` counts */
    RAPPORT_ONLY_WHOLE = 0x10 /* input: a number of the table that must be whole, as a count is */
};

typedef uint32_t rapport_port; /* a column's place in the batch */
#define RAPPORT_ABSENT UINT32_MAX

typedef struct rapport_text { /* frozen */
    const int32_t *offset;    /* rows + 1 of them */
    const char *bytes;        /* row r: bytes[offset[r]] .. bytes[offset[r + 1]] */
} rapport_text;

/* Whether an answer is the code an instrument declares with `not_applicable =`:
 * a NaN with its own payload, so that arithmetic treats it as missing anyway. */
#define RAPPORT_NOT_APPLICABLE UINT64_C(0x7ff8000000004e41)
static inline int rapport_not_applicable(double answer)
{
    uint64_t bits;
    memcpy(&bits, &answer, sizeof bits);
    return bits == RAPPORT_NOT_APPLICABLE;
}

/* Some hundred to some thousand rows, column by column, 64-byte aligned. */
typedef struct rapport_batch {
    uint32_t size;
    uint32_t rows;
    const double *const *number;     /* number[port][row] */
    const int32_t *const *category;  /* category[port][row] */
    const rapport_text *const *text; /* text[port] */
    const uint32_t *group;           /* RAPPORT_BY_RESPONDENT: groups + 1 row numbers; */
    uint32_t groups;                 /* one group = one respondent, sessions in order */
    uint32_t reserved;
} rapport_batch;

/* The outputs, in the order they were declared; all missing to begin with.
 *
 * A score that is a ratio is best left undivided: the numerator in number[0], the
 * denominator here, where every row starts as 1. The host divides last, after
 * rescaling, so that a score of exactly one half is rounded as one half. */
typedef struct rapport_output {
    uint32_t size;
    uint32_t rows;
    double *const *number;
    int32_t *const *category;
    double *denominator; /* of number[0]; NULL in an instrument's process() */
    void *self;          /* the host's, for text() */
    /* Any order of rows; the last text given for a cell stands. The bytes are copied. */
    rapport_status (*text)(void *self, uint32_t output, uint32_t row, const char *bytes,
                           size_t length);
} rapport_output;

/* ---- settings: read, converted and checked by the host ------------------ */

enum {
    RAPPORT_YES_NO = 11,
    RAPPORT_WHOLE = 12,
    RAPPORT_REAL = 13,
    RAPPORT_WORD = 14,   /* one of `choices` if given, else any text */
    RAPPORT_COLUMN = 15, /* the name of a column that exists at this stage */
    RAPPORT_TABLE = 16   /* a CSV file of numbers that the INI file names, read by the host; the
                          * fallback is NULL or "" */
};

typedef struct rapport_setting {
    const char *name;     /* the INI key */
    const char *section;  /* NULL: the plugin's own; "profile": every [profile NAME]; */
                          /* "item" and "scale": a further key of the instrument's own */
    const char *fallback; /* as it would be written; "": may be left out; NULL: must be given */
    const char *choices;  /* "sum|mean|..." */
    const char *unit;
    const char *doc; /* one sentence, required: it becomes the manual */
    uint32_t type;
    uint32_t flags;
    double low, high; /* low >= high: any */
} rapport_setting;

enum {
    RAPPORT_LISTED = 0x100,  /* a blank-separated list */
    RAPPORT_PER_ITEM = 0x200 /* a list with one value for each item of the scale */
};

typedef struct rapport_table {
    uint32_t size;
    uint32_t rows, columns;
    uint32_t reserved;
    const char *const *row_name;
    const char *const *column_name;
    const double *cell; /* cell[row * columns + column] */
} rapport_table;

typedef struct rapport_value { /* frozen */
    uint32_t count;            /* 1 unless RAPPORT_LISTED; 0: not given */
    uint32_t reserved;
    const double *real;         /* yes/no as 1 and 0, whole, real */
    const char *const *word;    /* word, column */
    const rapport_port *column; /* column */
    const rapport_table *table; /* table */
} rapport_value;

/* ---- what the INI file says of items and scales -------------------------- */

typedef struct rapport_item {
    uint32_t size;
    uint32_t reverse; /* 1: keyed = low + high - answer */
    const char *id;
    const char *text; /* NULL where the licence keeps it out */
    double low, high; /* lowest and highest answer on offer; a scoring module sees those of the */
                      /* keyed answers, which `rescale` may have moved */
    double critical_low,
        critical_high; /* answers in this range, as given, are critical; NaN: none */
    rapport_port port; /* the answers as given; RAPPORT_ABSENT without RAPPORT_WANTS_ITEMS */
    uint32_t reserved;
} rapport_item;

typedef struct rapport_scale {
    uint32_t size;
    uint32_t items;
    const char *id;
    const rapport_item *const *item;
    double low, high;   /* of the score, after rescaling, where they are known; else NaN */
    rapport_port score; /* the score, one number per row, not yet rounded */
    rapport_port band;  /* its band, or RAPPORT_ABSENT */
} rapport_scale;

/* ---- the host, as a plugin sees it --------------------------------------- */

typedef struct rapport_place { /* frozen; the host makes file, line and column of it */
    const char *section;       /* "profile" of [profile NAME]; NULL: the own section */
    const char *name;          /* NAME of [profile NAME] */
    const char *setting;       /* NULL: about the section as a whole */
    int64_t row;               /* in this batch; -1: not about a row */
    rapport_port port;         /* RAPPORT_ABSENT: not about a column */
    uint32_t reserved;
} rapport_place;

enum { RAPPORT_NOTE = 1, RAPPORT_WARNING = 2, RAPPORT_ERROR = 3 };

/* Lives, with all it gives, until unbind. */
typedef struct rapport_host {
    uint32_t size;
    uint32_t minor;
    void *self; /* first argument of every function below */

    /* Zeroed, aligned for any type, freed by the host after unbind. NULL: out of memory. */
    void *(*allocate)(void *self, size_t bytes);

    /* Tells the user "what is wrong; what to do"; the host adds the place, which may be NULL.
     * In bind, an ERROR stops the run. About a row (place->row), an ERROR blanks this stage's
     * columns in that row, and a WARNING is listed beside the report. Never put a respondent's
     * answer into the message. The same few messages, please: they are kept once each. */
    void (*report)(void *self, int severity, const rapport_place *place, const char *message);

    /* A setting of the own section (section and name NULL), or of [section NAME]. Never NULL
     * for a declared one; its count is 0 where nothing was given and nothing stands for it. */
    const rapport_value *(*setting)(void *self, const char *section, const char *name,
                                    const char *key);

    /* The name of the i-th [section NAME], in the order of the file; NULL past the last. */
    const char *(*section)(void *self, const char *section, uint32_t i);

    /* The i-th scale or item of this instrument, in the order of the file, or by its id;
     * NULL past the last and for an id that is not there. */
    const rapport_scale *(*scale)(void *self, uint32_t i);
    const rapport_scale *(*scale_named)(void *self, const char *id);
    const rapport_item *(*item)(void *self, uint32_t i);
    const rapport_item *(*item_named)(void *self, const char *id);

    /* The port of a declared input; RAPPORT_ABSENT for an optional one that is not there.
     * i counts the columns of a RAPPORT_MANY input. */
    rapport_port (*input)(void *self, const char *name, uint32_t i);

    /* One more output than the table declares; numbered after the declared ones. */
    rapport_status (*add_output)(void *self, const rapport_field *field, size_t field_size,
                                 uint32_t *output);

    /* Optional abilities of a later host, as "name/revision"; NULL: not here. */
    const void *(*extension)(void *self, const char *id);
} rapport_host;

/* ---- a scoring module ----------------------------------------------------- */

/* The answers of one scale, already reverse-keyed. Rows with fewer answers than
 * the scale's missing rule needs are blanked by the host, whatever comes back.
 * `applicable` is the number of items to prorate to. */
typedef struct rapport_answers {
    uint32_t size;
    uint32_t rows;
    uint32_t items;
    uint32_t reserved;
    const double *const *keyed;   /* keyed[item][row]; NULL if `small` was asked for and fits */
    const int8_t *const *small;   /* the same, whole numbers; RAPPORT_NO_ANSWER where missing */
    const uint16_t *answered;     /* answered[row]: items with an answer */
    const uint16_t *applicable;   /* applicable[row]: items less those that do not apply */
    const rapport_batch *columns; /* the same rows; only columns that a setting names are there */
} rapport_answers;
#define RAPPORT_NO_ANSWER INT8_MIN

enum {
    RAPPORT_TAKES_SMALL = 0x10000,   /* scoring: score() reads `small` when the host offers it */
    RAPPORT_BY_RESPONDENT = 0x20000, /* instrument: wants batch->group */
    RAPPORT_WANTS_ITEMS = 0x40000    /* instrument: wants the answers as given, as number columns */
};

typedef struct rapport_scoring {
    uint32_t size;
    uint32_t flags;
    const char *id;      /* "prorated_sum": what `scoring =` says */
    const char *version; /* semantic; a score that changes raises the major */
    const char *title;
    const char *doc;
    const char *source;    /* the publication the formula stands in */
    rapport_list settings; /* of rapport_setting: keys of [scale NAME] */
    rapport_list extra;    /* of rapport_field: outputs besides the score: "se" */

    /* Checks and prepares. Anything but RAPPORT_OK stops the run before data are read.
     * May be NULL, and so may unbind. */
    rapport_status (*bind)(const rapport_host *host, const rapport_scale *scale, void **self);
    void (*unbind)(void *self);

    /* The lowest and highest score this scale can reach; `rescale` needs them. May be NULL. */
    rapport_status (*range)(void *self, const rapport_scale *scale, double *low, double *high);

    /* out->number[0] is the score (see denominator), then the extra outputs. */
    rapport_status (*score)(void *self, const rapport_answers *answers, rapport_output *out);
} rapport_scoring;

/* ---- an instrument ---------------------------------------------------------- */

typedef struct rapport_instrument {
    uint32_t size;
    uint32_t flags;
    const char *id; /* "boundary": what `plugin =` says in the instrument's INI file */
    const char *version;
    const char *title;
    const char *doc;
    const char *source;
    rapport_list settings; /* of rapport_setting: keys of [instrument] and further sections */
    rapport_list inputs;   /* of rapport_field: columns wanted besides the own scales. The INI */
                           /* key NAME says which: an own scale, an earlier stage's column, or a */
                           /* column of the table; not given: the column called NAME */
    rapport_list outputs;  /* of rapport_field */
    const char *const *scales; /* ids that the INI file has to define, NULL-ended; may be NULL */

    rapport_status (*bind)(const rapport_host *host, void **self); /* may be NULL */
    void (*unbind)(void *self);                                    /* may be NULL */
    rapport_status (*process)(void *self, const rapport_batch *batch, rapport_output *out);

    /* Optional abilities, as "name/revision"; may be NULL. */
    const void *(*extension)(const char *id);
} rapport_instrument;

/* ---- the one symbol ---------------------------------------------------------- */

typedef struct rapport_module {
    uint32_t size;
    uint32_t minor;       /* RAPPORT_MINOR as compiled */
    uint32_t needs_minor; /* oldest host minor it runs on; usually 0 */
    uint32_t reserved;
    const rapport_scoring *const *scoring;       /* NULL-ended, or NULL */
    const rapport_instrument *const *instrument; /* NULL-ended, or NULL */
} rapport_module;

RAPPORT_EXPORT const rapport_module *rapport_module_v1(void);

#ifdef __cplusplus
}
#endif
#endif
