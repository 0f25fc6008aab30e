/* signals.c - what ends a command from outside lets it clear up first. */
#define _POSIX_C_SOURCE 200809L
#include "signals.h"

#include <signal.h>
#include <stddef.h>

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
static void (*cancel_work)(void *work); /* these two for the handler alone */
static void *under_way;
static volatile sig_atomic_t caught;

static void handle(int number)
{
    caught = number;
    cancel_work(under_way);
}

void signals_catch(void (*cancel)(void *work), void *work)
{
    struct sigaction action = { .sa_handler = handle };

    cancel_work = cancel;
    under_way = work;
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++)
        sigaction(ending[i], &action, NULL);
    signal(SIGPIPE, SIG_IGN); /* a reader that went away is an error of writing, */
    signal(SIGXFSZ, SIG_IGN); /* and so is a file that may not grow */
}

void signals_leave(void)
{
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++)
        signal(ending[i], SIG_DFL);
}

void signals_raise(void)
{
    if (caught) {
        signal(caught, SIG_DFL);
        raise(caught);
    }
}
