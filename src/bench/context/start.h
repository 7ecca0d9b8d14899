/* What a benchmark of one's own is started from. */
#ifndef XY_BENCH_START_H
#define XY_BENCH_START_H

#include "bench/bench.h"

/* Sets `untouched` of a benchmark that was read from a context file: its summary, its harm, or half its texts are those
 * that the file was started with. */
int xy__start_compare(xy_bench *bench, xy_error *err);

#endif
