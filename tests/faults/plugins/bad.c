/* bad.c - a sum, and a rule beside it, that do what no plugin should on the rows with an answer of
 * 6: what, says the setting `way`. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <rapport/plugin.h>

typedef struct bad {
    const rapport_host *host;
    const struct way *way;       /* what it does, */
    const struct answer *answer; /* or gives back instead */
    const char *witness;         /* a file that should not be there afterwards, or stay as it is */
    rapport_port x, y, note, kind;
} bad;

/* One call, at the row on which it happens. */
typedef struct call {
    const bad *of;
    const rapport_answers *answers; /* NULL: it is the instrument's */
    const rapport_batch *batch;
    rapport_output *out;
    uint32_t row, rows;
} call;

/* Out of the compiler's sight, which would think twice about what follows. */
static void *hidden(uintptr_t address)
{
    volatile uintptr_t at = address;
    return (void *)at;
}

static volatile double sink;

/* ---- ends the process -------------------------------------------------------------------------
 */

static void null_read(const call *c)
{
    (void)c;
    sink = *(double *)hidden(0);
}

static void null_write(const call *c)
{
    (void)c;
    *(double *)hidden(0) = 1;
}

static void null_call(const call *c)
{
    void (*nowhere)(void);
    void *at = hidden(0);
    (void)c;
    memcpy(&nowhere, &at, sizeof at);
    nowhere();
}

static void wild_read(const call *c)
{
    (void)c;
    sink = *(double *)hidden((uintptr_t)-1 / 3);
}

static void wild_write(const call *c)
{
    (void)c;
    *(double *)hidden((uintptr_t)-1 / 3) = 1;
}

static void wild_free(const call *c)
{
    (void)c;
    free(hidden(16 * 4097));
}

static void constant_write(const call *c)
{
    static const char constant[] = "constant";
    (void)c;
    *(char *)hidden((uintptr_t)constant) = 'C';
}

static void code_write(const call *c)
{
    (void)c;
    *(char *)hidden((uintptr_t)code_write) = 0;
}

static void double_free(const call *c)
{
    char *volatile twice = malloc(100);
    const uintptr_t again = (uintptr_t)twice;
    (void)c;
    free(twice);
    free(hidden(again));
}

static void heap_overrun(const call *c)
{
    enum { APART = 48, TRIES = 100 }; /* of two pieces that are neighbours; a sanitizer has none */
    char *small = malloc(40), *next = malloc(40);
    (void)c;
    for (int i = 0; i < TRIES && (uintptr_t)next - (uintptr_t)small != APART; i++) {
        small = next;
        next = malloc(40);
    }
    memset(hidden((uintptr_t)small), 0x7f, 64); /* the size of the next one, too */
    free(next);
    free(small);
}

static void heap_underrun(const call *c)
{
    char *small = malloc(40);
    (void)c;
    memset((char *)hidden((uintptr_t)small) - 16, 0x7f, 16);
    free(small);
}

static void heap_late(const call *c) /* which somebody will notice, some time */
{
    (void)c;
    memset(hidden((uintptr_t)malloc(40)), 0x7f, 400);
}

static int deeper(volatile char *from);
static int (*volatile go_on)(volatile char *from) = deeper;

static int deeper(volatile char *from)
{
    volatile char room[4096];
    room[0] = from[0];
    return go_on(room) + room[0];
}

static void stack_overflow(const call *c)
{
    (void)c;
    sink = deeper("x");
}

static void stack_smashed(const call *c)
{
    volatile char room[16];
    (void)c;
    memset(hidden((uintptr_t)room), 0x41, 4096);
}

static void divide_by_zero(const call *c)
{
    volatile int zero = 0;
    (void)c;
    sink = 7 / zero; /* 1 / zero is no division to gcc */
}

static void illegal(const call *c)
{
    (void)c;
    __builtin_trap();
}

static void breakpoint(const call *c)
{
    (void)c;
#ifdef __x86_64__
    __asm__ volatile("int3");
#else
    raise(SIGTRAP);
#endif
}

static void aborts(const call *c)
{
    (void)c;
    abort();
}

