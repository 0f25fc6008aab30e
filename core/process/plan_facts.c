/* plan_facts.c - what the provenance of a run says of its plan. */
#include "process/plan_facts.h"

#include <string.h>

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
    provenance_file *plugin = memory_array(arena, count + 1, sizeof *plugin);
    if (!plugin)
        return false;
    out->plugin = plugin;
    out->plugins = count;
    for (const module *m = opened->first; m; m = m->next)
        plugin[--count] = (provenance_file){ last_name(m->path), m->digest };
    return true;
}

bool plan_facts(provenance *out, const plan *plan, memory *arena)
{
    provenance_stage *stage = memory_array(arena, plan->stages + 1, sizeof *stage);

    if (!stage || !describe_plugins(out, &plan->modules, arena))
        return false;
    for (uint32_t i = 0; i < plan->stages; i++)
        if (!describe_stage(&stage[i], &plan->stage[i], arena))
            return false;
    out->version = RAPPORT_VERSION;
    out->abi_minor = RAPPORT_MINOR;
    out->pipeline = (provenance_file){ last_name(plan->pipeline.path), plan->pipeline.digest };
    out->stage = stage;
    out->stages = plan->stages;
    return true;
}
