/* csv_block_words.h - the part of reading a block that all kernels share: from 64 bytes, as bits,
 * to the ends of cells and records.
 *
 * A kernel's file defines `classify`, which says of each of 64 bytes what it is, and
 * `put_values`, and then includes this one.
 */
#include <string.h>

#include "table/csv_block.h"

enum { WORD = 64, BEFORE = 4 };

/* One bit a byte, the first byte's the lowest. */
typedef struct word {
    uint64_t delimiter, lf, cr, quote;
    uint64_t odd; /* anything but printable ASCII, tab, LF and CR */
} word;

static word classify(const char *at, char delimiter);

/* Appends to *value, for every bit in `ends`, what the cell before that byte is worth. The BEFORE
 * bytes in front of `at` may be read; `begin` is the offset from `at` of the first cell. */
static int8_t *put_values(int8_t *value, const char *at, uint64_t ends, char delimiter,
                          ptrdiff_t *begin);

/* What one word hands on to the next. */
typedef struct course {
    uint64_t inside;      /* all bits: it ended in quotes */
    uint64_t after_break; /* 1: its last byte was a delimiter or LF outside quotes */
    uint64_t after_close; /* 1: a closing quote */
    uint64_t after_cr;    /* 1: a CR */
    uint32_t cells, lines;
    uint32_t odd, quote; /* behind the last odd byte and the last quote; 0: none yet */
    csv_block_row next;  /* the record under way */
} course;

/* Each bit becomes the parity of those up to it. */
static inline uint64_t parities(uint64_t bits)
{
    for (int i = 1; i < WORD; i *= 2)
        bits ^= bits << i;
    return bits;
}

/* The bytes in quotes, from the opening quote on. *astray: quotes that stand where none may. */
static inline uint64_t in_quotes(course *c, const word *w, uint64_t *astray)
{
    uint64_t breaks = w->delimiter | w->lf;

    *astray = 0;
    if (!(w->quote | c->inside | c->after_close)) {
        c->after_break = breaks >> (WORD - 1);
        return 0;
    }
    uint64_t inside = parities(w->quote) ^ c->inside;
    uint64_t opening = w->quote & inside, closing = w->quote & ~inside;
    uint64_t behind_close = closing << 1 | c->after_close;
    uint64_t behind_break = (breaks & ~inside) << 1 | c->after_break;

    *astray =
        (opening & ~(behind_break | behind_close)) | (behind_close & ~(breaks | w->cr | w->quote));
    c->inside = 0 - (inside >> (WORD - 1));
    c->after_break = (breaks & ~inside) >> (WORD - 1);
    c->after_close = closing >> (WORD - 1);
    return inside;
}

static inline uint32_t behind_last(uint32_t before, uint64_t bits, uint32_t at)
{
    return bits ? at + WORD - (uint32_t)__builtin_clzll(bits) : before;
}

static inline uint32_t count(uint64_t bits)
{
    return (uint32_t)__builtin_popcountll(bits);
}

/* The record under way ends at `end`, and the next begins behind its line end. */
static inline void end_record(csv_block *b, course *c, uint32_t end, uint32_t cells,
                              uint32_t line_end, uint32_t lines)
{
    csv_block_row *row = &b->row[b->rows];

    c->next.end = end;
    c->next.next = end + line_end;
    if (end > c->next.at) { /* else the line is empty, and no record */
        *row = c->next;
        row->quotes = c->quote > row->at;
        row->careful = cells - row->value != b->columns || end - row->at > b->longest ||
                       (c->odd > row->at &&
                        !csv_block_fits(b->text + row->at, end - row->at, b->dialect->any_bytes));
        b->rows++;
    }
    c->next = (csv_block_row){ .at = end + line_end, .value = cells, .line = lines };
    b->read = c->next.at;
    b->lines = lines;
}

/* The records that end in this word, at one of the bits `line_ends`. */
static inline void end_records(csv_block *b, course *c, const word *w, uint64_t ends,
                               uint64_t line_ends, uint32_t at)
{
    for (; line_ends && b->rows < b->room; line_ends &= line_ends - 1) {
        uint32_t bit = (uint32_t)__builtin_ctzll(line_ends);
        uint64_t up_to = UINT64_MAX >> (WORD - 1 - bit);
        uint32_t line_end = 1 + (uint32_t)(w->cr >> bit & 1);

        c->odd = behind_last(c->odd, w->odd & up_to, at);
        c->quote = behind_last(c->quote, w->quote & up_to, at);
        end_record(b, c, at + bit, c->cells + count(ends & up_to), line_end,
                   c->lines + count(w->lf & up_to) + line_end - 1);
    }
    c->odd = behind_last(c->odd, w->odd, at);
    c->quote = behind_last(c->quote, w->quote, at);
    c->cells += count(ends);
    c->lines += count(w->lf);
}

