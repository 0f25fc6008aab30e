/* utf8.h - one character at a time, and no faith in what a file says it is. */
#ifndef RAPPORT_CORE_UTF8_H
#define RAPPORT_CORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the character at the start of at[0..length), length >= 1: 1 to 4; 0: not UTF-8.
 * Overlong forms, surrogates and what lies beyond U+10FFFF are not UTF-8. */
size_t utf8_length(const char *at, size_t length);

/* Whether that character is a control character: U+0000 to U+001F, U+007F to U+009F. */
bool utf8_control(const char *at, size_t length);

#endif
