/* Findings of measures that are read under several rules, over whole benchmarks: each step under the rule in front,
 * and measures that have no value. Which measures are spoken of, and how, the table of kinds says (`phrase`).
 */
#include <math.h>
#include <string.h>

#include "measure/findings.h"
#include "measure/task.h"
#include "measure/verdict.h"
#include "measure/words.h"
#include "results/kinds.h"
#include "results/verdicts.h"
#include "results/view.h"

static bool is(const char *name, const char *wanted) { return strcmp(name, wanted) == 0; }

static const xy__task *task_of(const xy__measured *r, const xy_measure *row) {
  const xy_bench *bench = xy__measured_bench(r, row);
  return bench != NULL ? xy__task_of(bench) : NULL;
}

/* The measure whose change a row is, where findings speak of it and the row is under its rule in front; else NULL. */
static const xy__kind *spoken_of(const xy_measure *row, const xy__task *task) {
  const xy__kind *kind = xy__kind_changed(row->measure);
  if (kind == NULL || kind->phrase == NULL) return NULL;
  const char *front = xy__mode_front(kind->name, task->name, "");
  return is(row->mode, front) ? kind : NULL;
}

static int add_step(const xy__measured *r, const xy_measure *row, const xy__kind *kind, xy_error *err) {
  xy__text text = {0};
  xy__text_addf(&text, "From %s to %s, on %s: %s ", row->against, row->stage, row->benchmark, kind->phrase);
  if (isnan(row->value)) {
    xy__text_add(&text, "cannot be compared, since it has no value at one of the two stages.");
    return xy__words_end(&text, r->results, "undefined", row, err);
  }
  xy__text_add(&text, "changed by ");
  xy__words_estimate(&text, row, r->settings, "");
  xy__text_add(&text, ": ");
  xy__verdict_add(&text, row);
  const xy_measure *own =
      xy__results_find(r->results, row->benchmark, kind->name, row->mode, row->stage, "", "all", "all");
  if (own != NULL && !isnan(own->value)) {
    xy__text_addf(&text, "; at %s it is ", row->stage);
    xy__words_estimate(&text, own, r->settings, "");
  }
  if (is(row->verdict, "undetermined") && !isnan(row->detectable)) {
    xy__text_add(&text, "; the smallest change that this benchmark could have seen is ");
    xy__words_detectable(&text, row);
  }
  xy__text_add(&text, ".");
  return xy__words_end(&text, r->results, xy__verdict_of(row->verdict)->finding, row, err);
}

static int add_undefined(const xy__measured *r, const xy_measure *row, const xy__task *task, xy_error *err) {
  xy__text text = {0};
  xy__text_addf(&text, "On %s, %s of %s has no value under the rule %s: %s.", row->benchmark, row->measure, row->stage,
                row->mode, task->undefined);
  return xy__words_end(&text, r->results, "undefined", row, err);
}

int xy__findings_rules(const xy__measured *r, xy_error *err) {
  const xy_results *results = r->results;
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < results->n_measures; i++) {
    const xy_measure *row = &results->measures[i];
    if (!xy__view_is_whole(row)) continue;
    const xy__task *task = task_of(r, row);
    if (task == NULL) continue;
    const xy__kind *kind = spoken_of(row, task);
    if (kind != NULL) rc = add_step(r, row, kind, err);
    if (rc == XY_OK && task->undefined != NULL && isnan(row->value) && !xy__is_step(row->measure)) {
      rc = add_undefined(r, row, task, err);
    }
  }
  return rc;
}
