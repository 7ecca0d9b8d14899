/* See view.h. */
#include "results/view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "results/fields.h"
#include "results/modes.h"

static bool is(const char *name, const char *wanted) { return strcmp(name, wanted) == 0; }

/* ---- names ---- */

static int add_name(xy__names *names, const char *name, xy_error *err) {
  for (size_t i = 0; i < names->n; i++) {
    if (is(names->names[i], name)) return XY_OK;
  }
  if (!xy__grow(&names->names, &names->capacity, names->n, sizeof *names->names)) {
    return xy__fail_memory(err, "names of the report");
  }
  names->names[names->n++] = name;
  return XY_OK;
}

int xy__names_of(xy__names *out, const xy_results *results, const char *column, const char *benchmark,
                 const char *measure, xy_error *err) {
  const xy__field *wanted = xy__fields;
  while (!is(wanted->name, column)) wanted++;
  xy__names names = {0};
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < results->n_measures; i++) {
    const xy_measure *row = &results->measures[i];
    if (benchmark != NULL && !is(row->benchmark, benchmark)) continue;
    if (measure != NULL && !is(row->measure, measure)) continue;
    const char *name = xy__field_text(row, wanted);
    if (name[0] != '\0') rc = add_name(&names, name, err);
  }
  if (rc == XY_OK) {
    *out = names;
  } else {
    free(names.names);
  }
  return rc;
}

void xy__names_drop_single(xy__names *names) {
  if (names->n == 2 && is(names->names[0], "all")) names->n = 1;
}

/* ---- benchmarks ---- */

const json_t *xy__view_benchmark(const xy_results *results, const char *name) {
  const json_t *list = json_object_get(results->facts, "benchmarks");
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *one = json_array_get(list, i);
    if (is(xy__json_text(one, "name"), name)) return one;
  }
  return NULL;
}

static const char *task_of(const xy_results *results, const char *benchmark) {
  return xy__json_text(xy__view_benchmark(results, benchmark), "modality");
}

const char *xy__view_front(const xy_results *results, const char *benchmark, const char *measure) {
  const json_t *bench = xy__view_benchmark(results, benchmark);
  const char *gaps = xy__json_text(bench, "gap_mode");
  if (*gaps == '\0') gaps = xy_results_headline_mode(results); /* as in runs of before benchmarks had their own */
  return xy__mode_front(measure, xy__json_text(bench, "modality"), gaps);
}

bool xy__view_has_gaps(const xy_results *results, const char *benchmark) {
  return xy__results_find(results, benchmark, XY__GAP, NULL, NULL, NULL, NULL, NULL) != NULL;
}

size_t xy__view_changes(const char *out[XY__CHANGES], const xy_results *results, const char *benchmark) {
  const char *task = task_of(results, benchmark);
  size_t n = 0;
  for (size_t i = 0; i < xy__kinds_n && n < XY__CHANGES; i++) {
    const xy__kind *kind = &xy__kinds[i];
    if (kind->is_change && kind->judged && kind->drawn && xy__names_have(kind->tasks, task)) out[n++] = kind->name;
  }
  return n;
}

/* ---- the lineage ---- */

const xy_stage_info *xy__view_stage(const xy_results *results, const char *name) {
  for (size_t s = 0; s < results->n_stages; s++) {
    if (is(results->stages[s].name, name)) return &results->stages[s];
  }
  return NULL;
}

bool xy__view_is_end(const xy_results *results, const xy_stage_info *stage) {
  for (size_t s = 0; s < results->n_stages; s++) {
    if (is(results->stages[s].parent, stage->name)) return false;
  }
  return stage->parent[0] != '\0';
}

bool xy__is_root_share(const xy_measure *share) { return is(share->measure, XY__ROOT_SHARE); }

xy__split xy__view_split(const xy_results *results, const char *benchmark, const char *stage, const char *identity,
                         const char *theme) {
  xy__split split = {.gap = xy__view_find(results, benchmark, XY__GAP, stage, "", identity, theme)};
  const xy_stage_info *back[XY__MAX_PATH]; /* from the stage to its root */
  size_t n = 0;
  const xy_stage_info *at = xy__view_stage(results, stage);
  for (; at != NULL && n < XY__MAX_PATH; at = at->parent[0] != '\0' ? xy__view_stage(results, at->parent) : NULL) {
    back[n++] = at;
  }
  for (size_t i = n; i > 0; i--) {
    const char *measure = i == n ? XY__ROOT_SHARE : XY__STEP_SHARE;
    const xy_measure *share = xy__view_find(results, benchmark, measure, stage, back[i - 1]->name, identity, theme);
    if (share != NULL) split.shares[split.n++] = share;
  }
  split.complete = n > 0 && split.n == n && back[n - 1]->parent[0] == '\0';
  return split;
}

/* ---- rows ---- */

bool xy__view_is_whole(const xy_measure *row) { return is(row->identity, "all") && is(row->theme, "all"); }

bool xy__view_is_front(const xy_results *results, const xy_measure *row) {
  return is(row->mode, xy__view_front(results, row->benchmark, row->measure));
}

bool xy__view_is_step(const xy_results *results, const xy_measure *row) {
  if (row->against[0] == '\0' || !xy__is_step(row->measure)) return false;
  const xy_stage_info *stage = xy__view_stage(results, row->stage);
  return stage != NULL && is(stage->parent, row->against);
}

const xy_measure *xy__view_find(const xy_results *results, const char *benchmark, const char *measure,
                                const char *stage, const char *against, const char *identity, const char *theme) {
  return xy__results_find(results, benchmark, measure, xy__view_front(results, benchmark, measure), stage, against,
                          identity, theme);
}

const xy_measure *xy__view_beyond(const xy_results *results, const xy_measure *change) {
  if (!is(change->measure, xy__kind_of(XY__GAP)->change)) return NULL;
  return xy__view_find(results, change->benchmark, "beyond_controls_change", change->stage, change->against,
                       change->identity, change->theme);
}

bool xy__view_holds_beyond(const xy_results *results, const xy_measure *change) {
  const xy_measure *beyond = xy__view_beyond(results, change);
  return beyond == NULL || is(beyond->verdict, change->verdict);
}

const xy_measure *xy__view_least_sensitive(const xy_results *results, const char *benchmark, const char *measure,
                                           const char *identity, const char *theme) {
  const xy_measure *worst = NULL;
  for (size_t s = 0; s < results->n_stages; s++) {
    const xy_stage_info *stage = &results->stages[s];
    if (stage->parent[0] == '\0') continue;
    const xy_measure *row = xy__view_find(results, benchmark, measure, stage->name, stage->parent, identity, theme);
    if (row == NULL) continue;
    if (worst == NULL || !isfinite(row->detectable) || row->detectable > worst->detectable) worst = row;
  }
  return worst;
}

const char *xy__view_gap_unit(const xy_results *results) { return xy_gap_unit(xy_results_headline_mode(results)); }
