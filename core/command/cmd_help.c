/* cmd_help.c - rapport help: one screen, from the tables that read the command line. */
#include <stdio.h>
#include <string.h>

#include "options.h"

static void say_usage(const command *c)
{
    printf("usage: rapport %s", c->name);
    for (const option_row *o = option_rows; o->name; o++)
        if (strchr(c->options, o->letter))
            printf(" [--%s%s%s]", o->name, o->value ? " " : "", o->value ? o->value : "");
    if (c->argument)
        printf(c->required ? " %s" : " [%s]", c->argument);
    printf("\n\n%s\n%s", c->doc, *c->options ? "\n" : "");
    for (const option_row *o = option_rows; o->name; o++)
        if (strchr(c->options, o->letter))
            printf("  -%c, --%s %s\n        %s\n", o->letter, o->name, o->value ? o->value : "",
                   o->doc);
}

static void say_commands(void)
{
    printf("rapport %s - scores questionnaires: a table of answers in, one report out\n\n",
           rapport_version());
    for (const command *c = commands; c->name; c++)
        printf("  rapport %-12s %-13s %s\n", c->name, c->argument ? c->argument : "", c->doc);
    printf("\noptions; rapport help COMMAND says which it takes\n");
    for (const option_row *o = option_rows; o->name; o++)
        printf("  -%c, --%-13s %-18s %s\n", o->letter, o->name, o->value ? o->value : "", o->doc);
    printf("\nexamples\n"
           "  rapport run conf/intake.ini\n"
           "  rapport run conf/intake.ini --input today.csv --output - --set report.decimals=1\n"
           "  rapport run conf/intake.ini --set stage.alliance.scale.total.scoring=prorated_sum\n"
           "  rapport verify conf/intake_report.csv --rerun\n"
           "\nexit status\n"
           "  0 every row scored        3 finished, some rows lost scores: see the rejects file\n"
           "  2 wrong use               4 configuration  5 table  6 plugin cannot be used\n"
           "  7 plugin failed           8 report not written  9 memory  10 a bug of ours\n"
           "  12 verify: a file is not what it was    13 verify: a file is not to be found\n");
}

static int unknown_topic(const char *word)
{
    char line[256];
    snprintf(line, sizeof line,
             "no help on '%.64s'; there is help on each command, and on ini [usage]", word);
    return complain(RAPPORT_WRONG_USE, line);
}

int cmd_help(const options *asked)
{
    const command *c = asked->name ? find_command(asked->name) : NULL;
    rapport_error error;

    if (!asked->name) {
        say_commands();
        return 0;
    }
    if (c) {
        say_usage(c);
        return 0;
    }
    if (strcmp(asked->name, "ini") != 0)
        return unknown_topic(asked->name);
    rapport_outcome outcome = rapport_reference(write_out, NULL, &error);
    return outcome == RAPPORT_DONE ? 0 : complain(outcome, error.text);
}
