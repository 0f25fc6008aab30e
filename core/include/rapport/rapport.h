/* rapport/rapport.h - run assessment instruments from your own program.
 *
 *     rapport      *runner;
 *     rapport_error error;
 *     if (rapport_open(&runner, "conf/intake.ini", NULL, &error) != RAPPORT_DONE)
 *         die(error.text);
 *     if (rapport_run(runner, NULL, &error) > RAPPORT_SOME_REJECTED)
 *         die(error.text);
 *     rapport_close(runner);
 *
 * A runner belongs to one thread at a time; open as many as you like. Strings
 * you pass in are copied. Nothing here prints, exits, or touches your signals
 * and locale; what there is to say goes to the `message` function you give. Opening
 * and running fork, unless RAPPORT_ISOLATION_NONE is asked for; plugins are
 * loaded in children alone. A child ends with the thread that opened or ran.
 *
 * The library is not installed yet, and neither is this header: link the CMake target
 * rapport_core.
 */
#ifndef RAPPORT_RAPPORT_H
#define RAPPORT_RAPPORT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define RAPPORT_API __attribute__((visibility("default")))
#else
#define RAPPORT_API
#endif

/* How a call ended, and the exit status of the command. Never renumbered. */
typedef enum rapport_outcome {
    RAPPORT_DONE = 0,
    RAPPORT_WRONG_USE = 2,
    RAPPORT_SOME_REJECTED = 3, /* the report is whole; the rejects file says what has no score */
    RAPPORT_BAD_CONFIG = 4,
    RAPPORT_BAD_INPUT = 5,
    RAPPORT_BAD_PLUGIN = 6,    /* cannot be used at all */
    RAPPORT_PLUGIN_FAILED = 7, /* crashed, hung or lied more often than allowed */
    RAPPORT_NO_REPORT = 8,     /* could not be written; an older one is untouched */
    RAPPORT_NO_RESOURCES = 9,
    RAPPORT_BUG = 10,
    RAPPORT_NO_SANDBOX = 11, /* asked for and not to be had */
    RAPPORT_DIFFERS = 12,    /* a file is not what the provenance of a report says */
    RAPPORT_NOT_FOUND = 13   /* no file differs, but one that was to be compared is not there */
} rapport_outcome;

/* One line: place, what is wrong, what to do, [code]. Never grows. */
typedef struct rapport_error {
    char text[1024];
} rapport_error;

/* What a message is: about nothing bad, about something worth a look, about a failure. */
typedef enum rapport_severity {
    RAPPORT_SAYS = 1,
    RAPPORT_WARNS = 2,
    RAPPORT_FAILS = 3,
    RAPPORT_DETAILS = 4 /* where things were looked for and found: only with `verbose` */
} rapport_severity;

/* Where plugins run. None of these can be seen in a report. */
typedef enum rapport_isolation {
    RAPPORT_ISOLATION_DEFAULT = 0, /* what [run] isolation says, or RAPPORT_ISOLATION_SANDBOX */
    RAPPORT_ISOLATION_NONE = 1,    /* in the calling process, one chunk after another */
    RAPPORT_ISOLATION_PROCESS = 2, /* in child processes, forked when a pipeline is opened or run,
                                      and gone at the end of a run */
    RAPPORT_ISOLATION_SANDBOX = 3, /* in such as can do nothing but compute; where the kernel does
                                      not offer that, all ends with RAPPORT_NO_SANDBOX */
    RAPPORT_ISOLATION_STRICT = 4   /* in such that see no other process and no network either; and
                                      each row is scored twice, in two of them. Likewise. For
                                      programs of one thread */
} rapport_isolation;

/* How to open; zeroed members stand for the defaults. */
typedef struct rapport_options {
    uint32_t size;          /* sizeof(rapport_options) */
    uint32_t verbose;       /* 1: RAPPORT_DETAILS too */
    const char *const *set; /* "section.key=value", NULL-ended; each replaces one setting */
    const char *input;      /* replaces [input] path; "-" is standard input */
    const char *output;     /* replaces [report] path; "-" is standard output */
    /* Gets each line there is to say; valid for the call only. A failure's line is in
     * rapport_error too. */
    void (*message)(void *self, rapport_severity severity, const char *line);
    void *self;
    uint32_t isolation;  /* rapport_isolation; replaces [run] isolation */
    uint32_t workers;    /* how many child processes; 0: what [run] workers says, or one for each
                            processor */
    uint32_t keep_going; /* 1: a report is written however many rows plugins crash or hang on */
    const char *pipeline, *provenance; /* for rapport_verify alone: where these files lie; */
    uint32_t rerun;                    /* 1: score the table again, too */
    uint32_t plugin_prints; /* 1: what plugins print is told line by line; it may hold answers */
    const char *expect;     /* for rapport_verify_audit alone: a hash that has to be there */
} rapport_options;

/* What a run did. */
typedef struct rapport_summary {
    uint32_t size; /* sizeof(rapport_summary), set by the caller */
    uint32_t stages;
    uint64_t records; /* = ok + partial + rejected */
    uint64_t ok, partial, rejected;
    uint64_t warnings; /* worth a look, no score lost */
} rapport_summary;

typedef struct rapport rapport;

/* Reads a pipeline file and checks everything it names: files, plugins, settings, columns.
 * `options` may be NULL. On success *out is yours to close; on failure it is NULL. */
