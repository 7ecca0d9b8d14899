/* Scored preference data -> results: the whole file, then each subset (and each label of the fields that the caller
 * named) as a benchmark "FILE/FIELD=LABEL" of its own, findings, and notes.
 */
#include <stdlib.h>
#include <string.h>

#include "audit/preference_rows.h"
#include "base/text.h"
#include "results/headline.h"

/* ---- answers --------------------------------------------------------------------------------------------- */

static xy__answer answer_of(const xy__audit_stage *stage, size_t item, int side) {
  const xy__scored text = xy__scorer_give(stage->scorer, 0, 2 * item + (size_t)side).text;
  xy__answer answer = {.tokens = text.n - text.first, .split = text.split};
  for (int32_t t = 0; t < answer.tokens; t++) {
    answer.sum += (double)text.logprob[t];
    answer.squares += (double)text.logprob[t] * (double)text.logprob[t];
  }
  return answer;
}

void xy__preference_forget(xy__preference_run *run) {
  for (size_t s = 0; s < run->n_stages; s++) {
    free((void *)(uintptr_t)run->stages[s].answers); /* ours; const only for the readers */
  }
  free(run->stages);
  run->stages = NULL;
  run->n_stages = 0;
}

/* Answers of rows that are not in the run stay empty. */
int xy__preference_score(xy__preference_run *run, const xy_audit *audit, xy_error *err) {
  xy__preference_forget(run);
  run->stages = xy__array(audit->stages.n, sizeof *run->stages);
  if (run->stages == NULL) return xy__fail_memory(err, "rewards");
  for (size_t s = 0; s < audit->stages.n; s++) {
    const xy__audit_stage *stage = &audit->stages.list[s];
    xy__answer(*answers)[2] = xy__array(run->preferences->n, sizeof *answers);
    if (answers == NULL) return xy__fail_memory(err, "rewards");
    for (size_t i = 0; i < audit->benches.list[0]->n; i++) {
      for (int side = 0; side < 2; side++) answers[run->rows[i]][side] = answer_of(stage, i, side);
    }
    run->stages[run->n_stages++] = (xy__reward_stage){.name = stage->spec->name,
                                                      .parent = stage->parent,
                                                      .reference = stage->reference,
                                                      .beta = stage->spec->beta,
                                                      .answers = (const xy__answer(*)[2])answers};
  }
  return XY_OK;
}

/* ---- groups ---------------------------------------------------------------------------------------------- */

/* More than these are no groups: a field that tells rows apart was named. */
enum { MOST_GROUPS = 500 };

/* The labels of a field among the kept rows, in order of first appearance. */
static int list_labels(xy__labels *out, const xy__preference_run *run, size_t field, xy_error *err) {
  const xy__preferences *p = run->preferences;
  xy__map seen = {0};
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < p->n; i++) {
    const char *label = p->rows[i].labels[field];
    int64_t at;
    if (!run->keep[i] || label == NULL || xy__map_get(&seen, label, strlen(label), &at)) continue;
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
  json_object_del(facts, "rows");
  json_object_del(facts, "left_out");
  return json_array_append_new(list, facts) == 0 ? XY_OK : xy__fail_memory(err, "results");
}

static int measure_group(xy_results *results, const xy__preference_run *run, const xy__measure_settings *settings,
                         size_t field, const char *label, xy_error *err) {
  const xy__preferences *p = run->preferences;
  xy__text name = {0};
  xy_bench *bench = NULL;
  unsigned char *keep = xy__array(p->n, 1);
  size_t *rows = xy__array(p->n, sizeof *rows);
  size_t n = 0;
  xy__text_addf(&name, "%s/%s=%s", p->name, p->fields[field], label);
  int rc = keep == NULL || rows == NULL || name.failed ? xy__fail_memory(err, p->source) : XY_OK;
  for (size_t i = 0; rc == XY_OK && i < p->n; i++) {
    const char *own = p->rows[i].labels[field];
    keep[i] = run->keep[i] && own != NULL && strcmp(own, label) == 0;
    if (keep[i]) rows[n++] = i;
  }
  if (rc == XY_OK) rc = xy__preferences_bench(&bench, p, keep, name.data, err);
  if (rc == XY_OK) {
    rc = xy__measure_rewards(results, bench, rows, run->stages, run->n_stages, settings, err);
  }
  if (rc == XY_OK) rc = add_group_facts(results, bench, err);
  xy_bench_free(bench);
  xy__text_dispose(&name);
  free(keep);
  free(rows);
  return rc;
}

