/* audit.c - an audit log that grows at its end, under a lock, and is on the disk before a run goes
 * on.
 *
 * Only the last line is looked at here, so that a long log costs no more than a short one; rapport
 * audit verify looks at all of them.
 */
#define _GNU_SOURCE
#include "report/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "sha256.h"

enum {
    PATIENCE = 30 * 1000, /* milliseconds; */
    BRIEFLY = 2 * 1000,   /* once a run is cancelled */
    PAUSE = 5,
    ROOM = 2 * AUDIT_LINE_MOST
};

/* ---- who, where and when -------------------------------------------------------------------- */

typedef struct signature {
    char time[32], login[256], host[256];
} signature;

/* Who logged in, even where that is another by now, as with sudo; else whom the uid belongs to. */
static void find_login(char login[256])
{
    char room[4096];
    struct passwd user, *found = NULL;

    if (getlogin_r(login, 256) == 0)
        return;
    getpwuid_r(getuid(), &user, room, sizeof room, &found);
    login[0] = 0;
    if (found)
        strncat(login, user.pw_name, 255);
}

static void sign(audit_line *line, signature *by)
{
    const time_t now = time(NULL);
    struct tm utc;

    find_login(by->login);
    if (gethostname(by->host, sizeof by->host) != 0)
        by->host[0] = 0;
    by->host[sizeof by->host - 1] = 0;
    gmtime_r(&now, &utc);
    strftime(by->time, sizeof by->time, "%Y-%m-%dT%H:%M:%SZ", &utc);
    line->time = by->time;
    line->uid = getuid();
    line->login = *by->login ? by->login : NULL;
    line->host = by->host;
}

/* ---- the file ------------------------------------------------------------------------------- */

#define NO_REPORT "; without its line there is no report, and an older one is untouched "

static rapport_outcome cannot(const audit *a, const char *what, rapport_error *error)
{
    return fail(
        error, RAPPORT_NO_REPORT,
        "%s: the audit log cannot be %s: %s; see who may write to it, and its disk" NO_REPORT
        "[audit-write]",
        a->path, what, strerror(errno));
}

static rapport_outcome refuse(const audit *a, const char *what, rapport_error *error)
{
    return fail(error, RAPPORT_NO_REPORT, "%s: %s" NO_REPORT "[audit-log]", a->path, what);
}

/* Only its owner may write to it, and that is who runs this. */
static rapport_outcome check_file(const audit *a, const struct stat *is, rapport_error *error)
{
    if (!S_ISREG(is->st_mode))
        return refuse(a, "is no regular file; name one, or a new one, in [audit]", error);
    if (is->st_uid != geteuid())
        return refuse(a, "belongs to somebody else; name a log of your own in [audit]", error);
    if (is->st_mode & (S_IWGRP | S_IWOTH))
        return refuse(a,
                      "others may write to it; take that right away (chmod go-w), and see "
                      "with rapport audit verify whether they did",
                      error);
    if (a->run && (is->st_dev != a->begun.st_dev || is->st_ino != a->begun.st_ino))
        return refuse(a, "is not the file in which this run began; keep both, and run again",
                      error);
    return RAPPORT_DONE;
}

bool audit_lock(int fd, int how, const atomic_bool *cancelled)
{
    const struct timespec pause = { .tv_nsec = PAUSE * 1000000L };

    for (int waited = 0; flock(fd, how | LOCK_NB) != 0; waited += PAUSE) {
        const bool hurry = cancelled && atomic_load(cancelled);
        if (waited >= (hurry ? BRIEFLY : PATIENCE) || (errno != EWOULDBLOCK && errno != EINTR))
            return false;
        nanosleep(&pause, NULL);
    }
    return true;
}

/* Opens it, new if need be, and locks it. *fd: -1 where that fails. */
static rapport_outcome open_log(int *fd, struct stat *is, const audit *a, rapport_error *error)
{
    static const int how =
        O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;

    *fd = open(a->path, how, S_IRUSR | S_IWUSR);
    if (*fd == -1 && errno == ELOOP)
        return refuse(a, "is a link; name the file itself in [audit]", error);
    if (*fd == -1)
        return cannot(a, "opened", error);
    if (fstat(*fd, is) != 0)
        return cannot(a, "read", error);
    rapport_outcome outcome = check_file(a, is, error);
    if (outcome != RAPPORT_DONE)
        return outcome;
    if (!audit_lock(*fd, LOCK_EX, a->cancelled))
        return fail(error, RAPPORT_NO_REPORT,
                    "%s: another program holds the audit log; end it (fuser says which), and run "
                    "again" NO_REPORT "[audit-locked]",
                    a->path);
    return fstat(*fd, is) == 0 ? RAPPORT_DONE : cannot(a, "read", error);
}

/* That a new file is there is brought to the disk as well. */
static bool sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    bool done = fd != -1 && fsync(fd) == 0;
    int kept = errno;

    free(folder);
    if (fd != -1)
        close(fd);
    errno = kept;
    return done;
}

static bool write_all(int fd, const char *at, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, at, length);
        if (written < 0 && errno != EINTR)
            return false;
        at += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

/* All of it or nothing; where a file may only grow, the next run will see that it is torn. */
static rapport_outcome put(audit *a, int fd, const struct stat *was, const text *lines,
                           bool says_end, rapport_error *error)
{
    if (!write_all(fd, lines->bytes, lines->length)) {
        rapport_outcome outcome = cannot(a, "written", error);
        (void)!ftruncate(fd, was->st_size);
        return outcome;
    }
    a->ended = says_end;
    if (fsync(fd) != 0 || (was->st_size == 0 && !sync_folder_of(a->path)))
        return cannot(a, "brought to the disk", error);
    return RAPPORT_DONE;
}

