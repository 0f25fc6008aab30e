/* manners.h - what somebody else's code has to leave as it found it: how this thread computes, and
 * the locale. */
#ifndef RAPPORT_CORE_MANNERS_H
#define RAPPORT_CORE_MANNERS_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

enum {
    MANNERS_ROUNDING = 0x1,  /* which way results are rounded */
    MANNERS_TINY = 0x2,      /* whether the smallest numbers count as 0 */
    MANNERS_TRAPS = 0x4,     /* whether a division by 0 and the like are signals */
    MANNERS_PRECISION = 0x8, /* of long double */
    MANNERS_LOCALE = 0x10
};

typedef struct manners {
    uint32_t arithmetic;  /* the processor's own words for it, */
    uint16_t old_style;   /* and those for long double */
    void *of_thread;      /* a locale_t */
    char of_process[256]; /* the locale's name; "": too long a one to be kept */
} manners;

/* What is so now. */
void manners_keep(manners *out);

/* Puts back what is no longer so, and returns what that is: MANNERS_... It takes some 20 ns. */
unsigned char manners_restore(const manners *kept);

/* "the rounding mode and the locale". false: out of memory. */
bool manners_name(text *out, unsigned char changed);

#endif
