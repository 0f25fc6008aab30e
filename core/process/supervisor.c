/* supervisor.c - all file input and output of a run, in the order of the table.
 *
 * The table is read chunk by chunk into slots, each cut at the last record that is whole, and
 * handed out; what comes back is written in the same order. Memory stays the same however
 * long the table is.
 */
#define _GNU_SOURCE
#include "process/supervisor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceilings.h"
#include "process/input.h"
#include "process/confine.h"
#include "process/outputs.h"
#include "process/plan_facts.h"
#include "report/audit.h"
#include "report/rejects.h"

/* One run under way. */
typedef struct course {
    const supervision *how;
    memory arena;
    csv_header header;
    input input;
    workers *workers;
    unsigned char *changed;   /* by the nth plugin: MANNERS_... */
    chunk next;               /* the chunk to be read next, and what is known of it */
    uint64_t handed, written; /* chunks */
    seen_run before;          /* rows of the chunks written */
    outputs out;
    audit audit;
    uint64_t found[FOUND_CODES], shown[FOUND_CODES];
    rapport_summary summary;
    bool told; /* the failure has been said, mistake by mistake */
} course;

void listener_tell(const listener *to, rapport_severity severity, const char *format, ...)
{
    char said[4096];
    rapport_error line;
    va_list arguments;

    if (!to->message)
        return;
    va_start(arguments, format);
    vsnprintf(said, sizeof said, format, arguments);
    va_end(arguments);
    fail(&line, RAPPORT_DONE, "%s", said); /* one harmless line that keeps its [code] */
    to->message(to->self, severity, line.text);
}

static void tell_problem(void *self, const char *line)
{
    listener_tell(self, RAPPORT_FAILS, "%s", line);
}

/* ---- what was found --------------------------------------------------------------------- */

static void tell_messages(course *c, const piece *scored)
{
    const char *line;
    size_t at = 0, length;
    uint32_t code;

    while (piece_message(scored, &at, &code, &line, &length))
        if (code < FOUND_CODES && c->shown[code]++ < MESSAGES_SHOWN)
            listener_tell(&c->how->listener, RAPPORT_WARNS, "%.*s", (int)length, line);
}

static void tell_how_many_more(const course *c)
{
    for (uint32_t code = 0; code < FOUND_CODES; code++)
        if (c->found[code] > MESSAGES_SHOWN)
            listener_tell(&c->how->listener, RAPPORT_WARNS, "%s: and %llu more [%s]",
                          table_name(c->how->plan),
                          (unsigned long long)(c->found[code] - MESSAGES_SHOWN),
                          finding_word(code));
}

/* ---- chunk by chunk ----------------------------------------------------------------------- */

/* Whether the table may go on with the chunk `found`, read into `s`. */
static rapport_outcome check_rows(const course *c, const slot *s, const csv_stretch *found,
                                  rapport_error *error)
{
    const uint64_t limit = c->how->plan->row_limit, left = limit + 1 - c->next.first_record;

    if (found->records <= left)
        return RAPPORT_DONE;
    const size_t fit = left ? csv_cut(s->text, found->length, c->input.delimiter, left) : 0;
    return fail(error, RAPPORT_BAD_INPUT,
                "%s:%llu: is beyond the %llu records that a table may have; cut it up, or raise "
                "rows in [limits], up to %.0f [input-rows]",
                c->input.name, (unsigned long long)(c->next.first_line + csv_lines(s->text, fit)),
                (unsigned long long)limit, CEILING_ROWS);
}

/* Reads the next chunk into its slot and has it scored. *more: there was one. */
static rapport_outcome hand_out(course *c, bool *more, rapport_error *error)
{
    slot *s = workers_slot(c->workers, c->handed);
    csv_stretch found;
    rapport_outcome outcome =
        input_next(&c->input, s->text, s->room, c->next.first_line, &found, error);

    if (outcome == RAPPORT_DONE)
        outcome = check_rows(c, s, &found, error);
    *more = outcome == RAPPORT_DONE && found.length > 0;
    if (!*more)
        return outcome;
    workers_clear(c->workers, c->handed);
    s->input = c->next;
    s->input.bytes = s->text;
    s->input.length = found.length;
    s->records = found.records;
    s->behind = 0;
    if (c->handed == c->written) { /* all that stood before it is scored */
        seen_copy(&s->before, &c->before);
        s->input.before = &s->before;
    }
    c->next.first_line += found.lines;
    c->next.first_record += found.records;
    workers_hand(c->workers, c->handed++);
    return RAPPORT_DONE;
}

