/* rewards.jsonl -> preference rows and what each stage gave their answers, as they were measured. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audit/preference_rows.h"
#include "base/json_lines.h"
#include "verify/rewards.h"

typedef struct reading {
  const xy__verifier *v;
  xy__preferences p;
  xy__preference_run run; /* of `p`; its stages' answers are made here */
  size_t *got;            /* [n_stages]: lines of each */
  size_t capacity;        /* of the stages' answers */
} reading;

static void dispose(reading *r) {
  for (size_t s = 0; r->run.stages != NULL && s < r->run.n_stages; s++) {
    free((void *)(uintptr_t)r->run.stages[s].answers); /* ours; const only for the readers */
  }
  free(r->run.stages);
  free(r->run.keep);
  free(r->run.rows);
  free(r->got);
  free(r->p.rows);
  xy__arena_dispose(&r->p.arena);
}

/* ---- rows ------------------------------------------------------------------------------------------------------ */

/* NULL where the line has none; sets *room to false when out of memory. */
static const char *kept_text(reading *r, const json_t *line, const char *key, bool *room) {
  const char *text = json_string_value(json_object_get(line, key));
  const char *kept = text != NULL ? xy__arena_string(&r->p.arena, text) : NULL;
  if (text != NULL && kept == NULL) *room = false;
  return kept;
}

static int add_row(reading *r, const json_t *line, xy_error *err) {
  xy__preferences *p = &r->p;
  bool room = xy__grow(&p->rows, &p->capacity, p->n, sizeof *p->rows);
  const char **labels = xy__arena_alloc(&p->arena, (p->n_fields + 1) * sizeof *labels);
  if (!room || labels == NULL) return xy__fail_memory(err, "rewards");
  for (size_t f = 0; f < p->n_fields; f++) labels[f] = kept_text(r, line, p->fields[f], &room);
  p->rows[p->n++] = (xy__preference){.line = (int)json_integer_value(json_object_get(line, "line")),
                                     .answers = {"", ""},
                                     .identity = kept_text(r, line, "identity", &room),
                                     .theme = kept_text(r, line, "theme", &room),
                                     .cluster = kept_text(r, line, "cluster", &room),
                                     .labels = labels};
  if (!room) return xy__fail_memory(err, "rewards");
  return p->rows[p->n - 1].cluster != NULL ? XY_OK : xy__fail(err, XY_ERR_FORMAT, "expected a row with its cluster");
}

/* Room for the answers to one more row at every stage. */
static int grow_answers(reading *r, xy_error *err) {
  if (r->p.n <= r->capacity) return XY_OK;
  size_t capacity = r->capacity * 2 + 64;
  for (size_t s = 0; s < r->run.n_stages; s++) {
    xy__reward_stage *stage = &r->run.stages[s];
    void *grown = realloc((void *)(uintptr_t)stage->answers, capacity * sizeof *stage->answers);
    if (grown == NULL) return xy__fail_memory(err, "rewards");
    stage->answers = grown;
  }
  r->capacity = capacity;
  return XY_OK;
}

/* ---- answers --------------------------------------------------------------------------------------------------- */

/* RewardBench's norm is the negative root of the squares' sum. */
static int read_answer(xy__answer *out, const json_t *line, const char *side, xy_error *err) {
  char keys[4][32];
  snprintf(keys[0], sizeof keys[0], "%s_logprob", side);
  snprintf(keys[1], sizeof keys[1], "norm_%s", side);
  snprintf(keys[2], sizeof keys[2], "%s_tokens", side);
  snprintf(keys[3], sizeof keys[3], "%s_split", side);
  const json_t *sum = json_object_get(line, keys[0]), *norm = json_object_get(line, keys[1]),
               *tokens = json_object_get(line, keys[2]);
  if (!json_is_number(sum) || !json_is_number(norm) || !json_is_integer(tokens)) {
    return xy__fail(err, XY_ERR_FORMAT, "expected %s, %s and %s", keys[0], keys[1], keys[2]);
  }
  double root = json_number_value(norm);
  *out = (xy__answer){.sum = json_number_value(sum),
                      .squares = root * root,
                      .tokens = (int32_t)json_integer_value(tokens),
                      .split = json_is_true(json_object_get(line, keys[3]))};
  return XY_OK;
}

