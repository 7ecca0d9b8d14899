/* From benchmarks to what is missing: what every scorer is asked, what the store already holds, and the plan of what
 * remains.
 */
#include "audit/prepare.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "audit/rehearse.h"

#include "store/store.h"

static int ask(xy_audit *audit, xy_error *err) {
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < audit->stages.n; i++) {
    rc = xy__scorer_ask(audit->stages.list[i].scorer, audit->benches.list, audit->benches.n, err);
  }
  return rc;
}

int xy__audit_prepare(xy_audit *audit, xy_error *err) {
  if (audit->prepared) return XY_OK;
  int rc = ask(audit, err);
  if (rc == XY_OK) rc = xy__audit_check_gives(audit, err);
  bool fewer = false;
  if (rc == XY_OK && audit->kind->fit != NULL) rc = audit->kind->fit(&fewer, audit, err);
  if (rc == XY_OK && fewer) {
    xy__token_pool_dispose(&audit->scoring.pool);
    rc = ask(audit, err);
  }
  for (size_t i = 0; rc == XY_OK && i < audit->stages.n; i++)
    rc = xy__scorer_look_up(audit->stages.list[i].scorer, err);
  audit->prepared = rc == XY_OK;
  audit->ready = omp_get_wtime() - audit->begun;
  return rc;
}

/* Lines of samples.jsonl of one stage: a line repeats both texts and about 600 bytes of names and numbers. */
static int64_t sample_bytes(const xy_audit *audit) {
  int64_t bytes = 0;
  for (size_t b = 0; b < audit->benches.n; b++) {
    const xy_bench *bench = audit->benches.list[b];
    for (size_t i = 0; i < xy__bench_asked(bench); i++) {
      for (size_t o = 0; o < bench->items[i].n_options; o++) {
        bytes += 300 + (int64_t)strlen(bench->items[i].options[o].text);
      }
    }
  }
  return bytes;
}

int xy__audit_plan_stages(xy_audit *audit, xy_error *err) {
  if (audit->plan != NULL) return XY_OK;
  audit->plan = xy__array(audit->stages.n, sizeof *audit->plan);
  if (audit->plan == NULL) return xy__fail_memory(err, "plan");
  audit->samples = audit->disk = (int64_t)audit->stages.n * sample_bytes(audit);
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < audit->stages.n; i++) {
    int64_t disk;
    rc = xy__scorer_plan(&audit->plan[i], &disk, audit->stages.list[i].scorer, err);
    if (rc == XY_OK) audit->disk += disk;
  }
  if (rc == XY_OK) return XY_OK;
  free(audit->plan);
  audit->plan = NULL;
  return rc;
}

int xy_audit_plan(xy_plan *out, xy_audit *audit, xy_error *err) {
  xy__error_clear(err);
  int rc = xy__audit_prepare(audit, err);
  double measuring = 0;
  audit->scoring.timed = true;
  if (rc == XY_OK) rc = xy__audit_plan_stages(audit, err);
  if (rc == XY_OK) rc = xy__audit_rehearse(&measuring, audit, err);
  if (rc != XY_OK) return rc;
  xy_plan plan = {.n_stages = audit->stages.n,
                  .stages = audit->plan,
                  .disk = audit->disk,
                  .seconds = audit->ready + measuring,
                  .measuring = measuring};
  for (size_t b = 0; b < audit->benches.n; b++) {
    plan.items += (int64_t)audit->benches.list[b]->n;
    plan.controls += (int64_t)audit->benches.list[b]->n_controls;
  }
  for (size_t i = 0; i < audit->stages.n; i++) {
    plan.seconds += audit->plan[i].seconds;
    if (audit->plan[i].memory > plan.memory) plan.memory = audit->plan[i].memory;
  }
  *out = plan;
  return XY_OK;
}

int64_t xy_audit_damaged(const xy_audit *audit) { return xy__store_damaged(audit->scoring.store); }
