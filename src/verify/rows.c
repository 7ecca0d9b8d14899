/* The long table against what the run's samples give: made anew by the same measures, and compared row by row. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "results/fields.h"
#include "results/headline.h"
#include "verify/rewards.h"
#include "verify/rows.h"
#include "verify/samples.h"

enum { MOST_TOLD = 20 };

/* Numbers of the same inputs differ by no more than this, relative, on any machine. */
static const double tolerance = 1e-9;

static int read_settings(xy__measure_settings *out, const json_t *facts, xy_error *err) {
  static const char where[] = "results.json: settings";
  const json_t *settings = json_object_get(facts, "settings");
  xy__measure_settings s;
  xy__measure_defaults(&s);
  int64_t seed = (int64_t)s.stats.seed;
  const struct {
    const char *key;
    double *value;
  } reals[] = {{"confidence", &s.stats.confidence},
               {"alpha", &s.alpha},
               {"margin_gap", &s.margin_gap},
               {"margin_rate", &s.margin_rate},
               {"error", &s.error}};
  int rc = xy__json_int(&s.stats.draws, settings, "draws", s.stats.draws, where, err);
  if (rc == XY_OK) rc = xy__json_int(&s.stats.permutations, settings, "permutations", s.stats.permutations, where, err);
  if (rc == XY_OK) rc = xy__json_int(&seed, settings, "seed", seed, where, err);
  for (size_t i = 0; rc == XY_OK && i < sizeof reals / sizeof *reals; i++) {
    rc = xy__json_real(reals[i].value, settings, reals[i].key, *reals[i].value, where, err);
  }
  s.stats.seed = (uint64_t)seed;
  const char *mode = xy__json_text(settings, "mode");
  s.headline = XY__BY_BENCHMARK;
  if (rc == XY_OK && *mode != '\0') rc = xy__mode_parse(&s.headline, mode, err);
  if (rc == XY_OK) *out = s;
  return rc;
}

/* ---- comparing ------------------------------------------------------------------------------------------------- */

typedef struct comparison {
  xy__verifier *v;
  xy__map made; /* a row's labels -> its place in `results` */
  const xy_results *results;
  xy__arena arena;
  size_t told;
} comparison;

static const char *or_empty(const char *text) { return text != NULL ? text : ""; }

static void add_key(xy__text *out, const xy_measure *row) {
  const char *const parts[] = {row->benchmark, row->measure,  row->mode, row->stage,
                               row->against,   row->identity, row->theme};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) xy__text_addf(out, "%s\n", or_empty(parts[i]));
}

static void tell(comparison *c, const xy_measure *row, const char *what) {
  if (c->told++ >= MOST_TOLD) return;
  bool change = *or_empty(row->against) != '\0';
  xy__verify_fault(c->v, "results.json: %s, %s%s%s, stage %s%s%s, identity %s, theme %s: %s", row->benchmark,
                   row->measure, *or_empty(row->mode) != '\0' ? " " : "", or_empty(row->mode), row->stage,
                   change ? " against " : "", or_empty(row->against), row->identity, row->theme, what);
}

static bool near(double a, double b) {
  if (isnan(a) || isnan(b)) return isnan(a) && isnan(b);
  return a == b || fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b));
}

/* Names the first column that is another. A column that a file of before does not have cannot be. */
static bool same_row(char *what, size_t size, const xy_measure *held, const xy_measure *made, bool older) {
  for (size_t i = 0; i < xy__fields_n; i++) {
    const xy__field *field = &xy__fields[i];
    if (older && field->optional) continue;
    if (field->kind == XY__FIELD_TEXT) {
      const char *a = xy__field_text(held, field), *b = xy__field_text(made, field);
      if (strcmp(a, b) == 0) continue;
      snprintf(what, size, "%s is '%s', '%s' from the samples", field->name, a, b);
    } else if (field->kind == XY__FIELD_COUNT) {
      int64_t a = xy__field_count(held, field), b = xy__field_count(made, field);
      if (a == b) continue;
      snprintf(what, size, "%s is %lld, %lld from the samples", field->name, (long long)a, (long long)b);
    } else {
      double a = xy__field_number(held, field), b = xy__field_number(made, field);
      if (near(a, b)) continue;
      snprintf(what, size, "%s is %.12g, %.12g from the samples", field->name, a, b);
    }
    return false;
  }
  return true;
}

static int index_rows(comparison *c, xy_error *err) {
  for (size_t i = 0; i < c->results->n_measures; i++) {
    xy__text key = {0};
    add_key(&key, &c->results->measures[i]);
    const char *kept = key.failed ? NULL : xy__arena_copy(&c->arena, key.data, key.size);
    bool room = kept != NULL && xy__map_put(&c->made, kept, key.size, (int64_t)i);
    xy__text_dispose(&key);
    if (!room) return xy__fail_memory(err, "rows");
  }
  return XY_OK;
}

