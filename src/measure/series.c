/* A value of every item at a stage, in nats:
 *
 *   mean_gap        items with two sides: the gap D in the mode that stands for them, at every stage
 *   reward_margin   the same: beta (D(stage) - D(reference)) in mode `full`, at stages with an implicit reward
 *   a task's lead   by how much the answer of interest leads another (`declared_lead`: above 0 where a pronoun item
 *                   counts as right; `biased_lead`: items without a biased answer have none)
 *
 * The first two are named after the rows of the long table whose mean they spread.
 */
#include <math.h>
#include <stdlib.h>

#include "measure/distributions.h"
#include "measure/task.h"

enum { NONE = -1 };

static const xy__option_score *scores_of(const xy_bench *bench, const xy__measure_stage *stage, size_t item) {
  const xy__option_score *scores = stage->options;
  for (size_t i = 0; i < item; i++) scores += bench->items[i].n_options;
  return scores;
}

void xy__series_options(size_t options[2], const xy_bench *bench, const xy__measure_stage *stage, size_t item) {
  const xy__task *task = xy__task_of(bench);
  options[0] = 0;
  options[1] = 1;
  if (task->lead_of != NULL) (void)task->lead_of(options, &bench->items[item], scores_of(bench, stage, item));
}

static double *new_series(xy__series_list *list, const xy_bench *bench, const char *measure, const char *mode,
                          int stage, int against, xy_error *err) {
  double *values = xy__array(bench->n, sizeof *values);
  if (values == NULL || !xy__grow(&list->series, &list->capacity, list->n, sizeof *list->series)) {
    free(values);
    xy__fail_memory(err, "distributions");
    return NULL;
  }
  list->series[list->n++] = (xy__series){measure, mode, stage, against, values};
  return values;
}

static int add_gaps(xy__series_list *list, const xy_bench *bench, const xy__measure_stage *stages, int s, xy__mode mode,
                    xy_error *err) {
  if (stages[s].sums && xy__mode_by_token(mode)) return XY_OK;
  double *gaps = new_series(list, bench, "mean_gap", xy__mode_name(mode), s, NONE, err);
  if (gaps == NULL) return XY_ERR_MEMORY;
  for (size_t i = 0; i < bench->n; i++) gaps[i] = xy__pair_gap(stages[s].sides[i], mode);
  int from = stages[s].reference;
  if (from < 0 || stages[from].sides == NULL) return XY_OK;
  double *margins = new_series(list, bench, "reward_margin", xy__mode_name(XY__FULL), s, from, err);
  if (margins == NULL) return XY_ERR_MEMORY;
  for (size_t i = 0; i < bench->n; i++) {
    margins[i] =
        stages[s].beta * (xy__pair_gap(stages[s].sides[i], XY__FULL) - xy__pair_gap(stages[from].sides[i], XY__FULL));
  }
  return XY_OK;
}

static int add_leads(xy__series_list *list, const xy__task *task, const xy_bench *bench,
                     const xy__measure_stage *stages, int s, xy_error *err) {
  const xy__mode_row *mode = xy__mode_at(task->name, 0);
  if (stages[s].sums && mode->by_token) return XY_OK;
  double *leads = new_series(list, bench, task->lead, mode->name, s, NONE, err);
  if (leads == NULL) return XY_ERR_MEMORY;
  const xy__option_score *scores = stages[s].options;
  for (size_t i = 0; i < bench->n; i++) {
    size_t options[2];
    leads[i] = task->lead_of(options, &bench->items[i], scores);
    scores += bench->items[i].n_options;
  }
  return XY_OK;
}

int xy__series_make(xy__series_list *out, const xy_bench *bench, const xy__measure_stage *stages, size_t n_stages,
                    xy__mode gaps, xy_error *err) {
  xy__series_list list = {0};
  const xy__task *task = xy__task_of(bench);
  int rc = XY_OK;
  for (int s = 0; rc == XY_OK && s < (int)n_stages; s++) {
    if (task->sides && stages[s].sides != NULL) rc = add_gaps(&list, bench, stages, s, gaps, err);
    if (rc == XY_OK && task->lead != NULL && stages[s].options != NULL) {
      rc = add_leads(&list, task, bench, stages, s, err);
    }
  }
  if (rc != XY_OK) {
    xy__series_dispose(&list);
    return rc;
  }
  *out = list;
  return XY_OK;
}

void xy__series_dispose(xy__series_list *list) {
  for (size_t i = 0; i < list->n; i++) free(list->series[i].values);
  free(list->series);
  *list = (xy__series_list){0};
}
