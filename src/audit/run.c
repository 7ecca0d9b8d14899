/* Running an audit of any kind: every stage's missing sequences are scored, each finished walk into the store at once;
 * then the kind measures, and writes the run directory. A process that is killed loses the walk in hand; the next one
 * finds the rest.
 */
#include <stdlib.h>
#include <time.h>

#include "audit/done.h"
#include "audit/facts.h"
#include "audit/prepare.h"
#include "base/clock.h"
#include "base/file.h"
#include "report/directory.h"

/* Seconds since 1970. */
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The plan gives each stage its part of the job, in floating-point operations. */
static int score(xy_audit *audit, xy_error *err) {
  int rc = xy__audit_plan_stages(audit, err);
  if (rc != XY_OK) return rc;
  double total = 0;
  for (size_t i = 0; i < audit->stages.n; i++) total += audit->plan[i].flops;
  xy__scoring_part part = {.begun = xy__clock_now()};
  for (size_t i = 0; rc == XY_OK && i < audit->stages.n; i++) {
    part.share = total > 0 ? audit->plan[i].flops / total : 0;
    rc = xy__scorer_score(audit->stages.list[i].scorer, &part, err);
    part.before += part.share;
  }
  return rc;
}

static int read_results(xy_results **out, const xy_audit *audit, xy_error *err) {
  char *path = xy__path_join(audit->settings.directory, "results.json");
  int rc = path == NULL ? xy__fail_memory(err, "results") : xy_results_open(out, path, err);
  free(path);
  return rc;
}

/* The directory may have got other results while this audit ran. */
static int write_run(const xy_results *results, const xy_audit *audit, xy_error *err) {
  const char *directory = audit->settings.directory;
  xy__directory_lock lock = {0};
  bool done;
  int rc = xy__directory_lock_take(&lock, directory, err);
  if (rc == XY_OK) rc = xy__audit_done(&done, audit, err);
  if (rc == XY_OK) rc = xy__directory_clear(directory, err);
  if (rc == XY_OK) rc = audit->kind->write(results, audit, err);
  if (rc == XY_OK) rc = xy__directory_seal(directory, err);
  xy__directory_unlock(&lock);
  return rc;
}

/* What is measured may add to the facts, and its time belongs to them too. */
static int make_results(xy_results *results, xy_audit *audit, double started, xy_error *err) {
  int rc = xy__audit_describe(results, audit, err);
  if (rc == XY_OK) rc = xy__audit_facts(&results->facts, audit, err);
  if (rc == XY_OK) rc = audit->kind->measure(results, audit, err);
  if (rc == XY_OK) rc = xy__audit_times(results->facts, audit, started, now(), err);
  return rc == XY_OK ? write_run(results, audit, err) : rc;
}

int xy_audit_run(xy_results **out, xy_audit *audit, xy_error *err) {
  xy__error_clear(err);
  double started = now();
  bool done;
  int rc = xy__audit_done(&done, audit, err);
  if (rc != XY_OK) return rc;
  if (done) return read_results(out, audit, err);
  rc = xy__audit_prepare(audit, err);
  if (rc == XY_OK) rc = score(audit, err);
  if (rc != XY_OK) return rc;
  xy_results *results = xy__results_new();
  if (results == NULL) return xy__fail_memory(err, "results");
  rc = make_results(results, audit, started, err);
  if (rc != XY_OK) {
    xy_results_free(results);
    return rc;
  }
  *out = results;
  return XY_OK;
}
