/* Means of columns over clustered items: intervals by the cluster bootstrap, p by sign flips of cluster means.
 *
 * Everything is a product of two matrices: how often each draw takes each cluster [draws x G] (or the signs of a flip)
 * times the cluster sums of every column [G x columns]; a draw's mean is its sum over its size. Draws go in batches
 * over the threads and columns in chunks; each draw's numbers depend on its index alone.
 *
 * Sign flips: under no effect a cluster's deviation e_g = sum over its items of (value - null) is as likely negative as
 * positive. The test statistic is |sum of e_g|, the estimate's own distance from the null, against all 2^G choices of
 * signs (G <= 20) or random ones, with the observed one counted among them (Phipson and Smyth 2010).
 */
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stats/dispatch.h"
#include "stats/interval.h"
#include "stats/resample.h"

enum { CHUNK = 64, BATCH = 32, STRIP = 4, TILE = 8, EXACT = 20, HALF = 1 << (EXACT / 2) };

/* Sums per cluster of a chunk of columns: column c of [G x width] holds sums, column size[c] the numbers of items
 * (columns with the same `use` share one). `deviation` [G x columns] holds e_g. */
typedef struct table {
  size_t clusters, columns, width;
  double *sums, *deviation;
  size_t size[CHUNK];
} table;

static void table_dispose(table *t) {
  free(t->sums);
  free(t->deviation);
}

static int table_fill(table *t, const xy__column *columns, const xy__clusters *clusters, size_t n, xy_error *err) {
  size_t width = t->columns;
  for (size_t c = 0; c < t->columns; c++) {
    t->size[c] = width;
    for (size_t before = 0; before < c; before++) {
      if (columns[before].use == columns[c].use) t->size[c] = t->size[before];
    }
    width += t->size[c] == width;
  }
  t->clusters = clusters->count;
  t->width = width;
  t->sums = xy__array(t->clusters * width, sizeof *t->sums);
  t->deviation = xy__array(t->clusters * t->columns, sizeof *t->deviation);
  if (t->sums == NULL || t->deviation == NULL) return xy__fail_memory(err, "cluster sums");
  size_t sized = t->columns; /* size columns filled so far */
  for (size_t c = 0; c < t->columns; c++) {
    const xy__column *column = &columns[c];
    bool count = t->size[c] == sized;
    sized += count;
    for (size_t i = 0; i < n; i++) {
      if (column->use != NULL && !column->use[i]) continue;
      if (!isfinite(column->values[i])) {
        return xy__fail(err, XY_ERR_NUMERIC, "column %zu, item %zu: expected a finite value, found %g", c, i,
                        column->values[i]);
      }
      size_t g = (size_t)clusters->of[i];
      t->sums[g * width + c] += column->values[i];
      t->deviation[g * t->columns + c] += column->values[i] - column->null;
      if (count) t->sums[g * width + t->size[c]] += 1;
    }
  }
  return XY_OK;
}

/* out [rows x columns] = weights [rows x inner] * matrix [inner x columns]; each sum runs over `inner` in order. `rows`
 * is a multiple of STRIP. */
XY__WIDEST
static void multiply(double *restrict out, const double *restrict weights, const double *restrict matrix, size_t rows,
                     size_t inner, size_t columns) {
  for (size_t r = 0; r < rows; r += STRIP) {
    const double *w = weights + r * inner;
    size_t c = 0;
    for (; c + TILE <= columns; c += TILE) {
      double sum[STRIP][TILE] = {{0}};
      for (size_t g = 0; g < inner; g++) {
        const double *row = matrix + g * columns + c;
        for (size_t k = 0; k < TILE; k++) {
          for (size_t s = 0; s < STRIP; s++) sum[s][k] += w[s * inner + g] * row[k];
        }
      }
      for (size_t s = 0; s < STRIP; s++) memcpy(out + (r + s) * columns + c, sum[s], sizeof sum[s]);
    }
    for (; c < columns; c++) {
      for (size_t s = 0; s < STRIP; s++) {
        double sum = 0;
        for (size_t g = 0; g < inner; g++) sum += w[s * inner + g] * matrix[g * columns + c];
        out[(r + s) * columns + c] = sum;
      }
    }
  }
}

/* What one thread needs for a batch of draws. */
typedef struct workspace {
  double *weights; /* [BATCH x clusters] */
  double *product; /* [BATCH x width] */
} workspace;

static void workspaces_free(workspace *spaces, int n) {
  if (spaces == NULL) return;
  for (int i = 0; i < n; i++) {
    free(spaces[i].weights);
    free(spaces[i].product);
  }
  free(spaces);
}

static workspace *workspaces_new(int n, const table *t) {
  workspace *spaces = xy__array((size_t)n, sizeof *spaces);
  for (int i = 0; spaces != NULL && i < n; i++) {
    spaces[i].weights = xy__array(BATCH * t->clusters, sizeof(double));
    spaces[i].product = xy__array(BATCH * t->width, sizeof(double));
    if (spaces[i].weights == NULL || spaces[i].product == NULL) {
      workspaces_free(spaces, n);
      return NULL;
    }
  }
  return spaces;
}

