/* test_batch.c - columns keep their ports, and are missing until somebody writes to them. */
#include "table/batch.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"
#include "table/number.h"

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
    CU_ASSERT_TRUE(batch_allocate(&b, 5, 0));
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
    CU_ASSERT_TRUE(batch_allocate(&b, 37, 0));
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
    CU_ASSERT_TRUE(batch_allocate(&b, 4, 0));
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
    CU_ASSERT_TRUE(batch_allocate(&b, 4, 0));
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
    CU_ASSERT_TRUE(batch_allocate(&b, 3, 0));
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

/* ---- small numbers ---------------------------------------------------------------------- */

static double not_applicable(void)
{
    const uint64_t bits = RAPPORT_NOT_APPLICABLE;
    double answer;
    memcpy(&answer, &bits, sizeof answer);
    return answer;
}

/* The same bits, payload of a NaN and all; what is merely missing may be any other NaN. */
static bool same_answer(double a, double b)
{
    return rapport_not_applicable(a) == rapport_not_applicable(b) && same(a, b);
}

static const struct {
    const char *promise;
    double value;
    bool wide;
} numbers[] = {
    { "keeps zero", 0, false },
    { "keeps an answer", 3, false },
    { "keeps the largest that is small", 126, false },
    { "keeps the lowest that is small", -127, false },
    { "keeps missing", NAN, false },
    { "keeps what is as large as the mark for elsewhere", INT8_MAX, true },
    { "keeps what is as low as the mark for missing", INT8_MIN, true },
    { "keeps what is larger", 127.5, true },
    { "keeps a fraction", 2.5, true },
    { "keeps a fraction of a negative", -0.5, true },
    { "keeps what a byte would make zero of", 256, true },
    { "keeps what is far larger", 1e300, true },
    { "keeps what is far less", -1e300, true },
    { "keeps what does not apply", 0, true }, /* see below */
};

enum { NUMBERS = sizeof numbers / sizeof *numbers };

static double number_at(size_t i)
{
    return i == NUMBERS - 1 ? not_applicable() : numbers[i].value;
}

static column *number_column(batch *b, memory *arena, uint32_t rows)
{
    *b = (batch){ .arena = arena };
    batch_add(b, &(column){ .type = RAPPORT_NUMBER, .wants_small = true });
    CU_ASSERT_TRUE_FATAL(batch_allocate(b, rows, 0));
    return &b->column[0];
}

static void keeps_every_number_alone(void)
{
    memory arena = { 0 };
    batch b;
    column *c = number_column(&b, &arena, 1);

    for (size_t i = 0; i < NUMBERS; i++) {
        batch_begin(&b);
        column_put_number(c, 0, number_at(i));
        KEPT(c->wide == numbers[i].wide, numbers[i].promise);
        KEPT((c->small[0] == SMALL_ELSEWHERE) == numbers[i].wide, numbers[i].promise);
        KEPT(same_answer(column_numbers(c, 1)[0], number_at(i)), numbers[i].promise);
        KEPT(same_answer(column_numbers(c, 1)[0], number_at(i)), "and when asked again");
    }
    batch_finish(&b);
    memory_free(&arena);
}

/* In any order, the last one put stands; one that is not small costs the others nothing. */
static void keeps_numbers_side_by_side(void)
{
    memory arena = { 0 };
    batch b;
    column *c = number_column(&b, &arena, 3 * NUMBERS);

    for (size_t odd = 0; odd < NUMBERS; odd++) {
        batch_begin(&b);
        CU_ASSERT_FALSE(c->wide);
        for (uint32_t row = 3 * NUMBERS; row-- > 0;) {
            column_put_number(c, row, row % 2 ? 2.5 : NAN);
            column_put_number(c, row, row % 3 ? (double)(row % 5) : number_at(odd));
        }
        const double *number = column_numbers(c, 3 * NUMBERS);
        for (uint32_t row = 0; row < 3 * NUMBERS; row++)
            KEPT(same_answer(number[row], row % 3 ? (double)(row % 5) : number_at(odd)),
                 numbers[odd].promise);
    }
    batch_finish(&b);
    memory_free(&arena);
}

static void forgets_the_last_batch(void)
{
    memory arena = { 0 };
    batch b;
    column *c = number_column(&b, &arena, 2);

    column_put_number(c, 0, 2.5);
    column_put_number(c, 1, not_applicable());
    CU_ASSERT_EQUAL(column_numbers(c, 2)[0], 2.5);
    b.rows = 2;
    batch_begin(&b);
    CU_ASSERT_EQUAL(b.rows, 0);
    CU_ASSERT_FALSE(c->wide || c->numbered || c->counted);
    column_put_number(c, 0, 3);
    column_put_number(c, 1, NAN);
    CU_ASSERT_FALSE(c->wide);
    CU_ASSERT_EQUAL(column_numbers(c, 2)[0], 3);
    CU_ASSERT_TRUE(same_answer(column_numbers(c, 2)[1], NAN));
    batch_finish(&b);
    memory_free(&arena);
}

