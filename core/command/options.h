/* options.h - the words of the command line: commands and options, in one table each. */
#ifndef RAPPORT_COMMAND_OPTIONS_H
#define RAPPORT_COMMAND_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include <rapport/rapport.h>

enum { SET_MOST = 64, COLUMN_MOST = 64, WORKERS_MOST = 256 };

/* What was asked for. */
typedef struct options {
    const char *name; /* the command's one argument; NULL: none given */
    const char *input, *output, *pipeline, *provenance, *expect, *key, *make_key;
    const char *set[SET_MOST + 1]; /* NULL-ended */
    size_t sets;
    const char *column[COLUMN_MOST + 1]; /* likewise */
    size_t columns;
    unsigned workers, isolation; /* 0: not said */
    bool verbose, quiet, keep_going, plugin_prints, write, rerun;
} options;

typedef struct command {
    const char *name;
    const char *argument; /* "PIPELINE.ini"; "verify FILE": behind that word; NULL: takes none */
    bool required;
    const char *options; /* the letters of those it takes */
    const char *doc;
    int (*run)(const options *asked); /* returns the exit status */
} command;

/* One option, known to help and to the reader alike. */
typedef struct option_row {
    char letter; /* -v, and how a command says that it takes it */
    const char *name;
    const char *value; /* "FILE"; NULL: a switch */
    const char *doc;
} option_row;

extern const command commands[]; /* ended by one without a name */
extern const option_row option_rows[];

const command *find_command(const char *name);

/* Reads the words behind the command. false: wrong use, and said so. */
bool read_options(options *asked, const command *of, char **words);

/* The commands, each in its file. */
int cmd_run(const options *asked);
int cmd_check(const options *asked);
int cmd_verify(const options *asked);
int cmd_audit(const options *asked);
int cmd_pseudonymise(const options *asked);
int cmd_list(const options *asked);
int cmd_show(const options *asked);
int cmd_pin(const options *asked);
int cmd_help(const options *asked);

/* For rapport_writer: standard output. Failure to write is noticed at the end. */
void write_out(void *self, const char *bytes, size_t length);

/* For rapport_options: what is said goes to standard error; `self` is the options. */
void say_message(void *self, rapport_severity severity, const char *line);

/* "rapport: LINE" on standard error; returns the outcome as an exit status. */
int complain(rapport_outcome outcome, const char *line);

#endif
