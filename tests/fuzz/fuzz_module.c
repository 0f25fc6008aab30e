/* fuzz_module.c - any table a plugin may bring is taken or refused: sizes, strides, counts and
 * NULLs as the bytes say, but pointers that point to something. Each thing pointed to ends where
 * its memory ends; what is taken is as plugin.h wants it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "config/module.h"
#include "config/settings.h"
#include "fuzz.h"

enum { PIECES = 64, LISTED = 256 /* as many as a list may have */ };

/* What is left of the bytes, and what was made of them. */
typedef struct making {
    const uint8_t *at, *end;
    void *piece[PIECES];
    unsigned pieces;
} making;

static void must(bool holds)
{
    if (!holds)
        abort();
}

static unsigned byte(making *m)
{
    return m->at < m->end ? *m->at++ : 0;
}

/* Zeroed; NULL: the bytes asked for too much. */
static void *piece(making *m, size_t size)
{
    if (m->pieces == PIECES)
        return NULL;
    void *new = calloc(1, size ? size : 1);
    must(new != NULL);
    return m->piece[m->pieces++] = new;
}

static const char *word(making *m)
{
    static const char *const words[] = {
        "score",
        "sum",
        "a",
        "title",
        "item",
        "scale",
        "1.0.0",
        "A sentence.",
        "reverse",
        NULL,
        "",
        "A",
        "a b",
        "1..5",
        "12",
        "1e9",
        "yes",
        "a|b|c",
        "|a",
        "a||b",
        "x\xff",
        "\x01",
        "needed",
        "input",
        "x_1",
        "half",
        "nan",
        "instrument",
        "points",
        "b",
        "a_name_that_is_longer_than_any_name_of_a_setting_or_a_column_ought_to_be_in_any_plugin",
    };
    return words[byte(m) % (sizeof words / sizeof *words)];
}

static double number(making *m)
{
    static const double numbers[] = { 0, 0, 1, 10, -1, 0.5, 1e308, 16, 255 };
    const unsigned which = byte(m);

    if (which == 255)
        return NAN;
    if (which > 252)
        return which == 254 ? INFINITY : -INFINITY;
    return numbers[which % (sizeof numbers / sizeof *numbers)];
}

/* Mostly `size` itself. */
static uint32_t size_near(making *m, uint32_t size)
{
    const unsigned off = byte(m);
    const uint32_t less = off < 200 ? 0 : (off - 199) * 8;

    if (off >= 228)
        return size + (off - 227) * 8;
    return less < size ? size - less : 0;
}

/* ---- lists ------------------------------------------------------------------------------------
 */

typedef void make_element(making *m, void *out);

/* Up to three elements that say something, and as many as there is room for that say nothing. More
 * than a list may have, and elements that are too small, nobody may look at. */
static rapport_list list(making *m, make_element *make, uint32_t size, uint32_t least)
{
    const unsigned many = byte(m);
    rapport_list out = { .count = many < 250   ? many % 4
                                  : many < 252 ? LISTED
                                  : many < 254 ? LISTED + 1
                                               : UINT32_MAX };
    union {
        rapport_setting setting;
        rapport_field field;
        rapport_level level;
    } element;

    if (out.count == 0)
        return out;
    out.stride = size_near(m, size);
    const bool looked_at = out.count <= LISTED && out.stride >= least;
    char *first = byte(m) == 9 ? NULL : piece(m, looked_at ? (size_t)out.count * out.stride : 1);
    out.first = first;
    for (uint32_t i = 0; first && looked_at && i < out.count && i < 3; i++) {
        memset(&element, 0, sizeof element);
        make(m, &element);
        memcpy(first + (size_t)i * out.stride, &element, size < out.stride ? size : out.stride);
    }
    return out;
}

static void make_level(making *m, void *out)
{
    *(rapport_level *)out = (rapport_level){ .code = word(m), .label = word(m) };
}

static void make_setting(making *m, void *out)
{
    *(rapport_setting *)out = (rapport_setting){ .name = word(m),
                                                 .section = byte(m) % 3 ? NULL : word(m),
                                                 .fallback = word(m),
                                                 .choices = byte(m) % 2 ? NULL : word(m),
                                                 .unit = word(m),
                                                 .doc = word(m),
                                                 .type = RAPPORT_YES_NO - 1 + byte(m) % 8,
                                                 .flags = byte(m) * 0x10u,
                                                 .low = number(m),
                                                 .high = number(m) };
}

static void make_field(making *m, void *out)
{
    *(rapport_field *)out = (rapport_field){
        .name = word(m),
        .label = word(m),
        .unit = word(m),
        .doc = word(m),
        .type = byte(m) % 5,
        .flags = byte(m),
        .low = number(m),
        .high = number(m),
        .decimals = (int32_t)byte(m) - 8,
        .levels = list(m, make_level, sizeof(rapport_level), sizeof(const char *)),
    };
}

static rapport_list settings_list(making *m)
{
    return list(m, make_setting, sizeof(rapport_setting), offsetof(rapport_setting, low));
}

static rapport_list fields(making *m)
{
    return list(m, make_field, sizeof(rapport_field), offsetof(rapport_field, levels));
}

/* ---- parts ------------------------------------------------------------------------------------
 */

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self, (void)in, (void)out;
    return RAPPORT_OK;
}

