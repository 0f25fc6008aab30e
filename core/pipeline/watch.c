/* watch.c - calls of plugins, as they look from outside the process that makes them. */
#define _GNU_SOURCE
#include "pipeline/watch.h"

#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

uint64_t watch_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec + 1;
}

bool watch_is_over(uint64_t since, uint32_t milliseconds)
{
    enum { MILLION = 1000000 }; /* nanoseconds in one */
    const uint64_t now = watch_now();
    return now > since && now - since > (uint64_t)milliseconds * MILLION;
}

void watch_begin(watch *w, uint32_t stage, uint64_t record)
{
    if (!w)
        return;
    atomic_store_explicit(&w->record, record, memory_order_relaxed);
    atomic_store_explicit(&w->stage, stage, memory_order_relaxed);
    atomic_store_explicit(&w->since, watch_now(), memory_order_release);
}

void watch_end(watch *w)
{
    if (w)
        atomic_store_explicit(&w->since, 0, memory_order_release);
}

/* By the bare call: before one that is known not to return a sanitizer looks after its stacks,
 * which no sandbox allows. */
void watch_end_process(int status)
{
    syscall(SYS_exit_group, status);
}

const watch_skip *watch_skipped(const watch *w, uint32_t stage, uint64_t record)
{
    for (uint32_t i = 0; w && i < w->skips; i++)
        if (w->skip[i].record == record && w->skip[i].stage == stage)
            return &w->skip[i];
    return NULL;
}
