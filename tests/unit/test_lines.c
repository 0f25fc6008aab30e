/* test_lines.c - a cell has one text, whether that was made before, how wide it is and who its
 * neighbours are. */
#define _GNU_SOURCE
#include "pipeline/lines.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"
#include "scratch.h"
#include "table/csv_write.h"
#include "table/number.h"
#include "trial.h"

/* ---- a score that is the answer, and a level for each whole number ------------------------- */

static const rapport_level levels[] = {
    { .code = "x" },
    { .code = "M\xC3\xBCller" },
    { .code = "a,b" },
    { .code = "5\"" },
    { .code = " blank" },
    { .code = "blank " },
    { .code = "fourteen bytes" },
    { .code = "fourteen, 14" }, /* in its quotes */
    { .code = "fifteen bytes a" },
    { .code = "sixteen bytes ab" },
    { .code = "seventeen bytes a" },
    { .code = "=1+1" },
    { .code = "-1" },
    { .code = "=fourteen byte" }, /* one more with its apostrophe */
    { .code = "@a,b" },
};
enum { LEVELS = sizeof levels / sizeof *levels };

/* Each output has the first of them. A text that is ready has 14 bytes at most, and the levels of a
 * column are ready together. */
static const uint32_t levels_of[] = { 1, 8, 9, 10, LEVELS };
enum { OUTPUTS = sizeof levels_of / sizeof *levels_of };

static rapport_field outputs[OUTPUTS];

static rapport_status score_first(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self;
    memcpy(out->number[0], in->keyed[0], in->rows * sizeof(double));
    return RAPPORT_OK;
}

static rapport_port answers;

static rapport_status bind_levels(const rapport_host *host, void **self)
{
    (void)self;
    answers = host->item(host->self, 0)->port;
    return RAPPORT_OK;
}

static int32_t level_of(double answer, uint32_t output)
{
    const bool is_level = answer >= 0 && answer < levels_of[output] && answer == floor(answer);
    return is_level ? (int32_t)answer : -1;
}

static rapport_status give_levels(void *self, const rapport_batch *in, rapport_output *out)
{
    (void)self;
    for (uint32_t i = 0; i < OUTPUTS; i++)
        for (uint32_t row = 0; row < in->rows; row++)
            out->category[i][row] = level_of(in->number[answers][row], i);
    return RAPPORT_OK;
}

static void hold(void)
{
    static const rapport_scoring first = { .size = sizeof first,
                                           .id = "first",
                                           .version = "1.0.0",
                                           .title = "First",
                                           .doc = "The first answer.",
                                           .score = score_first };
    static rapport_instrument plugin = { .size = sizeof plugin,
                                         .id = "level",
                                         .version = "1.0.0",
                                         .title = "Level",
                                         .doc = "A level for each answer.",
                                         .flags = RAPPORT_WANTS_ITEMS,
                                         .outputs = RAPPORT_LIST(outputs),
                                         .bind = bind_levels,
                                         .process = give_levels };
    static const rapport_scoring *const scorings[] = { &first, NULL };
    static const rapport_instrument *const instruments[] = { &plugin, NULL };
    static const rapport_module module = { .size = sizeof module,
                                           .scoring = scorings,
                                           .instrument = instruments };

    static const char *const names[OUTPUTS] = { "l1", "l8", "l9", "l10", "all" };
    for (uint32_t i = 0; i < OUTPUTS; i++)
        outputs[i] = (rapport_field){ .name = names[i],
                                      .doc = "A level for each whole number.",
                                      .type = RAPPORT_CATEGORY,
                                      .levels = { levels, levels_of[i], sizeof *levels } };
    puppet_hold(&module);
}

#define SCALE(decimals)                                                                            \
    "[scale d" decimals "]\nitems = a\nscoring = ./puppet.so\ndecimals = " decimals "\n"
#define SCALES                                                                                     \
    SCALE("0") SCALE("1") SCALE("2") SCALE("3") SCALE("4") SCALE("5") SCALE("6") SCALE("full")
#define INSTRUMENT ONE("plugin = ./puppet.so\nanswers = -1e15..1e15\nwhole = no\n[item a]\n" SCALES)

