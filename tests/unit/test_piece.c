/* test_piece.c - a chunk, scored: its lines, its rejects, and the first messages of each kind. */
#include "process/piece.h"

#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"
#include "scratch.h"
#include "trial.h"

static rapport_status score_first(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self;
    memcpy(out->number[0], in->keyed[0], in->rows * sizeof(double));
    return RAPPORT_OK;
}

static const rapport_host *host;

static rapport_status know_host(const rapport_host *theirs, void **self)
{
    (void)self;
    host = theirs;
    return RAPPORT_OK;
}

static rapport_status warn_of_each(void *self, const rapport_batch *in, rapport_output *out)
{
    (void)self;
    (void)out;
    for (uint32_t row = 0; row < in->rows; row++)
        host->report(host->self, RAPPORT_WARNING,
                     &(rapport_place){ .row = (int32_t)row, .port = RAPPORT_ABSENT }, "=1+1");
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
    static const rapport_instrument wary = { .size = sizeof wary,
                                             .id = "wary",
                                             .version = "1.0.0",
                                             .title = "Wary",
                                             .doc = "Warns of each row.",
                                             .bind = know_host,
                                             .process = warn_of_each };
    static const rapport_scoring *const scorings[] = { &first, NULL };
    static const rapport_instrument *const instruments[] = { &wary, NULL };
    static const rapport_module module = { .size = sizeof module,
                                           .scoring = scorings,
                                           .instrument = instruments };
    puppet_hold(&module);
}

#define SCALE "answers = 0..4\n[item a]\n[scale t]\nitems = a\nscoring = ./puppet.so\n"

/* A pipeline bound to this header, and nothing scored yet. */
static trial *bound(const char *set)
{
    trial *t = try_out(&(given){ .one = ONE(SCALE), .table = "id,a\n", .set = { set } });
    SAME_TEXT(t->told, "");
    return t;
}

static void score(piece *out, trial *t, const char *records)
{
    const chunk input = {
        .bytes = records, .length = strlen(records), .first_line = 41, .first_record = 40
    };
    piece_score(out, &input, &t->pipeline, &t->seen);
}

static void same_bytes(const text *got, const char *expected)
{
    text copy = { 0 };
    text_add(&copy, got->bytes, got->length);
    text_add(&copy, "", 1);
    SAME_TEXT(copy.bytes, expected);
    text_free(&copy);
}

static void piece_free(piece *p)
{
    text_free(&p->scored.report);
    text_free(&p->rejects);
    text_free(&p->messages);
    text_free(&p->changed);
}

static void gives_lines_rejects_and_messages(void)
{
    trial *t = bound(NULL);
    piece out = { 0 };
    const char *line;
    size_t at = 0, length;
    uint32_t code;

    score(&out, t, "x,3\ny,9\nz\n");
    CU_ASSERT_EQUAL(out.outcome, RAPPORT_DONE);
    same_bytes(&out.scored.report, "x,3.00,ok,\ny,,partial,s:cell-range\nz,,rejected,row-short\n");
    same_bytes(&out.rejects,
               "42,41,2,s,partial,cell-range,\"a is above its maximum (allowed 0 to 4); s is blank "
               "in this row\"\n"
               "43,42,,input,rejected,row-short,\"has 1 cells, the header has 2; the row is kept "
               "with blank scores\"\n");
    CU_ASSERT_EQUAL(out.found[FOUND_ABOVE], 1);
    CU_ASSERT_EQUAL(out.found[FOUND_SHORT], 1);
    CU_ASSERT_EQUAL(out.found[FOUND_LONG], 0);
    CU_ASSERT_EQUAL(out.warnings, 0);

    CU_ASSERT_TRUE(piece_message(&out, &at, &code, &line, &length));
    CU_ASSERT_EQUAL(code, FOUND_ABOVE);
    same_bytes(&(text){ .bytes = (char *)line, .length = length },
               "t.csv:42:2: a is above its maximum (allowed 0 to 4); s is blank in this row "
               "[cell-range]");
    CU_ASSERT_TRUE(piece_message(&out, &at, &code, &line, &length));
    CU_ASSERT_EQUAL(code, FOUND_SHORT);
    same_bytes(&(text){ .bytes = (char *)line, .length = length },
               "t.csv:43: has 1 cells, the header has 2; the row is kept with blank scores "
               "[row-short]");
    CU_ASSERT_FALSE(piece_message(&out, &at, &code, &line, &length));
    CU_ASSERT_FALSE(piece_message(&out, &at, &code, &line, &length));
    piece_free(&out);
    trial_free(t);
}

