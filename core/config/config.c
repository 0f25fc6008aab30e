/* config.c - reads an INI file.
 *
 * inih does the reading, one of our lines at a time and after grammar.c has passed
 * it: it never sees a file. Three of its edges are blunted here, without touching its
 * global settings, which belong to the whole process:
 *   - it reads at most 199 bytes at once: a long value is handed over in pieces, each
 *     further one behind a blank, which inih takes for a continued line;
 *   - it trims pieces and ends them at some characters: for these, control bytes stand
 *     in, which no file of ours may hold;
 *   - it may be built, or set by the program around us, to read otherwise: what comes
 *     back is compared with what stands in the file.
 */
#include "config/config.h"

#include <stdio.h>
#include <string.h>

#include <ini.h>

#include "ceilings.h"
#include "config/file.h"
#include "config/grammar.h"

#define WRONG(all, at, ...) problem_add(all, RAPPORT_BAD_CONFIG, at, __VA_ARGS__)

/* ---- reading -------------------------------------------------------------------- */

/* What inih, or the isspace of some locale, would cut off. The control byte that stands
 * in for a character is its place in here, from 1. */
static const char awkward[] = " \t;#\x85\xA0";

enum { PIECE = 180 }; /* of a line, as inih gets it; its buffer has 200 bytes */

typedef struct reading {
    grammar text;
    config *out;
    memory *arena;
    line line;       /* the one inih is reading */
    size_t shown;    /* bytes of its value that inih has had */
    char *value;     /* what came back of it; NULL: nothing yet */
    size_t returned; /* bytes of that */
    bool skip;       /* below a section that was refused */
    bool headless;   /* a setting without a section was told of */
    bool stopped;    /* inih reads otherwise, or out of memory */
} reading;

static void stop_without_memory(reading *r)
{
    problem_memory(r->text.all);
    r->stopped = true;
}

/* inih was built, or set, to read in some other way: nothing it says can be trusted. */
static void stop_at_other_inih(reading *r)
{
    problem_add(r->text.all, RAPPORT_BUG, &r->text.here,
                "the INI library reads this otherwise than it is written; use libinih with its "
                "defaults [cfg-inih]");
    r->stopped = true;
}

static section *newest(const reading *r)
{
    return r->out->sections ? &r->out->section[r->out->sections - 1] : NULL;
}

/* Begins the section of r->line; false: inih need not see it. */
static bool take_section(reading *r)
{
    const section *twin = config_section(r->out, r->line.name);

    r->skip = true;
    if (twin) {
        WRONG(r->text.all, &r->line.at,
              "[%s] stands in line %u already; put its settings there [cfg-duplicate-section]",
              r->line.name, twin->at.line);
    } else if (r->out->sections == GRAMMAR_SECTIONS) {
        WRONG(r->text.all, &r->line.at, "more than %d sections; split the file up [cfg-file]",
              GRAMMAR_SECTIONS);
        r->text.at = r->text.end;
    } else {
        r->skip = false;
        if (!config_add(r->out, r->line.name, r->line.at, r->arena))
            stop_without_memory(r);
    }
    return !r->skip && !r->stopped;
}

/* Whether the setting of r->line may be added. */
static bool take_setting(reading *r)
{
    section *in = newest(r);

    if (r->skip)
        return false;
    if (!in) {
        if (!r->headless)
            WRONG(r->text.all, &r->line.at,
                  "a setting before the first section; put a [section] above it [cfg-no-section]");
        r->headless = true;
        return false;
    }
    const setting *twin = section_find(in, r->line.name);
    if (twin)
        WRONG(r->text.all, &r->line.at,
              "'%s' stands in line %u already; keep one of them [cfg-duplicate-key]", r->line.name,
              twin->at.line);
    else if (in->settings == GRAMMAR_SETTINGS)
        WRONG(r->text.all, &r->line.at, "more than %d settings in a section [cfg-section]",
              GRAMMAR_SETTINGS);
    return !twin && in->settings < GRAMMAR_SETTINGS;
}

/* Adds the setting of the line that inih has done with, if inih read what stands there. */
static void end_line(reading *r)
{
    if (r->line.kind != LINE_SETTING || r->stopped)
        return;
    r->line.kind = (line_kind)0;
    if (!r->value || r->returned != r->line.length ||
        memcmp(r->value, r->line.value, r->returned) != 0) {
        stop_at_other_inih(r);
        return;
    }
    const setting new = { .key = memory_text(r->arena, r->line.name, strlen(r->line.name)),
                          .value = r->value,
                          .at = r->line.at,
                          .value_at = r->line.value_at };
    if (!new.key || !section_add(newest(r), &new, r->arena))
        stop_without_memory(r);
}

