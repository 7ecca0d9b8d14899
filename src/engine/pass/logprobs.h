/* A reader of the head's logits: log-probabilities of wanted ids, and whether each was the most probable one. Each row
 * keeps a running log-sum-exp and the best id so far; logits of wanted ids are picked up as their panel passes.
 */
#ifndef XY_ENGINE_PASS_LOGPROBS_H
#define XY_ENGINE_PASS_LOGPROBS_H

#include "engine/kernels/kernels.h"

typedef struct xy__logprobs {
  const xy__kernels *kernels;
  const int32_t *row;    /* [n]: row i wants the ids wanted[first[row[i]]] .. wanted[first[row[i] + 1] - 1] */
  const int64_t *first;  /* into `wanted`, `value` and `greedy` */
  const int32_t *wanted; /* ascending within a row */
  int64_t n;
  float *value;          /* logits, in the end log-probabilities */
  unsigned char *greedy; /* or NULL: 1 for the most probable id, the lowest of equals */
  xy__lse *states;       /* [n] */
  int64_t *cursors;      /* [n] the row's next wanted id whose logit has not been seen */
} xy__logprobs;

/* Starts the rows; all but `states` and `cursors` is set by the caller and borrowed. Caller disposes. */
int xy__logprobs_start(xy__logprobs *logprobs, xy_error *err);
/* xy__head_rows' `take`; `user` is the reader. */
void xy__logprobs_take(void *user, int64_t i, const float *logits, int64_t first, int64_t count);
/* Logits of wanted ids to log-probabilities. */
void xy__logprobs_finish(xy__logprobs *logprobs);
void xy__logprobs_dispose(xy__logprobs *logprobs);

#endif
