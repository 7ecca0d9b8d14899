/* Statistics on clustered data: cluster bootstrap, sign-flip permutation, equivalence, Benjamini-Hochberg, rank
 * correlation. Knows no language models. Random numbers are counter-based (Philox4x32-10, Random123): a draw depends
 * on (seed, stream, index) alone, so results do not depend on threads or order.
 *
 * Items i = 0..n-1 carry a cluster label; items of a cluster are not independent, so clusters are what is resampled.
 * Estimates are means over items: sum of cluster sums over sum of cluster sizes. docs/measures.md has the formulas and
 * the reasons for them.
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
  int64_t n, clusters;  /* items and clusters that count */
  double value;         /* NAN without items */
  double low, high;     /* NAN with fewer than two clusters, as are those that follow */
  double low90, high90; /* 90% interval: for two one-sided tests at 5% */
  double p;             /* sign-flip on cluster means against `null` */
  double detectable;    /* smallest true effect |value - null| seen with 80% power at 5% */
} xy__estimate;

/* One measure of the items. `use` tells which items count (untied ones, say); NULL: all. */
typedef struct xy__column {
  const double *values;     /* [n] */
  const unsigned char *use; /* [n] or NULL */
  double null;              /* the value under no effect: 0 for gaps, 0.5 for rates */
  bool rate;                /* values lie in [0, 1], and so does the interval */
} xy__column;

/* out[n_columns]: mean of each column over its items. Columns share items, clusters and bootstrap draws (and so are
 * paired). Labels of clusters are any numbers from 0. A used value that is not finite is XY_ERR_NUMERIC. `stream`
 * separates the random numbers of calls. */
int xy__stats_estimate(xy__estimate *out, const xy__column *columns, size_t n_columns, const int *cluster, size_t n,
                       uint64_t stream, const xy__stats_options *options, xy_error *err);

/* Mean of `plus` less mean of `minus`, each over its own items (their `null` and `rate` are not read): a change between
 * two stages of a rate whose items differ, or a gap between two kinds of items. p: exchanges of the two columns within
 * clusters. NAN value when a column has no items. */
int xy__stats_contrast(xy__estimate *out, const xy__column *plus, const xy__column *minus, const int *cluster, size_t n,
                       uint64_t stream, const xy__stats_options *options, xy_error *err);

/* Items of a set of clusters, each with its weight (NULL: 1) and a value for every column. */
typedef struct xy__set {
  size_t n;
  const int *cluster;          /* [n] */
  const double *weight;        /* [n], above 0 */
  const double *const *values; /* [columns][n] */
} xy__set;

/* out[n_columns]: the weighted mean over sets[0] less that over sets[1], which have no cluster in common whatever their
 * labels. Interval: both sets resampled in one draw; p: studentised permutation of the two sets' labels over whole
 * clusters. NAN, but for the value, where a set has fewer than two clusters; n and clusters count both. */
int xy__stats_two_sets(xy__estimate *out, const xy__set sets[2], size_t n_columns, uint64_t stream,
                       const xy__stats_options *options, xy_error *err);

/* Spearman correlation of x and y with its cluster bootstrap interval; nothing is tested (p and detectable NAN). Ties
 * get mean ranks. NAN value when x or y is constant. */
int xy__stats_spearman(xy__estimate *out, const double *x, const double *y, const int *cluster, size_t n,
                       uint64_t stream, const xy__stats_options *options, xy_error *err);

/* Benjamini-Hochberg: q[i] for p[i]; NAN p are left out and get NAN. */
int xy__stats_adjust(double *q, const double *p, size_t n, xy_error *err);

#endif
