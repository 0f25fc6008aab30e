/* instrument.c - items, keys, scales and bands, from settings.
 *
 * Ranges and keys come from here and never from the data: a table in which nobody ticked
 * the highest answer must not change what the highest answer is.
 */
#include "config/instrument.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "config/file.h"
#include "config/nearest.h"
#include "config/number_table.h"
#include "config/schema.h"
#include "table/number.h"

/* What every function here needs. */
typedef struct build {
    instrument *out;
    modules *opened;
    memory *arena;
    problems *all;
    bool unsure; /* some scale's items were refused: which ones are in use is not known */
} build;

#define WRONG(b, at, ...) problem_add((b)->all, RAPPORT_BAD_CONFIG, at, __VA_ARGS__)

item *instrument_item(const instrument *in, const char *id)
{
    for (uint32_t i = 0; i < in->items; i++)
        if (strcmp(in->item[i].shown.id, id) == 0)
            return &in->item[i];
    return NULL;
}

scale *instrument_scale(const instrument *in, const char *id)
{
    for (uint32_t i = 0; i < in->scales; i++)
        if (strcmp(in->scale[i].shown.id, id) == 0)
            return &in->scale[i];
    return NULL;
}

/* ---- tables of keys ----------------------------------------------------------- */

static rapport_list own_rows(const char *kind)
{
    return schema_find(schema_instrument, kind)->rows;
}

/* The plugin's rows for sections of this kind (NULL: its own), as rows of that section. */
static rapport_list plugin_rows(build *b, const char *kind)
{
    rapport_list found = RAPPORT_NOTHING;
    const rapport_instrument *plugin = b->out->plugin;
    if (!plugin || plugin->settings.count == 0)
        return found;

    rapport_setting *row = memory_array(b->arena, plugin->settings.count, sizeof *row);
    if (!row) {
        problem_memory(b->all);
        return found;
    }
    found.first = row;
    found.stride = sizeof *row;
    for (uint32_t i = 0; i < plugin->settings.count; i++) {
        rapport_setting candidate;
        list_get(&candidate, sizeof candidate, &plugin->settings, i);
        if (strcmp(candidate.section ? candidate.section : "", kind ? kind : "") != 0)
            continue;
        candidate.section = NULL;
        row[found.count++] = candidate;
    }
    return found;
}

/* Each input of the plugin is a key that names a column. */
static rapport_list input_rows(build *b)
{
    rapport_list found = RAPPORT_NOTHING;
    const rapport_instrument *plugin = b->out->plugin;
    if (!plugin || plugin->inputs.count == 0)
        return found;

    rapport_setting *row = memory_array(b->arena, plugin->inputs.count, sizeof *row);
    if (!row) {
        problem_memory(b->all);
        return found;
    }
    found.first = row;
    found.stride = sizeof *row;
    found.count = plugin->inputs.count;
    for (uint32_t i = 0; i < found.count; i++) {
        rapport_field field;
        list_get(&field, sizeof field, &plugin->inputs, i);
        row[i] = (rapport_setting){ .name = field.name,
                                    .fallback = "",
                                    .type = SETTING_INPUT,
                                    .flags = field.flags & RAPPORT_MANY ? RAPPORT_LISTED : 0,
                                    .unit = field.unit,
                                    .doc = field.doc };
    }
    return found;
}

static bool check_section(build *b, settings *out, const section *in, const rapport_list *lists,
                          uint32_t count)
{
    return settings_check(out, in, in->at, NULL, lists, count, b->arena, b->all);
}

/* ---- [instrument] --------------------------------------------------------------- */

static void open_plugin(build *b, const section *head)
{
    const setting *named = section_find(head, "plugin");
    if (named && *named->value)
        b->out->plugin = module_instrument(b->opened, named->value, b->out->path, &named->value_at,
                                           &b->out->module, b->all);
}

