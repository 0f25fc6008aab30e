/* cmd_show.c - rapport show NAME: what an instrument or a plugin is. */
#include "options.h"

int cmd_show(const options *asked)
{
    rapport_error error;
    rapport_outcome outcome = rapport_show(asked->name, write_out, NULL, &error);
    return outcome == RAPPORT_DONE ? 0 : complain(outcome, error.text);
}
