/* birth.c - how a worker comes into a world of its own.
 *
 * A new namespace of processes begins with a process that is made into it: unshare() would want a
 * third process between the two, and the supervisor could not wait for the worker. So the kernel
 * is called as fork() calls it, and told what fork() tells it for the C library.
 */
#define _GNU_SOURCE
#include "process/birth.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int parent = -1; /* in a child that was born apart: a descriptor of its parent */

pid_t birth_apart(void)
{
    unsigned long flags = CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC | SIGCHLD;
    uintptr_t thread = 0; /* where the C library keeps the number of the thread */
    const int here = (int)syscall(SYS_pidfd_open, getpid(), 0);

    if (here == -1)
        return -1;
    if (prctl(PR_GET_TID_ADDRESS, &thread, 0, 0, 0) == 0 && thread)
        flags |= CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
#ifdef __x86_64__
    const pid_t pid = (pid_t)syscall(SYS_clone, flags, 0, 0, thread, 0);
#else
    const pid_t pid = (pid_t)syscall(SYS_clone, flags, 0, 0, 0, thread);
#endif
    if (pid == 0)
        parent = here;
    else
        close(here);
    return pid;
}

bool birth_orphaned(void)
{
    struct pollfd of = { .fd = parent, .events = POLLIN };
    return poll(&of, 1, 0) != 0;
}
