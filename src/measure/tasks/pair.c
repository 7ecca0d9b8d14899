/* Pair benchmarks, and whatever else has two sides: gaps of every item at every stage, then for each cell the columns
 * that its rows need (each made once, however many rows name it), estimated on shared draws.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "measure/beyond.h"
#include "measure/headline.h"
#include "measure/pair_rows.h"
#include "measure/rows.h"
#include "measure/task.h"

typedef struct work {
  const xy_bench *bench;
  const xy__measure_stage *stages;
  size_t n_stages;
  const xy__measure_settings *settings;
  double *gaps;           /* [XY__MODES][n_stages][items]; unscored stages stay 0 and are not read */
  signed char *winoqueer; /* [n_stages][items]: 1 where the rounded score of the target is above */
} work;

static const double *gaps_of(const work *w, xy__mode mode, int stage) {
  return w->gaps + ((size_t)mode * w->n_stages + (size_t)stage) * w->bench->n;
}

/* Python's round(x, 3) in thousandths: correctly rounded from the exact value, which printf does too. */
static long long thousandths(double x) {
  double scaled = x * 1000, whole = floor(scaled);
  if (fabs(scaled - whole - 0.5) > 1e-3) return (long long)floor(scaled + 0.5);
  char text[64];
  snprintf(text, sizeof text, "%.3f", x);
  return llround(strtod(text, NULL) * 1000);
}

static int fill_gaps(work *w, xy_error *err) {
  size_t n = w->bench->n;
  w->gaps = xy__array((size_t)XY__MODES * w->n_stages * n, sizeof *w->gaps);
  w->winoqueer = xy__array(w->n_stages * n, sizeof *w->winoqueer);
  if (w->gaps == NULL || w->winoqueer == NULL) return xy__fail_memory(err, "gaps");
  for (size_t s = 0; s < w->n_stages; s++) {
    if (w->stages[s].sides == NULL) continue;
    for (size_t i = 0; i < n; i++) {
      const xy__side *sides = w->stages[s].sides[i];
      for (int mode = 0; mode < XY__MODES; mode++) {
        if (w->stages[s].sums && xy__mode_by_token((xy__mode)mode)) continue;
        double gap = xy__pair_gap(sides, (xy__mode)mode);
        if (!isfinite(gap)) {
          return xy__fail(err, XY_ERR_NUMERIC, "item %s: stage %s: gap '%s' is not finite", w->bench->items[i].id,
                          w->stages[s].name, xy__mode_name((xy__mode)mode));
        }
        w->gaps[((size_t)mode * w->n_stages + s) * n + i] = gap;
      }
      if (w->stages[s].sums) continue;
      w->winoqueer[s * n + i] = thousandths(sides[0].shared) > thousandths(sides[1].shared);
    }
  }
  return XY_OK;
}

/* Drops the rows that need tokens of a stage of which only sums are known. */
static void drop_unknown(xy__pair_rows *rows, const xy__measure_stage *stages) {
  size_t kept = 0;
  for (size_t r = 0; r < rows->n; r++) {
    const xy__gap_row *row = &rows->rows[r];
    bool sums = stages[row->a].sums || (row->b >= 0 && stages[row->b].sums);
    if (sums && xy__mode_by_token(row->mode)) continue;
    rows->rows[kept++] = *row;
  }
  rows->n = kept;
}

/* A column of a cell and the memory that it points into. */
typedef struct column_memory {
  double *values;
  unsigned char *use; /* NULL: all */
} column_memory;

static bool untied_only(xy__formula formula) {
  return formula == XY__PREFERS || formula == XY__CHANGE_PREFERS || formula == XY__TURNS;
}

/* What became of the log-probability of one side. */
static double side_change(const work *w, const xy__gap_row *row, size_t item, int side) {
  return xy__side_score(&w->stages[row->a].sides[item][side], row->mode) -
         xy__side_score(&w->stages[row->b].sides[item][side], row->mode);
}

