/* landlock.c - what a process that loads plugins gives up for good: files.
 *
 * The system's header may be older than its kernel, so the structures stand here, and the kernel
 * is asked what it knows of them.
 */
#define _GNU_SOURCE
#include "process/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef __NR_landlock_create_ruleset
#define __NR_landlock_create_ruleset 444
#define __NR_landlock_add_rule 445
#define __NR_landlock_restrict_self 446
#endif

enum { VERSION = 1, PATH_BENEATH = 1 };
enum { EXECUTE = 1 << 0, READ_FILE = 1 << 2, READ_FOLDER = 1 << 3 };

typedef struct ruleset {
    uint64_t files, net, scoped;
} ruleset;

typedef struct __attribute__((packed)) rule {
    uint64_t allowed;
    int32_t parent;
} rule;

/* What there is to be refused: all that this kernel knows of. */
static const struct {
    uint64_t files, net, scoped;
} known[] = {
    { 0x1fff, 0, 0 },    /* ABI 1 */
    { 0x3fff, 0, 0 },    /* 2: moving to another folder */
    { 0x7fff, 0, 0 },    /* 3: truncating */
    { 0x7fff, 0x3, 0 },  /* 4: binding and connecting by TCP */
    { 0xffff, 0x3, 0 },  /* 5: devices */
    { 0xffff, 0x3, 0x3 } /* 6: abstract sockets, signals */
};

int landlock_abi(void)
{
    const long abi = syscall(__NR_landlock_create_ruleset, NULL, 0, VERSION);
    return abi > 0 ? (int)abi : 0;
}

static bool allow(int set, int file, uint64_t what)
{
    const rule one = { what, file };
    return syscall(__NR_landlock_add_rule, set, PATH_BENEATH, &one, 0) == 0;
}

/* A folder that is not there needs no rule. */
static bool allow_path(int set, const char *path, uint64_t what)
{
    int file = open(path, O_PATH | O_CLOEXEC);
    bool allowed = file == -1 || allow(set, file, what);

    if (file != -1)
        close(file);
    return allowed;
}

static bool allow_loading(int set, const int *files, size_t count)
{
    static const char *const folders[] = { "/lib", "/lib64", "/usr/lib", "/usr/lib64",
                                           "/usr/local/lib" };
    bool allowed = allow_path(set, "/etc/ld.so.cache", READ_FILE);

    for (size_t i = 0; allowed && i < sizeof folders / sizeof *folders; i++)
        allowed = allow_path(set, folders[i], EXECUTE | READ_FILE | READ_FOLDER);
    for (size_t i = 0; allowed && i < count; i++)
        allowed = allow(set, files[i], EXECUTE | READ_FILE);
    return allowed;
}

bool landlock_close(const int *files, size_t count)
{
    enum { NEWEST = sizeof known / sizeof *known };
    const int abi = landlock_abi();

    if (abi == 0) {
        errno = ENOSYS;
        return false;
    }
    const size_t at = (size_t)(abi < NEWEST ? abi : NEWEST) - 1;
    const ruleset all = { known[at].files, known[at].net, known[at].scoped };
    int set = (int)syscall(__NR_landlock_create_ruleset, &all, sizeof all, 0);
    bool closed = set != -1 && allow_loading(set, files, count) &&
                  syscall(__NR_landlock_restrict_self, set, 0) == 0;
    const int reason = errno;

    if (set != -1)
        close(set);
    errno = reason;
    return closed;
}
