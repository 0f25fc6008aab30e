/* watched_run.h - a program run to its end, or for so long. */
#ifndef RAPPORT_TESTS_WATCHED_RUN_H
#define RAPPORT_TESTS_WATCHED_RUN_H

enum { RUN_HANGS = 1000 };

/* Runs words[0] with the rest, ended by NULL; what it says goes into the file `said`, what it
 * prints nowhere. Returns its exit status; 128 + n: a signal ended it; RUN_HANGS: it took longer
 * than `seconds`, and was killed. */
int watched_run(const char *const *words, const char *said, unsigned seconds);

#endif
