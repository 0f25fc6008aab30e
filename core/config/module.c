/* module.c - loads a shared object and checks what it promises.
 *
 * What a plugin's file is stands in plugin_file.c. From dlopen() on, code that is not ours runs: in
 * a worker, where plugins belong, files cannot be looked for any more, so that is done before.
 */
#define _GNU_SOURCE
#include "config/module.h"

#include <dlfcn.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ceilings.h"
#include "config/config.h"
#include "config/nearest.h"
#include "config/places.h"
#include "config/schema.h"
#include "config/settings.h"
#include "manners.h"

enum { FILE_LIMIT = 64 << 20, PARTS_LIMIT = 256 };

/* ---- what it brings --------------------------------------------------------- */

/* Where a check stands, for its messages. */
typedef struct inspection {
    const char *path, *id;
    const place *at;
    memory *arena;
    problems *all;
    bool good;
} inspection;

static void refuse(inspection *i, const char *what, const char *detail)
{
    problem_add(i->all, RAPPORT_BAD_PLUGIN, i->at,
                "plugin %s: %s%s%s%s; mend the plugin "
                "[plugin-table]",
                i->path, i->id ? i->id : "", i->id ? ": " : "", what, detail ? detail : "");
    i->good = false;
}

static bool is_name(const char *name)
{
    if (!name || !(*name >= 'a' && *name <= 'z'))
        return false;
    return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == 0 && strlen(name) <= 64;
}

/* Makes a list one of our own layout; `least` is what the oldest elements held. */
static void copy_list(inspection *i, rapport_list *list, size_t least, size_t size,
                      const char *what)
{
    if (list->count == 0)
        return;
    if (!list->first || list->stride < least || list->count > PARTS_LIMIT) {
        refuse(i, what,
               list->count > PARTS_LIMIT ? " are more than 256"
                                         : " are not there, or say too small a size");
        list->count = 0;
        return;
    }
    char *copy = memory_array(i->arena, list->count, size);
    if (!copy) {
        problem_memory(i->all);
        i->good = false;
        list->count = 0;
        return;
    }
    for (uint32_t k = 0; k < list->count; k++)
        list_get(copy + k * size, size, list, k);
    list->first = copy;
    list->stride = (uint32_t)size;
}

static bool has_row(const rapport_list *rows, const char *name)
{
    for (uint32_t k = 0; name && k < rows->count; k++)
        if (strcmp(((const rapport_setting *)rows->first)[k].name, name) == 0)
            return true;
    return false;
}

/* Whether a row of a plugin of this kind, "instrument" or "scale", could not be told from ours. */
static bool is_ours(const rapport_setting *row, const char *kind)
{
    bool own = !row->section || !*row->section;
    const schema *known = schema_find(schema_instrument, own ? kind : row->section);

    if (!own && !known)
        return schema_find(schema_pipeline, row->section);
    return known && (has_row(&known->rows, row->name) || (!own && !known->named));
}

static void inspect_settings(inspection *i, rapport_list *list, const char *kind)
{
    copy_list(i, list, offsetof(rapport_setting, low), sizeof(rapport_setting), "its settings");
    const rapport_setting *row = list->first;
    for (uint32_t k = 0; k < list->count; k++) {
        char detail[256];
        const char *fault = setting_row_fault(&row[k]);
        if (!fault && is_ours(&row[k], kind))
            fault = "is called like a key or section of ours";
        if (fault) {
            snprintf(detail, sizeof detail, " '%.64s' %s", row[k].name ? row[k].name : "", fault);
            refuse(i, "setting", detail);
        }
        for (uint32_t j = 0; j < k && row[k].name; j++)
            if (row[j].name && strcmp(row[j].name, row[k].name) == 0 &&
                strcmp(row[j].section ? row[j].section : "",
                       row[k].section ? row[k].section : "") == 0)
                refuse(i, "two settings are called ", row[k].name);
    }
}

static const char *field_fault(const rapport_field *field)
{
    if (!is_name(field->name))
        return " has no name of the form [a-z][a-z0-9_]*";
    if (!field->doc || !*field->doc)
        return " has no doc";
    if (field->type < RAPPORT_NUMBER || field->type > RAPPORT_TEXT)
        return " has an unknown type";
    if (isnan(field->low) || isnan(field->high))
        return " has a range that is not a number";
    if ((field->flags & RAPPORT_ROUNDED) && (field->decimals < 0 || field->decimals > 15))
        return " has decimals outside 0 to 15";
    if (field->type == RAPPORT_CATEGORY && field->levels.count == 0)
        return " is a category without levels";
    return NULL;
}

