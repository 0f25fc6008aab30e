/* latency.c - how long one record takes, in process, when everything has been read and bound.
 *
 *     latency PIPELINE TABLE CALLS
 *
 * Every record of TABLE is a chunk of its own, and they are scored in turn, CALLS times in
 * all. Prints the median of nine such measurements in nanoseconds a record. Neighbouring
 * records, and the first and the last, should be of different respondents: else the second
 * round finds them to be duplicates.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pipeline/chunk.h"

enum { MOST_BYTES = 1 << 20, MOST_RECORDS = 1000, MEASUREMENTS = 9 };

static char table[MOST_BYTES];
static chunk record[MOST_RECORDS];
static size_t records;

static _Noreturn void give_up(const char *why)
{
    fprintf(stderr, "latency: %s\n", why);
    exit(1);
}

static void complain(void *self, const char *line)
{
    (void)self;
    fprintf(stderr, "latency: %s\n", line);
}

/* ---- what belongs to a run ------------------------------------------------------------- */

static memory arena;
static plan what;
static csv_header header;
static pipeline stages;
static seen before;
static chunk_result result;

static void bind(const char *path, size_t length)
{
    problems all = { 0 };
    rapport_error error;
    text notes = { 0 };

    if (plan_read(&what, path, NULL, RAPPORT_ISOLATION_NONE, &arena, NULL, &all)) {
        plan_load(&what, &all);
        pipeline_check(&what, &all);
    }
    if (problems_close(&all, complain, NULL, &error) != RAPPORT_DONE)
        exit(1);
    const csv_expected expected = { .delimiter = what.delimiter,
                                    .decimal = what.decimal,
                                    .any_bytes = what.any_bytes,
                                    .field_limit = what.field_limit,
                                    .column_limit = what.column_limit,
                                    .name_limit = what.name_limit };
    if (csv_header_read(&header, table, length, true, "table", &expected, &arena, &error) !=
        RAPPORT_DONE)
        give_up(error.text);
    pipeline_bind(&stages, &what, &header, &arena, &notes, &all);
    if (problems_close(&all, complain, NULL, &error) != RAPPORT_DONE)
        exit(1);
    text_free(&notes);
}

static void score(const chunk *one)
{
    rapport_error error;
    if (chunk_score(&result, one, &stages, &before, &error) != RAPPORT_DONE)
        give_up(error.text);
}

static void finish(void)
{
    pipeline_finish(&stages);
    seen_free(&before);
    text_free(&result.report);
    memory_free(&arena);
}

/* ---- the measurement ---------------------------------------------------------------------- */

static size_t read_table(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        give_up("the table cannot be opened");
    size_t length = fread(table, 1, sizeof table, file);
    fclose(file);
    if (length == sizeof table)
        give_up("the table is too large");
    return length;
}

/* Records without line ends in them. */
static void find_records(size_t length)
{
    size_t at = header.length;

    while (at < length && records < MOST_RECORDS) {
        const char *end = memchr(table + at, '\n', length - at);
        size_t next = end ? (size_t)(end - table) + 1 : length;
        record[records] = (chunk){ .bytes = table + at,
                                   .length = next - at,
                                   .first_line = header.first_line + records,
                                   .first_record = records + 1 };
        at = next;
        records++;
    }
    if (records == 0)
        give_up("the table has no record");
}

static double seconds_for(long calls)
{
    struct timespec begin, end;

    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (long i = 0; i < calls; i++)
        score(&record[(size_t)i % records]);
    clock_gettime(CLOCK_MONOTONIC, &end);
    return (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) * 1e-9;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int count, char **given)
{
    double measured[MEASUREMENTS];

    if (count != 4) {
        fputs("usage: latency PIPELINE TABLE CALLS\n", stderr);
        return 2;
    }
    long calls = atol(given[3]);
    if (calls < 1)
        give_up("no number of calls");
    size_t length = read_table(given[2]);
    bind(given[1], length);
    find_records(length);

    for (size_t i = 0; i < records; i++) { /* the first touch of everything; and all must be well */
        score(&record[i]);
        if (result.ok != 1)
            give_up("a record is not ok; it would measure how faults are told");
    }
    for (int i = 0; i < MEASUREMENTS; i++)
        measured[i] = seconds_for(calls);
    qsort(measured, MEASUREMENTS, sizeof *measured, by_size);
    printf("%.0f\n", measured[MEASUREMENTS / 2] / (double)calls * 1e9);
    finish();
    return 0;
}
