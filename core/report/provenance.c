/* provenance.c - what went in and what came out, by hash, as JSON. */
#include "report/provenance.h"

#include <stdio.h>
#include <string.h>

#include "sha256.h"
#include "utf8.h"

#define SEAL_HEAD "  \"sha256\": \""
#define SEAL_TAIL "\"\n}\n"
enum { SEAL_LENGTH = sizeof SEAL_HEAD - 1 + SHA256_HEX - 1 + sizeof SEAL_TAIL - 1 };

/* Writing can only fail for want of memory: noted once, and said at the end. */
typedef struct json {
    text *out;
    bool failed;
    bool first; /* in its object or list: no comma yet */
    int depth;
} json;

static void put(json *j, const char *bytes, size_t length)
{
    j->failed = j->failed || !text_add(j->out, bytes, length);
}

static void put_string(json *j, const char *string, size_t length)
{
    static const char digits[] = "0123456789abcdef";

    put(j, "\"", 1);
    for (size_t i = 0, step; i < length; i += step) {
        unsigned char c = (unsigned char)string[i];
        char escape[] = { '\\', 'u', '0', '0', digits[c >> 4], digits[c & 15] };
        step = utf8_length(string + i, length - i);
        if (c == '"' || c == '\\')
            put(j, "\\", 1);
        if (step == 0)
            put(j, "\xEF\xBF\xBD", 3); /* a file's name may hold any bytes, JSON may not */
        else if (c < ' ')
            put(j, escape, sizeof escape);
        else
            put(j, string + i, step);
        step = step ? step : 1;
    }
    put(j, "\"", 1);
}

static void begin_line(json *j)
{
    if (!j->first)
        put(j, ",", 1);
    put(j, "\n", 1);
    for (int i = 0; i < j->depth; i++)
        put(j, "  ", 2);
    j->first = false;
}

static void key(json *j, const char *name)
{
    begin_line(j);
    if (!name)
        return;
    put_string(j, name, strlen(name));
    put(j, ": ", 2);
}

static void open(json *j, const char *name, const char *bracket)
{
    key(j, name);
    put(j, bracket, 1);
    j->first = true;
    j->depth++;
}

static void close(json *j, const char *bracket)
{
    bool empty = j->first;
    j->depth--;
    j->first = true;
    if (!empty)
        begin_line(j);
    put(j, bracket, 1);
    j->first = false;
}

static void word(json *j, const char *name, const char *value)
{
    if (!value)
        return;
    key(j, name);
    put_string(j, value, strlen(value));
}

static void count(json *j, const char *name, uint64_t value)
{
    key(j, name);
    j->failed = j->failed || !text_add_count(j->out, value);
}

static void flag(json *j, const char *name, bool value)
{
    key(j, name);
    put(j, value ? "true" : "false", value ? 4 : 5);
}

static void file_members(json *j, const provenance_file *f)
{
    word(j, "file", f->name);
    word(j, "sha256", f->sha256);
}

static void file(json *j, const char *name, const provenance_file *f)
{
    open(j, name, "{");
    file_members(j, f);
    close(j, "}");
}

static void write_input(json *j, const provenance *facts)
{
    open(j, "input", "{");
    word(j, "file", facts->input.name);
    word(j, "sha256", facts->input.sha256);
    count(j, "bytes", facts->input_bytes);
    count(j, "columns", facts->columns);
    word(j, "delimiter",
         facts->delimiter == '\t'  ? "tab"
         : facts->delimiter == ';' ? "semicolon"
                                   : "comma");
    word(j, "decimal", facts->decimal == 0 ? "either" : facts->decimal == ',' ? "comma" : "point");
    close(j, "}");
}

static void write_stage(json *j, const provenance_stage *stage)
{
    open(j, NULL, "{");
    word(j, "stage", stage->name);
    word(j, "instrument", stage->instrument);
    word(j, "title", stage->title);
    word(j, "version", stage->version);
    word(j, "licence", stage->licence);
    word(j, "source", stage->source);
    file(j, "ini", &stage->file);
    word(j, "plugin", stage->plugin);
    word(j, "plugin_version", stage->plugin_version);
    open(j, "scales", "[");
    for (uint32_t i = 0; i < stage->scales; i++) {
        open(j, NULL, "{");
        word(j, "scale", stage->scale[i].id);
        word(j, "scoring", stage->scale[i].scoring);
        word(j, "version", stage->scale[i].version);
        close(j, "}");
    }
    close(j, "]");
    close(j, "}");
}

