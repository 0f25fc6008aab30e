/* plan.c - what shall be done: a pipeline file and all it names, understood and checked.
 *
 * Files first, plugins last: whoever loads the plugins has everything else in memory.
 */
#include "config/plan.h"

#include <string.h>

#include "ceilings.h"
#include "config/file.h"
#include "config/nearest.h"
#include "config/places.h"
#include "config/schema.h"
#include "config/settings.h"
#include "table/number.h"

/* Of an instrument by itself, which has no [limits]. */
enum { LOAD_TIME = 5000, MEMORY = 1 << 30 };

typedef struct reading {
    plan *out;
    memory *arena;
    problems *all;
} reading;

#define WRONG(r, at, ...) problem_add((r)->all, RAPPORT_BAD_CONFIG, at, __VA_ARGS__)

/* One of the sections that stand once, with the defaults where it is not there. */
static settings once(reading *r, const char *kind)
{
    settings found;
    const schema *known = schema_find(schema_pipeline, kind);
    const section *given = config_find(&r->out->pipeline, kind, "");
    const place file = { .file = r->out->pipeline.path };

    if (!given && known->required)
        WRONG(r, &file, "has no section %s; add it [cfg-section]", known->heading);
    settings_check(&found, given, given ? given->at : file, NULL, &known->rows, 1, r->arena,
                   r->all);
    return found;
}

static const char *const *words(reading *r, const settings *in, const char *key, uint32_t *count)
{
    const rapport_value *value = &settings_get(in, key)->value;
    const char **list = memory_array(r->arena, value->count + 1, sizeof *list);
    if (!list)
        return problem_memory(r->all);
    for (uint32_t i = 0; i < value->count; i++)
        list[i] = value->word[i];
    *count = value->count;
    return (const char *const *)list;
}

/* The character that stands for the word: marks[i] for the i-th of `choices`. */
static char mark_of(const settings *in, const char *key, const char *const *choices,
                    const char *marks)
{
    const char *word = settings_word(in, key);
    for (size_t i = 0; word && choices[i]; i++)
        if (strcmp(word, choices[i]) == 0)
            return marks[i];
    return 0;
}

static void read_table_settings(reading *r)
{
    plan *out = r->out;
    static const char *const delimiters[] = { "comma", "semicolon", "tab", NULL };
    static const char *const decimals[] = { "point", "comma", NULL };
    static const char *const encodings[] = { "bytes", NULL };
    static const char *const kept[] = { "keep", NULL };
    uint32_t codes;
    const settings input = once(r, "input"), report = once(r, "report"), audit = once(r, "audit");
    if (r->all->memory)
        return;

    out->input = settings_word(&input, "path");
    out->delimiter = mark_of(&input, "delimiter", delimiters, ",;\t");
    out->decimal = mark_of(&input, "decimal", decimals, ".,");
    out->missing = words(r, &input, "missing", &codes);
    out->any_bytes = mark_of(&input, "encoding", encodings, "b") != 0;
    out->unique = settings_yes(&input, "unique");
    if (out->unique && !out->session) {
        place at = settings_place(&input, "unique");
        WRONG(r, &at,
              "rows are told apart by respondent and session; give session in [pipeline] too "
              "[cfg-unique]");
    }

    double places;
    const char *word = settings_word(&report, "decimals");
    bool counted = word && number_read(&places, word, strlen(word), '.');
    out->decimals = counted ? (int)places : NUMBER_FULL;
    out->report = settings_word(&report, "path");
    out->rejects = settings_word(&report, "rejects");
    out->provenance = settings_word(&report, "provenance");
    out->audit_log = settings_word(&audit, "log");
    if (out->audit_log && strcmp(out->audit_log, "-") == 0) {
        const place at = settings_place(&audit, "log");
        WRONG(r, &at, "a log is kept in a file, and no stream; name one [cfg-audit]");
    }
    out->answered = settings_yes(&report, "answered");
    out->formulas = mark_of(&report, "formulas", kept, "k") ? FORMULAS_KEPT : FORMULAS_NEUTRALISED;
}

