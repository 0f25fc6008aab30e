/* rapport.c - the functions of rapport.h, in the order of a run. */
#define _GNU_SOURCE
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/describe.h"
#include "config/nearest.h"
#include "config/pin.h"
#include "process/input.h"
#include "process/supervisor.h"
#include "pseudonym/key_file.h"
#include "pseudonym/pseudonym.h"
#include "report/report_file.h"
#include "verify/audit_check.h"
#include "verify/verify.h"

struct rapport {
    memory arena;
    plan plan;
    workers workers;        /* who have loaded it; all zero after a run */
    const char *const *set; /* the arena's */
    listener listener;
    atomic_bool cancelled;
    bool keep_going, plugin_prints;
};

static void tell_problem(void *self, const char *line)
{
    listener_tell(self, RAPPORT_FAILS, "%s", line);
}

/* The places that were tried, one a line. */
static void tell_places(const listener *to, const text *tried)
{
    const char *at = tried->bytes, *end = at ? at + tried->length : NULL;

    while (at < end) {
        const char *line = memchr(at, '\n', (size_t)(end - at));
        if (!line) /* memory ran out behind it */
            return;
        listener_tell(to, RAPPORT_DETAILS, "%.*s", (int)(line - at), at);
        at = line + 1;
    }
}

static bool copy_set(rapport *runner, const char *const *set)
{
    size_t count = 0;
    while (set && set[count])
        count++;
    const char **copy = memory_array(&runner->arena, count + 1, sizeof *copy);
    runner->set = (const char *const *)copy;
    for (size_t i = 0; copy && i < count; i++)
        if (!(copy[i] = memory_text(&runner->arena, set[i], strlen(set[i]))))
            return false;
    return copy;
}

/* An input or output given in the call goes before the pipeline's. */
static bool replace(rapport *runner, const char **path, const char *given)
{
    if (given)
        *path = memory_text(&runner->arena, given, strlen(given));
    return !given || *path;
}

/* Reads all files the pipeline names. false: there is nothing to go on with. */
static bool read_plan(rapport *runner, const char *path, const rapport_options *options,
                      problems *all)
{
    text tried = { 0 };

    bool read = copy_set(runner, options->set);
    if (!read)
        problem_memory(all);
    read =
        read && plan_read(&runner->plan, path, runner->set, (rapport_isolation)options->isolation,
                          &runner->arena, options->verbose ? &tried : NULL, all);
    if (options->workers)
        runner->plan.workers = options->workers;
    tell_places(&runner->listener, &tried);
    text_free(&tried);
    if (!replace(runner, &runner->plan.input, options->input) ||
        !replace(runner, &runner->plan.report, options->output))
        problem_memory(all);
    return read && !all->memory;
}

static rapport_outcome load_plan(rapport *runner, problems *all, rapport_error *error)
{
    return workers_load(&runner->workers, &runner->plan, all, tell_problem, &runner->listener,
                        error);
}

static rapport_outcome open_plan(rapport *runner, const char *path, const rapport_options *options,
                                 rapport_error *error)
{
    problems all = { 0 };

    return read_plan(runner, path, options, &all)
               ? load_plan(runner, &all, error)
               : problems_close(&all, tell_problem, &runner->listener, error);
}

/* The caller's may be older and shorter; none are the defaults. */
static rapport_options known_options(const rapport_options *given)
{
    rapport_options known = { 0 };
    if (given)
        memcpy(&known, given, given->size < sizeof known ? given->size : sizeof known);
    return known;
}

rapport_outcome rapport_open(rapport **out, const char *path, const rapport_options *options,
                             rapport_error *error)
{
    const rapport_options known = known_options(options);

    *out = NULL;
    listener to = { .message = known.message, .self = known.self };
    rapport *runner = calloc(1, sizeof *runner);
    if (!runner) {
        problems none = { .memory = true };
        return problems_close(&none, tell_problem, &to, error);
    }
    runner->listener = to;
    runner->keep_going = known.keep_going != 0;
    runner->plugin_prints = known.plugin_prints != 0;
    rapport_error unheard;
    rapport_outcome outcome = open_plan(runner, path, &known, error ? error : &unheard);
    if (outcome != RAPPORT_DONE) {
        rapport_close(runner);
        return outcome;
    }
    *out = runner;
    return RAPPORT_DONE;
}

