/* provenance_read.c - the facts of a provenance file, as provenance.c wrote them. */
#include "report/provenance.h"

#include <string.h>

#include "report/json_read.h"

/* ---- one file ------------------------------------------------------------------------------- */

static void file_members(json_reading *r, provenance_file *out)
{
    out->name = json_read_word(r, "file");
    out->sha256 = json_read_digest(r, "sha256");
    if (out->name && (strchr(out->name, '/') || !*out->name))
        json_refuse(r, "a file has to be called by its name alone");
}

static void file(json_reading *r, provenance_file *out)
{
    json_read_open(r, '{');
    file_members(r, out);
    json_read_close(r, '}');
}

/* ---- lists: read one by one into an array that grows
 * --------------------------------------------- */

/* Room for one more behind the `count` elements of *list; NULL: out of memory. */
static void *one_more(json_reading *r, void *list, uint32_t count, size_t size)
{
    void *grown = json_read_on(r) ? memory_grow(r->arena, list, count, size) : NULL;
    return grown ? grown : json_no_memory(r);
}

static const provenance_file *files(json_reading *r, const char *name, uint32_t *count)
{
    provenance_file *list = NULL;

    if (!json_member(r, name))
        return NULL;
    json_read_open(r, '[');
    while (json_read_more(r, ']')) {
        provenance_file *grown = one_more(r, list, *count, sizeof *list);
        if (!grown)
            return NULL;
        list = grown;
        file(r, &list[(*count)++]);
    }
    json_read_close(r, ']');
    return list;
}

static void read_set(json_reading *r, provenance *out)
{
    const char **list = NULL;
    uint32_t count = 0;

    if (!json_member(r, "set"))
        return;
    json_read_open(r, '[');
    while (json_read_on(r)) {
        const char **grown = one_more(r, list, count, sizeof *list);
        if (!grown)
            return;
        list = grown;
        list[count] = NULL;
        if (!json_read_more(r, ']'))
            break;
        list[count++] = json_read_string(r);
    }
    json_read_close(r, ']');
    out->set = list;
}

static void read_limits(json_reading *r, provenance *out)
{
    provenance_limit *list = NULL;

    if (!json_member(r, "limits"))
        return;
    json_read_open(r, '{');
    while (json_read_more(r, '}')) {
        provenance_limit *grown = one_more(r, list, out->limits, sizeof *list);
        if (!grown)
            return;
        list = grown;
        provenance_limit *limit = &list[out->limits++];
        limit->key = json_read_string(r);
        json_take(r, ':');
        limit->value = json_read_number(r, UINT64_MAX);
    }
    json_read_close(r, '}');
    out->limit = list;
}

static void read_plugins(json_reading *r, provenance *out)
{
    provenance_plugin *list = NULL;

    if (json_member(r, "trust")) {
        json_read_open(r, '{');
        out->pins_required = json_read_flag(r, "require");
        json_read_close(r, '}');
    }
    if (!json_member(r, "plugins"))
        return;
    json_read_open(r, '[');
    while (json_read_more(r, ']')) {
        provenance_plugin *grown = one_more(r, list, out->plugins, sizeof *list);
        if (!grown)
            return;
        list = grown;
        provenance_plugin *plugin = &list[out->plugins++];
        json_read_open(r, '{');
        file_members(r, &plugin->file);
        plugin->pinned = json_read_flag(r, "pinned");
        json_read_close(r, '}');
    }
    json_read_close(r, ']');
    out->plugin = list;
}

static void read_scales(json_reading *r, provenance_stage *out)
{
    provenance_scale *list = NULL;

    if (!json_member(r, "scales"))
        return;
    json_read_open(r, '[');
    while (json_read_more(r, ']')) {
        provenance_scale *grown = one_more(r, list, out->scales, sizeof *list);
        if (!grown)
            return;
        list = grown;
        provenance_scale *scale = &list[out->scales++];
        json_read_open(r, '{');
        scale->id = json_read_word(r, "scale");
        scale->scoring = json_read_word(r, "scoring");
        scale->version = json_read_word(r, "version");
        json_read_close(r, '}');
    }
    json_read_close(r, ']');
    out->scale = list;
}

static void read_stage(json_reading *r, provenance_stage *out)
{
    *out = (provenance_stage){ 0 };
    json_read_open(r, '{');
    out->name = json_read_word(r, "stage");
    out->instrument = json_read_word(r, "instrument");
    out->title = json_read_word_or_none(r, "title");
    out->version = json_read_word_or_none(r, "version");
    out->licence = json_read_word_or_none(r, "licence");
    out->source = json_read_word_or_none(r, "source");
    if (json_member(r, "ini"))
        file(r, &out->file);
    out->plugin = json_read_word_or_none(r, "plugin");
    out->plugin_version = json_read_word_or_none(r, "plugin_version");
    read_scales(r, out);
    json_read_close(r, '}');
}

