/* provenance_read.c - the facts of a provenance file, as provenance.c wrote them.
 *
 * The file may have been changed, damaged or made up since. Every member stands where the writer
 * puts it, so there is one way through the text, no recursion, and nothing to be looked up: what is
 * not expected is refused at its place. Nothing of the file is shown in a message.
 */
#include "report/provenance.h"

#include <stdio.h>
#include <string.h>

#include "sha256.h"
#include "utf8.h"

/* The first mistake is kept; from then on nothing more is read. */
typedef struct reading {
    const char *begin, *at, *end;
    const char *name; /* of the file, for messages */
    memory *arena;
    rapport_error *error;
    rapport_outcome outcome;
    bool first; /* in its object or list: no comma before the next member */
} reading;

static bool goes_on(const reading *r)
{
    return r->outcome == RAPPORT_DONE;
}

static void refuse(reading *r, const char *what)
{
    const char *line = r->begin;
    unsigned long lines = 1;

    if (!goes_on(r))
        return;
    for (const char *at = r->begin; at < r->at; at++)
        if (*at == '\n') {
            lines++;
            line = at + 1;
        }
    r->outcome = fail(r->error, RAPPORT_DIFFERS,
                      "%s:%lu:%lu: %s; the file was changed or damaged: take it from a backup, or "
                      "run the pipeline again [verify-provenance]",
                      r->name, lines, (unsigned long)(r->at - line) + 1, what);
}

static void *no_memory(reading *r)
{
    if (goes_on(r))
        r->outcome = fail_memory(r->error);
    return NULL;
}

/* ---- one piece of JSON ---------------------------------------------------------------------- */

static void skip_blanks(reading *r)
{
    while (r->at < r->end && memchr(" \t\r\n", *r->at, 4))
        r->at++;
}

static bool next_is(reading *r, char mark)
{
    skip_blanks(r);
    return goes_on(r) && r->at < r->end && *r->at == mark;
}

static void take(reading *r, char mark)
{
    char what[] = "'?' has to stand here";

    what[1] = mark;
    if (next_is(r, mark))
        r->at++;
    else
        refuse(r, what);
}

static void open(reading *r, char bracket)
{
    take(r, bracket);
    r->first = true;
}

static void close(reading *r, char bracket)
{
    take(r, bracket);
    r->first = false;
}

/* Whether a further member or element stands before the bracket; the comma before it is taken. */
static bool is_more(reading *r, char bracket)
{
    if (!goes_on(r) || next_is(r, bracket))
        return false;
    if (!r->first)
        take(r, ',');
    r->first = false;
    return goes_on(r);
}

/* Whether the member `name` stands next; if so, all up to its value is taken. */
static bool has_member(reading *r, const char *name)
{
    const size_t length = strlen(name);
    const char *before = r->at;

    if (!goes_on(r))
        return false;
    if (!r->first && next_is(r, ','))
        r->at++;
    skip_blanks(r);
    if ((size_t)(r->end - r->at) < length + 2 || r->at[0] != '"' ||
        memcmp(r->at + 1, name, length) != 0 || r->at[length + 1] != '"') {
        r->at = before;
        return false;
    }
    r->at = before; /* once more, now that a missing comma is a mistake */
    if (!r->first)
        take(r, ',');
    r->first = false;
    skip_blanks(r);
    r->at += goes_on(r) ? length + 2 : 0;
    take(r, ':');
    return goes_on(r);
}

static bool member(reading *r, const char *name)
{
    char what[64];

    if (has_member(r, name))
        return true;
    if (!r->first && next_is(r, ','))
        r->at++;
    skip_blanks(r);
    snprintf(what, sizeof what, "\"%s\" has to stand here", name);
    refuse(r, what);
    return false;
}

/* The four digits behind \u; the writer escapes control characters alone. */
static int control_escape(const char *at, const char *end)
{
    static const char digits[] = "0123456789abcdef";

    if (end - at < 4 || at[0] != '0' || at[1] != '0')
        return -1;
    const char *high = memchr(digits, at[2], 2), *low = memchr(digits, at[3], 16);
    return high && low ? (int)(16 * (high - digits) + (low - digits)) : -1;
}

