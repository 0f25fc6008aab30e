/* two_tables.c - returns another table each time it is asked. */
#include <rapport/plugin.h>

static const rapport_module tables[] = { { .size = sizeof(rapport_module) },
                                         { .size = sizeof(rapport_module) } };
static unsigned asked;

const rapport_module *rapport_module_v1(void)
{
    return &tables[asked++ % 2];
}
