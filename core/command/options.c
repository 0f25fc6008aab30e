/* options.c - the words of the command line: commands and options, in one table each.
 *
 * Help, the reader and the nearest-name hints all look here, so that none of them can
 * know a word the others do not.
 */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const command commands[] = {
    { "run", "PIPELINE.ini", true, "ioswIkSvq", "score a table and write the report", cmd_run },
    { "check", "FILE.ini", true, "isIv",
      "check a pipeline, or an instrument, all it names and its table's header", cmd_check },
    { "verify", "REPORT", true, "ipPrwIv",
      "compare a report, and all it was made of, with the hashes of its provenance", cmd_verify },
    { "audit", "verify FILE", true, "e",
      "whether the lines of an audit log are all there, in order, and as they were written",
      cmd_audit },
    { "list", NULL, false, "v", "instruments, scoring modules and pipelines that can be found",
      cmd_list },
    { "show", "NAME", true, "v", "what it asks, how it scores, its settings, source and licence",
      cmd_show },
    { "pin", "PIPELINE.ini", true, "Wv",
      "a [trust] section that takes its plugins with these bytes, and no others", cmd_pin },
    { "pseudonymise", "TABLE", false, "Kcom",
      "a table with other ids, which the same key always gives; the rest stays to the byte",
      cmd_pseudonymise },
    { "help", "TOPIC", false, "", "this page; a command; ini: every key of the INI files",
      cmd_help },
    { NULL, NULL, false, NULL, NULL, NULL },
};

const option_row option_rows[] = {
    { 'i', "input", "FILE", "read this table; - is standard input" },
    { 'o', "output", "FILE", "write the report or table here; - is standard output" },
    { 's', "set", "SECTION.KEY=VALUE", "replace one setting, as if it stood in PIPELINE.ini" },
    { 'w', "workers", "N", "score with so many child processes; else one for each processor" },
    { 'I', "isolation", "LEVEL",
      "where plugins run: none: in this process; process: in children; sandbox: in closed ones; "
      "strict: twice" },
    { 'k', "keep-going", NULL, "write the report however many rows plugins crash or hang on" },
    { 'S', "plugin-prints", NULL, "show what plugins print, which may hold answers" },
    { 'W', "write", NULL, "pin: put the section into PIPELINE.ini, in place of an older one" },
    { 'p', "pipeline", "PIPELINE.ini", "the pipeline that was run, where it is not to be found" },
    { 'P', "provenance", "FILE", "the provenance, where it is not REPORT.provenance.json" },
    { 'r', "rerun", NULL, "score the table again too, and compare the reports" },
    { 'K', "key", "FILE", "pseudonymise: the key, a file that its owner alone may read" },
    { 'c', "column", "NAME", "pseudonymise: a column of ids; may be given several times" },
    { 'm', "make-key", "FILE", "pseudonymise: make a key in a new file, and nothing else" },
    { 'e', "expect", "HASH",
      "of a line of the audit log, or of a provenance: the log has to reach as far" },
    { 'v', "verbose", NULL, "say where things were looked for" },
    { 'q', "quiet", NULL, "say nothing about single rows" },
    { 0, NULL, NULL, NULL },
};

