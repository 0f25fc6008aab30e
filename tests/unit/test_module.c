/* test_module.c - a plugin is what it promises to be, or is refused with the reason. */
#define _GNU_SOURCE
#include "config/module.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "run.h"
#include "scratch.h"
#include "trial.h"

/* ---- one opening ---------------------------------------------------------------------- */

typedef struct opening {
    memory arena;
    problems all;
    modules opened;
    text told, tried;
    rapport_outcome outcome;
    const rapport_scoring *scoring;
    const rapport_instrument *instrument;
    const module *from;
} opening;

static void hear(void *self, const char *line)
{
    opening *o = self;
    if (o->told.length)
        text_add_string(&o->told, "\n");
    text_add_string(&o->told, line);
}

static opening *begin(void)
{
    opening *o = calloc(1, sizeof *o);
    if (!o)
        abort();
    o->opened = (modules){ .arena = &o->arena, .tried = &o->tried };
    return o;
}

static const place asked = { .file = "one.ini", .line = 4, .column = 11 };

static void close_problems(opening *o)
{
    o->outcome = problems_close(&o->all, hear, o, NULL);
    text_add(&o->told, "", 1);
    text_add(&o->tried, "", 1);
}

static opening *scoring_of(const char *wanted)
{
    opening *o = begin();
    o->scoring = module_scoring(&o->opened, wanted, "one.ini", &asked, &o->from, &o->all);
    close_problems(o);
    return o;
}

static opening *instrument_of(const char *wanted)
{
    opening *o = begin();
    o->instrument = module_instrument(&o->opened, wanted, "one.ini", &asked, &o->from, &o->all);
    close_problems(o);
    return o;
}

static void done(opening *o)
{
    text_free(&o->told);
    text_free(&o->tried);
    memory_free(&o->arena);
    free(o);
}

/* Every refusal has a place, a cure behind a semicolon and a code. */
static void refused(opening *o, rapport_outcome outcome, const char *expected, const char *promise)
{
    const char *told = o->told.bytes, *cure = strrchr(told, ';');
    size_t length = strlen(told);

    KEPT(!o->scoring && !o->instrument && o->outcome == outcome, promise);
    SAME_TEXT(told, expected);
    KEPT(strncmp(told, "one.ini:4:11: ", 14) == 0 && cure && length && told[length - 1] == ']',
         "a refusal has a place, a cure and a code");
    done(o);
}

/* ---- files that are no plugin ------------------------------------------------------------- */

/* puppet.so with some bytes changed, or fewer of them. */
static void patched(const char *name, size_t at, const void *bytes, size_t count, size_t length)
{
    size_t whole;
    char *copy = scratch_read("puppet.so", &whole);

    memcpy(copy + at, bytes, count);
    scratch_write_bytes(name, copy, length && length < whole ? length : whole);
    free(copy);
}

/* One byte short of the last that is loaded. */
static void cut_segment(const char *name)
{
    size_t whole, end = 0;
    char *copy = scratch_read("puppet.so", &whole);
    ElfW(Ehdr) header;

    memcpy(&header, copy, sizeof header);
    for (unsigned i = 0; i < header.e_phnum; i++) {
        ElfW(Phdr) segment;
        memcpy(&segment, copy + header.e_phoff + i * sizeof segment, sizeof segment);
        if (segment.p_type == PT_LOAD && segment.p_offset + segment.p_filesz > end)
            end = segment.p_offset + segment.p_filesz;
    }
    scratch_write_bytes(name, copy, end - 1);
    free(copy);
}

static void make_files(void)
{
    static const uint16_t machine = EM_68K, executable = ET_REL, other_size = 24;
    static const unsigned char class = ELFCLASS32, order = ELFDATA2MSB;
    static const uint64_t far = UINT64_MAX - 8;

    scratch_write("text.so", "#!/bin/sh\nexit 0\n");
    scratch_write("empty.so", "");
    patched("magic.so", 0, "\177ELF", 4, 4);
    patched("header.so", 0, "\177ELF", 4, sizeof(ElfW(Ehdr)));
    patched("short.so", 0, "\177ELF", 4, sizeof(ElfW(Ehdr)) - 1);
    cut_segment("segment.so");
    patched("half.so", 0, "\177ELF", 4, 2048);
    patched("machine.so", offsetof(ElfW(Ehdr), e_machine), &machine, sizeof machine, 0);
    patched("class.so", EI_CLASS, &class, 1, 0);
    patched("order.so", EI_DATA, &order, 1, 0);
    patched("object.so", offsetof(ElfW(Ehdr), e_type), &executable, sizeof executable, 0);
    patched("entries.so", offsetof(ElfW(Ehdr), e_phentsize), &other_size, sizeof other_size, 0);
    patched("far.so", offsetof(ElfW(Ehdr), e_phoff), &far, sizeof far, 0);
    scratch_folder("folder.so");
    if (mkfifo("pipe.so", 0600) != 0 || symlink("nowhere.so", "dangling.so") != 0)
        abort();
    scratch_write("large.so", "");
    if (truncate("large.so", (64 << 20) + 1) != 0)
        abort();
}

