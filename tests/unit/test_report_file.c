/* test_report_file.c - a file appears whole or not at all. */
#define _GNU_SOURCE
#include "report/report_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "run.h"
#include "scratch.h"

static void holds(const char *path, const char *expected)
{
    char *bytes = scratch_read(path, NULL);
    SAME_TEXT(bytes, expected);
    free(bytes);
}

static rapport_outcome write_string(report_file *report, const char *string)
{
    return report_write(report, string, strlen(string), NULL);
}

/* All five steps. */
static rapport_outcome write_file(const char *path, const char *string, rapport_error *error)
{
    report_file report;
    rapport_outcome outcome = report_open(&report, path, error);

    if (outcome == RAPPORT_DONE)
        outcome = report_write(&report, string, strlen(string), error);
    if (outcome == RAPPORT_DONE)
        outcome = report_settle(&report, error);
    if (outcome == RAPPORT_DONE)
        outcome = report_publish(&report, error);
    if (outcome == RAPPORT_DONE)
        outcome = report_confirm(&report, error);
    report_abandon(&report);
    return outcome;
}

/* ---- fsync, as the linker turns it to us ---------------------------------------------------- */

int __real_fsync(int fd);
int __wrap_fsync(int fd);

static struct {
    int files, folders; /* brought to the disk */
    bool named;         /* report.csv was there when its folder was */
    bool file_fails, folder_fails;
} synced;

int __wrap_fsync(int fd)
{
    struct stat status;
    bool folder = fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);

    synced.files += !folder;
    synced.folders += folder;
    if (folder)
        synced.named = access("report.csv", F_OK) == 0;
    errno = EIO;
    return (folder ? synced.folder_fails : synced.file_fails) ? -1 : __real_fsync(fd);
}

/* ---- what a file system may lack, as the linker turns that to us, too ------------------------ */

int __real_openat(int folder, const char *path, int how, mode_t mode);
int __wrap_openat(int folder, const char *path, int how, mode_t mode);
int __real_renameat2(int from, const char *old, int to, const char *new, unsigned how);
int __wrap_renameat2(int from, const char *old, int to, const char *new, unsigned how);

static struct {
    bool nameless, exchange; /* files without a name; two names that change places */
} lacking;

int __wrap_openat(int folder, const char *path, int how, mode_t mode)
{
    errno = EOPNOTSUPP;
    return lacking.nameless && (how & O_TMPFILE) == O_TMPFILE
               ? -1
               : __real_openat(folder, path, how, mode);
}

int __wrap_renameat2(int from, const char *old, int to, const char *new, unsigned how)
{
    errno = EINVAL;
    return lacking.exchange ? -1 : __real_renameat2(from, old, to, new, how);
}

ssize_t __real_getrandom(void *out, size_t bytes, unsigned how);
ssize_t __wrap_getrandom(void *out, size_t bytes, unsigned how);

static int guessed; /* so many times chance gives what somebody has guessed, "aaaaaa" */

ssize_t __wrap_getrandom(void *out, size_t bytes, unsigned how)
{
    if (guessed-- <= 0)
        return __real_getrandom(out, bytes, how);
    memset(out, 0, bytes);
    return (ssize_t)bytes;
}

/* ---- whole --------------------------------------------------------------------------------- */

static void appears_when_it_is_published(void)
{
    report_file report;

    scratch_write("report.csv", "old\n");
    CU_ASSERT_EQUAL_FATAL(report_open(&report, "report.csv", NULL), RAPPORT_DONE);
    CU_ASSERT_EQUAL(scratch_count("report.csv"), 1 + lacking.nameless); /* and the new one */
    CU_ASSERT_EQUAL(write_string(&report, "new\n"), RAPPORT_DONE);
    CU_ASSERT_EQUAL(write_string(&report, ""), RAPPORT_DONE);
    CU_ASSERT_EQUAL(write_string(&report, "lines\n"), RAPPORT_DONE);
    holds("report.csv", "old\n");
    CU_ASSERT_EQUAL(report_settle(&report, NULL), RAPPORT_DONE);
    holds("report.csv", "old\n");
    CU_ASSERT_EQUAL(report_publish(&report, NULL), RAPPORT_DONE);
    holds("report.csv", "new\nlines\n");
    CU_ASSERT_EQUAL(report_confirm(&report, NULL), RAPPORT_DONE);
    SAME_TEXT(report.digest, "d877a0239007c8ce438b66a8409608714cef5140708eb7d690a4271a831e98a1");
    report_abandon(&report);
    holds("report.csv", "new\nlines\n");
    CU_ASSERT_EQUAL(scratch_count("report.csv"), 1);
    remove("report.csv");
}

