/* boundary.c - which points of a clear relationship are settled, and which need a conversation?
 *
 * boundary.ini holds the points, which of them are critical, which event asks for
 * a look at which point, and what each licence says about former clients; the host
 * scores `progress` and `therapist`. This file holds what an INI file cannot
 * express: counts that tell silence from "does not apply", lists of points, and
 * events that ask for a look. What the licences say is looked up in licence.c.
 */
#include <math.h>
#include <string.h>

#include <rapport/plugin.h>

#include "licence.h"

/* The outputs, in the order of outputs[]. */
enum { CLARITY, ANSWERED, NA, CRITICAL, OPEN, EVENTS, REVIEW, DISAGREE, PROFILE, AFTER_END };

#define EVENT_KINDS 6
static const char *const event_name[EVENT_KINDS] = { "ev_contact", "ev_online", "ev_gift",
                                                     "ev_role",    "ev_place",  "ev_touch" };

typedef struct point {
    const rapport_item *client;    /* the host's, until unbind, as everything here */
    const rapport_item *therapist; /* NULL: no therapist form */
    words id;
    rapport_port event; /* RAPPORT_ABSENT: none asks for a look at this point */
} point;

typedef struct boundary {
    const rapport_host *host;
    licences *licences;
    point *point;
    uint32_t points;
    double most_unanswered;
    rapport_port event[EVENT_KINDS], date, review_by;
    char *line; /* room for the ids of all points */
} boundary;

/* ---- points --------------------------------------------------------------- */

static bool settled(const rapport_item *item, double answer)
{
    return answer >= item->high; /* false where there is no answer */
}

/* The share of points settled among those answered; what does not apply is no gap. */
static void count_points(const boundary *b, const rapport_batch *batch, rapport_output *out)
{
    double *clarity = out->number[CLARITY], *answered = out->number[ANSWERED];
    double *na = out->number[NA];

    for (uint32_t row = 0; row < batch->rows; row++)
        clarity[row] = answered[row] = na[row] = 0;
    for (uint32_t p = 0; p < b->points; p++) {
        const rapport_item *item = b->point[p].client;
        const double *answer = batch->number[item->port];
        for (uint32_t row = 0; row < batch->rows; row++) {
            clarity[row] += settled(item, answer[row]);
            answered[row] += !isnan(answer[row]);
            na[row] += rapport_not_applicable(answer[row]);
        }
    }
    for (uint32_t row = 0; row < batch->rows; row++) {
        bool enough = b->points - answered[row] - na[row] <= b->most_unanswered;
        clarity[row] = enough ? 100 * clarity[row] / answered[row] : NAN; /* 0 / 0 is NaN */
    }
}

/* Silence on a critical point is not "no concern", so it makes the count missing; NaN then
 * stays NaN whatever is added. That such a point should not apply at all is worth a look. */
static void add_critical(const boundary *b, double *count, const double *answer,
                         const rapport_item *item, uint32_t rows)
{
    for (uint32_t row = 0; row < rows; row++) {
        if (rapport_not_applicable(answer[row]))
            warn(b->host, row, item->port,
                 "a critical point is marked as not applying; ask whether that is meant");
        else if (isnan(answer[row]))
            count[row] = NAN;
        else if (answer[row] >= item->critical_low && answer[row] <= item->critical_high)
            count[row] += 1;
    }
}

static void count_critical(const boundary *b, const rapport_batch *batch, rapport_output *out)
{
    double *count = out->number[CRITICAL];

    for (uint32_t row = 0; row < batch->rows; row++)
        count[row] = 0;
    for (uint32_t p = 0; p < b->points; p++) {
        const rapport_item *item = b->point[p].client;
        if (!isnan(item->critical_low))
            add_critical(b, count, batch->number[item->port], item, batch->rows);
    }
}

