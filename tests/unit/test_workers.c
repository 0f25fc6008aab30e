/* test_workers.c - whoever scores a chunk, its slot comes back as it should, or it is said who
 * died. */
#define _GNU_SOURCE
#include "process/workers.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "run.h"
#include "scratch.h"
#include "trial.h"

/* ---- a scoring module that dies of a 4, or hangs ------------------------------------------- */

static bool hangs;

static rapport_status score_first(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self;
    for (uint32_t row = 0; row < in->rows; row++) {
        while (in->keyed[0][row] == 4)
            hangs ? pause() : raise(SIGKILL);
        out->number[0][row] = in->keyed[0][row];
    }
    return RAPPORT_OK;
}

static void hold(void)
{
    puppet_hold_scoring(score_first);
}

#define SCALE "answers = 0..4\n[item a]\n[scale t]\nitems = a\nscoring = ./puppet.so\n"
#define PIPELINE                                                                                   \
    "[pipeline]\nstages = s\nrespondent = id\nsession = n\n[stage s]\ninstrument = ./one.ini\n"

static trial *bound(void)
{
    trial *t = try_out(&(given){ .pipeline = PIPELINE, .one = ONE(SCALE), .table = "id,n,a\n" });
    SAME_TEXT(t->told, "");
    return t;
}

static void fill(slot *s, uint64_t chunk, const char *records)
{
    strcpy(s->text, records);
    s->input = (struct chunk){ .bytes = s->text,
                               .length = strlen(records),
                               .first_line = 2 + 10 * chunk,
                               .first_record = 1 + 10 * chunk };
    s->records = csv_lines(records, strlen(records));
}

static void same_report(const slot *s, const char *expected)
{
    char got[256] = "";
    CU_ASSERT_TRUE_FATAL(s->out.scored.report.length < sizeof got);
    memcpy(got, s->out.scored.report.bytes, s->out.scored.report.length);
    SAME_TEXT(got, expected);
}

static const atomic_bool nobody = false, somebody = true;

/* So many workers, who find the plan loaded; 0: this process. */
static rapport_outcome hire(workers *w, uint32_t count, trial *t, rapport_error *error)
{
    problems none = { 0 };

    t->plan.isolation = count ? RAPPORT_ISOLATION_PROCESS : RAPPORT_ISOLATION_NONE;
    rapport_outcome outcome = workers_load(w, &t->plan, &none, NULL, NULL, error);
    if (outcome == RAPPORT_DONE)
        outcome = workers_bind(w, &t->columns, "id,n,a\n", NULL, NULL, error);
    return outcome == RAPPORT_DONE ? workers_start(w, count, error) : outcome;
}

static void no_children(void)
{
    CU_ASSERT_EQUAL(waitpid(-1, NULL, WNOHANG), -1);
    CU_ASSERT_EQUAL(errno, ECHILD);
}

/* ---- slots ----------------------------------------------------------------------------------- */

static void has_room_for_a_chunk_and_for_the_longest_record(void)
{
    trial *t = bound();
    slot *s = slot_new(&t->plan);

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    CU_ASSERT_EQUAL(slot_whose(s), SLOT_SUPERVISOR);
    CU_ASSERT_TRUE(s->room >= 2 * (t->plan.chunk + t->plan.record_limit));
    s->text[0] = s->text[s->room - 1] = 'x';
    text *const rooms[] = { &s->out.scored.report, &s->out.rejects, &s->out.messages };
    const char *free_from = s->text + s->room;
    for (int i = 0; i < 3; i++) { /* none reaches into another, or beyond the slot */
        CU_ASSERT_TRUE(rooms[i]->fixed && rooms[i]->length == 0);
        CU_ASSERT_TRUE(rooms[i]->room >= t->plan.chunk && rooms[i]->bytes >= free_from);
        free_from = rooms[i]->bytes + rooms[i]->room;
        rooms[i]->bytes[0] = rooms[i]->bytes[rooms[i]->room - 1] = 'y';
    }
    CU_ASSERT_TRUE(free_from <= (char *)s->shared + s->bytes);
    CU_ASSERT_TRUE(s->text[0] == 'x' && s->text[s->room - 1] == 'x');
    slot_free(s);
    slot_free(NULL);
    trial_free(t);
}

