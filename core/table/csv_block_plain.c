/* csv_block_plain.c - a block, byte by byte: what every other kernel has to agree with. */
#include "table/csv_block_words.h"

static word classify(const char *at, char delimiter)
{
    word w = { 0 };

    for (int i = 0; i < WORD; i++) {
        const uint64_t bit = UINT64_C(1) << i;
        const unsigned char c = (unsigned char)at[i];
        w.delimiter |= at[i] == delimiter ? bit : 0;
        w.lf |= c == '\n' ? bit : 0;
        w.cr |= c == '\r' ? bit : 0;
        w.quote |= c == '"' ? bit : 0;
        w.odd |= (c < ' ' && c != '\t' && c != '\n' && c != '\r') || c >= 0x7f ? bit : 0;
    }
    return w;
}

#include "table/csv_block_cells.h"

void csv_block_plain(csv_block *b, size_t length)
{
    read_words(b, length);
}

bool csv_measure_plain(csv_stretch *out, const char *text, size_t length, char delimiter)
{
    return measure_words(out, text, length, delimiter);
}
