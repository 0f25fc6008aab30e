/* error.c - the one way a failure is reported. */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

enum { LINE_ROOM = 8192 }; /* of a message before it is shortened: two long paths and more */

/* Writes the character at `from` so that no terminal obeys it; *used bytes of `from` are done.
 * Returns the length, at most 4. */
static size_t write_harmless(char *out, const char *from, size_t length, size_t *used)
{
    *used = utf8_length(from, length);
    if (*used && !utf8_control(from, length)) {
        memcpy(out, from, *used);
        return *used;
    }
    *used = 1;
    char escape[5];
    snprintf(escape, sizeof escape, "\\x%02x", (unsigned)(unsigned char)*from);
    memcpy(out, escape, 4);
    return 4;
}

/* The [code] at the end of a line with the blank before it; "" if there is none. */
static const char *code_of(const char *line, size_t length)
{
    const char *code = strrchr(line, '[');
    bool there = code && code > line && code[-1] == ' ' && line[length - 1] == ']' &&
                 line + length - code < 40;
    return there ? code - 1 : "";
}

static void write_line(rapport_error *out, const char *line)
{
    size_t length = strlen(line);
    const char *code = code_of(line, length);
    char tail[48];
    int tail_length = snprintf(tail, sizeof tail, "...%s", code);
    size_t room = sizeof out->text - 1, reserve = (size_t)tail_length, used = 0;
    size_t safe = 0; /* what may be kept if the line turns out too long */

    for (size_t at = 0, step; at < length; at += step) {
        char piece[4];
        size_t bytes = write_harmless(piece, line + at, length - at, &step);
        if (used + bytes > room) {
            memcpy(out->text + safe, tail, (size_t)tail_length + 1);
            return;
        }
        memcpy(out->text + used, piece, bytes);
        used += bytes;
        if (used + reserve <= room)
            safe = used;
    }
    out->text[used] = '\0';
}

static void write_message(rapport_error *out, const place *at, const char *format, va_list values)
    __attribute__((format(printf, 3, 0)));

static void write_message(rapport_error *out, const place *at, const char *format, va_list values)
{
    char line[LINE_ROOM];
    int n = 0;

    if (at && at->said)
        n = snprintf(line, sizeof line / 2, "%s: ", at->said);
    else if (at && at->file && at->line && at->column)
        n = snprintf(line, sizeof line / 2, "%s:%u:%u: ", at->file, at->line, at->column);
    else if (at && at->file && at->line)
        n = snprintf(line, sizeof line / 2, "%s:%u: ", at->file, at->line);
    else if (at && at->file)
        n = snprintf(line, sizeof line / 2, "%s: ", at->file);
    if (n < 0 || n >= (int)sizeof line / 2)
        n = 0; /* a name nobody can have given */
    if (vsnprintf(line + n, sizeof line - (size_t)n, format, values) < 0)
        line[n] = '\0';
    write_line(out, line);
}

rapport_outcome fail(rapport_error *error, rapport_outcome outcome, const char *format, ...)
{
    if (error) {
        va_list values;
        va_start(values, format);
        write_message(error, NULL, format, values);
        va_end(values);
    }
    return outcome;
}

rapport_outcome fail_memory(rapport_error *error)
{
    return fail(error, RAPPORT_NO_RESOURCES,
                "out of memory; close other programs or use a larger machine [memory]");
}

echo echo_text(const char *text, size_t length)
{
    echo out = { "" };
    size_t used = 0;

    while (used < length) {
        size_t step = utf8_length(text + used, length - used);
        step = step ? step : 1; /* not UTF-8: escaped when the message is written */
        if (used + step > ECHO_BYTES) {
            memcpy(out.text + used, "...", 4);
            return out;
        }
        memcpy(out.text + used, text + used, step);
        used += step;
    }
    return out;
}

void problem_add(problems *all, rapport_outcome outcome, const place *at, const char *format, ...)
{
    problem new = { .nth = all->count, .outcome = outcome };
    if (at)
        new.at = *at;
    va_list values;
    va_start(values, format);
    write_message(&new.message, at, format, values);
    va_end(values);

    uint32_t kept = all->count < PROBLEMS_KEPT ? all->count : PROBLEMS_KEPT;
    for (uint32_t i = 0; i < kept; i++) /* the text begins with the place */
        if (strcmp(all->kept[i].message.text, new.message.text) == 0)
            return;
    if (kept < PROBLEMS_KEPT)
        all->kept[kept] = new;
    all->count++;
}

void *problem_memory(problems *all)
{
    all->memory = true;
    return NULL;
}

/* When the file of kept[i] first appeared. */
static uint32_t file_rank(const problems *all, const problem *p)
{
    const char *file = p->at.file ? p->at.file : "";
    for (uint32_t i = 0;; i++) { /* ends at p itself */
        const char *other = all->kept[i].at.file ? all->kept[i].at.file : "";
        if (strcmp(file, other) == 0)
            return i;
    }
}

static bool stands_before(const problems *all, const problem *a, const problem *b)
{
    uint32_t a_rank = file_rank(all, a), b_rank = file_rank(all, b);
    if (a_rank != b_rank)
        return a_rank < b_rank;
    if (a->at.line != b->at.line)
        return a->at.line < b->at.line;
    if (a->at.column != b->at.column)
        return a->at.column < b->at.column;
    return a->nth < b->nth;
}

/* The one that stands for all of them: see problems_close. */
static const problem *first_of(const problem *const *sorted, uint32_t count)
{
    if (sorted[0]->outcome == RAPPORT_BAD_PLUGIN)
        for (uint32_t i = 1; i < count; i++)
            if (sorted[i]->outcome == RAPPORT_BAD_CONFIG)
                return sorted[i];
    return sorted[0];
}

rapport_outcome problems_close(problems *all, void (*tell)(void *self, const char *line),
                               void *self, rapport_error *error)
{
    if (all->memory) {
        rapport_error own;
        rapport_outcome outcome = fail_memory(&own);
        if (tell)
            tell(self, own.text);
        if (error)
            *error = own;
        return outcome;
    }
    if (all->count == 0)
        return RAPPORT_DONE;

    const problem *sorted[PROBLEMS_KEPT];
    uint32_t kept = all->count < PROBLEMS_KEPT ? all->count : PROBLEMS_KEPT;
    for (uint32_t i = 0; i < kept; i++) {
        uint32_t at = i;
        for (; at > 0 && stands_before(all, &all->kept[i], sorted[at - 1]); at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = &all->kept[i];
    }

    for (uint32_t i = 0; tell && i < kept; i++)
        tell(self, sorted[i]->message.text);
    if (tell && all->count > kept) {
        rapport_error more;
        fail(&more, RAPPORT_BAD_CONFIG, "and %u more; put these right first [more]",
             all->count - kept);
        tell(self, more.text);
    }
    const problem *first = first_of(sorted, kept);
    if (error)
        *error = first->message;
    return first->outcome;
}
