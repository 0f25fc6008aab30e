/* formula.h - which texts would a spreadsheet run, and what keeps it from that?
 *
 * One that begins with = + - or @, also in their wide form, with a tab or with a line end; blanks
 * before these count for nothing. A plain number is none, whatever its sign.
 */
#ifndef RAPPORT_CORE_FORMULA_H
#define RAPPORT_CORE_FORMULA_H

#include <limits.h>
#include <stddef.h>

/* What becomes of them in the files of a run. */
typedef enum formulas {
    FORMULAS_NEUTRALISED, /* an apostrophe goes before them */
    FORMULAS_KEPT         /* they go out as they are: for programs that read them */
} formulas;

/* What goes before the text: "'", or nothing. */
const char *formula_guard(const char *at, size_t length, formulas how);

/* 1 of each byte with which a formula may begin, but for blanks and line ends; else 0. */
extern const unsigned char formula_sign[UCHAR_MAX + 1];

#endif