/* One character inside quotes, written to `out`; returns how many bytes: 0: refused. */
static size_t take_character(reading *r, char out[4])
{
    const size_t left = (size_t)(r->end - r->at), length = utf8_length(r->at, left);

    if (length == 0)
        return refuse(r, "is not UTF-8"), 0;
    if ((unsigned char)*r->at < ' ')
        return refuse(r, "a string does not end in its line"), 0;
    if (*r->at != '\\') {
        memcpy(out, r->at, length);
        r->at += length;
        return length;
    }
    const int control = left > 5 && r->at[1] == 'u' ? control_escape(r->at + 2, r->end) : -1;
    const bool is_mark = left > 1 && (r->at[1] == '"' || r->at[1] == '\\');
    if (!is_mark && control <= 0)
        return refuse(r, "an escape that rapport does not write"), 0;
    out[0] = is_mark ? r->at[1] : (char)control;
    r->at += is_mark ? 2 : 6;
    return 1;
}

static const char *string(reading *r)
{
    take(r, '"');
    const char *close_quote = r->at; /* or before: no more bytes than there are up to it */
    while (close_quote < r->end && *close_quote != '"')
        close_quote += *close_quote == '\\' && r->end - close_quote > 1 ? 2 : 1;
    char *out = goes_on(r) ? memory_new(r->arena, (size_t)(close_quote - r->at) + 1) : NULL;
    size_t length = 0;

    if (!out)
        return no_memory(r);
    while (goes_on(r) && r->at < r->end && *r->at != '"')
        length += take_character(r, out + length);
    take(r, '"');
    return goes_on(r) ? out : NULL;
}

static uint64_t number(reading *r, uint64_t most)
{
    uint64_t value = 0;

    skip_blanks(r);
    const char *const first = r->at;
    for (; goes_on(r) && r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) {
        const uint64_t digit = (uint64_t)(*r->at - '0');
        if (digit > most || value > (most - digit) / 10)
            return refuse(r, "the number is too large"), 0;
        value = value * 10 + digit;
    }
    if (r->at == first || (r->at - first > 1 && *first == '0')) {
        r->at = first;
        refuse(r, "a whole number has to stand here");
    }
    return value;
}

/* ---- one member --------------------------------------------------------------------------- */

static const char *word(reading *r, const char *name)
{
    return member(r, name) ? string(r) : NULL;
}

static const char *word_or_none(reading *r, const char *name)
{
    return has_member(r, name) ? string(r) : NULL;
}

static uint64_t count(reading *r, const char *name, uint64_t most)
{
    return member(r, name) ? number(r, most) : 0;
}

static bool flag(reading *r, const char *name)
{
    static const char *const words[] = { "false", "true" };

    if (!member(r, name))
        return false;
    skip_blanks(r);
    for (int i = 0; i < 2; i++) {
        const size_t length = strlen(words[i]);
        if ((size_t)(r->end - r->at) >= length && memcmp(r->at, words[i], length) == 0) {
            r->at += length;
            return i;
        }
    }
    refuse(r, "true or false has to stand here");
    return false;
}

static const char *digest(reading *r)
{
    if (!member(r, "sha256"))
        return NULL;
    skip_blanks(r);
    const char *const from = r->at, *hex = string(r);
    if (hex && strspn(hex, "0123456789abcdef") == SHA256_HEX - 1 && !hex[SHA256_HEX - 1])
        return hex;
    r->at = from;
    refuse(r, "64 digits of a SHA-256 have to stand here");
    return NULL;
}

/* The mark that stands for the word: marks[i] for the i-th of `choices`. */
static char mark(reading *r, const char *name, const char *const *choices, const char *marks)
{
    const char *given = word(r, name);

    for (size_t i = 0; given && choices[i]; i++)
        if (strcmp(given, choices[i]) == 0)
            return marks[i];
    refuse(r, "a word that rapport does not write");
    return 0;
}

static void file_members(reading *r, provenance_file *out)
{
    out->name = word(r, "file");
    out->sha256 = digest(r);
    if (out->name && (strchr(out->name, '/') || !*out->name))
        refuse(r, "a file has to be called by its name alone");
}

