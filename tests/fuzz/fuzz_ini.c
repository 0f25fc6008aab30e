/* fuzz_ini.c - any text is read as an INI file or refused with places; what is read without a
 * mistake is what stands there, and is checked against our tables. What follows a NUL is given as
 * --set. */
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/schema.h"
#include "config/settings.h"
#include "fuzz.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void must_be_placed(void *self, const char *line)
{
    (void)self;
    must(strncmp(line, "f.ini:", 6) == 0 || strncmp(line, "--set ", 6) == 0 ||
         strncmp(line, "and ", 4) == 0);
    must(line[strlen(line) - 1] == ']');
}

/* ---- the plainest way to see it -------------------------------------------------------------- */

typedef struct stretch {
    const char *at, *end;
} stretch;

static void trim(stretch *l)
{
    while (l->at < l->end && strchr(" \t\r", *l->at))
        l->at++;
    while (l->at < l->end && strchr(" \t\r", l->end[-1]))
        l->end--;
}

static bool is(const char *text, stretch l)
{
    return strlen(text) == (size_t)(l.end - l.at) && memcmp(text, l.at, strlen(text)) == 0;
}

/* Every line says what stands in *read, and nothing else does. */
static void must_stand_there(const config *read, const char *bytes, size_t length)
{
    uint32_t sections = 0, settings = 0, read_settings = 0;

    for (const char *at = bytes, *end = bytes + length; at < end;) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        stretch l = { at, feed ? feed : end };
        at = feed ? feed + 1 : end;
        trim(&l);
        if (l.at == l.end || *l.at == ';' || *l.at == '#')
            continue;
        if (*l.at == '[') {
            must(sections < read->sections);
            settings = 0;
            sections++;
            continue;
        }
        const char *equals = memchr(l.at, '=', (size_t)(l.end - l.at));
        must(equals && sections > 0 && settings < read->section[sections - 1].settings);
        stretch key = { l.at, equals }, value = { equals + 1, l.end };
        const setting *found = &read->section[sections - 1].setting[settings++];
        read_settings++;
        trim(&key);
        trim(&value);
        must(is(found->key, key) && is(found->value, value));
    }
    must(sections == read->sections);
    for (uint32_t i = 0; i < read->sections; i++)
        read_settings -= read->section[i].settings;
    must(read_settings == 0);
}

/* ---- against the tables ---------------------------------------------------------------------- */

static void check_sections(const config *read, const schema *known, memory *arena, problems *all)
{
    for (uint32_t i = 0; i < read->sections && !all->memory; i++) {
        const section *s = &read->section[i];
        const schema *of = schema_find(known, s->kind);
        settings checked;
        if (of)
            settings_check(&checked, s, s->at, NULL, &of->rows, 1, arena, all);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static problems all; /* large: only what counts is cleared */
    const uint8_t *nul = length ? memchr(bytes, 0, length) : NULL;
    const size_t whole = nul ? (size_t)(nul - bytes) : length;
    char *text = malloc(length + 1), *set = NULL; /* the file ends where its memory ends, */
    memory arena = { 0 };
    config read;

    must(text != NULL);
    all.count = 0;
    all.memory = false;
    if (length)
        memcpy(text, bytes, whole);
    if (whole < length) { /* and so does what is said */
        must((set = malloc(length - whole)) != NULL);
        memcpy(set, bytes + whole + 1, length - whole - 1);
        set[length - whole - 1] = 0;
    }
    char *file = realloc(text, whole ? whole : 1);
    must(file != NULL);

    const bool good = config_parse(&read, "f.ini", file, whole, GRAMMAR_LIMITS, &arena, &all);
    must(good || all.count > 0);
    if (all.count == 0) {
        const size_t mark = whole >= 3 && memcmp(file, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
        must_stand_there(&read, file + mark, whole - mark);
    }
    if (good && set)
        config_set(&read, set, &arena, &all);
    if (good) {
        check_sections(&read, schema_pipeline, &arena, &all);
        check_sections(&read, schema_instrument, &arena, &all);
    }
    for (uint32_t i = 0; i < all.count && i < PROBLEMS_KEPT; i++)
        must(all.kept[i].outcome == RAPPORT_BAD_CONFIG); /* the INI library reads as we do */
    problems_close(&all, must_be_placed, NULL, NULL);
    memory_free(&arena);
    free(file);
    free(set);
    return 0;
}
