/* puppet.c - brings whatever table the test has put into its hands. */
#include <rapport/plugin.h>

RAPPORT_EXPORT extern const rapport_module *puppet;
const rapport_module *puppet;

const rapport_module *rapport_module_v1(void)
{
    return puppet;
}