/* A list of words, NULL-ended. */
static const char *const *words(build *b, const settings *in, const char *key)
{
    const rapport_value *value = &settings_get(in, key)->value;
    const char **list = memory_array(b->arena, value->count + 1, sizeof *list);
    if (!list)
        return problem_memory(b->all);
    for (uint32_t i = 0; i < value->count; i++)
        list[i] = value->word[i];
    return (const char *const *)list;
}

static bool read_head(build *b)
{
    instrument *out = b->out;
    const section *head = config_find(out->config, "instrument", "");
    const place file = { .file = out->path };
    if (!head) {
        WRONG(b, &file, "has no section [instrument]; is it an instrument's file? [cfg-section]");
        return false;
    }
    open_plugin(b, head);

    const rapport_list rows[] = { own_rows("instrument"), plugin_rows(b, NULL), input_rows(b) };
    if (!check_section(b, &out->settings, head, rows, 3))
        return false;
    out->id = settings_word(&out->settings, "id");
    out->title = settings_word(&out->settings, "title");
    out->version = settings_word(&out->settings, "version");
    out->licence = settings_word(&out->settings, "licence");
    out->source = settings_word(&out->settings, "source");
    out->about = settings_word(&out->settings, "about");
    out->missing = words(b, &out->settings, "missing");
    out->not_applicable = words(b, &out->settings, "not_applicable");
    return out->missing && out->not_applicable;
}

/* ---- [item NAME] ------------------------------------------------------------------ */

/* A range given as `key`, or else NULL. */
static const double *range_of(const settings *in, const char *key)
{
    const rapport_value *value = &settings_get(in, key)->value;
    return value->count == 2 ? value->real : NULL;
}

/* Whether something is written there, understood or not. */
static bool is_written(const settings *in, const char *key)
{
    const checked *c = settings_get(in, key);
    return c->given && *c->given->value;
}

static void read_answers(build *b, item *it)
{
    const double *range = range_of(&it->settings, "answers");
    const double *critical = range_of(&it->settings, "critical");
    const double *moved = range_of(&it->settings, "rescale");

    if (!range)
        range = range_of(&b->out->settings, "answers");
    if (range) {
        it->shown.low = range[0];
        it->shown.high = range[1];
    }

    it->shown.critical_low = it->shown.critical_high = NAN;
    if (critical) {
        place at = settings_place(&it->settings, "critical");
        if (range && (critical[0] < range[0] || critical[1] > range[1]))
            WRONG(b, &at,
                  "critical answers lie outside the item's answers; keep them inside "
                  "[cfg-range]");
        it->shown.critical_low = critical[0];
        it->shown.critical_high = critical[1];
    }
    if (moved) {
        it->moved = true;
        it->moved_low = moved[0];
        it->moved_high = moved[1];
    }
}

static void read_item(build *b, item *it, const section *in)
{
    const rapport_list rows[] = { own_rows("item"), plugin_rows(b, "item") };

    if (!check_section(b, &it->settings, in, rows, 2))
        return;
    it->shown.size = sizeof it->shown;
    it->shown.id = in->name;
    it->shown.text = settings_word(&it->settings, "text");
    it->shown.reverse = settings_yes(&it->settings, "reverse");
    it->shown.port = RAPPORT_ABSENT;
    read_answers(b, it);

    const checked *whole = settings_get(&it->settings, "whole");
    it->whole = whole->value.count ? settings_yes(&it->settings, "whole")
                                   : settings_yes(&b->out->settings, "whole");
    const char *column = settings_word(&it->settings, "column");
    it->column = column ? column : it->shown.id;
    it->column_given = column != NULL;
    it->column_at = column ? settings_place(&it->settings, "column") : in->at;
}