static void read_limits(reading *r)
{
    plan *out = r->out;
    const settings run = once(r, "run");
    out->limits = once(r, "limits");
    if (r->all->memory)
        return;

    out->field_limit = (size_t)settings_real(&out->limits, "field", 1);
    out->record_limit = (size_t)settings_real(&out->limits, "record", 1);
    out->column_limit = (uint32_t)settings_real(&out->limits, "columns", 1);
    out->name_limit = (size_t)settings_real(&out->limits, "name", 1);
    out->load_time = (uint32_t)settings_real(&out->limits, "load_time", CEILING_TIME);
    out->memory = (size_t)settings_real(&out->limits, "memory", CEILING_MEMORY);
    out->row_limit = (uint64_t)settings_real(&out->limits, "rows", 1);
    out->ini_file_limit = (size_t)settings_real(&out->limits, "ini_file", CEILING_INI_FILE);
    out->ini_line_limit = (size_t)settings_real(&out->limits, "ini_line", CEILING_INI_LINE);
    out->item_limit = (uint32_t)settings_real(&out->limits, "items", CEILING_ITEMS);
    out->stage_limit = (uint32_t)settings_real(&out->limits, "stages", CEILING_STAGES);
    out->output_limit = (uint32_t)settings_real(&out->limits, "outputs", CEILING_OUTPUTS);
    out->modules.most = (uint32_t)settings_real(&out->limits, "plugins", CEILING_PLUGINS);
    out->modules.largest = (size_t)settings_real(&out->limits, "plugin_file", CEILING_PLUGIN_FILE);
    out->batch_time = (uint32_t)settings_real(&out->limits, "batch_time", 1);
    out->row_time = (uint32_t)settings_real(&out->limits, "row_time", 1);
    out->chunk = (size_t)settings_real(&run, "chunk", 4096);
    out->chunk_records = (uint64_t)settings_real(&run, "chunk_records", 0);
    out->batch = (uint32_t)settings_real(&run, "batch", 1);
    rapport_error wrong;
    if (cpu_reading(&out->kernel, &wrong) != RAPPORT_DONE)
        problem_add(r->all, RAPPORT_WRONG_USE, NULL, "%s", wrong.text);
    out->workers = (uint32_t)settings_real(&run, "workers", 0);
    const char *isolation = settings_word(&run, "isolation");
    for (unsigned i = RAPPORT_ISOLATION_NONE; isolation && isolation_word(i); i++)
        if (strcmp(isolation, isolation_word(i)) == 0)
            out->isolation = (rapport_isolation)i;
}

/* What a plan's plugins are loaded by has to be known before their files are looked at. */
static void settle_isolation(plan *out, rapport_isolation asked)
{
    if (asked != RAPPORT_ISOLATION_DEFAULT)
        out->isolation = asked;
    if (out->isolation != RAPPORT_ISOLATION_NONE)
        out->modules.use = PLUGIN_FILE_KEEP;
}

const char *isolation_word(unsigned level)
{
    static const char *const words[] = { [RAPPORT_ISOLATION_NONE] = "none",
                                         [RAPPORT_ISOLATION_PROCESS] = "process",
                                         [RAPPORT_ISOLATION_SANDBOX] = "sandbox",
                                         [RAPPORT_ISOLATION_STRICT] = "strict" };
    return level < sizeof words / sizeof *words ? words[level] : NULL;
}

/* ---- stages ------------------------------------------------------------------- */

static void offer_name(void *self, const char *name, const char *path)
{
    (void)path;
    nearest_offer(self, name);
}

static const char *find_instrument(reading *r, const setting *named)
{
    const char *beside = named->value_at.file, *path;
    if (strchr(named->value, '/')) {
        path = config_path(beside, named->value, r->arena);
        return path ? path : problem_memory(r->all);
    }
    path = places_find(PLACES_INSTRUMENTS, named->value, beside, r->out->modules.tried, r->arena,
                       r->all);
    if (!path && !r->all->memory) {
        char hint[160];
        nearest search = { .wanted = named->value };
        places_each(PLACES_INSTRUMENTS, beside, offer_name, &search, NULL, r->arena, r->all);
        nearest_hint(hint, sizeof hint, &search);
        WRONG(r, &named->value_at, "unknown instrument '%s'%s [cfg-unknown-name]",
              echo_text(named->value, strlen(named->value)).text, *hint ? hint : PLACES_HINT);
    }
    return path;
}

static void find_parts(reading *r, stage *out, config *from)
{
    out->from = from;
    out->instrument = (instrument){ .path = from->path, .config = from };
    instrument_find(from, &r->out->modules, r->arena, r->all);
}

/* Whether there are no more items than there may be; the first one too many is where to look. */
static bool check_items(reading *r, const config *from)
{
    const uint32_t most = r->out->item_limit;
    const section *beyond = NULL;
    uint32_t items = 0;

    for (uint32_t i = 0; i < from->sections; i++)
        if (strcmp(from->section[i].kind, "item") == 0 && items++ == most)
            beyond = &from->section[i];
    if (beyond)
        WRONG(r, &beyond->at,
              "%u items, more than %u; make two instruments of it, or raise items" UP_TO
              " [cfg-items]",
              items, most, CEILING_ITEMS);
    return !beyond;
}

