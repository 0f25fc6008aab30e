/* cmd_show.c - rapport show NAME: what an instrument or a plugin is. */
#include "options.h"

int cmd_show(const options *asked)
{
    rapport_error error;
    options said = *asked;
    const rapport_options how = {
        .size = sizeof how, .verbose = asked->verbose, .message = say_message, .self = &said
    };

    return (int)rapport_show(asked->name, &how, write_out, NULL, &error);
}