#define RAISES(name, number)                                                                       \
    static void name(const call *c)                                                                \
    {                                                                                              \
        (void)c;                                                                                   \
        raise(number);                                                                             \
    }
RAISES(raise_segv, SIGSEGV)
RAISES(raise_kill, SIGKILL)
RAISES(raise_stop, SIGSTOP)
RAISES(raise_usr1, SIGUSR1)
RAISES(raise_alrm, SIGALRM)
RAISES(raise_pipe, SIGPIPE)
RAISES(raise_sys, SIGSYS)
RAISES(raise_xcpu, SIGXCPU)
RAISES(raise_term, SIGTERM)
RAISES(raise_int, SIGINT)
RAISES(raise_hup, SIGHUP)
RAISES(raise_chld, SIGCHLD)

static void exit_0(const call *c)
{
    (void)c;
    exit(0);
}

static void exit_3(const call *c)
{
    (void)c;
    exit(3);
}

static void exit_97(const call *c) /* which a worker means something by */
{
    (void)c;
    _exit(97);
}

static void exit_now(const call *c)
{
    (void)c;
    _exit(0);
}

static void exit_quickly(const call *c)
{
    (void)c;
    quick_exit(0);
}

static void exit_thread(const call *c)
{
    (void)c;
    pthread_exit(NULL);
}

static jmp_buf gone;

static __attribute__((noinline)) void remember_here(void)
{
    if (setjmp(gone) != 0)
        abort(); /* from a frame that is long gone */
}

static void long_jump(const call *c)
{
    (void)c;
    remember_here();
    longjmp(gone, 1);
}

static void closes_and_crashes(const call *c)
{
    for (int fd = 0; fd < 64; fd++)
        close(fd);
    null_write(c);
}

/* ---- never comes back --------------------------------------------------------------------------
 */

static void endless(const call *c)
{
    (void)c;
    for (;;)
        sink = 1;
}

static void sleeps(const call *c)
{
    (void)c;
    for (;;)
        nanosleep(&(struct timespec){ .tv_sec = 100 }, NULL);
}

static void reads_input(const call *c) /* which leads nowhere */
{
    char byte;
    (void)c;
    sink = (double)read(0, &byte, 1);
}

static void locks_twice(const call *c)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    (void)c;
    pthread_mutex_lock(&mutex);
    pthread_mutex_lock(&mutex);
}

static void again(int number)
{
    (void)number;
}

static void handles_and_crashes(const call *c) /* the handler returns to the same instruction */
{
    signal(SIGSEGV, again);
    null_write(c);
}

/* ---- gives what it should not -------------------------------------------------------------------
 */

#define GIVES(name, value)                                                                         \
    static void name(const call *c)                                                                \
    {                                                                                              \
        c->out->number[0][c->row] = value;                                                         \
    }
GIVES(gives_nan, NAN)
GIVES(gives_infinity, INFINITY)
GIVES(gives_less_infinity, -INFINITY)
GIVES(gives_denormal, DBL_TRUE_MIN)
GIVES(gives_huge, DBL_MAX)
GIVES(gives_too_much, 1e6)

static void gives_not_applicable(const call *c)
{
    const uint64_t bits = RAPPORT_NOT_APPLICABLE;
    memcpy(&c->out->number[0][c->row], &bits, sizeof bits);
}

static void divides_by_zero(const call *c)
{
    c->out->denominator[c->row] = 0;
}

static void divides_by_nan(const call *c)
{
    c->out->denominator[c->row] = NAN;
}

static void gives_no_level(const call *c)
{
    c->out->category[1][c->row] = 7;
}

static void gives_worse_level(const call *c)
{
    c->out->category[1][c->row] = INT32_MIN;
}

static void gives_bytes(const call *c)
{
    c->out->text(c->out->self, 2, c->row, "\xff\xfe", 2);
}

static void gives_control(const call *c)
{
    c->out->text(c->out->self, 2, c->row, "\033[2J", 4);
}

static void gives_formula(const call *c)
{
    c->out->text(c->out->self, 2, c->row, "=1+1", 4);
}

