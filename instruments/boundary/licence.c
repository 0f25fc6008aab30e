/* licence.c - what the licences named in a row say of former clients.
 *
 * Boards differ, one code has several editions, and a therapist may hold two
 * licences: of the editions of one family the one in force on the row's date
 * counts, and of several profiles the strictest is printed. There is no silent
 * default: a name nobody knows leaves the columns blank.
 */
#include "licence.h"

#include <stdio.h>
#include <string.h>

/* One [profile NAME]. */
typedef struct profile {
    words name, family, valid_from; /* the last two may be empty */
    char after_end_bytes[40];
    words after_end;
    int strictness;
    bool verified; /* somebody has compared it with the rule itself, and said when */
    bool chosen;   /* by the row at hand */
} profile;

struct licences {
    const rapport_host *host;
    profile *profile;
    uint32_t profiles;
    rapport_port named, date;
    words otherwise; /* for rows that name none; may be empty */
    char *line;      /* room for the names of all profiles, or any rule */
};

/* ---- words ---------------------------------------------------------------- */

words words_in(const rapport_batch *batch, rapport_port port, uint32_t row)
{
    if (port == RAPPORT_ABSENT)
        return (words){ "", 0 };

    const rapport_text *column = batch->text[port];
    return (words){ column->bytes + column->offset[row],
                    (size_t)(column->offset[row + 1] - column->offset[row]) };
}

words words_of(const char *string)
{
    return string ? (words){ string, strlen(string) } : (words){ "", 0 };
}

static bool equal(words a, words b)
{
    return a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0;
}

bool is_date(words w)
{
    static const char least[] = "0000-00-00", most[] = "9999-19-39";

    if (w.length != sizeof least - 1)
        return false;
    for (size_t i = 0; i < w.length; i++)
        if (w.bytes[i] < least[i] || w.bytes[i] > most[i])
            return false;
    return true;
}

bool is_later(words date, words than)
{
    return memcmp(date.bytes, than.bytes, than.length) > 0;
}

/* Takes the first word off. false: there is none. */
static bool next_word(words *first, words *rest)
{
    while (rest->length > 0 && *rest->bytes == ' ') {
        rest->bytes++;
        rest->length--;
    }
    *first = (words){ rest->bytes, 0 };
    while (rest->length > 0 && *rest->bytes != ' ') {
        rest->bytes++;
        rest->length--;
        first->length++;
    }
    return first->length > 0;
}

size_t add_word(char *line, size_t length, words word)
{
    if (length > 0)
        line[length++] = ' ';
    memcpy(line + length, word.bytes, word.length);
    return length + word.length;
}

/* ---- one row -------------------------------------------------------------- */

/* The latest edition in force on that date, or of all where there is no date; NULL: none. */
static profile *edition(const licences *all, words family, words date)
{
    profile *newest = NULL;

    for (profile *p = all->profile; p < all->profile + all->profiles; p++) {
        if (!equal(family, p->family) || (is_date(date) && is_later(p->valid_from, date)))
            continue;
        if (!newest || is_later(p->valid_from, newest->valid_from))
            newest = p;
    }
    return newest;
}

/* By its own name, or by that of its family. */
static profile *find(const licences *all, words name, words date)
{
    for (profile *p = all->profile; p < all->profile + all->profiles; p++)
        if (equal(name, p->name))
            return p;
    return edition(all, name, date);
}

/* Marks the profiles named. false: one of them is not known. */
static bool choose(licences *all, words named, words date, bool *undated)
{
    words name;

    *undated = false;
    for (uint32_t i = 0; i < all->profiles; i++)
        all->profile[i].chosen = false;
    while (next_word(&name, &named)) {
        profile *p = find(all, name, date);
        if (!p)
            return false;
        p->chosen = true;
        if (!equal(name, p->name) && !is_date(date))
            *undated = true;
    }
    return true;
}

static rapport_status print(const licences *all, uint32_t row, rapport_output *out,
                            uint32_t profile_output, uint32_t after_end)
{
    static const words unverified = { "(unverified)", sizeof "(unverified)" - 1 };
    const profile *strictest = NULL;
    bool verified = true;
    size_t length = 0;

    for (const profile *p = all->profile; p < all->profile + all->profiles; p++) {
        if (!p->chosen)
            continue;
        length = add_word(all->line, length, p->name);
        verified = verified && p->verified;
        if (!strictest || p->strictness > strictest->strictness)
            strictest = p;
    }
    if (!strictest)
        return RAPPORT_OK;

    rapport_status status = out->text(out->self, profile_output, row, all->line, length);
    if (status != RAPPORT_OK)
        return status;
    length = add_word(all->line, 0, strictest->after_end);
    if (!verified)
        length = add_word(all->line, length, unverified);
    return out->text(out->self, after_end, row, all->line, length);
}

