/* birth.h - how a worker comes into a world of its own. */
#ifndef RAPPORT_PROCESS_BIRTH_H
#define RAPPORT_PROCESS_BIRTH_H

#include <stdbool.h>
#include <sys/types.h>

/* As fork(), into namespaces of its own: it is nobody there, sees no other process and no network.
 * Its parent is none it could ask for, so birth_orphaned tells. Wants a process of one thread. */
pid_t birth_apart(void);

/* Whether the parent of a process that was born apart has died. */
bool birth_orphaned(void);

#endif