static rapport_status process(void *self, const rapport_batch *in, rapport_output *out)
{
    (void)self, (void)in, (void)out;
    return RAPPORT_OK;
}

/* A copy of `whole` in as much memory as its first member says. */
static void *cut_to_size(making *m, const void *whole, size_t size)
{
    uint32_t said;

    memcpy(&said, whole, sizeof said);
    char *out = piece(m, said > sizeof said ? said : sizeof said);
    if (out)
        memcpy(out, whole, said < size ? said > sizeof said ? said : sizeof said : size);
    return out;
}

static const rapport_scoring *make_scoring(making *m)
{
    const rapport_scoring whole = { .size = size_near(m, sizeof whole),
                                    .flags = byte(m),
                                    .id = word(m),
                                    .version = word(m),
                                    .title = word(m),
                                    .doc = word(m),
                                    .source = word(m),
                                    .settings = settings_list(m),
                                    .extra = fields(m),
                                    .score = byte(m) == 7 ? NULL : score };
    return cut_to_size(m, &whole, sizeof whole);
}

static const rapport_instrument *make_instrument(making *m)
{
    static const char *const scales[] = { "total", NULL };
    const rapport_instrument whole = { .size = size_near(m, sizeof whole),
                                       .flags = byte(m) * 0x2000u,
                                       .id = word(m),
                                       .version = word(m),
                                       .title = word(m),
                                       .doc = word(m),
                                       .source = word(m),
                                       .settings = settings_list(m),
                                       .inputs = fields(m),
                                       .outputs = fields(m),
                                       .scales = byte(m) % 2 ? scales : NULL,
                                       .process = byte(m) == 7 ? NULL : process };
    return cut_to_size(m, &whole, sizeof whole);
}

/* ---- what was taken
 * ------------------------------------------------------------------------------ */

static void must_be_id(const char *id)
{
    must(id && *id >= 'a' && *id <= 'z' && strlen(id) <= 64);
    must(id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_")] == 0);
}

/* With nothing given, every setting has its fallback, or says that it has to be given. Tables lie
 * in files, and are left alone. */
static void must_be_settings(const rapport_list *rows, memory *arena)
{
    static problems all;
    const rapport_setting *row = rows->first;
    const place nowhere = { .file = "f.ini" };
    settings out;

    must(rows->count == 0 || rows->stride == sizeof *row);
    for (uint32_t i = 0; i < rows->count; i++) {
        must(row[i].name && *row[i].name && row[i].doc && *row[i].doc);
        if (row[i].type == RAPPORT_TABLE)
            return;
    }
    all.count = 0;
    must(settings_check(&out, NULL, nowhere, NULL, rows, 1, arena, &all));
    for (uint32_t i = 0; i < rows->count; i++)
        if (!row[i].section && row[i].fallback && *row[i].fallback)
            must(settings_get(&out, row[i].name)->value.count > 0);
}

static void must_be_fields(const rapport_list *list, const module *m, memory *arena)
{
    static problems all;
    const rapport_field *field = list->first;

    must(list->count == 0 || list->stride == sizeof *field);
    all.count = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        rapport_field copy = field[i];
        must_be_id(copy.name);
        must(module_take_field(&copy, m->file.path, NULL, arena, &all) &&
             copy.name != field[i].name);
    }
}

static void must_be_whole(const module *m, memory *arena)
{
    must(m->scorings + m->instruments > 0);
    for (uint32_t i = 0; i < m->scorings; i++) {
        must_be_id(m->scoring[i].id);
        must(m->scoring[i].score != NULL);
        must_be_settings(&m->scoring[i].settings, arena);
        must_be_fields(&m->scoring[i].extra, m, arena);
    }
    for (uint32_t i = 0; i < m->instruments; i++) {
        must_be_id(m->instrument[i].id);
        must(m->instrument[i].process != NULL);
        must_be_settings(&m->instrument[i].settings, arena);
        must_be_fields(&m->instrument[i].inputs, m, arena);
        must_be_fields(&m->instrument[i].outputs, m, arena);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static problems all; /* large: only what counts is cleared */
    making m = { .at = bytes, .end = bytes + length };
    const rapport_scoring *scoring[4] = { NULL };
    const rapport_instrument *instrument[4] = { NULL };
    memory arena = { 0 };

    const unsigned parts = byte(&m);
    for (unsigned i = 0; i < (parts & 3); i++)
        scoring[i] = make_scoring(&m);
    for (unsigned i = 0; i < (parts >> 2 & 3); i++)
        instrument[i] = make_instrument(&m);
    const rapport_module table = { .size = sizeof table,
                                   .scoring = parts & 16 ? NULL : scoring,
                                   .instrument = parts & 32 ? NULL : instrument };
    module taken = { .file = { .path = "f.so" } };
    all.count = 0;
    all.memory = false;
    if (module_take(&taken, &table, NULL, &arena, &all)) {
        must(all.count == 0);
        must_be_whole(&taken, &arena);
    } else {
        must(all.count > 0 && all.kept[0].outcome == RAPPORT_BAD_PLUGIN);
    }
    memory_free(&arena);
    while (m.pieces > 0)
        free(m.piece[--m.pieces]);
    return 0;
}
