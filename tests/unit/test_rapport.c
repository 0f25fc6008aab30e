/* test_rapport.c - what a program gets that embeds rapport, through rapport.h alone.
 *
 * Run from the top of the tree, with RAPPORT_PLUGIN_PATH and, for the locale with a decimal comma,
 * LOCPATH set: see whole_runs.cmake.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include <rapport/rapport.h>

#include "run.h"

#define DIGITS "tests/golden/decimals/"
#define STAGES "tests/golden/stages/"

static char folder[] = "/tmp/rapport-XXXXXX";
static char report[64];

/* ---- files ------------------------------------------------------------------------------ */

/* The bytes of a file as a string, good until the next call; "": there is none. */
static const char *bytes_of(const char *path)
{
    static char bytes[1 << 16];
    FILE *file = fopen(path, "rb");
    size_t length = file ? fread(bytes, 1, sizeof bytes - 1, file) : 0;

    if (file)
        fclose(file);
    bytes[length] = '\0';
    return bytes;
}

static void expect_report(const char *expected)
{
    char *wanted = strdup(bytes_of(expected));
    CU_ASSERT_NOT_EQUAL(strlen(wanted), 0);
    SAME_TEXT(bytes_of(report), wanted);
    free(wanted);
}

static void put_old_report(void)
{
    FILE *file = fopen(report, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs("old\n", file);
    fclose(file);
}

/* ---- messages --------------------------------------------------------------------------- */

/* What came through the message function. */
typedef struct heard {
    int says, warns, fails, details;
    char first_failure[1024], last_failure[1024];
    rapport *cancel_at_warning;
    const char *folder_at_warning; /* made then */
} heard;

static void hear(void *self, rapport_severity severity, const char *line)
{
    heard *h = self;

    h->says += severity == RAPPORT_SAYS;
    h->warns += severity == RAPPORT_WARNS;
    h->details += severity == RAPPORT_DETAILS;
    if (severity == RAPPORT_FAILS) {
        snprintf(h->fails++ == 0 ? h->first_failure : h->last_failure, sizeof h->last_failure, "%s",
                 line);
    }
    if (severity == RAPPORT_WARNS && h->cancel_at_warning)
        rapport_cancel(h->cancel_at_warning);
    if (severity == RAPPORT_WARNS && h->folder_at_warning)
        mkdir(h->folder_at_warning, 0700);
}

/* How to score the table in a golden folder. */
static rapport_options how(const char *input, heard *h)
{
    return (rapport_options){ .size = sizeof(rapport_options),
                              .input = input,
                              .output = report,
                              .message = h ? hear : NULL,
                              .self = h };
}

static rapport *open_runner(const char *pipeline, const rapport_options *options)
{
    rapport *runner;
    rapport_error error = { "" };
    CU_ASSERT_EQUAL(rapport_open(&runner, pipeline, options, &error), RAPPORT_DONE);
    SAME_TEXT(error.text, "");
    CU_ASSERT_PTR_NOT_NULL_FATAL(runner);
    return runner;
}

/* ---- promises --------------------------------------------------------------------------- */

static void scores_a_table_and_counts_its_records(void)
{
    heard h = { 0 };
    rapport_error error;
    rapport_summary summary = { .size = sizeof summary };
    const rapport_options options = how(STAGES "input.csv", &h);
    rapport *runner = open_runner(STAGES "run.ini", &options);

    CU_ASSERT_EQUAL(rapport_run(runner, &summary, &error), RAPPORT_SOME_REJECTED);
    rapport_close(runner);
    expect_report(STAGES "expected.csv");
    CU_ASSERT_EQUAL(summary.size, sizeof summary);
    CU_ASSERT_EQUAL(summary.stages, 2);
    CU_ASSERT_EQUAL(summary.records, 4);
    CU_ASSERT_EQUAL(summary.ok, 2);
    CU_ASSERT_EQUAL(summary.partial, 2);
    CU_ASSERT_EQUAL(summary.rejected, 0);
    CU_ASSERT_EQUAL(h.warns, 2);
    CU_ASSERT_EQUAL(h.fails, 0);
    CU_ASSERT_EQUAL(h.details, 0);
}

static void runs_again_on_the_same_handle(void)
{
    rapport_error error;
    rapport_summary first = { .size = sizeof first }, second = { .size = sizeof second };
    const rapport_options options = how(STAGES "input.csv", NULL);
    rapport *runner = open_runner(STAGES "run.ini", &options);

    CU_ASSERT_EQUAL(rapport_run(runner, &first, &error), RAPPORT_SOME_REJECTED);
    unlink(report);
    CU_ASSERT_EQUAL(rapport_run(runner, &second, &error), RAPPORT_SOME_REJECTED);
    rapport_close(runner);
    expect_report(STAGES "expected.csv");
    CU_ASSERT_EQUAL(memcmp(&first, &second, sizeof first), 0);
}

static void keeps_two_handles_apart(void)
{
    rapport_error error;
    const rapport_options one = how(STAGES "input.csv", NULL), two = how(DIGITS "input.csv", NULL);
    rapport *first = open_runner(STAGES "run.ini", &one);
    rapport *second = open_runner(DIGITS "run.ini", &two);

    CU_ASSERT_EQUAL(rapport_run(first, NULL, &error), RAPPORT_SOME_REJECTED);
    expect_report(STAGES "expected.csv");
    CU_ASSERT_EQUAL(rapport_run(second, NULL, &error), RAPPORT_DONE);
    expect_report(DIGITS "expected.csv");
    rapport_close(first);
    CU_ASSERT_EQUAL(rapport_run(second, NULL, &error), RAPPORT_DONE);
    rapport_close(second);
    expect_report(DIGITS "expected.csv");
}

static void copies_the_strings_it_is_given(void)
{
    rapport_error error;
    char *input = strdup(DIGITS "input.csv"), *set = strdup("report.decimals=full");
    const char *sets[] = { set, NULL };
    rapport_options options = how(input, NULL);

    options.set = sets;
    rapport *runner = open_runner(DIGITS "run.ini", &options);
    memset(input, '?', strlen(input));
    memset(set, '?', strlen(set));
    CU_ASSERT_EQUAL(rapport_run(runner, NULL, &error), RAPPORT_DONE);
    rapport_close(runner);
    free(input);
    free(set);
    expect_report(DIGITS "expected.csv");
}

static void opens_without_options(void)
{
    rapport_close(open_runner("conf/minimal.ini", NULL));
    rapport_close(NULL);
}

static void reads_options_as_long_as_their_caller_says(void)
{
    struct {
        rapport_options known;
        void *of_a_later_version[4];
    } longer;
    heard h = { 0 };
    rapport_error error;
    rapport_options shorter = how(STAGES "input.csv", &h);

    memset(&longer, 0x5a, sizeof longer);
    longer.known = shorter;
    longer.known.size = sizeof longer;
    rapport *runner = open_runner(STAGES "run.ini", &longer.known);
    CU_ASSERT_EQUAL(rapport_run(runner, NULL, &error), RAPPORT_SOME_REJECTED);
    rapport_close(runner);
    CU_ASSERT_EQUAL(h.warns, 2);

    shorter.size = offsetof(rapport_options, message); /* of a time without messages */
    runner = open_runner(STAGES "run.ini", &shorter);
    CU_ASSERT_EQUAL(rapport_run(runner, NULL, &error), RAPPORT_SOME_REJECTED);
    rapport_close(runner);
    CU_ASSERT_EQUAL(h.warns, 2);
    expect_report(STAGES "expected.csv");
}

static void writes_a_summary_as_long_as_its_caller_says(void)
{
    rapport_error error;
    rapport_summary summary;
    const rapport_options options = how(STAGES "input.csv", NULL);
    rapport *runner = open_runner(STAGES "run.ini", &options);

    memset(&summary, 0x5a, sizeof summary);
    summary.size = offsetof(rapport_summary, partial);
    CU_ASSERT_EQUAL(rapport_run(runner, &summary, &error), RAPPORT_SOME_REJECTED);
    rapport_close(runner);
    CU_ASSERT_EQUAL(summary.size, offsetof(rapport_summary, partial));
    CU_ASSERT_EQUAL(summary.ok, 2);
    CU_ASSERT_EQUAL(summary.partial, 0x5a5a5a5a5a5a5a5a);
    CU_ASSERT_EQUAL(summary.warnings, 0x5a5a5a5a5a5a5a5a);
}

static void verifies_what_it_wrote(void)
{
    heard h = { 0 };
    rapport_error error = { "" };
    rapport_options options = how(STAGES "input.csv", &h);
    rapport *runner = open_runner(STAGES "run.ini", &options);

    CU_ASSERT_EQUAL(rapport_run(runner, NULL, &error), RAPPORT_SOME_REJECTED);
    rapport_close(runner);
    h = (heard){ 0 };
    options.pipeline = STAGES "run.ini";
    CU_ASSERT_EQUAL(rapport_verify(report, &options, &error), RAPPORT_DONE);
    options.rerun = 1;
    CU_ASSERT_EQUAL(rapport_verify(report, &options, &error), RAPPORT_DONE);
    SAME_TEXT(error.text, "");
    CU_ASSERT_EQUAL(h.says, 2);
    CU_ASSERT_EQUAL(h.warns, 0); /* of rows: they were said when they were scored */
    CU_ASSERT_EQUAL(h.fails, 0);

    put_old_report();
    CU_ASSERT_EQUAL(rapport_verify(report, &options, &error), RAPPORT_DIFFERS);
    SAME_TEXT(error.text, h.first_failure);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "report.csv: is not the report"));
    CU_ASSERT_PTR_NOT_NULL(strstr(h.last_failure, "report.csv:1: is not what scoring"));
    CU_ASSERT_EQUAL(rapport_verify(report, NULL, NULL), RAPPORT_DIFFERS);
    CU_ASSERT_EQUAL(rapport_verify("nowhere.csv", NULL, &error), RAPPORT_NOT_FOUND);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "[verify-missing]"));
}

