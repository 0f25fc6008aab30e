/* test_provenance.c - what stands beside a report: where scores were lost, and what went in. */
#include "report/provenance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "report/rejects.h"
#include "run.h"

static void says_which_record_and_cell_is_concerned(void)
{
    text out = { 0 };
    static const char message[] = "a, \"b\" is above; s is blank";
    const reject in_a_cell = { .line = 203,
                               .record = 202,
                               .cell = 14,
                               .stage = "alliance",
                               .kind = "partial",
                               .code = "cell-range",
                               .message = message,
                               .message_length = sizeof message - 1 };
    const reject of_the_record = { .line = UINT64_MAX,
                                   .record = 1,
                                   .stage = "input",
                                   .kind = "rejected",
                                   .code = "row-short",
                                   .message = message,
                                   .message_length = 1 };

    CU_ASSERT_TRUE(rejects_header(&out));
    CU_ASSERT_TRUE(rejects_add(&out, &in_a_cell, FORMULAS_NEUTRALISED));
    CU_ASSERT_TRUE(rejects_add(&out, &of_the_record, FORMULAS_NEUTRALISED));
    text_add(&out, "", 1);
    SAME_TEXT(out.bytes,
              "line,record,column,stage,kind,code,message\n"
              "203,202,14,alliance,partial,cell-range,\"a, \"\"b\"\" is above; s is blank\"\n"
              "18446744073709551615,1,,input,rejected,row-short,\"a\"\n");
    text_free(&out);
}

/* A plugin's words may be anything. */
static void says_nothing_that_is_run(void)
{
    text out = { 0 };
    static const char message[] = "=\"x\"&1";
    const reject r = { .line = 2,
                       .record = 1,
                       .stage = "s",
                       .kind = "warning",
                       .code = "plugin-warning",
                       .message = message,
                       .message_length = sizeof message - 1 };

    CU_ASSERT_TRUE(rejects_add(&out, &r, FORMULAS_NEUTRALISED));
    CU_ASSERT_TRUE(rejects_add(&out, &r, FORMULAS_KEPT));
    text_add(&out, "", 1);
    SAME_TEXT(out.bytes, "2,1,,s,warning,plugin-warning,\"'=\"\"x\"\"&1\"\n"
                         "2,1,,s,warning,plugin-warning,\"=\"\"x\"\"&1\"\n");
    text_free(&out);
}

static const provenance_scale scales[] = { { "total", "sum", "1.0.0" }, { "bond", "mean", "2.1" } };
static const provenance_stage stages[] = {
    { .name = "alliance",
      .instrument = "al",
      .title = "A \"title\"",
      .version = "1",
      .licence = "CC0-1.0",
      .source = "C:\\here",
      .file = { "al.ini", "aa" },
      .plugin = "al",
      .plugin_version = "3.0.0",
      .scale = scales,
      .scales = 2 },
    { .name = "bare",
      .instrument = "b",
      .title = "B",
      .version = "1",
      .licence = "l",
      .source = "s",
      .file = { "b.ini", "bb" } },
};
static const provenance_plugin plugins[] = { { { "al.so", "cc" }, .pinned = true } };
static const provenance_file tables[] = { { "norms.csv", "11" }, { "t.csv", "22" } };
static const provenance_limit limits[] = { { "field", UINT64_C(5000000000) }, { "name", 1 } };
static const char *const set[] = { "report.decimals=3", "x.y=\"tab\there\"", NULL };
static const char notes[] = "alliance: one\nalliance: two\n";

