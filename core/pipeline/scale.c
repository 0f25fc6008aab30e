/* scale.c - from answers to scores: keying, scoring module, missing rule, bands.
 *
 * A score stays a ratio, numerator and denominator apart, until it has been moved to its
 * range: one division at the end, so that a score that lies exactly on a half is rounded
 * as one. See docs/decisions/rounding.md.
 */
#include "pipeline/scale.h"

#include <float.h>
#include <math.h>

#include "cpu.h"
#include "pipeline/call.h"
#include "table/number.h"

/* What differences of answers may be made of; an answer that does not apply stays what it is. */
static double largest(const rapport_item *shown)
{
    return fmax(fabs(shown->low), fabs(shown->high));
}

/* Only answers are decimals; the score of an earlier stage may be any ratio. */
static double difference(double exact, double size, bool is_answer)
{
    return is_answer ? number_difference(exact, size) : exact;
}

static void turn(double *keyed, const column *from, const item *it, uint32_t rows)
{
    const rapport_item *shown = &it->shown;
    const double *answer = from->number;
    const double both = shown->low + shown->high, size = 2 * largest(shown);
    const bool is_answer = from->small;

    for (uint32_t row = 0; row < rows; row++)
        keyed[row] = isnan(answer[row]) || !shown->reverse
                         ? answer[row]
                         : difference(both - answer[row], size, is_answer);
    if (!it->moved)
        return;
    double span = shown->high - shown->low, target = it->moved_high - it->moved_low;
    for (uint32_t row = 0; row < rows; row++) {
        const double above = difference(keyed[row] - shown->low, size, is_answer);
        if (!isnan(keyed[row]))
            keyed[row] = (it->moved_low * span + target * above) / span;
    }
}

CPU_CLONES static void turn_small(int8_t *keyed, const int8_t *answer, const rapport_item *shown,
                                  uint32_t rows)
{
    const int both = (int)(shown->low + shown->high);

    for (uint32_t row = 0; row < rows; row++)
        keyed[row] = (int8_t)(answer[row] == SMALL_MISSING ? SMALL_MISSING : both - answer[row]);
}

static void key_numbers(pipeline *p, stage_run *stage)
{
    const instrument *in = &stage->stage->instrument;

    for (uint32_t i = 0; i < in->items; i++) {
        column *from = &p->batch.column[in->item[i].port];
        column_numbers(from, p->batch.rows);
        if (stage->turned[i])
            turn(stage->turned[i], from, &in->item[i], p->batch.rows);
    }
}

static void key_small(pipeline *p, stage_run *stage)
{
    const instrument *in = &stage->stage->instrument;

    for (uint32_t i = 0; i < in->items; i++)
        if (stage->turned_small[i])
            turn_small(stage->turned_small[i], p->batch.column[in->item[i].port].small,
                       &in->item[i].shown, p->batch.rows);
}

/* In small whole numbers, if every answer of the batch is one; and as numbers where some
 * scoring module, or some answer, leaves no choice. */
void scale_key(pipeline *p, stage_run *stage)
{
    const instrument *in = &stage->stage->instrument;

    stage->small = stage->fits;
    for (uint32_t i = 0; stage->small && i < in->items; i++)
        stage->small = !p->batch.column[in->item[i].port].wide;
    if (stage->small)
        key_small(p, stage);
    if (!stage->small || stage->wants_numbers)
        key_numbers(p, stage);
}

/* ---- how many answers ------------------------------------------------------------- */

enum { BLOCK = 64, ITEMS_OF_8 = 255 /* so many are counted in 8 bits */ };

/* Takes from `answered`, which is that of rows first..first+rows-1, what items item..last-1 leave
 * unanswered. */
static void count_block(uint16_t *answered, const scale_run *s, uint32_t item, uint32_t last,
                        uint32_t first, uint32_t rows)
{
    uint8_t lacking[BLOCK] = { 0 };

    for (; item < last; item++) {
        const int8_t *answer = s->small[item] + first;
        for (uint32_t row = 0; row < rows; row++)
            lacking[row] = (uint8_t)(lacking[row] + (answer[row] == SMALL_MISSING));
    }
    for (uint32_t row = 0; row < rows; row++)
        answered[row] = (uint16_t)(answered[row] - lacking[row]);
}

