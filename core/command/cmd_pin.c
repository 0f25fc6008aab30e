/* cmd_pin.c - rapport pin PIPELINE.ini: pins its plugins to the bytes they have now. */
#include "options.h"

int cmd_pin(const options *asked)
{
    rapport_error error;
    options said = *asked;
    const rapport_options how = {
        .size = sizeof how, .verbose = asked->verbose, .message = say_message, .self = &said
    };

    return (int)(asked->write ? rapport_pin(asked->name, &how, &error)
                              : rapport_pins(asked->name, &how, write_out, NULL, &error));
}