static void gives_long_text(const call *c)
{
    static char page[1 << 16];
    memset(page, 'x', sizeof page);
    c->out->text(c->out->self, 2, c->row, page, sizeof page);
}

static void gives_elsewhere(const call *c)
{
    c->out->text(c->out->self, 77, c->row, "x", 1);
    c->out->text(c->out->self, 2, c->rows, "x", 1);
    c->out->text(c->out->self, 0, c->row, "x", 1);
    c->out->text(c->out->self, UINT32_MAX, UINT32_MAX, "x", 1);
}

static void tells_of_other_rows(const call *c)
{
    for (int64_t row = -3; row < 3; row++)
        c->of->host->report(
            c->of->host->self, RAPPORT_ERROR,
            &(rapport_place){ .row = row < 0 ? row : INT64_MAX - row, .port = RAPPORT_ABSENT },
            "this row is not there");
}

static void tells_in_control(const call *c)
{
    c->of->host->report(c->of->host->self, RAPPORT_ERROR,
                        &(rapport_place){ .row = c->row, .port = RAPPORT_ABSENT },
                        "\033[2Jbold\ntwo lines\x7f");
}

/* Between batches it remembers what it should not: how much this is depends on how rows are cut. */
static void counts_calls(const call *c)
{
    static double calls;
    c->out->number[0][c->row] = calls++;
}

/* ---- writes where it should not
 * ------------------------------------------------------------------- */

static double *first_input(const call *c)
{
    const double *in = c->answers->keyed[0];
    return hidden((uintptr_t)in);
}

static void writes_answer(const call *c)
{
    first_input(c)[c->row] = 3;
}

static void writes_all_answers(const call *c)
{
    for (uint32_t row = 0; row < c->rows; row++)
        first_input(c)[row] = 3;
}

static void writes_number(const call *c, rapport_port port)
{
    ((double *)hidden((uintptr_t)c->batch->number[port]))[c->row] = 3;
}

static void writes_input(const call *c)
{
    writes_number(c, c->of->x);
}

static void writes_earlier_score(const call *c)
{
    writes_number(c, c->of->y);
}

static void writes_category(const call *c)
{
    ((int32_t *)hidden((uintptr_t)c->batch->category[c->of->kind]))[c->row] = 1;
}

static void writes_text(const call *c)
{
    const rapport_text *note = c->batch->text[c->of->note];
    memset(hidden((uintptr_t)note->bytes + (uintptr_t)note->offset[c->row]), 'x', 3);
}

static void writes_ports(const call *c)
{
    memset(hidden((uintptr_t)c->batch->number), 0, 2 * sizeof(double *));
}

static void writes_answered(const call *c)
{
    memset(hidden((uintptr_t)c->answers->answered), 0, c->rows * sizeof(uint16_t));
}

static void writes_behind(const call *c)
{
    c->out->number[0][c->rows] = 77;
}

static void writes_before(const call *c)
{
    ((double *)hidden((uintptr_t)c->out->number[0]))[-1] = 77;
}

static void writes_far_behind(const call *c)
{
    for (uint32_t i = 0; i < 100000; i++)
        ((double *)hidden((uintptr_t)c->out->number[0]))[c->row + i] = 77;
}

static void writes_far_before(const call *c)
{
    for (long i = c->row; i > -100000; i--)
        ((double *)hidden((uintptr_t)c->out->number[0]))[i] = 77;
}

static void writes_category_behind(const call *c)
{
    c->out->category[1][c->rows] = 1;
}

static void writes_denominator_behind(const call *c)
{
    c->out->denominator[c->rows] = 0;
}

/* Into the lines of rows before this one, wherever they are by now. */
static void writes_report(const call *c)
{
    static const char client[] = "zqcanary-3,";
    FILE *maps = fopen("/proc/self/maps", "r");
    uintptr_t from, to;
    char line[256], rights[5];

    (void)c;
    while (maps && fgets(line, sizeof line, maps)) {
        if (sscanf(line, "%lx-%lx %4s", &from, &to, rights) != 3 || strcmp(rights, "rw-s") != 0)
            continue;
        const size_t bytes = to - from < 65536 ? to - from : 65536;
        char *at = memmem(hidden(from), bytes, client, strlen(client));
        if (at)
            at[-1] = ' '; /* where a line ended */
    }
    if (maps)
        fclose(maps);
}

