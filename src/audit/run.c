/* Running an audit: every stage's missing sequences through the engine, each finished walk into the store at once; then
 * the measures, and the run directory. A process that is killed loses the walk in hand; the next one finds the rest.
 *
 * A run whose inputs, settings and results file are those of an earlier run is not done again: the store remembers, for
 * each run directory and key, the digest of the results.json that was written there.
 */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit/audit.h"
#include "audit/reward.h"
#include "base/digest.h"
#include "base/file.h"
#include "measure/coverage.h"
#include "measure/distributions.h"
#include "measure/task.h"
#include "report/report.h"

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int xy__audit_progress(const xy_audit *audit, const xy_progress *progress, xy_error *err) {
  if (audit->progress == NULL || audit->progress(progress, audit->user) == 0) return XY_OK;
  return xy__fail(err, XY_ERR_CANCELLED,
                  "stopped; every finished walk is in %s, and the same command goes on from there", audit->store_path);
}

/* ---- scoring --------------------------------------------------------------------------------------------- */

/* One stage's trip through the engine: results arrive in arrays of the missing sequences alone. */
typedef struct trip {
  xy_audit *audit;
  xy__audit_stage *stage;
  xy__sequence *missing;
  size_t *index; /* [n_missing]: into the stage's sequences */
  size_t *offset;
  float *logprob;
  unsigned char *greedy;
  double before, share; /* of the whole job: done when this stage starts, and what it is worth */
  double begun;         /* when the job's first walk began */
  xy_error error;       /* of a callback */
} trip;

static int walk_done(const size_t *sequences, size_t n, void *user) {
  trip *t = user;
  xy__store *store = t->audit->store;
  const xy__store_key key = {t->stage->fingerprint, xy__precision_name(t->audit->precision)};
  int rc = xy__store_begin(store, &t->error);
  for (size_t i = 0; rc == XY_OK && i < n; i++) {
    size_t m = sequences[i];
    const xy__sequence *s = &t->missing[m];
    const float *logprob = t->logprob + t->offset[m];
    const unsigned char *greedy = t->greedy + t->offset[m];
    size_t at = t->stage->tokens->offset[t->index[m]];
    memcpy(t->stage->logprob + at, logprob, (size_t)(s->n - s->first) * sizeof *logprob);
    memcpy(t->stage->greedy + at, greedy, (size_t)(s->n - s->first));
    rc = xy__store_put(store, &key, s->ids, s->n, s->first, logprob, greedy, &t->error);
  }
  return rc == XY_OK ? xy__store_commit(store, &t->error) : rc;
}

static int walk_progress(int64_t walk, int64_t walks, int64_t layer, int64_t layers, double share, void *user) {
  trip *t = user;
  double done = t->before + t->share * share;
  double elapsed = now(CLOCK_MONOTONIC) - t->begun;
  xy_progress progress = {.stage = t->stage->spec->name,
                          .phase = "walk",
                          .walk = walk,
                          .walks = walks,
                          .layer = layer,
                          .layers = layers,
                          .done = done,
                          .seconds_left = done > 0 ? elapsed / done * (1 - done) : -1};
  return xy__audit_progress(t->audit, &progress, &t->error);
}

static int score_stage(trip *t, xy_error *err) {
  xy__audit_stage *stage = t->stage;
  int rc = xy__audit_missing(&t->missing, stage, err);
  if (rc != XY_OK) return rc;
  t->index = xy__array(stage->n_missing, sizeof *t->index);
  t->offset = xy__array(stage->n_missing + 1, sizeof *t->offset);
  if (t->index == NULL || t->offset == NULL) {
    rc = xy__fail_memory(err, "sequences");
    goto out;
  }
  for (size_t s = 0, n = 0; s < stage->tokens->n; s++) {
    if (!stage->stored[s]) t->index[n++] = s;
  }
  xy__engine_offsets(t->offset, t->missing, stage->n_missing);
  t->logprob = xy__array(t->offset[stage->n_missing], sizeof *t->logprob);
  t->greedy = xy__array(t->offset[stage->n_missing], sizeof *t->greedy);
  if (t->logprob == NULL || t->greedy == NULL) {
    rc = xy__fail_memory(err, "scores");
    goto out;
  }
  xy__engine_options options = {.precision = (xy_precision)t->audit->precision,
                                .threads = t->audit->threads,
                                .memory = t->audit->memory,
                                .done = walk_done,
                                .progress = walk_progress,
                                .user = t};
  rc = xy__engine_score(t->logprob, t->greedy, t->offset, stage->model, t->missing, stage->n_missing, &options, err);
  if (t->error.code != XY_OK) {
    rc = t->error.code;
    if (err != NULL) *err = t->error;
  } else if (rc != XY_OK) {
    rc = xy__fail_prefix(err, rc, "stage '%s'", stage->spec->name);
  } else {
    memset(stage->stored, true, stage->tokens->n * sizeof *stage->stored);
    stage->n_missing = 0;
  }
out:
  free(t->missing);
  free(t->index);
  free(t->offset);
  free(t->logprob);
  free(t->greedy);
  return rc;
}

