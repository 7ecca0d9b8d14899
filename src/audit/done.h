/* A run whose inputs, settings and results file are those of an earlier run is not done again: the store remembers, for
 * each run directory and key, the digest of the results.json that was written there.
 */
#ifndef XY_AUDIT_DONE_H
#define XY_AUDIT_DONE_H

#include "audit/audit.h"

/* *done: the run directory holds every file, and its results.json is the one that this very audit wrote. */
int xy__audit_done(bool *done, const xy_audit *audit, xy_error *err);

/* Remembers that the run directory holds what this audit wrote. */
int xy__audit_remember(const xy_audit *audit, xy_error *err);

#endif
