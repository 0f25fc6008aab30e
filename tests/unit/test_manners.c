/* test_manners.c - what is changed is put back, and named. */
#define _GNU_SOURCE
#include "manners.h"

#include <fenv.h>
#include <locale.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"

static void rounds_up(void)
{
    fesetround(FE_UPWARD);
}

static void traps(void)
{
    feenableexcept(FE_DIVBYZERO);
}

static void speaks_otherwise(void)
{
    setlocale(LC_ALL, "C.UTF-8");
}

static void speaks_otherwise_here(void)
{
    static locale_t other;
    other = other ? other : newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
    uselocale(other);
}

static void leaves_all(void)
{
    volatile double third = 1.0;
    third = third / 3; /* inexact: that has happened, and is no mode */
    setlocale(LC_ALL, "C.UTF-8");
    setlocale(LC_ALL, "C");
}

#ifdef __x86_64__
static void counts_tiny_as_0(void)
{
    uint32_t control;
    __asm__ volatile("stmxcsr %0" : "=m"(control));
    control |= 0x8040;
    __asm__ volatile("ldmxcsr %0" : : "m"(control));
}

static void computes_in_24_bits(void)
{
    uint16_t control;
    __asm__ volatile("fnstcw %0" : "=m"(control));
    control &= 0xfcff;
    __asm__ volatile("fldcw %0" : : "m"(control));
}

static void owes_a_signal(void)
{
    volatile long double zero = 0, one = 1;
    one = one / zero;
    feenableexcept(FE_DIVBYZERO);
}

static void goes_backwards(void)
{
    __asm__ volatile("std" : : : "cc");
}
#endif

static const struct {
    const char *promise;
    void (*rude)(void);
    unsigned char changed;
    const char *named;
} cases[] = {
    { "puts the rounding mode back", rounds_up, MANNERS_ROUNDING, "the rounding mode" },
    { "puts back what is a signal", traps, MANNERS_TRAPS, "what arithmetic makes a signal" },
    { "puts the locale back", speaks_otherwise, MANNERS_LOCALE, "the locale" },
    { "puts the thread's locale back", speaks_otherwise_here, MANNERS_LOCALE, "the locale" },
    { "finds nothing where all is as it was", leaves_all, 0, "" },
#ifdef __x86_64__
    { "puts back how tiny numbers count", counts_tiny_as_0, MANNERS_TINY,
      "how the smallest numbers count" },
    { "puts back how many bits count", computes_in_24_bits, MANNERS_PRECISION,
      "the precision of long double" },
    { "does not die of a signal that is owed", owes_a_signal, MANNERS_TRAPS,
      "what arithmetic makes a signal" },
    { "has strings gone through forwards", goes_backwards, 0, "" },
#endif
};

static double third_of(double a)
{
    volatile double b = 3;
    return a / b;
}

static void puts_back_what_was_changed(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        manners before;
        text named = { 0 };
        char copied[64] = { 0 };
        const double third = third_of(1), tiny = third_of(4e-324 * 3);

        manners_keep(&before);
        cases[i].rude();
        const unsigned char changed = manners_restore(&before);
        KEPT(changed == cases[i].changed, cases[i].promise);
        memmove(copied, cases[i].promise, strlen(cases[i].promise));
        KEPT(strcmp(copied, cases[i].promise) == 0, cases[i].promise);
        KEPT(third_of(1) == third && third_of(4e-324 * 3) == tiny, "computes as before");
        KEPT(strcmp(setlocale(LC_ALL, NULL), "C") == 0, "is in the locale it was in");
        KEPT(manners_restore(&before) == 0, "has nothing more to put back");
        KEPT(manners_name(&named, changed) && text_add(&named, "", 1), "has room for a name");
        SAME_TEXT(named.bytes, cases[i].named);
        text_free(&named);
    }
}

static void names_all_of_them(void)
{
    text named = { 0 };

    KEPT(manners_name(&named, MANNERS_ROUNDING | MANNERS_TRAPS | MANNERS_LOCALE) &&
             text_add(&named, "", 1),
         "has room for names");
    SAME_TEXT(named.bytes, "the rounding mode, what arithmetic makes a signal and the locale");
    text_free(&named);
}

int main(void)
{
    static const promise promises[] = {
        { "puts back what was changed", puts_back_what_was_changed },
        { "names all of them", names_all_of_them },
    };
    return RUN("manners", promises);
}
