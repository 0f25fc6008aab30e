/* fuzz_audit.c - any file is read as an audit log, and found good or not; each line of a good one
 * can be written again, and in a good one no byte can be changed before the last line. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "report/audit_line.h"
#include "verify/audit_check.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* A line is read and can be written again, the same each time; or it is refused at its place. */
static void try_line(const char *bytes, size_t length, memory *arena)
{
    rapport_error error = { "" };
    audit_line line, again;
    text once = { 0 }, twice = { 0 };
    char *copy = malloc(length ? length : 1); /* ends where its memory ends */

    must(copy != NULL);
    memcpy(copy, bytes, length);
    if (audit_line_read(&line, copy, length, "f", 7, arena, &error) == RAPPORT_DONE) {
        must(audit_line_write(&once, &line));
        must(audit_line_read(&again, once.bytes, once.length - 1, "f", 7, arena, &error) ==
             RAPPORT_DONE);
        must(audit_line_write(&twice, &again));
        must(once.length == twice.length && memcmp(once.bytes, twice.bytes, once.length) == 0);
    } else {
        must(strncmp(error.text, "f:7:", 4) == 0 && strstr(error.text, "[audit-line]"));
    }
    free(copy);
    text_free(&once);
    text_free(&twice);
}

static rapport_outcome judge(const char *bytes, size_t length)
{
    static const rapport_options how = { .size = sizeof how };
    rapport_error error = { "" };
    char path[32];
    int fd = memfd_create("log", MFD_CLOEXEC);

    must(fd != -1 && write(fd, bytes, length) == (ssize_t)length);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    rapport_outcome outcome = audit_check(path, &how, &error);
    close(fd);
    must(outcome == RAPPORT_DONE || outcome == RAPPORT_DIFFERS);
    return outcome;
}

/* Turns one bit, here and there in log[0..before), at places that the log itself chooses. */
static void change(const char *log, size_t length, size_t before)
{
    enum { PLACES = 8 };
    size_t chosen = length;
    char *copy = malloc(length);

    must(copy != NULL);
    memcpy(copy, log, length);
    for (int i = 0; i < PLACES; i++) {
        chosen = chosen * 1103515245 + (unsigned char)log[chosen % length] + 12345;
        const size_t place = (chosen >> 8) % before;
        copy[place] ^= (char)(1 << i);
        must(judge(copy, length) == RAPPORT_DIFFERS);
        copy[place] = log[place];
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const char *log = length ? (const char *)bytes : "", *at = log, *end = log + length;
    const char *last = log; /* line of those that have a LF */
    memory arena = { 0 };

    while (at < end) {
        const char *lf = memchr(at, '\n', (size_t)(end - at));
        try_line(at, (size_t)((lf ? lf : end) - at), &arena);
        last = lf ? at : last;
        at = lf ? lf + 1 : end;
    }
    memory_free(&arena);
    if (judge(log, length) == RAPPORT_DONE && last > log)
        change(log, length, (size_t)(last - log));
    return 0;
}
