/* Paired differences: of each item the second value less the first, their mean with the cluster bootstrap and sign-flip
 * test of every other change (stats.h). The two means are over the same items, so that second - first is the value.
 */
#include "measure/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ALL = -1 };

/* Draws depend on benchmark and identity alone: every measure of a cell is resampled alike (FNV-1a). */
static uint64_t stream_of(const char *benchmark, const char *identity) {
  uint64_t hash = 0xcbf29ce484222325u;
  const char *const parts[] = {benchmark, "|", identity};
  for (size_t k = 0; k < 3; k++) {
    for (const char *c = parts[k]; *c != '\0'; c++) hash = (hash ^ (unsigned char)*c) * 0x100000001b3u;
  }
  return hash;
}

static int add_cell(xy__differences *out, const xy__paired *p, int identity, double *columns, int *cluster,
                    const xy__stats_options *options, xy_error *err) {
  double *first = columns;
  double *second = columns + p->n;
  double *difference = columns + 2 * p->n;
  size_t n = 0;
  for (size_t i = 0; i < p->n; i++) {
    if ((identity != ALL && p->identity[i] != identity) || isnan(p->first[i]) || isnan(p->second[i])) continue;
    first[n] = p->first[i];
    second[n] = p->second[i];
    difference[n] = second[n] - first[n];
    cluster[n++] = p->cluster[i];
  }
  if (n == 0) return XY_OK;
  const char *name = identity == ALL ? "all" : p->identities[identity];
  const xy__column three[] = {{.values = first}, {.values = second}, {.values = difference}};
  xy__estimate made[3];
  int rc = xy__stats_estimate(made, three, 3, cluster, n, stream_of(p->benchmark, name), options, err);
  if (rc != XY_OK) return xy__fail_prefix(err, rc, "%s: %s", p->benchmark, p->measure);
  if (!xy__grow(&out->rows, &out->capacity, out->n, sizeof *out->rows)) return xy__fail_memory(err, "differences");
  out->rows[out->n++] = (xy_difference){.benchmark = p->benchmark,
                                        .measure = p->measure,
                                        .mode = p->mode,
                                        .stage = p->stage,
                                        .other = p->other,
                                        .identity = name,
                                        .n = made[2].n,
                                        .clusters = made[2].clusters,
                                        .first = made[0].value,
                                        .second = made[1].value,
                                        .value = made[2].value,
                                        .low = made[2].low,
                                        .high = made[2].high,
                                        .p = made[2].p,
                                        .q = NAN,
                                        .detectable = made[2].detectable};
  return XY_OK;
}

int xy__compare_add(xy__differences *out, const xy__paired *paired, const xy__stats_options *options, xy_error *err) {
  double *columns = xy__array(3 * paired->n, sizeof *columns);
  int *cluster = xy__array(paired->n, sizeof *cluster);
  int rc = columns == NULL || cluster == NULL ? xy__fail_memory(err, "differences") : XY_OK;
  if (rc == XY_OK) rc = add_cell(out, paired, ALL, columns, cluster, options, err);
  for (size_t k = 0; rc == XY_OK && paired->n_identities > 1 && k < paired->n_identities; k++) {
    rc = add_cell(out, paired, (int)k, columns, cluster, options, err);
  }
  free(columns);
  free(cluster);
  return rc;
}

static bool same_family(const xy_difference *a, const xy_difference *b) {
  return strcmp(a->measure, b->measure) == 0 && strcmp(a->mode, b->mode) == 0 &&
         (strcmp(a->identity, "all") == 0) == (strcmp(b->identity, "all") == 0);
}

int xy__compare_adjust(xy__differences *differences, xy_error *err) {
  size_t n = differences->n;
  double *p = xy__array(n, sizeof *p);
  double *q = xy__array(n, sizeof *q);
  size_t *row = xy__array(n, sizeof *row);
  bool *done = xy__array(n, sizeof *done);
  int rc = p == NULL || q == NULL || row == NULL || done == NULL ? xy__fail_memory(err, "differences") : XY_OK;
  for (size_t i = 0; rc == XY_OK && i < n; i++) {
    if (done[i]) continue;
    size_t tests = 0;
    for (size_t k = i; k < n; k++) {
      if (!same_family(&differences->rows[i], &differences->rows[k])) continue;
      done[k] = true;
      row[tests] = k;
      p[tests++] = differences->rows[k].p;
    }
    rc = xy__stats_adjust(q, p, tests, err);
    for (size_t t = 0; rc == XY_OK && t < tests; t++) differences->rows[row[t]].q = q[t];
  }
  free(p);
  free(q);
  free(row);
  free(done);
  return rc;
}
