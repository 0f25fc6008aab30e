/* test_chunk.c - N records in, N lines out, in order, however the table was cut. */
#define _GNU_SOURCE
#include "pipeline/chunk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"
#include "scratch.h"
#include "table/csv_write.h"
#include "trial.h"

/* ---- a pipeline of two stages; the second reads the first
 * ---------------------------------------- */

static rapport_status score_sum(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < in->rows; row++) {
        out->number[0][row] = 0;
        for (uint32_t i = 0; i < in->items; i++)
            out->number[0][row] += in->keyed[i][row];
    }
    return RAPPORT_OK;
}

static void hold(void)
{
    static const rapport_scoring sum = { .size = sizeof sum,
                                         .id = "sum",
                                         .version = "1.0.0",
                                         .title = "Sum",
                                         .doc = "A sum.",
                                         .score = score_sum };
    static const rapport_scoring *const list[] = { &sum, NULL };
    static const rapport_module module = { .size = sizeof module, .scoring = list };
    puppet_hold(&module);
}

#define SUM "scoring = ./puppet.so\n"
#define PIPELINE                                                                                   \
    "[pipeline]\nstages = s v\nrespondent = id\nsession = n\nkeep = note\n"                        \
    "[input]\nmissing = NA\n[stage s]\ninstrument = ./one.ini\n[stage v]\ninstrument = "           \
    "./two.ini\n"
#define STAGE_S                                                                                    \
    ONE("answers = 0..4\nnot_applicable = NAP\n[item a]\n[item b]\nwhole = no\n[scale t]\n"        \
        "items = a b\nbands = 0 low, 4 high\n" SUM)
#define STAGE_V                                                                                    \
    ONE("answers = 0..6\nwhole = no\n[item c]\ncolumn = s_t\n[scale u]\nitems = c\n" SUM)

static const char *const cuts[] = { "0", "1", "2", "3", "7" };
static const char *const batches[] = { "1", "2", "3", "1024" };

/* The same report and findings for every way to cut. */
static void expect(const char *table, const char *report, const char *found)
{
    for (size_t c = 0; c < sizeof cuts / sizeof *cuts; c++)
        for (size_t b = 0; b < sizeof batches / sizeof *batches; b++) {
            char cut[40], batch[40];
            snprintf(cut, sizeof cut, "run.chunk_records=%s", cuts[c]);
            snprintf(batch, sizeof batch, "run.batch=%s", batches[b]);
            trial *t = try_out(&(given){ .pipeline = PIPELINE,
                                         .one = STAGE_S,
                                         .two = STAGE_V,
                                         .table = table,
                                         .set = { cut, batch } });
            SAME_TEXT(t->told, "");
            SAME_TEXT(t->report, report);
            SAME_TEXT(t->found, found);
            uint64_t lines = csv_lines(t->report, strlen(t->report)), inside = 0;
            for (const char *at = t->report; (at = strstr(at, "in\nside")); at++)
                inside++;
            CU_ASSERT_EQUAL(t->records, lines - inside);
            CU_ASSERT_EQUAL(t->ok + t->partial + t->rejected, t->records);
            trial_free(t);
        }
}

static void writes_the_header(void)
{
    trial *t = try_out(&(given){
        .pipeline = PIPELINE, .one = STAGE_S, .two = STAGE_V, .table = "id,n,note,a,b\n" });
    SAME_TEXT(t->told, "");
    SAME_TEXT(t->header, "id,n,note,s_t,s_t_band,v_u,rapport_status,rapport_notes\n");
    SAME_TEXT(t->report, "");
    CU_ASSERT_EQUAL(t->records, 0);
    trial_free(t);
}

#define BLANK_S "; s is blank in this row\n"
#define BLANK_V "; v is blank in this row\n"
#define KEPT_BLANK "; the row is kept with blank scores\n"

