/* no_seccomp.c - no_seccomp PROGRAM... - runs a program where the kernel lets nobody close a
 * process with seccomp any more. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define UNLESS(value, steps) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, steps)
#define ANSWER(what) BPF_STMT(BPF_RET | BPF_K, what)

int main(int count, char **word)
{
    static struct sock_filter filter[] = {
        LOAD(nr),
        UNLESS(__NR_seccomp, 1),
        ANSWER(SECCOMP_RET_ERRNO | EPERM),
        UNLESS(__NR_prctl, 3),
        LOAD(args[0]),
        UNLESS(PR_SET_SECCOMP, 1),
        ANSWER(SECCOMP_RET_ERRNO | EPERM),
        ANSWER(SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = { .len = sizeof filter / sizeof *filter, .filter = filter };

    if (count < 2 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        perror("no_seccomp");
        return 125;
    }
    execv(word[1], word + 1);
    perror(word[1]);
    return 127;
}
