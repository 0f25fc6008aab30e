/* test_memory.c - an arena gives zeroed, aligned, separate pieces, and no wrapped products. */
#include "memory.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"

static bool is_zero(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i])
            return false;
    return true;
}

static void gives_zeroed_aligned_and_separate_pieces(void)
{
    static const size_t sizes[] = { 0, 1, 7, 63, 64, 65, 1000, 16384, 16385, 70000, 3 };
    enum { ROUNDS = 50, SIZES = sizeof sizes / sizeof *sizes };
    memory arena = { 0 };
    char *piece[ROUNDS * SIZES];

    for (size_t i = 0; i < ROUNDS * SIZES; i++) {
        size_t size = sizes[i % SIZES], alignment = size >= 64 ? 64 : alignof(max_align_t);
        piece[i] = memory_new(&arena, size);
        KEPT(piece[i] && (uintptr_t)piece[i] % alignment == 0, "aligns a piece");
        KEPT(piece[i] && is_zero(piece[i], size), "gives zeroed pieces");
        if (piece[i])
            memset(piece[i], (int)(i % 250) + 1, size);
    }
    for (size_t i = 0; i < ROUNDS * SIZES; i++)
        for (size_t k = 0; piece[i] && k < sizes[i % SIZES]; k += 61)
            if (piece[i][k] != (char)(i % 250 + 1)) {
                KEPT(false, "keeps pieces apart");
                break;
            }
    memory_free(&arena);
    memory_free(&arena); /* an empty one is fine */
}

static void refuses_what_no_machine_has(void)
{
    memory arena = { 0 };

    CU_ASSERT_PTR_NULL(memory_new(&arena, SIZE_MAX));
    CU_ASSERT_PTR_NULL(memory_new(&arena, SIZE_MAX - 100));
    CU_ASSERT_PTR_NULL(memory_array(&arena, SIZE_MAX / 8 + 2, 8)); /* wraps to 8 bytes */
    CU_ASSERT_PTR_NULL(memory_text(&arena, "", SIZE_MAX));
    CU_ASSERT_PTR_NOT_NULL(memory_array(&arena, 0, 8));
    memory_free(&arena);
}

static void copies_a_text_and_ends_it(void)
{
    memory arena = { 0 };
    const char *sixteen = memory_text(&arena, "0123456789abcdef", 16);

    memset(memory_new(&arena, 16), 'x', 16); /* a neighbour that must not come to its end */
    SAME_TEXT(sixteen, "0123456789abcdef");
    SAME_TEXT(memory_text(&arena, "bands", 4), "band");
    SAME_TEXT(memory_text(&arena, NULL, 0), "");
    memory_free(&arena);
}

static void keeps_elements_while_an_array_grows(void)
{
    memory arena = { 0 };
    uint32_t *list = NULL, moves = 0;

    for (uint32_t i = 0; i < 1000; i++) {
        uint32_t *grown = memory_grow(&arena, list, i, sizeof *list);
        moves += grown != list;
        list = grown;
        list[i] = i;
        memory_new(&arena, 1); /* a neighbour that must not be run over */
    }
    for (uint32_t i = 0; i < 1000; i++)
        if (list[i] != i)
            KEPT(false, "keeps every element");
    CU_ASSERT_EQUAL(moves, 9); /* 4, 8, ... 1024 */
    memory_free(&arena);
}

int main(void)
{
    static const promise promises[] = {
        { "gives zeroed, aligned and separate pieces", gives_zeroed_aligned_and_separate_pieces },
        { "refuses what no machine has", refuses_what_no_machine_has },
        { "copies a text and ends it", copies_a_text_and_ends_it },
        { "keeps elements while an array grows", keeps_elements_while_an_array_grows },
    };
    return RUN("memory", promises);
}
