/* make_sample.c - writes sessions.csv: invented clients who answer like real ones.
 *
 * A client has a level of alliance and of distress. From session to session the first tends
 * upwards and the second down; now and then the alliance falls, and is mostly repaired. Each
 * answer is its level with noise. Nothing but whole numbers and a generator of its own, so
 * that every machine writes the same bytes. Some rows are spoilt on purpose: see faults[].
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { CLIENTS = 230, THERAPISTS = 14, POINTS = 15 };

/* ---- chance ---------------------------------------------------------------- */

static uint64_t state = 20250331;

/* splitmix64 */
static uint64_t next(void)
{
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* 0 .. count - 1 */
static int below(int count)
{
    return (int)((next() >> 32) * (uint64_t)count >> 32);
}

static bool chance(int percent)
{
    return below(100) < percent;
}

/* About normal: three equal spreads added. */
static int noise(int spread)
{
    int sum = 0;
    for (int i = 0; i < 3; i++)
        sum += below(2 * spread + 1) - spread;
    return sum;
}

/* ---- one row --------------------------------------------------------------- */

enum { CELLS = 96, CELL_BYTES = 200 };

static char row[CELLS][CELL_BYTES];
static int cells;

static void add(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(row[cells++], CELL_BYTES, format, list);
    va_end(list);
}

/* An answer near `level`, given in hundredths; three in a hundred stay empty. */
static void answer(int level, int spread, int low, int high)
{
    int ticked = (level + noise(spread) + 50) / 100;

    if (ticked < low)
        ticked = low;
    if (ticked > high)
        ticked = high;
    if (chance(3))
        add("");
    else
        add("%d", ticked);
}

static void write_row(void)
{
    for (int i = 0; i < cells; i++) {
        bool quote = strpbrk(row[i], ",\"\n") != NULL;
        if (i > 0)
            putchar(',');
        if (quote)
            putchar('"');
        for (const char *c = row[i]; *c; c++) {
            if (*c == '"')
                putchar('"');
            putchar(*c);
        }
        if (quote)
            putchar('"');
    }
    putchar('\n');
}

/* ---- a client -------------------------------------------------------------- */

typedef struct client {
    int therapist, sessions;
    int first_day, review_day; /* since 2024-01-01; review_day 0: none agreed */
    int usual, alliance;       /* in hundredths of an answer, 1 to 7 */
    int distress, hope;        /* in hundredths: 0 to 3, 0 to 10 */
    int point[POINTS];         /* 0, 1, 2; -1 does not apply */
    bool straight;             /* ticks the same everywhere */
    bool therapist_answers, both_licences;
} client;

static int between(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static client new_client(void)
{
    client c = { .therapist = 1 + below(THERAPISTS) };

    c.sessions = chance(15) ? 1 + below(3) : 5 + below(7); /* some drop out */
    c.first_day = 7 * below(50) + below(5);                /* Monday to Friday */
    c.review_day = chance(80) ? c.first_day + 28 + 7 * below(8) : 0;
    c.usual = between(560 + noise(70), 300, 690);
    c.alliance = c.usual;
    c.distress = between(160 + noise(50), 20, 290);
    c.hope = between(550 + noise(130), 100, 950);
    for (int p = 0; p < POINTS; p++)
        c.point[p] = chance(55) + chance(45);
    for (int p = 4; p < 10; p++) /* chance meetings, circles, gifts, self-disclosure, touch */
        if (p != 7 && chance(12))
            c.point[p] = -1;
    c.straight = chance(2);
    c.therapist_answers = chance(50);
    c.both_licences = c.therapist == THERAPISTS;
    return c;
}

/* What happens until the next session. */
static void live_on(client *c)
{
    c->usual = between(c->usual + 4 + noise(4), 200, 690);
    if (chance(6))
        c->alliance -= 130 + below(120); /* a rupture */
    else if (c->alliance < c->usual - 60)
        c->alliance += chance(70) ? (c->usual - c->alliance) / 2 + 20 : 5; /* mostly repaired */
    else
        c->alliance = c->usual + noise(15);
    c->alliance = between(c->alliance, 120, 700);
    c->distress = between(c->distress - 9 + noise(12), 0, 300);
    c->hope = between(c->hope + 15 + noise(20), 0, 1000);
    for (int p = 0; p < POINTS; p++)
        if (c->point[p] >= 0 && c->point[p] < 2)
            c->point[p] += chance(50);
}

/* ---- the forms --------------------------------------------------------------- */

/* Some points are easier to agree with than others; 7, 8 and 12 are reverse-keyed. */
static void add_alliance(int level, int spread)
{
    static const int easier[12] = { 5, 15, -15, 30, 0, -40, -35, 10, -25, 40, 20, -10 };

    for (int item = 1; item <= 12; item++) {
        int keyed = level + easier[item - 1];
        answer(item == 7 || item == 8 || item == 12 ? 800 - keyed : keyed, spread, 1, 7);
    }
}

static void add_client_form(const client *c)
{
    if (!c->straight) {
        add_alliance(c->alliance, 45);
        return;
    }
    for (int item = 1; item <= 12; item++)
        add("%d", between((c->usual + 50) / 100, 1, 7));
}

/* At the first session and every third after it, and by half of the therapists. */
static void add_therapist_form(const client *c, int session)
{
    if (c->therapist_answers && session % 3 == 1)
        add_alliance(between(c->alliance - 35, 100, 700), 35);
    else
        for (int item = 1; item <= 12; item++)
            add("");
}

static void add_points(const client *c)
{
    for (int p = 0; p < POINTS; p++) {
        if (chance(2))
            add("");
        else if (c->point[p] < 0)
            add("NA");
        else
            add("%d", c->point[p]);
    }
}

/* Asked from the second session on, and not always. */
static void add_events(int session)
{
    bool asked = session > 1 && chance(90);
    for (int e = 0; e < 6; e++) {
        if (asked)
            add("%d", chance(4) ? 1 + below(2) : 0);
        else
            add("");
    }
}

static void add_ratings(const client *c)
{
    for (int item = 1; item <= 6; item++)
        answer(item <= 2 ? c->hope : (c->hope + c->alliance * 10 / 7) / 2, 90, 0, 10);
}

static void add_symptoms(int items, int distress)
{
    for (int item = 1; item <= items; item++)
        answer(item == 9 ? distress / 4 : distress, 40, 0, 3);
}

static void add_note(void)
{
    static const char *const notes[] = {
        "came early, left in a good mood",
        "asked for \"something to read\", title given",
        "line one\nline two, with a comma",
        "moved to another room; fine for both",
        "spoke about the garden, the dog, and work",
        "said: \"today was long\"",
        "new appointment: Tuesday, 10:30",
        "caf\xc3\xa9 opposite was loud,\nwindow closed",
    };
    add("%s", chance(15) ? notes[below((int)(sizeof notes / sizeof *notes))] : "");
}

static void add_date(int day)
{
    static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31,   /* 2024 */
                                31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }; /* 2025 */
    int month = 0;

    for (; day >= days[month]; month++)
        day -= days[month];
    add("%d-%02d-%02d", 2024 + month / 12, month % 12 + 1, day + 1);
}

static void add_licence(const client *c)
{
    if (chance(2))
        add("");
    else if (c->both_licences)
        add("us_fl_64b4 us_oh_4757");
    else
        add(c->therapist <= 8 ? "us_fl_64b4" : "us_oh_4757");
}

static void fill_row(const client *c, int id, int session, int day)
{
    cells = 0;
    add("c%03d", id);
    add("%d", session);
    add_date(day);
    add_licence(c);
    add("t%02d", c->therapist);
    add_client_form(c);
    add_therapist_form(c, session);
    add_points(c);
    add_events(session);
    if (c->review_day)
        add_date(c->review_day);
    else
        add("");
    add_ratings(c);
    add_symptoms(9, c->distress);
    add_symptoms(7, c->distress);
    add_note();
}

/* ---- the table ---------------------------------------------------------------- */

static void fill_header(void)
{
    static const struct {
        const char *name;
        int count; /* 0: one column of just that name */
    } columns[] = {
        { "client_id", 0 },    { "session", 0 },   { "date", 0 },      { "licence", 0 },
        { "therapist_id", 0 }, { "al", 12 },       { "th", 12 },       { "bc", POINTS },
        { "ev_contact", 0 },   { "ev_online", 0 }, { "ev_gift", 0 },   { "ev_role", 0 },
        { "ev_place", 0 },     { "ev_touch", 0 },  { "review_by", 0 }, { "cf", 6 },
        { "phq", 9 },          { "gad", 7 },       { "note", 0 },
    };

    cells = 0;
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
        if (columns[c].count == 0)
            add("%s", columns[c].name);
        for (int i = 1; i <= columns[c].count; i++)
            add("%s%d", columns[c].name, i);
    }
}

