/* The long table, the findings and the stages of a run: append, find, read. */
#include "results/results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "results/kinds.h"
#include "results/modes.h"
#include "results/verdicts.h"

xy_results *xy__results_new(void) { return xy__array(1, sizeof(xy_results)); }

void xy_results_free(xy_results *results) {
  if (results == NULL) return;
  free(results->measures);
  free(results->findings);
  free(results->stages);
  json_decref(results->facts);
  xy__arena_dispose(&results->arena);
  free(results);
}

/* Copies *text into the arena; NULL becomes "". False when out of memory. */
static bool keep(xy_results *results, const char **text) {
  if (*text == NULL || **text == '\0') {
    *text = "";
    return true;
  }
  *text = xy__arena_string(&results->arena, *text);
  return *text != NULL;
}

int xy__results_add(xy_results *results, const xy_measure *row, xy_error *err) {
  xy_measure copy = *row;
  const char **texts[] = {&copy.benchmark, &copy.measure, &copy.mode,    &copy.stage, &copy.against,
                          &copy.identity,  &copy.theme,   &copy.verdict, &copy.level, &copy.depends};
  bool room = xy__grow(&results->measures, &results->measures_capacity, results->n_measures, sizeof copy);
  for (size_t i = 0; room && i < sizeof texts / sizeof texts[0]; i++) room = keep(results, texts[i]);
  if (!room) return xy__fail_memory(err, "the table of measures");
  results->measures[results->n_measures++] = copy;
  return XY_OK;
}

int xy__results_add_finding(xy_results *results, const char *kind, const char *text, xy_error *err) {
  static const xy_measure none = {0};
  return xy__results_add_finding_of(results, kind, text, &none, err);
}

/* Not one of those of which every step, and every reward, has its own. */
static bool leads(const char *kind) {
  if (strcmp(kind, "reward") == 0 || strcmp(kind, "likelihood") == 0) return false;
  for (size_t v = 0; v < xy__verdicts_n; v++) {
    if (strcmp(kind, xy__verdicts[v].finding) == 0) return false;
  }
  return true;
}

int xy__results_add_finding_of(xy_results *results, const char *kind, const char *text, const xy_measure *row,
                               xy_error *err) {
  xy_finding copy = {.kind = kind,
                     .text = text,
                     .benchmark = row->benchmark,
                     .measure = row->measure,
                     .stage = row->stage,
                     .against = row->against,
                     .leads = leads(kind)};
  const char **texts[] = {&copy.kind, &copy.text, &copy.benchmark, &copy.measure, &copy.stage, &copy.against};
  bool room = xy__grow(&results->findings, &results->findings_capacity, results->n_findings, sizeof copy);
  for (size_t i = 0; room && i < sizeof texts / sizeof texts[0]; i++) room = keep(results, texts[i]);
  if (!room) return xy__fail_memory(err, "findings");
  results->findings[results->n_findings++] = copy;
  return XY_OK;
}

/* As keep, but of a path or a pattern: as results.json has it (xy__json_of). */
static bool keep_shown(xy_results *results, const char **text) {
  if (*text == NULL) return keep(results, text);
  xy__text shown = {0};
  xy__text_add(&shown, "");
  xy__text_add_visible(&shown, *text, strlen(*text), false);
  *text = shown.failed ? NULL : xy__arena_string(&results->arena, shown.data);
  xy__text_dispose(&shown);
  return *text != NULL;
}

int xy__results_add_stage(xy_results *results, const xy_stage_info *stage, xy_error *err) {
  xy_stage_info copy = *stage;
  const char **texts[] = {&copy.name,      &copy.model,  &copy.parent, &copy.method,
                          &copy.reference, &copy.format, &copy.tail};
  bool room = xy__grow(&results->stages, &results->stages_capacity, results->n_stages, sizeof copy);
  for (size_t i = 0; room && i < sizeof texts / sizeof texts[0]; i++) room = keep_shown(results, texts[i]);
  if (!room) return xy__fail_memory(err, "stages");
  results->stages[results->n_stages++] = copy;
  return XY_OK;
}

static bool matches(const char *wanted, const char *found) { return wanted == NULL || strcmp(wanted, found) == 0; }

