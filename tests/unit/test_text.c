/* test_text.c - bytes that grow at their end. */
#include "run.h"

#include <stdint.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "text.h"

static void same_bytes(const text *t, const char *expected)
{
    CU_ASSERT_EQUAL(t->length, strlen(expected));
    CU_ASSERT_TRUE(t->length == strlen(expected) && memcmp(t->bytes, expected, t->length) == 0);
}

static void adds_bytes_at_the_end(void)
{
    text t = { 0 };

    CU_ASSERT_TRUE(text_add(&t, "abc", 2));
    CU_ASSERT_TRUE(text_add_string(&t, ",c"));
    CU_ASSERT_TRUE(text_add_string(&t, ""));
    CU_ASSERT_TRUE(text_add(&t, NULL, 0));
    same_bytes(&t, "ab,c");
    text_free(&t);
}

static void adds_counts(void)
{
    text t = { 0 };

    CU_ASSERT_TRUE(text_add_count(&t, 0));
    CU_ASSERT_TRUE(text_add_string(&t, " "));
    CU_ASSERT_TRUE(text_add_count(&t, 48210));
    CU_ASSERT_TRUE(text_add_string(&t, " "));
    CU_ASSERT_TRUE(text_add_count(&t, UINT64_MAX));
    same_bytes(&t, "0 48210 18446744073709551615");
    text_free(&t);
}

static void keeps_what_it_holds_while_it_grows(void)
{
    text t = { 0 };
    bool kept_all = true;

    for (unsigned i = 0; i < 100000; i++)
        kept_all &= text_add(&t, (char[]){ (char)(i % 251) }, 1);
    for (unsigned i = 0; i < t.length; i++)
        kept_all &= t.bytes[i] == (char)(i % 251);
    CU_ASSERT_TRUE(kept_all);
    CU_ASSERT_EQUAL(t.length, 100000);
    CU_ASSERT_TRUE(t.room >= t.length);
    text_free(&t);
}

static void gives_room_to_write_into(void)
{
    text t = { 0 };

    CU_ASSERT_PTR_NOT_NULL(text_room(&t, 0)); /* NULL would say out of memory */
    CU_ASSERT_TRUE(text_add_string(&t, "a"));
    char *at = text_room(&t, 1000);
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    CU_ASSERT_EQUAL(t.length, 1);
    memset(at, 'b', 1000);
    t.length += 1000;
    CU_ASSERT_EQUAL(t.bytes[0], 'a');
    CU_ASSERT_EQUAL(t.bytes[1000], 'b');
    text_free(&t);
}

static void stays_as_it_was_when_memory_runs_out(void)
{
    text t = { 0 };

    CU_ASSERT_TRUE(text_add_string(&t, "ab"));
    CU_ASSERT_PTR_NULL(text_room(&t, SIZE_MAX));
    CU_ASSERT_PTR_NULL(text_room(&t, SIZE_MAX / 2));
    CU_ASSERT_FALSE(text_add(&t, "c", SIZE_MAX - 1));
    same_bytes(&t, "ab");
    text_free(&t);
}

static void keeps_to_the_room_it_is_given(void)
{
    char room[8] = "12345678";
    text t = { .bytes = room, .room = 6, .fixed = true };

    CU_ASSERT_TRUE(text_add_string(&t, "abcd"));
    CU_ASSERT_FALSE(t.full);
    CU_ASSERT_FALSE(text_add_string(&t, "efg"));
    CU_ASSERT_TRUE(t.full);
    same_bytes(&t, "abcd");
    CU_ASSERT_TRUE(text_add_string(&t, "ef"));
    CU_ASSERT_PTR_EQUAL(text_room(&t, 0), room + 6);
    CU_ASSERT_PTR_NULL(text_room(&t, 1));
    same_bytes(&t, "abcdef");
    CU_ASSERT_EQUAL(memcmp(room, "abcdef78", 8), 0);
    text_free(&t); /* a sanitizer would object to freeing it */
    CU_ASSERT_PTR_NULL(t.bytes);
    CU_ASSERT_FALSE(t.fixed);
}

static void can_be_freed_twice_and_used_again(void)
{
    text t = { 0 };

    text_free(&t);
    CU_ASSERT_TRUE(text_add_string(&t, "a"));
    text_free(&t);
    text_free(&t);
    CU_ASSERT_EQUAL(t.length, 0);
    CU_ASSERT_TRUE(text_add_string(&t, "b"));
    same_bytes(&t, "b");
    text_free(&t);
}

int main(void)
{
    static const promise promises[] = {
        { "adds bytes at the end", adds_bytes_at_the_end },
        { "adds counts", adds_counts },
        { "keeps what it holds while it grows", keeps_what_it_holds_while_it_grows },
        { "gives room to write into", gives_room_to_write_into },
        { "stays as it was when memory runs out", stays_as_it_was_when_memory_runs_out },
        { "keeps to the room it is given", keeps_to_the_room_it_is_given },
        { "can be freed twice and used again", can_be_freed_twice_and_used_again },
    };
    return RUN("text", promises);
}
