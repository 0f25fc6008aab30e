/* sandbox.h - what a process that runs plugins gives up for good: system calls. */
#ifndef RAPPORT_PROCESS_SANDBOX_H
#define RAPPORT_PROCESS_SANDBOX_H

#include <stdbool.h>

/* Both want PR_SET_NO_NEW_PRIVS before. false: the kernel does not do that; errno says why. */

/* From here on this process can compute, wait, load code from files it may read, and read and write
 * what is open. It writes to no other file, opens no socket and starts no process or thread: the
 * kernel answers EPERM. */
bool sandbox_for_loading(void);

/* From here on it opens no file at all; its memory may grow, but nothing new in it be run. */
bool sandbox_close(void);

#endif
