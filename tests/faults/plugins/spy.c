/* spy.c - a module that does what no scoring module has any business with; its score is 1 where it
 * was let. */
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

typedef struct spy {
    const char *way, *witness;
} spy;

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

static bool is_let(const spy *s)
{
    if (strcmp(s->way, "file") == 0)
        return leaves_file(s->witness);
    if (strcmp(s->way, "read") == 0)
        return open("/etc/passwd", O_RDONLY) != -1;
    if (strcmp(s->way, "socket") == 0)
        return socket(AF_INET, SOCK_STREAM, 0) != -1;
    if (strcmp(s->way, "udp") == 0)
        return socket(AF_INET, SOCK_DGRAM, 0) != -1;
    if (strcmp(s->way, "fork") == 0)
        return forks(s->witness);
    if (strcmp(s->way, "system") == 0)
        return system("true") == 0;
    if (strcmp(s->way, "thread") == 0)
        return starts_thread();
    if (strcmp(s->way, "kill") == 0)
        return kill(getppid(), 0) == 0;
    if (strcmp(s->way, "chdir") == 0)
        return chdir("/") == 0;
    if (strcmp(s->way, "unlink") == 0)
        return unlink(s->witness) == 0;
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
           MAP_FAILED;
}

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    const double let = is_let(self);

    for (uint32_t row = 0; row < in->rows; row++)
        out->number[0][row] = let;
    return RAPPORT_OK;
}

static rapport_status begin(const rapport_host *host, const rapport_scale *scale, void **self)
{
    spy *s = host->allocate(host->self, sizeof *s);
    if (!s)
        return RAPPORT_NO_MEMORY;

    (void)scale;
    s->way = host->setting(host->self, NULL, NULL, "way")->word[0];
    s->witness = host->setting(host->self, NULL, NULL, "witness")->word[0];
    *self = s;
    return RAPPORT_OK;
}

static const rapport_setting settings[] = {
    { .name = "way",
      .doc = "What it tries.",
      .type = RAPPORT_WORD,
      .choices = "file|read|socket|udp|fork|system|thread|kill|chdir|unlink|code" },
    { .name = "witness", .doc = "The file it would leave, or take away.", .type = RAPPORT_WORD },
};

static const rapport_scoring scoring = {
    .size = sizeof scoring,
    .id = "spy",
    .version = "1.0.0",
    .title = "Spy",
    .doc = "1 where it was let do what it should not.",
    .settings = RAPPORT_LIST(settings),
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
    return &module;
}
