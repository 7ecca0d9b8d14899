/* What stands beside a verdict: at which level the stage is, and whether the verdict holds however the items are read.
 */
#ifndef XY_MEASURE_LEVELS_H
#define XY_MEASURE_LEVELS_H

#include "measure/measured.h"
#include "measure/verdict.h"

/* Of every row that has a verdict, which it must have by then. Rows of benchmarks that are not in the run keep
 * `depends` empty. */
int xy__levels_add(const xy__measured *run, xy_error *err);

/* The i-th of the modes or rules of a benchmark whose verdicts are held against each other: the first of its task, and
 * those that the table of modes says are held, but for the statement part where no cut makes one; NULL behind the last.
 */
const xy__mode_row *xy__held_mode(const xy_bench *bench, size_t i);

#endif
