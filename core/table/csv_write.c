/* csv_write.c - cells of a CSV line: quotes only where they are needed. */
#include "table/csv_write.h"

#include <string.h>

#include "table/number.h"

static bool needs_quotes(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] == ',' || bytes[i] == '"' || bytes[i] == '\n' || bytes[i] == '\r')
            return true;
    return length > 0 && (bytes[0] == ' ' || bytes[length - 1] == ' '); /* readers may trim */
}

bool csv_write_text(text *line, const char *bytes, size_t length, formulas how)
{
    const char *guard = formula_guard(bytes, length, how);
    if (!needs_quotes(bytes, length))
        return text_add_string(line, guard) && text_add(line, bytes, length);

    char *out = text_room(line, 2 * length + 3);
    if (!out)
        return false;
    char *at = out;
    *at++ = '"';
    if (*guard)
        *at++ = *guard;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '"')
            *at++ = '"';
        *at++ = bytes[i];
    }
    *at++ = '"';
    line->length += (size_t)(at - out);
    return true;
}

bool csv_write_number(text *line, double value, int decimals)
{
    char *out = text_room(line, NUMBER_LONGEST);
    if (out)
        line->length += number_write(out, value, decimals);
    return out;
}

bool csv_write_cell(text *line, const csv_cell *cell, formulas how)
{
    if (cell->bad_bytes)
        return true;
    if (!cell->doubled)
        return csv_write_text(line, cell->at, cell->length, how);

    /* Doubled quotes are doubled again by the same rule: the cell goes out as it stands. */
    return text_add_string(line, "\"") &&
           text_add_string(line, formula_guard(cell->at, cell->length, how)) &&
           text_add(line, cell->at, cell->length) && text_add_string(line, "\"");
}
