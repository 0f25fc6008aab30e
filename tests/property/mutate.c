/* mutate.c - bytes changed at random, the same for the same seed. */
#include "mutate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"

enum { HUGE_CELL = 70000 };

void draw_from(uint64_t from)
{
    seed = from * UINT64_C(0x632be59bd9b4e019) + 1;
}

size_t draw(size_t limit)
{
    return limit ? (size_t)below(limit) : 0;
}

/* ---- bytes -------------------------------------------------------------------------------- */

static void want_room(bytes *of, size_t room)
{
    if (room <= of->room)
        return;
    of->at = realloc(of->at, 2 * room);
    of->room = 2 * room;
    if (!of->at)
        abort();
}

void bytes_put(bytes *in, size_t where, size_t taken, const char *with, size_t length)
{
    want_room(in, in->length + length + 1);
    memmove(in->at + where + length, in->at + where + taken, in->length - where - taken);
    if (length)
        memcpy(in->at + where, with, length);
    in->length += length - taken;
}

void bytes_copy(bytes *out, const bytes *from)
{
    out->length = 0;
    bytes_put(out, 0, 0, from->at, from->length);
}

void bytes_read(bytes *out, const char *path)
{
    char piece[65536];
    FILE *file = fopen(path, "rb");

    if (!file) {
        perror(path);
        exit(2);
    }
    out->length = 0;
    for (size_t got; (got = fread(piece, 1, sizeof piece, file)) > 0;)
        bytes_put(out, out->length, 0, piece, got);
    fclose(file);
}

void bytes_write(const bytes *of, const char *path)
{
    FILE *file = fopen(path, "wb");

    if (!file || fwrite(of->at, 1, of->length, file) != of->length || fclose(file) != 0) {
        perror(path);
        exit(2);
    }
}

bool bytes_hold(const bytes *in, const char *word)
{
    const size_t length = strlen(word);

    for (size_t i = 0; i + length <= in->length; i++)
        if (memcmp(in->at + i, word, length) == 0)
            return true;
    return false;
}

/* ---- lines ---------------------------------------------------------------------------------- */

typedef struct stretch {
    size_t at, length;
} stretch;

static stretch line_around(const bytes *in, size_t where)
{
    size_t begin = where, end = where;

    while (begin > 0 && in->at[begin - 1] != '\n')
        begin--;
    while (end < in->length && in->at[end] != '\n')
        end++;
    return (stretch){ begin, end - begin + (end < in->length) };
}

/* Doubles the stretch, or puts it somewhere else, or both. */
static void move_stretch(bytes *in, stretch s, bool keep, size_t to)
{
    char *copy = malloc(s.length + 1);

    if (!copy)
        abort();
    memcpy(copy, in->at + s.at, s.length);
    if (!keep)
        bytes_put(in, s.at, s.length, "", 0);
    bytes_put(in, to < in->length ? to : in->length, 0, copy, s.length);
    free(copy);
}

static void change_lines(bytes *in, size_t where)
{
    const stretch one = line_around(in, where);
    const stretch other = line_around(in, draw(in->length));

    switch (draw(3)) {
    case 0:
        bytes_put(in, one.at, one.length, "", 0);
        break;
    case 1:
        move_stretch(in, one, true, one.at);
        break;
    default:
        move_stretch(in, one, draw(2), other.at);
    }
}

/* ---- tables --------------------------------------------------------------------------------- */

#define WORD(text)                                                                                 \
    {                                                                                              \
        text, sizeof text - 1                                                                      \
    }
static const struct {
    const char *at;
    size_t length;
} hurtful[] = {
    WORD("\""),      WORD("\""),       WORD("\"\""),         WORD(","),
    WORD(";"),       WORD("\t"),       WORD("\r"),           WORD("\n"),
    WORD("\n\n"),    WORD("\r\n"),     WORD("\0"),           WORD("\xef\xbb\xbf"),
    WORD("\xff"),    WORD("\xc0\xaf"), WORD("\xed\xa0\x80"), WORD("\xe2\x80"),
    WORD("\x1b[2J"), WORD("\x7f"),     WORD("=1+1"),         WORD("@zq_"),
    WORD("1e400"),   WORD("-"),        WORD("-99"),          WORD("NA"),
    WORD("0x1"),     WORD("\n\""),     WORD("\",\""),        WORD("sep=;\n"),
    WORD(" "),       WORD(",,,,,,,,"),
};
#undef WORD

static void put_hurtful(bytes *in, size_t where, size_t taken)
{
    const size_t which = draw(sizeof hurtful / sizeof *hurtful);
    bytes_put(in, where, taken, hurtful[which].at, hurtful[which].length);
}

static void put_huge_cell(bytes *in, size_t where)
{
    static char cell[HUGE_CELL];

    memset(cell, draw(4) ? 'x' : draw(2) ? '\n' : '1', sizeof cell);
    bytes_put(in, where, 0, cell, sizeof cell - draw(2) * (sizeof cell - 4300));
    if (draw(2)) {
        bytes_put(in, where, 0, "\"", 1);
        bytes_put(in, where + sizeof cell < in->length ? where + sizeof cell : in->length, 0, "\"",
                  draw(4) > 0);
    }
}