static void read_stage(reading *r, stage *out, const char *name)
{
    uint32_t before = r->all->count;
    static const char *const not_the_instruments[] = { "instrument", NULL };
    const section *in = config_find(&r->out->pipeline, "stage", name);
    const setting *named = in ? section_find(in, "instrument") : NULL;
    const place file = { .file = r->out->pipeline.path };
    config *alone = memory_new(r->arena, sizeof *alone);
    config *merged = memory_new(r->arena, sizeof *merged);

    *out = (stage){ .name = name, .at = in ? in->at : file, .broken = true };
    if (!alone || !merged) {
        problem_memory(r->all);
        return;
    }
    if (!named || !*named->value) {
        WRONG(r, &out->at,
              "stage '%s' has no instrument; add [stage %s] with instrument = NAME "
              "[cfg-missing-key]",
              name, name);
        return;
    }
    const char *path = find_instrument(r, named);
    const grammar_limits limits = { r->out->ini_file_limit, r->out->ini_line_limit, true };
    if (!path || !config_read_up_to(alone, path, limits, r->arena, r->all))
        return;
    const place instrument = { .file = alone->path };
    if (!config_find(alone, "instrument", ""))
        WRONG(r, &instrument,
              "has no section [instrument]; is it an instrument's file? [cfg-section]");
    else if (config_overlay(merged, alone, "instrument", &r->out->pipeline, "stage", name,
                            not_the_instruments, r->arena, r->all) &&
             check_items(r, merged))
        find_parts(r, out, merged);
    out->broken = r->all->count > before;
}

/* A section for a stage that does not run would be silently without effect. */
static void check_stage_sections(reading *r)
{
    for (uint32_t i = 0; i < r->out->pipeline.sections; i++) {
        const section *in = &r->out->pipeline.section[i];
        size_t length = strcspn(in->name, " ");
        nearest search = { .wanted = in->name };
        bool runs = strcmp(in->kind, "stage") != 0;

        for (uint32_t s = 0; s < r->out->stages && !runs; s++) {
            const char *name = r->out->stage[s].name;
            runs = strlen(name) == length && strncmp(name, in->name, length) == 0;
            nearest_offer(&search, name);
        }
        if (!runs) {
            char hint[160];
            WRONG(r, &in->at,
                  "stage '%.*s' is not among the stages of [pipeline]%s "
                  "[cfg-unknown-name]",
                  (int)length, in->name, nearest_hint(hint, sizeof hint, &search));
        }
    }
}

static void read_stages(reading *r, const settings *head)
{
    const rapport_value *names = &settings_get(head, "stages")->value;
    const place at = settings_place(head, "stages");
    plan *out = r->out;

    if (names->count > out->stage_limit) {
        WRONG(r, &at,
              "%u stages, more than %u; make two pipelines of it, or raise stages" UP_TO
              " [cfg-stages]",
              names->count, out->stage_limit, CEILING_STAGES);
        return;
    }
    out->stage = memory_array(r->arena, names->count + 1, sizeof *out->stage);
    if (!out->stage) {
        problem_memory(r->all);
        return;
    }
    for (uint32_t i = 0; i < names->count && !r->all->memory; i++) {
        for (uint32_t j = 0; j < i; j++)
            if (strcmp(names->word[i], names->word[j]) == 0)
                WRONG(r, &at,
                      "stage '%s' stands twice; give the second one a name of its own "
                      "[cfg-list]",
                      names->word[i]);
        read_stage(r, &out->stage[out->stages++], names->word[i]);
    }
    if (names->count) /* else the list was refused, and says nothing of them */
        check_stage_sections(r);
}

/* An instrument by itself: one stage, so that it can be checked like any other. */
static bool read_instrument(reading *r)
{
    plan *out = r->out;

    out->only_instrument = true;
    out->respondent = "respondent";
    out->keep = memory_array(r->arena, 1, sizeof *out->keep);
    out->stage = memory_array(r->arena, 1, sizeof *out->stage);
    if (!out->keep || !out->stage)
        return problem_memory(r->all);
    out->stages = 1;
    out->stage->at = (place){ .file = out->pipeline.path };
    read_table_settings(r);
    read_limits(r);
    if (r->all->memory)
        return false;
    uint32_t before = r->all->count;
    if (check_items(r, &out->pipeline))
        find_parts(r, out->stage, &out->pipeline);
    out->stage->broken = r->all->count > before;
    return !r->all->memory;
}

