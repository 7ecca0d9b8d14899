#include "measure/verdict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/row_index.h"
#include "results/kinds.h"

bool xy__distinct(const xy__evidence *evidence, double alpha) {
  return evidence->q < alpha && (evidence->low > evidence->null || evidence->high < evidence->null);
}

bool xy__is_none(const xy__evidence *evidence) {
  if (fabs(evidence->value - evidence->null) < evidence->floor) return true;
  return evidence->low90 > evidence->null - evidence->bound && evidence->high90 < evidence->null + evidence->bound;
}

const char *xy__verdict_of_change(const xy__evidence *change, const xy__evidence *own, double alpha) {
  if (xy__is_none(change)) return xy__is_none(own) ? "clear" : xy__distinct(own, alpha) ? "persists" : "negligible";
  if (!xy__distinct(change, alpha)) return "undetermined";
  return change->low > change->null ? "amplified" : "attenuated";
}

const char *xy__verdict_of_stage(const xy__evidence *own, double alpha) {
  if (xy__is_none(own)) return "clear";
  return xy__distinct(own, alpha) ? "" : "undetermined";
}

static bool is(const char *name, const char *wanted) { return strcmp(name, wanted) == 0; }

double xy__bound_of(const char *measure, const char *mode, const xy__measure_settings *settings) {
  const xy__kind *kind = xy__kind_of(measure);
  switch (kind != NULL ? kind->unit : XY__NATS) {
    case XY__SHARE:
    case XY__POINTS: return settings->margin_rate;
    case XY__SCORE: return 2 * settings->margin_rate;
    default: return settings->margin_gap / xy__mode_of_gaps(mode)->length;
  }
}

xy__evidence xy__evidence_of(const xy_measure *row, const xy__measure_settings *settings) {
  const xy__kind *kind = xy__kind_of(row->measure);
  return (xy__evidence){.value = row->value,
                        .low = row->low,
                        .high = row->high,
                        .low90 = row->low90,
                        .high90 = row->high90,
                        .q = row->q,
                        .null = kind != NULL && !isnan(kind->parity) ? kind->parity : 0,
                        .bound = xy__bound_of(row->measure, row->mode, settings),
                        .floor = isnan(row->floor) ? 0 : row->floor};
}

bool xy__is_own(const char *measure) {
  const xy__kind *kind = xy__kind_of(measure);
  return kind != NULL && kind->judged && !kind->is_change;
}

const char *xy__own_of(const xy_measure *row) {
  const xy__kind *kind = row->against[0] != '\0' ? xy__kind_changed(row->measure) : NULL;
  return kind != NULL && kind->judged ? kind->name : NULL;
}

/* Families of tests: one measure in one mode, over every benchmark and stage; whole benchmarks, single identities and
 * themes, and crossings of the two are three families. */
static int parts(const xy_measure *row) { return !is(row->identity, "all") + !is(row->theme, "all"); }

static bool same_family(const xy_measure *x, const xy_measure *y) {
  return parts(x) == parts(y) && is(x->measure, y->measure) && is(x->mode, y->mode);
}

int xy__verdicts_correct(xy_results *results, xy_error *err) {
  int rc = XY_OK;
  size_t n = results->n_measures;
  double *p = xy__array(n, sizeof *p), *q = xy__array(n, sizeof *q);
  size_t *members = xy__array(n, sizeof *members);
  unsigned char *done = xy__array(n, 1);
  if (p == NULL || q == NULL || members == NULL || done == NULL) {
    rc = xy__fail_memory(err, "corrections");
    goto out;
  }
  for (size_t first = 0; first < n; first++) {
    if (done[first]) continue;
    size_t count = 0;
    for (size_t i = first; i < n; i++) {
      if (done[i] || !same_family(&results->measures[first], &results->measures[i])) continue;
      done[i] = 1;
      p[count] = results->measures[i].p;
      members[count++] = i;
    }
    if ((rc = xy__stats_adjust(q, p, count, err)) != XY_OK) goto out;
    for (size_t k = 0; k < count; k++) results->measures[members[k]].q = q[k];
  }
out:
  free(p);
  free(q);
  free(members);
  free(done);
  return rc;
}

/* The rows whose equivalence was decided keep the bound and the interval that decided it, those that are judged at all
 * the floor; others have none of them. */
void xy__verdicts_keep_bounds(xy_results *results, const xy__measure_settings *settings) {
  for (size_t i = 0; i < results->n_measures; i++) {
    xy_measure *row = &results->measures[i];
    bool judged = xy__is_own(row->measure) || xy__own_of(row) != NULL;
    if (!judged) row->floor = NAN;
    if (judged && !isnan(row->low90)) {
      row->bound = xy__bound_of(row->measure, row->mode, settings);
    } else {
      row->low90 = row->high90 = row->bound = NAN;
    }
  }
}

int xy__verdicts_judge(xy_results *results, const xy__measure_settings *settings, xy_error *err) {
  static const xy__evidence unknown = {.value = NAN, .low = NAN, .high = NAN, .low90 = NAN, .high90 = NAN, .q = NAN};
  xy__row_index index;
  int rc = xy__row_index_make(&index, results, err);
  for (size_t i = 0; rc == XY_OK && i < results->n_measures; i++) {
    xy_measure *row = &results->measures[i];
    xy__evidence evidence = xy__evidence_of(row, settings);
    if (isnan(row->value)) continue;
    if (xy__is_own(row->measure)) row->verdict = xy__verdict_of_stage(&evidence, settings->alpha);
    const char *of = xy__own_of(row);
    if (of == NULL) continue;
    const xy_measure *own = xy__row_index_find(&index, row, of, row->mode, row->stage, "");
    xy__evidence bias = own != NULL ? xy__evidence_of(own, settings) : unknown;
    row->verdict = xy__verdict_of_change(&evidence, &bias, settings->alpha);
  }
  xy__row_index_dispose(&index);
  return rc;
}