static void inspect_levels(inspection *i, rapport_field *field)
{
    copy_list(i, &field->levels, sizeof(const char *), sizeof(rapport_level), "its levels");
    const rapport_level *level = field->levels.first;
    for (uint32_t k = 0; k < field->levels.count; k++) {
        if (!level[k].code || !*level[k].code) {
            refuse(i, "a level has no code in ", field->name);
            return;
        }
        for (uint32_t j = 0; j < k; j++)
            if (strcmp(level[j].code, level[k].code) == 0)
                refuse(i, "two levels are called ", level[k].code);
    }
}

static void inspect_fields(inspection *i, rapport_list *list, const char *what)
{
    copy_list(i, list, offsetof(rapport_field, levels), sizeof(rapport_field), what);
    rapport_field *field = (rapport_field *)(uintptr_t)list->first; /* our own copy */
    for (uint32_t k = 0; k < list->count; k++) {
        char detail[256];
        const char *fault = field_fault(&field[k]);
        if (fault) {
            snprintf(detail, sizeof detail, " '%.64s'%s", field[k].name ? field[k].name : "",
                     fault);
            refuse(i, what, detail);
        }
        inspect_levels(i, &field[k]);
        for (uint32_t j = 0; j < k && field[k].name; j++)
            if (field[j].name && strcmp(field[j].name, field[k].name) == 0)
                refuse(i, "two columns are called ", field[k].name);
    }
}

static void inspect_head(inspection *i, const char *id, const char *version, const char *title,
                         const char *doc)
{
    i->id = is_name(id) ? id : NULL;
    if (!i->id)
        refuse(i, "a part has no id of the form [a-z][a-z0-9_]*", NULL);
    if (!version || !*version || !title || !*title || !doc || !*doc)
        refuse(i, "version, title or doc is missing", NULL);
}

static bool has_own(const rapport_list *settings, const char *name)
{
    const rapport_setting *row = settings->first;
    for (uint32_t k = 0; name && k < settings->count; k++)
        if (!row[k].section && row[k].name && strcmp(row[k].name, name) == 0)
            return true;
    return false;
}

static void inspect_scoring(inspection *i, rapport_scoring *s)
{
    inspect_head(i, s->id, s->version, s->title, s->doc);
    if (!s->score)
        refuse(i, "has no score()", NULL);
    inspect_settings(i, &s->settings, "scale");
    inspect_fields(i, &s->extra, "its further outputs");
    for (uint32_t k = 0; k < s->extra.count; k++)
        if (((const rapport_field *)s->extra.first)[k].type == RAPPORT_TEXT)
            refuse(i, "a scoring module cannot give a text: ",
                   ((const rapport_field *)s->extra.first)[k].name);
}

static void inspect_instrument(inspection *i, rapport_instrument *p)
{
    inspect_head(i, p->id, p->version, p->title, p->doc);
    if (!p->process)
        refuse(i, "has no process()", NULL);
    inspect_settings(i, &p->settings, "instrument");
    inspect_fields(i, &p->inputs, "its inputs");
    for (uint32_t k = 0; k < p->inputs.count; k++) {
        const rapport_field *input = (const rapport_field *)p->inputs.first + k;
        const rapport_setting as_setting = { .name = input->name };
        if (has_own(&p->settings, input->name) || is_ours(&as_setting, "instrument"))
            refuse(i, "an input is called like a setting: ", input->name);
    }
    if (p->flags & RAPPORT_BY_RESPONDENT)
        refuse(i, "wants rows by respondent, which this rapport does not give", NULL);
    inspect_fields(i, &p->outputs, "its outputs");
}

bool module_take_field(rapport_field *field, const char *plugin, const place *at, memory *arena,
                       problems *all)
{
    inspection i = { .path = plugin, .at = at, .arena = arena, .all = all, .good = true };
    rapport_list one = { field, 1, sizeof *field };

    inspect_fields(&i, &one, "its outputs");
    if (!i.good)
        return false;
    *field = *(const rapport_field *)one.first;
    const rapport_level *theirs = field->levels.first;
    rapport_level *level = memory_array(arena, field->levels.count + 1, sizeof *level);
    field->name = memory_text(arena, field->name, strlen(field->name));
    if (!level || !field->name)
        return problem_memory(all) != NULL;
    for (uint32_t k = 0; k < field->levels.count; k++)
        if (!(level[k].code = memory_text(arena, theirs[k].code, strlen(theirs[k].code))))
            return problem_memory(all) != NULL;
    field->levels.first = level;
    return true;
}

