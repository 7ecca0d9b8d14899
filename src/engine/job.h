/* A call of the engine made ready: checked, sorted, and cut into walks. */
#ifndef XY_ENGINE_JOB_H
#define XY_ENGINE_JOB_H

#include "engine/pass/geometry.h"
#include "engine/walk/forest.h"

/* A walk: sequences order[first .. first + n). */
typedef struct xy__cut {
  size_t first, n;
  xy__forest_size size;
} xy__cut;

typedef struct xy__job {
  const xy_model *model;
  const xy__sequence *sequences; /* [n], borrowed like model and options */
  size_t n;
  const xy__engine_options *options;
  size_t *order;         /* [n] sorted by ids */
  xy__forest_size whole; /* one forest of all */
  xy__geometry geometry;
  xy__cut *cuts; /* [n_cuts] */
  size_t n_cuts, cuts_capacity;
  size_t budget; /* bytes */
} xy__job;

/* n > 0. Caller disposes, also after a failure. */
int xy__job_make(xy__job *out, const xy_model *model, const xy__sequence *sequences, size_t n,
                 const xy__engine_options *options, xy_error *err);
void xy__job_dispose(xy__job *job);

/* What every call of the engine asks of its caller. */
int xy__engine_check_options(xy_precision precision, int threads, int64_t memory, xy_error *err);
int xy__sequence_check_ids(const xy_model *model, const xy__sequence *s, size_t i, xy_error *err);

/* Bytes that a call may use: `memory`, or, for 0, a share of what is free. */
size_t xy__memory_budget(int64_t memory);

/* What messages call sequence i. */
const char *xy__sequence_name(const xy__sequence *s, size_t i, char number[32]);

#endif