rapport_outcome rapport_run(rapport *runner, rapport_summary *summary, rapport_error *error)
{
    const supervision how = { .plan = &runner->plan,
                              .workers = &runner->workers,
                              .set = runner->set,
                              .listener = runner->listener,
                              .cancelled = &runner->cancelled,
                              .keep_going = runner->keep_going,
                              .plugin_prints = runner->plugin_prints };
    problems none = { 0 };
    rapport_error unheard;
    rapport_outcome outcome = RAPPORT_DONE;

    error = error ? error : &unheard;
    if (!runner->workers.plan) /* it has run before */
        outcome = load_plan(runner, &none, error);
    if (outcome == RAPPORT_DONE)
        return supervise(&how, summary, error);
    workers_stop(&runner->workers);
    return outcome;
}

void rapport_cancel(rapport *runner)
{
    atomic_store_explicit(&runner->cancelled, true, memory_order_relaxed);
}

void rapport_close(rapport *runner)
{
    if (runner) {
        workers_stop(&runner->workers);
        plan_close(&runner->plan);
        memory_free(&runner->arena);
    }
    free(runner);
}

/* ---- a check ------------------------------------------------------------------------------ */

static void tell_oddity(void *self, const char *line)
{
    listener_tell(self, RAPPORT_WARNS, "%s", line);
}

/* Whether `name`.ini is the last part of the path. */
static bool is_file_of(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/'), *last = slash ? slash + 1 : path;
    size_t length = strlen(name);
    return strncmp(last, name, length) == 0 && strcmp(last + length, ".ini") == 0;
}

/* What is allowed, and more likely a slip. */
static void tell_oddities(const rapport *runner)
{
    problems odd = { 0 };
    listener to = runner->listener;

    for (uint32_t i = 0; i < runner->plan.stages; i++) {
        const config *in = runner->plan.stage[i].from;
        const setting *id =
            section_find(config_find(in, "instrument", ""), "id"); /* there is one */
        if (!is_file_of(in->path, id->value))
            problem_add(&odd, RAPPORT_DONE, &id->value_at,
                        "id '%s' is not the name of its file, by which it is found; call both the "
                        "same [cfg-id]",
                        id->value);
    }
    problems_close(&odd, tell_oddity, &to, NULL);
}

/* Holds the plan against the header of its table, where that is a file; no record is looked at. */
static rapport_outcome check_header(rapport *runner, rapport_error *error)
{
    input table;
    csv_header header;
    listener to = runner->listener;

    rapport_outcome outcome =
        input_open(&table, &runner->plan, &runner->cancelled, &header, &runner->arena, error);
    if (outcome == RAPPORT_DONE)
        outcome =
            workers_bind(&runner->workers, &header, input_header(&table), tell_problem, &to, error);
    else
        listener_tell(&to, RAPPORT_FAILS, "%s", error->text);
    input_close(&table);
    return outcome;
}

static rapport_outcome check_table(rapport *runner, rapport_error *error)
{
    const char *path = runner->plan.input;
    struct stat status;

    if (runner->plan.only_instrument || !path)
        return RAPPORT_DONE;
    bool stream = strcmp(path, "-") == 0, there = !stream && stat(path, &status) == 0;
    if (there && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)))
        return check_header(runner, error);
    listener_tell(&runner->listener, RAPPORT_SAYS, "%s: %s [not-checked]",
                  table_name(&runner->plan),
                  stream || there ? "is read in a run only; its columns are checked then"
                                  : "is not there yet; its columns are checked once it is");
    return RAPPORT_DONE;
}

