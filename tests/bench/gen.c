/* gen.c - the benchmark's tables: made-up answers, the same bytes for the same seed.
 *
 *     gen ROWS SEED [VARIANT [EXTRA]] > table.csv
 *
 *     base    client_id, session, date, a1..a12 (1 to 5), b1..b10 (0 to 2), f1..f8 (0 to 10),
 *             3 % of the answers missing
 *     narrow  base without b1..b10 and f1..f8
 *     wide    base and x1..xEXTRA (1 to 5)
 *     crlf    base with CR LF at the ends of lines
 *     quoted  base and a note in quotes, which holds commas, quotes and line ends
 *     dirty   base with 0.1 % of the answers out of range, a word, a fraction or padded
 *
 * What two variants have in common is the same in both, so that one report can be held
 * against another: what only some of them have is drawn from a stream of its own.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_EXTRA = 10000, LONGEST_ROW = 65536 };

/* ---- chance ------------------------------------------------------------------------- */

typedef uint64_t stream; /* xorshift; never 0 */

static uint32_t draw(stream *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return (uint32_t)(*s >> 16);
}

static uint32_t below(stream *s, uint32_t limit)
{
    return (uint32_t)(((uint64_t)draw(s) * limit) >> 32);
}

static stream seeded(uint64_t seed)
{
    stream s = UINT64_C(0x9E3779B97F4A7C15) ^ seed * UINT64_C(0xD1342543DE82EF95);
    if (s == 0)
        s = 1;
    for (int i = 0; i < 16; i++)
        draw(&s);
    return s;
}

/* ---- text --------------------------------------------------------------------------- */

static char buffer[1 << 20];
static size_t used;

static void put(char c)
{
    buffer[used++] = c;
}

static void put_text(const char *text)
{
    while (*text)
        put(*text++);
}

static void put_number(uint64_t number)
{
    if (number >= 10)
        put_number(number / 10);
    put((char)('0' + number % 10));
}

static void put_padded(uint64_t number, int width)
{
    uint64_t place = 1;
    for (int i = 1; i < width; i++)
        place *= 10;
    for (; place > number && place > 1; place /= 10)
        put('0');
    put_number(number);
}

static void write_out(void)
{
    if (fwrite(buffer, 1, used, stdout) != used) {
        perror("gen");
        exit(1);
    }
    used = 0;
}

/* ---- a row -------------------------------------------------------------------------- */

typedef struct table {
    bool narrow, wide, crlf, quoted, dirty;
    unsigned extra;
    stream answers, more; /* what all variants have; what only some have */
} table;

/* Twenty sessions for each client, a week apart, in months of 28 days. */
static void put_session(uint64_t row)
{
    uint64_t client = row / 20 + 1, session = row % 20 + 1, day = client % 28 + 7 * session;
    uint64_t month = day / 28;

    put('c');
    put_padded(client, 6);
    put(',');
    put_number(session);
    put(',');
    put_number(2015 + client % 10 + month / 12);
    put('-');
    put_padded(month % 12 + 1, 2);
    put('-');
    put_padded(day % 28 + 1, 2);
}

static void put_answer(table *t, stream *from, uint32_t low, uint32_t choices, bool shown)
{
    static const char *const bad[] = { "99", "x", " 3", "-1", "3.0" };
    uint32_t chance = draw(from);
    bool missing = (chance & 1023) < 31;
    uint32_t answer = missing ? 0 : low + below(from, choices);

    if (!shown)
        return;
    put(',');
    if (missing)
        return;
    if (t->dirty && ((chance >> 10) & 1023) == 0)
        put_text(bad[below(&t->more, sizeof bad / sizeof *bad)]);
    else
        put_number(answer);
}

static void put_note(stream *from)
{
    static const char *const said[] = {
        "felt heard", "client arrived late, tense",         "\"\"we\"\" agreed on goals",
        "no change",  "discussed boundaries\nand contacts", "homework: diary, sleep log",
        "warm; open", "asked for a phone number, declined",
    };

    put_text(",\"");
    for (uint32_t left = 1 + below(from, 4); left > 0; left--) {
        put_text(said[below(from, sizeof said / sizeof *said)]);
        if (left > 1)
            put_text(", ");
    }
    put('"');
}

static void put_row(table *t, uint64_t row)
{
    put_session(row);
    for (int i = 0; i < 12; i++)
        put_answer(t, &t->answers, 1, 5, true);
    for (int i = 0; i < 10; i++)
        put_answer(t, &t->answers, 0, 3, !t->narrow);
    for (int i = 0; i < 8; i++)
        put_answer(t, &t->answers, 0, 11, !t->narrow);
    for (unsigned i = 0; t->wide && i < t->extra; i++)
        put_answer(t, &t->more, 1, 5, true);
    if (t->quoted)
        put_note(&t->more);
    put_text(t->crlf ? "\r\n" : "\n");
}

static void put_names(char first, unsigned count)
{
    for (unsigned i = 1; i <= count; i++) {
        put(',');
        put(first);
        put_number(i);
    }
}

static void put_header(const table *t)
{
    put_text("client_id,session,date");
    put_names('a', 12);
    if (!t->narrow) {
        put_names('b', 10);
        put_names('f', 8);
    }
    if (t->wide)
        put_names('x', t->extra);
    if (t->quoted)
        put_text(",note");
    put_text(t->crlf ? "\r\n" : "\n");
}

/* ---- the table ---------------------------------------------------------------------- */

static bool choose(table *t, const char *variant)
{
    t->narrow = strcmp(variant, "narrow") == 0;
    t->wide = strcmp(variant, "wide") == 0;
    t->crlf = strcmp(variant, "crlf") == 0;
    t->quoted = strcmp(variant, "quoted") == 0;
    t->dirty = strcmp(variant, "dirty") == 0;
    return t->narrow || t->wide || t->crlf || t->quoted || t->dirty || strcmp(variant, "base") == 0;
}

int main(int count, char **given)
{
    table t = { .extra = 270 };

    if (count < 3 || !choose(&t, count > 3 ? given[3] : "base")) {
        fputs("usage: gen ROWS SEED [base|narrow|wide|crlf|quoted|dirty [EXTRA]]\n", stderr);
        return 2;
    }
    uint64_t rows = strtoull(given[1], NULL, 10), seed = strtoull(given[2], NULL, 10);
    if (count > 4)
        t.extra = (unsigned)strtoul(given[4], NULL, 10);
    if (t.extra > MOST_EXTRA) {
        fprintf(stderr, "gen: at most %d extra columns\n", MOST_EXTRA);
        return 2;
    }
    t.answers = seeded(seed);
    t.more = seeded(~seed);

    put_header(&t);
    for (uint64_t row = 0; row < rows; row++) {
        if (used > sizeof buffer - LONGEST_ROW)
            write_out();
        put_row(&t, row);
    }
    write_out();
    return 0;
}