static double contribution(bool *counts, const work *w, const xy__gap_row *row, size_t item) {
  double a = gaps_of(w, row->mode, row->a)[item], b = row->b >= 0 ? gaps_of(w, row->mode, row->b)[item] : 0;
  *counts = true;
  switch (row->formula) {
    case XY__PREFERS: *counts = a != 0; return a > 0;
    case XY__TIED: return a == 0;
    case XY__PREFERS_ROUND: return w->winoqueer[(size_t)row->a * w->bench->n + item];
    case XY__CHANGE: return a - b;
    case XY__CHANGE_PREFERS: *counts = a != b; return a > b;
    case XY__TURNS: *counts = a != 0 && b != 0; return (a > 0) - (b > 0);
    case XY__OF_TARGET: return side_change(w, row, item, 0);
    case XY__OF_COUNTERPART: return side_change(w, row, item, 1);
    default: return a;
  }
}

static int fill_column(xy__column *out, column_memory *memory, const work *w, const xy__gap_row *row,
                       const xy__cell *cell, xy_error *err) {
  bool some_left_out = false;
  memory->values = xy__array(cell->n, sizeof *memory->values);
  if (untied_only(row->formula)) memory->use = xy__array(cell->n, 1);
  if (memory->values == NULL || (untied_only(row->formula) && memory->use == NULL)) {
    return xy__fail_memory(err, "a column of gaps");
  }
  for (size_t k = 0; k < cell->n; k++) {
    bool counts;
    memory->values[k] = contribution(&counts, w, row, cell->items[k]);
    if (memory->use != NULL) memory->use[k] = counts;
    some_left_out = some_left_out || !counts;
  }
  *out = xy__column_of(row->measure, memory->values, some_left_out ? memory->use : NULL);
  return XY_OK;
}

static bool same_column(const xy__gap_row *x, const xy__gap_row *y) {
  return x->formula == y->formula && x->mode == y->mode && x->a == y->a && x->b == y->b;
}

/* How far the engine's error may carry the row's mean; 0 for what is no mean of gaps. */
static double floor_of(const work *w, const xy__gap_row *row, const xy__cell *cell) {
  if (row->formula != XY__GAP && row->formula != XY__CHANGE) return 0;
  double sum = 0;
  for (size_t k = 0; k < cell->n; k++) {
    sum += xy__pair_error(w->stages[row->a].sides[cell->items[k]], row->mode, w->settings->error);
  }
  return sum / (double)cell->n;
}

static int add_row(xy_results *results, const work *w, const xy__cell *cell, const xy__gap_row *row,
                   const xy__estimate *estimate, xy_error *err) {
  if (isnan(estimate->value)) return XY_OK; /* nothing untied, nothing to rank */
  if (row->formula == XY__TIED && estimate->value == 0) return XY_OK;
  xy__row out = {.benchmark = w->bench->name,
                 .measure = row->measure,
                 .mode = xy__mode_name(row->mode),
                 .stage = w->stages[row->stage].name,
                 .against = row->against >= 0 ? w->stages[row->against].name : "",
                 .cell = cell,
                 .scale = row->scale,
                 .ties = untied_only(row->formula) ? (int64_t)cell->n - estimate->n : 0,
                 .floor = floor_of(w, row, cell)};
  return xy__row_add(results, &out, estimate, err);
}

/* A statement about an identity: items of one cluster and identity, in both halves of its templates. */
typedef struct half {
  double gap, margin; /* sums of D(b) and D(a) - D(b) */
  int n;
} half;
typedef struct statement {
  half halves[2];
  int cluster;
} statement;