static void file(reading *r, provenance_file *out)
{
    open(r, '{');
    file_members(r, out);
    close(r, '}');
}

/* ---- lists: read one by one into an array that grows
 * --------------------------------------------- */

/* Room for one more behind the `count` elements of *list; NULL: out of memory. */
static void *one_more(reading *r, void *list, uint32_t count, size_t size)
{
    void *grown = goes_on(r) ? memory_grow(r->arena, list, count, size) : NULL;
    return grown ? grown : no_memory(r);
}

static const provenance_file *files(reading *r, const char *name, uint32_t *count)
{
    provenance_file *list = NULL;

    if (!member(r, name))
        return NULL;
    open(r, '[');
    while (is_more(r, ']')) {
        provenance_file *grown = one_more(r, list, *count, sizeof *list);
        if (!grown)
            return NULL;
        list = grown;
        file(r, &list[(*count)++]);
    }
    close(r, ']');
    return list;
}

static void read_set(reading *r, provenance *out)
{
    const char **list = NULL;
    uint32_t count = 0;

    if (!member(r, "set"))
        return;
    open(r, '[');
    while (goes_on(r)) {
        const char **grown = one_more(r, list, count, sizeof *list);
        if (!grown)
            return;
        list = grown;
        list[count] = NULL;
        if (!is_more(r, ']'))
            break;
        list[count++] = string(r);
    }
    close(r, ']');
    out->set = list;
}

static void read_limits(reading *r, provenance *out)
{
    provenance_limit *list = NULL;

    if (!member(r, "limits"))
        return;
    open(r, '{');
    while (is_more(r, '}')) {
        provenance_limit *grown = one_more(r, list, out->limits, sizeof *list);
        if (!grown)
            return;
        list = grown;
        provenance_limit *limit = &list[out->limits++];
        limit->key = string(r);
        take(r, ':');
        limit->value = number(r, UINT64_MAX);
    }
    close(r, '}');
    out->limit = list;
}

static void read_plugins(reading *r, provenance *out)
{
    provenance_plugin *list = NULL;

    if (member(r, "trust")) {
        open(r, '{');
        out->pins_required = flag(r, "require");
        close(r, '}');
    }
    if (!member(r, "plugins"))
        return;
    open(r, '[');
    while (is_more(r, ']')) {
        provenance_plugin *grown = one_more(r, list, out->plugins, sizeof *list);
        if (!grown)
            return;
        list = grown;
        provenance_plugin *plugin = &list[out->plugins++];
        open(r, '{');
        file_members(r, &plugin->file);
        plugin->pinned = flag(r, "pinned");
        close(r, '}');
    }
    close(r, ']');
    out->plugin = list;
}

static void read_scales(reading *r, provenance_stage *out)
{
    provenance_scale *list = NULL;

    if (!member(r, "scales"))
        return;
    open(r, '[');
    while (is_more(r, ']')) {
        provenance_scale *grown = one_more(r, list, out->scales, sizeof *list);
        if (!grown)
            return;
        list = grown;
        provenance_scale *scale = &list[out->scales++];
        open(r, '{');
        scale->id = word(r, "scale");
        scale->scoring = word(r, "scoring");
        scale->version = word(r, "version");
        close(r, '}');
    }
    close(r, ']');
    out->scale = list;
}

static void read_stage(reading *r, provenance_stage *out)
{
    *out = (provenance_stage){ 0 };
    open(r, '{');
    out->name = word(r, "stage");
    out->instrument = word(r, "instrument");
    out->title = word_or_none(r, "title");
    out->version = word_or_none(r, "version");
    out->licence = word_or_none(r, "licence");
    out->source = word_or_none(r, "source");
    if (member(r, "ini"))
        file(r, &out->file);
    out->plugin = word_or_none(r, "plugin");
    out->plugin_version = word_or_none(r, "plugin_version");
    read_scales(r, out);
    close(r, '}');
}

static void read_stages(reading *r, provenance *out)
{
    provenance_stage *list = NULL;

    if (!member(r, "stages"))
        return;
    open(r, '[');
    while (is_more(r, ']')) {
        provenance_stage *grown = one_more(r, list, out->stages, sizeof *list);
        if (!grown)
            return;
        list = grown;
        read_stage(r, &list[out->stages++]);
    }
    close(r, ']');
    out->stage = list;
}