static void tells_every_mistake_in_the_settings(void)
{
    static const char *const set[] = { "report.decimels=1", "run.batch=0", "run.chunk=many", NULL };
    heard h = { 0 };
    rapport *runner = (rapport *)&h;
    rapport_error error = { "" };
    rapport_options options = how(STAGES "input.csv", &h);

    options.set = set;
    CU_ASSERT_EQUAL(rapport_open(&runner, STAGES "run.ini", &options, &error), RAPPORT_BAD_CONFIG);
    CU_ASSERT_PTR_NULL(runner);
    CU_ASSERT_EQUAL(h.fails, 3);
    SAME_TEXT(error.text, h.first_failure);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "[cfg-"));
    CU_ASSERT_EQUAL(rapport_check(STAGES "run.ini", &options, &error), RAPPORT_BAD_CONFIG);
    CU_ASSERT_EQUAL(h.fails, 6);
}

static void says_which_file_is_not_there(void)
{
    heard h = { 0 };
    rapport *runner = (rapport *)&h;
    rapport_error error = { "" };
    rapport_options options = how("nowhere.csv", &h);

    CU_ASSERT_EQUAL(rapport_open(&runner, "nowhere.ini", &options, &error), RAPPORT_BAD_CONFIG);
    CU_ASSERT_PTR_NULL(runner);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "nowhere.ini"));
    CU_ASSERT_EQUAL(rapport_open(&runner, "nowhere.ini", NULL, &error), RAPPORT_BAD_CONFIG);

    put_old_report();
    runner = open_runner(STAGES "run.ini", &options);
    h.fails = 0;
    CU_ASSERT_EQUAL(rapport_run(runner, NULL, &error), RAPPORT_BAD_INPUT);
    rapport_close(runner);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "nowhere.csv"));
    CU_ASSERT_EQUAL(h.fails, 1);
    SAME_TEXT(h.first_failure, error.text);
    SAME_TEXT(bytes_of(report), "old\n");
}

