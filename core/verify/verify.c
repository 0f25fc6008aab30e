/* verify.c - whether a report, and all it was made of, is what its provenance says.
 *
 * Hashes find what was changed by itself. Who changes a report, its hash and the seal of the
 * provenance is found out only by scoring the table again.
 */
#include "verify/verify.h"

#include <string.h>

#include "config/file.h"
#include "verify/find.h"
#include "verify/rerun.h"

enum { PROVENANCE_MOST = 16 << 20 };

/* Files whose hashes are compared: what they are called, and what to do. */
typedef struct kind {
    const char *is, *missing, *differs;
} kind;

static const kind report_kind = { "report", "check the path",
                                  "take it from a backup, or run the pipeline again" };
static const kind rejects_kind = { "rejects file", "put it back beside the report",
                                   "take it from a backup, or run the pipeline again" };
static const kind pipeline_kind = { "pipeline", "give its path with --pipeline",
                                    "give the one that was run with --pipeline, or run this one" };
static const kind part_kind = { "file",
                                "give the pipeline's path with --pipeline; -v says where it was "
                                "looked for",
                                "take it from a backup, or run the pipeline again" };
static const kind input_kind = { "table", "give its path with --input",
                                 "give the one that was scored with --input, or run the pipeline "
                                 "again" };

typedef struct verification {
    const rapport_options *how;
    const char *provenance; /* path */
    provenance facts;
    finder finder;
    memory arena;
    text tried;
    problems all;
    listener listener;
    uint32_t agreed;
    bool differs, in_differs; /* anything; what the report was made of */
    bool in_missing;
} verification;

static void tell_problem(void *self, const char *line)
{
    listener_tell(self, RAPPORT_FAILS, "%s", line);
}

/* ---- the provenance itself ------------------------------------------------------------------ */

/* Its bytes; NULL: refused, and in v->all. */
static const char *provenance_bytes(verification *v, size_t *length)
{
    problems unread = { 0 };
    const place at = { .file = v->provenance };

    if (!v->provenance)
        return problem_memory(&v->all);
    if (!file_is_there(v->provenance)) {
        problem_add(&v->all, RAPPORT_NOT_FOUND, &at,
                    "is not there, and it holds the hashes; give its path with --provenance "
                    "[verify-missing]");
        return NULL;
    }
    const char *bytes =
        file_bytes(length, v->provenance, PROVENANCE_MOST, NULL, &v->arena, &unread);
    if (unread.memory)
        problem_memory(&v->all);
    else if (!bytes)
        problem_add(&v->all, RAPPORT_NOT_FOUND, NULL, "%s", unread.kept[0].message.text);
    return bytes;
}

static bool read_provenance(verification *v)
{
    size_t length = 0;
    rapport_error error;
    const place at = { .file = v->provenance };
    const char *bytes = provenance_bytes(v, &length);

    if (!bytes)
        return false;
    rapport_outcome outcome =
        provenance_read(&v->facts, bytes, length, v->provenance, &v->arena, &error);
    if (outcome == RAPPORT_NO_RESOURCES)
        return problem_memory(&v->all);
    if (outcome != RAPPORT_DONE) {
        problem_add(&v->all, outcome, NULL, "%s", error.text);
        return false;
    }
    if (!provenance_is_sealed(bytes, length)) {
        v->differs = v->in_differs = true;
        problem_add(&v->all, RAPPORT_DIFFERS, &at,
                    "was changed since the run wrote it, its own hash says; take it from a backup, "
                    "or run the pipeline again [verify-seal]");
    }
    return true;
}

/* ---- hashes --------------------------------------------------------------------------------- */

/* Says how the hunt ended. */
static bool judge(verification *v, const hunt *h, const kind *kind)
{
    const place at = { .file = h->path ? h->path : h->given ? h->given : h->wanted->name };

    if (h->agrees) {
        v->agreed++;
        if (v->how->verbose)
            listener_tell(&v->listener, RAPPORT_DETAILS, "%s: agrees", h->path);
    } else if (!h->path) {
        problem_add(&v->all, RAPPORT_NOT_FOUND, &at,
                    "the %s of this name is not to be found; %s [verify-missing]", kind->is,
                    kind->missing);
    } else if (h->reason) {
        problem_add(&v->all, RAPPORT_NOT_FOUND, &at,
                    "cannot be read: %s; check who may read it, and that it is a file "
                    "[verify-unreadable]",
                    strerror(h->reason));
    } else {
        v->differs = true;
        problem_add(&v->all, RAPPORT_DIFFERS, &at,
                    "is not the %s that %s tells of; %s [verify-differs]", kind->is, v->provenance,
                    kind->differs);
    }
    return h->agrees;
}

