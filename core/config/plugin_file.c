/* plugin_file.c - a plugin's file, before any of its code runs.
 *
 * The loader's own word for a bad file is often misleading ("no such file" for another
 * machine's), and a cut-off file kills the process inside dlopen. So the file is looked at
 * first: is it all there, and was it built for us? What is loaded later are the very bytes that
 * were hashed: a copy in memory that nobody can write to any more.
 */
#define _GNU_SOURCE
#include "config/plugin_file.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceilings.h"

static const int first_byte = 1;
#define OUR_ORDER (*(const char *)&first_byte ? ELFDATA2LSB : ELFDATA2MSB)

#if UINTPTR_MAX == UINT64_MAX
#define OUR_CLASS ELFCLASS64
#else
#define OUR_CLASS ELFCLASS32
#endif

/* ---- the file --------------------------------------------------------------- */

/* This program's own header, where the linker put it: built for the same machine. */
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

/* NULL: every segment lies inside the file. */
static const char *segments_fault(int fd, const ElfW(Ehdr) * header, uint64_t size)
{
    enum { AT_ONCE = 16 }; /* more than most have */
    ElfW(Phdr) segment[AT_ONCE];

    for (unsigned i = 0; i < header->e_phnum; i++) {
        const unsigned left = header->e_phnum - i, taken = left < AT_ONCE ? left : AT_ONCE;
        const size_t bytes = taken * sizeof *segment;
        if (i % AT_ONCE == 0 &&
            pread(fd, segment, bytes, (off_t)(header->e_phoff + i * sizeof *segment)) !=
                (ssize_t)bytes)
            return "cut off";
        const ElfW(Phdr) *s = &segment[i % AT_ONCE];
        if (s->p_type == PT_LOAD && (s->p_offset > size || s->p_filesz > size - s->p_offset))
            return "cut off";
    }
    return NULL;
}

/* NULL: a shared object for this machine, whole; else what it is instead. */
static const char *file_fault(int fd, const struct stat *status)
{
    ElfW(Ehdr) header;

    if (!S_ISREG(status->st_mode))
        return "not a regular file";
    ssize_t got = pread(fd, &header, sizeof header, 0);
    if (got < SELFMAG || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
        return "not a shared object";
    if (got != sizeof header)
        return "cut off";
    if (header.e_ident[EI_CLASS] != OUR_CLASS || header.e_ident[EI_DATA] != OUR_ORDER ||
        header.e_machine != __ehdr_start.e_machine)
        return "built for another machine";
    if (header.e_type != ET_DYN || header.e_phentsize != sizeof(ElfW(Phdr)))
        return "not a shared object";
    return segments_fault(fd, &header, (uint64_t)status->st_size);
}

/* ---- its bytes --------------------------------------------------------------- */

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

/* Memory that may be run. Kernels before 6.3 do not know that this can be asked for. */
static int memory_file(void)
{
    int fd = memfd_create("plugin", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
    if (fd == -1 && errno == EINVAL)
        fd = memfd_create("plugin", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return fd;
}

/* Not one of the first three, which mean something to every process. */
static int beyond_standard(int fd)
{
    if (fd == -1 || fd > STDERR_FILENO)
        return fd;
    const int other = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(fd);
    return other;
}

static bool write_all(int fd, const unsigned char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t put = write(fd, bytes, length);
        if (put < 0 && errno != EINTR)
            return false;
        bytes += put > 0 ? put : 0;
        length -= put > 0 ? (size_t)put : 0;
    }
    return true;
}

/* Hashes the file, and copies it to `copy` on the way (-1: it is not copied). */
static bool digest_file(char out[SHA256_HEX], int fd, int copy)
{
    unsigned char buffer[65536], digest[SHA256_BYTES];
    sha256 hash;
    off_t at = 0;
    ssize_t got;

    sha256_begin(&hash);
    while ((got = pread(fd, buffer, sizeof buffer, at)) > 0) {
        sha256_add(&hash, buffer, (size_t)got);
        if (copy != -1 && !write_all(copy, buffer, (size_t)got))
            return false;
        at += got;
    }
    sha256_end(&hash, digest);
    sha256_hex(out, digest);
    return got == 0;
}

/* Where a system lets no memory be run, or there is none, the file itself stays open. */
static bool keep_bytes(plugin_file *out, int fd)
{
    const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

    out->fd = beyond_standard(memory_file());
    out->sealed = out->fd != -1 && digest_file(out->digest, fd, out->fd) &&
                  fcntl(out->fd, F_ADD_SEALS, seals) == 0;
    if (out->sealed)
        return true;
    if (out->fd != -1)
        close(out->fd);
    out->fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    return out->fd != -1 && digest_file(out->digest, fd, -1);
}

/* ---- all of it --------------------------------------------------------------- */

/* What is wrong with the open file, as a problem. */
static bool look_at(plugin_file *out, int fd, plugin_file_use use, const place *at, problems *all)
{
    struct stat status;
    const char *fault;

    if (fstat(fd, &status) != 0) {
        fault = strerror(errno);
        problem_add(all, RAPPORT_BAD_PLUGIN, at,
                    "cannot look at plugin %s: %s; check its disk [plugin-file]", out->path, fault);
        return false;
    }
    if (!trust_file(out->path, &status, all))
        return false;
    if (S_ISREG(status.st_mode) && (uint64_t)status.st_size > out->largest) {
        problem_add(all, RAPPORT_BAD_PLUGIN, at,
                    "plugin %s is larger than %zu bytes; raise plugin_file" UP_TO " [plugin-limit]",
                    out->path, out->largest, CEILING_PLUGIN_FILE);
        return false;
    }
    if ((fault = file_fault(fd, &status))) {
        problem_add(all, RAPPORT_BAD_PLUGIN, at,
                    "plugin %s is %s; build it again for this machine, as a shared object "
                    "[plugin-file]",
                    out->path, fault);
        return false;
    }
    if (use == PLUGIN_FILE_KEEP ? !keep_bytes(out, fd) : !digest_file(out->digest, fd, -1)) {
        fault = strerror(errno);
        problem_add(all, RAPPORT_BAD_PLUGIN, at,
                    "cannot read plugin %s: %s; copy it again [plugin-file]", out->path, fault);
        return false;
    }
    return true;
}

bool plugin_file_open(plugin_file *out, plugin_file_use use, trust *by, const char **safe,
                      const place *at, memory *arena, problems *all)
{
    out->fd = -1;
    out->real = trust_place(out->path, safe, at, arena, all);
    if (!out->real)
        return false;
    /* A FIFO would wait for a writer. */
    int fd = open(out->real, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd == -1) {
        problem_add(all, RAPPORT_BAD_PLUGIN, at,
                    "cannot open plugin %s: %s; check the path [plugin-file]", out->path,
                    strerror(errno));
        return false;
    }
    bool good = look_at(out, fd, use, at, all) &&
                trust_digest(by, out->path, out->digest, &out->pinned, all);
    close(fd);
    if (!good)
        plugin_file_close(out);
    return good;
}

void plugin_file_close(plugin_file *file)
{
    if (file->path && file->fd != -1)
        close(file->fd);
    file->fd = -1;
}
