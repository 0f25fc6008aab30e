/* test_audit.c - an audit log: lines that follow one another, whoever writes them and whenever. */
#define _GNU_SOURCE
#include "report/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "run.h"
#include "scratch.h"
#include "sha256.h"
#include "verify/audit_check.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* ---- one line ------------------------------------------------------------------------------- */

static audit_line whole(void)
{
    return (audit_line){ .line = 12,
                         .event = AUDIT_END,
                         .time = "2026-11-25T00:43:23Z",
                         .uid = 1000,
                         .login = "anna",
                         .host = "desk",
                         .version = "1.0.0",
                         .run = 11,
                         .pipeline = "a \"b\".ini",
                         .input = "-",
                         .report = "r.csv",
                         .outcome = "some rejected",
                         .exit = 3,
                         .provenance = HEX,
                         .report_digest = HEX,
                         .before = HEX };
}

static void writes_a_line_that_can_be_read(void)
{
    const audit_line line = whole();
    text out = { 0 };

    CU_ASSERT_TRUE(audit_line_write(&out, &line));
    text_add(&out, "", 1);
    SAME_TEXT(
        out.bytes,
        "{\"line\": 12, \"event\": \"end\", \"time\": \"2026-11-25T00:43:23Z\", \"uid\": 1000, "
        "\"login\": \"anna\", \"host\": \"desk\", \"rapport\": \"1.0.0\", \"run\": 11, "
        "\"pipeline\": \"a \\\"b\\\".ini\", \"input\": \"-\", \"report\": \"r.csv\", "
        "\"outcome\": \"some rejected\", \"exit\": 3, \"provenance_sha256\": \"" HEX "\", "
        "\"report_sha256\": \"" HEX "\", \"before\": \"" HEX "\"}\n");
    text_free(&out);
}

static rapport_outcome read_line(audit_line *out, const char *line, memory *arena,
                                 rapport_error *error)
{
    return audit_line_read(out, line, strlen(line), "log", 7, arena, error);
}

