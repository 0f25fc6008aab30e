/* test_config.c - an INI file is read to the byte, or refused with its place. */
#define _POSIX_C_SOURCE 200809L
#include "config/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "run.h"

#define FILE_NAME "test_config.ini"

/* One file read: the config, what was told of it, and what is to be freed. */
typedef struct given {
    memory arena;
    config config;
    problems all;
    bool read;
    char told[PROBLEMS_KEPT * 200];
} given;

/* Collects messages with line feeds between, without the file's name. */
static void hear(void *self, const char *line)
{
    given *g = self;
    size_t used = strlen(g->told), name = strlen(FILE_NAME ":");
    if (strncmp(line, FILE_NAME ":", name) == 0)
        line += name;
    snprintf(g->told + used, sizeof g->told - used, "%s%s", used ? "\n" : "", line);
}

static const char *told(given *g)
{
    g->told[0] = '\0';
    problems_close(&g->all, hear, g, NULL);
    return g->told;
}

static given *read_bytes(const char *bytes, size_t length)
{
    given *g = calloc(1, sizeof *g);
    FILE *file = fopen(FILE_NAME, "wb");
    if (!g || !file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
        abort();
    g->read = config_read(&g->config, FILE_NAME, &g->arena, &g->all);
    remove(FILE_NAME);
    return g;
}

static given *read_text(const char *text)
{
    return read_bytes(text, strlen(text));
}

static void done(given *g)
{
    memory_free(&g->arena);
    free(g);
}

/* All that was read, as "[kind name]2 key=value@3:1/3:7" and so on. */
static const char *written_out(const config *c)
{
    static char out[4096];
    size_t used = 0;

    out[0] = '\0';
    for (uint32_t i = 0; i < c->sections; i++) {
        const section *s = &c->section[i];
        used += (size_t)snprintf(out + used, sizeof out - used, "%s[%s|%s]%u", i ? " " : "",
                                 s->kind, s->name, s->at.line);
        for (uint32_t k = 0; k < s->settings; k++) {
            const setting *v = &s->setting[k];
            used += (size_t)snprintf(out + used, sizeof out - used, " %s=%s@%u:%u/%u:%u", v->key,
                                     v->value, v->at.line, v->at.column, v->value_at.line,
                                     v->value_at.column);
        }
    }
    return out;
}

/* ---- reading what is right -------------------------------------------------------- */

static const struct {
    const char *promise, *text, *expected;
} right[] = {
    { "tells a setting with its place", "[input]\npath = a b\n", "[input|]1 path=a b@2:1/2:8" },
    { "reads a name of several words", "[stage  alliance\tscale total]\n",
      "[stage|alliance scale total]1" },
    { "reads blanks inside the brackets", "[ item A1 ]\n", "[item|A1]1" },
    { "keeps an empty section", "[item a]\n[item b]\n", "[item|a]1 [item|b]2" },
    { "keeps an empty value", "[a]\nb =\nc=  \n", "[a|]1 b=@2:1/2:4 c=@3:1/3:5" },
    { "passes over comments and blank lines", "# x\n\n; y\n[a]\n  # indented\n \t\nb = 1\n",
      "[a|]4 b=1@7:1/7:5" },
    { "reads CR LF as LF", "[a]\r\nb = 1\r\n\r\nc = 2\r\n", "[a|]1 b=1@2:1/2:5 c=2@4:1/4:5" },
    { "reads a last line without an end", "[a]\nb = 1", "[a|]1 b=1@2:1/2:5" },
    { "passes over a byte order mark", "\xEF\xBB\xBF[a]\nb = 1\n", "[a|]1 b=1@2:1/2:5" },
    { "keeps signs inside a value", "[a]\nb = x=y: #z [q];r\n", "[a|]1 b=x=y: #z [q];r@2:1/2:5" },
    { "keeps quotes, umlauts and inner blanks", "[a]\nb = \"f\xC3\xBCr\"  die\tKatz\n",
      "[a|]1 b=\"f\xC3\xBCr\"  die\tKatz@2:1/2:5" },
    { "keeps a value that begins like a section", "[a]\nb =[c]\n", "[a|]1 b=[c]@2:1/2:4" },
    { "trims blanks and tabs around both", "[a]\nkey\t =\t 1 \t\n", "[a|]1 key=1@2:1/2:9" },
    { "takes the same key in two sections", "[a]\nb = 1\n[a c]\nb = 2\n",
      "[a|]1 b=1@2:1/2:5 [a|c]3 b=2@4:1/4:5" },
    { "tells 48 bytes of a name apart",
      "[item a12345678901234567890123456789012345678901x]\n"
      "[item a12345678901234567890123456789012345678901y]\n",
      "[item|a12345678901234567890123456789012345678901x]1 "
      "[item|a12345678901234567890123456789012345678901y]2" },
};

static void reads_what_is_written(void)
{
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        given *g = read_text(right[i].text);
        bool holds = g->read && strcmp(written_out(&g->config), right[i].expected) == 0;
        KEPT(holds, right[i].promise);
        SAME_TEXT(written_out(&g->config), right[i].expected);
        SAME_TEXT(told(g), "");
        done(g);
    }
}

