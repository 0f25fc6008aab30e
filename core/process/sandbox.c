/* sandbox.c - what a process that runs plugins gives up for good: seccomp, by a list of what is
 * allowed.
 *
 * What is not on the list is refused and not punished: a plugin that prints or asks for a locale
 * goes on, and no row is lost. Only what no plugin does by accident ends the process.
 */
#define _GNU_SOURCE
#include "process/sandbox.h"

#include <errno.h>
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
/* Allowed for memory that cannot be run: of these the third argument is what may be done with it.
 */
#define ALLOW_DATA(call)                                                                           \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##call, 0, 4), LOAD(FIELD(args[2])),                  \
        IF(BPF_JSET, PROT_EXEC), ANSWER(REFUSED(EPERM)), ANSWER(SECCOMP_RET_ALLOW)

bool sandbox_close(void)
{
    static struct sock_filter filter[] = {
        LOAD(FIELD(arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCHITECTURE, 1, 0),
        ANSWER(SECCOMP_RET_KILL_PROCESS),
        LOAD(FIELD(nr)),
#ifdef __x86_64__
        IF(BPF_JGE, 0x40000000), /* another way to number the same calls */
        ANSWER(SECCOMP_RET_KILL_PROCESS),
#endif
        ALLOW(futex),
        ALLOW(read),
        ALLOW(write),
        ALLOW(munmap),
        ALLOW(mremap),
        ALLOW(brk),
        ALLOW(madvise),
        ALLOW(clock_gettime),
        ALLOW(clock_getres),
        ALLOW(clock_nanosleep),
        ALLOW(nanosleep),
        ALLOW(gettimeofday),
        ALLOW(getpid),
        ALLOW(gettid),
        ALLOW(sched_yield),
        ALLOW(exit),
        ALLOW(exit_group),
        ALLOW(rt_sigreturn),
        ALLOW(rt_sigprocmask),
        ALLOW(restart_syscall),
        ALLOW(getrandom),
        END(ptrace),
        END(process_vm_readv),
        END(process_vm_writev),
        END(bpf),
        END(mount),
        ON(clone3, REFUSED(ENOSYS)), /* so that clone is tried, and refused */
        ALLOW_DATA(mmap),
        ALLOW_DATA(mprotect),
        ANSWER(REFUSED(EPERM)),
    };
    const struct sock_fprog program = { .len = sizeof filter / sizeof *filter, .filter = filter };

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

#else

bool sandbox_close(void)
{
    errno = ENOSYS;
    return false;
}

#endif
