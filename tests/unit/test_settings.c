/* test_settings.c - a setting is what its row allows, wholly, or refused with its place. */
#include "config/settings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "config/schema.h"
#include "config/value.h"
#include "run.h"

/* One section checked: what came out, what was told of it, and what is to be freed. */
typedef struct given {
    memory arena;
    problems all;
    config config;
    settings settings;
    char told[PROBLEMS_KEPT * 300];
} given;

static void hear(void *self, const char *line)
{
    given *g = self;
    size_t used = strlen(g->told);
    snprintf(g->told + used, sizeof g->told - used, "%s%s", used ? "\n" : "", line);
}

static const char *told(given *g)
{
    g->told[0] = '\0';
    problems_close(&g->all, hear, g, NULL);
    return g->told;
}

static void done(given *g)
{
    memory_free(&g->arena);
    free(g);
}

/* [scale total] at line 20 of conf/a.ini, with one key in line 21, its value in column 9. */
static given *check(const rapport_list *lists, uint32_t count, const char *key, const char *value)
{
    const place at = { .file = "conf/a.ini", .line = 20, .column = 1 };
    const setting one = { .key = key,
                          .value = value,
                          .at = { .file = "conf/a.ini", .line = 21, .column = 1 },
                          .value_at = { .file = "conf/a.ini", .line = 21, .column = 9 } };
    given *g = calloc(1, sizeof *g);
    if (!g)
        abort();
    section *total = config_add(&g->config, "scale total", at, &g->arena);
    if (key)
        section_add(total, &one, &g->arena);
    CU_ASSERT_TRUE(settings_check(&g->settings, total, at, NULL, lists, count, &g->arena, &g->all));
    return g;
}

static given *check_row(const rapport_setting *row, const char *value)
{
    const rapport_list list = { row, 1, sizeof *row };
    return check(&list, 1, row->name, value);
}

/* A value as text: numbers and words with | between. */
static const char *written_out(const rapport_value *value)
{
    static char out[512];
    size_t used = 0;

    out[0] = '\0';
    for (uint32_t i = 0; i < value->count && used < sizeof out; i++) {
        const char *bar = i ? "|" : "";
        used +=
            (size_t)(value->real
                         ? snprintf(out + used, sizeof out - used, "%s%g", bar, value->real[i])
                         : snprintf(out + used, sizeof out - used, "%s%s", bar, value->word[i]));
    }
    return out;
}

/* ---- one value ---------------------------------------------------------------------- */

#define ROW(kind, ...)                                                                             \
    {                                                                                              \
        .name = "k", .fallback = "", .doc = "A key.", .type = (kind), __VA_ARGS__                  \
    }

static const rapport_setting any_row = ROW(RAPPORT_WORD, .flags = 0);
static const rapport_setting list_row = ROW(RAPPORT_WORD, .flags = RAPPORT_LISTED);
static const rapport_setting choice_row = ROW(RAPPORT_WORD, .choices = "sum|mean|median");
static const rapport_setting choices_row =
    ROW(RAPPORT_WORD, .choices = "sum|mean", .flags = RAPPORT_LISTED);
static const rapport_setting yes_row = ROW(RAPPORT_YES_NO, .high = 1);
static const rapport_setting whole_row = ROW(RAPPORT_WHOLE, .high = 100, .unit = "bytes");
static const rapport_setting any_whole_row = ROW(RAPPORT_WHOLE, .unit = "rows");
static const rapport_setting real_row = ROW(RAPPORT_REAL, .low = -1, .high = 2.5);
static const rapport_setting least_row = ROW(RAPPORT_REAL, .low = 0.5, .high = INFINITY);
static const rapport_setting most_row =
    ROW(RAPPORT_REAL, .low = -INFINITY, .high = 8, .unit = "points");
static const rapport_setting any_real_row = ROW(RAPPORT_REAL, .flags = 0);
static const rapport_setting weights_row = ROW(RAPPORT_REAL, .flags = RAPPORT_PER_ITEM);
static const rapport_setting column_row = ROW(RAPPORT_COLUMN, .flags = 0);
static const rapport_setting columns_row = ROW(RAPPORT_COLUMN, .flags = RAPPORT_LISTED);
static const rapport_setting path_row = ROW(SETTING_PATH, .flags = 0);
static const rapport_setting range_row = ROW(SETTING_RANGE, .flags = 0);
static const rapport_setting name_row = ROW(SETTING_NAME, .flags = 0);
static const rapport_setting names_row = ROW(SETTING_NAME, .flags = RAPPORT_LISTED);

