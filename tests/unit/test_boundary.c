/* test_boundary.c - counts, lists, events and licences of the boundary check. */
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>
#include <rapport/plugin.h>

#include "fake_host.h"
#include "run.h"

enum { CLARITY, ANSWERED, NA, CRITICAL, OPEN, EVENTS, REVIEW, DISAGREE, PROFILE, AFTER_END };

/* ---- the instrument, as its INI file has it ----------------------------------- */

enum { POINTS = 15, CLIENT = 0, THERAPIST = 15, EVENT = 30, DATE = 36, REVIEW_BY, NAMED, PORTS };

#define PROFILE_OF(id, former)                                                                     \
    {                                                                                              \
        "profile", id, "former_clients", FAKE_WORD(former)                                         \
    }
#define EDITION(id, from)                                                                          \
    { "profile", id, "family", FAKE_WORD("fam") },                                                 \
    {                                                                                              \
        "profile", id, "valid_from", FAKE_WORD(from)                                               \
    }

static const fake_setting settings[] = {
    { NULL, NULL, "most_unanswered", FAKE_NUMBER(3) },
    { "item", "bc3", "event", FAKE_WORD("ev_contact") },
    { "item", "bc7", "event", FAKE_WORD("ev_gift") },
    PROFILE_OF("nowhere", "no_fixed_years"),
    PROFILE_OF("one", "years"),
    { "profile", "one", "years", FAKE_NUMBER(1) },
    PROFILE_OF("two", "years"),
    { "profile", "two", "years", FAKE_NUMBER(2) },
    PROFILE_OF("five", "years"),
    { "profile", "five", "years", FAKE_NUMBER(5) },
    { "profile", "five", "checked_on", FAKE_WORD("2025-01-31") },
    PROFILE_OF("should", "should_not"),
    PROFILE_OF("fam_2012", "no_fixed_years"),
    EDITION("fam_2012", "2012-07-01"),
    PROFILE_OF("fam_2015", "never"),
    EDITION("fam_2015", "2015-01-01"),
    { NULL, NULL, NULL, { 0 } },
};

static const fake_input inputs[] = {
    { "ev_contact", EVENT },    { "ev_gift", EVENT + 2 }, { "date", DATE },
    { "review_by", REVIEW_BY }, { "profile", NAMED },     { NULL, 0 },
};

static rapport_item item[2 * POINTS];
static const rapport_item *items[2 * POINTS];
static rapport_scale progress = { .size = sizeof progress, .items = POINTS, .id = "progress" };
static rapport_scale therapist = { .size = sizeof therapist, .items = POINTS, .id = "therapist" };
static const rapport_scale *const scales[] = { &progress, &therapist, NULL };

static bool is_critical(int point)
{
    return point <= 3 || point == 13 || point == 14;
}

static void make_items(void)
{
    static char ids[2 * POINTS][8];

    for (int i = 0; i < 2 * POINTS; i++) {
        int point = i % POINTS + 1;
        strcpy(ids[i], i < POINTS ? "bc" : "tb");
        if (point >= 10)
            strcat(ids[i], "1");
        strncat(ids[i], &"0123456789"[point % 10], 1);
        item[i] = (rapport_item){ .size = sizeof item[i],
                                  .id = ids[i],
                                  .high = 2,
                                  .critical_low = NAN,
                                  .critical_high = NAN,
                                  .port = (rapport_port)i };
        if (i < POINTS && is_critical(point)) {
            item[i].critical_low = 0;
            item[i].critical_high = 1;
        }
        items[i] = &item[i];
    }
    progress.item = items;
    therapist.item = items + POINTS;
}

/* ---- rows ----------------------------------------------------------------------- */

/* One administration. NULL: nothing there, but `client` stands for all settled then. */
typedef struct row {
    const char *client, *therapist, *contact, *gift, *date, *review_by, *named;
} row;

static fake_host fake;
static fake_output out;

