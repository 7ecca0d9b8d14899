/* Scored preference data -> results: the whole file, then each subset (and each label of the fields that the caller
 * named) as a benchmark "FILE/FIELD=LABEL" of its own, findings, and the run directory.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit/reward.h"
#include "base/file.h"
#include "report/report.h"

/* ---- answers --------------------------------------------------------------------------------------------- */

static xy__answer answer_of(const xy__audit_stage *stage, size_t item, int side) {
  const xy__token_option *option = &stage->tokens->options[0][2 * item + (size_t)side];
  const xy__sequence *sequence = &stage->tokens->sequences[option->sequence];
  const float *logprob = stage->logprob + stage->tokens->offset[option->sequence];
  xy__answer answer = {.tokens = sequence->n - sequence->first, .split = option->split};
  for (int32_t t = 0; t < answer.tokens; t++) {
    answer.sum += (double)logprob[t];
    answer.squares += (double)logprob[t] * (double)logprob[t];
  }
  return answer;
}

static void free_stages(xy__reward_stage *stages, size_t n) {
  for (size_t s = 0; stages != NULL && s < n; s++) {
    free((void *)(uintptr_t)stages[s].answers); /* ours; const only for the readers */
  }
  free(stages);
}

/* Answers are in the places of their rows; those of rows that are not in the run stay empty. */
static int make_stages(xy__reward_stage **out, const xy_audit *audit, xy_error *err) {
  const xy__reward *reward = audit->reward;
  xy__reward_stage *stages = xy__array(audit->n_stages, sizeof *stages);
  if (stages == NULL) return xy__fail_memory(err, "rewards");
  for (size_t s = 0; s < audit->n_stages; s++) {
    const xy__audit_stage *stage = &audit->stages[s];
    xy__answer(*answers)[2] = xy__array(reward->preferences->n, sizeof *answers);
    stages[s] = (xy__reward_stage){.name = stage->spec->name,
                                   .parent = stage->parent,
                                   .reference = stage->reference,
                                   .beta = stage->spec->beta,
                                   .answers = (const xy__answer(*)[2])answers};
    if (answers == NULL) {
      free_stages(stages, audit->n_stages);
      return xy__fail_memory(err, "rewards");
    }
    for (size_t i = 0; i < audit->benches[0]->n; i++) {
      for (int side = 0; side < 2; side++) answers[reward->rows[i]][side] = answer_of(stage, i, side);
    }
  }
  *out = stages;
  return XY_OK;
}

/* ---- groups ---------------------------------------------------------------------------------------------- */

/* More than these are no groups: a field that tells rows apart was named. */
enum { MOST_GROUPS = 500 };

/* The labels of a field among the kept rows, in order of first appearance. */
static int list_labels(xy__labels *out, const xy__reward *reward, size_t field, xy_error *err) {
  const xy__preferences *p = reward->preferences;
  xy__map seen = {0};
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < p->n; i++) {
    const char *label = p->rows[i].labels[field];
    int64_t at;
    if (!reward->keep[i] || label == NULL || xy__map_get(&seen, label, strlen(label), &at)) continue;
    if (out->n == MOST_GROUPS) {
      rc = xy__fail(err, XY_ERR_ARGUMENT, "%s: field '%s' has more than %d labels: too many to give results by",
                    p->source, p->fields[field], (int)MOST_GROUPS);
    } else if (!xy__grow(&out->names, &out->capacity, out->n, sizeof *out->names) ||
               !xy__map_put(&seen, label, strlen(label), (int64_t)out->n)) {
      rc = xy__fail_memory(err, p->source);
    } else {
      out->names[out->n++] = label;
    }
  }
  xy__map_dispose(&seen);
  return rc;
}

/* The whole's facts with what differs in a group. */
static int add_group_facts(xy_results *results, const xy_bench *bench, xy_error *err) {
  json_t *list = json_object_get(results->facts, "benchmarks");
  json_t *facts = json_copy(json_array_get(list, 0));
  json_object_set_new(facts, "name", json_string(bench->name));
  json_object_set_new(facts, "items", json_integer((json_int_t)bench->n));
  json_object_set_new(facts, "clusters", json_integer((json_int_t)bench->clusters.n));
  json_object_set_new(facts, "identities", json_integer((json_int_t)bench->identities.n));
  json_object_set_new(facts, "themes", json_integer((json_int_t)bench->themes.n));
  json_object_del(facts, "split_items");
  json_object_del(facts, "notes");
  return json_array_append_new(list, facts) == 0 ? XY_OK : xy__fail_memory(err, "results");
}