/* means[columns][draws]; a draw that has no item of a column says nothing new and repeats the column's value. */
static void bootstrap(double *means, const xy__estimate *values, const table *t, workspace *spaces, int threads,
                      uint64_t stream, const xy__stats_options *options) {
  int64_t draws = options->draws;
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int64_t first = 0; first < draws; first += BATCH) {
    workspace *space = &spaces[omp_get_thread_num()];
    for (int64_t r = 0; r < BATCH; r++) {
      xy__draw_counts(space->weights + (size_t)r * t->clusters, t->clusters, options->seed, stream,
                      (uint32_t)(first + r));
    }
    multiply(space->product, space->weights, t->sums, BATCH, t->clusters, t->width);
    for (int64_t r = 0; r < BATCH && first + r < draws; r++) {
      const double *row = space->product + (size_t)r * t->width;
      for (size_t c = 0; c < t->columns; c++) {
        double size = row[t->size[c]];
        means[c * (size_t)draws + (size_t)(first + r)] = size > 0 ? row[c] / size : values[c].value;
      }
    }
  }
}

/* Sums that differ by rounding alone count as equal: `slack` is taken off the observed one. */
static double observed_sum(const table *t, size_t column) {
  double sum = 0, absolute = 0;
  for (size_t g = 0; g < t->clusters; g++) {
    sum += t->deviation[g * t->columns + column];
    absolute += fabs(t->deviation[g * t->columns + column]);
  }
  double slack = 1e-12 * absolute;
  return fabs(sum) - slack;
}

static void flip_at_random(int64_t *extreme, const double *observed, const table *t, workspace *spaces, int threads,
                           uint64_t stream, const xy__stats_options *options) {
  int64_t flips = options->permutations;
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int64_t first = 0; first < flips; first += BATCH) {
    workspace *space = &spaces[omp_get_thread_num()];
    int64_t found[CHUNK] = {0};
    for (int64_t r = 0; r < BATCH; r++) {
      xy__draw_signs(space->weights + (size_t)r * t->clusters, t->clusters, options->seed, stream,
                     (uint32_t)(first + r));
    }
    multiply(space->product, space->weights, t->deviation, BATCH, t->clusters, t->columns);
    for (int64_t r = 0; r < BATCH && first + r < flips; r++) {
      for (size_t c = 0; c < t->columns; c++) {
        found[c] += fabs(space->product[(size_t)r * t->columns + c]) >= observed[c];
      }
    }
    for (size_t c = 0; c < t->columns; c++) {
#pragma omp atomic
      extreme[c] += found[c];
    }
  }
}

static int ascending(const void *a, const void *b) {
  const double *x = a, *y = b;
  return *x < *y ? -1 : *x > *y;
}

/* Every signed sum of e[0..n), sorted: 2^n of them. */
static size_t signed_sums(double *sums, const double *e, size_t n) {
  size_t count = 1;
  sums[0] = 0;
  for (size_t k = 0; k < n; k++, count *= 2) {
    for (size_t j = 0; j < count; j++) {
      sums[count + j] = sums[j] - e[k];
      sums[j] += e[k];
    }
  }
  qsort(sums, count, sizeof *sums, ascending);
  return count;
}

/* Share of the 2^n choices of signs with |sum| >= observed. The clusters go in two halves: a choice is one signed sum
 * of each, and two walks over the sorted halves count the pairs that reach the observed sum. */
static double flip_exactly(const double *e, size_t n, double observed) {
  double left[HALF], right[HALF];
  size_t lefts = signed_sums(left, e, n / 2), rights = signed_sums(right, e + n / 2, n - n / 2);
  uint64_t extreme = 0;
  size_t above = rights, below = 0; /* right[above..] reach +observed, right[..below) reach -observed, for left[i] */
  for (size_t i = 0; i < lefts; i++) {
    while (above > 0 && left[i] + right[above - 1] >= observed) above--;
    extreme += rights - above;
  }
  for (size_t i = lefts; i-- > 0;) {
    while (below < rights && left[i] + right[below] <= -observed) below++;
    extreme += below;
  }
  return (double)extreme / ((double)lefts * (double)rights);
}

static double sign_flip_exact(const table *t, size_t column, double observed) {
  double e[EXACT];
  size_t n = 0;
  for (size_t g = 0; g < t->clusters; g++) {
    if (t->sums[g * t->width + t->size[column]] > 0) e[n++] = t->deviation[g * t->columns + column];
  }
  return observed <= 0 ? 1 : flip_exactly(e, n, observed);
}

/* Of the mean. */
static double standard_error(const double *residual, size_t clusters, double n, const xy__correction *correction) {
  double squares = 0;
  for (size_t g = 0; g < clusters; g++) squares += residual[g] * residual[g];
  return correction->inflation * sqrt(squares) / n;
}

