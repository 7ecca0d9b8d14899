/* What the run directory holds before an audit: nothing that is finished, the very results that this audit would give,
 * or those of another one.
 */
#ifndef XY_AUDIT_DONE_H
#define XY_AUDIT_DONE_H

#include "audit/audit.h"

/* *done: the run directory is a finished run of this very audit, every file as it was written. Results of other inputs
 * are XY_ERR_ARGUMENT, which says what differs, unless they are to be replaced. */
int xy__audit_done(bool *done, const xy_audit *audit, xy_error *err);

#endif
