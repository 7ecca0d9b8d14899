#include "stats/interval.h"

#include <math.h>

#include "stats/quantile.h"

xy__correction xy__correction_of(const double *size, const double *residual, size_t clusters) {
  double sum = 0, squares = 0, plain = 0, mended = 0;
  for (size_t g = 0; g < clusters; g++) {
    sum += size[g];
    squares += size[g] * size[g];
  }
  for (size_t g = 0; g < clusters; g++) {
    double e = residual != NULL ? residual[g] : size[g];
    plain += e * e;
    mended += e * e / (1 - size[g] / sum);
  }
  return (xy__correction){.inflation = plain > 0 ? sqrt(mended / plain) : 1,
                          .freedom = fmax(sum * sum / squares - 1, 1)};
}

static double stretch(const xy__correction *correction, double confidence) {
  double p = (1 + confidence) / 2;
  return correction->inflation * xy__student_quantile(p, correction->freedom) / xy__normal_quantile(p);
}

enum { LEAST_CLUSTERS = 6 };

double xy__detectable(double value, double error, int64_t clusters, const xy__correction *correction) {
  if (clusters < LEAST_CLUSTERS || error <= 1e-12 * fabs(value)) return NAN;
  return error * (xy__student_quantile(0.975, correction->freedom) + xy__student_quantile(0.8, correction->freedom));
}

void xy__interval(xy__estimate *out, double *draws, size_t n, const xy__correction *correction, double confidence) {
  double narrow = fmin(confidence, 0.9), wide = fmax(confidence, 0.9);
  double p[4] = {(1 - wide) / 2, (1 - narrow) / 2, (1 + narrow) / 2, (1 + wide) / 2}, at[4];
  xy__quantiles(at, p, 4, draws, n);
  size_t side = confidence < 0.9 ? 1 : 0;
  double by = stretch(correction, confidence), by90 = stretch(correction, 0.9), value = out->value;
  out->low = value + by * (at[side] - value);
  out->high = value + by * (at[3 - side] - value);
  out->low90 = value + by90 * (at[1 - side] - value);
  out->high90 = value + by90 * (at[2 + side] - value);
}