RAPPORT_API rapport_outcome rapport_open(rapport **out, const char *path,
                                         const rapport_options *options, rapport_error *error);

/* Reads all input, scores it, writes the report. `summary` may be NULL. May be called again. */
RAPPORT_API rapport_outcome rapport_run(rapport *runner, rapport_summary *summary,
                                        rapport_error *error);

/* Ends a run under way: it returns RAPPORT_NO_REPORT soon, the old report kept, nothing left
 * behind. The one function that may be called from a signal handler or another thread. */
RAPPORT_API void rapport_cancel(rapport *runner);

/* Accepts NULL. */
RAPPORT_API void rapport_close(rapport *runner);

/* Checks a pipeline's file, or an instrument's, and all it names; starts the plugins. Of the table
 * it looks at the header alone, and only where it is a file that is there. `options` may be NULL.
 */
RAPPORT_API rapport_outcome rapport_check(const char *path, const rapport_options *options,
                                          rapport_error *error);

/* Compares the hashes in the provenance of the report at `path` with that report, its rejects, the
 * table, the INI files and plugins it names. Each is looked for where `options` (which may be NULL)
 * say: `input`, `pipeline`, `provenance`; where a run of the pipeline would look; and beside the
 * report. No plugin is opened, unless `rerun` has the table scored again: the new report and
 * rejects are compared byte for byte, and then gone. RAPPORT_DONE: all files are there and agree.
 */
RAPPORT_API rapport_outcome rapport_verify(const char *path, const rapport_options *options,
                                           rapport_error *error);

/* Whether the lines of the audit log at `path` are all there, in order, and as they were written;
 * if so, the hash of the last one is told. `expect`, in options (which may be NULL), is the hash of
 * a line told of before, or of a provenance: the log has to reach as far. RAPPORT_DIFFERS: it was
 * changed; RAPPORT_NOT_FOUND: it is not there or cannot be read. */
RAPPORT_API rapport_outcome rapport_verify_audit(const char *path, const rapport_options *options,
                                                 rapport_error *error);

/* Ids of a table exchanged for others, which the same key always gives, and nobody without it. */
typedef struct rapport_pseudonyms rapport_pseudonyms;

/* Makes a key in a new file, which its owner alone may read. */
RAPPORT_API rapport_outcome rapport_make_key(const char *path, rapport_error *error);

/* Reads the key: RAPPORT_WRONG_USE if others may read it too, or if it has less than 32 bytes. On
 * success *out is yours to close; on failure it is NULL. */
RAPPORT_API rapport_outcome rapport_pseudonyms_open(rapport_pseudonyms **out, const char *key,
                                                    rapport_error *error);

/* The table `input` of `options` goes to `output`, as it is but for the cells of the columns called
 * so (NULL-ended): "" stays, and another id becomes the first 128 bits of its HMAC-SHA-256 in hex
 * digits. NULL stands for a standard stream. The output is there whole or not at all, and for that
 * matter, a record in which it is not sure which cells are ids is RAPPORT_BAD_INPUT. */
RAPPORT_API rapport_outcome rapport_pseudonymise(rapport_pseudonyms *with,
                                                 const char *const *columns,
                                                 const rapport_options *options,
                                                 rapport_error *error);

/* Like rapport_cancel. */
RAPPORT_API void rapport_pseudonyms_cancel(rapport_pseudonyms *with);

/* Accepts NULL. */
RAPPORT_API void rapport_pseudonyms_close(rapport_pseudonyms *with);

/* Takes text piece by piece; the pieces are not NUL-ended. */
typedef void rapport_writer(void *self, const char *bytes, size_t length);

/* What can be found from the current folder, a line each: instruments, scoring modules and
 * pipelines, with title and path. What cannot be used is listed as such. Of `options`, which may be
 * NULL, `verbose` and `message` count: which folders were looked into. */
RAPPORT_API rapport_outcome rapport_catalogue(const rapport_options *options, rapport_writer *write,
                                              void *self, rapport_error *error);

/* What the instrument or the plugin `name` (or at a path) asks, how it scores, its settings,
 * source and licence. `options` as above; what is wrong with it is said to `message` too. */
RAPPORT_API rapport_outcome rapport_show(const char *name, const rapport_options *options,
                                         rapport_writer *write, void *self, rapport_error *error);

/* The [trust] section that pins the plugins of the pipeline at `path` to the bytes they have now.
 * They are loaded for it, whatever was pinned before. Of `options`, which may be NULL, `verbose`
 * and `message` count. */
RAPPORT_API rapport_outcome rapport_pins(const char *path, const rapport_options *options,
                                         rapport_writer *write, void *self, rapport_error *error);

/* The same, put into the file: it is replaced as a whole, or stays as it was. Nothing in it changes
 * but the pins. */
RAPPORT_API rapport_outcome rapport_pin(const char *path, const rapport_options *options,
                                        rapport_error *error);

/* Every key of the INI files, as Markdown, from the tables that check them. */
RAPPORT_API rapport_outcome rapport_reference(rapport_writer *write, void *self,
                                              rapport_error *error);

/* The name in the NULL-ended list that `wanted` may have meant; NULL: none is clearly near. */
RAPPORT_API const char *rapport_nearest(const char *wanted, const char *const *names);

/* "1.0.0" */
RAPPORT_API const char *rapport_version(void);

#ifdef __cplusplus
}
#endif
#endif