/* Said once: it is one mistake, however many items there are. */
static void check_ranges(build *b)
{
    const instrument *out = b->out;
    const item *first = NULL;
    uint32_t without = 0;

    if (is_written(&out->settings, "answers"))
        return;
    for (uint32_t i = 0; i < out->items; i++) {
        if (is_written(&out->item[i].settings, "answers"))
            continue;
        first = first ? first : &out->item[i];
        without++;
    }
    if (without == 1)
        WRONG(b, &first->settings.at,
              "item %s has no range of answers; give answers = LOWEST..HIGHEST here or in "
              "[instrument] [cfg-missing-key]",
              first->shown.id);
    else if (without > 1)
        WRONG(b, &first->settings.at,
              "item %s and %u more have no range of answers; give answers = LOWEST..HIGHEST in "
              "[instrument], or in each item [cfg-missing-key]",
              first->shown.id, without - 1);
}

/* ---- [scale NAME] ----------------------------------------------------------------- */

static void offer_items(const instrument *in, nearest *search)
{
    for (uint32_t i = 0; i < in->items; i++)
        nearest_offer(search, in->item[i].shown.id);
}

static void read_scale_items(build *b, scale *s)
{
    const rapport_value *names = &settings_get(&s->settings, "items")->value;
    const place at = settings_place(&s->settings, "items");
    const rapport_item **shown = memory_array(b->arena, names->count + 1, sizeof *shown);

    s->item = memory_array(b->arena, names->count + 1, sizeof *s->item);
    if (!s->item || !shown) {
        problem_memory(b->all);
        return;
    }
    s->shown.item = shown;
    b->unsure |= names->count == 0;
    for (uint32_t i = 0; i < names->count; i++) {
        item *it = instrument_item(b->out, names->word[i]);
        if (!it) {
            char hint[160];
            nearest search = { .wanted = names->word[i] };
            offer_items(b->out, &search);
            nearest_hint(hint, sizeof hint, &search);
            b->unsure = true;
            WRONG(b, &at, "unknown item '%s'%s%s%s%s [cfg-unknown-name]", names->word[i], hint,
                  *hint ? "" : "; add [item ", *hint ? "" : names->word[i],
                  *hint ? "" : "], or take it out");
            continue;
        }
        for (uint32_t j = 0; j < s->shown.items; j++)
            if (s->item[j] == it)
                WRONG(b, &at, "item '%s' stands twice in this scale; list it once [cfg-list]",
                      names->word[i]);
        it->optional = s->optional && (it->optional || !it->scored);
        it->scored = true;
        shown[s->shown.items] = &it->shown;
        s->item[s->shown.items++] = it;
    }
}

/* How many items are named, known or not; 0: the list was refused. */
static uint32_t named_items(const scale *s)
{
    return settings_get(&s->settings, "items")->value.count;
}

static void read_needed(build *b, scale *s)
{
    const char *written = settings_word(&s->settings, "needed");
    const place at = settings_place(&s->settings, "needed");
    size_t length = written ? strlen(written) : 0;
    bool share = length > 1 && written[length - 1] == '%';
    uint32_t most = named_items(s) ? named_items(s) : UINT32_MAX;
    double number;

    if (!written)
        return;
    if (strcmp(written, "all") == 0) {
        s->needed = (needed){ .percent = 100 };
    } else if (strcmp(written, "half") == 0) {
        s->needed = (needed){ .percent = 50 };
    } else if (strcmp(written, "any") == 0) {
        s->needed = (needed){ .count = 1 };
    } else if (!number_read(&number, written, length - share, '.') || number != floor(number) ||
               number < 0 || number > (share ? 100 : most)) {
        char up_to[64] = "";
        if (named_items(s))
            snprintf(up_to, sizeof up_to, " up to the scale's %u items", named_items(s));
        WRONG(b, &at,
              "needed is all, half, any, a whole number%s, or a share such as 80%% [cfg-needed]",
              up_to);
    } else if (share) {
        s->needed = (needed){ .percent = (uint32_t)number };
    } else {
        s->needed = (needed){ .count = (uint32_t)number };
    }
}

