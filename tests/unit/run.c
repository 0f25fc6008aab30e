/* run.c - the one place that knows how CUnit is started, and how it hides failures:
 * a suite that could not start is a failure although no assertion failed. */
#include "run.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <CUnit/Basic.h>

int run(const char *suite, const promise *promises, size_t count)
{
    if (CU_initialize_registry() != CUE_SUCCESS)
        return 64;
    CU_pSuite s = CU_add_suite(suite, NULL, NULL);
    bool ready = s != NULL;
    for (size_t i = 0; ready && i < count; i++)
        ready = CU_add_test(s, promises[i].text, promises[i].keep) && CU_get_error() == CUE_SUCCESS;
    if (!ready) {
        fprintf(stderr, "%s: cannot be set up: %s\n", suite, CU_get_error_msg());
        CU_cleanup_registry();
        return 64;
    }

    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_basic_run_tests();
    bool all_kept = CU_get_number_of_failures() == 0 && CU_get_number_of_suites_failed() == 0 &&
                    CU_get_number_of_tests_run() == count;
    CU_cleanup_registry();
    return all_kept ? 0 : 1;
}

void kept(bool holds, const char *words, const char *file, unsigned line)
{
    CU_assertImplementation(holds, line, words, file, "", CU_FALSE);
}

bool same(double a, double b)
{
    return isnan(a) ? isnan(b) : memcmp(&a, &b, sizeof a) == 0;
}

void same_text(const char *got, const char *expected, const char *file, unsigned line)
{
    bool equal = got && strcmp(got, expected) == 0;
    if (!equal)
        fprintf(stderr, "\n    got      %s\n    expected %s\n", got ? got : "NULL", expected);
    CU_assertImplementation(equal, line, "texts are the same", file, "", CU_FALSE);
}
