/* test_number_table.c - tables of numbers beside an INI file. */
#define _GNU_SOURCE
#include "config/number_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "run.h"

/* One table in a file of its own, read; what was said is in `told`, a line each. */
typedef struct given {
    memory arena;
    problems all;
    const rapport_table *table;
    char path[32], told[2048], digest[SHA256_HEX];
} given;

static void hear(void *self, const char *line)
{
    given *g = self;
    const char *behind =
        strncmp(line, g->path, strlen(g->path)) == 0 ? line + strlen(g->path) : line;
    strncat(g->told, behind, sizeof g->told - strlen(g->told) - 1);
    strncat(g->told, "\n", sizeof g->told - strlen(g->told) - 1);
}

static given *read_table(const char *content)
{
    given *g = calloc(1, sizeof *g);
    strcpy(g->path, "/tmp/rapport-table-XXXXXX");
    int fd = mkstemp(g->path);
    bool written = fd != -1 && write(fd, content, strlen(content)) == (ssize_t)strlen(content);
    CU_ASSERT_TRUE(written);
    close(fd);
    file_content read;
    file_read(&read, g->path, NUMBER_TABLE_BYTES, NULL, &g->arena);
    g->table = number_table_read(g->digest, &read, &g->arena, &g->all);
    unlink(g->path);
    problems_close(&g->all, hear, g, NULL);
    return g;
}

static void done(given *g)
{
    memory_free(&g->arena);
    free(g);
}

static void reads_names_and_numbers(void)
{
    given *g = read_table("item,F1,\"F 2\"\nx1,0.5,-2\n\"x,2\",,1e-3\n");
    const double expected[] = { 0.5, -2, NAN, 1e-3 };

    CU_ASSERT_PTR_NOT_NULL(g->table);
    if (g->table) {
        CU_ASSERT_EQUAL(g->table->rows, 2);
        CU_ASSERT_EQUAL(g->table->columns, 2);
        SAME_TEXT(g->table->row_name[1], "x,2");
        SAME_TEXT(g->table->column_name[1], "F 2");
        for (int i = 0; i < 4; i++)
            KEPT(same(g->table->cell[i], expected[i]), "reads the number, or NaN where none is");
    }
    SAME_TEXT(g->told, "");
    SAME_TEXT(g->digest, "82554b0a32fabc0ae030385c68b5cb72c70e03be9c5f3236ebeb3086aa1399d0");
    done(g);
}

static const struct {
    const char *promise, *content, *told;
} wrong[] = {
    { "names every cell that is no number", "a,b,c\nx,1,q\ny,?,2\n",
      ":2:3: is not a number; write one, or leave the cell empty [cfg-table]\n"
      ":3:2: is not a number; write one, or leave the cell empty [cfg-table]\n" },
    { "refuses a ragged row", "a,b\nx,1\ny\n",
      ":3: has not as many whole cells as the header; mend the row [cfg-table]\n" },
    { "refuses two rows of one name", "a,b\nx,1\nx,2\n",
      ":3:1: names its row like an earlier one; give each its own name [cfg-table]\n" },
};

static void refuses_what_is_no_table(void)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        given *g = read_table(wrong[i].content);
        KEPT(g->table == NULL, wrong[i].promise);
        SAME_TEXT(g->told, wrong[i].told);
        done(g);
    }
}

static void grows_with_its_rows(void)
{
    char content[4096] = "n,square\n";
    for (int i = 0; i < 100; i++)
        sprintf(content + strlen(content), "r%d,%d\n", i, i * i);
    given *g = read_table(content);
    CU_ASSERT_PTR_NOT_NULL(g->table);
    for (uint32_t i = 0; g->table && i < 100; i++)
        KEPT(g->table->cell[i] == i * i, "keeps every row");
    done(g);
}

int main(void)
{
    static const promise promises[] = {
        { "reads names and numbers", reads_names_and_numbers },
        { "refuses what is no table", refuses_what_is_no_table },
        { "grows with its rows", grows_with_its_rows },
    };
    return RUN("number_table", promises);
}
