/* test_desk.c - what a supervisor and a worker tell each other before the first row. */
#define _GNU_SOURCE
#include "process/desk.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "run.h"

static void expect_text(const desk *d, desk_text which, const char *expected)
{
    text copy = { 0 };

    CU_ASSERT_TRUE(desk_read(d, which, &copy) && text_add(&copy, "", 1));
    SAME_TEXT(copy.bytes, expected);
    text_free(&copy);
}

static void carries_texts_from_one_process_to_the_other(void)
{
    desk *d = desk_new();

    CU_ASSERT_PTR_NOT_NULL_FATAL(d);
    pid_t worker = fork();
    if (worker == 0) {
        desk_wait_header(d);
        desk_write(d, DESK_NOTES, desk_header(d), d->header_length);
        desk_write(d, DESK_NOTES, "!", 1);
        desk_write(d, DESK_FACTS, "facts", 5);
        desk_reach(d, DESK_READY);
        _exit(0);
    }
    CU_ASSERT_EQUAL(desk_wait(d, DESK_READY, 20), DESK_NEW);
    desk_give_header(d, "id,a", 4, 7);
    while (desk_wait(d, DESK_READY, 1000) != DESK_READY)
        ;
    waitpid(worker, NULL, 0);
    expect_text(d, DESK_NOTES, "id,a!");
    expect_text(d, DESK_FACTS, "facts");
    expect_text(d, DESK_HEADING, "");
    desk_clear(d); /* for another worker, and the header stays */
    expect_text(d, DESK_NOTES, "");
    CU_ASSERT_EQUAL(desk_wait(d, DESK_NEW, 0), DESK_NEW);
    desk_wait_header(d);
    desk_free(d);
    desk_free(NULL);
}

static void takes_no_more_than_there_is_room_for(void)
{
    enum { PIECE = 1 << 10, PIECES = 64 };
    desk *d = desk_new();
    char *piece = malloc(PIECE);
    text copy = { 0 };

    CU_ASSERT_TRUE_FATAL(d && piece);
    memset(piece, 'm', PIECE);
    for (int i = 0; i < PIECES; i++)
        CU_ASSERT_TRUE(desk_write(d, DESK_MISTAKES, piece, PIECE));
    CU_ASSERT_FALSE(desk_write(d, DESK_MISTAKES, piece, 1));
    CU_ASSERT_TRUE(desk_write(d, DESK_FACTS, "f", 1)); /* whose room is behind it */
    atomic_store(&d->length[DESK_MISTAKES], SIZE_MAX); /* as a plugin may have it */
    CU_ASSERT_TRUE(desk_read(d, DESK_MISTAKES, &copy));
    CU_ASSERT_EQUAL(copy.length, PIECE * PIECES);
    CU_ASSERT_EQUAL(copy.bytes[PIECE * PIECES - 1], 'm');
    CU_ASSERT_FALSE(desk_write(d, DESK_MISTAKES, piece, 1));
    atomic_store(&d->state, 77);
    CU_ASSERT_EQUAL(desk_wait(d, DESK_READY, 0), DESK_REFUSED);
    text_free(&copy);
    free(piece);
    desk_free(d);
}

int main(void)
{
    static const promise promises[] = {
        { "carries texts from one process to the other",
          carries_texts_from_one_process_to_the_other },
        { "takes no more than there is room for", takes_no_more_than_there_is_room_for },
    };

    return RUN("desk", promises);
}