/* The plan gives each stage its part of the job, in floating-point operations. */
static int score(xy_audit *audit, xy_error *err) {
  xy_plan plan;
  int rc = xy_audit_plan(&plan, audit, err);
  if (rc != XY_OK) return rc;
  double total = 0;
  for (size_t i = 0; i < plan.n_stages; i++) total += plan.stages[i].flops;
  double before = 0;
  double begun = now(CLOCK_MONOTONIC);
  for (size_t i = 0; rc == XY_OK && i < audit->n_stages; i++) {
    if (audit->stages[i].n_missing == 0) continue;
    double share = total > 0 ? plan.stages[i].flops / total : 0;
    trip t = {.audit = audit, .stage = &audit->stages[i], .before = before, .share = share, .begun = begun};
    rc = score_stage(&t, err);
    before += share;
  }
  return rc;
}

/* ---- measuring ------------------------------------------------------------------------------------------- */

static xy__scored scored_option(const xy__audit_stage *stage, const xy__token_option *option) {
  const xy__sequence *s = &stage->tokens->sequences[option->sequence];
  return (xy__scored){.ids = s->ids,
                      .n = s->n,
                      .first = s->first,
                      .cut = option->cut,
                      .logprob = stage->logprob + stage->tokens->offset[option->sequence],
                      .greedy = stage->greedy + stage->tokens->offset[option->sequence],
                      .bytes = option->bytes,
                      .split = option->split};
}

/* Scores of one item's options, and for items with two sides those too; `first` is the place of its first option. */
static int score_item(xy__measure_stage *out, const xy__audit_stage *stage, const xy_bench *bench, size_t b, size_t i,
                      size_t first, xy_error *err) {
  const xy__item *item = &bench->items[i];
  const xy__token_option *options = stage->tokens->options[b] + first;
  xy__side(*sides)[2] = (xy__side(*)[2])(uintptr_t)out->sides; /* ours; const only for the readers */
  xy__option_score *scores = (xy__option_score *)(uintptr_t)out->options;
  int rc = XY_OK;
  if (sides != NULL) {
    xy__scored target = scored_option(stage, &options[0]);
    xy__scored counterpart = scored_option(stage, &options[1]);
    rc = xy__pair_sides(sides[i], &target, &counterpart, err);
  }
  for (size_t o = 0; rc == XY_OK && scores != NULL && o < item->n_options; o++) {
    xy__scored scored = scored_option(stage, &options[o]);
    rc = xy__score_option(&scores[first + o], &scored, item->options[o].identity_end, err);
  }
  return rc;
}

/* Items of a stage whose scores are imported: sums of whole texts, found by their texts. */
static int take_items(xy__measure_stage *out, const xy__audit_stage *stage, const xy_bench *bench, size_t n_options,
                      xy_error *err) {
  xy__imported_option *found = xy__array(n_options, sizeof *found);
  if (found == NULL) return xy__fail_memory(err, "measures");
  int rc = xy__imported_scores(found, stage, bench, err);
  xy__side(*sides)[2] = (xy__side(*)[2])(uintptr_t)out->sides; /* ours; const only for the readers */
  xy__option_score *scores = (xy__option_score *)(uintptr_t)out->options;
  for (size_t i = 0, at = 0; rc == XY_OK && i < bench->n; i++) {
    const xy__item *item = &bench->items[i];
    for (size_t o = 0; o < item->n_options; o++, at++) {
      const xy__imported_score *s = found[at].score;
      if (sides != NULL && o < 2) sides[i][o] = xy__side_of_sum(s->logprob, found[at].bytes, s->greedy);
      if (scores != NULL) scores[at] = xy__option_of_sum(s->logprob, found[at].bytes, s->greedy);
    }
  }
  free(found);
  return rc;
}

