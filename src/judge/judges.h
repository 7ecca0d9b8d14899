/* The table of judges. */
#ifndef XY_JUDGE_JUDGES_H
#define XY_JUDGE_JUDGES_H

#include "judge/kind.h"

extern const xy__judge_kind *const xy__judge_kinds[]; /* ends with NULL */

#endif
