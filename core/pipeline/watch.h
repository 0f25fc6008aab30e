/* watch.h - calls of plugins, as they look from outside the process that makes them.
 *
 * A plugin may end its process or never come back. Whoever looks on sees here which call is under
 * way, and says before the rows are gone through once more which calls are to be left out.
 */
#ifndef RAPPORT_PIPELINE_WATCH_H
#define RAPPORT_PIPELINE_WATCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* A stage's calls on one record that are not made again. */
typedef struct watch_skip {
    uint64_t record;
    uint32_t stage;
    uint32_t code;   /* finding_code: why */
    uint32_t signal; /* which ended the process; 0: none did */
} watch_skip;

enum { WATCH_SKIPS = 1000 };

/* Lies in memory that both can see; a zeroed one is ready. */
typedef struct watch {
    bool by_row; /* each call is to be of one row */
    uint32_t skips;
    watch_skip skip[WATCH_SKIPS];

    /* Written by who calls. */
    _Atomic uint64_t since;  /* when the call under way began, as watch_now(); 0: none is */
    _Atomic uint64_t record; /* its first row's, counted from 1 */
    _Atomic uint32_t stage;
} watch;

/* Nanoseconds of a clock that only goes on; never 0. */
uint64_t watch_now(void);

/* Whether more than so many milliseconds have gone by since then. */
bool watch_is_over(uint64_t since, uint32_t milliseconds);

/* A call begins, and is over. `w` may be NULL: nobody looks. */
void watch_begin(watch *w, uint32_t stage, uint64_t record);
void watch_end(watch *w);

/* Ends the process at once, and does nothing else first: in a call, where what it has in memory is
 * not to be trusted, with WATCH_WROTE. */
enum { WATCH_WROTE = 98 };
void watch_end_process(int status);

/* Why this call is left out; NULL: it is not. */
const watch_skip *watch_skipped(const watch *w, uint32_t stage, uint64_t record);

#endif
