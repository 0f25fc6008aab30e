/* csv_block_index.c - a block, eight bytes at a time in plain C, then from cell to cell. */
#include "table/csv_block_words.h"

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The high bit of each byte that is 0. */
static inline uint64_t zeros(uint64_t bytes)
{
    return ~(((bytes & EACH(0x7f)) + EACH(0x7f)) | bytes | EACH(0x7f));
}

/* The high bits of eight bytes, side by side: each is moved to its place in the highest byte. */
static inline uint64_t gather(uint64_t high)
{
    return (high >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

static inline uint64_t load(const char *at)
{
    uint64_t bytes;
    memcpy(&bytes, at, sizeof bytes);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bytes = __builtin_bswap64(bytes);
#endif
    return bytes;
}

static word classify(const char *at, char delimiter)
{
    const uint64_t wanted = EACH((unsigned char)delimiter);
    word w = { 0 };

    for (int i = 0; i < WORD; i += 8) {
        const uint64_t bytes = load(at + i);
        uint64_t lf = zeros(bytes ^ EACH('\n')), cr = zeros(bytes ^ EACH('\r'));
        uint64_t control = zeros(bytes & EACH(0xe0)) | zeros(bytes ^ EACH(0x7f));
        uint64_t odd = (control | (bytes & EACH(0x80))) & ~(lf | cr | zeros(bytes ^ EACH('\t')));
        w.delimiter |= gather(zeros(bytes ^ wanted)) << i;
        w.lf |= gather(lf) << i;
        w.cr |= gather(cr) << i;
        w.quote |= gather(zeros(bytes ^ EACH('"'))) << i;
        w.odd |= gather(odd) << i;
    }
    return w;
}

#include "table/csv_block_cells.h"

void csv_block_index(csv_block *b, size_t length)
{
    read_words(b, length);
}

bool csv_measure_index(csv_stretch *out, const char *text, size_t length, char delimiter)
{
    return measure_words(out, text, length, delimiter);
}
