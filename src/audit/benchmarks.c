/* Runs over benchmarks: each is asked of every stage, measured, and written with its samples. */
#include <stdlib.h>
#include <string.h>

#include "audit/audit.h"
#include "audit/same.h"
#include "measure/coverage.h"
#include "measure/distributions.h"
#include "measure/headline.h"
#include "measure/task.h"
#include "report/report.h"
#include "results/headline.h"

/* The scores as measure/ and report/ see them. */
typedef struct benchmarks_run {
  xy__measure_stage **stages; /* [n_benches][n_stages] */
  size_t n_benches, n_stages;
} benchmarks_run;

static void forget_scores(benchmarks_run *own) {
  for (size_t b = 0; own->stages != NULL && b < own->n_benches; b++) {
    for (size_t i = 0; own->stages[b] != NULL && i < own->n_stages; i++) {
      free((void *)(uintptr_t)own->stages[b][i].sides); /* ours; const only for the readers */
      free((void *)(uintptr_t)own->stages[b][i].options);
    }
    free(own->stages[b]);
  }
  free(own->stages);
  own->stages = NULL;
}

static void free_own(void *own) {
  if (own == NULL) return;
  forget_scores(own);
  free(own);
}

static int begin(xy_audit *audit, const xy_audit_options *options, xy_error *err) {
  audit->own = xy__array(1, sizeof(benchmarks_run));
  if (audit->own == NULL) return xy__fail_memory(err, "benchmarks");
  int rc = xy__benches_open(&audit->benches, audit->family, options, &audit->arena, err);
  return rc == XY_OK && audit->settings.narrowed ? xy__benches_narrow(&audit->benches, options, err) : rc;
}

/* ---- scores ---------------------------------------------------------------------------------------------- */

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
  size_t asked = xy__bench_asked(bench), *first = xy__array(asked + 1, sizeof *first);
  if (first == NULL) return xy__fail_memory(err, "measures");
  for (size_t i = 0; i < asked; i++) first[i + 1] = first[i] + bench->items[i].n_options;
  int rc = XY_OK;
