/* The cluster bootstrap's interval, mended for few clusters.
 *
 * The percentile interval is too narrow with few clusters: its width is that of the plug-in variance, which is too
 * small on average, and it uses normal rather than t quantiles (Hesterberg 2015, "What teachers should know about the
 * bootstrap"). Its two arms are therefore stretched about the estimate by
 *   inflation * t(K - 1) / z,   K = (sum of sizes)^2 / sum of squared sizes,
 * where K, Kish's effective number of clusters, is their number G for clusters of one size and less where few clusters
 * hold most items; and inflation^2 is the ratio of Bell and McCaffrey's (2002) variance, sum of e_g^2 / (1 - h_g), to
 * the plug-in one, sum of e_g^2, with residuals e_g and fractions of items h_g: G / (G - 1) for clusters of one size.
 * Stretching keeps the skewness that the draws show; moving the percentile levels instead does nearly the same, but has
 * no draws left to take with fewer than six clusters.
 */
#ifndef XY_STATS_INTERVAL_H
#define XY_STATS_INTERVAL_H

#include "stats/stats.h"

/* For few clusters. */
typedef struct xy__correction {
  double inflation;
  double freedom; /* K - 1, at least 1 */
} xy__correction;

/* From each cluster's number of items (0 for clusters that have none; at least two must have some) and its residual,
 * sum of (value - estimate); residuals NULL: taken to grow with the size. */
xy__correction xy__correction_of(const double *size, const double *residual, size_t clusters);

/* The smallest true effect that a two-sided test at 5% finds with 80% power, by Student's approximation, for a mean
 * with this value and standard error. NAN where nothing varies, and with so few clusters that no test over them reaches
 * 5% (2 of 2^G choices of signs). */
double xy__detectable(double value, double error, int64_t clusters, const xy__correction *correction);

/* Fills low, high, low90 and high90 of `out` from its value and the draws (reordered). */
void xy__interval(xy__estimate *out, double *draws, size_t n, const xy__correction *correction, double confidence);

#endif