static const struct {
    const char *promise;
    const rapport_setting *row;
    const char *text, *expected;
} right[] = {
    { "takes a word as it stands", &any_row, "two words, \"and more\"", "two words, \"and more\"" },
    { "splits a list at blanks", &list_row, "NA  -99\tx", "NA|-99|x" },
    { "keeps quoted words together", &list_row, "\"not given\" NA \"a\"", "not given|NA|a" },
    { "keeps quotes inside a word", &list_row, "5\" a\"b", "5\"|a\"b" },
    { "takes a choice", &choice_row, "mean", "mean" },
    { "takes choices", &choices_row, "mean sum", "mean|sum" },
    { "takes yes", &yes_row, "yes", "1" },
    { "takes no", &yes_row, "no", "0" },
    { "takes the lowest", &whole_row, "0", "0" },
    { "takes the highest", &whole_row, "100", "100" },
    { "takes any whole number without a range", &any_whole_row, "-70000", "-70000" },
    { "takes a whole number with an exponent", &any_whole_row, "1e3", "1000" },
    { "takes a real number", &real_row, "-0.25", "-0.25" },
    { "takes any real number without a range", &any_real_row, "1e300", "1e+300" },
    { "takes a range that is open above", &least_row, "1e6", "1e+06" },
    { "takes a range that is open below", &most_row, "-1e6", "-1e+06" },
    { "takes a list of numbers", &weights_row, "1 0.5 -2", "1|0.5|-2" },
    { "takes the whole text as a column's name", &column_row, "Client id", "Client id" },
    { "takes quoted columns", &columns_row, "\"Client id\" b", "Client id|b" },
    { "sees a path from the file", &path_row, "x y.csv", "conf/x y.csv" },
    { "sees a table from the file", &path_row, "../n.csv", "conf/../n.csv" },
    { "keeps standard input", &path_row, "-", "-" },
    { "takes a range", &range_row, "1..5", "1|5" },
    { "takes a range around zero", &range_row, "-3..3", "-3|3" },
    { "takes a range with decimals", &range_row, "0.5..2.5", "0.5|2.5" },
    { "takes a range below zero", &range_row, "-3..-1", "-3|-1" },
    { "takes a name", &name_row, "A1_b", "A1_b" },
    { "takes names", &names_row, "bc1 C5", "bc1|C5" },
    { "spells a stretch out", &names_row, "x A1..A5 y", "x|A1|A2|A3|A4|A5|y" },
    { "spells a stretch over ten out", &names_row, "bc8..bc11", "bc8|bc9|bc10|bc11" },
    { "keeps the width of a stretch", &names_row, "bc08..bc11", "bc08|bc09|bc10|bc11" },
    { "numbers by the last digits", &names_row, "q1_2..q1_3", "q1_2|q1_3" },
    { "begins a stretch at zero", &names_row, "i0..i2", "i0|i1|i2" },
    { "passes over an empty value", &whole_row, "", "" },
};

static void takes_what_its_row_allows(void)
{
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        given *g = check_row(right[i].row, right[i].text);
        const char *got = written_out(&settings_get(&g->settings, "k")->value);
        KEPT(strcmp(got, right[i].expected) == 0 && g->all.count == 0, right[i].promise);
        SAME_TEXT(got, right[i].expected);
        SAME_TEXT(told(g), "");
        done(g);
    }
}

#define AT "conf/a.ini:21:9: "

