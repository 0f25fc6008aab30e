/* report_file.h - a file appears whole or not at all.
 *
 * Written to a file in the target's folder that has no name (where the file system has none such,
 * a new name beside the target), readable by its owner only; brought to the disk; and only then
 * exchanged with what stands there. See docs/decisions/three-files-or-none.md. Standard output
 * ("-"), devices and pipes are written directly.
 */
#ifndef RAPPORT_REPORT_REPORT_FILE_H
#define RAPPORT_REPORT_REPORT_FILE_H

#include <stdatomic.h>
#include <sys/stat.h>

#include "error.h"
#include "sha256.h"

typedef enum report_place {
    REPORT_NOT_YET,
    REPORT_NEW,       /* nothing stood there before */
    REPORT_EXCHANGED, /* the old one stands under the temporary name */
    REPORT_FOR_GOOD   /* the old one is gone */
} report_place;

typedef struct report_file {
    char *path;      /* owned; as given */
    char *temporary; /* owned; a name in its folder; NULL where written directly */
    bool is_named;   /* something of ours stands under that name */
    report_place published;
    int fd; /* -1: closed */
    int folder;
    bool replaces;  /* the file that was there, for one like it */
    bool piecewise; /* a pipe: written in pieces that do not block, once it has room for one */
    const atomic_bool *cancelled; /* looked at when a signal interrupts writing; may be NULL */
    sha256 hash;
    off_t written, on_its_way; /* bytes; of these, how many the kernel was told to bring to disk */
    char digest[SHA256_HEX];   /* once settled */
} report_file;

/* Whether `path` is standard output, a device or a pipe: nothing can stand beside it. */
bool report_is_direct(const char *path);

/* What stands at `path`, links followed; all zero: no file does. RAPPORT_NO_REPORT: that cannot be
 * found out, so it might be any. */
rapport_outcome report_look(struct stat *there, const char *path, rapport_error *error);

/* Likewise what was opened: standard output may be any file, too. */
rapport_outcome report_look_at_open(struct stat *there, const report_file *report,
                                    rapport_error *error);

/* On failure nothing is left behind, and report_abandon may be called all the same. */
rapport_outcome report_open(report_file *report, const char *path, rapport_error *error);

/* The same for a file that is there, and is read by others: where `path` is a link, the file behind
 * it is replaced; owner, group and mode stay. */
rapport_outcome report_open_over(report_file *report, const char *path, rapport_error *error);

rapport_outcome report_write(report_file *report, const void *bytes, size_t length,
                             rapport_error *error);

/* The same; on the way other bytes are added to another hash, which takes less time together. */
rapport_outcome report_write_beside(report_file *report, const void *bytes, size_t length,
                                    sha256 *other, const void *other_bytes, size_t other_length,
                                    rapport_error *error);

/* All is written: brings it to the disk. */
rapport_outcome report_settle(report_file *report, rapport_error *error);

/* Then gives it its name. What stood there is kept until one of these: report_withdraw, by which it
 * stands there again, or it is said that it does not; or report_confirm, which drops it and brings
 * the names to the disk. */
rapport_outcome report_publish(report_file *report, rapport_error *error);
rapport_outcome report_withdraw(report_file *report, rapport_error *error);
rapport_outcome report_confirm(report_file *report, rapport_error *error);

/* Whether both, opened, go to one place, however that was spelt. */
bool report_same_target(const report_file *a, const report_file *b);

/* Frees it; what was not published is gone. Accepts a zeroed one. */
void report_abandon(report_file *report);

#endif