static void reads_what_it_wrote(void)
{
    const audit_line line = whole();
    text once = { 0 }, twice = { 0 };
    memory arena = { 0 };
    rapport_error error = { "" };
    audit_line got;

    CU_ASSERT_TRUE(audit_line_write(&once, &line));
    CU_ASSERT_EQUAL_FATAL(
        audit_line_read(&got, once.bytes, once.length - 1, "log", 1, &arena, &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(got.event, AUDIT_END);
    CU_ASSERT_EQUAL(got.run, 11);
    SAME_TEXT(got.pipeline, "a \"b\".ini");
    CU_ASSERT_TRUE(audit_line_write(&twice, &got));
    CU_ASSERT_EQUAL(once.length, twice.length);
    CU_ASSERT_EQUAL(memcmp(once.bytes, twice.bytes, once.length), 0);
    text_free(&once);
    text_free(&twice);
    memory_free(&arena);
}

/* A line of a log is bounded, whatever files are called. */
static void cuts_names_that_are_too_long(void)
{
    char longest[4096];
    audit_line line = whole();
    text out = { 0 };

    memset(longest, 1, sizeof longest - 1);
    longest[sizeof longest - 1] = 0;
    line.login = line.host = line.pipeline = line.input = line.report = longest;
    CU_ASSERT_TRUE(audit_line_write(&out, &line));
    CU_ASSERT_TRUE(out.length > 5 * 6 * 255);
    CU_ASSERT_TRUE(out.length < AUDIT_LINE_MOST);
    text_free(&out);
}

#define WHO                                                                                        \
    "\"time\": \"2026-11-25T00:43:23Z\", \"uid\": 1000, \"host\": \"desk\", \"rapport\": "         \
    "\"1.0.0\""
#define FILES "\"pipeline\": \"a.ini\", \"input\": \"t.csv\", \"report\": \"r.csv\""
#define BEFORE "\"before\": \"" HEX "\"}"

static const struct {
    const char *promise, *line, *says;
} refused[] = {
    { "refuses nothing at all", "", "log:7:1: '{' has to stand here" },
    { "refuses another member", "{\"lines\": 1", "log:7:2: \"line\" has to stand here" },
    { "refuses an event it does not know", "{\"line\": 7, \"event\": \"pause\", " WHO ", " BEFORE,
      "a word that rapport does not write" },
    { "refuses a time that is none",
      "{\"line\": 7, \"event\": \"torn\", \"time\": \"2026-11-25 00:43:23Z\"",
      "a time in UTC has to stand here" },
    { "refuses a time that is too long",
      "{\"line\": 7, \"event\": \"torn\", \"time\": \"2026-11-25T00:43:23Z0\"",
      "a time in UTC has to stand here" },
    { "refuses a path",
      "{\"line\": 7, \"event\": \"start\", " WHO ", \"run\": 7, \"pipeline\": \"a/b.ini\"",
      "by its name alone" },
    { "refuses a beginning elsewhere",
      "{\"line\": 7, \"event\": \"start\", " WHO ", \"run\": 6, " FILES ", " BEFORE,
      "a run begins in the line" },
    { "refuses an end where it begins",
      "{\"line\": 7, \"event\": \"end\", " WHO ", \"run\": 7, " FILES ", " BEFORE,
      "a run begins in the line" },
    { "refuses an end before its beginning",
      "{\"line\": 7, \"event\": \"end\", " WHO ", \"run\": 8, " FILES ", " BEFORE, "too large" },
    { "refuses an outcome with another exit status",
      "{\"line\": 7, \"event\": \"end\", " WHO ", \"run\": 1, " FILES
      ", \"outcome\": \"done\", \"exit\": 3, " BEFORE,
      "do not go together" },
    { "refuses a hash that is too short",
      "{\"line\": 7, \"event\": \"torn\", " WHO ", \"before\": \"abc\"}", "64 digits" },
    { "refuses what stands behind", "{\"line\": 7, \"event\": \"torn\", " WHO ", " BEFORE " {}",
      "has to end here" },
};

static void refuses_what_no_run_wrote(void)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        memory arena = { 0 };
        rapport_error error = { "" };
        audit_line got;
        KEPT(read_line(&got, refused[i].line, &arena, &error) == RAPPORT_DIFFERS,
             refused[i].promise);
        KEPT(strstr(error.text, refused[i].says) && strstr(error.text, "[audit-line]"), error.text);
        memory_free(&arena);
    }
}

/* ---- the log -------------------------------------------------------------------------------- */

static const atomic_bool never = false, at_once = true;

static audit run_of(const char *log)
{
    return (audit){ .path = log,
                    .version = "1.0.0",
                    .pipeline = "p.ini",
                    .input = "t.csv",
                    .report = "r.csv",
                    .cancelled = &never };
}

static rapport_outcome run_once(const char *log, rapport_error *error)
{
    audit a = run_of(log);
    rapport_outcome outcome = audit_begin(&a, error);

    return outcome == RAPPORT_DONE ? audit_end(&a, RAPPORT_DONE, HEX, HEX, error) : outcome;
}

static char heard[4096];

static void hear(void *self, rapport_severity severity, const char *line)
{
    (void)self, (void)severity;
    snprintf(heard + strlen(heard), sizeof heard - strlen(heard), "%s\n", line);
}

/* How the log is judged; what is said is in `heard`. */
static rapport_outcome judged(const char *log)
{
    const rapport_options how = { .size = sizeof how, .message = hear };
    rapport_error error;

    *heard = 0;
    return audit_check(log, &how, &error);
}

static bool says(const char *words)
{
    return strstr(heard, words) != NULL;
}

static void begins_a_log_of_its_owner_alone(void)
{
    rapport_error error = { "" };
    struct stat is;
    const mode_t before = umask(0);

    CU_ASSERT_EQUAL(run_once("new.log", &error), RAPPORT_DONE);
    umask(before);
    CU_ASSERT_EQUAL(stat("new.log", &is), 0);
    CU_ASSERT_EQUAL(is.st_mode & 07777, 0600);
    CU_ASSERT_EQUAL(judged("new.log"), RAPPORT_DONE);
    CU_ASSERT_TRUE(says("new.log: lines 1 to 2 are as they were written"));
}

