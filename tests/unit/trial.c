/* trial.c - a pipeline tried on a table. */
#define _GNU_SOURCE
#include "trial.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/lines.h"
#include "scratch.h"

static void hear(void *self, const char *line)
{
    text *told = self;
    text_add_string(told, line);
    text_add_string(told, "\n");
}

static bool no_problems(trial *t)
{
    t->outcome = problems_close(&t->all, hear, &t->told_text, NULL);
    return t->outcome == RAPPORT_DONE;
}

static bool went_well(trial *t, rapport_outcome outcome)
{
    if (outcome != RAPPORT_DONE && t->outcome == RAPPORT_DONE) {
        hear(&t->told_text, t->error.text);
        t->outcome = outcome;
    }
    return t->outcome == RAPPORT_DONE;
}

/* ---- before a row is read ----------------------------------------------------------- */

static bool read_plan(trial *t, const given *how)
{
    static const char plain[] = "[pipeline]\nstages = s\nrespondent = id\n"
                                "[stage s]\ninstrument = ./one.ini\n";

    scratch_write("run.ini", how->pipeline ? how->pipeline : plain);
    scratch_write("one.ini", how->one ? how->one : "");
    scratch_write("two.ini", how->two ? how->two : "");
    if (plan_read(&t->plan, "run.ini", how->set, RAPPORT_ISOLATION_NONE, &t->arena, &t->tried_text,
                  &t->all)) {
        plan_load(&t->plan, &t->all);
        pipeline_check(&t->plan, &t->all);
    }
    if (!t->plan.input)
        t->plan.input = "t.csv";
    return no_problems(t);
}

static bool bind(trial *t, const given *how)
{
    const plan *p = &t->plan;
    const csv_expected expected = { .delimiter = p->delimiter,
                                    .decimal = p->decimal,
                                    .any_bytes = p->any_bytes,
                                    .field_limit = p->field_limit,
                                    .column_limit = p->column_limit,
                                    .name_limit = p->name_limit };

    if (!went_well(t, csv_header_read(&t->columns, how->table, strlen(how->table), true, p->input,
                                      &expected, &t->arena, &t->error)))
        return false;
    pipeline_bind(&t->pipeline, p, &t->columns, &t->arena, &t->notes_text, &t->all);
    return no_problems(t);
}

/* ---- rows ------------------------------------------------------------------------------ */

static void add_found(trial *t, const finding *f)
{
    const char *stage =
        f->stage == FINDING_NOWHERE ? "input" : t->pipeline.stage[f->stage].stage->name;
    char cell[16] = "", line[200];

    if (f->cell != FINDING_NOWHERE)
        snprintf(cell, sizeof cell, ":%u", f->cell + 1);
    snprintf(line, sizeof line, "%llu%s %s %s %s: ", (unsigned long long)f->line, cell, stage,
             finding_kind_word(finding_kind_of(f->code)), finding_word(f->code));
    text_add_string(&t->found_text, line);
    finding_message(&t->found_text, t->result.found, f, stage);
    text_add_string(&t->found_text, "\n");
}

static void score_all(trial *t, const char *table)
{
    const size_t length = strlen(table);
    chunk next = { .bytes = table + t->columns.length,
                   .first_line = t->columns.first_line,
                   .first_record = 1,
                   .before = &t->before };

    t->seen.everywhere = t->plan.unique;
    while (next.bytes < table + length) {
        size_t left = (size_t)(table + length - next.bytes);
        next.length =
            t->plan.chunk_records
                ? csv_cut(next.bytes, left, t->columns.dialect.delimiter, t->plan.chunk_records)
                : left;
        if (next.length == 0)
            next.length = left; /* no LF at the end */
        if (!went_well(t, chunk_score(&t->result, &next, &t->pipeline, &t->seen, &t->error)))
            return;
        seen_follow(&t->before, &t->result.edges);
        text_add(&t->report_text, t->result.report.bytes, t->result.report.length);
        for (size_t i = 0; i < t->result.found->count; i++)
            add_found(t, &t->result.found->first[i]);
        t->records += t->result.records;
        t->ok += t->result.ok;
        t->partial += t->result.partial;
        t->rejected += t->result.rejected;
        next.first_line += csv_lines(next.bytes, next.length);
        next.first_record += t->result.records;
        next.bytes += next.length;
    }
}

static const char *ended(text *t)
{
    text_add(t, "", 1);
    return t->bytes;
}

trial *try_out(const given *how)
{
    trial *t = calloc(1, sizeof *t);
    if (!t)
        abort();
    if (read_plan(t, how) && how->table && bind(t, how) &&
        lines_header(&t->header_text, &t->pipeline))
        score_all(t, how->table);
    t->told = ended(&t->told_text);
    t->tried = ended(&t->tried_text);
    t->notes = ended(&t->notes_text);
    t->report = ended(&t->report_text);
    t->header = ended(&t->header_text);
    t->found = ended(&t->found_text);
    return t;
}

void trial_free(trial *t)
{
    pipeline_finish(&t->pipeline);
    seen_free(&t->seen);
    text *const all[] = { &t->told_text,   &t->tried_text, &t->notes_text,   &t->report_text,
                          &t->header_text, &t->found_text, &t->result.report };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        text_free(all[i]);
    memory_free(&t->arena);
    free(t);
}

/* ---- plugins ----------------------------------------------------------------------------- */

void scratch_plugin(const char *name)
{
    char built[4096], here[64];

    snprintf(built, sizeof built, FAULTS "/%s.so", name);
    snprintf(here, sizeof here, "%s.so", name);
    if (access(here, F_OK) != 0 && symlink(built, here) != 0)
        abort();
}

/* The loader gives a file it has opened already, so the puppet held here is the host's too. */
void puppet_hold(const rapport_module *module)
{
    static const rapport_module **puppet;

    if (!puppet) {
        scratch_plugin("puppet");
        void *library = dlopen("./puppet.so", RTLD_NOW | RTLD_LOCAL);
        puppet = library ? dlsym(library, "puppet") : NULL;
    }
    if (!puppet)
        abort();
    *puppet = module;
}

void puppet_hold_scoring(rapport_status (*score)(void *self, const rapport_answers *in,
                                                 rapport_output *out))
{
    static rapport_scoring only = {
        .size = sizeof only, .id = "only", .version = "1.0.0", .title = "Only", .doc = "For a test."
    };
    static const rapport_scoring *const list[] = { &only, NULL };
    static const rapport_module module = { .size = sizeof module, .scoring = list };

    only.score = score;
    puppet_hold(&module);
}