/* The statements of a cell, each other template of one in its second half; the caller frees *out. */
static int split_statements(statement **out, size_t *n, const work *w, const xy__gap_row *row, const xy__cell *cell,
                            const int *cluster, xy_error *err) {
  size_t identities = w->bench->identities.n + 1, most = 0;
  for (size_t k = 0; k < cell->n; k++) most = (size_t)cluster[k] >= most ? (size_t)cluster[k] + 1 : most;
  statement *list = xy__array(most * identities, sizeof *list);
  if (list == NULL) return xy__fail_memory(err, "rank correlations");
  const double *a = gaps_of(w, row->mode, row->a), *b = gaps_of(w, row->mode, row->b);
  for (size_t k = 0; k < cell->n; k++) {
    const xy__item *item = &w->bench->items[cell->items[k]];
    statement *of = &list[(size_t)cluster[k] * identities + (size_t)(item->identity + 1)];
    size_t place = item->template >= 0 ? (size_t)item->template : (size_t)(of->halves[0].n + of->halves[1].n);
    half *to = &of->halves[place % 2];
    of->cluster = cluster[k];
    to->gap += b[cell->items[k]];
    to->margin += a[cell->items[k]] - b[cell->items[k]];
    to->n++;
  }
  *n = 0;
  for (size_t i = 0; i < most * identities; i++) {
    if (list[i].halves[0].n > 0 && list[i].halves[1].n > 0) list[(*n)++] = list[i];
  }
  *out = list;
  return XY_OK;
}

typedef struct ranked {
  double value;
  size_t place;
} ranked;

static int by_value(const void *a, const void *b) {
  const ranked *x = a, *y = b;
  return (x->value > y->value) - (x->value < y->value);
}

/* values[0], values[2], … (n of them) become their ranks, ties the mean of theirs. */
static void rank_each_other(double *values, ranked *room, size_t n) {
  for (size_t i = 0; i < n; i++) room[i] = (ranked){values[2 * i], 2 * i};
  qsort(room, n, sizeof *room, by_value);
  for (size_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && room[end].value == room[i].value;) end++;
    for (size_t k = i; k < end; k++) values[room[k].place] = (double)(i + end - 1) / 2;
  }
}

/* The gap of one half against the margin over the other, the mean of both ways: the two share no item, so that chance
 * in the reference's gaps does not pull them apart. Ranked way by way, their correlation together is that mean. No
 * value where statements have fewer than two templates. */
static int estimate_ranks(xy__estimate *out, const work *w, const xy__gap_row *row, const xy__cell *cell,
                          const int *cluster, uint64_t stream, xy_error *err) {
  statement *list = NULL;
  size_t n = 0;
  int rc = split_statements(&list, &n, w, row, cell, cluster, err);
  double *x = xy__array(2 * n, sizeof *x), *y = xy__array(2 * n, sizeof *y);
  int *of = xy__array(2 * n, sizeof *of);
  ranked *room = xy__array(n, sizeof *room);
  if (rc == XY_OK && (x == NULL || y == NULL || of == NULL || room == NULL))
    rc = xy__fail_memory(err, "rank correlations");
  for (size_t i = 0; rc == XY_OK && i < 2 * n; i++) {
    const half *gap = &list[i / 2].halves[i % 2], *margin = &list[i / 2].halves[1 - i % 2];
    x[i] = gap->gap / gap->n;
    y[i] = margin->margin / margin->n;
    of[i] = list[i / 2].cluster;
  }
  for (size_t way = 0; rc == XY_OK && way < 2 && n > 0; way++) {
    rank_each_other(x + way, room, n);
    rank_each_other(y + way, room, n);
  }
  if (rc == XY_OK && n > 0) rc = xy__stats_spearman(out, x, y, of, 2 * n, stream, &w->settings->stats, err);
  free(list);
  free(x);
  free(y);
  free(of);
  free(room);
  return rc;
}