#define AT "one.ini:4:11: "
#define BUILD "; build it again for this machine, as a shared object [plugin-file]"

static const struct {
    const char *promise, *wanted, *told;
} files[] = {
    { "refuses a file that is not there", "./none.so",
      AT "cannot open plugin ./none.so: No such file or directory; check the path [plugin-file]" },
    { "refuses a link to nowhere", "./dangling.so",
      AT "cannot open plugin ./dangling.so: No such file or directory; check the path "
         "[plugin-file]" },
    { "refuses text", "./text.so", AT "plugin ./text.so is not a shared object" BUILD },
    { "refuses an empty file", "./empty.so", AT "plugin ./empty.so is not a shared object" BUILD },
    { "refuses the magic alone", "./magic.so", AT "plugin ./magic.so is cut off" BUILD },
    { "refuses a header cut off", "./short.so", AT "plugin ./short.so is cut off" BUILD },
    { "refuses a header alone", "./header.so", AT "plugin ./header.so is cut off" BUILD },
    { "refuses the beginning of a plugin", "./half.so", AT "plugin ./half.so is cut off" BUILD },
    { "refuses a plugin but for one byte", "./segment.so",
      AT "plugin ./segment.so is cut off" BUILD },
    { "refuses segments beyond the end", "./far.so", AT "plugin ./far.so is cut off" BUILD },
    { "refuses another machine's", "./machine.so",
      AT "plugin ./machine.so is built for another machine" BUILD },
    { "refuses another class", "./class.so",
      AT "plugin ./class.so is built for another machine" BUILD },
    { "refuses another order of bytes", "./order.so",
      AT "plugin ./order.so is built for another machine" BUILD },
    { "refuses an object file", "./object.so",
      AT "plugin ./object.so is not a shared object" BUILD },
    { "refuses segments of another size", "./entries.so",
      AT "plugin ./entries.so is not a shared object" BUILD },
    { "refuses a folder", "./folder.so", AT "plugin ./folder.so is not a regular file" BUILD },
    { "refuses a pipe, and does not wait for it", "./pipe.so",
      AT "plugin ./pipe.so is not a regular file" BUILD },
    { "refuses a file over the limit", "./large.so",
      AT "plugin ./large.so is larger than 67108864 bytes; raise plugin_file in [limits], up to "
         "268435456 [plugin-limit]" },
};

static void refuses_what_is_no_plugin(void)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        refused(scoring_of(files[i].wanted), RAPPORT_BAD_PLUGIN, files[i].told, files[i].promise);
        refused(instrument_of(files[i].wanted), RAPPORT_BAD_PLUGIN, files[i].told,
                files[i].promise);
    }
}

static void refuses_an_entry_that_is_none(void)
{
    static const char *const names[] = { "no_entry", "null_entry", "two_tables" };
    static const char *const told[] = {
        AT "plugin ./no_entry.so has no rapport_module_v1; is it a rapport plugin? [plugin-entry]",
        AT "plugin ./null_entry.so: rapport_module_v1 does not return one constant table with its "
           "size; rebuild it [plugin-entry]",
        AT "plugin ./two_tables.so: rapport_module_v1 does not return one constant table with its "
           "size; rebuild it [plugin-entry]",
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char wanted[64];
        scratch_plugin(names[i]);
        snprintf(wanted, sizeof wanted, "./%s.so", names[i]);
        opening *o = scoring_of(wanted);
        KEPT(!o->scoring && o->outcome == RAPPORT_BAD_PLUGIN, names[i]);
        SAME_TEXT(o->told.bytes, told[i]);
        done(o);
    }
}

