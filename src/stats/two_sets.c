/* The difference of two weighted means over two sets of clusters that have none in common, for several columns at once.
 *
 * Interval: the cluster bootstrap, each set resampled within itself in the same draw, stretched as in interval.h with
 * the variances of both means summed and the degrees of freedom that Welch and Satterthwaite give the sum. Test: under
 * no effect whole clusters could bear the labels of the two sets the other way round. The labels are permuted at
 * random, the observed ones counted among them, and the statistic is studentised, |difference| over its standard error,
 * which keeps the level where the sets spread differently (Janssen 1997; Chung and Romano 2013).
 */
#include <math.h>
#include <omp.h>
#include <stdlib.h>

#include "base/memory.h"
#include "stats/interval.h"
#include "stats/resample.h"

/* Clusters of both sets, those of the first set before those of the second: sizes and, for a column, sums of values. In
 * each set sizes are scaled to a mean of 1, so that a label says nothing of a cluster's weight. */
typedef struct pool {
  size_t n[2], all, columns;
  double *size; /* [all] */
  double *sum;  /* [columns][all] */
} pool;

static void pool_dispose(pool *p) {
  free(p->size);
  free(p->sum);
}

static int fill_set(pool *p, const xy__set *set, const int *of, size_t offset, size_t clusters, xy_error *err) {
  double total = 0;
  for (size_t i = 0; i < set->n; i++) {
    double weight = set->weight != NULL ? set->weight[i] : 1;
    p->size[offset + (size_t)of[i]] += weight;
    total += weight;
    for (size_t c = 0; c < p->columns; c++) {
      double value = set->values[c][i];
      if (!isfinite(value)) {
        return xy__fail(err, XY_ERR_NUMERIC, "column %zu, item %zu: expected a finite value, found %g", c, i, value);
      }
      p->sum[c * p->all + offset + (size_t)of[i]] += weight * value;
    }
  }
  double scale = total > 0 ? (double)clusters / total : 1;
  for (size_t g = offset; g < offset + clusters; g++) {
    p->size[g] *= scale;
    for (size_t c = 0; c < p->columns; c++) p->sum[c * p->all + g] *= scale;
  }
  return XY_OK;
}

static int pool_make(pool *p, const xy__set sets[2], size_t columns, xy_error *err) {
  xy__clusters clusters[2] = {{0}, {0}};
  int rc = XY_OK;
  for (int k = 0; rc == XY_OK && k < 2; k++) rc = xy__clusters_make(&clusters[k], sets[k].cluster, sets[k].n, err);
  if (rc != XY_OK) goto out;
  *p = (pool){.n = {clusters[0].count, clusters[1].count}, .all = clusters[0].count + clusters[1].count};
  p->columns = columns;
  p->size = xy__array(p->all, sizeof *p->size);
  p->sum = xy__array(columns * p->all, sizeof *p->sum);
  if (p->size == NULL || p->sum == NULL) rc = xy__fail_memory(err, "cluster sums");
  for (int k = 0; rc == XY_OK && k < 2; k++) {
    rc = fill_set(p, &sets[k], clusters[k].of, k == 0 ? 0 : p->n[0], p->n[k], err);
  }
out:
  free(clusters[0].of);
  free(clusters[1].of);
  return rc;
}

/* ---- one column -------------------------------------------------------------------------------------------- */

static double mean_of(const double *sum, const double *size, const double *times, size_t n) {
  double top = 0, bottom = 0;
  for (size_t g = 0; g < n; g++) {
    double by = times != NULL ? times[g] : 1;
    top += by * sum[g];
    bottom += by * size[g];
  }
  return top / bottom;
}

