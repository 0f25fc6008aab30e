/* number_table.h - a CSV file of numbers that a setting names: loadings, norms, score tables. */
#ifndef RAPPORT_CONFIG_NUMBER_TABLE_H
#define RAPPORT_CONFIG_NUMBER_TABLE_H

#include <rapport/plugin.h>

#include "config/file.h"

enum { NUMBER_TABLE_BYTES = 16 << 20 }; /* of the file, at most */

/* Reads a file's content: a header, then rows whose first cell is the row's name and whose others
 * are numbers; an empty cell is NaN. NULL: refused, and every reason is in *all. The arena's.
 * `digest` becomes the SHA-256 of the bytes. */
const rapport_table *number_table_read(char digest[SHA256_HEX], const file_content *from,
                                       memory *arena, problems *all);

#endif