static int measure_cell(xy_results *results, const work *w, const xy__cell *cell, const xy__pair_rows *rows,
                        xy_error *err) {
  int rc = XY_OK;
  uint64_t stream = xy__cell_stream(w->bench->name, cell->identity, cell->theme);
  size_t n = 0, *column_of = xy__array(rows->n, sizeof *column_of);
  xy__column *columns = xy__array(rows->n, sizeof *columns);
  column_memory *memory = xy__array(rows->n, sizeof *memory);
  xy__estimate *made = xy__array(rows->n, sizeof *made);
  int *cluster = xy__cell_clusters(cell, w->bench);
  if (column_of == NULL || columns == NULL || memory == NULL || made == NULL || cluster == NULL) {
    rc = xy__fail_memory(err, "the columns of a cell");
    goto out;
  }
  for (size_t r = 0; r < rows->n; r++) {
    const xy__gap_row *row = &rows->rows[r];
    if (row->formula == XY__RANKS) continue;
    size_t earlier = 0;
    while (earlier < r && !same_column(&rows->rows[earlier], row)) earlier++;
    column_of[r] = earlier < r ? column_of[earlier] : n;
    if (earlier < r) continue;
    if ((rc = fill_column(&columns[n], &memory[n], w, row, cell, err)) != XY_OK) goto out;
    n++;
  }
  if ((rc = xy__stats_estimate(made, columns, n, cluster, cell->n, stream, &w->settings->stats, err)) != XY_OK) {
    goto out;
  }
  for (size_t r = 0; r < rows->n; r++) {
    xy__estimate ranks = {.value = NAN}, *estimate = &made[column_of[r]];
    if (rows->rows[r].formula == XY__RANKS) {
      estimate = &ranks;
      if ((rc = estimate_ranks(&ranks, w, &rows->rows[r], cell, cluster, stream, err)) != XY_OK) goto out;
    }
    if ((rc = add_row(results, w, cell, &rows->rows[r], estimate, err)) != XY_OK) goto out;
  }
out:
  for (size_t c = 0; memory != NULL && c < rows->n; c++) {
    free(memory[c].values);
    free(memory[c].use);
  }
  free(column_of);
  free(columns);
  free(memory);
  free(made);
  free(cluster);
  return rc;
}

int xy__measure_gaps(xy_results *results, const xy_bench *bench, const xy__measure_stage *stages, size_t n_stages,
                     const xy__measure_settings *settings, xy_error *err) {
  work w = {.bench = bench, .stages = stages, .n_stages = n_stages, .settings = settings};
  xy__headline headline;
  (void)xy__headline_of(&headline, bench, settings); /* every task with sides has one */
  xy__pair_rows rows[XY__CROSSING + 1] = {0};
  xy__cell *cells = NULL;
  size_t n_cells = 0;
  int rc = fill_gaps(&w, err);
  for (int reach = 0; rc == XY_OK && reach <= XY__CROSSING; reach++) {
    rc = xy__pair_rows_make(&rows[reach], bench, stages, n_stages, (xy__reach)reach, headline.gaps, err);
    if (rc == XY_OK) drop_unknown(&rows[reach], stages);
  }
  if (rc == XY_OK) rc = xy__cells_make(&cells, &n_cells, bench, false, err);
  for (size_t c = 0; rc == XY_OK && c < n_cells; c++) {
    rc = measure_cell(results, &w, &cells[c], &rows[cells[c].reach], err);
    if (rc != XY_OK || bench->n_controls == 0 || cells[c].reach == XY__CROSSING) continue;
    rc = xy__measure_beyond(results, bench, &cells[c], stages, n_stages, XY__FULL, settings, err);
  }
  xy__cells_free(cells, n_cells);
  for (int reach = 0; reach <= XY__CROSSING; reach++) free(rows[reach].rows);
  free(w.gaps);
  free(w.winoqueer);
  return rc;
}

/* ---- samples ----------------------------------------------------------------------------------------------- */

static double gap_of(const json_t *sample) { return json_number_value(json_object_get(sample, "gap_full")); }
static double prefers_of(const json_t *sample) { return gap_of(sample) > 0; }
const xy__task_metric xy__gap_metrics[] = {{"gap", false, gap_of}, {"prefers_target", false, prefers_of}, {0}};

const xy__task xy__task_pair = {.name = "pair", .sides = true, .prompted = true, .metrics = xy__gap_metrics};
