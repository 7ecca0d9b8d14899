/* Opening an audit: settings, benchmarks, stages, and who answers for them. */
#include <omp.h>
#include <stdlib.h>

#include "audit/audit.h"
#include "audit/facts.h"
#include "audit/same.h"

/* Takes `own` over in any case. */
static int make(xy_audit **out, const xy_family *family, const xy__run_kind *kind, void *own, xy_error *err) {
  xy_audit *audit = xy__array(1, sizeof *audit);
  if (audit == NULL) {
    kind->free(own);
    return xy__fail_memory(err, "audit");
  }
  audit->family = family;
  audit->kind = kind;
  audit->own = own;
  audit->begun = omp_get_wtime();
  *out = audit;
  return XY_OK;
}

static int begin(xy_audit *audit, const xy_audit_options *options, xy_error *err) {
  const xy__run_kind *kind = audit->kind;
  int rc = xy__audit_settle(&audit->settings, &audit->scoring, audit->family, options, &audit->arena, err);
  if (rc == XY_OK) rc = kind->begin(audit, options, err);
  if (rc == XY_OK) {
    rc = xy__stages_select(&audit->stages, audit->family, options->only_stages, options->n_only_stages, err);
  }
  return rc == XY_OK && kind->layout != NULL ? kind->layout(audit, err) : rc;
}

int xy__audit_begin(xy_audit **out, const xy_family *family, const xy_audit_options *options, const xy__run_kind *kind,
                    void *own, xy_error *err) {
  static const xy_audit_options defaults = XY_AUDIT_OPTIONS_INIT;
  xy_audit *audit = NULL;
  int rc = make(&audit, family, kind, own, err);
  if (rc == XY_OK) rc = begin(audit, options != NULL ? options : &defaults, err);
  if (rc != XY_OK) {
    xy_audit_free(audit);
    return rc;
  }
  *out = audit;
  return XY_OK;
}

static int check_one(const xy_audit *audit, const xy__scorer *scorer, xy_error *err) {
  if (scorer->gives.tokens) return XY_OK;
  const char *stage = scorer->spec->stage;
  const char *kind = scorer->kind->name;
  if (audit->kind->needs_tokens != NULL) {
    return xy__fail(err, XY_ERR_UNSUPPORTED, "stage '%s': its scores are %s; %s", stage, kind,
                    audit->kind->needs_tokens);
  }
  xy__mode mode = audit->settings.measure.headline;
  if (mode == XY__BY_BENCHMARK || !xy__mode_by_token(mode)) return XY_OK;
  int rc = xy__fail(err, XY_ERR_ARGUMENT,
                    "stage '%s': mode %s needs a log-probability per token, and %s scores are sums of whole texts",
                    stage, xy__mode_name(mode), kind);
  return xy__hint(err, rc, "modes full and per-byte need sums alone");
}

int xy__audit_check_gives(xy_audit *audit, xy_error *err) {
  int rc = XY_OK;
  audit->settings.measure.sums = false;
  for (size_t i = 0; rc == XY_OK && i < audit->stages.n; i++) {
    rc = check_one(audit, audit->stages.list[i].scorer, err);
    audit->settings.measure.sums |= !audit->stages.list[i].scorer->gives.tokens;
  }
  return rc;
}

static int open_scorers(xy_audit *audit, xy_error *err) {
  int rc = xy__store_open(&audit->scoring.store, audit->scoring.store_path, err);
  if (rc == XY_OK) rc = xy__stages_open(&audit->stages, audit->family, &audit->scoring, &audit->arena, err);
  if (rc == XY_OK) rc = xy__audit_check_gives(audit, err);
  if (rc == XY_OK) rc = xy__audit_same(audit, err);
  return rc == XY_OK ? xy__audit_key(audit, err) : rc;
}

int xy__audit_open(xy_audit **out, const xy_family *family, const xy_audit_options *options, const xy__run_kind *kind,
                   void *own, xy_error *err) {
  xy_audit *audit;
  int rc = xy__audit_begin(&audit, family, options, kind, own, err);
  if (rc != XY_OK) return rc;
  rc = open_scorers(audit, err);
  if (rc != XY_OK) {
    xy_audit_free(audit);
    return rc;
  }
  *out = audit;
  return XY_OK;
}

size_t xy_audit_benchmarks(const xy_audit *audit) { return audit->benches.n; }

const char *xy_audit_benchmark(const xy_audit *audit, size_t i) { return audit->benches.list[i]->name; }

void xy_audit_free(xy_audit *audit) {
  if (audit == NULL) return;
  xy__stages_dispose(&audit->stages);
  xy__scoring_dispose(&audit->scoring);
  xy__benches_dispose(&audit->benches);
  audit->kind->free(audit->own); /* after the benchmarks that borrow from it */
  xy__audit_settings_dispose(&audit->settings);
  free(audit->plan);
  xy__arena_dispose(&audit->arena);
  free(audit);
}
