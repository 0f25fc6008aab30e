/* hmac.h - HMAC-SHA-256 (RFC 2104): a hash that nobody can take without the key. */
#ifndef RAPPORT_CORE_HMAC_H
#define RAPPORT_CORE_HMAC_H

#include "sha256.h"

/* A key, taken once for many texts. What it holds is as secret as the key. */
typedef struct hmac {
    sha256 inner, outer; /* begun */
} hmac;

void hmac_begin(hmac *key, const void *bytes, size_t length);

void hmac_of(unsigned char digest[SHA256_BYTES], const hmac *key, const void *bytes, size_t length);

#endif