/* The kernel tells without a signal. */
static bool can_write(const char *at)
{
    return getrandom((void *)(uintptr_t)at, 1, 0) == 1;
}

static void keeps_its_parts_apart(void)
{
    trial *t = bound();
    slot *s = slot_new(&t->plan);

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    const text input = { .bytes = s->text, .room = s->room };
    const text *const parts[] = { &input, &s->out.scored.report, &s->out.rejects, &s->out.messages,
                                  &s->out.changed };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *begin = parts[i]->bytes, *end = begin + parts[i]->room;
        CU_ASSERT_TRUE(can_write(begin) && can_write(end - 1));
        CU_ASSERT_FALSE(can_write(begin - 1));
        CU_ASSERT_FALSE(can_write(end));
        CU_ASSERT_FALSE(can_write(end + 100000));
    }
    slot_free(s);
    trial_free(t);
}

static double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void waits_for_its_turn_and_no_longer(void)
{
    trial *t = bound();
    slot *s = slot_new(&t->plan);

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    s->bell = s;
    double begin = milliseconds();
    CU_ASSERT_TRUE(slot_wait(s, 10000)); /* it is its turn */
    CU_ASSERT_TRUE(milliseconds() - begin < 5000);
    slot_give(s, SLOT_WORKER);
    begin = milliseconds();
    CU_ASSERT_FALSE(slot_wait(s, 30));
    CU_ASSERT_TRUE(milliseconds() - begin >= 29);

    pid_t other = fork();
    if (other == 0) {
        usleep(20000);
        s->out.outcome = RAPPORT_BAD_INPUT;
        s->out.warnings = 77;
        slot_end(s);
        slot_give(s, SLOT_SUPERVISOR);
        _exit(0);
    }
    begin = milliseconds();
    CU_ASSERT_TRUE(slot_wait(s, 10000)); /* woken across processes */
    CU_ASSERT_TRUE(milliseconds() - begin < 5000);
    CU_ASSERT_TRUE(slot_take(s, CPU_PLAIN));
    CU_ASSERT_EQUAL(s->out.warnings, 77);
    waitpid(other, NULL, 0);
    slot_free(s);
    trial_free(t);
}

static void hears_the_bell_though_it_rang_before(void)
{
    trial *t = bound();
    slot *bell = slot_new(&t->plan), *s = slot_new(&t->plan);

    CU_ASSERT_TRUE_FATAL(bell && s);
    bell->bell = s->bell = bell;
    const uint32_t heard = slot_rung(bell);
    slot_give(s, SLOT_WORKER); /* another slot of the same worker */
    double begin = milliseconds();
    slot_wait_bell(bell, heard, 10000);
    CU_ASSERT_TRUE(milliseconds() - begin < 5000);
    CU_ASSERT_EQUAL(slot_rung(bell), heard + 1);
    begin = milliseconds();
    slot_wait_bell(bell, heard + 1, 30);
    CU_ASSERT_TRUE(milliseconds() - begin >= 29);
    slot_give(s, SLOT_SUPERVISOR); /* that is for the supervisor to hear */
    CU_ASSERT_EQUAL(slot_rung(bell), heard + 1);
    slot_free(s);
    slot_free(bell);
    trial_free(t);
}

/* What a plugin would do that has found the text in its worker's memory. */
static int tries_to_write(slot *s)
{
    if (!slot_enter(s) || strcmp(s->text, "c,1,3\n") != 0)
        return 1;
    if (mprotect(s->text, 4096, PROT_READ | PROT_WRITE) == 0)
        return 2;
    s->text[0] = 'x'; /* and here it ends */
    return 3;
}

static void lets_a_worker_read_its_chunk_and_not_write_to_it(void)
{
    trial *t = bound();
    slot *s = slot_new(&t->plan);
    int status = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    fill(s, 0, "c,1,3\n");
    pid_t worker = fork();
    if (worker == 0) {
        signal(SIGSEGV, SIG_DFL); /* a sanitizer's report is not wanted */
        _exit(tries_to_write(s));
    }
    waitpid(worker, &status, 0);
    CU_ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    SAME_TEXT(s->text, "c,1,3\n");
    slot_free(s);
    trial_free(t);
}