/* "2 NA ." as 2, does not apply, not answered. */
static void fill(double column[][FAKE_ROWS], uint32_t at, int count, const char *answers)
{
    for (int i = 0; i < count; i++) {
        column[i][at] = NAN;
        if (answers && *answers == 'N')
            column[i][at] = fake_not_applicable();
        else if (answers && *answers != '.')
            column[i][at] = strtod(answers, NULL);
        answers = answers ? strchr(answers, ' ') : NULL;
        answers = answers ? answers + 1 : NULL;
    }
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static rapport_status bind(rapport_host *host, const fake_setting *setting, void **self)
{
    make_items();
    fake = (fake_host){ .setting = setting, .input = inputs, .scale = scales };
    fake_begin(host, &fake);
    return rapport_module_v1()->instrument[0]->bind(host, self);
}

static void process_with(const fake_setting *setting, const row *rows, uint32_t count)
{
    static double number[PORTS][FAKE_ROWS];
    const double *numbers[PORTS];
    const char *date[FAKE_ROWS + 1] = { 0 }, *review[FAKE_ROWS + 1] = { 0 };
    const char *named[FAKE_ROWS + 1] = { 0 };
    const rapport_text *texts[PORTS] = { 0 };
    rapport_host host;
    void *self = NULL;

    for (uint32_t at = 0; at < count; at++) {
        fill(&number[CLIENT], at, POINTS,
             rows[at].client ? rows[at].client : "2 2 2 2 2 2 2 2 2 2 2 2 2 2 2");
        fill(&number[THERAPIST], at, POINTS, rows[at].therapist);
        fill(&number[EVENT], at, 1, rows[at].contact);
        fill(&number[EVENT + 2], at, 1, rows[at].gift);
        date[at] = or_empty(rows[at].date);
        review[at] = or_empty(rows[at].review_by);
        named[at] = or_empty(rows[at].named);
    }
    for (int port = 0; port < PORTS; port++)
        numbers[port] = number[port];
    texts[DATE] = fake_text(date);
    texts[REVIEW_BY] = fake_text(review);
    texts[NAMED] = fake_text(named);

    const rapport_batch batch = {
        .size = sizeof batch, .rows = count, .number = numbers, .text = texts
    };
    fake_output_begin(&out, count);
    CU_ASSERT_EQUAL_FATAL(bind(&host, setting, &self), RAPPORT_OK);
    CU_ASSERT_EQUAL(rapport_module_v1()->instrument[0]->process(self, &batch, &out.out),
                    RAPPORT_OK);
    fake_free();
}

static void process(const row *rows, uint32_t count)
{
    process_with(settings, rows, count);
}

#define PROCESS(...)                                                                               \
    do {                                                                                           \
        const row rows[] = { __VA_ARGS__ };                                                        \
        process(rows, sizeof rows / sizeof *rows);                                                 \
    } while (0)

/* ---- points ------------------------------------------------------------------------ */

/* The published example of the instrument's README. */
static void scores_the_worked_example(void)
{
    PROCESS({ .client = "2 2 1 2 NA 0 2 2 NA 2 2 1 0 2 1" });
    CU_ASSERT_EQUAL(out.number[ANSWERED][0], 13);
    CU_ASSERT_EQUAL(out.number[NA][0], 2);
    CU_ASSERT_DOUBLE_EQUAL(out.number[CLARITY][0], 800.0 / 13, 1e-12);
    CU_ASSERT_EQUAL(out.number[CRITICAL][0], 2);
    SAME_TEXT(out.text[OPEN][0], "bc3 bc6 bc12 bc13 bc15");
    CU_ASSERT_EQUAL(fake.reports[RAPPORT_WARNING], 0);
}

static void gives_no_clarity_with_too_many_unanswered(void)
{
    PROCESS({ .client = "2 2 2 2 . . . 2 2 2 2 2 2 2 0" },
            { .client = "2 2 2 2 . . . . 2 2 2 2 2 2 0" },
            { .client = "2 2 2 2 . . . NA NA NA 2 2 2 2 0" });
    CU_ASSERT_DOUBLE_EQUAL(out.number[CLARITY][0], 1100.0 / 12, 1e-12);
    CU_ASSERT_TRUE(isnan(out.number[CLARITY][1]));
    CU_ASSERT_DOUBLE_EQUAL(out.number[CLARITY][2], 800.0 / 9, 1e-12); /* NA is an answer */
}

static void gives_no_clarity_when_nothing_applies(void)
{
    PROCESS({ .client = "NA NA NA NA NA NA NA NA NA NA NA NA NA NA NA" },
            { .client = "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0" });
    CU_ASSERT_TRUE(isnan(out.number[CLARITY][0])); /* not 100 */
    CU_ASSERT_EQUAL(out.number[CLARITY][1], 0);    /* a true zero is one */
}

static void takes_silence_on_a_critical_point_for_unknown(void)
{
    PROCESS({ .client = ". 2 1 2 2 2 2 2 2 2 2 2 2 2 2" },
            { .client = "0 2 2 . 2 2 2 2 2 2 2 2 1 2 2" });
    CU_ASSERT_TRUE(isnan(out.number[CRITICAL][0]));
    CU_ASSERT_EQUAL(out.number[CRITICAL][1], 2); /* silence elsewhere hides nothing */
}

static void warns_where_a_critical_point_does_not_apply(void)
{
    PROCESS({ .client = NULL }, { .client = "NA 2 2 2 NA 2 2 2 2 2 2 2 1 2 2" });
    CU_ASSERT_EQUAL(out.number[CRITICAL][1], 1);
    CU_ASSERT_EQUAL(fake.reports[RAPPORT_WARNING], 1); /* bc5 may well not apply */
    CU_ASSERT_EQUAL(fake.row, 1);
}

static void marks_unanswered_points_in_the_list(void)
{
    PROCESS({ .client = "2 2 2 2 NA 0 2 2 2 2 2 2 . 2 1" }, { .client = NULL },
            { .client = ". . . . . . . . . . . . . . ." });
    SAME_TEXT(out.text[OPEN][0], "bc6 bc13? bc15");
    SAME_TEXT(out.text[OPEN][1], "");
    SAME_TEXT(out.text[OPEN][2], "bc1? bc2? bc3? bc4? bc5? bc6? bc7? bc8? bc9? bc10? bc11? bc12? "
                                 "bc13? bc14? bc15?");
}

static void lists_what_the_two_see_differently(void)
{
    PROCESS({ .client = "2 0 NA 2 1 . NA 2 2 2 2 2 2 2 2",
              .therapist = "0 2 1 NA 2 NA NA . 2 2 2 2 2 2 2" },
            { .client = "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0" });
    SAME_TEXT(out.text[DISAGREE][0], "bc1 bc2 bc3 bc4"); /* not by 1, not where one is silent */
    SAME_TEXT(out.text[DISAGREE][1], "");                /* no therapist's form */
}

/* ---- events and review ------------------------------------------------------------- */

static void adds_events_that_were_asked(void)
{
    PROCESS({ .contact = "2", .gift = "1" }, { .gift = "3" }, { .contact = "0" },
            { .client = NULL });
    CU_ASSERT_EQUAL(out.number[EVENTS][0], 3);
    CU_ASSERT_EQUAL(out.number[EVENTS][1], 3);
    CU_ASSERT_EQUAL(out.number[EVENTS][2], 0);
    CU_ASSERT_TRUE(isnan(out.number[EVENTS][3])); /* not asked is not none */
}

static void asks_for_a_look_at_the_point_of_an_event(void)
{
    PROCESS({ .client = "2 2 1 2 2 2 2 2 2 2 2 2 2 2 2", .contact = "1" },
            { .client = "2 2 1 2 2 2 2 2 2 2 2 2 2 2 2", .gift = "1" }, /* settled there */
            { .client = "2 2 . 2 2 2 2 2 2 2 2 2 2 2 2", .contact = "1" },
            { .client = "2 2 2 2 2 2 NA 2 2 2 2 2 2 2 2", .gift = "1" }, { .client = NULL });
    CU_ASSERT_EQUAL(out.number[REVIEW][0], 1);
    CU_ASSERT_EQUAL(out.number[REVIEW][1], 0);
    CU_ASSERT_EQUAL(out.number[REVIEW][2], 1); /* nobody knows that it is settled */
    CU_ASSERT_EQUAL(out.number[REVIEW][3], 1); /* it does apply after all */
    CU_ASSERT_TRUE(isnan(out.number[REVIEW][4]));
}

static void asks_for_a_look_once_the_day_has_passed(void)
{
    PROCESS({ .date = "2025-03-31", .review_by = "2025-03-31" },
            { .date = "2025-04-01", .review_by = "2025-03-31" },
            { .date = "2024-12-31", .review_by = "2025-03-31", .contact = "0" });
    CU_ASSERT_EQUAL(out.number[REVIEW][0], 0);
    CU_ASSERT_EQUAL(out.number[REVIEW][1], 1);
    CU_ASSERT_EQUAL(out.number[REVIEW][2], 0);
}

static void does_not_compare_what_is_no_date(void)
{
    PROCESS({ .date = "2025-04-01", .review_by = "31.03.2025", .contact = "0" },
            { .date = "", .review_by = "2025-03-31" });
    CU_ASSERT_TRUE(isnan(out.number[REVIEW][0]));
    CU_ASSERT_TRUE(isnan(out.number[REVIEW][1]));
    CU_ASSERT_EQUAL(fake.reports[RAPPORT_WARNING], 2);
}

/* ---- licences ---------------------------------------------------------------------- */

static const struct {
    const char *promise, *named, *date, *profile, *after_end;
} licences[] = {
    { "counts one year as one", "one", NULL, "one", "1 year (unverified)" },
    { "looks a profile up", "five", NULL, "five", "5 years" },
    { "says what nobody has checked", "two", NULL, "two", "2 years (unverified)" },
    { "takes never before all", "should fam_2015 five", NULL, "five should fam_2015",
      "never (unverified)" },
    { "takes no fixed time before years", "five should", NULL, "five should",
      "should not, no fixed time (unverified)" },
    { "takes more years before fewer", "two  five", NULL, "two five", "5 years (unverified)" },
    { "takes years before no fixed years", "nowhere two", NULL, "nowhere two",
      "2 years (unverified)" },
    { "lists a profile once", "five five", NULL, "five", "5 years" },
    { "picks the edition in force", "fam", "2014-12-31", "fam_2012",
      "no fixed years (unverified)" },
    { "picks an edition on its first day", "fam", "2015-01-01", "fam_2015", "never (unverified)" },
    { "picks an edition by name whatever the date", "fam_2015", "2013-01-01", "fam_2015",
      "never (unverified)" },
    { "leaves an empty cell empty", "", NULL, "", "" },
};

static void looks_licences_up(void)
{
    for (size_t i = 0; i < sizeof licences / sizeof *licences; i++) {
        PROCESS({ .named = licences[i].named, .date = licences[i].date });
        KEPT(strcmp(out.text[PROFILE][0], licences[i].profile) == 0, licences[i].promise);
        KEPT(strcmp(out.text[AFTER_END][0], licences[i].after_end) == 0, licences[i].promise);
        KEPT(fake.reports[RAPPORT_WARNING] == 0, licences[i].promise);
    }
}

static void has_no_silent_default(void)
{
    static const char *const unknown[] = { "tow", "two tow", "fam_2", "twofive" };

    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        PROCESS({ .named = unknown[i], .date = "2025-01-01" });
        SAME_TEXT(out.text[PROFILE][0], "");
        SAME_TEXT(out.text[AFTER_END][0], "");
        CU_ASSERT_EQUAL(fake.reports[RAPPORT_WARNING], 1);
        CU_ASSERT_EQUAL(fake.row, 0);
    }
    PROCESS({ .named = "fam", .date = "2012-06-30" }); /* before the first edition */
    SAME_TEXT(out.text[PROFILE][0], "");
    CU_ASSERT_EQUAL(fake.reports[RAPPORT_WARNING], 1);
}

