/* manners.c - what somebody else's code has to leave as it found it: how this thread computes, and
 * the locale.
 *
 * An object built with -ffast-math sets the processor to count the smallest numbers as 0 while it
 * is loaded; others ask for a rounding mode, or a locale, and do not put back what was there.
 */
#define _GNU_SOURCE
#include "manners.h"

#include <fenv.h>
#include <locale.h>
#include <string.h>

#if defined(__x86_64__)

enum { SSE_ROUNDING = 0x6000, SSE_TINY = 0x8040, SSE_TRAPS = 0x1f80 };
enum { X87_ROUNDING = 0xc00, X87_TRAPS = 0x3f, X87_PRECISION = 0x300 };

static void read_arithmetic(manners *out)
{
    __asm__ volatile("stmxcsr %0" : "=m"(out->arithmetic));
    __asm__ volatile("fnstcw %0" : "=m"(out->old_style));
    out->arithmetic &= SSE_ROUNDING | SSE_TINY | SSE_TRAPS; /* the rest is what has happened */
    out->old_style &= X87_ROUNDING | X87_TRAPS | X87_PRECISION;
}

/* A signal that long double arithmetic still owes goes with the plugin that caused it. */
static void write_arithmetic(const manners *kept)
{
    __asm__ volatile("ldmxcsr %0" : : "m"(kept->arithmetic));
    __asm__ volatile("fnclex; fldcw %0" : : "m"(kept->old_style));
}

/* Compiled code relies on strings being gone through forwards. */
static void go_forwards(void)
{
    __asm__ volatile("cld" : : : "cc");
}

static unsigned char difference(const manners *a, const manners *b)
{
    const uint32_t sse = a->arithmetic ^ b->arithmetic, x87 = a->old_style ^ b->old_style;

    return (unsigned char)(((sse & SSE_ROUNDING) || (x87 & X87_ROUNDING) ? MANNERS_ROUNDING : 0) |
                           (sse & SSE_TINY ? MANNERS_TINY : 0) |
                           ((sse & SSE_TRAPS) || (x87 & X87_TRAPS) ? MANNERS_TRAPS : 0) |
                           (x87 & X87_PRECISION ? MANNERS_PRECISION : 0));
}

#elif defined(__aarch64__)

enum { FPCR_ROUNDING = 0xc00000, FPCR_TINY = 0x1080000, FPCR_TRAPS = 0x9f00 };

static void read_arithmetic(manners *out)
{
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    out->arithmetic = (uint32_t)control;
    out->old_style = 0;
}

static void write_arithmetic(const manners *kept)
{
    __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)kept->arithmetic));
}

static void go_forwards(void)
{
}

static unsigned char difference(const manners *a, const manners *b)
{
    const uint32_t control = a->arithmetic ^ b->arithmetic;

    return (unsigned char)((control & FPCR_ROUNDING ? MANNERS_ROUNDING : 0) |
                           (control & FPCR_TINY ? MANNERS_TINY : 0) |
                           (control & FPCR_TRAPS ? MANNERS_TRAPS : 0));
}

#else

static void read_arithmetic(manners *out)
{
    out->arithmetic = (uint32_t)fegetround();
    out->old_style = 0;
}

static void write_arithmetic(const manners *kept)
{
    fesetround((int)kept->arithmetic);
}

static void go_forwards(void)
{
}

static unsigned char difference(const manners *a, const manners *b)
{
    return a->arithmetic == b->arithmetic ? 0 : MANNERS_ROUNDING;
}

#endif

void manners_keep(manners *out)
{
    const char *name = setlocale(LC_ALL, NULL);
    const size_t length = name ? strlen(name) : 0;

    read_arithmetic(out);
    out->of_thread = uselocale((locale_t)0);
    memset(out->of_process, 0, sizeof out->of_process);
    if (length < sizeof out->of_process)
        memcpy(out->of_process, name ? name : "", length);
}

/* Whether it had to be. */
static bool restore_locale(const manners *kept)
{
    const char *name = setlocale(LC_ALL, NULL);
    const bool other = *kept->of_process && name && strcmp(name, kept->of_process) != 0;
    const bool other_thread = uselocale((locale_t)0) != kept->of_thread;

    if (other)
        setlocale(LC_ALL, kept->of_process);
    if (other_thread)
        uselocale((locale_t)kept->of_thread);
    return other || other_thread;
}

unsigned char manners_restore(const manners *kept)
{
    manners now;

    go_forwards();
    read_arithmetic(&now);
    unsigned char changed = difference(kept, &now);
    if (changed)
        write_arithmetic(kept);
    if (restore_locale(kept))
        changed |= MANNERS_LOCALE;
    return changed;
}

bool manners_name(text *out, unsigned char changed)
{
    static const struct {
        unsigned char bit;
        const char *name;
    } known[] = {
        { MANNERS_ROUNDING, "the rounding mode" },
        { MANNERS_TINY, "how the smallest numbers count" },
        { MANNERS_TRAPS, "what arithmetic makes a signal" },
        { MANNERS_PRECISION, "the precision of long double" },
        { MANNERS_LOCALE, "the locale" },
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!(changed & known[i].bit))
            continue;
        changed = (unsigned char)(changed & ~known[i].bit);
        if (!text_add_string(out, known[i].name) ||
            (changed && !text_add_string(out, (changed & (changed - 1)) ? ", " : " and ")))
            return false;
    }
    return true;
}
