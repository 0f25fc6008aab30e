/* watched_run.c - a program run to its end, or for so long. */
#define _GNU_SOURCE
#include "watched_run.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static pid_t begin(const char *const *words, const char *said)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none;
    pid_t child;

    sigemptyset(&none); /* SIGCHLD is blocked here, and shall not be there */
    posix_spawnattr_init(&how);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, 2, said, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (posix_spawn(&child, words[0], &files, &how, (char *const *)(void *)words, environ) != 0) {
        perror(words[0]);
        exit(2);
    }
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&how);
    return child;
}

int watched_run(const char *const *words, const char *said, unsigned seconds)
{
    sigset_t ended, before;
    const struct timespec most = { .tv_sec = seconds };
    int status;

    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &ended, &before);
    const pid_t child = begin(words, said);
    const bool late = sigtimedwait(&ended, NULL, &most) == -1;
    if (late)
        kill(child, SIGKILL);
    waitpid(child, &status, 0);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (late)
        return RUN_HANGS;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