/* Oldest layouts we know: what a struct of v1 held when it was published. */
#define OLDEST_SCORING offsetof(rapport_scoring, score) + sizeof(void (*)(void))
#define OLDEST_INSTRUMENT offsetof(rapport_instrument, process) + sizeof(void (*)(void))
#define OLDEST_MODULE sizeof(rapport_module)

static void take_scorings(inspection *i, module *m, const rapport_module *table)
{
    while (m->scorings <= PARTS_LIMIT && table->scoring && table->scoring[m->scorings])
        m->scorings++;
    if (m->scorings > PARTS_LIMIT)
        refuse(i, "holds more than 256 parts of one kind", NULL);
    m->scoring = memory_array(i->arena, m->scorings + 1, sizeof *m->scoring);
    for (uint32_t k = 0; m->scoring && k < m->scorings; k++) {
        const rapport_scoring *theirs = table->scoring[k];
        i->id = NULL;
        if (theirs->size < OLDEST_SCORING) {
            refuse(i, "a scoring module says no size, or too small a one", NULL);
            continue;
        }
        memcpy(&m->scoring[k], theirs,
               theirs->size < sizeof *theirs ? theirs->size : sizeof *theirs);
        inspect_scoring(i, &m->scoring[k]);
        for (uint32_t j = 0; j < k && i->id; j++)
            if (m->scoring[j].id && strcmp(m->scoring[j].id, i->id) == 0)
                refuse(i, "two scoring modules have this id", NULL);
    }
}

static void take_instruments(inspection *i, module *m, const rapport_module *table)
{
    while (m->instruments <= PARTS_LIMIT && table->instrument && table->instrument[m->instruments])
        m->instruments++;
    if (m->instruments > PARTS_LIMIT)
        refuse(i, "holds more than 256 parts of one kind", NULL);
    m->instrument = memory_array(i->arena, m->instruments + 1, sizeof *m->instrument);
    for (uint32_t k = 0; m->instrument && k < m->instruments; k++) {
        const rapport_instrument *theirs = table->instrument[k];
        i->id = NULL;
        if (theirs->size < OLDEST_INSTRUMENT) {
            refuse(i, "an instrument says no size, or too small a one", NULL);
            continue;
        }
        memcpy(&m->instrument[k], theirs,
               theirs->size < sizeof *theirs ? theirs->size : sizeof *theirs);
        inspect_instrument(i, &m->instrument[k]);
        for (uint32_t j = 0; j < k && i->id; j++)
            if (m->instrument[j].id && strcmp(m->instrument[j].id, i->id) == 0)
                refuse(i, "two instruments have this id", NULL);
    }
}

bool module_take(module *m, const rapport_module *table, const place *at, memory *arena,
                 problems *all)
{
    inspection i = { .path = m->file.path, .at = at, .arena = arena, .all = all, .good = true };
    module new = *m;

    new.minor = table->minor;
    new.needs_minor = table->needs_minor;
    take_scorings(&i, &new, table);
    take_instruments(&i, &new, table);
    if (!new.scoring || !new.instrument)
        return problem_memory(all) != NULL;
    i.id = NULL;
    if (new.scorings + new.instruments == 0)
        refuse(&i, "holds no scoring module and no instrument", NULL);
    if (i.good)
        *m = new;
    return i.good;
}

/* ---- opening ---------------------------------------------------------------- */

/* A link in the path may lead elsewhere by now; what was looked at is `real`, or the bytes kept. */
static const char *loaded_name(char out[64], const plugin_file *file)
{
    if (file->fd == -1)
        return file->real;
    snprintf(out, 64, "/proc/self/fd/%d", file->fd);
    return out;
}

