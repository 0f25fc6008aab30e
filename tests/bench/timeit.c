/* timeit.c - how long whole processes take, one beside the other.
 *
 *     timeit ROUNDS LIST MEDIANS
 *
 * LIST has a line for each command, its parts between tabs:
 *
 *     NAME  ROWS  BYTES  OUTPUT  COMMAND
 *
 * ROWS and BYTES are the table's, 0 where there is none. OUTPUT, "-" for none, is a file that
 * is removed before each run: to write over an old one has another price. COMMAND goes to sh -c;
 * what it prints is dropped. The commands run in turn, ROUNDS times (A B C A B C ...), so that
 * whatever else the machine does falls on all of them. Before each, what earlier ones left to be
 * written to disk is written.
 *
 * A NAME that begins with "= " is what the lines below it are held against: the ratios say how
 * many times faster they are, and are medians of the ratios within each round.
 *
 * Prints a Markdown table of medians. The file MEDIANS gets the same for machines, tabs between:
 * NAME wall cpu MiB ns/row ns/byte wall-ratio cpu-ratio.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_COMMANDS = 64, MOST_ROUNDS = 1001, LONGEST_LINE = 8192 };

typedef struct command {
    char *name, *output, *line; /* owned, until the process ends */
    double rows, bytes;
    int reference;             /* the command it is held against; -1: none */
    double *wall, *cpu, *peak; /* of each round */
} command;

static command commands[MOST_COMMANDS];
static int command_count, rounds;

/* ---- the list ------------------------------------------------------------------------- */

static _Noreturn void give_up(const char *where, const char *why)
{
    fprintf(stderr, "timeit: %s: %s\n", where, why);
    exit(2);
}

static void *owned(void *memory)
{
    if (!memory)
        give_up("memory", "there is none left");
    return memory;
}

static void add_command(char *line)
{
    static int reference = -1;
    command *c = &commands[command_count];
    char *part[5];

    for (int i = 0; i < 5; i++)
        if (!(part[i] = i < 4 ? strsep(&line, "\t") : line))
            give_up("list", "a line has fewer than five parts");
    if (command_count == MOST_COMMANDS)
        give_up("list", "too many commands");
    if (strncmp(part[0], "= ", 2) == 0) {
        reference = command_count;
        part[0] += 2;
    }
    c->name = owned(strdup(part[0]));
    c->rows = atof(part[1]);
    c->bytes = atof(part[2]);
    c->output = strcmp(part[3], "-") == 0 ? NULL : owned(strdup(part[3]));
    c->line = owned(strdup(part[4]));
    c->reference = reference;
    c->wall = owned(calloc((size_t)rounds, sizeof *c->wall));
    c->cpu = owned(calloc((size_t)rounds, sizeof *c->cpu));
    c->peak = owned(calloc((size_t)rounds, sizeof *c->peak));
    command_count++;
}

static void read_list(const char *path)
{
    char line[LONGEST_LINE];
    FILE *file = fopen(path, "r");

    if (!file)
        give_up(path, "cannot be opened");
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        add_command(line);
    }
    fclose(file);
}

/* ---- a run ----------------------------------------------------------------------------- */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

static _Noreturn void become(const char *line)
{
    int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    execl("/bin/sh", "sh", "-c", line, (char *)NULL);
    _exit(127);
}

/* wait4 tells the CPU time of the process and of all it waited for, and the memory of the
 * largest of them. */
static void run(command *c, int round)
{
    struct rusage used;
    struct stat old;
    int status;

    if (c->output && stat(c->output, &old) == 0 && S_ISREG(old.st_mode))
        unlink(c->output);
    sync();
    double start = now();
    pid_t child = fork();
    if (child == 0)
        become(c->line);
    if (child < 0 || wait4(child, &status, 0, &used) != child)
        give_up(c->name, "cannot be started");
    c->wall[round] = now() - start;
    c->cpu[round] = seconds(used.ru_utime) + seconds(used.ru_stime);
    c->peak[round] = (double)used.ru_maxrss / 1024;
    if (status != 0)
        give_up(c->name, "failed");
}

/* ---- the table --------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const double *of)
{
    static double sorted[MOST_ROUNDS];
    memcpy(sorted, of, (size_t)rounds * sizeof *of);
    qsort(sorted, (size_t)rounds, sizeof *sorted, by_size);
    return (sorted[(rounds - 1) / 2] + sorted[rounds / 2]) / 2;
}

static double median_ratio(const double *of, const double *to)
{
    static double ratio[MOST_ROUNDS];
    for (int i = 0; i < rounds; i++)
        ratio[i] = of[i] / to[i];
    return median(ratio);
}

/* Three digits that count; nothing for what is not known. */
static void print_cell(double number)
{
    if (!isfinite(number) || number <= 0) {
        printf(" |");
        return;
    }
    int places = 2 - (int)floor(log10(number));
    printf(" %.*f |", places < 0 ? 0 : places, number);
}

static void print_command(const command *c, FILE *medians)
{
    const command *reference = c->reference < 0 ? NULL : &commands[c->reference];
    double wall = median(c->wall), least = wall, most = wall;
    for (int i = 0; i < rounds; i++) {
        least = fmin(least, c->wall[i]);
        most = fmax(most, c->wall[i]);
    }
    double cell[] = { wall,
                      median(c->cpu),
                      median(c->peak),
                      c->rows > 0 ? wall / c->rows * 1e9 : NAN,
                      c->bytes > 0 ? wall / c->bytes * 1e9 : NAN,
                      reference ? median_ratio(reference->wall, c->wall) : NAN,
                      reference ? median_ratio(reference->cpu, c->cpu) : NAN };

    printf("| %s |", c->name);
    print_cell(cell[0]);
    print_cell(least);
    print_cell(most);
    fprintf(medians, "%s", c->name);
    for (size_t i = 0; i < sizeof cell / sizeof *cell; i++) {
        if (i > 0)
            print_cell(cell[i]);
        fprintf(medians, "\t%.9g", cell[i]);
    }
    printf("\n");
    fprintf(medians, "\n");
}

int main(int count, char **given)
{
    if (count != 4) {
        fputs("usage: timeit ROUNDS LIST MEDIANS\n", stderr);
        return 2;
    }
    rounds = atoi(given[1]);
    if (rounds < 1 || rounds > MOST_ROUNDS)
        give_up(given[1], "is no number of rounds");
    read_list(given[2]);
    FILE *medians = fopen(given[3], "w");
    if (!medians)
        give_up(given[3], "cannot be written");

    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < command_count; i++)
            run(&commands[i], round);

    printf("| | wall s | least | most | CPU s | peak MiB | ns/row | ns/byte | x wall | x CPU |\n"
           "|---|---|---|---|---|---|---|---|---|---|\n");
    for (int i = 0; i < command_count; i++)
        print_command(&commands[i], medians);
    return fclose(medians) == 0 ? 0 : 2;
}
