/* value.c - the text of one setting as the value its row asks for.
 *
 * A word has to be used up wholly: 12abc, 3,5 or a blank too many are refused and
 * never half understood.
 */
#include "config/value.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "config/grammar.h"
#include "config/nearest.h"
#include "config/settings.h"
#include "table/number.h"

typedef struct conversion {
    const rapport_setting *row;
    place at; /* of the word under way */
    memory *arena;
    problems *all;
    bool refused, commas; /* something; a comma between words, which is said once */
    double *real;
    const char **word;
    uint32_t reals, words;
} conversion;

/* Adds what is wrong with the word under way. */
#define REFUSE(c, ...)                                                                             \
    ((c)->refused = true, problem_add((c)->all, RAPPORT_BAD_CONFIG, &(c)->at, __VA_ARGS__))

bool value_is_list(const rapport_setting *row)
{
    return (row->flags & (RAPPORT_LISTED | RAPPORT_PER_ITEM)) != 0;
}

static void no_memory(conversion *c)
{
    c->refused = true;
    problem_memory(c->all);
}

static void add_real(conversion *c, double real)
{
    double *grown = memory_grow(c->arena, c->real, c->reals, sizeof *grown);
    if (!grown) {
        no_memory(c);
        return;
    }
    c->real = grown;
    grown[c->reals++] = real;
}

static void add_word(conversion *c, const char *word)
{
    if (c->words == VALUE_WORDS) {
        if (!c->refused)
            REFUSE(c, "%s has more than %d words; shorten the list [cfg-list]", c->row->name,
                   VALUE_WORDS);
        return;
    }
    const char **grown = memory_grow(c->arena, c->word, c->words, sizeof *grown);
    if (!word || !grown) {
        no_memory(c);
        return;
    }
    c->word = grown;
    grown[c->words++] = word;
}

/* ---- numbers --------------------------------------------------------------------- */

static bool has_range(const rapport_setting *row)
{
    return row->low < row->high;
}

static void write_real(char out[NUMBER_LONGEST + 1], double real)
{
    out[number_write(out, real, NUMBER_FULL)] = '\0';
}

const char *value_allowed(char out[VALUE_TEXT], const rapport_setting *row)
{
    char low[NUMBER_LONGEST + 1], high[NUMBER_LONGEST + 1];
    const char *blank = row->unit && *row->unit ? " " : "", *unit = *blank ? row->unit : "";

    write_real(low, row->low);
    write_real(high, row->high);
    out[0] = '\0';
    if (has_range(row) && isfinite(row->low) && isfinite(row->high))
        snprintf(out, VALUE_TEXT, " (allowed %s to %s%s%.64s)", low, high, blank, unit);
    else if (has_range(row) && isfinite(row->low))
        snprintf(out, VALUE_TEXT, " (allowed %s and more%s%.64s)", low, blank, unit);
    else if (has_range(row) && isfinite(row->high))
        snprintf(out, VALUE_TEXT, " (allowed up to %s%s%.64s)", high, blank, unit);
    else if (*unit)
        snprintf(out, VALUE_TEXT, " (in %.64s)", unit);
    return out;
}

/* Whether a number may stand there. */
static bool check_real(conversion *c, double real, const char *at, size_t length)
{
    char allowed[VALUE_TEXT];

    if (c->row->type == RAPPORT_WHOLE && (real != floor(real) || fabs(real) > 0x1p53)) {
        REFUSE(c, "%s is not a whole number: '%s'; write one%s [cfg-not-whole]", c->row->name,
               echo_text(at, length).text, value_allowed(allowed, c->row));
        return false;
    }
    if (has_range(c->row) && (real < c->row->low || real > c->row->high)) {
        bool above = real > c->row->high;
        REFUSE(c, "%s is %s: '%s'; %s it%s [cfg-range]", c->row->name,
               above ? "above its maximum" : "below its minimum", echo_text(at, length).text,
               above ? "lower" : "raise", value_allowed(allowed, c->row));
        return false;
    }
    return true;
}

static void convert_number(conversion *c, const char *at, size_t length)
{
    char allowed[VALUE_TEXT];
    double real;

    if (!number_read(&real, at, length, '.'))
        REFUSE(c,
               "%s is not a number: '%s'; write digits only, with a point for decimals%s "
               "[cfg-not-a-number]",
               c->row->name, echo_text(at, length).text, value_allowed(allowed, c->row));
    else if (check_real(c, real, at, length))
        add_real(c, real);
}

/* "1..5", "-3..3", "0..2.5" */
static void convert_range(conversion *c, const char *at, size_t length)
{
    size_t dots = 0;
    double low, high;

    while (dots < length && strncmp(at + dots, "..", 2) != 0)
        dots++;
    if (dots + 2 > length || !number_read(&low, at, dots, '.') ||
        !number_read(&high, at + dots + 2, length - dots - 2, '.')) {
        REFUSE(c,
               "%s is not a range: '%s'; write the lowest and the highest number as in 1..5 "
               "[cfg-not-a-range]",
               c->row->name, echo_text(at, length).text);
    } else if (low >= high) {
        REFUSE(c, "%s does not rise: '%s'; write the lower number first [cfg-range]", c->row->name,
               echo_text(at, length).text);
    } else if (check_real(c, low, at, length) && check_real(c, high, at, length)) {
        add_real(c, low);
        add_real(c, high);
    }
}