static const rapport_module *enter(const plugin_file *file, const place *at, problems *all)
{
    char room[64];
    const char *path = file->path, *name = loaded_name(room, file);
    /* Never closed: see docs/decisions/plugins-stay-open.md. */
    errno = 0;
    void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!library && errno == ENOMEM)
        return problem_memory(all);
    if (!library) {
        const char *why = dlerror();
        const size_t length = strlen(name);
        if (strncmp(why, name, length) == 0 && strncmp(why + length, ": ", 2) == 0)
            why += length + 2;
        problem_add(all, RAPPORT_BAD_PLUGIN, at,
                    "plugin %s does not load: %s; build it again, with all it needs [plugin-load]",
                    path, why);
        return NULL;
    }

    const rapport_module *(*entry)(void);
    *(void **)&entry = dlsym(library, "rapport_module_v1");
    if (!entry) {
        problem_add(all, RAPPORT_BAD_PLUGIN, at,
                    "plugin %s has no rapport_module_v1; is it a rapport plugin? [plugin-entry]",
                    path);
        return NULL;
    }
    const rapport_module *table = entry();
    if (!table || table->size < OLDEST_MODULE || entry() != table) {
        problem_add(all, RAPPORT_BAD_PLUGIN, at,
                    "plugin %s: rapport_module_v1 does not return one constant table with its "
                    "size; rebuild it [plugin-entry]",
                    path);
        return NULL;
    }
    if (table->needs_minor > RAPPORT_MINOR) {
        problem_add(all, RAPPORT_BAD_PLUGIN, at,
                    "plugin %s needs plugin ABI 1.%u, this rapport speaks 1.%u; update rapport "
                    "[plugin-abi]",
                    path, table->needs_minor, RAPPORT_MINOR);
        return NULL;
    }
    return table;
}

uint32_t modules_count(const modules *opened)
{
    return opened->first ? opened->first->nth : 0;
}

/* Its file, looked at now or before; none of its code runs. */
static module *find_module(modules *opened, const char *path, const place *at, problems *all)
{
    for (module *m = opened->first; m; m = m->next)
        if (strcmp(m->file.path, path) == 0)
            return m;

    if (opened->most && modules_count(opened) == opened->most) {
        problem_add(all, RAPPORT_BAD_PLUGIN, at,
                    "plugin %s is one more than %u; raise plugins" UP_TO " [plugin-limit]", path,
                    opened->most, CEILING_PLUGINS);
        return NULL;
    }
    module *m = memory_new(opened->arena, sizeof *m);
    if (!m || !(m->file.path = memory_text(opened->arena, path, strlen(path))))
        return problem_memory(all);
    m->file.largest = opened->largest ? opened->largest : FILE_LIMIT;
    if (!plugin_file_open(&m->file, opened->use, opened->by, &opened->safe, at, opened->arena, all))
        return NULL;
    m->nth = modules_count(opened) + 1;
    m->next = opened->first;
    opened->first = m;
    return m;
}

void module_enter(const modules *opened, const module *m)
{
    if (opened->under_way)
        atomic_store(opened->under_way, m ? m->nth : 0);
}

/* From here on its code runs. */
static bool load(const modules *opened, module *m, const place *at, problems *all)
{
    if (m->scoring && m->instrument)
        return true;
    manners kept;
    manners_keep(&kept);
    module_enter(opened, m);
    const rapport_module *table = enter(&m->file, at, all);
    const unsigned char changed = manners_restore(&kept);
    if (!table)
        return false;

    m->changed = changed;
    const bool good = module_take(m, table, at, opened->arena, all);
    module_enter(opened, NULL);
    return good;
}

const module *module_open(modules *opened, const char *path, const place *at, problems *all)
{
    module *m = find_module(opened, path, at, all);
    return m && load(opened, m, at, all) ? m : NULL;
}

/* ---- finding one by name ------------------------------------------------------ */

typedef struct wanted {
    char file[4096]; /* a path or a name */
    const char *id;  /* NULL: the only one in the file */
} wanted;

static bool split_wanted(wanted *out, const char *name, const place *at, problems *all)
{
    size_t length = strlen(name);
    if (length >= sizeof out->file) {
        problem_add(all, RAPPORT_BAD_PLUGIN, at,
                    "the plugin's name is longer than any file's; shorten it [plugin-file]");
        return false;
    }
    memcpy(out->file, name, length + 1);
    if (!strchr(name, '/')) {
        out->id = name;
        return true;
    }
    char *hash = strchr(strrchr(out->file, '/'), '#');
    out->id = NULL;
    if (hash) {
        *hash = 0;
        out->id = name + (hash - out->file) + 1;
    }
    return true;
}

static void offer_name(void *self, const char *name, const char *path)
{
    (void)path;
    nearest_offer(self, name);
}

/* What was found for a name, for when nothing can be looked for any more. */
typedef struct asked {
    const char *file, *beside;
    module *found;
    struct asked *next;
} asked;

static bool remember(modules *opened, const wanted *w, const char *beside, module *found)
{
    asked *a = memory_new(opened->arena, sizeof *a);

    if (!a || !(a->file = memory_text(opened->arena, w->file, strlen(w->file))))
        return false;
    a->beside = beside;
    a->found = found;
    a->next = opened->asked;
    opened->asked = a;
    return true;
}