static void says_when_an_edition_is_a_guess(void)
{
    PROCESS({ .named = "fam" });
    SAME_TEXT(out.text[PROFILE][0], "fam_2015");
    CU_ASSERT_EQUAL(fake.reports[RAPPORT_WARNING], 1);
}

#define SETTINGS(...)                                                                              \
    (const fake_setting[])                                                                         \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            NULL, NULL, NULL,                                                                      \
            {                                                                                      \
                0                                                                                  \
            }                                                                                      \
        }                                                                                          \
    }
#define ANY                                                                                        \
    {                                                                                              \
        NULL, NULL, "most_unanswered", FAKE_NUMBER(3)                                              \
    }

static void falls_back_on_the_declared_profile(void)
{
    const row rows[] = { { .client = NULL }, { .named = "two" } };

    process_with(SETTINGS(ANY, { NULL, NULL, "default_profile", FAKE_WORD("far") },
                          PROFILE_OF("far", "never"), PROFILE_OF("two", "no_fixed_years")),
                 rows, 2);
    SAME_TEXT(out.text[PROFILE][0], "far");
    SAME_TEXT(out.text[PROFILE][1], "two");
}

static void refuses(const fake_setting *setting, const char *name, const char *key)
{
    rapport_host host;
    void *self = NULL;

    CU_ASSERT_EQUAL(bind(&host, setting, &self), RAPPORT_BAD_SETTING);
    CU_ASSERT_EQUAL(fake.reports[RAPPORT_ERROR], 1);
    CU_ASSERT_TRUE(name ? fake.name && strcmp(fake.name, name) == 0 : !fake.name);
    SAME_TEXT(fake.key, key);
    fake_free();
}