static provenance whole(void)
{
    return (provenance){ .version = "1.0.0",
                         .abi_minor = 7,
                         .pipeline = { "run.ini", "dd" },
                         .input = { "in.csv", "ee" },
                         .report = { "out.csv", "ff" },
                         .rejects = { "out.rejects.csv", "00" },
                         .isolation = "sandbox",
                         .engaged = { .landlock = 7, .seccomp = true, .plugins = "memory" },
                         .formulas = "keep",
                         .set = set,
                         .stage = stages,
                         .stages = 2,
                         .plugin = plugins,
                         .plugins = 1,
                         .table = tables,
                         .tables = 2,
                         .limit = limits,
                         .limits = 2,
                         .input_bytes = UINT64_C(5000000000),
                         .records = 10,
                         .ok = 7,
                         .partial = 2,
                         .rejected = 1,
                         .warnings = 4,
                         .columns = 12,
                         .delimiter = ';',
                         .decimal = ',',
                         .notes = notes,
                         .notes_length = sizeof notes - 1,
                         .outcome = 3 };
}

static void tells_what_went_in_and_came_out(void)
{
    const provenance facts = whole();
    text out = { 0 };

    CU_ASSERT_TRUE(provenance_write(&out, &facts));
    CU_ASSERT_TRUE(provenance_is_sealed(out.bytes, out.length));
    text_add(&out, "", 1);
    char *seal = strstr(out.bytes, "\n  \"sha256\": \"");
    CU_ASSERT_PTR_NOT_NULL_FATAL(seal);
    seal++;
    CU_ASSERT_EQUAL(strlen(seal), strlen("  \"sha256\": \"") + 64 + strlen("\"\n}\n"));
    *seal = 0;
    SAME_TEXT(out.bytes,
              "{\n"
              "  \"rapport\": \"1.0.0\",\n"
              "  \"plugin_abi\": {\n    \"major\": 1,\n    \"minor\": 7\n  },\n"
              "  \"pipeline\": {\n    \"file\": \"run.ini\",\n    \"sha256\": \"dd\"\n  },\n"
              "  \"set\": [\n    \"report.decimals=3\",\n    \"x.y=\\\"tab\\u0009here\\\"\"\n  ],\n"
              "  \"limits\": {\n    \"field\": 5000000000,\n    \"name\": 1\n  },\n"
              "  \"input\": {\n    \"file\": \"in.csv\",\n    \"sha256\": \"ee\",\n"
              "    \"bytes\": 5000000000,\n    \"columns\": 12,\n"
              "    \"delimiter\": \"semicolon\",\n    \"decimal\": \"comma\"\n  },\n"
              "  \"stages\": [\n"
              "    {\n      \"stage\": \"alliance\",\n      \"instrument\": \"al\",\n"
              "      \"title\": \"A \\\"title\\\"\",\n      \"version\": \"1\",\n"
              "      \"licence\": \"CC0-1.0\",\n      \"source\": \"C:\\\\here\",\n"
              "      \"ini\": {\n        \"file\": \"al.ini\",\n        \"sha256\": \"aa\"\n"
              "      },\n      \"plugin\": \"al\",\n      \"plugin_version\": \"3.0.0\",\n"
              "      \"scales\": [\n"
              "        {\n          \"scale\": \"total\",\n          \"scoring\": \"sum\",\n"
              "          \"version\": \"1.0.0\"\n        },\n"
              "        {\n          \"scale\": \"bond\",\n          \"scoring\": \"mean\",\n"
              "          \"version\": \"2.1\"\n        }\n      ]\n    },\n"
              "    {\n      \"stage\": \"bare\",\n      \"instrument\": \"b\",\n"
              "      \"title\": \"B\",\n      \"version\": \"1\",\n      \"licence\": \"l\",\n"
              "      \"source\": \"s\",\n"
              "      \"ini\": {\n        \"file\": \"b.ini\",\n        \"sha256\": \"bb\"\n"
              "      },\n      \"scales\": []\n    }\n  ],\n"
              "  \"trust\": {\n    \"require\": false\n  },\n"
              "  \"plugins\": [\n    {\n      \"file\": \"al.so\",\n      \"sha256\": \"cc\",\n"
              "      \"pinned\": true\n"
              "    }\n  ],\n"
              "  \"tables\": [\n    {\n      \"file\": \"norms.csv\",\n"
              "      \"sha256\": \"11\"\n    },\n    {\n      \"file\": \"t.csv\",\n"
              "      \"sha256\": \"22\"\n    }\n  ],\n"
              "  \"records\": {\n    \"read\": 10,\n    \"ok\": 7,\n    \"partial\": 2,\n"
              "    \"rejected\": 1,\n    \"warnings\": 4\n  },\n"
              "  \"isolation\": \"sandbox\",\n"
              "  \"engaged\": {\n    \"landlock\": 7,\n    \"seccomp\": true,\n"
              "    \"namespaces\": false,\n    \"plugins\": \"memory\"\n  },\n"
              "  \"formulas\": \"keep\",\n"
              "  \"notes\": [\n    \"alliance: one\",\n    \"alliance: two\"\n  ],\n"
              "  \"report\": {\n    \"file\": \"out.csv\",\n    \"sha256\": \"ff\"\n  },\n"
              "  \"rejects\": {\n    \"file\": \"out.rejects.csv\",\n    \"sha256\": \"00\"\n  },\n"
              "  \"exit\": 3,\n");
    text_free(&out);
}

