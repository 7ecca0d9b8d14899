/* See table.h. */
#include "measure/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

xy__share *xy__wide_share(xy__wide *wide) {
  size_t n = wide->bench->n;
  xy__share *share = xy__array(1, sizeof *share);
  if (share != NULL) {
    share->values = xy__array(n, sizeof *share->values);
    share->use = xy__array(n, 1);
  }
  if (share == NULL || share->values == NULL || share->use == NULL ||
      !xy__grow(&wide->shares, &wide->shares_capacity, wide->n_shares, sizeof(xy__share *))) {
    if (share != NULL) {
      free(share->values);
      free(share->use);
    }
    free(share);
    wide->failed = true;
    return NULL;
  }
  wide->shares[wide->n_shares++] = share;
  return share;
}

void xy__wide_add(xy__wide *wide, const xy__wide_row *row) {
  if (wide->failed || row->plus == NULL || !xy__grow(&wide->rows, &wide->capacity, wide->n, sizeof *row)) {
    wide->failed = true;
    return;
  }
  wide->rows[wide->n++] = *row;
}

void xy__wide_dispose(xy__wide *wide) {
  for (size_t i = 0; i < wide->n_shares; i++) {
    free(wide->shares[i]->values);
    free(wide->shares[i]->use);
    free(wide->shares[i]);
  }
  free(wide->shares);
  free(wide->rows);
  *wide = (xy__wide){0};
}

void xy__wide_change(xy__wide *wide, const xy__wide_row *row, const char *measure, const xy__share *before) {
  if (wide->failed || before == NULL || row->plus == NULL) {
    wide->failed = true;
    return;
  }
  xy__wide_row change = {.measure = measure,
                         .mode = row->mode,
                         .stage = row->stage,
                         .against = wide->stages[row->stage].parent,
                         .plus = row->plus,
                         .minus = before,
                         .tested = true,
                         .needed = {row->needed[0], row->needed[1]}};
  size_t n = wide->bench->n;
  if (memcmp(row->plus->use, before->use, n) == 0) {
    xy__share *paired = xy__wide_share(wide);
    if (paired == NULL) return;
    for (size_t i = 0; i < n; i++) paired->values[i] = row->plus->values[i] - before->values[i];
    memcpy(paired->use, before->use, n);
    change.plus = paired;
    change.minus = NULL;
  }
  xy__wide_add(wide, &change);
}

/* ---- estimates ---- */

/* The part of a share that lies in a cell. */
typedef struct part {
  double *values;
  unsigned char *use;
} part;

static bool take(part *out, const xy__share *share, const xy__cell *cell) {
  out->values = xy__array(cell->n, sizeof *out->values);
  out->use = xy__array(cell->n, 1);
  if (out->values == NULL || out->use == NULL) return false;
  for (size_t k = 0; k < cell->n; k++) {
    out->values[k] = share->values[cell->items[k]];
    out->use[k] = share->use[cell->items[k]];
  }
  return true;
}

static xy__column column_of(const part *from, const xy__wide_row *row) {
  return (xy__column){.values = from->values, .use = from->use, .null = row->null, .rate = row->rate};
}

static bool any(const unsigned char *use, const xy__cell *cell) {
  for (size_t k = 0; k < cell->n; k++) {
    if (use[cell->items[k]]) return true;
  }
  return false;
}

/* Some measures have no value here (every answer was "unknown", say), which is not the same as having none to give. */
static bool is_undefined(const xy__wide_row *row, const xy__cell *cell) {
  for (int k = 0; k < 2; k++) {
    if (row->needed[k] != NULL && !any(row->needed[k], cell)) return true;
  }
  return false;
}

