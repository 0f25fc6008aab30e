/* test_sha256.c - the examples of FIPS 180-4, however the bytes arrive and whoever takes them. */
#define _GNU_SOURCE
#include "sha256.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "cpu.h"
#include "run.h"

enum { MOST = 130 }; /* bytes: two blocks, and what is begun of a third */

/* What RAPPORT_CPU has to say for plain code, and for the processor's instructions if any. */
static const char *const levels[] = { "plain", "index" };
enum { PLAIN, INSTRUCTIONS, LEVELS };

static sha256 begun(int level)
{
    sha256 hash;
    setenv("RAPPORT_CPU", levels[level], 1);
    sha256_begin(&hash);
    return hash;
}

static const char *hex_of(char hex[SHA256_HEX], sha256 *hash)
{
    unsigned char digest[SHA256_BYTES];

    sha256_end(hash, digest);
    sha256_hex(hex, digest);
    return hex;
}

/* The digest of `text` taken in pieces of `step` bytes. */
static const char *hash_of(char hex[SHA256_HEX], int level, const char *text, size_t length,
                           size_t step)
{
    sha256 hash = begun(level);

    for (size_t at = 0; at < length; at += step)
        sha256_add(&hash, text + at, length - at < step ? length - at : step);
    return hex_of(hex, &hash);
}

static const struct {
    const char *promise, *text, *expected;
} cases[] = {
    { "hashes nothing", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "hashes one block", "abc",
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "hashes two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
    { "hashes a text of 112 bytes",
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqr"
      "lmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1" },
};

static void agrees_with_the_standard(void)
{
    char hex[SHA256_HEX];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int level = 0; level < LEVELS; level++) {
            const char *got = hash_of(hex, level, cases[i].text, strlen(cases[i].text), 1000);
            KEPT(strcmp(got, cases[i].expected) == 0, cases[i].promise);
        }
}

