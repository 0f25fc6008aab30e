/* no_entry.c - a shared object that is no plugin. */
#include <rapport/plugin.h>

RAPPORT_EXPORT int rapport_module_v9(void);

int rapport_module_v9(void)
{
    return 0;
}
