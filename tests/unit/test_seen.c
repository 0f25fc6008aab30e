/* test_seen.c - a respondent's session counts once: among neighbours, or in the whole table. */
#include "pipeline/seen.h"

#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"

static csv_cell cell_of(const char *string)
{
    return (csv_cell){ .at = string, .length = (uint32_t)strlen(string) };
}

/* The line of an earlier row like this one; 0: none. */
static uint64_t earlier(seen *s, const char *respondent, const char *session, uint64_t line)
{
    const csv_cell who = cell_of(respondent), when = cell_of(session);
    uint64_t found = 99;
    CU_ASSERT_TRUE_FATAL(seen_before(s, &who, &when, line, &found));
    return found;
}

/* The same with a session of a number. */
static uint64_t numbered(seen *s, const char *respondent, unsigned session, uint64_t line)
{
    char name[16];
    snprintf(name, sizeof name, "%u", session);
    return earlier(s, respondent, name, line);
}

static const struct {
    const char *promise, *respondent, *session;
    uint64_t among_neighbours, everywhere;
} rows[] = {
    { "has seen nothing at first", "c1", "1", 0, 0 },
    { "tells sessions apart", "c1", "2", 0, 0 },
    { "knows a row again", "c1", "1", 2, 2 },
    { "names the first of several", "c1", "1", 2, 2 },
    { "passes over a blank session", "c1", "", 0, 0 },
    { "passes over another blank session", "c1", "", 0, 0 },
    { "passes over a blank respondent", "", "1", 0, 0 },
    { "passes over another blank respondent", "", "1", 0, 0 },
    { "keeps the run through blank rows", "c1", "2", 3, 3 },
    { "tells respondents apart", "c11", "", 0, 0 },
    { "tells where one text ends and the other begins", "c1", "12", 0, 0 },
    { "tells where they end in the other place", "c11", "2", 0, 0 },
    { "begins anew with another respondent", "c2", "1", 0, 0 },
    { "forgets a run that has ended", "c1", "1", 0, 2 },
    { "knows the new run", "c1", "1", 15, 2 },
};

static void knows_a_row_again(void)
{
    for (int everywhere = 0; everywhere < 2; everywhere++) {
        seen s = { .everywhere = everywhere };
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
            KEPT(earlier(&s, rows[i].respondent, rows[i].session, i + 2) ==
                     (everywhere ? rows[i].everywhere : rows[i].among_neighbours),
                 rows[i].promise);
        seen_free(&s);
    }
}

/* However long the run is, each of the last SEEN_BACK rows is known, and none before them. */
static void looks_back_over_neighbours(void)
{
    for (unsigned length = 1; length <= 2 * SEEN_BACK + 90; length += 37)
        for (unsigned back = 1; back <= length; back += back < 4 ? 1 : 19) {
            seen s = { 0 };
            for (unsigned i = 1; i <= length; i++)
                CU_ASSERT_EQUAL(numbered(&s, "c", i, i + 1), 0);
            uint64_t found = numbered(&s, "c", length + 1 - back, length + 2);
            KEPT(found == (back <= SEEN_BACK ? length + 2 - back : 0),
                 back <= SEEN_BACK ? "knows the last rows" : "forgets the rows before");
            seen_free(&s);
        }
    seen s = { 0 };
    for (unsigned i = 1; i <= SEEN_BACK; i++)
        numbered(&s, "c", i, i + 1);
    CU_ASSERT_EQUAL(numbered(&s, "c", 1, 1000), 2);
    seen_free(&s);
}

/* Rows without a session do not push others out. */
static void counts_rows_that_can_be_compared(void)
{
    seen s = { 0 };
    earlier(&s, "c", "first", 2);
    for (unsigned i = 0; i < 3 * SEEN_BACK; i++)
        CU_ASSERT_EQUAL(earlier(&s, "c", "", i + 3), 0);
    CU_ASSERT_EQUAL(earlier(&s, "c", "first", 5000), 2);
    seen_free(&s);
}

static void knows_the_whole_table_however_it_grows(void)
{
    seen s = { .everywhere = true };
    char respondent[16];

    for (unsigned i = 0; i < 5000; i++) {
        snprintf(respondent, sizeof respondent, "c%u", i % 1000);
        CU_ASSERT_EQUAL(numbered(&s, respondent, i / 1000, i + 2), 0);
    }
    CU_ASSERT_EQUAL(s.keys, 5000);
    CU_ASSERT_TRUE(4 * s.keys <= 3 * s.room);
    for (unsigned i = 5000; i-- > 0;) {
        snprintf(respondent, sizeof respondent, "c%u", i % 1000);
        CU_ASSERT_EQUAL(numbered(&s, respondent, i / 1000, 9999), i + 2);
    }
    CU_ASSERT_EQUAL(s.keys, 5000);
    seen_free(&s);
    CU_ASSERT_TRUE(s.everywhere);
    CU_ASSERT_EQUAL(earlier(&s, "c1", "1", 7), 0); /* ready again */
    seen_free(&s);
}

static void keeps_lines_beyond_32_bits(void)
{
    seen s = { .everywhere = true };
    const uint64_t far = UINT64_C(0xfedcba9876);
    earlier(&s, "c1", "1", far);
    CU_ASSERT_EQUAL(earlier(&s, "c1", "1", far + 1), far);
    seen_free(&s);
    s.everywhere = false;
    earlier(&s, "c1", "1", far);
    CU_ASSERT_EQUAL(earlier(&s, "c1", "1", far + 1), far);
    seen_free(&s);
}

static void keeps_texts_of_its_own(void)
{
    seen s = { 0 };
    char who[] = "c1", when[] = "one";
    earlier(&s, who, when, 2);
    memset(who, 'x', 2);
    memset(when, 'x', 3);
    CU_ASSERT_EQUAL(earlier(&s, "c1", "one", 3), 2);
    seen_free(&s);
    seen_free(&(seen){ 0 });
}

int main(void)
{
    static const promise promises[] = {
        { "knows a row again", knows_a_row_again },
        { "looks back over neighbours", looks_back_over_neighbours },
        { "counts rows that can be compared", counts_rows_that_can_be_compared },
        { "knows the whole table however it grows", knows_the_whole_table_however_it_grows },
        { "keeps lines beyond 32 bits", keeps_lines_beyond_32_bits },
        { "keeps texts of its own", keeps_texts_of_its_own },
    };
    return RUN("seen", promises);
}
