/* test_sha256.c - the examples of FIPS 180-4, however the bytes arrive. */
#include "sha256.h"

#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"

/* The digest of `text` taken in pieces of `step` bytes. */
static const char *hash_of(char hex[SHA256_HEX], const char *text, size_t length, size_t step)
{
    sha256 hash;
    unsigned char digest[SHA256_BYTES];

    sha256_begin(&hash);
    for (size_t at = 0; at < length; at += step)
        sha256_add(&hash, text + at, length - at < step ? length - at : step);
    sha256_end(&hash, digest);
    sha256_hex(hex, digest);
    return hex;
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
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = hash_of(hex, cases[i].text, strlen(cases[i].text), 1000);
        KEPT(strcmp(got, cases[i].expected) == 0, cases[i].promise);
    }
}

static void hashes_a_million_letters(void)
{
    static char million[1000000];
    char hex[SHA256_HEX];

    memset(million, 'a', sizeof million);
    SAME_TEXT(hash_of(hex, million, sizeof million, sizeof million),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    SAME_TEXT(hash_of(hex, million, sizeof million, 997),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void is_the_same_for_any_pieces(void)
{
    char text[200], whole[SHA256_HEX], pieces[SHA256_HEX];

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * 7);
    for (size_t length = 0; length < sizeof text; length++)
        for (size_t step = 1; step < 130; step += 9) {
            hash_of(whole, text, length, sizeof text);
            hash_of(pieces, text, length, step);
            if (strcmp(whole, pieces) != 0)
                KEPT(false, "gives one digest for one text");
        }
}

int main(void)
{
    static const promise promises[] = {
        { "agrees with the standard", agrees_with_the_standard },
        { "hashes a million letters", hashes_a_million_letters },
        { "is the same for any pieces", is_the_same_for_any_pieces },
    };
    return RUN("sha256", promises);
}
