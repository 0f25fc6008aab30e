/* fail_memory.c - memory that cannot be had, once or from then on: preloaded, or, where a sanitizer
 * has an allocator of its own, linked into the program (WRAPPED).
 *
 *   FAIL_WHO=supervisor|worker   in the process started, or in all it starts, counted together
 *   FAIL_AT=N                    the N-th allocation, from main on, fails; 0: none
 *   FAIL_FOR_GOOD=1              and so do all that follow
 *   FAIL_LOG=PATH                gets a line when one fails; at the end, how many there were
 *
 * Allocations are malloc, calloc, realloc and mmap, whoever asks for them: the program, a plugin or
 * the C library; where it is linked, the program alone.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef WRAPPED
#define OURS(name) __wrap_##name
#define THEIRS(name) __real_##name
#else
#define OURS(name) name
#define THEIRS(name) __libc_##name
#endif

void *OURS(malloc)(size_t bytes);
void *OURS(calloc)(size_t count, size_t size);
void *OURS(realloc)(void *old, size_t bytes);
void *OURS(mmap)(void *where, size_t bytes, int protection, int flags, int fd, off_t offset);
void *THEIRS(malloc)(size_t bytes);
void *THEIRS(calloc)(size_t count, size_t size);
void *THEIRS(realloc)(void *old, size_t bytes);

static atomic_ulong *counted; /* shared by all processes; NULL: not yet */
static unsigned long at;
static bool to_worker, is_worker, for_good;
static int log_fd = -1;

static void say(const char *word, unsigned long number)
{
    char line[64];
    const int length = snprintf(line, sizeof line, "%s %lu\n", word, number);
    (void)!write(log_fd, line, (size_t)length);
}

static bool fails(void)
{
    if (!counted || is_worker != to_worker)
        return false;
    const unsigned long now = atomic_fetch_add(counted, 1) + 1;
    if (at == 0 || now < at || (now > at && !for_good))
        return false;
    if (now == at && !is_worker)
        say("failed", now);
    errno = ENOMEM;
    return true;
}

void *OURS(malloc)(size_t bytes)
{
    return fails() ? NULL : THEIRS(malloc)(bytes);
}

void *OURS(calloc)(size_t count, size_t size)
{
    return fails() ? NULL : THEIRS(calloc)(count, size);
}

void *OURS(realloc)(void *old, size_t bytes)
{
    return fails() ? NULL : THEIRS(realloc)(old, bytes);
}

void *OURS(mmap)(void *where, size_t bytes, int protection, int flags, int fd, off_t offset)
{
    if (fails())
        return MAP_FAILED;
    return (void *)syscall(SYS_mmap, where, bytes, protection, flags, fd, offset);
}

static void in_child(void)
{
    is_worker = true;
}

static const char *word_of(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

__attribute__((constructor)) static void begin(void)
{
    void *shared = (void *)syscall(SYS_mmap, NULL, sizeof *counted, PROT_READ | PROT_WRITE,
                                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    to_worker = strcmp(word_of("FAIL_WHO"), "worker") == 0;
    for_good = *word_of("FAIL_FOR_GOOD");
    at = strtoul(word_of("FAIL_AT"), NULL, 10);
    log_fd = open(word_of("FAIL_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    pthread_atfork(NULL, NULL, in_child);
    if (shared != MAP_FAILED && log_fd != -1)
        counted = shared;
}

__attribute__((destructor)) static void end(void)
{
    if (counted && !is_worker)
        say("counted", atomic_load(counted));
    counted = NULL;
}
