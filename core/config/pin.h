/* pin.h - the [trust] section that pins the plugins of a plan. */
#ifndef RAPPORT_CONFIG_PIN_H
#define RAPPORT_CONFIG_PIN_H

#include "config/plan.h"

/* The section by itself. `of` comes from plan_read_to_pin. false: a plugin cannot be pinned, or
 * out of memory; the reason is in *all. */
bool pin_section(text *out, const plan *of, memory *arena, problems *all);

/* The pipeline's file with these pins, and every byte that is not about pins as it was; *same:
 * all of it is. */
bool pin_file(text *out, bool *same, const plan *of, memory *arena, problems *all);

#endif
