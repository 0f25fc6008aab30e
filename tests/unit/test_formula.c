/* test_formula.c - what a spreadsheet would run gets an apostrophe, numbers and all else do not. */
#include "formula.h"

#include <stdbool.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"

static const char *const formulas_of_all_kinds[] = {
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "=HYPERLINK(\"http://example.com\")",
    "-cmd|' /C calc'!A0",
    "=",
    "+",
    "-",
    "@",
    "--1",
    "+-1",
    "=1",
    "@1",
    "-1 2",
    "-1.2.3",
    "-1,234.5",
    "-1e",
    "-1e+",
    "-e5",
    "-.",
    "-,",
    "-0x10",
    "-inf",
    "-nan",
    "-1%",
    "+49 30 1234",
    "\t=1",
    "\tplain",
    "\t-3",
    "\r\nplain",
    "\nplain",
    "\r=1",
    " =1",
    "  @x  ",
    " \t=1",
    "\xef\xbc\x9dx", /* = + - @ in their wide form */
    "\xef\xbc\x8bx",
    "\xef\xbc\x8dx",
    "\xef\xbc\xa0x",
};

static const char *const harmless[] = {
    "",
    " ",
    "   ",
    "plain",
    "two words",
    "0",
    "17",
    "2016-01-09",
    "1+1",
    "a=b",
    "a@b.example",
    "'=1",
    "\"=1",
    "(=1)",
    "a\t=1",
    "a\n=1",
    "\xc3\xa9",
    "\xe2\x88\x92 3", /* the minus sign of print */
    "\xef\xbc\x8c",   /* neighbours of the wide signs */
    "\xef\xbc\x9e",
    "\xef\xbb\xbf=1",
    "\xef\xbc",
    "\xef",
};

static const char *const numbers[] = {
    "-3",   "+3",      "-0",        "+1.5", "-1.5", "-1,5",
    "-1e5", "-1E5",    "+1e-07",    "-.5",  "-5.",  "-5,",
    "+.5",  "-1.5e+3", "-1e999999", " -3 ", "-007", "-123456789012345678901234567890.123456789",
};

static const char *guard(const char *of, formulas how)
{
    return formula_guard(of, strlen(of), how);
}

static void guards_what_may_be_run(void)
{
    for (size_t i = 0; i < sizeof formulas_of_all_kinds / sizeof *formulas_of_all_kinds; i++) {
        const char *text = formulas_of_all_kinds[i];
        KEPT(strcmp(guard(text, FORMULAS_NEUTRALISED), "'") == 0, text);
    }
}

static void leaves_other_texts_alone(void)
{
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        KEPT(strcmp(guard(harmless[i], FORMULAS_NEUTRALISED), "") == 0, harmless[i]);
}

static void never_touches_a_number(void)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        KEPT(strcmp(guard(numbers[i], FORMULAS_NEUTRALISED), "") == 0, numbers[i]);
}

static void keeps_all_where_it_is_asked_to(void)
{
    for (size_t i = 0; i < sizeof formulas_of_all_kinds / sizeof *formulas_of_all_kinds; i++) {
        const char *text = formulas_of_all_kinds[i];
        KEPT(strcmp(guard(text, FORMULAS_KEPT), "") == 0, text);
    }
}

/* No further than the text reaches, which need not end in a NUL. */
static void looks_at_the_text_alone(void)
{
    SAME_TEXT(formula_guard("-3x", 2, FORMULAS_NEUTRALISED), "");
    SAME_TEXT(formula_guard("-3x", 3, FORMULAS_NEUTRALISED), "'");
    SAME_TEXT(formula_guard("-1e5", 3, FORMULAS_NEUTRALISED), "'");
    SAME_TEXT(formula_guard("=1", 0, FORMULAS_NEUTRALISED), "");
    SAME_TEXT(formula_guard("\xef\xbc\x9d", 2, FORMULAS_NEUTRALISED), "");
    SAME_TEXT(formula_guard("=\0", 2, FORMULAS_NEUTRALISED), "'");
}

/* What is guarded begins with a sign, or with what no stretch of bare cells holds. */
static void knows_with_which_byte_one_may_begin(void)
{
    for (size_t i = 0; i < sizeof formulas_of_all_kinds / sizeof *formulas_of_all_kinds; i++) {
        const unsigned char first = (unsigned char)*formulas_of_all_kinds[i];
        KEPT(first <= ' ' || formula_sign[first] == 1, formulas_of_all_kinds[i]);
    }
    for (int first = 1; first <= UCHAR_MAX; first++) {
        const char text[] = { (char)first, 'x', 0 };
        const bool guarded = *guard(text, FORMULAS_NEUTRALISED) != 0;
        KEPT(!guarded || first <= ' ' || formula_sign[first] == 1, "it is a sign or blank");
    }
    CU_ASSERT_EQUAL(formula_sign[','] + formula_sign[';'] + formula_sign['\t'], 0);
    CU_ASSERT_EQUAL(formula_sign['\n'] + formula_sign['\r'], 0);
}

int main(void)
{
    static const promise promises[] = {
        { "guards what may be run", guards_what_may_be_run },
        { "leaves other texts alone", leaves_other_texts_alone },
        { "never touches a number", never_touches_a_number },
        { "keeps all where it is asked to", keeps_all_where_it_is_asked_to },
        { "looks at the text alone", looks_at_the_text_alone },
        { "knows with which byte one may begin", knows_with_which_byte_one_may_begin },
    };
    return RUN("formula", promises);
}