static void write_limits(json *j, const provenance *facts)
{
    open(j, "limits", "{");
    for (uint32_t i = 0; i < facts->limits; i++)
        count(j, facts->limit[i].key, facts->limit[i].value);
    close(j, "}");
}

static void write_files(json *j, const char *name, const provenance_file *first, uint32_t files)
{
    open(j, name, "[");
    for (uint32_t i = 0; i < files; i++)
        file(j, NULL, &first[i]);
    close(j, "]");
}

static void write_plugins(json *j, const provenance *facts)
{
    open(j, "trust", "{");
    flag(j, "require", facts->pins_required);
    close(j, "}");
    open(j, "plugins", "[");
    for (uint32_t i = 0; i < facts->plugins; i++) {
        open(j, NULL, "{");
        file_members(j, &facts->plugin[i].file);
        flag(j, "pinned", facts->plugin[i].pinned);
        close(j, "}");
    }
    close(j, "]");
}

static void write_engaged(json *j, const provenance_engaged *engaged)
{
    if (!engaged->plugins)
        return;
    open(j, "engaged", "{");
    count(j, "landlock", engaged->landlock);
    flag(j, "seccomp", engaged->seccomp);
    flag(j, "namespaces", engaged->namespaces);
    word(j, "plugins", engaged->plugins);
    close(j, "}");
}

static void write_notes(json *j, const provenance *facts)
{
    const char *at = facts->notes, *end = at ? at + facts->notes_length : NULL;

    open(j, "notes", "[");
    while (at < end) {
        const char *line = memchr(at, '\n', (size_t)(end - at));
        line = line ? line : end;
        key(j, NULL);
        put_string(j, at, (size_t)(line - at));
        at = line + 1;
    }
    close(j, "]");
}

/* The last lines of a provenance: the hash of all bytes before them, and the closing bracket. */
static void write_seal(char seal[SEAL_LENGTH + 1], const char *bytes, size_t length)
{
    sha256 hash;
    unsigned char digest[SHA256_BYTES];
    char hex[SHA256_HEX];

    sha256_begin(&hash);
    sha256_add(&hash, bytes, length);
    sha256_end(&hash, digest);
    sha256_hex(hex, digest);
    snprintf(seal, SEAL_LENGTH + 1, SEAL_HEAD "%s" SEAL_TAIL, hex);
}

bool provenance_is_sealed(const char *bytes, size_t length)
{
    char seal[SEAL_LENGTH + 1];

    if (length < SEAL_LENGTH)
        return false;
    write_seal(seal, bytes, length - SEAL_LENGTH);
    return memcmp(bytes + length - SEAL_LENGTH, seal, SEAL_LENGTH) == 0;
}

bool provenance_write(text *out, const provenance *facts)
{
    json j = { .out = out, .first = true, .depth = 1 };
    const size_t begin = out->length;
    char seal[SEAL_LENGTH + 1];

    put(&j, "{", 1);
    word(&j, "rapport", facts->version);
    open(&j, "plugin_abi", "{");
    count(&j, "major", 1);
    count(&j, "minor", facts->abi_minor);
    close(&j, "}");
    file(&j, "pipeline", &facts->pipeline);
    open(&j, "set", "[");
    for (const char *const *set = facts->set; set && *set; set++)
        word(&j, NULL, *set);
    close(&j, "]");
    write_limits(&j, facts);
    write_input(&j, facts);
    open(&j, "stages", "[");
    for (uint32_t i = 0; i < facts->stages; i++)
        write_stage(&j, &facts->stage[i]);
    close(&j, "]");
    write_plugins(&j, facts);
    write_files(&j, "tables", facts->table, facts->tables);
    open(&j, "records", "{");
    count(&j, "read", facts->records);
    count(&j, "ok", facts->ok);
    count(&j, "partial", facts->partial);
    count(&j, "rejected", facts->rejected);
    count(&j, "warnings", facts->warnings);
    close(&j, "}");
    word(&j, "isolation", facts->isolation);
    write_engaged(&j, &facts->engaged);
    word(&j, "formulas", facts->formulas);
    write_notes(&j, facts);
    file(&j, "report", &facts->report);
    file(&j, "rejects", &facts->rejects);
    count(&j, "exit", (uint64_t)facts->outcome);
    put(&j, ",\n", 2);
    if (j.failed)
        return false;
    write_seal(seal, out->bytes + begin, out->length - begin);
    return text_add(out, seal, SEAL_LENGTH);
}
