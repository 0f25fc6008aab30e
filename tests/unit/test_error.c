/* test_error.c - a message is one harmless line, and mistakes are told in order. */
#include "error.h"

#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"

static const place line_3 = { .file = "a.ini", .line = 3 };
static const place line_7 = { .file = "a.ini", .line = 7, .column = 9 };
static const place before_7 = { .file = "a.ini", .line = 7, .column = 2 };
static const place other = { .file = "b.ini", .line = 1, .column = 1 };

/* Collects what problems_close tells, with line feeds between. */
typedef struct told {
    char text[PROBLEMS_KEPT * 80];
} told;

static void hear(void *self, const char *line)
{
    told *t = self;
    size_t used = strlen(t->text);
    snprintf(t->text + used, sizeof t->text - used, "%s%s", used ? "\n" : "", line);
}

static void returns_the_outcome_it_was_given(void)
{
    rapport_error error;

    CU_ASSERT_EQUAL(fail(&error, RAPPORT_BAD_INPUT, "%s:%d: torn [x]", "a.csv", 4),
                    RAPPORT_BAD_INPUT);
    SAME_TEXT(error.text, "a.csv:4: torn [x]");
    CU_ASSERT_EQUAL(fail(NULL, RAPPORT_NO_REPORT, "nobody listens"), RAPPORT_NO_REPORT);
    CU_ASSERT_EQUAL(fail_memory(&error), RAPPORT_NO_RESOURCES);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "[memory]"));
}

static const struct {
    const char *promise, *given, *expected;
} harmless[] = {
    { "keeps UTF-8 as it is",
      "Gr\xC3\xB6\xC3\x9F"
      "e",
      "Gr\xC3\xB6\xC3\x9F"
      "e" },
    { "shows an escape as digits", "red \x1b[31m", "red \\x1b[31m" },
    { "shows line ends as digits", "two\r\nlines", "two\\x0d\\x0alines" },
    { "shows a delete as digits", "a\x7f", "a\\x7f" },
    { "shows what is not UTF-8 as digits", "caf\xE9", "caf\\xe9" },
    { "shows the second set of control characters as digits",
      "\xC2\x9B"
      "31m",
      "\\xc2\\x9b31m" },
    { "shows an overlong form as digits", "\xC0\xAF", "\\xc0\\xaf" },
    { "shows a longer overlong form as digits", "\xE0\x80\xAF", "\\xe0\\x80\\xaf" },
    { "shows the longest overlong form as digits", "\xF0\x80\x80\xAF", "\\xf0\\x80\\x80\\xaf" },
    { "shows a surrogate as digits", "\xED\xA0\x80", "\\xed\\xa0\\x80" },
    { "shows what lies beyond Unicode as digits", "\xF4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
    { "shows half a character as digits", "\xE2\x82", "\\xe2\\x82" },
    { "keeps a character of four bytes", "\xF0\x9F\x99\x82", "\xF0\x9F\x99\x82" },
};

static void writes_nothing_a_terminal_obeys(void)
{
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        rapport_error error;
        fail(&error, RAPPORT_BUG, "%s", harmless[i].given);
        KEPT(strcmp(error.text, harmless[i].expected) == 0, harmless[i].promise);
    }
}

static void keeps_the_code_when_it_cuts_a_message(void)
{
    rapport_error error;
    char longest[3000];

    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    fail(&error, RAPPORT_BUG, "%s; shorten it [too-long]", longest);
    CU_ASSERT_EQUAL(strlen(error.text), sizeof error.text - 1);
    SAME_TEXT(error.text + strlen(error.text) - 14, "... [too-long]");
}

static void cuts_between_characters(void)
{
    rapport_error error;
    char euros[3000];

    for (size_t shift = 0; shift < 3; shift++) {
        memset(euros, 'x', shift);
        for (size_t i = shift; i + 3 < sizeof euros; i += 3)
            memcpy(euros + i, "\xE2\x82\xAC", 4);
        fail(&error, RAPPORT_BUG, "%s [c]", euros);
        size_t length = strlen(error.text);
        SAME_TEXT(error.text + length - 7, "... [c]");
        CU_ASSERT_EQUAL((length - 7 - shift) % 3, 0);
        CU_ASSERT_TRUE(length > sizeof error.text - 4);
    }
}

static void quotes_no_more_than_a_message_can_bear(void)
{
    char word[2 * ECHO_BYTES];

    memset(word, 'w', sizeof word);
    SAME_TEXT(echo_text("short", 5).text, "short");
    SAME_TEXT(echo_text("short", 2).text, "sh");
    CU_ASSERT_EQUAL(strlen(echo_text(word, ECHO_BYTES).text), ECHO_BYTES);
    echo cut = echo_text(word, ECHO_BYTES + 1);
    CU_ASSERT_EQUAL(strlen(cut.text), ECHO_BYTES + 3);
    SAME_TEXT(cut.text + ECHO_BYTES, "...");
    memcpy(word + ECHO_BYTES - 1, "\xE2\x82\xAC", 3); /* goes over the edge: left out whole */
    SAME_TEXT(echo_text(word, sizeof word).text + ECHO_BYTES - 1, "...");
}

