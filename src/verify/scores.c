/* The run's lines against those of the same audit, opened again: what its checkpoints' tokenizers make of its
 * benchmarks, and what the store holds for that. Nothing is computed; what is not there is not looked at, and said.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/audit.h"
#include "audit/differences.h"
#include "audit/facts.h"
#include "audit/prepare.h"
#include "base/file.h"
#include "base/json.h"
#include "verify/scores.h"

enum { MOST_TOLD = 5 };

static const json_t *setting(const xy__verifier *v, const char *key) {
  return json_object_get(json_object_get(v->results->facts, "settings"), key);
}

/* ---- the family ------------------------------------------------------------------------------------------------ */

/* One that was made of --stage: NAME=MODEL:PARENT:METHOD:BETA each. */
static int family_of_stages(xy_family **out, const xy__verifier *v, xy_error *err) {
  const xy_results *results = v->results;
  xy__text *specs = xy__array(results->n_stages, sizeof *specs);
  const char **list = xy__array(results->n_stages, sizeof *list);
  int rc = specs == NULL || list == NULL ? xy__fail_memory(err, "family") : XY_OK;
  for (size_t s = 0; rc == XY_OK && s < results->n_stages; s++) {
    const xy_stage_info *info = &results->stages[s];
    xy__text_addf(&specs[s], "%s=%s", info->name, info->model);
    if (*info->parent != '\0') xy__text_addf(&specs[s], ":%s:%s", info->parent, info->method);
    if (info->beta > 0) xy__text_addf(&specs[s], ":%.17g", info->beta);
    list[s] = specs[s].data;
    if (specs[s].failed) rc = xy__fail_memory(err, "family");
  }
  if (rc == XY_OK) rc = xy_family_from_stages(out, results->family, list, results->n_stages, err);
  for (size_t s = 0; specs != NULL && s < results->n_stages; s++) xy__text_dispose(&specs[s]);
  free(specs);
  free(list);
  return rc;
}

static int open_family(xy_family **out, const xy__verifier *v, xy_error *err) {
  static const char built_in[] = "built-in family ";
  const json_t *facts = json_object_get(v->results->facts, "family");
  const char *source = xy__json_text(facts, "source");
  if (strcmp(source, "command line") == 0) return family_of_stages(out, v, err);
  bool named = strncmp(source, built_in, sizeof built_in - 1) == 0;
  int rc = xy_family_open(out, named ? source + sizeof built_in - 1 : source, err);
  if (rc != XY_OK || strcmp((*out)->digest, xy__json_text(facts, "digest")) == 0) return rc;
  xy_family_free(*out);
  return xy__fail(err, XY_ERR_FORMAT, "%s is another family now", source);
}

/* ---- the audit ------------------------------------------------------------------------------------------------- */

/* A list of strings of results.json; *out is freed with free, its strings belong to the results. */
static int strings_of(const char ***out, size_t *n, const json_t *list, xy_error *err) {
  const char **made = xy__array(json_array_size(list), sizeof *made);
  if (made == NULL) return xy__fail_memory(err, "settings");
  *n = 0;
  for (size_t i = 0; i < json_array_size(list); i++) {
    const char *text = json_string_value(json_array_get(list, i));
    if (text != NULL) made[(*n)++] = text;
  }
  *out = made;
  return XY_OK;
}

/* A built-in benchmark by its name, another by its file. */
static int benchmarks_of(const char ***out, size_t *n, const xy__verifier *v, xy_error *err) {
  const json_t *list = json_object_get(v->results->facts, "benchmarks");
  const char **made = xy__array(json_array_size(list), sizeof *made);
  if (made == NULL) return xy__fail_memory(err, "benchmarks");
  for (*n = 0; *n < json_array_size(list); (*n)++) {
    const json_t *one = json_array_get(list, *n);
    const char *source = xy__json_text(one, "source");
    made[*n] = strcmp(source, "built-in") == 0 ? xy__json_text(one, "name") : source;
  }
  *out = made;
  return XY_OK;
}

typedef struct asked {
  const char **benchmarks, **identities, **themes, **stages, **fields;
  size_t n_benchmarks, n_identities, n_themes, n_stages, n_fields;
  int precision, start;
  int64_t limit;
} asked;

static void asked_dispose(asked *a) {
  free(a->benchmarks);
  free(a->identities);
  free(a->themes);
  free(a->stages);
  free(a->fields);
}

