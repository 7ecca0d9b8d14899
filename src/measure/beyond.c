#include "measure/beyond.h"

#include <math.h>
#include <stdlib.h>

#include "measure/rows.h"

/* Statements and controls of one target, counterpart and template. */
typedef struct place {
  int labels[3];
  size_t items, controls;
  double mean; /* of the controls, in the column in hand */
} place;

/* A column of values: a stage's gaps, or their change from another stage. */
typedef struct column {
  const char *measure;
  int stage, against; /* against -1: none */
} column;

typedef struct work {
  const xy_bench *bench;
  const xy__measure_stage *stages;
  xy__mode mode;
  place *places;
  size_t n_places, n_columns;
  column *columns;
  size_t n[2], *items[2]; /* of the cell's items and of the controls, those that have the others beside them */
  place **at[2];          /* where each stands */
  int *cluster[2];
  double *weight;     /* of the controls */
  double **values[2]; /* [n_columns][n] */
} work;

static void set_labels(place *of, const xy__item *item) {
  *of = (place){.labels = {item->identity, item->counterpart, item->template}};
}

static place *find_place(const work *w, xy__map *map, const xy__item *item) {
  place key;
  int64_t at;
  set_labels(&key, item);
  return xy__map_get(map, (const char *)key.labels, sizeof key.labels, &at) ? &w->places[at] : NULL;
}

/* Counts what stands at every place; false when out of memory. */
static bool count_places(work *w, xy__map *map, const xy__cell *cell) {
  w->places = xy__array(cell->n, sizeof *w->places);
  if (w->places == NULL) return false;
  for (size_t k = 0; k < cell->n; k++) {
    const xy__item *item = &w->bench->items[cell->items[k]];
    place *found = find_place(w, map, item);
    if (found == NULL) {
      found = &w->places[w->n_places];
      set_labels(found, item);
      if (!xy__map_put(map, (const char *)found->labels, sizeof found->labels, (int64_t)w->n_places++)) return false;
    }
    found->items++;
  }
  for (size_t i = w->bench->n; i < xy__bench_asked(w->bench); i++) {
    place *found = find_place(w, map, &w->bench->items[i]);
    if (found != NULL) found->controls++;
  }
  return true;
}

static void keep(work *w, int set, size_t item, place *at) {
  w->items[set][w->n[set]] = item;
  w->at[set][w->n[set]] = at;
  w->cluster[set][w->n[set]++] = w->bench->items[item].cluster;
}

/* Both sets, and the controls' weights: together they weigh at each place what the items do. */
static bool choose_items(work *w, xy__map *map, const xy__cell *cell) {
  const size_t most[2] = {cell->n, w->bench->n_controls};
  for (int set = 0; set < 2; set++) {
    w->items[set] = xy__array(most[set], sizeof *w->items[set]);
    w->cluster[set] = xy__array(most[set], sizeof *w->cluster[set]);
    w->at[set] = xy__array(most[set], sizeof(place *));
    if (w->items[set] == NULL || w->cluster[set] == NULL || w->at[set] == NULL) return false;
  }
  w->weight = xy__array(most[1], sizeof *w->weight);
  if (w->weight == NULL) return false;
  for (size_t k = 0; k < cell->n; k++) {
    place *at = find_place(w, map, &w->bench->items[cell->items[k]]);
    if (at->controls > 0) keep(w, 0, cell->items[k], at);
  }
  for (size_t i = w->bench->n; i < xy__bench_asked(w->bench); i++) {
    place *at = find_place(w, map, &w->bench->items[i]);
    if (at == NULL) continue;
    w->weight[w->n[1]] = (double)at->items / (double)at->controls;
    keep(w, 1, i, at);
  }
  return true;
}

static double gap_of(const work *w, int stage, size_t item) {
  return xy__pair_gap(w->stages[stage].sides[item], w->mode);
}

static bool has_controls(const work *w, int stage) {
  if (stage < 0 || w->stages[stage].sides == NULL) return false;
  for (size_t i = w->bench->n; i < xy__bench_asked(w->bench); i++) {
    if (!isfinite(gap_of(w, stage, i))) return false;
  }
  return true;
}

static int root_of(const work *w, int stage) {
  while (w->stages[stage].parent >= 0) stage = w->stages[stage].parent;
  return stage;
}

static bool choose_columns(work *w, size_t n_stages) {
  w->columns = xy__array(3 * n_stages, sizeof *w->columns);
  if (w->columns == NULL) return false;
  for (int s = 0; s < (int)n_stages; s++) {
    if (!has_controls(w, s)) continue;
    w->columns[w->n_columns++] = (column){"beyond_controls", s, -1};
    int parent = w->stages[s].parent, root = root_of(w, s);
    if (has_controls(w, parent)) w->columns[w->n_columns++] = (column){"beyond_controls_change", s, parent};
    if (root != s && root != parent && has_controls(w, root)) {
      w->columns[w->n_columns++] = (column){"beyond_controls_change", s, root};
    }
  }
  return true;
}