/* The list for the next session; a question mark says that nobody knows yet. */
static rapport_status list_open(const boundary *b, const rapport_batch *batch, rapport_output *out)
{
    rapport_status status = RAPPORT_OK;

    for (uint32_t row = 0; row < batch->rows && status == RAPPORT_OK; row++) {
        size_t length = 0;
        for (uint32_t p = 0; p < b->points; p++) {
            const rapport_item *item = b->point[p].client;
            double answer = batch->number[item->port][row];
            if (settled(item, answer) || rapport_not_applicable(answer))
                continue;
            length = add_word(b->line, length, b->point[p].id);
            if (isnan(answer))
                b->line[length++] = '?';
        }
        status = out->text(out->self, OPEN, row, b->line, length);
    }
    return status;
}

/* One calls settled what the other calls not discussed, or one says that it does not apply. */
static bool disagree(double client, double therapist)
{
    return fabs(client - therapist) >= 2 || (rapport_not_applicable(client) && !isnan(therapist)) ||
           (rapport_not_applicable(therapist) && !isnan(client));
}

static rapport_status list_disagreement(const boundary *b, const rapport_batch *batch,
                                        rapport_output *out)
{
    rapport_status status = RAPPORT_OK;

    for (uint32_t row = 0; row < batch->rows && status == RAPPORT_OK; row++) {
        size_t length = 0;
        for (uint32_t p = 0; p < b->points && b->point[p].therapist; p++) {
            const rapport_item *client = b->point[p].client, *therapist = b->point[p].therapist;
            if (disagree(batch->number[client->port][row], batch->number[therapist->port][row]))
                length = add_word(b->line, length, b->point[p].id);
        }
        status = out->text(out->self, DISAGREE, row, b->line, length);
    }
    return status;
}

/* ---- events and review ---------------------------------------------------- */

static void add_events(double *sum, const double *count, uint32_t rows)
{
    for (uint32_t row = 0; row < rows; row++)
        if (!isnan(count[row])) /* blank: not asked */
            sum[row] = isnan(sum[row]) ? count[row] : sum[row] + count[row];
}

/* An event is not a violation. It asks for a look at its point unless that is settled. */
static void ask_for_look(double *review, const double *event, const double *answer,
                         const rapport_item *item, uint32_t rows)
{
    for (uint32_t row = 0; row < rows; row++)
        if (event[row] > 0 && !settled(item, answer[row]))
            review[row] = 1;
}

static void compare_dates(const boundary *b, double *review, const rapport_batch *batch)
{
    for (uint32_t row = 0; row < batch->rows; row++) {
        words by = words_in(batch, b->review_by, row), date = words_in(batch, b->date, row);
        if (by.length == 0)
            continue;
        if (!is_date(by) || !is_date(date)) {
            warn(b->host, row, b->review_by,
                 "review_by cannot be compared with the date; write both like 2025-03-31");
            review[row] = review[row] > 0 ? 1 : NAN;
        } else {
            review[row] = review[row] > 0 || is_later(date, by);
        }
    }
}

static void count_events(const boundary *b, const rapport_batch *batch, rapport_output *out)
{
    double *events = out->number[EVENTS], *review = out->number[REVIEW];

    for (size_t e = 0; e < EVENT_KINDS; e++)
        if (b->event[e] != RAPPORT_ABSENT)
            add_events(events, batch->number[b->event[e]], batch->rows);

    for (uint32_t row = 0; row < batch->rows; row++)
        review[row] = isnan(events[row]) ? NAN : 0;
    for (uint32_t p = 0; p < b->points; p++) {
        const rapport_item *item = b->point[p].client;
        if (b->point[p].event != RAPPORT_ABSENT)
            ask_for_look(review, batch->number[b->point[p].event], batch->number[item->port], item,
                         batch->rows);
    }
    compare_dates(b, review, batch);
}

/* ---- the instrument --------------------------------------------------------- */

static rapport_status process(void *self, const rapport_batch *batch, rapport_output *out)
{
    const boundary *b = self;

    count_points(b, batch, out);
    count_critical(b, batch, out);
    count_events(b, batch, out);

    rapport_status status = list_open(b, batch, out);
    if (status == RAPPORT_OK)
        status = list_disagreement(b, batch, out);
    if (status == RAPPORT_OK)
        status = licences_look_up(b->licences, batch, out, PROFILE, AFTER_END);
    return status;
}