/* A column that is no cell of the table has no other form. */
static void gives_numbers_of_a_score_as_they_are(void)
{
    memory arena = { 0 };
    batch b = { .arena = &arena };

    batch_add(&b, &(column){ .type = RAPPORT_NUMBER });
    CU_ASSERT_TRUE_FATAL(batch_allocate(&b, 1, 0));
    b.column[0].number[0] = 2.5;
    CU_ASSERT_PTR_NULL(b.column[0].small);
    CU_ASSERT_PTR_NULL(b.column[0].units);
    CU_ASSERT_PTR_EQUAL(column_numbers(&b.column[0], 1), b.column[0].number);
    batch_finish(&b);
    memory_free(&arena);
}

static void counts_units_once_a_batch(void)
{
    memory arena = { 0 };
    batch b = { .arena = &arena };

    batch_add(&b, &(column){ .type = RAPPORT_NUMBER, .decimals = 2, .wants_units = true });
    CU_ASSERT_TRUE_FATAL(batch_allocate(&b, 3, 0));
    column *c = &b.column[0];
    c->number[0] = 2.675;
    c->number[1] = NAN;
    c->number[2] = -1;
    const int32_t *units = column_units(c, 3);
    CU_ASSERT_EQUAL(units[0], 268);
    CU_ASSERT_EQUAL(units[1], UNITS_MISSING);
    CU_ASSERT_EQUAL(units[2], -100);
    column_blank(c, 0, 1); /* what is counted is blanked with the number */
    CU_ASSERT_EQUAL(column_units(c, 3)[0], UNITS_MISSING);
    CU_ASSERT_EQUAL(column_units(c, 3)[2], -100);
    batch_begin(&b);
    c->number[0] = 1;
    CU_ASSERT_EQUAL(column_units(c, 1)[0], 100);
    batch_finish(&b);
    memory_free(&arena);
}

/* ---- fences ------------------------------------------------------------------------------- */

static void begin_all_types(batch *b, memory *arena)
{
    *b = (batch){ .arena = arena };
    batch_add(b, &(column){ .type = RAPPORT_NUMBER, .wants_small = true });
    batch_add(b, &(column){ .type = RAPPORT_CATEGORY });
    batch_add(b, &(column){ .type = RAPPORT_TEXT });
    CU_ASSERT_TRUE_FATAL(batch_allocate(b, 5, stretch_piece(100)));
}

static void keeps_room_for_more(void)
{
    memory arena = { 0 };
    batch b;

    begin_all_types(&b, &arena);
    const char *begin = b.seen.begin, *end = begin + b.seen.bytes;
    const void *const seen[] = { b.column[0].number, b.column[0].small, b.column[1].category,
                                 b.column[2].offset, stretch_take(&b.seen, 100) };
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++)
        CU_ASSERT_TRUE((const char *)seen[i] > begin && (const char *)seen[i] < end);
    batch_finish(&b);
    memory_free(&arena);
}

static void notices_what_is_written_beside_rows(void)
{
    memory arena = { 0 };
    batch b;
    begin_all_types(&b, &arena);
    column *number = &b.column[0], *category = &b.column[1];

    for (uint32_t first = 0; first < 5; first++)
        for (uint32_t rows = 1; first + rows <= 5; rows++) {
            double *n = number->number + first;
            int32_t *k = category->category + first;
            n[-1] = 3, k[-1] = 3;
            column_fence(number, first, rows);
            column_fence(category, first, rows);
            column_fence(&b.column[2], first, rows);
            n[0] = n[rows - 1] = k[0] = k[rows - 1] = 9;
            CU_ASSERT_TRUE(column_fence_stands(number, first, rows));
            CU_ASSERT_TRUE(column_fence_stands(category, first, rows));
            CU_ASSERT_TRUE(column_fence_stands(&b.column[2], first, rows));
            CU_ASSERT_TRUE(n[-1] == 3 && k[-1] == 3); /* the row before is somebody's */
            n[-1] = 4, k[-1] = 4;
            CU_ASSERT_FALSE(column_fence_stands(number, first, rows));
            CU_ASSERT_FALSE(column_fence_stands(category, first, rows));
            n[-1] = 3, k[-1] = 3;
            n[rows] = NAN, k[rows] = -1; /* what a blank looks like */
            CU_ASSERT_FALSE(column_fence_stands(number, first, rows));
            CU_ASSERT_FALSE(column_fence_stands(category, first, rows));
        }
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
        { "keeps every number alone", keeps_every_number_alone },
        { "keeps numbers side by side", keeps_numbers_side_by_side },
        { "forgets the last batch", forgets_the_last_batch },
        { "gives numbers of a score as they are", gives_numbers_of_a_score_as_they_are },
        { "counts units once a batch", counts_units_once_a_batch },
        { "keeps room for more", keeps_room_for_more },
        { "notices what is written beside rows", notices_what_is_written_beside_rows },
    };
    return RUN("batch", promises);
}
