/* seen.c - which respondent and session stood before? */
#include "pipeline/seen.h"

#include <stdlib.h>
#include <string.h>

#include "sha256.h"

static bool same_text(const text *buffer, size_t at, size_t length, const csv_cell *cell)
{
    return length == cell->length &&
           (length == 0 || memcmp(buffer->bytes + at, cell->at, length) == 0);
}

/* ---- neighbours --------------------------------------------------------------- */

static bool begin_run(seen *s, const csv_cell *respondent)
{
    s->neighbours = 0;
    s->sessions.length = 0;
    s->respondent.length = 0;
    return text_add(&s->respondent, respondent->at, respondent->length);
}

/* The older half, which does not count any more, makes room. */
static void forget_oldest(seen *s)
{
    unsigned kept = SEEN_BACK;
    size_t from = s->neighbour[kept].at;

    memmove(s->sessions.bytes, s->sessions.bytes + from, s->sessions.length - from);
    s->sessions.length -= from;
    memmove(s->neighbour, s->neighbour + kept, kept * sizeof *s->neighbour);
    s->neighbours = kept;
    for (unsigned i = 0; i < kept; i++)
        s->neighbour[i].at -= from;
}

static bool among_neighbours(seen *s, const csv_cell *respondent, const csv_cell *session,
                             uint64_t line, uint64_t *earlier)
{
    if (!same_text(&s->respondent, 0, s->respondent.length, respondent) &&
        !begin_run(s, respondent))
        return false;
    unsigned oldest = s->neighbours > SEEN_BACK ? s->neighbours - SEEN_BACK : 0;
    for (unsigned i = oldest; i < s->neighbours && *earlier == 0; i++)
        if (same_text(&s->sessions, s->neighbour[i].at, s->neighbour[i].length, session))
            *earlier = s->neighbour[i].line;
    if (*earlier)
        return true;

    if (s->neighbours == 2 * SEEN_BACK)
        forget_oldest(s);
    s->neighbour[s->neighbours++] =
        (seen_neighbour){ .at = s->sessions.length, .length = session->length, .line = line };
    return text_add(&s->sessions, session->at, session->length);
}

/* ---- everywhere --------------------------------------------------------------- */

static void hash_of(seen_key *key, const csv_cell *respondent, const csv_cell *session)
{
    unsigned char digest[SHA256_BYTES];
    sha256 hash;

    sha256_begin(&hash);
    sha256_add(&hash, &respondent->length,
               sizeof respondent->length); /* "ab","c" is not "a","bc" */
    sha256_add(&hash, respondent->at, respondent->length);
    sha256_add(&hash, session->at, session->length);
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
    for (size_t i = 0; i < s->room; i++)
        if (line_of(&s->key[i]))
            *slot_of(more, room, &s->key[i]) = s->key[i];
    free(s->key);
    s->key = more;
    s->room = room;
    return true;
}

static bool in_whole_table(seen *s, const csv_cell *respondent, const csv_cell *session,
                           uint64_t line, uint64_t *earlier)
{
    seen_key key;

    if (4 * (s->keys + 1) > 3 * s->room && !grow(s))
        return false;
    hash_of(&key, respondent, session);
    for (size_t i = 0; i < sizeof key.line; i++)
        key.line[i] = (unsigned char)(line >> 8 * (sizeof key.line - 1 - i));
    seen_key *slot = slot_of(s->key, s->room, &key);
    *earlier = line_of(slot);
    if (*earlier == 0) {
        *slot = key;
        s->keys++;
    }
    return true;
}

bool seen_before(seen *s, const csv_cell *respondent, const csv_cell *session, uint64_t line,
                 uint64_t *earlier)
{
    *earlier = 0;
    if (respondent->length == 0 || session->length == 0)
        return true;
    return s->everywhere ? in_whole_table(s, respondent, session, line, earlier)
                         : among_neighbours(s, respondent, session, line, earlier);
}

void seen_free(seen *s)
{
    text_free(&s->respondent);
    text_free(&s->sessions);
    free(s->key);
    *s = (seen){ .everywhere = s->everywhere };
}
