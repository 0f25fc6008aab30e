/* fuzz.h - a fuzz program is one function that takes any bytes, and ends the program where
 * something does not hold. */
#ifndef RAPPORT_TESTS_FUZZ_H
#define RAPPORT_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#endif