static void writes_into_output_struct(const call *c)
{
    memset(c->out, 0, sizeof *c->out);
}

/* ---- reaches for what is not its own
 * --------------------------------------------------------------- */

static void leaves_file(const call *c)
{
    int fd = open(c->of->witness, O_WRONLY | O_CREAT | O_APPEND, 0600);
    sink = (double)write(fd, "x", 1);
    close(fd);
}

static void reads_file(const call *c)
{
    char bytes[64];
    int fd = open("/etc/passwd", O_RDONLY);
    (void)c;
    sink = (double)read(fd, bytes, sizeof bytes);
    close(fd);
}

static void takes_file(const call *c)
{
    unlink(c->of->witness);
}

static void renames_file(const call *c)
{
    char other[4096];
    snprintf(other, sizeof other, "%s.moved", c->of->witness);
    rename(c->of->witness, other);
}

static void makes_folder(const call *c)
{
    mkdir(c->of->witness, 0700);
}

static void makes_link(const call *c)
{
    sink = symlink("/etc/passwd", c->of->witness);
}

static void forks(const call *c)
{
    pid_t child = fork();
    if (child == 0) {
        leaves_file(c);
        _exit(0);
    }
    if (child > 0)
        waitpid(child, NULL, 0);
}

/* Its child goes on in the worker's place, as a copy. */
static void forks_and_returns(const call *c)
{
    const pid_t self = getpid();
    pid_t child = fork();
    (void)c;
    if (child == 0 && getppid() == self)
        _exit(0);
}

static void vforks(const call *c)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    pid_t child = vfork();
#pragma GCC diagnostic pop
    (void)c;
    if (child == 0)
        _exit(0);
    if (child > 0)
        waitpid(child, NULL, 0);
}

static void runs_command(const call *c)
{
    char command[4200];
    snprintf(command, sizeof command, "echo x >>'%s'", c->of->witness);
    sink = system(command);
}

static void becomes_another(const call *c)
{
    (void)c;
    execl("/bin/true", "true", (char *)NULL);
}

static void *idle(void *of)
{
    return of;
}

static void starts_thread(const call *c)
{
    pthread_t thread;
    (void)c;
    if (pthread_create(&thread, NULL, idle, NULL) == 0)
        pthread_join(thread, NULL);
}

static void *pauses(void *of)
{
    for (;;)
        pause();
    return of;
}

static void leaves_thread(const call *c)
{
    pthread_t thread;
    (void)c;
    if (pthread_create(&thread, NULL, pauses, NULL) == 0)
        pthread_detach(thread);
}

static void opens_sockets(int family, int type)
{
    int fd = socket(family, type, 0);
    struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    if (fd != -1 && family == AF_INET)
        sink = bind(fd, (const struct sockaddr *)&here, sizeof here);
    close(fd);
}

static void opens_tcp(const call *c)
{
    (void)c;
    opens_sockets(AF_INET, SOCK_STREAM);
}

static void opens_udp(const call *c)
{
    (void)c;
    opens_sockets(AF_INET, SOCK_DGRAM);
}

static void opens_unix(const call *c)
{
    (void)c;
    opens_sockets(AF_UNIX, SOCK_STREAM);
}

static void signals_parent(const call *c)
{
    (void)c;
    kill(getppid(), 0);
}

static void traces(const call *c)
{
    (void)c;
    ptrace(PTRACE_PEEKDATA, getppid(), NULL, NULL);
}