static const char *after_blanks(const char *written)
{
    return written + strspn(written, " \t");
}

/* Where bands were not told apart by commas, a name holds what belongs to the next one: a ';', or
 * a number with a word behind it. The name's end: nothing of that kind. */
static const char *find_joint(const char *name, size_t length, size_t *found)
{
    const char *end = name + length;

    for (const char *word = name; word < end; word = after_blanks(word + *found)) {
        const char *mark = memchr(word, ';', (size_t)(end - word));
        double number;
        *found = strcspn(word, " \t,");
        if (mark && mark < word + *found) {
            *found = 1;
            return mark;
        }
        if (word + *found < end && number_read(&number, word, *found, '.'))
            return word;
    }
    return end;
}

/* Reads "5 mild" at written[0..length) into band i. */
static bool read_band(build *b, scale *s, uint32_t i, const char *written, size_t length,
                      const place *at)
{
    const char *label = written;

    while (label < written + length && *label != ' ' && *label != '\t')
        label++;
    bool good = number_read(&s->edge[i], written, (size_t)(label - written), '.');
    label = after_blanks(label);
    size_t rest = label < written + length ? (size_t)(written + length - label) : 0, joint;
    while (rest > 0 && (label[rest - 1] == ' ' || label[rest - 1] == '\t'))
        rest--;
    if (!good || rest == 0 || memchr(label, '"', rest)) {
        WRONG(b, at,
              "band %u is no lower edge with a name behind it, as in 5 mild; put commas "
              "between bands [cfg-band]",
              i + 1);
        return false;
    }
    const char *found = find_joint(label, rest, &joint);
    if (found < label + rest) {
        WRONG(b, at,
              "band %u would be called '%s', with '%.*s' in its name; put commas between bands, "
              "as in 0 minimal, 5 mild [cfg-band]",
              i + 1, echo_text(label, rest).text, (int)joint, found);
        return false;
    }
    s->band[i].code = s->band[i].label = memory_text(b->arena, label, rest);
    return s->band[i].code || problem_memory(b->all);
}

static void check_bands(build *b, const scale *s, const place *at)
{
    for (uint32_t i = 1; i < s->bands; i++) {
        if (s->edge[i] <= s->edge[i - 1])
            WRONG(b, at,
                  "band '%s' does not start above '%s'; give the lower edges in rising order "
                  "[cfg-band-order]",
                  s->band[i].code, s->band[i - 1].code);
        for (uint32_t j = 0; j < i; j++)
            if (strcmp(s->band[i].code, s->band[j].code) == 0)
                WRONG(b, at, "two bands are called '%s'; give each its own name [cfg-band-name]",
                      s->band[i].code);
    }
}

static void read_bands(build *b, scale *s)
{
    const char *written = settings_word(&s->settings, "bands");
    const place at = settings_place(&s->settings, "bands");
    uint32_t most = 1;

    if (!written)
        return;
    for (const char *c = written; *c; c++)
        most += *c == ',';
    s->band = memory_array(b->arena, most, sizeof *s->band);
    s->edge = memory_array(b->arena, most, sizeof *s->edge);
    if (!s->band || !s->edge) {
        problem_memory(b->all);
        return;
    }
    while (s->bands < most) {
        written = after_blanks(written);
        size_t length = strcspn(written, ",");
        if (!read_band(b, s, s->bands, written, length, &at)) {
            s->bands = 0;
            return;
        }
        s->bands++;
        written += length + (written[length] == ',');
    }
    if (!b->all->memory)
        check_bands(b, s, &at);
}

static int decimals_of(const settings *in, int otherwise)
{
    const char *word = settings_word(in, "decimals");
    double number;

    if (!word)
        return otherwise;
    return number_read(&number, word, strlen(word), '.') ? (int)number : NUMBER_FULL;
}