/* Has the slot's part of a chunk scored, once more or for the first time, with the rows before it
 * known. */
static rapport_outcome score_again(course *c, slot *s, rapport_error *error)
{
    seen_copy(&s->before, &c->before);
    s->input.before = &s->before;
    workers_hand(c->workers, c->written);
    return workers_wait(c->workers, c->written, c->how->cancelled, error);
}

/* Half of it, or a single record. */
static rapport_outcome take_less(course *c, slot *s, rapport_error *error)
{
    const chunk *in = &s->input;
    const char delimiter = c->header.dialect.delimiter;
    csv_stretch part = csv_measure(in->bytes, in->length / 2, delimiter, 0, c->how->plan->kernel);

    if (part.length == 0)
        part = csv_measure(in->bytes, in->length, delimiter, 1, c->how->plan->kernel);
    if (part.length == 0 || part.length == in->length)
        return fail(error, RAPPORT_NO_RESOURCES,
                    "%s:%llu: what is to be written for this record has no room; make chunk in "
                    "[run] larger [chunk-room]",
                    table_name(c->how->plan), (unsigned long long)in->first_line);
    s->input.length = part.length;
    s->behind += s->records - part.records;
    s->records = part.records;
    return RAPPORT_DONE;
}

/* The next chunk in order, once it is scored. If it repeats rows before it, which were not known
 * then, or if its lines have no room, it is scored again: with these, or in parts. */
static rapport_outcome take_back(course *c, slot *s, rapport_error *error)
{
    rapport_outcome outcome = RAPPORT_DONE;

    if (s->out.outcome == RAPPORT_DONE && !s->out.full && !s->input.before &&
        seen_repeats(&c->before, &s->out.scored.edges))
        outcome = score_again(c, s, error);
    while (outcome == RAPPORT_DONE && s->out.full) {
        outcome = take_less(c, s, error);
        if (outcome == RAPPORT_DONE)
            outcome = score_again(c, s, error);
    }
    if (outcome == RAPPORT_DONE && s->out.outcome != RAPPORT_DONE)
        return fail(error, s->out.outcome, "%s", s->out.error.text);
    return outcome;
}

static void count(course *c, const piece *scored)
{
    c->summary.records += scored->scored.records;
    c->summary.ok += scored->scored.ok;
    c->summary.partial += scored->scored.partial;
    c->summary.rejected += scored->scored.rejected;
    c->summary.warnings += scored->warnings;
    for (uint32_t code = 0; code < FOUND_CODES; code++)
        c->found[code] += scored->found[code];
}

/* What plugins have changed of their surroundings. */
static void remember_manners(course *c, const text *changed)
{
    for (size_t i = 0; i <= modules_count(&c->how->plan->modules) && i < changed->length; i++)
        c->changed[i] |= (unsigned char)changed->bytes[i];
}

static rapport_outcome write_part(course *c, const slot *s, rapport_error *error)
{
    const piece *scored = &s->out;
    const text *report = &scored->scored.report, *rejects = &scored->rejects;
    rapport_outcome outcome = RAPPORT_DONE;

    tell_messages(c, scored);
    count(c, scored);
    remember_manners(c, &scored->changed);
    seen_follow(&c->before, &scored->scored.edges);
    if (c->out.rejects.path)
        outcome = report_write(&c->out.rejects, rejects->bytes, rejects->length, error);
    if (outcome == RAPPORT_DONE)
        outcome = report_write_beside(&c->out.report, report->bytes, report->length, &c->input.hash,
                                      s->input.bytes, s->input.length, error);
    return outcome;
}

/* What is left of the chunk behind the part that is written. */
static void go_on(slot *s, const char *end)
{
    chunk *in = &s->input;

    in->first_line += csv_lines(in->bytes, in->length);
    in->first_record += s->out.scored.records;
    in->bytes += in->length;
    in->length = (size_t)(end - in->bytes);
    s->records = s->behind;
    s->behind = 0;
}

static rapport_outcome write_next(course *c, rapport_error *error)
{
    slot *s = workers_slot(c->workers, c->written);
    const char *const end = s->input.bytes + s->input.length;
    rapport_outcome outcome = workers_wait(c->workers, c->written, c->how->cancelled, error);

    while (outcome == RAPPORT_DONE) {
        outcome = take_back(c, s, error);
        if (outcome == RAPPORT_DONE)
            outcome = write_part(c, s, error);
        if (outcome != RAPPORT_DONE || s->input.bytes + s->input.length == end)
            break;
        go_on(s, end);
        outcome = score_again(c, s, error);
    }
    c->written++;
    return outcome;
}