static int measure_groups(xy_results *results, const xy__preference_run *run, const xy__measure_settings *settings,
                          xy_error *err) {
  const xy__preferences *p = run->preferences;
  int rc = XY_OK;
  for (size_t f = 0; rc == XY_OK && f < p->n_fields; f++) {
    xy__labels labels = {0};
    rc = list_labels(&labels, run, f, err);
    for (size_t l = 0; rc == XY_OK && l < labels.n; l++) {
      rc = measure_group(results, run, settings, f, labels.names[l], err);
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

static int note_long(xy_results *results, const xy__preference_run *run, xy_error *err) {
  enum { TOLD = 20 };
  if (run->n_long == 0) return XY_OK;
  xy__text text = {0};
  xy__text_addf(&text, "%zu %s of %s %s longer than a stage's context (%s ", run->n_long,
                xy_plural((int64_t)run->n_long, "row", "rows"), run->preferences->source,
                xy_plural((int64_t)run->n_long, "was left out because it is", "were left out because they are"),
                xy_plural((int64_t)run->n_long, "line", "lines"));
  for (size_t i = 0; i < run->n_long && i < TOLD; i++) {
    xy__text_addf(&text, "%s%d", i > 0 ? ", " : "", run->long_lines[i]);
  }
  xy__text_add(&text, run->n_long > TOLD ? ", ...)." : ").");
  return add_note(results, "left_out", &text, err);
}

static bool same_tokens(const xy__audit_stage *a, const xy__audit_stage *b, size_t option) {
  const xy__scored x = xy__scorer_give(a->scorer, 0, option).text;
  const xy__scored y = xy__scorer_give(b->scorer, 0, option).text;
  return x.n == y.n && x.first == y.first && memcmp(x.ids, y.ids, (size_t)x.n * sizeof *x.ids) == 0;
}

/* A ratio of two stages that see different tokens is one of texts, not of tokens; RewardBench and training code know
 * only the latter. */
static int note_tokens(xy_results *results, const xy_audit *audit, const xy__reward_stage *stages, size_t s,
                       xy_error *err) {
  bool is_reward;
  int against = xy__reward_against(&stages[s], &is_reward);
  if (against < 0) return XY_OK;
  size_t differ = 0;
  size_t n = audit->benches.list[0]->n;
  for (size_t i = 0; i < n; i++) {
    const xy__audit_stage *a = &audit->stages.list[s];
    const xy__audit_stage *b = &audit->stages.list[against];
    differ += !same_tokens(a, b, 2 * i) || !same_tokens(a, b, 2 * i + 1);
  }
  if (differ == 0) return XY_OK;
  xy__text text = {0};
  xy__text_addf(&text,
                "The tokenizers of %s and %s write %zu of %zu %s differently: their ratio compares the probabilities "
                "of a text, not of the same tokens.",
                stages[s].name, stages[against].name, differ, n, xy_plural((int64_t)n, "row", "rows"));
  return add_note(results, "tokens", &text, err);
}

static int note_splits(xy_results *results, const xy_audit *audit, xy_error *err) {
  size_t most = xy__stages_splits(&audit->stages, 0);
  if (most == 0) return XY_OK;
  xy__text text = {0};
  xy__text_addf(&text, "In %zu of %zu %s the cut between prompt and answer falls inside a token that spans both.", most,
                audit->benches.list[0]->n, xy_plural((int64_t)audit->benches.list[0]->n, "row", "rows"));
  return add_note(results, "split", &text, err);
}

static int add_notes(xy_results *results, const xy_audit *audit, const xy__reward_stage *stages, xy_error *err) {
  int rc = note_long(results, xy__preference_run_of(audit), err);
  for (size_t s = 0; rc == XY_OK && s < audit->stages.n; s++) rc = note_tokens(results, audit, stages, s, err);
  return rc == XY_OK ? note_splits(results, audit, err) : rc;
}

/* ---- all together ---------------------------------------------------------------------------------------- */

int xy__preference_add_rows(xy_results *results, const xy__preference_run *run, const xy_bench *bench,
                            const xy__measure_settings *settings, xy_error *err) {
  int rc = xy__measure_rewards(results, bench, run->rows, run->stages, run->n_stages, settings, err);
  if (rc == XY_OK) rc = measure_groups(results, run, settings, err);
  if (rc == XY_OK) rc = xy__measure_finish(results, NULL, 0, settings, err);
  return rc == XY_OK ? xy__reward_findings(results, bench->name, run->stages, run->n_stages, settings, err) : rc;
}

int xy__preference_measure(xy_results *results, xy_audit *audit, xy_error *err) {
  xy__preference_run *run = xy__preference_run_of(audit);
  const xy_bench *bench = audit->benches.list[0];
  xy_progress progress = {.stage = bench->name, .phase = "measure", .done = 1, .seconds_left = -1};
  int rc = xy__preference_score(run, audit, err);
  if (rc == XY_OK) rc = xy__scoring_report(&audit->scoring, &progress, err);
  if (rc == XY_OK) rc = xy__preference_add_rows(results, run, bench, &audit->settings.measure, err);
  if (rc == XY_OK) rc = add_notes(results, audit, run->stages, err);
  return rc == XY_OK ? xy__headline_add(results, err) : rc;
}
