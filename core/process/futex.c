/* futex.c - waiting for a word of shared memory to change. */
#define _GNU_SOURCE
#include "process/futex.h"

#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void futex_wait(_Atomic uint32_t *word, uint32_t value, int milliseconds)
{
    const struct timespec most = { .tv_sec = milliseconds / 1000,
                                   .tv_nsec = milliseconds % 1000 * 1000000L };
    syscall(SYS_futex, word, FUTEX_WAIT, value, &most, NULL, 0);
}

void futex_wake(_Atomic uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}