/* ---- refusing what is wrong ------------------------------------------------------- */

#define NAME_49 "a123456789012345678901234567890123456789012345678"

static const struct {
    const char *promise, *text, *told, *left;
} wrong[] = {
    { "names both lines of a key that stands twice", "[a]\nb = 1\nc = 2\nb = 3\n",
      "4:1: 'b' stands in line 2 already; keep one of them [cfg-duplicate-key]",
      "[a|]1 b=1@2:1/2:5 c=2@3:1/3:5" },
    { "names both lines of a section that stands twice", "[a b]\nc = 1\n[d]\n[a  b]\nc = 2\n",
      "4:1: [a b] stands in line 1 already; put its settings there [cfg-duplicate-section]",
      "[a|b]1 c=1@2:1/2:5 [d|]3" },
    { "refuses an indented line, and what it hides", "[a]\nb = 1\n  c = 2\n",
      "3:3: an indented line; begin it at the margin, and keep a long value on one line "
      "[cfg-indent]",
      "[a|]1 b=1@2:1/2:5" },
    { "refuses a comment after a value", "[a]\nb = 1 ; one\n",
      "2:7: a comment after a value, or a ';' after a blank; give a comment a line of its own, "
      "and write a comma for the ';' [cfg-comment]",
      "[a|]1" },
    { "refuses a value that begins like a comment", "[a]\nb =;1\n",
      "2:4: a comment after a value, or a ';' after a blank; give a comment a line of its own, "
      "and write a comma for the ';' [cfg-comment]",
      "[a|]1" },
    { "refuses a comment after a section", "[a] # x\nb = 1\n[c]\n",
      "1:5: a comment after a section; give it a line of its own [cfg-comment]", "[c|]3" },
    { "refuses text after a section", "[a]]\n[c]\n",
      "1:4: text after the ']'; end the line there [cfg-section]", "[c|]2" },
    { "refuses a section that is not closed", "[a\nb = 1\n[c]\n",
      "1:1: the section is not closed; end it with ']' [cfg-section]", "[c|]3" },
    { "keeps settings out of the section above a refused one", "[c]\n[D]\nb = 1\n",
      "2:1: 'D' cannot begin a section; use small letters, digits and _, and begin with a letter "
      "[cfg-section]",
      "[c|]1" },
    { "keeps settings out after an indented section, too", "[c]\n [d]\nb = 1\n",
      "2:2: an indented line; begin it at the margin, and keep a long value on one line "
      "[cfg-indent]",
      "[c|]1" },
    { "refuses a section without words", "[ ]\n[c]\n",
      "1:1: the section has no name; write [kind] or [kind name] [cfg-section]", "[c|]2" },
    { "refuses a name that cannot be one", "[item 1a]\n[c]\n",
      "1:1: '1a' cannot name a section; use letters, digits, _ and -, and begin with a letter "
      "[cfg-section]",
      "[c|]2" },
    { "refuses a section of more than 48 bytes", "[c]\n[a " NAME_49 "]\n",
      "2:1: the section's words are longer than 48 bytes; shorten them [cfg-section]", "[c|]1" },
    { "refuses a key of more than 48 bytes", "[c]\n" NAME_49 " = 1\n",
      "2:1: the key is longer than 48 bytes; shorten it [cfg-key]", "[c|]1" },
    { "refuses capitals in a key", "[a]\nTitle = x\n",
      "2:1: 'Title' cannot be a key; use small letters, digits and _, and begin with a letter "
      "[cfg-key]",
      "[a|]1" },
    { "refuses a colon in a key", "[a]\nb: c = x\n",
      "2:1: 'b: c' cannot be a key; use small letters, digits and _, and begin with a letter "
      "[cfg-key]",
      "[a|]1" },
    { "refuses a colon for an equals sign", "[a]\nb: c\n",
      "2:1: neither a [section] nor a setting; write key = value, on one line [cfg-no-equals]",
      "[a|]1" },
    { "refuses a value without a key", "[a]\n= c\n",
      "2:1: there is no key before the '='; write key = value [cfg-key]", "[a|]1" },
    { "refuses a setting above the first section, and says so once", "b = 1\nc = 2\n[a]\nd = 3\n",
      "1:1: a setting before the first section; put a [section] above it [cfg-no-section]",
      "[a|]3 d=3@4:1/4:5" },
    { "refuses what is not UTF-8, at its byte", "[a]\nb = caf\xE9\nc = 1\n",
      "2:8: not UTF-8; save the file as UTF-8 [cfg-utf8]", "[a|]1 c=1@3:1/3:5" },
    { "refuses bad bytes in comments, too", "# \xFF\n[a]\n",
      "1:3: not UTF-8; save the file as UTF-8 [cfg-utf8]", "[a|]2" },
    { "refuses a control character", "[a]\nb = \x1b[31m\nc = \x01\n",
      "2:5: an invisible control character; take it out [cfg-control]\n"
      "3:5: an invisible control character; take it out [cfg-control]",
      "[a|]1" },
    { "refuses a lone carriage return", "[a]\nb = 1\rc = 2\n",
      "2:6: a carriage return without a line feed; save the file with line ends as Linux or "
      "Windows has them [cfg-control]",
      "[a|]1" },
    { "shows the control bytes of a key as digits", "[a]\nb\xC2\xA0 = 1\n",
      "2:1: 'b\xC2\xA0' cannot be a key; use small letters, digits and _, and begin with a letter "
      "[cfg-key]",
      "[a|]1" },
    { "goes on after every mistake", "[a]\nb\nc = 1\n d\n[e\n[f]\ng = 2\ng = 3\n",
      "2:1: neither a [section] nor a setting; write key = value, on one line [cfg-no-equals]\n"
      "4:2: an indented line; begin it at the margin, and keep a long value on one line "
      "[cfg-indent]\n"
      "5:1: the section is not closed; end it with ']' [cfg-section]\n"
      "8:1: 'g' stands in line 7 already; keep one of them [cfg-duplicate-key]",
      "[a|]1 c=1@3:1/3:5 [f|]6 g=2@7:1/7:5" },
};

