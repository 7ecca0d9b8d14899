/* An audit in hand: the stages of a family and who answers for them, the benchmarks that they are asked, and what that
 * costs. What differs between audits of benchmarks and of preference data is the run kind's.
 */
#ifndef XY_AUDIT_AUDIT_H
#define XY_AUDIT_AUDIT_H

#include "audit/benches.h"
#include "audit/run_kind.h"
#include "audit/settings.h"
#include "audit/stages.h"

struct xy_audit {
  const xy_family *family; /* borrowed */
  const xy__run_kind *kind;
  void *own; /* the kind's */
  xy__audit_settings settings;
  xy__audit_stages stages;
  xy__audit_benches benches;
  xy__scoring scoring;
  bool prepared;       /* every scorer was asked, and the store looked up */
  xy_plan_stage *plan; /* [stages.n] once planned */
  int64_t disk;        /* bytes that store and run directory will grow by, once planned */
  int64_t samples;     /* of them samples.jsonl's */
  double begun, ready; /* when it was opened (omp_get_wtime), and how long that and preparing took */
  char key[65];        /* digest of everything that the results depend on */
  const char **notes;  /* [n_notes]: what should be known before anything is scored; in the arena */
  size_t n_notes;
  xy__arena arena;
};

/* Opens an audit without checkpoints and store: benchmarks and stages, to write requests of. `options` NULL: the
 * defaults. Takes `own` over in any case. Caller frees with xy_audit_free. */
int xy__audit_begin(xy_audit **out, const xy_family *family, const xy_audit_options *options, const xy__run_kind *kind,
                    void *own, xy_error *err);

/* The same with them, ready to be planned and run. */
int xy__audit_open(xy_audit **out, const xy_family *family, const xy_audit_options *options, const xy__run_kind *kind,
                   void *own, xy_error *err);

/* What the run needs, every scorer gives: by what it said when it was opened, and again once it was asked. */
int xy__audit_check_gives(xy_audit *audit, xy_error *err);

#endif
