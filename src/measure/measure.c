/* The settings, and which rows a benchmark gets: by its task. */
#include "measure/measure.h"

#include <math.h>

#include "measure/findings.h"
#include "measure/levels.h"
#include "measure/means.h"
#include "measure/verdict.h"

void xy__measure_defaults(xy__measure_settings *out) {
  *out = (xy__measure_settings){
      .stats = {.draws = 10000, .permutations = 10000, .seed = 20241106, .confidence = 0.95},
      .headline = XY__BY_BENCHMARK,
      .alpha = 0.05,
      .margin_gap = 0.1,
      .margin_rate = 0.05,
      .error = 1e-5,
  };
}

static int check_stages(const xy__measure_stage *stages, size_t n_stages, xy_error *err) {
  for (size_t s = 0; s < n_stages; s++) {
    const xy__measure_stage *stage = &stages[s];
    if (stage->parent >= (int)s || stage->parent < -1) {
      return xy__fail(err, XY_ERR_ARGUMENT, "stage %s: expected its parent before it", stage->name);
    }
    if (stage->reference >= (int)n_stages || stage->reference < -1) {
      return xy__fail(err, XY_ERR_ARGUMENT, "stage %s: no such reference", stage->name);
    }
    if (stage->reference >= 0 && !(stage->beta > 0 && isfinite(stage->beta))) {
      return xy__fail(err, XY_ERR_ARGUMENT, "stage %s: expected a beta above 0, found %g", stage->name, stage->beta);
    }
  }
  return XY_OK;
}

/* Gaps are checked as they are made. */
static int check_options(const xy_bench *bench, const xy__measure_stage *stage, xy_error *err) {
  size_t n = 0;
  for (size_t i = 0; i < bench->n; i++) n += bench->items[i].n_options;
  for (size_t o = 0; stage->options != NULL && o < n; o++) {
    const xy__option_score *score = &stage->options[o];
    bool terms = isfinite(score->term) && score->tokens > 0 && score->term_tokens > 0 && score->term_bytes > 0;
    if (isfinite(score->full) && score->bytes > 0 && (terms || stage->sums)) continue;
    return xy__fail(err, XY_ERR_NUMERIC, "stage %s: option %zu has no finite score", stage->name, o);
  }
  return XY_OK;
}

int xy__measure_benchmark(xy_results *results, const xy_bench *bench, const xy__measure_stage *stages, size_t n_stages,
                          const xy__measure_settings *settings, xy_error *err) {
  const xy__task *task = xy__task_of(bench);
  int rc = check_stages(stages, n_stages, err);
  if (rc == XY_OK && !task->sides && task->measures == NULL) {
    rc = xy__fail(err, XY_ERR_ARGUMENT, "a benchmark of task %s has no measures of single scores", task->name);
  }
  for (size_t s = 0; rc == XY_OK && task->options && s < n_stages; s++) rc = check_options(bench, &stages[s], err);
  if (rc == XY_OK && task->sides) rc = xy__measure_gaps(results, bench, stages, n_stages, settings, err);
  if (rc == XY_OK && task->measures != NULL) {
    rc = xy__measure_means(results, task, bench, stages, n_stages, settings, err);
  }
  if (rc == XY_ERR_NUMERIC || rc == XY_ERR_ARGUMENT) xy__fail_prefix(err, rc, "%s", bench->name);
  return rc;
}

int xy__measure_finish(xy_results *results, xy_bench *const *benches, size_t n_benches,
                       const xy__measure_settings *settings, xy_error *err) {
  const xy__measured run = {results, benches, n_benches, settings};
  int rc = xy__verdicts_correct(results, err);
  if (rc == XY_OK) rc = xy__verdicts_judge(results, settings, err);
  if (rc == XY_OK) rc = xy__levels_add(&run, err);
  if (rc == XY_OK) rc = xy__findings_gaps(&run, err);
  if (rc == XY_OK) rc = xy__findings_rules(&run, err);
  if (rc == XY_OK) rc = xy__findings_dependence(&run, err);
  xy__verdicts_keep_bounds(results, settings);
  return rc;
}
