/* See logprobs.h. */
#include "engine/pass/logprobs.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

int xy__logprobs_start(xy__logprobs *l, xy_error *err) {
  l->states = xy__array((size_t)l->n, sizeof *l->states);
  l->cursors = xy__array((size_t)l->n, sizeof *l->cursors);
  if (l->states == NULL || l->cursors == NULL) return xy__fail_memory(err, "the output head");
  for (int64_t i = 0; i < l->n; i++) {
    l->states[i] = XY__LSE_START;
    l->cursors[i] = l->first[l->row[i]];
  }
  return XY_OK;
}

void xy__logprobs_take(void *user, int64_t i, const float *logits, int64_t first, int64_t count) {
  xy__logprobs *l = user;
  l->kernels->fold(&l->states[i], logits, count, (int32_t)first);
  int64_t end = l->first[l->row[i] + 1];
  int64_t at = l->cursors[i];
  for (; at < end && l->wanted[at] < first + count; at++) l->value[at] = logits[l->wanted[at] - first];
  l->cursors[i] = at;
}

void xy__logprobs_finish(xy__logprobs *l) {
  for (int64_t i = 0; i < l->n; i++) {
    double lse = (double)l->states[i].max + log(l->states[i].sum);
    for (int64_t at = l->first[l->row[i]]; at < l->first[l->row[i] + 1]; at++) {
      l->value[at] = (float)((double)l->value[at] - lse);
      if (l->greedy != NULL) l->greedy[at] = l->wanted[at] == l->states[i].best;
    }
  }
}

void xy__logprobs_dispose(xy__logprobs *l) {
  free(l->states);
  free(l->cursors);
  *l = (xy__logprobs){0};
}
