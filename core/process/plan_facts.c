/* plan_facts.c - what the provenance of a run says of its plan. */
#include "process/plan_facts.h"

#include <string.h>

#include "config/file.h"
#include "table/number.h"

const char *last_name(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;
    return slash ? slash + 1 : path;
}

static bool describe_stage(provenance_stage *out, const stage *from, memory *arena)
{
    const instrument *in = &from->instrument;
    provenance_scale *scale = memory_array(arena, in->scales + 1, sizeof *scale);

    if (!scale)
        return false;
    for (uint32_t i = 0; i < in->scales; i++)
        scale[i] = (provenance_scale){ .id = in->scale[i].shown.id,
                                       .scoring = in->scale[i].scoring->id,
                                       .version = in->scale[i].scoring->version };
    *out = (provenance_stage){ .name = from->name,
                               .instrument = in->id,
                               .title = in->title,
                               .version = in->version,
                               .licence = in->licence,
                               .source = in->source,
                               .file = { last_name(in->path), in->config->digest },
                               .plugin = in->plugin ? in->plugin->id : NULL,
                               .plugin_version = in->plugin ? in->plugin->version : NULL,
                               .scale = scale,
                               .scales = in->scales };
    return true;
}

/* In the order in which they were opened: the list has the newest first. */
static bool describe_plugins(provenance *out, const modules *opened, memory *arena)
{
    uint32_t count = 0;

    for (const module *m = opened->first; m; m = m->next)
        count++;
    provenance_plugin *plugin = memory_array(arena, count + 1, sizeof *plugin);
    if (!plugin)
        return false;
    out->plugin = plugin;
    out->plugins = count;
    for (const module *m = opened->first; m; m = m->next)
        plugin[--count] =
            (provenance_plugin){ { last_name(m->file.path), m->file.digest }, m->file.pinned };
    return true;
}

/* Those whose value, however it is written, is not the one they have by themselves. */
static bool describe_limits(provenance *out, const settings *limits, memory *arena)
{
    provenance_limit *limit = memory_array(arena, limits->count + 1, sizeof *limit);

    if (!limit)
        return false;
    out->limit = limit;
    for (uint32_t i = 0; i < limits->count; i++) {
        const checked *c = &limits->checked[i];
        double shipped;
        if (c->value.count &&
            number_read(&shipped, c->row->fallback, strlen(c->row->fallback), '.') &&
            c->value.real[0] != shipped)
            limit[out->limits++] = (provenance_limit){ c->row->name, (uint64_t)c->value.real[0] };
    }
    return true;
}

/* The tables of numbers that a section names: counted, and listed where there is room for them. */
static uint32_t list_tables(provenance_file *room, const settings *in)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < in->count; i++) {
        const checked *c = &in->checked[i];
        if (c->value.table && room)
            room[count] = (provenance_file){ last_name(c->value.word[0]), c->digest };
        count += c->value.table != NULL;
    }
    return count;
}

static uint32_t list_all_tables(provenance_file *room, const plan *plan)
{
    uint32_t count = 0;
#define ADD(section) (count += list_tables(room ? room + count : NULL, section))

    for (uint32_t s = 0; s < plan->stages; s++) {
        const instrument *in = &plan->stage[s].instrument;
        ADD(&in->settings);
        for (uint32_t i = 0; i < in->items; i++)
            ADD(&in->item[i].settings);
        for (uint32_t i = 0; i < in->scales; i++)
            ADD(&in->scale[i].settings);
        for (uint32_t i = 0; i < in->sections; i++)
            ADD(&in->section[i]);
    }
#undef ADD
    return count;
}

static bool describe_tables(provenance *out, const plan *plan, memory *arena)
{
    out->tables = list_all_tables(NULL, plan);
    provenance_file *table = memory_array(arena, out->tables + 1, sizeof *table);
    if (!table)
        return false;
    list_all_tables(table, plan);
    out->table = table;
    return true;
}

/* What is known before a plugin is loaded. */
static bool describe_plan(provenance *out, const plan *plan, memory *arena)
{
    out->version = RAPPORT_VERSION;
    out->abi_minor = RAPPORT_MINOR;
    out->pins_required = plan->trust.required;
    out->pipeline = (provenance_file){ last_name(plan->pipeline.path), plan->pipeline.digest };
    out->formulas = plan->formulas == FORMULAS_KEPT ? "keep" : "neutralise";
    return describe_plugins(out, &plan->modules, arena) &&
           describe_limits(out, &plan->limits, arena);
}

bool plan_facts(provenance *out, const plan *plan, memory *arena)
{
    provenance_stage *stage = memory_array(arena, plan->stages + 1, sizeof *stage);

    if (!stage || !describe_plan(out, plan, arena) || !describe_tables(out, plan, arena))
        return false;
    for (uint32_t i = 0; i < plan->stages; i++)
        if (!describe_stage(&stage[i], &plan->stage[i], arena))
            return false;
    out->stage = stage;
    out->stages = plan->stages;
    return true;
}

/* ---- what a worker tells ------------------------------------------------------------------ */

/* Whether these bytes lie beside an INI file of the plan, and were read ahead. */
static bool is_read_ahead(const provenance_file *told, const plan *plan)
{
    char digest[SHA256_HEX];

    for (uint32_t s = 0; s < plan->stages; s++) {
        const config *in = plan->stage[s].from;
        for (uint32_t i = 0; in && i < in->sections; i++)
            for (uint32_t k = 0; k < in->section[i].settings; k++) {
                const file_content *file = in->section[i].setting[k].file;
                if (!file || !file->bytes || strcmp(last_name(file->path), told->name) != 0)
                    continue;
                file_digest(digest, file->bytes, file->length);
                if (strcmp(digest, told->sha256) == 0)
                    return true;
            }
    }
    return false;
}

bool plan_facts_told(provenance *out, const provenance *told, const plan *plan, memory *arena)
{
    provenance_stage *stage = memory_array(arena, plan->stages + 1, sizeof *stage);

    if (!stage || told->stages != plan->stages || !describe_plan(out, plan, arena))
        return false;
    for (uint32_t i = 0; i < plan->stages; i++) {
        const struct stage *own = &plan->stage[i];
        stage[i] = told->stage[i];
        if (own->name)
            stage[i].name = own->name;
        stage[i].file =
            (provenance_file){ last_name(own->instrument.path), own->instrument.config->digest };
    }
    for (uint32_t i = 0; i < told->tables; i++)
        if (!is_read_ahead(&told->table[i], plan))
            return false;
    out->stage = stage;
    out->stages = plan->stages;
    out->table = told->table;
    out->tables = told->tables;
    return true;
}
