/* xy_compare: two run directories, read back (run.h), joined item by item (join.h), and the differences of every
 * measure that a sample tells (sampled.h).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "compare/differences.h"
#include "compare/join.h"
#include "measure/measure.h"
#include "results/shown.h"
#include "results/view.h"

struct xy_comparison {
  xy__sampled_run runs[2];
  xy__sampled_measure *measures;
  size_t n_measures;
  xy__differences differences;
  xy_compared_bench *benches;
  size_t n_benches;
  xy__arena arena;
};

/* ---- which stages belong together ---------------------------------------------------------------------------- */

typedef struct stage_pair {
  const char *names[2];
} stage_pair;

static const xy_stage_info *stage_named(const xy__sampled_run *run, const char *name) {
  for (size_t i = 0; i < run->results->n_stages; i++) {
    if (strcmp(run->results->stages[i].name, name) == 0) return &run->results->stages[i];
  }
  return NULL;
}

static int unknown(const xy__sampled_run *run, const char *name, xy_error *err) {
  xy__text known = {0};
  for (size_t i = 0; i < run->results->n_stages; i++) xy__text_addf(&known, " %s", run->results->stages[i].name);
  int rc = xy__fail(err, XY_ERR_ARGUMENT, "%s: no stage '%s'; it has:%s", run->results->directory, name,
                    known.data != NULL ? known.data : "");
  xy__text_dispose(&known);
  return rc;
}

/* pairs[]: room for every match, or for every stage of the first run. */
static int pair_stages(stage_pair *pairs, size_t *n, xy_comparison *c, const char *const *matches, size_t n_matches,
                       xy_error *err) {
  *n = 0;
  for (size_t m = 0; m < n_matches; m++) {
    const char *equals = strchr(matches[m], '=');
    if (equals == NULL || equals == matches[m] || equals[1] == '\0') {
      return xy__fail(err, XY_ERR_ARGUMENT, "match '%s': expected STAGE=STAGE, of the first and the second run",
                      matches[m]);
    }
    const char *first = xy__arena_copy(&c->arena, matches[m], (size_t)(equals - matches[m]));
    if (first == NULL) return xy__fail_memory(err, "stages");
    const xy_stage_info *stages[2] = {stage_named(&c->runs[0], first), stage_named(&c->runs[1], equals + 1)};
    if (stages[0] == NULL) return unknown(&c->runs[0], first, err);
    if (stages[1] == NULL) return unknown(&c->runs[1], equals + 1, err);
    pairs[(*n)++] = (stage_pair){{stages[0]->name, stages[1]->name}};
  }
  const xy_results *of = c->runs[0].results;
  for (size_t i = 0; n_matches == 0 && i < of->n_stages; i++) {
    const xy_stage_info *other = stage_named(&c->runs[1], of->stages[i].name);
    if (other != NULL) pairs[(*n)++] = (stage_pair){{of->stages[i].name, other->name}};
  }
  if (*n > 0) return XY_OK;
  int rc = xy__fail(err, XY_ERR_ARGUMENT, "%s and %s have no stage of one name", of->directory,
                    c->runs[1].results->directory);
  return xy__hint(err, rc, "--match STAGE=STAGE pairs stages of different names");
}

/* ---- the differences ------------------------------------------------------------------------------------------ */

static xy__groups groups_of(const xy__item_labels *l) {
  return (xy__groups){.of = l->of, .names = l->names, .n = l->n};
}

/* The same measure of the same items at the two stages. */
static int compare_measure(xy_comparison *c, const xy__joined *items, double *values, size_t m, xy__paired *paired,
                           const xy__measure_settings *settings, xy_error *err) {
  const xy__sampled_measure *measure = &c->measures[m];
  for (size_t i = 0; i < items->n; i++) {
    values[i] = items->first[i]->values[m];
    values[items->n + i] = items->second[i]->values[m];
    values[2 * items->n + i] = xy__pair_error(items->second[i]->sides, xy__mode_gap(measure->mode), settings->error);
  }
  paired->error = measure->kind->unit == XY__NATS ? values + 2 * items->n : NULL;
  paired->measure = measure->kind->name;
  paired->mode = measure->mode;
  paired->front = strcmp(measure->mode, xy__view_front(c->runs[0].results, paired->benchmark, paired->measure)) == 0;
  return xy__compare_add(&c->differences, paired, settings, err);
}

