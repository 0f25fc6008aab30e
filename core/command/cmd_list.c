/* cmd_list.c - rapport list: what can be found. */
#include "options.h"

int cmd_list(const options *asked)
{
    rapport_error error;
    options said = *asked;
    const rapport_options how = {
        .size = sizeof how, .verbose = asked->verbose, .message = say_message, .self = &said
    };

    return (int)rapport_catalogue(&how, write_out, NULL, &error);
}