/* What `rapport list` calls it is no path. */
static bool is_only_a_name(const char *path, memory *arena, problems *all)
{
    const char *meant = file_is_there(path) ? NULL : places_meant(path, arena, all);
    const place at = { .file = path };

    if (meant)
        problem_add(all, RAPPORT_BAD_CONFIG, &at, "no such file; did you mean '%s'? [cfg-file]",
                    meant);
    return meant || all->memory;
}

/* Holds plugins against [trust] from here on. false: it cannot be understood, so that no plugin may
 * be loaded. */
static bool begin_trust(reading *r)
{
    r->out->modules.by = &r->out->trust;
    return trust_read(&r->out->trust, &r->out->pipeline, r->arena, r->all);
}

/* A pin may be for a plugin that is not used: a clinic pins all it has approved. But one for a
 * plugin that is nowhere is a slip, and guards nothing. */
static void check_pins(reading *r)
{
    const trust *by = &r->out->trust;
    const char *beside = r->out->pipeline.path;

    for (uint32_t s = 0; s < r->out->stages; s++)
        if (r->out->stage[s].broken) /* and what it would use is not known */
            return;
    for (uint32_t i = 0; i < by->pins; i++) {
        const pin *p = &by->pin[i];
        char hint[160];
        nearest search = { .wanted = p->name };
        if (p->met || places_find(PLACES_PLUGINS, p->name, beside, NULL, r->arena, r->all))
            continue;
        places_each(PLACES_PLUGINS, beside, offer_name, &search, NULL, r->arena, r->all);
        nearest_hint(hint, sizeof hint, &search);
        WRONG(r, &p->at, "no plugin is called '%s'%s [cfg-unknown-name]", p->name,
              *hint ? hint : PLACES_HINT);
    }
}

static bool read_plan(plan *out, const char *path, const char *const *set,
                      rapport_isolation isolation, bool to_pin, memory *arena, text *tried,
                      problems *all)
{
    static const char *const kinds[] = { "pipeline", "input", "report", "audit", "stage",
                                         "limits",   "run",   "trust",  NULL };
    reading r = { .out = out, .arena = arena, .all = all };

    *out = (plan){ .isolation = RAPPORT_ISOLATION_SANDBOX,
                   .load_time = LOAD_TIME,
                   .memory = MEMORY,
                   .modules = { .arena = arena, .tried = tried } };
    if (is_only_a_name(path, arena, all))
        return false;
    if (!config_read(&out->pipeline, path, arena, all))
        return false;
    for (; set && *set; set++)
        config_set(&out->pipeline, *set, arena, all);
    if (config_find(&out->pipeline, "instrument", "") &&
        !config_find(&out->pipeline, "pipeline", "")) {
        settle_isolation(out, isolation);
        return read_instrument(&r);
    }
    config_kinds(&out->pipeline, kinds, all);

    const settings head = once(&r, "pipeline");
    if (all->memory)
        return false;
    out->title = settings_word(&head, "title");
    out->respondent = settings_word(&head, "respondent");
    out->session = settings_word(&head, "session");
    out->keep = words(&r, &head, "keep", &out->kept);
    out->respondent_at = settings_place(&head, "respondent");
    out->session_at = settings_place(&head, "session");
    out->keep_at = settings_place(&head, "keep");
    read_table_settings(&r);
    read_limits(&r);
    settle_isolation(out, isolation);
    if (all->memory || (!to_pin && !begin_trust(&r)))
        return false;
    read_stages(&r, &head);
    check_pins(&r);
    return !all->memory;
}

bool plan_read(plan *out, const char *path, const char *const *set, rapport_isolation isolation,
               memory *arena, text *tried, problems *all)
{
    return read_plan(out, path, set, isolation, false, arena, tried, all);
}

bool plan_read_to_pin(plan *out, const char *path, memory *arena, text *tried, problems *all)
{
    return read_plan(out, path, NULL, RAPPORT_ISOLATION_DEFAULT, true, arena, tried, all);
}

void plan_load(plan *of, problems *all)
{
    of->modules.settled = true;
    of->modules.tried = NULL;
    for (uint32_t i = 0; i < of->stages && !all->memory; i++) {
        stage *s = &of->stage[i];
        const uint32_t before = all->count;
        if (s->from)
            instrument_build(&s->instrument, s->from, &of->modules, of->modules.arena, all);
        s->broken = s->broken || all->count > before;
        if (of->only_instrument)
            s->name = s->instrument.id ? s->instrument.id : "instrument";
    }
    of->loaded = true;
}

void plan_close(plan *of)
{
    for (module *m = of->modules.first; m; m = m->next)
        plugin_file_close(&m->file);
}

const char *table_name(const plan *of)
{
    return of->input && strcmp(of->input, "-") == 0 ? "standard input" : of->input;
}