static const int decimals_of[] = { 0, 1, 2, 3, 4, 5, 6, NUMBER_FULL };

/* ---- numbers and levels --------------------------------------------------------------------- */

/* Where texts that are ready end at each number of decimals, and what else there is. */
static double value_of(uint32_t i)
{
    static const double edges[] = { 0,      1,       99,     100,     101,         9999,   10000,
                                    10001,  99.99,   100.00, 100.01,  99.994,      99.995, 99.996,
                                    1000.0, 1000.1,  999.95, 10.001,  10.0,        9.9999, 0.9999,
                                    1.0001, 0.00005, 1e-9,   2.675,   0.125,       1e9,    1e9 - 1,
                                    2e9,    1e14,    1e15,   4294967, 42949672.96, 0.5,    9999.5 };
    enum { EDGES = sizeof edges / sizeof *edges };

    if (i < EDGES)
        return edges[i];
    if (i < 2 * EDGES)
        return -edges[i - EDGES];
    return i % 3 ? i * 0.37 : i % 20;
}

static void add_expected(text *out, uint32_t i, double value)
{
    char id[16];

    text_add(out, id, (size_t)sprintf(id, "r%u,", i));
    for (size_t d = 0; d < sizeof decimals_of / sizeof *decimals_of; d++) {
        csv_write_number(out, value, decimals_of[d]);
        text_add_string(out, ",");
    }
    for (uint32_t o = 0; o < OUTPUTS; o++) {
        const char *code = level_of(value, o) < 0 ? "" : levels[level_of(value, o)].code;
        csv_write_text(out, code, strlen(code), FORMULAS_NEUTRALISED);
        text_add_string(out, ",");
    }
    text_add_string(out, "ok,\n");
}

/* A table of `rows` rows, every seventh of which has no answer, and its report. */
static void make_table(text *table, text *expected, uint32_t rows)
{
    char line[64];

    text_add_string(table, "id,a\n");
    for (uint32_t i = 0; i < rows; i++) {
        double value = i % 7 == 3 ? NAN : value_of(i);
        const int length = sprintf(line, "r%u,", i);
        text_add(table, line, (size_t)length);
        text_add(table, line, number_write(line, value, NUMBER_FULL));
        text_add_string(table, "\n");
        add_expected(expected, i, value);
    }
    text_add(table, "", 1);
    text_add(expected, "", 1);
}

/* The texts of numbers are made once a batch has rows enough, and kept for smaller ones. */
static void writes_the_same_ready_or_not(void)
{
    static const char *const batches[] = { "run.batch=1", "run.batch=100", "run.batch=4096",
                                           "run.batch=300" };
    text table = { 0 }, expected = { 0 };

    make_table(&table, &expected, 700);
    for (size_t i = 0; i < sizeof batches / sizeof *batches; i++) {
        trial *t = try_out(&(given){ .one = INSTRUMENT,
                                     .table = table.bytes,
                                     .set = { batches[i], "input.missing=", NULL } });
        SAME_TEXT(t->told, "");
        KEPT(strcmp(t->report, expected.bytes) == 0, batches[i]);
        if (strcmp(t->report, expected.bytes) != 0)
            SAME_TEXT(t->report, expected.bytes);
        trial_free(t);
    }
    text_free(&table);
    text_free(&expected);
}

/* ---- kept cells ------------------------------------------------------------------------------ */

static uint32_t state = 7;

static uint32_t below(uint32_t limit)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % limit;
}

enum { ROWS = 40, KEPT_CELLS = 3 };

static void draw_cells(char cells[ROWS][KEPT_CELLS][64])
{
    static const char *const pieces[] = { "a",          "7",           ",",  ";",    "\t",
                                          "\"",         "\n",          " ",  "=",    "-",
                                          "\r\n",       "\xC3\xA9",    "NA", "word", "two words",
                                          "0",          "+",           "@",  ".5",   "e1",
                                          "2016-01-09", "\xEF\xBC\x9D" };

    for (uint32_t row = 0; row < ROWS; row++)
        for (uint32_t i = 0; i < KEPT_CELLS; i++) {
            cells[row][i][0] = 0;
            for (uint32_t n = below(3) ? below(3) : below(9); n > 0; n--)
                strcat(cells[row][i], pieces[below(sizeof pieces / sizeof *pieces)]);
        }
}

