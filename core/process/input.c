/* input.c - the table as it comes, in chunks that end where a record ends. */
#define _GNU_SOURCE
#include "process/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceilings.h"

enum { HEADER_ROOM = 1 << 20, PATIENCE = 100 /* milliseconds */, FEW_BYTES = 1024 };

static rapport_outcome unreadable(const input *in, rapport_error *error)
{
    return fail(error, RAPPORT_BAD_INPUT,
                "%s: cannot be read: %s; check the path and who may read it [input-file]", in->name,
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

/* Memory that workers forked later do not inherit: plugins run in them. NULL: there is none. */
static char *room_new(size_t bytes)
{
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (at == MAP_FAILED)
        return NULL;
    madvise(at, bytes, MADV_DONTFORK);
    madvise(at, bytes, MADV_DONTDUMP);
    return at;
}

/* Whether there is something to be read, or the end, waiting for it a little: a signal that comes
 * just before a read would not end that. */
static bool is_there(int fd)
{
    struct pollfd waiting = { .fd = fd, .events = POLLIN };
    return poll(&waiting, 1, PATIENCE) > 0;
}

/* Reads on behind text[0..*length), until there are `wanted` bytes or the end comes. */
static rapport_outcome read_on(input *in, char *text, size_t *length, size_t wanted,
                               rapport_error *error)
{
    while (!in->at_end && *length < wanted) {
        if (!in->is_regular && !is_there(in->fd)) {
            if (atomic_load(in->cancelled))
                return input_cancelled(error);
            continue;
        }
        ssize_t got = read(in->fd, text + *length, wanted - *length);
        if (got < 0 && errno == EINTR && !atomic_load(in->cancelled))
            continue;
        if (got < 0)
            return errno == EINTR ? input_cancelled(error) : unreadable(in, error);
        in->at_end = got == 0;
        *length += (size_t)got;
        in->read += (uint64_t)got;
    }
    return RAPPORT_DONE;
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
    in->device = status.st_dev;
    in->inode = status.st_ino;
    return RAPPORT_DONE;
}

csv_expected input_expected(const plan *plan)
{
    return (csv_expected){ .delimiter = plan->delimiter,
                           .decimal = plan->decimal,
                           .any_bytes = plan->any_bytes,
                           .field_limit = plan->field_limit,
                           .column_limit = plan->column_limit,
                           .name_limit = plan->name_limit };
}

const char *input_header(const input *in)
{
    return in->rest;
}

rapport_outcome input_open(input *in, const plan *plan, const atomic_bool *cancelled,
                           csv_header *header, memory *arena, rapport_error *error)
{
    const csv_expected expected = input_expected(plan);

    *in = (input){ .plan = plan, .cancelled = cancelled, .fd = -1 };
    sha256_begin(&in->hash);
    rapport_outcome outcome = open_file(in, plan->input, error);
    if (outcome != RAPPORT_DONE)
        return outcome;
    if (!(in->rest = room_new(HEADER_ROOM)))
        return fail_memory(error);
    in->room = HEADER_ROOM;
    outcome = read_on(in, in->rest, &in->end, HEADER_ROOM, error);
    if (outcome != RAPPORT_DONE)
        return outcome;
    outcome =
        csv_header_read(header, in->rest, in->end, in->at_end, in->name, &expected, arena, error);
    if (outcome != RAPPORT_DONE)
        return outcome;
    in->begin = header->length;
    sha256_add(&in->hash, in->rest, header->length);
    in->delimiter = header->dialect.delimiter;
    return RAPPORT_DONE;
}

/* A record that does not end: in quotes, where they opened is what has to be found. */
static rapport_outcome never_ends(const input *in, const char *text, size_t length, uint64_t line,
                                  rapport_error *error)
{
    size_t quote = csv_open_quote(text, length, in->delimiter);

    if (quote < length)
        return fail(error, RAPPORT_BAD_INPUT,
                    "%s:%llu: a quote opened here does not close, so later rows cannot be told "
                    "apart; close it, or raise record in [limits] for a record of more than %zu "
                    "bytes, up to %d [quote-open]",
                    in->name, (unsigned long long)(line + csv_lines(text, quote)),
                    in->plan->record_limit, CEILING_RECORD);
    return fail(error, RAPPORT_BAD_INPUT,
                "%s:%llu: record is longer than %zu bytes; raise record" UP_TO
                " [input-record-limit]",
                in->name, (unsigned long long)line, in->plan->record_limit, CEILING_RECORD);
}

/* The rest of the file: its last record may lack a line end, but not a closing quote. */
static rapport_outcome take_rest(const input *in, const char *text, size_t length, uint64_t line,
                                 csv_stretch *chunk, rapport_error *error)
{
    if (csv_open_quote(text, length, in->delimiter) < length)
        return never_ends(in, text, length, line, error);
    *chunk = (csv_stretch){ .length = length,
                            .records = csv_records(text, length, in->delimiter),
                            .lines = csv_lines(text, length) };
    return RAPPORT_DONE;
}

/* What comes behind the chunk is kept for the next one: text[used..length), of which the first
 * `copied` bytes still stand in in->rest. */
static bool keep_rest(input *in, const char *text, size_t used, size_t length, size_t copied)
{
    if (copied < in->end - in->begin || used == copied) {
        in->begin += used < copied ? used : copied;
        return true;
    }
    size_t left = length - used;
    if (left > in->room) {
        char *more = room_new(left);
        if (!more)
            return false;
        munmap(in->rest, in->room);
        in->rest = more;
        in->room = left;
    }
    memcpy(in->rest, text + used, left);
    in->begin = 0;
    in->end = left;
    return true;
}

/* The first `wanted` bytes that are left. */
static rapport_outcome fetch(input *in, char *text, size_t *length, size_t *copied, size_t wanted,
                             rapport_error *error)
{
    const size_t waiting = in->end - in->begin, more = waiting < wanted ? waiting : wanted;

    if (*copied < more) {
        memcpy(text + *copied, in->rest + in->begin + *copied, more - *copied);
        *length = *copied = more;
    }
    return *copied < waiting ? RAPPORT_DONE : read_on(in, text, length, wanted, error);
}

rapport_outcome input_next(input *in, char *text, size_t room, uint64_t line, csv_stretch *chunk,
                           rapport_error *error)
{
    const plan *plan = in->plan;
    const size_t few = plan->chunk_records * FEW_BYTES; /* where only so many are wanted */
    size_t length = 0, copied = 0;
    size_t wanted = few && few < plan->chunk ? few : plan->chunk;

    for (;; wanted = 2 * length < room ? 2 * length : room) {
        rapport_outcome outcome = fetch(in, text, &length, &copied, wanted, error);
        if (outcome != RAPPORT_DONE)
            return outcome;
        bool is_all = length < wanted || (in->at_end && copied == in->end - in->begin);
        *chunk = csv_measure(text, length, in->delimiter, plan->chunk_records, plan->kernel);
        if (chunk->length == 0 && is_all)
            outcome = take_rest(in, text, length, line, chunk, error);
        if (outcome != RAPPORT_DONE)
            return outcome;
        if (chunk->length > 0 || length == 0)
            break;
        if (length > plan->record_limit)
            return never_ends(in, text, length, line, error);
    }
    return keep_rest(in, text, chunk->length, length, copied) ? RAPPORT_DONE : fail_memory(error);
}

bool input_is_short(const input *in)
{
    return in->at_end && in->end - in->begin <= in->plan->chunk;
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

bool input_is(const input *in, const struct stat *file)
{
    return in->is_regular && file->st_dev == in->device && file->st_ino == in->inode;
}

void input_close(input *in)
{
    if (in->opened)
        close(in->fd);
    if (in->rest)
        munmap(in->rest, in->room);
    *in = (input){ .fd = -1 };
}