static void ends_a_run_when_told_and_keeps_the_old_report(void)
{
    static const char *const set[] = { "run.chunk_records=1", NULL };
    heard h = { 0 };
    rapport_error error;
    rapport_options options = how(STAGES "input.csv", &h);

    put_old_report();
    options.set = set;
    h.cancel_at_warning = open_runner(STAGES "run.ini", &options);
    CU_ASSERT_EQUAL(rapport_run(h.cancel_at_warning, NULL, &error), RAPPORT_NO_REPORT);
    rapport_close(h.cancel_at_warning);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "[cancelled]"));
    SAME_TEXT(bytes_of(report), "old\n");
}

/* A report never stands without what belongs to it: where a folder takes the place of one of
 * these while the run goes on, the old report stays. */
static void publishes_the_report_last(void)
{
    static const char *const endings[] = { "rejects.csv", "provenance.json" };

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char beside[96];
        heard h = { .folder_at_warning = beside };
        rapport_error error;
        const rapport_options options = how(STAGES "input.csv", &h);

        snprintf(beside, sizeof beside, "%s/report.%s", folder, endings[i]);
        unlink(beside);
        put_old_report();
        rapport *runner = open_runner(STAGES "run.ini", &options);
        CU_ASSERT_EQUAL(rapport_run(runner, NULL, &error), RAPPORT_NO_REPORT);
        rapport_close(runner);
        CU_ASSERT_EQUAL(strncmp(error.text, beside, strlen(beside)), 0);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "[output-write]"));
        SAME_TEXT(bytes_of(report), "old\n");
        CU_ASSERT_EQUAL(rmdir(beside), 0);
    }
}

