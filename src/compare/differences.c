/* Paired differences: of each item the second value less the first, their mean with the cluster bootstrap and sign-flip
 * test of every other change (stats.h). The two means are over the same items, so that second - first is the value.
 */
#include "compare/differences.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/rows.h"
#include "results/kinds.h"

static const char all[] = "all";

/* The items of a row; `of` NULL: all of them. */
typedef struct cell {
  const char *identity, *theme;
  const int *of;
  int label;
} cell;

/* Columns of a row: what is compared, and room for the items of a cell. */
enum { FIRST, SECOND, DIFFERENCE, ERROR, COLUMNS };

static double mean_of(const double *values, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += values[i];
  return sum / (double)n;
}

static xy__evidence evidence_of(const xy__estimate *made, double null, double bound, double floor) {
  return (xy__evidence){.value = made->value,
                        .low = made->low,
                        .high = made->high,
                        .low90 = made->low90,
                        .high90 = made->high90,
                        .q = made->p, /* until it is corrected */
                        .null = null,
                        .bound = bound,
                        .floor = floor};
}

static int add_row(xy__differences *out, const xy__paired *p, const cell *c, const xy__estimate made[3], double floor,
                   const xy__measure_settings *settings, xy_error *err) {
  if (!xy__grow(&out->rows, &out->capacity, out->n, sizeof *out->rows) ||
      !xy__grow(&out->basis, &out->basis_capacity, out->n, sizeof *out->basis)) {
    return xy__fail_memory(err, "differences");
  }
  const xy__kind *kind = xy__kind_of(p->measure);
  double bound = xy__bound_of(p->measure, p->mode, settings);
  out->basis[out->n] = (xy__verdict_basis){
      evidence_of(&made[DIFFERENCE], 0, bound, floor),
      evidence_of(&made[SECOND], kind != NULL && !isnan(kind->parity) ? kind->parity : 0, bound, floor)};
  out->rows[out->n++] = (xy_difference){.benchmark = p->benchmark,
                                        .measure = p->measure,
                                        .mode = p->mode,
                                        .front = p->front,
                                        .stage = p->stage,
                                        .other = p->other,
                                        .identity = c->identity,
                                        .theme = c->theme,
                                        .n = made[DIFFERENCE].n,
                                        .clusters = made[DIFFERENCE].clusters,
                                        .first = made[FIRST].value,
                                        .second = made[SECOND].value,
                                        .value = made[DIFFERENCE].value,
                                        .low = made[DIFFERENCE].low,
                                        .high = made[DIFFERENCE].high,
                                        .p = made[DIFFERENCE].p,
                                        .q = NAN,
                                        .detectable = made[DIFFERENCE].detectable,
                                        .verdict = ""};
  return XY_OK;
}

static int add_cell(xy__differences *out, const xy__paired *p, const cell *c, double *columns, int *cluster,
                    const xy__measure_settings *settings, xy_error *err) {
  double *of[COLUMNS];
  for (size_t k = 0; k < COLUMNS; k++) of[k] = columns + k * p->n;
  size_t n = 0;
  for (size_t i = 0; i < p->n; i++) {
    if ((c->of != NULL && c->of[i] != c->label) || isnan(p->first[i]) || isnan(p->second[i])) continue;
    of[FIRST][n] = p->first[i];
    of[SECOND][n] = p->second[i];
    of[DIFFERENCE][n] = p->second[i] - p->first[i];
    of[ERROR][n] = p->error != NULL ? p->error[i] : 0;
    cluster[n++] = p->cluster[i];
  }
  if (n == 0) return XY_OK;
  xy__column second = xy__column_of(p->measure, of[SECOND], NULL);
  second.rate = false; /* its interval is not cut, as that of the difference is not */
  const xy__column three[] = {{.values = of[FIRST]}, second, {.values = of[DIFFERENCE]}};
  xy__estimate made[3];
  uint64_t stream = xy__cell_stream(p->benchmark, c->identity, c->theme);
  int rc = xy__stats_estimate(made, three, 3, cluster, n, stream, &settings->stats, err);
  if (rc != XY_OK) return xy__fail_prefix(err, rc, "%s: %s", p->benchmark, p->measure);
  return add_row(out, p, c, made, mean_of(of[ERROR], n), settings, err);
}

static int add_groups(xy__differences *out, const xy__paired *p, const xy__groups *groups, double *columns,
                      int *cluster, const xy__measure_settings *settings, xy_error *err) {
  int rc = XY_OK;
  for (size_t k = 0; rc == XY_OK && groups->n > 1 && k < groups->n; k++) {
    cell one = {all, all, groups->of, (int)k};
    *(groups == &p->identities ? &one.identity : &one.theme) = groups->names[k];
    rc = add_cell(out, p, &one, columns, cluster, settings, err);
  }
  return rc;
}

int xy__compare_add(xy__differences *out, const xy__paired *paired, const xy__measure_settings *settings,
                    xy_error *err) {
  double *columns = xy__array(COLUMNS * paired->n, sizeof *columns);
  int *cluster = xy__array(paired->n, sizeof *cluster);
  int rc = columns == NULL || cluster == NULL ? xy__fail_memory(err, "differences") : XY_OK;
  if (rc == XY_OK) rc = add_cell(out, paired, &(cell){all, all, NULL, 0}, columns, cluster, settings, err);
  if (rc == XY_OK) rc = add_groups(out, paired, &paired->identities, columns, cluster, settings, err);
  if (rc == XY_OK) rc = add_groups(out, paired, &paired->themes, columns, cluster, settings, err);
  if (rc == XY_OK) rc = add_groups(out, paired, &paired->conditions, columns, cluster, settings, err);
  free(columns);
  free(cluster);
  return rc;
}

static bool is_whole(const xy_difference *d) { return strcmp(d->identity, all) == 0 && strcmp(d->theme, all) == 0; }

static bool same_family(const xy_difference *a, const xy_difference *b) {
  return strcmp(a->measure, b->measure) == 0 && strcmp(a->mode, b->mode) == 0 && is_whole(a) == is_whole(b);
}

/* q of the rows of a family: of the differences, and of the second stage's own values. */
static int adjust(xy__differences *differences, const size_t *members, size_t n, double *p, double *q, xy_error *err) {
  for (size_t t = 0; t < n; t++) p[t] = differences->basis[members[t]].change.q;
  int rc = xy__stats_adjust(q, p, n, err);
  for (size_t t = 0; rc == XY_OK && t < n; t++) {
    p[t] = differences->basis[members[t]].own.q;
    differences->rows[members[t]].q = differences->basis[members[t]].change.q = q[t];
  }
  if (rc == XY_OK) rc = xy__stats_adjust(q, p, n, err);
  for (size_t t = 0; rc == XY_OK && t < n; t++) differences->basis[members[t]].own.q = q[t];
  return rc;
}

int xy__compare_judge(xy__differences *differences, double alpha, xy_error *err) {
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
      row[tests++] = k;
    }
    rc = adjust(differences, row, tests, p, q, err);
  }
  for (size_t i = 0; rc == XY_OK && i < n; i++) {
    const xy__verdict_basis *basis = &differences->basis[i];
    if (!xy__is_own(differences->rows[i].measure)) continue;
    differences->rows[i].verdict = xy__verdict_of_change(&basis->change, &basis->own, alpha);
  }
  free(p);
  free(q);
  free(row);
  free(done);
  return rc;
}

void xy__differences_dispose(xy__differences *differences) {
  free(differences->rows);
  free(differences->basis);
}