static void convert_yes_no(conversion *c, const char *at, size_t length)
{
    bool yes = length == 3 && memcmp(at, "yes", 3) == 0;
    bool no = length == 2 && memcmp(at, "no", 2) == 0;

    if (yes || no)
        add_real(c, yes);
    else
        REFUSE(c, "%s is neither yes nor no: '%s'; write one of them [cfg-not-yes-no]",
               c->row->name, echo_text(at, length).text);
}

/* ---- words ----------------------------------------------------------------------- */

static void refuse_choice(conversion *c, const char *word)
{
    static const char lead[] = "; write one of ";
    char hint[VALUE_TEXT] = "", list[VALUE_TEXT] = "";
    nearest search = { .wanted = word };
    size_t used = 0;

    for (const char *choice = c->row->choices; *choice;) {
        size_t length = strcspn(choice, "|");
        const char *copy = memory_text(c->arena, choice, length);
        if (!copy) {
            no_memory(c);
            return;
        }
        nearest_offer(&search, copy);
        if (used < sizeof list)
            used +=
                (size_t)snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : lead, copy);
        choice += length + (choice[length] == '|');
    }
    nearest_hint(hint, sizeof hint, &search);
    REFUSE(c, "%s cannot be '%s'%s [cfg-choice]", c->row->name, echo_text(word, strlen(word)).text,
           *hint ? hint : list);
}

static bool is_choice(const char *choices, const char *word)
{
    size_t wanted = strlen(word);
    while (*choices) {
        size_t length = strcspn(choices, "|");
        if (length == wanted && memcmp(choices, word, length) == 0)
            return true;
        choices += length + (choices[length] == '|');
    }
    return false;
}

static void convert_word(conversion *c, const char *at, size_t length)
{
    const char *word = memory_text(c->arena, at, length);

    if (word && c->row->type == RAPPORT_WORD && c->row->choices && *c->row->choices &&
        !is_choice(c->row->choices, word))
        refuse_choice(c, word);
    else
        add_word(c, word);
}

static void convert_path(conversion *c, const char *at, size_t length)
{
    const char *path = memory_text(c->arena, at, length);
    if (path && c->at.file)
        path = config_path(c->at.file, path, c->arena);
    add_word(c, path);
}

/* ---- names ------------------------------------------------------------------------ */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* One end of a stretch: "bc01" is "bc" and 1, two digits wide. */
typedef struct numbered {
    size_t prefix, width;
    uint32_t number;
} numbered;

static bool read_numbered(numbered *out, const char *at, size_t length)
{
    *out = (numbered){ .prefix = length };
    while (out->prefix > 0 && is_digit(at[out->prefix - 1]))
        out->prefix--;
    out->width = length - out->prefix;
    if (out->width == 0 || out->width > 9 || !grammar_is_name(at, length))
        return false;
    for (size_t i = out->prefix; i < length; i++)
        out->number = 10 * out->number + (uint32_t)(at[i] - '0');
    return true;
}

static void add_stretch(conversion *c, const char *prefix, const numbered *from, const numbered *to,
                        bool padded)
{
    for (uint32_t n = from->number; n <= to->number && !c->refused; n++) {
        char digits[16];
        int width = snprintf(digits, sizeof digits, "%0*u", padded ? (int)from->width : 1, n);
        char *name = memory_new(c->arena, from->prefix + (size_t)width + 1);
        if (name) {
            memcpy(name, prefix, from->prefix);
            memcpy(name + from->prefix, digits, (size_t)width);
        }
        add_word(c, name);
    }
}

static void refuse_stretch(conversion *c, const char *at, size_t length)
{
    REFUSE(c,
           "'%s' is no stretch of names; write the same name with two numbers, as in bc1..bc15 "
           "[cfg-list]",
           echo_text(at, length).text);
}

/* "bc1..bc15"; `dots` is where the two dots stand. */
static void convert_stretch(conversion *c, const char *at, size_t length, size_t dots)
{
    const char *second = at + dots + 2;
    numbered from, to;
    bool good = read_numbered(&from, at, dots) && read_numbered(&to, second, length - dots - 2) &&
                from.prefix == to.prefix && memcmp(at, second, from.prefix) == 0;
    /* bc01..bc15 keeps its zeros; bc1..bc015 could mean two things. */
    bool padded = good && ((at[from.prefix] == '0' && from.width > 1) ||
                           (second[to.prefix] == '0' && to.width > 1));

    if (!good || (padded && from.width != to.width))
        refuse_stretch(c, at, length);
    else if (from.number >= to.number)
        REFUSE(c, "'%s' does not rise; write the lower number first [cfg-list]",
               echo_text(at, length).text);
    else if (to.number - from.number >= VALUE_STRETCH)
        REFUSE(c, "'%s' stands for more than %d names; split it up [cfg-list]",
               echo_text(at, length).text, VALUE_STRETCH);
    else
        add_stretch(c, at, &from, &to, padded);
}