/* What is wrong with a chunk is said before what is wrong with a later one, whoever finds it
 * first. */
static rapport_outcome score_all(course *c, rapport_error *error)
{
    rapport_outcome input = RAPPORT_DONE, outcome = RAPPORT_DONE;
    rapport_error later;
    bool more = true;

    c->next = (chunk){ .first_line = c->header.first_line, .first_record = 1 };
    while (outcome == RAPPORT_DONE) {
        while (more && c->handed - c->written < workers_slots(c->workers))
            input = hand_out(c, &more, &later);
        if (c->handed == c->written)
            return input == RAPPORT_DONE ? input : fail(error, input, "%s", later.text);
        outcome = atomic_load_explicit(c->how->cancelled, memory_order_relaxed)
                      ? input_cancelled(error)
                      : write_next(c, error);
    }
    return outcome;
}

/* A few rows on which a plugin crashes or hangs are a few scores missing; many are no report. */
static rapport_outcome judge_plugins(const course *c, rapport_error *error)
{
    enum { ROWS = 20, PERCENT = 1 };
    const uint64_t lost =
        c->found[FOUND_PLUGIN_CRASHED] + c->found[FOUND_PLUGIN_LATE] + c->found[FOUND_PLUGIN_WROTE];

    if (c->how->keep_going || lost <= ROWS || lost * 100 <= c->summary.records * PERCENT)
        return RAPPORT_DONE;
    return fail(
        error, RAPPORT_PLUGIN_FAILED,
        "%s: plugins crash, hang or write beyond their outputs on %llu of %llu rows, which is more "
        "than 20 and more than 1 %%; mend them, or take a report without these scores by "
        "--keep-going; an older report is untouched [plugin-quarantine]",
        table_name(c->how->plan), (unsigned long long)lost, (unsigned long long)c->summary.records);
}

/* As many as the plan says, or as there are processors; one where a look at the whole table has
 * to go through all rows, or there is nothing to share out. */
static uint32_t workers_wanted(const course *c)
{
    const plan *plan = c->how->plan;

    if (plan->isolation == RAPPORT_ISOLATION_NONE)
        return 0;
    if (plan->unique || input_is_short(&c->input))
        return 1;
    return plan->workers ? plan->workers : workers_best();
}

/* ---- the files ------------------------------------------------------------------------------ */

/* The first line of each. */
static rapport_outcome write_headers(course *c, rapport_error *error)
{
    const text *heading = &c->workers->heading;
    text header = { 0 };
    rapport_outcome outcome = report_write(&c->out.report, heading->bytes, heading->length, error);

    if (outcome == RAPPORT_DONE && c->out.rejects.path && !rejects_header(&header))
        outcome = fail_memory(error);
    if (outcome == RAPPORT_DONE && c->out.rejects.path)
        outcome = report_write(&c->out.rejects, header.bytes, header.length, error);
    text_free(&header);
    return outcome;
}

static bool describe_run(course *c, text *out, rapport_outcome outcome)
{
    char input_digest[SHA256_HEX];
    provenance facts = c->workers->facts;

    input_digest_of(&c->input, input_digest);
    facts.input = (provenance_file){ last_name(c->how->plan->input), input_digest };
    facts.report = (provenance_file){ last_name(c->how->plan->report), c->out.report.digest };
    facts.rejects = (provenance_file){ last_name(c->out.rejects.path),
                                       c->out.rejects.path ? c->out.rejects.digest : NULL };
    facts.isolation = isolation_word(c->how->plan->isolation);
    facts.engaged = confine_engages(c->how->plan, c->workers->landlock);
    facts.set = c->how->set;
    facts.input_bytes = c->input.read;
    facts.records = c->summary.records;
    facts.ok = c->summary.ok;
    facts.partial = c->summary.partial;
    facts.rejected = c->summary.rejected;
    facts.warnings = c->summary.warnings;
    facts.columns = c->header.columns;
    facts.delimiter = c->header.dialect.delimiter;
    facts.decimal = c->header.dialect.decimal;
    facts.notes = c->workers->notes.bytes;
    facts.notes_length = c->workers->notes.length;
    facts.outcome = (int)outcome;
    return provenance_write(out, &facts);
}