static void leaves_out_what_there_is_not(void)
{
    const provenance facts = { .version = "1.0.0", .delimiter = '\t' };
    text out = { 0 };

    CU_ASSERT_TRUE(provenance_write(&out, &facts));
    text_add(&out, "", 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(out.bytes, "  \"set\": [],\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.bytes, "  \"limits\": {},\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.bytes, "  \"tables\": [],\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.bytes, "  \"stages\": [],\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.bytes, "  \"notes\": [],\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.bytes, "  \"rejects\": {},\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.bytes, "\"delimiter\": \"tab\""));
    text_free(&out);
}

/* Whatever a name holds, the text stays one JSON text: every control byte is escaped. */
static void escapes_what_json_cannot_hold(void)
{
    char name[34];
    text out = { 0 };

    for (int i = 0; i < 33; i++)
        name[i] = (char)(i + 1);
    name[33] = 0;
    const provenance facts = { .version = name };
    CU_ASSERT_TRUE(provenance_write(&out, &facts));
    const char *line = memchr(out.bytes, '\n', out.length);
    CU_ASSERT_PTR_NOT_NULL_FATAL(line);
    const char *end = memchr(line + 1, '\n', out.length - (size_t)(line + 1 - out.bytes));
    for (const char *at = line + 1; at < end; at++)
        KEPT((unsigned char)*at >= ' ', "no control byte is left");
    static const char some[] = "\\u0001\\u0002";
    CU_ASSERT_EQUAL(memcmp(line + 1 + strlen("  \"rapport\": \""), some, sizeof some - 1), 0);
    text_free(&out);
}

/* ---- reading it again ----------------------------------------------------------------------- */

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* One that a run may have written; the caller frees it. */
static text written(provenance facts)
{
    static provenance_stage with_digest[2];
    static const provenance_plugin plugin[] = { { { "al.so", HEX }, true } };
    static const provenance_file table[] = { { "norms.csv", HEX }, { "t.csv", HEX } };
    text out = { 0 };

    memcpy(with_digest, stages, sizeof stages);
    with_digest[0].file.sha256 = with_digest[1].file.sha256 = HEX;
    facts.stage = with_digest;
    facts.plugin = plugin;
    facts.table = table;
    facts.pipeline.sha256 = facts.input.sha256 = facts.report.sha256 = HEX;
    facts.rejects.sha256 = facts.rejects.name ? HEX : NULL;
    CU_ASSERT_TRUE_FATAL(provenance_write(&out, &facts));
    return out;
}

static rapport_outcome read_from(provenance *facts, const char *bytes, size_t length, memory *arena,
                                 rapport_error *error)
{
    char *copy = malloc(length + 1); /* ends where its memory ends */
    CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
    memcpy(copy, bytes, length);
    rapport_outcome outcome = provenance_read(facts, copy, length, "p.json", arena, error);
    free(copy);
    return outcome;
}

