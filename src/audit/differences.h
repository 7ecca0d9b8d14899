/* In what two runs' facts differ, for a reader who did not expect it. */
#ifndef XY_AUDIT_DIFFERENCES_H
#define XY_AUDIT_DIFFERENCES_H

#include <jansson.h>

#include "base/error.h"
#include "base/text.h"

/* Appends to `out` what of `own`, the facts of an audit that has not run, stands otherwise in `held`, the results of
 * another; nothing where there is no such thing. Caller disposes of *out. */
int xy__facts_differ(xy__text *out, const json_t *held, const json_t *own, xy_error *err);

#endif
