/* test_cpu.c - the best this processor can, or the less that is asked for. */
#define _GNU_SOURCE
#include "cpu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"

/* What RAPPORT_CPU=`word` comes to; NULL: it is not set. */
static rapport_outcome reading(cpu_level *level, const char *word, rapport_error *error)
{
    if (word)
        setenv("RAPPORT_CPU", word, 1);
    else
        unsetenv("RAPPORT_CPU");
    return cpu_reading(level, error);
}

static cpu_level best(void)
{
    cpu_level level;
    CU_ASSERT_EQUAL(reading(&level, NULL, NULL), RAPPORT_DONE);
    return level;
}

static void gives_the_best_when_nothing_is_asked_for(void)
{
    cpu_level level;

    CU_ASSERT_TRUE(best() >= CPU_INDEX);
    CU_ASSERT_EQUAL(reading(&level, "", NULL), RAPPORT_DONE);
    CU_ASSERT_EQUAL(level, best());
}

/* The compiler's library has its own way of finding out. */
static void promises_no_more_than_there_is(void)
{
#ifdef __x86_64__
    if (best() >= CPU_VALUE) {
        CU_ASSERT_TRUE(__builtin_cpu_supports("avx2"));
        CU_ASSERT_TRUE(__builtin_cpu_supports("bmi"));
        CU_ASSERT_TRUE(__builtin_cpu_supports("bmi2"));
        CU_ASSERT_TRUE(__builtin_cpu_supports("pclmul"));
        CU_ASSERT_TRUE(__builtin_cpu_supports("popcnt"));
    }
    if (best() >= CPU_WIDE)
        CU_ASSERT_TRUE(__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2"));
    if (cpu_has_sha())
        CU_ASSERT_TRUE(__builtin_cpu_supports("ssse3") && __builtin_cpu_supports("sse4.1"));
#else
    CU_ASSERT_EQUAL(best(), CPU_INDEX);
    CU_ASSERT_FALSE(cpu_has_sha());
#endif
    if (best() < CPU_VALUE)
        printf("(reads tables in plain C: no AVX2 or no fast BMI2 here) ");
}

static void gives_the_level_asked_for(void)
{
    cpu_level level;

    CU_ASSERT_EQUAL(reading(&level, "plain", NULL), RAPPORT_DONE);
    CU_ASSERT_EQUAL(level, CPU_PLAIN);
    CU_ASSERT_EQUAL(reading(&level, "index", NULL), RAPPORT_DONE);
    CU_ASSERT_EQUAL(level, CPU_INDEX);
}

static void gives_a_level_or_says_why_not(void)
{
    static const char *const names[] = { "plain", "index", "value", "wide" };

    for (unsigned wanted = CPU_VALUE; wanted <= CPU_WIDE; wanted++) {
        rapport_error error = { "" };
        cpu_level level;
        const cpu_level most = best();
        const bool there = most >= wanted;
        char says[128];

        snprintf(says, sizeof says,
                 "RAPPORT_CPU: this processor cannot do %s; use %s, or less [cpu]", names[wanted],
                 names[most]);
        CU_ASSERT_EQUAL(reading(&level, names[wanted], &error),
                        there ? RAPPORT_DONE : RAPPORT_WRONG_USE);
        CU_ASSERT_EQUAL(level, there ? wanted : most);
        SAME_TEXT(error.text, there ? "" : says);
    }
}

static void refuses_unknown_levels(void)
{
    rapport_error error = { "" };
    cpu_level level;

    CU_ASSERT_EQUAL(reading(&level, "turbo", &error), RAPPORT_WRONG_USE);
    SAME_TEXT(error.text,
              "RAPPORT_CPU: unknown level 'turbo'; use plain, index, value or wide [cpu]");
    CU_ASSERT_EQUAL(level, best());
    CU_ASSERT_EQUAL(reading(&level, "PLAIN", NULL), RAPPORT_WRONG_USE);
    CU_ASSERT_EQUAL(reading(&level, "plain ", NULL), RAPPORT_WRONG_USE);
}

static void hides_the_instructions_for_sha_from_plain_code_only(void)
{
    unsetenv("RAPPORT_CPU");
    bool there = cpu_has_sha();

    setenv("RAPPORT_CPU", "index", 1);
    CU_ASSERT_EQUAL(cpu_has_sha(), there);
    setenv("RAPPORT_CPU", "plain", 1);
    CU_ASSERT_FALSE(cpu_has_sha());
}

int main(void)
{
    static const promise promises[] = {
        { "gives the best when nothing is asked for", gives_the_best_when_nothing_is_asked_for },
        { "promises no more than there is", promises_no_more_than_there_is },
        { "gives the level asked for", gives_the_level_asked_for },
        { "gives value or says why not", gives_a_level_or_says_why_not },
        { "refuses unknown levels", refuses_unknown_levels },
        { "hides the instructions for SHA from plain code only",
          hides_the_instructions_for_sha_from_plain_code_only },
    };
    return RUN("cpu", promises);
}
