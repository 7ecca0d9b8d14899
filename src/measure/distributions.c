/* Distributions and scatters.
 *
 * A distribution counts the values of a cell's items (a whole benchmark, an identity, a theme) in bins of one width for
 * all stages and cells of a benchmark and measure, so that they can be laid over one another. The width is the smallest
 * of 1, 2, 5 times a power of ten that needs no more than 64 bins for the whole range; bin k of a row holds values from
 * start + k * step up to start + (k + 1) * step, and 0 is always an edge. Quartiles are interpolated as NumPy does.
 *
 * A scatter holds the reference's gap and the reward's margin of items, 1,000 at most, evenly spaced in the order of
 * the benchmark; both in mode `full` and rounded to 0.0001 nats.
 */
#include "measure/distributions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/cells.h"
#include "measure/task.h"
#include "stats/quantile.h"

enum { MOST_BINS = 64, MOST_POINTS = 1000 };

static json_t *name_or_null(const char *name) { return name != NULL ? json_string(name) : json_null(); }

static const char *stage_name(const xy__measure_stage *stages, int s) { return s >= 0 ? stages[s].name : NULL; }

/* ---- bins -------------------------------------------------------------------------------------------------- */

static double nice_step(double range) {
  static const double mantissas[] = {1, 2, 5, 10};
  double least = range / MOST_BINS;
  double power = pow(10, floor(log10(least)));
  for (size_t i = 0; i < 4; i++) {
    if (mantissas[i] * power >= least) return mantissas[i] * power;
  }
  return 10 * power;
}

/* One width for every series of the same measure. */
static double step_of(const xy__series_list *list, const char *measure, size_t n) {
  double low = INFINITY;
  double high = -INFINITY;
  for (size_t s = 0; s < list->n; s++) {
    if (strcmp(list->series[s].measure, measure) != 0) continue;
    for (size_t i = 0; i < n; i++) {
      double value = list->series[s].values[i];
      if (!isfinite(value)) continue;
      low = fmin(low, value);
      high = fmax(high, value);
    }
  }
  return high - low > 1e-9 ? nice_step(high - low) : 0.1;
}

/* ---- distributions ----------------------------------------------------------------------------------------- */

/* values[0..n), n > 0, in ascending order, which xy__quantiles leaves them in. */
static json_t *count_bins(const double *values, size_t n, double step, long first) {
  json_t *counts = json_array();
  size_t i = 0;
  for (long bin = first; i < n; bin++) {
    size_t before = i;
    while (i < n && (long)floor(values[i] / step) <= bin) i++;
    json_array_append_new(counts, json_integer((json_int_t)(i - before)));
  }
  return counts;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a;
  double y = *(const double *)b;
  return (x > y) - (x < y);
}

static int add_distribution(json_t *list, const xy_bench *bench, const xy__measure_stage *stages,
                            const xy__series *series, const xy__cell *cell, double step, double *values,
                            xy_error *err) {
  static const double shares[] = {0.25, 0.5, 0.75};
  double quartiles[3];
  size_t n = 0;
  for (size_t k = 0; k < cell->n; k++) {
    double value = series->values[cell->items[k]];
    if (isfinite(value)) values[n++] = value;
  }
  if (n == 0) return XY_OK;
  qsort(values, n, sizeof *values, by_value);
  double least = values[0];
  double most = values[n - 1];
  long first = (long)floor(least / step);
  json_t *counts = count_bins(values, n, step, first);
  xy__quantiles(quartiles, shares, 3, values, n);
  json_t *row =
      json_pack("{s:s, s:s, s:s, s:s, s:o, s:s, s:s, s:I, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:o}", "benchmark",
                bench->name, "measure", series->measure, "mode", series->mode, "stage", stages[series->stage].name,
                "against", name_or_null(stage_name(stages, series->against)), "identity", cell->identity, "theme",
                cell->theme, "n", (json_int_t)n, "minimum", least, "lower", quartiles[0], "median", quartiles[1],
                "upper", quartiles[2], "maximum", most, "start", (double)first * step, "step", step, "counts", counts);
  return json_array_append_new(list, row) == 0 ? XY_OK : xy__fail_memory(err, "distributions");
}