static int add_row(xy_results *results, const xy__wide *wide, const xy__cell *cell, const xy__wide_row *row,
                   const xy__estimate *estimate, xy_error *err) {
  bool undefined = is_undefined(row, cell);
  if (isnan(estimate->value) && !undefined) return XY_OK;
  xy_measure out = {.benchmark = wide->bench->name,
                    .measure = row->measure,
                    .mode = row->mode,
                    .stage = wide->stages[row->stage].name,
                    .against = row->against >= 0 ? wide->stages[row->against].name : "",
                    .identity = cell->identity,
                    .theme = cell->theme,
                    .n = estimate->n,
                    .clusters = estimate->clusters,
                    .value = estimate->value,
                    .low = estimate->low,
                    .high = estimate->high,
                    .p = row->tested ? estimate->p : NAN,
                    .q = NAN,
                    .detectable = row->tested ? estimate->detectable : NAN,
                    .verdict = "",
                    .low90 = estimate->low90,
                    .high90 = estimate->high90,
                    .bound = NAN};
  if (undefined) out.value = out.low = out.high = out.p = out.detectable = out.low90 = out.high90 = NAN;
  return xy__results_add(results, &out, err);
}

static int measure_cell(xy_results *results, const xy__wide *wide, const xy__cell *cell, xy_error *err) {
  int rc = XY_OK;
  uint64_t stream = xy__cell_stream(wide->bench->name, cell->identity, cell->theme);
  const xy__stats_options *options = &wide->settings->stats;
  size_t n_means = 0;
  part *parts = xy__array(2 * wide->n, sizeof *parts);
  xy__column *means = xy__array(wide->n, sizeof *means);
  xy__estimate *made = xy__array(wide->n, sizeof *made), *estimates = xy__array(wide->n, sizeof *estimates);
  int *cluster = xy__array(cell->n, sizeof *cluster);
  if (parts == NULL || means == NULL || made == NULL || estimates == NULL || cluster == NULL) {
    rc = xy__fail_memory(err, "the rows of a cell");
    goto out;
  }
  for (size_t k = 0; k < cell->n; k++) cluster[k] = wide->bench->items[cell->items[k]].cluster;
  for (size_t r = 0; r < wide->n; r++) {
    const xy__wide_row *row = &wide->rows[r];
    if (!take(&parts[2 * r], row->plus, cell) || (row->minus != NULL && !take(&parts[2 * r + 1], row->minus, cell))) {
      rc = xy__fail_memory(err, "the rows of a cell");
      goto out;
    }
    xy__column plus = column_of(&parts[2 * r], row);
    if (row->minus == NULL) {
      means[n_means++] = plus;
      continue;
    }
    xy__column minus = column_of(&parts[2 * r + 1], row);
    rc = xy__stats_contrast(&estimates[r], &plus, &minus, cluster, cell->n, stream, options, err);
    if (rc != XY_OK) goto out;
  }
  if (n_means > 0) rc = xy__stats_estimate(made, means, n_means, cluster, cell->n, stream, options, err);
  for (size_t r = 0, mean = 0; rc == XY_OK && r < wide->n; r++) {
    const xy__wide_row *row = &wide->rows[r];
    rc = add_row(results, wide, cell, row, row->minus == NULL ? &made[mean++] : &estimates[r], err);
  }
out:
  for (size_t i = 0; parts != NULL && i < 2 * wide->n; i++) {
    free(parts[i].values);
    free(parts[i].use);
  }
  free(parts);
  free(means);
  free(made);
  free(estimates);
  free(cluster);
  return rc;
}

int xy__wide_measure(xy_results *results, xy__wide *wide, const xy__cell *cells, size_t n_cells, xy_error *err) {
  int rc = wide->failed ? xy__fail_memory(err, wide->bench->name) : XY_OK;
  for (size_t c = 0; rc == XY_OK && wide->n > 0 && c < n_cells; c++) {
    rc = measure_cell(results, wide, &cells[c], err);
  }
  if (rc == XY_ERR_NUMERIC || rc == XY_ERR_ARGUMENT) xy__fail_prefix(err, rc, "%s", wide->bench->name);
  return rc;
}