/* One record, given back as it should be. */
static void give_back(slot *s)
{
    static const char report[] = "c,1,\"3\n\",ok,\n";

    fill(s, 0, "c,1,3\n");
    s->out = (piece){ .scored = { .report = s->out.scored.report, .records = 1, .ok = 1 },
                      .rejects = s->out.rejects,
                      .messages = s->out.messages };
    s->out.rejects.length = 0;
    s->out.scored.report.length = sizeof report - 1;
    memcpy(s->out.scored.report.bytes, report, sizeof report);
    slot_end(s);
}

static void believes_no_worker_that_cannot_be_right(void)
{
    trial *t = bound();
    slot *s = slot_new(&t->plan);

    CU_ASSERT_PTR_NOT_NULL_FATAL(s);
    piece *given = &s->shared->out;
    char *const line_end = s->out.scored.report.bytes + 12, *const at = s->out.scored.report.bytes;
    give_back(s);
    CU_ASSERT_TRUE(slot_take(s, CPU_PLAIN));

#define LIE(what, promise)                                                                         \
    give_back(s);                                                                                  \
    what;                                                                                          \
    KEPT(!slot_take(s, CPU_PLAIN), promise)
    LIE(given->scored.report.length = SIZE_MAX, "a report longer than its room");
    LIE(given->rejects.length = given->rejects.room + 1, "rejects longer than theirs");
    LIE(given->messages.length = given->messages.room + 1, "messages longer than theirs");
    LIE(given->outcome = RAPPORT_DIFFERS, "an outcome that scoring has not");
    LIE(given->scored.edges.first.rows = SEEN_BACK + 1, "more rows than are looked back on");
    LIE(given->scored.edges.last.rows = UINT32_MAX, "more rows at the end");
    LIE(given->scored.records = 2, "a record too many");
    LIE(given->scored.ok = 0, "a record that is nothing");
    LIE(given->scored.rejected = UINT64_MAX, "a record less than none");
    LIE(*line_end = ' ', "a line without an end");
    LIE(at[4] = ' ', "two lines for a record");
    LIE(given->scored.report.length--, "a line that is cut off");
    LIE(given->scored.report.length = 0, "no line");
    LIE(given->found[FOUND_BELOW] = 1, "a finding without a line");
    LIE(given->rejects.length = 1, "a line that nobody found");
#undef LIE

    give_back(s); /* its pointers are not followed, whatever they say */
    given->scored.report.bytes = NULL;
    memset(given->error.text, 'x', sizeof given->error.text);
    CU_ASSERT_TRUE(slot_take(s, CPU_PLAIN));
    CU_ASSERT_PTR_EQUAL(s->out.scored.report.bytes, at);
    CU_ASSERT_EQUAL(strlen(s->out.error.text), sizeof s->out.error.text - 1);
    slot_free(s);
    trial_free(t);
}

/* ---- workers ------------------------------------------------------------------------------ */

static void score_chunks_side_by_side(void)
{
    for (uint32_t count = 0; count <= 3; count++) {
        trial *t = bound();
        workers w;
        rapport_error error;
        uint64_t handed = 0, taken = 0;
        char records[32], report[48];

        CU_ASSERT_EQUAL_FATAL(hire(&w, count, t, &error), RAPPORT_DONE);
        CU_ASSERT_EQUAL(w.slots, count ? SLOTS_EACH * count : 1);
        for (; taken < 40; taken++) {
            for (; handed < 40 && handed - taken < w.slots; handed++) {
                sprintf(records, "c%llu,1,%llu\n", (unsigned long long)handed,
                        (unsigned long long)handed % 4);
                fill(workers_slot(&w, handed), handed, records);
                workers_hand(&w, handed);
            }
            CU_ASSERT_EQUAL(workers_wait(&w, taken, &nobody, &error), RAPPORT_DONE);
            sprintf(report, "c%llu,1,%llu.00,ok,\n", (unsigned long long)taken,
                    (unsigned long long)taken % 4);
            same_report(workers_slot(&w, taken), report);
        }
        workers_stop(&w);
        CU_ASSERT_PTR_NULL(w.slot);
        workers_stop(&w);
        no_children();
        trial_free(t);
    }
}