static rapport_outcome publish(course *c, rapport_outcome scored, rapport_error *error)
{
    text facts = { 0 };
    rapport_outcome outcome = report_settle(&c->out.report, error);

    if (outcome == RAPPORT_DONE && c->out.rejects.path)
        outcome = report_settle(&c->out.rejects, error);
    if (outcome == RAPPORT_DONE && c->out.provenance.path) {
        outcome = describe_run(c, &facts, scored) ? RAPPORT_DONE : fail_memory(error);
        if (outcome == RAPPORT_DONE)
            outcome = report_write(&c->out.provenance, facts.bytes, facts.length, error);
        if (outcome == RAPPORT_DONE)
            outcome = report_settle(&c->out.provenance, error);
    }
    text_free(&facts);
    if (outcome == RAPPORT_DONE && !atomic_load(c->how->cancelled))
        outcome =
            audit_end(&c->audit, scored, c->out.provenance.path ? c->out.provenance.digest : NULL,
                      c->out.report.digest, error);
    return outcome == RAPPORT_DONE ? outputs_publish(&c->out, c->how->cancelled, error) : outcome;
}

/* ---- a run ----------------------------------------------------------------------------------- */

static rapport_outcome bind(course *c, rapport_error *error)
{
    listener to = c->how->listener;
    rapport_outcome outcome =
        workers_bind(c->workers, &c->header, input_header(&c->input), tell_problem, &to, error);
    c->told = outcome != RAPPORT_DONE;
    return outcome;
}

static void tell_notes(const course *c)
{
    const text *notes = &c->workers->notes;
    const char *at = notes->bytes, *end = at ? at + notes->length : NULL;

    while (at < end) {
        const char *line = memchr(at, '\n', (size_t)(end - at));
        line = line ? line : end;
        listener_tell(&c->how->listener, RAPPORT_SAYS, "%.*s", (int)(line - at), at);
        at = line + 1;
    }
}

static void tell_changed(const course *c, const char *plugin, unsigned char changed)
{
    text names = { 0 };

    if (changed && manners_name(&names, changed))
        listener_tell(&c->how->listener, RAPPORT_WARNS,
                      "plugin %s changes %.*s; that was put back each time, and changes no score "
                      "but its own; tell its author [plugin-manners]",
                      plugin, (int)names.length, names.bytes);
    text_free(&names);
}

static void tell_manners(const course *c)
{
    for (const module *m = c->how->plan->modules.first; m; m = m->next)
        tell_changed(c, m->file.path, c->changed[m->nth]);
}

static void tell_summary(const course *c)
{
    const rapport_summary *s = &c->summary;
    listener_tell(
        &c->how->listener, RAPPORT_SAYS, "%llu records: %llu ok, %llu partial, %llu rejected%s%s%s",
        (unsigned long long)s->records, (unsigned long long)s->ok, (unsigned long long)s->partial,
        (unsigned long long)s->rejected, report_is_direct(c->how->plan->report) ? "" : "; ",
        report_is_direct(c->how->plan->report) ? "" : c->out.report.path,
        s->ok == s->records || !c->out.rejects.path ? "" : ", see the rejects file beside it");
}

/* What plugins print may be answers, so by itself it is counted alone. */
static void tell_prints(const course *c)
{
    const listener *to = &c->how->listener;
    const prints *p = &c->workers->printed;
    const char *line;
    size_t at = 0, length;

    while (c->how->plugin_prints && prints_line(p, &at, &line, &length))
        listener_tell(to, RAPPORT_SAYS, "plugin says: %.*s", (int)length, line);
    if (c->how->plugin_prints && p->bytes > p->said.length)
        listener_tell(to, RAPPORT_SAYS, "plugin says: and %llu more bytes [plugin-prints]",
                      (unsigned long long)(p->bytes - p->said.length));
    if (!c->how->plugin_prints && p->bytes > 0)
        listener_tell(to, RAPPORT_WARNS,
                      "%s: plugins printed %llu bytes, which may hold answers and stand nowhere; "
                      "--plugin-prints shows them [plugin-prints]",
                      c->how->plan->pipeline.path, (unsigned long long)p->bytes);
}

static bool mind_manners(course *c)
{
    return (c->changed = memory_new(&c->arena, 1 + modules_count(&c->how->plan->modules)));
}