static const struct {
    const char *promise;
    const rapport_setting *row;
    const char *text, *told;
} wrong[] = {
    { "refuses a number with a tail", &whole_row, "12abc",
      AT "k is not a number: '12abc'; write digits only, with a point for decimals (allowed 0 to "
         "100 bytes) [cfg-not-a-number]" },
    { "refuses a decimal comma", &real_row, "0,5",
      AT "k is not a number: '0,5'; write digits only, with a point for decimals (allowed -1 to "
         "2.5) [cfg-not-a-number]" },
    { "refuses words for numbers", &any_whole_row, "nan",
      AT "k is not a number: 'nan'; write digits only, with a point for decimals (in rows) "
         "[cfg-not-a-number]" },
    { "refuses what is beyond a double", &any_real_row, "1e999",
      AT "k is not a number: '1e999'; write digits only, with a point for decimals "
         "[cfg-not-a-number]" },
    { "refuses two numbers for one", &any_real_row, "1 2",
      AT "k is not a number: '1 2'; write digits only, with a point for decimals "
         "[cfg-not-a-number]" },
    { "refuses a fraction for a whole number", &whole_row, "2.5",
      AT "k is not a whole number: '2.5'; write one (allowed 0 to 100 bytes) [cfg-not-whole]" },
    { "refuses a whole number too large to be exact", &any_whole_row, "9007199254740994",
      AT "k is not a whole number: '9007199254740994'; write one (in rows) [cfg-not-whole]" },
    { "refuses what is too large", &whole_row, "101",
      AT "k is above its maximum: '101'; lower it (allowed 0 to 100 bytes) [cfg-range]" },
    { "refuses what is too small", &whole_row, "-1",
      AT "k is below its minimum: '-1'; raise it (allowed 0 to 100 bytes) [cfg-range]" },
    { "says what a range open above allows", &least_row, "0.4",
      AT "k is below its minimum: '0.4'; raise it (allowed 0.5 and more) [cfg-range]" },
    { "says what a range open below allows", &most_row, "8.1",
      AT "k is above its maximum: '8.1'; lower it (allowed up to 8 points) [cfg-range]" },
    { "refuses true for yes", &yes_row, "true",
      AT "k is neither yes nor no: 'true'; write one of them [cfg-not-yes-no]" },
    { "refuses capitals for yes", &yes_row, "Yes",
      AT "k is neither yes nor no: 'Yes'; write one of them [cfg-not-yes-no]" },
    { "suggests a choice", &choice_row, "sums",
      AT "k cannot be 'sums'; did you mean 'sum'? [cfg-choice]" },
    { "lists the choices", &choice_row, "product",
      AT "k cannot be 'product'; write one of sum, mean, median [cfg-choice]" },
    { "refuses a part of a choice", &choice_row, "me",
      AT "k cannot be 'me'; write one of sum, mean, median [cfg-choice]" },
    { "names the word of a list", &choices_row, "sum maen",
      "conf/a.ini:21:13: k cannot be 'maen'; did you mean 'mean'? [cfg-choice]" },
    { "names every wrong word of a list", &weights_row, "1 a b",
      "conf/a.ini:21:11: k is not a number: 'a'; write digits only, with a point for decimals "
      "[cfg-not-a-number]\n"
      "conf/a.ini:21:13: k is not a number: 'b'; write digits only, with a point for decimals "
      "[cfg-not-a-number]" },
    { "refuses a quote that does not close", &list_row, "a \"b c",
      AT "k has a quote that does not close before a blank; write \"two words\" [cfg-list]" },
    { "refuses text after a quote", &list_row, "\"a\"b",
      AT "k has a quote that does not close before a blank; write \"two words\" [cfg-list]" },
    { "refuses an empty word", &list_row, "a \"\" b",
      AT "k has an empty word; take out the \"\" [cfg-list]" },
    { "refuses a range with a hyphen", &range_row, "1-5",
      AT "k is not a range: '1-5'; write the lowest and the highest number as in 1..5 "
         "[cfg-not-a-range]" },
    { "refuses half a range", &range_row, "1..",
      AT "k is not a range: '1..'; write the lowest and the highest number as in 1..5 "
         "[cfg-not-a-range]" },
    { "refuses a lone dot at the end of a range", &range_row, "1.",
      AT "k is not a range: '1.'; write the lowest and the highest number as in 1..5 "
         "[cfg-not-a-range]" },
    { "refuses three dots", &range_row, "1...5",
      AT "k is not a range: '1...5'; write the lowest and the highest number as in 1..5 "
         "[cfg-not-a-range]" },
    { "refuses a range that falls", &range_row, "5..1",
      AT "k does not rise: '5..1'; write the lower number first [cfg-range]" },
    { "refuses a range of nothing", &range_row, "5..5",
      AT "k does not rise: '5..5'; write the lower number first [cfg-range]" },
    { "refuses a name with a hyphen", &name_row, "a-b",
      AT "'a-b' cannot be a name; use at most 48 letters, digits and _, and begin with a letter "
         "[cfg-name]" },
    { "refuses two names for one", &name_row, "a b",
      AT "'a b' cannot be a name; use at most 48 letters, digits and _, and begin with a letter "
         "[cfg-name]" },
    { "refuses a stretch for one name", &name_row, "a1..a2",
      AT "'a1..a2' cannot be a name; use at most 48 letters, digits and _, and begin with a "
         "letter [cfg-name]" },
    { "refuses a stretch of two names", &names_row, "a1..b5",
      AT "'a1..b5' is no stretch of names; write the same name with two numbers, as in "
         "bc1..bc15 [cfg-list]" },
    { "refuses a stretch of a name and a longer one", &names_row, "a1..ab5",
      AT "'a1..ab5' is no stretch of names; write the same name with two numbers, as in "
         "bc1..bc15 [cfg-list]" },
    { "refuses a stretch without a second name", &names_row, "bc1..15",
      AT "'bc1..15' is no stretch of names; write the same name with two numbers, as in "
         "bc1..bc15 [cfg-list]" },
    { "refuses a stretch without numbers", &names_row, "a..b",
      AT "'a..b' is no stretch of names; write the same name with two numbers, as in bc1..bc15 "
         "[cfg-list]" },
    { "refuses two widths in a stretch", &names_row, "a01..a5",
      AT "'a01..a5' is no stretch of names; write the same name with two numbers, as in "
         "bc1..bc15 [cfg-list]" },
    { "refuses a stretch that could mean two things", &names_row, "bc1..bc015",
      AT "'bc1..bc015' is no stretch of names; write the same name with two numbers, as in "
         "bc1..bc15 [cfg-list]" },
    { "refuses a stretch of numbers that are too long", &names_row, "a1..a1234567890",
      AT "'a1..a1234567890' is no stretch of names; write the same name with two numbers, as in "
         "bc1..bc15 [cfg-list]" },
    { "refuses a stretch of what can be no name", &names_row, "1..5",
      AT "'1..5' is no stretch of names; write the same name with two numbers, as in bc1..bc15 "
         "[cfg-list]" },
    { "refuses a dash between two names", &names_row, "sl1-st3",
      AT "'sl1-st3' is no stretch of names; write the same name with two numbers, as in "
         "bc1..bc15 [cfg-list]" },
    { "refuses a dash in a name", &names_row, "sl-st",
      AT "'sl-st' cannot be a name; use at most 48 letters, digits and _, and begin with a "
         "letter [cfg-name]" },
    { "refuses a dash in the one name there may be", &name_row, "sl1-sl3",
      AT "'sl1-sl3' cannot be a name; use at most 48 letters, digits and _, and begin with a "
         "letter [cfg-name]" },
    { "refuses a stretch that falls", &names_row, "a5..a1",
      AT "'a5..a1' does not rise; write the lower number first [cfg-list]" },
    { "refuses a stretch without end", &names_row, "a1..a1025",
      AT "'a1..a1025' stands for more than 1024 names; split it up [cfg-list]" },
    { "shows how a stretch is written", &names_row, "a sl1-sl12",
      "conf/a.ini:21:11: 'sl1-sl12' is no stretch of names; write sl1..sl12 [cfg-list]" },
    { "refuses half a stretch", &names_row, "sl1-12",
      AT "'sl1-12' is no stretch of names; write the same name with two numbers, as in bc1..bc15 "
         "[cfg-list]" },
    { "says once that commas separate nothing", &names_row, "a, b,c, d",
      AT "k is a list with commas; put blanks between its words [cfg-list]" },
    { "counts the quotes of a list in a place", &names_row, "a \"b\" 1c",
      "conf/a.ini:21:15: '1c' cannot be a name; use at most 48 letters, digits and _, and begin "
      "with a letter [cfg-name]" },
};

