/* null_entry.c - returns no table. */
#include <rapport/plugin.h>

const rapport_module *rapport_module_v1(void)
{
    return NULL;
}
