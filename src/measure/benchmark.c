/* Which rows a benchmark gets, by its modality. */
#include <math.h>
#include <stdlib.h>

#include "measure/modality.h"

static size_t count_options(const xy_bench *bench) {
  size_t n = 0;
  for (size_t i = 0; i < bench->n; i++) n += bench->items[i].n_options;
  return n;
}

static int check(const xy_bench *bench, const xy__measure_stage *stages, size_t n_stages, xy_error *err) {
  for (size_t s = 0; s < n_stages; s++) {
    if (stages[s].parent >= (int)s || stages[s].parent < -1) {
      return xy__fail(err, XY_ERR_ARGUMENT, "stage %s: expected its parent before it", stages[s].name);
    }
    for (size_t o = 0; stages[s].options != NULL && o < count_options(bench); o++) {
      const xy__option_score *score = &stages[s].options[o];
      bool terms = isfinite(score->term) && score->tokens > 0 && score->term_tokens > 0 && score->term_bytes > 0;
      if (isfinite(score->full) && score->bytes > 0 && (terms || stages[s].sums)) continue;
      return xy__fail(err, XY_ERR_NUMERIC, "%s: stage %s: option %zu has no finite score", bench->name, stages[s].name,
                      o);
    }
  }
  return XY_OK;
}

int xy__measure_benchmark(xy_results *results, const xy_bench *bench, const xy__measure_stage *stages, size_t n_stages,
                          const xy__measure_settings *settings, xy_error *err) {
  if (bench->modality == XY__PAIR) return xy__measure_pairs(results, bench, stages, n_stages, settings, err);
  xy__wide wide = {.bench = bench, .stages = stages, .n_stages = n_stages, .settings = settings};
  xy__cell *cells = NULL;
  size_t n_cells = 0;
  int rc = check(bench, stages, n_stages, err);
  if (rc == XY_OK) rc = xy__cells_make(&cells, &n_cells, bench, err);
  if (rc == XY_OK && bench->modality == XY__COREF) {
    rc = xy__measure_pairs(results, bench, stages, n_stages, settings, err);
    if (rc == XY_OK) rc = xy__coref_rows(&wide, err);
  } else if (rc == XY_OK) {
    rc = bench->modality == XY__CHOICE ? xy__choice_rows(&wide, err) : xy__pronoun_rows(&wide, err);
  }
  if (rc == XY_OK) rc = xy__wide_measure(results, &wide, cells, n_cells, err);
  xy__cells_free(cells, n_cells);
  xy__wide_dispose(&wide);
  return rc;
}
