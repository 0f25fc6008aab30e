/* fail_call.c - fail_call LOG WHO CALL N ACTION PROGRAM [ARGUMENT...] - runs a program, and meddles
 * with the N-th system call of that name, or of `any`, by WHO: `supervisor`, the process started,
 * from the first call of its own on; or `worker`, all processes it starts, counted together.
 *
 *   list            names all calls, one a line, in LOG
 *   ENOSPC          that call fails so; nothing is done
 *   ENOSPC+         and so do all of that name that follow
 *   short           a read or write gets half of the bytes it asked for
 *   SIGTERM         the signal comes just before the call
 *
 * LOG gets the name of the call that was met; it stays empty where there was none. Ends as the
 * program does, with 128 + n for signal n; 124: it went on for too long; 77: not to be had here.
 *
 * Not strace, since that puts an invalid call in the place of one that is to fail, for which a
 * sandbox kills; here it is getpid.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NOT_HERE = 77, TOO_LONG = 124, SECONDS_MOST = 30 };

#ifdef __x86_64__

#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>

typedef struct call_name {
    unsigned long long number;
    const char *name;
} call_name;

#define CALL(name)                                                                                 \
    {                                                                                              \
        SYS_##name, #name                                                                          \
    }
static const call_name names[] = {
    CALL(access),
    CALL(brk),
    CALL(clock_nanosleep),
    CALL(clone),
    CALL(clone3),
    CALL(close),
    CALL(close_range),
    CALL(dup),
    CALL(dup2),
    CALL(dup3),
    CALL(fallocate),
    CALL(fchmod),
    CALL(fchown),
    CALL(fcntl),
    CALL(flock),
    CALL(fstat),
    CALL(fsync),
    CALL(ftruncate),
    CALL(futex),
    CALL(getcwd),
    CALL(getdents64),
    CALL(geteuid),
    CALL(getgroups),
    CALL(getpid),
    CALL(getppid),
    CALL(getrandom),
    CALL(getuid),
    CALL(ioctl),
    CALL(kill),
    CALL(landlock_create_ruleset),
    CALL(landlock_add_rule),
    CALL(landlock_restrict_self),
    CALL(linkat),
    CALL(lseek),
    CALL(madvise),
    CALL(memfd_create),
    CALL(mmap),
    CALL(mprotect),
    CALL(mremap),
    CALL(munmap),
    CALL(newfstatat),
    CALL(open),
    CALL(openat),
    CALL(pipe2),
    CALL(poll),
    CALL(prctl),
    CALL(pread64),
    CALL(prlimit64),
    CALL(pwrite64),
    CALL(read),
    CALL(readlink),
    CALL(rename),
    CALL(renameat),
    CALL(renameat2),
    CALL(rt_sigaction),
    CALL(rt_sigprocmask),
    CALL(sched_getaffinity),
    CALL(seccomp),
    CALL(set_robust_list),
    CALL(statx),
    CALL(sync_file_range),
    CALL(sysinfo),
    CALL(unlink),
    CALL(unlinkat),
    CALL(wait4),
    CALL(write),
    CALL(writev),
};

/* What is to be done, and how far it has come. */
static struct {
    FILE *log;
    const char *call;
    bool to_worker, list, is_short, for_good;
    int error, signal;
    unsigned long long at, counted;
    bool begun; /* the loader is through */
    bool met;
} task;

/* A process under way. */
typedef struct tracee {
    pid_t pid;
    bool meddled, fails;            /* with its present call; which is to end with an error */
    struct user_regs_struct before; /* the call, as it was */
} tracee;
static tracee tracees[4096];

static const char *name_of(unsigned long long number)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].number == number)
            return names[i].name;
    return "another";
}

/* Its entry, made where there is none; NULL: there are too many. */
static tracee *tracee_of(pid_t pid, bool *is_new)
{
    size_t i = 0;
    while (i < sizeof tracees / sizeof *tracees && tracees[i].pid && tracees[i].pid != pid)
        i++;
    if (i == sizeof tracees / sizeof *tracees)
        return NULL;
    *is_new = tracees[i].pid == 0;
    tracees[i].pid = pid;
    return &tracees[i];
}

/* Calls that cannot fail, or from which there is no way back. */
static bool is_beyond(unsigned long long number)
{
    return number == SYS_exit_group || number == SYS_exit || number == SYS_rt_sigreturn ||
           number == SYS_execve || number == SYS_restart_syscall;
}

static bool is_wanted(pid_t pid, pid_t first, unsigned long long number)
{
    task.begun = task.begun || (pid == first && number == SYS_fcntl);
    if (is_beyond(number) || !task.begun || task.to_worker != (pid != first))
        return false;
    if (strcmp(task.call, "any") != 0 && strcmp(task.call, name_of(number)) != 0)
        return false;
    if (task.met)
        return task.for_good;
    task.counted++;
    if (task.list)
        fprintf(task.log, "%s\n", name_of(number));
    return !task.list && task.counted == task.at;
}

