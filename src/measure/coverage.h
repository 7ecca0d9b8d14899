/* Whom a run's benchmarks name, held against the groups of data/groups/groups.yaml: results.json says who was not
 * covered, and not only who was.
 */
#ifndef XY_MEASURE_COVERAGE_H
#define XY_MEASURE_COVERAGE_H

#include <jansson.h>

#include "bench/bench.h"

/* Sets the member "coverage" of `facts`: an object per axis of the list (docs/files.md). */
int xy__coverage_add(json_t *facts, xy_bench *const *benches, size_t n, xy_error *err);

#endif
