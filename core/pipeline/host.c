/* host.c - what a plugin can ask of us. */
#include "pipeline/host.h"

#include <string.h>

static const instrument *instrument_of(const host_self *h)
{
    return &h->pipeline->plan->stage[h->stage].instrument;
}

/* ---- settings ------------------------------------------------------------------- */

static const settings *section_of(const host_self *h, const char *kind, const char *name)
{
    const instrument *in = instrument_of(h);

    if (h->scale)
        return kind ? NULL : &h->scale->settings;
    if (!kind)
        return &in->settings;
    if (!name)
        return NULL;
    if (strcmp(kind, "item") == 0) {
        const item *found = instrument_item(in, name);
        return found ? &found->settings : NULL;
    }
    if (strcmp(kind, "scale") == 0) {
        const scale *found = instrument_scale(in, name);
        return found ? &found->settings : NULL;
    }
    for (uint32_t i = 0; i < in->sections; i++)
        if (strcmp(in->section[i].section->kind, kind) == 0 &&
            strcmp(in->section[i].section->name, name) == 0)
            return &in->section[i];
    return NULL;
}

const checked *host_setting(const host_self *h, const char *kind, const char *name, const char *key)
{
    const settings *in = section_of(h, kind, name);

    for (uint32_t i = 0; in && key && i < in->count; i++)
        if (strcmp(in->checked[i].row->name, key) == 0)
            return &in->checked[i];
    return NULL;
}

static const rapport_value *setting_value(void *self, const char *kind, const char *name,
                                          const char *key)
{
    const checked *found = host_setting(self, kind, name, key);
    return found ? &found->value : NULL;
}

static const char *section_name(void *self, const char *kind, uint32_t nth)
{
    const instrument *in = instrument_of(self);

    for (uint32_t i = 0; i < in->sections; i++)
        if (strcmp(in->section[i].section->kind, kind) == 0 && nth-- == 0)
            return in->section[i].section->name;
    return NULL;
}

/* ---- scales, items, columns ------------------------------------------------------- */

static const rapport_scale *scale_at(void *self, uint32_t i)
{
    const instrument *in = instrument_of(self);
    return i < in->scales ? &in->scale[i].shown : NULL;
}

static const rapport_scale *scale_named(void *self, const char *id)
{
    const scale *found = instrument_scale(instrument_of(self), id);
    return found ? &found->shown : NULL;
}

static const rapport_item *item_at(void *self, uint32_t i)
{
    const instrument *in = instrument_of(self);
    return i < in->items ? &in->item[i].shown : NULL;
}

static const rapport_item *item_named(void *self, const char *id)
{
    const item *found = instrument_item(instrument_of(self), id);
    return found ? &found->shown : NULL;
}

static rapport_port input_port(void *self, const char *name, uint32_t nth)
{
    const host_self *h = self;
    const rapport_instrument *plugin = instrument_of(h)->plugin;
    const stage_run *stage = &h->pipeline->stage[h->stage];
    const rapport_port *port = stage->input;

    for (uint32_t i = 0; !h->scale && i < plugin->inputs.count; i++) {
        rapport_field field;
        list_get(&field, sizeof field, &plugin->inputs, i);
        if (strcmp(field.name, name) == 0)
            return nth < stage->inputs[i] ? port[nth] : RAPPORT_ABSENT;
        port += stage->inputs[i];
    }
    return RAPPORT_ABSENT;
}

/* ---- memory, messages ---------------------------------------------------------------- */

static void *allocate(void *self, size_t bytes)
{
    host_self *h = self;
    return h->problems ? memory_new(h->arena, bytes) : NULL; /* only bind may keep memory */
}

/* A plugin's words in one line of reasonable length. */
enum { WORDS_LONGEST = 240 };

static size_t clean(char out[WORDS_LONGEST + 1], const char *message)
{
    size_t length = 0;
    for (; message && *message && length < WORDS_LONGEST; message++)
        out[length++] = (unsigned char)*message < ' ' || *message == 127 ? '?' : *message;
    while (message && *message && length > 0 && ((unsigned char)out[length - 1] & 0x80))
        length--; /* cut between letters, never inside one */
    out[length] = 0;
    return length;
}

