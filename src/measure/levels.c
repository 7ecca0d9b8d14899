#include "measure/levels.h"

#include <math.h>
#include <string.h>

#include "measure/headline.h"
#include "measure/row_index.h"
#include "results/kinds.h"
#include "results/verdicts.h"

static bool is(const char *name, const char *wanted) { return strcmp(name, wanted) == 0; }

typedef struct work {
  xy__row_index index;
  const xy__measure_settings *settings;
} work;

/* ---- levels -------------------------------------------------------------------------------------------------- */

/* Where a stage's own bias lies. */
typedef enum level { UNDECIDED, PARITY, HARM, AWAY, LEVELS } level;

static level level_of(const work *w, const xy_measure *own) {
  if (own == NULL || isnan(own->value)) return UNDECIDED;
  xy__evidence evidence = xy__evidence_of(own, w->settings);
  if (xy__is_none(&evidence)) return PARITY;
  if (!xy__distinct(&evidence, w->settings->alpha)) return UNDECIDED;
  return own->value > evidence.null ? HARM : AWAY;
}

/* Before and after: a change alone does not say where it ends. */
static const char *const paths[LEVELS][LEVELS] = {
    [UNDECIDED] = {"undecided", "at parity", "towards harm", "away from harm"},
    [PARITY] = {"undecided", "still at parity", "towards harm", "away from harm"},
    [HARM] = {"undecided", "now at parity", "still towards harm", "moved past parity"},
    [AWAY] = {"undecided", "now at parity", "moved past parity", "still away from harm"}};

static void set_level(const work *w, xy_measure *row) {
  const char *of = xy__own_of(row);
  if (of == NULL) {
    row->level = paths[UNDECIDED][level_of(w, row)];
    return;
  }
  level before = level_of(w, xy__row_index_find(&w->index, row, of, row->mode, row->against, ""));
  level after = level_of(w, xy__row_index_find(&w->index, row, of, row->mode, row->stage, ""));
  row->level = paths[before][after];
}

/* ---- whether a verdict holds ----------------------------------------------------------------------------------- */

const xy__mode_row *xy__held_mode(const xy_bench *bench, size_t i) {
  const xy__mode_row *mode;
  for (size_t m = 0; (mode = xy__mode_at(bench->task, m)) != NULL; m++) {
    bool empty = mode == &xy__modes[XY__PREDICATE] && is(xy__bench_split(bench), "after");
    if ((m == 0 || (mode->held && !empty)) && i-- == 0) return mode;
  }
  return NULL;
}

static bool disagree(const xy_measure *x, const xy_measure *y) {
  const xy__kind *kind = xy__kind_of(x->measure);
  double parity = kind != NULL && !isnan(kind->parity) ? kind->parity : 0;
  bool sides = x->verdict[0] == '\0' && (x->value > parity) != (y->value > parity);
  return !is(x->verdict, y->verdict) || sides;
}

/* Whether the verdicts on what `row` measures agree under all modes that are held against each other. */
static bool holds(const work *w, const xy_measure *row, const xy_bench *bench) {
  const xy_measure *first = NULL;
  const xy__mode_row *mode;
  for (size_t i = 0; (mode = xy__held_mode(bench, i)) != NULL; i++) {
    const xy_measure *one = xy__row_index_find(&w->index, row, row->measure, mode->name, row->stage, row->against);
    if (one == NULL || isnan(one->value)) continue; /* no value has its own finding */
    if (first != NULL && disagree(first, one)) return false;
    if (first == NULL) first = one;
  }
  return true;
}

static bool is_held(const xy_bench *bench, const char *name) {
  const xy__mode_row *mode;
  for (size_t i = 0; (mode = xy__held_mode(bench, i)) != NULL; i++) {
    if (is(mode->name, name)) return true;
  }
  return false;
}

/* The mode that gaps of the benchmark are shown under. */
static bool is_shown(const work *w, const xy_bench *bench, const char *mode) {
  xy__headline headline;
  return xy__mode_has_gaps(bench->task) && xy__headline_of(&headline, bench, w->settings) &&
         is(mode, xy__mode_name(headline.gaps));
}

/* The headline mode is marked with the others, whichever it is. */
static void set_depends(const work *w, xy_measure *row, const xy_bench *bench) {
  if (!is_held(bench, row->mode) && !is_shown(w, bench, row->mode)) return;
  if (holds(w, row, bench)) return;
  row->depends = xy__mode_of(bench->task, row->mode)->unit[0] != '\0' ? XY__ON_MODE : XY__ON_RULE;
}

int xy__levels_add(const xy__measured *run, xy_error *err) {
  xy_results *results = run->results;
  work w = {.settings = run->settings};
  int rc = xy__row_index_make(&w.index, results, err);
  for (size_t i = 0; rc == XY_OK && i < results->n_measures; i++) {
    xy_measure *row = &results->measures[i];
    bool judged = xy__own_of(row) != NULL || xy__is_own(row->measure);
    if (!judged || isnan(row->value)) continue;
    set_level(&w, row);
    const xy_bench *bench = xy__measured_bench(run, row);
    if (bench != NULL) set_depends(&w, row, bench);
  }
  xy__row_index_dispose(&w.index);
  return rc;
}