#pragma omp parallel for schedule(dynamic, 512) num_threads(threads)
  for (size_t i = 0; i < asked; i++) {
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

/* Pairs have two sides, choices and pronouns options, coref items both. */
static int make_stage(xy__measure_stage *out, const xy_audit *audit, const xy__audit_stage *stage, size_t b,
                      xy_error *err) {
  const xy_bench *bench = audit->benches.list[b];
  const xy__task *task = xy__task_of(bench);
  size_t options = 0, asked = xy__bench_asked(bench);
  for (size_t i = 0; i < asked; i++) options += bench->items[i].n_options;
  xy__side(*sides)[2] = task->sides ? xy__array(asked, sizeof *sides) : NULL;
  xy__option_score *scores = task->options ? xy__array(options, sizeof *scores) : NULL;
  *out = (xy__measure_stage){.name = stage->spec->name,
                             .parent = stage->parent,
                             .reference = stage->reference,
                             .beta = stage->spec->beta,
                             .sums = !stage->scorer->gives.tokens,
                             .sides = (const xy__side(*)[2])sides,
                             .options = scores};
  bool room = (sides != NULL || !task->sides) && (scores != NULL || !task->options);
  if (!room) return xy__fail_memory(err, "measures");
  return score_items(out, stage->scorer, bench, b, audit->scoring.threads, err);
}

static int make_stages(benchmarks_run *own, const xy_audit *audit, xy_error *err) {
  forget_scores(own);
  own->n_benches = audit->benches.n;
  own->n_stages = audit->stages.n;
  own->stages = xy__array(own->n_benches, sizeof(xy__measure_stage *));
  int rc = own->stages == NULL ? xy__fail_memory(err, "measures") : XY_OK;
  for (size_t b = 0; rc == XY_OK && b < own->n_benches; b++) {
    own->stages[b] = xy__array(own->n_stages, sizeof *own->stages[b]);
    if (own->stages[b] == NULL) rc = xy__fail_memory(err, "measures");
    for (size_t i = 0; rc == XY_OK && i < own->n_stages; i++) {
      const xy__audit_stage *stage = &audit->stages.list[i];
      rc = make_stage(&own->stages[b][i], audit, stage, b, err);
      if (rc != XY_OK) rc = xy__fail_prefix(err, rc, "stage '%s'", stage->spec->name);
    }
  }
  return rc;
}

/* ---- measures and report ----------------------------------------------------------------------------------- */

static int add_rows(xy_results *results, const xy_audit *audit, xy__measure_stage *const *stages, xy_error *err) {
  int rc = XY_OK;
  for (size_t b = 0; rc == XY_OK && b < audit->benches.n; b++) {
    const xy_bench *bench = audit->benches.list[b];
    xy_progress progress = {.stage = bench->name, .phase = "measure", .done = 1, .seconds_left = -1};
    rc = xy__scoring_report(&audit->scoring, &progress, err);
    if (rc == XY_OK) {
      rc = xy__measure_benchmark(results, bench, stages[b], audit->stages.n, &audit->settings.measure, err);
    }
  }
  if (rc == XY_OK) rc = xy__audit_same_scores(results, audit, stages, err);
  if (rc == XY_OK)
    rc = xy__measure_finish(results, audit->benches.list, audit->benches.n, &audit->settings.measure, err);
  return rc;
}

static int measure(xy_results *results, xy_audit *audit, xy_error *err) {
  benchmarks_run *own = audit->own;
  int rc = make_stages(own, audit, err);
  if (rc == XY_OK) rc = add_rows(results, audit, own->stages, err);
  if (rc == XY_OK) rc = xy__headline_add(results, err);
  for (size_t b = 0; rc == XY_OK && b < audit->benches.n; b++) {
    xy__headline headline = {0};
    (void)xy__headline_of(&headline, audit->benches.list[b], &audit->settings.measure);
    rc = xy__distributions_add(results->facts, audit->benches.list[b], own->stages[b], audit->stages.n, headline.gaps,
                               err);
  }
  return rc == XY_OK ? xy__coverage_add(results->facts, audit->benches.list, audit->benches.n, err) : rc;
}

/* Caller frees *out with free. */
static int list_benchmarks(xy__report_benchmark **out, const xy_audit *audit, xy_error *err) {
  const benchmarks_run *own = audit->own;
  xy__report_benchmark *benchmarks = xy__array(own->n_benches, sizeof *benchmarks);
  if (benchmarks == NULL) return xy__fail_memory(err, "report");
  for (size_t b = 0; b < own->n_benches; b++) {
    benchmarks[b] = (xy__report_benchmark){audit->benches.list[b], own->stages[b], own->n_stages};
  }
  *out = benchmarks;
  return XY_OK;
}

static int lines(const char *path, const char *name, xy_audit *audit, xy_error *err) {
  xy__report_benchmark *benchmarks = NULL;
  bool controls = strcmp(name, "controls.jsonl") == 0;
  int rc = make_stages(audit->own, audit, err);
  if (rc == XY_OK) rc = list_benchmarks(&benchmarks, audit, err);
  if (rc == XY_OK) rc = xy__samples_write(path, benchmarks, audit->benches.n, controls, err);
  free(benchmarks);
  return rc;
}

static int write(const xy_results *results, const xy_audit *audit, xy_error *err) {
  xy__report_benchmark *benchmarks;
  int rc = list_benchmarks(&benchmarks, audit, err);
  if (rc != XY_OK) return rc;
  const xy__report_options options = {.show_text = audit->settings.show_text};
  rc = xy__report_write(results, benchmarks, audit->benches.n, &options, err);
  free(benchmarks);
  return rc;
}

const xy__run_kind xy__benchmarks_run = {
    .begin = begin,
    .measure = measure,
    .lines = lines,
    .write = write,
    .free = free_own,
};

int xy_audit_open(xy_audit **out, const xy_family *family, const xy_audit_options *options, xy_error *err) {
  xy__error_clear(err);
  return xy__audit_open(out, family, options, &xy__benchmarks_run, NULL, err);
}
