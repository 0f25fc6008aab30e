/* schema.c - every key an INI file of ours may hold.
 *
 * A row is all there is to say about a key: nothing else in core repeats its type,
 * range, default or meaning. The sentences become the manual.
 */
#include "config/schema.h"

#include <string.h>

#include "config/settings.h"

#define DECIMALS "full|0|1|2|3|4|5|6|7|8|9|10|11|12|13|14|15"

/* ---- a pipeline ----------------------------------------------------------- */

static const rapport_setting pipeline_rows[] = {
    { .name = "title",
      .fallback = "",
      .type = RAPPORT_WORD,
      .doc = "What the report is, for people." },
    { .name = "stages",
      .type = SETTING_NAME,
      .flags = RAPPORT_LISTED,
      .doc = "The stages in the order in which they run; each has a [stage NAME]." },
    { .name = "respondent",
      .type = RAPPORT_WORD,
      .doc = "The column of the table that says who answered." },
    { .name = "session",
      .fallback = "",
      .type = RAPPORT_WORD,
      .doc = "The column that tells administrations of one respondent apart." },
    { .name = "keep",
      .fallback = "",
      .type = RAPPORT_WORD,
      .flags = RAPPORT_LISTED,
      .doc = "Further columns of the table that go into the report as they are; but see formulas "
             "in [report]." },
};

static const rapport_setting input_rows[] = {
    { .name = "path",
      .fallback = "",
      .type = SETTING_PATH,
      .doc = "The table of answers, a CSV file; - is standard input. --input goes before it." },
    { .name = "delimiter",
      .fallback = "auto",
      .choices = "auto|comma|semicolon|tab",
      .type = RAPPORT_WORD,
      .doc = "What stands between two cells; auto tells it from the header." },
    { .name = "decimal",
      .fallback = "auto",
      .choices = "auto|point|comma",
      .type = RAPPORT_WORD,
      .doc = "The decimal mark; auto is a point and, where the delimiter is no comma, either." },
    { .name = "missing",
      .fallback = "",
      .type = RAPPORT_WORD,
      .flags = RAPPORT_LISTED,
      .doc = "What stands for \"not answered\" besides the empty cell, such as NA or -99." },
    { .name = "encoding",
      .fallback = "utf-8",
      .choices = "utf-8|bytes",
      .type = RAPPORT_WORD,
      .doc = "utf-8 rejects records with other bytes; bytes passes them as they are." },
    { .name = "unique",
      .fallback = "no",
      .type = RAPPORT_YES_NO,
      .doc = "Whether a respondent and session may stand only once in the whole table, and not "
             "only among neighbouring rows; takes some 32 bytes of memory a row." },
};

static const rapport_setting report_rows[] = {
    { .name = "path",
      .fallback = "",
      .type = SETTING_PATH,
      .doc = "The report, a CSV file; - is standard output. --output goes before it." },
    { .name = "decimals",
      .fallback = "2",
      .choices = DECIMALS,
      .type = RAPPORT_WORD,
      .doc = "Places behind the decimal point where a scale or an output does not say its own; "
             "full prints the shortest text that reads back as the same number." },
    { .name = "answered",
      .fallback = "no",
      .type = RAPPORT_YES_NO,
      .doc = "Whether each scale gets a column STAGE_SCALE_n with the number of answers in it." },
    { .name = "rejects",
      .fallback = "",
      .type = SETTING_PATH,
      .doc = "Which records lost a score, where and why; not given: REPORT.rejects.csv." },
    { .name = "provenance",
      .fallback = "",
      .type = SETTING_PATH,
      .doc = "What went in and came out, by hash; not given: REPORT.provenance.json." },
    { .name = "formulas",
      .fallback = "neutralise",
      .choices = "neutralise|keep",
      .type = RAPPORT_WORD,
      .doc = "What becomes of a text that a spreadsheet would run as a formula: neutralise writes "
             "an apostrophe before it, keep writes it as it is. Numbers are never touched." },
};

static const rapport_setting limit_rows[] = {
    { .name = "field",
      .fallback = "65536",
      .unit = "bytes",
      .type = RAPPORT_WHOLE,
      .low = 1,
      .high = 16777216,
      .doc = "The longest cell; a record with a longer one is rejected." },
    { .name = "record",
      .fallback = "4194304",
      .unit = "bytes",
      .type = RAPPORT_WHOLE,
      .low = 1,
      .high = 268435456,
      .doc = "The longest record, quoted line ends included; a longer one stops the run." },
    { .name = "columns",
      .fallback = "4096",
      .type = RAPPORT_WHOLE,
      .low = 1,
      .high = 65536,
      .doc = "The most columns a table may have." },
    { .name = "name",
      .fallback = "256",
      .unit = "bytes",
      .type = RAPPORT_WHOLE,
      .low = 1,
      .high = 4096,
      .doc = "The longest column name." },
    { .name = "memory",
      .fallback = "1073741824",
      .unit = "bytes",
      .type = RAPPORT_WHOLE,
      .low = 1048576,
      .high = 1099511627776,
      .doc = "What a child process may take, beside the room for its chunks." },
    { .name = "load_time",
      .fallback = "5000",
      .unit = "ms",
      .type = RAPPORT_WHOLE,
      .low = 1,
      .high = 3600000,
      .doc = "The longest all plugins together may take to be loaded and to start." },
    { .name = "batch_time",
      .fallback = "2000",
      .unit = "ms",
      .type = RAPPORT_WHOLE,
      .low = 1,
      .high = 3600000,
      .doc = "The longest a plugin may take for a batch. One that takes longer is ended, and gets "
             "the rows one by one." },
    { .name = "row_time",
      .fallback = "1000",
      .unit = "ms",
      .type = RAPPORT_WHOLE,
      .low = 1,
      .high = 3600000,
      .doc = "The longest it may then take for a row. One that takes longer blanks its stage in "
             "this row." },
};

