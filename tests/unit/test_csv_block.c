/* test_csv_block.c - every kernel finds what csv_scan finds, and all find the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "block_agree.h"
#include "run.h"

#ifndef ROUNDS
#define ROUNDS 20000 /* random texts; more with -DROUNDS= */
#endif

static const csv_dialect comma = { .delimiter = ',', .decimal = '.', .field_limit = AGREE_LONGEST };
static const csv_dialect tab = { .delimiter = '\t',
                                 .any_bytes = true,
                                 .field_limit = AGREE_LONGEST };

/* ---- texts ------------------------------------------------------------------------------- */

static uint64_t state = 88172645463325252u;

static uint32_t below(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 16) % n);
}

/* Answers mostly, as a table has them; and what else may stand in one. */
static size_t put_cell(char *out)
{
    static const char *const rare[] = {
        "100",      "-9",
        "3.5",      " 3",
        "07",       "x",
        "\"3\"",    "\"a,b\"",
        "\"a\nb\"", "\"a\r\nb\"",
        "\"\"",     "\"a\"\"b\"",
        "5\"",      "\"a\"b",
        "\xc3\xa9", "\xc3",
        "\x01",     "\r",
        "\"\t\"",   "longer than sixty bytes, which is the most that is allowed here",
        "\"\"\"\"", "\"\"3\"\"",
        "\x7f",     "\xe2\x82\xac",
        "12345",    "\"",
        "a\tb",     "\xed\xa0\x80",
        "=1",       "+",
        "@x",       "\xef\xbc\x9d",
        "1-2"
    };
    const uint32_t kind = below(100);

    if (kind < 60)
        return (size_t)sprintf(out, "%u", below(kind < 40 ? 10 : 100));
    if (kind < 75)
        return 0;
    if (kind < 97)
        return (size_t)sprintf(out, "w%u", below(1000));
    return (size_t)sprintf(out, "%s", rare[below(sizeof rare / sizeof *rare)]);
}

static size_t put_table(char *out, char delimiter)
{
    char *at = out;
    const uint32_t records = below(12), crlf = below(3);

    for (uint32_t r = 0; r < records; r++) {
        const uint32_t cells = below(40) ? AGREE_COLUMNS : 1 + below(AGREE_COLUMNS + 2);
        for (uint32_t i = 0; i < cells; i++) {
            if (i)
                *at++ = delimiter;
            at += put_cell(at);
        }
        if (crlf == 1 || (crlf == 2 && below(2)))
            *at++ = '\r';
        if (r + 1 < records || below(8))
            *at++ = '\n';
        if (below(30) == 0)
            *at++ = '\n';
    }
    return (size_t)(at - out);
}

static void agree_on_tables(void)
{
    static char text[8192];
    kernels k;

    for (int d = 0; d < 2; d++) {
        kernels_open(&k, d ? &tab : &comma);
        bool held = true;
        for (int i = 0; held && i < ROUNDS; i++)
            held = kernels_agree(&k, text, put_table(text, d ? '\t' : ','));
        CU_ASSERT_TRUE(held);
        kernels_close(&k);
    }
}

static void agree_on_noise(void)
{
    static const char letters[] = "0123456789,,,,,,\"\"\n\n\r\t ax.-=\xc3\xa9\x01";
    char text[400];
    bool held = true;
    kernels k;

    kernels_open(&k, &comma);
    for (int i = 0; held && i < ROUNDS; i++) {
        size_t length = below(sizeof text);
        for (size_t at = 0; at < length; at++)
            text[at] = letters[below(sizeof letters - 1)];
        held = kernels_agree(&k, text, length);
    }
    CU_ASSERT_TRUE(held);
    kernels_close(&k);
}

/* Every length, and so every place of a record's end within a word. */
static void agree_at_every_length(void)
{
    static const char line[] = "c1,2,\"x,y\",3,\r\nc2,10,,44,5\n";
    char text[3 * sizeof line + 200];
    kernels k;

    kernels_open(&k, &comma);
    for (size_t before = 0; before < 140; before++)
        for (size_t cut = 0; cut < 2 * sizeof line; cut++) {
            memset(text, 'z', before);
            text[before] = '\n';
            snprintf(text + before + 1, sizeof text - before - 1, "%s%s%s", line, line, line);
            CU_ASSERT_TRUE(kernels_agree(&k, text, before + 1 + cut));
        }
    kernels_close(&k);
}

static void takes_no_more_rows_than_asked(void)
{
    static const char text[] = "1,2,3,4,5\n\n6,7,8,9,10\n11,12,13,14,15\n";
    csv_block b;

    CU_ASSERT_TRUE_FATAL(csv_block_open(&b, &comma, AGREE_COLUMNS, AGREE_LONGEST, best_kernel()));
    csv_block_read(&b, text, sizeof text - 1, 2);
    CU_ASSERT_EQUAL(b.rows, 2);
    CU_ASSERT_EQUAL(b.read, strlen("1,2,3,4,5\n\n6,7,8,9,10\n"));
    CU_ASSERT_EQUAL(b.lines, 3);
    csv_block_read(&b, text, sizeof text - 1, 0);
    CU_ASSERT_EQUAL(b.rows, 0);
    CU_ASSERT_EQUAL(b.read, 0);
    csv_block_close(&b);
}

static void closes_what_was_never_open(void)
{
    csv_block b = { 0 };
    csv_block_close(&b);
    CU_ASSERT_PTR_NULL(b.value);
}

int main(void)
{
    static const promise promises[] = {
        { "kernels and csv_scan agree on tables", agree_on_tables },
        { "kernels and csv_scan agree on noise", agree_on_noise },
        { "kernels and csv_scan agree at every length", agree_at_every_length },
        { "takes no more rows than asked for", takes_no_more_rows_than_asked },
        { "closes what was never open", closes_what_was_never_open },
    };
    return RUN("csv_block", promises);
}
