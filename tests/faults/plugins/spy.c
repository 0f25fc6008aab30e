/* spy.c - a module that does what no scoring module has any business with, once: when it is loaded,
 * asked for its table, bound, or scores, as SPY_WHEN says in its environment, in the way that
 * SPY_WAY says. Its score is 1 where it was let. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <rapport/plugin.h>

static bool let;

static bool leaves_file(const char *witness)
{
    int fd = open(witness, O_WRONLY | O_CREAT | O_APPEND, 0600);
    return fd != -1 && write(fd, "x", 1) == 1 && close(fd) == 0;
}

static bool forks(const char *witness)
{
    pid_t child = fork();
    if (child == 0)
        _exit(leaves_file(witness) ? 0 : 1);
    return child > 0 && waitpid(child, NULL, 0) == child;
}

static void *idle(void *of)
{
    return of;
}

static bool starts_thread(void)
{
    pthread_t thread;
    return pthread_create(&thread, NULL, idle, NULL) == 0 && pthread_join(thread, NULL) == 0;
}

static bool takes(size_t bytes)
{
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return at != MAP_FAILED && munmap(at, bytes) == 0;
}

/* Whether some file that is open beside standard error takes a byte. */
static bool writes_to_open_files(void)
{
    for (int fd = 3; fd < 64; fd++) {
        lseek(fd, 0, SEEK_SET);
        if (write(fd, "x", 1) == 1)
            return true;
    }
    return false;
}

static bool is_let(const char *way, const char *witness)
{
    if (strcmp(way, "file") == 0)
        return leaves_file(witness);
    if (strcmp(way, "read") == 0)
        return open(witness, O_RDONLY) != -1;
    if (strcmp(way, "socket") == 0)
        return socket(AF_INET, SOCK_STREAM, 0) != -1;
    if (strcmp(way, "udp") == 0)
        return socket(AF_INET, SOCK_DGRAM, 0) != -1;
    if (strcmp(way, "fork") == 0)
        return forks(witness);
    if (strcmp(way, "system") == 0)
        return system("true") == 0;
    if (strcmp(way, "thread") == 0)
        return starts_thread();
    if (strcmp(way, "kill") == 0)
        return kill(getppid(), 0) == 0;
    if (strcmp(way, "chdir") == 0)
        return chdir("/") == 0;
    if (strcmp(way, "unlink") == 0)
        return unlink(witness) == 0;
    if (strcmp(way, "alone") == 0)
        return getpid() == 1; /* the first process there is, as far as it can see */
    if (strcmp(way, "memory") == 0)
        return takes((size_t)2 << 30);
    if (strcmp(way, "plugins") == 0)
        return writes_to_open_files();
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
           MAP_FAILED;
}

static void try_when(const char *now)
{
    const char *when = getenv("SPY_WHEN"), *way = getenv("SPY_WAY");

    if (when && way && strcmp(when, now) == 0)
        let = is_let(way, getenv("SPY_WITNESS"));
}

__attribute__((constructor)) static void loaded(void)
{
    try_when("load");
}

static rapport_status begin(const rapport_host *host, const rapport_scale *scale, void **self)
{
    (void)host, (void)scale, (void)self;
    try_when("bind");
    return RAPPORT_OK;
}

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self;
    try_when("score");
    for (uint32_t row = 0; row < in->rows; row++)
        out->number[0][row] = let;
    return RAPPORT_OK;
}

static const rapport_scoring scoring = {
    .size = sizeof scoring,
    .id = "spy",
    .version = "1.0.0",
    .title = "Spy",
    .doc = "1 where it was let do what it should not.",
    .bind = begin,
    .score = score,
};

static const rapport_scoring *const list[] = { &scoring, NULL };
static const rapport_module module = {
    .size = sizeof module,
    .minor = RAPPORT_MINOR,
    .scoring = list,
};

const rapport_module *rapport_module_v1(void)
{
    try_when("entry");
    return &module;
}
