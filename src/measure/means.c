#include "measure/means.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/rows.h"
#include "results/kinds.h"

/* What the items of a benchmark give to a mean; arrays of [items]. */
typedef struct column {
  double *values;
  unsigned char *use; /* which items count */
} column;

/* A row of every cell. */
typedef struct mean {
  const char *measure, *mode;
  int stage, against;             /* against -1: none */
  const column *plus, *minus;     /* minus NULL: the mean of `plus` alone */
  const unsigned char *needed[2]; /* without any of these items the row stands, with no value; NULL: always has one */
} mean;

typedef column *readings[XY__READINGS];

typedef struct work {
  const xy__task *task;
  const xy_bench *bench;
  const xy__measure_stage *stages;
  size_t n_stages, n_modes;
  const xy__measure_settings *settings;
  readings *read; /* [stages][modes] */
  mean *means;
  size_t n, capacity;
  column **columns; /* every one that was made; owned */
  size_t n_columns, columns_capacity;
  bool failed; /* out of memory */
} work;

static column *new_column(work *w) {
  size_t n = w->bench->n;
  column *made = xy__array(1, sizeof *made);
  if (made != NULL) {
    made->values = xy__array(n, sizeof *made->values);
    made->use = xy__array(n, 1);
  }
  if (made == NULL || made->values == NULL || made->use == NULL ||
      !xy__grow(&w->columns, &w->columns_capacity, w->n_columns, sizeof(column *))) {
    if (made != NULL) {
      free(made->values);
      free(made->use);
    }
    free(made);
    w->failed = true;
    return NULL;
  }
  w->columns[w->n_columns++] = made;
  return made;
}

static void dispose(work *w) {
  for (size_t i = 0; i < w->n_columns; i++) {
    free(w->columns[i]->values);
    free(w->columns[i]->use);
    free(w->columns[i]);
  }
  free(w->columns);
  free(w->means);
  free(w->read);
}

/* ---- what a task reads ------------------------------------------------------------------------------------- */

static bool is_read(const xy__task_measure *measure, const char *mode) {
  return measure->mode == NULL || strcmp(measure->mode, mode) == 0;
}

static size_t count_readings(const xy__task *task) {
  int most = 0;
  for (const xy__task_measure *m = task->measures; m->measure != NULL; m++) {
    const int all[] = {most, m->plus, m->minus, m->needed};
    for (size_t k = 0; k < 4; k++) most = all[k] > most ? all[k] : most;
  }
  return (size_t)most;
}

static readings *read_at(const work *w, int stage, size_t mode) { return &w->read[(size_t)stage * w->n_modes + mode]; }

static void read_items(work *w, int stage, size_t mode) {
  column **to = *read_at(w, stage, mode);
  size_t n = count_readings(w->task);
  for (size_t r = 1; r <= n; r++) to[r] = new_column(w);
  if (w->failed) return;
  const xy__option_score *scores = w->stages[stage].options;
  for (size_t i = 0; i < w->bench->n; i++) {
    xy__reading out[XY__READINGS] = {{0}};
    w->task->read(out, w->bench, &w->bench->items[i], scores, mode);
    for (size_t r = 1; r <= n; r++) {
      to[r]->values[i] = out[r].value;
      to[r]->use[i] = out[r].counts;
    }
    scores += w->bench->items[i].n_options;
  }
}

/* ---- which rows -------------------------------------------------------------------------------------------- */

static void add_mean(work *w, const mean *row) {
  if (w->failed || !xy__grow(&w->means, &w->capacity, w->n, sizeof *row)) {
    w->failed = true;
    return;
  }
  w->means[w->n++] = *row;
}

static bool same_items(const work *w, const column *now, const column *before) {
  return memcmp(now->use, before->use, w->bench->n) == 0;
}

static const column *difference(work *w, const column *now, const column *before) {
  column *paired = new_column(w);
  if (paired == NULL) return NULL;
  for (size_t i = 0; i < w->bench->n; i++) paired->values[i] = now->values[i] - before->values[i];
  memcpy(paired->use, before->use, w->bench->n);
  return paired;
}