/* In the rejects, which a spreadsheet may open, and not in what is said. */
static void guards_formulas_in_the_rejects(void)
{
    static const struct {
        const char *set, *expected;
    } cases[] = {
        { NULL, "41,40,,s,warning,plugin-warning,\"'=1+1\"\n" },
        { "report.formulas=keep", "41,40,,s,warning,plugin-warning,\"=1+1\"\n" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        trial *t = try_out(&(given){ .one = ONE("plugin = ./puppet.so\n" SCALE),
                                     .table = "id,a\n",
                                     .set = { cases[i].set } });
        piece out = { 0 };
        const char *line;
        size_t at = 0, length;
        uint32_t code;

        SAME_TEXT(t->told, "");
        score(&out, t, "x,3\n");
        same_bytes(&out.rejects, cases[i].expected);
        CU_ASSERT_TRUE(piece_message(&out, &at, &code, &line, &length));
        same_bytes(&(text){ .bytes = (char *)line, .length = length },
                   "t.csv:41: =1+1 [plugin-warning]");
        piece_free(&out);
        trial_free(t);
    }
}

static void forgets_the_chunk_before(void)
{
    trial *t = bound(NULL);
    piece out = { 0 };
    const char *line;
    size_t at = 0, length;
    uint32_t code;

    score(&out, t, "y,9\nz\n");
    score(&out, t, "x,3\n");
    same_bytes(&out.scored.report, "x,3.00,ok,\n");
    same_bytes(&out.rejects, "");
    CU_ASSERT_EQUAL(out.found[FOUND_ABOVE], 0);
    CU_ASSERT_FALSE(piece_message(&out, &at, &code, &line, &length));
    piece_free(&out);
    trial_free(t);
}

/* Two kinds take turns; all are counted, and all stand among the rejects. */
static void keeps_the_first_messages_of_each_kind(void)
{
    enum { ROWS = 3 * MESSAGES_SHOWN };
    trial *t = bound("run.batch=7");
    piece out = { 0 };
    text records = { 0 };
    const char *line;
    char place[16];
    size_t at = 0, length;
    uint32_t code, shown[FOUND_CODES] = { 0 }, first_lines = 0, rejects = 0;

    for (int i = 0; i < ROWS; i++)
        text_add_string(&records, i % 2 ? "y,9\n" : "y,-1\n");
    text_add(&records, "", 1);
    score(&out, t, records.bytes);
    while (piece_message(&out, &at, &code, &line, &length)) {
        unsigned long long number = 0;
        snprintf(place, sizeof place, "%.*s", (int)length, line);
        CU_ASSERT_EQUAL(sscanf(place, "t.csv:%llu:2:", &number), 1);
        first_lines += number == 41 + 2 * shown[code] + (code == FOUND_ABOVE);
        shown[code]++;
    }
    CU_ASSERT_EQUAL(shown[FOUND_ABOVE], MESSAGES_SHOWN);
    CU_ASSERT_EQUAL(shown[FOUND_BELOW], MESSAGES_SHOWN);
    CU_ASSERT_EQUAL(first_lines, 2 * MESSAGES_SHOWN);
    CU_ASSERT_EQUAL(out.found[FOUND_ABOVE], ROWS / 2);
    CU_ASSERT_EQUAL(out.found[FOUND_BELOW], ROWS / 2);
    for (size_t i = 0; i < out.rejects.length; i++)
        rejects += out.rejects.bytes[i] == '\n';
    CU_ASSERT_EQUAL(rejects, ROWS);
    text_free(&records);
    piece_free(&out);
    trial_free(t);
}

static void says_why_a_chunk_cannot_be_scored(void)
{
    trial *t = bound("limits.record=12");
    piece out = { 0 };

    score(&out, t, "x,3\na record of more bytes,3\n");
    CU_ASSERT_EQUAL(out.outcome, RAPPORT_BAD_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(out.error.text, "t.csv:42: record is longer than 12 bytes"));
    score(&out, t, "x,3\n");
    CU_ASSERT_EQUAL(out.outcome, RAPPORT_DONE);
    piece_free(&out);
    trial_free(t);
}

/* Where the other side reads, a room cannot grow. */
static void says_that_its_room_is_full(void)
{
    static char room[2][1024];
    char records[50 * 4 + 1] = "";
    trial *t = bound(NULL);
    piece out = { 0 };

    for (int i = 0; i < 50; i++)
        strcat(records, "y,9\n");
    for (int full = 0; full < 2; full++) {
        text *const texts[] = { &out.scored.report, &out.rejects };
        for (int i = 0; i < 2; i++)
            *texts[i] = i == full
                            ? (text){ .bytes = room[i], .room = sizeof room[i], .fixed = true }
                            : (text){ 0 };
        score(&out, t, records);
        CU_ASSERT_EQUAL(out.outcome, RAPPORT_NO_RESOURCES);
        CU_ASSERT_TRUE(out.full);
        score(&out, t, "x,3\n");
        CU_ASSERT_EQUAL(out.outcome, RAPPORT_DONE);
        CU_ASSERT_FALSE(out.full);
        piece_free(&out);
    }
    trial_free(t);
}

int main(void)
{
    static const promise promises[] = {
        { "gives lines, rejects and messages", gives_lines_rejects_and_messages },
        { "guards formulas in the rejects", guards_formulas_in_the_rejects },
        { "forgets the chunk before", forgets_the_chunk_before },
        { "keeps the first messages of each kind", keeps_the_first_messages_of_each_kind },
        { "says why a chunk cannot be scored", says_why_a_chunk_cannot_be_scored },
        { "says that its room is full", says_that_its_room_is_full },
    };

    scratch_begin();
    hold();
    return RUN("piece", promises);
}
