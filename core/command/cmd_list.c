/* cmd_list.c - rapport list: what can be found. */
#include "options.h"

int cmd_list(const options *asked)
{
    rapport_error error;
    (void)asked;
    rapport_outcome outcome = rapport_catalogue(write_out, NULL, &error);
    return outcome == RAPPORT_DONE ? 0 : complain(outcome, error.text);
}
