/* unresolved.c - calls a function that nobody has. */
#include <rapport/plugin.h>

int nobody_has_this(void);

const rapport_module *rapport_module_v1(void)
{
    static rapport_module module = { .size = sizeof module };
    module.needs_minor = (uint32_t)nobody_has_this();
    return &module;
}