/* Of both means together; `room` holds a number per cluster. */
static xy__correction correct(double *variance, const pool *p, const double *sum, double *room) {
  double plain = 0, mended = 0, freedoms = 0;
  for (int k = 0; k < 2; k++) {
    size_t offset = k == 0 ? 0 : p->n[0];
    double mean = mean_of(sum + offset, p->size + offset, NULL, p->n[k]), squares = 0;
    for (size_t g = 0; g < p->n[k]; g++) {
      room[g] = sum[offset + g] - mean * p->size[offset + g];
      squares += room[g] * room[g];
    }
    xy__correction one = xy__correction_of(p->size + offset, room, p->n[k]);
    double own = squares / ((double)p->n[k] * (double)p->n[k]), full = own * one.inflation * one.inflation;
    plain += own;
    mended += full;
    freedoms += full * full / one.freedom;
  }
  *variance = mended;
  return (xy__correction){.inflation = plain > 0 ? sqrt(mended / plain) : 1,
                          .freedom = freedoms > 0 ? fmax(mended * mended / freedoms, 1) : 1};
}

static void bootstrap(double *draws, double *room, const pool *p, int threads, uint64_t stream,
                      const xy__stats_options *options) {
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int64_t d = 0; d < options->draws; d++) {
    double *counts = room + (size_t)omp_get_thread_num() * p->all;
    xy__draw_counts(counts, p->n[0], options->seed, stream, (uint32_t)d);
    xy__draw_counts(counts + p->n[0], p->n[1], options->seed, stream + 1, (uint32_t)d);
    for (size_t c = 0; c < p->columns; c++) {
      const double *sum = p->sum + c * p->all;
      draws[c * (size_t)options->draws + (size_t)d] =
          mean_of(sum, p->size, counts, p->n[0]) - mean_of(sum + p->n[0], p->size + p->n[0], counts + p->n[0], p->n[1]);
    }
  }
}

/* ---- permuted labels ----------------------------------------------------------------------------------------- */

/* What the studentised difference of a labelling is made of: sums over the clusters of a set. */
typedef struct moments {
  double size, sum, squares, cross, sizes; /* of n, S, S², S n, n² */
} moments;

static void add_cluster(moments *to, double size, double sum) {
  to->size += size;
  to->sum += sum;
  to->squares += sum * sum;
  to->cross += sum * size;
  to->sizes += size * size;
}

/* The variance of a mean from the moments of its set of n clusters; rounding leaves none below 0. */
static double variance_of(const moments *m, size_t n, double mean) {
  double squares = m->squares - 2 * mean * m->cross + mean * mean * m->sizes;
  return fmax(squares, 0) * (double)n / (double)(n - 1) / (m->size * m->size);
}

static double statistic(const moments *first, const moments *all, const size_t n[2]) {
  moments second = {all->size - first->size, all->sum - first->sum, all->squares - first->squares,
                    all->cross - first->cross, all->sizes - first->sizes};
  double a = first->sum / first->size, b = second.sum / second.size;
  double difference = fabs(a - b), error = sqrt(variance_of(first, n[0], a) + variance_of(&second, n[1], b));
  double least = 1e-12 * sqrt(all->squares / all->sizes); /* below, rounding alone */
  if (difference <= least) return 0;
  return error > least ? difference / error : INFINITY;
}

/* `order[0..n[0])` names the clusters of the first set. */
static double statistic_of(const pool *p, const double *sum, const moments *all, const int *order) {
  moments first = {0};
  for (size_t k = 0; k < p->n[0]; k++) {
    size_t g = order != NULL ? (size_t)order[k] : k;
    add_cluster(&first, p->size[g], sum[g]);
  }
  return statistic(&first, all, p->n);
}

/* The sums about the mean of all: a shift of both sets changes nothing but the rounding. */
static void centre(const pool *p, moments *all) {
  for (size_t c = 0; c < p->columns; c++) {
    double *sum = p->sum + c * p->all, mean = mean_of(sum, p->size, NULL, p->all);
    all[c] = (moments){0};
    for (size_t g = 0; g < p->all; g++) {
      sum[g] -= mean * p->size[g];
      add_cluster(&all[c], p->size[g], sum[g]);
    }
  }
}

