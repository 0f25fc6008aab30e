/* schema.h - every key an INI file of ours may hold: the tables behind reading,
 * refusing, `rapport show` and docs/ini-reference.md. */
#ifndef RAPPORT_CONFIG_SCHEMA_H
#define RAPPORT_CONFIG_SCHEMA_H

#include <stdbool.h>

#include <rapport/plugin.h>

/* One kind of section. */
typedef struct schema {
    const char *kind;    /* "scale" of [scale NAME] */
    const char *heading; /* as written: "[scale NAME]" */
    const char *doc;     /* what the section is for */
    rapport_list rows;   /* of rapport_setting, all of this kind */
    bool named;          /* [kind NAME], any number of times; else [kind], once */
    bool required;
} schema;

/* In the order of the manual; ended by one without a kind. */
extern const schema schema_pipeline[];   /* conf/NAME.ini */
extern const schema schema_instrument[]; /* instruments/NAME/NAME.ini */

/* The table of one kind; NULL: none. */
const schema *schema_find(const schema *all, const char *kind);

#endif