static int measure_group(xy_results *results, const xy_audit *audit, const xy__reward_stage *stages, size_t field,
                         const char *label, xy_error *err) {
  const xy__reward *reward = audit->reward;
  const xy__preferences *p = reward->preferences;
  xy__text name = {0};
  xy_bench *bench = NULL;
  unsigned char *keep = xy__array(p->n, 1);
  size_t *rows = xy__array(p->n, sizeof *rows);
  size_t n = 0;
  xy__text_addf(&name, "%s/%s=%s", p->name, p->fields[field], label);
  int rc = keep == NULL || rows == NULL || name.failed ? xy__fail_memory(err, p->source) : XY_OK;
  for (size_t i = 0; rc == XY_OK && i < p->n; i++) {
    const char *own = p->rows[i].labels[field];
    keep[i] = reward->keep[i] && own != NULL && strcmp(own, label) == 0;
    if (keep[i]) rows[n++] = i;
  }
  if (rc == XY_OK) rc = xy__preferences_bench(&bench, p, keep, name.data, err);
  if (rc == XY_OK) {
    rc = xy__measure_rewards(results, bench, rows, stages, audit->n_stages, &audit->settings, err);
  }
  if (rc == XY_OK) rc = add_group_facts(results, bench, err);
  xy_bench_free(bench);
  xy__text_dispose(&name);
  free(keep);
  free(rows);
  return rc;
}

static int measure_groups(xy_results *results, const xy_audit *audit, const xy__reward_stage *stages, xy_error *err) {
  const xy__preferences *p = audit->reward->preferences;
  int rc = XY_OK;
  for (size_t f = 0; rc == XY_OK && f < p->n_fields; f++) {
    xy__labels labels = {0};
    rc = list_labels(&labels, audit->reward, f, err);
    for (size_t l = 0; rc == XY_OK && l < labels.n; l++) {
      rc = measure_group(results, audit, stages, f, labels.names[l], err);
    }
    free(labels.names);
  }
  return rc;
}

/* ---- what a reader must know ------------------------------------------------------------------------------ */

/* A sentence both among the findings and in the benchmark's notes. Disposes of `text`. */
static int add_note(xy_results *results, const char *kind, xy__text *text, xy_error *err) {
  json_t *facts = json_array_get(json_object_get(results->facts, "benchmarks"), 0);
  json_t *notes = json_object_get(facts, "notes");
  bool room = !text->failed && json_array_append_new(notes, json_string(text->data)) == 0;
  int rc = room ? xy__results_add_finding(results, kind, text->data, err) : xy__fail_memory(err, "results");
  xy__text_dispose(text);
  return rc;
}

static int note_unpaired(xy_results *results, const xy__preferences *p, xy_error *err) {
  size_t left = p->unpaired[XY__PARTED] + p->unpaired[XY__NO_ANSWER];
  if (left == 0) return XY_OK;
  xy__text text = {0};
  xy__text_addf(&text,
                "%zu of %zu rows of %s were left out: in %zu the dialogues part before their last turns, in %zu an "
                "answer is empty.",
                left, left + p->n, p->source, p->unpaired[XY__PARTED], p->unpaired[XY__NO_ANSWER]);
  return add_note(results, "left_out", &text, err);
}

static int note_long(xy_results *results, const xy__reward *reward, xy_error *err) {
  enum { TOLD = 20 };
  if (reward->n_long == 0) return XY_OK;
  xy__text text = {0};
  xy__text_addf(&text, "%zu rows of %s were left out because they are longer than a stage's context (lines ",
                reward->n_long, reward->preferences->source);
  for (size_t i = 0; i < reward->n_long && i < TOLD; i++) {
    xy__text_addf(&text, "%s%d", i > 0 ? ", " : "", reward->long_lines[i]);
  }
  xy__text_add(&text, reward->n_long > TOLD ? ", ...)." : ").");
  return add_note(results, "left_out", &text, err);
}

static bool same_tokens(const xy__audit_stage *a, const xy__audit_stage *b, size_t option) {
  if (a->tokens == b->tokens) return true;
  const xy__sequence *x = &a->tokens->sequences[a->tokens->options[0][option].sequence];
  const xy__sequence *y = &b->tokens->sequences[b->tokens->options[0][option].sequence];
  return x->n == y->n && x->first == y->first && memcmp(x->ids, y->ids, (size_t)x->n * sizeof *x->ids) == 0;
}

/* A ratio of two stages that see different tokens is one of texts, not of tokens; RewardBench and training code know
 * only the latter. */