static void refuses_with_place_and_remedy(void)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        given *g = read_text(wrong[i].text);
        bool holds = g->read && strcmp(written_out(&g->config), wrong[i].left) == 0 &&
                     strcmp(told(g), wrong[i].told) == 0;
        KEPT(holds, wrong[i].promise);
        SAME_TEXT(written_out(&g->config), wrong[i].left);
        SAME_TEXT(told(g), wrong[i].told);
        done(g);
    }
}

static const struct {
    const char *promise, *bytes;
    size_t length;
    const char *told;
} hopeless[] = {
    { "refuses an empty file", "", 0, " holds no [section]; is it an INI file? [cfg-no-section]" },
    { "refuses a file of comments", "# a\n", 4,
      " holds no [section]; is it an INI file? [cfg-no-section]" },
    { "refuses a file with lone carriage returns", "[a]\rb = 1\r", 10,
      "1:4: a carriage return without a line feed; save the file with line ends as Linux or "
      "Windows has them [cfg-control]" },
    { "refuses a NUL", "[a\0]\n", 5,
      "1:3: an invisible control character; take it out [cfg-control]" },
    { "refuses UTF-16 in one line", "\xFF\xFE[\0a\0]\0", 8,
      " is UTF-16; save the file as UTF-8 [cfg-utf8]" },
};

