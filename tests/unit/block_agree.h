/* block_agree.h - whether every kernel finds in a text what csv_scan finds, and all find the same.
 */
#ifndef RAPPORT_TESTS_BLOCK_AGREE_H
#define RAPPORT_TESTS_BLOCK_AGREE_H

#include "table/csv_block.h"

/* Of the table there might be, and how many rows are taken at a time. */
enum { AGREE_COLUMNS = 5, AGREE_ROOM = 1000, AGREE_LONGEST = 60 };

/* A block for each kernel that this machine can do, or RAPPORT_CPU asks for: the plain one first.
 */
typedef struct kernels {
    csv_block block[CPU_WIDE + 1];
    unsigned count;
} kernels;

/* The best kernel of this machine, or what RAPPORT_CPU says. */
cpu_level best_kernel(void);

/* Ends the program where there is no memory. */
void kernels_open(kernels *k, const csv_dialect *dialect);
void kernels_close(kernels *k);

/* Reads and measures text[0..length); shows it where not all agree. */
bool kernels_agree(kernels *k, const char *text, size_t length);

#endif
