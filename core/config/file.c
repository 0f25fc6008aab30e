/* file.c - a small file, whole: INI files and the tables beside them. */
#define _POSIX_C_SOURCE 200809L
#include "config/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_is_there(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

static void refuse(file_content *out, memory *arena, const char *format, ...) PRINTF_LIKE(3, 4);

static void refuse(file_content *out, memory *arena, const char *format, ...)
{
    char why[256];
    va_list values;

    va_start(values, format);
    vsnprintf(why, sizeof why, format, values);
    va_end(values);
    out->why = memory_text(arena, why, strlen(why));
}

#define NOT_REGULAR "not a regular file; give the path of one [cfg-file]"

/* An open regular file of a size we take; -1: refused. */
static int open_regular(file_content *out, size_t limit, const char *cure, size_t *size,
                        memory *arena)
{
    struct stat about;
    bool other = stat(out->path, &about) == 0 && !S_ISREG(about.st_mode);
    /* A FIFO would wait. */
    int fd = other ? -1 : open(out->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (other)
        refuse(out, arena, NOT_REGULAR);
    else if (fd == -1 && errno == ENOENT)
        refuse(out, arena, "no such file; check the path [cfg-file]");
    else if (fd == -1)
        refuse(out, arena, "cannot be opened: %s; check who may read it [cfg-file]",
               strerror(errno));
    if (fd == -1)
        return -1;

    if (fstat(fd, &about) == -1 || !S_ISREG(about.st_mode))
        refuse(out, arena, NOT_REGULAR);
    else if ((size_t)about.st_size > limit)
        refuse(out, arena, "larger than %zu bytes; %s [cfg-file]", limit,
               cure ? cure : "is it the right file?");
    else {
        *size = (size_t)about.st_size;
        return fd;
    }
    close(fd);
    return -1;
}

void file_read(file_content *out, const char *path, size_t limit, const char *cure, memory *arena)
{
    size_t size = 0;
    ssize_t got = 1;

    *out = (file_content){ .path = path };
    int fd = open_regular(out, limit, cure, &size, arena);
    if (fd == -1)
        return;

    char *bytes = memory_new(arena, size + 1);
    while (bytes && got > 0 && out->length <= size) { /* one byte more than there should be */
        got = read(fd, bytes + out->length, size + 1 - out->length);
        if (got > 0)
            out->length += (size_t)got;
        else if (got == -1 && errno == EINTR)
            got = 1;
    }
    int reason = errno;
    close(fd);

    if (got == -1)
        refuse(out, arena, "cannot be read: %s; check the path and its disk [cfg-file]",
               strerror(reason));
    else if (bytes && out->length != size)
        refuse(out, arena, "changed while it was read; try again [cfg-file]");
    else
        out->bytes = bytes;
}

bool file_check(const file_content *of, problems *all)
{
    const place at = { .file = of->path };

    if (!of->bytes && of->why)
        problem_add(all, RAPPORT_BAD_CONFIG, &at, "%s", of->why);
    else if (!of->bytes)
        problem_memory(all);
    return of->bytes;
}

const char *file_bytes(size_t *length, const char *path, size_t limit, const char *cure,
                       memory *arena, problems *all)
{
    file_content read;

    file_read(&read, path, limit, cure, arena);
    *length = read.length;
    return file_check(&read, all) ? read.bytes : NULL;
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
