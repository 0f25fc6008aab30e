/* test_trust.c - a plugin that others could have put there, or that is not the pinned one, is not
 * loaded. */
#define _GNU_SOURCE
#include "config/trust.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "config/file.h"
#include "run.h"
#include "scratch.h"
#include "trial.h"

static rapport_status score(void *self, const rapport_answers *in, rapport_output *out)
{
    (void)self, (void)in, (void)out;
    return RAPPORT_OK;
}

enum { NOBODY = 65534 };

static void need(int result)
{
    if (result != 0)
        abort();
}

/* ---- who may change it ---------------------------------------------------------------- */

/* in/mine/own.so, and links to it from elsewhere. */
static void make_files(void)
{
    size_t length;
    char *plugin = scratch_read("puppet.so", &length);

    scratch_folder("in");
    scratch_folder("in/mine");
    scratch_folder("links");
    scratch_write_bytes("in/mine/own.so", plugin, length);
    need(symlink("../in/mine/own.so", "links/link.so"));
    need(symlink("in/mine", "mine"));
    free(plugin);
}

/* What is told of a plugin with this mode, owner and group (-1: as they are) of one file. */
static void tells(const char *promise, const char *plugin, const char *file, mode_t mode,
                  uid_t owner, gid_t group, const char *expected)
{
    struct stat before;
    memory arena = { 0 };
    problems *all = calloc(1, sizeof *all);
    rapport_error error = { "" };
    const char *safe = NULL, *real;
    struct stat status;

    need(stat(file, &before));
    need(chown(file, owner, group));
    need(chmod(file, mode));
    real = trust_place(plugin, &safe, NULL, &arena, all);
    if (real && stat(real, &status) == 0)
        trust_file(plugin, &status, all);
    rapport_outcome outcome = problems_close(all, NULL, NULL, &error);
    KEPT(outcome == (*expected ? RAPPORT_BAD_PLUGIN : RAPPORT_DONE), promise);
    KEPT(*expected ? strstr(error.text, expected) != NULL : !error.text[0], error.text);
    need(chown(file, before.st_uid, before.st_gid));
    need(chmod(file, before.st_mode & 07777));
    memory_free(&arena);
    free(all);
}

#define SAME_OWNER (uid_t) - 1
#define SAME_GROUP (gid_t) - 1
#define OWN "in/mine/own.so"
#define LINK "links/link.so"

