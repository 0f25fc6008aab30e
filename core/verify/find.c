/* find.c - where the files lie that a provenance names: it knows no folders.
 *
 * A file is looked for where a run of the pipeline would look, so that what is compared is what the
 * next run would read. INI files are read for what they name; plugins are not opened.
 */
#define _GNU_SOURCE
#include "verify/find.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/file.h"
#include "config/places.h"
#include "process/plan_facts.h"

enum { PIECE = 1 << 16 };

/* `made`; where it is NULL, memory is out, and whoever called hears of it. */
static const char *owned(finder *f, const char *made)
{
    return made ? made : problem_memory(&f->unheard);
}

/* ---- one file ------------------------------------------------------------------------------- */

/* The SHA-256 of a regular file of any length. Returns 0, or why it cannot be read. */
static int hash_file(char digest[SHA256_HEX], const char *path)
{
    static const int how = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK; /* a FIFO would wait */
    unsigned char bytes[SHA256_BYTES];
    char piece[PIECE];
    struct stat status;
    sha256 hash;
    ssize_t got = 1;
    int reason = 0;

    int fd = open(path, how);
    if (fd == -1)
        return errno;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        reason = EINVAL;
    sha256_begin(&hash);
    while (reason == 0 && got > 0) {
        got = read(fd, piece, sizeof piece);
        if (got > 0)
            sha256_add(&hash, piece, (size_t)got);
        else if (got < 0 && errno == EINTR)
            got = 1;
        else if (got < 0)
            reason = errno;
    }
    close(fd);
    sha256_end(&hash, bytes);
    sha256_hex(digest, bytes);
    return reason;
}

/* A place where the file may be; `path` may be NULL. */
static void offer(hunt *h, const char *path)
{
    char digest[SHA256_HEX];

    if (!path || h->agrees || access(path, F_OK) != 0)
        return;
    const int reason = hash_file(digest, path);
    h->agrees = reason == 0 && strcmp(digest, h->wanted->sha256) == 0;
    if (h->agrees || !h->path) {
        h->path = path;
        h->reason = reason;
    }
}

/* The one place that counts, since somebody named it. */
static void offer_given(hunt *h, const char *path)
{
    h->given = path;
    offer(h, path);
}

static bool is_called(const char *path, const char *name)
{
    return strcmp(last_name(path), name) == 0;
}

static void offer_if_called(hunt *h, const char *path)
{
    if (path && is_called(path, h->wanted->name))
        offer(h, path);
}

/* The file of that name in the folder of `other`. */
static void offer_neighbour(finder *f, hunt *h, const char *other)
{
    offer(h, owned(f, config_path(other, h->wanted->name, f->arena)));
}

/* NAME of NAME.ini or NAME.so; NULL: it is called otherwise. */
static const char *stem(finder *f, const char *name, const char *ending)
{
    const size_t length = strlen(name), tail = strlen(ending);

    if (length <= tail || strcmp(name + length - tail, ending) != 0)
        return NULL;
    return owned(f, memory_text(f->arena, name, length - tail));
}

static void offer_place(finder *f, hunt *h, places_kind kind, const char *name, const char *beside)
{
    if (name && !h->agrees)
        offer_if_called(h, places_find(kind, name, beside, f->tried, f->arena, &f->unheard));
}

const char *find_beside(const char *report, const char *ending, memory *arena)
{
    size_t length = strlen(report);

    if (length > 4 && strcmp(report + length - 4, ".csv") == 0)
        length -= 4;
    char *path = memory_new(arena, length + strlen(ending) + 1);
    if (path) {
        memcpy(path, report, length);
        strcpy(path + length, ending);
    }
    return path;
}

/* ---- what the INI files name -------------------------------------------------------------- */

/* The value of a setting of the pipeline, as a path; NULL: it is not said. */
static const char *path_said(finder *f, const char *words, const char *key)
{
    const section *in = config_section(&f->settings, words);
    const setting *said = in ? section_find(in, key) : NULL;
    if (!said || !*said->value)
        return NULL;
    return owned(f, config_path(said->value_at.file, said->value, f->arena));
}

/* Calls `each` with every setting of the pipeline and its instruments. */
static void each_setting(finder *f, hunt *h, void (*each)(finder *f, hunt *h, const setting *said))
{
    for (uint32_t i = 0; i <= f->facts->stages; i++) {
        const config *in = i == 0 ? &f->settings : f->instrument ? f->instrument[i - 1] : NULL;
        for (uint32_t s = 0; in && s < in->sections; s++)
            for (uint32_t k = 0; k < in->section[s].settings; k++)
                each(f, h, &in->section[s].setting[k]);
    }
}

static void try_table(finder *f, hunt *h, const setting *said)
{
    offer_if_called(h, owned(f, config_path(said->value_at.file, said->value, f->arena)));
}

