#include "measure/rows.h"

#include <math.h>
#include <stdlib.h>

#include "results/kinds.h"

xy__column xy__column_of(const char *measure, const double *values, const unsigned char *use) {
  const xy__kind *kind = xy__kind_of(measure);
  bool rate = kind != NULL && (kind->unit == XY__SHARE || kind->unit == XY__PERCENT);
  double null = kind != NULL && !isnan(kind->parity) ? kind->parity : 0;
  return (xy__column){.values = values, .use = use, .null = null, .rate = rate};
}

int xy__row_add(xy_results *results, const xy__row *row, const xy__estimate *estimate, xy_error *err) {
  const xy__kind *kind = xy__kind_of(row->measure);
  bool tested = kind != NULL && kind->tested;
  xy_measure out = {
      .benchmark = row->benchmark,
      .measure = row->measure,
      .mode = row->mode,
      .stage = row->stage,
      .against = row->against,
      .identity = row->cell->identity,
      .theme = row->cell->theme,
      .n = estimate->n,
      .clusters = estimate->clusters,
      .value = row->scale * estimate->value,
      .low = row->scale * estimate->low,
      .high = row->scale * estimate->high,
      .p = tested ? estimate->p : NAN,
      .q = NAN,
      .detectable = tested ? row->scale * estimate->detectable : NAN,
      .verdict = "",
      .low90 = row->scale * estimate->low90,
      .high90 = row->scale * estimate->high90,
      .bound = NAN,
      .ties = row->ties,
      .level = "",
      .depends = "",
      .floor = row->floor > 0 ? row->scale * row->floor : NAN,
  };
  return xy__results_add(results, &out, err);
}

int *xy__cell_clusters(const xy__cell *cell, const xy_bench *bench) {
  int *cluster = xy__array(cell->n, sizeof *cluster);
  for (size_t k = 0; cluster != NULL && k < cell->n; k++) cluster[k] = bench->items[cell->items[k]].cluster;
  return cluster;
}
