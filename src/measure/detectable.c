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

void xy_bench_reach_of(xy_bench_reach *out, const xy_bench *bench, const char *identity, const char *theme,
                       double deviation, double correlation) {
  double *size = xy__array(bench->clusters.n, sizeof *size);
  *out = (xy_bench_reach){.detectable = NAN, .least_p = 1};
  if (size == NULL) return;
  for (size_t i = 0; i < bench->n; i++) {
    const xy__item *item = &bench->items[i];
    if (!has_label(&bench->identities, item->identity, identity) || !has_label(&bench->themes, item->theme, theme)) {
      continue;
    }
    out->items++;
    out->clusters += size[item->cluster] == 0;
    size[item->cluster] += 1;
  }
  double variance = 0;
  for (size_t g = 0; g < bench->clusters.n; g++) variance += size[g] * (1 + (size[g] - 1) * correlation);
  free(size);
  if (out->clusters < 2) return;
  double error = deviation * sqrt(variance) / (double)out->items, freedom = (double)out->clusters - 1;
  out->detectable = error * (xy__student_quantile(0.975, freedom) + xy__student_quantile(0.8, freedom));
  out->least_p = ldexp(1, 1 - (int)(out->clusters < 1000 ? out->clusters : 1000));
}

double xy_bench_detectable(const xy_bench *bench, double deviation, double correlation) {
  xy_bench_reach reach;
  xy_bench_reach_of(&reach, bench, NULL, NULL, deviation, correlation);
  return reach.detectable;
}
