/* sha256.c - SHA-256 (FIPS 180-4), in the words of the standard. */
#include "sha256.h"

#include <string.h>

#include "cpu.h"

/* The first 32 bits of the fractions of the cube roots of the first 64 primes. */
const uint32_t sha256_k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotr(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

static uint32_t big_endian(const unsigned char *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void put_big_endian(unsigned char *b, uint32_t x)
{
    b[0] = (unsigned char)(x >> 24);
    b[1] = (unsigned char)(x >> 16);
    b[2] = (unsigned char)(x >> 8);
    b[3] = (unsigned char)x;
}

/* Section 6.2.2: one block of 64 bytes. */
static void take_block(uint32_t state[8], const unsigned char *block)
{
    uint32_t w[64];
    for (int t = 0; t < 16; t++)
        w[t] = big_endian(block + 4 * t);
    for (int t = 16; t < 64; t++) {
        uint32_t s0 = rotr(w[t - 15], 7) ^ rotr(w[t - 15], 18) ^ w[t - 15] >> 3;
        uint32_t s1 = rotr(w[t - 2], 17) ^ rotr(w[t - 2], 19) ^ w[t - 2] >> 10;
        w[t] = s1 + w[t - 7] + s0 + w[t - 16];
    }

    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int t = 0; t < 64; t++) {
        uint32_t sum1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25);
        uint32_t choice = (e & f) ^ (~e & g);
        uint32_t t1 = h + sum1 + choice + sha256_k[t] + w[t];
        uint32_t sum0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22);
        uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
        h = g, g = f, f = e, e = d + t1;
        d = c, c = b, b = a, a = t1 + sum0 + majority;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

static void take(uint32_t state[8], const unsigned char *at, size_t blocks)
{
    for (; blocks > 0; blocks--, at += 64)
        take_block(state, at);
}

static void take_two(uint32_t a[8], const unsigned char *at_a, uint32_t b[8],
                     const unsigned char *at_b, size_t blocks)
{
    take(a, at_a, blocks);
    take(b, at_b, blocks);
}

const sha256_code sha256_plain = { .take = take, .take_two = take_two };

void sha256_begin_plain(sha256 *hash)
{
    *hash = (sha256){ .state = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
                                 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 },
                      .code = &sha256_plain };
}

void sha256_begin(sha256 *hash)
{
    sha256_begin_plain(hash);
#ifdef __x86_64__
    if (cpu_has_sha())
        hash->code = &sha256_ni;
#endif
}

void sha256_add(sha256 *hash, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    size_t held = hash->length % 64;

    hash->length += length;
    if (held) {
        size_t wanted = 64 - held, taken = length < wanted ? length : wanted;
        if (taken)
            memcpy(hash->block + held, at, taken);
        if (taken < wanted)
            return;
        hash->code->take(hash->state, hash->block, 1);
        at += taken;
        length -= taken;
    }
    if (length >= 64)
        hash->code->take(hash->state, at, length / 64);
    if (length % 64)
        memcpy(hash->block, at + length / 64 * 64, length % 64);
}

/* How many bytes fill the block that is begun. */
static size_t missing(const sha256 *hash)
{
    return -hash->length % 64;
}

static size_t whole_blocks(const sha256 *hash, size_t length)
{
    return length < missing(hash) ? 0 : (length - missing(hash)) / 64;
}

void sha256_add_two(sha256 *a, const void *bytes_a, size_t length_a, sha256 *b, const void *bytes_b,
                    size_t length_b)
{
    const unsigned char *at_a = bytes_a, *at_b = bytes_b;
    size_t blocks_a = whole_blocks(a, length_a), blocks_b = whole_blocks(b, length_b);
    size_t both = blocks_a < blocks_b ? blocks_a : blocks_b;

    if (both > 0) {
        size_t first_a = missing(a), first_b = missing(b);
        sha256_add(a, at_a, first_a);
        sha256_add(b, at_b, first_b);
        /* Whichever code is a's, there is no reason why it could not be b's. */
        a->code->take_two(a->state, at_a + first_a, b->state, at_b + first_b, both);
        a->length += 64 * both;
        b->length += 64 * both;
        at_a += first_a + 64 * both, length_a -= first_a + 64 * both;
        at_b += first_b + 64 * both, length_b -= first_b + 64 * both;
    }
    sha256_add(a, at_a, length_a);
    sha256_add(b, at_b, length_b);
}

void sha256_end(sha256 *hash, unsigned char digest[SHA256_BYTES])
{
    uint64_t bits = hash->length * 8;
    size_t held = hash->length % 64;
    unsigned char padding[72] = { 0x80 }; /* up to 8 bytes before the end of a block, then them */
    size_t zeros = (held < 56 ? 56 : 120) - held;

    put_big_endian(padding + zeros, (uint32_t)(bits >> 32));
    put_big_endian(padding + zeros + 4, (uint32_t)bits);
    sha256_add(hash, padding, zeros + 8);
    for (int i = 0; i < 8; i++)
        put_big_endian(digest + 4 * i, hash->state[i]);
}

void sha256_hex(char out[SHA256_HEX], const unsigned char digest[SHA256_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < SHA256_BYTES; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    out[SHA256_HEX - 1] = '\0';
}