static const rapport_setting run_rows[] = {
    { .name = "isolation",
      .fallback = "sandbox",
      .choices = "none|process|sandbox",
      .type = RAPPORT_WORD,
      .doc = "Where plugins run: in the program's own process; in child processes that may die "
             "alone; or in such that can do nothing but compute. --isolation goes before it." },
    { .name = "workers",
      .fallback = "0",
      .type = RAPPORT_WHOLE,
      .low = 0,
      .high = 256,
      .doc = "How many child processes; 0 is one for each processor. The report does not depend "
             "on it; --workers goes before it." },
    { .name = "chunk",
      .fallback = "262144",
      .unit = "bytes",
      .type = RAPPORT_WHOLE,
      .low = 4096,
      .high = 16777216,
      .doc = "How much of the table is taken at a time; the report does not depend on it." },
    { .name = "chunk_records",
      .fallback = "0",
      .type = RAPPORT_WHOLE,
      .low = 0,
      .high = 1000000000,
      .doc = "At most so many records of it; 0 is any number. The report does not depend on it." },
    { .name = "batch",
      .fallback = "1024",
      .unit = "rows",
      .type = RAPPORT_WHOLE,
      .low = 1,
      .high = 65536,
      .doc = "Rows handed to a plugin at a time; the report does not depend on it." },
};

static const rapport_setting trust_rows[] = {
    { .name = "require",
      .fallback = "no",
      .type = RAPPORT_YES_NO,
      .doc = "Whether every plugin of the run has to be pinned." },
};

static const rapport_setting stage_rows[] = {
    { .name = "instrument",
      .type = RAPPORT_WORD,
      .doc = "The instrument's name, or a path to its INI file." },
};

const schema schema_pipeline[] = {
    { .kind = "pipeline",
      .heading = "[pipeline]",
      .doc = "Which stages run, and which columns say who answered when.",
      .rows = RAPPORT_LIST(pipeline_rows),
      .required = true },
    { .kind = "input",
      .heading = "[input]",
      .doc = "Where the table of answers is and how it is written.",
      .rows = RAPPORT_LIST(input_rows) },
    { .kind = "report",
      .heading = "[report]",
      .doc = "Where the report goes and how it is written.",
      .rows = RAPPORT_LIST(report_rows) },
    { .kind = "stage",
      .heading = "[stage NAME]",
      .doc = "One instrument at its place. Every other key is one of the instrument's "
             "[instrument] section and replaces it there; [stage NAME scale SCALE] does the same "
             "for [scale SCALE], and so on for every section.",
      .rows = RAPPORT_LIST(stage_rows),
      .named = true,
      .required = true },
    { .kind = "limits",
      .heading = "[limits]",
      .doc = "How large things may get before a run refuses them.",
      .rows = RAPPORT_LIST(limit_rows) },
    { .kind = "run",
      .heading = "[run]",
      .doc = "How the work is cut up. Nothing here changes a byte of the report.",
      .rows = RAPPORT_LIST(run_rows) },
    { .kind = "trust",
      .heading = "[trust]",
      .doc = "Which plugin files may be loaded. Every other key is the name of a plugin's file "
             "without .so, and its value sha256: and the 64 digits of the file's SHA-256, or "
             "several such with blanks between: a plugin of that name with other bytes is "
             "refused. rapport pin writes these lines.",
      .rows = RAPPORT_LIST(trust_rows) },
    { .kind = NULL },
};

/* ---- an instrument -------------------------------------------------------- */