/* Likewise, of what the report was made of. */
static void judge_source(verification *v, const hunt *h, const kind *kind)
{
    if (judge(v, h, kind))
        return;
    v->in_differs = v->in_differs || (h->path && !h->reason);
    v->in_missing = v->in_missing || !h->path || h->reason;
}

typedef struct found {
    hunt report, rejects, pipeline, input;
} found;

static void compare_hashes(verification *v, found *out)
{
    finder *f = &v->finder;

    out->report = find_report(f);
    judge(v, &out->report, &report_kind);
    out->rejects = (hunt){ 0 };
    if (v->facts.rejects.name) {
        out->rejects = find_rejects(f);
        judge(v, &out->rejects, &rejects_kind);
    }
    out->pipeline = find_pipeline(f);
    judge_source(v, &out->pipeline, &pipeline_kind);
    for (uint32_t i = 0; i < v->facts.stages; i++) {
        const hunt h = find_instrument(f, i);
        judge_source(v, &h, &part_kind);
    }
    for (uint32_t i = 0; i < v->facts.plugins; i++) {
        const hunt h = find_plugin(f, i);
        judge_source(v, &h, &part_kind);
    }
    for (uint32_t i = 0; i < v->facts.tables; i++) {
        const hunt h = find_table(f, i);
        judge_source(v, &h, &part_kind);
    }
    out->input = find_input(f);
    judge_source(v, &out->input, &input_kind);
}

/* ---- in all --------------------------------------------------------------------------------- */

static void tell_places(verification *v)
{
    const char *at = v->tried.bytes, *end = at ? at + v->tried.length : NULL;

    while (at < end) {
        const char *line = memchr(at, '\n', (size_t)(end - at));
        if (!line) /* memory ran out behind it */
            return;
        listener_tell(&v->listener, RAPPORT_DETAILS, "%.*s", (int)(line - at), at);
        at = line + 1;
    }
}

static rapport_outcome run_again(verification *v, const found *where, rapport_error *error)
{
    const rerun how = { .facts = &v->facts,
                        .provenance = v->provenance,
                        .pipeline = where->pipeline.path,
                        .input = where->input.path,
                        .report = where->report.path,
                        .rejects = where->rejects.path,
                        .isolation = v->how->isolation,
                        .workers = v->how->workers,
                        .listener = &v->listener };

    if (v->in_differs || v->in_missing || !how.report || (v->facts.rejects.name && !how.rejects)) {
        listener_tell(&v->listener, RAPPORT_WARNS,
                      "%s: was not scored again, since not all files are those of its run; put "
                      "right what is said above [verify-not-rerun]",
                      v->finder.report);
        return RAPPORT_DONE; /* why, has been said */
    }
    return rerun_compare(&how, &v->arena, error);
}

static void tell_agreement(verification *v)
{
    if (v->how->rerun)
        listener_tell(
            &v->listener, RAPPORT_SAYS,
            "%s: all %u hashes of %s agree; scored again, it is the same to the last byte",
            v->finder.report, v->agreed, v->provenance);
    else
        listener_tell(&v->listener, RAPPORT_SAYS, "%s: all %u hashes of %s agree", v->finder.report,
                      v->agreed, v->provenance);
}

static rapport_outcome verify_all(verification *v, rapport_error *error)
{
    found where;
    rapport_outcome again = RAPPORT_DONE;
    const bool read = read_provenance(v);

    if (read)
        compare_hashes(v, &where);
    if (v->finder.unheard.memory || v->arena.ran_out)
        problem_memory(&v->all);
    tell_places(v);
    rapport_outcome outcome = problems_close(&v->all, tell_problem, &v->listener, error);
    if (outcome != RAPPORT_NO_RESOURCES && v->differs)
        outcome = RAPPORT_DIFFERS; /* whatever else is missing */
    if (read && v->how->rerun && outcome != RAPPORT_NO_RESOURCES)
        again = run_again(v, &where, outcome == RAPPORT_DONE ? error : NULL);
    if (again != RAPPORT_DONE && outcome != RAPPORT_DIFFERS)
        outcome = again;
    if (outcome == RAPPORT_DONE)
        tell_agreement(v);
    return outcome;
}

rapport_outcome verify(const char *report, const rapport_options *how, rapport_error *error)
{
    verification v = { .how = how, .listener = { .message = how->message, .self = how->self } };

    v.provenance =
        how->provenance ? how->provenance : find_beside(report, ".provenance.json", &v.arena);
    v.finder = (finder){ .facts = &v.facts,
                         .report = report,
                         .input = how->input,
                         .pipeline = how->pipeline,
                         .tried = how->verbose ? &v.tried : NULL,
                         .arena = &v.arena };
    rapport_outcome outcome = verify_all(&v, error);
    text_free(&v.tried);
    memory_free(&v.arena);
    return outcome;
}