/* None of them is "does not apply": that is no small number. */
CPU_CLONES static void count_small(pipeline *p, const scale_run *s)
{
    const uint32_t items = s->scale->shown.items, rows = p->batch.rows;

    for (uint32_t row = 0; row < rows; row++)
        p->answered[row] = p->applicable[row] = (uint16_t)items;
    for (uint32_t first = 0; first < rows; first += BLOCK)
        for (uint32_t item = 0; item < items; item += ITEMS_OF_8)
            count_block(p->answered + first, s, item,
                        items - item < ITEMS_OF_8 ? items : item + ITEMS_OF_8, first,
                        rows - first < BLOCK ? rows - first : BLOCK);
}

CPU_CLONES static void count_answers(pipeline *p, const scale_run *s)
{
    uint16_t *answered = p->answered, *applicable = p->applicable;
    uint32_t items = s->scale->shown.items, rows = p->batch.rows;

    for (uint32_t row = 0; row < rows; row++) {
        answered[row] = 0;
        applicable[row] = (uint16_t)items;
    }
    for (uint32_t i = 0; i < items; i++) {
        const double *answer = s->answer[i];
        for (uint32_t row = 0; row < rows; row++) {
            answered[row] = (uint16_t)(answered[row] + !isnan(answer[row]));
            applicable[row] = (uint16_t)(applicable[row] - rapport_not_applicable(answer[row]));
        }
    }
}

/* The fewest answers that are enough. In whole numbers: 80 % of five is four, not 3.9999. Nothing
 * answered is never enough. */
static uint16_t fewest(needed rule, uint32_t applicable)
{
    const uint32_t count = rule.percent ? (rule.percent * applicable + 99) / 100 : rule.count;
    return (uint16_t)(count < 1 ? 1 : count < UINT16_MAX ? count : UINT16_MAX);
}

/* Where too little is answered, the score is divided by NaN: so it goes. In most blocks all items
 * apply and enough of them are answered, which one look at all rows tells. */
CPU_CLONES static void blank_lacking(pipeline *p, needed rule, uint32_t items)
{
    const uint16_t *answered = p->answered, *applicable = p->applicable;
    const uint16_t least = fewest(rule, items), all = (uint16_t)items;

    for (uint32_t first = 0; first < p->batch.rows; first += BLOCK) {
        const uint32_t last = p->batch.rows - first < BLOCK ? p->batch.rows : first + BLOCK;
        uint16_t lacking = 0;
        for (uint32_t row = first; row < last; row++)
            lacking |= (answered[row] < least) | (applicable[row] != all);
        for (uint32_t row = first; lacking && row < last; row++)
            if (answered[row] < (applicable[row] == all ? least : fewest(rule, applicable[row])))
                p->denominator[row] = NAN;
    }
}

/* ---- the score ---------------------------------------------------------------------- */

/* a - b, where both may have digits behind the point. */
static double less(double a, double b)
{
    const double exact = a - b;
    const bool whole = fabs(exact) < INT32_MAX && exact == (int32_t)exact;
    return whole ? exact : number_difference(exact, fmax(fabs(a), fabs(b)));
}

/* Whether less() gives what a plain minus does, in all rows: as whole numbers do, and NaN. */
CPU_CLONES static bool all_whole(const double *a, const double *b, double low, uint32_t rows)
{
    int fraction = 0;

    for (uint32_t row = 0; row < rows; row++) {
        const double exact = a[row] - low * b[row];
        const double small = fabs(exact) < INT32_MAX ? exact : 0;
        fraction |= (fabs(exact) >= INT32_MAX) | (small != (int32_t)small);
    }
    return !fraction;
}

