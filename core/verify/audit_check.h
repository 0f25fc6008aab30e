/* audit_check.h - whether the lines of an audit log are all there, in order, and as they were
 * written. */
#ifndef RAPPORT_VERIFY_AUDIT_CHECK_H
#define RAPPORT_VERIFY_AUDIT_CHECK_H

#include "error.h"

/* See rapport_verify_audit. `options` has all members. */
rapport_outcome audit_check(const char *path, const rapport_options *options, rapport_error *error);

#endif
