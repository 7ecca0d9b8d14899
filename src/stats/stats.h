/* Statistics on clustered data: cluster bootstrap, sign-flip permutation, equivalence, Benjamini-Hochberg, rank
 * correlation. Knows no language models. Random numbers are counter-based (Philox4x32-10, Random123): a draw depends
 * on (seed, stream, index) alone, so results do not depend on threads or order.
 *
 * Items i = 0..n-1 carry a cluster label; items of a cluster are not independent, so clusters are what is resampled
 * (method.md). Estimates are means over items: sum of cluster sums over sum of cluster sizes.
 */
#ifndef XY_STATS_STATS_H
#define XY_STATS_STATS_H

#include "base/error.h"

typedef struct xy__stats_options {
  int64_t draws;        /* bootstrap draws, 10,000 */
  int64_t permutations; /* random sign flips when clusters > 20, 10,000 */
  uint64_t seed;
  double confidence; /* 0.95 */
} xy__stats_options;

typedef struct xy__estimate {
  int64_t n, clusters;
  double value, low, high;
  double low90, high90; /* 90% interval: for two one-sided tests at 5% */
  double p;             /* sign-flip on cluster means against `null`; NAN with fewer than two clusters */
  double detectable;    /* smallest true effect |value - null| seen with 80% power at 5%; NAN with < 2 clusters */
} xy__estimate;

/* Columns that share items and clusters: `columns` measures of the same n items, column-major values[c * n + i];
 * null[c] is the value under no effect (0 for gaps, 0.5 for rates). Bootstrap draws are shared by the columns (and so
 * are paired). out[columns]. A value that is not finite is XY_ERR_NUMERIC. `stream` separates the random numbers of
 * calls. */
int xy__stats_estimate(xy__estimate *out, const double *values, const double *null, size_t columns, const int *cluster,
                       size_t n, uint64_t stream, const xy__stats_options *options, xy_error *err);

/* Spearman correlation of x and y with its cluster bootstrap interval (p: sign of the interval only; NAN). Ties get
 * mean ranks. NAN value when x or y is constant. */
int xy__stats_spearman(xy__estimate *out, const double *x, const double *y, const int *cluster, size_t n,
                       uint64_t stream, const xy__stats_options *options, xy_error *err);

/* Benjamini-Hochberg: q[i] for p[i]; NAN p are left out and get NAN. */
void xy__stats_adjust(double *q, const double *p, size_t n);

#endif