/* low..high moved to the scale's range: still a ratio. */
CPU_CLONES static void move(double *numerator, double *denominator, const scale_run *s,
                            uint32_t rows)
{
    const scale *scale = s->scale;
    const double span = s->high - s->low, target = scale->moved_high - scale->moved_low;
    const bool plain = all_whole(numerator, denominator, s->low, rows);

    for (uint32_t row = 0; row < rows; row++) {
        const double low = s->low * denominator[row];
        const double above = plain ? numerator[row] - low : less(numerator[row], low);
        numerator[row] = scale->moved_low * span * denominator[row] + target * above;
        denominator[row] *= span;
    }
}

static void flip(double *numerator, const double *denominator, const scale *s, uint32_t rows)
{
    const double both = s->shown.low + s->shown.high;

    for (uint32_t row = 0; row < rows; row++)
        numerator[row] = less(both * denominator[row], numerator[row]);
}

/* Whether some score is infinite then. */
CPU_CLONES static bool divide(double *score, const double *denominator, uint32_t rows)
{
    int infinite = 0;

    for (uint32_t row = 0; row < rows; row++) {
        const double divided = score[row] / denominator[row];
        score[row] = divided;
        infinite |= fabs(divided) > DBL_MAX;
    }
    return infinite;
}

static int32_t band_of(const scale *s, double printed)
{
    int32_t band = -1; /* stays so for a missing score: no comparison with NaN holds */

    while (band + 1 < (int32_t)s->bands && printed >= s->edge[band + 1])
        band++;
    return band;
}

/* How many edges each score has reached, less 1. Whether some are not told by their units. */
CPU_CLONES static bool count_edges(int32_t *band, const int32_t *units, const scale_run *s,
                                   uint32_t rows)
{
    int32_t untold = 0;

    for (uint32_t row = 0; row < rows; row++) {
        band[row] = -1;
        untold |= units[row] == UNITS_UNTOLD;
    }
    for (uint32_t i = 0; i < s->scale->bands; i++)
        for (uint32_t row = 0; row < rows; row++)
            band[row] += units[row] >= s->edge[i];
    return untold;
}

/* From the printed score: print and band cannot contradict each other. */
static void find_bands(const scale_run *s, column *score, int32_t *band, uint32_t rows)
{
    const scale *of = s->scale;

    if (!s->edge) {
        for (uint32_t row = 0; row < rows; row++)
            band[row] = band_of(of, number_round(score->number[row], score->decimals));
        return;
    }
    const int32_t *units = column_units(score, rows);
    bool untold = count_edges(band, units, s, rows);
    for (uint32_t row = 0; untold && row < rows; row++)
        if (units[row] == UNITS_UNTOLD)
            band[row] = band_of(of, number_round(score->number[row], score->decimals));
}

/* What stands beside a score that there is not, is not there either. */
static void blank_beside(pipeline *p, const scale_run *s, const double *score)
{
    uint32_t extras = s->scale->scoring->extra.count;

    for (uint32_t row = 0; extras > 0 && row < p->batch.rows; row++)
        for (uint32_t i = 0; isnan(score[row]) && i < extras; i++)
            column_blank(&p->batch.column[s->extra + i], row, row + 1);
}

void scale_score(pipeline *p, stage_run *stage, scale_run *s)
{
    column *score = &p->batch.column[s->score];

    if (stage->small)
        count_small(p, s);
    else
        count_answers(p, s);
    call_score(p, stage, s);
    if (s->scale->moved)
        move(score->number, p->denominator, s, p->batch.rows);
    if (s->scale->flip)
        flip(score->number, p->denominator, s->scale, p->batch.rows);
    blank_lacking(p, s->scale->needed, s->scale->shown.items);
    if (divide(score->number, p->denominator, p->batch.rows) &&
        !call_blank_infinite(p, stage, score))
        p->out_of_memory = true;
    blank_beside(p, s, score->number);
    if (!call_hold(p, stage, s->extra, s->scale->scoring->extra.count))
        p->out_of_memory = true;
    if (s->answered != RAPPORT_ABSENT)
        for (uint32_t row = 0; row < p->batch.rows; row++)
            p->batch.column[s->answered].number[row] = p->answered[row];
    if (s->band != RAPPORT_ABSENT)
        find_bands(s, score, p->batch.column[s->band].category, p->batch.rows);
}