static void read_stages(json_reading *r, provenance *out)
{
    provenance_stage *list = NULL;

    if (!json_member(r, "stages"))
        return;
    json_read_open(r, '[');
    while (json_read_more(r, ']')) {
        provenance_stage *grown = one_more(r, list, out->stages, sizeof *list);
        if (!grown)
            return;
        list = grown;
        read_stage(r, &list[out->stages++]);
    }
    json_read_close(r, ']');
    out->stage = list;
}

static void read_notes(json_reading *r, provenance *out)
{
    const char *from = r->at;
    char *notes = NULL;
    size_t length = 0;

    if (!json_member(r, "notes"))
        return;
    json_read_open(r, '[');
    while (json_read_more(r, ']')) {
        const char *note = json_read_string(r);
        if (!notes && json_read_on(r)) /* no longer than they are written */
            notes = memory_new(r->arena, (size_t)(r->end - from));
        if (!note || !notes) {
            json_no_memory(r);
            return;
        }
        memcpy(notes + length, note, strlen(note));
        length += strlen(note);
        notes[length++] = '\n';
    }
    json_read_close(r, ']');
    out->notes = notes;
    out->notes_length = length;
}

/* ---- the parts, in the order of provenance_write
 * -------------------------------------------------- */

static void read_input(json_reading *r, provenance *out)
{
    static const char *const delimiters[] = { "comma", "semicolon", "tab", NULL };
    static const char *const decimals[] = { "point", "comma", "either", NULL };

    if (!json_member(r, "input"))
        return;
    json_read_open(r, '{');
    file_members(r, &out->input);
    out->input_bytes = json_read_count(r, "bytes", UINT64_MAX);
    out->columns = (uint32_t)json_read_count(r, "columns", UINT32_MAX);
    out->delimiter = json_read_mark(r, "delimiter", delimiters, ",;\t");
    out->decimal = json_read_mark(r, "decimal", decimals, ".,\0");
    json_read_close(r, '}');
}

static void read_records(json_reading *r, provenance *out)
{
    if (!json_member(r, "records"))
        return;
    json_read_open(r, '{');
    out->records = json_read_count(r, "read", UINT64_MAX);
    out->ok = json_read_count(r, "ok", UINT64_MAX);
    out->partial = json_read_count(r, "partial", UINT64_MAX);
    out->rejected = json_read_count(r, "rejected", UINT64_MAX);
    out->warnings = json_read_count(r, "warnings", UINT64_MAX);
    json_read_close(r, '}');
}

static void read_plugin_abi(json_reading *r, provenance *out)
{
    if (!json_member(r, "plugin_abi"))
        return;
    json_read_open(r, '{');
    json_read_count(r, "major", 1);
    out->abi_minor = (uint32_t)json_read_count(r, "minor", UINT32_MAX);
    json_read_close(r, '}');
}

static void read_engaged(json_reading *r, provenance_engaged *out)
{
    if (!json_has_member(r, "engaged"))
        return;
    json_read_open(r, '{');
    out->landlock = (uint32_t)json_read_count(r, "landlock", UINT32_MAX);
    out->seccomp = json_read_flag(r, "seccomp");
    out->namespaces = json_read_flag(r, "namespaces");
    out->plugins = json_read_word(r, "plugins");
    json_read_close(r, '}');
}

static void read_results(json_reading *r, provenance *out)
{
    if (json_member(r, "report"))
        file(r, &out->report);
    if (!json_member(r, "rejects"))
        return;
    json_read_open(r, '{');
    if (!json_next_is(r, '}')) /* else the run had none */
        file_members(r, &out->rejects);
    json_read_close(r, '}');
}

rapport_outcome provenance_read(provenance *facts, const char *bytes, size_t length,
                                const char *name, memory *arena, rapport_error *error)
{
    json_reading r = { .begin = bytes,
                       .at = bytes,
                       .end = bytes + length,
                       .name = name,
                       .cure = "the file was changed or damaged: take it from a backup, or run the "
                               "pipeline again [verify-provenance]",
                       .arena = arena,
                       .error = error };

    *facts = (provenance){ 0 };
    json_read_open(&r, '{');
    facts->version = json_read_word(&r, "rapport");
    read_plugin_abi(&r, facts);
    if (json_member(&r, "pipeline"))
        file(&r, &facts->pipeline);
    read_set(&r, facts);
    read_limits(&r, facts);
    read_input(&r, facts);
    read_stages(&r, facts);
    read_plugins(&r, facts);
    facts->table = files(&r, "tables", &facts->tables);
    read_records(&r, facts);
    facts->isolation = json_read_word(&r, "isolation");
    read_engaged(&r, &facts->engaged);
    facts->formulas = json_read_word(&r, "formulas");
    read_notes(&r, facts);
    read_results(&r, facts);
    facts->outcome = (int)json_read_count(&r, "exit", RAPPORT_SOME_REJECTED);
    json_read_digest(&r, "sha256");
    json_read_close(&r, '}');
    return json_read_end(&r);
}
