/* sha256.h - SHA-256 (FIPS 180-4), for provenance and for telling records apart. */
#ifndef RAPPORT_CORE_SHA256_H
#define RAPPORT_CORE_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_BYTES = 32, SHA256_HEX = 65 };

typedef struct sha256 {
    uint32_t state[8];
    uint64_t length; /* bytes so far */
    unsigned char block[64];
} sha256;

void sha256_begin(sha256 *hash);
void sha256_add(sha256 *hash, const void *bytes, size_t length);
void sha256_end(sha256 *hash, unsigned char digest[SHA256_BYTES]);

/* As 64 lower-case digits and a NUL. */
void sha256_hex(char out[SHA256_HEX], const unsigned char digest[SHA256_BYTES]);

#endif