static void has_nothing_to_go_on_with(void)
{
    for (size_t i = 0; i < sizeof hopeless / sizeof *hopeless; i++) {
        given *g = read_bytes(hopeless[i].bytes, hopeless[i].length);
        KEPT(!g->read && strcmp(told(g), hopeless[i].told) == 0, hopeless[i].promise);
        SAME_TEXT(told(g), hopeless[i].told);
        done(g);
    }
}

static void reads_regular_files_only(void)
{
    given *g = calloc(1, sizeof *g);

    CU_ASSERT_FALSE(config_read(&g->config, "no-such.ini", &g->arena, &g->all));
    CU_ASSERT_FALSE(config_read(&g->config, ".", &g->arena, &g->all));
    CU_ASSERT_EQUAL(mkfifo(FILE_NAME, 0600), 0); /* nobody writes: must not wait */
    CU_ASSERT_FALSE(config_read(&g->config, FILE_NAME, &g->arena, &g->all));
    remove(FILE_NAME);
    SAME_TEXT(told(g), "no-such.ini: no such file; check the path [cfg-file]\n"
                       ".: not a regular file; give the path of one [cfg-file]\n"
                       " not a regular file; give the path of one [cfg-file]");
    done(g);
}

/* ---- limits ------------------------------------------------------------------------ */

/* "[a]\nb = xxx", the second line of `line` bytes, then comments up to `file` bytes. */
static given *read_long(size_t line, size_t file)
{
    char *bytes = malloc(file);
    memset(bytes, '#', file);
    memset(bytes, 'x', 4 + line);
    memcpy(bytes, "[a]\nb = ", 8);
    for (size_t at = 4 + line; at < file; at += 60)
        bytes[at] = '\n';
    given *g = read_bytes(bytes, file);
    free(bytes);
    return g;
}

static void keeps_the_limits_to_the_byte(void)
{
    enum { LINE = 64 * 1024, FILE_LIMIT = 1024 * 1024 };

    for (size_t off = 0; off < 2; off++) { /* one less, and just so much */
        given *g = read_long(LINE - off, FILE_LIMIT - off);
        SAME_TEXT(told(g), "");
        const setting *b = g->read ? section_find(&g->config.section[0], "b") : NULL;
        CU_ASSERT_EQUAL(b ? strlen(b->value) : 0, LINE - off - 4);
        done(g);
    }
    given *g = read_long(LINE + 1, LINE + 100);
    SAME_TEXT(told(g), "2: longer than 65536 bytes; split it up [cfg-line]");
    done(g);
    g = read_long(10, FILE_LIMIT + 1);
    CU_ASSERT_FALSE(g->read);
    SAME_TEXT(told(g), " larger than 1048576 bytes; is it the right file? [cfg-file]");
    done(g);
}

/* ---- long values ------------------------------------------------------------------- */

static uint32_t dice(uint32_t *seed, uint32_t sides)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % sides;
}

