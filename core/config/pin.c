/* pin.c - the [trust] section that pins the plugins of a plan.
 *
 * A pipeline's file is its author's: lines are put in and taken out, and no other byte changes.
 */
#include "config/pin.h"

#include <stdlib.h>
#include <string.h>

#include "config/file.h"

/* One line to write; two files of one name make one line. */
typedef struct pinned {
    char key[GRAMMAR_NAME_BYTES + 1];
    const char *digest;
} pinned;

typedef struct pinning {
    pinned *pin; /* by name */
    uint32_t pins;
    const char *line_end;
    text *out;
    bool failed; /* out of memory */
} pinning;

static int by_name(const void *a, const void *b)
{
    const pinned *left = a, *right = b;
    int order = strcmp(left->key, right->key);
    return order ? order : strcmp(left->digest, right->digest);
}

static bool collect(pinning *p, const plan *of, memory *arena, problems *all)
{
    const place at = { .file = of->pipeline.path };
    const uint32_t before = all->count;
    size_t count = 0;

    for (const module *m = of->modules.first; m; m = m->next)
        count++;
    p->pin = memory_array(arena, count + 1, sizeof *p->pin);
    if (!p->pin)
        return problem_memory(all) != NULL;
    for (const module *m = of->modules.first; m; m = m->next) {
        p->pin[p->pins].digest = m->file.digest;
        p->pins += trust_key(p->pin[p->pins].key, m->file.path, &at, all);
    }
    qsort(p->pin, p->pins, sizeof *p->pin, by_name);
    return all->count == before;
}

static void put(pinning *p, const char *bytes, size_t length)
{
    p->failed = p->failed || !text_add(p->out, bytes, length);
}

static void put_word(pinning *p, const char *word)
{
    put(p, word, strlen(word));
}

static void put_pins(pinning *p)
{
    for (uint32_t i = 0; i < p->pins; i++) {
        const bool first = i == 0 || strcmp(p->pin[i].key, p->pin[i - 1].key) != 0;
        if (!first && strcmp(p->pin[i].digest, p->pin[i - 1].digest) == 0)
            continue; /* one file by two paths */
        if (first && i > 0)
            put_word(p, p->line_end);
        if (first)
            put_word(p, p->pin[i].key);
        put_word(p, first ? " = sha256:" : " sha256:");
        put_word(p, p->pin[i].digest);
    }
    if (p->pins > 0)
        put_word(p, p->line_end);
}

/* Begins a line, also where the last one before has no end. */
static void put_line_end(pinning *p)
{
    if (p->out->length > 0 && p->out->bytes[p->out->length - 1] != '\n')
        put_word(p, p->line_end);
}

bool pin_section(text *out, const plan *of, memory *arena, problems *all)
{
    pinning p = { .out = out, .line_end = "\n" };
    const section *given = config_find(&of->pipeline, "trust", "");

    if (!collect(&p, of, arena, all))
        return false;
    put_word(&p, "[trust]\n");
    for (uint32_t i = 0; given && i < given->settings; i++) {
        const setting *s = &given->setting[i];
        if (trust_is_pin(s->key))
            continue;
        put_word(&p, s->key);
        put_word(&p, " = ");
        put_word(&p, s->value);
        put_word(&p, "\n");
    }
    put_pins(&p);
    return p.failed ? problem_memory(all) != NULL : true;
}

/* Whether the line holds a pin of this section. */
static bool is_pin_line(const section *in, uint32_t line)
{
    for (uint32_t i = 0; i < in->settings; i++)
        if (in->setting[i].at.line == line && trust_is_pin(in->setting[i].key))
            return true;
    return false;
}

/* The line behind which pins go: before the first that is there, or behind the last setting. */
static uint32_t line_before_pins(const section *in)
{
    uint32_t last = in->at.line;

    for (uint32_t i = 0; i < in->settings; i++) {
        if (trust_is_pin(in->setting[i].key))
            return in->setting[i].at.line - 1;
        last = in->setting[i].at.line;
    }
    return last;
}

/* The file, with the pins of the section replaced. */
static void put_file(pinning *p, const section *in, const char *at, size_t length)
{
    const char *end = at + length;
    const uint32_t before = in ? line_before_pins(in) : 0;

    for (uint32_t line = 1; at < end; line++) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        const char *next = feed ? feed + 1 : end;
        if (!in || !is_pin_line(in, line))
            put(p, at, (size_t)(next - at));
        if (in && line == before) {
            put_line_end(p);
            put_pins(p);
        }
        at = next;
    }
    if (in)
        return;
    put_line_end(p);
    put_word(p, p->line_end);
    put_word(p, "[trust]");
    put_word(p, p->line_end);
    put_pins(p);
}

bool pin_file(text *out, bool *same, const plan *of, memory *arena, problems *all)
{
    const place at = { .file = of->pipeline.path };
    pinning p = { .out = out };
    char digest[SHA256_HEX];
    size_t length;
    const char *bytes =
        file_bytes(&length, of->pipeline.path, GRAMMAR_FILE_BYTES, NULL, arena, all);

    if (!bytes || !collect(&p, of, arena, all))
        return false;
    file_digest(digest, bytes, length);
    if (strcmp(digest, of->pipeline.digest) != 0) {
        problem_add(all, RAPPORT_BAD_CONFIG, &at,
                    "changed while it was read; try again [cfg-file]");
        return false;
    }
    const char *feed = memchr(bytes, '\n', length);
    p.line_end = feed && feed > bytes && feed[-1] == '\r' ? "\r\n" : "\n";
    put_file(&p, config_find(&of->pipeline, "trust", ""), bytes, length);
    *same = out->length == length && memcmp(out->bytes, bytes, length) == 0;
    return p.failed ? problem_memory(all) != NULL : true;
}
