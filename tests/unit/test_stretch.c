/* test_stretch.c - what lies in a stretch can be shown to somebody who may not write to it. */
#define _GNU_SOURCE
#include "table/stretch.h"

#include <stdint.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "run.h"

/* The kernel tells without a signal. */
static bool can_write(const void *at)
{
    return getrandom((void *)(uintptr_t)at, 1, 0) == 1;
}

static void gives_pieces_apart_from_each_other(void)
{
    static const size_t sizes[] = { 1, 64, 63, 4096, 100000, 0, 8 };
    stretch s = { 0 };
    size_t all = 0;
    const char *free_from = NULL;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        all += stretch_piece(sizes[i]);
    CU_ASSERT_TRUE_FATAL(stretch_map(&s, all));
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *piece = stretch_take(&s, sizes[i]);
        CU_ASSERT_PTR_NOT_NULL_FATAL(piece);
        CU_ASSERT_EQUAL((uintptr_t)piece % 64, 0);
        CU_ASSERT_TRUE(piece - 64 >= (free_from ? free_from : s.begin));
        for (size_t at = 0; at < sizes[i]; at++)
            CU_ASSERT_EQUAL_FATAL(piece[at], 0);
        memset(piece, 1, sizes[i]);
        free_from = piece + sizes[i];
    }
    CU_ASSERT_TRUE(free_from + 64 <= s.begin + s.bytes);
    CU_ASSERT_PTR_NULL(stretch_take(&s, 200000));
    stretch_unmap(&s);
    stretch_unmap(&s);
}

static void ends_where_nobody_can_write(void)
{
    stretch s = { 0 };

    CU_ASSERT_TRUE_FATAL(stretch_map(&s, 5000));
    for (int round = 0; round < 2; round++) {
        CU_ASSERT_TRUE(can_write(s.begin) && can_write(s.begin + s.bytes - 1));
        CU_ASSERT_FALSE(can_write(s.begin - 1));
        CU_ASSERT_FALSE(can_write(s.begin + s.bytes));
        CU_ASSERT_TRUE(round > 0 || stretch_hold_read_only(&s));
    }
    stretch_unmap(&s);
}

static void shows_what_nobody_can_write_to(void)
{
    stretch s = { 0 };

    CU_ASSERT_TRUE_FATAL(stretch_map(&s, stretch_piece(10000)));
    char *piece = stretch_take(&s, 10000);
    strcpy(piece + 9000, "before");
    CU_ASSERT_PTR_EQUAL(stretch_shown(&s, piece), piece);
    CU_ASSERT_TRUE_FATAL(stretch_hold_read_only(&s));
    const char *shown = stretch_shown(&s, piece);
    SAME_TEXT(shown + 9000, "before");
    strcpy(piece + 9000, "after");
    SAME_TEXT(shown + 9000, "after");
    CU_ASSERT_TRUE(can_write(piece) && can_write(piece + 9999));
    CU_ASSERT_FALSE(can_write(shown) || can_write(shown + 9999));
    stretch_unmap(&s);
    CU_ASSERT_FALSE(can_write(piece));
}

/* Who is forked off goes on with nothing of it. */
static void keeps_it_from_children(void)
{
    stretch s = { 0 };
    int status;

    CU_ASSERT_TRUE_FATAL(stretch_map(&s, 100) && stretch_hold_read_only(&s));
    const pid_t child = fork();
    if (child == 0)
        _exit(can_write(s.begin) ? 1 : 0);
    CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
    CU_ASSERT_EQUAL(status, 0);
    stretch_unmap(&s);
}

int main(void)
{
    static const promise promises[] = {
        { "gives pieces apart from each other", gives_pieces_apart_from_each_other },
        { "ends where nobody can write", ends_where_nobody_can_write },
        { "shows what nobody can write to", shows_what_nobody_can_write_to },
        { "keeps it from children", keeps_it_from_children },
    };
    return RUN("stretch", promises);
}