static place place_of(const host_self *h, const rapport_place *where)
{
    const stage *stage = &h->pipeline->plan->stage[h->stage];
    const settings *in = section_of(h, where ? where->section : NULL, where ? where->name : NULL);

    if (!where || !in)
        return h->scale ? h->scale->settings.at : stage->at;
    const checked *found =
        where->setting ? host_setting(h, where->section, where->name, where->setting) : NULL;
    return found ? settings_place(in, where->setting) : in->at;
}

static const char *plugin_id(const host_self *h)
{
    return h->scale ? h->scale->scoring->id : instrument_of(h)->plugin->id;
}

static void report_binding(host_self *h, int severity, const rapport_place *where,
                           const char *words)
{
    if (severity == RAPPORT_ERROR) {
        const place at = place_of(h, where);
        problem_add(h->problems, RAPPORT_BAD_CONFIG, &at, "%s [plugin-%s]", words, plugin_id(h));
        h->gave_up = true;
    } else if (h->pipeline->notes) {
        text *notes = h->pipeline->notes;
        bool added = text_add_string(notes, h->pipeline->plan->stage[h->stage].name) &&
                     text_add_string(notes, ": ") && text_add_string(notes, words) &&
                     text_add_string(notes, "\n");
        if (!added)
            problem_memory(h->problems);
    }
}

/* Which cell of the table, and what it is called there, a column was read from. */
static void name_column(const pipeline *p, rapport_port port, finding *f)
{
    for (uint32_t i = 0; i < p->readers; i++)
        if (p->reader[i].port == port) {
            f->cell = p->reader[i].cell;
            f->subject = p->reader[i].subject;
        }
}

static void report_row(host_self *h, int severity, uint32_t row, rapport_port port,
                       const char *words, size_t length)
{
    pipeline *p = h->pipeline;
    finding f = { .row = row,
                  .rank = FINDING_OF_STAGE,
                  .cell = FINDING_NOWHERE,
                  .stage = h->stage,
                  .code = severity == RAPPORT_ERROR ? FOUND_PLUGIN_ROW : FOUND_PLUGIN_WARNS,
                  .words = (uint32_t)p->found.words.length,
                  .words_length = (uint32_t)length };

    if (severity == RAPPORT_NOTE)
        return;
    name_column(p, port, &f);
    if (severity == RAPPORT_ERROR)
        p->stage[h->stage].blank[row] |= BLANK_FOUND;
    if (!text_add(&p->found.words, words, length) || !pipeline_note(p, f))
        p->out_of_memory = true;
}

static void report(void *self, int severity, const rapport_place *where, const char *message)
{
    host_self *h = self;
    char words[WORDS_LONGEST + 1];
    size_t length = clean(words, message);

    if (h->problems)
        report_binding(h, severity, where, words);
    else if (where && where->row >= 0 && where->row < h->rows)
        report_row(h, severity, h->first_row + (uint32_t)where->row, where->port, words, length);
}

static rapport_status add_output(void *self, const rapport_field *field, size_t size,
                                 uint32_t *output)
{
    host_self *h = self;
    rapport_field copy = { 0 };

    if (!h->problems || h->scale || !field)
        return RAPPORT_NOT_SUPPORTED;
    memcpy(&copy, field, size < sizeof copy ? size : sizeof copy);
    return pipeline_add_output(h->pipeline, h->stage, &copy, output, h->problems);
}

static const void *extension(void *self, const char *id)
{
    (void)self, (void)id;
    return NULL;
}

void host_begin(rapport_host *out, host_self *self)
{
    *out = (rapport_host){
        .size = sizeof *out,
        .minor = RAPPORT_MINOR,
        .self = self,
        .allocate = allocate,
        .report = report,
        .setting = setting_value,
        .section = section_name,
        .scale = scale_at,
        .scale_named = scale_named,
        .item = item_at,
        .item_named = item_named,
        .input = input_port,
        .add_output = add_output,
        .extension = extension,
    };
}
