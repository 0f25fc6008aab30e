/* careful.h - one cell, or one record, read with care: what fill.c leaves to be judged. */
#ifndef RAPPORT_PIPELINE_CAREFUL_H
#define RAPPORT_PIPELINE_CAREFUL_H

#include "pipeline/pipeline.h"
#include "pipeline/seen.h"

/* All of these note what they find; false: out of memory. */

/* A record becomes row `at_row`, whatever is wrong with it. */
bool careful_record(pipeline *p, uint32_t at_row, const csv_record *record, seen *before);

/* Every reader's cell of a record; NULL: they are all missing. */
bool careful_cells(pipeline *p, uint32_t at_row, const csv_record *record);

/* One cell for one reader. */
bool careful_cell(pipeline *p, const reader *r, uint32_t at_row, const csv_cell *cell);

/* Rejects the row if its respondent and session stood before; and where that is known already, by
 * what seen_before() gave. */
bool careful_repeat(pipeline *p, uint32_t at_row, const csv_cell *who, const csv_cell *when,
                    seen *before);
bool careful_twice(pipeline *p, uint32_t at_row, uint64_t earlier);

/* Whether one of the codes stands in the cell, as text or as the same number. */
bool codes_hold(const codes *all, const char *at, size_t length, double number);

/* The codes of up to two NULL-ended lists; false: out of memory. */
bool codes_build(codes *out, const char *const *first, const char *const *second, memory *arena);

#endif
