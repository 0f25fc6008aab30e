/* signals.h - what ends a command from outside lets it clear up first. */
#ifndef RAPPORT_COMMAND_SIGNALS_H
#define RAPPORT_COMMAND_SIGNALS_H

/* From here on the work ends by itself, within moments, however often it is asked to: the temporary
 * files go, the old report stays. `cancel` is called from a signal handler. */
void signals_catch(void (*cancel)(void *work), void *work);

/* `work` may go now. */
void signals_leave(void);

/* Ends the program by the signal that was caught, if one was. */
void signals_raise(void);

#endif
