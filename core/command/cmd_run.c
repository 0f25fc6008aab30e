/* cmd_run.c - rapport run PIPELINE.ini: score a table and write the report. */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <string.h>

#include "options.h"

static rapport *running; /* for the signal handler alone */
static volatile sig_atomic_t caught;

static void cancel(int number)
{
    caught = number;
    rapport_cancel(running);
}

/* From here on the run ends by itself, within moments, however often it is asked to: the temporary
 * files go, the old report stays. */
static void catch_signals(rapport *runner)
{
    struct sigaction action = { .sa_handler = cancel };

    running = runner;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    sigaction(SIGQUIT, &action, NULL);
    signal(SIGPIPE, SIG_IGN); /* a reader that went away is an error of writing, */
    signal(SIGXFSZ, SIG_IGN); /* and so is a file that may not grow */
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
    catch_signals(runner);
    error.text[0] = 0;
    outcome = rapport_run(runner, NULL, &error);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    rapport_close(runner);
    bool published = outcome == RAPPORT_DONE || outcome == RAPPORT_SOME_REJECTED;
    if (caught && !published) { /* else it came too late to change anything */
        signal(caught, SIG_DFL);
        raise(caught);
    }
    return (int)outcome;
}
