/* Spearman's rank correlation with a cluster bootstrap interval.
 *
 * A draw takes each cluster some number of times and ranks afresh: with weights w per item, the mean rank of the items
 * tied at a value is (weight below) + (their weight + 1) / 2, and the correlation is Pearson's of those ranks. Items
 * are sorted once; a draw is then two walks, over the order of y and over the order of x, in whole numbers (twice the
 * rank less twice the middle). LANES draws walk together, so that an item's place is looked up once for all of them.
 *
 * The interval is stretched as interval.h says, on Fisher's scale atanh(rho), which keeps it inside -1..1.
 */
#include <math.h>
#include <omp.h>
#include <stdlib.h>

#include "base/memory.h"
#include "stats/dispatch.h"
#include "stats/interval.h"
#include "stats/resample.h"

/* Twice the weight of a draw must fit an int32_t. A draw's weight is the items' only on average; the bound leaves room
 * for draws twelve times as heavy. */
enum { LANES = 8, MOST = 80000000 };

/* A number for each of LANES draws (vectors of GCC and Clang, on any processor). */
typedef int32_t whole __attribute__((vector_size(LANES * sizeof(int32_t))));
typedef double real __attribute__((vector_size(LANES * sizeof(double))));

/* Items in the order of one variable. */
typedef struct order {
  int32_t *cluster; /* [n] of the item at each place */
  int32_t *end;     /* [n] the place after the last item tied with the one here */
} order;

typedef struct ranking {
  size_t n;
  order x, y;
  int32_t *partner; /* [n] place in y's order of the item at each place of x's order */
} ranking;

static void ranking_dispose(ranking *r) {
  free(r->x.cluster);
  free(r->x.end);
  free(r->y.cluster);
  free(r->y.end);
  free(r->partner);
}

typedef struct place {
  double value;
  int32_t item;
} place;

static int by_value(const void *a, const void *b) {
  const place *p = a, *q = b;
  if (p->value != q->value) return p->value < q->value ? -1 : 1;
  return p->item < q->item ? -1 : p->item > q->item;
}

static int order_make(order *out, place *places, const double *values, const xy__clusters *clusters, size_t n,
                      xy_error *err) {
  for (size_t i = 0; i < n; i++) {
    if (!isfinite(values[i])) {
      return xy__fail(err, XY_ERR_NUMERIC, "rank correlation, item %zu: expected a finite value, found %g", i,
                      values[i]);
    }
    places[i] = (place){values[i], (int32_t)i};
  }
  qsort(places, n, sizeof *places, by_value);
  out->cluster = xy__array(n, sizeof *out->cluster);
  out->end = xy__array(n, sizeof *out->end);
  if (out->cluster == NULL || out->end == NULL) return xy__fail_memory(err, "ranks");
  for (size_t i = n; i-- > 0;) {
    bool tied = i + 1 < n && places[i].value == places[i + 1].value;
    out->end[i] = tied ? out->end[i + 1] : (int32_t)i + 1;
    out->cluster[i] = clusters->of[places[i].item];
  }
  return XY_OK;
}

static int ranking_make(ranking *out, const double *x, const double *y, const xy__clusters *clusters, size_t n,
                        xy_error *err) {
  int rc;
  place *places = xy__array(n, sizeof *places);
  int32_t *place_of = xy__array(n, sizeof *place_of);
  out->partner = xy__array(n, sizeof *out->partner);
  if (places == NULL || place_of == NULL || out->partner == NULL) {
    rc = xy__fail_memory(err, "ranks");
    goto out;
  }
  if ((rc = order_make(&out->y, places, y, clusters, n, err)) != XY_OK) goto out;
  for (size_t i = 0; i < n; i++) place_of[places[i].item] = (int32_t)i;
  if ((rc = order_make(&out->x, places, x, clusters, n, err)) != XY_OK) goto out;
  for (size_t i = 0; i < n; i++) out->partner[i] = place_of[places[i].item];
  out->n = n;
out:
  free(places);
  free(place_of);
  return rc;
}

/* rho[LANES]: correlation of the ranks when cluster g counts weight[g][lane] times; NAN where a variable is constant.
 * `centred` [n] is room for y's ranks, doubled, less twice their middle. */
XY__WIDEST
static void correlate(double rho[LANES], whole *restrict centred, const ranking *r, const whole *restrict weight) {
  whole total = {0};
  real xx = {0}, yy = {0}, xy = {0};
  for (size_t i = 0; i < r->n; i++) total += weight[r->x.cluster[i]];
  whole below = -total; /* twice the weight below, less twice the middle */
  for (size_t i = 0; i < r->n;) {
    size_t end = (size_t)r->y.end[i];
    whole tied = weight[r->y.cluster[i]];
    for (size_t j = i + 1; j < end; j++) tied += weight[r->y.cluster[j]];
    whole rank = below + tied;
    real exact = __builtin_convertvector(rank, real);
    yy += __builtin_convertvector(tied, real) * exact * exact;
    below += 2 * tied;
    for (; i < end; i++) centred[i] = rank;
  }
  below = -total;
  for (size_t i = 0; i < r->n;) {
    whole tied = {0};
    real partners = {0};
    for (size_t end = (size_t)r->x.end[i]; i < end; i++) {
      whole w = weight[r->x.cluster[i]];
      tied += w;
      partners += __builtin_convertvector(w, real) * __builtin_convertvector(centred[r->partner[i]], real);
    }
    real exact = __builtin_convertvector(below + tied, real);
    xx += __builtin_convertvector(tied, real) * exact * exact;
    xy += exact * partners;
    below += 2 * tied;
  }
  for (int k = 0; k < LANES; k++) rho[k] = xx[k] > 0 && yy[k] > 0 ? xy[k] / sqrt(xx[k] * yy[k]) : NAN;
}