static int compare_bench(xy_comparison *c, xy_compared_bench *counts, const stage_pair *stages,
                         const xy__measure_settings *settings, xy_error *err) {
  xy__joined items = {0};
  const json_t *benchmarks = xy__run_benchmarks(&c->runs[0]);
  int bench = xy__run_place(benchmarks, counts->name);
  int rc = xy__join(&items, counts, c->runs, bench, stages->names, err);
  double *values = rc == XY_OK ? xy__array(3 * items.n, sizeof *values) : NULL;
  if (rc == XY_OK && values == NULL) rc = xy__fail_memory(err, counts->name);
  /* Names live in the arena of the first run, their lists only here. */
  xy__paired paired = {.benchmark = counts->name,
                       .stage = stages->names[0],
                       .other = stages->names[1],
                       .first = values,
                       .second = values + items.n,
                       .cluster = items.clusters.of,
                       .n = items.n,
                       .identities = groups_of(&items.identities),
                       .themes = groups_of(&items.themes),
                       .conditions = groups_of(&items.conditions)};
  for (size_t m = 0; rc == XY_OK && m < c->n_measures; m++) {
    rc = compare_measure(c, &items, values, m, &paired, settings, err);
  }
  free(values);
  xy__joined_dispose(&items);
  return rc;
}

/* ---- all together -------------------------------------------------------------------------------------------- */

/* Benchmarks of the first run, then those of the second alone. */
static int list_benches(xy_comparison *c, xy_error *err) {
  const json_t *lists[2] = {xy__run_benchmarks(&c->runs[0]), xy__run_benchmarks(&c->runs[1])};
  size_t n = json_array_size(lists[0]) + json_array_size(lists[1]);
  c->benches = xy__array(n, sizeof *c->benches);
  if (c->benches == NULL) return xy__fail_memory(err, "benchmarks");
  for (size_t r = 0; r < 2; r++) {
    for (size_t i = 0; i < json_array_size(lists[r]); i++) {
      const json_t *bench = json_array_get(lists[r], i);
      const char *name = xy__json_text(bench, "name");
      int other = xy__run_place(lists[1 - r], name);
      if (r == 1 && other >= 0) continue;
      const char *digest = xy__json_text(bench, "digest");
      const char *there = other >= 0 ? xy__json_text(json_array_get(lists[1 - r], (size_t)other), "digest") : "";
      c->benches[c->n_benches++] = (xy_compared_bench){
          .name = name, .first_digest = r == 0 ? digest : there, .second_digest = r == 0 ? there : digest};
    }
  }
  return XY_OK;
}

/* Items of a benchmark that only one run has, counted at its first stage. */
static void count_alone(xy_compared_bench *counts, const xy__sampled_run *run, size_t *n) {
  int bench = xy__run_place(xy__run_benchmarks(run), counts->name);
  int stage = -1;
  for (size_t i = 0; i < run->n; i++) {
    if (run->samples[i].bench != bench) continue;
    if (stage < 0) stage = run->samples[i].stage;
    *n += run->samples[i].stage == stage;
  }
}