static void refuses_the_rest_with_place_and_remedy(void)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        given *g = check_row(wrong[i].row, wrong[i].text);
        KEPT(settings_get(&g->settings, "k")->value.count == 0 &&
                 strcmp(told(g), wrong[i].told) == 0,
             wrong[i].promise);
        SAME_TEXT(told(g), wrong[i].told);
        done(g);
    }
}

static void takes_as_long_a_stretch_as_it_says(void)
{
    given *g = check_row(&names_row, "a1..a1024");
    CU_ASSERT_EQUAL(settings_get(&g->settings, "k")->value.count, 1024);
    done(g);
}

static void bounds_a_list(void)
{
    enum { STRETCHES = VALUE_WORDS / VALUE_STRETCH };
    char text[10 * (STRETCHES + 2)] = "";

    for (int i = 0; i < STRETCHES; i++)
        strcat(text, "a1..a1024 ");
    given *g = check_row(&names_row, text);
    CU_ASSERT_EQUAL(settings_get(&g->settings, "k")->value.count, VALUE_WORDS);
    done(g);
    g = check_row(&names_row, strcat(text, "b"));
    CU_ASSERT_PTR_NOT_NULL(strstr(told(g), "more than 65536 words; shorten the list [cfg-list]"));
    done(g);
}