/* In quotes where it has to be, and sometimes where it need not. */
static void add_cell(text *table, const char *cell, char delimiter)
{
    const char hard[] = { delimiter, '"', '\n', '\r', 0 };

    if (!strpbrk(cell, hard) && below(3)) {
        text_add_string(table, cell);
        return;
    }
    text_add_string(table, "\"");
    for (; *cell; cell++) {
        text_add(table, cell, 1);
        if (*cell == '"')
            text_add(table, cell, 1);
    }
    text_add_string(table, "\"");
}

/* `layout` names the columns in their order: i, n, t are kept, a is the answer, x nobody's. */
static void lay_out(text *table, const char *layout, char delimiter,
                    char cells[ROWS][KEPT_CELLS][64])
{
    static const char names[] = "int";

    for (int row = -1; row < ROWS; row++) {
        for (const char *at = layout; *at; at++) {
            const char *kept_one = strchr(names, *at);
            if (at > layout)
                text_add(table, &delimiter, 1);
            if (row < 0)
                text_add_string(table, (char[]){ 'c', *at, 0 });
            else if (kept_one)
                add_cell(table, cells[row][kept_one - names], delimiter);
            else
                text_add_string(table, *at == 'a' ? "3" : "other");
        }
        text_add_string(table, row % 2 ? "\n" : "\r\n");
    }
    text_add(table, "", 1);
}

#define KEEPING                                                                                    \
    "[pipeline]\nstages = s\nrespondent = ci\nkeep = cn ct\n"                                      \
    "[stage s]\ninstrument = ./one.ini\n"
#define ANSWERED                                                                                   \
    ONE("answers = 0..4\n[item a]\ncolumn = ca\n[scale t]\nitems = a\nscoring = ./puppet.so\n")

static void expect_kept(text *out, char cells[ROWS][KEPT_CELLS][64], formulas how)
{
    for (uint32_t row = 0; row < ROWS; row++) {
        for (uint32_t i = 0; i < KEPT_CELLS; i++) {
            csv_write_text(out, cells[row][i], strlen(cells[row][i]), how);
            text_add_string(out, ",");
        }
        text_add_string(out, "3.00,ok,\n");
    }
    text_add(out, "", 1);
}

/* Next to each other they are copied together, elsewhere one by one. */
static void keeps_cells_the_same_beside_any_other(void)
{
    static const char *const layouts[] = { "inta",   "aint",  "iantx", "axint",
                                           "ixnaty", "taxni", "nita",  "itna" };
    static const char delimiters[] = ",;\t";
    char cells[ROWS][KEPT_CELLS][64];

    for (int round = 0; round < 10; round++) {
        const formulas how = round % 3 ? FORMULAS_NEUTRALISED : FORMULAS_KEPT;
        text expected = { 0 };
        draw_cells(cells);
        expect_kept(&expected, cells, how);
        for (size_t l = 0; l < sizeof layouts / sizeof *layouts; l++)
            for (const char *delimiter = delimiters; *delimiter; delimiter++) {
                text table = { 0 };
                lay_out(&table, layouts[l], *delimiter, cells);
                trial *t = try_out(
                    &(given){ .pipeline = KEEPING,
                              .one = ANSWERED,
                              .table = table.bytes,
                              .set = { how == FORMULAS_KEPT ? "report.formulas=keep" : NULL } });
                SAME_TEXT(t->told, "");
                KEPT(strcmp(t->report, expected.bytes) == 0, layouts[l]);
                if (strcmp(t->report, expected.bytes) != 0)
                    SAME_TEXT(t->report, expected.bytes);
                trial_free(t);
                text_free(&table);
            }
        text_free(&expected);
    }
}

