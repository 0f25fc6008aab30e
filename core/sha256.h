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
    const struct sha256_code *code; /* lives for ever */
} sha256;

/* The first asks the processor what it can do, which may take as long as hashing some thousand
 * bytes; the second does not, and takes plain code. For many short hashes copy one begun. */
void sha256_begin(sha256 *hash);
void sha256_begin_plain(sha256 *hash);
void sha256_add(sha256 *hash, const void *bytes, size_t length);
void sha256_end(sha256 *hash, unsigned char digest[SHA256_BYTES]);

/* Adds to each of two hashes what two calls of sha256_add would, some blocks of both at once:
 * with the processor's instructions that takes two thirds of the time. */
void sha256_add_two(sha256 *a, const void *bytes_a, size_t length_a, sha256 *b, const void *bytes_b,
                    size_t length_b);

/* As 64 lower-case digits and a NUL. */
void sha256_hex(char out[SHA256_HEX], const unsigned char digest[SHA256_BYTES]);

/* The ways to take blocks of 64 bytes, each in its file: in plain C, and with the instructions
 * that x86-64 may have for it, for which cpu_has_sha() is to be asked. */
typedef struct sha256_code {
    void (*take)(uint32_t state[8], const unsigned char *at, size_t blocks);
    void (*take_two)(uint32_t a[8], const unsigned char *at_a, uint32_t b[8],
                     const unsigned char *at_b, size_t blocks);
} sha256_code;

extern const sha256_code sha256_plain, sha256_ni;
extern const uint32_t sha256_k[64];

#endif