/* The bytes before the name, and the name before anybody is told. */
static void is_on_the_disk_when_it_is_published(void)
{
    report_file report;

    memset(&synced, 0, sizeof synced);
    CU_ASSERT_EQUAL_FATAL(report_open(&report, "report.csv", NULL), RAPPORT_DONE);
    CU_ASSERT_EQUAL(write_string(&report, "new\n"), RAPPORT_DONE);
    CU_ASSERT_EQUAL(report_settle(&report, NULL), RAPPORT_DONE);
    CU_ASSERT_EQUAL(synced.files, 1);
    CU_ASSERT_EQUAL(synced.folders, 0);
    CU_ASSERT_EQUAL(report_publish(&report, NULL), RAPPORT_DONE);
    CU_ASSERT_EQUAL(report_confirm(&report, NULL), RAPPORT_DONE);
    CU_ASSERT_EQUAL(synced.files, 1);
    CU_ASSERT_EQUAL(synced.folders, 1);
    CU_ASSERT_TRUE(synced.named);
    report_abandon(&report);
    remove("report.csv");
}

static void is_not_published_if_the_disk_did_not_take_it(void)
{
    rapport_error error;

    memset(&synced, 0, sizeof synced);
    synced.file_fails = true;
    scratch_write("report.csv", "old\n");
    CU_ASSERT_EQUAL(write_file("report.csv", "new\n", &error), RAPPORT_NO_REPORT);
    SAME_TEXT(error.text, "report.csv: cannot be written: Input/output error; check the path, or "
                          "name another file; an older file is untouched [output-write]");
    holds("report.csv", "old\n");
    CU_ASSERT_EQUAL(synced.files, 1); /* once: a second one would call lost pages written */
    CU_ASSERT_EQUAL(scratch_count("report.csv"), 1);
    remove("report.csv");
}

static void says_if_its_name_is_not_on_the_disk(void)
{
    rapport_error error;

    memset(&synced, 0, sizeof synced);
    synced.folder_fails = true;
    CU_ASSERT_EQUAL(write_file("report.csv", "new\n", &error), RAPPORT_NO_REPORT);
    SAME_TEXT(error.text,
              "report.csv: is written, but its folder could not be brought to the disk: "
              "Input/output error; run again [output-sync]");
    holds("report.csv", "new\n");
    remove("report.csv");
}

static void brings_no_device_to_the_disk(void)
{
    memset(&synced, 0, sizeof synced);
    synced.file_fails = true;
    CU_ASSERT_EQUAL(write_file("/dev/null", "away\n", NULL), RAPPORT_DONE);
    CU_ASSERT_EQUAL(synced.files + synced.folders, 0);
    memset(&synced, 0, sizeof synced);
}

static void is_its_owners_alone(void)
{
    struct stat status;
    mode_t before = umask(0);

    CU_ASSERT_EQUAL(write_file("mode.csv", "x\n", NULL), RAPPORT_DONE);
    umask(before);
    CU_ASSERT_EQUAL(stat("mode.csv", &status), 0);
    CU_ASSERT_EQUAL(status.st_mode & 07777, 0600);
    remove("mode.csv");
}

static void writes_an_empty_file(void)
{
    CU_ASSERT_EQUAL(write_file("empty.csv", "", NULL), RAPPORT_DONE);
    holds("empty.csv", "");
    remove("empty.csv");
}

