/* test_csv_header.c - what the first line of a table says, and when it is refused. */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "table/csv_header.h"

#define TEXT(literal) literal, sizeof(literal) - 1

/* Reads it from memory of just its size, so that a sanitizer sees a step too far. */
static rapport_outcome read_copy(csv_header *out, const char *text, size_t length, bool whole,
                                 const csv_expected *expected, memory *arena, rapport_error *error)
{
    char *copy = malloc(length ? length : 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
    memcpy(copy, text, length);
    *error = (rapport_error){ 0 };
    rapport_outcome outcome =
        csv_header_read(out, copy, length, whole, "t.csv", expected, arena, error);
    free(copy); /* names are copies */
    return outcome;
}

static const csv_expected usual = { .field_limit = 100, .column_limit = 5, .name_limit = 12 };

/* "name|name;delimiter decimal;length;first line" */
static void show(char *out, const csv_header *header)
{
    for (uint32_t i = 0; i < header->columns; i++)
        out += sprintf(out, "%s%s", i ? "|" : "", header->name[i]);
    out += sprintf(out, " delimiter=%c decimal=%c", header->dialect.delimiter,
                   header->dialect.decimal ? header->dialect.decimal : '?');
    sprintf(out, " length=%zu line=%u", header->length, (unsigned)header->first_line);
}

static const struct {
    const char *promise, *text;
    size_t length;
    const char *expected;
} headers[] = {
    { "reads names", TEXT("a,b,c\n1,2,3\n"), "a|b|c delimiter=, decimal=. length=6 line=2" },
    { "reads one name", TEXT("a\n1\n"), "a delimiter=, decimal=. length=2 line=2" },
    { "reads a header without records", TEXT("a,b\n"),
      "a|b delimiter=, decimal=. length=4 line=2" },
    { "reads a header without newline", TEXT("a,b"), "a|b delimiter=, decimal=. length=3 line=1" },
    { "takes CR LF for LF", TEXT("a,b\r\n1,2\r\n"), "a|b delimiter=, decimal=. length=5 line=2" },
    { "tells semicolons", TEXT("a;b\n"), "a|b delimiter=; decimal=? length=4 line=2" },
    { "tells tabs", TEXT("a\tb\n"), "a|b delimiter=\t decimal=? length=4 line=2" },
    { "tells the delimiter that stands most often", TEXT("a;b, c;d\n"),
      "a|b, c|d delimiter=; decimal=? length=9 line=2" },
    { "counts no delimiter in quotes", TEXT("\"a, \"\"b\"\", c,\";d\n"),
      "a, \"b\", c,|d delimiter=; decimal=? length=17 line=2" },
    { "counts no delimiter of a record", TEXT("a;b\n1,2,3,4;5\n"),
      "a|b delimiter=; decimal=? length=4 line=2" },
    { "steps over a BOM",
      TEXT("\xef\xbb\xbf"
           "a,b\n"),
      "a|b delimiter=, decimal=. length=7 line=2" },
    { "takes a separator line at its word", TEXT("sep=;\r\na,x,y;b\r\n"),
      "a,x,y|b delimiter=; decimal=? length=16 line=3" },
    { "steps over a BOM and a separator line", TEXT("\xef\xbb\xbfSEP=,\na,b\n"),
      "a|b delimiter=, decimal=. length=13 line=3" },
    { "takes a column called sep= for one", TEXT("sep=\n"),
      "sep= delimiter=, decimal=. length=5 line=2" },
    { "steps over empty lines", TEXT("\n\r\na,b\n\n\r\n1,2\n"),
      "a|b delimiter=, decimal=. length=10 line=6" },
    { "trims bare names", TEXT(" a , b c\t,\" d \"\n"),
      "a|b c| d  delimiter=, decimal=. length=16 line=2" },
    { "keeps newlines in quoted names", TEXT("a,\"b\nc\"\n1,2\n"),
      "a|b\nc delimiter=, decimal=. length=8 line=3" },
    { "makes doubled quotes single", TEXT("\"a \"\"b\"\"\",c\n"),
      "a \"b\"|c delimiter=, decimal=. length=12 line=2" },
    { "reads names in UTF-8", TEXT("n\xc3\xa4he,b\n"),
      "n\xc3\xa4he|b delimiter=, decimal=. length=8 line=2" },
    { "lets a name at the limit be", TEXT("123456789012,b\n"),
      "123456789012|b delimiter=, decimal=. length=15 line=2" },
    { "lets as many columns as allowed be", TEXT("a,b,c,d,e\n"),
      "a|b|c|d|e delimiter=, decimal=. length=10 line=2" },
};

static void reads_headers(void)
{
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        memory arena = { 0 };
        csv_header header;
        rapport_error error;
        char got[1024];
        rapport_outcome outcome =
            read_copy(&header, headers[i].text, headers[i].length, true, &usual, &arena, &error);
        if (outcome == RAPPORT_DONE)
            show(got, &header);
        else
            strcpy(got, error.text);
        KEPT(strcmp(got, headers[i].expected) == 0, headers[i].promise);
        if (strcmp(got, headers[i].expected) != 0)
            fprintf(stderr, "\n    %s: got %s\n", headers[i].promise, got);
        memory_free(&arena);
    }
}