rapport_status licences_look_up(licences *all, const rapport_batch *batch, rapport_output *out,
                                uint32_t profile_output, uint32_t after_end)
{
    rapport_status status = RAPPORT_OK;

    for (uint32_t row = 0; row < batch->rows && status == RAPPORT_OK; row++) {
        words named = words_in(batch, all->named, row), date = words_in(batch, all->date, row);
        bool undated;

        if (named.length == 0)
            named = all->otherwise;
        if (!choose(all, named, date, &undated)) {
            warn(all->host, row, all->named,
                 "the licence is no profile, or none in force on the row's date; give the names of "
                 "[profile NAME] sections, with blanks between");
            continue;
        }
        if (undated)
            warn(all->host, row, all->date,
                 "the row has no date like 2025-03-31, so the newest edition counts; add the date");
        status = print(all, row, out, profile_output, after_end);
    }
    return status;
}

/* ---- before any row ------------------------------------------------------- */

const char *word(const rapport_host *host, const char *section, const char *name, const char *key)
{
    const rapport_value *value = host->setting(host->self, section, name, key);
    return value->count > 0 ? value->word[0] : NULL;
}

rapport_status refuse(const rapport_host *host, const char *section, const char *name,
                      const char *key, const char *message)
{
    const rapport_place place = {
        .section = section, .name = name, .setting = key, .row = -1, .port = RAPPORT_ABSENT
    };
    host->report(host->self, RAPPORT_ERROR, &place, message);
    return RAPPORT_BAD_SETTING;
}

void warn(const rapport_host *host, uint32_t row, rapport_port port, const char *message)
{
    const rapport_place place = { .row = row, .port = port };
    host->report(host->self, RAPPORT_WARNING, &place, message);
}

/* Dates that are kept must compare, and one edition of several must have a date. */
static rapport_status bind_edition(profile *p, const rapport_host *host)
{
    const char *name = p->name.bytes;

    p->family = words_of(word(host, "profile", name, "family"));
    p->valid_from = words_of(word(host, "profile", name, "valid_from"));
    p->verified = word(host, "profile", name, "checked_on") != NULL;

    if (p->valid_from.length > 0 && !is_date(p->valid_from))
        return refuse(host, "profile", name, "valid_from",
                      "valid_from is no date like 2015-01-01; write it so");
    if (p->family.length > 0 && p->valid_from.length == 0)
        return refuse(
            host, "profile", name, "valid_from",
            "valid_from is needed to choose within a family; give the first day of this edition");
    return RAPPORT_OK;
}

/* Never is strictest, then no fixed time, then the more years the stricter. */
static rapport_status bind_strictness(profile *p, const rapport_host *host)
{
    static const struct {
        const char *former_clients, *after_end;
        int strictness;
    } rules[] = {
        { "never", "never", 1001 },
        { "should_not", "should not, no fixed time", 1000 },
        { "no_fixed_years", "no fixed years", 0 },
    };
    const char *name = p->name.bytes,
               *former_clients = word(host, "profile", name, "former_clients");
    const rapport_value *years = host->setting(host->self, "profile", name, "years");

    if ((strcmp(former_clients, "years") == 0) != (years->count > 0))
        return refuse(host, "profile", name, "years",
                      "years goes with former_clients = years; give both or neither");

    if (years->count > 0) {
        p->strictness = (int)years->real[0];
        snprintf(p->after_end_bytes, sizeof p->after_end_bytes, "%d year%s", p->strictness,
                 p->strictness == 1 ? "" : "s");
    }
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (strcmp(former_clients, rules[i].former_clients) == 0) {
            p->strictness = rules[i].strictness;
            strcpy(p->after_end_bytes, rules[i].after_end);
        }
    }
    p->after_end = words_of(p->after_end_bytes);
    return RAPPORT_OK;
}

static rapport_status bind_profiles(licences *all, const rapport_host *host)
{
    size_t room = sizeof all->profile->after_end_bytes + strlen(" (unverified)");

    while (host->section(host->self, "profile", all->profiles))
        all->profiles++;
    all->profile = host->allocate(host->self, (all->profiles + 1) * sizeof *all->profile);
    if (!all->profile)
        return RAPPORT_NO_MEMORY;

    for (uint32_t i = 0; i < all->profiles; i++) {
        profile *p = &all->profile[i];
        p->name = words_of(host->section(host->self, "profile", i));
        room += p->name.length + strlen(" ");
        rapport_status status = bind_edition(p, host);
        if (status == RAPPORT_OK)
            status = bind_strictness(p, host);
        if (status != RAPPORT_OK)
            return status;
    }
    all->line = host->allocate(host->self, room);
    return all->line ? RAPPORT_OK : RAPPORT_NO_MEMORY;
}

rapport_status licences_bind(licences **out, const rapport_host *host)
{
    licences *all = *out = host->allocate(host->self, sizeof *all);
    if (!all)
        return RAPPORT_NO_MEMORY;

    rapport_status status = bind_profiles(all, host);
    if (status != RAPPORT_OK)
        return status;

    all->host = host;
    all->named = host->input(host->self, "profile", 0);
    all->date = host->input(host->self, "date", 0);
    all->otherwise = words_of(word(host, NULL, NULL, "default_profile"));

    bool undated;
    if (!choose(all, all->otherwise, words_of(NULL), &undated))
        return refuse(
            host, NULL, NULL, "default_profile",
            "default_profile is no profile; give the names of [profile NAME] sections, with blanks "
            "between");
    return RAPPORT_OK;
}
