/* landlock.h - what a process that loads plugins gives up for good: files. */
#ifndef RAPPORT_PROCESS_LANDLOCK_H
#define RAPPORT_PROCESS_LANDLOCK_H

#include <stdbool.h>
#include <stddef.h>

/* What this kernel offers, as a number that grows; 0: nothing. */
int landlock_abi(void);

/* From here on this process reads and runs what lies in the system's folders of libraries, and
 * these `files`, which are open, and no other file; it connects to nothing by TCP, and signals
 * nobody. Wants PR_SET_NO_NEW_PRIVS before, and an ABI above 0. false: errno says why not. */
bool landlock_close(const int *files, size_t count);

#endif
