/* run.h - a test is a list of promises, each a sentence that starts with a verb. */
#ifndef RAPPORT_TESTS_RUN_H
#define RAPPORT_TESTS_RUN_H

#include <stdbool.h>
#include <stddef.h>

typedef struct promise {
    const char *text;
    void (*keep)(void);
} promise;

/* Runs them as one CUnit suite and returns main's exit status: 0 only if all were kept. */
int run(const char *suite, const promise *promises, size_t count);

#define RUN(suite, promises) run(suite, promises, sizeof(promises) / sizeof *(promises))

/* For promises that stand in a table: fails with the row's own words, and goes on. */
void kept(bool holds, const char *words, const char *file, unsigned line);
#define KEPT(holds, words) kept(holds, words, __FILE__, __LINE__)

/* The same double, bit for bit, except that every NaN is as good as another. */
bool same(double a, double b);

/* Strings equal; prints both where they are not. */
void same_text(const char *got, const char *expected, const char *file, unsigned line);
#define SAME_TEXT(got, expected) same_text(got, expected, __FILE__, __LINE__)

#endif
