/* What a reader must know before any number of a run: sentences, as findings, of what was asked for, left out, lost or
 * not known. */
#ifndef XY_AUDIT_NOTICES_H
#define XY_AUDIT_NOTICES_H

#include "audit/audit.h"

int xy__audit_notices(xy_results *results, const xy_audit *audit, xy_error *err);

#endif