static void runs_data(const call *c)
{
    (void)c;
    mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* ---- changes its surroundings
 * ----------------------------------------------------------------------- */

static void ignores_signals(const call *c)
{
    (void)c;
    for (int number = 1; number < 32; number++)
        signal(number, SIG_IGN);
}

static void sets_alarm(const call *c)
{
    (void)c;
    alarm(60);
}

static void sets_umask(const call *c)
{
    (void)c;
    umask(0);
}

static void changes_folder(const call *c)
{
    (void)c;
    sink = chdir("/");
}

static void changes_environment(const call *c)
{
    (void)c;
    setenv("LC_ALL", "tr_TR", 1);
    setenv("TZ", "Mars/Olympus", 1);
    clearenv();
}

static void closes_files(const call *c)
{
    (void)c;
    for (int fd = 0; fd < 64; fd++)
        close(fd);
}

static void takes_memory(const call *c)
{
    (void)c;
    sink = (double)(uintptr_t)malloc((size_t)1 << 46);
}

static void leaks(const call *c)
{
    (void)c;
    memset(hidden((uintptr_t)malloc(1 << 20)), 1, 1 << 20);
}

static void lowers_priority(const call *c)
{
    (void)c;
    setpriority(PRIO_PROCESS, 0, 5);
}

static void rounds_up(const call *c)
{
    (void)c;
    fesetround(FE_UPWARD);
}

static void rounds_to_zero(const call *c)
{
    (void)c;
    fesetround(FE_TOWARDZERO);
}

static void traps_division(const call *c)
{
    (void)c;
    feenableexcept(FE_DIVBYZERO | FE_INVALID);
}

static void counts_tiny_as_0(const call *c)
{
    (void)c;
#ifdef __x86_64__
    uint32_t control;
    __asm__ volatile("stmxcsr %0" : "=m"(control));
    control |= 0x8040;
    __asm__ volatile("ldmxcsr %0" : : "m"(control));
#endif
}

static void goes_backwards(const call *c)
{
    (void)c;
#ifdef __x86_64__
    __asm__ volatile("std" : : : "cc");
#endif
}

static void sets_locale(const call *c)
{
    (void)c;
    setlocale(LC_ALL, "C.UTF-8");
}

/* ---- prints
 * ------------------------------------------------------------------------------------------- */

/* An answer in words, where there is one. */
static void print_answer(const call *c, FILE *to)
{
    const rapport_text *note = c->batch ? c->batch->text[c->of->note] : NULL;
    if (note)
        fwrite(note->bytes + note->offset[c->row], 1,
               (size_t)(note->offset[c->row + 1] - note->offset[c->row]), to);
    fprintf(to, " zqcanary %d\n", 48613);
}

static void prints_out(const call *c)
{
    print_answer(c, stdout);
}

static void prints_error(const call *c)
{
    print_answer(c, stderr);
}

static void prints_much(const call *c)
{
    for (int i = 0; i < 100000; i++)
        print_answer(c, stderr);
}

static void prints_everywhere(const call *c)
{
    (void)c;
    for (int fd = 0; fd < 64; fd++)
        sink = (double)write(fd, "zqcanary 48613\n", 15);
}

static void prints_and_crashes(const call *c)
{
    print_answer(c, stderr);
    null_write(c);
}

/* ---- by their names
 * -------------------------------------------------------------------------------------- */

#define WAY(name)                                                                                  \
    {                                                                                              \
#name, name                                                                                \
    }
static void nothing(const call *c)
{
    (void)c;
}

static const struct way {
    const char *name;
    void (*act)(const call *c);
} ways[] = {
    WAY(nothing),
    WAY(null_read),
    WAY(null_write),
    WAY(null_call),
    WAY(wild_read),
    WAY(wild_write),
    WAY(wild_free),
    WAY(constant_write),
    WAY(code_write),
    WAY(double_free),
    WAY(heap_overrun),
    WAY(heap_underrun),
    WAY(heap_late),
    WAY(stack_overflow),
    WAY(stack_smashed),
    WAY(divide_by_zero),
    WAY(illegal),
    WAY(breakpoint),
    WAY(aborts),
    WAY(raise_segv),
    WAY(raise_kill),
    WAY(raise_stop),
    WAY(raise_usr1),
    WAY(raise_alrm),
    WAY(raise_pipe),
    WAY(raise_sys),
    WAY(raise_xcpu),
    WAY(raise_term),
    WAY(raise_int),
    WAY(raise_hup),
    WAY(raise_chld),
    WAY(exit_0),
    WAY(exit_3),
    WAY(exit_97),
    WAY(exit_now),
    WAY(exit_quickly),
    WAY(exit_thread),
    WAY(long_jump),
    WAY(closes_and_crashes),
    WAY(endless),
    WAY(sleeps),
    WAY(reads_input),
    WAY(locks_twice),
    WAY(handles_and_crashes),
    WAY(gives_nan),
    WAY(gives_infinity),
    WAY(gives_less_infinity),
    WAY(gives_denormal),
    WAY(gives_huge),
    WAY(gives_too_much),
    WAY(gives_not_applicable),
    WAY(divides_by_zero),
    WAY(divides_by_nan),
    WAY(gives_no_level),
    WAY(gives_worse_level),
    WAY(gives_bytes),
    WAY(gives_control),
    WAY(gives_formula),
    WAY(gives_long_text),
    WAY(gives_elsewhere),
    WAY(tells_of_other_rows),
    WAY(tells_in_control),
    WAY(counts_calls),
    WAY(writes_answer),
    WAY(writes_all_answers),
    WAY(writes_input),
    WAY(writes_category),
    WAY(writes_text),
    WAY(writes_earlier_score),
    WAY(writes_ports),
    WAY(writes_answered),
    WAY(writes_behind),
    WAY(writes_before),
    WAY(writes_far_behind),
    WAY(writes_far_before),
    WAY(writes_category_behind),
    WAY(writes_denominator_behind),
    WAY(writes_report),
    WAY(writes_into_output_struct),
    WAY(leaves_file),
    WAY(reads_file),
    WAY(takes_file),
    WAY(renames_file),
    WAY(makes_folder),
    WAY(makes_link),
    WAY(forks),
    WAY(forks_and_returns),
    WAY(vforks),
    WAY(runs_command),
    WAY(becomes_another),
    WAY(starts_thread),
    WAY(leaves_thread),
    WAY(opens_tcp),
    WAY(opens_udp),
    WAY(opens_unix),
    WAY(signals_parent),
    WAY(traces),
    WAY(runs_data),
    WAY(ignores_signals),
    WAY(sets_alarm),
    WAY(sets_umask),
    WAY(changes_folder),
    WAY(changes_environment),
    WAY(closes_files),
    WAY(takes_memory),
    WAY(leaks),
    WAY(lowers_priority),
    WAY(rounds_up),
    WAY(rounds_to_zero),
    WAY(traps_division),
    WAY(counts_tiny_as_0),
    WAY(goes_backwards),
    WAY(sets_locale),
    WAY(prints_out),
    WAY(prints_error),
    WAY(prints_much),
    WAY(prints_everywhere),
    WAY(prints_and_crashes),
};

/* What is not done, but given back. */
static const struct answer {
    const char *name;
    rapport_status status;
} answers[] = { { "fails", RAPPORT_BAD_ROWS },
                { "has_no_memory", RAPPORT_NO_MEMORY },
                { "fails_oddly", -5 } };

static rapport_status begin(const rapport_host *host, void **self)
{
    bad *b = host->allocate(host->self, sizeof *b);
    if (!b)
        return RAPPORT_NO_MEMORY;

    const char *wanted = host->setting(host->self, NULL, NULL, "way")->word[0];
    b->host = host;
    b->witness = host->setting(host->self, NULL, NULL, "witness")->word[0];
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (strcmp(ways[i].name, wanted) == 0)
            b->way = &ways[i];
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (strcmp(answers[i].name, wanted) == 0)
            b->answer = &answers[i];
    *self = b;
    return b->way || b->answer ? RAPPORT_OK : RAPPORT_BAD_SETTING;
}

static rapport_status act(const bad *b, const call *c)
{
    if (b->way)
        b->way->act(c);
    return b->answer ? b->answer->status : RAPPORT_OK;
}

static rapport_status begin_scoring(const rapport_host *host, const rapport_scale *scale,
                                    void **self)
{
    (void)scale;
    return begin(host, self);
}

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    const bad *b = self;
    rapport_output own = *out;
    rapport_status status = RAPPORT_OK;

    for (uint32_t row = 0; row < in->rows; row++) {
        own.number[0][row] = 0;
        for (uint32_t item = 0; item < in->items; item++)
            own.number[0][row] += in->keyed[item][row];
    }
    for (uint32_t row = 0; row < in->rows && status == RAPPORT_OK; row++)
        if (in->keyed[0][row] == 6)
            status =
                act(b, &(call){ .answers = in, .out = out, .row = row, .rows = in->rows, .of = b });
    return status;
}

