/* answers.h - the answers of a scale in either form in which the host gives them: as small whole
 * numbers where they are (nearly always), else as numbers.
 *
 * Small ones are taken block by block: what is added up for a block of rows stays in the
 * processor's registers. Both forms give the same sums, to the last bit: whole numbers are
 * added exactly.
 */
#include <math.h>

#include <rapport/plugin.h>

enum {
    BLOCK = 64,       /* rows */
    ITEMS_OF_16 = 256 /* so many answers surely fit 16 bits together: 256 * 127 < 2^15 */
};

/* How many rows the block at `first` has. */
static inline uint32_t block_rows(const rapport_answers *in, uint32_t first)
{
    return in->rows - first < BLOCK ? in->rows - first : BLOCK;
}

static inline double answer_at(const rapport_answers *in, uint32_t item, uint32_t row)
{
    if (!in->small)
        return in->keyed[item][row];
    return in->small[item][row] == RAPPORT_NO_ANSWER ? NAN : in->small[item][row];
}

/* Adds items item..last-1 to the sums of the block of rows that begins at `first`. */
static inline void add_small(double *sum, const rapport_answers *in, uint32_t item, uint32_t last,
                             uint32_t first)
{
    const uint32_t rows = block_rows(in, first);
    int16_t block[BLOCK] = { 0 };

    for (; item < last; item++) {
        const int8_t *answer = in->small[item] + first;
        for (uint32_t row = 0; row < rows; row++)
            block[row] =
                (int16_t)(block[row] + (answer[row] == RAPPORT_NO_ANSWER ? 0 : answer[row]));
    }
    for (uint32_t row = 0; row < rows; row++)
        sum[row] += block[row];
}

/* Adds to `sum` what was answered in each row. */
static inline void add_answers(double *sum, const rapport_answers *in)
{
    if (in->small) {
        for (uint32_t first = 0; first < in->rows; first += BLOCK)
            for (uint32_t item = 0; item < in->items; item += ITEMS_OF_16)
                add_small(sum + first, in, item,
                          in->items - item < ITEMS_OF_16 ? in->items : item + ITEMS_OF_16, first);
        return;
    }
    for (uint32_t item = 0; item < in->items; item++)
        for (uint32_t row = 0; row < in->rows; row++)
            sum[row] += isnan(in->keyed[item][row]) ? 0 : in->keyed[item][row];
}
