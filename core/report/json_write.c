/* json_write.c - JSON, member by member. */
#include "report/json_write.h"

#include <string.h>

#include "utf8.h"

void json_put(json_writing *j, const char *bytes, size_t length)
{
    j->failed = j->failed || !text_add(j->out, bytes, length);
}

void json_write_string(json_writing *j, const char *string, size_t length)
{
    static const char digits[] = "0123456789abcdef";

    json_put(j, "\"", 1);
    for (size_t i = 0, step; i < length; i += step) {
        unsigned char c = (unsigned char)string[i];
        char escape[] = { '\\', 'u', '0', '0', digits[c >> 4], digits[c & 15] };
        step = utf8_length(string + i, length - i);
        if (c == '"' || c == '\\')
            json_put(j, "\\", 1);
        if (step == 0)
            json_put(j, "\xEF\xBF\xBD", 3); /* a file's name may hold any bytes, JSON may not */
        else if (c < ' ')
            json_put(j, escape, sizeof escape);
        else
            json_put(j, string + i, step);
        step = step ? step : 1;
    }
    json_put(j, "\"", 1);
}

static void begin_line(json_writing *j)
{
    if (!j->first)
        json_put(j, ", ", j->flat ? 2 : 1);
    if (!j->flat)
        json_put(j, "\n", 1);
    for (int i = 0; !j->flat && i < j->depth; i++)
        json_put(j, "  ", 2);
    j->first = false;
}

void json_write_key(json_writing *j, const char *name)
{
    begin_line(j);
    if (!name)
        return;
    json_write_string(j, name, strlen(name));
    json_put(j, ": ", 2);
}

void json_write_open(json_writing *j, const char *name, const char *bracket)
{
    json_write_key(j, name);
    json_put(j, bracket, 1);
    j->first = true;
    j->depth++;
}

void json_write_close(json_writing *j, const char *bracket)
{
    bool empty = j->first;
    j->depth--;
    j->first = true;
    if (!empty)
        begin_line(j);
    json_put(j, bracket, 1);
    j->first = false;
}

void json_write_word(json_writing *j, const char *name, const char *value)
{
    if (!value)
        return;
    json_write_key(j, name);
    json_write_string(j, value, strlen(value));
}

void json_write_count(json_writing *j, const char *name, uint64_t value)
{
    json_write_key(j, name);
    j->failed = j->failed || !text_add_count(j->out, value);
}

void json_write_flag(json_writing *j, const char *name, bool value)
{
    json_write_key(j, name);
    json_put(j, value ? "true" : "false", value ? 4 : 5);
}
