/* test_places.c - a name is looked for in the places that are promised, and in their order. */
#define _GNU_SOURCE
#include "config/places.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "run.h"
#include "scratch.h"

static memory arena;

static const char *find(places_kind kind, const char *name, const char *beside)
{
    problems all = { 0 };
    const char *found = places_find(kind, name, beside, NULL, &arena, &all);
    CU_ASSERT_EQUAL(all.count, 0);
    CU_ASSERT_FALSE(all.memory);
    return found ? found : "nowhere";
}

/* One file each, called like what it proves: work/conf/run.ini names them. */
static void make_folders(void)
{
    static const char *const folders[] = {
        "work",       "work/conf",          "work/conf/plugins",
        "plugins",    "work/plugins",       "work/instruments",
        "env",        "work/instruments/a", "work/instruments/library",
        "env/second", "instruments",        "conf",
    };
    static const char *const files[] = {
        "work/conf/p.so",
        "work/conf/plugins/p.so",
        "work/conf/plugins/q.so",
        "work/plugins/q.so",
        "work/plugins/r.so",
        "plugins/r.so",
        "plugins/s.so",
        "env/s.so",
        "env/t.so",
        "env/second/t.so",
        "env/second/u.so",
        "work/instruments/a/a.ini",
        "work/instruments/a.ini",
        "work/instruments/b.ini",
        "work/instruments/library/b.ini",
        "work/instruments/library/c.ini",
        "instruments/d.ini",
        "env/e.ini",
        "conf/f.ini",
        "work/conf/g.ini",
        "instruments/g.ini",
        "here.ini",
        "work/conf/run.ini",
    };

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        scratch_folder(folders[i]);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        scratch_write(files[i], "");
    setenv("RAPPORT_PLUGIN_PATH", ":env::env/second:", 1);
    setenv("RAPPORT_INSTRUMENT_PATH", "env", 1);
    unsetenv("RAPPORT_PIPELINE_PATH");
}

static const struct {
    const char *promise;
    places_kind kind;
    const char *name, *beside, *found;
} names[] = {
    { "takes a plugin beside the file first", PLACES_PLUGINS, "p", "work/conf/run.ini",
      "work/conf/p.so" },
    { "takes plugins/ beside the file before those above", PLACES_PLUGINS, "q", "work/conf/run.ini",
      "work/conf/plugins/q.so" },
    { "takes the nearer folder above", PLACES_PLUGINS, "r", "work/conf/run.ini",
      "work/conf/../plugins/r.so" },
    { "goes further up before it asks the variable", PLACES_PLUGINS, "s", "work/conf/run.ini",
      "work/conf/../../plugins/s.so" },
    { "takes the variable's first folder", PLACES_PLUGINS, "t", "work/conf/run.ini", "env/t.so" },
    { "takes the variable's second folder", PLACES_PLUGINS, "u", "work/conf/run.ini",
      "env/second/u.so" },
    { "takes an instrument's own folder first", PLACES_INSTRUMENTS, "a", "work/conf/run.ini",
      "work/conf/../instruments/a/a.ini" },
    { "takes an instrument's file before the library's", PLACES_INSTRUMENTS, "b",
      "work/conf/run.ini", "work/conf/../instruments/b.ini" },
    { "takes the library's", PLACES_INSTRUMENTS, "c", "work/conf/run.ini",
      "work/conf/../instruments/library/c.ini" },
    { "looks above for instruments", PLACES_INSTRUMENTS, "d", "work/conf/run.ini",
      "work/conf/../../instruments/d.ini" },
    { "takes an instrument from the variable", PLACES_INSTRUMENTS, "e", "work/conf/run.ini",
      "env/e.ini" },
    { "takes an instrument beside the file first", PLACES_INSTRUMENTS, "g", "work/conf/run.ini",
      "work/conf/g.ini" },
    { "looks beside a file, not in the current folder", PLACES_PIPELINES, "here", NULL, "nowhere" },
    { "looks from the current folder", PLACES_PIPELINES, "f", NULL, "./conf/f.ini" },
    { "takes a file without a folder for one of the current folder", PLACES_PLUGINS, "r", "run.ini",
      "./plugins/r.so" },
    { "does not mix kinds up", PLACES_PIPELINES, "d", NULL, "nowhere" },
    { "finds nothing under another name", PLACES_PLUGINS, "P", "work/conf/run.ini", "nowhere" },
};