static int add_distributions(json_t *list, const xy_bench *bench, const xy__measure_stage *stages,
                             const xy__series_list *series, xy_error *err) {
  xy__cell *cells = NULL;
  size_t n_cells = 0;
  double *values = xy__array(bench->n, sizeof *values);
  int rc = values == NULL ? xy__fail_memory(err, "distributions")
                          : xy__cells_make(&cells, &n_cells, bench, xy__task_of(bench)->conditions, err);
  for (size_t s = 0; rc == XY_OK && s < series->n; s++) {
    double step = step_of(series, series->series[s].measure, bench->n);
    for (size_t c = 0; rc == XY_OK && c < n_cells; c++) {
      if (cells[c].reach == XY__CROSSING) continue;
      rc = add_distribution(list, bench, stages, &series->series[s], &cells[c], step, values, err);
    }
  }
  xy__cells_free(cells, n_cells);
  free(values);
  return rc;
}

/* ---- scatters ---------------------------------------------------------------------------------------------- */

static json_t *rounded(double value) { return json_real(round(value * 1e4) / 1e4); }

static json_t *names_json(const xy__labels *labels) {
  json_t *names = json_array();
  for (size_t i = 0; i < labels->n; i++) json_array_append_new(names, json_string(labels->names[i]));
  return names;
}

static int add_scatter(json_t *list, const xy_bench *bench, const xy__measure_stage *stages, const xy__series *margins,
                       xy_error *err) {
  const xy__measure_stage *reference = &stages[margins->against];
  json_t *columns[] = {json_array(), json_array(), json_array(), json_array()}; /* gap, margin, identity, theme */
  size_t shown = bench->n < MOST_POINTS ? bench->n : MOST_POINTS;
  for (size_t k = 0; k < shown; k++) {
    size_t i = k * bench->n / shown;
    json_array_append_new(columns[0], rounded(xy__pair_gap(reference->sides[i], XY__FULL)));
    json_array_append_new(columns[1], rounded(margins->values[i]));
    json_array_append_new(columns[2], json_integer(bench->items[i].identity));
    json_array_append_new(columns[3], json_integer(bench->items[i].theme));
  }
  json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "benchmark", bench->name, "mode",
                          margins->mode, "stage", stages[margins->stage].name, "against", reference->name, "n",
                          (json_int_t)bench->n, "identities", names_json(&bench->identities), "themes",
                          names_json(&bench->themes), "reference_gap", columns[0], "margin", columns[1], "identity",
                          columns[2], "theme", columns[3]);
  return json_array_append_new(list, row) == 0 ? XY_OK : xy__fail_memory(err, "scatters");
}

/* ---- all together ------------------------------------------------------------------------------------------ */

static json_t *member(json_t *facts, const char *key) {
  json_t *list = json_object_get(facts, key);
  if (list != NULL) return list;
  list = json_array();
  return json_object_set_new(facts, key, list) == 0 ? list : NULL;
}

int xy__distributions_add(json_t *facts, const xy_bench *bench, const xy__measure_stage *stages, size_t n_stages,
                          xy__mode gaps, xy_error *err) {
  json_t *distributions = member(facts, "distributions");
  json_t *scatters = member(facts, "scatters");
  json_t *items = member(facts, "items");
  if (distributions == NULL || scatters == NULL || items == NULL) return xy__fail_memory(err, "results");
  xy__series_list series = {0};
  int rc = xy__series_make(&series, bench, stages, n_stages, gaps, err);
  if (rc == XY_OK) rc = add_distributions(distributions, bench, stages, &series, err);
  for (size_t s = 0; rc == XY_OK && s < series.n; s++) {
    if (series.series[s].against >= 0) rc = add_scatter(scatters, bench, stages, &series.series[s], err);
  }
  if (rc == XY_OK) rc = xy__extremes_add(items, bench, stages, &series, err);
  if (rc == XY_OK) rc = xy__example_add(facts, bench, stages, n_stages, &series, err);
  xy__series_dispose(&series);
  return rc;
}
