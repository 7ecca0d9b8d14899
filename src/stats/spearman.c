/* Spearman's rank correlation with a cluster bootstrap interval.
 *
 * A draw takes each cluster some number of times and ranks afresh: with weights w per item, the mean rank of the items
 * tied at a value is (weight below) + (their weight + 1) / 2, and the correlation is Pearson's of those ranks. Items
 * are sorted once; a draw is then two walks, over the order of y and over the order of x, in whole numbers (twice the
 * rank, twice the middle).
 *
 * The interval is stretched as interval.h says, on Fisher's scale atanh(rho), which keeps it inside -1..1.
 */
#include <math.h>
#include <omp.h>
#include <stdlib.h>

#include "base/memory.h"
#include "stats/interval.h"
#include "stats/resample.h"

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
  out->n = n;
  out->partner = xy__array(n, sizeof *out->partner);
  if (places == NULL || place_of == NULL || out->partner == NULL) {
    rc = xy__fail_memory(err, "ranks");
    goto out;
  }
  if ((rc = order_make(&out->y, places, y, clusters, n, err)) != XY_OK) goto out;
  for (size_t i = 0; i < n; i++) place_of[places[i].item] = (int32_t)i;
  if ((rc = order_make(&out->x, places, x, clusters, n, err)) != XY_OK) goto out;
  for (size_t i = 0; i < n; i++) out->partner[i] = place_of[places[i].item];
out:
  free(places);
  free(place_of);
  return rc;
}

/* Correlation of the ranks when cluster g counts weight[g] times; NAN where a variable is constant. `centred` [n] is
 * room for y's ranks, doubled, less their mean. */
static double correlate(double *centred, const ranking *r, const int32_t *weight) {
  int64_t total = 0, below = 0;
  for (size_t i = 0; i < r->n; i++) total += weight[r->x.cluster[i]];
  double xx = 0, yy = 0, xy = 0;
  for (size_t i = 0; i < r->n;) {
    int64_t tied = 0;
    size_t end = (size_t)r->y.end[i];
    for (size_t k = i; k < end; k++) tied += weight[r->y.cluster[k]];
    double rank = (double)(2 * below + tied - total);
    yy += (double)tied * rank * rank;
    for (; i < end; i++) centred[i] = rank;
    below += tied;
  }
  below = 0;
  for (size_t i = 0; i < r->n;) {
    int64_t tied = 0;
    double partners = 0;
    for (size_t end = (size_t)r->x.end[i]; i < end; i++) {
      int32_t w = weight[r->x.cluster[i]];
      tied += w;
      partners += w * centred[r->partner[i]];
    }
    double rank = (double)(2 * below + tied - total);
    xx += (double)tied * rank * rank;
    xy += rank * partners;
    below += tied;
  }
  return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : NAN;
}

/* Fisher's scale, kept finite at the ends. */
static double fisher(double rho) { return atanh(fmax(-1 + 1e-12, fmin(1 - 1e-12, rho))); }

typedef struct scratch {
  double *centred, *counts;
  int32_t *weight;
} scratch;

static void draw_all(double *draws, double value, const ranking *r, size_t clusters, scratch *spaces, int threads,
                     uint64_t stream, const xy__stats_options *options) {
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int64_t b = 0; b < options->draws; b++) {
    scratch *space = &spaces[omp_get_thread_num()];
    xy__draw_counts(space->counts, clusters, options->seed, stream, (uint32_t)b);
    for (size_t g = 0; g < clusters; g++) space->weight[g] = (int32_t)space->counts[g];
    double rho = correlate(space->centred, r, space->weight);
    draws[b] = fisher(isnan(rho) ? value : rho);
  }
}

static int interval(xy__estimate *out, const ranking *r, const xy__clusters *clusters, uint64_t stream,
                    const xy__stats_options *options, xy_error *err) {
  int rc = XY_OK, threads = omp_get_max_threads();
  double *draws = xy__array((size_t)options->draws, sizeof *draws);
  double *sizes = xy__array(clusters->count, sizeof *sizes);
  scratch *spaces = xy__array((size_t)threads, sizeof *spaces);
  bool ready = draws != NULL && sizes != NULL && spaces != NULL;
  for (int i = 0; ready && i < threads; i++) {
    spaces[i].centred = xy__array(r->n, sizeof *spaces[i].centred);
    spaces[i].counts = xy__array(clusters->count, sizeof *spaces[i].counts);
    spaces[i].weight = xy__array(clusters->count, sizeof *spaces[i].weight);
    ready = spaces[i].centred != NULL && spaces[i].counts != NULL && spaces[i].weight != NULL;
  }
  if (!ready) {
    rc = xy__fail_memory(err, "rank correlations");
    goto out;
  }
  draw_all(draws, out->value, r, clusters->count, spaces, threads, stream, options);
  for (size_t i = 0; i < r->n; i++) sizes[clusters->of[i]] += 1;
  xy__spread spread = xy__spread_of(sizes, NULL, clusters->count);
  xy__estimate scaled = {.value = fisher(out->value)};
  xy__interval(&scaled, draws, (size_t)options->draws, &spread, options->confidence);
  out->low = tanh(scaled.low);
  out->high = tanh(scaled.high);
  out->low90 = tanh(scaled.low90);
  out->high90 = tanh(scaled.high90);
out:
  for (int i = 0; spaces != NULL && i < threads; i++) {
    free(spaces[i].centred);
    free(spaces[i].counts);
    free(spaces[i].weight);
  }
  free(spaces);
  free(sizes);
  free(draws);
  return rc;
}

int xy__stats_spearman(xy__estimate *out, const double *x, const double *y, const int *cluster, size_t n,
                       uint64_t stream, const xy__stats_options *options, xy_error *err) {
  xy__clusters clusters = {0};
  ranking r = {0};
  xy__estimate made = {.value = NAN, .low = NAN, .high = NAN, .low90 = NAN, .high90 = NAN, .p = NAN, .detectable = NAN};
  double *centred = NULL;
  int32_t *ones = NULL;
  int rc = xy__stats_check(options, err);
  if (rc != XY_OK) return rc;
  if (n > INT32_MAX) return xy__fail(err, XY_ERR_ARGUMENT, "rank correlation: expected under 2^31 items, found %zu", n);
  if ((rc = xy__clusters_make(&clusters, cluster, n, err)) != XY_OK) goto out;
  if ((rc = ranking_make(&r, x, y, &clusters, n, err)) != XY_OK) goto out;
  centred = xy__array(n, sizeof *centred);
  ones = xy__array(clusters.count, sizeof *ones);
  if (centred == NULL || ones == NULL) {
    rc = xy__fail_memory(err, "ranks");
    goto out;
  }
  for (size_t g = 0; g < clusters.count; g++) ones[g] = 1;
  made.n = (int64_t)n;
  made.clusters = (int64_t)clusters.count;
  made.value = correlate(centred, &r, ones);
  if (!isnan(made.value) && clusters.count >= 2) {
    if ((rc = interval(&made, &r, &clusters, stream, options, err)) != XY_OK) goto out;
  }
  *out = made;
out:
  free(centred);
  free(ones);
  ranking_dispose(&r);
  free(clusters.of);
  return rc;
}
