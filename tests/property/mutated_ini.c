/* mutated_ini.c - INI files hurt at random, each run whole: refused with place and code, or scored
 * the same each time, with a line for every record.
 *
 *     mutated_ini RAPPORT FOLDER COUNT SEED PIPELINE TABLE FILE...
 *
 * Mutants SEED to SEED + COUNT - 1: in each, one FILE of the pipeline is another; they all lie
 * beside it, and are as they were afterwards. In the table whoever answered is called zq_..., and
 * 48613 is an answer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mutate.h"
#include "own_csv.h"
#include "watched_run.h"

enum { FAULTS_SHOWN = 20, SECONDS = 20 };

static const char *why;

static void wrong(const char *what)
{
    if (!why)
        why = what;
}

static void read_if_there(bytes *out, const char *path)
{
    FILE *file = fopen(path, "rb");

    out->length = 0;
    if (!file)
        return;
    fclose(file);
    bytes_read(out, path);
}

static bool same(const bytes *a, const bytes *b)
{
    return a->length == b->length && (a->length == 0 || memcmp(a->at, b->at, a->length) == 0);
}

/* A mistake is one line: a place, and a code. All files have absolute paths here. */
static void judge_line(const char *line, size_t length)
{
    const bool is_place = (line[0] == '/' && memchr(line, ':', length)) || /* of some file */
                          strncmp(line, "and ", 4) == 0 || strncmp(line, "plugin /", 8) == 0;
    if (!is_place)
        wrong("says something without a place");
    if (length < 3 || line[length - 1] != ']')
        wrong("says something without a code");
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
            wrong("says control bytes");
}

static void judge_lines(const bytes *said)
{
    size_t lines = 0;

    for (size_t at = 0; at < said->length; lines++) {
        const char *line = said->at + at, *ends = memchr(line, '\n', said->length - at);
        const size_t length = ends ? (size_t)(ends - line) : said->length - at;
        judge_line(line, length);
        at += length + 1;
    }
    if (lines == 0 || lines > 21)
        wrong("says nothing, or too much");
}

static void judge_records(const bytes *report, const bytes *table)
{
    own_csv in, out;

    own_csv_read(&in, table->at, table->length, ',');
    own_csv_read(&out, report->at, report->length, ',');
    if (in.records != out.records)
        wrong("loses records, or makes them up");
    own_csv_free(&in);
    own_csv_free(&out);
}

typedef struct outcome {
    int status;
    bytes said, report, rejects;
} outcome;

static void free_outcome(outcome *of)
{
    free(of->said.at);
    free(of->report.at);
    free(of->rejects.at);
}

static void run(outcome *out, const char *const *words, const char *folder)
{
    char said[600], report[600], rejects[600];

    snprintf(said, sizeof said, "%s/said", folder);
    snprintf(report, sizeof report, "%s/out.csv", folder);
    snprintf(rejects, sizeof rejects, "%s/out.rejects.csv", folder);
    remove(report);
    remove(rejects);
    out->status = watched_run(words, said, SECONDS);
    bytes_read(&out->said, said);
    read_if_there(&out->report, report);
    read_if_there(&out->rejects, rejects);
}

/* What `check` thinks of it: the same, as far as it goes. */
static void judge_check(const char *rapport, const char *pipeline, const char *table,
                        const char *folder, const outcome *of)
{
    outcome checked = { 0 };
    char input[600];
    const char *const words[] = { rapport, "check", pipeline, "--set", input, NULL };

    snprintf(input, sizeof input, "input.path=%s", table);
    run(&checked, words, folder);
    const bool scored = of->status == 0 || of->status == 3;
    if (scored && checked.status != 0)
        wrong("is refused by check, and scored by run");
    else if ((of->status == 4 || of->status == 6) && checked.status != of->status)
        wrong("is refused by run, and not by check");
    else if (checked.status >= 128)
        wrong("ends check by a signal, or hangs it");
    free_outcome(&checked);
}

static void judge(const char *rapport, const char *pipeline, const char *table, const char *folder,
                  const bytes *answers, outcome *of)
{
    outcome again = { 0 };
    char report[600], input[600];
    const char *const words[] = {
        rapport, "run", pipeline, "--set", input, "--output", report, NULL
    };

    snprintf(input, sizeof input, "input.path=%s", table);
    snprintf(report, sizeof report, "%s/out.csv", folder);
    run(of, words, folder);
    if (bytes_hold(&of->said, "zq_") || bytes_hold(&of->said, "48613"))
        wrong("tells of somebody");
    if (of->status == 0 || of->status == 3) {
        judge_records(&of->report, answers);
        run(&again, words, folder);
        if (again.status != of->status || !same(&again.report, &of->report) ||
            !same(&again.rejects, &of->rejects))
            wrong("gives another report when run again");
    } else if (of->status == 4 || of->status == 6) {
        judge_lines(&of->said);
    } else if (of->status != 5 && of->status != 8) {
        wrong(of->status == RUN_HANGS ? "hangs" : "ends as no run does");
    }
    if (of->status > 3 && (of->report.length || of->rejects.length))
        wrong("leaves a report that it refused");
    judge_check(rapport, pipeline, table, folder, of);
    free_outcome(&again);
}

int main(int count, char **word)
{
    enum { FIRST_FILE = 7 };
    bytes from = { 0 }, mutant = { 0 }, answers = { 0 };
    size_t mutants = 0, scored = 0, refused = 0, faulty = 0;
    outcome of = { 0 };

    if (count <= FIRST_FILE) {
        fputs("mutated_ini RAPPORT FOLDER COUNT SEED PIPELINE TABLE FILE...\n", stderr);
        return 2;
    }
    bytes_read(&answers, word[6]);
    const uint64_t first = strtoull(word[4], NULL, 10),
                   beyond = first + strtoull(word[3], NULL, 10);
    for (uint64_t n = first; n < beyond; n++, mutants++) {
        draw_from(n);
        const char *file = word[(size_t)FIRST_FILE + draw((size_t)(count - FIRST_FILE))];
        bytes_read(&from, file);
        bytes_copy(&mutant, &from);
        mutate_ini(&mutant);
        bytes_write(&mutant, file);
        why = NULL;
        judge(word[1], word[5], word[6], word[2], &answers, &of);
        bytes_write(&from, file);
        scored += of.status == 0 || of.status == 3;
        refused += of.status == 4 || of.status == 6;
        if (why && ++faulty <= FAULTS_SHOWN)
            printf("mutant %llu of %s, exit %d: %s\n", (unsigned long long)n, file, of.status, why);
    }
    printf("mutated ini files %zu, scored %zu, refused %zu, faults %zu\n", mutants, scored, refused,
           faulty);
    free_outcome(&of);
    free(from.at);
    free(mutant.at);
    free(answers.at);
    return faulty > 0;
}