static void tells_where_it_looked_if_asked(void)
{
    heard h = { 0 };
    rapport_options options = how(STAGES "input.csv", &h);

    options.verbose = 1;
    rapport_close(open_runner(STAGES "run.ini", &options));
    CU_ASSERT_NOT_EQUAL(h.details, 0);
}

/* One run with both standard streams turned to a file. */
static size_t printed_by_a_run(void)
{
    struct stat about;
    rapport_error error;
    char path[80];
    const rapport_options options = how(STAGES "input.csv", NULL);
    int out = dup(1), err = dup(2);

    snprintf(path, sizeof path, "%s/printed", folder);
    fflush(NULL);
    int file = open(path, O_CREAT | O_TRUNC | O_RDWR, 0600);
    dup2(file, 1);
    dup2(file, 2);
    rapport *runner;
    rapport_open(&runner, STAGES "run.ini", &options, &error);
    rapport_run(runner, NULL, &error);
    rapport_close(runner);
    rapport_check("nowhere.ini", NULL, &error);
    fflush(NULL);
    dup2(out, 1);
    dup2(err, 2);
    fstat(file, &about);
    close(file);
    close(out);
    close(err);
    unlink(path);
    return (size_t)about.st_size;
}

static void prints_nothing_and_leaves_the_process_as_it_was(void)
{
    char before[4096], after[4096];
    struct sigaction interrupt, terminate, pipe;
    mode_t mask = umask(027);

    CU_ASSERT_PTR_NOT_NULL(getcwd(before, sizeof before));
    CU_ASSERT_EQUAL(printed_by_a_run(), 0);
    CU_ASSERT_PTR_NOT_NULL(getcwd(after, sizeof after));
    SAME_TEXT(after, before);
    CU_ASSERT_EQUAL(umask(mask), 027);
    sigaction(SIGINT, NULL, &interrupt);
    sigaction(SIGTERM, NULL, &terminate);
    sigaction(SIGPIPE, NULL, &pipe);
    CU_ASSERT_TRUE(interrupt.sa_handler == SIG_DFL && terminate.sa_handler == SIG_DFL);
    CU_ASSERT_TRUE(pipe.sa_handler == SIG_DFL);
}

