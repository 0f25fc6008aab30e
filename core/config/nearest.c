/* nearest.c - the known name that somebody may have meant.
 *
 * The distance counts letters left out, added, exchanged and swapped with their
 * neighbour; capitals are the same as small letters, since nobody means another
 * name by them.
 */
#include "config/nearest.h"

#include <stdio.h>
#include <string.h>

enum {
    REACH = 2,     /* further names share too little to be meant */
    LONGEST = 256, /* bytes of a name that is compared */
    FAR = REACH + 1
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* The distance of a and b, or FAR. Only what lies within REACH of the diagonal is looked at. */
static unsigned distance(const char *a, const char *b)
{
    size_t m = strlen(a), n = strlen(b);
    if (m > LONGEST || n > LONGEST || (m > n ? m - n : n - m) > REACH)
        return FAR;

    unsigned char rows[3][LONGEST + 1];
    unsigned char *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= n; j++)
        last[j] = (unsigned char)least((unsigned)j, FAR);
    memset(before, FAR, n + 1);
    for (size_t i = 1; i <= m; i++) {
        memset(row, FAR, n + 1);
        row[0] = (unsigned char)least((unsigned)i, FAR);
        for (size_t j = i > REACH ? i - REACH : 1; j <= n && j <= i + REACH; j++) {
            unsigned d = last[j - 1] + (lower(a[i - 1]) == lower(b[j - 1]) ? 0u : 1u);
            d = least(d, least(last[j] + 1u, row[j - 1] + 1u));
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]))
                d = least(d, before[j - 2] + 1u);
            row[j] = (unsigned char)least(d, FAR);
        }
        unsigned char *free_row = before;
        before = last;
        last = row;
        row = free_row;
    }
    return last[n];
}

void nearest_offer(nearest *search, const char *candidate)
{
    /* Two letters of three changed is another name, not a slip. */
    size_t length = strlen(search->wanted);
    unsigned reach = length < 2 ? 0 : length < 4 ? 1 : REACH;
    unsigned d = distance(search->wanted, candidate);
    const char *rival = search->best ? search->best : search->tie;

    if (d > reach || strcmp(search->wanted, candidate) == 0)
        return;
    if (!rival || d < search->distance) {
        search->best = candidate;
        search->distance = d;
        search->tie = NULL;
    } else if (d == search->distance && strcmp(rival, candidate) != 0) {
        search->best = NULL;
        search->tie = candidate;
    }
}

const char *nearest_hint(char *out, size_t room, const nearest *search)
{
    if (search->best)
        snprintf(out, room, "; did you mean '%s'?", search->best);
    else
        snprintf(out, room, "%s", "");
    return out;
}