static void read_notes(reading *r, provenance *out)
{
    const char *from = r->at;
    char *notes = NULL;
    size_t length = 0;

    if (!member(r, "notes"))
        return;
    open(r, '[');
    while (is_more(r, ']')) {
        const char *note = string(r);
        if (!notes && goes_on(r)) /* no longer than they are written */
            notes = memory_new(r->arena, (size_t)(r->end - from));
        if (!note || !notes) {
            no_memory(r);
            return;
        }
        memcpy(notes + length, note, strlen(note));
        length += strlen(note);
        notes[length++] = '\n';
    }
    close(r, ']');
    out->notes = notes;
    out->notes_length = length;
}

/* ---- the parts, in the order of provenance_write
 * -------------------------------------------------- */

static void read_input(reading *r, provenance *out)
{
    static const char *const delimiters[] = { "comma", "semicolon", "tab", NULL };
    static const char *const decimals[] = { "point", "comma", "either", NULL };

    if (!member(r, "input"))
        return;
    open(r, '{');
    file_members(r, &out->input);
    out->input_bytes = count(r, "bytes", UINT64_MAX);
    out->columns = (uint32_t)count(r, "columns", UINT32_MAX);
    out->delimiter = mark(r, "delimiter", delimiters, ",;\t");
    out->decimal = mark(r, "decimal", decimals, ".,\0");
    close(r, '}');
}

static void read_records(reading *r, provenance *out)
{
    if (!member(r, "records"))
        return;
    open(r, '{');
    out->records = count(r, "read", UINT64_MAX);
    out->ok = count(r, "ok", UINT64_MAX);
    out->partial = count(r, "partial", UINT64_MAX);
    out->rejected = count(r, "rejected", UINT64_MAX);
    out->warnings = count(r, "warnings", UINT64_MAX);
    close(r, '}');
}

static void read_plugin_abi(reading *r, provenance *out)
{
    if (!member(r, "plugin_abi"))
        return;
    open(r, '{');
    count(r, "major", 1);
    out->abi_minor = (uint32_t)count(r, "minor", UINT32_MAX);
    close(r, '}');
}

static void read_engaged(reading *r, provenance_engaged *out)
{
    if (!has_member(r, "engaged"))
        return;
    open(r, '{');
    out->landlock = (uint32_t)count(r, "landlock", UINT32_MAX);
    out->seccomp = flag(r, "seccomp");
    out->namespaces = flag(r, "namespaces");
    out->plugins = word(r, "plugins");
    close(r, '}');
}

static void read_results(reading *r, provenance *out)
{
    if (member(r, "report"))
        file(r, &out->report);
    if (!member(r, "rejects"))
        return;
    open(r, '{');
    if (!next_is(r, '}')) /* else the run had none */
        file_members(r, &out->rejects);
    close(r, '}');
}

rapport_outcome provenance_read(provenance *facts, const char *bytes, size_t length,
                                const char *name, memory *arena, rapport_error *error)
{
    reading r = { .begin = bytes,
                  .at = bytes,
                  .end = bytes + length,
                  .name = name,
                  .arena = arena,
                  .error = error };

    *facts = (provenance){ 0 };
    open(&r, '{');
    facts->version = word(&r, "rapport");
    read_plugin_abi(&r, facts);
    if (member(&r, "pipeline"))
        file(&r, &facts->pipeline);
    read_set(&r, facts);
    read_limits(&r, facts);
    read_input(&r, facts);
    read_stages(&r, facts);
    read_plugins(&r, facts);
    facts->table = files(&r, "tables", &facts->tables);
    read_records(&r, facts);
    facts->isolation = word(&r, "isolation");
    read_engaged(&r, &facts->engaged);
    facts->formulas = word(&r, "formulas");
    read_notes(&r, facts);
    read_results(&r, facts);
    facts->outcome = (int)count(&r, "exit", RAPPORT_SOME_REJECTED);
    digest(&r);
    close(&r, '}');
    skip_blanks(&r);
    if (r.at < r.end)
        refuse(&r, "the file has to end here");
    return r.outcome;
}
