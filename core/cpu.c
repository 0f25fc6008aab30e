/* cpu.c - what this processor can do beyond what every one of its kind can. */
#include "cpu.h"

#include <stdlib.h>
#include <string.h>

#ifdef __x86_64__
#include <cpuid.h>

typedef struct leaf {
    unsigned a, b, c, d; /* as the registers */
} leaf;

static leaf ask(unsigned number)
{
    leaf is;
    __cpuid_count(number, 0, is.a, is.b, is.c, is.d);
    return is;
}

static bool has(unsigned bits, unsigned wanted)
{
    return (bits & wanted) == wanted;
}

/* An instruction set with registers of its own is of no use until the operating system saves
 * them: bits 1 and 2 are those of SSE and AVX, 5 to 7 those of AVX-512. */
static bool system_saves(unsigned wanted)
{
    unsigned low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return has(low, wanted);
}

/* AMD's took a cycle or more for each bit that pext gathers until Zen 3, which is family 0x19;
 * whoever else builds them is held to that, too. */
static bool has_fast_pext(const leaf *maker, const leaf *common)
{
    unsigned family = common->a >> 8 & 0xf;
    if (family == 0xf)
        family += common->a >> 20 & 0xff;
    return maker->b == signature_INTEL_ebx || family >= 0x19;
}

static bool has_value(void)
{
    const leaf maker = ask(0);
    if (maker.a < 7)
        return false;
    const leaf common = ask(1);
    return has(common.c, bit_PCLMUL | bit_POPCNT | bit_OSXSAVE | bit_AVX) && system_saves(6) &&
           has(ask(7).b, bit_AVX2 | bit_BMI | bit_BMI2) && has(ask(0x80000001).c, bit_LZCNT) &&
           has_fast_pext(&maker, &common);
}

/* On top of has_value(). */
static bool has_wide(void)
{
    const leaf seven = ask(7);
    return has(seven.b, bit_AVX512F | bit_AVX512BW) && has(seven.c, bit_AVX512VBMI2) &&
           system_saves(0xe6);
}

static bool has_sha(void)
{
    return ask(0).a >= 7 && has(ask(7).b, bit_SHA) && has(ask(1).c, bit_SSSE3 | bit_SSE4_1);
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
