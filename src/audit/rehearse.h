/* What a run costs beside scoring: statistics, tables and page. */
#ifndef XY_AUDIT_REHEARSE_H
#define XY_AUDIT_REHEARSE_H

#include "audit/audit.h"

/* Measures the audit's own benchmarks, on made-up scores where there are none yet, with a few draws, and reckons from
 * it the seconds that measuring and writing take with all of them. The audit was prepared. */
int xy__audit_rehearse(double *seconds, xy_audit *audit, xy_error *err);

#endif
