/* cmd_check.c - rapport check FILE.ini: a pipeline, or an instrument, and all it names. */
#include <stdio.h>

#include "options.h"

int cmd_check(const options *asked)
{
    rapport_error error;
    options said = *asked;
    const rapport_options how = { .size = sizeof how,
                                  .verbose = asked->verbose,
                                  .set = asked->set,
                                  .input = asked->input,
                                  .isolation = asked->isolation,
                                  .message = say_message,
                                  .self = &said };

    rapport_outcome outcome = rapport_check(asked->name, &how, &error);
    if (outcome == RAPPORT_DONE)
        printf("%s: no mistakes found\n", asked->name);
    return (int)outcome;
}
