/* outputs.c - the files a run writes: the report, and what stands beside it. */
#define _GNU_SOURCE
#include "process/outputs.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_ROOM = 4096 };

/* The path of what stands beside the report: REPORT.rejects.csv. Not beside a pipe. */
static const char *beside_report(const plan *plan, const char *given, const char *ending,
                                 memory *arena)
{
    char path[PATH_ROOM];
    size_t length = strlen(plan->report);

    if (given || report_is_direct(plan->report))
        return given;
    if (length > 4 && strcmp(plan->report + length - 4, ".csv") == 0)
        length -= 4;
    snprintf(path, sizeof path, "%.*s%s", (int)length, plan->report, ending);
    return memory_text(arena, path, strlen(path));
}

/* What cannot be found out might be the file. */
static bool is_file(const char *path, const struct stat *known)
{
    struct stat status;

    if (!path)
        return false;
    if (report_look(&status, path, NULL) != RAPPORT_DONE)
        return true;
    return status.st_dev == known->st_dev && status.st_ino == known->st_ino;
}

/* Whether it is an INI file or a plugin that this run is made of, or its audit log. */
static bool is_read_from(const plan *plan, const struct stat *known)
{
    bool is = is_file(plan->pipeline.path, known) || is_file(plan->audit_log, known);
    for (uint32_t i = 0; i < plan->stages; i++)
        is = is || is_file(plan->stage[i].instrument.path, known);
    for (const module *m = plan->modules.first; m; m = m->next)
        is = is || is_file(m->file.path, known);
    return is;
}

/* Refuses to write over what is read. */
static rapport_outcome check_target(const char *path, const struct stat *there, const plan *plan,
                                    const input *in, rapport_error *error)
{
    if (input_is(in, there))
        return fail(error, RAPPORT_NO_REPORT,
                    "%s: is the table itself, by this or another name; give the report a name of "
                    "its own [output-is-input]",
                    path);
    if (is_read_from(plan, there))
        return fail(error, RAPPORT_NO_REPORT,
                    "%s: is an INI file, a plugin or the audit log of this run; give the report a "
                    "name of its own [output-is-input]",
                    path);
    return RAPPORT_DONE;
}

static rapport_outcome open_one(outputs *all, report_file *out, const char *path, const plan *plan,
                                const input *in, rapport_error *error)
{
    struct stat there;

    rapport_outcome outcome = report_look(&there, path, error);
    if (outcome == RAPPORT_DONE)
        outcome = check_target(path, &there, plan, in, error);
    if (outcome == RAPPORT_DONE)
        outcome = report_open(out, path, error);
    out->cancelled = in->cancelled;
    if (outcome == RAPPORT_DONE)
        outcome = report_look_at_open(&there, out, error);
    if (outcome == RAPPORT_DONE)
        outcome = check_target(path, &there, plan, in, error);
    const report_file *opened[] = { &all->report, &all->rejects, &all->provenance };
    for (size_t i = 0; outcome == RAPPORT_DONE && i < 3; i++)
        if (opened[i] != out && report_same_target(opened[i], out))
            return fail(error, RAPPORT_NO_REPORT,
                        "%s: is named for two files of this run; give each a name of its own "
                        "[output-twice]",
                        path);
    return outcome;
}

rapport_outcome outputs_open(outputs *out, const plan *plan, const input *in, memory *arena,
                             rapport_error *error)
{
    const char *rejects = beside_report(plan, plan->rejects, ".rejects.csv", arena);
    const char *provenance = beside_report(plan, plan->provenance, ".provenance.json", arena);

    if (!report_is_direct(plan->report) && (!rejects || !provenance))
        return fail_memory(error);
    rapport_outcome outcome = open_one(out, &out->report, plan->report, plan, in, error);
    if (outcome == RAPPORT_DONE && rejects)
        outcome = open_one(out, &out->rejects, rejects, plan, in, error);
    if (outcome == RAPPORT_DONE && provenance)
        outcome = open_one(out, &out->provenance, provenance, plan, in, error);
    return outcome;
}

/* After a failure: takes back what has its name already, so that no file stands beside those of
 * another run. */
static rapport_outcome withdraw(report_file *const *from, int count, rapport_error *error)
{
    while (count-- > 0)
        report_withdraw(from[count], error);
    return RAPPORT_NO_REPORT;
}

rapport_outcome outputs_publish(outputs *out, const atomic_bool *cancelled, rapport_error *error)
{
    report_file *const all[] = { &out->rejects, &out->provenance, &out->report };
    rapport_outcome outcome = RAPPORT_DONE;
    rapport_error later;

    if (atomic_load(cancelled))
        return input_cancelled(error);
    for (int i = 0; i < 3; i++)
        if (report_publish(all[i], error) != RAPPORT_DONE)
            return withdraw(all, i, error);
    for (int i = 0; i < 3; i++)
        if (report_confirm(all[i], outcome == RAPPORT_DONE ? error : &later) != RAPPORT_DONE)
            outcome = RAPPORT_NO_REPORT;
    return outcome;
}

void outputs_abandon(outputs *out)
{
    report_abandon(&out->report);
    report_abandon(&out->rejects);
    report_abandon(&out->provenance);
}
