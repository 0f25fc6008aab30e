/* fake_host.h - a host made of tables, so that a plugin can be tested where nothing is loaded,
 * started or written to disk. One at a time. */
#ifndef RAPPORT_TESTS_FAKE_HOST_H
#define RAPPORT_TESTS_FAKE_HOST_H

#include <math.h>

#include <rapport/plugin.h>

typedef struct fake_setting {
    const char *section, *name, *key;
    rapport_value value;
} fake_setting;

#define FAKE_NUMBER(x)                                                                             \
    {                                                                                              \
        .count = 1, .real = (const double[])                                                       \
        {                                                                                          \
            x                                                                                      \
        }                                                                                          \
    }
#define FAKE_WORD(w)                                                                               \
    {                                                                                              \
        .count = 1, .word = (const char *const[])                                                  \
        {                                                                                          \
            w                                                                                      \
        }                                                                                          \
    }

typedef struct fake_input {
    const char *name;
    rapport_port port;
} fake_input;

/* Lists end with a row of zeros; a setting that is not there has count 0, an input that is not
 * there is absent. NULL: an empty list. */
typedef struct fake_host {
    const fake_setting *setting;
    const fake_input *input;
    const rapport_scale *const *scale;
    uint32_t outputs; /* as many as the table declares; those added are counted behind them */

    const rapport_field *added; /* the output added last */

    /* What the plugin reported last, and how often at each severity. */
    const char *message;
    int64_t row;
    const char *section, *name, *key;
    uint32_t reports[RAPPORT_ERROR + 1];
} fake_host;

/* Fills *host in and starts afresh; fake_free gives back what a plugin allocated. */
void fake_begin(rapport_host *host, fake_host *fake);
void fake_free(void);

enum { FAKE_ROWS = 16, FAKE_OUTPUTS = 16, FAKE_TEXT = 256 };

/* Outputs to be written to, all missing. */
typedef struct fake_output {
    rapport_output out;
    double number[FAKE_OUTPUTS][FAKE_ROWS];
    char text[FAKE_OUTPUTS][FAKE_ROWS][FAKE_TEXT];
    double *numbers[FAKE_OUTPUTS];
} fake_output;

void fake_output_begin(fake_output *fake, uint32_t rows);

/* An answer that does not apply. */
double fake_not_applicable(void);

/* One column of texts from an array of strings, NULL-ended; its memory goes with fake_free. */
const rapport_text *fake_text(const char *const *cells);

#endif