rapport_outcome rapport_check(const char *path, const rapport_options *options,
                              rapport_error *error)
{
    rapport *runner;
    rapport_error unheard;
    rapport_outcome outcome = rapport_open(&runner, path, options, error);

    if (outcome != RAPPORT_DONE)
        return outcome;
    tell_oddities(runner);
    outcome = check_table(runner, error ? error : &unheard);
    rapport_close(runner);
    return outcome;
}

/* ---- pins --------------------------------------------------------------------------------- */

/* Reads a pipeline in order to pin its plugins, and sees whether they can be used; its mistakes are
 * told. */
static rapport_outcome open_to_pin(rapport *runner, const char *path, const rapport_options *given,
                                   rapport_error *error)
{
    const rapport_options known = known_options(given);
    problems all = { 0 };
    text tried = { 0 };

    *runner = (rapport){ .listener = { .message = known.message, .self = known.self } };
    bool read =
        plan_read_to_pin(&runner->plan, path, &runner->arena, known.verbose ? &tried : NULL, &all);
    if (read && runner->plan.only_instrument) {
        const place at = { .file = runner->plan.pipeline.path };
        problem_add(&all, RAPPORT_BAD_CONFIG, &at,
                    "is an instrument; pin a pipeline that names it [cfg-not-a-pipeline]");
    }
    tell_places(&runner->listener, &tried);
    text_free(&tried);
    return read ? load_plan(runner, &all, error)
                : problems_close(&all, tell_problem, &runner->listener, error);
}

static void close_pinned(rapport *runner)
{
    workers_stop(&runner->workers);
    plan_close(&runner->plan);
    memory_free(&runner->arena);
}

rapport_outcome rapport_pins(const char *path, const rapport_options *options,
                             rapport_writer *write, void *self, rapport_error *error)
{
    rapport runner;
    rapport_error own;
    problems all = { 0 };
    text out = { 0 };

    error = error ? error : &own;
    rapport_outcome outcome = open_to_pin(&runner, path, options, error);
    if (outcome == RAPPORT_DONE) {
        pin_section(&out, &runner.plan, &runner.arena, &all);
        outcome = problems_close(&all, tell_problem, &runner.listener, error);
    }
    if (outcome == RAPPORT_DONE)
        write(self, out.bytes, out.length);
    text_free(&out);
    close_pinned(&runner);
    return outcome;
}

static rapport_outcome replace_file(const char *path, const text *with, rapport_error *error)
{
    report_file file;

    rapport_outcome outcome = report_open_over(&file, path, error);
    if (outcome == RAPPORT_DONE)
        outcome = report_write(&file, with->bytes, with->length, error);
    if (outcome == RAPPORT_DONE)
        outcome = report_settle(&file, error);
    if (outcome == RAPPORT_DONE)
        outcome = report_publish(&file, error);
    if (outcome == RAPPORT_DONE)
        outcome = report_confirm(&file, error);
    report_abandon(&file);
    return outcome;
}

rapport_outcome rapport_pin(const char *path, const rapport_options *options, rapport_error *error)
{
    rapport runner;
    rapport_error own;
    problems all = { 0 };
    text out = { 0 };
    bool same = false;

    error = error ? error : &own;
    rapport_outcome outcome = open_to_pin(&runner, path, options, error);
    if (outcome == RAPPORT_DONE) {
        pin_file(&out, &same, &runner.plan, &runner.arena, &all);
        outcome = problems_close(&all, tell_problem, &runner.listener, error);
        if (outcome == RAPPORT_DONE && !same) {
            outcome = replace_file(path, &out, error);
            if (outcome != RAPPORT_DONE)
                listener_tell(&runner.listener, RAPPORT_FAILS, "%s", error->text);
        }
        if (outcome == RAPPORT_DONE)
            listener_tell(&runner.listener, RAPPORT_SAYS, "%s: %s", path,
                          same ? "its plugins are pinned as they are"
                               : "its plugins are pinned in [trust]");
    }
    text_free(&out);
    close_pinned(&runner);
    return outcome;
}

/* ---- verifying ---------------------------------------------------------------------------- */

