/* The output head over given rows, without storing their logits: a panel of the vocabulary at a time, whose logits go
 * to a reader while they are in cache.
 */
#ifndef XY_ENGINE_PASS_HEAD_H
#define XY_ENGINE_PASS_HEAD_H

#include "engine/pass/pass.h"

typedef struct xy__head_rows {
  const float *residual; /* the stream after the last layer */
  const int32_t *row;    /* [n] rows of it */
  int64_t n;
  int64_t block; /* rows that a worker takes together, at most M; 0: M */
  /* Takes row i's logits of the ids first .. first + count - 1; panels of a row come in ascending order, and different
   * rows come from different threads. */
  void (*take)(void *user, int64_t i, const float *logits, int64_t first, int64_t count);
  void *user;
  /* Share of the head's work that is done, from worker 0; non-zero cancels. */
  int (*progress)(void *progress_user, double share);
  void *progress_user;
} xy__head_rows;

int xy__pass_head(xy__pass *pass, const xy__head_rows *rows, xy_error *err);

#endif
