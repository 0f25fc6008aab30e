/* test_batch.c - columns keep their ports, and are missing until somebody writes to them. */
#include "table/batch.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"

/* Row `row` of a text column, NUL-ended. */
static const char *text_at(const column *c, uint32_t row)
{
    static char out[64];
    size_t length = (size_t)(c->offset[row + 1] - c->offset[row]);
    memcpy(out, c->bytes.bytes + c->offset[row], length);
    out[length] = 0;
    return out;
}

static void keeps_ports_however_many_there_are(void)
{
    memory arena = { 0 };
    batch b = { .arena = &arena };
    char names[200][8];

    for (uint32_t i = 0; i < 200; i++) {
        snprintf(names[i], sizeof names[i], "c%u", i);
        const column described = { .name = names[i], .type = 1 + i % 3, .decimals = (int)i };
        CU_ASSERT_EQUAL(batch_add(&b, &described), i);
    }
    CU_ASSERT_TRUE(batch_allocate(&b, 5));
    CU_ASSERT_EQUAL(b.room, 5);
    for (uint32_t i = 0; i < 200; i++) {
        SAME_TEXT(b.column[i].name, names[i]);
        CU_ASSERT_EQUAL(b.column[i].decimals, (int)i);
        CU_ASSERT_EQUAL(b.column[i].number != NULL, i % 3 == 0);
        CU_ASSERT_EQUAL(b.column[i].category != NULL, i % 3 == 1);
        CU_ASSERT_EQUAL(b.column[i].offset != NULL, i % 3 == 2);
    }
    batch_finish(&b);
    memory_free(&arena);
}

static void aligns_columns(void)
{
    memory arena = { 0 };
    batch b = { .arena = &arena };

    for (uint32_t type = RAPPORT_NUMBER; type <= RAPPORT_CATEGORY; type++)
        for (int i = 0; i < 3; i++)
            batch_add(&b, &(column){ .type = type });
    CU_ASSERT_TRUE(batch_allocate(&b, 37));
    for (uint32_t i = 0; i < b.columns; i++) {
        CU_ASSERT_EQUAL((uintptr_t)b.column[i].number % 64, 0);
        CU_ASSERT_EQUAL((uintptr_t)b.column[i].category % 64, 0);
    }
    batch_finish(&b);
    memory_free(&arena);
}

static void blanks_some_rows_and_no_others(void)
{
    memory arena = { 0 };
    batch b = { .arena = &arena };

    for (uint32_t type = RAPPORT_NUMBER; type <= RAPPORT_TEXT; type++)
        batch_add(&b, &(column){ .type = type });
    CU_ASSERT_TRUE(batch_allocate(&b, 4));
    column *number = &b.column[0], *category = &b.column[1], *words = &b.column[2];
    column_begin_text(words);
    for (uint32_t row = 0; row < 4; row++) {
        number->number[row] = row;
        category->category[row] = (int32_t)row;
        CU_ASSERT_TRUE(column_write_text(words, row, "word", 4));
    }
    for (uint32_t i = 0; i < 3; i++)
        column_blank(&b.column[i], 1, 3);
    CU_ASSERT_TRUE(column_settle_text(words, 4));
    for (uint32_t row = 0; row < 4; row++) {
        bool blank = row == 1 || row == 2;
        CU_ASSERT_TRUE(same(number->number[row], blank ? NAN : (double)row));
        CU_ASSERT_EQUAL(category->category[row], blank ? -1 : (int32_t)row);
        SAME_TEXT(text_at(words, row), blank ? "" : "word");
    }
    for (uint32_t i = 0; i < 3; i++)
        column_blank(&b.column[i], 2, 2); /* none */
    batch_finish(&b);
    memory_free(&arena);
}

static void adds_texts_in_order(void)
{
    memory arena = { 0 };
    batch b = { .arena = &arena };
    static const char *const given[] = { "", "first", "a\nb", "" };

    batch_add(&b, &(column){ .type = RAPPORT_TEXT });
    CU_ASSERT_TRUE(batch_allocate(&b, 4));
    column *c = &b.column[0];
    for (int round = 0; round < 2; round++) {
        column_begin_text(c);
        for (uint32_t row = 0; row < 4; row++)
            CU_ASSERT_TRUE(column_add_text(c, row, given[row], strlen(given[row])));
        CU_ASSERT_EQUAL(c->offset[0], 0);
        for (uint32_t row = 0; row < 4; row++)
            SAME_TEXT(text_at(c, row), given[row]);
        CU_ASSERT_PTR_EQUAL(c->shown.offset, c->offset);
        CU_ASSERT_PTR_EQUAL(c->shown.bytes, c->bytes.bytes);
    }
    batch_finish(&b);
    memory_free(&arena);
}

/* In any order, the last one stands; then anew for the next batch. */
static void settles_texts_written_in_any_order(void)
{
    memory arena = { 0 };
    batch b = { .arena = &arena };

    batch_add(&b, &(column){ .type = RAPPORT_TEXT });
    CU_ASSERT_TRUE(batch_allocate(&b, 3));
    column *c = &b.column[0];
    column_begin_text(c);
    column_blank(c, 0, 3);
    CU_ASSERT_TRUE(column_write_text(c, 2, "late", 4));
    CU_ASSERT_TRUE(column_write_text(c, 0, "long and early", 14));
    CU_ASSERT_TRUE(column_write_text(c, 2, "last", 4));
    CU_ASSERT_TRUE(column_write_text(c, 0, "x", 1));
    CU_ASSERT_TRUE(column_settle_text(c, 3));
    SAME_TEXT(text_at(c, 0), "x");
    SAME_TEXT(text_at(c, 1), "");
    SAME_TEXT(text_at(c, 2), "last");
    column_begin_text(c);
    column_blank(c, 0, 3);
    CU_ASSERT_TRUE(column_write_text(c, 1, "next", 4));
    CU_ASSERT_TRUE(column_settle_text(c, 2));
    SAME_TEXT(text_at(c, 0), "");
    SAME_TEXT(text_at(c, 1), "next");
    CU_ASSERT_FALSE(column_write_text(c, 0, "x", (size_t)INT32_MAX + 1));
    CU_ASSERT_FALSE(column_add_text(c, 0, "x", (size_t)INT32_MAX + 1));
    batch_finish(&b);
    memory_free(&arena);
}

int main(void)
{
    static const promise promises[] = {
        { "keeps ports however many there are", keeps_ports_however_many_there_are },
        { "aligns columns", aligns_columns },
        { "blanks some rows and no others", blanks_some_rows_and_no_others },
        { "adds texts in order", adds_texts_in_order },
        { "settles texts written in any order", settles_texts_written_in_any_order },
    };
    return RUN("batch", promises);
}
