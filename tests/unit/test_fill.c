/* test_fill.c - a cell is an answer only if all of it is what its column may hold. */
#include "pipeline/careful.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"
#include "scratch.h"
#include "trial.h"

static rapport_status score_first(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < in->rows; row++) /* 99: does not apply, 98: missing */
        out->number[0][row] = rapport_not_applicable(in->keyed[0][row]) ? 99
                              : isnan(in->keyed[0][row])                ? 98
                                                                        : in->keyed[0][row];
    return RAPPORT_OK;
}

static void hold(void)
{
    puppet_hold_scoring(score_first);
}

/* Item b is always answered, so that every row has a score. */
#define WITH(keys)                                                                                 \
    ONE("answers = 1..5\nmissing = UNK 0\nnot_applicable = NAP 8\ndecimals = full\n" keys          \
        "[item a]\n[item b]\n[scale t]\nitems = a b\nneeded = any\nscoring = ./puppet.so\n")
#define PIPELINE(input)                                                                            \
    "[pipeline]\nstages = s\nrespondent = id\n[input]\nmissing = -99 \"not given\"\n" input        \
    "[stage s]\ninstrument = ./one.ini\n"

static const struct {
    const char *promise, *cell, *score; /* or what was found */
} cells[] = {
    { "takes an answer", "3", "3" },
    { "takes the lowest", "1", "1" },
    { "takes the highest", "5", "5" },
    { "takes a whole number with decimals", "3.0", "3" },
    { "takes an exponent", "3e0", "3" },
    { "passes over blanks around", "  3\t", "3" },
    { "takes quotes", "\"3\"", "3" },
    { "takes blanks in quotes", "\" 3 \"", "3" },
    { "takes an empty cell for missing", "", "98" },
    { "takes blanks for missing", "  \t ", "98" },
    { "takes empty quotes for missing", "\"\"", "98" },
    { "takes the input's code for missing", "-99", "98" },
    { "takes the same number written otherwise", "-99.0", "98" },
    { "takes a code of two words", "not given", "98" },
    { "takes the instrument's code", "UNK", "98" },
    { "takes the instrument's number, though out of range", "0", "98" },
    { "takes a code with blanks around", " UNK ", "98" },
    { "takes what does not apply", "NAP", "99" },
    { "takes what does not apply as a number", "8.0", "99" },
    { "refuses a code in other letters", "unk", "s:cell-number" },
    { "refuses part of a code", "UN", "s:cell-number" },
    { "refuses a code not declared", "NA", "s:cell-missing-code" },
    { "refuses a number that looks like a code", "999", "s:cell-missing-code" },
    { "refuses -9", "-9", "s:cell-missing-code" },
    { "refuses a number above", "6", "s:cell-range" },
    { "refuses a number below", "-1", "s:cell-range" },
    { "refuses a little above", "5.0001", "s:cell-range" },
    { "refuses a fraction", "2.5", "s:cell-fraction" },
    { "refuses text", "three", "s:cell-number" },
    { "refuses a tail", "3x", "s:cell-number" },
    { "refuses two numbers", "3 4", "s:cell-number" },
    { "refuses a plus", "+3", "s:cell-number" },
    { "refuses hex", "0x3", "s:cell-number" },
    { "refuses infinity", "inf", "s:cell-number" },
    { "refuses what is beyond a double", "1e999", "s:cell-number" },
    { "refuses full-width digits", "\xEF\xBC\x93", "s:cell-number" },
    { "refuses a decimal comma in quotes", "\"3,0\"", "s:cell-number" },
    { "refuses doubled quotes", "\"\"\"3\"\"\"", "s:cell-number" },
};

static void believes_a_cell_or_notes_it(void)
{
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        char table[200], expected[200];
        bool refused = strchr(cells[i].score, ':');
        snprintf(table, sizeof table, "id,a,b\nx,%s,1\n", cells[i].cell);
        snprintf(expected, sizeof expected, refused ? "x,,partial,%s\n" : "x,%s,ok,\n",
                 cells[i].score);
        trial *t = try_out(&(given){ .pipeline = PIPELINE(""), .one = WITH(""), .table = table });
        KEPT(strcmp(t->report, expected) == 0, cells[i].promise);
        SAME_TEXT(t->report, expected);
        KEPT(refused == (strncmp(t->found, "2:2 s partial cell-", 19) == 0), cells[i].promise);
        trial_free(t);
    }
}

static void takes_fractions_where_they_may_be(void)
{
    trial *t = try_out(&(given){ .pipeline = PIPELINE(""),
                                 .one = WITH("whole = no\n"),
                                 .table = "id,a,b\nx,2.5,1\nx,0.5,1\n" });
    SAME_TEXT(t->report, "x,2.5,ok,\nx,,partial,s:cell-range\n");
    trial_free(t);
}