/* A worker that finds both its slots filled takes the one that comes first in the table, or it
 * would not see what stood before. */
static void a_worker_keeps_to_the_order_of_the_table(void)
{
    for (uint64_t first = 0; first < 2; first++) {
        trial *t = bound();
        workers w;
        rapport_error error;

        t->plan.unique = true;
        CU_ASSERT_EQUAL_FATAL(hire(&w, 1, t, &error), RAPPORT_DONE);
        if (first == 1) { /* it comes first, and has the second slot */
            fill(workers_slot(&w, 0), 0, "other,1,1\n");
            workers_hand(&w, 0);
            CU_ASSERT_EQUAL(workers_wait(&w, 0, &nobody, &error), RAPPORT_DONE);
        }
        kill(w.worker[0].pid, SIGSTOP);
        waitpid(w.worker[0].pid, NULL, WUNTRACED);
        for (uint64_t chunk = first; chunk < first + 2; chunk++) {
            fill(workers_slot(&w, chunk), chunk, "c,1,3\n");
            workers_hand(&w, chunk);
        }
        kill(w.worker[0].pid, SIGCONT);
        CU_ASSERT_EQUAL(workers_wait(&w, first, &nobody, &error), RAPPORT_DONE);
        CU_ASSERT_EQUAL(workers_wait(&w, first + 1, &nobody, &error), RAPPORT_DONE);
        same_report(workers_slot(&w, first), "c,1,3.00,ok,\n");
        same_report(workers_slot(&w, first + 1), "c,1,,rejected,row-duplicate\n");
        workers_stop(&w);
        no_children();
        trial_free(t);
    }
}