static const struct {
    const char *promise, *text;
    size_t length;
    const char *where, *code;
} refusals[] = {
    { "refuses an empty file", TEXT(""), "t.csv: ", "[input-empty]" },
    { "refuses a BOM and nothing else", TEXT("\xef\xbb\xbf"), "t.csv: ", "[input-empty]" },
    { "refuses empty lines and nothing else", TEXT("\n\r\n\n"), "t.csv: ", "[input-empty]" },
    { "refuses UTF-16, least byte first",
      TEXT("\xff\xfe"
           "a\0,\0"),
      "t.csv: ", "[input-utf16]" },
    { "refuses UTF-16, most byte first", TEXT("\xfe\xff\0a"), "t.csv: ", "[input-utf16]" },
    { "refuses UTF-16 without a BOM", TEXT("a\0,\0b\0"), "t.csv: ", "[input-utf16]" },
    { "refuses gzip", TEXT("\x1f\x8b\x08"), "t.csv: ", "[input-gzip]" },
    { "refuses a workbook", TEXT("PK\3\4\24"), "t.csv: ", "[input-zip]" },
    { "refuses an old workbook", TEXT("\xd0\xcf\x11\xe0\xa1"), "t.csv: ", "[input-binary]" },
    { "refuses a program", TEXT("\177ELF\2"), "t.csv: ", "[input-elf]" },
    { "refuses a PDF", TEXT("%PDF-1.4\n"), "t.csv: ", "[input-binary]" },
    { "refuses other binary data", TEXT("\x89PNG\r\n\x1a\n"), "t.csv:1:1: ", "[input-utf8]" },
    { "refuses NUL", TEXT("a,b\0c\n"), "t.csv:1: ", "[input-binary]" },
    { "refuses control bytes", TEXT("\n\na,\x1b[1m\n"), "t.csv:3: ", "[input-binary]" },
    { "refuses control bytes in quotes", TEXT("a,\"\nb\1\"\n"), "t.csv:2: ", "[input-binary]" },
    { "refuses Latin-1", TEXT("a,n\xe4he\n"), "t.csv:1:2: ", "[input-utf8]" },
    { "refuses lines that end in CR alone", TEXT("a,b\r1,2\r"), "t.csv:1: ", "[input-line-ends]" },
    { "refuses one line that ends in CR alone", TEXT("a,b\r"), "t.csv:1: ", "[input-line-ends]" },
    { "refuses a CR alone in a name", TEXT("a,\"b\rc\"\n"), "t.csv:1:2: ", "[input-line-ends]" },
    { "refuses a quote that never closes", TEXT("a,\"b\n\",\"c\n1,2\n"),
      "t.csv:2:3: ", "[quote-open]" },
    { "refuses a quote inside a name", TEXT("a,b\"c\n"), "t.csv:1:2: ", "[header-quote]" },
    { "opens no quote inside a name", TEXT("a,b\"c\n\1\n"), "t.csv:1:2: ", "[header-quote]" },
    { "refuses text after a quoted name", TEXT("\"a\"b,c\n"), "t.csv:1:1: ", "[header-quote]" },
    { "refuses an empty name", TEXT("a,,b\n"), "t.csv:1:2: ", "[header-empty-name]" },
    { "refuses a blank name", TEXT("\na, ,b\n"), "t.csv:2:2: ", "[header-empty-name]" },
    { "refuses an empty name at the end", TEXT("a,b,\n"), "t.csv:1:3: ", "[header-empty-name]" },
    { "refuses a line of delimiters", TEXT(",,\n"), "t.csv:1:1: ", "[header-empty-name]" },
    { "refuses a name twice", TEXT("x,a,b,a\n"), "t.csv:1:4: ", "[header-duplicate]" },
    { "refuses the first name that comes twice", TEXT("z,a,z,a,z\n"),
      "t.csv:1:3: ", "[header-duplicate]" },
    { "refuses a name twice but for quotes and blanks", TEXT("a,\"b\", b\n"),
      "t.csv:1:3: ", "[header-duplicate]" },
    { "refuses a long name", TEXT("a,1234567890123\n"), "t.csv:1:2: ", "[header-name-limit]" },
    { "refuses too many columns", TEXT("a,b,c,d,e,f\n"), "t.csv:1: ", "[header-columns]" },
    { "refuses two delimiters as often", TEXT("a,b;c\n"), "t.csv:1: ", "[input-delimiter]" },
    { "refuses a tab as often as a semicolon", TEXT("a\tb;c\n"), "t.csv:1: ", "[input-delimiter]" },
    { "refuses a separator that is none", TEXT("sep=|\na|b\n"), "t.csv:1: ", "[input-delimiter]" },
    { "refuses a separator that does not occur", TEXT("sep=,\na;b\n"),
      "t.csv:2: ", "[input-delimiter]" },
};

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static void refuses_what_is_no_table(void)
{
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        memory arena = { 0 };
        csv_header header;
        rapport_error error;
        const char *where = refusals[i].where;
        rapport_outcome outcome =
            read_copy(&header, refusals[i].text, refusals[i].length, true, &usual, &arena, &error);
        bool refused = outcome == RAPPORT_BAD_INPUT &&
                       strncmp(error.text, where, strlen(where)) == 0 &&
                       ends_with(error.text, refusals[i].code);
        KEPT(refused, refusals[i].promise);
        if (!refused)
            fprintf(stderr, "\n    %s: got %d %s\n", refusals[i].promise, outcome, error.text);
        memory_free(&arena);
    }
}