/* Goes to the next line for inih; false: there is none. */
static bool begin_line(reading *r)
{
    end_line(r);
    while (!r->stopped && grammar_next(&r->line, &r->text)) {
        r->shown = r->returned = 0;
        r->value = NULL;
        if (r->line.kind == LINE_REFUSED)
            r->skip = true;
        else if (r->line.kind == LINE_SECTION ? take_section(r) : take_setting(r))
            return !r->stopped;
        r->line.kind = (line_kind)0;
    }
    return false;
}

static char stand_in(char c)
{
    const char *found = c ? strchr(awkward, c) : NULL;
    return found ? (char)(found - awkward + 1) : c;
}

/* inih's fgets: a section, or a key with the first piece of its value, or a further piece.
 * Called again only after the handler, so the handler can tell which line it is in. */
static char *next_piece(char *buffer, int size, void *self)
{
    reading *r = self;
    size_t room = size > PIECE ? PIECE : 0, used = 0;

    bool further = r->line.kind == LINE_SETTING && r->shown < r->line.length && r->value;
    if (room == 0 || (!further && !begin_line(r)))
        return NULL;
    if (further) {
        buffer[used++] = ' ';
    } else {
        bool is_section = r->line.kind == LINE_SECTION;
        if (is_section)
            buffer[used++] = '[';
        size_t length = strlen(r->line.name);
        memcpy(buffer + used, r->line.name, length);
        used += length;
        buffer[used++] = is_section ? ']' : '=';
    }
    for (; r->shown < r->line.length && used < room; r->shown++)
        buffer[used++] = stand_in(r->line.value[r->shown]);
    buffer[used] = '\0';
    return buffer;
}

/* inih's handler: one piece of the value of r->line. */
static int take_piece(void *self, const char *section_words, const char *key, const char *piece)
{
    reading *r = self;
    size_t length = strlen(piece);

    (void)section_words; /* ours are not cut at 49 bytes */
    if (!r->value && !(r->value = memory_new(r->arena, r->line.length + 1)))
        stop_without_memory(r);
    if (r->stopped || strcmp(key, r->line.name) != 0 || r->returned + length > r->line.length)
        return 0;
    for (size_t i = 0; i < length; i++) {
        bool stands_in = piece[i] > 0 && piece[i] < (char)sizeof awkward;
        r->value[r->returned++] = stands_in ? awkward[piece[i] - 1] : piece[i];
    }
    return 1;
}

bool config_parse(config *out, const char *path, const char *bytes, size_t length,
                  grammar_limits limits, memory *arena, problems *all)
{
    *out = (config){ .path = path };
    file_digest(out->digest, bytes, length);
    const place file = { .file = out->path };
    if (length >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0)) {
        WRONG(all, &file, "is UTF-16; save the file as UTF-8 [cfg-utf8]");
        return false;
    }
    if (length >= 4 && memcmp(bytes, "\177ELF", 4) == 0) {
        WRONG(all, &file,
              "is a program or a plugin, and no INI file; rapport show says what a plugin holds "
              "[cfg-file]");
        return false;
    }
    size_t mark = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    reading r = { .text = { bytes + mark, bytes + length, limits, file, all },
                  .out = out,
                  .arena = arena };
    uint32_t before = all->count;
    int refused = ini_parse_stream(next_piece, &r, take_piece, &r);
    end_line(&r);
    if (!r.stopped && (refused != 0 || r.text.at < r.text.end))
        stop_at_other_inih(&r);

    if (out->sections == 0 && all->count == before)
        WRONG(all, &file, "holds no [section]; is it an INI file? [cfg-no-section]");
    return out->sections > 0 && !all->memory;
}

bool config_read_up_to(config *out, const char *path, grammar_limits limits, memory *arena,
                       problems *all)
{
    char cure[96];
    size_t length;

    *out = (config){ .path = memory_text(arena, path, strlen(path)) };
    if (!out->path)
        return problem_memory(all) != NULL;
    snprintf(cure, sizeof cure, "is it the right file? If so, raise ini_file" UP_TO,
             CEILING_INI_FILE);
    const char *bytes =
        file_bytes(&length, out->path, limits.file, limits.can_be_raised ? cure : NULL, arena, all);
    return bytes && config_parse(out, out->path, bytes, length, limits, arena, all);
}

bool config_read(config *out, const char *path, memory *arena, problems *all)
{
    return config_read_up_to(out, path, GRAMMAR_LIMITS, arena, all);
}
