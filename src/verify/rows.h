/* The long table against what the run's samples give. */
#ifndef XY_VERIFY_ROWS_H
#define XY_VERIFY_ROWS_H

#include "verify/verifier.h"

/* A row that is another is a fault; an error is memory alone. */
int xy__verify_rows(xy__verifier *v, xy_error *err);

#endif
