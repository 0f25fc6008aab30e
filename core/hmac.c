/* hmac.c - HMAC-SHA-256, in the words of RFC 2104. */
#define _GNU_SOURCE
#include "hmac.h"

#include <string.h>

enum { BLOCK = 64 };

static void begin_padded(sha256 *hash, const unsigned char block[BLOCK], unsigned char with)
{
    unsigned char padded[BLOCK];

    for (int i = 0; i < BLOCK; i++)
        padded[i] = block[i] ^ with;
    sha256_begin(hash);
    sha256_add(hash, padded, BLOCK);
    explicit_bzero(padded, sizeof padded);
}

void hmac_begin(hmac *key, const void *bytes, size_t length)
{
    unsigned char block[BLOCK] = { 0 };

    if (length > BLOCK) {
        sha256 hash;
        sha256_begin(&hash);
        sha256_add(&hash, bytes, length);
        sha256_end(&hash, block);
        explicit_bzero(&hash, sizeof hash);
    } else {
        memcpy(block, bytes, length);
    }
    begin_padded(&key->inner, block, 0x36);
    begin_padded(&key->outer, block, 0x5c);
    explicit_bzero(block, sizeof block);
}

void hmac_of(unsigned char digest[SHA256_BYTES], const hmac *key, const void *bytes, size_t length)
{
    sha256 hash = key->inner;

    sha256_add(&hash, bytes, length);
    sha256_end(&hash, digest);
    hash = key->outer;
    sha256_add(&hash, digest, SHA256_BYTES);
    sha256_end(&hash, digest);
}
