/* cmd_verify.c - rapport verify REPORT: is it, and all it was made of, what its provenance says? */
#include "options.h"

int cmd_verify(const options *asked)
{
    rapport_error error;
    options said = *asked;
    const rapport_options how = { .size = sizeof how,
                                  .verbose = asked->verbose,
                                  .input = asked->input,
                                  .message = say_message,
                                  .self = &said,
                                  .isolation = asked->isolation,
                                  .workers = asked->workers,
                                  .pipeline = asked->pipeline,
                                  .provenance = asked->provenance,
                                  .rerun = asked->rerun };

    return (int)rapport_verify(asked->name, &how, &error);
}
