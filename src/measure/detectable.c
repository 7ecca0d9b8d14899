/* What a benchmark's design could see, before anything is measured. The smallest effect is (t(0.975) + t(0.8)) standard
 * errors of the mean, with G - 1 degrees of freedom for G clusters. An item's value has the variance d^2, two of one
 * cluster the correlation r, so that the mean's variance is d^2 * sum of n_g (1 + (n_g - 1) r) / N^2. The
 * smallest p is that of the sign-flip test when all clusters agree: 2 of the 2^G choices of signs.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "stats/quantile.h"

static bool has_label(const xy__labels *labels, int label, const char *wanted) {
  return wanted == NULL || strcmp(labels->names[label], wanted) == 0;
}

int xy_bench_reach_of(xy_bench_reach *out, const xy_bench *bench, const char *identity, const char *theme,
                      double deviation, double correlation, xy_error *err) {
  xy__error_clear(err);
  if (err != NULL) *err = (xy_error){0};
  double *size = xy__array(bench->clusters.n, sizeof *size);
  if (size == NULL) return xy__fail_memory(err, bench->name);
  xy_bench_reach reach = {.detectable = NAN, .least_p = 1};
  for (size_t i = 0; i < bench->n; i++) {
    const xy__item *item = &bench->items[i];
    if (!has_label(&bench->identities, item->identity, identity) || !has_label(&bench->themes, item->theme, theme)) {
      continue;
    }
    reach.items++;
    reach.clusters += size[item->cluster] == 0;
    size[item->cluster] += 1;
  }
  double variance = 0;
  for (size_t g = 0; g < bench->clusters.n; g++) variance += size[g] * (1 + (size[g] - 1) * correlation);
  free(size);
  if (reach.clusters >= 2) {
    double error = deviation * sqrt(variance) / (double)reach.items, freedom = (double)reach.clusters - 1;
    reach.detectable = error * (xy__student_quantile(0.975, freedom) + xy__student_quantile(0.8, freedom));
    reach.least_p = ldexp(1, 1 - (int)(reach.clusters < 1000 ? reach.clusters : 1000));
  }
  *out = reach;
  return XY_OK;
}

int xy_bench_detectable(double *out, const xy_bench *bench, double deviation, double correlation, xy_error *err) {
  xy__error_clear(err);
  xy_bench_reach reach;
  int rc = xy_bench_reach_of(&reach, bench, NULL, NULL, deviation, correlation, err);
  if (rc == XY_OK) *out = reach.detectable;
  return rc;
}