static rapport_status bind_points(boundary *b, const rapport_host *host)
{
    const rapport_scale *client = host->scale_named(host->self, "progress"); /* see scales[] */
    const rapport_scale *therapist = host->scale_named(host->self, "therapist");

    if (therapist && therapist->items != client->items)
        return refuse(host, "scale", "therapist", "items",
                      "therapist has not as many items as progress; list them in the same order");

    b->points = client->items;
    b->point = host->allocate(host->self, b->points * sizeof *b->point);
    if (!b->point)
        return RAPPORT_NO_MEMORY;

    size_t room = 0;
    for (uint32_t p = 0; p < b->points; p++) {
        const char *event = word(host, "item", client->item[p]->id, "event");
        b->point[p].client = client->item[p];
        b->point[p].id = words_of(client->item[p]->id);
        b->point[p].therapist = therapist ? therapist->item[p] : NULL;
        b->point[p].event = event ? host->input(host->self, event, 0) : RAPPORT_ABSENT;
        room += b->point[p].id.length + strlen(" ?");
    }
    b->line = host->allocate(host->self, room);
    return b->line ? RAPPORT_OK : RAPPORT_NO_MEMORY;
}

static rapport_status bind(const rapport_host *host, void **self)
{
    boundary *b = host->allocate(host->self, sizeof *b);
    if (!b)
        return RAPPORT_NO_MEMORY;

    b->host = host;
    b->most_unanswered = host->setting(host->self, NULL, NULL, "most_unanswered")->real[0];
    b->date = host->input(host->self, "date", 0);
    b->review_by = host->input(host->self, "review_by", 0);
    for (size_t e = 0; e < EVENT_KINDS; e++)
        b->event[e] = host->input(host->self, event_name[e], 0);

    rapport_status status = bind_points(b, host);
    if (status == RAPPORT_OK)
        status = licences_bind(&b->licences, host);
    *self = b;
    return status;
}

static const rapport_setting settings[] = {
    { .name = "most_unanswered",
      .fallback = "3",
      .doc = "With more points unanswered than this, clarity is blank.",
      .type = RAPPORT_WHOLE,
      .low = 0,
      .high = 1000 },
    { .name = "default_profile",
      .fallback = "",
      .doc = "The profiles of rows that name none, with blanks between.",
      .type = RAPPORT_WORD },
    { .name = "event",
      .section = "item",
      .fallback = "",
      .choices = "ev_contact|ev_online|ev_gift|ev_role|ev_place|ev_touch",
      .doc = "The event that asks for a look at this point.",
      .type = RAPPORT_WORD },
    { .name = "jurisdiction",
      .section = "profile",
      .fallback = "",
      .doc = "Where the rule holds.",
      .type = RAPPORT_WORD },
    { .name = "profession",
      .section = "profile",
      .fallback = "",
      .doc = "Whom it binds.",
      .type = RAPPORT_WORD },
    { .name = "edition",
      .section = "profile",
      .doc = "Code, edition and section, or the number of the law.",
      .type = RAPPORT_WORD },
    { .name = "family",
      .section = "profile",
      .fallback = "",
      .doc = "A name for all editions of one code; a row that gives it gets the edition in force "
             "on the row's date.",
      .type = RAPPORT_WORD },
    { .name = "valid_from",
      .section = "profile",
      .fallback = "",
      .doc = "The first day of this edition, like 2015-01-01.",
      .type = RAPPORT_WORD },
    { .name = "former_clients",
      .section = "profile",
      .choices = "never|should_not|years|no_fixed_years",
      .doc = "What it says of sexual relations with former clients.",
      .type = RAPPORT_WORD },
    { .name = "years",
      .section = "profile",
      .fallback = "",
      .unit = "years",
      .doc = "How many years at least, with former_clients = years.",
      .type = RAPPORT_WHOLE,
      .low = 1,
      .high = 999 },
    { .name = "note",
      .section = "profile",
      .fallback = "",
      .doc = "What else the rule says, for people.",
      .type = RAPPORT_WORD },
    { .name = "source",
      .section = "profile",
      .doc = "Where the rule was read.",
      .type = RAPPORT_WORD },
    { .name = "checked_on",
      .section = "profile",
      .fallback = "",
      .doc = "The day on which somebody compared this section with the rule itself; without it "
             "the report says unverified.",
      .type = RAPPORT_WORD },
};

