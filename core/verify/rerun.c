/* rerun.c - scores a table again, and holds what comes out against what is there.
 *
 * The new report goes to a file without a name, so that a run that is ended from outside leaves
 * nobody's scores behind.
 */
#define _GNU_SOURCE
#include "verify/rerun.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 1 << 16, PATH_ROOM = 4096 };

static rapport_outcome say(const rerun *how, rapport_outcome outcome, const rapport_error *error)
{
    listener_tell(how->listener, RAPPORT_FAILS, "%s", error->text);
    return outcome;
}

static void tell_problem(void *self, const char *line)
{
    listener_tell(self, RAPPORT_FAILS, "%s", line);
}

/* Of a run that is repeated only failures are news. */
static void pass_failure(void *self, rapport_severity severity, const char *line)
{
    if (severity == RAPPORT_FAILS)
        listener_tell(self, severity, "%s", line);
}

static int nameless_file(rapport_error *error)
{
    const char *folder = getenv("TMPDIR");
    char path[PATH_ROOM];

    folder = folder && *folder ? folder : "/tmp";
    int length = snprintf(path, sizeof path, "%s/rapport-XXXXXX", folder);
    int fd = -1;
    errno = ENAMETOOLONG;
    if (length > 0 && (size_t)length < sizeof path)
        fd = mkostemp(path, O_CLOEXEC); /* its owner's alone */
    if (fd == -1)
        fail(error, RAPPORT_NO_REPORT,
             "%s: no temporary file can be made here: %s; name another folder in TMPDIR "
             "[verify-temporary]",
             folder, strerror(errno));
    else
        unlink(path);
    return fd;
}

/* ---- the plan, as it is now
 * ---------------------------------------------------------------------- */

static const char *fd_path(int fd, const char *before, memory *arena)
{
    char path[64];
    int length = snprintf(path, sizeof path, "%s/dev/fd/%d", before, fd);
    return memory_text(arena, path, (size_t)length);
}

/* What --set replaced then, and where rejects and provenance go now. NULL: out of memory. */
static const char *const *settings_for(const provenance *facts, int rejects, memory *arena)
{
    size_t count = 0;

    while (facts->set && facts->set[count])
        count++;
    const char **set = memory_array(arena, count + 3, sizeof *set);
    const char *to_rejects = fd_path(rejects, "report.rejects=", arena);
    if (!set || !to_rejects)
        return NULL;
    if (count)
        memcpy(set, facts->set, count * sizeof *set);
    set[count] = to_rejects;
    set[count + 1] = "report.provenance=/dev/null";
    return (const char *const *)set;
}

static bool same_files(const provenance_file *a, uint32_t a_files, const provenance_file *b,
                       uint32_t b_files)
{
    for (uint32_t i = 0; a_files == b_files && i < a_files; i++)
        if (strcmp(a[i].name, b[i].name) != 0 || strcmp(a[i].sha256, b[i].sha256) != 0)
            return false;
    return a_files == b_files;
}

static bool same_plugins(const provenance *a, const provenance *b)
{
    for (uint32_t i = 0; a->plugins == b->plugins && i < a->plugins; i++)
        if (!same_files(&a->plugin[i].file, 1, &b->plugin[i].file, 1))
            return false;
    return a->plugins == b->plugins;
}

/* Whether the plan is made of the very files that the provenance names. */
static bool same_plan(const provenance *then, const provenance *now)
{
    if (now->stages != then->stages)
        return false;
    for (uint32_t i = 0; i < now->stages; i++)
        if (strcmp(now->stage[i].name, then->stage[i].name) != 0 ||
            !same_files(&now->stage[i].file, 1, &then->stage[i].file, 1))
            return false;
    return same_files(&now->pipeline, 1, &then->pipeline, 1) && same_plugins(now, then) &&
           same_files(now->table, now->tables, then->table, then->tables);
}

static rapport_outcome open_plan(plan *out, workers *workers, const rerun *how,
                                 const char *const *set, const char *report, memory *arena,
                                 rapport_error *error)
{
    problems all = { 0 };
    listener to = *how->listener;

    if (!set || !report)
        problem_memory(&all);
    if (all.memory ||
        !plan_read(out, how->pipeline, set, (rapport_isolation)how->isolation, arena, NULL, &all))
        return problems_close(&all, tell_problem, &to, error);
    out->input = how->input;
    out->report = report;
    out->audit_log = NULL; /* nothing is published */
    if (how->workers)
        out->workers = how->workers;
    rapport_outcome outcome = workers_load(workers, out, &all, tell_problem, &to, error);
    if (outcome != RAPPORT_DONE || same_plan(how->facts, &workers->facts))
        return outcome;
    outcome = fail(error, RAPPORT_DIFFERS,
                   "%s: a run would now use other INI files, plugins or tables than those that %s "
                   "names; rapport verify -v says where they are looked for [verify-other-files]",
                   how->pipeline, how->provenance);
    return say(how, outcome, error);
}

