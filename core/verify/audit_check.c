/* audit_check.c - whether the lines of an audit log are all there, in order, and as they were
 * written.
 *
 * One line after the other, so that memory grows with the runs that have no end, and with nothing
 * else. Behind a line that is wrong the next one is taken at its word, so that each place where the
 * log was touched is found by itself.
 */
#define _GNU_SOURCE
#include "verify/audit_check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <unistd.h>

#include "process/supervisor.h"
#include "report/audit.h"
#include "sha256.h"

enum { PIECE = 1 << 16, RUNS_TOLD = 20 };

/* A log as it was when it was opened: what is added meanwhile is not looked at. */
typedef struct log_reader {
    int fd;
    uint64_t left; /* bytes not yet read */
    size_t at, end;
    char piece[PIECE];
    char line[AUDIT_LINE_MOST];
    size_t length;         /* of the line without its LF; what goes beyond `line` is only counted */
    bool whole;            /* it has its LF */
    char hash[SHA256_HEX]; /* of the line, its LF included */
    sha256 begun;          /* for each line a copy of it */
    int reason;            /* why it cannot be read; 0: it can */
} log_reader;

/* A run that has begun. */
typedef struct open_run {
    uint64_t run;   /* the number of the line in which it did, */
    uint32_t place; /* and where that stands */
    bool ended;
} open_run;

typedef struct audit_checking {
    const rapport_options *how;
    const char *path;
    listener listener;
    log_reader log;
    memory lines; /* of some lines that were read */
    memory kept;  /* the open runs */
    problems all;
    uint32_t place;          /* of the line under way, counted from 1 */
    uint64_t number;         /* of the line before, by itself */
    char before[SHA256_HEX]; /* the hash of the line before */
    rapport_error unread;    /* what is wrong with the line before; "": it was read */
    bool astray;             /* the line before was moved here: it counts for nothing */
    bool may_be_torn;        /* yet so it may look after a crash */
    open_run *open;          /* by rising number, behind the last that has an end none is kept */
    uint32_t opened, room;
    uint32_t met;       /* the line that has the expected hash; 0: none so far, */
    const char *met_as; /* as what */
} audit_checking;

/* ---- line by line --------------------------------------------------------------------------- */

static bool open_reader(log_reader *log, const char *path)
{
    struct stat is;

    sha256_begin(&log->begun);
    log->reason = 0;
    log->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK); /* a FIFO would wait */
    if (log->fd == -1 || fstat(log->fd, &is) != 0)
        log->reason = errno;
    else if (!S_ISREG(is.st_mode))
        log->reason = EINVAL;
    else if (!audit_lock(log->fd, LOCK_SH, NULL)) /* nobody is in the middle of a line now */
        log->reason = EBUSY;
    else if (fstat(log->fd, &is) != 0)
        log->reason = errno;
    if (log->reason)
        return false;
    flock(log->fd, LOCK_UN);
    log->left = (uint64_t)is.st_size;
    return true;
}

/* More of the log, if there is; what was read before is taken. */
static bool fill(log_reader *log)
{
    ssize_t got;

    do
        got = read(log->fd, log->piece, log->left < PIECE ? (size_t)log->left : PIECE);
    while (got < 0 && errno == EINTR);
    if (got < 0 || (got == 0 && log->left > 0))
        log->reason = got < 0 ? errno : EIO;
    log->at = 0;
    log->end = got > 0 ? (size_t)got : 0;
    log->left -= log->end;
    return log->end > 0;
}

/* false: there are none left. */
static bool next_line(log_reader *log)
{
    unsigned char digest[SHA256_BYTES];
    sha256 hash = log->begun;

    log->length = 0;
    log->whole = false;
    while (!log->whole && (log->at < log->end || fill(log))) {
        const char *from = log->piece + log->at;
        const char *lf = memchr(from, '\n', log->end - log->at);
        const size_t length = lf ? (size_t)(lf - from) : log->end - log->at;
        if (log->length < sizeof log->line) {
            const size_t room = sizeof log->line - log->length;
            memcpy(log->line + log->length, from, length < room ? length : room);
        }
        log->length += length;
        log->whole = lf != NULL;
        log->at += length + log->whole;
        sha256_add(&hash, from, length + log->whole);
    }
    sha256_end(&hash, digest);
    sha256_hex(log->hash, digest);
    return log->whole || log->length > 0;
}

/* ---- what was found ------------------------------------------------------------------------- */

#define WRONG(c, at_line, ...)                                                                     \
    problem_add(&(c)->all, RAPPORT_DIFFERS, &(place){ .file = (c)->path, .line = (at_line) },      \
                __VA_ARGS__)
#define SHOWN(number) ((unsigned long long)(number))
#define BACKUP "; compare the log with a backup "

static void tell_problem(void *self, const char *line)
{
    listener_tell(self, RAPPORT_FAILS, "%s", line);
}

