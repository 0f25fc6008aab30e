/* test_csv_write.c - a cell is quoted where a reader needs it, and reads as what it was. */
#include "table/csv_write.h"

#include <math.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"
#include "table/number.h"

/* Length of a string literal that may hold NULs. */
#define TEXT(literal) literal, sizeof(literal) - 1

static const struct {
    const char *promise, *bytes;
    size_t length;
    const char *expected;
} texts[] = {
    { "writes plain text as it is", TEXT("plain"), "plain" },
    { "writes nothing for nothing", TEXT(""), "" },
    { "keeps inner blanks bare", TEXT("two words"), "two words" },
    { "keeps tabs and semicolons bare", TEXT("a\tb;c"), "a\tb;c" },
    { "keeps letters beyond ASCII bare", TEXT("M\xC3\xBCller"), "M\xC3\xBCller" },
    { "quotes a comma", TEXT("a,b"), "\"a,b\"" },
    { "quotes and doubles a quote", TEXT("5\""), "\"5\"\"\"" },
    { "quotes a quote alone", TEXT("\""), "\"\"\"\"" },
    { "quotes a line end", TEXT("a\nb"), "\"a\nb\"" },
    { "quotes a CR", TEXT("a\r\nb"), "\"a\r\nb\"" },
    { "quotes a blank in front", TEXT(" a"), "\" a\"" },
    { "quotes a blank behind", TEXT("a "), "\"a \"" },
    { "quotes a blank alone", TEXT(" "), "\" \"" },
    { "guards a formula", TEXT("=1+1"), "'=1+1" },
    { "guards one with a comma in its quotes", TEXT("=A(1,2)"), "\"'=A(1,2)\"" },
    { "guards one with quotes", TEXT("=\"x\""), "\"'=\"\"x\"\"\"" },
    { "guards one behind a blank", TEXT(" =1"), "\"' =1\"" },
    { "guards a tab in front", TEXT("\t1"), "'\t1" },
    { "guards a line end in front", TEXT("\r\n=1"), "\"'\r\n=1\"" },
    { "leaves a number's sign alone", TEXT("-3"), "-3" },
    { "leaves it alone before a decimal comma", TEXT("-3,5"), "\"-3,5\"" },
};

static void quotes_where_it_is_needed(void)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        text line = { 0 };
        text_add_string(&line, "before,");
        KEPT(csv_write_text(&line, texts[i].bytes, texts[i].length, FORMULAS_NEUTRALISED),
             texts[i].promise);
        KEPT(line.length == 7 + strlen(texts[i].expected), texts[i].promise);
        text_add(&line, "", 1);
        SAME_TEXT(line.bytes + 7, texts[i].expected);
        text_free(&line);
    }
}

static void writes_numbers_and_leaves_the_missing_out(void)
{
    static const struct {
        double value;
        int decimals;
        const char *expected;
    } numbers[] = {
        { 2.675, 2, "2.68" }, { -0.001, 2, "0.00" }, { NAN, 2, "" },
        { INFINITY, 2, "" },  { -INFINITY, 0, "" },  { 1e300, NUMBER_FULL, "1e+300" },
        { 12.5, 0, "13" },    { -12.5, 0, "-13" },   { 0.1, NUMBER_FULL, "0.1" },
    };

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        text line = { 0 };
        CU_ASSERT_TRUE(csv_write_number(&line, numbers[i].value, numbers[i].decimals));
        text_add(&line, "", 1);
        SAME_TEXT(line.bytes, numbers[i].expected);
        text_free(&line);
    }
}

/* Cells as a scan finds them. */
static void writes_cells_as_they_were_read(void)
{
    static const struct {
        const char *promise;
        csv_cell cell;
        const char *expected;
    } cells[] = {
        { "writes a bare cell", { .at = "a b", .length = 3 }, "a b" },
        { "drops quotes nobody needs", { .at = "ab", .length = 2, .quoted = true }, "ab" },
        { "keeps quotes that are needed", { .at = "a,b", .length = 3, .quoted = true }, "\"a,b\"" },
        { "keeps doubled quotes doubled",
          { .at = "a\"\"b", .length = 4, .quoted = true, .doubled = true },
          "\"a\"\"b\"" },
        { "writes an empty cell", { .at = "", .quoted = true }, "" },
        { "leaves out bytes that are not fit",
          { .at = "a\x01", .length = 2, .bad_bytes = true },
          "" },
        { "quotes what was bare between other delimiters",
          { .at = "1,5", .length = 3 },
          "\"1,5\"" },
        { "doubles a quote that stood in a bare cell", { .at = "5\"", .length = 2 }, "\"5\"\"\"" },
        { "guards a formula", { .at = "@a", .length = 2 }, "'@a" },
        { "guards one with doubled quotes",
          { .at = "=H(\"\"x\"\")", .length = 9, .quoted = true, .doubled = true },
          "\"'=H(\"\"x\"\")\"" },
        { "guards none whose bytes are not fit",
          { .at = "=\x01", .length = 2, .bad_bytes = true },
          "" },
    };

    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        text line = { 0 };
        KEPT(csv_write_cell(&line, &cells[i].cell, FORMULAS_NEUTRALISED), cells[i].promise);
        text_add(&line, "", 1);
        SAME_TEXT(line.bytes, cells[i].expected);
        text_free(&line);
    }
}

static void keeps_formulas_where_it_is_asked_to(void)
{
    const csv_cell doubled = { .at = "=\"\"x", .length = 4, .quoted = true, .doubled = true };
    text line = { 0 };

    CU_ASSERT_TRUE(csv_write_text(&line, TEXT("=1|"), FORMULAS_KEPT));
    CU_ASSERT_TRUE(csv_write_text(&line, TEXT("=1,2"), FORMULAS_KEPT));
    CU_ASSERT_TRUE(csv_write_cell(&line, &doubled, FORMULAS_KEPT));
    text_add(&line, "", 1);
    SAME_TEXT(line.bytes, "=1|\"=1,2\"\"=\"\"x\"");
    text_free(&line);
}

int main(void)
{
    static const promise promises[] = {
        { "quotes where it is needed", quotes_where_it_is_needed },
        { "writes numbers and leaves the missing out", writes_numbers_and_leaves_the_missing_out },
        { "writes cells as they were read", writes_cells_as_they_were_read },
        { "keeps formulas where it is asked to", keeps_formulas_where_it_is_asked_to },
    };
    return RUN("csv_write", promises);
}
