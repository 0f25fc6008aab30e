/* test_pin.c - pins are put into a pipeline's file, and nothing else in it changes. */
#define _GNU_SOURCE
#include "config/pin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "config/file.h"
#include "run.h"
#include "scratch.h"
#include "trial.h"

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self, (void)in, (void)out;
    return RAPPORT_OK;
}

#define HEAD                                                                                       \
    "# Mine.\n[pipeline]\nstages = s\nrespondent = id\n\n[stage s]\ninstrument = ./one.ini\n"
#define OTHER "sha256:0000000000000000000000000000000000000000000000000000000000000000"

static char digest[SHA256_HEX]; /* of puppet.so */

/* `text` with the pin in place of each @. */
static char *filled(const char *text)
{
    char *out = calloc(1, 4096), *at = out;

    if (!out)
        abort();
    for (; *text; text++)
        if (*text == '@')
            at += sprintf(at, "puppet = sha256:%s", digest);
        else
            *at++ = *text;
    return out;
}

typedef struct pinning {
    memory arena;
    problems all;
    plan plan;
    text out;
    bool good, same;
} pinning;

static pinning *begin(const char *pipeline, const char *plugin)
{
    pinning *p = calloc(1, sizeof *p);
    char one[512];

    if (!p)
        abort();
    snprintf(one, sizeof one, ONE("answers = 0..4\n[item a]\n[scale t]\nitems = a\nscoring = %s\n"),
             plugin);
    scratch_write("one.ini", one);
    scratch_write("run.ini", pipeline);
    p->good = plan_read_to_pin(&p->plan, "run.ini", &p->arena, NULL, &p->all);
    return p;
}

static void done(pinning *p)
{
    text_free(&p->out);
    plan_close(&p->plan);
    memory_free(&p->arena);
    free(p);
}

static const struct {
    const char *promise, *before, *after; /* @ stands for the pin */
} cases[] = {
    { "adds a section", HEAD, HEAD "\n[trust]\n@\n" },
    { "adds it behind a line without an end", HEAD "[report]\npath = r.csv",
      HEAD "[report]\npath = r.csv\n\n[trust]\n@\n" },
    { "fills an empty section", HEAD "[trust]\n\n# So.\n[run]\n",
      HEAD "[trust]\n@\n\n# So.\n[run]\n" },
    { "fills one at the end of the file", HEAD "[ trust ]", HEAD "[ trust ]\n@\n" },
    { "replaces a pin", HEAD "[trust]\npuppet=" OTHER "\n[run]\n", HEAD "[trust]\n@\n[run]\n" },
    { "replaces one that is no pin", HEAD "[trust]\npuppet = sha256\n", HEAD "[trust]\n@\n" },
    { "takes out a pin for what is not used",
      HEAD "[trust]\nmean = " OTHER "\n# Seen by R.\n\npuppet = " OTHER "\nsum = " OTHER,
      HEAD "[trust]\n@\n# Seen by R.\n\n" },
    { "keeps a key of ours", HEAD "[trust]\nrequire =  yes\n\n[run]\n",
      HEAD "[trust]\nrequire =  yes\n@\n\n[run]\n" },
    { "keeps it behind the pins",
      HEAD "[trust]\n; one\n\nmean = " OTHER "\nrequire = no\n# two\n[run]",
      HEAD "[trust]\n; one\n\n@\nrequire = no\n# two\n[run]" },
    { "keeps a byte-order mark and the ends of lines",
      "\xEF\xBB\xBF[pipeline]\r\nstages = s\r\nrespondent = id\r\n[stage s]\r\n"
      "instrument = ./one.ini\r\n",
      "\xEF\xBB\xBF[pipeline]\r\nstages = s\r\nrespondent = id\r\n[stage s]\r\n"
      "instrument = ./one.ini\r\n\r\n[trust]\r\n@\r\n" },
    { "leaves the right pin as it is", HEAD "[trust]\n@\n[run]\n", HEAD "[trust]\n@\n[run]\n" },
};

static void changes_nothing_but_pins(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *before = filled(cases[i].before), *after = filled(cases[i].after);
        pinning *p = begin(before, "./puppet.so");
        KEPT(p->good && pin_file(&p->out, &p->same, &p->plan, &p->arena, &p->all),
             cases[i].promise);
        KEPT(p->same == (strcmp(before, after) == 0), cases[i].promise);
        text_add(&p->out, "", 1);
        SAME_TEXT(p->out.bytes, after);
        done(p);

        /* Once more, from there: nothing is left to do. */
        p = begin(after, "./puppet.so");
        KEPT(p->good && pin_file(&p->out, &p->same, &p->plan, &p->arena, &p->all) && p->same,
             cases[i].promise);
        done(p);
        free(before);
        free(after);
    }
}