/* No end of an interval lies nearer to 0 or 1 than G clusters without an exception allow: the exact binomial bound of G
 * like clusters out of G (Clopper and Pearson 1934), with 20 clusters 0.83. At 0 or 1 the draws have nothing to vary,
 * and near it little; that one item differs must not make a rate surer. */
static void bound_rate(xy__estimate *out, double confidence) {
  double most = pow((1 - confidence) / 2, 1 / (double)out->clusters), most90 = pow(0.05, 1 / (double)out->clusters);
  out->low = fmax(fmin(out->low, most), 0);
  out->low90 = fmax(fmin(out->low90, most90), 0);
  out->high = fmin(fmax(out->high, 1 - most), 1);
  out->high90 = fmin(fmax(out->high90, 1 - most90), 1);
}

static xy__estimate point(const table *t, size_t column) {
  xy__estimate out = {.value = NAN, .low = NAN, .high = NAN, .low90 = NAN, .high90 = NAN, .p = NAN, .detectable = NAN};
  double sum = 0;
  for (size_t g = 0; g < t->clusters; g++) {
    double size = t->sums[g * t->width + t->size[column]];
    sum += t->sums[g * t->width + column];
    out.n += (int64_t)size;
    out.clusters += size > 0;
  }
  if (out.n > 0) out.value = sum / (double)out.n;
  return out;
}

/* Interval and detectable effect of one column; `room` holds 2 * clusters numbers. */
static void complete(xy__estimate *out, double *draws, double *room, const table *t, size_t column, bool rate,
                     const xy__stats_options *options) {
  if (out->clusters < 2) return;
  double *size = room, *residual = room + t->clusters;
  for (size_t g = 0; g < t->clusters; g++) {
    size[g] = t->sums[g * t->width + t->size[column]];
    residual[g] = t->sums[g * t->width + column] - out->value * size[g];
  }
  xy__correction correction = xy__correction_of(size, residual, t->clusters);
  xy__interval(out, draws, (size_t)options->draws, &correction, options->confidence);
  if (rate) bound_rate(out, options->confidence);
  double error = standard_error(residual, t->clusters, (double)out->n, &correction);
  out->detectable = xy__detectable(out->value, error, out->clusters, &correction);
}

static int estimate_chunk(xy__estimate *out, const xy__column *columns, size_t n_columns, const xy__clusters *clusters,
                          size_t n, uint64_t stream, const xy__stats_options *options, xy_error *err) {
  int rc = XY_OK, threads = omp_get_max_threads();
  table t = {.columns = n_columns};
  double *means = NULL, observed[CHUNK];
  int64_t extreme[CHUNK] = {0};
  bool random = false;
  workspace *spaces = NULL;
  if ((rc = table_fill(&t, columns, clusters, n, err)) != XY_OK) goto out;
  means = xy__array(n_columns * (size_t)options->draws, sizeof *means);
  spaces = workspaces_new(threads, &t);
  if (means == NULL || spaces == NULL) {
    rc = xy__fail_memory(err, "bootstrap draws");
    goto out;
  }
  for (size_t c = 0; c < n_columns; c++) {
    out[c] = point(&t, c);
    observed[c] = observed_sum(&t, c);
    random = random || out[c].clusters > EXACT;
  }
  bootstrap(means, out, &t, spaces, threads, stream, options);
  if (random) flip_at_random(extreme, observed, &t, spaces, threads, stream, options);
#pragma omp parallel for num_threads(threads) schedule(dynamic)
  for (size_t c = 0; c < n_columns; c++) {
    complete(&out[c], means + c * (size_t)options->draws, spaces[omp_get_thread_num()].weights, &t, c, columns[c].rate,
             options);
    if (out[c].clusters > EXACT) {
      out[c].p = (double)(1 + extreme[c]) / (double)(1 + options->permutations);
    } else if (out[c].clusters >= 2) {
      out[c].p = sign_flip_exact(&t, c, observed[c]);
    }
  }
out:
  workspaces_free(spaces, threads);
  free(means);
  table_dispose(&t);
  return rc;
}

int xy__stats_estimate(xy__estimate *out, const xy__column *columns, size_t n_columns, const int *cluster, size_t n,
                       uint64_t stream, const xy__stats_options *options, xy_error *err) {
  xy__clusters clusters = {0};
  int rc = xy__stats_check(options, err);
  if (rc != XY_OK) return rc;
  xy__estimate *made = xy__array(n_columns, sizeof *made);
  if (made == NULL) return xy__fail_memory(err, "estimates");
  if ((rc = xy__clusters_make(&clusters, cluster, n, err)) != XY_OK) goto out;
  for (size_t c = 0; c < n_columns; c += CHUNK) {
    size_t some = n_columns - c < CHUNK ? n_columns - c : CHUNK;
    if ((rc = estimate_chunk(made + c, columns + c, some, &clusters, n, stream, options, err)) != XY_OK) goto out;
  }
  memcpy(out, made, n_columns * sizeof *out);
out:
  free(clusters.of);
  free(made);
  return rc;
}
