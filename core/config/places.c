/* places.c - where instruments and plugins are looked for. */
#define _GNU_SOURCE
#include "config/places.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config.h"

enum { PATH_ROOM = 4096, FOLDERS_ABOVE = 3 };

static const struct {
    const char *folder, *variable, *installed;
    const char *pattern[3]; /* of the files in a folder; %s is the name */
} kinds[] = {
    [PLACES_INSTRUMENTS] = { "instruments",
                             "RAPPORT_INSTRUMENT_PATH",
                             "../share/rapport/instruments",
                             { "%s/%s.ini", "%s.ini", "library/%s.ini" } },
    [PLACES_PLUGINS] = { "plugins",
                         "RAPPORT_PLUGIN_PATH",
                         "../lib/rapport/plugins",
                         { "%s.so", NULL, NULL } },
    [PLACES_PIPELINES] = { "conf",
                           "RAPPORT_PIPELINE_PATH",
                           "../share/rapport/conf",
                           { "%s.ini", NULL, NULL } },
};

/* Calls `visit` with each folder in turn until it returns true. */
typedef bool visitor(void *self, const char *folder);

static bool visit_program_folders(places_kind kind, visitor *visit, void *self)
{
    char program[PATH_ROOM], folder[2 * PATH_ROOM];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0)
        return false;
    program[length] = 0;
    *strrchr(program, '/') = 0;

    snprintf(folder, sizeof folder, "%s/%s", program, kinds[kind].folder);
    if (visit(self, folder))
        return true;
    snprintf(folder, sizeof folder, "%s/%s", program, kinds[kind].installed);
    return visit(self, folder);
}

static bool visit_variable(places_kind kind, visitor *visit, void *self)
{
    const char *list = getenv(kinds[kind].variable);
    char folder[PATH_ROOM];

    while (list && *list) {
        size_t length = strcspn(list, ":");
        if (length > 0 && length < sizeof folder) {
            memcpy(folder, list, length);
            folder[length] = 0;
            if (visit(self, folder))
                return true;
        }
        list += length + (list[length] == ':');
    }
    return false;
}

/* The folder of a file, as a length of `base`: "a/b.ini" gives "a", a bare name ".". */
static int folder_of(const char **base, const char *file)
{
    const char *slash = file ? strrchr(file, '/') : NULL;

    *base = slash ? file : ".";
    return slash && slash != file ? (int)(slash - file) : 1;
}

static bool visit_own_folder(const char *beside, visitor *visit, void *self)
{
    char folder[PATH_ROOM];
    const char *base;
    int length = folder_of(&base, beside);

    snprintf(folder, sizeof folder, "%.*s", length, base);
    return visit(self, folder);
}

/* KIND/ beside the file, and in the folders above: "a/b.ini" gives a/KIND, a/../KIND, ... */
static bool visit_beside(places_kind kind, const char *beside, visitor *visit, void *self)
{
    char folder[PATH_ROOM];
    const char *base;
    int length = folder_of(&base, beside);

    for (int above = 0; above <= FOLDERS_ABOVE; above++) {
        int at = snprintf(folder, sizeof folder, "%.*s/", length, base);
        for (int i = 0; i < above && at > 0 && (size_t)at < sizeof folder; i++)
            at += snprintf(folder + at, sizeof folder - (size_t)at, "../");
        if (at < 0 || (size_t)at >= sizeof folder - 16)
            return false;
        strcpy(folder + at, kinds[kind].folder);
        if (visit(self, folder))
            return true;
    }
    return false;
}

static bool visit_all(places_kind kind, const char *beside, visitor *visit, void *self)
{
    return visit_beside(kind, beside, visit, self) || visit_variable(kind, visit, self) ||
           visit_program_folders(kind, visit, self);
}

typedef struct search {
    places_kind kind;
    const char *name;
    text *tried;
    char found[2 * PATH_ROOM];
} search;

/* What cannot be told, since a disk fails, is as good as there: another file must not be taken in
 * its place, and opening it will say why. */
static bool is_there(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 || (errno != ENOENT && errno != ENOTDIR && errno != EACCES &&
                                        errno != ELOOP && errno != ENAMETOOLONG);
}

static bool try_folder(void *self, const char *folder)
{
    search *s = self;

    for (int i = 0; i < 3 && kinds[s->kind].pattern[i]; i++) {
        char file[PATH_ROOM];

        snprintf(file, sizeof file, kinds[s->kind].pattern[i], s->name, s->name);
        int length = snprintf(s->found, sizeof s->found, "%s/%s", folder, file);
        if (length < 0 || (size_t)length >= sizeof s->found)
            continue;
        bool there = is_there(s->found);
        if (s->tried) {
            text_add_string(s->tried, s->found);
            text_add_string(s->tried, there ? ": found\n" : ": not there\n");
        }
        if (there)
            return true;
    }
    return false;
}