static void names_what_is_unresolved(void)
{
    scratch_plugin("unresolved");
    opening *o = scoring_of("./unresolved.so");
    CU_ASSERT_EQUAL(o->outcome, RAPPORT_BAD_PLUGIN);
    CU_ASSERT_PTR_NOT_NULL(strstr(o->told.bytes, "./unresolved.so"));
    CU_ASSERT_PTR_NOT_NULL(strstr(o->told.bytes, "nobody_has_this"));
    CU_ASSERT_PTR_NOT_NULL(strstr(o->told.bytes, " [plugin-load]"));
    CU_ASSERT_PTR_NOT_NULL(strstr(o->told.bytes, "; ")); /* the cure */
    done(o);
}

/* ---- tables --------------------------------------------------------------------------------- */

/* A good plugin of the test's own, into which each fault below is put. */
typedef struct parts {
    rapport_setting setting[2];
    rapport_level level[2];
    rapport_field extra[2], input[2], output[2];
    rapport_scoring scoring, second_scoring;
    rapport_instrument instrument, second_instrument;
    const rapport_scoring *scorings[300];
    const rapport_instrument *instruments[300];
    rapport_module module;
} parts;

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self, (void)in, (void)out;
    return RAPPORT_OK;
}

static rapport_status process(void *self, const rapport_batch *batch, rapport_output *out)
{
    (void)self, (void)batch, (void)out;
    return RAPPORT_OK;
}

static parts good;

static void be_good(void)
{
    static const rapport_setting settings[] = {
        { .name = "mode",
          .fallback = "b",
          .choices = "a|b",
          .doc = "A mode.",
          .type = RAPPORT_WORD },
        { .name = "cut",
          .fallback = "3",
          .doc = "A cut-off.",
          .type = RAPPORT_REAL,
          .low = 0,
          .high = 5 },
    };
    static const rapport_level levels[] = { { .code = "low" }, { .code = "high" } };
    static const rapport_field fields[] = {
        { .name = "se", .doc = "An error.", .type = RAPPORT_NUMBER },
        { .name = "kind",
          .doc = "A kind.",
          .type = RAPPORT_CATEGORY,
          .levels = { good.level, 2, sizeof *levels } },
    };

    memset(&good, 0, sizeof good);
    memcpy(good.setting, settings, sizeof settings);
    memcpy(good.level, levels, sizeof levels);
    memcpy(good.extra, fields, sizeof fields);
    memcpy(good.input, fields, sizeof fields);
    memcpy(good.output, fields, sizeof fields);
    good.scoring = (rapport_scoring){ .size = sizeof good.scoring,
                                      .id = "sc",
                                      .version = "1.0.0",
                                      .title = "S",
                                      .doc = "A scoring module.",
                                      .settings = RAPPORT_LIST(good.setting),
                                      .extra = RAPPORT_LIST(good.extra),
                                      .score = score };
    good.instrument = (rapport_instrument){ .size = sizeof good.instrument,
                                            .id = "in",
                                            .version = "1.0.0",
                                            .title = "I",
                                            .doc = "An instrument.",
                                            .settings = RAPPORT_LIST(good.setting),
                                            .inputs = RAPPORT_LIST(good.input),
                                            .outputs = RAPPORT_LIST(good.output),
                                            .process = process };
    good.second_scoring = good.scoring;
    good.second_instrument = good.instrument;
    good.second_scoring.id = "sc2";
    good.second_instrument.id = "in2";
    good.scorings[0] = &good.scoring;
    good.instruments[0] = &good.instrument;
    good.module = (rapport_module){ .size = sizeof good.module,
                                    .scoring = good.scorings,
                                    .instrument = good.instruments };
    puppet_hold(&good.module);
}

static void takes_a_good_plugin(void)
{
    be_good();
    opening *o = scoring_of("./puppet.so");
    SAME_TEXT(o->told.bytes, "");
    CU_ASSERT_PTR_NOT_NULL_FATAL(o->scoring);
    SAME_TEXT(o->scoring->id, "sc");
    CU_ASSERT_PTR_NOT_NULL_FATAL(o->from);
    SAME_TEXT(o->from->file.path, "./puppet.so");
    CU_ASSERT_EQUAL(o->from->scorings, 1);
    CU_ASSERT_EQUAL(o->from->instruments, 1);
    CU_ASSERT_EQUAL(strlen(o->from->file.digest), 64);
    CU_ASSERT_PTR_EQUAL(module_open(&o->opened, "./puppet.so", &asked, &o->all), o->from);
    done(o);
}

