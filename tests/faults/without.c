/* without.c - without CALL PROGRAM... - runs a program on a kernel that does not offer seccomp,
 * memfd, landlock or namespaces, or as good as. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/sched.h>
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

/* A call that is refused where its first argument has all these bits. */
static const struct {
    const char *name;
    uint32_t call, bits, error;
} calls[] = {
    { "seccomp", __NR_seccomp, 0, EPERM },
    { "seccomp", __NR_prctl, PR_SET_SECCOMP, EPERM },
    { "memfd", __NR_memfd_create, 0, EACCES }, /* as vm.memfd_noexec = 2 does where it is to run */
    { "landlock", __NR_landlock_create_ruleset, 0, EOPNOTSUPP },
    { "namespaces", __NR_clone, CLONE_NEWUSER, EPERM },
};
enum { CALLS = sizeof calls / sizeof *calls, EACH = 6 };

static size_t refuse(struct sock_filter at[EACH], size_t call)
{
    const struct sock_filter refused[EACH] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[call].call, 0, 4),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, calls[call].bits),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[call].bits, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | calls[call].error),
    };

    memcpy(at, refused, sizeof refused);
    return EACH;
}

int main(int count, char **word)
{
    struct sock_filter filter[CALLS * EACH + 1];
    size_t used = 0;

    for (size_t i = 0; count > 2 && i < CALLS; i++)
        if (strcmp(word[1], calls[i].name) == 0)
            used += refuse(filter + used, i);
    if (used == 0) {
        fputs("usage: without CALL PROGRAM...\n", stderr);
        return 125;
    }
    filter[used++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    const struct sock_fprog program = { .len = (unsigned short)used, .filter = filter };

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        perror("without");
        return 125;
    }
    execv(word[2], word + 2);
    perror(word[2]);
    return 127;
}