/* The hash is one that anybody can take: of the line, with its LF. */
static void chains_lines_by_their_hashes(void)
{
    rapport_error error = { "" };
    unsigned char digest[SHA256_BYTES];
    char hex[SHA256_HEX];
    sha256 hash;

    CU_ASSERT_EQUAL(run_once("chain.log", &error), RAPPORT_DONE);
    char *log = scratch_read("chain.log", NULL);
    char *second = strchr(log, '\n') + 1;
    sha256_begin(&hash);
    sha256_add(&hash, log, (size_t)(second - log));
    sha256_end(&hash, digest);
    sha256_hex(hex, digest);
    CU_ASSERT_PTR_NOT_NULL(strstr(log, "\"before\": \"" AUDIT_NOTHING_BEFORE "\"}\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(second, hex));
    free(log);
}

static void keeps_no_log_without_a_name(void)
{
    rapport_error error = { "" };

    CU_ASSERT_EQUAL(run_once(NULL, &error), RAPPORT_DONE);
}

static void tells_how_a_run_failed(void)
{
    rapport_error error = { "" };
    audit a = run_of("failed.log"), b = a, c = a;

    c.cancelled = &at_once;
    CU_ASSERT_EQUAL(audit_begin(&a, &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(audit_fail(&a, RAPPORT_BAD_INPUT, &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(audit_begin(&b, &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(audit_end(&b, RAPPORT_DONE, NULL, NULL, &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(audit_fail(&b, RAPPORT_NO_REPORT, &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(audit_begin(&c, &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(audit_fail(&c, RAPPORT_NO_REPORT, &error), RAPPORT_DONE);
    char *log = scratch_read("failed.log", NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(log, "\"event\": \"end\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(log, "\"outcome\": \"bad table\", \"exit\": 5, \"before\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(log, "{\"line\": 5, \"event\": \"failed\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(log, "\"outcome\": \"no report\", \"exit\": 8"));
    CU_ASSERT_PTR_NOT_NULL(strstr(log, "\"outcome\": \"cancelled\", \"exit\": 8"));
    free(log);
    CU_ASSERT_EQUAL(judged("failed.log"), RAPPORT_DONE);
}

static void shows_a_run_without_an_end(void)
{
    rapport_error error = { "" };
    audit a = run_of("open.log");

    CU_ASSERT_EQUAL(run_once("open.log", &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(audit_begin(&a, &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(run_once("open.log", &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(judged("open.log"), RAPPORT_DONE);
    CU_ASSERT_TRUE(says("open.log:3: the run that begins here has no end"));
    CU_ASSERT_EQUAL(audit_end(&a, RAPPORT_DONE, HEX, HEX, &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(judged("open.log"), RAPPORT_DONE);
    CU_ASSERT_FALSE(says("no end"));
}

/* ---- what is refused ------------------------------------------------------------------------ */

/* The run does not begin, and says so; the file is as it was. */
static void is_refused(const char *log, const char *words)
{
    rapport_error error = { "" };

    CU_ASSERT_EQUAL(run_once(log, &error), RAPPORT_NO_REPORT);
    KEPT(strncmp(error.text, log, strlen(log)) == 0 && strstr(error.text, words), error.text);
}

static void refuses_what_may_be_somebody_elses(void)
{
    rapport_error error = { "" };

    CU_ASSERT_EQUAL(run_once("mine.log", &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(symlink("mine.log", "link.log"), 0);
    is_refused("link.log", "is a link");
    CU_ASSERT_EQUAL(symlink("nothing.log", "dangling.log"), 0);
    is_refused("dangling.log", "is a link");
    CU_ASSERT_EQUAL(access("nothing.log", F_OK), -1);
    CU_ASSERT_EQUAL(mkfifo("pipe.log", 0600), 0);
    is_refused("pipe.log", "is no regular file");
    is_refused("/dev/null", "is no regular file");
    CU_ASSERT_EQUAL(mkdir("folder.log", 0700), 0);
    is_refused("folder.log", "cannot be opened");
    is_refused("nowhere/new.log", "cannot be opened");
    CU_ASSERT_EQUAL(chmod("mine.log", 0620), 0);
    is_refused("mine.log", "others may write to it");
    CU_ASSERT_EQUAL(chmod("mine.log", 0602), 0);
    is_refused("mine.log", "others may write to it");
    CU_ASSERT_EQUAL(chmod("mine.log", 0644), 0); /* to read it is another matter */
    CU_ASSERT_EQUAL(run_once("mine.log", &error), RAPPORT_DONE);
    if (geteuid() == 0) {
        CU_ASSERT_EQUAL(chown("mine.log", 1, (gid_t)-1), 0);
        is_refused("mine.log", "belongs to somebody else");
    }
}

static void adds_to_no_file_that_is_no_log(void)
{
    static const char *const files[] = {
        "notes\n", "notes", "\n", "{\"line\": 2, \"event", "{\"line\": 1}\n", "\x00\x00\x00"
    };
    static const size_t lengths[] = { 6, 5, 1, 19, 12, 3 };

    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        size_t length;
        scratch_write_bytes("notes.log", files[i], lengths[i]);
        is_refused("notes.log", "does not end in a line of an audit log");
        char *after = scratch_read("notes.log", &length);
        KEPT(length == lengths[i] && memcmp(after, files[i], length) == 0, "stays as it was");
        free(after);
    }
}

static void ends_in_the_file_in_which_it_began(void)
{
    rapport_error error = { "" };
    audit a = run_of("moved.log");

    CU_ASSERT_EQUAL(audit_begin(&a, &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(rename("moved.log", "moved.log.1"), 0);
    CU_ASSERT_EQUAL(audit_end(&a, RAPPORT_DONE, HEX, HEX, &error), RAPPORT_NO_REPORT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "is not the file in which this run began"));
}

static void waits_for_others_but_not_for_ever(void)
{
    rapport_error error = { "" };
    audit a = run_of("held.log");

    a.cancelled = &at_once; /* which only makes the wait shorter */
    CU_ASSERT_EQUAL(run_once("held.log", &error), RAPPORT_DONE);
    int fd = open("held.log", O_RDONLY);
    CU_ASSERT_EQUAL(flock(fd, LOCK_SH), 0);
    CU_ASSERT_EQUAL(audit_begin(&a, &error), RAPPORT_NO_REPORT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "another program holds the audit log"));
    close(fd);
    CU_ASSERT_EQUAL(audit_begin(&a, &error), RAPPORT_DONE);
}

/* A file that may not grow any more takes a part of a line: that part is taken back. */
static void leaves_no_part_of_a_line(void)
{
    rapport_error error = { "" };
    struct rlimit before;
    size_t length, later;

    CU_ASSERT_EQUAL(run_once("full.log", &error), RAPPORT_DONE);
    char *log = scratch_read("full.log", &length);
    getrlimit(RLIMIT_FSIZE, &before);
    const struct rlimit small = { .rlim_cur = length + 100, .rlim_max = before.rlim_max };
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    CU_ASSERT_EQUAL(run_once("full.log", &error), RAPPORT_NO_REPORT);
    setrlimit(RLIMIT_FSIZE, &before);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "cannot be written: File too large"));
    char *after = scratch_read("full.log", &later);
    CU_ASSERT_EQUAL(later, length);
    SAME_TEXT(after, log);
    free(log);
    free(after);
}

/* ---- torn ----------------------------------------------------------------------------------- */

/* A log of one run, and the first `length` bytes of a third line. */
static void tear(const char *name, size_t length)
{
    rapport_error error = { "" };
    audit a = run_of(name);
    size_t two, three;

    unlink(name);
    CU_ASSERT_EQUAL(run_once(name, &error), RAPPORT_DONE);
    free(scratch_read(name, &two));
    CU_ASSERT_EQUAL(audit_begin(&a, &error), RAPPORT_DONE);
    free(scratch_read(name, &three));
    CU_ASSERT_EQUAL(truncate(name, (off_t)(length ? two + length : three - 1)), 0);
}

static void goes_on_behind_a_torn_line(void)
{
    static const size_t lengths[] = { 1, 5, 13, 40, 200, 0 /* all but its LF */ };

    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        rapport_error error = { "" };
        tear("torn.log", lengths[i]);
        CU_ASSERT_EQUAL(judged("torn.log"), RAPPORT_DIFFERS);
        KEPT(says("torn.log:3: is torn: a crash"), heard);
        CU_ASSERT_EQUAL(run_once("torn.log", &error), RAPPORT_DONE);
        CU_ASSERT_EQUAL(judged("torn.log"), RAPPORT_DONE);
        KEPT(says("torn.log:3: ") && says("torn.log: lines 1 to 6"), heard);
        char *log = scratch_read("torn.log", NULL);
        CU_ASSERT_PTR_NOT_NULL(strstr(log, "\n{\"line\": 4, \"event\": \"torn\""));
        free(log);
    }
}

/* That a line is torn is believed only where the line behind it was written on it as it is. */
static void believes_no_tear_that_was_made_up(void)
{
    rapport_error error = { "" };

    tear("made_up.log", 40);
    CU_ASSERT_EQUAL(run_once("made_up.log", &error), RAPPORT_DONE);
    char *log = scratch_read("made_up.log", NULL);
    *strstr(strstr(log, "\n{\"line\": 3"), "event") = 'E';
    scratch_write("made_up.log", log);
    free(log);
    CU_ASSERT_EQUAL(judged("made_up.log"), RAPPORT_DIFFERS);
    CU_ASSERT_TRUE(says("made_up.log:3:13: \"event\" has to stand here"));
}

/* ---- many at once --------------------------------------------------------------------------- */

static void keeps_its_chain_however_many_write(void)
{
    enum { CHILDREN = 8, RUNS = 25 };
    int failed = 0, status;

    for (int i = 0; i < CHILDREN; i++)
        if (fork() == 0) {
            rapport_error error;
            for (int n = 0; n < RUNS; n++)
                if (run_once("many.log", &error) != RAPPORT_DONE)
                    _exit(1);
            _exit(0);
        }
    while (wait(&status) > 0)
        failed += status != 0;
    CU_ASSERT_EQUAL(failed, 0);
    CU_ASSERT_EQUAL(judged("many.log"), RAPPORT_DONE);
    CU_ASSERT_TRUE(says("many.log: lines 1 to 400 are as"));
    CU_ASSERT_FALSE(says("no end"));
}

int main(void)
{
    static const promise promises[] = {
        { "writes a line that can be read", writes_a_line_that_can_be_read },
        { "reads what it wrote", reads_what_it_wrote },
        { "cuts names that are too long", cuts_names_that_are_too_long },
        { "refuses what no run wrote", refuses_what_no_run_wrote },
        { "begins a log of its owner alone", begins_a_log_of_its_owner_alone },
        { "chains lines by their hashes", chains_lines_by_their_hashes },
        { "keeps no log without a name", keeps_no_log_without_a_name },
        { "tells how a run failed", tells_how_a_run_failed },
        { "shows a run without an end", shows_a_run_without_an_end },
        { "refuses what may be somebody else's", refuses_what_may_be_somebody_elses },
        { "adds to no file that is no log", adds_to_no_file_that_is_no_log },
        { "ends in the file in which it began", ends_in_the_file_in_which_it_began },
        { "waits for others, but not for ever", waits_for_others_but_not_for_ever },
        { "leaves no part of a line", leaves_no_part_of_a_line },
        { "goes on behind a torn line", goes_on_behind_a_torn_line },
        { "believes no tear that was made up", believes_no_tear_that_was_made_up },
        { "keeps its chain, however many write", keeps_its_chain_however_many_write },
    };

    scratch_begin();
    return RUN("audit", promises);
}