/* One fault each; what it is stands in its name. */
#define FAULT(name, ...)                                                                           \
    static void name(void)                                                                         \
    {                                                                                              \
        __VA_ARGS__;                                                                               \
    }

FAULT(no_module_size, good.module.size = 0)
FAULT(small_module, good.module.size--)
FAULT(later_host, good.module.needs_minor = 99)
FAULT(no_parts, good.scorings[0] = NULL, good.instruments[0] = NULL)
FAULT(no_lists, good.module.scoring = NULL, good.module.instrument = NULL)
FAULT(scoring_no_size, good.scoring.size = 0)
FAULT(scoring_small, good.scoring.size = offsetof(rapport_scoring, score))
FAULT(instrument_no_size, good.instrument.size = 0)
FAULT(instrument_small, good.instrument.size = offsetof(rapport_instrument, process))
FAULT(no_score, good.scoring.score = NULL)
FAULT(no_process, good.instrument.process = NULL)
FAULT(scoring_no_id, good.scoring.id = NULL)
FAULT(scoring_no_version, good.scoring.version = NULL)
FAULT(scoring_no_title, good.scoring.title = "")
FAULT(scoring_no_doc, good.scoring.doc = NULL)
FAULT(instrument_no_id, good.instrument.id = "")
FAULT(instrument_no_version, good.instrument.version = "")
FAULT(instrument_no_title, good.instrument.title = NULL)
FAULT(instrument_no_doc, good.instrument.doc = "")
FAULT(id_with_capital, good.scoring.id = "Sc")
FAULT(id_with_hyphen, good.instrument.id = "in-1")
FAULT(id_with_digit, good.scoring.id = "1sc")
FAULT(scoring_twice, good.second_scoring.id = "sc", good.scorings[1] = &good.second_scoring)
FAULT(instrument_twice, good.second_instrument.id = "in",
      good.instruments[1] = &good.second_instrument)
FAULT(no_stride, good.scoring.settings.stride = 0)
FAULT(no_first, good.instrument.outputs.first = NULL)
FAULT(many_settings, good.scoring.settings.count = 257)
FAULT(no_setting_name, good.setting[1].name = NULL)
FAULT(no_setting_doc, good.setting[1].doc = NULL)
FAULT(no_setting_type, good.setting[1].type = 0)
FAULT(setting_twice, good.setting[1].name = "mode")
FAULT(fallback_no_choice, good.setting[0].fallback = "c")
FAULT(fallback_above, good.setting[1].fallback = "5.5")
FAULT(fallback_no_number, good.setting[1].fallback = "x")
FAULT(range_not_a_number, good.setting[1].low = NAN)
FAULT(our_own_key, good.setting[1].name = "title")
FAULT(our_own_section, good.setting[1].section = "instrument")
FAULT(no_field_name, good.output[0].name = NULL)
FAULT(bad_field_name, good.output[0].name = "Se")
FAULT(no_field_doc, good.output[0].doc = "")
FAULT(no_field_type, good.input[0].type = 9)
FAULT(field_range_not_a_number, good.output[0].high = NAN)
FAULT(field_decimals, good.output[0].flags = RAPPORT_ROUNDED, good.output[0].decimals = 16)
FAULT(field_twice, good.output[1] = good.output[0])
FAULT(no_levels, good.output[1].levels.count = 0)
FAULT(levels_not_there, good.output[1].levels.first = NULL)
FAULT(level_without_code, good.level[1].code = NULL)
FAULT(level_empty, good.level[1].code = "")
FAULT(level_twice, good.level[1].code = "low")
FAULT(text_extra, good.extra[0].type = RAPPORT_TEXT)
FAULT(input_called_like_a_setting, good.input[0].name = "cut")
FAULT(input_called_like_ours, good.input[0].name = "version")

static void too_many_scorings(void)
{
    static rapport_scoring many[257];
    static char ids[257][16];

    for (int i = 0; i < 257; i++) {
        snprintf(ids[i], sizeof ids[i], "s%d", i);
        many[i] = good.scoring;
        many[i].id = ids[i];
        good.scorings[i] = &many[i];
    }
}