const xy_measure *xy__results_find(const xy_results *results, const char *benchmark, const char *measure,
                                   const char *mode, const char *stage, const char *against, const char *identity,
                                   const char *theme) {
  for (size_t i = 0; i < results->n_measures; i++) {
    const xy_measure *row = &results->measures[i];
    if (matches(measure, row->measure) && matches(mode, row->mode) && matches(stage, row->stage) &&
        matches(against, row->against) && matches(identity, row->identity) && matches(theme, row->theme) &&
        matches(benchmark, row->benchmark)) {
      return row;
    }
  }
  return NULL;
}

size_t xy_results_measures(const xy_results *results) { return results->n_measures; }
void xy_results_measure(xy_measure *out, const xy_results *results, size_t i) { *out = results->measures[i]; }

size_t xy_results_findings(const xy_results *results) { return results->n_findings; }
void xy_results_finding(xy_finding *out, const xy_results *results, size_t i) { *out = results->findings[i]; }

size_t xy_results_stages(const xy_results *results) { return results->n_stages; }
void xy_results_stage(xy_stage_info *out, const xy_results *results, size_t i) { *out = results->stages[i]; }

static const json_t *benchmarks_of(const xy_results *results) { return json_object_get(results->facts, "benchmarks"); }

/* Where the axis of benchmark i stands: the two that are held against each other, then each where it first appears. */
static size_t place_of(const json_t *list, size_t i) {
  const char *axis = xy__json_text(json_array_get(list, i), "axis");
  if (strcmp(axis, XY__POPULAR_AXIS) == 0) return 0;
  if (strcmp(axis, XY__DIVERSE_AXIS) == 0) return 1;
  size_t first = 0;
  while (strcmp(xy__json_text(json_array_get(list, first), "axis"), axis) != 0) first++;
  return 2 + first;
}

/* The benchmark that stands i-th when axes stand together. */
static const json_t *benchmark_at(const xy_results *results, size_t i) {
  const json_t *list = benchmarks_of(results);
  for (size_t b = 0; b < json_array_size(list); b++) {
    size_t before = 0;
    for (size_t k = 0; k < json_array_size(list); k++) {
      size_t place = place_of(list, k), own = place_of(list, b);
      before += place < own || (place == own && k < b);
    }
    if (before == i) return json_array_get(list, b);
  }
  return NULL;
}

size_t xy_results_benchmarks(const xy_results *results) { return json_array_size(benchmarks_of(results)); }

void xy_results_benchmark(xy_results_bench *out, const xy_results *results, size_t i) {
  const json_t *bench = benchmark_at(results, i), *headline = json_object_get(bench, "headline");
  *out = (xy_results_bench){.name = xy__json_text(bench, "name"),
                            .task = xy__json_text(bench, "modality"),
                            .axis = xy__json_text(bench, "axis"),
                            .measure = xy__json_text(headline, "measure"),
                            .mode = xy__json_text(headline, "mode"),
                            .gap_mode = xy__json_text(bench, "gap_mode"),
                            .why = xy__json_text(bench, "headline_why"),
                            .change = xy__json_text(headline, "change")};
  if (*out->gap_mode == '\0' && xy__mode_has_gaps(out->task)) out->gap_mode = xy_results_headline_mode(results);
  const xy__kind *kind = xy__kind_of(out->measure);
  bool apart = kind != NULL && kind->level != NULL;
  out->level = apart ? kind->level : out->measure;
  out->level_mode = apart ? out->gap_mode : out->mode;
}

bool xy_results_on_axis(const xy_results *results, size_t i, const char *axis) {
  const json_t *bench = benchmark_at(results, i);
  return strcmp(xy__json_text(bench, "axis"), axis) == 0 ||
         json_object_get(json_object_get(bench, "axes"), axis) != NULL;
}

static const char *text_or_empty(const char *text) { return text != NULL ? text : ""; }
const char *xy_results_directory(const xy_results *results) { return text_or_empty(results->directory); }
const char *xy_results_family(const xy_results *results) { return text_or_empty(results->family); }
const char *xy_results_headline_mode(const xy_results *results) { return text_or_empty(results->headline_mode); }