static int score_items(xy__measure_stage *out, const xy__audit_stage *stage, const xy_bench *bench, size_t b,
                       int threads, xy_error *err) {
  size_t *first = xy__array(bench->n + 1, sizeof *first);
  if (first == NULL) return xy__fail_memory(err, "measures");
  for (size_t i = 0; i < bench->n; i++) first[i + 1] = first[i] + bench->items[i].n_options;
  int rc = XY_OK;
#pragma omp parallel for schedule(dynamic, 512) num_threads(threads)
  for (size_t i = 0; i < bench->n; i++) {
    xy_error own = {0};
    int bad = score_item(out, stage, bench, b, i, first[i], &own);
    if (bad == XY_OK) continue;
#pragma omp critical
    if (rc == XY_OK) {
      rc = bad;
      if (err != NULL) *err = own;
      xy__fail_prefix(err, rc, "benchmark %s: item %s", bench->name, bench->items[i].id);
    }
  }
  free(first);
  return rc;
}

/* Stages as measure/ and report/ see them, one array per benchmark; freed by free_stages. */
static void free_stages(xy__measure_stage **stages, const xy_audit *audit) {
  for (size_t b = 0; stages != NULL && b < audit->n_benches; b++) {
    for (size_t i = 0; stages[b] != NULL && i < audit->n_stages; i++) {
      free((void *)(uintptr_t)stages[b][i].sides); /* ours; const only for the readers */
      free((void *)(uintptr_t)stages[b][i].options);
    }
    free(stages[b]);
  }
  free(stages);
}

static int make_stage(xy__measure_stage *out, const xy_audit *audit, const xy__audit_stage *stage, size_t b,
                      xy_error *err) {
  const xy_bench *bench = audit->benches[b];
  const xy__task *task = xy__task_of(bench);
  size_t options = 0;
  for (size_t i = 0; i < bench->n; i++) options += bench->items[i].n_options;
  xy__side(*sides)[2] = task->sides ? xy__array(bench->n, sizeof *sides) : NULL;
  xy__option_score *scores = task->options ? xy__array(options, sizeof *scores) : NULL;
  *out = (xy__measure_stage){.name = stage->spec->name,
                             .parent = stage->parent,
                             .reference = stage->reference,
                             .beta = stage->spec->beta,
                             .sums = stage->imported != NULL,
                             .sides = (const xy__side(*)[2])sides,
                             .options = scores};
  bool room = (sides != NULL || !task->sides) && (scores != NULL || !task->options);
  if (!room) return xy__fail_memory(err, "measures");
  if (stage->imported != NULL) return take_items(out, stage, bench, options, err);
  return score_items(out, stage, bench, b, audit->threads, err);
}

static int make_stages(xy__measure_stage ***out, xy_audit *audit, xy_error *err) {
  xy__measure_stage **stages = xy__array(audit->n_benches, sizeof(xy__measure_stage *));
  int rc = stages == NULL ? xy__fail_memory(err, "measures") : XY_OK;
  for (size_t b = 0; rc == XY_OK && b < audit->n_benches; b++) {
    stages[b] = xy__array(audit->n_stages, sizeof *stages[b]);
    if (stages[b] == NULL) rc = xy__fail_memory(err, "measures");
    for (size_t i = 0; rc == XY_OK && i < audit->n_stages; i++) {
      rc = make_stage(&stages[b][i], audit, &audit->stages[i], b, err);
      if (rc != XY_OK) rc = xy__fail_prefix(err, rc, "stage '%s'", audit->stages[i].spec->name);
    }
  }
  if (rc != XY_OK) {
    free_stages(stages, audit);
    return rc;
  }
  *out = stages;
  return XY_OK;
}

