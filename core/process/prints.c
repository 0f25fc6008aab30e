/* prints.c - what plugins print in a worker: caught, counted, and shown only where that is asked
 * for, as it may hold answers. */
#define _GNU_SOURCE
#include "process/prints.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <unistd.h>

bool prints_open(prints *p)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return false;
    p->out = ends[0];
    p->in = ends[1];
    return true;
}

void prints_enter(const prints *p)
{
    __fpurge(stdout); /* the supervisor's, and its own to print */
    __fpurge(stderr);
    dup2(p->in, STDOUT_FILENO);
    dup2(p->in, STDERR_FILENO);
}

void prints_leave(void)
{
    fflush(stdout);
}

void prints_take(prints *p)
{
    char taken[4096];
    ssize_t got;

    while (p->out && (got = read(p->out, taken, sizeof taken)) > 0) {
        const size_t left = PRINTS_KEPT - p->said.length;
        p->bytes += (uint64_t)got;
        text_add(&p->said, taken, (size_t)got < left ? (size_t)got : left); /* or it is not kept */
    }
}

bool prints_line(const prints *p, size_t *at, const char **line, size_t *length)
{
    if (*at >= p->said.length)
        return false;
    *line = p->said.bytes + *at;
    const char *end = memchr(*line, '\n', p->said.length - *at);
    *length = end ? (size_t)(end - *line) : p->said.length - *at;
    *at += *length + 1;
    return true;
}

void prints_close(prints *p)
{
    if (p->out) {
        close(p->out);
        close(p->in);
    }
    text_free(&p->said);
    *p = (prints){ 0 };
}
