/* report_file.c - a file appears whole or not at all. */
#define _GNU_SOURCE
#include "report/report_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATIENCE = 100 /* milliseconds */, RANDOM = 6 /* letters */ };

/* The descriptor that a path stands for: of "-", and of /dev/stdout or /dev/fd/3, which are links
 * to what a shell may have made a regular file. -1: none. */
static int stream_of(const char *path)
{
    static const char *const folders[] = { "/dev/fd/", "/proc/self/fd/" };
    char target[64];

    if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0)
        return STDOUT_FILENO;
    ssize_t length = readlink(path, target, sizeof target - 1);
    target[length < 0 ? 0 : length] = 0;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        const size_t head = strlen(folders[i]);
        const char *fd = strncmp(path, folders[i], head) == 0     ? path + head
                         : strncmp(target, folders[i], head) == 0 ? target + head
                                                                  : "";
        if (*fd && strlen(fd) < 5 && fd[strspn(fd, "0123456789")] == 0)
            return atoi(fd);
    }
    return -1;
}

bool report_is_direct(const char *path)
{
    struct stat status; /* followed: a link to a device is as good as the device */
    if (stream_of(path) != -1)
        return true;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

static rapport_outcome cannot_look(const char *path, rapport_error *error)
{
    return fail(error, RAPPORT_NO_REPORT,
                "%s: cannot be looked at: %s; check its disk, or give the report another place "
                "with --output [output-write]",
                path, strerror(errno));
}

rapport_outcome report_look(struct stat *there, const char *path, rapport_error *error)
{
    if (stat(path, there) == 0)
        return RAPPORT_DONE;
    *there = (struct stat){ 0 };
    return errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == ENAMETOOLONG
               ? RAPPORT_DONE
               : cannot_look(path, error);
}

rapport_outcome report_look_at_open(struct stat *there, const report_file *report,
                                    rapport_error *error)
{
    return fstat(report->fd, there) == 0 ? RAPPORT_DONE : cannot_look(report->path, error);
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Room for a name beside the target: "report.csv.a1b2c3". */
static char *beside(const char *path)
{
    const char *last = last_part(path);
    char *name = malloc(strlen(last) + 1 + RANDOM + 1);
    if (name)
        sprintf(name, "%s.%0*d", last, RANDOM, 0);
    return name;
}

static int open_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    char *folder = strndup(path, slash == path ? 1 : (size_t)(slash - path));
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    int kept = errno;
    free(folder);
    errno = kept;
    return fd;
}

/* Where the folder or the file is not ours to write. */
static bool is_barred(int reason)
{
    return reason == EACCES || reason == EROFS;
}

/* What there is to say of an older file: a pipe has none. */
static rapport_outcome cannot_write(const report_file *report, rapport_error *error)
{
    const char *name = strcmp(report->path, "-") == 0 ? "standard output" : report->path;
    const char *older = report->temporary ? "; an older file is untouched" : "";

    if (errno == ENOSPC || errno == EDQUOT)
        return fail(error, RAPPORT_NO_REPORT,
                    "%s: disk full; make room and run again%s [output-space]", name, older);
    return fail(error, RAPPORT_NO_REPORT, "%s: cannot be written: %s; %s%s [output-write]", name,
                strerror(errno),
                report->replaces   ? "see who may write to it and to its folder"
                : is_barred(errno) ? "give the report another place with --output"
                                   : "check the path, or name another file",
                older);
}

static rapport_outcome open_direct(report_file *report, rapport_error *error)
{
    const int stream = stream_of(report->path);
    struct stat status;

    report->fd =
        stream != -1 ? fcntl(stream, F_DUPFD_CLOEXEC, 0) : open(report->path, O_WRONLY | O_CLOEXEC);
    if (report->fd == -1 || fstat(report->fd, &status) != 0)
        return cannot_write(report, error);
    report->piecewise = S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode);
    return RAPPORT_DONE;
}

