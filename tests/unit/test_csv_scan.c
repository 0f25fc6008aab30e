/* test_csv_scan.c - records and cells, against a splitter too slow and plain to be wrong. */
#include "run.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "table/csv_scan.h"

#ifndef ROUNDS
#define ROUNDS 20000 /* random texts; more with -DROUNDS= */
#endif

enum { CELLS = 8, FIELD_LIMIT = 9, LONGEST = 40, SHOWN = 4000 };

/* A text that may hold NULs. */
#define TEXT(literal) literal, sizeof(literal) - 1

/* ---- a record as one string, so that records can be compared --------------------- */

static void show_cell(char **out, const char *at, size_t length, bool quoted, bool doubled,
                      bool bad)
{
    *out += sprintf(*out, "%s%s%s[", quoted ? "q" : "", doubled ? "d" : "", bad ? "b" : "");
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)at[i];
        *out += c < ' ' || c >= 0x7f ? sprintf(*out, "\\%02x", c) : sprintf(*out, "%c", c);
    }
    *out += sprintf(*out, "]");
}

static const char *const fault_name[] = { "whole",   "after quote", "stray quote",
                                          "control", "not utf-8",   "field limit" };

static void show_fault(char **out, csv_fault fault, uint32_t cell, uint32_t cells)
{
    *out += sprintf(*out, " of %u", cells);
    if (fault != CSV_WHOLE)
        *out += sprintf(*out, " %s in %u", fault_name[fault], cell);
    *out += sprintf(*out, "\n");
}

/* The records of one stretch; returns their number. */
static uint64_t show(char **out, const char *text, size_t length, uint64_t line,
                     const csv_dialect *dialect)
{
    csv_scan scan;
    csv_record record;
    uint64_t records = 0;

    CU_ASSERT_TRUE_FATAL(csv_open(&scan, dialect, CELLS));
    csv_begin(&scan, text, length, line);
    for (; csv_next(&scan, &record); records++) {
        *out += sprintf(*out, "%u:", (unsigned)record.line);
        for (uint32_t i = 0; i < record.cells && i < CELLS; i++) {
            const csv_cell *cell = &record.cell[i];
            show_cell(out, cell->at, cell->length, cell->quoted, cell->doubled, cell->bad_bytes);
        }
        show_fault(out, record.fault, record.fault_cell, record.cells);
    }
    csv_close(&scan);
    return records;
}

/* ---- the splitter it has to agree with -------------------------------------------- */

typedef struct splitter {
    const char *text;
    size_t length, at;
    const csv_dialect *dialect;
    size_t open; /* the quote that never closes; length: none */
    bool ended;  /* the last record has its LF */
} splitter;

static bool is(const splitter *s, size_t at, char byte)
{
    return at < s->length && s->text[at] == byte;
}

static bool ends_cell(const splitter *s, size_t at)
{
    return at >= s->length || is(s, at, s->dialect->delimiter) || is(s, at, '\n');
}

