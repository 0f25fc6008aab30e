/* file.c - a small file, whole: INI files and the tables beside them. */
#define _POSIX_C_SOURCE 200809L
#include "config/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WRONG(all, at, ...) problem_add(all, RAPPORT_BAD_CONFIG, at, __VA_ARGS__)

bool file_is_there(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

/* An open regular file of a size we take; -1: refused. */
static int open_regular(const char *path, size_t limit, size_t *size, problems *all)
{
    const place at = { .file = path };
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK); /* a FIFO would wait */

    if (fd == -1 && errno == ENOENT)
        WRONG(all, &at, "no such file; check the path [cfg-file]");
    else if (fd == -1)
        WRONG(all, &at, "cannot be opened: %s; check who may read it [cfg-file]", strerror(errno));
    if (fd == -1)
        return -1;

    if (fstat(fd, &about) == -1 || !S_ISREG(about.st_mode))
        WRONG(all, &at, "not a regular file; give the path of one [cfg-file]");
    else if ((size_t)about.st_size > limit)
        WRONG(all, &at, "larger than %zu bytes; is it the right file? [cfg-file]", limit);
    else {
        *size = (size_t)about.st_size;
        return fd;
    }
    close(fd);
    return -1;
}

const char *file_bytes(size_t *length, const char *path, size_t limit, memory *arena, problems *all)
{
    size_t size = 0;
    ssize_t got = 1;
    int fd = open_regular(path, limit, &size, all);
    if (fd == -1)
        return NULL;

    char *bytes = memory_new(arena, size + 1);
    *length = 0;
    while (bytes && got > 0 && *length <= size) { /* one byte more than there should be */
        got = read(fd, bytes + *length, size + 1 - *length);
        if (got > 0)
            *length += (size_t)got;
        else if (got == -1 && errno == EINTR)
            got = 1;
    }
    int reason = errno;
    close(fd);

    const place at = { .file = path };
    if (!bytes)
        return problem_memory(all);
    if (got == -1)
        WRONG(all, &at, "cannot be read: %s; check the path and its disk [cfg-file]",
              strerror(reason));
    else if (*length != size)
        WRONG(all, &at, "changed while it was read; try again [cfg-file]");
    return got == -1 || *length != size ? NULL : bytes;
}

void file_digest(char hex[SHA256_HEX], const char *bytes, size_t length)
{
    sha256 hash;
    unsigned char digest[SHA256_BYTES];

    sha256_begin(&hash);
    sha256_add(&hash, bytes, length);
    sha256_end(&hash, digest);
    sha256_hex(hex, digest);
}
