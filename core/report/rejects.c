/* rejects.c - which records have no score, where and why. */
#include "report/rejects.h"

#include <string.h>

bool rejects_header(text *out)
{
    return text_add_string(out, "line,record,column,stage,kind,code,message\n");
}

/* Messages hold no line ends; stage names, kinds and codes need no quotes. */
static bool add_quoted(text *out, const char *message, size_t length, formulas how)
{
    if (!text_add(out, "\"", 1) || !text_add_string(out, formula_guard(message, length, how)))
        return false;
    for (size_t i = 0; i < length; i++)
        if (!text_add(out, message[i] == '"' ? "\"\"" : &message[i], message[i] == '"' ? 2 : 1))
            return false;
    return text_add(out, "\"", 1);
}

bool rejects_add(text *out, const reject *r, formulas how)
{
    return text_add_count(out, r->line) && text_add(out, ",", 1) &&
           text_add_count(out, r->record) && text_add(out, ",", 1) &&
           (r->cell == 0 || text_add_count(out, r->cell)) && text_add(out, ",", 1) &&
           text_add_string(out, r->stage) && text_add(out, ",", 1) &&
           text_add_string(out, r->kind) && text_add(out, ",", 1) &&
           text_add_string(out, r->code) && text_add(out, ",", 1) &&
           add_quoted(out, r->message, r->message_length, how) && text_add(out, "\n", 1);
}
