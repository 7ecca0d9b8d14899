/* xy_compare: two run directories, read back from results.json and samples.jsonl, joined by benchmark and item. An item
 * counts where both runs have it with the same texts; what they do not share is counted, never silently dropped.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "compare/differences.h"
#include "measure/measure.h"
#include "report/internal.h"

/* What a sample may tell of its item, by the modality: a gap, a gap's sign, a margin, an answer that is right. */
typedef enum kind { GAP, SIGN, VALUE, WRONG, CHOSEN } kind;
typedef struct series {
  const char *measure, *mode, *key;
  kind kind;
} series;
static const series all_series[] = {
    {"mean_gap", "full", "gap_full", GAP},
    {"mean_gap", "shared", "gap_shared", GAP},
    {"mean_gap", "predicate", "gap_predicate", GAP},
    {"mean_gap", "per-token", "gap_per-token", GAP},
    {"mean_gap", "per-byte", "gap_per-byte", GAP},
    {"mean_gap", "pronoun", "gap_pronoun", GAP},
    {"preference_rate", "full", "gap_full", SIGN},
    {"preference_rate", "shared", "gap_shared", SIGN},
    {"preference_rate", "predicate", "gap_predicate", SIGN},
    {"preference_rate", "per-token", "gap_per-token", SIGN},
    {"preference_rate", "per-byte", "gap_per-byte", SIGN},
    {"preference_rate", "pronoun", "gap_pronoun", SIGN},
    {"reward_margin", "full", "margin", VALUE},
    {"misgendering_rate", "summed", "right_summed", WRONG},
    {"misgendering_rate", "per-token", "right_per-token", WRONG},
    {"misgendering_rate", "per-byte", "right_per-byte", WRONG},
    {"misgendering_rate", "sentence", "right_sentence", WRONG},
    {"accuracy", "three-way", "chosen_three-way", CHOSEN},
    {"accuracy", "three-way-per-byte", "chosen_three-way-per-byte", CHOSEN},
    {"accuracy", "lm-eval", "chosen_lm-eval", CHOSEN},
};
enum { SERIES = sizeof all_series / sizeof *all_series };

typedef struct sample {
  int bench, stage;                                          /* of the run */
  const char *item, *identity, *theme, *condition, *cluster; /* "" for none */
  unsigned char texts[32];                                   /* SHA-256 over them */
  double values[SERIES];
} sample;

typedef struct run {
  xy_results *results;
  sample *samples;
  size_t n, capacity;
  xy__map map; /* (benchmark, item, stage) -> sample */
  xy__arena arena;
} run;

struct xy_comparison {
  run runs[2];
  xy__differences differences;
  xy_compared_bench *benches;
  size_t n_benches;
  xy__arena arena;
};

/* ---- reading samples ----------------------------------------------------------------------------------------- */

static const char *text_of(const json_t *row, const char *key) {
  const char *text = json_string_value(json_object_get(row, key));
  return text != NULL ? text : "";
}

static double value_of(const json_t *row, const series *s) {
  const json_t *value = json_object_get(row, s->key);
  if (value == NULL || json_is_null(value)) return NAN;
  double number = json_number_value(value);
  switch (s->kind) {
    case SIGN: return number == 0 ? NAN : number > 0; /* ties prefer nothing */
    case WRONG: return json_is_boolean(value) ? !json_is_true(value) : NAN;
    case CHOSEN: return json_is_integer(value) ? json_equal(value, json_object_get(row, "answer")) : NAN;
    default: return json_is_number(value) ? number : NAN;
  }
}

static void digest_texts(unsigned char out[32], const json_t *row) {
  static const char *const keys[] = {"prompt", "target_text", "counterpart_text"};
  xy__text all = {0};
  for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) xy__text_addf(&all, "%s\n", text_of(row, keys[k]));
  const json_t *options = json_object_get(row, "options");
  for (size_t o = 0; o < json_array_size(options); o++) {
    xy__text_addf(&all, "%s\n", text_of(json_array_get(options, o), "text"));
  }
  xy__digest_raw(out, all.data != NULL ? all.data : "", all.size);
  xy__text_dispose(&all);
}