/* What goes wrong in real tables. A cell is found by its place in the header. */
static const struct {
    int line; /* counted in records, the header not among them */
    int cell;
    const char *written; /* NULL: the record ends here; "=": the row is there twice */
} faults[] = {
    { 101, 9, "9" },     /* al5: above its range */
    { 303, 30, "yes" },  /* bc2: a word */
    { 505, 62, "4" },    /* phq6 */
    { 707, 20, NULL },   /* a short record */
    { 808, 0, "=" },     /* the same client and session twice */
    { 909, 52, "11" },   /* cf2 */
    { 1111, 7, "4.5" },  /* al3: not a whole number */
    { 1313, 47, "-1" },  /* ev_role */
    { 1414, 35, "N/A" }, /* bc7: not the code agreed on */
};

static void spoil(int line)
{
    for (size_t f = 0; f < sizeof faults / sizeof *faults; f++) {
        if (faults[f].line != line)
            continue;
        if (!faults[f].written)
            cells = faults[f].cell;
        else if (*faults[f].written == '=')
            write_row();
        else
            strcpy(row[faults[f].cell], faults[f].written);
    }
}

int main(void)
{
    int line = 0;

    fill_header();
    write_row();
    for (int id = 1; id <= CLIENTS; id++) {
        client c = new_client();
        int day = c.first_day;
        for (int session = 1; session <= c.sessions; session++) {
            fill_row(&c, id, session, day);
            spoil(++line);
            write_row();
            live_on(&c);
            day += chance(85) ? 7 : 14;
        }
    }
    return 0;
}