static void change_bytes(bytes *in, size_t where)
{
    const size_t left = in->length - where, some = 1 + draw(left < 40 ? left : 40);

    switch (draw(8)) {
    case 0:
        in->at[where] = (char)(in->at[where] ^ (char)(1 << draw(8)));
        break;
    case 1:
        in->at[where] = (char)draw(256);
        break;
    case 2:
        bytes_put(in, where, some <= left ? some : left, "", 0);
        break;
    case 3:
        move_stretch(in, (stretch){ where, some <= left ? some : left }, draw(2), draw(in->length));
        break;
    case 4:
        put_hurtful(in, where, 1);
        break;
    default:
        put_hurtful(in, where, 0);
    }
}

void mutate_table(bytes *table)
{
    for (size_t changes = 1 + draw(4); changes > 0 && table->length > 0; changes--) {
        const stretch header = line_around(table, 0);
        const size_t from = draw(8) ? header.length : 0;
        const size_t where =
            from < table->length ? from + draw(table->length - from) : draw(table->length);
        const size_t kind = draw(40);

        if (kind == 0)
            table->length = where;
        else if (kind == 1)
            put_huge_cell(table, where);
        else if (kind == 2)
            put_hurtful(table, 0, 0);
        else if (kind < 9)
            change_lines(table, where);
        else
            change_bytes(table, where);
    }
}

/* ---- INI files --------------------------------------------------------------------------------
 */

static const char *const words[] = {
    "=",
    "[",
    "]",
    "[stage x]\n",
    "[scale total]\n",
    "[item m1]\n",
    ";",
    "#",
    " ; x",
    "\"",
    "\r",
    "\xff",
    "\xc3\xa4",
    "0",
    "-1",
    "99999999999999999999",
    "1e999",
    "nan",
    "yes",
    "no",
    "1..5",
    "5..1",
    "..",
    "a..z9",
    "m1..m99999999",
    " ",
    "\t",
    "\n",
    "\n\n",
    ",",
    "half",
    "120%",
    "full",
    "auto",
    "respondent",
    "total",
    "mood",
    "sum",
    "weighted",
    "x = y\n",
    "0 low, 5 high",
    "[limits]\nrecord = 50\n",
    "[run]\nbatch = 1\n",
    "[run]\nworkers = 3\n",
    "\x01",
    "[limits]\nfield = 3\n",
    "[limits]\nrows = 5\n",
    "[input]\nunique = yes\n",
    "[trust]\nrequire = yes\n",
    "reverse = yes\n",
    "rescale = 0..100\n",
    "needed = any\n",
    "flip = yes\n",
    "optional = yes\n",
    "decimals = full\n",
    "missing = 1 2\n",
    "not_applicable = 3\n",
    "critical = 0..0\n",
};

static void put_word(bytes *in, size_t where, size_t taken)
{
    const char *word = words[draw(sizeof words / sizeof *words)];
    bytes_put(in, where, taken, word, strlen(word));
}

/* Behind the '=' of the line, or all of it. */
static stretch value_of(const bytes *in, stretch line)
{
    const char *equals = memchr(in->at + line.at, '=', line.length);
    const size_t before = equals ? (size_t)(equals - in->at) + 1 - line.at : 0;
    const size_t ends = line.length > before && in->at[line.at + line.length - 1] == '\n';

    return (stretch){ line.at + before, line.length - before - ends };
}

static void change_value(bytes *in, size_t where)
{
    const stretch value = value_of(in, line_around(in, where));
    const stretch other = value_of(in, line_around(in, draw(in->length)));
    char *copy = malloc(other.length + 1);

    if (!copy)
        abort();
    memcpy(copy, in->at + other.at, other.length);
    if (draw(2))
        put_word(in, value.at, value.length);
    else
        bytes_put(in, value.at, value.length, copy, other.length);
    free(copy);
}

static void change_byte(bytes *in, size_t where)
{
    const char new = (char)(in->at[where] ^ (char)(1 << draw(8)));
    if (new != '/')
        in->at[where] = new;
}

void mutate_ini(bytes *file)
{
    for (size_t changes = 1 + draw(2); changes > 0 && file->length > 0; changes--) {
        const size_t where = draw(file->length), left = file->length - where;

        switch (draw(8)) {
        case 0:
        case 1:
            change_lines(file, where);
            break;
        case 2:
        case 3:
            change_value(file, where);
            break;
        case 4:
            change_byte(file, where);
            break;
        case 5:
            put_word(file, line_around(file, where).at, 0);
            break;
        case 6:
            bytes_put(file, where, 1 + draw(left < 6 ? left : 6), "", 0);
            break;
        default:
            put_word(file, where, draw(2));
        }
    }
}