/* More than one stretch of what is set aside while it is written. */
static void takes_no_more_room_than_it_fills(void)
{
    enum { PIECE = 1 << 20, PIECES = 20, SLACK = PIECE };
    char *piece = calloc(1, PIECE);
    report_file report;
    struct stat status;

    CU_ASSERT_EQUAL_FATAL(report_open(&report, "long.csv", NULL), RAPPORT_DONE);
    for (int i = 0; i < PIECES; i++)
        CU_ASSERT_EQUAL(report_write(&report, piece, PIECE, NULL), RAPPORT_DONE);
    CU_ASSERT_EQUAL(report_settle(&report, NULL), RAPPORT_DONE);
    CU_ASSERT_EQUAL(report_publish(&report, NULL), RAPPORT_DONE);
    report_abandon(&report);
    CU_ASSERT_EQUAL_FATAL(stat("long.csv", &status), 0);
    CU_ASSERT_EQUAL(status.st_size, PIECES * PIECE);
    CU_ASSERT_TRUE(status.st_blocks * 512 <= status.st_size + SLACK);
    free(piece);
    remove("long.csv");
}

/* ---- or not at all ------------------------------------------------------------------------- */

/* Given up after `steps` of them. */
static void give_up_after(int steps)
{
    report_file report;

    scratch_write("report.csv", "old\n");
    CU_ASSERT_EQUAL(report_open(&report, "report.csv", NULL), RAPPORT_DONE);
    if (steps > 0)
        CU_ASSERT_EQUAL(write_string(&report, "new\n"), RAPPORT_DONE);
    if (steps > 1)
        CU_ASSERT_EQUAL(report_settle(&report, NULL), RAPPORT_DONE);
    report_abandon(&report);
    holds("report.csv", "old\n");
    CU_ASSERT_EQUAL(scratch_count("report.csv"), 1);
    remove("report.csv");
}

static void leaves_nothing_where_it_is_given_up(void)
{
    for (int steps = 0; steps < 3; steps++)
        give_up_after(steps);
    report_abandon(&(report_file){ 0 });
}

static const struct {
    const char *promise, *path, *told;
} refused[] = {
    { "refuses a folder that is not there", "none/report.csv",
      "none/report.csv: its folder cannot be opened: No such file or directory; make the folder "
      "first [output-folder]" },
    { "refuses a file for a folder", "file/report.csv",
      "file/report.csv: its folder cannot be opened: Not a directory; make the folder first "
      "[output-folder]" },
    { "refuses a folder for a file", "folder",
      "folder: is a folder; give the name of a file in it [output-kind]" },
    { "refuses a link to a folder", "to_folder",
      "to_folder: is a folder; give the name of a file in it [output-kind]" },
    { "refuses a folder with a slash", "folder/",
      "folder/: is a folder; give the name of a file in it [output-kind]" },
};

static void refuses_what_it_cannot_write(void)
{
    scratch_write("file", "");
    scratch_folder("folder");
    CU_ASSERT_EQUAL(symlink("folder", "to_folder"), 0);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        rapport_error error = { "" };
        KEPT(write_file(refused[i].path, "x", &error) == RAPPORT_NO_REPORT, refused[i].promise);
        SAME_TEXT(error.text, refused[i].told);
    }
    CU_ASSERT_EQUAL(scratch_count("."), 2); /* "." and "..": no temporary called ".XXXXXX" */
}

/* A folder that comes in between is found when the file is to get its name. */
static void leaves_nothing_where_publishing_fails(void)
{
    report_file report;
    rapport_error error;

    CU_ASSERT_EQUAL(report_open(&report, "late", NULL), RAPPORT_DONE);
    CU_ASSERT_EQUAL(report_settle(&report, NULL), RAPPORT_DONE);
    scratch_folder("late");
    CU_ASSERT_EQUAL(report_publish(&report, &error), RAPPORT_NO_REPORT);
    SAME_TEXT(error.text,
              "late: cannot be written: Is a directory; check the path, or name another "
              "file; an older file is untouched [output-write]");
    report_abandon(&report);
    CU_ASSERT_EQUAL(scratch_count("late"), 1);
}

/* Published over `old`, or over nothing, and taken back. */
static void take_back(const char *old, bool comes_back)
{
    report_file report;
    rapport_error error = { "" };

    remove("report.csv");
    if (old)
        scratch_write("report.csv", old);
    CU_ASSERT_EQUAL(report_open(&report, "report.csv", NULL), RAPPORT_DONE);
    CU_ASSERT_EQUAL(write_string(&report, "new\n"), RAPPORT_DONE);
    CU_ASSERT_EQUAL(report_settle(&report, NULL), RAPPORT_DONE);
    CU_ASSERT_EQUAL(report_publish(&report, NULL), RAPPORT_DONE);
    holds("report.csv", "new\n");
    CU_ASSERT_EQUAL(report_withdraw(&report, &error) == RAPPORT_DONE, comes_back);
    SAME_TEXT(error.text, comes_back ? ""
                                     : "report.csv: is new already, but the report could not "
                                       "be given its place; run again before you use the old "
                                       "report [output-mixed]");
    report_abandon(&report);
    CU_ASSERT_EQUAL(scratch_count("report.csv"), old || !comes_back);
    if (old || !comes_back)
        holds("report.csv", comes_back ? old : "new\n");
    remove("report.csv");
}

