/* factors.c - the common factors of change, weighted as a published profile says.
 *
 * factors.ini holds the profiles, and ratings for the factors that no other stage
 * measures. Each factor comes as a column of 0 to 100. This file holds the weighted
 * composite and what belongs to it: how much of the weight is covered by what was
 * measured, and each factor's part.
 */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <rapport/plugin.h>

enum { CLIENT, RELATIONSHIP, TECHNIQUE, EXPECTANCY, FACTORS };

/* The outputs, in the order of outputs[]. */
enum { SCORE, COVERAGE, PART, SEVENTY = PART + FACTORS, RELATION_RISK };

typedef struct factors {
    rapport_port factor[FACTORS];
    double weight[FACTORS];
    double scored; /* all of it: what coverage is a percentage of */
    rapport_port critical;
    double min_coverage;
    bool renormalise;       /* else one missing factor blanks the score */
    double relation_factor; /* NaN: not given, and there is no */
    uint32_t lowered;       /* output */
} factors;

/* ---- rows ----------------------------------------------------------------- */

static double product(double weight, double x)
{
    return weight > 0 ? weight * x : 0; /* what does not count may be missing */
}

/* sum(w x) / sum(w) over the factors that are there; none there: 0 / 0 is NaN. */
static double composite(const factors *f, const double x[FACTORS], double *present)
{
    double sum = 0;

    *present = 0;
    for (int i = 0; i < FACTORS; i++) {
        if (isnan(x[i]))
            continue;
        sum += product(f->weight[i], x[i]);
        *present += f->weight[i];
    }
    return sum / *present;
}

/* The parts add up to the score; a factor that is missing, or has no weight, has no part rather
 * than one of 0. */
static void score_row(const factors *f, const double x[FACTORS], double *const number[],
                      uint32_t row)
{
    double present, score = composite(f, x, &present);

    number[COVERAGE][row] = 100 * present / f->scored;

    bool enough = f->renormalise || present == f->scored;
    if (!enough || number[COVERAGE][row] < f->min_coverage)
        return;
    number[SCORE][row] = score;
    for (int i = 0; i < FACTORS; i++)
        if (f->weight[i] > 0)
            number[PART + i][row] = f->weight[i] * x[i] / present;
}

/* Client and relationship alone; missing if either is. */
static void score_seventy(const factors *f, const double x[FACTORS], double *seventy)
{
    double client = f->weight[CLIENT], relationship = f->weight[RELATIONSHIP];

    *seventy = (client * x[CLIENT] + relationship * x[RELATIONSHIP]) / (client + relationship);
}

/* Marks, and does not lower, the score: no published number says by how much. */
static void mark_risk(double *risk, const double *critical, uint32_t rows)
{
    for (uint32_t row = 0; row < rows; row++)
        if (!isnan(critical[row]))
            risk[row] = critical[row] > 0;
}

/* What a clinic thinks a relationship at risk is worth stands beside the score and not in its
 * place. Where nobody knows of a risk, nobody knows this either. */
static void lower(const factors *f, const double x[FACTORS], double critical,
                  double *const number[], uint32_t row)
{
    double less[FACTORS], present;

    if (isnan(number[SCORE][row]) || isnan(critical))
        return;
    memcpy(less, x, sizeof less);
    if (critical > 0)
        less[RELATIONSHIP] *= f->relation_factor;
    number[f->lowered][row] = composite(f, less, &present);
}

static rapport_status process(void *self, const rapport_batch *batch, rapport_output *out)
{
    const factors *f = self;
    bool lowers = f->critical != RAPPORT_ABSENT && !isnan(f->relation_factor);

    for (uint32_t row = 0; row < batch->rows; row++) {
        double x[FACTORS];
        for (int i = 0; i < FACTORS; i++)
            x[i] = batch->number[f->factor[i]][row];
        score_row(f, x, out->number, row);
        score_seventy(f, x, &out->number[SEVENTY][row]);
        if (lowers)
            lower(f, x, batch->number[f->critical][row], out->number, row);
    }
    if (f->critical != RAPPORT_ABSENT)
        mark_risk(out->number[RELATION_RISK], batch->number[f->critical], batch->rows);
    return RAPPORT_OK;
}

/* ---- before any row ------------------------------------------------------- */

static const char *const factor_name[FACTORS] = { "client", "relationship", "technique",
                                                  "expectancy" };

static double weight(const rapport_host *host, const char *profile, const char *key)
{
    return host->setting(host->self, "profile", profile, key)->real[0];
}

static rapport_status refuse(const rapport_host *host, const char *section, const char *name,
                             const char *key, const char *message)
{
    const rapport_place place = {
        .section = section, .name = name, .setting = key, .row = -1, .port = RAPPORT_ABSENT
    };
    host->report(host->self, RAPPORT_ERROR, &place, message);
    return RAPPORT_BAD_SETTING;
}