/* A list of one value for each item has to be as long as the items. */
static void check_per_item(build *b, const scale *s)
{
    for (uint32_t i = 0; i < s->settings.count; i++) {
        const checked *c = &s->settings.checked[i];
        place at = settings_place(&s->settings, c->row->name);
        if ((c->row->flags & RAPPORT_PER_ITEM) && c->value.count && named_items(s) &&
            c->value.count != named_items(s))
            WRONG(b, &at, "%s has %u values for %u items; give one for each item [cfg-per-item]",
                  c->row->name, c->value.count, named_items(s));
    }
}

static void read_scale(build *b, scale *s, const section *in)
{
    const setting *scoring = section_find(in, "scoring");
    rapport_list rows[3] = { own_rows("scale"), plugin_rows(b, "scale"), RAPPORT_NOTHING };

    if (scoring && *scoring->value)
        s->scoring = module_scoring(b->opened, scoring->value, scoring->value_at.file,
                                    &scoring->value_at, &s->module, b->all);
    if (s->scoring)
        rows[2] = s->scoring->settings;
    if (!check_section(b, &s->settings, in, rows, 3))
        return;

    s->shown = (rapport_scale){ .size = sizeof s->shown,
                                .id = in->name,
                                .low = NAN,
                                .high = NAN,
                                .score = RAPPORT_ABSENT,
                                .band = RAPPORT_ABSENT };
    s->title = settings_word(&s->settings, "title");
    s->optional = settings_yes(&s->settings, "optional");
    s->flip = settings_yes(&s->settings, "flip");
    s->decimals = decimals_of(&s->settings, decimals_of(&b->out->settings, DECIMALS_UNSAID));
    const double *moved = range_of(&s->settings, "rescale");
    if (moved) {
        s->moved = true;
        s->moved_low = moved[0];
        s->moved_high = moved[1];
    }
    read_scale_items(b, s);
    read_needed(b, s);
    read_bands(b, s);
    check_per_item(b, s);
}

/* ---- all of it ---------------------------------------------------------------------- */

static uint32_t count_kind(const config *in, const char *kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < in->sections; i++)
        count += strcmp(in->section[i].kind, kind) == 0;
    return count;
}

/* The plugin's own kinds of section, NULL-ended behind ours. */
static void read_other_sections(build *b)
{
    instrument *out = b->out;
    uint32_t rows = out->plugin ? out->plugin->settings.count : 0;
    const char **kinds = memory_array(b->arena, rows + 4, sizeof *kinds);

    out->section = memory_array(b->arena, out->config->sections + 1, sizeof *out->section);
    if (!kinds || !out->section) {
        problem_memory(b->all);
        return;
    }
    kinds[0] = "instrument";
    kinds[1] = "item";
    kinds[2] = "scale";
    uint32_t known = 3;
    for (uint32_t i = 0; i < rows; i++) {
        rapport_setting row;
        list_get(&row, sizeof row, &out->plugin->settings, i);
        bool new = row.section != NULL;
        for (uint32_t k = 0; k < known && new; k++)
            new = strcmp(kinds[k], row.section) != 0;
        if (new)
            kinds[known++] = row.section;
    }
    config_kinds(out->config, kinds, b->all);
    for (uint32_t i = 0; i < out->config->sections; i++)
        for (uint32_t k = 3; k < known; k++) {
            const section *in = &out->config->section[i];
            const rapport_list list = plugin_rows(b, kinds[k]);
            if (strcmp(in->kind, kinds[k]) == 0)
                check_section(b, &out->section[out->sections++], in, &list, 1);
        }
}

/* One that the pipeline says is more likely meant to be one that the instrument has. */
static void complain_of_use(build *b, const item *unused)
{
    const place *at = &unused->settings.at;
    nearest search = { .wanted = unused->shown.id };
    char hint[160] = "";

    for (uint32_t i = 0; i < b->out->items && (at->said || at->file != b->out->path); i++)
        nearest_offer(&search, b->out->item[i].shown.id);
    nearest_hint(hint, sizeof hint, &search);
    WRONG(b, at, "item '%s' is in no scale%s [cfg-item-unused]", unused->shown.id,
          *hint ? hint : "; add it to one, or take it out");
}

