/* compare.c - do two programs give the same scores? Row by row, column by name.
 *
 *     compare COLUMNS REFERENCE REPORT
 *
 * COLUMNS has a line for each column: what the reference calls it, what the report may call
 * it instead, and how far the two may lie apart:
 *
 *     same                  not at all
 *     2                     by one unit of the second decimal: programs round differently
 *     band SCORE CUT...     not at all, except where SCORE is printed as a CUT: some take the
 *                           band from the printed score, some from the unrounded one
 *
 * Further columns of either are not looked at. Cells hold no quotes. Exit status 1: mismatches.
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 512, MOST_CELLS = 4096, MOST_CUTS = 8, SHOWN = 5 };

typedef enum kind { SAME, NUMBER, BAND } kind;

typedef struct column {
    char name[64], other[64];
    kind kind;
    double unit;    /* of the last decimal of a number */
    char score[64]; /* of a band */
    double cut[MOST_CUTS];
    int cuts;
    int in_reference, in_report, score_in_reference; /* cells */
} column;

typedef struct table {
    const char *path;
    FILE *file;
    char *line; /* owned; the cells point into it */
    size_t room;
    char *cell[MOST_CELLS];
    int cells;
} table;

static column columns[MOST_COLUMNS];
static int column_count;

static _Noreturn void give_up(const char *path, const char *why)
{
    fprintf(stderr, "compare: %s: %s\n", path, why);
    exit(2);
}

/* ---- the columns --------------------------------------------------------------------- */

static bool understand(column *c, char *rest)
{
    char *word = strtok(rest, " \t\n");
    if (!word)
        return false;
    if (strcmp(word, "same") == 0) {
        c->kind = SAME;
        return true;
    }
    if (strcmp(word, "band") != 0) {
        c->kind = NUMBER;
        c->unit = pow(10, -atoi(word));
        return true;
    }
    c->kind = BAND;
    word = strtok(NULL, " \t\n");
    if (!word)
        return false;
    snprintf(c->score, sizeof c->score, "%s", word);
    while (c->cuts < MOST_CUTS && (word = strtok(NULL, " \t\n")))
        c->cut[c->cuts++] = atof(word);
    return true;
}

static void read_columns(const char *path)
{
    char line[512];
    FILE *file = fopen(path, "r");

    if (!file)
        give_up(path, "cannot be opened");
    while (fgets(line, sizeof line, file)) {
        column *c = &columns[column_count];
        int read = 0;
        if (line[0] == '#' || line[0] == '\n')
            continue;
        if (column_count == MOST_COLUMNS)
            give_up(path, "too many columns");
        if (sscanf(line, "%63s %63s %n", c->name, c->other, &read) < 2 ||
            !understand(c, line + read))
            give_up(path, "a line is not: NAME OTHER same|DECIMALS|band SCORE CUT...");
        column_count++;
    }
    fclose(file);
    if (column_count == 0)
        give_up(path, "names no column");
}

/* ---- the tables ----------------------------------------------------------------------- */

static void open_table(table *t, const char *path)
{
    t->path = path;
    t->file = fopen(path, "r");
    if (!t->file)
        give_up(path, "cannot be opened");
}

static bool next_row(table *t)
{
    if (getline(&t->line, &t->room, t->file) < 0)
        return false;
    t->line[strcspn(t->line, "\r\n")] = '\0';
    t->cells = 0;
    for (char *at = t->line; at;) {
        if (t->cells == MOST_CELLS)
            give_up(t->path, "too many cells in a row");
        t->cell[t->cells++] = strsep(&at, ",");
    }
    return true;
}

static int find(const table *t, const char *name)
{
    for (int i = 0; i < t->cells; i++)
        if (strcmp(t->cell[i], name) == 0)
            return i;
    return -1;
}

static void find_columns(const table *reference, const table *report)
{
    for (column *c = columns; c < columns + column_count; c++) {
        c->in_reference = find(reference, c->name);
        c->in_report = find(report, c->name);
        if (c->in_report < 0)
            c->in_report = find(report, c->other);
        if (c->in_reference < 0 || c->in_report < 0) {
            fprintf(stderr, "compare: no column %s, ", c->name);
            give_up((c->in_reference < 0 ? reference : report)->path, "has others");
        }
        c->score_in_reference = c->kind == BAND ? find(reference, c->score) : 0;
        if (c->score_in_reference < 0)
            give_up(c->score, "is no column of the reference");
    }
}

/* ---- the cells ------------------------------------------------------------------------- */

static double largest; /* difference, in units of the last decimal */
static long bands_at_a_cut;

static bool at_cut_off(const column *c, const char *score)
{
    for (int i = 0; i < c->cuts && *score; i++)
        if (atof(score) == c->cut[i])
            return true;
    return false;
}

static bool agree(const column *c, const table *reference, const table *report)
{
    const char *a = reference->cell[c->in_reference], *b = report->cell[c->in_report];

    if (c->kind != NUMBER || !*a || !*b) {
        if (strcmp(a, b) == 0)
            return true;
        bool excused =
            c->kind == BAND && *a && *b && at_cut_off(c, reference->cell[c->score_in_reference]);
        bands_at_a_cut += excused;
        return excused;
    }
    char *end;
    double apart = fabs(atof(a) - strtod(b, &end)) / c->unit;
    largest = fmax(largest, apart);
    return *end == '\0' && apart <= 1.01;
}

/* Mismatches; the first ones are shown. */
static long compare_rows(table *reference, table *report, long *rows)
{
    long mismatches = 0;

    for (*rows = 0;; ++*rows) {
        bool more = next_row(reference), too = next_row(report);
        if (more != too) {
            printf("after row %ld only one of the two goes on\n", *rows);
            return mismatches + 1;
        }
        if (!more)
            return mismatches;
        for (const column *c = columns; c < columns + column_count; c++) {
            bool whole = c->in_reference < reference->cells && c->in_report < report->cells;
            if (whole && agree(c, reference, report))
                continue;
            if (mismatches++ < SHOWN)
                printf("row %ld, %s: '%s', not '%s'\n", *rows + 1, c->name,
                       whole ? report->cell[c->in_report] : "",
                       whole ? reference->cell[c->in_reference] : "");
        }
    }
}

int main(int count, char **given)
{
    table reference = { 0 }, report = { 0 };
    long rows;

    if (count != 4) {
        fputs("usage: compare COLUMNS REFERENCE REPORT\n", stderr);
        return 2;
    }
    read_columns(given[1]);
    open_table(&reference, given[2]);
    open_table(&report, given[3]);
    if (!next_row(&reference) || !next_row(&report))
        give_up(given[3], "it or its reference is empty");
    find_columns(&reference, &report);

    long mismatches = compare_rows(&reference, &report, &rows);
    printf("%ld rows, %ld cells, %ld mismatches; at most %.2f units of the last decimal apart, "
           "%ld bands at a cut-off\n",
           rows, rows * column_count, mismatches, largest, bands_at_a_cut);
    fclose(reference.file);
    fclose(report.file);
    free(reference.line);
    free(report.line);
    return mismatches > 0 || rows == 0;
}