static void can_be_taken_back(void)
{
    take_back("old\n", true);
    take_back(NULL, true);
}

static void does_with_less(void)
{
    lacking.nameless = true;
    appears_when_it_is_published();
    is_on_the_disk_when_it_is_published();
    leaves_nothing_where_it_is_given_up();
    can_be_taken_back();
    lacking.exchange = true;
    appears_when_it_is_published();
    is_on_the_disk_when_it_is_published();
    take_back("old\n", false); /* and says so */
    lacking.nameless = lacking.exchange = false;
}

/* ---- links, devices, pipes ------------------------------------------------------------------- */

static void replaces_a_link_and_does_not_follow_it(void)
{
    struct stat status;

    scratch_write("target.csv", "theirs\n");
    CU_ASSERT_EQUAL(symlink("target.csv", "link.csv"), 0);
    CU_ASSERT_EQUAL(write_file("link.csv", "ours\n", NULL), RAPPORT_DONE);
    CU_ASSERT_EQUAL(lstat("link.csv", &status), 0);
    CU_ASSERT_TRUE(S_ISREG(status.st_mode));
    holds("link.csv", "ours\n");
    holds("target.csv", "theirs\n");

    CU_ASSERT_EQUAL(symlink("nowhere.csv", "dangling.csv"), 0);
    CU_ASSERT_EQUAL(write_file("dangling.csv", "ours\n", NULL), RAPPORT_DONE);
    holds("dangling.csv", "ours\n");
    CU_ASSERT_EQUAL(scratch_count("nowhere"), 0);
}

/* What somebody put where the new file might stand for a while is neither written nor replaced. */
static void goes_round_what_is_planted(void)
{
    scratch_write("victim", "theirs\n");
    CU_ASSERT_EQUAL(symlink("victim", "report.csv.aaaaaa"), 0);
    for (int i = 0; i < 2; i++) {
        rapport_error error = { "" };
        lacking.nameless = i == 1;
        guessed = 1;
        CU_ASSERT_EQUAL(write_file("report.csv", "ours\n", NULL), RAPPORT_DONE);
        holds("report.csv", "ours\n");
        guessed = 1000;
        CU_ASSERT_EQUAL(write_file("report.csv", "more\n", &error), RAPPORT_NO_REPORT);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "File exists"));
        holds("report.csv", "ours\n");
        CU_ASSERT_EQUAL(scratch_count("report.csv"), 2);
    }
    guessed = lacking.nameless = false;
    holds("victim", "theirs\n");
    remove("report.csv.aaaaaa");
    remove("report.csv");
}

static void leaves_another_name_of_the_file_alone(void)
{
    scratch_write("one_name.csv", "old\n");
    CU_ASSERT_EQUAL(link("one_name.csv", "other_name.csv"), 0);
    CU_ASSERT_EQUAL(write_file("one_name.csv", "new\n", NULL), RAPPORT_DONE);
    holds("one_name.csv", "new\n");
    holds("other_name.csv", "old\n");
}

static void tells_what_is_written_directly(void)
{
    CU_ASSERT_TRUE(report_is_direct("-"));
    CU_ASSERT_TRUE(report_is_direct("/dev/null"));
    CU_ASSERT_EQUAL(mkfifo("pipe", 0600), 0);
    CU_ASSERT_TRUE(report_is_direct("pipe"));
    CU_ASSERT_FALSE(report_is_direct("file"));
    CU_ASSERT_FALSE(report_is_direct("folder"));
    CU_ASSERT_FALSE(report_is_direct("none"));
    CU_ASSERT_FALSE(report_is_direct(""));
}