static int place(const json_t *list, const char *name) {
  for (size_t i = 0; i < json_array_size(list); i++) {
    if (strcmp(text_of(json_array_get(list, i), "name"), name) == 0) return (int)i;
  }
  return -1;
}

static bool find(const run *in, size_t *at, const char *benchmark, const char *item, const char *stage) {
  xy__text key = {0};
  int64_t found;
  xy__text_addf(&key, "%s\n%s\n%s", benchmark, item, stage);
  bool there = !key.failed && xy__map_get(&in->map, key.data, key.size, &found);
  xy__text_dispose(&key);
  if (there) *at = (size_t)found;
  return there;
}

/* The kind of antecedent of a pronoun item; no other condition tells items apart in the long table. */
static const char *condition_of(const run *in, const json_t *row, int bench) {
  const json_t *facts = json_array_get(json_object_get(in->results->facts, "benchmarks"), (size_t)bench);
  return strcmp(text_of(facts, "modality"), "pronoun") == 0 ? text_of(row, "condition") : "";
}

static int add_sample(run *in, const json_t *row, const char *path, int64_t line, xy_error *err) {
  const char *names[] = {text_of(row, "benchmark"), text_of(row, "item"), text_of(row, "stage")};
  sample one = {.bench = place(json_object_get(in->results->facts, "benchmarks"), names[0]),
                .stage = place(json_object_get(in->results->facts, "stages"), names[2])};
  if (one.bench < 0 || one.stage < 0 || *names[1] == '\0') {
    return xy__fail(err, XY_ERR_FORMAT, "%s:%lld: expected a benchmark and a stage of results.json, and an item", path,
                    (long long)line);
  }
  size_t at;
  if (find(in, &at, names[0], names[1], names[2])) {
    return xy__fail(err, XY_ERR_FORMAT, "%s:%lld: item %s of %s at stage %s is there twice", path, (long long)line,
                    names[1], names[0], names[2]);
  }
  xy__text key = {0};
  xy__text_addf(&key, "%s\n%s\n%s", names[0], names[1], names[2]);
  char *kept = key.failed ? NULL : xy__arena_copy(&in->arena, key.data, key.size);
  one.item = xy__arena_string(&in->arena, names[1]);
  one.identity = xy__arena_string(&in->arena, text_of(row, "identity"));
  one.theme = xy__arena_string(&in->arena, text_of(row, "theme"));
  one.condition = xy__arena_string(&in->arena, condition_of(in, row, one.bench));
  one.cluster = xy__arena_string(&in->arena, text_of(row, "cluster"));
  bool room = kept != NULL && one.item != NULL && one.identity != NULL && one.theme != NULL && one.condition != NULL &&
              one.cluster != NULL && xy__grow(&in->samples, &in->capacity, in->n, sizeof *in->samples) &&
              xy__map_put(&in->map, kept, key.size, (int64_t)in->n);
  xy__text_dispose(&key);
  if (!room) return xy__fail_memory(err, path);
  digest_texts(one.texts, row);
  for (size_t s = 0; s < SERIES; s++) one.values[s] = value_of(row, &all_series[s]);
  in->samples[in->n++] = one;
  return XY_OK;
}

static int read_run(run *in, const char *folder, xy_error *err) {
  int rc = xy_results_open(&in->results, folder, err);
  if (rc != XY_OK) return rc;
  xy__file_map map = {0};
  char *path = xy__path_join(in->results->directory, "samples.jsonl");
  if (path == NULL) return xy__fail_memory(err, folder);
  rc = xy__file_map_open(&map, path, err);
  int64_t line = 0;
  for (size_t at = 0; rc == XY_OK && at < map.size;) {
    const unsigned char *end = memchr(map.data + at, '\n', map.size - at);
    size_t stop = end != NULL ? (size_t)(end - map.data) : map.size;
    json_error_t error;
    json_t *row = json_loadb((const char *)map.data + at, stop - at, JSON_REJECT_DUPLICATES, &error);
    line++;
    rc = json_is_object(row) ? add_sample(in, row, path, line, err)
                             : xy__fail(err, XY_ERR_FORMAT, "%s:%lld: expected a JSON object", path, (long long)line);
    json_decref(row);
    at = stop + 1;
  }
  xy__file_map_dispose(&map);
  free(path);
  return rc;
}

