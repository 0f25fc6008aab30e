/* test_threads.c - runners in threads at once, each its own, give what each gives alone; and one is
 * cancelled from another thread. What two threads touch, a build with the thread sanitizer sees.
 *
 * Run from the top of the tree, with RAPPORT_PLUGIN_PATH set.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include <rapport/rapport.h>

#include "run.h"

enum { THREADS = 4, TIMES = 3 };

static char folder[] = "/tmp/rapport-XXXXXX";

/* One thread's work. */
typedef struct work {
    char report[64];
    rapport_isolation isolation;
    rapport *runner;
    rapport_outcome outcome[TIMES];
    rapport_summary summary;
    atomic_bool heard;
} work;

static void hear(void *self, rapport_severity severity, const char *line)
{
    work *w = self;
    (void)severity;
    (void)line;
    atomic_store(&w->heard, true);
}

static rapport *open_runner(work *w)
{
    rapport *runner = NULL;
    const rapport_options options = { .size = sizeof options,
                                      .input = "instruments/sample/sessions.csv",
                                      .output = w->report,
                                      .isolation = (uint32_t)w->isolation,
                                      .workers = 2,
                                      .message = hear,
                                      .self = w };
    rapport_open(&runner, "conf/intake.ini", &options, NULL);
    return runner;
}

static void *open_and_run(void *self)
{
    work *w = self;

    w->summary.size = sizeof w->summary;
    for (int i = 0; i < TIMES; i++) {
        rapport *runner = open_runner(w);
        w->outcome[i] = runner ? rapport_run(runner, &w->summary, NULL) : RAPPORT_BUG;
        rapport_close(runner);
    }
    return NULL;
}

static bool same_bytes(const char *a_path, const char *b_path)
{
    FILE *a = fopen(a_path, "rb"), *b = fopen(b_path, "rb");
    int in_a = a && b ? 0 : 1, in_b = 0;

    while (in_a == in_b && in_a != EOF) {
        in_a = getc(a);
        in_b = getc(b);
    }
    if (a)
        fclose(a);
    if (b)
        fclose(b);
    return in_a == in_b;
}

static void run_at_once(rapport_isolation isolation)
{
    work alone = { .isolation = RAPPORT_ISOLATION_NONE }, each[THREADS] = { 0 };
    pthread_t thread[THREADS];

    snprintf(alone.report, sizeof alone.report, "%s/alone.csv", folder);
    open_and_run(&alone);
    CU_ASSERT_EQUAL_FATAL(alone.outcome[0], RAPPORT_SOME_REJECTED);
    for (int i = 0; i < THREADS; i++) {
        each[i].isolation = isolation;
        snprintf(each[i].report, sizeof each[i].report, "%s/thread_%d.csv", folder, i);
        CU_ASSERT_EQUAL_FATAL(pthread_create(&thread[i], NULL, open_and_run, &each[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
        for (int k = 0; k < TIMES; k++)
            CU_ASSERT_EQUAL(each[i].outcome[k], RAPPORT_SOME_REJECTED);
        CU_ASSERT_EQUAL(each[i].summary.records, alone.summary.records);
        CU_ASSERT_TRUE(same_bytes(alone.report, each[i].report));
    }
}

static void scores_in_several_threads_at_once(void)
{
    run_at_once(RAPPORT_ISOLATION_NONE);
}

/* Not with the address sanitizer: a process forked while another thread held the lock of its
 * allocator waits for that for good. The C library's own is put right by fork. */
#ifndef FORKS_ALONE
static void scores_in_several_threads_with_workers_of_their_own(void)
{
    run_at_once(RAPPORT_ISOLATION_PROCESS);
}
#endif

static void *run_on(void *self)
{
    work *w = self;

    do
        w->outcome[0] = rapport_run(w->runner, NULL, NULL);
    while (w->outcome[0] == RAPPORT_SOME_REJECTED);
    return NULL;
}

static void ends_when_another_thread_says_so(void)
{
    work w = { .isolation = RAPPORT_ISOLATION_PROCESS };
    pthread_t thread;

    snprintf(w.report, sizeof w.report, "%s/cancelled.csv", folder);
    w.runner = open_runner(&w);
    CU_ASSERT_PTR_NOT_NULL_FATAL(w.runner);
    atomic_store(&w.heard, false);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, run_on, &w), 0);
    while (!atomic_load(&w.heard))
        usleep(1000);
    rapport_cancel(w.runner);
    pthread_join(thread, NULL);
    CU_ASSERT_EQUAL(w.outcome[0], RAPPORT_NO_REPORT);
    rapport_close(w.runner);
}

int main(void)
{
    static const promise promises[] = {
        { "scores in several threads at once", scores_in_several_threads_at_once },
#ifndef FORKS_ALONE
        { "scores in several threads with workers of their own",
          scores_in_several_threads_with_workers_of_their_own },
#endif
        { "ends when another thread says so", ends_when_another_thread_says_so },
    };

    if (!mkdtemp(folder))
        return 64;
    int status = run("threads", promises, sizeof promises / sizeof *promises);
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) == 0 ? status : 64;
}
