/* cmd_audit.c - rapport audit verify FILE: are the lines of an audit log all there, as written? */
#include "options.h"

int cmd_audit(const options *asked)
{
    rapport_error error;
    options said = *asked;
    const rapport_options how = {
        .size = sizeof how, .message = say_message, .self = &said, .expect = asked->expect
    };

    return (int)rapport_verify_audit(asked->name, &how, &error);
}