#define TABLE(what) AT "plugin ./puppet.so: " what "; mend the plugin [plugin-table]"
#define ENTRY                                                                                      \
    AT "plugin ./puppet.so: rapport_module_v1 does not return one constant table with its size; "  \
       "rebuild it [plugin-entry]"

static const struct {
    const char *promise;
    void (*put)(void);
    const char *told; /* NULL: any one refusal of the table */
} tables[] = {
    { "refuses a module without its size", no_module_size, ENTRY },
    { "refuses a module that is too small", small_module, ENTRY },
    { "refuses a module for a later host", later_host,
      AT "plugin ./puppet.so needs plugin ABI 1.99, this rapport speaks 1.0; update rapport "
         "[plugin-abi]" },
    { "refuses a module with empty lists", no_parts,
      TABLE("holds no scoring module and no instrument") },
    { "refuses a module without lists", no_lists,
      TABLE("holds no scoring module and no instrument") },
    { "refuses more parts than allowed", too_many_scorings, NULL },
    { "refuses a scoring module without its size", scoring_no_size,
      TABLE("a scoring module says no size, or too small a one") },
    { "refuses a scoring module that is too small", scoring_small,
      TABLE("a scoring module says no size, or too small a one") },
    { "refuses an instrument without its size", instrument_no_size,
      TABLE("an instrument says no size, or too small a one") },
    { "refuses an instrument that is too small", instrument_small,
      TABLE("an instrument says no size, or too small a one") },
    { "refuses a scoring module without score()", no_score, TABLE("sc: has no score()") },
    { "refuses an instrument without process()", no_process, TABLE("in: has no process()") },
    { "refuses a scoring module without id", scoring_no_id,
      TABLE("a part has no id of the form [a-z][a-z0-9_]*") },
    { "refuses an instrument without id", instrument_no_id,
      TABLE("a part has no id of the form [a-z][a-z0-9_]*") },
    { "refuses an id with a capital", id_with_capital,
      TABLE("a part has no id of the form [a-z][a-z0-9_]*") },
    { "refuses an id with a hyphen", id_with_hyphen,
      TABLE("a part has no id of the form [a-z][a-z0-9_]*") },
    { "refuses an id that begins with a digit", id_with_digit,
      TABLE("a part has no id of the form [a-z][a-z0-9_]*") },
    { "refuses a scoring module without version", scoring_no_version,
      TABLE("sc: version, title or doc is missing") },
    { "refuses a scoring module without title", scoring_no_title,
      TABLE("sc: version, title or doc is missing") },
    { "refuses a scoring module without doc", scoring_no_doc,
      TABLE("sc: version, title or doc is missing") },
    { "refuses an instrument without version", instrument_no_version,
      TABLE("in: version, title or doc is missing") },
    { "refuses an instrument without title", instrument_no_title,
      TABLE("in: version, title or doc is missing") },
    { "refuses an instrument without doc", instrument_no_doc,
      TABLE("in: version, title or doc is missing") },
    { "refuses two scoring modules of one id", scoring_twice,
      TABLE("sc: two scoring modules have this id") },
    { "refuses two instruments of one id", instrument_twice,
      TABLE("in: two instruments have this id") },
    { "refuses a list without a stride", no_stride,
      TABLE("sc: its settings are not there, or say too small a size") },
    { "refuses a list that is not there", no_first,
      TABLE("in: its outputs are not there, or say too small a size") },
    { "refuses a list that is too long", many_settings,
      TABLE("sc: its settings are more than 256") },
    { "refuses a setting without name", no_setting_name, NULL },
    { "refuses a setting without doc", no_setting_doc, NULL },
    { "refuses a setting of no type", no_setting_type, NULL },
    { "refuses two settings of one name", setting_twice, NULL },
    { "refuses a fallback that is no choice", fallback_no_choice, NULL },
    { "refuses a fallback out of range", fallback_above, NULL },
    { "refuses a fallback that is no number", fallback_no_number, NULL },
    { "refuses a setting's range that is not a number", range_not_a_number, NULL },
    { "refuses a setting called like one of ours", our_own_key, NULL },
    { "refuses a setting in a section of ours that it cannot have", our_own_section, NULL },
    { "refuses a field without name", no_field_name,
      TABLE("in: its outputs '' has no name of the form [a-z][a-z0-9_]*") },
    { "refuses a field with a capital", bad_field_name,
      TABLE("in: its outputs 'Se' has no name of the form [a-z][a-z0-9_]*") },
    { "refuses a field without doc", no_field_doc, TABLE("in: its outputs 'se' has no doc") },
    { "refuses a field of no type", no_field_type,
      TABLE("in: its inputs 'se' has an unknown type") },
    { "refuses a range that is not a number", field_range_not_a_number,
      TABLE("in: its outputs 'se' has a range that is not a number") },
    { "refuses decimals beyond 15", field_decimals,
      TABLE("in: its outputs 'se' has decimals outside 0 to 15") },
    { "refuses two fields of one name", field_twice, TABLE("in: two columns are called se") },
    { "refuses a category without levels", no_levels,
      TABLE("in: its outputs 'kind' is a category without levels") },
    { "refuses levels that are not there", levels_not_there,
      TABLE("in: its levels are not there, or say too small a size") },
    { "refuses a level without code", level_without_code, NULL },
    { "refuses a level with an empty code", level_empty, NULL },
    { "refuses two levels of one code", level_twice, NULL },
    { "refuses a text beside a score, which nobody could write", text_extra, NULL },
    { "refuses an input called like a setting", input_called_like_a_setting, NULL },
    { "refuses an input called like one of our keys", input_called_like_ours, NULL },
};

