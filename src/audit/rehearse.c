/* See rehearse.h. What is measured, how many rows that makes and what each costs is known to those who measure alone,
 * so they are asked: once with few draws and once with more, which tells a draw's cost from the rest. What is written
 * is text, and costs in the measure of one text that is made: results.json's.
 */
#include "audit/rehearse.h"

#include <omp.h>

#include "audit/facts.h"

/* Draws of both measurements. */
enum { FEW = 100, MORE = 400 };

/* The tables, the page and the digests of all of them, in texts of results.json's cost (measured: three to five); and
 * bytes of samples.jsonl that cost as much as one of results.json. */
static const double rows_written = 4, sample_bytes = 2;

/* Everything that xy_audit_run measures, with so many draws; *out is its results where they are wanted. */
static int measure(double *seconds, xy_results **out, xy_audit *audit, int64_t draws, xy_error *err) {
  int64_t before = audit->settings.measure.stats.draws;
  xy_progress_fn progress = audit->scoring.progress;
  double start = omp_get_wtime();
  xy_results *results = xy__results_new();
  if (results == NULL) return xy__fail_memory(err, "plan");
  audit->settings.measure.stats.draws = draws;
  audit->scoring.progress = NULL;
  int rc = xy__audit_describe(results, audit, err);
  if (rc == XY_OK) rc = xy__audit_facts(&results->facts, audit, err);
  if (rc == XY_OK) rc = audit->kind->measure(results, audit, err);
  audit->settings.measure.stats.draws = before;
  audit->scoring.progress = progress;
  *seconds = omp_get_wtime() - start;
  if (rc == XY_OK && out != NULL) {
    *out = results;
  } else {
    xy_results_free(results);
  }
  return rc;
}

static int write(double *seconds, const xy_results *results, const xy_audit *audit, xy_error *err) {
  xy__text text = {0};
  double start = omp_get_wtime();
  int rc = xy__results_text(&text, results, err);
  double cost = omp_get_wtime() - start;
  double samples = (double)audit->samples / (double)(text.size > 0 ? text.size : 1);
  *seconds = cost * (1 + rows_written + samples / sample_bytes);
  xy__text_dispose(&text);
  return rc;
}

int xy__audit_rehearse(double *seconds, xy_audit *audit, xy_error *err) {
  double few = 0, more = 0, written = 0, draws = (double)audit->settings.measure.stats.draws;
  xy_results *results = NULL;
  for (size_t i = 0; i < audit->stages.n; i++) xy__scorer_pretend(audit->stages.list[i].scorer);
  int rc = measure(&few, NULL, audit, FEW, err);
  if (rc == XY_OK) rc = measure(&more, &results, audit, MORE, err);
  if (rc == XY_OK) rc = write(&written, results, audit, err);
  xy_results_free(results);
  if (rc != XY_OK) return rc;
  double draw = more > few ? (more - few) / (MORE - FEW) : 0;
  *seconds = few + draw * (draws > FEW ? draws - FEW : 0) + written;
  return XY_OK;
}
