/* futex.h - waiting for a word of shared memory to change. */
#ifndef RAPPORT_PROCESS_FUTEX_H
#define RAPPORT_PROCESS_FUTEX_H

#include <stdatomic.h>
#include <stdint.h>

/* Waits at most so many milliseconds, or until a signal comes, while the word has this value: the
 * kernel compares and sleeps in one step, so that no wake-up is lost. */
void futex_wait(_Atomic uint32_t *word, uint32_t value, int milliseconds);

/* Wakes one who waits. */
void futex_wake(_Atomic uint32_t *word);

#endif