/* Who answered is told by what stands in the table, not by what is printed of it. */
static void tells_respondents_apart_as_they_were_written(void)
{
    static const char table[] = "id,n,ca\n=1,1,3\n'=1,1,3\n=1,@,3\n=1,@,3\n-1,2,3\n";
    static const char pipeline[] = "[pipeline]\nstages = s\nrespondent = id\nsession = n\n"
                                   "[stage s]\ninstrument = ./one.ini\n";
    trial *t = try_out(&(given){ .pipeline = pipeline, .one = ANSWERED, .table = table });

    SAME_TEXT(t->told, "");
    SAME_TEXT(t->report, "'=1,1,3.00,ok,\n'=1,1,3.00,ok,\n'=1,'@,3.00,ok,\n"
                         "'=1,'@,,rejected,row-duplicate\n-1,2,3.00,ok,\n");
    trial_free(t);
}

/* A column's name may be one, too. */
static void guards_names_of_columns(void)
{
    static const char pipeline[] = "[pipeline]\nstages = s\nrespondent = =id\nkeep = +a -1\n"
                                   "[stage s]\ninstrument = ./one.ini\n";
    trial *t = try_out(
        &(given){ .pipeline = pipeline, .one = ANSWERED, .table = "=id,+a,-1,ca\nx,y,z,3\n" });

    SAME_TEXT(t->told, "");
    SAME_TEXT(t->header, "'=id,'+a,-1,s_t,rapport_status,rapport_notes\n");
    SAME_TEXT(t->report, "x,y,z,3.00,ok,\n");
    trial_free(t);
}

/* Alone and empty it is no stretch to be copied; nothing of the row in its place before is left. */
static void keeps_an_empty_cell_empty(void)
{
    trial *t = try_out(&(given){ .one = ANSWERED,
                                 .table = "id,ca\n\"a b\",3\n,2\nc,1\n,0\n",
                                 .set = { "run.batch=1", NULL } });

    SAME_TEXT(t->told, "");
    SAME_TEXT(t->report, "a b,3.00,ok,\n,2.00,ok,\nc,1.00,ok,\n,0.00,ok,\n");
    trial_free(t);
}

static const struct {
    const char *promise, *text;
    uint64_t count;
    bool are;
} counted[] = {
    { "is no line", "", 0, true },
    { "is not one line", "", 1, false },
    { "is one line", "a,ok,\n", 1, true },
    { "is not two lines", "a,ok,\n", 2, false },
    { "has its last line end", "a,ok,\nb", 2, false },
    { "counts no line end in quotes", "\"a\nb\",ok,\n", 1, true },
    { "counts those behind quotes", "\"a\"\"\n\",ok,\nb,ok,\n", 2, true },
    { "is open at its end", "\"a,ok,\n", 1, false },
    { "has a line too many", "\"a\",ok,\n\n\nb,ok,\n", 1, false },
};

static void counts_its_lines(void)
{
    static char many[20000];

    for (cpu_level level = CPU_PLAIN; level <= CPU_INDEX; level++)
        for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
            KEPT(lines_are(counted[i].text, strlen(counted[i].text), counted[i].count, level) ==
                     counted[i].are,
                 counted[i].promise);
    for (size_t i = 0; i < sizeof many; i++) /* more line ends than a lane can count */
        many[i] = i % 64 < 40 ? '\n' : 'x';
    many[sizeof many - 1] = '\n';
    for (size_t length = 1; length < sizeof many; length += length < 100 ? 1 : 997) {
        uint64_t ends = 0;
        for (size_t i = 0; i < length; i++)
            ends += many[i] == '\n';
        const bool whole = many[length - 1] == '\n';
        KEPT(lines_are(many, length, ends, CPU_PLAIN) == whole, "counts all of them");
        KEPT(!lines_are(many, length, ends + 1, CPU_PLAIN), "counts no more");
    }
}

int main(void)
{
    static const promise promises[] = {
        { "writes the same, ready or not", writes_the_same_ready_or_not },
        { "keeps cells the same beside any other", keeps_cells_the_same_beside_any_other },
        { "tells respondents apart as they were written",
          tells_respondents_apart_as_they_were_written },
        { "guards names of columns", guards_names_of_columns },
        { "keeps an empty cell empty", keeps_an_empty_cell_empty },
        { "counts its lines", counts_its_lines },
    };

    scratch_begin();
    hold();
    return RUN("lines", promises);
}
