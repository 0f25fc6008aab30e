/* licence.h - what the licences named in a row say of former clients, and the words and
 * dates that have to be read for it. */
#ifndef BOUNDARY_LICENCE_H
#define BOUNDARY_LICENCE_H

#include <stdbool.h>

#include <rapport/plugin.h>

/* A stretch of text that is not ended by 0, such as a cell. */
typedef struct words {
    const char *bytes;
    size_t length;
} words;

/* A whole string; NULL: empty. */
words words_of(const char *string);

/* Empty where the column is not there. */
words words_in(const rapport_batch *batch, rapport_port port, uint32_t row);

/* Like 2025-03-31. Two dates are in order when their bytes are. */
bool is_date(words w);
bool is_later(words date, words than);

/* Appends a word, and a blank before it unless it is the first; returns the new length. */
size_t add_word(char *line, size_t length, words word);

/* A key that may be left out; NULL: it was. */
const char *word(const rapport_host *host, const char *section, const char *name, const char *key);

/* Refuses a key of [SECTION NAME]. */
rapport_status refuse(const rapport_host *host, const char *section, const char *name,
                      const char *key, const char *message);

/* Lists something about a row beside the report. */
void warn(const rapport_host *host, uint32_t row, rapport_port port, const char *message);

/* Every [profile NAME], ready to be looked up. The host's memory, until unbind. */
typedef struct licences licences;

rapport_status licences_bind(licences **out, const rapport_host *host);

/* Gives the outputs `profile` and `after_end`. */
rapport_status licences_look_up(licences *all, const rapport_batch *batch, rapport_output *out,
                                uint32_t profile, uint32_t after_end);

#endif
