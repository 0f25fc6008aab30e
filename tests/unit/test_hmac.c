/* test_hmac.c - the examples of RFC 4231, whoever takes the blocks. */
#define _GNU_SOURCE
#include "hmac.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"

#define TIMES_5(byte) byte byte byte byte byte
#define TIMES_20(byte) TIMES_5(byte) TIMES_5(byte) TIMES_5(byte) TIMES_5(byte)
#define TIMES_50(byte) TIMES_20(byte) TIMES_20(byte) TIMES_5(byte) TIMES_5(byte)
#define TIMES_131(byte)                                                                            \
    TIMES_50(byte) TIMES_50(byte) TIMES_20(byte) TIMES_5(byte) TIMES_5(byte) byte
#define BYTES(text) text, sizeof(text) - 1

static const struct {
    const char *promise, *key;
    size_t key_length;
    const char *text;
    size_t length;
    const char *expected; /* or its first digits */
} cases[] = {
    { "keeps RFC 4231, 4.2", BYTES(TIMES_20("\x0b")), BYTES("Hi There"),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
    { "keeps 4.3: a key shorter than a hash", BYTES("Jefe"), BYTES("what do ya want for nothing?"),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
    { "keeps 4.4: key and text longer than a block", BYTES(TIMES_20("\xaa")),
      BYTES(TIMES_50("\xdd")), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe" },
    { "keeps 4.5",
      BYTES("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15"
            "\x16\x17\x18\x19"),
      BYTES(TIMES_50("\xcd")), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b" },
    { "keeps 4.6: cut to 128 bits", BYTES(TIMES_20("\x0c")), BYTES("Test With Truncation"),
      "a3b6167473100ee06e0c796c2955552b" },
    { "keeps 4.7: a key longer than a block", BYTES(TIMES_131("\xaa")),
      BYTES("Test Using Larger Than Block-Size Key - Hash Key First"),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54" },
    { "keeps 4.8: and a text longer than a block", BYTES(TIMES_131("\xaa")),
      BYTES("This is a test using a larger than block-size key and a larger than block-size data. "
            "The key needs to be hashed before being used by the HMAC algorithm."),
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2" },
};

static void agrees_with_the_standard(void)
{
    static const char *const levels[] = { "plain", "index" };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int level = 0; level < 2; level++) {
            unsigned char digest[SHA256_BYTES];
            char hex[SHA256_HEX];
            hmac key;
            setenv("RAPPORT_CPU", levels[level], 1);
            hmac_begin(&key, cases[i].key, cases[i].key_length);
            hmac_of(digest, &key, cases[i].text, cases[i].length);
            sha256_hex(hex, digest);
            KEPT(strncmp(hex, cases[i].expected, strlen(cases[i].expected)) == 0, cases[i].promise);
        }
}

static void takes_one_text_after_another(void)
{
    unsigned char first[SHA256_BYTES], other[SHA256_BYTES], again[SHA256_BYTES];
    hmac key;

    hmac_begin(&key, "key", 3);
    hmac_of(first, &key, "id", 2);
    hmac_of(other, &key, "", 0);
    hmac_of(again, &key, "id", 2);
    CU_ASSERT_EQUAL(memcmp(first, again, sizeof first), 0);
    CU_ASSERT_NOT_EQUAL(memcmp(first, other, sizeof first), 0);
}

int main(void)
{
    static const promise promises[] = {
        { "agrees with the standard", agrees_with_the_standard },
        { "takes one text after another", takes_one_text_after_another },
    };

    return RUN("hmac", promises);
}
