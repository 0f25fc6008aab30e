/* sandbox.h - what a process that runs plugins gives up for good. */
#ifndef RAPPORT_PROCESS_SANDBOX_H
#define RAPPORT_PROCESS_SANDBOX_H

#include <stdbool.h>

/* From here on this process can compute, wait, and read and write what is open; its memory may
 * grow, but nothing new in it be run. It opens no file or socket and starts no process or thread:
 * the kernel answers EPERM. false: the kernel does not do that; errno says why. */
bool sandbox_close(void);

#endif
