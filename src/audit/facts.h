/* What was run, as results keep it. */
#ifndef XY_AUDIT_FACTS_H
#define XY_AUDIT_FACTS_H

#include "audit/audit.h"

/* The members "xylem", "run", "family", "stages", "benchmarks" and "settings" of results.json, of a run that has not
 * begun. Owned by the caller. */
int xy__audit_facts(json_t **out, const xy_audit *audit, xy_error *err);

/* Puts into such facts when the run began and ended, in seconds since 1970. */
int xy__audit_times(json_t *facts, const xy_audit *audit, double started, double finished, xy_error *err);

/* Fills audit->key: the digest of the facts but for the run itself, before anything is computed. */
int xy__audit_key(xy_audit *audit, xy_error *err);

/* Fills in what results say of the run besides measures: directory, family, stages, and what limits them. */
int xy__audit_describe(xy_results *results, const xy_audit *audit, xy_error *err);

#endif