/* By the number it stands for, where the scanner goes by ranges of bytes. */
static size_t code_length(const unsigned char *c, size_t left)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t length = *c >= 0xf0 ? 4 : *c >= 0xe0 ? 3 : 2;
    uint32_t code = *c & (0xffu >> (length + 1));

    if (*c < 0xc0 || *c >= 0xf8 || left < length)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((c[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (c[i] & 0x3f);
    }
    bool surrogate = code >= 0xd800 && code <= 0xdfff;
    return code < least[length] || code > 0x10ffff || surrogate ? 0 : length;
}

static csv_fault odd_bytes(const char *text, size_t length, bool any_bytes)
{
    for (size_t i = 0; i < length; i++) {
        const unsigned char *c = (const unsigned char *)text + i;
        bool line_end = *c == '\n' || (*c == '\r' && i + 1 < length && c[1] == '\n');
        if ((*c < ' ' && *c != '\t' && !line_end) || *c == 0x7f)
            return CSV_CONTROL_BYTE;
        if (*c < 0x80 || any_bytes)
            continue;
        size_t code = code_length(c, length - i);
        if (code == 0)
            return CSV_NOT_UTF8;
        i += code - 1;
    }
    return CSV_WHOLE;
}

static csv_fault split_cell(splitter *s, char **out, bool kept)
{
    size_t from = s->at, to = from;
    bool quoted = is(s, from, '"'), doubled = false;
    csv_fault fault = CSV_WHOLE;

    if (quoted) {
        for (to = ++from; to < s->length && !(is(s, to, '"') && !is(s, to + 1, '"')); to++)
            if (is(s, to, '"')) {
                doubled = true;
                to++;
            }
        for (s->at = to + 1; !ends_cell(s, s->at); s->at++)
            if (!(is(s, s->at, '\r') && is(s, s->at + 1, '\n')))
                fault = CSV_AFTER_QUOTE;
        if (to >= s->length) {
            fault = CSV_STRAY_QUOTE;
            s->at = to = s->length;
            s->open = from - 1;
        }
    } else {
        for (; !ends_cell(s, to); to++)
            if (is(s, to, '"'))
                fault = CSV_STRAY_QUOTE;
        s->at = to;
        if (is(s, to, '\n') && to > from && is(s, to - 1, '\r'))
            to--;
    }
    csv_fault odd = odd_bytes(s->text + from, to - from, s->dialect->any_bytes);
    if (kept)
        show_cell(out, s->text + from, to - from, quoted, doubled, odd != CSV_WHOLE);
    if (fault == CSV_WHOLE)
        fault = odd;
    if (fault == CSV_WHOLE && to - from > s->dialect->field_limit)
        fault = CSV_FIELD_LIMIT;
    return fault;
}

static bool skip_empty_line(splitter *s)
{
    size_t at = s->at + is(s, s->at, '\r');
    if (!is(s, at, '\n'))
        return false;
    s->at = at + 1;
    return true;
}

static void split_record(splitter *s, char **out)
{
    csv_fault fault = CSV_WHOLE;
    uint32_t cells = 0, fault_cell = 0;
    unsigned line = 1;

    for (size_t i = 0; i < s->at; i++)
        line += s->text[i] == '\n';
    *out += sprintf(*out, "%u:", line);
    for (;; s->at++) {
        csv_fault found = split_cell(s, out, cells < CELLS);
        if (found != CSV_WHOLE && fault == CSV_WHOLE) {
            fault = found;
            fault_cell = cells;
        }
        cells++;
        if (!is(s, s->at, s->dialect->delimiter))
            break;
    }
    s->ended = s->at < s->length;
    s->at += s->ended;
    show_fault(out, fault, fault_cell, cells);
}

/* ---- random texts -------------------------------------------------------------------- */

static uint64_t seed;

static uint32_t below(uint32_t limit)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % limit;
}

static size_t make_text(char *text)
{
    static const char *const pieces[] = { "a",        "1",    ",",    ";",  "\"",       "\"",
                                          "\r",       "\n",   "\r\n", "\t", "\xff",     "\x7f",
                                          "\xc3\xa9", "\xc3", ",",    "\n", "\xe2\x82", "\xac",
                                          "\"\"",     "bc",   "\n\n" };
    const uint32_t kinds = below(2) ? 10 : sizeof pieces / sizeof *pieces; /* some plain ones */
    const size_t wanted = below(LONGEST - 4);
    size_t length = 0;

    while (length < wanted) {
        if (kinds > 10 && below(30) == 0) {
            text[length++] = '\0';
            continue;
        }
        const char *piece = pieces[below(kinds)];
        memcpy(text + length, piece, strlen(piece));
        length += strlen(piece);
    }
    return length;
}

static csv_dialect make_dialect(void)
{
    static const char delimiters[] = { ',', ',', ';', '\t' };
    return (csv_dialect){ .delimiter = delimiters[below(4)],
                          .decimal = '.',
                          .any_bytes = below(4) == 0,
                          .field_limit = FIELD_LIMIT };
}

static void finds_what_the_splitter_finds(void)
{
    seed = 1;
    for (int round = 0; round < ROUNDS; round++) {
        char text[LONGEST], got[SHOWN] = "", expected[SHOWN] = "";
        char *got_end = got, *expected_end = expected;
        size_t length = make_text(text);
        csv_dialect dialect = make_dialect();
        splitter s = { .text = text, .length = length, .dialect = &dialect, .open = length };

        show(&got_end, text, length, 1, &dialect);
        while (s.at < length)
            if (!skip_empty_line(&s))
                split_record(&s, &expected_end);
        if (strcmp(got, expected) != 0)
            SAME_TEXT(got, expected);
        if (csv_open_quote(text, length, dialect.delimiter) != s.open)
            KEPT(false, "another quote is left open");
    }
}

/* As the header promises it, one line at a time. */
static size_t slow_cut(const char *text, size_t length, const csv_dialect *dialect,
                       uint64_t records)
{
    splitter s = { .text = text, .length = length, .dialect = dialect, .open = length };
    size_t cut = 0;

    for (uint64_t found = 0; s.at < length; cut = s.at) {
        char shown[SHOWN], *end = shown;
        if (skip_empty_line(&s))
            continue;
        split_record(&s, &end);
        if (!s.ended || (records && ++found > records))
            break;
    }
    return cut;
}