static int compare_rows(comparison *c, bool older, xy_error *err) {
  const xy_results *held = c->v->results;
  bool *met = xy__array(c->results->n_measures, sizeof *met);
  if (met == NULL) return xy__fail_memory(err, "rows");
  for (size_t i = 0; i < held->n_measures; i++) {
    const xy_measure *row = &held->measures[i];
    xy__text key = {0};
    int64_t place;
    char what[512];
    add_key(&key, row);
    if (key.failed) c->v->failed = true;
    if (key.failed || !xy__map_get(&c->made, key.data, key.size, &place)) {
      tell(c, row, "the samples give no such row");
    } else if (met[place]) {
      tell(c, row, "the row is there twice");
    } else if (met[place] = true, same_row(what, sizeof what, row, &c->results->measures[place], older)) {
      c->v->found->rows++;
    } else {
      tell(c, row, what);
    }
    xy__text_dispose(&key);
  }
  for (size_t i = 0; i < c->results->n_measures; i++) {
    if (!met[i]) tell(c, &c->results->measures[i], "the row is missing");
  }
  free(met);
  if (c->told > MOST_TOLD) xy__verify_fault(c->v, "results.json: and %zu more rows", c->told - MOST_TOLD);
  return XY_OK;
}

/* ---- what is said of them -------------------------------------------------------------------------------------- */

static bool says(const xy_results *results, const xy_finding *finding) {
  for (size_t i = 0; i < results->n_findings; i++) {
    const xy_finding *other = &results->findings[i];
    if (strcmp(other->kind, finding->kind) == 0 && strcmp(other->text, finding->text) == 0) return true;
  }
  return false;
}

/* The run may have further ones, of what its samples do not show. */
static void compare_findings(xy__verifier *v, const xy_results *made) {
  for (size_t i = 0; i < made->n_findings; i++) {
    const xy_finding *finding = &made->findings[i];
    if (!says(v->results, finding)) {
      xy__verify_fault(v, "results.json: no finding '%s' says, as the samples do: %.400s", finding->kind,
                       finding->text);
    }
  }
}

static int compare_headline(xy__verifier *v, xy_results *made, xy_error *err) {
  int rc = xy__headline_add(made, err);
  const json_t *held = json_object_get(v->results->facts, "headline"), *own = json_object_get(made->facts, "headline");
  const char *key;
  const json_t *value;
  if (rc != XY_OK) return rc;
  json_object_foreach((json_t *)(uintptr_t)own, key, value) {
    if (json_equal(value, json_object_get(held, key))) continue;
    xy__verify_fault(v, "results.json: headline, %s: the samples say: %.400s", key,
                     json_is_string(value) ? json_string_value(value) : "none");
  }
  return XY_OK;
}

/* ---- all together ---------------------------------------------------------------------------------------------- */

/* Results that hold what measures read of them beside rows: stages, facts, and what stands for a benchmark. */
static int empty_copy(xy_results **out, const xy_results *from, xy_error *err) {
  xy_results *made = xy__results_new();
  if (made == NULL) return xy__fail_memory(err, "results");
  made->directory = from->directory;
  made->family = from->family;
  made->headline_mode = from->headline_mode;
  json_decref(made->facts);
  made->facts = json_deep_copy(from->facts);
  int rc = made->facts == NULL ? xy__fail_memory(err, "results") : XY_OK;
  for (size_t s = 0; rc == XY_OK && s < from->n_stages; s++) rc = xy__results_add_stage(made, &from->stages[s], err);
  if (rc != XY_OK) {
    xy_results_free(made);
    return rc;
  }
  *out = made;
  return XY_OK;
}

static int compare(xy__verifier *v, xy_results *made, xy_error *err) {
  const char *version = xy__json_text(v->results->facts, "xylem");
  bool older = strcmp(version, XY_VERSION) != 0;
  if (older)
    xy__verify_note(v, "the run is of xylem %s, this is %s: numbers may have changed since", version, XY_VERSION);
  comparison c = {.v = v, .results = made};
  int rc = index_rows(&c, err);
  if (rc == XY_OK) rc = compare_rows(&c, older, err);
  if (rc == XY_OK && !older) {
    compare_findings(v, made);
    rc = compare_headline(v, made, err);
  }
  xy__map_dispose(&c.made);
  xy__arena_dispose(&c.arena);
  return rc;
}

int xy__verify_rows(xy__verifier *v, xy_error *err) {
  char *samples = xy__verify_file(v, "samples.jsonl"), *rewards = xy__verify_file(v, "rewards.jsonl");
  xy__measure_settings settings;
  xy_results *made = NULL;
  xy_error own = {0};
  int rc = read_settings(&settings, v->results->facts, &own);
  if (rc == XY_OK) rc = empty_copy(&made, v->results, &own);
  if (rc != XY_OK) {
  } else if (samples != NULL) {
    rc = xy__verify_measure_samples(made, v, &settings, &own);
  } else if (rewards != NULL) {
    rc = xy__verify_measure_rewards(made, v, &settings, &own);
  } else {
    rc = xy__fail(&own, XY_ERR_FORMAT, "%s: there is neither samples.jsonl nor rewards.jsonl", v->directory);
  }
  if (rc == XY_OK) {
    rc = compare(v, made, err);
  } else if (rc == XY_ERR_MEMORY) {
    if (err != NULL) *err = own;
  } else {
    xy__verify_fault(v, "%.900s", own.text);
    rc = XY_OK;
  }
  xy_results_free(made);
  free(samples);
  free(rewards);
  return rc;
}