static void gives_the_same_bytes_where_the_locale_has_a_decimal_comma(void)
{
    rapport_error error;
    const rapport_options options = how(DIGITS "input.csv", NULL);

    if (!setlocale(LC_ALL, "de_DE.UTF-8"))
        CU_FAIL("there is no locale de_DE.UTF-8; set LOCPATH to where it is");
    CU_ASSERT_EQUAL(strtod("1.5", NULL), 1); /* the comma counts, so it is in force */
    rapport *runner = open_runner(DIGITS "run.ini", &options);
    CU_ASSERT_EQUAL(rapport_run(runner, NULL, &error), RAPPORT_DONE);
    rapport_close(runner);
    CU_ASSERT_EQUAL(strtod("1.5", NULL), 1); /* and it still is */
    setlocale(LC_ALL, "C");
    expect_report(DIGITS "expected.csv");
}

/* ---- what there is ---------------------------------------------------------------------- */

static void collect(void *self, const char *bytes, size_t length)
{
    char *text = self;
    size_t used = strlen(text);
    snprintf(text + used, (1 << 17) - used, "%.*s", (int)length, bytes);
}

static void lists_and_shows_what_can_be_found(void)
{
    static char text[1 << 17];
    rapport_error error;

    CU_ASSERT_EQUAL(rapport_catalogue(NULL, collect, text, &error), RAPPORT_DONE);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "alliance"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "prorated_sum"));
    text[0] = '\0';
    CU_ASSERT_EQUAL(rapport_show("phq9", NULL, collect, text, &error), RAPPORT_DONE);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "moderately severe"));
    text[0] = '\0';
    CU_ASSERT_NOT_EQUAL(rapport_show("nobody_knows", NULL, collect, text, &error), RAPPORT_DONE);
    SAME_TEXT(text, "");
    CU_ASSERT_EQUAL(rapport_reference(collect, text, &error), RAPPORT_DONE);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "respondent"));
}

static void removes_what_it_wrote(void)
{
    static const char *const endings[] = { "report.csv", "report.rejects.csv",
                                           "report.provenance.json" };
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char path[96];
        snprintf(path, sizeof path, "%s/%s", folder, endings[i]);
        unlink(path);
    }
    CU_ASSERT_EQUAL(rmdir(folder), 0); /* it is empty: no run left a temporary file */
}

int main(void)
{
    static const promise promises[] = {
        { "scores a table and counts its records", scores_a_table_and_counts_its_records },
        { "runs again on the same handle", runs_again_on_the_same_handle },
        { "keeps two handles apart", keeps_two_handles_apart },
        { "copies the strings it is given", copies_the_strings_it_is_given },
        { "opens without options", opens_without_options },
        { "reads options as long as their caller says",
          reads_options_as_long_as_their_caller_says },
        { "writes a summary as long as its caller says",
          writes_a_summary_as_long_as_its_caller_says },
        { "verifies what it wrote", verifies_what_it_wrote },
        { "tells every mistake in the settings", tells_every_mistake_in_the_settings },
        { "says which file is not there", says_which_file_is_not_there },
        { "ends a run when told and keeps the old report",
          ends_a_run_when_told_and_keeps_the_old_report },
        { "publishes the report last", publishes_the_report_last },
        { "tells where it looked if asked", tells_where_it_looked_if_asked },
        { "prints nothing and leaves the process as it was",
          prints_nothing_and_leaves_the_process_as_it_was },
        { "gives the same bytes where the locale has a decimal comma",
          gives_the_same_bytes_where_the_locale_has_a_decimal_comma },
        { "lists and shows what can be found", lists_and_shows_what_can_be_found },
        { "leaves no file behind but the report's", removes_what_it_wrote },
    };

    if (!mkdtemp(folder))
        return 64;
    snprintf(report, sizeof report, "%s/report.csv", folder);
    return RUN("rapport", promises);
}
