/* The difference of two means over clustered items that need not be the same items: two ratios whose sizes move from
 * draw to draw, so that it is no mean of differences.
 *
 * Interval: the cluster bootstrap, both means from the same draw, stretched as in interval.h with the residuals of the
 * linearised difference, e_g = (a_g - A n_g) / N - (b_g - B m_g) / M. Test: under no effect the two columns of a
 * cluster could have changed places. The difference is computed again for exchanges of whole clusters, all 2^G of them
 * (G <= 20, in Gray code order, so that each differs from the last by one cluster) or random ones, the observed one
 * counted among them.
 */
#include <math.h>
#include <omp.h>
#include <stdlib.h>

#include "base/memory.h"
#include "stats/interval.h"
#include "stats/resample.h"

enum { EXACT = 20 };

/* Sums and sizes of both columns: of a cluster, or of all. */
typedef struct totals {
  double sum[2], size[2];
} totals;

static void add(totals *to, const totals *from, double times, bool exchanged) {
  for (int k = 0; k < 2; k++) {
    to->sum[k] += times * from->sum[exchanged ? !k : k];
    to->size[k] += times * from->size[exchanged ? !k : k];
  }
}

/* NAN where a column has no items. */
static double difference(const totals *t) {
  return t->size[0] > 0 && t->size[1] > 0 ? t->sum[0] / t->size[0] - t->sum[1] / t->size[1] : NAN;
}

static int fill(totals *of, totals *all, const xy__column *const columns[2], const xy__clusters *clusters, size_t n,
                xy_error *err) {
  for (int k = 0; k < 2; k++) {
    for (size_t i = 0; i < n; i++) {
      if (columns[k]->use != NULL && !columns[k]->use[i]) continue;
      if (!isfinite(columns[k]->values[i])) {
        return xy__fail(err, XY_ERR_NUMERIC, "item %zu: expected a finite value, found %g", i, columns[k]->values[i]);
      }
      of[clusters->of[i]].sum[k] += columns[k]->values[i];
      of[clusters->of[i]].size[k] += 1;
    }
  }
  for (size_t g = 0; g < clusters->count; g++) add(all, &of[g], 1, false);
  return XY_OK;
}

/* A draw that leaves a column empty says nothing new and repeats the value. */
static void bootstrap(double *draws, double *room, const totals *of, size_t clusters, double value, int threads,
                      uint64_t stream, const xy__stats_options *options) {
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int64_t d = 0; d < options->draws; d++) {
    double *counts = room + (size_t)omp_get_thread_num() * clusters;
    xy__draw_counts(counts, clusters, options->seed, stream, (uint32_t)d);
    totals drawn = {0};
    for (size_t g = 0; g < clusters; g++) add(&drawn, &of[g], counts[g], false);
    double made = difference(&drawn);
    draws[d] = isnan(made) ? value : made;
  }
}

/* An exchange that leaves a column empty counts as extreme: it cannot speak against the observed difference. */
static bool extreme(const totals *t, double observed) {
  double made = fabs(difference(t));
  return isnan(made) || made >= observed;
}

static double exchange_exactly(const totals *of, size_t clusters, const totals *all, double observed) {
  totals now = *all;
  uint64_t count = (uint64_t)1 << clusters, reached = 0, exchanged = 0;
  for (uint64_t step = 0; step < count; step++) {
    if (step > 0) {
      int g = 0;
      while (!(step >> g & 1)) g++;
      bool back = exchanged >> g & 1;
      add(&now, &of[g], -1, back);
      add(&now, &of[g], 1, !back);
      exchanged ^= (uint64_t)1 << g;
    }
    reached += extreme(&now, observed);
  }
  return (double)reached / (double)count;
}

static double exchange_at_random(double *room, const totals *of, size_t clusters, double observed, int threads,
                                 uint64_t stream, const xy__stats_options *options) {
  int64_t reached = 0;
#pragma omp parallel for num_threads(threads) schedule(static) reduction(+ : reached)
  for (int64_t p = 0; p < options->permutations; p++) {
    double *signs = room + (size_t)omp_get_thread_num() * clusters;
    xy__draw_signs(signs, clusters, options->seed, stream, (uint32_t)p);
    totals now = {0};
    for (size_t g = 0; g < clusters; g++) add(&now, &of[g], 1, signs[g] < 0);
    reached += extreme(&now, observed);
  }
  return (double)(1 + reached) / (double)(1 + options->permutations);
}

/* `size` and `residual` [clusters]. */
static xy__correction linearise(double *size, double *residual, const totals *of, const totals *all, size_t clusters) {
  double mean[2] = {all->sum[0] / all->size[0], all->sum[1] / all->size[1]};
  for (size_t g = 0; g < clusters; g++) {
    size[g] = of[g].size[0] + of[g].size[1];
    residual[g] = 0;
    for (int k = 0; k < 2; k++) {
      residual[g] += (k == 0 ? 1 : -1) * (of[g].sum[k] - mean[k] * of[g].size[k]) / all->size[k];
    }
  }
  return xy__correction_of(size, residual, clusters);
}

int xy__stats_contrast(xy__estimate *out, const xy__column *plus, const xy__column *minus, const int *cluster, size_t n,
                       uint64_t stream, const xy__stats_options *options, xy_error *err) {
  const xy__column *const columns[2] = {plus, minus};
  xy__estimate made = {.value = NAN, .low = NAN, .high = NAN, .low90 = NAN, .high90 = NAN, .p = NAN, .detectable = NAN};
  xy__clusters clusters = {0};
  totals *of = NULL, all = {0};
  double *room = NULL, *draws = NULL;
  int threads = omp_get_max_threads();
  int rc = xy__stats_check(options, err);
  if (rc == XY_OK) rc = xy__clusters_make(&clusters, cluster, n, err);
  if (rc != XY_OK) goto out;
  of = xy__array(clusters.count, sizeof *of);
  room = xy__array((size_t)(threads + 1) * clusters.count, sizeof *room);
  draws = xy__array((size_t)options->draws, sizeof *draws);
  if (of == NULL || room == NULL || draws == NULL) {
    rc = xy__fail_memory(err, "bootstrap draws");
    goto out;
  }
  if ((rc = fill(of, &all, columns, &clusters, n, err)) != XY_OK) goto out;
  for (size_t i = 0; i < n; i++) {
    made.n += plus->use == NULL || plus->use[i] || minus->use == NULL || minus->use[i];
  }
  for (size_t g = 0; g < clusters.count; g++) made.clusters += of[g].size[0] + of[g].size[1] > 0;
  made.value = difference(&all);
  if (!isnan(made.value) && made.clusters >= 2) {
    bootstrap(draws, room, of, clusters.count, made.value, threads, stream, options);
    xy__correction correction = linearise(room, room + clusters.count, of, &all, clusters.count);
    double squares = 0;
    for (size_t g = 0; g < clusters.count; g++) squares += pow(room[clusters.count + g], 2);
    made.detectable = xy__detectable(made.value, correction.inflation * sqrt(squares), made.clusters, &correction);
    xy__interval(&made, draws, (size_t)options->draws, &correction, options->confidence);
    double observed = fabs(made.value) - 1e-10; /* differences that rounding alone tells apart are equal */
    made.p = clusters.count <= EXACT ? exchange_exactly(of, clusters.count, &all, observed)
                                     : exchange_at_random(room, of, clusters.count, observed, threads, stream, options);
  }
  *out = made;
out:
  free(clusters.of);
  free(of);
  free(room);
  free(draws);
  return rc;
}
