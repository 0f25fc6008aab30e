/* mutated_tables.c - tables hurt at random, each run whole: no record is lost, whatever is wrong
 * with it, and nothing of it is told.
 *
 *     mutated_tables RAPPORT FOLDER COUNT SEED PIPELINE TABLE [PIPELINE TABLE]...
 *
 * Mutants SEED to SEED + COUNT - 1, in a folder that is there. What a run came to is judged with a
 * reader of our own: own_csv.c. In the tables whoever answered is called zq_..., and 48613 is an
 * answer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mutate.h"
#include "own_csv.h"
#include "watched_run.h"

enum { OPTIONS_MOST = 6, FAULTS_SHOWN = 20, SECONDS = 20 };

static const char *const ways[][OPTIONS_MOST] = {
    { NULL },
    { "--isolation=none", NULL },
    { "--workers=3", "--set", "run.chunk_records=2", NULL },
    { "--isolation=none", "--set", "run.chunk=4096", "--set", "run.batch=3", NULL },
    { "--set", "run.chunk_records=1", "--set", "input.unique=yes", NULL },
};
enum { WAYS = sizeof ways / sizeof *ways };

typedef struct files {
    char table[512], report[512], rejects[512], provenance[512], said[512];
} files;

/* What was read of a run that gave a report. */
typedef struct judgement {
    uint64_t mutant;
    const char *why; /* the first thing that does not hold; NULL: all does */
    size_t lost, leaks;
    bytes table, report_bytes, rejects_bytes, provenance, said;
    own_csv of, report, rejects;
    size_t line; /* of the table, where the header may begin, from 0 */
    size_t ok, partial, rejected;
} judgement;

static void wrong(judgement *j, const char *why)
{
    if (!j->why)
        j->why = why;
}

static bool is_there(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file)
        fclose(file);
    return file != NULL;
}

/* ---- what was said -------------------------------------------------------------------------- */

/* The answer, and not some digits of a hash. */
static bool tells_answer(const bytes *told)
{
    static const char answer[] = "48613", hex[] = "0123456789abcdef";
    const size_t length = sizeof answer - 1;

    for (size_t i = 0; i + length <= told->length; i++)
        if (memcmp(told->at + i, answer, length) == 0 &&
            (i == 0 || !strchr(hex, told->at[i - 1])) &&
            (i + length == told->length || !strchr(hex, told->at[i + length])))
            return true;
    return false;
}

static void judge_silence(judgement *j, const bytes *told)
{
    if (!bytes_hold(told, "zq") && !tells_answer(told))
        return;
    wrong(j, "tells of somebody");
    j->leaks++;
}

static const char *ended(bytes *text)
{
    bytes_put(text, text->length, 0, "", 1);
    text->length--;
    return text->at;
}

/* The last line adds up the records. */
static void judge_sums(judgement *j)
{
    unsigned long long all, ok, partial, rejected;
    const char *at = ended(&j->said), *last = strstr(at, " records: ");

    while (last && last > at && last[-1] != '\n')
        last--;
    if (!last || sscanf(last, "%llu records: %llu ok, %llu partial, %llu rejected", &all, &ok,
                        &partial, &rejected) != 4)
        wrong(j, "does not add up its records");
    else if (all != j->of.records - 1 || ok != j->ok || partial != j->partial ||
             rejected != j->rejected)
        wrong(j, "adds up other records than its report has");
}

/* ---- the report -------------------------------------------------------------------------------
 */

static char delimiter_of(const bytes *provenance)
{
    return bytes_hold(provenance, "\"delimiter\": \"tab\"")         ? '\t'
           : bytes_hold(provenance, "\"delimiter\": \"semicolon\"") ? ';'
                                                                    : ',';
}

