/* cmd_run.c - rapport run PIPELINE.ini: score a table and write the report. */
#include "options.h"
#include "signals.h"

static void cancel(void *runner)
{
    rapport_cancel(runner);
}

int cmd_run(const options *asked)
{
    rapport *runner;
    rapport_error error;
    options said = *asked;
    const rapport_options how = { .size = sizeof how,
                                  .verbose = asked->verbose,
                                  .set = asked->set,
                                  .input = asked->input,
                                  .output = asked->output,
                                  .isolation = asked->isolation,
                                  .workers = asked->workers,
                                  .keep_going = asked->keep_going,
                                  .plugin_prints = asked->plugin_prints,
                                  .message = say_message,
                                  .self = &said };

    rapport_outcome outcome = rapport_open(&runner, asked->name, &how, &error);
    if (outcome != RAPPORT_DONE)
        return (int)outcome; /* every mistake has been said */
    signals_catch(cancel, runner);
    error.text[0] = 0;
    outcome = rapport_run(runner, NULL, &error);
    signals_leave();
    rapport_close(runner);
    if (outcome != RAPPORT_DONE && outcome != RAPPORT_SOME_REJECTED)
        signals_raise(); /* else it came too late to change anything */
    return (int)outcome;
}
