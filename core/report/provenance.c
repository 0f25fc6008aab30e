/* provenance.c - what went in and what came out, by hash, as JSON. */
#include "report/provenance.h"

#include <stdio.h>
#include <string.h>

#include "report/json_write.h"
#include "sha256.h"

#define SEAL_HEAD "  \"sha256\": \""
#define SEAL_TAIL "\"\n}\n"
enum { SEAL_LENGTH = sizeof SEAL_HEAD - 1 + SHA256_HEX - 1 + sizeof SEAL_TAIL - 1 };

static void file_members(json_writing *j, const provenance_file *f)
{
    json_write_word(j, "file", f->name);
    json_write_word(j, "sha256", f->sha256);
}

static void file(json_writing *j, const char *name, const provenance_file *f)
{
    json_write_open(j, name, "{");
    file_members(j, f);
    json_write_close(j, "}");
}

static void write_input(json_writing *j, const provenance *facts)
{
    json_write_open(j, "input", "{");
    json_write_word(j, "file", facts->input.name);
    json_write_word(j, "sha256", facts->input.sha256);
    json_write_count(j, "bytes", facts->input_bytes);
    json_write_count(j, "columns", facts->columns);
    json_write_word(j, "delimiter",
                    facts->delimiter == '\t'  ? "tab"
                    : facts->delimiter == ';' ? "semicolon"
                                              : "comma");
    json_write_word(j, "decimal",
                    facts->decimal == 0     ? "either"
                    : facts->decimal == ',' ? "comma"
                                            : "point");
    json_write_close(j, "}");
}

static void write_stage(json_writing *j, const provenance_stage *stage)
{
    json_write_open(j, NULL, "{");
    json_write_word(j, "stage", stage->name);
    json_write_word(j, "instrument", stage->instrument);
    json_write_word(j, "title", stage->title);
    json_write_word(j, "version", stage->version);
    json_write_word(j, "licence", stage->licence);
    json_write_word(j, "source", stage->source);
    file(j, "ini", &stage->file);
    json_write_word(j, "plugin", stage->plugin);
    json_write_word(j, "plugin_version", stage->plugin_version);
    json_write_open(j, "scales", "[");
    for (uint32_t i = 0; i < stage->scales; i++) {
        json_write_open(j, NULL, "{");
        json_write_word(j, "scale", stage->scale[i].id);
        json_write_word(j, "scoring", stage->scale[i].scoring);
        json_write_word(j, "version", stage->scale[i].version);
        json_write_close(j, "}");
    }
    json_write_close(j, "]");
    json_write_close(j, "}");
}

static void write_limits(json_writing *j, const provenance *facts)
{
    json_write_open(j, "limits", "{");
    for (uint32_t i = 0; i < facts->limits; i++)
        json_write_count(j, facts->limit[i].key, facts->limit[i].value);
    json_write_close(j, "}");
}

static void write_files(json_writing *j, const char *name, const provenance_file *first,
                        uint32_t files)
{
    json_write_open(j, name, "[");
    for (uint32_t i = 0; i < files; i++)
        file(j, NULL, &first[i]);
    json_write_close(j, "]");
}

static void write_plugins(json_writing *j, const provenance *facts)
{
    json_write_open(j, "trust", "{");
    json_write_flag(j, "require", facts->pins_required);
    json_write_close(j, "}");
    json_write_open(j, "plugins", "[");
    for (uint32_t i = 0; i < facts->plugins; i++) {
        json_write_open(j, NULL, "{");
        file_members(j, &facts->plugin[i].file);
        json_write_flag(j, "pinned", facts->plugin[i].pinned);
        json_write_close(j, "}");
    }
    json_write_close(j, "]");
}

static void write_engaged(json_writing *j, const provenance_engaged *engaged)
{
    if (!engaged->plugins)
        return;
    json_write_open(j, "engaged", "{");
    json_write_count(j, "landlock", engaged->landlock);
    json_write_flag(j, "seccomp", engaged->seccomp);
    json_write_flag(j, "namespaces", engaged->namespaces);
    json_write_word(j, "plugins", engaged->plugins);
    json_write_close(j, "}");
}

static void write_notes(json_writing *j, const provenance *facts)
{
    const char *at = facts->notes, *end = at ? at + facts->notes_length : NULL;

    json_write_open(j, "notes", "[");
    while (at < end) {
        const char *line = memchr(at, '\n', (size_t)(end - at));
        line = line ? line : end;
        json_write_key(j, NULL);
        json_write_string(j, at, (size_t)(line - at));
        at = line + 1;
    }
    json_write_close(j, "]");
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
    json_writing j = { .out = out, .first = true, .depth = 1 };
    const size_t begin = out->length;
    char seal[SEAL_LENGTH + 1];

    json_put(&j, "{", 1);
    json_write_word(&j, "rapport", facts->version);
    json_write_open(&j, "plugin_abi", "{");
    json_write_count(&j, "major", 1);
    json_write_count(&j, "minor", facts->abi_minor);
    json_write_close(&j, "}");
    file(&j, "pipeline", &facts->pipeline);
    json_write_open(&j, "set", "[");
    for (const char *const *set = facts->set; set && *set; set++)
        json_write_word(&j, NULL, *set);
    json_write_close(&j, "]");
    write_limits(&j, facts);
    write_input(&j, facts);
    json_write_open(&j, "stages", "[");
    for (uint32_t i = 0; i < facts->stages; i++)
        write_stage(&j, &facts->stage[i]);
    json_write_close(&j, "]");
    write_plugins(&j, facts);
    write_files(&j, "tables", facts->table, facts->tables);
    json_write_open(&j, "records", "{");
    json_write_count(&j, "read", facts->records);
    json_write_count(&j, "ok", facts->ok);
    json_write_count(&j, "partial", facts->partial);
    json_write_count(&j, "rejected", facts->rejected);
    json_write_count(&j, "warnings", facts->warnings);
    json_write_close(&j, "}");
    json_write_word(&j, "isolation", facts->isolation);
    write_engaged(&j, &facts->engaged);
    json_write_word(&j, "formulas", facts->formulas);
    write_notes(&j, facts);
    file(&j, "report", &facts->report);
    file(&j, "rejects", &facts->rejects);
    json_write_count(&j, "exit", (uint64_t)facts->outcome);
    json_put(&j, ",\n", 2);
    if (j.failed)
        return false;
    write_seal(seal, out->bytes + begin, out->length - begin);
    return text_add(out, seal, SEAL_LENGTH);
}