/* ---- comparing
 * -------------------------------------------------------------------------------------- */

/* Fills the piece as far as the file goes; -1: it cannot be read. */
static ssize_t read_piece(int fd, char piece[PIECE])
{
    size_t length = 0;
    ssize_t got = 1;

    while (length < PIECE && got != 0) {
        got = read(fd, piece + length, PIECE - length);
        if (got < 0 && errno != EINTR)
            return -1;
        length += got > 0 ? (size_t)got : 0;
    }
    return (ssize_t)length;
}

/* The line in which two files begin to differ; 0: nowhere. */
static bool first_difference(uint64_t *line, int a, int b)
{
    char of_a[PIECE], of_b[PIECE];
    uint64_t lines = 1;

    for (;;) {
        const ssize_t in_a = read_piece(a, of_a), in_b = read_piece(b, of_b);
        if (in_a < 0 || in_b < 0)
            return false;
        for (ssize_t i = 0; i < in_a || i < in_b; i++) {
            if (i >= in_a || i >= in_b || of_a[i] != of_b[i]) {
                *line = lines;
                return true;
            }
            lines += of_a[i] == '\n';
        }
        *line = 0;
        if (in_a < PIECE)
            return true;
    }
}

static rapport_outcome compare(const rerun *how, const char *path, int again, rapport_error *error)
{
    rapport_outcome outcome = RAPPORT_DONE;
    uint64_t line = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd == -1 || lseek(again, 0, SEEK_SET) != 0 || !first_difference(&line, fd, again))
        outcome = fail(error, RAPPORT_NOT_FOUND,
                       "%s: cannot be compared: %s; check who may read it, and its disk "
                       "[verify-unreadable]",
                       path, strerror(errno));
    else if (line > 0)
        outcome =
            fail(error, RAPPORT_DIFFERS,
                 "%s:%llu: is not what scoring the table again gives here; do not rely on it, "
                 "and run the pipeline again for another [verify-rerun]",
                 path, (unsigned long long)line);
    if (fd != -1)
        close(fd);
    return outcome == RAPPORT_DONE ? outcome : say(how, outcome, error);
}

static rapport_outcome compare_counts(const rerun *how, const rapport_summary *now,
                                      rapport_error *error)
{
    const provenance *then = how->facts;

    if (now->records == then->records && now->ok == then->ok && now->partial == then->partial &&
        now->rejected == then->rejected && now->warnings == then->warnings)
        return RAPPORT_DONE;
    fail(error, RAPPORT_DIFFERS,
         "%s: its numbers of records are not what scoring the table again gives here; run the "
         "pipeline again for another [verify-rerun]",
         how->provenance);
    return say(how, RAPPORT_DIFFERS, error);
}

static rapport_outcome worse(rapport_outcome a, rapport_outcome b)
{
    return a == RAPPORT_DIFFERS || b == RAPPORT_DONE ? a : b;
}

static rapport_outcome score_again(const rerun *how, workers *workers, rapport_summary *summary,
                                   rapport_error *error)
{
    const atomic_bool never = false;
    listener to = *how->listener;
    const supervision quiet = { .plan = workers->plan,
                                .workers = workers,
                                .listener = { .message = pass_failure, .self = &to },
                                .cancelled = &never };
    rapport_outcome outcome = supervise(&quiet, summary, error);
    return outcome == RAPPORT_SOME_REJECTED ? RAPPORT_DONE : outcome;
}

/* Holds all of the new run against what is there; the first difference stays in *error. */
static rapport_outcome compare_all(const rerun *how, int report, int rejects,
                                   const rapport_summary *summary, rapport_error *error)
{
    rapport_error later;
    rapport_outcome outcome = compare(how, how->report, report, error);

    if (how->rejects)
        outcome = worse(
            outcome, compare(how, how->rejects, rejects, outcome == RAPPORT_DONE ? error : &later));
    return worse(outcome, compare_counts(how, summary, outcome == RAPPORT_DONE ? error : &later));
}

rapport_outcome rerun_compare(const rerun *how, memory *arena, rapport_error *error)
{
    rapport_summary summary = { .size = sizeof summary };
    rapport_error unheard;
    plan plan = { 0 };
    workers workers = { 0 };

    if (!error)
        error = &unheard;
    int report = nameless_file(error), rejects = report == -1 ? -1 : nameless_file(error);
    rapport_outcome outcome =
        rejects == -1 ? say(how, RAPPORT_NO_REPORT, error)
                      : open_plan(&plan, &workers, how, settings_for(how->facts, rejects, arena),
                                  fd_path(report, "", arena), arena, error);
    if (outcome == RAPPORT_DONE)
        outcome = score_again(how, &workers, &summary, error);
    if (outcome == RAPPORT_DONE)
        outcome = compare_all(how, report, rejects, &summary, error);
    workers_stop(&workers);
    plan_close(&plan);
    if (report != -1)
        close(report);
    if (rejects != -1)
        close(rejects);
    return outcome;
}
