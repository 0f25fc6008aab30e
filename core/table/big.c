/* big.c - whole numbers too big for a machine word: where a double alone cannot decide. */
#include "table/big.h"

#include <assert.h>
#include <string.h>

static void push(big *n, uint64_t limb)
{
    if (!limb)
        return;
    assert(n->used < BIG_LIMBS);
    n->limb[n->used++] = (uint32_t)limb;
}

void big_set(big *n, uint64_t value)
{
    n->used = 0;
    if (value >> 32) {
        n->limb[n->used++] = (uint32_t)value;
        value >>= 32;
    }
    push(n, value);
}

void big_multiply(big *n, uint32_t factor, uint32_t plus)
{
    uint64_t carry = plus;

    for (uint32_t i = 0; i < n->used; i++) {
        carry += (uint64_t)n->limb[i] * factor;
        n->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    push(n, carry);
}

void big_fives(big *n, uint32_t power)
{
    enum { AT_ONCE = 13 }; /* 5^13 is the largest that fits a limb */

    for (; power >= AT_ONCE; power -= AT_ONCE)
        big_multiply(n, 1220703125, 0);
    uint32_t rest = 1;
    while (power--)
        rest *= 5;
    big_multiply(n, rest, 0);
}

void big_twos(big *n, uint32_t power)
{
    uint32_t limbs = power / 32;

    big_multiply(n, UINT32_C(1) << power % 32, 0);
    if (!n->used || !limbs)
        return;
    assert(n->used + limbs <= BIG_LIMBS);
    memmove(n->limb + limbs, n->limb, n->used * sizeof *n->limb);
    memset(n->limb, 0, limbs * sizeof *n->limb);
    n->used += limbs;
}

int big_compare(const big *a, const big *b)
{
    if (a->used != b->used)
        return a->used < b->used ? -1 : 1;
    for (uint32_t i = a->used; i-- > 0;)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}