/* An item that counts nowhere is more likely forgotten than meant. */
static void check_use(build *b)
{
    const instrument *out = b->out;
    bool wanted = out->plugin && (out->plugin->flags & RAPPORT_WANTS_ITEMS);

    for (uint32_t i = 0; i < out->items && !wanted && !b->unsure; i++)
        if (!out->item[i].scored)
            complain_of_use(b, &out->item[i]);
    for (const char *const *id = out->plugin ? out->plugin->scales : NULL; id && *id; id++)
        if (!instrument_scale(out, *id))
            WRONG(b, &out->settings.at, "plugin %s needs a [scale %s]; add it [cfg-scale]",
                  out->plugin->id, *id);
}

/* Whether the key is one that only a plugin's table can explain. */
static bool is_plugins(const section *in, const setting *s)
{
    const schema *known = schema_find(schema_instrument, in->kind);

    for (uint32_t i = 0; known && i < known->rows.count; i++) {
        rapport_setting row;
        list_get(&row, sizeof row, &known->rows, i);
        if (strcmp(row.name, s->key) == 0)
            return false;
    }
    return true;
}

/* What a plugin's key says may be a file's name; only once it is loaded is it known whether. */
static bool read_ahead(setting *s, memory *arena)
{
    const char *path = config_path(s->value_at.file, s->value, arena);

    if (!path)
        return false;
    if (!file_is_there(path))
        return true;
    file_content *file = memory_new(arena, sizeof *file);
    if (file)
        file_read(file, path, NUMBER_TABLE_BYTES, NULL, arena);
    s->file = file;
    return file;
}

void instrument_find(config *from, modules *opened, memory *arena, problems *all)
{
    const section *head = config_find(from, "instrument", "");
    const setting *plugin = head ? section_find(head, "plugin") : NULL;

    if (plugin && *plugin->value)
        module_find_instrument(opened, plugin->value, from->path, &plugin->value_at, all);
    for (uint32_t i = 0; i < from->sections && !all->memory; i++) {
        const section *in = &from->section[i];
        const setting *scoring = section_find(in, "scoring");
        if (strcmp(in->kind, "scale") == 0 && scoring && *scoring->value)
            module_find_scoring(opened, scoring->value, scoring->value_at.file, &scoring->value_at,
                                all);
        for (uint32_t k = 0; k < in->settings && !all->memory; k++)
            if (is_plugins(in, &in->setting[k]) && !read_ahead(&in->setting[k], arena))
                problem_memory(all);
    }
}

bool instrument_build(instrument *out, const config *from, modules *opened, memory *arena,
                      problems *all)
{
    build b = { .out = out, .opened = opened, .arena = arena, .all = all };

    *out = (instrument){ .path = from->path, .config = from };
    if (!read_head(&b))
        return !all->memory;
    out->item = memory_array(arena, count_kind(from, "item") + 1, sizeof *out->item);
    out->scale = memory_array(arena, count_kind(from, "scale") + 1, sizeof *out->scale);
    if (!out->item || !out->scale)
        return problem_memory(all) != NULL;

    for (uint32_t i = 0; i < from->sections && !all->memory; i++) /* items first */
        if (strcmp(from->section[i].kind, "item") == 0)
            read_item(&b, &out->item[out->items++], &from->section[i]);
    if (!all->memory)
        check_ranges(&b);
    for (uint32_t i = 0; i < from->sections && !all->memory; i++)
        if (strcmp(from->section[i].kind, "scale") == 0)
            read_scale(&b, &out->scale[out->scales++], &from->section[i]);
    if (all->memory)
        return false;
    read_other_sections(&b);
    check_use(&b);
    return !all->memory;
}
