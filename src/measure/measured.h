/* A run that was measured, as findings are made of it. */
#ifndef XY_MEASURE_MEASURED_H
#define XY_MEASURE_MEASURED_H

#include "measure/measure.h"

typedef struct xy__measured {
  xy_results *results; /* whose rows have their q and verdict */
  xy_bench *const *benches;
  size_t n_benches;
  const xy__measure_settings *settings;
} xy__measured;

/* The benchmark of a row; NULL where it is not among them. */
const xy_bench *xy__measured_bench(const xy__measured *run, const xy_measure *row);

#endif