static int read_asked(asked *a, const xy__verifier *v, xy_error *err) {
  const json_t *narrowed = setting(v, "narrowed");
  int rc = benchmarks_of(&a->benchmarks, &a->n_benchmarks, v, err);
  if (rc == XY_OK) rc = strings_of(&a->identities, &a->n_identities, json_object_get(narrowed, "identities"), err);
  if (rc == XY_OK) rc = strings_of(&a->themes, &a->n_themes, json_object_get(narrowed, "themes"), err);
  if (rc == XY_OK) rc = strings_of(&a->stages, &a->n_stages, json_object_get(narrowed, "only_stages"), err);
  if (rc == XY_OK) rc = strings_of(&a->fields, &a->n_fields, setting(v, "fields"), err);
  const json_t *settings = json_object_get(v->results->facts, "settings");
  if (rc == XY_OK) rc = xy__precision_parse(&a->precision, xy__json_text(settings, "precision"), err);
  if (rc == XY_OK) rc = xy__start_parse(&a->start, xy__json_text(settings, "start"), err);
  return rc == XY_OK ? xy__json_int(&a->limit, narrowed, "limit", 0, "results.json: settings", err) : rc;
}

static int open_rewards(xy_audit **out, const xy__verifier *v, const xy_family *family, const asked *a,
                        const char *store, xy_error *err) {
  const json_t *list = json_object_get(v->results->facts, "benchmarks");
  const xy_stage_info *stage = &v->results->stages[0];
  const xy_reward_options how = {.name = "verify",
                                 .store = store,
                                 .only_stages = a->stages,
                                 .n_only_stages = a->n_stages,
                                 .by = a->fields,
                                 .n_by = a->n_fields,
                                 .format = stage->format,
                                 .tail = *stage->tail != '\0' ? stage->tail : NULL,
                                 .skip_long = json_is_true(setting(v, "skip_long")),
                                 .limit = (size_t)a->limit,
                                 .precision = (xy_precision)a->precision,
                                 .start = (xy_start)a->start};
  return xy_reward_open(out, family, xy__json_text(json_array_get(list, 0), "source"), &how, err);
}

static int open_audit(xy_audit **out, const xy__verifier *v, const xy_family *family, const char *store,
                      xy_error *err) {
  asked a = {0};
  const char *mode = json_string_value(setting(v, "mode"));
  int rc = read_asked(&a, v, err);
  char *rewards = xy__verify_file(v, "rewards.jsonl");
  if (rc == XY_OK && rewards != NULL) {
    rc = open_rewards(out, v, family, &a, store, err);
  } else if (rc == XY_OK) {
    const xy_audit_options how = {.name = "verify",
                                  .store = store,
                                  .benchmarks = a.benchmarks,
                                  .n_benchmarks = a.n_benchmarks,
                                  .identities = a.identities,
                                  .n_identities = a.n_identities,
                                  .themes = a.themes,
                                  .n_themes = a.n_themes,
                                  .only_stages = a.stages,
                                  .n_only_stages = a.n_stages,
                                  .limit = (size_t)a.limit,
                                  .precision = (xy_precision)a.precision,
                                  .start = (xy_start)a.start,
                                  .mode = mode};
    rc = xy_audit_open(out, family, &how, err);
  }
  free(rewards);
  asked_dispose(&a);
  return rc;
}

/* ---- the lines ------------------------------------------------------------------------------------------------- */

static size_t line_end(const char *text, size_t at, size_t size) {
  const char *end = memchr(text + at, '\n', size - at);
  return end != NULL ? (size_t)(end - text) + 1 : size;
}

static void compare_lines(xy__verifier *v, const char *name, const char *held, size_t n_held, const char *made,
                          size_t n_made) {
  size_t number = 0, differ = 0;
  for (size_t a = 0, b = 0; a < n_held || b < n_made; number++) {
    size_t end_a = line_end(held, a, n_held), end_b = line_end(made, b, n_made);
    bool same = end_a - a == end_b - b && memcmp(held + a, made + b, end_a - a) == 0;
    v->found->scores += same;
    if (!same && differ++ < MOST_TOLD) {
      json_t *line = json_loadb(a < n_held ? held + a : made + b, a < n_held ? end_a - a : end_b - b, 0, NULL);
      xy__verify_fault(v, "%s:%zu: item %.200s, stage %s: not what store and checkpoint give", name, number + 1,
                       xy__json_text(line, "item"), xy__json_text(line, "stage"));
      json_decref(line);
    }
    a = end_a;
    b = end_b;
  }
  if (differ > MOST_TOLD) xy__verify_fault(v, "%s: and %zu more lines", name, differ - MOST_TOLD);
}

