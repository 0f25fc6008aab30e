/* key_file.c - the key that pseudonyms are made with, in a file of its owner alone. */
#define _GNU_SOURCE
#include "pseudonym/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- reading -------------------------------------------------------------------------------- */

static rapport_outcome refuse(const char *path, const char *what, rapport_error *error)
{
    return fail(error, RAPPORT_WRONG_USE, "%s: %s [key-file]", path, what);
}

static rapport_outcome check(const char *path, const struct stat *is, rapport_error *error)
{
    if (!S_ISREG(is->st_mode))
        return refuse(path, "is no regular file; give the path of the key's file", error);
    if (is->st_uid != geteuid())
        return refuse(path, "belongs to somebody else; take a key of your own", error);
    if (is->st_mode & (S_IRWXG | S_IRWXO))
        return refuse(path,
                      "others may read or change this key; take that right away (chmod 600), and "
                      "think about whether they did",
                      error);
    if (is->st_size < KEY_LEAST)
        return refuse(path,
                      "is shorter than 32 bytes; make a key with rapport pseudonymise "
                      "--make-key",
                      error);
    if (is->st_size > KEY_MOST)
        return refuse(path, "is longer than 4096 bytes; is it the right file?", error);
    return RAPPORT_DONE;
}

/* false: other bytes than it had a moment ago. */
static bool read_all(int fd, unsigned char *bytes, size_t size)
{
    size_t length = 0;
    ssize_t got;

    do {
        got = read(fd, bytes + length, size + 1 - length);
        length += got > 0 ? (size_t)got : 0;
    } while (length <= size && (got > 0 || (got < 0 && errno == EINTR)));
    return got == 0 && length == size;
}

rapport_outcome key_file_read(hmac *key, const char *path, rapport_error *error)
{
    static const int how = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
    unsigned char bytes[KEY_MOST + 1];
    struct stat is;
    int fd = open(path, how);

    if (fd == -1 && errno == ELOOP)
        return refuse(path, "is a link; give the path of the key's file itself", error);
    if (fd == -1 || fstat(fd, &is) != 0) {
        rapport_outcome outcome = fail(error, RAPPORT_WRONG_USE,
                                       "%s: the key cannot be read: %s; check the path [key-file]",
                                       path, strerror(errno));
        if (fd != -1)
            close(fd);
        return outcome;
    }
    rapport_outcome outcome = check(path, &is, error);
    if (outcome == RAPPORT_DONE && !read_all(fd, bytes, (size_t)is.st_size))
        outcome =
            refuse(path, "the key cannot be read whole; check its disk, and try again", error);
    if (outcome == RAPPORT_DONE)
        hmac_begin(key, bytes, (size_t)is.st_size);
    explicit_bzero(bytes, sizeof bytes);
    close(fd);
    return outcome;
}

/* ---- making --------------------------------------------------------------------------------- */

static bool draw(unsigned char bytes[KEY_LEAST])
{
    size_t drawn = 0;

    while (drawn < KEY_LEAST) {
        ssize_t got = getrandom(bytes + drawn, KEY_LEAST - drawn, 0);
        if (got < 0 && errno != EINTR)
            return false;
        drawn += got > 0 ? (size_t)got : 0;
    }
    return true;
}

static bool write_key(int fd, const unsigned char bytes[KEY_LEAST])
{
    ssize_t written;

    do
        written = write(fd, bytes, KEY_LEAST);
    while (written < 0 && errno == EINTR);
    if (written >= 0 && written < KEY_LEAST)
        errno = ENOSPC;
    return written == KEY_LEAST && fsync(fd) == 0;
}

rapport_outcome key_file_make(const char *path, rapport_error *error)
{
    static const int how = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    unsigned char bytes[KEY_LEAST];
    int fd = open(path, how, S_IRUSR | S_IWUSR);

    if (fd == -1 && errno == EEXIST)
        return fail(error, RAPPORT_NO_REPORT,
                    "%s: is there already, and stays as it is; give the new key another name "
                    "[key-exists]",
                    path);
    if (fd == -1)
        return fail(error, RAPPORT_NO_REPORT,
                    "%s: the key cannot be written: %s; check the path [key-write]", path,
                    strerror(errno));
    bool made = draw(bytes) && write_key(fd, bytes);
    int reason = errno;
    explicit_bzero(bytes, sizeof bytes);
    if (close(fd) != 0 && made) {
        made = false;
        reason = errno;
    }
    if (made)
        return RAPPORT_DONE;
    unlink(path);
    return fail(error, RAPPORT_NO_REPORT,
                "%s: the key cannot be written: %s; make room, or give another path [key-write]",
                path, strerror(reason));
}

/* ---- where it lies -------------------------------------------------------------------------- */

/* The folder that holds what the path leads to or, if that is a link, the link itself. */
static bool folder_of(struct stat *folder, const char *path, bool follow)
{
    char real[PATH_MAX];
    char *named = follow ? realpath(path, real) : NULL;

    if (!named) { /* an output may not be there yet */
        if (strlen(path) >= sizeof real)
            return false;
        named = strcpy(real, path);
    }
    char *slash = strrchr(named, '/');
    if (slash)
        slash[slash == named] = 0;
    return stat(slash ? named : ".", folder) == 0;
}

static bool same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

rapport_outcome key_file_apart(const char *path, const char *data, rapport_error *error)
{
    struct stat of_key, of_data;

    if (!folder_of(&of_key, path, false))
        return RAPPORT_DONE;
    const bool is_beside = (folder_of(&of_data, data, true) && same(&of_key, &of_data)) ||
                           (folder_of(&of_data, data, false) && same(&of_key, &of_data));
    if (!is_beside)
        return RAPPORT_DONE;
    return fail(
        error, RAPPORT_WRONG_USE,
        "%s: the key lies beside the table, and would go wherever that folder goes; move it to "
        "a folder of its own [key-place]",
        path);
}