/* ---- a section ------------------------------------------------------------------------ */

static const rapport_setting own_rows[] = {
    { .name = "items", .doc = "The items.", .type = SETTING_NAME, .flags = RAPPORT_LISTED },
    { .name = "flip", .fallback = "no", .doc = "Turned?", .type = RAPPORT_YES_NO },
    { .name = "decimals", .fallback = "", .doc = "Places.", .type = RAPPORT_WHOLE },
};
static const rapport_setting plugin_rows[] = {
    { .name = "cap", .fallback = "2.5", .doc = "At most.", .type = RAPPORT_REAL },
    { .name = "label", .section = "profile", .doc = "Of a profile.", .type = RAPPORT_WORD },
};
static const rapport_list both[] = { RAPPORT_LIST(own_rows), RAPPORT_LIST(plugin_rows) };

static void puts_the_fallback_where_nothing_is_given(void)
{
    given *g = check(both, 2, "items", "a b");
    const settings *s = &g->settings;

    SAME_TEXT(told(g), "");
    CU_ASSERT_EQUAL(s->count, 4);
    CU_ASSERT_FALSE(settings_yes(s, "flip"));
    CU_ASSERT_EQUAL(settings_real(s, "cap", 9), 2.5);
    CU_ASSERT_EQUAL(settings_real(s, "decimals", 9), 9);
    CU_ASSERT_EQUAL(settings_get(s, "decimals")->value.count, 0);
    SAME_TEXT(settings_word(s, "items"), "a");
    CU_ASSERT_PTR_NULL(settings_word(s, "decimals"));
    CU_ASSERT_PTR_NULL(settings_get(s, "flip")->given);
    CU_ASSERT_PTR_EQUAL(settings_get(s, "items")->given, &g->config.section[0].setting[0]);
    CU_ASSERT_EQUAL(settings_place(s, "items").line, 21);
    CU_ASSERT_EQUAL(settings_place(s, "items").column, 9);
    CU_ASSERT_EQUAL(settings_place(s, "flip").line, 20);
    done(g);
}

static const struct {
    const char *promise, *key, *value, *told;
} sections[] = {
    { "tells of a required key that is missing", NULL, NULL,
      "conf/a.ini:20:1: [scale total] has no 'items'; add items = ... (The items.) "
      "[cfg-missing-key]" },
    { "tells of a required key without a value", "items", "",
      "conf/a.ini:21:9: 'items' has no value; write one behind the '=' [cfg-empty]" },
    { "suggests the nearest key", "item", "a",
      "conf/a.ini:20:1: [scale total] has no 'items'; add items = ... (The items.) "
      "[cfg-missing-key]\n"
      "conf/a.ini:21:1: unknown key 'item' in [scale total]; did you mean 'items'? "
      "[cfg-unknown-key]" },
    { "lists the keys where none is near", "nonsense", "a",
      "conf/a.ini:20:1: [scale total] has no 'items'; add items = ... (The items.) "
      "[cfg-missing-key]\n"
      "conf/a.ini:21:1: unknown key 'nonsense' in [scale total]; known here are items, flip, "
      "decimals, cap [cfg-unknown-key]" },
    { "does not know the keys of another section", "label", "a",
      "conf/a.ini:20:1: [scale total] has no 'items'; add items = ... (The items.) "
      "[cfg-missing-key]\n"
      "conf/a.ini:21:1: unknown key 'label' in [scale total]; known here are items, flip, "
      "decimals, cap [cfg-unknown-key]" },
};

static void holds_a_section_against_its_tables(void)
{
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        given *g = check(both, 2, sections[i].key, sections[i].value);
        KEPT(strcmp(told(g), sections[i].told) == 0, sections[i].promise);
        SAME_TEXT(told(g), sections[i].told);
        done(g);
    }
}