static void hashes_a_million_letters(void)
{
    static char million[1000000];
    char hex[SHA256_HEX];

    memset(million, 'a', sizeof million);
    for (int level = 0; level < LEVELS; level++) {
        SAME_TEXT(hash_of(hex, level, million, sizeof million, sizeof million),
                  "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
        SAME_TEXT(hash_of(hex, level, million, sizeof million, 997),
                  "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    }
}

static void is_the_same_for_any_pieces(void)
{
    char text[200], whole[SHA256_HEX], pieces[SHA256_HEX];

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * 7);
    for (size_t length = 0; length < sizeof text; length++)
        for (size_t step = 1; step < MOST; step += 9) {
            hash_of(whole, PLAIN, text, length, sizeof text);
            for (int level = 0; level < LEVELS; level++)
                if (strcmp(whole, hash_of(pieces, level, text, length, step)) != 0)
                    KEPT(false, "gives one digest for one text");
        }
}

static void takes_what_the_processor_has(void)
{
    sha256 hash = begun(PLAIN);
    CU_ASSERT_PTR_EQUAL(hash.code, &sha256_plain);
    hash = begun(INSTRUCTIONS);
    CU_ASSERT_EQUAL(hash.code != &sha256_plain, cpu_has_sha());
    sha256_begin_plain(&hash);
    CU_ASSERT_PTR_EQUAL(hash.code, &sha256_plain);
    if (!cpu_has_sha())
        printf("(no SHA instructions here: plain code is tried twice) ");
}

/* ---- pieces at random ------------------------------------------------------------------- */

static uint32_t below(uint64_t *state, uint32_t limit)
{
    *state = *state * 6364136223846793005 + 1442695040888963407;
    return (uint32_t)((*state >> 33) % limit);
}

/* Bytes at random that lie `offset` behind an aligned place and end where their memory ends, so
 * that a sanitizer sees a byte read beyond them. */
typedef struct bytes {
    char *memory, *at;
    size_t length;
} bytes;

static bytes new_bytes(uint64_t *state, size_t offset, size_t length)
{
    bytes b = { .memory = malloc(offset + length + !length), .length = length };
    if (!b.memory)
        abort();
    b.at = b.memory + offset;
    for (size_t i = 0; i < length; i++)
        b.at[i] = (char)below(state, 256);
    return b;
}

static void gives_one_digest_at_any_offset(void)
{
    uint64_t state = 1;

    for (size_t offset = 0; offset <= MOST; offset++)
        for (int round = 0; round < 20; round++) {
            bytes b = new_bytes(&state, offset, below(&state, 1000));
            sha256 plain = begun(PLAIN), other = begun(INSTRUCTIONS);
            char expected[SHA256_HEX], got[SHA256_HEX];

            sha256_add(&plain, b.at, b.length);
            for (size_t at = 0, step; at < b.length; at += step) {
                step = below(&state, 2 * MOST);
                step = step < b.length - at ? step : b.length - at;
                sha256_add(&other, b.at + at, step);
            }
            SAME_TEXT(hex_of(got, &other), hex_of(expected, &plain));
            free(b.memory);
        }
}

/* Two hashes in which `held` bytes are already; one digest in the end, whether the rest is taken
 * from both in turn or from each alone. */
static void agree_on_two(uint64_t *state, const int level[2], const size_t held[2])
{
    bytes b[2];
    sha256 together[2], alone[2];

    for (int i = 0; i < 2; i++) {
        b[i] = new_bytes(state, below(state, 16), held[i] + below(state, 500));
        together[i] = begun(level[i]);
        alone[i] = begun(PLAIN);
        sha256_add(&alone[i], b[i].at, b[i].length);
        sha256_add(&together[i], b[i].at, held[i]);
    }
    sha256_add_two(&together[0], b[0].at + held[0], b[0].length - held[0], &together[1],
                   b[1].at + held[1], b[1].length - held[1]);
    for (int i = 0; i < 2; i++) {
        char got[SHA256_HEX], expected[SHA256_HEX];
        SAME_TEXT(hex_of(got, &together[i]), hex_of(expected, &alone[i]));
        free(b[i].memory);
    }
}

static void takes_two_as_each_alone(void)
{
    uint64_t state = 2;

    for (size_t a = 0; a <= MOST; a++)
        for (size_t b = 0; b <= MOST; b += 1 + below(&state, 6)) {
            agree_on_two(&state, (int[]){ PLAIN, PLAIN }, (size_t[]){ a, b });
            agree_on_two(&state, (int[]){ INSTRUCTIONS, INSTRUCTIONS }, (size_t[]){ a, b });
            agree_on_two(&state, (int[]){ INSTRUCTIONS, PLAIN }, (size_t[]){ a, b });
        }
}

static void takes_two_of_which_one_is_empty(void)
{
    static const char text[MOST];
    char expected[SHA256_HEX], got[SHA256_HEX];

    for (int level = 0; level < LEVELS; level++) {
        sha256 full = begun(level), empty = begun(level);
        sha256_add_two(&full, text, MOST, &empty, NULL, 0);
        sha256_add_two(&empty, NULL, 0, &full, text, MOST);
        hash_of(expected, PLAIN, "", 0, 1);
        SAME_TEXT(hex_of(got, &empty), expected);
        sha256 plain = begun(PLAIN);
        sha256_add(&plain, text, MOST);
        sha256_add(&plain, text, MOST);
        SAME_TEXT(hex_of(got, &full), hex_of(expected, &plain));
    }
}

int main(void)
{
    static const promise promises[] = {
        { "agrees with the standard", agrees_with_the_standard },
        { "hashes a million letters", hashes_a_million_letters },
        { "is the same for any pieces", is_the_same_for_any_pieces },
        { "takes what the processor has", takes_what_the_processor_has },
        { "gives one digest at any offset", gives_one_digest_at_any_offset },
        { "takes two as each alone", takes_two_as_each_alone },
        { "takes two of which one is empty", takes_two_of_which_one_is_empty },
    };
    return RUN("sha256", promises);
}