static void reads_the_decimal_mark_of_the_table(void)
{
    trial *t = try_out(&(given){ .pipeline = PIPELINE("decimal = comma\n"),
                                 .one = WITH("whole = no\n"),
                                 .table = "id;a;b\nx;2,5;1\nx;2.5;1\n" });
    SAME_TEXT(t->report, "x,2.5,ok,\nx,,partial,s:cell-number\n");
    trial_free(t);
    t = try_out(&(given){ .pipeline = PIPELINE(""),
                          .one = WITH("whole = no\n"),
                          .table = "id;a;b\nx;2,5;1\nx;2.5;1\n" });
    SAME_TEXT(t->report, "x,2.5,ok,\nx,2.5,ok,\n");
    trial_free(t);
}

/* No message holds what stood in a cell. */
static void keeps_answers_to_itself(void)
{
    trial *t = try_out(&(given){
        .pipeline = PIPELINE(""),
        .one = WITH(""),
        .table = "SECRETid,a,b\n",
    });
    CU_ASSERT_PTR_NULL(strstr(t->told, "SECRET"));
    trial_free(t);
    t = try_out(&(given){ .pipeline = PIPELINE(""),
                          .one = WITH(""),
                          .table = "id,a,b\nSECRET,SECRET,87654321\nSECRET,1\n\"SECRET\"x,1,1\n" });
    CU_ASSERT_EQUAL(t->partial, 1);
    CU_ASSERT_EQUAL(t->rejected, 2);
    CU_ASSERT_PTR_NULL(strstr(t->found, "SECRET"));
    CU_ASSERT_PTR_NULL(strstr(t->found, "8765"));
    trial_free(t);
}

static void passes_other_bytes_where_it_is_told_to(void)
{
    static const char table[] = "id,a,b\n\xE4,1,1\nx,\xE4,1\n";
    trial *t = try_out(
        &(given){ .pipeline = PIPELINE("encoding = bytes\n"), .one = WITH(""), .table = table });
    SAME_TEXT(t->report, "\xE4,1,ok,\nx,,partial,s:cell-number\n");
    trial_free(t);
    t = try_out(&(given){ .pipeline = PIPELINE(""), .one = WITH(""), .table = table });
    SAME_TEXT(t->report, ",,rejected,row-utf8\nx,,rejected,row-utf8\n");
    trial_free(t);
}

static void rejects_a_session_that_stood_before(void)
{
    static const char pipeline[] = "[pipeline]\nstages = s\nrespondent = id\nsession = n\n[input]\n"
                                   "unique = yes\n[stage s]\ninstrument = ./one.ini\n";
    static const char table[] = "id,n,a,b\nx,1,1,1\ny,1,1,1\nx,1,2,1\nx,,3,1\nx,,4,1\n,1,5,1\n";
    trial *t = try_out(&(given){ .pipeline = pipeline, .one = WITH(""), .table = table });
    SAME_TEXT(t->report, "x,1,1,ok,\ny,1,1,ok,\nx,1,,rejected,row-duplicate\nx,,3,ok,\nx,,4,ok,\n"
                         ",1,5,ok,\n");
    trial_free(t);
    t = try_out(&(given){
        .pipeline = pipeline, .one = WITH(""), .table = table, .set = { "input.unique=no" } });
    SAME_TEXT(t->report, "x,1,1,ok,\ny,1,1,ok,\nx,1,2,ok,\nx,,3,ok,\nx,,4,ok,\n,1,5,ok,\n");
    trial_free(t);
}

static void joins_codes_of_table_and_instrument(void)
{
    static const char *const first[] = { "NA", "-99", NULL }, *const second[] = { "7", NULL };
    memory arena = { 0 };
    codes all;

    CU_ASSERT_TRUE(codes_build(&all, first, second, &arena));
    CU_ASSERT_EQUAL(all.count, 3);
    CU_ASSERT_TRUE(codes_hold(&all, "NA", 2, NAN));
    CU_ASSERT_TRUE(codes_hold(&all, "7.0", 3, 7));
    CU_ASSERT_FALSE(codes_hold(&all, "N", 1, NAN)); /* NaN is no code, though NA has no number */
    CU_ASSERT_FALSE(codes_hold(&all, "", 0, NAN));
    CU_ASSERT_TRUE(codes_build(&all, NULL, NULL, &arena));
    CU_ASSERT_FALSE(codes_hold(&all, "NA", 2, NAN));
    memory_free(&arena);
}

int main(void)
{
    static const promise promises[] = {
        { "believes a cell or notes it", believes_a_cell_or_notes_it },
        { "takes fractions where they may be", takes_fractions_where_they_may_be },
        { "reads the decimal mark of the table", reads_the_decimal_mark_of_the_table },
        { "keeps answers to itself", keeps_answers_to_itself },
        { "passes other bytes where it is told to", passes_other_bytes_where_it_is_told_to },
        { "rejects a session that stood before", rejects_a_session_that_stood_before },
        { "joins codes of table and instrument", joins_codes_of_table_and_instrument },
    };

    scratch_begin();
    hold();
    return RUN("fill", promises);
}