static void refuses_profiles_that_make_no_sense(void)
{
    refuses(SETTINGS(ANY, PROFILE_OF("a", "years")), "a", "years");
    refuses(SETTINGS(ANY, PROFILE_OF("a", "never"), { "profile", "a", "years", FAKE_NUMBER(2) }),
            "a", "years");
    refuses(SETTINGS(ANY, PROFILE_OF("a", "never"), { "profile", "a", "family", FAKE_WORD("f") }),
            "a", "valid_from");
    refuses(SETTINGS(ANY, PROFILE_OF("a", "never"),
                     { "profile", "a", "valid_from", FAKE_WORD("2015") }),
            "a", "valid_from");
    refuses(
        SETTINGS(ANY, PROFILE_OF("a", "never"), { NULL, NULL, "default_profile", FAKE_WORD("b") }),
        NULL, "default_profile");
}

static void refuses_forms_of_unequal_length(void)
{
    therapist.items = POINTS - 1;
    refuses(settings, "therapist", "items");
    therapist.items = POINTS;
}

int main(void)
{
    static const promise promises[] = {
        { "scores the worked example", scores_the_worked_example },
        { "gives no clarity with too many unanswered", gives_no_clarity_with_too_many_unanswered },
        { "gives no clarity when nothing applies", gives_no_clarity_when_nothing_applies },
        { "takes silence on a critical point for unknown",
          takes_silence_on_a_critical_point_for_unknown },
        { "warns where a critical point does not apply",
          warns_where_a_critical_point_does_not_apply },
        { "marks unanswered points in the list", marks_unanswered_points_in_the_list },
        { "lists what the two see differently", lists_what_the_two_see_differently },
        { "adds events that were asked", adds_events_that_were_asked },
        { "asks for a look at the point of an event", asks_for_a_look_at_the_point_of_an_event },
        { "asks for a look once the day has passed", asks_for_a_look_once_the_day_has_passed },
        { "does not compare what is no date", does_not_compare_what_is_no_date },
        { "looks licences up", looks_licences_up },
        { "has no silent default", has_no_silent_default },
        { "says when an edition is a guess", says_when_an_edition_is_a_guess },
        { "falls back on the declared profile", falls_back_on_the_declared_profile },
        { "refuses profiles that make no sense", refuses_profiles_that_make_no_sense },
        { "refuses forms of unequal length", refuses_forms_of_unequal_length },
    };
    return RUN("boundary", promises);
}