/* Fisher's scale, kept finite at the ends. */
static double fisher(double rho) { return atanh(fmax(-1 + 1e-12, fmin(1 - 1e-12, rho))); }

typedef struct scratch {
  whole *centred; /* [n] */
  whole *weight;  /* [clusters] */
  double *counts; /* [clusters] */
} scratch;

static void scratch_dispose(scratch *space) {
  free(space->centred);
  free(space->weight);
  free(space->counts);
}

static bool scratch_make(scratch *out, size_t n, size_t clusters) {
  out->centred = xy__aligned(n * sizeof *out->centred);
  out->weight = xy__aligned(clusters * sizeof *out->weight);
  out->counts = xy__array(clusters, sizeof *out->counts);
  return out->centred != NULL && out->weight != NULL && out->counts != NULL;
}

static void draw_all(double *draws, double value, const ranking *r, size_t clusters, scratch *spaces, int threads,
                     uint64_t stream, const xy__stats_options *options) {
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int64_t first = 0; first < options->draws; first += LANES) {
    scratch *space = &spaces[omp_get_thread_num()];
    double rho[LANES];
    for (int k = 0; k < LANES; k++) {
      xy__draw_counts(space->counts, clusters, options->seed, stream, (uint32_t)(first + k));
      for (size_t g = 0; g < clusters; g++) space->weight[g][k] = (int32_t)space->counts[g];
    }
    correlate(rho, space->centred, r, space->weight);
    for (int k = 0; k < LANES && first + k < options->draws; k++) {
      draws[first + k] = fisher(isnan(rho[k]) ? value : rho[k]);
    }
  }
}

static int interval(xy__estimate *out, const ranking *r, const xy__clusters *clusters, uint64_t stream,
                    const xy__stats_options *options, xy_error *err) {
  int rc = XY_OK, threads = omp_get_max_threads();
  double *draws = xy__array((size_t)options->draws, sizeof *draws);
  double *sizes = xy__array(clusters->count, sizeof *sizes);
  scratch *spaces = xy__array((size_t)threads, sizeof *spaces);
  bool ready = draws != NULL && sizes != NULL && spaces != NULL;
  for (int i = 0; ready && i < threads; i++) ready = scratch_make(&spaces[i], r->n, clusters->count);
  if (!ready) {
    rc = xy__fail_memory(err, "rank correlations");
    goto out;
  }
  draw_all(draws, out->value, r, clusters->count, spaces, threads, stream, options);
  for (size_t i = 0; i < r->n; i++) sizes[clusters->of[i]] += 1;
  xy__correction correction = xy__correction_of(sizes, NULL, clusters->count);
  xy__estimate scaled = {.value = fisher(out->value)};
  xy__interval(&scaled, draws, (size_t)options->draws, &correction, options->confidence);
  out->low = tanh(scaled.low);
  out->high = tanh(scaled.high);
  out->low90 = tanh(scaled.low90);
  out->high90 = tanh(scaled.high90);
out:
  for (int i = 0; spaces != NULL && i < threads; i++) scratch_dispose(&spaces[i]);
  free(spaces);
  free(sizes);
  free(draws);
  return rc;
}

/* The correlation of the items as they are. */
static int correlation(double *out, const ranking *r, size_t clusters, xy_error *err) {
  double rho[LANES];
  scratch space = {0};
  if (!scratch_make(&space, r->n, clusters)) {
    scratch_dispose(&space);
    return xy__fail_memory(err, "ranks");
  }
  for (size_t g = 0; g < clusters; g++) {
    for (int k = 0; k < LANES; k++) space.weight[g][k] = 1;
  }
  correlate(rho, space.centred, r, space.weight);
  *out = rho[0];
  scratch_dispose(&space);
  return XY_OK;
}

int xy__stats_spearman(xy__estimate *out, const double *x, const double *y, const int *cluster, size_t n,
                       uint64_t stream, const xy__stats_options *options, xy_error *err) {
  xy__clusters clusters = {0};
  ranking r = {0};
  xy__estimate made = {.value = NAN, .low = NAN, .high = NAN, .low90 = NAN, .high90 = NAN, .p = NAN, .detectable = NAN};
  int rc = xy__stats_check(options, err);
  if (rc != XY_OK) return rc;
  if (n > MOST)
    return xy__fail(err, XY_ERR_ARGUMENT, "rank correlation: expected at most %d items, found %zu", MOST, n);
  if ((rc = xy__clusters_make(&clusters, cluster, n, err)) != XY_OK) goto out;
  if ((rc = ranking_make(&r, x, y, &clusters, n, err)) != XY_OK) goto out;
  if ((rc = correlation(&made.value, &r, clusters.count, err)) != XY_OK) goto out;
  made.n = (int64_t)n;
  made.clusters = (int64_t)clusters.count;
  if (!isnan(made.value) && clusters.count >= 2) {
    if ((rc = interval(&made, &r, &clusters, stream, options, err)) != XY_OK) goto out;
  }
  *out = made;
out:
  ranking_dispose(&r);
  free(clusters.of);
  return rc;
}
