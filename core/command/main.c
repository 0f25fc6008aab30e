/* main.c - the `rapport` command, itself a program that embeds rapport.h. */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "options.h"

static int unknown_command(const char *word)
{
    const char *names[16] = { NULL };

    for (size_t i = 0; commands[i].name; i++)
        names[i] = commands[i].name;
    const char *near = rapport_nearest(word, names);
    if (near)
        fprintf(stderr, "rapport: unknown command '%s'; did you mean '%s'? [usage]\n", word, near);
    else
        fprintf(stderr, "rapport: unknown command '%s'; rapport help shows them all [usage]\n",
                word);
    return RAPPORT_WRONG_USE;
}

/* What was written has arrived, or it is a failure: a full disk must not end well. */
static int close_output(int status)
{
    if (fflush(stdout) != 0 || ferror(stdout))
        return complain(RAPPORT_NO_REPORT,
                        "standard output: cannot be written; is the disk full? [output-write]");
    return status;
}

/* A report must not be opened as descriptor 2 and then be written over by messages. Where a
 * standard stream is closed, something stands in that cannot be used the way it would be. */
static void fill_standard_streams(void)
{
    static const int ways[] = { O_WRONLY, O_RDONLY, O_RDWR };

    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) == -1)
            (void)!open("/dev/null", ways[fd]);
}

int main(int count, char **words)
{
    options asked = { 0 };

    fill_standard_streams();
    if (getauxval(AT_SECURE)) /* plugins would be lent rights that the caller does not have */
        return complain(RAPPORT_WRONG_USE,
                        "has rights that its caller has not, by set-uid, set-gid or capabilities; "
                        "take them from its file (chmod ug-s, setcap -r) [set-uid]");

    if (count < 2 || strcmp(words[1], "-h") == 0 || strcmp(words[1], "--help") == 0) {
        cmd_help(&asked);
        return close_output(count < 2 ? RAPPORT_WRONG_USE : 0);
    }
    if (strcmp(words[1], "--version") == 0) {
        printf("rapport %s\n", rapport_version());
        return close_output(0);
    }
    const command *of = find_command(words[1]);
    if (!of)
        return unknown_command(words[1]);
    for (int i = 2; i < count; i++)
        if (strcmp(words[i], "-h") == 0 || strcmp(words[i], "--help") == 0) {
            asked.name = of->name;
            return close_output(cmd_help(&asked));
        }
    if (!read_options(&asked, of, words + 2))
        return RAPPORT_WRONG_USE;
    return close_output(of->run(&asked));
}