static void gives_every_record_its_line(void)
{
    expect("id,n,note,a,b\n"
           "c1,1,first,1,2.5\n"
           "c1,2,,4,4\n"
           "c1,3,\"in\nside\",9,1\n"
           "c2,1,short\n"
           "c2,2,long,1,1,1\n"
           "\n"
           "c2,3,x,1.5,x\n"
           "c2,3,again,1,1\n"
           "c3,1,y,NA,1\n"
           "c3,2,y,NAP,1\n"
           "c3,3,z,NULL,-1\n"
           ",,,,\n"
           "c4,1,\"odd\"x,1,1\n"
           "c4,2,od\"d,1,1\n"
           "c4,3,last,0,0",
           "c1,1,first,3.50,low,3.50,ok,\n"
           "c1,2,,8.00,high,,partial,v:cell-range\n"
           "c1,3,\"in\nside\",,,,partial,s:cell-range\n"
           "c2,1,short,,,,rejected,row-short\n"
           "c2,2,long,,,,rejected,row-long\n"
           "c2,3,x,,,,partial,s:cell-fraction s:cell-number\n"
           "c2,3,again,,,,rejected,row-duplicate\n"
           "c3,1,y,,,,ok,\n"
           "c3,2,y,,,,ok,\n"
           "c3,3,z,,,,partial,s:cell-missing-code s:cell-range\n"
           ",,,,,,ok,\n"
           "c4,1,odd,,,,rejected,row-after-quote\n"
           "c4,2,\"od\"\"d\",,,,rejected,row-stray-quote\n"
           "c4,3,last,0.00,low,0.00,ok,\n",
           "3 v partial cell-range: c is above its maximum (allowed 0 to 6)" BLANK_V
           "4:4 s partial cell-range: a is above its maximum (allowed 0 to 4)" BLANK_S
           "6 input rejected row-short: has 3 cells, the header has 5" KEPT_BLANK
           "7 input rejected row-long: has 6 cells, the header has 5" KEPT_BLANK
           "9:4 s partial cell-fraction: a is not a whole number (allowed 0 to 4)" BLANK_S
           "9:5 s partial cell-number: b is not a number (allowed 0 to 4)" BLANK_S
           "10:2 input rejected row-duplicate: has the respondent and session of line 9" KEPT_BLANK
           "13:4 s partial cell-missing-code: a looks like a code for not answered that is not "
           "declared; if it is one, add it to missing in [input]" BLANK_S
           "13:5 s partial cell-range: b is below its minimum (allowed 0 to 4)" BLANK_S
           "15:3 input rejected row-after-quote: text stands after a closing quote" KEPT_BLANK
           "16:3 input rejected row-stray-quote: a quote stands inside a cell that is not "
           "quoted" KEPT_BLANK);
}

/* A record that cannot be read leaves the other rows of its batch, and the stages, as they were. */
static void keeps_what_is_rejected_to_itself(void)
{
    expect(
        "id,n,note,a,b\nc1,1,x,4,4\nc1,2,x\nc1,3,x,0,0\nc1,4,\x01,1,1\nc1,5,\xff,1,1\nc1,6,y,1,1\n",
        "c1,1,x,8.00,high,,partial,v:cell-range\n"
        "c1,2,x,,,,rejected,row-short\n"
        "c1,3,x,0.00,low,0.00,ok,\n"
        "c1,4,,,,,rejected,row-control-byte\n"
        "c1,5,,,,,rejected,row-utf8\n"
        "c1,6,y,2.00,low,2.00,ok,\n",
        "2 v partial cell-range: c is above its maximum (allowed 0 to 6)" BLANK_V
        "3 input rejected row-short: has 3 cells, the header has 5" KEPT_BLANK
        "5:3 input rejected row-control-byte: holds a control byte or a CR alone" KEPT_BLANK
        "6:3 input rejected row-utf8: a cell is not UTF-8" KEPT_BLANK);
}

static void stops_at_a_record_over_its_limit(void)
{
    trial *t = try_out(&(given){ .pipeline = PIPELINE,
                                 .one = STAGE_S,
                                 .two = STAGE_V,
                                 .table = "id,n,note,a,b\nc1,1,x,4,4\nc1,2,\"open\nx\ny\nz\n",
                                 .set = { "limits.record=12" } });
    CU_ASSERT_EQUAL(t->outcome, RAPPORT_BAD_INPUT);
    SAME_TEXT(t->told, "t.csv:3: record is longer than 12 bytes; close a quote that was left open, "
                       "or raise record in [limits], up to 268435456 [input-record-limit]\n");
    trial_free(t);
}

static void rejects_a_cell_over_its_limit(void)
{
    trial *t = try_out(&(given){ .pipeline = PIPELINE,
                                 .one = STAGE_S,
                                 .two = STAGE_V,
                                 .table = "id,n,note,a,b\nc,1,1234567,1,1\nc,2,12345678,1,1\n",
                                 .set = { "limits.field=7" } });
    SAME_TEXT(t->report, "c,1,1234567,2.00,low,2.00,ok,\n"
                         "c,2,12345678,,,,rejected,row-field-limit\n");
    trial_free(t);
}

/* A chunk whose lines found no room is scored again, after the next one was: what stands twice is
 * still the later row. */