/* ---- the end of the log --------------------------------------------------------------------- */

/* What the next line follows. */
typedef struct tail {
    uint64_t line;           /* the last one's number; 0: none */
    char before[SHA256_HEX]; /* its hash */
    bool torn; /* and behind it stands the beginning of another, whose hash, once a LF */
    char torn_hash[SHA256_HEX]; /* ends it, is this */
} tail;

static void hash_line(char hex[SHA256_HEX], const char *bytes, size_t length)
{
    unsigned char digest[SHA256_BYTES];
    sha256 hash;

    sha256_begin(&hash);
    sha256_add(&hash, bytes, length);
    sha256_add(&hash, "\n", 1);
    sha256_end(&hash, digest);
    sha256_hex(hex, digest);
}

/* The last line, bytes[0..length), which has its LF. */
static bool read_last(tail *out, const char *bytes, size_t length)
{
    memory arena = { 0 };
    rapport_error unheard;
    audit_line last;
    const bool is_ours =
        audit_line_read(&last, bytes, length, "", 1, &arena, &unheard) == RAPPORT_DONE;

    out->line = is_ours ? last.line : 0;
    hash_line(out->before, bytes, length);
    memory_free(&arena);
    return is_ours;
}

static rapport_outcome read_tail(tail *out, const audit *a, int fd, off_t size,
                                 rapport_error *error)
{
    char bytes[ROOM];
    const size_t length = size < ROOM ? (size_t)size : ROOM;
    const ssize_t got = pread(fd, bytes, length, size - (off_t)length);

    *out = (tail){ .before = AUDIT_NOTHING_BEFORE };
    if (got < 0 || (size_t)got != length)
        return cannot(a, "read", error);
    const char *lf = length ? memrchr(bytes, '\n', length) : NULL;
    const char *rest = lf ? lf + 1 : bytes;
    const char *from = lf ? memrchr(bytes, '\n', (size_t)(lf - bytes)) : NULL;
    const size_t left = (size_t)(bytes + length - rest);
    from = from ? from + 1 : bytes;
    if ((lf && !read_last(out, from, (size_t)(lf - from))) ||
        (left && !audit_line_may_begin(rest, left, out->line + 1)))
        return refuse(a,
                      "does not end in a line of an audit log; rapport audit verify says what is "
                      "wrong: keep it, and name another log in [audit]",
                      error);
    out->torn = left > 0;
    hash_line(out->torn_hash, rest, left);
    return RAPPORT_DONE;
}

/* ---- a line more ---------------------------------------------------------------------------- */

/* Ends a torn line, and says in a line of its own that it is torn. */
static bool mend(text *out, tail *end, const audit_line *like)
{
    audit_line line = *like;
    const size_t begin = 1; /* behind the LF */

    line.event = AUDIT_TORN;
    line.line = end->line + 2;
    line.before = end->torn_hash;
    if (!text_add(out, "\n", 1) || !audit_line_write(out, &line))
        return false;
    hash_line(end->before, out->bytes + begin, out->length - begin - 1);
    end->line += 2;
    return true;
}

static rapport_outcome compose(text *out, audit *a, audit_line *line, tail *end,
                               rapport_error *error)
{
    if (end->torn && !mend(out, end, line))
        return fail_memory(error);
    line->line = end->line + 1;
    line->before = end->before;
    if (line->event == AUDIT_START)
        a->run = line->line;
    line->run = a->run;
    return audit_line_write(out, line) ? RAPPORT_DONE : fail_memory(error);
}

static rapport_outcome append(audit *a, audit_line *line, rapport_error *error)
{
    int fd;
    tail end;
    text lines = { 0 };
    struct stat is;
    signature by;

    sign(line, &by);
    line->version = a->version;
    line->pipeline = a->pipeline;
    line->input = a->input;
    line->report = a->report;
    rapport_outcome outcome = open_log(&fd, &is, a, error);
    if (outcome == RAPPORT_DONE)
        outcome = read_tail(&end, a, fd, is.st_size, error);
    if (outcome == RAPPORT_DONE)
        outcome = compose(&lines, a, line, &end, error);
    if (outcome == RAPPORT_DONE)
        outcome = put(a, fd, &is, &lines, line->event == AUDIT_END, error);
    if (outcome == RAPPORT_DONE)
        a->begun = is;
    text_free(&lines);
    if (fd != -1)
        close(fd); /* and with it the lock */
    return outcome;
}

rapport_outcome audit_begin(audit *a, rapport_error *error)
{
    audit_line line = { .event = AUDIT_START };
    rapport_outcome outcome = a->path ? append(a, &line, error) : RAPPORT_DONE;

    if (outcome != RAPPORT_DONE)
        a->run = 0;
    return outcome;
}

rapport_outcome audit_end(audit *a, rapport_outcome ended, const char *provenance,
                          const char *report_digest, rapport_error *error)
{
    audit_line line = { .event = AUDIT_END,
                        .outcome = audit_outcome(ended, false),
                        .exit = (int)ended,
                        .provenance = provenance,
                        .report_digest = report_digest };

    if (!a->run)
        return RAPPORT_DONE;
    return append(a, &line, error);
}

rapport_outcome audit_fail(audit *a, rapport_outcome ended, rapport_error *error)
{
    const bool cancelled = ended == RAPPORT_NO_REPORT && a->cancelled && atomic_load(a->cancelled);
    audit_line line = { .event = a->ended ? AUDIT_FAILED : AUDIT_END,
                        .outcome = audit_outcome(ended, cancelled),
                        .exit = (int)ended };

    return a->run ? append(a, &line, error) : RAPPORT_DONE;
}