/* A value the grammar allows: not blank at its ends, and no ';' after a blank. */
static void random_value(char *out, uint32_t length, uint32_t *seed)
{
    static const char *const bits[] = { "a",
                                        "Z",
                                        "0",
                                        ";",
                                        "#",
                                        ":",
                                        "=",
                                        "[",
                                        "]",
                                        " ",
                                        "  ",
                                        "\t",
                                        "\"",
                                        "\\",
                                        "\xC3\xA0",
                                        "\xE2\x80\x85",
                                        "\xC2\xA0",
                                        "\xE2\x82\xAC",
                                        "\xF0\x9F\x99\x82",
                                        ";;;;;;;;" };
    uint32_t used = 0, favourite = dice(seed, 20);

    while (used < length) {
        const char *bit = bits[dice(seed, 3) ? dice(seed, 20) : favourite];
        char before = used ? out[used - 1] : ' ';
        bool edge = used == 0 || used + strlen(bit) >= length;
        if ((*bit == ';' && (before == ' ' || before == '\t')) ||
            ((*bit == ' ' || *bit == '\t') && edge))
            bit = "x";
        memcpy(out + used, bit, strlen(bit));
        used += (uint32_t)strlen(bit);
    }
    out[used] = '\0';
}

static void gives_long_values_back_exactly(void)
{
    enum { VALUES = 400, ROOM = 6100 };
    char(*value)[ROOM] = calloc(VALUES, sizeof *value);
    char *text = malloc((size_t)VALUES * (ROOM + 40));
    uint32_t seed = 20240501;

    for (uint32_t i = 0; i < VALUES;) {
        uint32_t first = i, line[VALUES];
        size_t used = (size_t)sprintf(text, "[a]\n");
        for (uint32_t at = 2; i < VALUES && used < 900000; i++) {
            for (; dice(&seed, 3) == 0; at++)
                used += (size_t)sprintf(text + used, "# between\n");
            random_value(value[i], 1 + dice(&seed, dice(&seed, 2) ? 6000 : 400), &seed);
            used += (size_t)sprintf(text + used, "key_%u = %s\n", i, value[i]);
            line[i] = at++;
        }
        given *g = read_bytes(text, used);
        SAME_TEXT(told(g), "");
        CU_ASSERT_EQUAL(g->config.section[0].settings, i - first);
        for (uint32_t k = 0; k < g->config.section[0].settings; k++) {
            const setting *s = &g->config.section[0].setting[k];
            if (strcmp(s->value, value[first + k]) != 0 || s->at.line != line[first + k])
                KEPT(false, "gives a value back with its line");
        }
        done(g);
    }
    free(text);
    free(value);
}

static void gives_values_of_every_length_back(void)
{
    char text[1200], value[1000];

    for (size_t length = 1; length < sizeof value; length++)
        for (int kind = 0; kind < 3; kind++) { /* letters, then what inih would cut off */
            memset(value, "x; "[kind], length);
            value[0] = value[length - 1] = 'x';
            if (kind == 1 && length == 2)
                continue;
            value[length] = '\0';
            snprintf(text, sizeof text, "[a]\nb = %s\nc = 1\n", value);
            given *g = read_text(text);
            const setting *b = section_find(&g->config.section[0], "b");
            if (!b || strcmp(b->value, value) != 0 || g->config.section[0].settings != 2)
                KEPT(false, "gives a value of any length back");
            done(g);
        }
}

/* Debian's inih can be set by any part of a process; elsewhere there is nothing to set. */
extern bool ini_allow_multiline __attribute__((weak));
extern int ini_max_line __attribute__((weak));

static const char *read_with_other_inih(given **g)
{
    char text[400];
    snprintf(text, sizeof text, "[a]\nb = %0300d\nc = 1\n", 7);
    *g = read_text(text);
    return told(*g);
}