static int measure(xy_results *results, const xy_audit *audit, xy__measure_stage *const *stages, xy_error *err) {
  int rc = XY_OK;
  for (size_t b = 0; rc == XY_OK && b < audit->n_benches; b++) {
    const xy_bench *bench = audit->benches[b];
    xy_progress progress = {.stage = bench->name, .phase = "measure", .done = 1, .seconds_left = -1};
    rc = xy__audit_progress(audit, &progress, err);
    if (rc == XY_OK) rc = xy__measure_benchmark(results, bench, stages[b], audit->n_stages, &audit->settings, err);
  }
  if (rc == XY_OK) rc = xy__measure_finish(results, audit->benches, audit->n_benches, &audit->settings, err);
  return rc;
}

/* What narrowed the run is a finding like any other: a reader must not miss it. */
static int say_narrowed(xy_results *results, const xy_audit *audit, xy_error *err) {
  if (!audit->narrowed) return XY_OK;
  char text[512];
  snprintf(
      text, sizeof text,
      "This run was narrowed on request (%s%zu clusters a benchmark; see settings): its numbers speak of that part "
      "alone.",
      audit->limit > 0 ? "at most " : "no limit, ", audit->limit);
  if (audit->limit == 0) {
    snprintf(
        text, sizeof text,
        "This run was narrowed on request to some identities or themes (see settings): its numbers speak of that part "
        "alone.");
  }
  return xy__results_add_finding(results, "limited", text, err);
}

/* So is what imported scores cannot tell. */
static int say_imported(xy_results *results, const xy_audit *audit, xy_error *err) {
  xy__text text = {0};
  size_t n = 0;
  for (size_t i = 0; i < audit->n_stages; i++) {
    if (audit->stages[i].imported == NULL) continue;
    xy__text_addf(&text, "%s%s", n++ == 0 ? "" : ", ", audit->stages[i].spec->name);
  }
  int rc = XY_OK;
  if (n > 0) {
    xy__text_addf(&text,
                  "%s scores imported from files: sums of whole texts. What needs a log-probability per token is left "
                  "out for %s: the modes shared, predicate, per-token and pronoun, and the rules of pronouns alone.",
                  n == 1 ? " has" : " have", n == 1 ? "it" : "them");
    rc = text.failed ? xy__fail_memory(err, "results") : xy__results_add_finding(results, "limited", text.data, err);
  }
  xy__text_dispose(&text);
  return rc;
}

static int add_stages(xy_results *results, const xy_audit *audit, xy_error *err) {
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < audit->n_stages; i++) {
    xy_stage_info info;
    xy_family_stage(&info, audit->family, (size_t)(audit->stages[i].spec - audit->family->stages));
    info.format = audit->stages[i].format;
    info.tail = audit->stages[i].tail;
    rc = xy__results_add_stage(results, &info, err);
  }
  return rc;
}

int xy__audit_describe(xy_results *results, const xy_audit *audit, xy_error *err) {
  results->directory = xy__arena_string(&results->arena, audit->directory);
  results->family = xy__arena_string(&results->arena, audit->family->name);
  results->headline_mode = xy__mode_name(audit->settings.headline);
  if (results->directory == NULL || results->family == NULL) return xy__fail_memory(err, "results");
  int rc = add_stages(results, audit, err);
  if (rc == XY_OK) rc = say_narrowed(results, audit, err);
  return rc == XY_OK ? say_imported(results, audit, err) : rc;
}

/* ---- runs that were done before --------------------------------------------------------------------------- */

static int run_identity(char **out, const xy_audit *audit, xy_error *err) {
  char *real = realpath(audit->directory, NULL);
  xy__text text = {0};
  xy__text_addf(&text, "run|%s|%s", real != NULL ? real : audit->directory, audit->key);
  free(real);
  if (text.failed) return xy__fail_memory(err, "run");
  *out = text.data;
  return XY_OK;
}

static int digest_results(char digest[65], const xy_audit *audit, xy_error *err) {
  char *path = xy__path_join(audit->directory, "results.json");
  if (path == NULL) return xy__fail_memory(err, "run");
  char *text;
  size_t bytes;
  int rc = xy__file_read(&text, &bytes, path, err);
  free(path);
  if (rc != XY_OK) return rc;
  xy__digest_of(digest, text, bytes);
  free(text);
  return XY_OK;
}

