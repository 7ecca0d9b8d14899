/* Cluster labels made compact, and the random numbers of resampling.
 *
 * Philox4x32-10 (Salmon et al. 2011; Random123) turns a counter into four random words. The counter is (position,
 * draw, stream) and the key is the seed, so that every number can be made at any time by any thread.
 */
#ifndef XY_STATS_RESAMPLE_H
#define XY_STATS_RESAMPLE_H

#include "stats/stats.h"

/* Which cluster, 0..count-1 in order of label, an item belongs to. Dispose with free(of). */
typedef struct xy__clusters {
  size_t count;
  int *of; /* [n] */
} xy__clusters;
int xy__clusters_make(xy__clusters *out, const int *label, size_t n, xy_error *err);

/* counts[clusters]: how often draw number `draw` of a bootstrap takes each cluster (clusters of them, with
 * replacement). */
void xy__draw_counts(double *counts, size_t clusters, uint64_t seed, uint64_t stream, uint32_t draw);

/* signs[clusters]: +1 or -1. */
void xy__draw_signs(double *signs, size_t clusters, uint64_t seed, uint64_t stream, uint32_t draw);

/* The first `take` places of order[clusters] become a random choice of clusters, the others the rest. */
void xy__draw_subset(int *order, size_t clusters, size_t take, uint64_t seed, uint64_t stream, uint32_t draw);

/* XY_ERR_ARGUMENT when an option is out of range. */
int xy__stats_check(const xy__stats_options *options, xy_error *err);

#endif