/* A window of the text, cut; a larger one where nothing could be cut; the rest at the end. */
static void show_pieces(char **out, const char *text, size_t length, size_t window,
                        uint64_t records, const csv_dialect *dialect)
{
    for (size_t at = 0, wide = window; at < length;) {
        size_t seen = wide < length - at ? wide : length - at;
        size_t cut = csv_cut(text + at, seen, dialect->delimiter, records);
        if (cut != slow_cut(text + at, seen, dialect, records))
            KEPT(false, "cuts elsewhere than the splitter");
        if (cut == 0 && seen < length - at) {
            wide++;
            continue;
        }
        cut = cut ? cut : seen;
        uint64_t found = show(out, text + at, cut, 1 + csv_lines(text, at), dialect);
        if (records && found > records)
            KEPT(false, "more records than asked for");
        at += cut;
        wide = window;
    }
}

static void finds_the_same_in_pieces(void)
{
    seed = 2;
    for (int round = 0; round < ROUNDS / 20; round++) {
        char text[LONGEST], whole[SHOWN] = "", *whole_end = whole;
        size_t length = make_text(text);
        csv_dialect dialect = make_dialect();

        show(&whole_end, text, length, 1, &dialect);
        for (size_t window = 1; window <= length; window++)
            for (uint64_t records = 0; records < 4; records++) {
                char pieces[SHOWN] = "", *pieces_end = pieces;
                show_pieces(&pieces_end, text, length, window, records, &dialect);
                if (strcmp(pieces, whole) != 0)
                    SAME_TEXT(pieces, whole);
            }
    }
}

/* ---- what is promised by name --------------------------------------------------------- */