static rapport_status begin_instrument(const rapport_host *host, void **self)
{
    const rapport_status status = begin(host, self);
    bad *b = *self;
    if (status != RAPPORT_OK)
        return status;
    b->x = host->input(host->self, "x", 0);
    b->y = host->input(host->self, "y", 0);
    b->note = host->input(host->self, "note", 0);
    b->kind = host->input(host->self, "kind", 0);
    return RAPPORT_OK;
}

static rapport_status process(void *self, const rapport_batch *batch, rapport_output *out)
{
    const bad *b = self;
    rapport_output own = *out;
    rapport_status status = RAPPORT_OK;

    for (uint32_t row = 0; row < batch->rows; row++) {
        const double x = batch->number[b->x][row];
        own.number[0][row] = 2 * x;
        own.category[1][row] = x > 3;
        own.text(own.self, 2, row, "said", 4);
    }
    for (uint32_t row = 0; row < batch->rows && status == RAPPORT_OK; row++)
        if (batch->number[b->x][row] == 6)
            status = act(
                b, &(call){ .batch = batch, .out = out, .row = row, .rows = batch->rows, .of = b });
    return status;
}

static const rapport_setting settings[] = {
    { .name = "way", .fallback = "nothing", .doc = "What it does.", .type = RAPPORT_WORD },
    { .name = "witness", .fallback = "none", .doc = "A file.", .type = RAPPORT_WORD },
};