static int note_tokens(xy_results *results, const xy_audit *audit, const xy__reward_stage *stages, size_t s,
                       xy_error *err) {
  bool is_reward;
  int against = xy__reward_against(&stages[s], &is_reward);
  if (against < 0) return XY_OK;
  size_t differ = 0;
  size_t n = audit->benches[0]->n;
  for (size_t i = 0; i < n; i++) {
    const xy__audit_stage *a = &audit->stages[s];
    const xy__audit_stage *b = &audit->stages[against];
    differ += !same_tokens(a, b, 2 * i) || !same_tokens(a, b, 2 * i + 1);
  }
  if (differ == 0) return XY_OK;
  xy__text text = {0};
  xy__text_addf(&text,
                "The tokenizers of %s and %s write %zu of %zu rows differently: their ratio compares the probabilities "
                "of a text, not of the same tokens.",
                stages[s].name, stages[against].name, differ, n);
  return add_note(results, "tokens", &text, err);
}

static int note_splits(xy_results *results, const xy_audit *audit, xy_error *err) {
  size_t most = 0;
  for (size_t t = 0; t < audit->n_tokens; t++) {
    most = audit->tokens[t]->split[0] > most ? audit->tokens[t]->split[0] : most;
  }
  if (most == 0) return XY_OK;
  xy__text text = {0};
  xy__text_addf(&text, "In %zu of %zu rows the cut between prompt and answer falls inside a token that spans both.",
                most, audit->benches[0]->n);
  return add_note(results, "split", &text, err);
}

static int add_notes(xy_results *results, const xy_audit *audit, const xy__reward_stage *stages, xy_error *err) {
  int rc = note_unpaired(results, audit->reward->preferences, err);
  if (rc == XY_OK) rc = note_long(results, audit->reward, err);
  for (size_t s = 0; rc == XY_OK && s < audit->n_stages; s++) rc = note_tokens(results, audit, stages, s, err);
  return rc == XY_OK ? note_splits(results, audit, err) : rc;
}

/* ---- all together ---------------------------------------------------------------------------------------- */

static int measure(xy_results *results, const xy_audit *audit, const xy__reward_stage *stages, xy_error *err) {
  const xy_bench *bench = audit->benches[0];
  xy_progress progress = {.stage = bench->name, .phase = "measure", .done = 1, .seconds_left = -1};
  int rc = xy__audit_progress(audit, &progress, err);
  if (rc == XY_OK) {
    rc = xy__measure_rewards(results, bench, audit->reward->rows, stages, audit->n_stages, &audit->settings, err);
  }
  if (rc == XY_OK) rc = measure_groups(results, audit, stages, err);
  if (rc == XY_OK) rc = xy__measure_finish(results, NULL, 0, &audit->settings, err);
  if (rc == XY_OK) {
    rc = xy__reward_findings(results, bench->name, stages, audit->n_stages, &audit->settings, err);
  }
  return rc == XY_OK ? add_notes(results, audit, stages, err) : rc;
}

static int write_run(const xy_results *results, const xy_audit *audit, const xy__reward_stage *stages, xy_error *err) {
  char *path = xy__path_join(audit->directory, "rewards.jsonl");
  int rc = path == NULL ? xy__fail_memory(err, audit->directory) : xy__folder_make(audit->directory, err);
  if (rc == XY_OK) rc = xy__rewards_write(path, audit, stages, err);
  free(path);
  static const xy__report_options options = {0};
  return rc == XY_OK ? xy__report_write(results, NULL, 0, &options, err) : rc;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Notes are added to the facts while measuring; the time that took belongs to them too. */
static int update_times(xy_results *results, const xy_audit *audit, double started, xy_error *err) {
  json_t *facts;
  int rc = xy__audit_facts(&facts, audit, started, now(), err);
  if (rc != XY_OK) return rc;
  json_object_set(results->facts, "run", json_object_get(facts, "run"));
  json_decref(facts);
  return XY_OK;
}

int xy__reward_run(xy_results **out, xy_audit *audit, double started, xy_error *err) {
  xy__reward_stage *stages = NULL;
  xy_results *results = xy__results_new();
  if (results == NULL) return xy__fail_memory(err, "results");
  int rc = make_stages(&stages, audit, err);
  if (rc == XY_OK) rc = xy__audit_describe(results, audit, err);
  if (rc == XY_OK) rc = xy__audit_facts(&results->facts, audit, started, now(), err);
  if (rc == XY_OK) rc = measure(results, audit, stages, err);
  if (rc == XY_OK) rc = update_times(results, audit, started, err);
  if (rc == XY_OK) rc = write_run(results, audit, stages, err);
  if (rc == XY_OK) rc = xy__audit_remember(audit, err);
  free_stages(stages, audit->n_stages);
  if (rc != XY_OK) {
    xy_results_free(results);
    return rc;
  }
  *out = results;
  return XY_OK;
}