static rapport_outcome run_course(course *c, rapport_error *error)
{
    rapport_outcome outcome =
        input_open(&c->input, c->how->plan, c->how->cancelled, &c->header, &c->arena, error);
    if (outcome == RAPPORT_DONE)
        outcome = bind(c, error);
    if (outcome == RAPPORT_DONE)
        outcome = outputs_open(&c->out, c->how->plan, &c->input, &c->arena, error);
    if (outcome == RAPPORT_DONE)
        outcome = write_headers(c, error);
    if (outcome == RAPPORT_DONE)
        outcome = workers_start(c->workers, workers_wanted(c), error);
    if (outcome == RAPPORT_DONE)
        outcome = mind_manners(c) ? score_all(c, error) : fail_memory(error);
    workers_end(c->workers);
    tell_prints(c);
    if (outcome == RAPPORT_DONE)
        outcome = input_check_end(&c->input, error);
    if (outcome == RAPPORT_DONE)
        outcome = judge_plugins(c, error);
    if (outcome != RAPPORT_DONE)
        return outcome;

    bool all_ok = c->summary.partial + c->summary.rejected == 0;
    rapport_outcome scored = all_ok ? RAPPORT_DONE : RAPPORT_SOME_REJECTED;
    tell_how_many_more(c);
    outcome = publish(c, scored, error);
    if (outcome != RAPPORT_DONE)
        return outcome;
    tell_notes(c);
    tell_manners(c);
    tell_summary(c);
    return scored;
}

static void finish(course *c)
{
    workers_stop(c->workers);
    input_close(&c->input);
    outputs_abandon(&c->out);
    memory_free(&c->arena);
}

static rapport_outcome said(const plan *plan, rapport_error *error)
{
    if (plan->only_instrument)
        return fail(error, RAPPORT_BAD_CONFIG,
                    "%s: is an instrument; run a pipeline that names it [cfg-not-a-pipeline]",
                    plan->pipeline.path);
    if (!plan->input || !*plan->input)
        return fail(error, RAPPORT_BAD_CONFIG,
                    "%s: says no table to read; give path in [input], or --input [cfg-missing-key]",
                    plan->pipeline.path);
    if (!plan->report || !*plan->report)
        return fail(error, RAPPORT_BAD_CONFIG,
                    "%s: says no report to write; give path in [report], or --output "
                    "[cfg-missing-key]",
                    plan->pipeline.path);
    return RAPPORT_DONE;
}

static audit audit_of(const supervision *how)
{
    const plan *plan = how->plan;

    return (audit){ .path = plan->audit_log,
                    .version = rapport_version(),
                    .pipeline = last_name(plan->pipeline.path),
                    .input = last_name(plan->input),
                    .report = last_name(plan->report),
                    .cancelled = how->cancelled };
}

/* The run has no report, as the log, if there is one, gets to know. */
static void log_failure(course *c, rapport_outcome outcome)
{
    rapport_error error;

    if (audit_fail(&c->audit, outcome, &error) != RAPPORT_DONE)
        listener_tell(&c->how->listener, RAPPORT_FAILS, "%s", error.text);
}

rapport_outcome supervise(const supervision *how, rapport_summary *summary, rapport_error *error)
{
    rapport_error unheard;
    course *c = calloc(1, sizeof *c);
    if (!error)
        error = &unheard;
    if (!c) {
        fail_memory(error);
        listener_tell(&how->listener, RAPPORT_FAILS, "%s", error->text);
        return RAPPORT_NO_RESOURCES;
    }
    c->how = how;
    c->workers = how->workers;
    c->summary.stages = how->plan->stages;

    rapport_outcome outcome = said(how->plan, error);
    if (outcome == RAPPORT_DONE) {
        c->audit = audit_of(how);
        outcome = audit_begin(&c->audit, error);
    }
    if (outcome == RAPPORT_DONE)
        outcome = run_course(c, error);
    if (outcome == RAPPORT_NO_REPORT && atomic_load(how->cancelled))
        outcome = input_cancelled(error); /* whatever call the signal interrupted */
    bool failed = outcome != RAPPORT_DONE && outcome != RAPPORT_SOME_REJECTED;
    if (failed && !c->told)
        listener_tell(&how->listener, RAPPORT_FAILS, "%s", error->text);
    if (failed)
        log_failure(c, outcome);
    if (summary) {
        c->summary.size = summary->size;
        memcpy(summary, &c->summary,
               summary->size < sizeof *summary ? summary->size : sizeof *summary);
    }
    finish(c);
    free(c);
    return outcome;
}
