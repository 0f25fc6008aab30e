/* seen.c - which respondent and session stood before? */
#include "pipeline/seen.h"

#include <stdlib.h>
#include <string.h>

#include "cpu.h"

enum { WORD_TEXT = 7, HASHED = 255 };

/* ---- names ----------------------------------------------------------------------- */

static seen_name name_of(const char *at, uint32_t length)
{
    seen_name name = { { 0 } };
    unsigned char digest[SHA256_BYTES];
    sha256 hash;

    name.byte[SEEN_TEXT] = HASHED;
    if (length <= SEEN_TEXT) {
        memcpy(name.byte, at, length);
        name.byte[SEEN_TEXT] = (unsigned char)length;
        return name;
    }
    sha256_begin_plain(&hash); /* the text is short, and there are many */
    sha256_add(&hash, at, length);
    sha256_end(&hash, digest);
    memcpy(name.byte, at, WORD_TEXT);
    memcpy(name.byte + WORD_TEXT, digest, SEEN_TEXT - WORD_TEXT);
    return name;
}

static bool same_name(const seen_name *a, const seen_name *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static uint64_t four_bytes(const unsigned char *at)
{
    return (uint64_t)at[0] << 24 | (uint64_t)at[1] << 16 | (uint64_t)at[2] << 8 | at[3];
}

/* Two texts with different words differ; with the same, most are the same. */
static uint64_t word_of(const char *at, uint32_t length)
{
    const uint64_t head = (uint64_t)(length <= SEEN_TEXT ? length : HASHED) << 56;
    const uint32_t taken = length < WORD_TEXT ? length : WORD_TEXT;
    const unsigned char *byte = (const unsigned char *)at;

    if (taken >= 4) /* the first four and the last four, which may overlap */
        return head | four_bytes(byte) << 24 |
               four_bytes(byte + taken - 4) << 8 * (WORD_TEXT - taken);
    if (taken == 0)
        return head;
    return head | (uint64_t)byte[0] << 48 | (uint64_t)byte[taken / 2] << 40 |
           (uint64_t)byte[taken - 1] << 32;
}

static void put_row(seen_row *row, seen_text text, uint64_t line)
{
    row->word = word_of(text.at, text.length);
    row->at = text.at;
    row->length = text.length;
    row->line = line;
    row->name = NULL;
}

static seen_row row_of_name(const seen_name *name, uint64_t line)
{
    const bool hashed = name->byte[SEEN_TEXT] == HASHED;
    const uint32_t length = hashed ? SEEN_TEXT + 1 : name->byte[SEEN_TEXT];

    return (seen_row){ .word = word_of((const char *)name->byte, length),
                       .at = hashed ? NULL : (const char *)name->byte,
                       .length = length,
                       .line = line,
                       .name = name };
}

static seen_name name_of_row(const seen_row *row)
{
    return row->name ? *row->name : name_of(row->at, row->length);
}

/* Where of one of them only the name is known. */
CPU_SELDOM static bool same_names(const seen_row *a, const seen_row *b)
{
    seen_name x = name_of_row(a), y = name_of_row(b);
    return same_name(&x, &y);
}

static bool same_text(const seen_row *a, const seen_row *b)
{
    if (a->word != b->word)
        return false;
    if (!a->at || !b->at)
        return same_names(a, b);
    return a->length == b->length &&
           (a->length <= WORD_TEXT || memcmp(a->at, b->at, a->length) == 0);
}

/* ---- neighbours --------------------------------------------------------------- */

/* The older half, which does not count any more, makes room. */
CPU_SELDOM static void forget_oldest(seen *s)
{
    memcpy(s->row, s->row + SEEN_BACK, SEEN_BACK * sizeof *s->row);
    s->rows = SEEN_BACK;
}

/* Rows first..first+count-1 by their names. */
static void keep_run(seen_run *out, const seen *s, uint32_t first, uint32_t count)
{
    out->rows = count;
    if (count)
        out->respondent = name_of_row(&s->respondent);
    for (uint32_t i = 0; i < count; i++) {
        out->session[i] = name_of_row(&s->row[first + i]);
        out->line[i] = s->row[first + i].line;
    }
}

/* The first run, once it is long enough or at its end. */
CPU_SELDOM static void keep_first(seen *s)
{
    if (s->in_first && s->first.rows == 0)
        keep_run(&s->first, s, 0, s->rows < SEEN_BACK ? s->rows : SEEN_BACK);
}

/* The row behind the last one. */
static void add_row(seen *s)
{
    const uint64_t word = s->row[s->rows].word;
    s->highest = s->rows == 0 || word > s->highest ? word : s->highest;
    s->rows++;
}

/* The row of another respondent. */
CPU_SELDOM static void begin_run(seen *s, const seen_row *who)
{
    if (s->rows > 0) {
        keep_first(s);
        s->in_first = false;
    }
    s->rows = 0;
    s->respondent = *who;
}

/* The row of the run that has the same session as the one behind the last; NULL: none has. */
static const seen_row *find_session(const seen *s)
{
    const seen_row *when = &s->row[s->rows];

    if (s->rows == 0 || when->word > s->highest)
        return NULL;
    for (uint32_t i = s->rows > SEEN_BACK ? s->rows - SEEN_BACK : 0; i < s->rows; i++)
        if (same_text(&s->row[i], when))
            return &s->row[i];
    return NULL;
}

static uint64_t among_neighbours(seen *s, seen_text respondent, seen_text session, uint64_t line)
{
    seen_row who;

    put_row(&who, respondent, line);
    if (s->rows == 0 || !same_text(&s->respondent, &who))
        begin_run(s, &who);
    if (s->rows == 2 * SEEN_BACK) {
        keep_first(s);
        forget_oldest(s);
    }
    put_row(&s->row[s->rows], session, line);
    const seen_row *same = find_session(s);
    if (!same)
        add_row(s);
    return same ? same->line : 0;
}

void seen_copy(seen_run *to, const seen_run *from)
{
    to->respondent = from->respondent;
    to->rows = from->rows;
    memcpy(to->session, from->session, from->rows * sizeof *from->session);
    memcpy(to->line, from->line, from->rows * sizeof *from->line);
}

void seen_begin(seen *s, const seen_run *before)
{
    s->rows = 0;
    s->in_first = !before;
    s->first.rows = 0;
    if (!before || before->rows == 0)
        return;
    seen_copy(&s->before, before);
    s->respondent = row_of_name(&s->before.respondent, 0);
    for (uint32_t i = 0; i < s->before.rows; i++) {
        s->row[s->rows] = row_of_name(&s->before.session[i], s->before.line[i]);
        add_row(s);
    }
}

void seen_end(seen *s, seen_edges *edges)
{
    keep_first(s);
    edges->one_run = s->in_first;
    seen_copy(&edges->first, &s->first);
    keep_run(&edges->last, s, s->rows > SEEN_BACK ? s->rows - SEEN_BACK : 0,
             s->rows < SEEN_BACK ? s->rows : SEEN_BACK);
}

/* The i-th row of the stretch looks back over the i before it, and so many fewer before. */
bool seen_repeats(const seen_run *before, const seen_edges *edges)
{
    const seen_run *first = &edges->first;

    if (before->rows == 0 || first->rows == 0 ||
        !same_name(&before->respondent, &first->respondent))
        return false;
    for (uint32_t i = 0; i < first->rows; i++) {
        const uint32_t back = SEEN_BACK - i;
        for (uint32_t k = before->rows > back ? before->rows - back : 0; k < before->rows; k++)
            if (same_name(&before->session[k], &first->session[i]))
                return true;
    }
    return false;
}

void seen_follow(seen_run *before, const seen_edges *edges)
{
    const seen_run *last = &edges->last;

    if (last->rows == 0)
        return;
    bool goes_on =
        edges->one_run && before->rows > 0 && same_name(&before->respondent, &last->respondent);
    uint32_t kept = goes_on ? before->rows : 0;
    if (kept + last->rows > SEEN_BACK)
        kept = SEEN_BACK - last->rows;
    const uint32_t from = before->rows - kept;
    memmove(before->session, before->session + from, kept * sizeof *before->session);
    memmove(before->line, before->line + from, kept * sizeof *before->line);
    memcpy(before->session + kept, last->session, last->rows * sizeof *last->session);
    memcpy(before->line + kept, last->line, last->rows * sizeof *last->line);
    before->respondent = last->respondent;
    before->rows = kept + last->rows;
}

/* ---- everywhere --------------------------------------------------------------- */

static void hash_of(seen_key *key, sha256 hash, seen_text respondent, seen_text session)
{
    unsigned char digest[SHA256_BYTES];

    sha256_add(&hash, &respondent.length, sizeof respondent.length); /* "ab","c" is not "a","bc" */
    sha256_add(&hash, respondent.at, respondent.length);
    sha256_add(&hash, session.at, session.length);
    sha256_end(&hash, digest);
    memcpy(key->hash, digest, sizeof key->hash);
}

static uint64_t line_of(const seen_key *key)
{
    uint64_t line = 0;
    for (size_t i = 0; i < sizeof key->line; i++)
        line = line << 8 | key->line[i];
    return line;
}

static seen_key *slot_of(seen_key *table, size_t room, const seen_key *key)
{
    size_t at;
    memcpy(&at, key->hash, sizeof at);
    for (at &= room - 1; line_of(&table[at]); at = (at + 1) & (room - 1))
        if (memcmp(table[at].hash, key->hash, sizeof key->hash) == 0)
            break;
    return &table[at];
}

static bool grow(seen *s)
{
    size_t room = s->room ? 2 * s->room : 1024;
    seen_key *more = calloc(room, sizeof *more);
    if (!more)
        return false;
    if (!s->key)
        sha256_begin(&s->begun);
    for (size_t i = 0; i < s->room; i++)
        if (line_of(&s->key[i]))
            *slot_of(more, room, &s->key[i]) = s->key[i];
    free(s->key);
    s->key = more;
    s->room = room;
    return true;
}

CPU_SELDOM static uint64_t in_whole_table(seen *s, seen_text respondent, seen_text session,
                                          uint64_t line)
{
    seen_key key;

    if (4 * (s->keys + 1) > 3 * s->room && !grow(s))
        return SEEN_NO_MEMORY;
    hash_of(&key, s->begun, respondent, session);
    for (size_t i = 0; i < sizeof key.line; i++)
        key.line[i] = (unsigned char)(line >> 8 * (sizeof key.line - 1 - i));
    seen_key *slot = slot_of(s->key, s->room, &key);
    const uint64_t earlier = line_of(slot);
    if (earlier == 0) {
        *slot = key;
        s->keys++;
    }
    return earlier == line ? 0 : earlier; /* the row itself, gone through once more */
}

uint64_t seen_before(seen *s, seen_text respondent, seen_text session, uint64_t line)
{
    if (respondent.length == 0 || session.length == 0)
        return 0;
    return s->everywhere ? in_whole_table(s, respondent, session, line)
                         : among_neighbours(s, respondent, session, line);
}

void seen_free(seen *s)
{
    free(s->key);
    s->key = NULL;
    s->keys = s->room = 0;
    s->rows = 0;
}