static void note(const rapport_host *host, const char *section, const char *name, const char *key,
                 const char *message)
{
    const rapport_place place = {
        .section = section, .name = name, .setting = key, .row = -1, .port = RAPPORT_ABSENT
    };
    host->report(host->self, RAPPORT_NOTE, &place, message);
}

/* Every profile is held to this, not only the one in use: it is published data. */
static rapport_status check_profile(const rapport_host *host, const char *profile)
{
    double scored = 0;
    for (int i = 0; i < FACTORS; i++)
        scored += weight(host, profile, factor_name[i]);
    double all = scored + weight(host, profile, "other") + weight(host, profile, "unexplained");

    if (!(fabs(all - 100) <= 1e-9))
        return refuse(
            host, "profile", profile, NULL,
            "the weights, with other and unexplained, do not add up to 100; correct them");
    if (!(scored > 0))
        return refuse(host, "profile", profile, NULL,
                      "no factor has a weight; give one to at least one");
    return RAPPORT_OK;
}

static rapport_status bind_profile(factors *f, const rapport_host *host)
{
    const char *wanted = host->setting(host->self, NULL, NULL, "profile")->word[0], *name;
    bool found = false;

    for (uint32_t i = 0; (name = host->section(host->self, "profile", i)); i++) {
        if (check_profile(host, name) != RAPPORT_OK)
            return RAPPORT_BAD_SETTING;
        found = found || strcmp(name, wanted) == 0;
    }
    if (!found)
        return refuse(host, NULL, NULL, "profile",
                      "profile is none that is here; give the name of a [profile NAME] section");

    for (int i = 0; i < FACTORS; i++) {
        f->weight[i] = weight(host, wanted, factor_name[i]);
        f->scored += f->weight[i];
    }
    if (host->setting(host->self, "profile", wanted, "checked_on")->count == 0)
        note(host, "profile", wanted, NULL,
             "these weights are unverified; compare them with their source and write the day into "
             "checked_on");
    return RAPPORT_OK;
}

/* A number of 0 to 100 with one decimal. */
#define PERCENT(id, what)                                                                          \
    {                                                                                              \
        .name = id, .unit = "%", .doc = what, .type = RAPPORT_NUMBER, .flags = RAPPORT_ROUNDED,    \
        .low = 0, .high = 100, .decimals = 1                                                       \
    }

static rapport_status bind_lowered(factors *f, const rapport_host *host)
{
    static const rapport_field lowered =
        PERCENT("score_lowered", "The score with the relationship times relation_factor where "
                                 "relation_risk is 1; blank where that is unknown.");
    const rapport_value *factor = host->setting(host->self, NULL, NULL, "relation_factor");

    f->relation_factor = factor->count > 0 ? factor->real[0] : NAN;
    if (factor->count == 0)
        return RAPPORT_OK;
    if (f->critical == RAPPORT_ABSENT)
        note(host, NULL, NULL, "relation_factor",
             "score_lowered is blank, as nothing says where the relationship is at risk; name the "
             "column: critical = boundary_critical");
    return host->add_output(host->self, &lowered, sizeof lowered, &f->lowered);
}

static rapport_status bind(const rapport_host *host, void **self)
{
    factors *f = host->allocate(host->self, sizeof *f);
    if (!f)
        return RAPPORT_NO_MEMORY;

    for (int i = 0; i < FACTORS; i++)
        f->factor[i] = host->input(host->self, factor_name[i], 0);
    f->critical = host->input(host->self, "critical", 0);
    f->min_coverage = host->setting(host->self, NULL, NULL, "min_coverage")->real[0];
    f->renormalise = strcmp(host->setting(host->self, NULL, NULL, "missing_factor")->word[0],
                            "renormalise") == 0;

    rapport_status status = bind_profile(f, host);
    if (status == RAPPORT_OK)
        status = bind_lowered(f, host);
    if (status == RAPPORT_OK)
        host->report(host->self, RAPPORT_NOTE, NULL,
                     "These weights are published estimates of how differences in outcome divide "
                     "over many clients. The shares overlap, and they do not say what caused "
                     "change in this client.");
    *self = f;
    return status;
}

