/* Estimates as rows of the long table. What a column of values is (a rate, what no effect would be) and whether its row
 * is tested, the measure's row of the table of kinds says.
 */
#ifndef XY_MEASURE_ROWS_H
#define XY_MEASURE_ROWS_H

#include "measure/cells.h"
#include "results/results.h"
#include "stats/stats.h"

/* `use` NULL: every value counts. */
xy__column xy__column_of(const char *measure, const double *values, const unsigned char *use);

typedef struct xy__row {
  const char *benchmark, *measure, *mode, *stage, *against; /* against "": none */
  const xy__cell *cell;
  double scale; /* of value and interval: beta for rewards, 100 for a percentage */
  int64_t ties; /* items that it left out since they prefer neither side */
  double floor; /* how far the engine's error may carry the value from none; 0: not known, or not a value in nats */
} xy__row;
int xy__row_add(xy_results *results, const xy__row *row, const xy__estimate *estimate, xy_error *err);

/* Labels of the clusters of a cell's items; NULL when out of memory. Caller frees. */
int *xy__cell_clusters(const xy__cell *cell, const xy_bench *bench);

#endif
