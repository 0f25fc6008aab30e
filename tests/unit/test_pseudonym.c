/* test_pseudonym.c - ids that stand for others, as a program gets them that embeds rapport. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <CUnit/CUnit.h>

#include <rapport/rapport.h>

#include "run.h"
#include "scratch.h"

static const char *const id[] = { "id", NULL };
static char heard[1024];

static void hear(void *self, rapport_severity severity, const char *line)
{
    (void)self;
    snprintf(heard, sizeof heard, "%d: %s", (int)severity, line);
}

static const rapport_options in_to_out = {
    .size = sizeof in_to_out, .input = "in.csv", .output = "out.csv", .message = hear
};

static rapport_pseudonyms *with_key(const char *path)
{
    rapport_pseudonyms *with;
    rapport_error error = { "" };

    CU_ASSERT_EQUAL(rapport_pseudonyms_open(&with, path, &error), RAPPORT_DONE);
    SAME_TEXT(error.text, "");
    CU_ASSERT_PTR_NOT_NULL_FATAL(with);
    return with;
}

/* The second line of what becomes of a table, good until the next call. */
static const char *second_line(rapport_pseudonyms *with, const char *table)
{
    static char line[128];
    rapport_error error = { "" };

    scratch_write("in.csv", table);
    CU_ASSERT_EQUAL(rapport_pseudonymise(with, id, &in_to_out, &error), RAPPORT_DONE);
    char *out = scratch_read("out.csv", NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    snprintf(line, sizeof line, "%s", strchr(out, '\n') + 1);
    free(out);
    return line;
}

static void gives_one_pseudonym_for_one_key(void)
{
    rapport_error error = { "" };
    char first[128];

    CU_ASSERT_EQUAL(rapport_make_key("keys/one", &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(rapport_make_key("keys/two", &error), RAPPORT_DONE);
    rapport_pseudonyms *one = with_key("keys/one"), *two = with_key("keys/two");
    strcpy(first, second_line(one, "id\nann\n"));
    CU_ASSERT_EQUAL(strlen(first), 33);
    SAME_TEXT(heard, "1: 1 records; out.csv");
    SAME_TEXT(second_line(one, "id\nann\n"), first);
    CU_ASSERT_NOT_EQUAL(strcmp(second_line(two, "id\nann\n"), first), 0);
    CU_ASSERT_NOT_EQUAL(strcmp(second_line(one, "id\nbob\n"), first), 0);
    rapport_pseudonyms_close(one);
    rapport_pseudonyms_close(two);
}

static void reads_no_key_that_others_may_read(void)
{
    rapport_error error = { "" };
    rapport_pseudonyms *with;

    CU_ASSERT_EQUAL(rapport_make_key("keys/open", &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(chmod("keys/open", 0644), 0);
    CU_ASSERT_EQUAL(rapport_pseudonyms_open(&with, "keys/open", &error), RAPPORT_WRONG_USE);
    CU_ASSERT_PTR_NULL(with);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "[key-file]"));
    rapport_pseudonyms_close(with);
}

static void ends_when_told_and_keeps_the_old_table(void)
{
    rapport_error error = { "" };

    CU_ASSERT_EQUAL(rapport_make_key("keys/ended", &error), RAPPORT_DONE);
    rapport_pseudonyms *with = with_key("keys/ended");
    scratch_write("in.csv", "id\nann\n");
    scratch_write("out.csv", "old");
    rapport_pseudonyms_cancel(with);
    CU_ASSERT_EQUAL(rapport_pseudonymise(with, id, &in_to_out, &error), RAPPORT_NO_REPORT);
    SAME_TEXT(heard + strlen("3: "), error.text);
    char *out = scratch_read("out.csv", NULL);
    SAME_TEXT(out, "old");
    free(out);
    CU_ASSERT_EQUAL(scratch_count("out.csv"), 1);
    rapport_pseudonyms_close(with);
}

int main(void)
{
    static const promise promises[] = {
        { "gives one pseudonym for one key", gives_one_pseudonym_for_one_key },
        { "reads no key that others may read", reads_no_key_that_others_may_read },
        { "ends when told and keeps the old table", ends_when_told_and_keeps_the_old_table },
    };

    scratch_begin();
    scratch_folder("keys");
    return RUN("pseudonym", promises);
}