static void expect_the_same_again(provenance facts)
{
    memory arena = { 0 };
    provenance read;
    rapport_error error = { "" };
    text first = written(facts), again = { 0 };

    CU_ASSERT_EQUAL(read_from(&read, first.bytes, first.length, &arena, &error), RAPPORT_DONE);
    SAME_TEXT(error.text, "");
    CU_ASSERT_TRUE(provenance_write(&again, &read));
    text_add(&first, "", 1);
    text_add(&again, "", 1);
    SAME_TEXT(again.bytes, first.bytes);
    text_free(&first);
    text_free(&again);
    memory_free(&arena);
}

static void reads_what_it_wrote(void)
{
    provenance facts = whole();

    expect_the_same_again(facts);
    facts.set = NULL;
    facts.limits = facts.stages = facts.plugins = facts.tables = 0;
    facts.pins_required = true;
    facts.notes = NULL;
    facts.rejects.name = NULL;
    facts.engaged.plugins = NULL; /* by an older rapport */
    facts.delimiter = '\t';
    facts.decimal = 0;
    facts.outcome = 0;
    facts.records = UINT64_MAX;
    expect_the_same_again(facts);
}

/* What a byte may become: one bit of it turned. */
static void knows_that_any_byte_was_changed(void)
{
    text out = written(whole());
    size_t unseen = 0;

    for (size_t i = 0; i < out.length; i++) {
        memory arena = { 0 };
        provenance facts;
        out.bytes[i] ^= 1;
        unseen += provenance_is_sealed(out.bytes, out.length);
        read_from(&facts, out.bytes, out.length, &arena, NULL); /* and comes back */
        out.bytes[i] ^= 1;
        memory_free(&arena);
    }
    CU_ASSERT_EQUAL(unseen, 0);
    CU_ASSERT_FALSE(provenance_is_sealed(out.bytes, out.length - 1));
    CU_ASSERT_FALSE(provenance_is_sealed(out.bytes, 20));
    CU_ASSERT_TRUE(provenance_is_sealed(out.bytes, out.length));
    text_free(&out);
}

static void refuses_one_that_is_cut_off(void)
{
    text out = written(whole());
    size_t taken = 0;

    for (size_t length = 0; length < out.length - 1; length++) {
        memory arena = { 0 };
        provenance facts;
        rapport_error error;
        taken += read_from(&facts, out.bytes, length, &arena, &error) != RAPPORT_DIFFERS;
        memory_free(&arena);
    }
    CU_ASSERT_EQUAL(taken, 0);
    text_free(&out);
}