/* `plugin` and `scoring` give a name, a path, or either with #ID behind it. */
static void try_plugin(finder *f, hunt *h, const setting *said)
{
    const char *slash = strrchr(said->value, '/'), *file = slash ? slash : said->value;
    const size_t length = (size_t)(file - said->value) + strcspn(file, "#");

    if (strcmp(said->key, "plugin") != 0 && strcmp(said->key, "scoring") != 0)
        return;
    const char *value = owned(f, memory_text(f->arena, said->value, length));
    if (value && slash)
        offer_if_called(h, owned(f, config_path(said->value_at.file, value, f->arena)));
    if (!value || slash)
        return;
    const char *name = stem(f, h->wanted->name, ".so");
    if (name && strcmp(value, name) == 0)
        offer_place(f, h, PLACES_PLUGINS, name, said->value_at.file);
}

/* Where nothing of that name was named: as if each INI file had. */
static void try_places(finder *f, hunt *h, places_kind kind, const char *ending)
{
    const char *name = stem(f, h->wanted->name, ending);

    for (uint32_t i = 0; f->instrument && i < f->facts->stages && !h->path; i++)
        if (f->instrument[i])
            offer_place(f, h, kind, name, f->instrument[i]->path);
    if (!h->path)
        offer_place(f, h, kind, name, f->settings.path ? f->settings.path : f->report);
    if (!h->path)
        offer_neighbour(f, h, f->report);
}

/* ---- each kind of file -------------------------------------------------------------------- */

hunt find_report(finder *f)
{
    hunt h = { .wanted = &f->facts->report };

    offer_given(&h, f->report);
    return h;
}

hunt find_rejects(finder *f)
{
    hunt h = { .wanted = &f->facts->rejects };

    offer_neighbour(f, &h, f->report);
    offer(&h, owned(f, find_beside(f->report, ".rejects.csv", f->arena)));
    return h;
}

/* Reads it, with what --set replaced, as far as it can be understood. */
static void read_pipeline(finder *f, const char *path)
{
    f->instrument = memory_array(f->arena, f->facts->stages + 1, sizeof *f->instrument);
    if (!f->instrument)
        problem_memory(&f->unheard);
    config_read(&f->settings, path, f->arena, &f->unheard);
    for (const char *const *set = f->facts->set; set && *set; set++)
        config_set(&f->settings, *set, f->arena, &f->unheard);
}

hunt find_pipeline(finder *f)
{
    hunt h = { .wanted = &f->facts->pipeline };

    if (f->pipeline) {
        offer_given(&h, f->pipeline);
    } else {
        const char *name = stem(f, h.wanted->name, ".ini");
        offer_neighbour(f, &h, f->report);
        if (!h.path)
            offer_place(f, &h, PLACES_PIPELINES, name, f->report);
        if (!h.path)
            offer_place(f, &h, PLACES_PIPELINES, name, NULL);
    }
    if (h.path)
        read_pipeline(f, h.path);
    return h;
}

hunt find_instrument(finder *f, uint32_t stage)
{
    const provenance_stage *of = &f->facts->stage[stage];
    hunt h = { .wanted = &of->file };
    const section *in = config_find(&f->settings, "stage", of->name);
    const setting *said = in ? section_find(in, "instrument") : NULL;

    if (said && strchr(said->value, '/'))
        offer_if_called(&h, owned(f, config_path(said->value_at.file, said->value, f->arena)));
    else if (said && *said->value)
        offer_place(f, &h, PLACES_INSTRUMENTS, said->value, said->value_at.file);
    if (!h.path)
        try_places(f, &h, PLACES_INSTRUMENTS, ".ini");
    if (!h.path)
        return h;
    config *read = memory_new(f->arena, sizeof *read);
    if (!read)
        problem_memory(&f->unheard);
    if (read && f->instrument &&
        config_read_up_to(read, h.path, GRAMMAR_LARGEST, f->arena, &f->unheard))
        f->instrument[stage] = read;
    return h;
}

hunt find_plugin(finder *f, uint32_t plugin)
{
    hunt h = { .wanted = &f->facts->plugin[plugin].file };

    each_setting(f, &h, try_plugin);
    if (!h.path)
        try_places(f, &h, PLACES_PLUGINS, ".so");
    return h;
}

hunt find_table(finder *f, uint32_t table)
{
    hunt h = { .wanted = &f->facts->table[table] };

    each_setting(f, &h, try_table);
    if (!h.path)
        offer_neighbour(f, &h, f->report);
    return h;
}

hunt find_input(finder *f)
{
    hunt h = { .wanted = &f->facts->input };

    if (f->input) {
        offer_given(&h, f->input);
        return h;
    }
    offer_if_called(&h, path_said(f, "input", "path"));
    if (!h.path)
        offer_neighbour(f, &h, f->report);
    if (!h.path && f->settings.path)
        offer_neighbour(f, &h, f->settings.path);
    return h;
}
