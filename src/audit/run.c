/* Running an audit: every stage's missing sequences through the engine, each finished walk into the store at once; then
 * the measures, and the run directory. A process that is killed loses the walk in hand; the next one finds the rest.
 *
 * A run whose inputs, settings and results file are those of an earlier run is not done again: the store remembers, for
 * each run directory and key, the digest of the results.json that was written there.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit/audit.h"
#include "audit/reward.h"
#include "base/digest.h"
#include "base/file.h"
#include "measure/coverage.h"
#include "measure/spread.h"
#include "report/report.h"

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- scoring --------------------------------------------------------------------------------------------- */

/* The plan gives each stage its part of the job, in floating-point operations. */
static int score(xy_audit *audit, xy_error *err) {
  xy_plan plan;
  int rc = xy_audit_plan(&plan, audit, err);
  if (rc != XY_OK) return rc;
  double total = 0;
  for (size_t i = 0; i < plan.n_stages; i++) total += plan.stages[i].flops;
  xy__scoring_part part = {.begun = now(CLOCK_MONOTONIC)};
  for (size_t i = 0; rc == XY_OK && i < audit->n_stages; i++) {
    part.share = total > 0 ? plan.stages[i].flops / total : 0;
    rc = xy__scorer_score(audit->stages[i].scorer, &part, err);
    part.before += part.share;
  }
  return rc;
}

/* ---- measuring ------------------------------------------------------------------------------------------- */

/* Scores of one item's options, and for items with two sides those too; `first` is the place of its first option. */
static int score_item(xy__measure_stage *out, const xy__scorer *scorer, const xy_bench *bench, size_t b, size_t i,
                      size_t first, xy_error *err) {
  const xy__item *item = &bench->items[i];
  xy__side(*sides)[2] = (xy__side(*)[2])(uintptr_t)out->sides; /* ours; const only for the readers */
  xy__option_score *scores = (xy__option_score *)(uintptr_t)out->options;
  int rc = sides != NULL ? xy__scorer_sides(sides[i], scorer, b, first, err) : XY_OK;
  for (size_t o = 0; rc == XY_OK && scores != NULL && o < item->n_options; o++) {
    rc = xy__scorer_option(&scores[first + o], scorer, b, first + o, item->options[o].identity_end, err);
  }
  return rc;
}

static int score_items(xy__measure_stage *out, const xy__scorer *scorer, const xy_bench *bench, size_t b, int threads,
                       xy_error *err) {
  size_t *first = xy__array(bench->n + 1, sizeof *first);
  if (first == NULL) return xy__fail_memory(err, "measures");
  for (size_t i = 0; i < bench->n; i++) first[i + 1] = first[i] + bench->items[i].n_options;
  int rc = XY_OK;
#pragma omp parallel for schedule(dynamic, 512) num_threads(threads)
  for (size_t i = 0; i < bench->n; i++) {
    xy_error own = {0};
    int bad = score_item(out, scorer, bench, b, i, first[i], &own);
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

/* Pairs have two sides, choices and pronouns options, coref items both. */
static int make_stage(xy__measure_stage *out, const xy_audit *audit, const xy__audit_stage *stage, size_t b,
                      xy_error *err) {
  const xy_bench *bench = audit->benches[b];
  bool paired = bench->modality == XY__PAIR || bench->modality == XY__COREF;
  size_t options = 0;
  for (size_t i = 0; i < bench->n; i++) options += bench->items[i].n_options;
  xy__side(*sides)[2] = paired ? xy__array(bench->n, sizeof *sides) : NULL;
  xy__option_score *scores = bench->modality != XY__PAIR ? xy__array(options, sizeof *scores) : NULL;
  *out = (xy__measure_stage){.name = stage->spec->name,
                             .parent = stage->parent,
                             .reference = stage->reference,
                             .beta = stage->spec->beta,
                             .sums = !stage->scorer->gives.tokens,
                             .sides = (const xy__side(*)[2])sides,
                             .options = scores};
  bool room = (sides != NULL || !paired) && (scores != NULL || bench->modality == XY__PAIR);
  if (!room) return xy__fail_memory(err, "measures");
  return score_items(out, stage->scorer, bench, b, audit->scoring.threads, err);
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
  xy__measure_axis *axes = xy__array(audit->n_benches, sizeof *axes);
  if (axes == NULL) return xy__fail_memory(err, "measures");
  int rc = XY_OK;
  for (size_t b = 0; rc == XY_OK && b < audit->n_benches; b++) {
    const xy_bench *bench = audit->benches[b];
    xy_progress progress = {.stage = bench->name, .phase = "measure", .done = 1, .seconds_left = -1};
    axes[b] = (xy__measure_axis){bench->name, bench->axis};
    rc = xy__scoring_report(&audit->scoring, &progress, err);
    if (rc == XY_OK) rc = xy__measure_benchmark(results, bench, stages[b], audit->n_stages, &audit->settings, err);
  }
  if (rc == XY_OK) rc = xy__measure_finish(results, axes, audit->n_benches, &audit->settings, err);
  free(axes);
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

/* So is what sums cannot tell: a sentence for all stages whose scorers are of one kind. */
static int say_sums(xy_results *results, const xy_audit *audit, const xy__scorer_kind *kind, xy_error *err) {
  xy__text text = {0};
  size_t n = 0;
  for (size_t i = 0; i < audit->n_stages; i++) {
    const xy__scorer *scorer = audit->stages[i].scorer;
    if (scorer->kind != kind || scorer->gives.tokens) continue;
    xy__text_addf(&text, "%s%s", n++ == 0 ? "" : ", ", audit->stages[i].spec->name);
  }
  int rc = XY_OK;
  if (n > 0) {
    xy__text_addf(&text,
                  "%s scores %s: sums of whole texts. What needs a log-probability per token is left out for %s: the "
                  "modes shared, predicate, per-token and pronoun, and the rules of pronouns alone.",
                  n == 1 ? " has" : " have", kind->origin, n == 1 ? "it" : "them");
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
    info.format = audit->stages[i].source.format;
    info.tail = audit->stages[i].source.tail;
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
  const xy__scorer_kind *kind;
  for (size_t k = 0; rc == XY_OK && (kind = xy__scorer_kind_at(k)) != NULL; k++)
    rc = say_sums(results, audit, kind, err);
  return rc;
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
  rc = xy__store_get_digest(&known, written, audit->scoring.store, identity, err);
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
  if (rc == XY_OK) rc = xy__store_put_digest(audit->scoring.store, identity, digest, err);
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
    rc = xy__spread_add(results->facts, audit->benches[b], stages[b], audit->n_stages, audit->settings.headline, err);
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
