/* sandbox.c - what a process that runs plugins gives up for good: seccomp, by lists of what is
 * allowed.
 *
 * What is not on the list is refused and not punished: a plugin that prints or asks for a locale
 * goes on, and no row is lost. Only what no plugin does by accident ends the process.
 */
#define _GNU_SOURCE
#include "process/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef OUR_ARCHITECTURE

#define FIELD(name) ((uint32_t)offsetof(struct seccomp_data, name))
#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define ANSWER(what) BPF_STMT(BPF_RET | BPF_K, what)
/* The next instruction if it is so; else the one behind that. */
#define IF(test, value) BPF_JUMP(BPF_JMP | (test) | BPF_K, (uint32_t)(value), 0, 1)
#define ON(call, what) IF(BPF_JEQ, __NR_##call), ANSWER(what)
#define ALLOW(call) ON(call, SECCOMP_RET_ALLOW)
#define END(call) ON(call, SECCOMP_RET_KILL_PROCESS)
#define REFUSED(error) (SECCOMP_RET_ERRNO | (error))
/* Four instructions for one call, which look at an argument: `then` where it is so. */
#define ALLOW_IF(call, argument, test, value, then, otherwise)                                     \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##call, 0, 4), LOAD(FIELD(args[argument])),           \
        IF(test, value), ANSWER(then), ANSWER(otherwise)
/* Allowed for memory that cannot be run, for files that are only read, and on this process alone.
 */
#define ALLOW_DATA(call) ALLOW_IF(call, 2, BPF_JSET, PROT_EXEC, REFUSED(EPERM), SECCOMP_RET_ALLOW)
#define ALLOW_READING(call)                                                                        \
    ALLOW_IF(call, 2, BPF_JSET, O_ACCMODE | O_CREAT | O_TRUNC, REFUSED(EPERM), SECCOMP_RET_ALLOW)
#define ALLOW_CLOSING(call)                                                                        \
    ALLOW_IF(call, 0, BPF_JEQ, PR_SET_SECCOMP, SECCOMP_RET_ALLOW, REFUSED(EPERM))
#define ALLOW_SELF(call) ALLOW_IF(call, 0, BPF_JEQ, getpid(), SECCOMP_RET_ALLOW, REFUSED(EPERM))

/* Another architecture's numbers mean other calls, and x86-64 has a second way to number its own.
 */
#ifdef __x86_64__
#define OUR_NUMBERS , IF(BPF_JGE, 0x40000000), ANSWER(SECCOMP_RET_KILL_PROCESS)
#else
#define OUR_NUMBERS
#endif
#define BEGIN                                                                                      \
    LOAD(FIELD(arch)), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCHITECTURE, 1, 0),                \
        ANSWER(SECCOMP_RET_KILL_PROCESS), LOAD(FIELD(nr)) OUR_NUMBERS

/* Computing, waiting, reading and writing what is open, ending. */
#define ALLOW_COMPUTING                                                                            \
    ALLOW(futex), ALLOW(read), ALLOW(write), ALLOW(munmap), ALLOW(mremap), ALLOW(brk),             \
        ALLOW(madvise), ALLOW(clock_gettime), ALLOW(clock_getres), ALLOW(clock_nanosleep),         \
        ALLOW(nanosleep), ALLOW(gettimeofday), ALLOW(getpid), ALLOW(gettid), ALLOW(sched_yield),   \
        ALLOW(sigaltstack), ALLOW(exit), ALLOW(exit_group), ALLOW(rt_sigreturn),                   \
        ALLOW(rt_sigprocmask), ALLOW(restart_syscall), ALLOW(getrandom), ALLOW_SELF(tgkill)

/* clone3 is not there, so that clone is tried, and refused. */
#define REFUSE_THE_REST                                                                            \
    END(ptrace), END(process_vm_readv), END(process_vm_writev), END(bpf), END(mount),              \
        ON(clone3, REFUSED(ENOSYS)), ANSWER(REFUSED(EPERM))

static bool install(const struct sock_filter *filter, size_t bytes)
{
    const struct sock_fprog program = { .len = (unsigned short)(bytes / sizeof *filter),
                                        .filter = (struct sock_filter *)(uintptr_t)filter };

    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

bool sandbox_for_loading(void)
{
    const struct sock_filter filter[] = {
        BEGIN,           ALLOW_COMPUTING,    ALLOW(mmap),           ALLOW(mprotect),
        ALLOW(close),    ALLOW(close_range), ALLOW(fstat),          ALLOW(newfstatat),
        ALLOW(lseek),    ALLOW(pread64),     ALLOW_READING(openat), ALLOW_CLOSING(prctl),
        REFUSE_THE_REST,
    };
    return install(filter, sizeof filter);
}

bool sandbox_close(void)
{
    const struct sock_filter filter[] = {
        BEGIN, ALLOW_COMPUTING, ALLOW_DATA(mmap), ALLOW_DATA(mprotect), REFUSE_THE_REST,
    };
    return install(filter, sizeof filter);
}

#else

bool sandbox_for_loading(void)
{
    errno = ENOSYS;
    return false;
}

bool sandbox_close(void)
{
    errno = ENOSYS;
    return false;
}

#endif
