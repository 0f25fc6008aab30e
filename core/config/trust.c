/* trust.c - which plugin files may be loaded.
 *
 * A plugin runs with the rights of whoever runs rapport, so whoever can change its file, or
 * exchange a folder above it, has these rights too. See docs/decisions/trust.md.
 */
#define _GNU_SOURCE
#include "config/trust.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/schema.h"
#include "config/settings.h"

#define REFUSED(all, at, ...) problem_add(all, RAPPORT_BAD_PLUGIN, at, __VA_ARGS__)

/* ---- who may change it ---------------------------------------------------------- */

/* The group that belongs to a user alone: called like the user, and nobody else is in it. Where
 * users have one, their files are often open to it. */
static bool is_own_group(gid_t number, uid_t owner)
{
    char user_room[4096], group_room[4096];
    struct passwd user, *found_user = NULL;
    struct group group, *found_group = NULL;

    getpwuid_r(owner, &user, user_room, sizeof user_room, &found_user);
    getgrgid_r(number, &group, group_room, sizeof group_room, &found_group);
    if (!found_user || !found_group || strcmp(user.pw_name, group.gr_name) != 0)
        return false;
    for (char **member = group.gr_mem; *member; member++)
        if (strcmp(*member, user.pw_name) != 0)
            return false;
    return true;
}

typedef enum risk { NO_RISK, FOREIGN_OWNER, GROUP_WRITES, EVERYBODY_WRITES } risk;

static risk risk_of(const struct stat *status)
{
    /* In a sticky folder nobody may move what belongs to another. */
    const bool sticky = S_ISDIR(status->st_mode) && (status->st_mode & S_ISVTX);

    if (!sticky && (status->st_mode & S_IWOTH))
        return EVERYBODY_WRITES;
    if (status->st_uid != 0 && status->st_uid != geteuid())
        return FOREIGN_OWNER;
    if (!sticky && (status->st_mode & S_IWGRP) && !is_own_group(status->st_gid, status->st_uid))
        return GROUP_WRITES;
    return NO_RISK;
}

/* At the plugin's own place, so that it is said once, however many name it. */
static void refuse(const char *path, const char *what, risk found, const struct stat *status,
                   problems *all)
{
    const place at = { .file = path };

#define AGAIN ", and put the plugin there again [plugin-trust]"
    if (found == EVERYBODY_WRITES)
        REFUSED(all, &at,
                "this plugin may be anybody's: everybody may write to %s; take that right away "
                "(chmod o-w)" AGAIN,
                what);
    else if (found == GROUP_WRITES)
        REFUSED(all, &at,
                "this plugin may be somebody else's: all of group %u may write to %s; take that "
                "right away (chmod g-w)" AGAIN,
                (unsigned)status->st_gid, what);
    else
        REFUSED(all, &at,
                "this plugin may be somebody else's: %s belongs to user %u, who is neither you nor "
                "root; give it to one of them (chown)" AGAIN,
                what, (unsigned)status->st_uid);
#undef AGAIN
}

bool trust_file(const char *path, const struct stat *status, problems *all)
{
    const risk found = risk_of(status);

    if (found != NO_RISK)
        refuse(path, "it", found, status, all);
    return found == NO_RISK;
}

/* Whether the program itself lies below `folder`: whoever can change that can exchange the program
 * too, so that refusing a plugin would guard nothing. */
static bool holds_program(const char *folder)
{
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    size_t head = strcmp(folder, "/") == 0 ? 0 : strlen(folder);

    program[length < 0 ? 0 : length] = 0;
    return strncmp(program, folder, head) == 0 && program[head] == '/';
}

static bool cannot_open(const char *path, const place *at, problems *all)
{
    REFUSED(all, at, "cannot open plugin %s: %s; check the path [plugin-file]", path,
            strerror(errno));
    return false;
}

/* `folder`, without links in it, and all above it. */
static bool check_folders(const char *folder, const char *path, const place *at, problems *all)
{
    char part[PATH_MAX];
    size_t length = strlen(folder);

    memcpy(part, folder, length + 1);
    for (;;) {
        struct stat status;
        if (stat(part, &status) != 0)
            return cannot_open(path, at, all);
        const risk found = risk_of(&status);
        if (found != NO_RISK && !holds_program(part)) {
            refuse(path, part, found, &status, all);
            return false;
        }
        if (length == 1)
            return true;
        length = (size_t)(strrchr(part, '/') - part);
        length = length ? length : 1;
        part[length] = 0;
    }
}

/* Cuts the last name off. */
static void keep_folder(char *path)
{
    char *slash = strrchr(path, '/');
    if (!slash)
        strcpy(path, ".");
    else
        slash[slash == path] = 0;
}

const char *trust_place(const char *path, const char **safe, const place *at, memory *arena,
                        problems *all)
{
    char named[PATH_MAX], folder[PATH_MAX], real[PATH_MAX];

    errno = ENAMETOOLONG;
    if (strlen(path) >= sizeof named || !realpath(path, real)) {
        cannot_open(path, at, all);
        return NULL;
    }
    /* Of a link, the folder that holds it, and the one it leads to. */
    for (int i = 0; i < 2; i++) {
        strcpy(named, i == 0 ? path : real);
        keep_folder(named);
        if (!realpath(named, folder)) {
            cannot_open(path, at, all);
            return NULL;
        }
        if (*safe && strcmp(*safe, folder) == 0)
            continue;
        if (!check_folders(folder, path, at, all))
            return NULL;
        if (!(*safe = memory_text(arena, folder, strlen(folder))))
            return problem_memory(all);
    }
    const char *kept = memory_text(arena, real, strlen(real));
    return kept ? kept : problem_memory(all);
}