static const rapport_level levels[] = { { .code = "few" }, { .code = "many" } };
static const rapport_level kinds[] = { { .code = "a" }, { .code = "b" } };
static const rapport_field inputs[] = {
    { .name = "x", .doc = "A number.", .type = RAPPORT_NUMBER },
    { .name = "y", .doc = "Another.", .type = RAPPORT_NUMBER },
    { .name = "note", .doc = "Words.", .type = RAPPORT_TEXT },
    { .name = "kind", .doc = "A kind.", .type = RAPPORT_CATEGORY, .levels = RAPPORT_LIST(kinds) },
};
static const rapport_field outputs[] = {
    { .name = "double", .doc = "Twice x.", .type = RAPPORT_NUMBER, .low = 0, .high = 100 },
    { .name = "size",
      .doc = "Few or many.",
      .type = RAPPORT_CATEGORY,
      .levels = RAPPORT_LIST(levels) },
    { .name = "words", .doc = "A word.", .type = RAPPORT_TEXT },
};

static const rapport_scoring scoring = {
    .size = sizeof scoring,
    .id = "bad",
    .version = "1.0.0",
    .title = "Bad",
    .doc = "A sum that misbehaves.",
    .settings = RAPPORT_LIST(settings),
    .bind = begin_scoring,
    .score = score,
};
static const rapport_instrument instrument = {
    .size = sizeof instrument,
    .id = "bad",
    .version = "1.0.0",
    .title = "Bad",
    .doc = "A rule that misbehaves.",
    .settings = RAPPORT_LIST(settings),
    .inputs = RAPPORT_LIST(inputs),
    .outputs = RAPPORT_LIST(outputs),
    .bind = begin_instrument,
    .process = process,
};

static const rapport_scoring *const scorings[] = { &scoring, NULL };
static const rapport_instrument *const instruments[] = { &instrument, NULL };
static const rapport_module module = {
    .size = sizeof module,
    .minor = RAPPORT_MINOR,
    .scoring = scorings,
    .instrument = instruments,
};

const rapport_module *rapport_module_v1(void)
{
    return &module;
}