/* "sl1-sl3" is another way to write a stretch, and "sl1-3" wants to be one. */
static void refuse_dashed(conversion *c, const char *at, size_t length, size_t dash)
{
    const char *second = at + dash + 1;
    size_t rest = length - dash - 1;
    numbered from, to;

    if (read_numbered(&from, at, dash) && read_numbered(&to, second, rest) &&
        from.prefix == to.prefix && memcmp(at, second, from.prefix) == 0)
        REFUSE(c, "'%s' is no stretch of names; write %s..%s [cfg-list]",
               echo_text(at, length).text, echo_text(at, dash).text, echo_text(second, rest).text);
    else
        refuse_stretch(c, at, length);
}

static void convert_name(conversion *c, const char *at, size_t length)
{
    const char *dash = memchr(at, '-', length);
    numbered first;

    for (size_t dots = 0; value_is_list(c->row) && dots + 2 <= length; dots++)
        if (at[dots] == '.' && at[dots + 1] == '.') {
            convert_stretch(c, at, length, dots);
            return;
        }
    if (grammar_is_name(at, length) && length <= GRAMMAR_NAME_BYTES)
        convert_word(c, at, length);
    else if (value_is_list(c->row) && dash && read_numbered(&first, at, (size_t)(dash - at)))
        refuse_dashed(c, at, length, (size_t)(dash - at));
    else
        REFUSE(c,
               "'%s' cannot be a name; use at most %d letters, digits and _, and begin with a "
               "letter [cfg-name]",
               echo_text(at, length).text, GRAMMAR_NAME_BYTES);
}

/* ---- one word, a list ---------------------------------------------------------------- */

static void convert_one(conversion *c, const char *at, size_t length)
{
    switch (c->row->type) {
    case RAPPORT_YES_NO:
        convert_yes_no(c, at, length);
        break;
    case RAPPORT_WHOLE:
    case RAPPORT_REAL:
        convert_number(c, at, length);
        break;
    case SETTING_RANGE:
        convert_range(c, at, length);
        break;
    case SETTING_NAME:
        convert_name(c, at, length);
        break;
    case SETTING_PATH:
    case RAPPORT_TABLE:
        convert_path(c, at, length);
        break;
    default:
        convert_word(c, at, length);
    }
}

/* Takes the next word off the list: up to a blank, or between quotes. false: no more. */
static bool next_word(conversion *c, const char **rest, const char **word, size_t *length)
{
    *word = *rest + strspn(*rest, " \t");
    if (**word != '"') {
        *length = strcspn(*word, " \t");
        *rest = *word + *length;
        return *length > 0;
    }
    (*word)++;
    *length = strcspn(*word, "\"");
    *rest = *word + *length + 1;
    if ((*word)[*length] == '\0' || (**rest != '\0' && **rest != ' ' && **rest != '\t')) {
        REFUSE(c,
               "%s has a quote that does not close before a blank; write \"two words\" "
               "[cfg-list]",
               c->row->name);
        return false;
    }
    if (*length == 0)
        REFUSE(c, "%s has an empty word; take out the \"\" [cfg-list]", c->row->name);
    return *length > 0;
}

/* A comma no value of this type has, so that it can only stand between two. */
static bool has_comma(const rapport_setting *row, const char *word, size_t length)
{
    switch (row->type) {
    case SETTING_NAME:
        return memchr(word, ',', length) != NULL;
    case RAPPORT_WHOLE:
    case RAPPORT_REAL:
        return word[length - 1] == ',';
    default:
        return false;
    }
}

static void convert_list(conversion *c, const char *text)
{
    const place at = c->at;
    const char *rest = text, *word;
    size_t length;

    while (!c->all->memory && next_word(c, &rest, &word, &length)) {
        if (at.column)
            c->at.column = at.column + (uint32_t)(word - text);
        if (!has_comma(c->row, word, length))
            convert_one(c, word, length);
        else if (!c->commas)
            REFUSE(c, "%s is a list with commas; put blanks between its words [cfg-list]",
                   c->row->name);
        c->commas |= has_comma(c->row, word, length);
        c->at = at;
    }
}

bool value_convert(rapport_value *out, const rapport_setting *row, const char *text, place at,
                   memory *arena, problems *all)
{
    conversion c = { .row = row, .at = at, .arena = arena, .all = all };

    if (value_is_list(row))
        convert_list(&c, text);
    else
        convert_one(&c, text, strlen(text));
    *out = (rapport_value){ 0 };
    if (c.refused)
        return false;
    out->real = c.real;
    out->word = c.word;
    out->count = c.reals ? c.reals : c.words;
    return true;
}
