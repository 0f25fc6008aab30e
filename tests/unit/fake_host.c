/* fake_host.c - a host made of tables. */
#include "fake_host.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_BLOCKS = 256 };

static void *blocks[MOST_BLOCKS];
static size_t block_count;

static void *allocate(void *self, size_t bytes)
{
    (void)self;
    if (block_count == MOST_BLOCKS)
        return NULL;
    blocks[block_count] = calloc(1, bytes);
    return blocks[block_count++];
}

void fake_free(void)
{
    while (block_count > 0)
        free(blocks[--block_count]);
}

static void report(void *self, int severity, const rapport_place *place, const char *message)
{
    fake_host *fake = self;

    fake->reports[severity]++;
    fake->message = message;
    fake->row = place ? place->row : -1;
    fake->section = place ? place->section : NULL;
    fake->name = place ? place->name : NULL;
    fake->key = place ? place->setting : NULL;
}

static int equal(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static const rapport_value *setting(void *self, const char *section, const char *name,
                                    const char *key)
{
    static const rapport_value nothing = { 0 };
    const fake_host *fake = self;

    for (const fake_setting *s = fake->setting; s && s->key; s++)
        if (equal(s->section, section) && equal(s->name, name) && equal(s->key, key))
            return &s->value;
    return &nothing;
}

/* The names of the settings' sections, each once. */
static const char *section(void *self, const char *section, uint32_t i)
{
    const fake_host *fake = self;
    const char *last = NULL;

    for (const fake_setting *s = fake->setting; s && s->key; s++) {
        if (!equal(s->section, section) || equal(s->name, last))
            continue;
        last = s->name;
        if (i-- == 0)
            return last;
    }
    return NULL;
}

static const rapport_scale *scale_named(void *self, const char *id)
{
    const fake_host *fake = self;

    for (const rapport_scale *const *s = fake->scale; s && *s; s++)
        if (equal((*s)->id, id))
            return *s;
    return NULL;
}

static rapport_port input(void *self, const char *name, uint32_t i)
{
    const fake_host *fake = self;

    for (const fake_input *in = fake->input; in && in->name; in++)
        if (i == 0 && equal(in->name, name))
            return in->port;
    return RAPPORT_ABSENT;
}

static rapport_status add_output(void *self, const rapport_field *field, size_t field_size,
                                 uint32_t *output)
{
    fake_host *fake = self;

    if (field_size < sizeof *field)
        return RAPPORT_NOT_SUPPORTED;
    fake->added = field;
    *output = fake->outputs++;
    return RAPPORT_OK;
}

void fake_begin(rapport_host *host, fake_host *fake)
{
    fake->message = NULL;
    memset(fake->reports, 0, sizeof fake->reports);
    *host = (rapport_host){
        .size = sizeof *host,
        .minor = RAPPORT_MINOR,
        .self = fake,
        .allocate = allocate,
        .report = report,
        .setting = setting,
        .section = section,
        .scale_named = scale_named,
        .input = input,
        .add_output = add_output,
    };
}

static rapport_status text(void *self, uint32_t output, uint32_t row, const char *bytes,
                           size_t length)
{
    fake_output *fake = self;

    if (output >= FAKE_OUTPUTS || row >= fake->out.rows || length >= FAKE_TEXT)
        return RAPPORT_NOT_SUPPORTED;
    memcpy(fake->text[output][row], bytes, length);
    fake->text[output][row][length] = '\0';
    return RAPPORT_OK;
}

void fake_output_begin(fake_output *fake, uint32_t rows)
{
    memset(fake, 0, sizeof *fake);
    for (size_t o = 0; o < FAKE_OUTPUTS; o++) {
        fake->numbers[o] = fake->number[o];
        for (size_t row = 0; row < FAKE_ROWS; row++)
            fake->number[o][row] = NAN;
    }
    fake->out = (rapport_output){
        .size = sizeof fake->out, .rows = rows, .number = fake->numbers, .self = fake, .text = text
    };
}

double fake_not_applicable(void)
{
    const uint64_t bits = RAPPORT_NOT_APPLICABLE;
    double answer;
    memcpy(&answer, &bits, sizeof answer);
    return answer;
}

const rapport_text *fake_text(const char *const *cells)
{
    size_t rows = 0, bytes = 1;

    for (; cells[rows]; rows++)
        bytes += strlen(cells[rows]);
    int32_t *offset = allocate(NULL, (rows + 1) * sizeof *offset);
    char *all = allocate(NULL, bytes);
    rapport_text *column = allocate(NULL, sizeof *column);
    if (!offset || !all || !column)
        abort();
    for (size_t row = 0; row < rows; row++) {
        size_t length = strlen(cells[row]);
        memcpy(all + offset[row], cells[row], length);
        offset[row + 1] = offset[row] + (int32_t)length;
    }
    *column = (rapport_text){ .offset = offset, .bytes = all };
    return column;
}