/* ---- which stages belong together ---------------------------------------------------------------------------- */

typedef struct stage_pair {
  const char *names[2];
} stage_pair;

static const xy_stage_info *stage_named(const run *in, const char *name) {
  for (size_t i = 0; i < in->results->n_stages; i++) {
    if (strcmp(in->results->stages[i].name, name) == 0) return &in->results->stages[i];
  }
  return NULL;
}

static int unknown(const run *in, const char *name, xy_error *err) {
  xy__text known = {0};
  for (size_t i = 0; i < in->results->n_stages; i++) xy__text_addf(&known, " %s", in->results->stages[i].name);
  int rc = xy__fail(err, XY_ERR_ARGUMENT, "%s: no stage '%s'; it has:%s", in->results->directory, name,
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

/* ---- items that both have ------------------------------------------------------------------------------------ */

/* Labels of items as numbers from 0, in order of first appearance. */
typedef struct labels {
  int *of;            /* [items]; -1: none */
  const char **names; /* borrowed */
  size_t n;
  xy__map map;
} labels;

static bool labels_make(labels *l, size_t items) {
  *l = (labels){.of = xy__array(items, sizeof *l->of), .names = xy__array(items, sizeof *l->names)};
  return l->of != NULL && l->names != NULL;
}

/* False: out of memory. */
static bool labels_set(labels *l, size_t i, const char *label) {
  int64_t number;
  if (!xy__map_get(&l->map, label, strlen(label), &number)) {
    number = (int64_t)l->n;
    if (!xy__map_put(&l->map, label, strlen(label), number)) return false;
    l->names[l->n++] = label;
  }
  l->of[i] = (int)number;
  return true;
}

/* The same where an item may have none; "all" is none either, since it would repeat the whole. */
static bool labels_set_some(labels *l, size_t i, const char *label) {
  if (*label != '\0' && strcmp(label, "all") != 0) return labels_set(l, i, label);
  l->of[i] = -1;
  return true;
}

static void labels_dispose(labels *l) {
  free(l->of);
  free(l->names);
  xy__map_dispose(&l->map);
}

typedef struct shared {
  const sample **first, **second; /* [n] */
  size_t n;
  labels clusters, identities, themes, conditions;
} shared;

static void dispose_shared(shared *s) {
  free(s->first);
  free(s->second);
  labels_dispose(&s->clusters);
  labels_dispose(&s->identities);
  labels_dispose(&s->themes);
  labels_dispose(&s->conditions);
}

/* Items of a benchmark that both runs hold with the same texts at these stages. */
static int join(shared *out, xy_compared_bench *counts, const xy_comparison *c, int bench, const stage_pair *stages,
                xy_error *err) {
  const run *a = &c->runs[0];
  const run *b = &c->runs[1];
  size_t most = a->n > 0 ? a->n : 1;
  *out = (shared){.first = xy__array(most, sizeof(sample *)), .second = xy__array(most, sizeof(sample *))};
  bool room = labels_make(&out->clusters, most);
  room = labels_make(&out->identities, most) && room;
  room = labels_make(&out->themes, most) && room;
  room = labels_make(&out->conditions, most) && room;
  if (!room || out->first == NULL || out->second == NULL) return xy__fail_memory(err, counts->name);
  xy_compared_bench found = {
      .name = counts->name, .first_digest = counts->first_digest, .second_digest = counts->second_digest};
  size_t matched = 0;
  for (size_t i = 0; i < a->n; i++) {
    const sample *one = &a->samples[i];
    if (one->bench != bench || strcmp(a->results->stages[one->stage].name, stages->names[0]) != 0) continue;
    size_t at;
    if (!find(b, &at, counts->name, one->item, stages->names[1])) {
      found.only_first++;
      continue;
    }
    matched++;
    if (memcmp(one->texts, b->samples[at].texts, sizeof one->texts) != 0) {
      found.changed++;
      continue;
    }
    out->first[out->n] = one;
    out->second[out->n] = &b->samples[at];
    if (!labels_set(&out->clusters, out->n, one->cluster) ||
        !labels_set_some(&out->identities, out->n, one->identity) ||
        !labels_set_some(&out->themes, out->n, one->theme) ||
        !labels_set_some(&out->conditions, out->n, one->condition)) {
      return xy__fail_memory(err, counts->name);
    }
    out->n++;
  }
  int other = place(json_object_get(b->results->facts, "benchmarks"), counts->name);
  for (size_t i = 0; i < b->n; i++) {
    const sample *one = &b->samples[i];
    found.only_second += one->bench == other && strcmp(b->results->stages[one->stage].name, stages->names[1]) == 0;
  }
  found.only_second -= matched;
  found.shared = out->n;
  bool unset = counts->shared + counts->only_first + counts->only_second + counts->changed == 0;
  if (unset || found.shared < counts->shared) *counts = found; /* stages may hold different items */
  return XY_OK;
}

static xy__groups groups_of(const labels *l) { return (xy__groups){.of = l->of, .names = l->names, .n = l->n}; }

static int compare_bench(xy_comparison *c, xy_compared_bench *counts, int bench, const stage_pair *stages,
                         const xy__stats_options *options, xy_error *err) {
  shared items = {0};
  int rc = join(&items, counts, c, bench, stages, err);
  double *values = rc == XY_OK ? xy__array(2 * items.n, sizeof *values) : NULL;
  if (rc == XY_OK && values == NULL) rc = xy__fail_memory(err, counts->name);
  for (size_t k = 0; rc == XY_OK && k < SERIES; k++) {
    for (size_t i = 0; i < items.n; i++) {
      values[i] = items.first[i]->values[k];
      values[items.n + i] = items.second[i]->values[k];
    }
    /* Names live in the arena of the first run, their lists only here. */
    xy__paired paired = {.benchmark = counts->name,
                         .measure = all_series[k].measure,
                         .mode = all_series[k].mode,
                         .stage = stages->names[0],
                         .other = stages->names[1],
                         .first = values,
                         .second = values + items.n,
                         .cluster = items.clusters.of,
                         .n = items.n,
                         .identities = groups_of(&items.identities),
                         .themes = groups_of(&items.themes),
                         .conditions = groups_of(&items.conditions)};
    rc = xy__compare_add(&c->differences, &paired, options, err);
  }
  free(values);
  dispose_shared(&items);
  return rc;
}

/* ---- all together -------------------------------------------------------------------------------------------- */

/* Benchmarks of the first run, then those of the second alone. */
static int list_benches(xy_comparison *c, xy_error *err) {
  const json_t *lists[2] = {json_object_get(c->runs[0].results->facts, "benchmarks"),
                            json_object_get(c->runs[1].results->facts, "benchmarks")};
  size_t n = json_array_size(lists[0]) + json_array_size(lists[1]);
  c->benches = xy__array(n, sizeof *c->benches);
  if (c->benches == NULL) return xy__fail_memory(err, "benchmarks");
  for (size_t r = 0; r < 2; r++) {
    for (size_t i = 0; i < json_array_size(lists[r]); i++) {
      const json_t *bench = json_array_get(lists[r], i);
      const char *name = text_of(bench, "name");
      int other = place(lists[1 - r], name);
      if (r == 1 && other >= 0) continue;
      const char *digest = text_of(bench, "digest");
      const char *there = other >= 0 ? text_of(json_array_get(lists[1 - r], (size_t)other), "digest") : "";
      c->benches[c->n_benches++] = (xy_compared_bench){
          .name = name, .first_digest = r == 0 ? digest : there, .second_digest = r == 0 ? there : digest};
    }
  }
  return XY_OK;
}

/* Items of a benchmark that only one run has, counted at its first stage. */
static void count_alone(xy_compared_bench *counts, const run *in, size_t *n) {
  int bench = place(json_object_get(in->results->facts, "benchmarks"), counts->name);
  int stage = -1;
  for (size_t i = 0; i < in->n; i++) {
    if (in->samples[i].bench != bench) continue;
    if (stage < 0) stage = in->samples[i].stage;
    *n += in->samples[i].stage == stage;
  }
}

static xy__stats_options options_of(const run *in) {
  xy__measure_settings settings;
  xy__measure_defaults(&settings);
  const json_t *written = json_object_get(in->results->facts, "settings");
  const json_t *draws = json_object_get(written, "draws");
  const json_t *seed = json_object_get(written, "seed");
  if (json_is_integer(draws) && json_integer_value(draws) >= 100) settings.stats.draws = json_integer_value(draws);
  if (json_is_integer(seed)) settings.stats.seed = (uint64_t)json_integer_value(seed);
  return settings.stats;
}

int xy_compare(xy_comparison **out, const char *first, const char *second, const char *const *matches, size_t n_matches,
               xy_error *err) {
  xy__error_clear(err);
  xy_comparison *c = xy__array(1, sizeof *c);
  stage_pair *pairs = NULL;
  size_t n = 0;
  if (c == NULL) return xy__fail_memory(err, "comparison");
  int rc = read_run(&c->runs[0], first, err);
  if (rc == XY_OK) rc = read_run(&c->runs[1], second, err);
  if (rc == XY_OK) rc = list_benches(c, err);
  if (rc == XY_OK) {
    pairs = xy__array(n_matches + c->runs[0].results->n_stages, sizeof *pairs);
    rc = pairs == NULL ? xy__fail_memory(err, "stages") : pair_stages(pairs, &n, c, matches, n_matches, err);
  }
  xy__stats_options options = {0};
  if (rc == XY_OK) options = options_of(&c->runs[0]);
  for (size_t b = 0; rc == XY_OK && b < c->n_benches; b++) {
    xy_compared_bench *bench = &c->benches[b];
    if (*bench->first_digest == '\0' || *bench->second_digest == '\0') {
      bool of_first = *bench->second_digest == '\0';
      count_alone(bench, &c->runs[of_first ? 0 : 1], of_first ? &bench->only_first : &bench->only_second);
      continue;
    }
    int place_in_first = place(json_object_get(c->runs[0].results->facts, "benchmarks"), bench->name);
    for (size_t s = 0; rc == XY_OK && s < n; s++) {
      rc = compare_bench(c, bench, place_in_first, &pairs[s], &options, err);
    }
  }
  if (rc == XY_OK) rc = xy__compare_adjust(&c->differences, err);
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
  for (size_t r = 0; r < 2; r++) {
    run *in = &comparison->runs[r];
    xy_results_free(in->results);
    xy__map_dispose(&in->map);
    xy__arena_dispose(&in->arena);
    free(in->samples);
  }
  xy__arena_dispose(&comparison->arena);
  free(comparison->differences.rows);
  free(comparison->benches);
  free(comparison);
}

size_t xy_comparison_rows(const xy_comparison *comparison) { return comparison->differences.n; }
void xy_comparison_row(xy_difference *out, const xy_comparison *comparison, size_t i) {
  *out = comparison->differences.rows[i];
}
size_t xy_comparison_benchmarks(const xy_comparison *comparison) { return comparison->n_benches; }
void xy_comparison_benchmark(xy_compared_bench *out, const xy_comparison *comparison, size_t i) {
  *out = comparison->benches[i];
}
const char *xy_comparison_mode(const xy_comparison *comparison) { return comparison->runs[0].results->headline_mode; }