static void knows_what_stands_twice_though_lines_have_no_room(void)
{
    static const char first[] = "c1,1,,1,1\nc1,2,,1,1\nc1,3,,1,1\n", second[] = "c1,3,,1,1\n";
    static char little[30];
    trial *t = try_out(&(given){ .pipeline = PIPELINE,
                                 .one = STAGE_S,
                                 .two = STAGE_V,
                                 .table = "id,n,note,a,b\n",
                                 .set = { "run.batch=1" } });
    const chunk chunks[] = {
        { .bytes = first, .length = sizeof first - 1, .first_line = 2, .first_record = 1 },
        { .bytes = second, .length = sizeof second - 1, .first_line = 5, .first_record = 4 },
    };
    chunk_result no_room = { .report = { .bytes = little, .room = sizeof little, .fixed = true } };
    seen all = { .everywhere = true };
    rapport_error error;

    CU_ASSERT_EQUAL(chunk_score(&no_room, &chunks[0], &t->pipeline, &all, &error),
                    RAPPORT_NO_RESOURCES);
    CU_ASSERT_EQUAL(chunk_score(&t->result, &chunks[1], &t->pipeline, &all, &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(t->result.rejected, 1);
    CU_ASSERT_EQUAL(chunk_score(&t->result, &chunks[0], &t->pipeline, &all, &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(t->result.rejected, 0);
    CU_ASSERT_EQUAL(t->result.ok, 3);
    seen_free(&all);
    trial_free(t);
}

/* ---- kept cells --------------------------------------------------------------------------- */

static uint32_t random_state = 1;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % limit;
}

/* Adds a cell of up to nine pieces, quoted as RFC 4180 has it, or bare where it may be. */
static void add_random_cell(text *table, char delimiter)
{
    static const char *const pieces[] = { "a",  "7", ",",        ";", "\t",   "\"\"",
                                          "\n", " ", "=",        "-", "\r\n", "\xC3\xA9",
                                          "''", "@", "\"\"\"\"", "NA" };
    text cell = { 0 };
    bool bare = random_below(3) == 0;

    for (uint32_t i = random_below(10); i > 0; i--) {
        const char *piece = pieces[random_below(sizeof pieces / sizeof *pieces)];
        if (!bare || !(strchr("\"\n\r", *piece) || *piece == delimiter))
            text_add_string(&cell, piece);
    }
    if (!bare)
        text_add_string(table, "\"");
    text_add(table, cell.bytes, cell.length);
    if (!bare)
        text_add_string(table, "\"");
    text_free(&cell);
}

static size_t plain(char *out, const csv_cell *cell)
{
    if (cell->doubled)
        return csv_plain(out, cell);
    memcpy(out, cell->at, cell->length);
    return cell->length;
}

/* What stands in the cell, with what keeps it from being a formula. */
static size_t guarded(char *out, const csv_cell *cell, formulas how)
{
    const size_t length = plain(out, cell);
    const size_t before = strlen(formula_guard(out, length, how));

    memmove(out + before, out, length);
    memcpy(out, "'", before);
    return before + length;
}

/* The first three cells of each record of both, side by side. */
static void same_cells(const char *table, char delimiter, const char *report, formulas how)
{
    const csv_dialect in = { .delimiter = delimiter, .field_limit = 1000 };
    const csv_dialect out = { .delimiter = ',', .field_limit = 1000 };
    csv_scan before, after;
    csv_record given, got;
    char first[1000], second[1000];

    CU_ASSERT_TRUE_FATAL(csv_open(&before, &in, 8) && csv_open(&after, &out, 8));
    csv_begin(&before, table, strlen(table), 1);
    csv_begin(&after, report, strlen(report), 1);
    while (csv_next(&before, &given)) {
        CU_ASSERT_TRUE_FATAL(csv_next(&after, &got));
        CU_ASSERT_EQUAL_FATAL(got.fault, CSV_WHOLE);
        CU_ASSERT_EQUAL_FATAL(got.cells, 8);
        for (uint32_t i = 0; i < 3; i++) {
            size_t length = guarded(first, &given.cell[i], how);
            KEPT(plain(second, &got.cell[i]) == length && memcmp(first, second, length) == 0,
                 "a kept cell reads as it did");
        }
    }
    CU_ASSERT_FALSE(csv_next(&after, &got));
    csv_close(&before);
    csv_close(&after);
}

static void keeps_cells_as_they_were(void)
{
    static const char delimiters[] = ",;\t";

    for (int round = 0; round < 60; round++) {
        char delimiter = delimiters[round % 3],
             ends[] = { delimiter, '1', delimiter, '2', '\n', 0 };
        char header[] = "id,n,note,a,b\n";
        const formulas how = round % 2 ? FORMULAS_KEPT : FORMULAS_NEUTRALISED;
        const char *set = how == FORMULAS_KEPT ? "report.formulas=keep" : NULL;
        text table = { 0 };

        for (char *at = header; *at; at++)
            *at = *at == ',' ? delimiter : *at;
        text_add_string(&table, header);
        for (int row = 0; row < 20; row++) {
            add_random_cell(&table, delimiter);
            text_add(&table, &delimiter, 1);
            add_random_cell(&table, delimiter);
            text_add(&table, &delimiter, 1);
            add_random_cell(&table, delimiter);
            text_add_string(&table, ends);
        }
        text_add(&table, "", 1);
        trial *t = try_out(&(given){ .pipeline = PIPELINE,
                                     .one = STAGE_S,
                                     .two = STAGE_V,
                                     .table = table.bytes,
                                     .set = { "run.batch=7", "run.chunk_records=5", set } });
        SAME_TEXT(t->told, "");
        CU_ASSERT_EQUAL(t->records, 20);
        same_cells(strchr(table.bytes, '\n') + 1, delimiter, t->report, how);
        trial_free(t);
        text_free(&table);
    }
}

/* ---- findings ----------------------------------------------------------------------------- */

static void sorts_by_row_and_keeps_the_order_within(void)
{
    static const uint32_t rows[] = { 5, 1, 3, 1, 5, 0, 3, 1 };
    static const uint32_t sorted[] = { 5, 1, 0, 1, 1, 3, 3, 5 },
                          came[] = { 0, 1, 5, 3, 7, 2, 6, 4 };
    findings all = { 0 };

    for (uint32_t i = 0; i < 8; i++)
        CU_ASSERT_TRUE(findings_add(&all, &(finding){ .row = rows[i], .cell = i }));
    findings_sort(&all, 2); /* those before are another batch's */
    for (uint32_t i = 2; i < 8; i++) {
        CU_ASSERT_EQUAL(all.first[i].row, sorted[i]);
        CU_ASSERT_EQUAL(all.first[i].cell, came[i]);
    }
    CU_ASSERT_EQUAL(all.first[0].row, 5);
    for (uint32_t i = 0; i < 3000; i++)
        CU_ASSERT_TRUE(findings_add(&all, &(finding){ .row = i * 7919 % 100, .cell = i }));
    findings_sort(&all, 0);
    for (size_t i = 1; i < all.count; i++)
        KEPT(all.first[i - 1].row <= all.first[i].row, "rows rise");
    for (size_t i = 9; i < all.count; i++)
        if (all.first[i - 1].row == all.first[i].row && all.first[i - 1].cell > 8)
            KEPT(all.first[i - 1].cell < all.first[i].cell, "equal rows stay as they came");
    findings_free(&all);
    findings_sort(&all, 0);
    findings_free(&all);
}

static void has_a_word_and_a_kind_for_every_code(void)
{
    for (uint32_t code = 0; code <= FOUND_PLUGIN_WARNS; code++) {
        findings all = { 0 };
        text out = { 0 };
        const finding f = { .code = code, .cell = FINDING_NOWHERE, .subject = "x" };

        KEPT(finding_word(code) && *finding_word(code), "has a word");
        text_add(&all.words, "", 1);
        CU_ASSERT_TRUE(finding_message(&out, &all, &f, "s"));
        CU_ASSERT_PTR_NULL(out.length ? memchr(out.bytes, '\n', out.length) : NULL);
        text_add(&out, "", 1);
        static const char *const ends[] = { "the row is kept with blank scores",
                                            "s is blank in this row", "" };
        finding_kind kind = finding_kind_of(code);
        size_t tail = strlen(ends[kind]);
        KEPT(strcmp(out.bytes + out.length - 1 - tail, ends[kind]) == 0, "says what became of it");
        text_free(&out);
        findings_free(&all);
    }
    SAME_TEXT(finding_kind_word(KIND_REJECTED), "rejected");
    SAME_TEXT(finding_kind_word(KIND_PARTIAL), "partial");
    SAME_TEXT(finding_kind_word(KIND_WARNING), "warning");
}

int main(void)
{
    static const promise promises[] = {
        { "writes the header", writes_the_header },
        { "gives every record its line", gives_every_record_its_line },
        { "keeps what is rejected to itself", keeps_what_is_rejected_to_itself },
        { "stops at a record over its limit", stops_at_a_record_over_its_limit },
        { "rejects a cell over its limit", rejects_a_cell_over_its_limit },
        { "knows what stands twice, though lines have no room",
          knows_what_stands_twice_though_lines_have_no_room },
        { "keeps cells as they were", keeps_cells_as_they_were },
        { "sorts by row and keeps the order within", sorts_by_row_and_keeps_the_order_within },
        { "has a word and a kind for every code", has_a_word_and_a_kind_for_every_code },
    };

    scratch_begin();
    hold();
    return RUN("chunk", promises);
}
