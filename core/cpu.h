/* cpu.h - what this processor can do beyond what every one of its kind can.
 *
 * The environment variable RAPPORT_CPU asks for less: for comparing, or where a processor says
 * more than is true. What is computed is the same to the last bit.
 */
#ifndef RAPPORT_CORE_CPU_H
#define RAPPORT_CORE_CPU_H

#include "error.h"

/* How tables are read: byte by byte; eight bytes at a time in plain C; with AVX2, BMI1, BMI2,
 * POPCNT and LZCNT; with these, AVX512BW and AVX512_VBMI2. In RAPPORT_CPU: plain, index,
 * value, wide. */
typedef enum cpu_level { CPU_PLAIN, CPU_INDEX, CPU_VALUE, CPU_WIDE } cpu_level;

/* Before a function with plain loops: compiled for AVX-512 and for AVX2 too, and the best that the
 * processor has is called. The result is the same to the last bit. */
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_ADDRESS__) &&             \
    !defined(__SANITIZE_THREAD__) && defined(__GNUC__) && __GNUC__ >= 12 && !defined(__clang__)
#define CPU_CLONES __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define CPU_CLONES
#endif

/* Before a function that is seldom called: it stays out of those that call it, which keep their
 * registers. */
#define CPU_SELDOM __attribute__((cold, noinline))

/* The level asked for, else the best there is. RAPPORT_WRONG_USE: what is asked for is not to be
 * had or is no level, and *out is the best there is. */
rapport_outcome cpu_reading(cpu_level *out, rapport_error *error);

/* Whether there are SHA-NI, SSSE3 and SSE4.1, and RAPPORT_CPU is not plain. */
bool cpu_has_sha(void);

#endif
