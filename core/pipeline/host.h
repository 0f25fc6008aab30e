/* host.h - what a plugin can ask of us. */
#ifndef RAPPORT_PIPELINE_HOST_H
#define RAPPORT_PIPELINE_HOST_H

#include "pipeline/pipeline.h"

/* Makes the functions of plugin.h speak for this plugin at its place. `self` must live as
 * long as the plugin's instance. */
void host_begin(rapport_host *out, host_self *self);

/* The setting [section name] key as `self` may ask for it; NULL: not declared. */
const checked *host_setting(const host_self *self, const char *section, const char *name,
                            const char *key);

#endif
