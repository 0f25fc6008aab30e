/* nearest.h - the known name that somebody may have meant. */
#ifndef RAPPORT_CONFIG_NEAREST_H
#define RAPPORT_CONFIG_NEAREST_H

#include <stddef.h>

/* Collects candidates one by one; zeroed but for `wanted` to begin with. */
typedef struct nearest {
    const char *wanted;
    const char *best; /* NULL: none within reach, or two equally near */
    unsigned distance;
    const char *tie; /* set while two different names are equally near */
} nearest;

void nearest_offer(nearest *search, const char *candidate);

/* "; did you mean 'X'?" or "", into `out`, for the middle of a message. Returns out. */
const char *nearest_hint(char *out, size_t room, const nearest *search);

#endif