static void names_the_place_and_the_remedy(void)
{
    memory arena = { 0 };
    csv_header header;
    rapport_error error;

    read_copy(&header, TEXT("x,a,b,a\n"), true, &usual, &arena, &error);
    SAME_TEXT(error.text, "t.csv:1:4: has the same name as column 2; rename one of the two "
                          "[header-duplicate]");
    read_copy(&header, TEXT("sep=,\na;b\n"), true, &usual, &arena, &error);
    SAME_TEXT(error.text, "t.csv:2: has one column, but would have 2 with another delimiter; set "
                          "delimiter = semicolon in [input] [input-delimiter]");
    read_copy(&header, TEXT("a,b;c\n"), true, &usual, &arena, &error);
    SAME_TEXT(error.text, "t.csv:1: has a comma as often as a semicolon; say in [input] which is "
                          "the delimiter [input-delimiter]");
    memory_free(&arena);
}

static void takes_the_delimiter_it_is_given(void)
{
    memory arena = { 0 };
    csv_header header;
    rapport_error error;
    csv_expected expected = usual;

    expected.delimiter = ';';
    CU_ASSERT_EQUAL(read_copy(&header, TEXT("a,b,c;d\n"), true, &expected, &arena, &error),
                    RAPPORT_DONE);
    CU_ASSERT_EQUAL_FATAL(header.columns, 2);
    SAME_TEXT(header.name[0], "a,b,c");
    CU_ASSERT_EQUAL(read_copy(&header, TEXT("a,b;c\n"), true, &expected, &arena, &error),
                    RAPPORT_DONE);
    CU_ASSERT_EQUAL_FATAL(header.columns, 2);
    SAME_TEXT(header.name[1], "c");
    CU_ASSERT_EQUAL(read_copy(&header, TEXT("sep=|\na;b\n"), true, &expected, &arena, &error),
                    RAPPORT_DONE);
    CU_ASSERT_EQUAL(header.columns, 2);
    CU_ASSERT_EQUAL(read_copy(&header, TEXT("a,b,c\n"), true, &expected, &arena, &error),
                    RAPPORT_BAD_INPUT);
    SAME_TEXT(error.text, "t.csv:1: has one column, but would have 3 with another delimiter; set "
                          "delimiter = comma in [input] [input-delimiter]");
    CU_ASSERT_EQUAL(read_copy(&header, TEXT("a\n"), true, &expected, &arena, &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(header.dialect.delimiter, ';');
    memory_free(&arena);
}

static void takes_the_decimal_mark_it_is_given(void)
{
    memory arena = { 0 };
    csv_header header;
    rapport_error error;
    csv_expected expected = usual;

    expected.decimal = ',';
    read_copy(&header, TEXT("a,b\n"), true, &expected, &arena, &error);
    CU_ASSERT_EQUAL(header.dialect.decimal, ',');
    expected.decimal = '.';
    read_copy(&header, TEXT("a;b\n"), true, &expected, &arena, &error);
    CU_ASSERT_EQUAL(header.dialect.decimal, '.');
    memory_free(&arena);
}

static void passes_on_what_records_need(void)
{
    memory arena = { 0 };
    csv_header header;
    rapport_error error;
    csv_expected expected = usual;

    expected.any_bytes = true;
    expected.field_limit = 3; /* of a record's cells, not of names */
    CU_ASSERT_EQUAL(read_copy(&header, TEXT("n\xe4he,b\n"), true, &expected, &arena, &error),
                    RAPPORT_DONE);
    CU_ASSERT_TRUE(header.dialect.any_bytes);
    CU_ASSERT_EQUAL(header.dialect.field_limit, 3);
    SAME_TEXT(header.name[0], "n\xe4he");
    memory_free(&arena);
}

static void tells_how_many_records_may_follow(void)
{
    memory arena = { 0 };
    csv_header header;
    rapport_error error;

    read_copy(&header, TEXT("a,b\n1,2\n3,4"), true, &usual, &arena, &error);
    CU_ASSERT_TRUE(header.records >= 2 && header.records < 10);
    read_copy(&header, TEXT("a,b\n1,2\n3,4"), false, &usual, &arena, &error);
    CU_ASSERT_EQUAL(header.records, UINT64_MAX);
    memory_free(&arena);
}

static void wants_the_whole_header_in_what_was_read(void)
{
    memory arena = { 0 };
    csv_header header;
    rapport_error error;
    static const char *const cut_off[] = { "a,b", "a,b\r", "a,\"b\nc", "a,\"b\"" };

    for (size_t i = 0; i < sizeof cut_off / sizeof *cut_off; i++) {
        CU_ASSERT_EQUAL(
            read_copy(&header, cut_off[i], strlen(cut_off[i]), false, &usual, &arena, &error),
            RAPPORT_BAD_INPUT);
        KEPT(ends_with(error.text, "[header-length]"), cut_off[i]);
    }
    CU_ASSERT_EQUAL(read_copy(&header, TEXT("a,b\n1"), false, &usual, &arena, &error),
                    RAPPORT_DONE);
    CU_ASSERT_EQUAL(header.length, 4);
    memory_free(&arena);
}

static void finds_columns_by_name(void)
{
    memory arena = { 0 };
    csv_header header;
    rapport_error error;

    read_copy(&header, TEXT("id,a1,a2\n"), true, &usual, &arena, &error);
    CU_ASSERT_EQUAL(csv_header_find(&header, "id"), 0);
    CU_ASSERT_EQUAL(csv_header_find(&header, "a2"), 2);
    CU_ASSERT_EQUAL(csv_header_find(&header, "A2"), -1);
    CU_ASSERT_EQUAL(csv_header_find(&header, "a"), -1);
    memory_free(&arena);
}

/* Whatever a file begins with, it is read or refused in words, and nothing of it is quoted. */
static void says_nothing_of_what_stands_there(void)
{
    static const char alphabet[] = "QZQZ,;\t\"\r\n\xc3\xa9\1 "; /* no message has a Q or Z */
    uint64_t seed = 1;

    for (int round = 0; round < 20000; round++) {
        memory arena = { 0 };
        csv_header header;
        rapport_error error;
        char text[24];
        size_t length = 0;
        for (; length < (size_t)(round % (int)sizeof text); length++) {
            seed = seed * UINT64_C(6364136223846793005) + 1;
            text[length] = alphabet[(seed >> 33) % (sizeof alphabet - 1)];
        }
        rapport_outcome outcome =
            read_copy(&header, text, length, round % 2, &usual, &arena, &error);
        bool fine = outcome == RAPPORT_DONE
                        ? header.columns > 0 && header.length <= length && header.first_line > 0
                        : outcome == RAPPORT_BAD_INPUT && !strpbrk(error.text, "QZ") &&
                              ends_with(error.text, "]");
        if (!fine)
            KEPT(fine, error.text);
        memory_free(&arena);
    }
}

int main(void)
{
    static const promise promises[] = {
        { "reads headers", reads_headers },
        { "refuses what is no table", refuses_what_is_no_table },
        { "names the place and the remedy", names_the_place_and_the_remedy },
        { "takes the delimiter it is given", takes_the_delimiter_it_is_given },
        { "takes the decimal mark it is given", takes_the_decimal_mark_it_is_given },
        { "passes on what records need", passes_on_what_records_need },
        { "tells how many records may follow", tells_how_many_records_may_follow },
        { "wants the whole header in what was read", wants_the_whole_header_in_what_was_read },
        { "finds columns by name", finds_columns_by_name },
        { "says nothing of what stands there", says_nothing_of_what_stands_there },
    };
    return RUN("csv_header", promises);
}