static const rapport_setting settings[] = {
    { .name = "profile",
      .fallback = "seed",
      .doc = "Whose weights count: the name of a [profile NAME] section.",
      .type = RAPPORT_WORD },
    { .name = "missing_factor",
      .fallback = "renormalise",
      .choices = "renormalise|blank",
      .doc = "What happens where a factor is missing: the others stand for it, or no score.",
      .type = RAPPORT_WORD },
    { .name = "min_coverage",
      .fallback = "0",
      .unit = "%",
      .doc = "With less of the weight covered than this there is no score.",
      .type = RAPPORT_REAL,
      .low = 0,
      .high = 100 },
    { .name = "relation_factor",
      .fallback = "",
      .doc = "What is left of the relationship where it is at risk, for a further column "
             "score_lowered; not given: no such column. No published number says how much.",
      .type = RAPPORT_REAL,
      .low = 0,
      .high = 1 },
    { .name = "client",
      .section = "profile",
      .unit = "%",
      .doc = "The share of the client and of life outside therapy.",
      .type = RAPPORT_REAL,
      .low = 0,
      .high = 100 },
    { .name = "relationship",
      .section = "profile",
      .unit = "%",
      .doc = "The share of the relationship.",
      .type = RAPPORT_REAL,
      .low = 0,
      .high = 100 },
    { .name = "technique",
      .section = "profile",
      .unit = "%",
      .doc = "The share of the method.",
      .type = RAPPORT_REAL,
      .low = 0,
      .high = 100 },
    { .name = "expectancy",
      .section = "profile",
      .fallback = "0",
      .unit = "%",
      .doc = "The share of hope and expectation.",
      .type = RAPPORT_REAL,
      .low = 0,
      .high = 100 },
    { .name = "other",
      .section = "profile",
      .fallback = "0",
      .unit = "%",
      .doc = "Shares with a name that are not measured here; never scored.",
      .type = RAPPORT_REAL,
      .low = 0,
      .high = 100 },
    { .name = "unexplained",
      .section = "profile",
      .fallback = "0",
      .unit = "%",
      .doc = "The share that nobody can name; never scored.",
      .type = RAPPORT_REAL,
      .low = 0,
      .high = 100 },
    { .name = "note",
      .section = "profile",
      .fallback = "",
      .doc = "What else there is to say of these weights, for people.",
      .type = RAPPORT_WORD },
    { .name = "source",
      .section = "profile",
      .doc = "Where the weights stand.",
      .type = RAPPORT_WORD },
    { .name = "checked_on",
      .section = "profile",
      .fallback = "",
      .doc = "The day on which somebody compared these weights with their source.",
      .type = RAPPORT_WORD },
};

static const rapport_field inputs[] = {
    { .name = "client",
      .unit = "%",
      .doc = "The client's own factors, 0 to 100, more is better.",
      .type = RAPPORT_NUMBER,
      .low = 0,
      .high = 100 },
    { .name = "relationship",
      .unit = "%",
      .doc = "The relationship, 0 to 100, more is better: alliance_total, say.",
      .type = RAPPORT_NUMBER,
      .low = 0,
      .high = 100 },
    { .name = "technique",
      .unit = "%",
      .doc = "The method, 0 to 100, more is better.",
      .type = RAPPORT_NUMBER,
      .low = 0,
      .high = 100 },
    { .name = "expectancy",
      .unit = "%",
      .doc = "Hope and expectation, 0 to 100, more is better.",
      .type = RAPPORT_NUMBER,
      .low = 0,
      .high = 100 },
    { .name = "critical",
      .doc = "How many critical points about boundaries are open: boundary_critical, say.",
      .type = RAPPORT_NUMBER,
      .flags = RAPPORT_OPTIONAL | RAPPORT_ONLY_WHOLE,
      .low = 0,
      .high = INFINITY },
};

static const rapport_field outputs[] = {
    [SCORE] = PERCENT("score", "The factors' weighted mean."),
    [COVERAGE] = PERCENT("coverage", "How much of the weight the factors that are there carry."),
    [PART + CLIENT] = PERCENT("client", "The client's part in the score."),
    [PART + RELATIONSHIP] = PERCENT("relation", "The relationship's part in the score."),
    [PART + TECHNIQUE] = PERCENT("technique", "The method's part in the score."),
    [PART + EXPECTANCY] = PERCENT("expect", "The part of hope and expectation in the score."),
    [SEVENTY] = PERCENT("seventy", "Client and relationship alone, by their weights."),
    [RELATION_RISK] = { .name = "relation_risk",
                        .doc = "1 where critical points about boundaries are open, 0 where none "
                               "is, blank when unknown.",
                        .type = RAPPORT_NUMBER,
                        .flags = RAPPORT_ROUNDED,
                        .low = 0,
                        .high = 1 },
};

static const rapport_instrument instrument = {
    .size = sizeof instrument,
    .id = "factors",
    .version = "1.0.0",
    .title = "Common factors",
    .doc = "How client, relationship, method and expectation add up, by published weights.",
    .source = "Lambert 1992; Miller, Duncan & Hubble 1997; the profiles name their own",
    .settings = RAPPORT_LIST(settings),
    .inputs = RAPPORT_LIST(inputs),
    .outputs = RAPPORT_LIST(outputs),
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