/* Those of the first run; what it does not say is the default. The engine's error is that of the less exact run. */
static xy__measure_settings settings_of(const xy__sampled_run runs[2]) {
  xy__measure_settings settings;
  xy__measure_defaults(&settings);
  const json_t *written = json_object_get(runs[0].results->facts, "settings");
  const json_t *draws = json_object_get(written, "draws"), *seed = json_object_get(written, "seed");
  if (json_is_integer(draws) && json_integer_value(draws) >= 100) settings.stats.draws = json_integer_value(draws);
  if (json_is_integer(seed)) settings.stats.seed = (uint64_t)json_integer_value(seed);
  const struct {
    const char *name;
    double *value;
  } numbers[] = {
      {"alpha", &settings.alpha}, {"margin_gap", &settings.margin_gap}, {"margin_rate", &settings.margin_rate}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    const json_t *number = json_object_get(written, numbers[i].name);
    if (json_is_number(number)) *numbers[i].value = json_number_value(number);
  }
  for (size_t r = 0; r < 2; r++) {
    const json_t *error = json_object_get(json_object_get(runs[r].results->facts, "settings"), "error");
    if (json_is_number(error)) settings.error = fmax(settings.error, json_number_value(error));
  }
  return settings;
}

/* Every measure of every benchmark at every pair of stages. */
static int compare_all(xy_comparison *c, const stage_pair *pairs, size_t n, xy_error *err) {
  const xy__measure_settings settings = settings_of(c->runs);
  int rc = XY_OK;
  for (size_t b = 0; rc == XY_OK && b < c->n_benches; b++) {
    xy_compared_bench *bench = &c->benches[b];
    if (*bench->first_digest == '\0' || *bench->second_digest == '\0') {
      bool of_first = *bench->second_digest == '\0';
      count_alone(bench, &c->runs[of_first ? 0 : 1], of_first ? &bench->only_first : &bench->only_second);
      continue;
    }
    for (size_t s = 0; rc == XY_OK && s < n; s++) rc = compare_bench(c, bench, &pairs[s], &settings, err);
  }
  return rc == XY_OK ? xy__compare_judge(&c->differences, settings.alpha, err) : rc;
}

int xy_compare(xy_comparison **out, const char *first, const char *second, const char *const *matches, size_t n_matches,
               xy_error *err) {
  xy__error_clear(err);
  xy_comparison *c = xy__array(1, sizeof *c);
  const char *const folders[2] = {first, second};
  stage_pair *pairs = NULL;
  size_t n = 0;
  if (c == NULL) return xy__fail_memory(err, "comparison");
  int rc = xy__sampled_measures(&c->measures, &c->n_measures, err);
  for (size_t r = 0; rc == XY_OK && r < 2; r++) {
    rc = xy__run_read(&c->runs[r], folders[r], c->measures, c->n_measures, err);
  }
  if (rc == XY_OK) rc = list_benches(c, err);
  if (rc == XY_OK) {
    pairs = xy__array(n_matches + c->runs[0].results->n_stages, sizeof *pairs);
    rc = pairs == NULL ? xy__fail_memory(err, "stages") : pair_stages(pairs, &n, c, matches, n_matches, err);
  }
  if (rc == XY_OK) rc = compare_all(c, pairs, n, err);
  free(pairs);
  if (rc != XY_OK) {
    xy_comparison_free(c);
    return rc;
  }
  *out = c;
  return XY_OK;
}

void xy_comparison_free(xy_comparison *comparison) {
  if (comparison == NULL) return;
  for (size_t r = 0; r < 2; r++) xy__run_dispose(&comparison->runs[r]);
  xy__arena_dispose(&comparison->arena);
  free(comparison->measures);
  xy__differences_dispose(&comparison->differences);
  free(comparison->benches);
  free(comparison);
}

size_t xy_comparison_rows(const xy_comparison *comparison) { return comparison->differences.n; }
void xy_comparison_row(xy_difference *out, const xy_comparison *comparison, size_t i) {
  *out = comparison->differences.rows[i];
  out->identity_name = xy__shown_identity(comparison->runs[0].results, out->benchmark, out->identity);
}
size_t xy_comparison_benchmarks(const xy_comparison *comparison) { return comparison->n_benches; }
void xy_comparison_benchmark(xy_compared_bench *out, const xy_comparison *comparison, size_t i) {
  *out = comparison->benches[i];
}
const char *xy_comparison_mode(const xy_comparison *comparison) { return comparison->runs[0].results->headline_mode; }
