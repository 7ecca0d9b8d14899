/* The worked example: of the benchmark that the headline is about, the item that is most like the mean of all, in its
 * value at the step's stage and in what the step changed, with its value at every stage. Where no step is named, the
 * step is that to the last stage.
 */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "measure/distributions.h"

/* The series of levels at the stage of this name; NULL: none. */
static const xy__series *level_at(const xy__series_list *series, const xy__measure_stage *stages, const char *name) {
  for (size_t s = 0; s < series->n; s++) {
    const xy__series *one = &series->series[s];
    if (one->against < 0 && strcmp(stages[one->stage].name, name) == 0) return one;
  }
  return NULL;
}

/* Items without a value do not count. */
static double mean_of(const double *values, const double *less, size_t n) {
  double sum = 0, count = 0;
  for (size_t i = 0; i < n; i++) {
    double value = values[i] - (less != NULL ? less[i] : 0);
    if (!isfinite(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}

/* n where no item has a value. */
static size_t most_typical(const xy__series *now, const xy__series *before, size_t n) {
  double level = mean_of(now->values, NULL, n), change = mean_of(now->values, before->values, n);
  double least = INFINITY;
  size_t best = n;
  for (size_t i = 0; i < n; i++) {
    double distance = hypot(now->values[i] - level, now->values[i] - before->values[i] - change);
    if (!(distance < least)) continue;
    least = distance;
    best = i;
  }
  return best;
}

static json_t *values_of(const xy__series_list *series, const xy__measure_stage *stages, size_t item) {
  json_t *list = json_array();
  for (size_t s = 0; s < series->n; s++) {
    const xy__series *one = &series->series[s];
    if (one->against >= 0 || !isfinite(one->values[item])) continue;
    json_array_append_new(list, json_pack("{s:s, s:f}", "stage", stages[one->stage].name, "value", one->values[item]));
  }
  return list;
}

int xy__example_add(json_t *facts, const xy_bench *bench, const xy__measure_stage *stages, size_t n_stages,
                    const xy__series_list *series, xy_error *err) {
  const json_t *headline = json_object_get(facts, "headline");
  if (strcmp(xy__json_text(headline, "benchmark"), bench->name) != 0 || n_stages < 2) return XY_OK;
  const char *stage = xy__json_text(headline, "stage"), *against = xy__json_text(headline, "against");
  const xy__measure_stage *last = &stages[n_stages - 1];
  if (stage[0] == '\0') stage = last->name;
  if (against[0] == '\0') against = stages[last->parent >= 0 ? last->parent : 0].name;
  const xy__series *now = level_at(series, stages, stage), *before = level_at(series, stages, against);
  if (now == NULL || before == NULL) return XY_OK;
  size_t i = most_typical(now, before, bench->n);
  if (i == bench->n) return XY_OK;
  json_t *one = xy__item_json(bench, stages, now, i);
  json_object_set_new(one, "values", values_of(series, stages, i));
  return json_object_set_new(facts, "example", one) == 0 ? XY_OK : xy__fail_memory(err, "results");
}
