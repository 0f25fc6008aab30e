/* csv_write.h - cells of a CSV line: quotes only where they are needed. */
#ifndef RAPPORT_TABLE_CSV_WRITE_H
#define RAPPORT_TABLE_CSV_WRITE_H

#include "formula.h"
#include "table/csv_scan.h"
#include "text.h"

/* Adds one cell, without the comma before it. false: out of memory. */
bool csv_write_text(text *line, const char *bytes, size_t length, formulas how);
bool csv_write_number(text *line, double value, int decimals);

/* Adds a cell as it was read: its text, quoted again where that is needed. A cell whose bytes
 * are not fit for a report is left empty. */
bool csv_write_cell(text *line, const csv_cell *cell, formulas how);

#endif