static void refuses_an_inih_that_reads_otherwise(void)
{
    static const char refusal[] = "the INI library reads this otherwise than it is written; use "
                                  "libinih with its defaults [cfg-inih]";
    given *g;

    if (!&ini_allow_multiline || !&ini_max_line)
        return;
    ini_allow_multiline = false;
    CU_ASSERT_PTR_NOT_NULL(strstr(read_with_other_inih(&g), refusal));
    CU_ASSERT_EQUAL(g->config.section[0].settings, 0);
    done(g);
    ini_allow_multiline = true;
    ini_max_line = 60;
    CU_ASSERT_PTR_NOT_NULL(strstr(read_with_other_inih(&g), refusal));
    CU_ASSERT_FALSE(g->read);
    done(g);
    ini_max_line = 200;
    SAME_TEXT(read_with_other_inih(&g), "");
    done(g);
}

static void hashes_the_bytes_of_the_file(void)
{
    given *g = read_text("[a]\n");
    SAME_TEXT(g->config.digest, "24d4941e67d5965d270eaebdb9816b994311e0f2f0e79ef6bb626f362c52842e");
    done(g);
}

/* ---- --set, overlays, kinds, paths -------------------------------------------------- */

static const struct {
    const char *promise, *set, *expected, *told;
} sets[] = {
    { "replaces a setting", "input.path=b.csv", "[input|]1 path=b.csv@0:0/0:0 [stage|x]3", "" },
    { "adds a setting", "stage.x.a = 1 ", "[input|]1 path=a@2:1/2:8 [stage|x]3 a=1@0:0/0:0", "" },
    { "adds a section", "run.batch=7",
      "[input|]1 path=a@2:1/2:8 [stage|x]3 [run|]0 batch=7@0:0/0:0", "" },
    { "takes blanks between the words", "stage x scale  y.a=1",
      "[input|]1 path=a@2:1/2:8 [stage|x]3 [stage|x scale y]0 a=1@0:0/0:0", "" },
    { "splits at the first equals sign", "input.path=a.b=c",
      "[input|]1 path=a.b=c@0:0/0:0 [stage|x]3", "" },
    { "takes an empty value", "input.path=", "[input|]1 path=@0:0/0:0 [stage|x]3", "" },
    { "refuses what assigns nothing", "input.path", "[input|]1 path=a@2:1/2:8 [stage|x]3",
      "--set input.path: has no '='; write --set section.key=value [cfg-set]" },
    { "refuses a key without a section", "path=a.b", "[input|]1 path=a@2:1/2:8 [stage|x]3",
      "--set path=a.b: names no section; write --set section.key=value [cfg-set]" },
    { "refuses an empty section", ".path=a", "[input|]1 path=a@2:1/2:8 [stage|x]3",
      "--set .path=a: the section has no name; write [kind] or [kind name] [cfg-section]" },
    { "refuses a wrong key", "input.Path=a", "[input|]1 path=a@2:1/2:8 [stage|x]3",
      "--set input.Path=a: 'Path' cannot be a key; use small letters, digits and _, and begin "
      "with a letter [cfg-key]" },
    { "refuses control bytes", "input.path=a\nb", "[input|]1 path=a@2:1/2:8 [stage|x]3",
      "--set input.path=a\\x0ab: is not plain UTF-8 text; write --set section.key=value "
      "[cfg-set]" },
};

static void sets_single_settings(void)
{
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        given *g = read_text("[input]\npath = a\n[stage x]\n");
        CU_ASSERT_TRUE(config_set(&g->config, sets[i].set, &g->arena, &g->all));
        KEPT(strcmp(written_out(&g->config), sets[i].expected) == 0, sets[i].promise);
        SAME_TEXT(written_out(&g->config), sets[i].expected);
        SAME_TEXT(told(g), sets[i].told);
        done(g);
    }
}

static void counts_a_set_as_if_it_stood_in_the_file(void)
{
    given *g = read_text("[input]\n");
    config_set(&g->config, "input.path=x.csv", &g->arena, &g->all);
    const setting *path = section_find(&g->config.section[0], "path");
    SAME_TEXT(path->value_at.file, FILE_NAME);
    SAME_TEXT(path->value_at.said, "--set input.path=x.csv");
    done(g);
}