/* NULL: it was not there, and it was said then. */
static module *recall(const modules *opened, const wanted *w, const char *beside)
{
    for (const asked *a = opened->asked; a; a = a->next)
        if (strcmp(a->file, w->file) == 0 && strcmp(a->beside, beside) == 0)
            return a->found;
    return NULL;
}

static module *find_wanted(modules *opened, const wanted *w, const char *what, const char *beside,
                           const place *at, problems *all)
{
    if (opened->settled)
        return recall(opened, w, beside);

    const char *path = strchr(w->file, '/') ? config_path(beside, w->file, opened->arena)
                                            : places_find(PLACES_PLUGINS, w->file, beside,
                                                          opened->tried, opened->arena, all);
    module *found = path ? find_module(opened, path, at, all) : NULL;
    if (found && !remember(opened, w, beside, found))
        return problem_memory(all);
    if (path || all->memory)
        return found;

    char hint[160];
    nearest search = { .wanted = w->file };
    places_each(PLACES_PLUGINS, beside, offer_name, &search, NULL, opened->arena, all);
    nearest_hint(hint, sizeof hint, &search);
    problem_add(all, RAPPORT_BAD_CONFIG, at, "unknown %s '%s'%s [cfg-unknown-name]", what, w->file,
                *hint ? hint : PLACES_HINT);
    return NULL;
}

static const char scoring_module[] = "scoring module", instrument_plugin[] = "instrument";

static bool look_for(modules *opened, const char *name, const char *what, const char *beside,
                     const place *at, problems *all)
{
    wanted w;
    return split_wanted(&w, name, at, all) && find_wanted(opened, &w, what, beside, at, all);
}

bool module_find_scoring(modules *opened, const char *name, const char *beside, const place *at,
                         problems *all)
{
    return look_for(opened, name, scoring_module, beside, at, all);
}

bool module_find_instrument(modules *opened, const char *name, const char *beside, const place *at,
                            problems *all)
{
    return look_for(opened, name, instrument_plugin, beside, at, all);
}

static const module *open_wanted(modules *opened, wanted *w, const char *name, const char *what,
                                 const char *beside, const place *at, problems *all)
{
    module *m =
        split_wanted(w, name, at, all) ? find_wanted(opened, w, what, beside, at, all) : NULL;
    return m && load(opened, m, at, all) ? m : NULL;
}

#define SHOW_LISTS "; rapport show %s lists what it holds [plugin-part]"

static void not_in_module(const char *path, const wanted *w, const char *what, uint32_t count,
                          const place *at, problems *all)
{
    if (w->id)
        problem_add(all, RAPPORT_BAD_PLUGIN, at, "plugin %s holds no %s '%s'" SHOW_LISTS, path,
                    what, w->id, path);
    else if (count == 0)
        problem_add(all, RAPPORT_BAD_PLUGIN, at, "plugin %s holds no %s" SHOW_LISTS, path, what,
                    path);
    else
        problem_add(all, RAPPORT_BAD_PLUGIN, at,
                    "plugin %s holds %u of kind %s; name one as %s#ID [plugin-part]", path, count,
                    what, path);
}

const rapport_scoring *module_scoring(modules *opened, const char *name, const char *beside,
                                      const place *at, const module **from, problems *all)
{
    wanted w;
    const module *m = open_wanted(opened, &w, name, scoring_module, beside, at, all);
    if (!(*from = m))
        return NULL;
    if (!w.id && m->scorings == 1)
        return &m->scoring[0];
    for (uint32_t i = 0; w.id && i < m->scorings; i++)
        if (strcmp(m->scoring[i].id, w.id) == 0)
            return &m->scoring[i];
    not_in_module(m->file.path, &w, scoring_module, m->scorings, at, all);
    return NULL;
}

const rapport_instrument *module_instrument(modules *opened, const char *name, const char *beside,
                                            const place *at, const module **from, problems *all)
{
    wanted w;
    const module *m = open_wanted(opened, &w, name, instrument_plugin, beside, at, all);
    if (!(*from = m))
        return NULL;
    if (!w.id && m->instruments == 1)
        return &m->instrument[0];
    for (uint32_t i = 0; w.id && i < m->instruments; i++)
        if (strcmp(m->instrument[i].id, w.id) == 0)
            return &m->instrument[i];
    not_in_module(m->file.path, &w, instrument_plugin, m->instruments, at, all);
    return NULL;
}
