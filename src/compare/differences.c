/* Paired differences: of each item the second value less the first, their mean with the cluster bootstrap and sign-flip
 * test of every other change (stats.h). The two means are over the same items, so that second - first is the value.
 */
#include "compare/differences.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/cells.h"

static const char all[] = "all";

/* The items of a row; `of` NULL: all of them. */
typedef struct cell {
  const char *identity, *theme;
  const int *of;
  int label;
} cell;

static int add_cell(xy__differences *out, const xy__paired *p, const cell *c, double *columns, int *cluster,
                    const xy__stats_options *options, xy_error *err) {
  double *first = columns;
  double *second = columns + p->n;
  double *difference = columns + 2 * p->n;
  size_t n = 0;
  for (size_t i = 0; i < p->n; i++) {
    if ((c->of != NULL && c->of[i] != c->label) || isnan(p->first[i]) || isnan(p->second[i])) continue;
    first[n] = p->first[i];
    second[n] = p->second[i];
    difference[n] = second[n] - first[n];
    cluster[n++] = p->cluster[i];
  }
  if (n == 0) return XY_OK;
  const xy__column three[] = {{.values = first}, {.values = second}, {.values = difference}};
  xy__estimate made[3];
  uint64_t stream = xy__cell_stream(p->benchmark, c->identity, c->theme);
  int rc = xy__stats_estimate(made, three, 3, cluster, n, stream, options, err);
  if (rc != XY_OK) return xy__fail_prefix(err, rc, "%s: %s", p->benchmark, p->measure);
  if (!xy__grow(&out->rows, &out->capacity, out->n, sizeof *out->rows)) return xy__fail_memory(err, "differences");
  out->rows[out->n++] = (xy_difference){.benchmark = p->benchmark,
                                        .measure = p->measure,
                                        .mode = p->mode,
                                        .front = p->front,
                                        .stage = p->stage,
                                        .other = p->other,
                                        .identity = c->identity,
                                        .theme = c->theme,
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

static int add_groups(xy__differences *out, const xy__paired *p, const xy__groups *groups, double *columns,
                      int *cluster, const xy__stats_options *options, xy_error *err) {
  int rc = XY_OK;
  for (size_t k = 0; rc == XY_OK && groups->n > 1 && k < groups->n; k++) {
    cell one = {all, all, groups->of, (int)k};
    *(groups == &p->identities ? &one.identity : &one.theme) = groups->names[k];
    rc = add_cell(out, p, &one, columns, cluster, options, err);
  }
  return rc;
}

int xy__compare_add(xy__differences *out, const xy__paired *paired, const xy__stats_options *options, xy_error *err) {
  double *columns = xy__array(3 * paired->n, sizeof *columns);
  int *cluster = xy__array(paired->n, sizeof *cluster);
  int rc = columns == NULL || cluster == NULL ? xy__fail_memory(err, "differences") : XY_OK;
  if (rc == XY_OK) rc = add_cell(out, paired, &(cell){all, all, NULL, 0}, columns, cluster, options, err);
  if (rc == XY_OK) rc = add_groups(out, paired, &paired->identities, columns, cluster, options, err);
  if (rc == XY_OK) rc = add_groups(out, paired, &paired->themes, columns, cluster, options, err);
  if (rc == XY_OK) rc = add_groups(out, paired, &paired->conditions, columns, cluster, options, err);
  free(columns);
  free(cluster);
  return rc;
}

static bool is_whole(const xy_difference *d) { return strcmp(d->identity, all) == 0 && strcmp(d->theme, all) == 0; }

static bool same_family(const xy_difference *a, const xy_difference *b) {
  return strcmp(a->measure, b->measure) == 0 && strcmp(a->mode, b->mode) == 0 && is_whole(a) == is_whole(b);
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