/* The audit writes its lines to a file without a name, which is then read beside the run's. */
static int compare_files(xy__verifier *v, xy_audit *audit, const char *name, xy_error *err) {
  char made_path[64];
  char *held_path = xy__verify_file(v, name);
  xy__file_map held = {0}, made = {0};
  FILE *nameless = tmpfile();
  int rc = nameless == NULL || held_path == NULL ? xy__fail(err, XY_ERR_IO, "%s: cannot be made again", name) : XY_OK;
  if (nameless != NULL) snprintf(made_path, sizeof made_path, "/proc/self/fd/%d", fileno(nameless));
  if (rc == XY_OK) rc = audit->kind->lines(made_path, name, audit, err);
  if (rc == XY_OK) rc = xy__file_map_open(&held, held_path, err);
  if (rc == XY_OK) rc = xy__file_map_open(&made, made_path, err);
  if (rc == XY_OK) {
    compare_lines(v, name, (const char *)held.data, held.size, (const char *)made.data, made.size);
  }
  xy__file_map_dispose(&held);
  xy__file_map_dispose(&made);
  if (nameless != NULL) (void)fclose(nameless);
  free(held_path);
  return rc;
}

/* Whether every score is in the store. */
static int all_stored(bool *all, xy__verifier *v, xy_audit *audit, xy_error *err) {
  int rc = XY_OK;
  *all = true;
  for (size_t s = 0; rc == XY_OK && s < audit->stages.n; s++) {
    xy_plan_stage plan = {0};
    int64_t disk;
    rc = xy__scorer_plan(&plan, &disk, audit->stages.list[s].scorer, err);
    if (rc != XY_OK || plan.stored == plan.requests) continue;
    *all = false;
    xy__verify_note(v, "stage %s: the store holds %lld of its %lld scores", audit->stages.list[s].spec->name,
                    (long long)plan.stored, (long long)plan.requests);
  }
  return rc;
}

static int compare_audit(xy__verifier *v, xy_audit *audit, xy_error *err) {
  json_t *own = NULL;
  xy__text differences = {0};
  bool all = false;
  int rc = xy__audit_prepare(audit, err); /* which may leave rows out */
  if (rc == XY_OK) rc = xy__audit_facts(&own, audit, err);
  if (rc == XY_OK) {
    (void)json_object_del(own, "settings"); /* those that are not taken from the run change no score */
    rc = xy__facts_differ(&differences, v->results->facts, own, err);
  }
  if (rc == XY_OK && differences.size > 0) {
    xy__verify_fault(v, "what the run was made of is other now: %.900s", differences.data);
  } else if (rc == XY_OK) {
    rc = all_stored(&all, v, audit, err);
  }
  static const char *const names[] = {"samples.jsonl", "controls.jsonl", "rewards.jsonl"};
  for (size_t i = 0; all && rc == XY_OK && i < sizeof names / sizeof *names; i++) {
    char *path = xy__verify_file(v, names[i]);
    if (path != NULL) rc = compare_files(v, audit, names[i], err);
    free(path);
  }
  xy__text_dispose(&differences);
  json_decref(own);
  return rc;
}

/* ---- all together ---------------------------------------------------------------------------------------------- */

static int compare_scores(xy__verifier *v, const char *store, xy_error *err) {
  xy_family *family = NULL;
  xy_audit *audit = NULL;
  int rc = open_family(&family, v, err);
  if (rc == XY_OK) rc = open_audit(&audit, v, family, store, err);
  if (rc == XY_OK) rc = compare_audit(v, audit, err);
  xy_audit_free(audit);
  xy_family_free(family);
  return rc;
}

static int check_store(const char *path, xy_error *err) {
  xy__store *store = NULL;
  int rc = xy__store_open(&store, path, err);
  if (rc == XY_OK) rc = xy__store_check(store, err);
  xy__store_close(store);
  return rc;
}

int xy__verify_scores(xy__verifier *v, xy_error *err) {
  xy__text beside = {0};
  xy_error own = {0};
  xy__text_addf(&beside, "%s/../scores.sqlite", v->directory);
  if (beside.failed) return xy__fail_memory(err, v->directory);
  const char *store = v->store != NULL ? v->store : beside.data;
  int rc = XY_OK;
  if (strcmp(xy__json_text(v->results->facts, "xylem"), XY_VERSION) != 0) {
    xy__verify_note(v, "the samples were not compared with the store, which this xylem would read otherwise");
  } else if (!xy__file_exists(store)) {
    xy__verify_note(v, "the samples were not compared with the store: %s is not there", store);
  } else if ((rc = check_store(store, &own)) == XY_ERR_FORMAT) {
    xy__verify_fault(v, "%.900s: %s", own.text, own.hint);
    rc = XY_OK;
  } else if (rc == XY_OK) {
    rc = compare_scores(v, store, &own);
  }
  xy__text_dispose(&beside);
  if (rc == XY_ERR_MEMORY) return xy__fail_memory(err, v->directory);
  if (rc != XY_OK) xy__verify_note(v, "the samples were not compared with the store: %.900s", own.text);
  return XY_OK;
}
