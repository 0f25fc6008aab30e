/* cpu.c - what this processor can do beyond what every one of its kind can. */
#include "cpu.h"

#include <stdlib.h>
#include <string.h>

/* The C library has asked the processor, and the system which registers it saves, before main. */
#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)
#include <cpuid.h>
#include <sys/platform/x86.h>

/* AMD's took a cycle or more for each bit that pext gathers until Zen 3, which is family 0x19;
 * whoever else builds them is held to that, too. */
static bool has_fast_pext(void)
{
    unsigned maker, version, b, c, d;

    __cpuid(0, version, maker, c, d);
    __cpuid(1, version, b, c, d);
    const unsigned family = version >> 8 & 0xf, extended = version >> 20 & 0xff;
    return maker == signature_INTEL_ebx || (family == 0xf && family + extended >= 0x19);
}

static bool has_value(void)
{
    return CPU_FEATURE_ACTIVE(AVX2) && CPU_FEATURE_ACTIVE(BMI1) && CPU_FEATURE_ACTIVE(BMI2) &&
           CPU_FEATURE_ACTIVE(POPCNT) && CPU_FEATURE_ACTIVE(LZCNT) && has_fast_pext();
}

/* On top of has_value(). */
static bool has_wide(void)
{
    return CPU_FEATURE_ACTIVE(AVX512F) && CPU_FEATURE_ACTIVE(AVX512BW) &&
           CPU_FEATURE_ACTIVE(AVX512_VBMI2);
}

static bool has_sha(void)
{
    return CPU_FEATURE_ACTIVE(SHA) && CPU_FEATURE_ACTIVE(SSSE3) && CPU_FEATURE_ACTIVE(SSE4_1);
}
#else
static bool has_value(void)
{
    return false;
}

static bool has_wide(void)
{
    return false;
}

static bool has_sha(void)
{
    return false;
}
#endif

static const char *asked_for(void)
{
    const char *word = getenv("RAPPORT_CPU");
    return word ? word : "";
}

static cpu_level best(void)
{
    if (!has_value())
        return CPU_INDEX;
    return has_wide() ? CPU_WIDE : CPU_VALUE;
}

rapport_outcome cpu_reading(cpu_level *out, rapport_error *error)
{
    static const char *const names[] = { "plain", "index", "value", "wide" };
    const char *word = asked_for();
    const cpu_level most = best();
    unsigned level = CPU_PLAIN;

    *out = most;
    if (!*word)
        return RAPPORT_DONE;
    while (level <= CPU_WIDE && strcmp(word, names[level]) != 0)
        level++;
    if (level > CPU_WIDE)
        return fail(error, RAPPORT_WRONG_USE,
                    "RAPPORT_CPU: unknown level '%s'; use plain, index, value or wide [cpu]",
                    echo_text(word, strlen(word)).text);
    if (level > most)
        return fail(error, RAPPORT_WRONG_USE,
                    "RAPPORT_CPU: this processor cannot do %s; use %s, or less [cpu]", word,
                    names[most]);
    *out = (cpu_level)level;
    return RAPPORT_DONE;
}

bool cpu_has_sha(void)
{
    return strcmp(asked_for(), "plain") != 0 && has_sha();
}