/* What [stage x ...] of `over` makes of `base`. */
static const char *overlaid(given *base, given *over)
{
    static const char *const except[] = { "instrument", NULL };
    config out;
    CU_ASSERT_TRUE(config_overlay(&out, &base->config, "instrument", &over->config, "stage", "x",
                                  except, &base->arena, &over->all));
    return written_out(&out);
}

static void puts_a_stage_over_its_instrument(void)
{
    given *base = read_text("[instrument]\nid = i\nwhole = no\n[scale total]\nitems = a b\n");
    given *over = read_text("[stage x]\ninstrument = i\nwhole = yes\nprofile = p\n"
                            "[stage x scale total]\nneeded = 1\n[stage xy]\nid = no\n"
                            "[stage x item a]\ninstrument = kept\n[other]\nid = no\n");
    char before[4096];
    snprintf(before, sizeof before, "%s", written_out(&base->config));

    SAME_TEXT(overlaid(base, over),
              "[instrument|]1 id=i@2:1/2:6 whole=yes@3:1/3:9 profile=p@4:1/4:11 "
              "[scale|total]4 items=a b@5:1/5:9 needed=1@6:1/6:10 "
              "[item|a]9 instrument=kept@10:1/10:14");
    SAME_TEXT(told(over), "");
    SAME_TEXT(written_out(&base->config), before);
    done(over);
    done(base);
}

/* What a new scale would lack is not said, where an old one was meant. */
static void refuses_a_stage_over_what_is_not_there(void)
{
    given *base = read_text("[instrument]\nid = i\n[scale total]\nitems = a b\n");
    given *over = read_text("[stage x scale totl]\nneeded = 1\n[stage x scale other]\nitems = a\n"
                            "[stage x scale new]\nitems = a\nscoring = sum\n");

    SAME_TEXT(overlaid(base, over), "[instrument|]1 id=i@2:1/2:6 [scale|total]3 items=a b@4:1/4:9 "
                                    "[scale|new]5 items=a@6:1/6:9 scoring=sum@7:1/7:11");
    SAME_TEXT(
        told(over),
        "1:1: the instrument has no [scale totl]; did you mean 'total'? [cfg-unknown-name]\n"
        "3:1: the instrument has no [scale other]; name one it has, or give a new one scoring "
        "[cfg-unknown-name]");
    done(over);
    done(base);
}

static void refuses_two_ways_to_say_one_thing(void)
{
    given *base = read_text("[instrument]\nid = i\n");
    given *over = read_text("[stage x]\nid = a\n[stage x instrument]\nid = b\n");

    overlaid(base, over);
    SAME_TEXT(told(over), "4:1: 'id' stands for the same in line 2 already; keep one of them "
                          "[cfg-duplicate-key]");
    done(over);
    done(base);
}

static void lets_a_set_win_over_both_ways(void)
{
    given *base = read_text("[instrument]\nid = i\n");
    given *over = read_text("[stage x]\nid = a\n[stage x instrument]\nid = b\n");

    config_set(&over->config, "stage.x.id=set", &over->arena, &over->all);
    SAME_TEXT(overlaid(base, over), "[instrument|]1 id=set@0:0/0:0");
    SAME_TEXT(told(over), "");
    done(over);
    done(base);
}

static const struct {
    const char *promise, *text, *told;
} kinds[] = {
    { "passes what is known", "[input]\n[stage a]\n[stage a scale b]\n[profile p]\n", "" },
    { "suggests the nearest", "[imput]\n",
      "1:1: unknown section [imput]; did you mean 'input'? [cfg-unknown-section]" },
    { "lists what is known", "[nonsense b]\n",
      "1:1: unknown section [nonsense]; known here are [input] [stage] [item] [profile] "
      "[cfg-unknown-section]" },
    { "wants a name where there are several", "[stage]\n",
      "1:1: [stage] has no name; write [stage NAME] [cfg-section]" },
    { "wants a name of a plugin's section", "[profile]\n",
      "1:1: [profile] has no name; write [profile NAME] [cfg-section]" },
    { "wants no name where there is one", "[input foo]\n",
      "1:1: [input foo] has a name, but there is only one; write [input] [cfg-section]" },
    { "wants names that can be part of a column's", "[item a-b]\n",
      "1:1: 'a-b' cannot name one; use letters, digits and _, and begin with a letter "
      "[cfg-name]" },
    { "wants one word for an item", "[item a b]\n",
      "1:1: [item a b] has more than one name; write [item NAME] [cfg-section]" },
};