/* *done: the run directory holds every file, and its results.json is the one that this very audit wrote. */
static int done_before(bool *done, const xy_audit *audit, xy_error *err) {
  const char *const files[] = {"results.json", audit->reward != NULL ? "rewards.jsonl" : "samples.jsonl", "report.html",
                               "tables/measures.csv"};
  *done = true;
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    char *path = xy__path_join(audit->directory, files[i]);
    *done = *done && path != NULL && xy__file_exists(path);
    free(path);
  }
  if (!*done) return XY_OK;
  char *identity = NULL;
  char written[65];
  char found[65];
  int rc = run_identity(&identity, audit, err);
  if (rc != XY_OK) return rc;
  bool known;
  rc = xy__store_get_digest(&known, written, audit->store, identity, err);
  free(identity);
  if (rc == XY_OK && known) rc = digest_results(found, audit, err);
  *done = rc == XY_OK && known && strcmp(written, found) == 0;
  return rc;
}

int xy__audit_remember(const xy_audit *audit, xy_error *err) {
  char *identity = NULL;
  char digest[65];
  int rc = run_identity(&identity, audit, err);
  if (rc != XY_OK) return rc;
  rc = digest_results(digest, audit, err);
  if (rc == XY_OK) rc = xy__store_put_digest(audit->store, identity, digest, err);
  free(identity);
  return rc;
}

/* ---- all together ---------------------------------------------------------------------------------------- */

static int write_report(const xy_results *results, const xy_audit *audit, xy__measure_stage *const *stages,
                        xy_error *err) {
  xy__report_benchmark *benchmarks = xy__array(audit->n_benches, sizeof *benchmarks);
  if (benchmarks == NULL) return xy__fail_memory(err, "report");
  for (size_t b = 0; b < audit->n_benches; b++) {
    benchmarks[b] = (xy__report_benchmark){audit->benches[b], stages[b], audit->n_stages};
  }
  xy__report_options options = {.show_text = audit->show_text};
  int rc = xy__report_write(results, benchmarks, audit->n_benches, &options, err);
  free(benchmarks);
  return rc;
}

int xy_audit_run(xy_results **out, xy_audit *audit, xy_error *err) {
  double started = now(CLOCK_REALTIME);
  bool done;
  int rc = done_before(&done, audit, err);
  if (rc != XY_OK) return rc;
  if (done) {
    char *path = xy__path_join(audit->directory, "results.json");
    rc = path == NULL ? xy__fail_memory(err, "results") : xy_results_open(out, path, err);
    free(path);
    return rc;
  }
  rc = xy__audit_prepare(audit, err);
  if (rc == XY_OK) rc = score(audit, err);
  if (rc == XY_OK && audit->reward != NULL) return xy__reward_run(out, audit, started, err);
  if (rc != XY_OK) return rc;

  xy__measure_stage **stages = NULL;
  xy_results *results = xy__results_new();
  if (results == NULL) return xy__fail_memory(err, "results");
  rc = make_stages(&stages, audit, err);
  if (rc == XY_OK) rc = xy__audit_describe(results, audit, err);
  if (rc == XY_OK) rc = measure(results, audit, stages, err);
  if (rc == XY_OK) rc = xy__audit_facts(&results->facts, audit, started, now(CLOCK_REALTIME), err);
  for (size_t b = 0; rc == XY_OK && b < audit->n_benches; b++) {
    rc = xy__distributions_add(results->facts, audit->benches[b], stages[b], audit->n_stages, audit->settings.headline,
                               err);
  }
  if (rc == XY_OK) rc = xy__coverage_add(results->facts, audit->benches, audit->n_benches, err);
  if (rc == XY_OK) rc = write_report(results, audit, stages, err);
  if (rc == XY_OK) rc = xy__audit_remember(audit, err);
  free_stages(stages, audit);
  if (rc != XY_OK) {
    xy_results_free(results);
    return rc;
  }
  *out = results;
  return XY_OK;
}