/* Of a difference of means each side is compared with itself, over the items that it has at both stages. */
static void add_change(work *w, const mean *row, const char *measure, const column *plus, const column *minus) {
  mean change = *row;
  change.measure = measure;
  change.against = w->stages[row->stage].parent;
  bool same = same_items(w, row->plus, plus);
  if (minus != NULL) {
    if (!same || !same_items(w, row->minus, minus)) return;
    change.minus = difference(w, row->minus, minus);
  } else if (!same) {
    change.minus = plus;
  }
  if (same) change.plus = difference(w, row->plus, plus);
  add_mean(w, &change);
}

/* `before` NULL: the parent has nothing to compare with. */
static void add_measure(work *w, const xy__task_measure *of, const char *mode, int stage, readings *now,
                        readings *before) {
  column **a = *now;
  mean row = {.measure = of->measure,
              .mode = mode,
              .stage = stage,
              .against = -1,
              .plus = a[of->plus],
              .minus = of->minus > 0 ? a[of->minus] : NULL,
              .needed = {of->needed > 0 ? a[of->needed]->use : NULL, NULL}};
  add_mean(w, &row);
  const xy__kind *kind = xy__kind_of(of->measure);
  if (before == NULL || kind == NULL || kind->change == NULL) return;
  column **b = *before;
  if (of->needed > 0) row.needed[1] = b[of->needed]->use;
  add_change(w, &row, kind->change, b[of->plus], of->minus > 0 ? b[of->minus] : NULL);
}

/* Whether a stage's scores allow what reads tokens, or the sums of texts alone. */
static bool is_known(const work *w, int stage, bool by_token) {
  return stage >= 0 && w->stages[stage].options != NULL && !(w->stages[stage].sums && by_token);
}

static void add_mode(work *w, int stage, const char *name, size_t mode, bool by_token) {
  int parent = w->stages[stage].parent;
  readings *before = is_known(w, parent, by_token) ? read_at(w, parent, mode) : NULL;
  for (const xy__task_measure *m = w->task->measures; m->measure != NULL && !w->failed; m++) {
    bool wanted = *name != '\0' ? is_read(m, name) : m->mode != NULL && *m->mode == '\0';
    if (wanted) add_measure(w, m, name, stage, read_at(w, stage, mode), before);
  }
}

static bool any_read(const xy__task *task, const char *mode) {
  for (const xy__task_measure *m = task->measures; m->measure != NULL; m++) {
    if (is_read(m, mode)) return true;
  }
  return false;
}

static void add_stage(work *w, int stage) {
  for (size_t m = 0; m < w->n_modes && !w->failed; m++) {
    const xy__mode_row *mode = xy__mode_at(w->task->name, m);
    if (!any_read(w->task, mode->name) || !is_known(w, stage, mode->by_token)) continue;
    read_items(w, stage, m);
    if (!w->failed) add_mode(w, stage, mode->name, m, mode->by_token);
  }
  if (is_known(w, stage, true) && !w->failed) add_mode(w, stage, "", 0, true);
}

/* ---- estimates --------------------------------------------------------------------------------------------- */

/* The part of a column that lies in a cell. */
static bool take(column *out, const column *from, const xy__cell *cell) {
  out->values = xy__array(cell->n, sizeof *out->values);
  out->use = xy__array(cell->n, 1);
  if (out->values == NULL || out->use == NULL) return false;
  for (size_t k = 0; k < cell->n; k++) {
    out->values[k] = from->values[cell->items[k]];
    out->use[k] = from->use[cell->items[k]];
  }
  return true;
}

static bool any(const unsigned char *use, const xy__cell *cell) {
  for (size_t k = 0; k < cell->n; k++) {
    if (use[cell->items[k]]) return true;
  }
  return false;
}

/* Some measures have no value here (every answer was "unknown", say), which is not the same as having none to give. */
static bool is_undefined(const mean *row, const xy__cell *cell) {
  for (int k = 0; k < 2; k++) {
    if (row->needed[k] != NULL && !any(row->needed[k], cell)) return true;
  }
  return false;
}

