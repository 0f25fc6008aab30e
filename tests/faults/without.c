/* without.c - without CALL PROGRAM... - runs a program on a kernel that does not offer seccomp,
 * memfd, landlock or namespaces, or as good as. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef __NR_landlock_create_ruleset
#define __NR_landlock_create_ruleset 444
#endif

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define UNLESS(value, steps) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, steps)
#define ANSWER(what) BPF_STMT(BPF_RET | BPF_K, what)

static const struct {
    const char *name;
    uint32_t call, error;
} calls[] = {
    { "seccomp", __NR_seccomp, EPERM },
    { "memfd", __NR_memfd_create, EACCES }, /* as vm.memfd_noexec = 2 does for memory that is run */
    { "landlock", __NR_landlock_create_ruleset, EOPNOTSUPP },
    { "namespaces", __NR_unshare, EPERM },
};

int main(int count, char **word)
{
    size_t at = 0;

    while (count > 2 && at < sizeof calls / sizeof *calls && strcmp(word[1], calls[at].name) != 0)
        at++;
    if (count < 3 || at == sizeof calls / sizeof *calls) {
        fputs("usage: without CALL PROGRAM...\n", stderr);
        return 125;
    }
    /* Seccomp has two calls. */
    struct sock_filter filter[] = {
        LOAD(nr),
        UNLESS(calls[at].call, 1),
        ANSWER(SECCOMP_RET_ERRNO | calls[at].error),
        UNLESS(at == 0 ? __NR_prctl : UINT32_MAX, 3),
        LOAD(args[0]),
        UNLESS(PR_SET_SECCOMP, 1),
        ANSWER(SECCOMP_RET_ERRNO | EPERM),
        ANSWER(SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = { .len = sizeof filter / sizeof *filter, .filter = filter };

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        perror("without");
        return 125;
    }
    execv(word[2], word + 2);
    perror(word[2]);
    return 127;
}