static const struct {
    const char *promise, *text;
    size_t length;
    const char *expected;
} scans[] = {
    { "finds cells", TEXT("a,b\nc,d\n"), "1:[a][b] of 2\n2:[c][d] of 2\n" },
    { "finds empty cells", TEXT(",\na,,\n"), "1:[][] of 2\n2:[a][][] of 3\n" },
    { "takes CR LF for LF", TEXT("a,b\r\nc,\r\n"), "1:[a][b] of 2\n2:[c][] of 2\n" },
    { "does without a newline at the end", TEXT("a\nb,c"), "1:[a] of 1\n2:[b][c] of 2\n" },
    { "finds an empty cell at the very end", TEXT("a,"), "1:[a][] of 2\n" },
    { "skips empty lines and counts them", TEXT("\n\r\na\n\n\nb\n\n"), "3:[a] of 1\n6:[b] of 1\n" },
    { "takes a line of delimiters for a record", TEXT(",,\n"), "1:[][][] of 3\n" },
    { "takes a line of blanks for a record", TEXT(" \n"), "1:[ ] of 1\n" },
    { "finds nothing in nothing", TEXT(""), "" },
    { "unwraps quotes", TEXT("\"a\",\"\"\n"), "1:q[a]q[] of 2\n" },
    { "keeps delimiters and newlines in quotes", TEXT("\"a,b\n\",c\r\nd\n"),
      "1:q[a,b\\0a][c] of 2\n3:[d] of 1\n" },
    { "keeps CR LF in quotes", TEXT("\"a\r\nb\"\r\n"), "1:q[a\\0d\\0ab] of 1\n" },
    { "leaves doubled quotes as they are", TEXT("\"a\"\"b\"\n"), "1:qd[a\"\"b] of 1\n" },
    { "ends a quoted cell at the end of the text", TEXT("\"a\""), "1:q[a] of 1\n" },
    { "tells text after a closing quote", TEXT("\"a\"b\"c,d\n"),
      "1:q[a][d] of 2 after quote in 0\n" },
    { "tells a blank after a closing quote", TEXT("x,\"a\" ,d\n"),
      "1:[x]q[a][d] of 3 after quote in 1\n" },
    { "opens no quote inside a cell", TEXT("5\",6\na\n"),
      "1:[5\"][6] of 2 stray quote in 0\n2:[a] of 1\n" },
    { "opens no quote after a blank", TEXT(" \"a,b\"\n"), "1:[ \"a][b\"] of 2 stray quote in 0\n" },
    { "tells a quote that never closes", TEXT("a,\"b\nc"),
      "1:[a]q[b\\0ac] of 2 stray quote in 1\n" },
    { "tells NUL", TEXT("a\0b,c\n"), "1:b[a\\00b][c] of 2 control in 0\n" },
    { "tells a CR alone", TEXT("a\rb\n"), "1:b[a\\0db] of 1 control in 0\n" },
    { "tells a CR too many", TEXT("a\r\r\n"), "1:b[a\\0d] of 1 control in 0\n" },
    { "tells a CR at the very end", TEXT("a\r"), "1:b[a\\0d] of 1 control in 0\n" },
    { "tells a CR alone in quotes", TEXT("\"a\r\",b\n"), "1:qb[a\\0d][b] of 2 control in 0\n" },
    { "tells escape and delete", TEXT("\x1b,\x7f\n"), "1:b[\\1b]b[\\7f] of 2 control in 0\n" },
    { "lets tabs be", TEXT("a\tb,c\n"), "1:[a\\09b][c] of 2\n" },
    { "lets UTF-8 be", TEXT("\xc3\xa9,\xe2\x82\xac,\xf0\x9f\x98\x80\n"),
      "1:[\\c3\\a9][\\e2\\82\\ac][\\f0\\9f\\98\\80] of 3\n" },
    { "tells Latin-1", TEXT("a,\xe9\n"), "1:[a]b[\\e9] of 2 not utf-8 in 1\n" },
    { "tells an overlong slash", TEXT("\xc0\xaf\n"), "1:b[\\c0\\af] of 1 not utf-8 in 0\n" },
    { "tells an overlong form of three", TEXT("\xe0\x80\xaf\n"),
      "1:b[\\e0\\80\\af] of 1 not utf-8 in 0\n" },
    { "tells an overlong form of four", TEXT("\xf0\x8f\xbf\xbf\n"),
      "1:b[\\f0\\8f\\bf\\bf] of 1 not utf-8 in 0\n" },
    { "tells a surrogate", TEXT("\xed\xa0\x80\n"), "1:b[\\ed\\a0\\80] of 1 not utf-8 in 0\n" },
    { "tells what is beyond U+10FFFF", TEXT("\xf4\x90\x80\x80\n"),
      "1:b[\\f4\\90\\80\\80] of 1 not utf-8 in 0\n" },
    { "tells a character cut off by the delimiter", TEXT("\xe2\x82,\xac\n"),
      "1:b[\\e2\\82]b[\\ac] of 2 not utf-8 in 0\n" },
    { "lets a cell at the limit be", TEXT("123456789\n"), "1:[123456789] of 1\n" },
    { "tells a cell beyond the limit", TEXT("a,1234567890\n"),
      "1:[a][1234567890] of 2 field limit in 1\n" },
    { "tells the first fault, cell by cell", TEXT("a,\"b\"c,\xff,\0\n"),
      "1:[a]q[b]b[\\ff]b[\\00] of 4 after quote in 1\n" },
    { "counts cells it does not keep", TEXT("1,2,3,4,5,6,7,8,9,10\n"),
      "1:[1][2][3][4][5][6][7][8] of 10\n" },
    { "tells a fault in a cell it does not keep", TEXT("1,2,3,4,5,6,7,8,9,\0\n"),
      "1:[1][2][3][4][5][6][7][8] of 10 control in 9\n" },
};

static void finds_records_and_their_faults(void)
{
    const csv_dialect dialect = { .delimiter = ',', .decimal = '.', .field_limit = FIELD_LIMIT };

    for (size_t i = 0; i < sizeof scans / sizeof *scans; i++) {
        char got[SHOWN] = "", *end = got;
        show(&end, scans[i].text, scans[i].length, 1, &dialect);
        KEPT(strcmp(got, scans[i].expected) == 0, scans[i].promise);
        if (strcmp(got, scans[i].expected) != 0)
            fprintf(stderr, "\n    %s: got %s\n", scans[i].promise, got);
    }
}

static void passes_any_bytes_but_control_bytes(void)
{
    const csv_dialect dialect = { .delimiter = ';', .any_bytes = true, .field_limit = FIELD_LIMIT };
    char got[SHOWN], *end = got;

    show(&end, TEXT("\xe9;\xff\na;\x01\xff\n"), 7, &dialect);
    SAME_TEXT(got, "7:[\\e9][\\ff] of 2\n8:[a]b[\\01\\ff] of 2 control in 1\n");
}