static int add_row(xy_results *results, const work *w, const xy__cell *cell, const mean *from,
                   const xy__estimate *estimate, xy_error *err) {
  xy__estimate undefined = {estimate->n, estimate->clusters, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
  if (is_undefined(from, cell)) {
    estimate = &undefined;
  } else if (isnan(estimate->value)) {
    return XY_OK;
  }
  xy__row row = {.benchmark = w->bench->name,
                 .measure = from->measure,
                 .mode = from->mode,
                 .stage = w->stages[from->stage].name,
                 .against = from->against >= 0 ? w->stages[from->against].name : "",
                 .cell = cell,
                 .scale = 1};
  return xy__row_add(results, &row, estimate, err);
}

static int measure_cell(xy_results *results, const work *w, const xy__cell *cell, xy_error *err) {
  int rc = XY_OK;
  uint64_t stream = xy__cell_stream(w->bench->name, cell->identity, cell->theme);
  const xy__stats_options *options = &w->settings->stats;
  size_t n_means = 0;
  column *parts = xy__array(2 * w->n, sizeof *parts);
  xy__column *means = xy__array(w->n, sizeof *means);
  xy__estimate *made = xy__array(w->n, sizeof *made), *estimates = xy__array(w->n, sizeof *estimates);
  int *cluster = xy__cell_clusters(cell, w->bench);
  if (parts == NULL || means == NULL || made == NULL || estimates == NULL || cluster == NULL) {
    rc = xy__fail_memory(err, "the rows of a cell");
    goto out;
  }
  for (size_t r = 0; r < w->n; r++) {
    const mean *row = &w->means[r];
    column *plus = &parts[2 * r], *minus = &parts[2 * r + 1];
    if (!take(plus, row->plus, cell) || (row->minus != NULL && !take(minus, row->minus, cell))) {
      rc = xy__fail_memory(err, "the rows of a cell");
      goto out;
    }
    xy__column of_plus = xy__column_of(row->measure, plus->values, plus->use);
    if (row->minus == NULL) {
      means[n_means++] = of_plus;
      continue;
    }
    xy__column of_minus = xy__column_of(row->measure, minus->values, minus->use);
    rc = xy__stats_contrast(&estimates[r], &of_plus, &of_minus, cluster, cell->n, stream, options, err);
    if (rc != XY_OK) goto out;
  }
  if (n_means > 0) rc = xy__stats_estimate(made, means, n_means, cluster, cell->n, stream, options, err);
  for (size_t r = 0, at = 0; rc == XY_OK && r < w->n; r++) {
    const mean *row = &w->means[r];
    rc = add_row(results, w, cell, row, row->minus == NULL ? &made[at++] : &estimates[r], err);
  }
out:
  for (size_t i = 0; parts != NULL && i < 2 * w->n; i++) {
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

int xy__measure_means(xy_results *results, const xy__task *task, const xy_bench *bench, const xy__measure_stage *stages,
                      size_t n_stages, const xy__measure_settings *settings, xy_error *err) {
  work w = {.task = task, .bench = bench, .stages = stages, .n_stages = n_stages, .settings = settings};
  xy__cell *cells = NULL;
  size_t n_cells = 0;
  while (xy__mode_at(task->name, w.n_modes) != NULL) w.n_modes++;
  w.read = xy__array(n_stages * w.n_modes, sizeof *w.read);
  w.failed = w.read == NULL;
  for (int s = 0; s < (int)n_stages && !w.failed; s++) {
    if (stages[s].options != NULL) add_stage(&w, s);
  }
  int rc = w.failed ? xy__fail_memory(err, bench->name)
                    : xy__cells_make(&cells, &n_cells, bench, xy__task_of(bench)->conditions, err);
  for (size_t c = 0; rc == XY_OK && w.n > 0 && c < n_cells; c++) rc = measure_cell(results, &w, &cells[c], err);
  xy__cells_free(cells, n_cells);
  dispose(&w);
  return rc;
}