/* Refused whichever part is asked for: a plugin is good as a whole or not at all. */
static void refuses_bad_tables(void)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        be_good();
        tables[i].put();
        opening *o = scoring_of("./puppet.so#sc");
        KEPT(!o->scoring && o->outcome == RAPPORT_BAD_PLUGIN, tables[i].promise);
        if (tables[i].told)
            SAME_TEXT(o->told.bytes, tables[i].told);
        else
            KEPT(strncmp(o->told.bytes, AT "plugin ./puppet.so: ", 33) == 0 &&
                     strstr(o->told.bytes, "; mend the plugin [plugin-table]"),
                 tables[i].promise);
        done(o);
        o = instrument_of("./puppet.so#in");
        KEPT(!o->instrument && o->outcome == RAPPORT_BAD_PLUGIN, tables[i].promise);
        done(o);
    }
    be_good();
}

/* ---- which part of it ----------------------------------------------------------------------- */

static void finds_a_part_by_its_id(void)
{
    be_good();
    good.scorings[1] = &good.second_scoring;
    good.instruments[1] = &good.second_instrument;
    opening *o = scoring_of("./puppet.so#sc2");
    CU_ASSERT_PTR_NOT_NULL_FATAL(o->scoring);
    SAME_TEXT(o->scoring->id, "sc2");
    done(o);
    o = instrument_of("./puppet.so#in");
    CU_ASSERT_PTR_NOT_NULL_FATAL(o->instrument);
    SAME_TEXT(o->instrument->id, "in");
    done(o);
}

static void finds_a_part_in_the_file_of_its_name(void)
{
    be_good();
    good.scoring.id = "puppet";
    opening *o = scoring_of("puppet");
    SAME_TEXT(o->told.bytes, "");
    CU_ASSERT_PTR_NOT_NULL_FATAL(o->scoring);
    SAME_TEXT(o->from->file.path, "./puppet.so");
    SAME_TEXT(o->tried.bytes, "./puppet.so: found\n");
    done(o);
}

static void refuses_a_part_that_is_not_there(void)
{
    be_good();
    refused(scoring_of("./puppet.so#sum"), RAPPORT_BAD_PLUGIN,
            AT "plugin ./puppet.so holds no scoring module 'sum'; rapport show ./puppet.so lists "
               "what it holds [plugin-part]",
            "refuses an id that the file does not hold");
    refused(instrument_of("./puppet.so#sc"), RAPPORT_BAD_PLUGIN,
            AT "plugin ./puppet.so holds no instrument 'sc'; rapport show ./puppet.so lists what "
               "it holds [plugin-part]",
            "refuses a scoring module for an instrument");
    refused(scoring_of("puppet"), RAPPORT_BAD_PLUGIN,
            AT "plugin ./puppet.so holds no scoring module 'puppet'; rapport show ./puppet.so "
               "lists what it holds [plugin-part]",
            "refuses a name that its file does not hold");
    good.instruments[0] = NULL;
    refused(instrument_of("./puppet.so"), RAPPORT_BAD_PLUGIN,
            AT "plugin ./puppet.so holds no instrument; rapport show ./puppet.so lists what it "
               "holds [plugin-part]",
            "refuses a file without instruments");
    be_good();
    good.scorings[1] = &good.second_scoring;
    refused(scoring_of("./puppet.so"), RAPPORT_BAD_PLUGIN,
            AT "plugin ./puppet.so holds 2 of kind scoring module; name one as ./puppet.so#ID "
               "[plugin-part]",
            "refuses to choose among several");
}

