/* batch.c - some rows, column by column; sets outputs to missing. */
#include "table/batch.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "cpu.h"
#include "table/number.h"

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

/* Of a column, in the stretch. Rows of small numbers are written SMALL_SLACK at a time. */
static size_t column_bytes(const column *c, uint32_t rows)
{
    switch (c->type) {
    case RAPPORT_NUMBER:
        return stretch_piece(rows * sizeof *c->number) +
               (c->wants_small ? stretch_piece(rows + SMALL_SLACK) : 0);
    case RAPPORT_CATEGORY:
        return stretch_piece(rows * sizeof *c->category);
    default:
        return stretch_piece((rows + (size_t)1) * sizeof *c->offset);
    }
}

static bool allocate_small(column *c, uint32_t rows, batch *b)
{
    c->small = stretch_take(&b->seen, rows + SMALL_SLACK);
    if (c->small)
        memset(c->small, SMALL_MISSING, rows + SMALL_SLACK);
    return c->small;
}

static bool allocate_rows(column *c, uint32_t rows, batch *b)
{
    switch (c->type) {
    case RAPPORT_NUMBER:
        c->number = stretch_take(&b->seen, rows * sizeof *c->number);
        if (c->wants_units)
            c->units = memory_array(b->arena, rows, sizeof *c->units);
        return c->number && (!c->wants_small || allocate_small(c, rows, b)) &&
               (!c->wants_units || c->units);
    case RAPPORT_CATEGORY:
        return (c->category = stretch_take(&b->seen, rows * sizeof *c->category));
    default:
        c->offset = stretch_take(&b->seen, (rows + (size_t)1) * sizeof *c->offset);
        c->written = memory_array(b->arena, rows, sizeof *c->written);
        c->shown.offset = c->offset;
        return c->offset && c->written;
    }
}

bool batch_allocate(batch *b, uint32_t rows, size_t more)
{
    size_t bytes = more;

    b->room = rows;
    for (uint32_t i = 0; i < b->columns; i++)
        bytes += column_bytes(&b->column[i], rows);
    if (!stretch_map(&b->seen, bytes))
        return false;
    for (uint32_t i = 0; i < b->columns; i++)
        if (!allocate_rows(&b->column[i], rows, b))
            return false;
    return true;
}

void batch_finish(batch *b)
{
    for (uint32_t i = 0; i < b->columns; i++) {
        text_free(&b->column[i].bytes);
        text_free(&b->column[i].draft);
    }
    stretch_unmap(&b->seen);
}

/* ---- fences ------------------------------------------------------------------------------- */

static const uint64_t fence_post =
    UINT64_C(0x7ff4a1c50f3e2d6b); /* a NaN that no arithmetic gives */

uint64_t numbers_fence(double *first, uint32_t rows)
{
    uint64_t before;

    memcpy(&before, first - 1, sizeof before);
    memcpy(first + rows, &fence_post, sizeof fence_post);
    return before;
}

bool numbers_fence_stands(const double *first, uint32_t rows, uint64_t before)
{
    return memcmp(first - 1, &before, sizeof before) == 0 &&
           memcmp(first + rows, &fence_post, sizeof fence_post) == 0;
}

void column_fence(column *c, uint32_t first, uint32_t rows)
{
    if (c->number)
        c->fence = numbers_fence(c->number + first, rows);
    if (c->category) {
        memcpy(&c->fence, c->category + first - 1, sizeof *c->category);
        memcpy(c->category + first + rows, &fence_post, sizeof *c->category);
    }
}

bool column_fence_stands(const column *c, uint32_t first, uint32_t rows)
{
    if (c->number)
        return numbers_fence_stands(c->number + first, rows, c->fence);
    return !c->category ||
           (memcmp(c->category + first - 1, &c->fence, sizeof *c->category) == 0 &&
            memcmp(c->category + first + rows, &fence_post, sizeof *c->category) == 0);
}

const int32_t *column_units(column *c, uint32_t rows)
{
    if (!c->counted)
        number_units(c->units, c->number, rows, c->decimals);
    c->counted = true;
    return c->units;
}

/* ---- small numbers ---------------------------------------------------------------------- */

void batch_begin(batch *b)
{
    b->rows = 0;
    for (uint32_t i = 0; i < b->columns; i++)
        b->column[i].wide = b->column[i].numbered = b->column[i].counted = false;
}

void column_put_number(column *c, uint32_t row, double value)
{
    if (isnan(value) && !rapport_not_applicable(value)) {
        c->small[row] = SMALL_MISSING;
    } else if (value > SMALL_MISSING && value < SMALL_ELSEWHERE && value == (int8_t)value) {
        c->small[row] = (int8_t)value;
    } else {
        c->small[row] = SMALL_ELSEWHERE;
        c->number[row] = value;
        c->wide = true;
    }
}

CPU_CLONES const double *column_numbers(column *c, uint32_t rows)
{
    if (!c->small || c->numbered)
        return c->number;
    c->numbered = true;
    if (!c->wide) { /* no branch, so that the compiler takes many at a time */
        for (uint32_t row = 0; row < rows; row++)
            c->number[row] = c->small[row] == SMALL_MISSING ? NAN : c->small[row];
        return c->number;
    }
    for (uint32_t row = 0; row < rows; row++)
        if (c->small[row] != SMALL_ELSEWHERE)
            c->number[row] = c->small[row] == SMALL_MISSING ? NAN : c->small[row];
    return c->number;
}

CPU_CLONES void column_blank(column *c, uint32_t first, uint32_t last)
{
    for (uint32_t row = first; c->number && row < last; row++)
        c->number[row] = NAN;
    for (uint32_t row = first; c->counted && row < last; row++)
        c->units[row] = UNITS_MISSING;
    for (uint32_t row = first; c->category && row < last; row++)
        c->category[row] = -1;
    for (uint32_t row = first; c->written && row < last; row++)
        c->written[row].length = 0;
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
