/* finding.c - what was found about a row, in words and codes. */
#define _GNU_SOURCE
#include "pipeline/finding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ceilings.h"
#include "table/number.h"

/* One row per finding_code. `what` follows the subject, where there is one. */
static const struct {
    const char *word;
    finding_kind kind;
    const char *what;
} known[] = {
    [FOUND_SHORT] = { "row-short", KIND_REJECTED, NULL },
    [FOUND_LONG] = { "row-long", KIND_REJECTED, NULL },
    [FOUND_AFTER_QUOTE] = { "row-after-quote", KIND_REJECTED, "text stands after a closing quote" },
    [FOUND_STRAY_QUOTE] = { "row-stray-quote", KIND_REJECTED,
                            "a quote stands inside a cell that is not quoted" },
    [FOUND_CONTROL_BYTE] = { "row-control-byte", KIND_REJECTED,
                             "holds a control byte or a CR alone" },
    [FOUND_NOT_UTF8] = { "row-utf8", KIND_REJECTED, "a cell is not UTF-8" },
    [FOUND_FIELD_LIMIT] = { "row-field-limit", KIND_REJECTED, NULL },
    [FOUND_TWICE] = { "row-duplicate", KIND_REJECTED, NULL },
    [FOUND_NOT_A_NUMBER] = { "cell-number", KIND_PARTIAL, "is not a number" },
    [FOUND_BELOW] = { "cell-range", KIND_PARTIAL, "is below its minimum" },
    [FOUND_ABOVE] = { "cell-range", KIND_PARTIAL, "is above its maximum" },
    [FOUND_FRACTION] = { "cell-fraction", KIND_PARTIAL, "is not a whole number" },
    [FOUND_UNDECLARED] = { "cell-missing-code", KIND_PARTIAL,
                           "looks like a code for not answered that is not declared; if it is "
                           "one, add it to missing in [input]" },
    [FOUND_NO_LEVEL] = { "cell-category", KIND_PARTIAL, "is none of the codes it may be" },
    [FOUND_PLUGIN_ROW] = { "plugin-row", KIND_PARTIAL, NULL },
    [FOUND_PLUGIN_FAILED] = { "plugin-failed", KIND_PARTIAL, "failed on this row" },
    [FOUND_PLUGIN_CRASHED] = { "plugin-crash", KIND_PARTIAL, NULL },
    [FOUND_PLUGIN_LATE] = { "plugin-late", KIND_PARTIAL,
                            "took longer for this row than row_time in [limits] allows" },
    [FOUND_PLUGIN_RANGE] = { "plugin-range", KIND_PARTIAL,
                             "was given by the plugin outside the range its table promises" },
    [FOUND_PLUGIN_WARNS] = { "plugin-warning", KIND_WARNING, NULL },
    [FOUND_PLUGIN_WROTE] = { "plugin-wrote", KIND_PARTIAL, "wrote beyond its outputs on this row" },
    [FOUND_PLUGIN_INFINITE] = { "plugin-infinite", KIND_WARNING,
                                "was given by the plugin as an infinite number, and is blank" },
};

const char *finding_word(uint32_t code)
{
    return known[code].word;
}

finding_kind finding_kind_of(uint32_t code)
{
    return known[code].kind;
}

const char *finding_kind_word(finding_kind kind)
{
    static const char *const words[] = { "rejected", "partial", "warning" };
    return words[kind];
}

bool findings_add(findings *all, const finding *f)
{
    if (all->count == all->room) {
        size_t room = all->room ? 2 * all->room : 64;
        finding *more = realloc(all->first, room * sizeof *more);
        if (!more)
            return false;
        all->first = more;
        all->room = room;
    }
    all->first[all->count++] = *f;
    return true;
}

void findings_free(findings *all)
{
    free(all->first);
    text_free(&all->words);
    *all = (findings){ 0 };
}

static int by_row(const void *a, const void *b)
{
    const finding *x = a, *y = b;
    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

void findings_sort(findings *all, size_t first)
{
    bool sorted = true;
    for (size_t i = first; i < all->count; i++) {
        all->first[i].order = (uint32_t)(i - first); /* qsort alone is not stable */
        sorted = sorted && (i == first || by_row(&all->first[i - 1], &all->first[i]) < 0);
    }
    if (!sorted)
        qsort(all->first + first, all->count - first, sizeof *all->first, by_row);
}

static bool add_number(text *out, double number)
{
    char digits[NUMBER_LONGEST];
    return text_add(out, digits, number_write(digits, number, NUMBER_FULL));
}

/* What would be right: " (allowed 1 to 7)". */
static bool add_allowed(text *out, const finding *f)
{
    if (!(f->low < f->high))
        return true;
    if (!text_add_string(out, " (allowed ") || !add_number(out, f->low))
        return false;
    if (isinf(f->high))
        return text_add_string(out, " or more)");
    return text_add_string(out, " to ") && add_number(out, f->high) && text_add_string(out, ")");
}

static const char *signal_name(uint32_t number)
{
    const char *name = sigdescr_np((int)number);
    return name ? name : "a signal without a name";
}

static bool add_what(text *out, const findings *all, const finding *f)
{
    switch (f->code) {
    case FOUND_SHORT:
    case FOUND_LONG:
        return text_add_string(out, "has ") && text_add_count(out, f->count) &&
               text_add_string(out, " cells, the header has ") &&
               text_add_count(out, f->other_count);
    case FOUND_FIELD_LIMIT:
        return text_add_string(out, "a cell is longer than ") && text_add_count(out, f->count) &&
               text_add_string(out, " bytes; raise field in [limits], up to ") &&
               text_add_count(out, CEILING_FIELD);
    case FOUND_TWICE:
        return text_add_string(out, "has the respondent and session of line ") &&
               text_add_count(out, f->other);
    case FOUND_PLUGIN_CRASHED:
        return text_add_string(out, f->subject) &&
               (f->count == 0
                    ? text_add_string(out, " ended its process on this row")
                    : text_add_string(out, " crashed on this row (") &&
                          text_add_string(out, signal_name(f->count)) && text_add_string(out, ")"));
    case FOUND_PLUGIN_ROW:
    case FOUND_PLUGIN_WARNS:
        return (!f->subject || (text_add_string(out, f->subject) && text_add_string(out, ": "))) &&
               text_add(out, all->words.bytes + f->words, f->words_length);
    default:
        return (!f->subject || (text_add_string(out, f->subject) && text_add_string(out, " "))) &&
               text_add_string(out, known[f->code].what) &&
               (f->code == FOUND_UNDECLARED || add_allowed(out, f));
    }
}

bool finding_message(text *out, const findings *all, const finding *f, const char *stage)
{
    if (!add_what(out, all, f))
        return false;
    switch (known[f->code].kind) {
    case KIND_REJECTED:
        return text_add_string(out, "; the row is kept with blank scores");
    case KIND_PARTIAL:
        return text_add_string(out, "; ") && text_add_string(out, stage) &&
               text_add_string(out, " is blank in this row");
    default:
        return true;
    }
}