static void says_where_it_looked(void)
{
    be_good();
    refused(scoring_of("pupet"), RAPPORT_BAD_CONFIG,
            AT "unknown scoring module 'pupet'; did you mean 'puppet'? [cfg-unknown-name]",
            "suggests the nearest name");
    opening *o = instrument_of("elsewhere_entirely");
    CU_ASSERT_EQUAL(o->outcome, RAPPORT_BAD_CONFIG);
    CU_ASSERT_PTR_NOT_NULL(strstr(o->tried.bytes, "./elsewhere_entirely.so: not there\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(o->tried.bytes, "./plugins/elsewhere_entirely.so: not there\n"));
    done(o);
}

static void refuses_a_name_longer_than_any(void)
{
    char wanted[5000] = "./";
    memset(wanted + 2, 'x', sizeof wanted - 3);
    opening *o = scoring_of(wanted);
    CU_ASSERT_PTR_NULL(o->scoring);
    CU_ASSERT_EQUAL(o->outcome, RAPPORT_BAD_PLUGIN);
    done(o);
}

/* ---- other layouts ------------------------------------------------------------------------ */

#define ITEMS "answers = 0..4\n[item a]\n[scale t]\nitems = a\n"

static void works_with_an_older_plugin(void)
{
    scratch_plugin("older");
    trial *t = try_out(&(given){
        .one = ONE("plugin = ./older.so\nmany = 70000\nmode = a\n" ITEMS "scoring = ./older.so\n"),
        .table = "id,a\nx,3\n" });
    SAME_TEXT(t->told, "");
    SAME_TEXT(t->header, "id,s_t,s_seven,s_none,rapport_status,rapport_notes\n");
    SAME_TEXT(t->report, "x,3.00,7.00,,ok,\n");
    trial_free(t);
}

static void works_with_a_newer_plugin(void)
{
    scratch_plugin("newer");
    trial *t = try_out(&(given){
        .one = ONE("plugin = ./newer.so\nadd = 5\n" ITEMS "scoring = ./newer.so\nword = y\n"),
        .table = "id,a,kind\nx,3,high\ny,0,low\n" });
    SAME_TEXT(t->told, "");
    SAME_TEXT(t->header, "id,s_t,s_t_se,s_three,s_same,rapport_status,rapport_notes\n");
    SAME_TEXT(t->report, "x,3.00,0.50,5.00,high,ok,\ny,0.00,0.50,5.00,low,ok,\n");
    trial_free(t);
}

/* What lies beyond a plugin's own size belongs to nobody. */
static void reads_nothing_beyond_a_size(void)
{
    const size_t size = offsetof(rapport_scoring, score) + sizeof(void (*)(void));
    be_good();
    rapport_scoring *exact = malloc(size); /* read beyond, the sanitizer says so */
    memcpy(exact, &good.scoring, size);
    exact->size = (uint32_t)size;
    good.scorings[0] = exact;
    opening *o = scoring_of("./puppet.so");
    SAME_TEXT(o->told.bytes, "");
    done(o);
    free(exact);
}

int main(void)
{
    static const promise promises[] = {
        { "refuses what is no plugin", refuses_what_is_no_plugin },
        { "refuses an entry that is none", refuses_an_entry_that_is_none },
        { "names what is unresolved", names_what_is_unresolved },
        { "takes a good plugin", takes_a_good_plugin },
        { "refuses bad tables", refuses_bad_tables },
        { "finds a part by its id", finds_a_part_by_its_id },
        { "finds a part in the file of its name", finds_a_part_in_the_file_of_its_name },
        { "refuses a part that is not there", refuses_a_part_that_is_not_there },
        { "says where it looked", says_where_it_looked },
        { "refuses a name longer than any", refuses_a_name_longer_than_any },
        { "works with an older plugin", works_with_an_older_plugin },
        { "works with a newer plugin", works_with_a_newer_plugin },
        { "reads nothing beyond a size", reads_nothing_beyond_a_size },
    };

    scratch_begin();
    puppet_hold(NULL);
    make_files();
    return RUN("module", promises);
}