/* ---- pins ----------------------------------------------------------------------- */

bool trust_is_pin(const char *key)
{
    const rapport_list *rows = &schema_find(schema_pipeline, "trust")->rows;

    for (uint32_t i = 0; i < rows->count; i++)
        if (strcmp(((const rapport_setting *)rows->first)[i].name, key) == 0)
            return false;
    return true;
}

/* The key that would pin the plugin at `path`; false: its name cannot be one. */
static bool key_of(char out[GRAMMAR_NAME_BYTES + 1], const char *path)
{
    const char *slash = strrchr(path, '/'), *last = slash ? slash + 1 : path;
    size_t length = strlen(last);

    if (length > 3 && strcmp(last + length - 3, ".so") == 0)
        length -= 3;
    if (length > GRAMMAR_NAME_BYTES || !grammar_is_key(last, length))
        return false;
    memcpy(out, last, length);
    out[length] = 0;
    return trust_is_pin(out);
}

bool trust_key(char out[GRAMMAR_NAME_BYTES + 1], const char *path, const place *at, problems *all)
{
    if (key_of(out, path))
        return true;
    REFUSED(all, at,
            "plugin %s cannot be pinned by its name; call it NAME.so, with small letters, digits "
            "and _, at most %d of them, and no key of [trust] [plugin-pin]",
            path, GRAMMAR_NAME_BYTES);
    return false;
}

#define PREFIX "sha256:"
enum { PREFIX_BYTES = sizeof PREFIX - 1 };

/* The digits of one word of a pin, in small letters; NULL: it is none. */
static const char *read_digest(const char *word, size_t length, memory *arena, problems *all)
{
    if (length != PREFIX_BYTES + SHA256_HEX - 1 || memcmp(word, PREFIX, PREFIX_BYTES) != 0 ||
        strspn(word + PREFIX_BYTES, "0123456789abcdefABCDEF") < SHA256_HEX - 1)
        return NULL;
    const char *digits = memory_text(arena, word + PREFIX_BYTES, SHA256_HEX - 1);
    return digits ? digits : problem_memory(all);
}

static bool read_pin(pin *out, const setting *from, memory *arena, problems *all)
{
    const char *word = from->value;
    const char **digest = memory_array(arena, strlen(word) / 2 + 1, sizeof *digest);

    if (!digest)
        return problem_memory(all);
    *out = (pin){ .name = from->key, .digest = digest, .at = from->at, .value_at = from->value_at };
    do {
        size_t length = strcspn(word, " \t");
        digest[out->digests] = read_digest(word, length, arena, all);
        if (!digest[out->digests]) {
            place at = from->value_at;
            at.column += (uint32_t)(word - from->value);
            if (!all->memory)
                problem_add(all, RAPPORT_BAD_CONFIG, &at,
                            "'%s' is no pin; write " PREFIX " and the 64 digits of the file's "
                            "SHA-256, or have rapport pin write them [cfg-pin]",
                            echo_text(word, length).text);
            return false;
        }
        out->digests++;
        word += length;
        word += strspn(word, " \t");
    } while (*word);
    return true;
}

bool trust_read(trust *out, const config *pipeline, memory *arena, problems *all)
{
    const section *given = config_find(pipeline, "trust", "");
    const schema *known = schema_find(schema_pipeline, "trust");
    const uint32_t before = all->count;
    section ours;
    settings own;

    *out = (trust){ .file = pipeline->path };
    if (!given)
        return true;
    ours = (section){ .kind = given->kind, .name = given->name, .at = given->at };
    out->pin = memory_array(arena, given->settings + 1, sizeof *out->pin);
    if (!out->pin)
        return problem_memory(all) != NULL;
    for (uint32_t i = 0; i < given->settings; i++) {
        const setting *s = &given->setting[i];
        if (!trust_is_pin(s->key)) {
            if (!section_add(&ours, s, arena))
                problem_memory(all);
        } else if (read_pin(&out->pin[out->pins], s, arena, all)) {
            out->pins++;
        }
    }
    if (!settings_check(&own, &ours, given->at, NULL, &known->rows, 1, arena, all))
        return false;
    out->required = settings_yes(&own, "require");
    out->required_at = settings_place(&own, "require");
    return !all->memory && all->count == before;
}

static pin *find_pin(const trust *in, const char *name)
{
    for (uint32_t i = 0; i < in->pins; i++)
        if (strcmp(in->pin[i].name, name) == 0)
            return &in->pin[i];
    return NULL;
}

bool trust_digest(trust *by, const char *path, const char *digest, bool *pinned, problems *all)
{
    char name[GRAMMAR_NAME_BYTES + 1];
    pin *p = NULL;

    *pinned = false;
    if (!by)
        return true;
    if (key_of(name, path))
        p = find_pin(by, name);
    else if (by->required)
        return trust_key(name, path, &by->required_at, all);
    if (!p && by->required)
        REFUSED(all, &by->required_at,
                "plugin %s is not pinned; see where it comes from, then pin it: rapport pin "
                "--write %s [plugin-pin]",
                path, by->file);
    if (!p)
        return !by->required;
    p->met = true;
    for (uint32_t i = 0; i < p->digests && !*pinned; i++)
        *pinned = strcasecmp(p->digest[i], digest) == 0;
    if (!*pinned)
        REFUSED(all, &p->value_at,
                "plugin %s is not the pinned one: its SHA-256 begins with %.12s, the pinned one's "
                "with %.12s%s; put the pinned one back or, if the change is meant, pin it: "
                "rapport pin --write %s [plugin-pin]",
                path, digest, p->digest[0], p->digests > 1 ? " or another" : "", by->file);
    return *pinned;
}