static const struct {
    const char *promise, *from, *to, *said;
} spoilt[] = {
    { "refuses a member that is missing", "\"bytes\"", "\"bites\"",
      "p.json:22:5: \"bytes\" has to stand here" },
    { "refuses a second one", "\"columns\": 12,", "\"columns\": 12, \"columns\": 12,",
      "p.json:23:20: \"delimiter\" has to stand here" },
    { "refuses two without a comma", "12,\n    \"delimiter\"", "12\n    \"delimiter\"",
      "p.json:24:5: ',' has to stand here" },
    { "refuses another type", "\"minor\": 7", "\"minor\": \"7\"",
      "p.json:5:14: a whole number has to stand here" },
    { "refuses a negative number", "\"read\": 10", "\"read\": -10",
      "p.json:89:13: a whole number has to stand here" },
    { "refuses a fraction", "\"read\": 10", "\"read\": 10.5",
      "p.json:89:15: \"ok\" has to stand here" },
    { "refuses a number that begins with 0", "\"read\": 10", "\"read\": 010",
      "p.json:89:13: a whole number has to stand here" },
    { "takes the largest number", "\"read\": 10", "\"read\": 18446744073709551615", NULL },
    { "refuses a larger one", "\"read\": 10", "\"read\": 18446744073709551616",
      "p.json:89:32: the number is too large" },
    { "refuses a number beyond its member", "\"columns\": 12", "\"columns\": 4294967296",
      "the number is too large" },
    { "refuses what is neither true nor false", "\"pinned\": true", "\"pinned\": maybe",
      "true or false has to stand here" },
    { "refuses another exit status", "\"exit\": 3", "\"exit\": 4", "the number is too large" },
    { "refuses a hash with a letter too many", HEX "\"\n  },\n  \"set\"",
      HEX "0\"\n  },\n  \"set\"", "p.json:9:15: 64 digits of a SHA-256 have to stand here" },
    { "refuses a hash in capitals", "89abcdef\"\n  },\n  \"set\"", "89ABCDEF\"\n  },\n  \"set\"",
      "p.json:9:15: 64 digits" },
    { "refuses a path", "\"in.csv\"", "\"../in.csv\"", "called by its name alone" },
    { "refuses a file without a name", "\"in.csv\"", "\"\"", "called by its name alone" },
    { "refuses a word it does not know", "\"semicolon\"", "\"space\"",
      "a word that rapport does not write" },
    { "refuses an escape it does not write", "\"in.csv\"", "\"\\/in.csv\"", "an escape" },
    { "refuses a NUL", "\"in.csv\"", "\"\\u0000\"", "an escape" },
    { "refuses a letter escaped", "\"in.csv\"", "\"\\u0061\"", "an escape" },
    { "refuses an escape that is cut off", "\"in.csv\"", "\"\\u00\"", "an escape" },
    { "refuses what is not UTF-8", "\"in.csv\"", "\"in\xff.csv\"", "is not UTF-8" },
    { "refuses a line end in a string", "\"in.csv\"", "\"in\n.csv\"", "does not end in its line" },
    { "refuses a file that goes on", "\"\n}\n", "\"\n}\n{", "the file has to end here" },
    { "refuses an array for an object", "\"records\": {", "\"records\": [",
      "'{' has to stand here" },
    { "refuses a comma at the end", "\"alliance: two\"\n", "\"alliance: two\",\n",
      "'\"' has to stand here" },
};

static void refuses_what_no_run_writes(void)
{
    text out = written(whole());

    text_add(&out, "", 1);
    for (size_t i = 0; i < sizeof spoilt / sizeof *spoilt; i++) {
        memory arena = { 0 };
        provenance facts;
        rapport_error error = { "" };
        char *changed = malloc(out.length + 100);
        const char *at = strstr(out.bytes, spoilt[i].from);

        CU_ASSERT_PTR_NOT_NULL_FATAL(changed);
        KEPT(at != NULL, spoilt[i].from);
        if (at) {
            sprintf(changed, "%.*s%s%s", (int)(at - out.bytes), out.bytes, spoilt[i].to,
                    at + strlen(spoilt[i].from));
            rapport_outcome outcome = read_from(&facts, changed, strlen(changed), &arena, &error);
            bool kept_it = spoilt[i].said
                               ? outcome == RAPPORT_DIFFERS && strstr(error.text, spoilt[i].said)
                               : outcome == RAPPORT_DONE;
            if (!kept_it)
                fprintf(stderr, "\n    said %s\n", error.text);
            KEPT(kept_it, spoilt[i].promise);
        }
        free(changed);
        memory_free(&arena);
    }
    text_free(&out);
}

int main(void)
{
    static const promise promises[] = {
        { "says which record and cell is concerned", says_which_record_and_cell_is_concerned },
        { "says nothing that is run", says_nothing_that_is_run },
        { "tells what went in and came out", tells_what_went_in_and_came_out },
        { "leaves out what there is not", leaves_out_what_there_is_not },
        { "escapes what JSON cannot hold", escapes_what_json_cannot_hold },
        { "reads what it wrote", reads_what_it_wrote },
        { "knows that any byte was changed", knows_that_any_byte_was_changed },
        { "refuses one that is cut off", refuses_one_that_is_cut_off },
        { "refuses what no run writes", refuses_what_no_run_writes },
    };
    return RUN("provenance", promises);
}
