/* batch.c - some rows, column by column; sets outputs to missing. */
#include "table/batch.h"

#include <limits.h>
#include <math.h>
#include <string.h>

rapport_port batch_add(batch *b, const column *described)
{
    if (b->columns == b->column_room) {
        uint32_t room = b->column_room ? 2 * b->column_room : 32;
        column *more = memory_array(b->arena, room, sizeof *more);
        if (!more)
            return RAPPORT_ABSENT;
        if (b->columns)
            memcpy(more, b->column, b->columns * sizeof *more);
        b->column = more; /* the old ones stay in the arena */
        b->column_room = room;
    }
    b->column[b->columns] = *described;
    return b->columns++;
}

static bool allocate_rows(column *c, uint32_t rows, memory *arena)
{
    switch (c->type) {
    case RAPPORT_NUMBER:
        return (c->number = memory_array(arena, rows, sizeof *c->number));
    case RAPPORT_CATEGORY:
        return (c->category = memory_array(arena, rows, sizeof *c->category));
    default:
        c->offset = memory_array(arena, rows + 1, sizeof *c->offset);
        c->written = memory_array(arena, rows, sizeof *c->written);
        c->shown.offset = c->offset;
        return c->offset && c->written;
    }
}

bool batch_allocate(batch *b, uint32_t rows)
{
    b->room = rows;
    for (uint32_t i = 0; i < b->columns; i++)
        if (!allocate_rows(&b->column[i], rows, b->arena))
            return false;
    return true;
}

void batch_finish(batch *b)
{
    for (uint32_t i = 0; i < b->columns; i++) {
        text_free(&b->column[i].bytes);
        text_free(&b->column[i].draft);
    }
}

void column_blank(column *c, uint32_t first, uint32_t last)
{
    for (uint32_t row = first; row < last; row++)
        switch (c->type) {
        case RAPPORT_NUMBER:
            c->number[row] = NAN;
            break;
        case RAPPORT_CATEGORY:
            c->category[row] = -1;
            break;
        default:
            c->written[row].length = 0;
        }
}

void column_begin_text(column *c)
{
    c->bytes.length = 0;
    c->draft.length = 0;
    c->offset[0] = 0;
}

bool column_add_text(column *c, uint32_t row, const char *bytes, size_t length)
{
    if (length > INT32_MAX - c->bytes.length || !text_add(&c->bytes, bytes, length))
        return false;
    c->offset[row + 1] = (int32_t)c->bytes.length;
    c->shown.bytes = c->bytes.bytes;
    return true;
}

bool column_write_text(column *c, uint32_t row, const char *bytes, size_t length)
{
    size_t at = c->draft.length;
    if (length > INT32_MAX - at || !text_add(&c->draft, bytes, length))
        return false;
    c->written[row].at = (int32_t)at;
    c->written[row].length = (int32_t)length;
    return true;
}

bool column_settle_text(column *c, uint32_t rows)
{
    c->bytes.length = 0;
    for (uint32_t row = 0; row < rows; row++)
        if (!column_add_text(c, row,
                             c->written[row].length ? c->draft.bytes + c->written[row].at : "",
                             (size_t)c->written[row].length))
            return false;
    return true;
}