static void refuses_what_everybody_may_write_to(void)
{
    static const struct {
        const char *promise, *plugin, *file;
        mode_t mode;
        const char *told;
    } cases[] = {
        { "takes a plugin of one's own", OWN, OWN, 0644, "" },
        { "takes one that nobody may write to", OWN, OWN, 0444, "" },
        { "refuses one that everybody may write to", OWN, OWN, 0646,
          OWN ": this plugin may be anybody's: everybody may write to it; " },
        { "refuses one that only others may write to", OWN, OWN, 0602,
          "everybody may write to it" },
        { "refuses one by a link all the same", LINK, OWN, 0646, "everybody may write to it" },
        { "is not misled by a sticky file", OWN, OWN, 01646, "everybody may write to it" },
        { "refuses its folder", OWN, "in/mine", 0777,
          "/in/mine; take that right away (chmod o-w)" },
        { "refuses a folder above", OWN, "in", 0703, "/in; take that right away (chmod o-w)" },
        { "refuses that of a link to the folder", "mine/own.so", "in", 0703, "/in; take" },
        { "takes a sticky folder", OWN, "in/mine", 01777, "" },
        { "takes a sticky folder above", OWN, "in", 01777, "" },
        { "refuses the folder of a link", LINK, "links", 0777, "/links; take that right away" },
        { "refuses the folder a link leads to", LINK, "in/mine", 0777, "/in/mine; take that" },
        { "refuses one far above", OWN, ".", 0777, "take that right away" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        tells(cases[i].promise, cases[i].plugin, cases[i].file, cases[i].mode, SAME_OWNER,
              SAME_GROUP, cases[i].told);
}

/* Some group that the caller may give a file to, and that is not the caller's own. */
static bool other_group(gid_t *out)
{
    gid_t mine[64];
    const struct passwd *caller = getpwuid(geteuid());
    int count = getgroups(64, mine);

    if (geteuid() == 0) {
        *out = 1;
        return true;
    }
    for (int i = 0; caller && i < count; i++) {
        const struct group *group = getgrgid(mine[i]);
        *out = mine[i];
        if (group && strcmp(group->gr_name, caller->pw_name) != 0)
            return true;
    }
    return false;
}

static void refuses_what_a_group_may_write_to_unless_it_is_ones_own(void)
{
    const struct passwd *caller = getpwuid(geteuid());
    const struct group *own = caller ? getgrnam(caller->pw_name) : NULL;
    gid_t other;

    if (own && !*own->gr_mem && (geteuid() == 0 || own->gr_gid == getegid())) {
        tells("takes what only one's own group may write to", OWN, OWN, 0664, SAME_OWNER,
              own->gr_gid, "");
        tells("takes a folder of one's own group", OWN, "in/mine", 0770, SAME_OWNER, own->gr_gid,
              "");
    }
    if (!other_group(&other))
        return;
    tells("refuses what another group may write to", OWN, OWN, 0664, SAME_OWNER, other,
          "may write to it; take that right away (chmod g-w)");
    tells("refuses a folder that another group may write to", OWN, "in", 0770, SAME_OWNER, other,
          "may write to /");
    tells("takes what another group may read", OWN, OWN, 0644, SAME_OWNER, other, "");
    tells("takes a sticky folder of another group", OWN, "in/mine", 01770, SAME_OWNER, other, "");
}

static void refuses_what_belongs_to_somebody_else(void)
{
    if (geteuid() != 0) /* who cannot give anything away */
        return;
    tells("refuses a file of somebody else's", OWN, OWN, 0644, NOBODY, SAME_GROUP,
          "it belongs to user 65534, who is neither you nor root; give it to one of them (chown)");
    tells("refuses a folder of somebody else's", OWN, "in/mine", 0755, NOBODY, SAME_GROUP,
          "/in/mine belongs to user 65534");
    tells("refuses a sticky one too", OWN, "in", 01777, NOBODY, SAME_GROUP,
          "/in belongs to user 65534");
    tells("refuses the folder of a link", LINK, "links", 0755, NOBODY, SAME_GROUP,
          "/links belongs to user 65534");
}

static void says_why_there_is_none(void)
{
    char longest[5000] = ""; /* and too long for the system */

    tells("says that it is not there", "in/mine/none.so", OWN, 0644, SAME_OWNER, SAME_GROUP,
          "cannot open plugin in/mine/none.so: No such file or directory; check the path");
    for (int i = 0; i < 2100; i++)
        strcat(longest, "./");
    strcat(longest, OWN);
    tells("says that no path is so long", longest, OWN, 0644, SAME_OWNER, SAME_GROUP,
          "... [plugin-file]");
}

/* ---- pins ------------------------------------------------------------------------------ */

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define GOOD ONE("answers = 0..4\n[item a]\n[scale t]\nitems = a\nscoring = ./puppet.so\n")
#define PIPELINE                                                                                   \
    "[pipeline]\nstages = s\nrespondent = id\n[stage s]\ninstrument = ./one.ini\n[trust]\n"

static char digest[SHA256_HEX]; /* of puppet.so */

static void find_digest(void)
{
    size_t length;
    char *bytes = scratch_read("puppet.so", &length);

    file_digest(digest, bytes, length);
    free(bytes);
}

static void told_of(const char *promise, const char *instrument, const char *lines,
                    rapport_outcome outcome, const char *told, bool pinned)
{
    char pipeline[1024];

    snprintf(pipeline, sizeof pipeline, PIPELINE "%s", lines);
    trial *t = try_out(&(given){ .pipeline = pipeline, .one = instrument });
    KEPT(t->outcome == outcome, promise);
    SAME_TEXT(t->told, told);
    if (outcome == RAPPORT_DONE)
        KEPT(t->plan.modules.first && t->plan.modules.first->file.pinned == pinned, promise);
    else
        KEPT(!t->plan.modules.first, "loads nothing then");
    trial_free(t);
}

static void loads_the_pinned_plugin_and_no_other(void)
{
    char right[512], shouted[512], told[1024];

    snprintf(right, sizeof right, "puppet = sha256:%s\n", digest);
    snprintf(shouted, sizeof shouted, "require = yes\npuppet = sha256:" ZEROS "  \tsha256:%s\n",
             digest);
    for (char *at = strrchr(shouted, ':') + 1; *at; at++)
        *at = *at >= 'a' && *at <= 'f' ? (char)(*at - 'a' + 'A') : *at;
    told_of("needs no pin", GOOD, "", RAPPORT_DONE, "", false);
    told_of("takes the pinned plugin", GOOD, right, RAPPORT_DONE, "", true);
    told_of("takes any of several pins, in capitals too", GOOD, shouted, RAPPORT_DONE, "", true);

    snprintf(told, sizeof told,
             "run.ini:7:10: plugin ././puppet.so is not the pinned one: its SHA-256 begins with "
             "%.12s, the pinned one's with 000000000000; put the pinned one back or, if the change "
             "is meant, pin it: rapport pin --write run.ini [plugin-pin]\n",
             digest);
    told_of("refuses another", GOOD, "puppet = sha256:" ZEROS "\n", RAPPORT_BAD_PLUGIN, told,
            false);
    snprintf(told, sizeof told,
             "run.ini:7:10: plugin ././puppet.so is not the pinned one: its SHA-256 begins with "
             "%.12s, the pinned one's with 000000000000 or another; put the pinned one back or, "
             "if the change is meant, pin it: rapport pin --write run.ini [plugin-pin]\n",
             digest);
    told_of("refuses what is none of several", GOOD, "puppet = sha256:" ZEROS " sha256:" ZEROS "\n",
            RAPPORT_BAD_PLUGIN, told, false);
}

static void takes_no_plugin_without_a_pin_where_pins_are_required(void)
{
#define PIN_IT "see where it comes from, then pin it: rapport pin --write run.ini [plugin-pin]\n"
    told_of("refuses one without", GOOD, "require = yes\n", RAPPORT_BAD_PLUGIN,
            "run.ini:7:11: plugin ././puppet.so is not pinned; " PIN_IT, false);
    told_of("does not require it unasked", GOOD, "require = no\n", RAPPORT_DONE, "", false);

    need(symlink("puppet.so", "Pup-pet.so"));
    need(symlink("puppet.so", "require.so"));
#define NAMED(file) ONE("answers = 0..4\n[item a]\n[scale t]\nitems = a\nscoring = " file "\n")
#define RENAME                                                                                     \
    " cannot be pinned by its name; call it NAME.so, with small letters, digits and _, at most "   \
    "48 of them, and no key of [trust] [plugin-pin]\n"
    told_of("needs a name that can be a key", NAMED("./Pup-pet.so"), "require = yes\n",
            RAPPORT_BAD_PLUGIN, "run.ini:7:11: plugin ././Pup-pet.so" RENAME, false);
    told_of("needs a name that is not our key's", NAMED("./require.so"), "require = yes\n",
            RAPPORT_BAD_PLUGIN, "run.ini:7:11: plugin ././require.so" RENAME, false);
    told_of("takes any name where none is required", NAMED("./Pup-pet.so"), "", RAPPORT_DONE, "",
            false);
}

static void loads_nothing_if_a_pin_cannot_be_understood(void)
{
    static const struct {
        const char *promise, *lines, *told;
    } cases[] = {
        { "wants a pin to say of what kind", "puppet = " ZEROS "\n", "run.ini:7:10: '000" },
        { "wants all digits",
          "puppet = sha256:000000000000000000000000000000000000000000000000000000000000000\n",
          "run.ini:7:10: 'sha256:000" },
        { "wants no more digits", "puppet = sha256:" ZEROS "0\n", "run.ini:7:10: 'sha256:000" },
        { "wants digits",
          "puppet = sha256:g000000000000000000000000000000000000000000000000000000000000000\n",
          "run.ini:7:10: 'sha256:g00" },
        { "wants a pin", "puppet =\n", "run.ini:7:9: '' is no pin; write sha256: and" },
        { "points to the one of several", "puppet = sha256:" ZEROS " none\n",
          "run.ini:7:82: 'none' is no pin; write sha256: and the 64 digits of the file's SHA-256, "
          "or have rapport pin write them [cfg-pin]\n" },
        { "wants require to be yes or no", "require = maybe\n", "run.ini:7:11: require is " },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char pipeline[1024];
        snprintf(pipeline, sizeof pipeline, PIPELINE "%s", cases[i].lines);
        trial *t = try_out(&(given){ .pipeline = pipeline, .one = GOOD });
        KEPT(t->outcome == RAPPORT_BAD_CONFIG && !t->plan.modules.first, cases[i].promise);
        KEPT(strncmp(t->told, cases[i].told, strlen(cases[i].told)) == 0, t->told);
        trial_free(t);
    }
}

static void knows_the_plugins_it_pins(void)
{
    char lines[512];

    scratch_write("spare.so", "");
    snprintf(lines, sizeof lines, "puppet = sha256:%s\nspare = sha256:" ZEROS "\n", digest);
    told_of("takes a pin for a plugin that is not used", GOOD, lines, RAPPORT_DONE, "", true);
    scratch_folder("elsewhere");
    need(symlink("../puppet.so", "elsewhere/hidden.so"));
    snprintf(lines, sizeof lines, "hidden = sha256:%s\n", digest);
    told_of("knows a plugin that only its path leads to", NAMED("./elsewhere/hidden.so"), lines,
            RAPPORT_DONE, "", true);
    snprintf(lines, sizeof lines, "pupet = sha256:%s\n", digest);

    char pipeline[1024];
    snprintf(pipeline, sizeof pipeline, PIPELINE "%s", lines);
    trial *t = try_out(&(given){ .pipeline = pipeline, .one = GOOD });
    KEPT(t->outcome == RAPPORT_BAD_CONFIG, "refuses a pin for none that is there");
    SAME_TEXT(t->told, "run.ini:7:1: no plugin is called 'pupet'; did you mean 'puppet'? "
                       "[cfg-unknown-name]\n");
    trial_free(t);
}

int main(void)
{
    static const promise promises[] = {
        { "refuses what everybody may write to", refuses_what_everybody_may_write_to },
        { "refuses what a group may write to, unless it is one's own",
          refuses_what_a_group_may_write_to_unless_it_is_ones_own },
        { "refuses what belongs to somebody else", refuses_what_belongs_to_somebody_else },
        { "says why there is none", says_why_there_is_none },
        { "loads the pinned plugin and no other", loads_the_pinned_plugin_and_no_other },
        { "takes no plugin without a pin where pins are required",
          takes_no_plugin_without_a_pin_where_pins_are_required },
        { "loads nothing if a pin cannot be understood",
          loads_nothing_if_a_pin_cannot_be_understood },
        { "knows the plugins it pins", knows_the_plugins_it_pins },
    };

    scratch_begin();
    puppet_hold_scoring(score);
    make_files();
    find_digest();
    return RUN("trust", promises);
}
