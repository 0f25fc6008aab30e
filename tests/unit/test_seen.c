/* test_seen.c - a respondent's session counts once: among neighbours, or in the whole table. */
#include "pipeline/seen.h"

#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"

static seen_text cell_of(const char *string)
{
    return (seen_text){ .at = string, .length = (uint32_t)strlen(string) };
}

static seen_run before; /* of the table under way; its rows are stretches of one row each */

/* The line of an earlier row like this one; 0: none. */
static uint64_t earlier(seen *s, const char *respondent, const char *session, uint64_t line)
{
    const seen_text who = cell_of(respondent), when = cell_of(session);
    seen_edges edges;

    seen_begin(s, &before);
    const uint64_t found = seen_before(s, who, when, line);
    seen_end(s, &edges);
    seen_follow(&before, &edges);
    return found;
}

static void forget(seen *s)
{
    seen_free(s);
    before.rows = 0;
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
        forget(&s);
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
            forget(&s);
        }
    seen s = { 0 };
    for (unsigned i = 1; i <= SEEN_BACK; i++)
        numbered(&s, "c", i, i + 1);
    CU_ASSERT_EQUAL(numbered(&s, "c", 1, 1000), 2);
    forget(&s);
}

/* Rows without a session do not push others out. */
static void counts_rows_that_can_be_compared(void)
{
    seen s = { 0 };
    earlier(&s, "c", "first", 2);
    for (unsigned i = 0; i < 3 * SEEN_BACK; i++)
        CU_ASSERT_EQUAL(earlier(&s, "c", "", i + 3), 0);
    CU_ASSERT_EQUAL(earlier(&s, "c", "first", 5000), 2);
    forget(&s);
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
    forget(&s);
    CU_ASSERT_TRUE(s.everywhere);
    CU_ASSERT_EQUAL(earlier(&s, "c1", "1", 7), 0); /* ready again */
    forget(&s);
}

static void keeps_lines_beyond_32_bits(void)
{
    seen s = { .everywhere = true };
    const uint64_t far = UINT64_C(0xfedcba9876);
    earlier(&s, "c1", "1", far);
    CU_ASSERT_EQUAL(earlier(&s, "c1", "1", far + 1), far);
    forget(&s);
    s.everywhere = false;
    earlier(&s, "c1", "1", far);
    CU_ASSERT_EQUAL(earlier(&s, "c1", "1", far + 1), far);
    forget(&s);
}

static void keeps_texts_of_its_own(void)
{
    seen s = { 0 };
    char who[] = "c1", when[] = "one";
    earlier(&s, who, when, 2);
    memset(who, 'x', 2);
    memset(when, 'x', 3);
    CU_ASSERT_EQUAL(earlier(&s, "c1", "one", 3), 2);
    forget(&s);
    seen_free(&(seen){ 0 });
}

/* ---- stretches, looked through before it is known what stood before them --------------------- */

enum { TABLE = 3000 };

typedef struct table_row {
    seen_text respondent, session;
} table_row;

/* Runs of many lengths, longer than SEEN_BACK too; short sessions and ones longer than a name. */
static void make_table(table_row row[TABLE], char text[TABLE][64], uint32_t seed)
{
    uint32_t state = seed, run = 0, who = 0;

    for (uint32_t i = 0; i < TABLE; i++) {
        state = state * 1664525 + 1013904223;
        if (run-- == 0) {
            run = state >> 8 & 1 ? state >> 20 & 7 : state >> 20 & 1023;
            who = state >> 16 & 3;
        }
        bool is_long = state >> 28 == 0;
        snprintf(text[i], sizeof text[i], "%s%u",
                 is_long ? "a session with a very long name, " : "", state >> 12 & 1023);
        row[i].respondent = cell_of(who & 2 ? (who & 1 ? "c1" : "c2")
                                            : (who & 1 ? "a respondent whose name is long too, 1"
                                                       : "a respondent whose name is long too, 2"));
        row[i].session = cell_of(text[i]);
    }
}

static void look_through(seen *s, const table_row *row, uint32_t first, uint32_t last,
                         uint64_t *found, const seen_run *known, seen_edges *edges)
{
    seen_begin(s, known);
    for (uint32_t i = first; i < last; i++)
        found[i] = seen_before(s, row[i].respondent, row[i].session, i + 2);
    seen_end(s, edges);
}

static void finds_the_same_in_stretches(void)
{
    static table_row row[TABLE];
    static char text[TABLE][64];
    static uint64_t whole[TABLE], found[TABLE];
    seen s = { 0 };
    seen_edges edges;
    uint32_t again = 0, repeats = 0;

    for (uint32_t seed = 1; seed < 40; seed++) {
        make_table(row, text, seed);
        const seen_run nothing = { .rows = 0 };
        look_through(&s, row, 0, TABLE, whole, &nothing, &edges);
        seen_run known = nothing;
        for (uint32_t first = 0, last; first < TABLE; first = last) {
            last = first + 1 + (first * 2654435761u >> 16) % (seed * 20);
            last = last < TABLE ? last : TABLE;
            look_through(&s, row, first, last, found, NULL, &edges);
            if (seen_repeats(&known, &edges)) {
                again++;
                look_through(&s, row, first, last, found, &known, &edges);
            }
            seen_follow(&known, &edges);
        }
        for (uint32_t i = 0; i < TABLE; i++)
            repeats += whole[i] != 0;
        CU_ASSERT_EQUAL(memcmp(whole, found, sizeof whole), 0);
    }
    CU_ASSERT_TRUE(again > 10 && repeats > 1000);
    seen_free(&s);
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
        { "finds the same in stretches", finds_the_same_in_stretches },
    };
    return RUN("seen", promises);
}