static double value_of(const work *w, const column *of, size_t item) {
  return gap_of(w, of->stage, item) - (of->against >= 0 ? gap_of(w, of->against, item) : 0);
}

/* Both sets less the mean of the controls at the same place: the difference of their means stays, and a name or a
 * template that some statements have and others have not adds nothing to the spread between statements. */
static void fill_column(work *w, size_t c) {
  const column *of = &w->columns[c];
  for (size_t p = 0; p < w->n_places; p++) w->places[p].mean = 0;
  for (size_t k = 0; k < w->n[1]; k++) {
    w->at[1][k]->mean += value_of(w, of, w->items[1][k]) / (double)w->at[1][k]->controls;
  }
  for (int set = 0; set < 2; set++) {
    for (size_t k = 0; k < w->n[set]; k++) {
      w->values[set][c][k] = value_of(w, of, w->items[set][k]) - w->at[set][k]->mean;
    }
  }
}

static bool fill_values(work *w) {
  for (int set = 0; set < 2; set++) {
    w->values[set] = xy__array(w->n_columns, sizeof(double *));
    for (size_t c = 0; w->values[set] != NULL && c < w->n_columns; c++) {
      w->values[set][c] = xy__array(w->n[set], sizeof(double));
      if (w->values[set][c] == NULL) return false;
    }
    if (w->values[set] == NULL) return false;
  }
  for (size_t c = 0; c < w->n_columns; c++) fill_column(w, c);
  return true;
}

static void dispose(work *w) {
  for (int set = 0; set < 2; set++) {
    for (size_t c = 0; w->values[set] != NULL && c < w->n_columns; c++) free(w->values[set][c]);
    free(w->values[set]);
    free(w->items[set]);
    free(w->cluster[set]);
    free(w->at[set]);
  }
  free(w->places);
  free(w->columns);
  free(w->weight);
}

/* How far the engine's error may carry the difference of the two means. */
static double floor_of(const work *w, int stage, double per_token) {
  double sums[2] = {0}, sizes[2] = {0};
  for (int set = 0; set < 2; set++) {
    for (size_t k = 0; k < w->n[set]; k++) {
      double weight = set == 1 ? w->weight[k] : 1;
      sums[set] += weight * xy__pair_error(w->stages[stage].sides[w->items[set][k]], w->mode, per_token);
      sizes[set] += weight;
    }
  }
  return sums[0] / sizes[0] + sums[1] / sizes[1];
}

static int add_rows(xy_results *results, const work *w, const xy__cell *cell, const xy__measure_settings *settings,
                    xy_error *err) {
  xy__set sets[2];
  for (int set = 0; set < 2; set++) {
    sets[set] = (xy__set){.n = w->n[set],
                          .cluster = w->cluster[set],
                          .weight = set == 1 ? w->weight : NULL,
                          .values = (const double *const *)w->values[set]};
  }
  xy__estimate *made = xy__array(w->n_columns, sizeof *made);
  if (made == NULL) return xy__fail_memory(err, "controls");
  uint64_t stream = xy__cell_stream(w->bench->name, cell->identity, cell->theme);
  int rc = xy__stats_two_sets(made, sets, w->n_columns, stream, &settings->stats, err);
  for (size_t c = 0; rc == XY_OK && c < w->n_columns; c++) {
    const column *of = &w->columns[c];
    xy__row row = {.benchmark = w->bench->name,
                   .measure = of->measure,
                   .mode = xy__mode_name(w->mode),
                   .stage = w->stages[of->stage].name,
                   .against = of->against >= 0 ? w->stages[of->against].name : "",
                   .cell = cell,
                   .scale = 1,
                   .floor = floor_of(w, of->stage, settings->error)};
    rc = xy__row_add(results, &row, &made[c], err);
  }
  free(made);
  return rc;
}

int xy__measure_beyond(xy_results *results, const xy_bench *bench, const xy__cell *cell,
                       const xy__measure_stage *stages, size_t n_stages, xy__mode mode,
                       const xy__measure_settings *settings, xy_error *err) {
  work w = {.bench = bench, .stages = stages, .mode = mode};
  xy__map map = {0};
  bool room = count_places(&w, &map, cell) && choose_items(&w, &map, cell) && choose_columns(&w, n_stages);
  int rc = room && fill_values(&w) ? XY_OK : xy__fail_memory(err, "controls");
  if (rc == XY_OK && w.n[0] > 0 && w.n_columns > 0) rc = add_rows(results, &w, cell, settings, err);
  xy__map_dispose(&map);
  dispose(&w);
  return rc;
}