static void meddle(tracee *with, struct user_regs_struct *registers)
{
    const unsigned long long number = registers->orig_rax;

    if (!task.met)
        fprintf(task.log, "%s\n", name_of(number));
    task.met = true;
    with->before = *registers;
    with->meddled = true;
    if (task.signal)
        kill(with->pid, task.signal);
    if (task.is_short && (number == SYS_read || number == SYS_write) && registers->rdx > 1)
        registers->rdx /= 2;
    if (task.error && number == SYS_brk) /* which fails by leaving all as it was */
        registers->rdi = 0;
    else if (task.error)
        registers->orig_rax = SYS_getpid;
    with->fails = task.error && number != SYS_brk;
    ptrace(PTRACE_SETREGS, with->pid, NULL, registers);
}

static void at_call(tracee *of, pid_t first)
{
    struct __ptrace_syscall_info info;
    struct user_regs_struct registers;

    if (ptrace(PTRACE_GET_SYSCALL_INFO, of->pid, sizeof info, &info) <= 0 ||
        ptrace(PTRACE_GETREGS, of->pid, NULL, &registers) != 0)
        return; /* it was killed meanwhile */
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY && is_wanted(of->pid, first, info.entry.nr)) {
        meddle(of, &registers);
    } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && of->meddled) {
        of->meddled = false;
        registers.rdi = of->before.rdi; /* a program may rely on these */
        registers.rdx = of->before.rdx;
        if (of->fails)
            registers.rax = (unsigned long long)-(long long)task.error;
        ptrace(PTRACE_SETREGS, of->pid, NULL, &registers);
    }
}

/* The signal to hand on to a process that has stopped. */
static int at_stop(pid_t pid, int status, pid_t first)
{
    bool is_new;
    tracee *of = tracee_of(pid, &is_new);
    const int signal = WSTOPSIG(status);

    if (!of)
        _exit(NOT_HERE);
    if (signal == (SIGTRAP | 0x80))
        at_call(of, first);
    if (signal & 0x80 || status >> 16 || (is_new && signal == SIGSTOP))
        return 0;
    return signal;
}

static int follow(pid_t first)
{
    int status, ended = NOT_HERE;
    pid_t pid;

    while ((pid = waitpid(-1, &status, __WALL)) > 0) {
        if (WIFSTOPPED(status)) {
            const int signal = at_stop(pid, status, first);
            ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)signal);
        } else if (pid == first) {
            ended = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
    }
    return ended;
}

static void too_long(int signal)
{
    (void)signal;
    _exit(TOO_LONG); /* which kills all that are traced */
}

static bool read_action(const char *action)
{
    const size_t length = strcspn(action, "+");

    task.list = strcmp(action, "list") == 0;
    task.is_short = strcmp(action, "short") == 0;
    task.for_good = action[length] == '+';
    for (int i = 1; i < 256; i++) {
        const char *error = strerrorname_np(i), *signal = sigabbrev_np(i);
        if (error && strlen(error) == length && strncmp(error, action, length) == 0)
            task.error = i;
        if (signal && strncmp(action, "SIG", 3) == 0 && strcmp(action + 3, signal) == 0)
            task.signal = i;
    }
    return task.list || task.is_short || task.error || task.signal;
}

int main(int count, char **word)
{
    int status;

    if (count < 7 || !read_action(word[5]) || !(task.log = fopen(word[1], "we"))) {
        fprintf(stderr, "fail_call LOG supervisor|worker CALL|any N list|ERROR[+]|short|SIGNAL "
                        "PROGRAM...\n");
        return 2;
    }
    task.to_worker = strcmp(word[2], "worker") == 0;
    task.call = word[3];
    task.at = strtoull(word[4], NULL, 10);
    const pid_t first = fork();
    if (first == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
            _exit(NOT_HERE);
        raise(SIGSTOP);
        execv(word[6], word + 6);
        _exit(127);
    }
    if (first < 0 || waitpid(first, &status, 0) != first || !WIFSTOPPED(status))
        return NOT_HERE;
    tracees[0].pid = first;
    signal(SIGALRM, too_long);
    alarm(SECONDS_MOST);
    ptrace(PTRACE_SETOPTIONS, first, NULL,
           (void *)(PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
                    PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC));
    ptrace(PTRACE_SYSCALL, first, NULL, NULL);
    status = follow(first);
    return fclose(task.log) == 0 ? status : NOT_HERE;
}

#else

int main(void)
{
    return NOT_HERE;
}

#endif