static void writes_a_place_as_precisely_as_it_is_known(void)
{
    problems all = { 0 };
    told t = { "" };
    const place file = { .file = "a.ini" };
    const place said = { .file = "a.ini", .said = "--set a.b=c" };

    problem_add(&all, RAPPORT_BAD_CONFIG, &file, "whole [x]");
    problem_add(&all, RAPPORT_BAD_CONFIG, &line_3, "line [x]");
    problem_add(&all, RAPPORT_BAD_CONFIG, &line_7, "column [x]");
    problem_add(&all, RAPPORT_BAD_CONFIG, &said, "said [x]");
    problem_add(&all, RAPPORT_BAD_CONFIG, NULL, "nowhere [x]");
    problems_close(&all, hear, &t, NULL);
    SAME_TEXT(t.text, "a.ini: whole [x]\n--set a.b=c: said [x]\na.ini:3: line [x]\n"
                      "a.ini:7:9: column [x]\nnowhere [x]");
}

static void tells_mistakes_in_the_order_of_the_files(void)
{
    problems all = { 0 };
    told t = { "" };
    rapport_error first;

    problem_add(&all, RAPPORT_BAD_CONFIG, &line_7, "late");
    problem_add(&all, RAPPORT_BAD_CONFIG, &other, "other file");
    problem_add(&all, RAPPORT_BAD_CONFIG, &line_3, "early");
    problem_add(&all, RAPPORT_BAD_CONFIG, &line_7, "late, and second");
    problem_add(&all, RAPPORT_BAD_CONFIG, &before_7, "to the left");
    CU_ASSERT_EQUAL(problems_close(&all, hear, &t, &first), RAPPORT_BAD_CONFIG);
    SAME_TEXT(
        t.text,
        "a.ini:3: early\na.ini:7:2: to the left\na.ini:7:9: late\na.ini:7:9: late, and second\n"
        "b.ini:1:1: other file");
    SAME_TEXT(first.text, "a.ini:3: early");
}

static void says_the_same_only_once(void)
{
    problems all = { 0 };

    problem_add(&all, RAPPORT_BAD_CONFIG, &line_3, "twice");
    problem_add(&all, RAPPORT_BAD_CONFIG, &line_3, "twice");
    CU_ASSERT_EQUAL(all.count, 1);
    problem_add(&all, RAPPORT_BAD_CONFIG, &line_7, "twice");
    CU_ASSERT_EQUAL(all.count, 2);
}

static void counts_what_it_does_not_keep(void)
{
    problems all = { 0 };
    told t = { "" };

    for (uint32_t i = 0; i < PROBLEMS_KEPT; i++)
        problem_add(&all, RAPPORT_BAD_CONFIG, &line_3, "mistake %u", i);
    problems_close(&all, hear, &t, NULL);
    CU_ASSERT_PTR_NULL(strstr(t.text, "more"));
    problem_add(&all, RAPPORT_BAD_CONFIG, &line_3, "one");
    problem_add(&all, RAPPORT_BAD_CONFIG, &line_3, "two");
    t.text[0] = '\0';
    problems_close(&all, hear, &t, NULL);
    CU_ASSERT_EQUAL(all.count, PROBLEMS_KEPT + 2);
    SAME_TEXT(strrchr(t.text, '\n') + 1, "and 2 more; put these right first [more]");
}

static void is_done_when_nothing_is_wrong(void)
{
    problems all = { 0 };
    told t = { "" };

    CU_ASSERT_EQUAL(problems_close(&all, hear, &t, NULL), RAPPORT_DONE);
    SAME_TEXT(t.text, "");
}

static void blames_the_settings_before_the_plugin(void)
{
    problems all = { 0 };
    rapport_error first;

    problem_add(&all, RAPPORT_BAD_PLUGIN, &line_3, "plugin");
    CU_ASSERT_EQUAL(problems_close(&all, NULL, NULL, &first), RAPPORT_BAD_PLUGIN);
    problem_add(&all, RAPPORT_BAD_CONFIG, &line_7, "settings");
    CU_ASSERT_EQUAL(problems_close(&all, NULL, NULL, &first), RAPPORT_BAD_CONFIG);
    SAME_TEXT(first.text, "a.ini:7:9: settings");
}

static void says_only_that_memory_ran_out_when_it_did(void)
{
    problems all = { 0 };
    told t = { "" };
    rapport_error first;

    problem_add(&all, RAPPORT_BAD_CONFIG, &line_3, "hearsay");
    CU_ASSERT_PTR_NULL(problem_memory(&all));
    CU_ASSERT_EQUAL(problems_close(&all, hear, &t, &first), RAPPORT_NO_RESOURCES);
    SAME_TEXT(first.text, t.text);
    CU_ASSERT_PTR_NULL(strstr(t.text, "hearsay"));
    CU_ASSERT_PTR_NOT_NULL(strstr(t.text, "[memory]"));
}

int main(void)
{
    static const promise promises[] = {
        { "returns the outcome it was given", returns_the_outcome_it_was_given },
        { "writes nothing a terminal obeys", writes_nothing_a_terminal_obeys },
        { "keeps the code when it cuts a message", keeps_the_code_when_it_cuts_a_message },
        { "cuts between characters", cuts_between_characters },
        { "quotes no more than a message can bear", quotes_no_more_than_a_message_can_bear },
        { "writes a place as precisely as it is known",
          writes_a_place_as_precisely_as_it_is_known },
        { "tells mistakes in the order of the files", tells_mistakes_in_the_order_of_the_files },
        { "says the same only once", says_the_same_only_once },
        { "counts what it does not keep", counts_what_it_does_not_keep },
        { "is done when nothing is wrong", is_done_when_nothing_is_wrong },
        { "blames the settings before the plugin", blames_the_settings_before_the_plugin },
        { "says only that memory ran out when it did", says_only_that_memory_ran_out_when_it_did },
    };
    return RUN("error", promises);
}
