/* The run's samples against what store and checkpoints give. */
#ifndef XY_VERIFY_SCORES_H
#define XY_VERIFY_SCORES_H

#include "verify/verifier.h"

/* A sample that is another is a fault, what is not there a note; an error is memory alone. */
int xy__verify_scores(xy__verifier *v, xy_error *err);

#endif