/* If the line before could not be read, that is a mistake, unless the one now, if there is one,
 * says that it is torn. Returns whether it was none. */
static bool judge_line_before(audit_checking *c, const audit_line *line)
{
    bool well = true;

    if (!*c->unread.text)
        return true;
    if (line && line->event == AUDIT_TORN && c->may_be_torn && line->line == c->number + 1 &&
        strcmp(line->before, c->before) == 0)
        listener_tell(&c->listener, RAPPORT_WARNS,
                      "%s:%u: is torn, as the line behind it says: a crash while it was written; "
                      "what became of that run is not known [audit-torn]",
                      c->path, c->place - 1);
    else
        well = false;
    if (!well)
        problem_add(&c->all, RAPPORT_DIFFERS, NULL, "%s", c->unread.text);
    c->unread.text[0] = 0;
    return well;
}

/* Whether it is the next one, and was written behind the line before as that is now. Behind a line
 * that no run wrote, or that was moved, only the number counts. */
static void check_order(audit_checking *c, const audit_line *line, bool follows)
{
    const uint64_t wanted = c->number + 1;
    const bool pardoned = !follows && (line->line == c->number || line->line == wanted);

    c->astray = !pardoned && line->line < wanted;
    if (pardoned)
        return;
    if (line->line != wanted)
        WRONG(c, c->place, "is line %llu, where line %llu was to come: lines were %s" BACKUP "[%s]",
              SHOWN(line->line), SHOWN(wanted), c->astray ? "moved or doubled" : "taken out",
              c->astray ? "audit-order" : "audit-gap");
    else if (strcmp(line->before, c->before) != 0 && c->place > 1)
        WRONG(c, c->place - 1,
              "is not what it was when the line behind it was written: one of the "
              "two was changed" BACKUP "[audit-changed]");
    else if (strcmp(line->before, c->before) != 0)
        WRONG(c, c->place,
              "is no beginning: it was changed, or a line stood before it" BACKUP
              "[audit-changed]");
}

/* ---- runs ----------------------------------------------------------------------------------- */

static void begin_run(audit_checking *c, const audit_line *line)
{
    if (c->opened == c->room) {
        open_run *grown = memory_grow(&c->kept, c->open, c->room, sizeof *c->open);
        if (!grown) {
            problem_memory(&c->all);
            return;
        }
        c->open = grown;
        c->room++;
    }
    c->open[c->opened++] = (open_run){ .run = line->run, .place = c->place };
}

static open_run *find_run(const audit_checking *c, uint64_t run)
{
    uint32_t low = 0, high = c->opened;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (c->open[middle].run < run)
            low = middle + 1;
        else
            high = middle;
    }
    return low < c->opened && c->open[low].run == run && !c->open[low].ended ? &c->open[low] : NULL;
}

static void end_run(audit_checking *c, const audit_line *line)
{
    open_run *found = find_run(c, line->run);

    if (found)
        found->ended = true;
    else if (line->event == AUDIT_END && c->all.count == 0) /* else it may be what is missing */
        WRONG(c, c->place,
              "ends a run that line %llu does not begin, or that has ended" BACKUP "[audit-run]",
              SHOWN(line->run));
    while (c->opened > 0 && c->open[c->opened - 1].ended)
        c->opened--;
}

static void tell_open_runs(const audit_checking *c)
{
    uint32_t told = 0, found = 0;

    for (uint32_t i = 0; i < c->opened; i++) {
        found += !c->open[i].ended;
        if (!c->open[i].ended && told++ < RUNS_TOLD)
            listener_tell(&c->listener, RAPPORT_WARNS,
                          "%s:%u: the run that begins here has no end: it goes on, was killed, or "
                          "the line was cut off [audit-open]",
                          c->path, c->open[i].place);
    }
    if (found > RUNS_TOLD)
        listener_tell(&c->listener, RAPPORT_WARNS, "%s: and %u more [audit-open]", c->path,
                      found - RUNS_TOLD);
}

/* ---- the expected hash ---------------------------------------------------------------------- */

static void meet(audit_checking *c, const char *hash, const char *as)
{
    if (!c->met && c->how->expect && hash && strcasecmp(hash, c->how->expect) == 0) {
        c->met = c->place;
        c->met_as = as;
    }
}

/* ---- all of it ------------------------------------------------------------------------------ */

static void check_line(audit_checking *c, const audit_line *line)
{
    check_order(c, line, judge_line_before(c, line) && !c->astray);
    if (line->event == AUDIT_START)
        begin_run(c, line);
    else if (line->event != AUDIT_TORN)
        end_run(c, line);
    meet(c, line->provenance, "the provenance in line");
    if (!c->astray)
        c->number = line->line;
}

/* A line that no run wrote so, or that is torn. */
static void skip_line(audit_checking *c, const rapport_error *what)
{
    judge_line_before(c, NULL);
    c->unread = *what;
    c->number++;
    c->may_be_torn = audit_line_may_begin(c->log.line, c->log.length, c->number);
}

