/* verify.h - whether a report, and all it was made of, is what its provenance says. */
#ifndef RAPPORT_VERIFY_VERIFY_H
#define RAPPORT_VERIFY_VERIFY_H

#include "process/supervisor.h"

/* As rapport_verify. What differs, and where things were looked for, is said. */
rapport_outcome verify(const char *report, const rapport_options *how, rapport_error *error);

#endif
