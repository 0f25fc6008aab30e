/* text.c - bytes that grow at their end. */
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 256 };

char *text_grow(text *t, size_t more)
{
    t->full = t->fixed;
    if (t->fixed || more > SIZE_MAX / 2 - t->length) /* so that doubling cannot overflow */
        return NULL;
    size_t room = t->room ? t->room : FIRST_ROOM;
    while (room < t->length + more)
        room *= 2;
    char *bytes = realloc(t->bytes, room);
    if (!bytes)
        return NULL;
    t->bytes = bytes;
    t->room = room;
    return bytes + t->length;
}

bool text_add(text *t, const void *bytes, size_t length)
{
    char *end = text_room(t, length);
    if (!end)
        return false;
    if (length) /* memcpy may not be given the NULL of an empty text */
        memcpy(end, bytes, length);
    t->length += length;
    return true;
}

bool text_add_string(text *t, const char *string)
{
    return text_add(t, string, strlen(string));
}

bool text_add_count(text *t, uint64_t count)
{
    char digits[20]; /* UINT64_MAX has as many */
    char *end = digits + sizeof digits, *first = end;

    do {
        *--first = (char)('0' + count % 10);
        count /= 10;
    } while (count);
    return text_add(t, first, (size_t)(end - first));
}

void text_free(text *t)
{
    if (!t->fixed)
        free(t->bytes);
    *t = (text){ 0 };
}
