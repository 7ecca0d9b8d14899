/* The smallest effect that a benchmark's design could see, before anything is measured: (t(0.975) + t(0.8)) standard
 * errors of the mean, with G - 1 degrees of freedom for G clusters. An item's value has the variance d^2, two of one
 * cluster the correlation r, so that the mean's variance is d^2 * sum of n_g (1 + (n_g - 1) r) / N^2.
 */
#include <math.h>
#include <stdlib.h>

#include "bench/bench.h"
#include "stats/quantile.h"

double xy_bench_detectable(const xy_bench *bench, double deviation, double correlation) {
  size_t clusters = bench->clusters.n;
  double *size = xy__array(clusters, sizeof *size);
  if (size == NULL || clusters < 2) {
    free(size);
    return NAN;
  }
  for (size_t i = 0; i < bench->n; i++) size[bench->items[i].cluster] += 1;
  double variance = 0;
  for (size_t g = 0; g < clusters; g++) variance += size[g] * (1 + (size[g] - 1) * correlation);
  free(size);
  double error = deviation * sqrt(variance) / (double)bench->n, freedom = (double)clusters - 1;
  return error * (xy__student_quantile(0.975, freedom) + xy__student_quantile(0.8, freedom));
}
