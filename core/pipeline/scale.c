/* scale.c - from answers to scores: keying, scoring module, missing rule, bands.
 *
 * A score stays a ratio, numerator and denominator apart, until it has been moved to its
 * range: one division at the end, so that a score that lies exactly on a half is rounded
 * as one. See docs/decisions/rounding.md.
 */
#include "pipeline/scale.h"

#include <math.h>

#include "pipeline/call.h"
#include "table/number.h"

static void turn(double *keyed, const double *answer, const item *it, uint32_t rows)
{
    const rapport_item *shown = &it->shown;

    for (uint32_t row = 0; row < rows; row++)
        keyed[row] = shown->reverse ? shown->low + shown->high - answer[row] : answer[row];
    if (!it->moved)
        return;
    double span = shown->high - shown->low;
    for (uint32_t row = 0; row < rows; row++)
        keyed[row] =
            (it->moved_low * span + (it->moved_high - it->moved_low) * (keyed[row] - shown->low)) /
            span;
}

void scale_key(pipeline *p, stage_run *stage)
{
    const instrument *in = &stage->stage->instrument;

    for (uint32_t i = 0; i < in->items; i++) {
        const item *it = &in->item[i];
        if (stage->turned[i])
            turn(stage->turned[i], p->batch.column[it->port].number, it, p->batch.rows);
    }
}

/* ---- how many answers ------------------------------------------------------------- */

static void count_answers(pipeline *p, const scale_run *s)
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

/* In whole numbers: 80 % of five is four, not 3.9999. Nothing answered is never enough. */
static bool enough(needed rule, uint32_t answered, uint32_t applicable)
{
    if (answered == 0)
        return false;
    if (rule.percent)
        return 100 * answered >= rule.percent * applicable;
    return answered >= rule.count;
}

/* ---- the score ---------------------------------------------------------------------- */

/* low..high moved to the scale's range: still a ratio. */
static void move(double *numerator, double *denominator, const scale_run *s, uint32_t rows)
{
    const scale *scale = s->scale;
    double span = s->high - s->low, target = scale->moved_high - scale->moved_low;

    for (uint32_t row = 0; row < rows; row++) {
        numerator[row] = scale->moved_low * span * denominator[row] +
                         target * (numerator[row] - s->low * denominator[row]);
        denominator[row] *= span;
    }
}

static void divide(pipeline *p, const scale_run *s, double *score)
{
    const scale *scale = s->scale;
    const double *denominator = p->denominator;
    double both = scale->shown.low + scale->shown.high;

    for (uint32_t row = 0; row < p->batch.rows; row++) {
        double numerator = scale->flip ? both * denominator[row] - score[row] : score[row];
        double divided = numerator / denominator[row];
        bool counts =
            isfinite(divided) && enough(scale->needed, p->answered[row], p->applicable[row]);
        score[row] = counts ? divided : NAN;
    }
}

/* From the printed score: print and band cannot contradict each other. */
static void find_bands(const scale *s, const double *score, int decimals, int32_t *band,
                       uint32_t rows)
{
    for (uint32_t row = 0; row < rows; row++) {
        double printed = number_round(score[row], decimals);
        band[row] = -1; /* stays so for a missing score: no comparison with NaN holds */
        while (band[row] + 1 < (int32_t)s->bands && printed >= s->edge[band[row] + 1])
            band[row]++;
    }
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

    count_answers(p, s);
    call_score(p, stage, s);
    if (s->scale->moved)
        move(score->number, p->denominator, s, p->batch.rows);
    divide(p, s, score->number);
    blank_beside(p, s, score->number);
    if (!call_hold(p, stage, s->extra, s->scale->scoring->extra.count))
        p->out_of_memory = true;
    if (s->answered != RAPPORT_ABSENT)
        for (uint32_t row = 0; row < p->batch.rows; row++)
            p->batch.column[s->answered].number[row] = p->answered[row];
    if (s->band != RAPPORT_ABSENT)
        find_bands(s->scale, score->number, score->decimals, p->batch.column[s->band].category,
                   p->batch.rows);
}