rapport_outcome rapport_verify(const char *path, const rapport_options *options,
                               rapport_error *error)
{
    const rapport_options known = known_options(options);
    return verify(path, &known, error);
}

rapport_outcome rapport_verify_audit(const char *path, const rapport_options *options,
                                     rapport_error *error)
{
    const rapport_options known = known_options(options);
    return audit_check(path, &known, error);
}

/* ---- pseudonyms --------------------------------------------------------------------------- */

struct rapport_pseudonyms {
    hmac key;
    memory arena;
    const char *path; /* of the key; the arena's */
    atomic_bool cancelled;
};

rapport_outcome rapport_make_key(const char *path, rapport_error *error)
{
    return key_file_make(path, error);
}

rapport_outcome rapport_pseudonyms_open(rapport_pseudonyms **out, const char *key,
                                        rapport_error *error)
{
    rapport_pseudonyms *with = calloc(1, sizeof *with);

    *out = NULL;
    if (with)
        with->path = memory_text(&with->arena, key, strlen(key));
    rapport_outcome outcome =
        with && with->path ? key_file_read(&with->key, key, error) : fail_memory(error);
    if (outcome == RAPPORT_DONE)
        *out = with;
    else
        rapport_pseudonyms_close(with);
    return outcome;
}

rapport_outcome rapport_pseudonymise(rapport_pseudonyms *with, const char *const *columns,
                                     const rapport_options *options, rapport_error *error)
{
    const rapport_options known = known_options(options);
    const pseudonyms how = { .key = &with->key,
                             .key_path = with->path,
                             .input = known.input ? known.input : "-",
                             .output = known.output ? known.output : "-",
                             .column = columns,
                             .cancelled = &with->cancelled,
                             .listener = { .message = known.message, .self = known.self } };
    rapport_error unheard;

    return pseudonymise(&how, error ? error : &unheard);
}

void rapport_pseudonyms_cancel(rapport_pseudonyms *with)
{
    atomic_store_explicit(&with->cancelled, true, memory_order_relaxed);
}

void rapport_pseudonyms_close(rapport_pseudonyms *with)
{
    if (!with)
        return;
    memory_free(&with->arena);
    explicit_bzero(with, sizeof *with);
    free(with);
}

/* ---- what there is ------------------------------------------------------------------------ */

typedef bool describer(text *out, const char *name, memory *arena, text *tried, problems *all);

static rapport_outcome describe(describer *what, const char *name, const rapport_options *options,
                                rapport_writer *write, void *self, rapport_error *error)
{
    const rapport_options known = known_options(options);
    listener to = { .message = known.message, .self = known.self };
    memory arena = { 0 };
    problems all = { 0 };
    text out = { 0 }, tried = { 0 };

    what(&out, name, &arena, known.verbose ? &tried : NULL, &all);
    tell_places(&to, &tried);
    rapport_outcome outcome = problems_close(&all, tell_problem, &to, error);
    if (outcome == RAPPORT_DONE)
        write(self, out.bytes, out.length);
    text_free(&tried);
    text_free(&out);
    memory_free(&arena);
    return outcome;
}

rapport_outcome rapport_catalogue(const rapport_options *options, rapport_writer *write, void *self,
                                  rapport_error *error)
{
    return describe(describe_list, NULL, options, write, self, error);
}

rapport_outcome rapport_show(const char *name, const rapport_options *options,
                             rapport_writer *write, void *self, rapport_error *error)
{
    return describe(describe_one, name, options, write, self, error);
}

rapport_outcome rapport_reference(rapport_writer *write, void *self, rapport_error *error)
{
    return describe(describe_reference, NULL, NULL, write, self, error);
}

const char *rapport_nearest(const char *wanted, const char *const *names)
{
    nearest search = { .wanted = wanted };
    for (; *names; names++)
        nearest_offer(&search, *names);
    return search.tie ? NULL : search.best;
}

const char *rapport_version(void)
{
    return RAPPORT_VERSION;
}