static void does_without_a_section(void)
{
    const place file = { .file = "a.ini" };
    given *g = calloc(1, sizeof *g);

    CU_ASSERT_TRUE(settings_check(&g->settings, NULL, file, "", both, 1, &g->arena, &g->all));
    SAME_TEXT(told(g), "a.ini: 'items' is not given; add items = ... (The items.) "
                       "[cfg-missing-key]");
    CU_ASSERT_FALSE(settings_yes(&g->settings, "flip"));
    SAME_TEXT(settings_place(&g->settings, "flip").file, "a.ini");
    done(g);
}

static void takes_the_rows_of_one_kind_of_section(void)
{
    const place file = { .file = "a.ini" };
    given *g = calloc(1, sizeof *g);

    settings_check(&g->settings, NULL, file, "profile", both, 2, &g->arena, &g->all);
    CU_ASSERT_EQUAL(g->settings.count, 1);
    SAME_TEXT(g->settings.checked[0].row->name, "label");
    done(g);
}

/* A plugin built when rows ended at `unit`, and one built when they will be longer. */
static void reads_rows_of_any_length(void)
{
    struct {
        rapport_setting now;
        double later;
    } longer[] = { { { .name = "a", .doc = "A.", .fallback = "1", .type = RAPPORT_WHOLE }, 7 },
                   { { .name = "b", .doc = "B.", .fallback = "2", .type = RAPPORT_WHOLE }, 7 } };
    const struct {
        const char *name, *section, *fallback;
    } shorter[] = { { "c", NULL, "x" }, { "d", NULL, "y" } };
    const rapport_list lists[] = { RAPPORT_LIST(longer), RAPPORT_LIST(shorter) };
    rapport_setting row;

    list_get(&row, sizeof row, &lists[0], 1);
    SAME_TEXT(row.name, "b");
    memset(&row, 1, sizeof row);
    list_get(&row, sizeof row, &lists[1], 1);
    SAME_TEXT(row.name, "d");
    SAME_TEXT(row.fallback, "y");
    CU_ASSERT_PTR_NULL(row.doc);
    CU_ASSERT_EQUAL(row.high, 0);

    given *g = check(lists, 2, "b", "5");
    CU_ASSERT_EQUAL(settings_real(&g->settings, "b", 0), 5);
    SAME_TEXT(settings_word(&g->settings, "d"), "y");
    SAME_TEXT(told(g), "");
    done(g);
}

static void sees_a_fallback_path_from_the_section(void)
{
    const rapport_setting row = {
        .name = "norms", .fallback = "n.csv", .doc = "Norms.", .type = SETTING_PATH
    };
    const rapport_list list = { &row, 1, sizeof row };
    given *g = check(&list, 1, NULL, NULL);
    SAME_TEXT(settings_word(&g->settings, "norms"), "conf/n.csv");
    done(g);
}

/* ---- rows -------------------------------------------------------------------------------- */

#define LONG_NAME "a234567890123456789012345678901234567890123456789"