/* The word at `at`, where fewer than WORD bytes are left, or none are before: copied to where all
 * may be read. */
static inline const char *copy_word(char room[BEFORE + WORD], const char *text, size_t at,
                                    size_t left)
{
    memset(room, '\n', BEFORE);
    memset(room + BEFORE, 0, WORD);
    if (at >= BEFORE)
        memcpy(room, text + at - BEFORE, BEFORE);
    memcpy(room + BEFORE, text + at, left < WORD ? left : WORD);
    return room + BEFORE;
}

/* A word and where lines end in it: at the CR of CR LF, else at the LF. */
typedef struct measured {
    const char *bytes;
    word w;
    uint64_t inside, line_ends, astray;
} measured;

/* The word at `at` of a text. */
static inline measured take_word(course *c, char room[BEFORE + WORD], const char *text,
                                 size_t length, size_t at, char delimiter)
{
    const size_t left = length - at;
    const bool whole = at > 0 && left >= WORD;
    const uint64_t there = left >= WORD ? UINT64_MAX : UINT64_MAX >> (WORD - left);
    measured m = { .bytes = whole ? text + at : copy_word(room, text, at, left) };

    m.w = classify(m.bytes, delimiter);
    uint64_t lf_follows = m.w.lf >> 1;
    if (left > WORD && text[at + WORD] == '\n')
        lf_follows |= UINT64_C(1) << (WORD - 1);
    m.inside = in_quotes(c, &m.w, &m.astray);
    m.astray &= there;
    m.line_ends = ((m.w.lf & ~(m.w.cr << 1 | c->after_cr)) | (m.w.cr & lf_follows)) & ~m.inside;
    m.w.odd = (m.w.odd | (m.w.cr & ~lf_follows)) & there;
    c->after_cr = m.w.cr >> (WORD - 1);
    return m;
}

static inline void read_words(csv_block *b, size_t length)
{
    const char delimiter = b->dialect->delimiter;
    course c = { .after_break = 1 };
    int8_t *value = b->value;
    ptrdiff_t begin = 0;
    char room[BEFORE + WORD];

    for (uint32_t at = 0; at < length && b->rows < b->room; at += WORD, begin -= WORD) {
        measured m = take_word(&c, room, b->text, length, at, delimiter);
        const uint64_t ends = (m.w.delimiter & ~m.inside) | m.line_ends;

        b->ends[at / WORD] = ends;
        value = put_values(value, m.bytes, ends, delimiter, &begin);
        if (m.astray) /* what follows it may be inside quotes or out: not to be told here */
            m.line_ends &= (m.astray & -m.astray) - 1;
        end_records(b, &c, &m.w, ends, m.line_ends, at);
        if (m.astray)
            return;
    }
}

/* Lines that end right behind another are empty. */
static inline bool measure_words(csv_stretch *out, const char *text, size_t length, char delimiter)
{
    course c = { .after_break = 1 };
    csv_stretch seen = { 0 };
    uint64_t after_line = 1;
    char room[BEFORE + WORD];

    *out = seen;
    for (size_t at = 0; at < length; at += WORD) {
        measured m = take_word(&c, room, text, length, at, delimiter);
        const uint64_t lf = m.w.lf & ~m.inside;

        if (m.astray)
            return false;
        if (m.line_ends) {
            const uint32_t last = WORD - 1 - (uint32_t)__builtin_clzll(m.line_ends);
            const uint64_t cr = m.w.cr >> last & 1;
            *out = (csv_stretch){
                .length = at + last + 1 + cr,
                .records = seen.records + count(m.line_ends & ~(lf << 1 | after_line)),
                .lines = seen.lines + count(m.w.lf & UINT64_MAX >> (WORD - 1 - last)) + cr
            };
            seen.records = out->records;
        }
        after_line = lf >> (WORD - 1);
        seen.lines += count(m.w.lf);
    }
    return true;
}
