/* cmd_pseudonymise.c - rapport pseudonymise: a table whose ids stand for others, and keys for it.
 */
#include <stdio.h>

#include "options.h"
#include "signals.h"

static int make_key(const options *asked)
{
    rapport_error error;

    if (asked->name || asked->key || asked->columns || asked->output)
        return complain(RAPPORT_WRONG_USE,
                        "--make-key FILE stands alone; rapport help pseudonymise "
                        "shows what it takes [usage]");
    rapport_outcome outcome = rapport_make_key(asked->make_key, &error);
    if (outcome == RAPPORT_DONE)
        fprintf(stderr,
                "%s: a new key; keep a copy of it where no table is, since without it nobody can "
                "give these pseudonyms again\n",
                asked->make_key);
    else
        fprintf(stderr, "%s\n", error.text);
    return (int)outcome;
}

static void cancel(void *with)
{
    rapport_pseudonyms_cancel(with);
}

int cmd_pseudonymise(const options *asked)
{
    rapport_pseudonyms *with;
    rapport_error error;
    options said = *asked;
    const rapport_options how = { .size = sizeof how,
                                  .input = asked->name,
                                  .output = asked->output,
                                  .message = say_message,
                                  .self = &said };

    if (asked->make_key)
        return make_key(asked);
    if (!asked->key || !asked->columns)
        return complain(RAPPORT_WRONG_USE, "pseudonymise needs --key FILE, and --column NAME for "
                                           "each column of ids; no column is taken for one by "
                                           "itself [usage]");
    rapport_outcome outcome = rapport_pseudonyms_open(&with, asked->key, &error);
    if (outcome != RAPPORT_DONE) {
        fprintf(stderr, "%s\n", error.text);
        return (int)outcome;
    }
    signals_catch(cancel, with);
    outcome = rapport_pseudonymise(with, asked->column, &how, &error);
    signals_leave();
    rapport_pseudonyms_close(with);
    if (outcome != RAPPORT_DONE)
        signals_raise();
    return (int)outcome;
}
