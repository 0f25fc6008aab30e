/* test_prints.c - what a process prints is caught and counted, and nobody waits for it. */
#define _GNU_SOURCE
#include "process/prints.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "run.h"

/* What a child that does this has printed. */
static prints *printed(void (*act)(void))
{
    prints *p = calloc(1, sizeof *p);

    if (!p || !prints_open(p))
        abort();
    pid_t child = fork();
    if (child == 0) {
        prints_enter(p);
        act();
        prints_leave();
        _exit(0);
    }
    waitpid(child, NULL, 0);
    prints_take(p);
    return p;
}

static void done(prints *p)
{
    prints_close(p);
    free(p);
}

/* The lines, each with a | before it. */
static void same_lines(const prints *p, const char *expected)
{
    char got[256] = "";
    const char *line;
    size_t at = 0, length;

    while (prints_line(p, &at, &line, &length)) {
        strcat(got, "|");
        strncat(got, line, length);
    }
    SAME_TEXT(got, expected);
}

static void print_both(void)
{
    fprintf(stderr, "one\n\n");
    printf("two");
    fflush(stdout);
    fprintf(stderr, " and a half\nthree");
}

static void catches_both_streams(void)
{
    prints *p = printed(print_both);
    same_lines(p, "|one||two and a half|three");
    CU_ASSERT_EQUAL(p->bytes, strlen("one\n\ntwo and a half\nthree"));
    done(p);
}

static void print_late(void)
{
    printf("held back\n");
}

static void loses_nothing_that_is_held_back(void)
{
    static char held[BUFSIZ];
    setvbuf(stdout, held, _IOFBF, sizeof held); /* CUnit has none */
    fputs(" ", stdout);                         /* what this process holds back is its own */
    prints *p = printed(print_late);
    same_lines(p, "|held back");
    done(p);
}

static void print_much(void)
{
    static char page[4096];
    memset(page, 'x', sizeof page);
    for (int i = 0; i < 1000; i++) /* far more than a pipe holds, and nobody reads */
        fwrite(page, 1, sizeof page, stderr);
}

static void makes_nobody_wait(void)
{
    prints *p = printed(print_much);
    CU_ASSERT_TRUE(p->bytes > 0);
    CU_ASSERT_TRUE(p->bytes < 1000 * 4096);
    done(p);
}

static void print_8_pages(void)
{
    static char page[4096];
    memset(page, 'y', sizeof page);
    for (int i = 0; i < 8; i++)
        fwrite(page, 1, sizeof page, stderr);
}

static void counts_what_it_does_not_keep(void)
{
    prints *p = printed(print_8_pages);
    for (int i = 0; i < 3; i++) { /* as much again, after some was taken */
        pid_t child = fork();
        if (child == 0) {
            prints_enter(p);
            print_8_pages();
            _exit(0);
        }
        waitpid(child, NULL, 0);
        prints_take(p);
    }
    CU_ASSERT_EQUAL(p->bytes, 4 * 8 * 4096);
    CU_ASSERT_EQUAL(p->said.length, PRINTS_KEPT);
    done(p);
}

static void accepts_a_zeroed_one(void)
{
    prints none = { 0 };
    prints_take(&none);
    same_lines(&none, "");
    prints_close(&none);
}

int main(void)
{
    static const promise promises[] = {
        { "catches both streams", catches_both_streams },
        { "loses nothing that is held back", loses_nothing_that_is_held_back },
        { "makes nobody wait", makes_nobody_wait },
        { "counts what it does not keep", counts_what_it_does_not_keep },
        { "accepts a zeroed one", accepts_a_zeroed_one },
    };
    return RUN("prints", promises);
}