static bool read_line(audit_checking *c)
{
    enum { SOME = 64 };
    const log_reader *log = &c->log;
    rapport_error error;
    audit_line line;
    rapport_outcome outcome = RAPPORT_DIFFERS;

    if (log->length < sizeof log->line)
        outcome =
            audit_line_read(&line, log->line, log->length, c->path, c->place, &c->lines, &error);
    else
        fail(&error, RAPPORT_DIFFERS,
             "%s:%u: is longer than any line of a run" BACKUP "[audit-line]", c->path, c->place);
    if (outcome == RAPPORT_DONE)
        check_line(c, &line);
    else if (outcome == RAPPORT_DIFFERS)
        skip_line(c, &error);
    else
        problem_memory(&c->all);
    meet(c, log->hash, "line");
    memcpy(c->before, log->hash, sizeof c->before);
    if (c->place % SOME == 0)
        memory_free(&c->lines);
    return !c->all.memory;
}

/* What stands behind the last LF. */
static void judge_end(audit_checking *c)
{
    judge_line_before(c, NULL);
    if (audit_line_may_begin(c->log.line, c->log.length, c->number + 1))
        WRONG(c, c->place,
              "is torn: a crash while it was written, or it was cut; see what became of that run; "
              "the next one goes on behind it [audit-torn]");
    else
        WRONG(c, c->place, "is no line of a run, nor the beginning of one" BACKUP "[audit-line]");
}

static void check_all(audit_checking *c)
{
    strcpy(c->before, AUDIT_NOTHING_BEFORE);
    while (next_line(&c->log)) {
        c->place++;
        if (!c->log.whole || !read_line(c))
            break;
    }
    if (c->log.reason)
        problem_add(&c->all, RAPPORT_NOT_FOUND, &(place){ .file = c->path },
                    "cannot be read to its end: %s; check its disk [verify-unreadable]",
                    strerror(c->log.reason));
    else if (c->log.length > 0 && !c->log.whole)
        judge_end(c);
    else
        judge_line_before(c, NULL);
    if (c->how->expect && !c->met && !c->log.reason)
        WRONG(c, 0,
              "no line has the expected hash, nor names a provenance that has: lines were cut off "
              "its end, or the log was written anew" BACKUP "[audit-expect]");
}

static void tell_all_well(const audit_checking *c)
{
    char met[128] = "";

    if (c->met)
        snprintf(met, sizeof met, "; the expected hash is that of %s %u", c->met_as, c->met);
    if (c->place == 0)
        listener_tell(&c->listener, RAPPORT_SAYS, "%s: holds no line yet", c->path);
    else
        listener_tell(&c->listener, RAPPORT_SAYS,
                      "%s: lines 1 to %u are as they were written%s; the last one's hash is %s",
                      c->path, c->place, met, c->before);
}

static void refuse_file(audit_checking *c)
{
    const place at = { .file = c->path };

    if (c->log.reason == ENOENT)
        problem_add(&c->all, RAPPORT_NOT_FOUND, &at,
                    "the audit log is not there; check the path [verify-missing]");
    else if (c->log.reason == EBUSY)
        problem_add(&c->all, RAPPORT_NOT_FOUND, &at,
                    "another program holds the audit log; try again later [audit-locked]");
    else
        problem_add(&c->all, RAPPORT_NOT_FOUND, &at,
                    "cannot be read: %s; check who may read it, and that it is a file "
                    "[verify-unreadable]",
                    strerror(c->log.reason));
}

static bool is_hash(const char *word)
{
    return strlen(word) == SHA256_HEX - 1 &&
           strspn(word, "0123456789abcdefABCDEF") == SHA256_HEX - 1;
}

rapport_outcome audit_check(const char *path, const rapport_options *options, rapport_error *error)
{
    audit_checking *c = calloc(1, sizeof *c);
    listener to = { .message = options->message, .self = options->self };

    if (!c) {
        problems none = { .memory = true };
        return problems_close(&none, tell_problem, &to, error);
    }
    c->how = options;
    c->log.fd = -1;
    c->path = path;
    c->listener = to;
    if (options->expect && !is_hash(options->expect))
        problem_add(&c->all, RAPPORT_WRONG_USE, NULL,
                    "--expect takes the 64 digits of a SHA-256, as rapport audit verify and "
                    "sha256sum print them [usage]");
    else if (open_reader(&c->log, path))
        check_all(c);
    else
        refuse_file(c);
    if (c->log.fd != -1)
        close(c->log.fd);
    rapport_outcome outcome = problems_close(&c->all, tell_problem, &to, error);
    tell_open_runs(c);
    if (outcome == RAPPORT_DONE)
        tell_all_well(c);
    memory_free(&c->lines);
    memory_free(&c->kept);
    free(c);
    return outcome;
}
