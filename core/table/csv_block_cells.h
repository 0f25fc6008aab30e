/* csv_block_cells.h - put_values of the kernels that go from cell to cell. */

static inline int8_t worth(const char *at, ptrdiff_t length)
{
    int value = 0;

    if (length == 0)
        return CSV_EMPTY;
    for (ptrdiff_t i = 0; i < length; i++) {
        if (at[i] < '0' || at[i] > '9')
            return CSV_NO_NUMBER;
        value = 10 * value + (at[i] - '0');
    }
    return (int8_t)value;
}

/* A cell of interest has two bytes at most, which BEFORE surely holds. */
static int8_t *put_values(int8_t *value, const char *at, uint64_t ends, char delimiter,
                          ptrdiff_t *begin)
{
    (void)delimiter;
    for (; ends; ends &= ends - 1) {
        ptrdiff_t end = __builtin_ctzll(ends), length = end - *begin;
        *value++ = length <= 2 ? worth(at + end - length, length) : CSV_NO_NUMBER;
        *begin = end + 1;
        if (at[end] == '\r')
            ++*begin;
    }
    return value;
}
