/* shared.c - in the build that counts branches: the counters of a program are a file, COUNTERS/ and
 * its name, which all of its processes map.
 *
 * So it does not matter how a process ends, and nothing is left to do at its end, when memory or
 * the right to open files may be gone. With COVERAGE_WRITE in its environment a program does
 * nothing but write what the file holds where gcov looks for it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char coverage_begin[], coverage_end[]; /* shared.ld */
void __gcov_dump(void);
void __wrap___gcov_exit(void);

/* Not by mmap(), which a test may have fail. */
static void share(int fd, size_t length)
{
    struct stat status;

    if (fstat(fd, &status) == 0 &&
        ((size_t)status.st_size == length || ftruncate(fd, (off_t)length) == 0))
        syscall(SYS_mmap, coverage_begin, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
                fd, (off_t)0);
}

__attribute__((constructor)) static void begin(void)
{
    const size_t length = (size_t)(coverage_end - coverage_begin);
    const int before = errno;
    char path[4096];

    if (length == 0) /* a test of plugins alone */
        return;
    snprintf(path, sizeof path, "%s/%s", COUNTERS, program_invocation_short_name);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd != -1) {
        share(fd, length);
        close(fd);
    }
    if (getenv("COVERAGE_WRITE")) {
        __gcov_dump();
        _exit(EXIT_SUCCESS);
    }
    errno = before;
}

void __wrap___gcov_exit(void)
{
}