static int permute(int64_t *reached, const pool *p, int threads, uint64_t stream, const xy__stats_options *options,
                   xy_error *err) {
  moments *all = xy__array(p->columns, sizeof *all);
  double *observed = xy__array(p->columns, sizeof *observed);
  int *orders = xy__array((size_t)threads * p->all, sizeof *orders);
  int rc = all == NULL || observed == NULL || orders == NULL ? xy__fail_memory(err, "permutations") : XY_OK;
  if (rc == XY_OK) {
    centre(p, all);
    for (size_t c = 0; c < p->columns; c++) {
      observed[c] = statistic_of(p, p->sum + c * p->all, &all[c], NULL) * (1 - 1e-9);
    }
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int64_t d = 0; d < options->permutations; d++) {
      int *order = orders + (size_t)omp_get_thread_num() * p->all;
      xy__draw_subset(order, p->all, p->n[0], options->seed, stream, (uint32_t)d);
      for (size_t c = 0; c < p->columns; c++) {
        if (statistic_of(p, p->sum + c * p->all, &all[c], order) < observed[c]) continue;
#pragma omp atomic
        reached[c]++;
      }
    }
  }
  free(all);
  free(observed);
  free(orders);
  return rc;
}

/* ---- all together -------------------------------------------------------------------------------------------- */

static xy__estimate point(const pool *p, size_t column, size_t n) {
  const double *sum = p->sum + column * p->all;
  xy__estimate out = {.n = (int64_t)n, .clusters = (int64_t)p->all, .value = NAN, .low = NAN, .high = NAN};
  out.low90 = out.high90 = out.p = out.detectable = NAN;
  if (p->n[0] == 0 || p->n[1] == 0) return out;
  out.value = mean_of(sum, p->size, NULL, p->n[0]) - mean_of(sum + p->n[0], p->size + p->n[0], NULL, p->n[1]);
  return out;
}

static int complete(xy__estimate *out, const pool *p, int threads, uint64_t stream, const xy__stats_options *options,
                    xy_error *err) {
  double *draws = xy__array(p->columns * (size_t)options->draws, sizeof *draws);
  double *room = xy__array((size_t)threads * p->all, sizeof *room);
  int64_t *reached = xy__array(p->columns, sizeof *reached);
  int rc = draws == NULL || room == NULL || reached == NULL ? xy__fail_memory(err, "bootstrap draws") : XY_OK;
  if (rc == XY_OK) bootstrap(draws, room, p, threads, stream, options);
  for (size_t c = 0; rc == XY_OK && c < p->columns; c++) {
    double variance;
    xy__correction correction = correct(&variance, p, p->sum + c * p->all, room);
    xy__interval(&out[c], draws + c * (size_t)options->draws, (size_t)options->draws, &correction, options->confidence);
    out[c].detectable = xy__detectable(out[c].value, sqrt(variance), out[c].clusters, &correction);
  }
  if (rc == XY_OK) rc = permute(reached, p, threads, stream, options, err);
  for (size_t c = 0; rc == XY_OK && c < p->columns; c++) {
    out[c].p = (double)(1 + reached[c]) / (double)(1 + options->permutations);
  }
  free(draws);
  free(room);
  free(reached);
  return rc;
}

int xy__stats_two_sets(xy__estimate *out, const xy__set sets[2], size_t n_columns, uint64_t stream,
                       const xy__stats_options *options, xy_error *err) {
  pool p = {0};
  int rc = xy__stats_check(options, err);
  if (rc == XY_OK) rc = pool_make(&p, sets, n_columns, err);
  for (size_t c = 0; rc == XY_OK && c < n_columns; c++) out[c] = point(&p, c, sets[0].n + sets[1].n);
  if (rc == XY_OK && p.n[0] > 1 && p.n[1] > 1) rc = complete(out, &p, omp_get_max_threads(), stream, options, err);
  pool_dispose(&p);
  return rc;
}