static void scores_a_chunk_once_more_when_told_to(void)
{
    trial *t = bound();
    workers w;
    rapport_error error;

    CU_ASSERT_EQUAL_FATAL(hire(&w, 2, t, &error), RAPPORT_DONE);
    for (uint64_t chunk = 0; chunk < 2; chunk++) {
        fill(workers_slot(&w, chunk), chunk, "c,1,3\n");
        workers_hand(&w, chunk);
    }
    CU_ASSERT_EQUAL(workers_wait(&w, 0, &nobody, &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(workers_wait(&w, 1, &nobody, &error), RAPPORT_DONE);
    slot *first = workers_slot(&w, 0), *second = workers_slot(&w, 1);
    same_report(second, "c,1,3.00,ok,\n"); /* nobody knew */
    seen_follow(&second->before, &first->out.scored.edges);
    CU_ASSERT_TRUE(seen_repeats(&second->before, &second->out.scored.edges));
    second->input.before = &second->before;
    workers_hand(&w, 1);
    CU_ASSERT_EQUAL(workers_wait(&w, 1, &nobody, &error), RAPPORT_DONE);
    same_report(second, "c,1,,rejected,row-duplicate\n");
    workers_stop(&w);
    no_children();
    trial_free(t);
}

static void says_that_a_worker_died_and_where(void)
{
    trial *t = bound();
    workers w;
    rapport_error error;

    t->plan.unique = true; /* what a worker has seen dies with it */
    CU_ASSERT_EQUAL_FATAL(hire(&w, 2, t, &error), RAPPORT_DONE);
    for (uint64_t chunk = 0; chunk < 3; chunk++) {
        fill(workers_slot(&w, chunk), chunk, chunk == 1 ? "c,1,4\n" : "c,1,3\n");
        workers_hand(&w, chunk);
    }
    CU_ASSERT_EQUAL(workers_wait(&w, 0, &nobody, &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(workers_wait(&w, 1, &nobody, &error), RAPPORT_PLUGIN_FAILED);
    SAME_TEXT(error.text, "t.csv:12: a plugin crashed (Killed) on a record from here on; find it "
                          "with --isolation none and a debugger; an older report is untouched "
                          "[plugin-crash]");
    CU_ASSERT_EQUAL(workers_wait(&w, 2, &nobody, &error), RAPPORT_DONE); /* the other one lives */
    workers_stop(&w);
    no_children();
    trial_free(t);
}

/* Scores a row that ends its worker among others, behind a chunk without one. */
static void leave_out(const char *code, uint32_t restarts)
{
    char expected[128];
    trial *t = bound();
    workers w;
    rapport_error error;

    t->plan.batch_time = t->plan.row_time = 50;
    CU_ASSERT_EQUAL_FATAL(hire(&w, 1, t, &error), RAPPORT_DONE);
    fill(workers_slot(&w, 0), 0, "a,1,3\n");
    fill(workers_slot(&w, 1), 1, "b,1,1\nc,1,4\nd,1,2\ne,1,4\n");
    workers_hand(&w, 0);
    workers_hand(&w, 1);
    CU_ASSERT_EQUAL(workers_wait(&w, 1, &nobody, &error), RAPPORT_DONE);
    CU_ASSERT_EQUAL(workers_wait(&w, 0, &nobody, &error), RAPPORT_DONE);
    same_report(workers_slot(&w, 0), "a,1,3.00,ok,\n"); /* as it was given back before */
    snprintf(expected, sizeof expected,
             "b,1,1.00,ok,\nc,1,,partial,s:%s\nd,1,2.00,ok,\ne,1,,partial,s:%s\n", code, code);
    same_report(workers_slot(&w, 1), expected);
    CU_ASSERT_EQUAL(w.restarts, restarts);

    slot_clear(workers_slot(&w, 0)); /* and the worker goes on */
    fill(workers_slot(&w, 2), 2, "f,1,0\n");
    workers_hand(&w, 2);
    CU_ASSERT_EQUAL(workers_wait(&w, 2, &nobody, &error), RAPPORT_DONE);
    same_report(workers_slot(&w, 2), "f,1,0.00,ok,\n");
    workers_stop(&w);
    no_children();
    trial_free(t);
}

static void leaves_out_rows_on_which_workers_die(void)
{
    leave_out("plugin-crash", 4); /* once, once more as it was, and once for each row */
}

static void leaves_out_rows_on_which_workers_hang(void)
{
    hangs = true;
    leave_out("plugin-late", 3);
    hangs = false;
}

static void stops_waiting_when_the_run_is_cancelled(void)
{
    trial *t = bound();
    workers w;
    rapport_error error;

    CU_ASSERT_EQUAL_FATAL(hire(&w, 1, t, &error), RAPPORT_DONE);
    kill(w.worker[0].pid, SIGSTOP); /* as if it would never be done */
    fill(workers_slot(&w, 0), 0, "c,1,3\n");
    workers_hand(&w, 0);
    CU_ASSERT_EQUAL(workers_wait(&w, 0, &somebody, &error), RAPPORT_NO_REPORT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "[cancelled]"));
    workers_stop(&w);
    no_children();
    trial_free(t);
}

static void counts_processors(void)
{
    CU_ASSERT_TRUE(workers_best() >= 1 && workers_best() <= 64);
}

int main(void)
{
    static const promise promises[] = {
        { "has room for a chunk and for the longest record",
          has_room_for_a_chunk_and_for_the_longest_record },
        { "keeps its parts apart", keeps_its_parts_apart },
        { "waits for its turn and no longer", waits_for_its_turn_and_no_longer },
        { "hears the bell though it rang before", hears_the_bell_though_it_rang_before },
        { "lets a worker read its chunk, and not write to it",
          lets_a_worker_read_its_chunk_and_not_write_to_it },
        { "believes no worker that cannot be right", believes_no_worker_that_cannot_be_right },
        { "scores chunks side by side", score_chunks_side_by_side },
        { "keeps to the order of the table", a_worker_keeps_to_the_order_of_the_table },
        { "scores a chunk once more when told to", scores_a_chunk_once_more_when_told_to },
        { "says that a worker died, and where", says_that_a_worker_died_and_where },
        { "leaves out rows on which workers die", leaves_out_rows_on_which_workers_die },
        { "leaves out rows on which workers hang", leaves_out_rows_on_which_workers_hang },
        { "stops waiting when the run is cancelled", stops_waiting_when_the_run_is_cancelled },
        { "counts processors", counts_processors },
    };

    scratch_begin();
    hold();
    return RUN("workers", promises);
}