const char *places_find(places_kind kind, const char *name, const char *beside, text *tried,
                        memory *arena, problems *all)
{
    search s = { .kind = kind, .name = name, .tried = tried };

    bool own = beside && visit_own_folder(beside, try_folder, &s);
    if (!own && !visit_all(kind, beside, try_folder, &s))
        return NULL;
    const char *found = memory_text(arena, s.found, strlen(s.found));
    return found ? found : problem_memory(all);
}

const char *places_meant(const char *word, memory *arena, problems *all)
{
    size_t length = strlen(word),
           tail = length > 4 && strcmp(word + length - 4, ".ini") == 0 ? 4 : 0;
    const char *name = memory_text(arena, word, length - tail);

    if (strchr(word, '/'))
        return NULL;
    if (!name)
        return problem_memory(all);
    const char *found = places_find(PLACES_PIPELINES, name, NULL, NULL, arena, all);
    if (!found && !all->memory)
        found = places_find(PLACES_INSTRUMENTS, name, NULL, NULL, arena, all);
    return found && strncmp(found, "./", 2) == 0 ? found + 2 : found;
}

typedef struct listing {
    places_kind kind;
    void (*each)(void *self, const char *name, const char *path);
    void *self;
    text *tried;
    memory *arena;
    struct known {
        const char *name;
        struct known *next;
    } * known;
    bool memory_ran_out;
} listing;

static bool is_known(listing *l, const char *name)
{
    for (struct known *k = l->known; k; k = k->next)
        if (strcmp(k->name, name) == 0)
            return true;
    struct known *k = memory_new(l->arena, sizeof *k);
    if (k)
        k->name = memory_text(l->arena, name, strlen(name));
    if (!k || !k->name) {
        l->memory_ran_out = true;
        return true;
    }
    k->next = l->known;
    l->known = k;
    return false;
}

static void list_file(listing *l, const char *name, const char *path)
{
    struct stat status;

    if (stat(path, &status) == 0 && S_ISREG(status.st_mode) && !is_known(l, name))
        l->each(l->self, l->known->name, path); /* the copy: it outlives this search */
}

/* Files called NAME<ending> in `folder`. */
static void list_files(listing *l, const char *folder, const char *ending, bool nested)
{
    struct dirent **entry;
    int entries = scandir(folder, &entry, NULL, alphasort);

    for (int i = 0; i < entries; i++) {
        char name[256], path[2 * PATH_ROOM];
        size_t length = strlen(entry[i]->d_name), tail = strlen(ending);

        if (entry[i]->d_name[0] != '.' && length < sizeof name) {
            strcpy(name, entry[i]->d_name);
            if (nested) {
                snprintf(path, sizeof path, "%s/%s/%s%s", folder, name, name, ending);
                list_file(l, name, path);
            } else if (length > tail && strcmp(name + length - tail, ending) == 0) {
                snprintf(path, sizeof path, "%s/%s", folder, name);
                name[length - tail] = 0;
                list_file(l, name, path);
            }
        }
        free(entry[i]);
    }
    if (entries >= 0)
        free(entry);
    else if (errno == ENOMEM)
        l->memory_ran_out = true;
}

static bool list_folder(void *self, const char *folder)
{
    listing *l = self;
    char library[PATH_ROOM];

    if (l->tried) {
        struct stat status;
        text_add_string(l->tried, folder);
        text_add_string(l->tried, stat(folder, &status) == 0 ? ": found\n" : ": not there\n");
    }
    if (l->kind != PLACES_INSTRUMENTS) {
        list_files(l, folder, l->kind == PLACES_PLUGINS ? ".so" : ".ini", false);
        return false;
    }
    list_files(l, folder, ".ini", true);
    list_files(l, folder, ".ini", false);
    int length = snprintf(library, sizeof library, "%s/library", folder);
    if (length > 0 && (size_t)length < sizeof library)
        list_files(l, library, ".ini", false);
    return false;
}

void places_each(places_kind kind, const char *beside,
                 void (*each)(void *self, const char *name, const char *path), void *self,
                 text *tried, memory *arena, problems *all)
{
    listing l = { .kind = kind, .each = each, .self = self, .tried = tried, .arena = arena };

    if (beside && kind == PLACES_PLUGINS)
        visit_own_folder(beside, list_folder, &l);
    visit_all(kind, beside, list_folder, &l);
    if (l.memory_ran_out)
        problem_memory(all);
}
