/* The items at both ends: for every stage with an implicit reward those with the largest and the smallest margin; for
 * other tasks, by the lead of the answer of interest; where no stage has a reward, of the last stage scored. At
 * most one item per cluster, so that one statement does not fill the list, and none that leans the other way.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/distributions.h"

enum { PER_END = 10 };

typedef struct ranked {
  double value;
  size_t item;
} ranked;

static int by_value(const void *a, const void *b) {
  const ranked *x = a;
  const ranked *y = b;
  if (x->value != y->value) return x->value < y->value ? 1 : -1;
  return x->item < y->item ? -1 : x->item > y->item; /* the same order in every run */
}

static json_t *label(const xy__labels *labels, int i) {
  return i >= 0 && (size_t)i < labels->n ? json_string(labels->names[i]) : json_null();
}

json_t *xy__item_json(const xy_bench *bench, const xy__measure_stage *stages, const xy__series *series, size_t i) {
  const xy__item *item = &bench->items[i];
  size_t options[2];
  xy__series_options(options, bench, &stages[series->stage], i);
  return json_pack("{s:s, s:s, s:s, s:s, s:o, s:s, s:I, s:o, s:o, s:o, s:o, s:s?, s:s, s:s}", "benchmark", bench->name,
                   "measure", series->measure, "mode", series->mode, "stage", stages[series->stage].name, "against",
                   series->against >= 0 ? json_string(stages[series->against].name) : json_null(), "item", item->id,
                   "place", (json_int_t)i + 1, "identity", label(&bench->identities, item->identity), "counterpart",
                   label(&bench->counterparts, item->counterpart), "theme", label(&bench->themes, item->theme),
                   "cluster", label(&bench->clusters, item->cluster), "prompt", item->prompt, "target_text",
                   item->options[options[0]].text, "counterpart_text", item->options[options[1]].text);
}

static json_t *describe(const xy_bench *bench, const xy__measure_stage *stages, const xy__series *series,
                        const ranked *one, const char *end, size_t rank) {
  json_t *item = xy__item_json(bench, stages, series, one->item);
  json_object_set_new(item, "end", json_string(end));
  json_object_set_new(item, "rank", json_integer((json_int_t)rank));
  json_object_set_new(item, "value", json_real(one->value));
  return item;
}

/* The first few of order[0..n) (from the end when `last`) whose clusters differ. */
static int add_end(json_t *list, const xy_bench *bench, const xy__measure_stage *stages, const xy__series *series,
                   const ranked *order, size_t n, bool last, xy_error *err) {
  int clusters[PER_END];
  size_t shown = 0;
  for (size_t i = 0; i < n && shown < PER_END; i++) {
    const ranked *one = &order[last ? n - 1 - i : i];
    if (last ? one->value >= 0 : one->value <= 0) break;
    int cluster = bench->items[one->item].cluster;
    bool seen = false;
    for (size_t k = 0; k < shown; k++) seen = seen || clusters[k] == cluster;
    if (seen) continue;
    clusters[shown++] = cluster;
    json_t *row = describe(bench, stages, series, one, last ? "lowest" : "highest", shown);
    if (json_array_append_new(list, row) != 0) return xy__fail_memory(err, "items");
  }
  return XY_OK;
}

static int add_ends(json_t *list, const xy_bench *bench, const xy__measure_stage *stages, const xy__series *series,
                    xy_error *err) {
  ranked *order = xy__array(bench->n, sizeof *order);
  if (order == NULL) return xy__fail_memory(err, "items");
  size_t n = 0;
  for (size_t i = 0; i < bench->n; i++) {
    if (isfinite(series->values[i])) order[n++] = (ranked){series->values[i], i};
  }
  qsort(order, n, sizeof *order, by_value);
  int rc = add_end(list, bench, stages, series, order, n, false, err);
  if (rc == XY_OK) rc = add_end(list, bench, stages, series, order, n, true, err);
  free(order);
  return rc;
}

int xy__extremes_add(json_t *list, const xy_bench *bench, const xy__measure_stage *stages,
                     const xy__series_list *series, xy_error *err) {
  bool margins = false;
  bool rewarded = false;
  for (size_t s = 0; s < series->n; s++) {
    margins = margins || series->series[s].against >= 0;
    rewarded = rewarded || stages[series->series[s].stage].reference >= 0;
  }
  int rc = XY_OK;
  for (size_t s = 0; rc == XY_OK && s < series->n; s++) {
    const xy__series *one = &series->series[s];
    bool wanted = margins ? one->against >= 0 : rewarded ? stages[one->stage].reference >= 0 : s + 1 == series->n;
    if (wanted) rc = add_ends(list, bench, stages, one, err);
  }
  return rc;
}