/* Where a file without a name can be found all the same. */
static void path_of(int fd, char path[32])
{
    snprintf(path, 32, "/proc/self/fd/%d", fd);
}

/* A file of nobody's but its owner, that has no name yet: of a process that is killed it leaves
 * nothing. false: not on this file system. */
static bool open_nameless(report_file *report)
{
    char path[32];

    report->fd = openat(report->folder, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);
    if (report->fd == -1)
        return false;
    path_of(report->fd, path);
    if (access(path, F_OK) == 0)
        return true;
    close(report->fd); /* without /proc it would never get a name */
    report->fd = -1;
    return false;
}

static bool take_this_name(report_file *report)
{
    static const int how = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    char path[32];

    if (report->fd == -1) {
        report->fd = openat(report->folder, report->temporary, how, 0600);
        return report->fd != -1;
    }
    path_of(report->fd, path);
    return linkat(AT_FDCWD, path, report->folder, report->temporary, AT_SYMLINK_FOLLOW) == 0;
}

/* Under a name that nobody has: what is open gets it, else a new file is opened. */
static bool take_a_name(report_file *report)
{
    enum { TRIES = 100 };
    static const char letter[] = "abcdefghijklmnopqrstuvwxyz234567";
    unsigned char random[RANDOM];
    char *at = report->temporary + strlen(report->temporary) - RANDOM;

    for (int i = 0; i < TRIES; i++) {
        if (getrandom(random, sizeof random, 0) != sizeof random)
            return false;
        for (int j = 0; j < RANDOM; j++)
            at[j] = letter[random[j] % 32];
        report->is_named = take_this_name(report);
        if (report->is_named || errno != EEXIST)
            return report->is_named;
    }
    return false;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static rapport_outcome begin(report_file *report, const char *path, rapport_error *error)
{
    sha256_begin(&report->hash);
    report->path = strdup(path);
    if (!report->path)
        return fail_memory(error);
    if (report_is_direct(path))
        return open_direct(report, error);
    if (is_folder(path))
        return fail(error, RAPPORT_NO_REPORT,
                    "%s: is a folder; give the name of a file in it [output-kind]", path);
    report->folder = open_folder_of(path);
    if (report->folder == -1 && errno == ENOMEM)
        return fail_memory(error);
    if (report->folder == -1)
        return fail(error, RAPPORT_NO_REPORT,
                    "%s: its folder cannot be opened: %s; %s [output-folder]", path,
                    strerror(errno),
                    is_barred(errno) ? "give the report another place with --output"
                                     : "make the folder first");
    report->temporary = beside(path);
    if (!report->temporary)
        return fail_memory(error);
    if (open_nameless(report) || take_a_name(report))
        return RAPPORT_DONE;
    return cannot_write(report, error);
}

rapport_outcome report_open(report_file *report, const char *path, rapport_error *error)
{
    *report = (report_file){ .fd = -1, .folder = -1 };
    return begin(report, path, error);
}

/* A file for the old one's readers; whoever may not give it to its owner may not replace it. */
static bool take_after(const report_file *report, const struct stat *old)
{
    struct stat made;
    const bool same_owner =
        fstat(report->fd, &made) == 0 && made.st_uid == old->st_uid && made.st_gid == old->st_gid;

    return (same_owner || fchown(report->fd, old->st_uid, old->st_gid) == 0) &&
           fchmod(report->fd, old->st_mode & 07777) == 0;
}

rapport_outcome report_open_over(report_file *report, const char *path, rapport_error *error)
{
    struct stat old, link;
    const bool is_link = lstat(path, &link) == 0 && S_ISLNK(link.st_mode);
    char *real = is_link ? realpath(path, NULL) : strdup(path);

    *report = (report_file){ .fd = -1, .folder = -1, .replaces = true };
    if (!real && errno == ENOMEM)
        return fail_memory(error);
    if (!real || stat(real, &old) != 0) {
        free(real);
        return fail(error, RAPPORT_NO_REPORT,
                    "%s: cannot be found: %s; check the path [output-write]", path,
                    strerror(errno));
    }
    rapport_outcome outcome = begin(report, real, error);
    free(real);
    if (outcome != RAPPORT_DONE || take_after(report, &old))
        return outcome;
    return cannot_write(report, error);
}

/* Has the disk begin with what is written, so that there is less to wait for in the end, and set
 * aside room for what comes next, which spares the file system the search for it page by page. It
 * is no matter if either fails: write and fsync will see. */
static void go_ahead(report_file *report)
{
    enum { AT_A_TIME = 8 << 20 };
    const off_t more = report->written - report->on_its_way;

    if (!report->temporary || more < AT_A_TIME)
        return;
    sync_file_range(report->fd, report->on_its_way, more, SYNC_FILE_RANGE_WRITE);
    report->on_its_way = report->written;
    fallocate(report->fd, FALLOC_FL_KEEP_SIZE, report->written, 2 * AT_A_TIME);
}

/* Gives back the room that nothing was written to. */
static void give_back(const report_file *report)
{
    if (report->on_its_way > 0 && ftruncate(report->fd, report->written) != 0)
        return; /* it stays taken */
}

/* Whether there is room, waiting for it a little: a signal that comes just before a write would
 * not end that. */
static bool has_room(const report_file *report)
{
    struct pollfd waiting = { .fd = report->fd, .events = POLLOUT };
    return !report->piecewise || poll(&waiting, 1, PATIENCE) > 0;
}

static ssize_t put_some(const report_file *report, const char *at, size_t length)
{
    return write(report->fd, at, report->piecewise && length > PIPE_BUF ? PIPE_BUF : length);
}

static rapport_outcome put(report_file *report, const char *at, size_t length, rapport_error *error)
{
    report->written += (off_t)length;
    while (length > 0) {
        /* A signal may also cut a write short without an error. */
        errno = EINTR;
        bool cancelled = report->cancelled && atomic_load(report->cancelled);
        if (!cancelled && !has_room(report))
            continue;
        ssize_t written = cancelled ? -1 : put_some(report, at, length);
        if (written < 0 && (errno != EINTR || cancelled))
            return cannot_write(report, error);
        if (written > 0) {
            at += written;
            length -= (size_t)written;
        }
    }
    go_ahead(report);
    return RAPPORT_DONE;
}

rapport_outcome report_write(report_file *report, const void *bytes, size_t length,
                             rapport_error *error)
{
    sha256_add(&report->hash, bytes, length);
    return put(report, bytes, length, error);
}

rapport_outcome report_write_beside(report_file *report, const void *bytes, size_t length,
                                    sha256 *other, const void *other_bytes, size_t other_length,
                                    rapport_error *error)
{
    sha256_add_two(&report->hash, bytes, length, other, other_bytes, other_length);
    return put(report, bytes, length, error);
}

static bool close_file(report_file *report)
{
    const int fd = report->fd;

    report->fd = -1;
    return close(fd) == 0;
}

rapport_outcome report_settle(report_file *report, rapport_error *error)
{
    unsigned char digest[SHA256_BYTES];

    sha256_end(&report->hash, digest);
    sha256_hex(report->digest, digest);
    give_back(report);
    /* Once: after a failed fsync the kernel may call lost pages clean. */
    const bool good = !report->temporary || fsync(report->fd) == 0;
    const bool nameless = report->temporary && !report->is_named; /* open until it has a name */
    return good && (nameless || close_file(report)) ? RAPPORT_DONE : cannot_write(report, error);
}

/* Where nothing stands yet, or the file system cannot exchange two names. */
static bool rename_over(report_file *report)
{
    const bool stands = errno != ENOENT;

    if (stands && errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
        return false;
    if (renameat(report->folder, report->temporary, report->folder, last_part(report->path)) != 0)
        return false;
    report->is_named = false;
    report->published = stands ? REPORT_FOR_GOOD : REPORT_NEW;
    return true;
}

/* Not with a folder or a device, which could be exchanged as well. */
static bool exchange(const report_file *report)
{
    const char *name = last_part(report->path);
    struct stat there;

    if (fstatat(report->folder, name, &there, AT_SYMLINK_NOFOLLOW) != 0)
        return false; /* errno may tell that nothing stands there */
    errno = S_ISDIR(there.st_mode) ? EISDIR : EEXIST;
    return (S_ISREG(there.st_mode) || S_ISLNK(there.st_mode)) &&
           renameat2(report->folder, report->temporary, report->folder, name, RENAME_EXCHANGE) == 0;
}

rapport_outcome report_publish(report_file *report, rapport_error *error)
{
    if (!report->temporary)
        return RAPPORT_DONE;
    if (report->fd != -1 && !(take_a_name(report) && close_file(report)))
        return cannot_write(report, error);
    if (exchange(report))
        report->published = REPORT_EXCHANGED;
    else if (!rename_over(report))
        return cannot_write(report, error);
    return RAPPORT_DONE;
}

rapport_outcome report_withdraw(report_file *report, rapport_error *error)
{
    const report_place was = report->published;

    report->published = REPORT_NOT_YET;
    if (was == REPORT_NOT_YET || (was == REPORT_EXCHANGED && exchange(report)) ||
        (was == REPORT_NEW && unlinkat(report->folder, last_part(report->path), 0) == 0))
        return RAPPORT_DONE;
    report->is_named = false; /* what stands there is the old one, and not ours to drop */
    return fail(error, RAPPORT_NO_REPORT,
                "%s: is new already, but the report could not be given its place; %s%s%srun again "
                "before you use the old report [output-mixed]",
                report->path, was == REPORT_EXCHANGED ? "the one before it is now called " : "",
                was == REPORT_EXCHANGED ? report->temporary : "",
                was == REPORT_EXCHANGED ? "; " : "");
}

/* What stands under the other name: the new file, or the old one once they are exchanged. It holds
 * answers, so what fails by chance is tried once more. */
static bool drop(report_file *report)
{
    for (int i = 0; report->is_named && i < 2; i++)
        report->is_named = unlinkat(report->folder, report->temporary, 0) != 0;
    return !report->is_named;
}

rapport_outcome report_confirm(report_file *report, rapport_error *error)
{
    if (!report->temporary)
        return RAPPORT_DONE;
    if (!drop(report))
        return fail(error, RAPPORT_NO_REPORT,
                    "%s: is written, but the one before it is still there: %s; take %s away from "
                    "its folder [output-old]",
                    report->path, strerror(errno), report->temporary);
    if (fsync(report->folder) != 0)
        return fail(error, RAPPORT_NO_REPORT,
                    "%s: is written, but its folder could not be brought to the disk: %s; "
                    "run again [output-sync]",
                    report->path, strerror(errno));
    return RAPPORT_DONE;
}

/* Two streams may well be one terminal, or lead nowhere; but not one file or pipe. */
static bool same_stream(const report_file *a, const report_file *b)
{
    struct stat of_a, of_b;
    if (fstat(a->fd, &of_a) != 0 || fstat(b->fd, &of_b) != 0)
        return true; /* for all that is known */
    return !S_ISCHR(of_a.st_mode) && of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

bool report_same_target(const report_file *a, const report_file *b)
{
    struct stat in_a, in_b;

    if (!a->path || !b->path)
        return false;
    if (!a->temporary || !b->temporary)
        return same_stream(a, b);
    if (strcmp(last_part(a->path), last_part(b->path)) != 0)
        return false;
    if (fstat(a->folder, &in_a) != 0 || fstat(b->folder, &in_b) != 0)
        return true; /* for all that is known */
    return in_a.st_dev == in_b.st_dev && in_a.st_ino == in_b.st_ino;
}

void report_abandon(report_file *report)
{
    if (!report->path)
        return;
    drop(report);
    if (report->fd != -1)
        close(report->fd);
    if (report->folder != -1)
        close(report->folder);
    free(report->temporary);
    free(report->path);
    *report = (report_file){ 0 };
}
