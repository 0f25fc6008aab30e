/* columns.h - where a pipeline finds its columns, and which it gives.
 *
 * A column name is looked for among the stage's own scales, then among the columns of
 * earlier stages, then in the table. A name that fits twice is refused: which of two
 * columns counts is not ours to guess.
 */
#ifndef RAPPORT_PIPELINE_COLUMNS_H
#define RAPPORT_PIPELINE_COLUMNS_H

#include "config/nearest.h"
#include "pipeline/pipeline.h"

/* A pipeline being bound, stage by stage. */
typedef struct binding {
    pipeline *p;
    problems *all;
    uint32_t at; /* the stage under way */
} binding;

stage *stage_of(const binding *b);
stage_run *run_of(const binding *b);

/* The cells of the table that go into the report as they are, before everything else.
 * false: out of memory. */
bool keep_cells(binding *b);

/* Whether the stage under way may give one more column; where not, it says so. */
bool may_give_more(binding *b);

/* A column that the stage under way gives, called STAGE_NAME or STAGE_NAME_TAIL; the port is
 * RAPPORT_ABSENT where memory ran out. */
rapport_port add_column(binding *b, column *described, const char *name, const char *tail);
column column_of_field(const binding *b, const rapport_field *field);

/* The port of the column `name`; RAPPORT_ABSENT where it is nowhere. Says so itself only where
 * the name fits twice, or the type does not fit. `field` may be NULL. */
rapport_port find_column(binding *b, const char *name, const reader *wanted,
                         const rapport_field *field, const place *at);

/* A column nobody needs to have: missing in every row. */
rapport_port absent_column(binding *b, const reader *wanted);

/* Says that a name the INI file gives is nowhere. */
void column_missing(binding *b, const char *name, const place *at);

/* The names there are, for a hint. */
void offer_columns(const binding *b, nearest *search);

#endif
