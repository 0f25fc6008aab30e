/* grammar.h - what a line of an INI file may look like. */
#ifndef RAPPORT_CONFIG_GRAMMAR_H
#define RAPPORT_CONFIG_GRAMMAR_H

#include "ceilings.h"
#include "error.h"

enum {
    GRAMMAR_FILE_BYTES = 1024 * 1024,
    GRAMMAR_LINE_BYTES = 64 * 1024,
    GRAMMAR_NAME_BYTES = 48, /* of a key, and of all between [ and ]: inih cuts longer ones */
    GRAMMAR_SECTIONS = 8192, /* of a file */
    GRAMMAR_SETTINGS = 1024  /* of a section */
};

/* How large a file and a line of it may be. */
typedef struct grammar_limits {
    size_t file, line;  /* bytes */
    bool can_be_raised; /* ini_file and ini_line in [limits] say so */
} grammar_limits;

/* The largest there may be. */
#define GRAMMAR_LARGEST ((grammar_limits){ CEILING_INI_FILE, CEILING_INI_LINE, false })

/* As long as nobody has said otherwise. */
#define GRAMMAR_LIMITS ((grammar_limits){ GRAMMAR_FILE_BYTES, GRAMMAR_LINE_BYTES, false })

typedef enum line_kind {
    LINE_SECTION = 1,
    LINE_SETTING,
    LINE_REFUSED /* meant as a section, so what follows belongs to none */
} line_kind;

/* A line that says something; comments and blank lines do not. */
typedef struct line {
    line_kind kind;
    char name[GRAMMAR_NAME_BYTES + 1]; /* the key; or "kind name", with single blanks */
    place at, value_at;
    const char *value; /* trimmed, in the text read; not NUL-ended */
    size_t length;
} line;

typedef struct grammar {
    const char *at, *end; /* what is still to be read */
    grammar_limits limits;
    place here; /* the line read last */
    problems *all;
} grammar;

/* The next line; false at the end. Lines that break a rule are added to the problems. */
bool grammar_next(line *out, grammar *text);

/* at[0..length) without blanks at both ends. */
void grammar_trim(const char **at, size_t *length);

/* The first byte that is not part of plain UTF-8 text, tabs allowed; NULL: none. */
const char *grammar_bad_byte(const char *at, size_t length);

/* The words of a section into `out`, with single blanks. false: not a section's name, and
 * what is wrong was added at `here`. */
bool grammar_section(char out[GRAMMAR_NAME_BYTES + 1], const char *at, size_t length, place here,
                     problems *all);

/* Likewise for a key. */
bool grammar_key(char out[GRAMMAR_NAME_BYTES + 1], const char *at, size_t length, place here,
                 problems *all);

/* [a-z][a-z0-9_]* */
bool grammar_is_key(const char *at, size_t length);

/* [A-Za-z][A-Za-z0-9_]*: names that may become part of a column's name. */
bool grammar_is_name(const char *at, size_t length);

#endif
