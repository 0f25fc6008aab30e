/* prints.h - what plugins print in a worker: caught, counted, and shown only where that is asked
 * for, as it may hold answers. */
#ifndef RAPPORT_PROCESS_PRINTS_H
#define RAPPORT_PROCESS_PRINTS_H

#include <stdbool.h>

#include "text.h"

enum { PRINTS_KEPT = 65536 }; /* bytes of it in a run; the rest is counted alone */

typedef struct prints {
    int out, in; /* the ends of a pipe; 0: not open */
    text said;
    uint64_t bytes;
} prints;

/* false: errno says why. */
bool prints_open(prints *p);

/* In a worker: what is printed goes there from now on. What does not fit the pipe is lost, so that
 * nobody waits. The worker leaves before it ends, or what the C library holds back is lost too. */
void prints_enter(const prints *p);
void prints_leave(void);

/* Takes what there is. Often enough, and once more after the last worker has ended. */
void prints_take(prints *p);

/* The next line of what was kept, from *at on; false: no more. */
bool prints_line(const prints *p, size_t *at, const char **line, size_t *length);

/* Accepts a zeroed one. */
void prints_close(prints *p);

#endif