static void looks_in_the_order_promised(void)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *found = find(names[i].kind, names[i].name, names[i].beside);
        KEPT(strcmp(found, names[i].found) == 0, names[i].promise);
        SAME_TEXT(found, names[i].found);
    }
}

static void goes_three_folders_up_and_no_further(void)
{
    scratch_folder("x");
    scratch_folder("x/y");
    scratch_folder("x/y/z");
    scratch_folder("x/y/z/deep");
    SAME_TEXT(find(PLACES_PLUGINS, "r", "x/y/z/run.ini"), "x/y/z/../../../plugins/r.so");
    SAME_TEXT(find(PLACES_PLUGINS, "r", "x/y/z/deep/run.ini"), "nowhere");
}

static void lists_every_place_tried(void)
{
    problems all = { 0 };
    text tried = { 0 };

    CU_ASSERT_PTR_NOT_NULL(
        places_find(PLACES_PLUGINS, "t", "work/conf/run.ini", &tried, &arena, &all));
    text_add(&tried, "", 1);
    SAME_TEXT(tried.bytes, "work/conf/t.so: not there\n"
                           "work/conf/plugins/t.so: not there\n"
                           "work/conf/../plugins/t.so: not there\n"
                           "work/conf/../../plugins/t.so: not there\n"
                           "work/conf/../../../plugins/t.so: not there\n"
                           "env/t.so: found\n");
    text_free(&tried);
}

static void add_one(void *self, const char *name, const char *path)
{
    text *out = self;
    text_add_string(out, name);
    text_add_string(out, " ");
    text_add_string(out, path);
    text_add_string(out, "\n");
}

static void gives_each_name_once(void)
{
    problems all = { 0 };
    text out = { 0 };

    places_each(PLACES_PLUGINS, "work/conf/run.ini", add_one, &out, NULL, &arena, &all);
    text_add(&out, "", 1);
    CU_ASSERT_PTR_EQUAL(strstr(out.bytes, "p work/conf/p.so\nq work/conf/plugins/q.so\n"
                                          "r work/conf/../plugins/r.so\n"
                                          "s work/conf/../../plugins/s.so\n"
                                          "t env/t.so\nu env/second/u.so\n"),
                        out.bytes);
    text_free(&out);
    places_each(PLACES_INSTRUMENTS, "work/conf/run.ini", add_one, &out, NULL, &arena, &all);
    text_add(&out, "", 1);
    CU_ASSERT_PTR_EQUAL(strstr(out.bytes, "a work/conf/../instruments/a/a.ini\n"
                                          "b work/conf/../instruments/b.ini\n"
                                          "c work/conf/../instruments/library/c.ini\n"
                                          "d work/conf/../../instruments/d.ini\n"
                                          "g work/conf/../../instruments/g.ini\ne env/e.ini\n"),
                        out.bytes);
    text_free(&out);
    CU_ASSERT_EQUAL(all.count, 0);
}

static void bears_paths_longer_than_any(void)
{
    char *beside = malloc(9000), *name = malloc(9000);
    memset(beside, 'a', 9000);
    memset(name, 'b', 9000);
    memcpy(beside + 8990, "/run.ini", 9);
    name[8999] = 0;
    SAME_TEXT(find(PLACES_PLUGINS, "nobody", beside), "nowhere");
    SAME_TEXT(find(PLACES_PLUGINS, name, "run.ini"), "nowhere");
    SAME_TEXT(find(PLACES_INSTRUMENTS, name, beside), "nowhere");
    setenv("RAPPORT_PLUGIN_PATH", beside, 1);
    SAME_TEXT(find(PLACES_PLUGINS, "nobody", "run.ini"), "nowhere");
    free(beside);
    free(name);
}

int main(void)
{
    static const promise promises[] = {
        { "looks in the order promised", looks_in_the_order_promised },
        { "goes three folders up and no further", goes_three_folders_up_and_no_further },
        { "lists every place tried", lists_every_place_tried },
        { "gives each name once", gives_each_name_once },
        { "bears paths longer than any", bears_paths_longer_than_any },
    };

    scratch_begin();
    make_folders();
    int status = RUN("places", promises);
    memory_free(&arena);
    return status;
}