#define EVENT(id, what)                                                                            \
    {                                                                                              \
        .name = id, .doc = "How often since the last review: " what ".", .type = RAPPORT_NUMBER,   \
        .flags = RAPPORT_OPTIONAL | RAPPORT_ONLY_WHOLE, .low = 0, .high = INFINITY                 \
    }

static const rapport_field inputs[] = {
    EVENT("ev_contact", "unplanned contact outside sessions"),
    EVENT("ev_online", "contact online, or looking each other up"),
    EVENT("ev_gift", "gifts and favours"),
    EVENT("ev_role", "a second role between the two"),
    EVENT("ev_place", "a session at another place or of another length"),
    EVENT("ev_touch", "touch"),
    { .name = "date",
      .doc = "The day of the session, like 2025-03-31.",
      .type = RAPPORT_TEXT,
      .flags = RAPPORT_OPTIONAL },
    { .name = "review_by",
      .doc = "The day until which the points are to be looked at again.",
      .type = RAPPORT_TEXT,
      .flags = RAPPORT_OPTIONAL },
    { .name = "profile",
      .doc = "The licence: names of [profile NAME] sections, with blanks between.",
      .type = RAPPORT_TEXT,
      .flags = RAPPORT_OPTIONAL },
};

#define COUNT(id, what)                                                                            \
    {                                                                                              \
        .name = id, .doc = what, .type = RAPPORT_NUMBER, .flags = RAPPORT_ROUNDED, .low = 0,       \
        .high = INFINITY                                                                           \
    }
#define WORDS(id, what)                                                                            \
    {                                                                                              \
        .name = id, .doc = what, .type = RAPPORT_TEXT                                              \
    }

static const rapport_field outputs[] = {
    [CLARITY] = { .name = "clarity",
                  .unit = "%",
                  .doc = "Points agreed and noted among those answered, 0 to 100.",
                  .type = RAPPORT_NUMBER,
                  .flags = RAPPORT_ROUNDED,
                  .low = 0,
                  .high = 100,
                  .decimals = 1 },
    [ANSWERED] = COUNT("answered", "How many points have an answer."),
    [NA] = COUNT("na", "How many points are marked as not applying."),
    [CRITICAL] = COUNT("critical", "How many critical points are not agreed and noted; blank where "
                                   "one is not answered."),
    [OPEN] =
        WORDS("open", "The points to talk about next; a question mark where there is no answer."),
    [EVENTS] = COUNT("events", "How many events there were since the last review."),
    [REVIEW] = { .name = "review",
                 .doc = "1 when an event asks for a look at a point that is not settled, or the "
                        "review is overdue; else 0; blank when unknown.",
                 .type = RAPPORT_NUMBER,
                 .flags = RAPPORT_ROUNDED,
                 .low = 0,
                 .high = 1 },
    [DISAGREE] = WORDS("disagree", "The points that client and therapist see quite differently."),
    [PROFILE] = WORDS("profile", "The licence profiles looked up."),
    [AFTER_END] = WORDS("after_end", "What the strictest of them says of former clients; no legal "
                                     "advice."),
};

static const char *const scales[] = { "progress", NULL }; /* the INI file has to define them */

static const rapport_instrument instrument = {
    .size = sizeof instrument,
    .flags = RAPPORT_WANTS_ITEMS,
    .id = "boundary",
    .version = "1.0.0",
    .title = "Boundary-clarity check",
    .doc = "Which points of a clear therapy relationship are settled, and which are open.",
    .source = "own rules, not validated",
    .settings = RAPPORT_LIST(settings),
    .inputs = RAPPORT_LIST(inputs),
    .outputs = RAPPORT_LIST(outputs),
    .scales = scales,
    .bind = bind,
    .process = process,
};

static const rapport_instrument *const instruments[] = { &instrument, NULL };
static const rapport_module module = {
    .size = sizeof module,
    .minor = RAPPORT_MINOR,
    .instrument = instruments,
};

const rapport_module *rapport_module_v1(void)
{
    return &module;
}
