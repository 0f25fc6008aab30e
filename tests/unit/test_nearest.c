/* test_nearest.c - a name is suggested only where it was clearly meant. */
#include "config/nearest.h"

#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"

static const struct {
    const char *promise, *wanted;
    const char *known[4];
    const char *expected; /* NULL: no suggestion */
} cases[] = {
    { "finds a letter left out", "revers", { "items", "reverse" }, "reverse" },
    { "finds a letter too many", "itemss", { "items", "reverse" }, "items" },
    { "finds a letter exchanged", "scorinh", { "scoring" }, "scoring" },
    { "finds neighbours swapped", "tilte", { "title", "text" }, "title" },
    { "counts a swap as one slip", "tilet", { "title" }, "title" },
    { "finds two slips", "insrtumen", { "instrument" }, "instrument" },
    { "leaves three slips alone", "nstrmen_", { "instrument" }, NULL },
    { "suggests neither of two equally near", "needd", { "needed", "need" }, NULL },
    { "suggests none of three equally near", "itemz", { "item", "items", "itemzz" }, NULL },
    { "prefers one slip to two", "scalle", { "scales", "scale" }, "scale" },
    { "knows a tie behind a farther one", "scale", { "scab", "scala", "scal" }, NULL },
    { "does not call the same name twice a tie", "titl", { "title", "title" }, "title" },
    { "asks no more of a short name than one slip", "abc", { "xyc" }, NULL },
    { "suggests for a short name one slip away", "ip", { "id" }, "id" },
    { "suggests nothing for one letter", "a", { "b" }, NULL },
    { "takes capitals for small letters", "TITLE", { "title" }, "title" },
    { "does not suggest what was written", "title", { "title" }, NULL },
    { "suggests nothing without candidates", "title", { NULL }, NULL },
    { "stands an empty candidate", "ti", { "" }, NULL },
};

static void suggests_what_was_clearly_meant(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        nearest search = { .wanted = cases[i].wanted };
        for (size_t k = 0; k < 4 && cases[i].known[k]; k++)
            nearest_offer(&search, cases[i].known[k]);
        const char *got = search.best ? search.best : "nothing";
        KEPT(strcmp(got, cases[i].expected ? cases[i].expected : "nothing") == 0, cases[i].promise);
    }
}

static void forgets_a_tie_when_a_nearer_one_comes(void)
{
    nearest search = { .wanted = "scale" };

    nearest_offer(&search, "scalexx");
    nearest_offer(&search, "scaleyy");
    CU_ASSERT_PTR_NULL(search.best);
    CU_ASSERT_PTR_NOT_NULL(search.tie);
    nearest_offer(&search, "scales");
    SAME_TEXT(search.best, "scales");
    CU_ASSERT_PTR_NULL(search.tie);
    nearest_offer(&search, "scalezz"); /* farther: changes nothing */
    SAME_TEXT(search.best, "scales");
}

/* The textbook's distance: all cells, no shortcuts. */
static unsigned plain_distance(const char *a, const char *b)
{
    static unsigned d[16][16];
    size_t m = strlen(a), n = strlen(b);

    for (size_t i = 0; i <= m; i++)
        for (size_t j = 0; j <= n; j++) {
            unsigned least = i == 0 ? (unsigned)j : j == 0 ? (unsigned)i : 99;
            if (i && j) {
                unsigned change = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u);
                least = d[i - 1][j] + 1 < d[i][j - 1] + 1 ? d[i - 1][j] + 1 : d[i][j - 1] + 1;
                least = change < least ? change : least;
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                    d[i - 2][j - 2] + 1 < least)
                    least = d[i - 2][j - 2] + 1;
            }
            d[i][j] = least;
        }
    return d[m][n];
}

static void agrees_with_the_textbook(void)
{
    unsigned seed = 1, near = 0;

    for (int round = 0; round < 200000; round++) {
        char word[2][12];
        for (int w = 0; w < 2; w++) {
            seed = seed * 1103515245u + 12345u;
            unsigned length = 4 + (seed >> 16) % 6;
            for (unsigned i = 0; i < length; i++) {
                seed = seed * 1103515245u + 12345u;
                word[w][i] = (char)('a' + (seed >> 16) % 3);
            }
            word[w][length] = '\0';
        }
        nearest search = { .wanted = word[0] };
        nearest_offer(&search, word[1]);
        unsigned d = plain_distance(word[0], word[1]);
        near += d > 0 && d <= 2;
        if ((search.best != NULL) != (d > 0 && d <= 2) || (search.best && search.distance != d)) {
            KEPT(false, "finds the same distance");
            return;
        }
    }
    CU_ASSERT_TRUE(near > 1000);
}

static void leaves_enormous_names_alone(void)
{
    char a[600], b[600];

    memset(a, 'a', sizeof a);
    memset(b, 'a', sizeof b);
    a[256] = b[255] = '\0';
    nearest search = { .wanted = a };
    nearest_offer(&search, b);
    CU_ASSERT_PTR_EQUAL(search.best, b);
    a[256] = 'a';
    a[257] = '\0';
    search = (nearest){ .wanted = a };
    nearest_offer(&search, b);
    CU_ASSERT_PTR_NULL(search.best);
}

static void words_the_hint(void)
{
    char out[64];
    nearest search = { .wanted = "titel", .best = "title" };

    SAME_TEXT(nearest_hint(out, sizeof out, &search), "; did you mean 'title'?");
    search.best = NULL;
    SAME_TEXT(nearest_hint(out, sizeof out, &search), "");
}

int main(void)
{
    static const promise promises[] = {
        { "suggests what was clearly meant", suggests_what_was_clearly_meant },
        { "forgets a tie when a nearer one comes", forgets_a_tie_when_a_nearer_one_comes },
        { "agrees with the textbook", agrees_with_the_textbook },
        { "leaves enormous names alone", leaves_enormous_names_alone },
        { "words the hint", words_the_hint },
    };
    return RUN("nearest", promises);
}
