/* input.c - the table as it comes, in chunks that end where a record ends. */
#define _GNU_SOURCE
#include "process/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADER_ROOM = 1 << 20 };

static rapport_outcome unreadable(const input *in, rapport_error *error)
{
    return fail(error, RAPPORT_BAD_INPUT, "%s: cannot be read: %s [input-file]", in->name,
                strerror(errno));
}

rapport_outcome input_cancelled(rapport_error *error)
{
    return fail(error, RAPPORT_NO_REPORT,
                "the run was ended from outside; an older report is untouched [cancelled]");
}

static int64_t nanoseconds(const struct stat *status)
{
    return (int64_t)status->st_mtim.tv_sec * 1000000000 + status->st_mtim.tv_nsec;
}

/* Reads until `wanted` bytes are waiting, or the end. */
static rapport_outcome read_more(input *in, size_t wanted, rapport_error *error)
{
    while (!in->at_end && in->end - in->begin < wanted) {
        if (in->begin > 0) {
            memmove(in->buffer, in->buffer + in->begin, in->end - in->begin);
            in->end -= in->begin;
            in->begin = 0;
        }
        ssize_t got = read(in->fd, in->buffer + in->end, in->room - in->end);
        if (got < 0 && errno == EINTR && !atomic_load(in->cancelled))
            continue;
        if (got < 0)
            return errno == EINTR ? input_cancelled(error) : unreadable(in, error);
        in->at_end = got == 0;
        sha256_add(&in->hash, in->buffer + in->end, (size_t)got);
        in->end += (size_t)got;
        in->read += (uint64_t)got;
    }
    return RAPPORT_DONE;
}

static bool grow(input *in, size_t room)
{
    char *more = realloc(in->buffer, room);
    if (!more)
        return false;
    in->buffer = more;
    in->room = room;
    return true;
}

static rapport_outcome open_file(input *in, const char *path, rapport_error *error)
{
    struct stat status;

    in->name = table_name(in->plan);
    if (strcmp(path, "-") == 0) {
        in->fd = STDIN_FILENO;
    } else {
        in->fd = open(path, O_RDONLY | O_CLOEXEC);
        in->opened = in->fd != -1;
    }
    if (in->fd == -1 || fstat(in->fd, &status) != 0)
        return unreadable(in, error);
    if (S_ISDIR(status.st_mode))
        return fail(error, RAPPORT_BAD_INPUT,
                    "%s: is a folder; give the name of a CSV file in it [input-file]", in->name);
    in->is_regular = S_ISREG(status.st_mode);
    in->size = status.st_size;
    in->changed = nanoseconds(&status);
    return RAPPORT_DONE;
}

rapport_outcome input_open(input *in, const plan *plan, const atomic_bool *cancelled,
                           csv_header *header, memory *arena, rapport_error *error)
{
    const csv_expected expected = { .delimiter = plan->delimiter,
                                    .decimal = plan->decimal,
                                    .any_bytes = plan->any_bytes,
                                    .field_limit = plan->field_limit,
                                    .column_limit = plan->column_limit,
                                    .name_limit = plan->name_limit };

    *in = (input){ .plan = plan, .cancelled = cancelled, .fd = -1 };
    sha256_begin(&in->hash);
    rapport_outcome outcome = open_file(in, plan->input, error);
    if (outcome != RAPPORT_DONE)
        return outcome;
    if (!grow(in, (plan->chunk > HEADER_ROOM ? plan->chunk : HEADER_ROOM) + plan->chunk))
        return fail_memory(error);
    outcome = read_more(in, HEADER_ROOM, error);
    if (outcome != RAPPORT_DONE)
        return outcome;
    outcome =
        csv_header_read(header, in->buffer, in->end, in->at_end, in->name, &expected, arena, error);
    if (outcome != RAPPORT_DONE)
        return outcome;
    in->begin = header->length;
    in->delimiter = header->dialect.delimiter;
    return RAPPORT_DONE;
}

/* A record that does not end: in quotes, where they opened is what has to be found. */
static rapport_outcome never_ends(const input *in, uint64_t line, rapport_error *error)
{
    const char *at = in->buffer + in->begin;
    size_t length = in->end - in->begin;
    size_t quote = csv_open_quote(at, length, in->delimiter);

    if (quote < length)
        return fail(error, RAPPORT_BAD_INPUT,
                    "%s:%llu: a quote opened here does not close, so later rows cannot be told "
                    "apart; close it, or raise record in [limits] for a record of more than %zu "
                    "bytes [quote-open]",
                    in->name, (unsigned long long)(line + csv_lines(at, quote)),
                    in->plan->record_limit);
    return fail(error, RAPPORT_BAD_INPUT,
                "%s:%llu: record is longer than %zu bytes; raise record in [limits] "
                "[input-record-limit]",
                in->name, (unsigned long long)line, in->plan->record_limit);
}

/* The rest of the file: its last record may lack a line end, but not a closing quote. */
static rapport_outcome take_rest(input *in, size_t *length, uint64_t line, rapport_error *error)
{
    *length = in->end - in->begin;
    if (csv_open_quote(in->buffer + in->begin, *length, in->delimiter) < *length)
        return never_ends(in, line, error);
    return RAPPORT_DONE;
}

rapport_outcome input_next(input *in, const char **bytes, size_t *length, uint64_t line,
                           rapport_error *error)
{
    size_t wanted = in->plan->chunk, waiting;

    for (;;) {
        rapport_outcome outcome = read_more(in, wanted, error);
        if (outcome != RAPPORT_DONE)
            return outcome;
        *bytes = in->buffer + in->begin;
        waiting = in->end - in->begin;
        size_t span = waiting < wanted ? waiting : wanted;
        *length = csv_cut(*bytes, span, in->delimiter, in->plan->chunk_records);
        if (*length == 0 && span == waiting && in->at_end) {
            outcome = take_rest(in, length, line, error);
            if (outcome != RAPPORT_DONE)
                return outcome;
        }
        if (*length > 0 || waiting == 0)
            break;
        if (span > in->plan->record_limit)
            return never_ends(in, line, error);
        wanted = 2 * span;
        if (wanted > in->room && !grow(in, wanted))
            return fail_memory(error);
    }
    in->begin += *length;
    return RAPPORT_DONE;
}

rapport_outcome input_check_end(const input *in, rapport_error *error)
{
    struct stat status;

    if (!in->is_regular)
        return RAPPORT_DONE;
    if (fstat(in->fd, &status) != 0)
        return unreadable(in, error);
    if (status.st_size != in->size || nanoseconds(&status) != in->changed)
        return fail(error, RAPPORT_BAD_INPUT,
                    "%s: was changed while it was read; run again when nobody writes to it "
                    "[input-changed]",
                    in->name);
    return RAPPORT_DONE;
}

void input_digest_of(const input *in, char digest[SHA256_HEX])
{
    unsigned char bytes[SHA256_BYTES];
    sha256 hash = in->hash;

    sha256_end(&hash, bytes);
    sha256_hex(digest, bytes);
}

bool input_is_file(const input *in, const char *path)
{
    struct stat ours, theirs;
    return in->is_regular && fstat(in->fd, &ours) == 0 && stat(path, &theirs) == 0 &&
           ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

void input_close(input *in)
{
    if (in->opened)
        close(in->fd);
    free(in->buffer);
    *in = (input){ .fd = -1 };
}