static const rapport_setting instrument_rows[] = {
    { .name = "id",
      .type = SETTING_NAME,
      .doc = "The instrument's name; best the same as its file's." },
    { .name = "plugin",
      .fallback = "",
      .type = RAPPORT_WORD,
      .doc = "The plugin with the rules an INI file cannot express: its id, or a path to a shared "
             "object." },
    { .name = "title", .type = RAPPORT_WORD, .doc = "What it is called, for people." },
    { .name = "version",
      .type = RAPPORT_WORD,
      .doc = "Of this file; raise it when items, keys, ranges or bands change." },
    { .name = "licence",
      .type = RAPPORT_WORD,
      .doc = "On what terms the instrument may be used, for the reader of a report." },
    { .name = "source", .type = RAPPORT_WORD, .doc = "Where items, keys and bands come from." },
    { .name = "about",
      .fallback = "",
      .type = RAPPORT_WORD,
      .doc = "What the scores can and cannot say." },
    { .name = "answers",
      .fallback = "",
      .type = SETTING_RANGE,
      .doc = "The lowest and the highest answer on offer, as in 1..5, for items that do not say "
             "their own." },
    { .name = "whole",
      .fallback = "yes",
      .type = RAPPORT_YES_NO,
      .doc = "Whether answers are whole numbers, for items that do not say their own." },
    { .name = "missing",
      .fallback = "",
      .type = RAPPORT_WORD,
      .flags = RAPPORT_LISTED,
      .doc = "Further codes for \"not answered\", in this instrument's columns only." },
    { .name = "not_applicable",
      .fallback = "",
      .type = RAPPORT_WORD,
      .flags = RAPPORT_LISTED,
      .doc = "Codes for \"does not apply\": the item leaves the scale for that row." },
    { .name = "decimals",
      .fallback = "",
      .choices = DECIMALS,
      .type = RAPPORT_WORD,
      .doc = "Places behind the decimal point of its scales; not given: the report's." },
};

static const rapport_setting item_rows[] = {
    { .name = "text",
      .fallback = "",
      .type = RAPPORT_WORD,
      .doc = "What the respondent reads; left out where a licence keeps it out." },
    { .name = "column",
      .fallback = "",
      .type = RAPPORT_WORD,
      .doc = "The column with the answers: of the table, or of an earlier stage; not given: the "
             "one called like the item." },
    { .name = "answers",
      .fallback = "",
      .type = SETTING_RANGE,
      .doc = "The lowest and the highest answer on offer; not given: the instrument's." },
    { .name = "whole",
      .fallback = "",
      .type = RAPPORT_YES_NO,
      .doc = "Whether answers are whole numbers; not given: as the instrument says." },
    { .name = "reverse",
      .fallback = "no",
      .type = RAPPORT_YES_NO,
      .doc = "Whether the item counts the other way round: lowest + highest - answer." },
    { .name = "critical",
      .fallback = "",
      .type = SETTING_RANGE,
      .doc = "Answers, as given, that call for a conversation whatever the score." },
    { .name = "rescale",
      .fallback = "",
      .type = SETTING_RANGE,
      .doc = "The range its answers are moved to before they count, for scales whose items have "
             "unequal ranges." },
};

static const rapport_setting scale_rows[] = {
    { .name = "title", .fallback = "", .type = RAPPORT_WORD, .doc = "What it is, for people." },
    { .name = "items",
      .type = SETTING_NAME,
      .flags = RAPPORT_LISTED,
      .doc = "The items scored together; bc1..bc15 stands for fifteen." },
    { .name = "scoring",
      .type = RAPPORT_WORD,
      .doc = "The scoring module: its id, or a path to a shared object." },
    { .name = "needed",
      .fallback = "all",
      .type = RAPPORT_WORD,
      .doc = "How many items need an answer for a score: all, half, any, a number, or a share such "
             "as 80%, of the items that apply." },
    { .name = "rescale",
      .fallback = "",
      .type = SETTING_RANGE,
      .doc = "The range the score is moved to, as in 0..100 for percent of the maximum possible." },
    { .name = "flip",
      .fallback = "no",
      .type = RAPPORT_YES_NO,
      .doc = "Whether the score is turned: lowest + highest - score." },
    { .name = "decimals",
      .fallback = "",
      .choices = DECIMALS,
      .type = RAPPORT_WORD,
      .doc = "Places behind the decimal point; not given: the instrument's." },
    { .name = "bands",
      .fallback = "",
      .type = RAPPORT_WORD,
      .doc = "Named ranges of the printed score, each by its lower edge, rising, with commas "
             "between: 0 minimal, 5 mild." },
    { .name = "optional",
      .fallback = "no",
      .type = RAPPORT_YES_NO,
      .doc =
          "Whether the table may lack its columns, all of them; the score is then blank in every "
          "row." },
};

const schema schema_instrument[] = {
    { .kind = "instrument",
      .heading = "[instrument]",
      .doc = "What the questionnaire is. A plugin may add keys of its own; rapport show NAME "
             "lists them.",
      .rows = RAPPORT_LIST(instrument_rows),
      .required = true },
    { .kind = "item",
      .heading = "[item NAME]",
      .doc = "One question or statement.",
      .rows = RAPPORT_LIST(item_rows),
      .named = true },
    { .kind = "scale",
      .heading = "[scale NAME]",
      .doc = "Items that are scored together. The scoring module may add keys of its own; "
             "rapport show MODULE lists them.",
      .rows = RAPPORT_LIST(scale_rows),
      .named = true },
    { .kind = NULL },
};

const schema *schema_find(const schema *all, const char *kind)
{
    for (const schema *s = all; s->kind; s++)
        if (strcmp(s->kind, kind) == 0)
            return s;
    return NULL;
}