static int read_line(void *user, json_t *line, xy_error *err) {
  static const char *const sides[] = {"chosen", "rejected"};
  reading *r = user;
  int s = xy__verify_stage(r->v, xy__json_text(line, "stage"));
  if (s < 0) return xy__fail(err, XY_ERR_FORMAT, "expected a stage of results.json");
  size_t row = r->got[s]++;
  int rc = row == r->p.n ? add_row(r, line, err) : XY_OK;
  if (rc == XY_OK) rc = grow_answers(r, err);
  if (rc != XY_OK) return rc;
  if (row >= r->p.n || r->p.rows[row].line != json_integer_value(json_object_get(line, "line"))) {
    return xy__fail(err, XY_ERR_FORMAT, "expected the rows of every stage once each, in one order");
  }
  xy__answer *answers = (xy__answer *)(uintptr_t)r->run.stages[s].answers[row]; /* ours */
  for (int i = 0; rc == XY_OK && i < 2; i++) rc = read_answer(&answers[i], line, sides[i], err);
  return rc;
}

/* ---- all together ---------------------------------------------------------------------------------------------- */

static int begin(reading *r, xy_error *err) {
  const xy_results *results = r->v->results;
  const json_t *bench = json_array_get(json_object_get(results->facts, "benchmarks"), 0);
  const json_t *fields = json_object_get(json_object_get(results->facts, "settings"), "fields");
  r->p.name = xy__json_text(bench, "name");
  r->p.source = xy__json_text(bench, "source");
  r->p.n_fields = json_array_size(fields);
  r->p.fields = xy__arena_alloc(&r->p.arena, (r->p.n_fields + 1) * sizeof *r->p.fields);
  r->got = xy__array(results->n_stages, sizeof *r->got);
  r->run.stages = xy__array(results->n_stages, sizeof *r->run.stages);
  if (r->p.fields == NULL || r->got == NULL || r->run.stages == NULL) return xy__fail_memory(err, "rewards");
  for (size_t f = 0; f < r->p.n_fields; f++) {
    const char *name = json_string_value(json_array_get(fields, f));
    if (name == NULL) return xy__fail(err, XY_ERR_FORMAT, "results.json: settings: expected the names of fields");
    r->p.fields[f] = name;
  }
  r->run.preferences = &r->p;
  r->run.n_stages = results->n_stages;
  for (size_t s = 0; s < results->n_stages; s++) {
    const xy_stage_info *info = &results->stages[s];
    r->run.stages[s] = (xy__reward_stage){.name = info->name,
                                          .parent = xy__verify_stage(r->v, info->parent),
                                          .reference = xy__verify_stage(r->v, info->reference),
                                          .beta = info->beta};
  }
  return XY_OK;
}

static int measure(xy_results *out, reading *r, const xy__measure_settings *settings, xy_error *err) {
  size_t n = r->p.n;
  xy_bench *bench = NULL;
  r->run.keep = xy__array(n, 1);
  r->run.rows = xy__array(n, sizeof *r->run.rows);
  if (r->run.keep == NULL || r->run.rows == NULL) return xy__fail_memory(err, "rewards");
  for (size_t i = 0; i < n; i++) {
    r->run.keep[i] = 1;
    r->run.rows[i] = i;
  }
  int rc = xy__preferences_bench(&bench, &r->p, r->run.keep, r->p.name, err);
  if (rc == XY_OK) rc = xy__preference_add_rows(out, &r->run, bench, settings, err);
  xy_bench_free(bench);
  return rc;
}

int xy__verify_measure_rewards(xy_results *out, const xy__verifier *v, const xy__measure_settings *settings,
                               xy_error *err) {
  reading r = {.v = v};
  char *path = xy__verify_file(v, "rewards.jsonl");
  int rc = path == NULL ? xy__fail_memory(err, "rewards") : begin(&r, err);
  if (rc == XY_OK) rc = xy__json_lines(path, read_line, &r, err);
  for (size_t s = 0; rc == XY_OK && s < r.run.n_stages; s++) {
    if (r.got[s] == r.p.n) continue;
    rc =
        xy__fail(err, XY_ERR_FORMAT, "rewards.jsonl: stage %s: %zu of %zu rows", r.run.stages[s].name, r.got[s], r.p.n);
  }
  if (rc == XY_OK) rc = measure(out, &r, settings, err);
  dispose(&r);
  free(path);
  return rc;
}