static const struct {
    const char *promise, *text;
    uint64_t records;
    size_t expected;
} cuts[] = {
    { "cuts after the last LF", "a\nb\nc", 0, 4 },
    { "cuts nothing where no line ends", "abc", 0, 0 },
    { "cuts no record in two", "\"a\nb\",\"c\nd\"", 0, 0 },
    { "cuts before a record that is not whole", "a\n\"b\nc", 0, 2 },
    { "cuts behind quotes", "a\n\"b\nc\"\n\"d\n", 0, 8 },
    { "opens no quote inside a cell", "5\"\nb\n", 0, 5 },
    { "opens no quote behind a closing one", "\"a\"\"b\" \"\nc\n", 0, 11 },
    { "cuts after so many records", "a\nb\nc\n", 2, 4 },
    { "cuts after fewer records", "a\nb\nc", 5, 4 },
    { "leaves empty lines to the records before them", "\n\na\n\r\n\nb\n", 1, 7 },
    { "takes empty lines alone", "\n\r\n\n", 1, 4 },
    { "leaves half an empty line", "a\n\r", 1, 2 },
};

static void cuts_between_records(void)
{
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++)
        KEPT(csv_cut(cuts[i].text, strlen(cuts[i].text), ',', cuts[i].records) == cuts[i].expected,
             cuts[i].promise);
    CU_ASSERT_EQUAL(csv_cut(NULL, 0, ',', 0), 0);
}

static void finds_the_quote_left_open(void)
{
    CU_ASSERT_EQUAL(csv_open_quote(TEXT("a,b\n"), ','), 4);
    CU_ASSERT_EQUAL(csv_open_quote(TEXT("a,\"b\n"), ','), 2);
    CU_ASSERT_EQUAL(csv_open_quote(TEXT("\"a\"\"\n"), ','), 0);
    CU_ASSERT_EQUAL(csv_open_quote(TEXT("\"a\",\"b\""), ','), 7);
    CU_ASSERT_EQUAL(csv_open_quote(NULL, 0, ','), 0);
}

/* Takes minutes if every quote looks for the end of the line anew. */
static void takes_many_quotes_on_one_line_in_its_stride(void)
{
    enum { QUOTES = 1000000 };
    const size_t length = 3 * QUOTES + 1;
    char *text = malloc(length);

    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    for (size_t i = 0; i < QUOTES; i++)
        memcpy(text + 3 * i, "\"\",", 3);
    text[length - 1] = '\n';
    CU_ASSERT_EQUAL(csv_cut(text, length, ',', 0), length);
    CU_ASSERT_EQUAL(csv_open_quote(text, length - 1, ','), length - 1);
    free(text);
}

static void makes_doubled_quotes_single(void)
{
    const csv_dialect dialect = { .delimiter = ',', .field_limit = 100 };
    csv_scan scan;
    csv_record record;
    char out[16];

    CU_ASSERT_TRUE_FATAL(csv_open(&scan, &dialect, 3));
    csv_begin(&scan, TEXT("\"\"\"a\"\"\"\"b\",c\"\"d,\"e\"\n"), 1);
    CU_ASSERT_TRUE_FATAL(csv_next(&scan, &record));
    out[csv_plain(out, &record.cell[0])] = '\0';
    SAME_TEXT(out, "\"a\"\"b");
    out[csv_plain(out, &record.cell[1])] = '\0';
    SAME_TEXT(out, "c\"\"d");
    out[csv_plain(out, &record.cell[2])] = '\0';
    SAME_TEXT(out, "e");
    CU_ASSERT_FALSE(csv_next(&scan, &record));
    csv_close(&scan);
}

static void begins_again_and_closes_twice(void)
{
    const csv_dialect dialect = { .delimiter = ',', .field_limit = 100 };
    csv_scan scan;
    csv_record record;

    CU_ASSERT_TRUE_FATAL(csv_open(&scan, &dialect, 0));
    csv_begin(&scan, NULL, 0, 1);
    CU_ASSERT_FALSE(csv_next(&scan, &record));
    csv_begin(&scan, TEXT("a,b"), 1);
    CU_ASSERT_TRUE(csv_next(&scan, &record));
    CU_ASSERT_EQUAL(record.cells, 2);
    csv_close(&scan);
    csv_close(&scan);
}

int main(void)
{
    static const promise promises[] = {
        { "finds records and their faults", finds_records_and_their_faults },
        { "passes any bytes but control bytes", passes_any_bytes_but_control_bytes },
        { "finds what the splitter finds", finds_what_the_splitter_finds },
        { "finds the same in pieces", finds_the_same_in_pieces },
        { "cuts between records", cuts_between_records },
        { "finds the quote left open", finds_the_quote_left_open },
        { "takes many quotes on one line in its stride",
          takes_many_quotes_on_one_line_in_its_stride },
        { "makes doubled quotes single", makes_doubled_quotes_single },
        { "begins again and closes twice", begins_again_and_closes_twice },
    };
    return RUN("csv_scan", promises);
}