static void gives_the_section_by_itself(void)
{
    char *section = filled("[trust]\nrequire = yes\n@\n");
    pinning *p = begin(HEAD "[trust]\nmean = nonsense\nrequire =   yes\n", "./puppet.so");

    CU_ASSERT_TRUE_FATAL(p->good);
    CU_ASSERT_TRUE(pin_section(&p->out, &p->plan, &p->arena, &p->all));
    text_add(&p->out, "", 1);
    SAME_TEXT(p->out.bytes, section);
    free(section);
    done(p);
}

static void pins_a_file_of_two_paths_once(void)
{
    static const char two[] = "[pipeline]\nstages = s v\nrespondent = id\n"
                              "[stage s]\ninstrument = ./one.ini\n"
                              "[stage v]\ninstrument = ./one.ini\n"
                              "[stage v scale t]\nscoring = .//puppet.so\n";
    char *section = filled("[trust]\n@\n");
    pinning *p = begin(two, "./puppet.so");

    CU_ASSERT_TRUE_FATAL(p->good && p->plan.modules.first->next);
    CU_ASSERT_TRUE(pin_section(&p->out, &p->plan, &p->arena, &p->all));
    text_add(&p->out, "", 1);
    SAME_TEXT(p->out.bytes, section);
    free(section);
    done(p);
}

/* Two files of one name, as two stages may have them. */
static void pins_all_files_of_a_name_in_one_line(void)
{
    static const char two[] = "[pipeline]\nstages = s v\nrespondent = id\n"
                              "[stage s]\ninstrument = ./one.ini\n"
                              "[stage v]\ninstrument = ./one.ini\n"
                              "[stage v scale t]\nscoring = ./two/older.so\n";
    char expected[512], one[SHA256_HEX], other[SHA256_HEX];
    size_t length;

    scratch_plugin("older");
    char *plugin = scratch_read("older.so", &length);
    file_digest(one, plugin, length);
    scratch_folder("two");
    scratch_write_bytes("two/older.so", plugin, length + 1); /* with the NUL behind it */
    file_digest(other, plugin, length + 1);
    free(plugin);
    const bool first = strcmp(one, other) < 0;
    snprintf(expected, sizeof expected, "[trust]\nolder = sha256:%s sha256:%s\n",
             first ? one : other, first ? other : one);

    pinning *p = begin(two, "./older.so");
    CU_ASSERT_TRUE_FATAL(p->good && p->all.count == 0);
    CU_ASSERT_TRUE(pin_section(&p->out, &p->plan, &p->arena, &p->all));
    text_add(&p->out, "", 1);
    SAME_TEXT(p->out.bytes, expected);
    done(p);
}

static void refuses_a_name_that_cannot_be_a_key(void)
{
    rapport_error error;

    if (symlink("puppet.so", "require.so") != 0)
        abort();
    pinning *p = begin(HEAD, "./require.so");
    CU_ASSERT_TRUE(p->good);
    CU_ASSERT_FALSE(pin_file(&p->out, &p->same, &p->plan, &p->arena, &p->all));
    CU_ASSERT_EQUAL(problems_close(&p->all, NULL, NULL, &error), RAPPORT_BAD_PLUGIN);
    SAME_TEXT(error.text,
              "run.ini: plugin ././require.so cannot be pinned by its name; call it NAME.so, with "
              "small letters, digits and _, at most 48 of them, and no key of [trust] "
              "[plugin-pin]");
    done(p);
}

static void refuses_a_file_that_changed_meanwhile(void)
{
    rapport_error error;
    pinning *p = begin(HEAD, "./puppet.so");

    scratch_write("run.ini", HEAD "\n");
    CU_ASSERT_FALSE(pin_file(&p->out, &p->same, &p->plan, &p->arena, &p->all));
    CU_ASSERT_EQUAL(problems_close(&p->all, NULL, NULL, &error), RAPPORT_BAD_CONFIG);
    SAME_TEXT(error.text, "run.ini: changed while it was read; try again [cfg-file]");
    done(p);
}

int main(void)
{
    static const promise promises[] = {
        { "changes nothing but pins", changes_nothing_but_pins },
        { "gives the section by itself", gives_the_section_by_itself },
        { "pins a file of two paths once", pins_a_file_of_two_paths_once },
        { "pins all files of a name in one line", pins_all_files_of_a_name_in_one_line },
        { "refuses a name that cannot be a key", refuses_a_name_that_cannot_be_a_key },
        { "refuses a file that changed meanwhile", refuses_a_file_that_changed_meanwhile },
    };
    size_t length;

    scratch_begin();
    puppet_hold_scoring(score);
    char *bytes = scratch_read("puppet.so", &length);
    file_digest(digest, bytes, length);
    free(bytes);
    return RUN("pin", promises);
}
