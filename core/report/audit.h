/* audit.h - an audit log: a line when a run begins and one when it ends, each with the hash of the
 * line before.
 *
 * See docs/audit.md for what that finds and what it does not.
 */
#ifndef RAPPORT_REPORT_AUDIT_H
#define RAPPORT_REPORT_AUDIT_H

#include <stdatomic.h>
#include <sys/stat.h>

#include "report/audit_line.h"

/* One run's part in it; a zeroed one keeps no log. */
typedef struct audit {
    const char *path;                                /* NULL: no log is kept */
    const char *version, *pipeline, *input, *report; /* names without folders */
    const atomic_bool *cancelled;                    /* ends the waiting for others */
    uint64_t run;                                    /* the line in which it began; 0: it has not */
    struct stat begun;                               /* the file of that line */
    bool ended;                                      /* a line says so, on the disk or on its way */
} audit;

/* The run begins, goes on to the end described, or has no report: a line each, on the disk once
 * they return. RAPPORT_NO_REPORT: it could not be written, and the run may not go on. The digests
 * may be NULL. Without a log, or a beginning, nothing is done. */
rapport_outcome audit_begin(audit *a, rapport_error *error);
rapport_outcome audit_end(audit *a, rapport_outcome outcome, const char *provenance,
                          const char *report_digest, rapport_error *error);
rapport_outcome audit_fail(audit *a, rapport_outcome outcome, rapport_error *error);

/* Waits for flock(fd, how), for a while; less, if the run is cancelled (may be NULL). false: others
 * hold it. */
bool audit_lock(int fd, int how, const atomic_bool *cancelled);

#endif
