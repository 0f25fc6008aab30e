/* audit_line.c - one line of an audit log, as JSON. */
#define _POSIX_C_SOURCE 200809L
#include "report/audit_line.h"

#include <stdio.h>
#include <string.h>

#include "report/json_read.h"
#include "report/json_write.h"

enum { NAME_MOST = 255 };

static const char *const events[] = { "start", "end", "failed", "torn", NULL };
static const char marks[] = { AUDIT_START, AUDIT_END, AUDIT_FAILED, AUDIT_TORN };

static const struct {
    rapport_outcome outcome;
    const char *word;
} outcomes[] = {
    { RAPPORT_DONE, "done" },
    { RAPPORT_WRONG_USE, "wrong use" },
    { RAPPORT_SOME_REJECTED, "some rejected" },
    { RAPPORT_BAD_CONFIG, "bad configuration" },
    { RAPPORT_BAD_INPUT, "bad table" },
    { RAPPORT_BAD_PLUGIN, "bad plugin" },
    { RAPPORT_PLUGIN_FAILED, "plugin failed" },
    { RAPPORT_NO_REPORT, "no report" },
    { RAPPORT_NO_RESOURCES, "out of memory" },
    { RAPPORT_BUG, "bug" },
    { RAPPORT_NO_SANDBOX, "no sandbox" },
    { RAPPORT_NO_REPORT, "cancelled" }, /* last: see audit_outcome */
};
enum { OUTCOMES = sizeof outcomes / sizeof *outcomes };

const char *audit_outcome(rapport_outcome outcome, bool cancelled)
{
    for (size_t i = 0; !cancelled && i < OUTCOMES; i++)
        if (outcomes[i].outcome == outcome)
            return outcomes[i].word;
    return outcomes[OUTCOMES - 1].word;
}

static bool is_of_a_run(const audit_line *line)
{
    return line->event != AUDIT_TORN;
}

static bool has_ended(const audit_line *line)
{
    return line->event == AUDIT_END || line->event == AUDIT_FAILED;
}

/* ---- writing -------------------------------------------------------------------------------- */

static void write_name(json_writing *j, const char *key, const char *name)
{
    if (!name)
        return;
    json_write_key(j, key);
    json_write_string(j, name, strnlen(name, NAME_MOST));
}

bool audit_line_write(text *out, const audit_line *line)
{
    json_writing j = { .out = out, .first = true, .flat = true };

    json_write_open(&j, NULL, "{");
    json_write_count(&j, "line", line->line);
    json_write_word(&j, "event", events[line->event - AUDIT_START]);
    json_write_word(&j, "time", line->time);
    json_write_count(&j, "uid", line->uid);
    write_name(&j, "login", line->login);
    write_name(&j, "host", line->host);
    json_write_word(&j, "rapport", line->version);
    if (is_of_a_run(line)) {
        json_write_count(&j, "run", line->run);
        write_name(&j, "pipeline", line->pipeline);
        write_name(&j, "input", line->input);
        write_name(&j, "report", line->report);
    }
    if (has_ended(line)) {
        json_write_word(&j, "outcome", line->outcome);
        json_write_count(&j, "exit", (uint64_t)line->exit);
        json_write_word(&j, "provenance_sha256", line->provenance);
        json_write_word(&j, "report_sha256", line->report_digest);
    }
    json_write_word(&j, "before", line->before);
    json_write_close(&j, "}");
    json_put(&j, "\n", 1);
    return !j.failed;
}

/* ---- reading -------------------------------------------------------------------------------- */

static const char *read_time(json_reading *r)
{
    static const char shape[] = "0000-00-00T00:00:00Z";
    const char *const from = r->at, *time = json_read_word(r, "time");
    size_t i = 0;

    while (time && i < sizeof shape - 1 &&
           (shape[i] == '0' ? time[i] >= '0' && time[i] <= '9' : time[i] == shape[i]))
        i++;
    if (time && (i < sizeof shape - 1 || time[i])) {
        r->at = from;
        json_refuse(r, "a time in UTC has to stand here");
    }
    return time;
}

static const char *read_name(json_reading *r, const char *key)
{
    const char *const from = r->at, *name = json_read_word(r, key);

    if (name && (!*name || strchr(name, '/'))) {
        r->at = from;
        json_refuse(r, "a file has to be called by its name alone");
    }
    return name;
}

static void read_run(json_reading *r, audit_line *out)
{
    out->run = json_read_count(r, "run", out->line);
    if (json_read_on(r) && (out->event == AUDIT_START) != (out->run == out->line))
        json_refuse(r, "a run begins in the line that its number says, and ends in a later one");
    out->pipeline = read_name(r, "pipeline");
    out->input = read_name(r, "input");
    out->report = read_name(r, "report");
}

static void read_end(json_reading *r, audit_line *out)
{
    const char *outcome = json_read_word(r, "outcome");

    out->exit = (int)json_read_count(r, "exit", RAPPORT_NO_SANDBOX);
    for (size_t i = 0; outcome && i < OUTCOMES; i++)
        if ((int)outcomes[i].outcome == out->exit && strcmp(outcomes[i].word, outcome) == 0)
            out->outcome = outcomes[i].word;
    if (json_read_on(r) && !out->outcome)
        json_refuse(r, "an outcome and an exit status that do not go together");
    out->provenance = json_read_digest_or_none(r, "provenance_sha256");
    out->report_digest = json_read_digest_or_none(r, "report_sha256");
}

rapport_outcome audit_line_read(audit_line *out, const char *bytes, size_t length, const char *name,
                                uint64_t nth, memory *arena, rapport_error *error)
{
    json_reading r = { .at = bytes,
                       .begin = bytes,
                       .end = bytes + length,
                       .name = name,
                       .cure = "no run wrote this line so: compare it with a backup [audit-line]",
                       .arena = arena,
                       .error = error,
                       .lines_before = nth - 1 };

    *out = (audit_line){ 0 };
    json_read_open(&r, '{');
    out->line = json_read_count(&r, "line", UINT64_MAX - 1);
    out->event = (audit_event)json_read_mark(&r, "event", events, marks);
    out->time = read_time(&r);
    out->uid = (uint32_t)json_read_count(&r, "uid", UINT32_MAX);
    out->login = json_read_word_or_none(&r, "login");
    out->host = json_read_word(&r, "host");
    out->version = json_read_word(&r, "rapport");
    if (is_of_a_run(out))
        read_run(&r, out);
    if (has_ended(out))
        read_end(&r, out);
    out->before = json_read_digest(&r, "before");
    json_read_close(&r, '}');
    return json_read_end(&r);
}

bool audit_line_may_begin(const char *bytes, size_t length, uint64_t line)
{
    char head[64];
    const size_t whole =
        (size_t)snprintf(head, sizeof head, "{\"line\": %llu, ", (unsigned long long)line);

    return length < AUDIT_LINE_MOST && memcmp(bytes, head, length < whole ? length : whole) == 0;
}
