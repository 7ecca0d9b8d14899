/* The measure that stands for a benchmark where it is put beside benchmarks of other modalities. */
#ifndef XY_MEASURE_HEADLINE_H
#define XY_MEASURE_HEADLINE_H

#include "measure/measure.h"

/* Names of the long table: the measure, the mode or rule it is read under, and the measure of its change between two
 * stages. Static strings. */
typedef struct xy__headline {
  const char *measure, *mode, *change;
} xy__headline;

/* False for a modality that has none (preference data: its parts are compared with each other, not with benchmarks). */
bool xy__headline_of(xy__headline *out, xy__modality modality, const xy__measure_settings *settings);

#endif