static const struct {
    const char *promise;
    rapport_setting row;
    const char *fault; /* a part of it; NULL: none */
} rows[] = {
    { "passes a plain row", { .name = "a", .doc = "A.", .type = RAPPORT_WORD }, NULL },
    { "wants a name", { .doc = "A.", .type = RAPPORT_WORD }, "no name" },
    { "wants a name that is not empty",
      { .name = "", .doc = "A.", .type = RAPPORT_WORD },
      "no name" },
    { "wants a name that is not too long",
      { .name = LONG_NAME, .doc = "A.", .type = RAPPORT_WORD },
      "too long" },
    { "wants a section that is not too long",
      { .name = "a", .section = LONG_NAME, .doc = "A.", .type = RAPPORT_WORD },
      "too long" },
    { "takes an empty section for none",
      { .name = "a", .section = "", .doc = "A.", .type = RAPPORT_WORD },
      NULL },
    { "wants a lower end that is a number",
      { .name = "a", .doc = "A.", .type = RAPPORT_REAL, .low = NAN },
      "range" },
    { "wants an upper end that is a number",
      { .name = "a", .doc = "A.", .type = RAPPORT_REAL, .high = NAN },
      "range" },
    { "knows no type before the first", { .name = "a", .doc = "A." }, "type" },
    { "wants a first choice",
      { .name = "a", .doc = "A.", .type = RAPPORT_WORD, .choices = "|a" },
      "choice" },
    { "wants a last choice",
      { .name = "a", .doc = "A.", .type = RAPPORT_WORD, .choices = "a|" },
      "choice" },
    { "takes no choices for none",
      { .name = "a", .doc = "A.", .type = RAPPORT_REAL, .choices = "" },
      NULL },
    { "wants a name a file can hold",
      { .name = "A-b", .doc = "A.", .type = RAPPORT_WORD },
      "name" },
    { "wants a section a file can hold",
      { .name = "a", .section = "p q", .doc = "A.", .type = RAPPORT_WORD },
      "section" },
    { "wants a doc", { .name = "a", .type = RAPPORT_WORD }, "doc" },
    { "wants a sentence", { .name = "a", .doc = "", .type = RAPPORT_WORD }, "doc" },
    { "knows types", { .name = "a", .doc = "A.", .type = 99 }, "type" },
    { "keeps our own types to ourselves",
      { .name = "a", .doc = "A.", .type = SETTING_PATH },
      "type" },
    { "wants choices of words only",
      { .name = "a", .doc = "A.", .type = RAPPORT_REAL, .choices = "1|2" },
      "choices" },
    { "refuses an empty choice",
      { .name = "a", .doc = "A.", .type = RAPPORT_WORD, .choices = "a||b" },
      "choice" },
    { "wants a fallback of the type",
      { .name = "a", .doc = "A.", .type = RAPPORT_YES_NO, .fallback = "0" },
      "fallback" },
    { "wants a fallback in range",
      { .name = "a", .doc = "A.", .type = RAPPORT_WHOLE, .fallback = "6", .low = 1, .high = 5 },
      "fallback" },
    { "wants a fallback among the choices",
      { .name = "a", .doc = "A.", .type = RAPPORT_WORD, .fallback = "c", .choices = "a|b" },
      "fallback" },
    { "takes an empty fallback whatever the type",
      { .name = "a", .doc = "A.", .type = RAPPORT_WHOLE, .fallback = "", .low = 1, .high = 5 },
      NULL },
    { "takes no file for a fallback: only an INI file names those",
      { .name = "a", .doc = "A.", .type = RAPPORT_TABLE, .fallback = "n.csv" },
      "fallback" },
};

static void finds_the_faults_of_a_row(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *fault = setting_row_fault(&rows[i].row);
        bool holds = rows[i].fault ? fault && strstr(fault, rows[i].fault) : fault == NULL;
        KEPT(holds, rows[i].promise);
    }
}

/* The kinds of one table, each checked without a section in the file. */
static void check_tables(const schema *all)
{
    const place file = { .file = "a.ini" };

    for (; all->kind; all++) {
        given *g = calloc(1, sizeof *g);
        uint32_t required = 0;
        settings_check(&g->settings, NULL, file, NULL, &all->rows, 1, &g->arena, &g->all);
        for (uint32_t i = 0; i < g->settings.count; i++) {
            rapport_setting row = *g->settings.checked[i].row;
            required += row.fallback == NULL;
            row.fallback = ""; /* was converted above */
            row.type = row.type > RAPPORT_TABLE ? RAPPORT_WORD : row.type;
            const char *fault = setting_row_fault(&row);
            KEPT(fault == NULL, row.name);
        }
        CU_ASSERT_EQUAL(g->all.count, required); /* each of them missing, and nothing else */
        done(g);
    }
}

static void finds_no_fault_in_our_own_tables(void)
{
    check_tables(schema_pipeline);
    check_tables(schema_instrument);
}

int main(void)
{
    static const promise promises[] = {
        { "takes what its row allows", takes_what_its_row_allows },
        { "refuses the rest with place and remedy", refuses_the_rest_with_place_and_remedy },
        { "takes as long a stretch as it says", takes_as_long_a_stretch_as_it_says },
        { "bounds a list", bounds_a_list },
        { "puts the fallback where nothing is given", puts_the_fallback_where_nothing_is_given },
        { "holds a section against its tables", holds_a_section_against_its_tables },
        { "does without a section", does_without_a_section },
        { "takes the rows of one kind of section", takes_the_rows_of_one_kind_of_section },
        { "reads rows of any length", reads_rows_of_any_length },
        { "sees a fallback path from the section", sees_a_fallback_path_from_the_section },
        { "finds the faults of a row", finds_the_faults_of_a_row },
        { "finds no fault in our own tables", finds_no_fault_in_our_own_tables },
    };
    return RUN("settings", promises);
}