const command *find_command(const char *name)
{
    for (const command *c = commands; c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

static const option_row *find_option(const char *word, size_t length)
{
    for (const option_row *o = option_rows; o->name; o++)
        if ((word[1] == '-' && length == strlen(o->name) + 2 &&
             strncmp(word + 2, o->name, length - 2) == 0) ||
            (length == 2 && word[1] == o->letter))
            return o;
    return NULL;
}

static bool wrong(const command *of, const char *what, const char *word, const char *hint)
{
    if (hint)
        fprintf(stderr, "rapport: %s '%s'; did you mean '%s'? [usage]\n", what, word, hint);
    else
        fprintf(stderr, "rapport: %s '%s'; rapport help %s shows what it takes [usage]\n", what,
                word, of->name);
    return false;
}

/* The option of this command that was nearly written. */
static const char *nearest_option(const command *of, const char *word)
{
    static char hint[32];
    const char *names[sizeof option_rows / sizeof *option_rows] = { NULL };
    size_t count = 0;

    for (const option_row *o = option_rows; o->name; o++)
        if (strchr(of->options, o->letter))
            names[count++] = o->name;
    const char *near = rapport_nearest(word + strspn(word, "-"), names);
    snprintf(hint, sizeof hint, "--%s", near ? near : "");
    return near ? hint : NULL;
}

static bool take_workers(options *asked, const command *of, const char *value)
{
    const size_t length = strspn(value, "0123456789");

    if (length == 0 || length > 3 || value[length] || atoi(value) < 1 || atoi(value) > WORKERS_MOST)
        return wrong(of, "--workers takes a number from 1 to 256, not", value, NULL);
    asked->workers = (unsigned)atoi(value);
    return true;
}

static bool take_isolation(options *asked, const command *of, const char *value)
{
    static const char *const levels[] = { "none", "process", "sandbox", "strict", NULL };

    for (unsigned i = 0; levels[i]; i++)
        if (strcmp(levels[i], value) == 0) {
            asked->isolation = i + 1; /* as rapport_isolation */
            return true;
        }
    return wrong(of, "--isolation takes none, process, sandbox or strict, not", value,
                 rapport_nearest(value, levels));
}

static bool take(options *asked, const command *of, char letter, const char *value)
{
    switch (letter) {
    case 'i':
        asked->input = value;
        return true;
    case 'o':
        asked->output = value;
        return true;
    case 's':
        if (asked->sets == SET_MOST)
            return wrong(of, "more --set than 64; put them into the file, before", value, NULL);
        asked->set[asked->sets++] = value;
        return true;
    case 'w':
        return take_workers(asked, of, value);
    case 'I':
        return take_isolation(asked, of, value);
    case 'k':
        return asked->keep_going = true;
    case 'S':
        return asked->plugin_prints = true;
    case 'W':
        return asked->write = true;
    case 'p':
        asked->pipeline = value;
        return true;
    case 'P':
        asked->provenance = value;
        return true;
    case 'K':
        asked->key = value;
        return true;
    case 'c':
        if (asked->columns == COLUMN_MOST)
            return wrong(of, "more --column than 64, before", value, NULL);
        asked->column[asked->columns++] = value;
        return true;
    case 'm':
        asked->make_key = value;
        return true;
    case 'e':
        asked->expect = value;
        return true;
    case 'r':
        return asked->rerun = true;
    case 'v':
        return asked->verbose = true;
    default:
        return asked->quiet = true;
    }
}

/* One option at *words, and its value behind it or after '='. */
static bool read_option(options *asked, const command *of, char ***words)
{
    const char *word = **words;
    size_t length = strcspn(word, "=");
    const option_row *o = find_option(word, length);

    if (!o || !strchr(of->options, o->letter))
        return wrong(of, "unknown option", word, nearest_option(of, word));
    if (!o->value)
        return word[length] ? wrong(of, "no value belongs to", word, NULL)
                            : take(asked, of, o->letter, NULL);
    if (word[length] == '=')
        return take(asked, of, o->letter, word + length + 1);
    if (!(*words)[1])
        return wrong(of, "a value has to follow", word, NULL);
    return take(asked, of, o->letter, *++*words);
}

/* The word that has to stand before the argument; "": none. */
static const char *word_before(const command *of)
{
    static char word[16];
    const size_t length = of->argument ? strcspn(of->argument, " ") : 0;
    const bool is_one = length > 0 && of->argument[length];

    snprintf(word, sizeof word, "%.*s", is_one ? (int)length : 0, of->argument);
    return word;
}

bool read_options(options *asked, const command *of, char **words)
{
    const char *before = word_before(of);
    bool only_names = false;

    for (; *words; words++) {
        if (!only_names && strcmp(*words, "--") == 0) {
            only_names = true;
        } else if (!only_names && (*words)[0] == '-' && (*words)[1]) {
            if (!read_option(asked, of, &words))
                return false;
        } else if (*before) {
            if (strcmp(*words, before) != 0)
                return wrong(of, "unknown word", *words, before);
            before = "";
        } else if (asked->name || !of->argument) {
            return wrong(of, "one word too many:", *words, NULL);
        } else {
            asked->name = *words;
        }
    }
    if (of->required && !asked->name) {
        fprintf(stderr, "rapport %s: %s is missing; rapport help %s shows what it takes [usage]\n",
                of->name, of->argument, of->name);
        return false;
    }
    return true;
}

void write_out(void *self, const char *bytes, size_t length)
{
    (void)self;
    fwrite(bytes, 1, length, stdout);
}

void say_message(void *self, rapport_severity severity, const char *line)
{
    const options *asked = self;
    if (severity != RAPPORT_WARNS || !asked->quiet)
        fprintf(stderr, "%s\n", line);
}

int complain(rapport_outcome outcome, const char *line)
{
    fprintf(stderr, "rapport: %s\n", line);
    return (int)outcome;
}