static void knows_the_kinds_of_sections(void)
{
    static const char *const known[] = { "input", "stage", "item", "profile", NULL };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        given *g = read_text(kinds[i].text);
        config_kinds(&g->config, known, &g->all);
        KEPT(strcmp(told(g), kinds[i].told) == 0, kinds[i].promise);
        SAME_TEXT(told(g), kinds[i].told);
        done(g);
    }
}

static const struct {
    const char *promise, *file, *path, *expected;
} paths[] = {
    { "counts from the file's folder", "conf/a.ini", "../x.csv", "conf/../x.csv" },
    { "counts from here where the file is here", "a.ini", "x.csv", "x.csv" },
    { "keeps an absolute path", "conf/a.ini", "/data/x.csv", "/data/x.csv" },
    { "keeps standard input", "conf/a.ini", "-", "-" },
    { "counts from the root", "/a.ini", "x.csv", "/x.csv" },
};

static void sees_paths_from_the_file(void)
{
    memory arena = { 0 };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        KEPT(strcmp(config_path(paths[i].file, paths[i].path, &arena), paths[i].expected) == 0,
             paths[i].promise);
    memory_free(&arena);
}

static void finds_sections_and_settings(void)
{
    given *g = read_text("[a]\n[a b]\nc = 1\n");
    CU_ASSERT_PTR_EQUAL(config_find(&g->config, "a", "b"), &g->config.section[1]);
    CU_ASSERT_PTR_EQUAL(config_find(&g->config, "a", ""), &g->config.section[0]);
    CU_ASSERT_PTR_NULL(config_find(&g->config, "a", "bc"));
    CU_ASSERT_PTR_NULL(config_find(&g->config, "ab", ""));
    CU_ASSERT_PTR_EQUAL(config_section(&g->config, "a b"), &g->config.section[1]);
    CU_ASSERT_PTR_NULL(config_section(&g->config, "a b c"));
    SAME_TEXT(section_find(&g->config.section[1], "c")->value, "1");
    CU_ASSERT_PTR_NULL(section_find(&g->config.section[0], "c"));
    done(g);
}

int main(void)
{
    static const promise promises[] = {
        { "reads what is written", reads_what_is_written },
        { "refuses with place and remedy", refuses_with_place_and_remedy },
        { "has nothing to go on with", has_nothing_to_go_on_with },
        { "reads regular files only", reads_regular_files_only },
        { "keeps the limits to the byte", keeps_the_limits_to_the_byte },
        { "gives long values back exactly", gives_long_values_back_exactly },
        { "gives values of every length back", gives_values_of_every_length_back },
        { "refuses an inih that reads otherwise", refuses_an_inih_that_reads_otherwise },
        { "hashes the bytes of the file", hashes_the_bytes_of_the_file },
        { "sets single settings", sets_single_settings },
        { "counts a --set as if it stood in the file", counts_a_set_as_if_it_stood_in_the_file },
        { "puts a stage over its instrument", puts_a_stage_over_its_instrument },
        { "refuses a stage over what is not there", refuses_a_stage_over_what_is_not_there },
        { "refuses two ways to say one thing", refuses_two_ways_to_say_one_thing },
        { "lets a --set win over both ways", lets_a_set_win_over_both_ways },
        { "knows the kinds of sections", knows_the_kinds_of_sections },
        { "sees paths from the file", sees_paths_from_the_file },
        { "finds sections and settings", finds_sections_and_settings },
    };
    return RUN("config", promises);
}