/* Behind a byte-order mark and a line such as sep=; */
static void read_table(judgement *j)
{
    const char *at = j->table.at, *end = at + j->table.length;

    if (j->table.length >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
        at += 3;
    if (end - at > 5 && (memcmp(at, "sep=", 4) == 0 || memcmp(at, "SEP=", 4) == 0)) {
        const size_t ends = at[5] == '\n'                                    ? 6
                            : end - at > 6 && at[5] == '\r' && at[6] == '\n' ? 7
                                                                             : 0;
        at += ends;
        j->line = ends > 0;
    }
    own_csv_read(&j->of, at, (size_t)(end - at), delimiter_of(&j->provenance));
}

/* As it stands in the table, or with an apostrophe before it. */
static bool is_passed_on(const char *in, const char *out)
{
    return strcmp(in, out) == 0 || (out[0] == '\'' && strcmp(in, out + 1) == 0);
}

/* Line `at` of the report is record `at` of the table. */
static void judge_row(judgement *j, size_t at, size_t respondent, size_t status)
{
    const char *word = own_cell(&j->report, at, status);

    if (j->report.record[at].cells != j->report.record[0].cells || !j->report.record[at].is_plain)
        wrong(j, "writes a line that is none");
    if (strcmp(word, "ok") == 0)
        j->ok++;
    else if (strcmp(word, "partial") == 0)
        j->partial++;
    else if (strcmp(word, "rejected") == 0)
        j->rejected++;
    else
        wrong(j, "gives a row no status");
    const bool whole = strcmp(word, "rejected") != 0;
    if (whole && (j->of.record[at].cells != j->of.record[0].cells || !j->of.record[at].is_plain))
        wrong(j, "scores a record that is none");
    if (whole && respondent != SIZE_MAX &&
        !is_passed_on(own_cell(&j->of, at, respondent), own_cell(&j->report, at, 0)))
        wrong(j, "gives a row to another respondent");
}

static void judge_report(judgement *j)
{
    const size_t lost = j->of.records > j->report.records ? j->of.records - j->report.records
                                                          : j->report.records - j->of.records;

    j->lost += lost;
    if (lost || j->report.records == 0) {
        wrong(j, "loses records, or makes them up");
        return;
    }
    const size_t respondent = own_column(&j->of, own_cell(&j->report, 0, 0));
    const size_t status = own_column(&j->report, "rapport_status");
    for (size_t at = 1; at < j->report.records; at++)
        judge_row(j, at, respondent, status);
}

/* ---- the rejects ------------------------------------------------------------------------------
 */

/* Each row that lost something stands there, with its line, and no other does. */
static void judge_rejects(judgement *j)
{
    enum { PARTIAL = 1, REJECTED = 2 };
    unsigned char *found = calloc(j->of.records + 1, 1);
    const size_t status = own_column(&j->report, "rapport_status");

    if (!found)
        abort();
    for (size_t i = 1; i < j->rejects.records; i++) {
        const size_t record = strtoul(own_cell(&j->rejects, i, 1), NULL, 10);
        const char *kind = own_cell(&j->rejects, i, 4);
        if (record == 0 || record >= j->of.records) {
            wrong(j, "rejects a record that is none");
            continue;
        }
        if (strtoul(own_cell(&j->rejects, i, 0), NULL, 10) != j->of.record[record].line + j->line)
            wrong(j, "says another line of a record");
        found[record] |= strcmp(kind, "rejected") == 0  ? REJECTED
                         : strcmp(kind, "partial") == 0 ? PARTIAL
                                                        : 0;
    }
    for (size_t at = 1; at < j->report.records; at++) {
        const char *word = own_cell(&j->report, at, status);
        const char *wanted = found[at] & REJECTED ? "rejected" : found[at] ? "partial" : "ok";
        if (strcmp(word, wanted) != 0)
            wrong(j, "has a row and rejects that disagree");
    }
    free(found);
}

/* ---- one mutant ----------------------------------------------------------------------------- */

static void judge_scored(judgement *j, const files *f, int status)
{
    bytes_read(&j->report_bytes, f->report);
    bytes_read(&j->rejects_bytes, f->rejects);
    bytes_read(&j->provenance, f->provenance);
    read_table(j);
    own_csv_read(&j->report, j->report_bytes.at, j->report_bytes.length, ',');
    own_csv_read(&j->rejects, j->rejects_bytes.at, j->rejects_bytes.length, ',');
    judge_silence(j, &j->rejects_bytes);
    judge_silence(j, &j->provenance);
    judge_report(j);
    if (!j->why) {
        judge_rejects(j);
        judge_sums(j);
        if ((status == 3) != (j->partial + j->rejected > 0))
            wrong(j, "ends otherwise than its rows");
    }
    own_csv_free(&j->of);
    own_csv_free(&j->report);
    own_csv_free(&j->rejects);
}

static int run(const char *rapport, const char *pipeline, size_t way, const files *f)
{
    const char *words[16] = {
        rapport, "run", pipeline, "--input", f->table, "--output", f->report
    };
    size_t count = 7;

    for (const char *const *option = ways[way]; *option; option++)
        words[count++] = *option;
    remove(f->report);
    remove(f->rejects);
    remove(f->provenance);
    return watched_run(words, f->said, SECONDS);
}

static void judge(judgement *j, const files *f, int status)
{
    j->line = j->ok = j->partial = j->rejected = 0;
    bytes_read(&j->said, f->said);
    judge_silence(j, &j->said);
    if (status == 0 || status == 3)
        judge_scored(j, f, status);
    else if (status != 4 && status != 5)
        wrong(j, status == RUN_HANGS ? "hangs" : "ends as no run does");
    else if (!bytes_hold(&j->said, "]\n"))
        wrong(j, "says not why");
    else if (is_there(f->report) || is_there(f->rejects) || is_there(f->provenance))
        wrong(j, "writes a report of what it refused");
}

/* Cut up in another way, it comes to the same. */
static void judge_again(judgement *j, const char *rapport, const char *pipeline, const files *f,
                        int status)
{
    bytes again = { 0 };

    if (run(rapport, pipeline, 1 + draw(3), f) != status)
        wrong(j, "ends otherwise where it is cut up otherwise");
    else if (status == 0 || status == 3) {
        bytes_read(&again, f->report);
        if (again.length != j->report_bytes.length ||
            memcmp(again.at, j->report_bytes.at, again.length) != 0)
            wrong(j, "gives another report where it is cut up otherwise");
        free(again.at);
    }
}

static void name_files(files *f, const char *folder)
{
    snprintf(f->table, sizeof f->table, "%s/table.csv", folder);
    snprintf(f->report, sizeof f->report, "%s/report.csv", folder);
    snprintf(f->rejects, sizeof f->rejects, "%s/report.rejects.csv", folder);
    snprintf(f->provenance, sizeof f->provenance, "%s/report.provenance.json", folder);
    snprintf(f->said, sizeof f->said, "%s/said", folder);
}

int main(int count, char **word)
{
    enum { FIRST_PAIR = 5 };
    size_t mutants = 0, scored = 0, faulty = 0;
    uint64_t records = 0;
    judgement j = { 0 };
    bytes from = { 0 };
    files f;

    if (count < FIRST_PAIR + 2) {
        fputs("mutated_tables RAPPORT FOLDER COUNT SEED PIPELINE TABLE [PIPELINE TABLE]...\n",
              stderr);
        return 2;
    }
    name_files(&f, word[2]);
    const uint64_t first = strtoull(word[4], NULL, 10),
                   beyond = first + strtoull(word[3], NULL, 10);
    for (j.mutant = first; j.mutant < beyond; j.mutant++, mutants++) {
        draw_from(j.mutant);
        const size_t pair = FIRST_PAIR + 2 * draw((size_t)(count - FIRST_PAIR) / 2);
        bytes_read(&from, word[pair + 1]);
        bytes_copy(&j.table, &from);
        mutate_table(&j.table);
        bytes_write(&j.table, f.table);
        j.why = NULL;
        const size_t way = draw(WAYS);
        const int status = run(word[1], word[pair], way, &f);
        judge(&j, &f, status);
        scored += status == 0 || status == 3;
        records += j.ok + j.partial + j.rejected;
        if (way == 0 && !j.why)
            judge_again(&j, word[1], word[pair], &f, status);
        if (j.why && ++faulty <= FAULTS_SHOWN)
            printf("mutant %llu of %s, way %zu, exit %d: %s\n", (unsigned long long)j.mutant,
                   word[pair + 1], way, status, j.why);
    }
    printf("mutated tables %zu, scored %zu, records %llu, rows lost %zu, canary leaks %zu, other "
           "faults %zu\n",
           mutants, scored, (unsigned long long)records, j.lost, j.leaks, faulty);
    bytes *const all[] = { &from,         &j.table, &j.report_bytes, &j.rejects_bytes,
                           &j.provenance, &j.said };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]->at);
    return faulty > 0;
}