static void writes_into_a_pipe(void)
{
    char got[64] = "";
    pid_t writer = fork();

    if (writer == 0)
        _exit((int)write_file("pipe", "through\n", NULL));
    int fd = open("pipe", O_RDONLY);
    CU_ASSERT_NOT_EQUAL_FATAL(fd, -1);
    for (ssize_t n, at = 0; (n = read(fd, got + at, sizeof got - 1 - (size_t)at)) > 0;)
        at += n;
    close(fd);
    int status;
    CU_ASSERT_EQUAL(waitpid(writer, &status, 0), writer);
    CU_ASSERT_EQUAL(status, 0);
    SAME_TEXT(got, "through\n");
    CU_ASSERT_EQUAL(scratch_count("pipe"), 1); /* still a pipe, and nothing beside it */
}

static void writes_to_a_device(void)
{
    CU_ASSERT_EQUAL(write_file("/dev/null", "away\n", NULL), RAPPORT_DONE);
    CU_ASSERT_EQUAL(symlink("/dev/null", "null.csv"), 0);
    CU_ASSERT_EQUAL(write_file("null.csv", "away\n", NULL), RAPPORT_DONE);
    struct stat status;
    CU_ASSERT_TRUE(lstat("null.csv", &status) == 0 && S_ISLNK(status.st_mode));
}

static void says_that_the_disk_is_full(void)
{
    rapport_error error = { "" };
    CU_ASSERT_EQUAL(write_file("/dev/full", "much\n", &error), RAPPORT_NO_REPORT);
    SAME_TEXT(error.text, "/dev/full: disk full; make room and run again [output-space]");
}

static void writes_to_standard_output(void)
{
    int kept_output = dup(STDOUT_FILENO);
    fflush(stdout);
    int fd = open("stdout.txt", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(fd, STDOUT_FILENO);
    rapport_outcome outcome = write_file("-", "out\n", NULL);
    bool still_open = write(STDOUT_FILENO, "more\n", 5) == 5;
    dup2(kept_output, STDOUT_FILENO);
    close(fd);
    close(kept_output);
    CU_ASSERT_EQUAL(outcome, RAPPORT_DONE);
    CU_ASSERT_TRUE(still_open);
    holds("stdout.txt", "out\nmore\n");
}

/* No descriptor is left behind, whatever happened. */
static void closes_what_it_opened(void)
{
    int before = dup(0);
    close(before);
    write_file("closes.csv", "x", NULL);
    write_file("none/closes.csv", "x", NULL);
    write_file("folder", "x", NULL);
    write_file("/dev/full", "x", NULL);
    write_file("/dev/null", "x", NULL);
    give_up_after(0);
    give_up_after(2);
    int after = dup(0);
    close(after);
    CU_ASSERT_EQUAL(after, before);
}

int main(void)
{
    static const promise promises[] = {
        { "appears when it is published", appears_when_it_is_published },
        { "is on the disk when it is published", is_on_the_disk_when_it_is_published },
        { "is not published if the disk did not take it",
          is_not_published_if_the_disk_did_not_take_it },
        { "says if its name is not on the disk", says_if_its_name_is_not_on_the_disk },
        { "brings no device to the disk", brings_no_device_to_the_disk },
        { "is its owner's alone", is_its_owners_alone },
        { "writes an empty file", writes_an_empty_file },
        { "takes no more room than it fills", takes_no_more_room_than_it_fills },
        { "leaves nothing where it is given up", leaves_nothing_where_it_is_given_up },
        { "refuses what it cannot write", refuses_what_it_cannot_write },
        { "leaves nothing where publishing fails", leaves_nothing_where_publishing_fails },
        { "can be taken back", can_be_taken_back },
        { "does with a file system that can do less", does_with_less },
        { "replaces a link and does not follow it", replaces_a_link_and_does_not_follow_it },
        { "goes round what is planted", goes_round_what_is_planted },
        { "leaves another name of the file alone", leaves_another_name_of_the_file_alone },
        { "tells what is written directly", tells_what_is_written_directly },
        { "writes into a pipe", writes_into_a_pipe },
        { "writes to a device", writes_to_a_device },
        { "says that the disk is full", says_that_the_disk_is_full },
        { "writes to standard output", writes_to_standard_output },
        { "closes what it opened", closes_what_it_opened },
    };

    scratch_begin();
    return RUN("report_file", promises);
}
