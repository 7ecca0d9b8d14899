/* The items that two runs share: those that both hold with the same texts at two stages. */
#ifndef XY_COMPARE_JOIN_H
#define XY_COMPARE_JOIN_H

#include "compare/run.h"

/* Labels of items as numbers from 0, in order of first appearance. */
typedef struct xy__item_labels {
  int *of;            /* [items]; -1: none */
  const char **names; /* [n]; of the first run */
  size_t n;
  xy__map map;
} xy__item_labels;

typedef struct xy__joined {
  const xy__sample **first, **second; /* [n] */
  size_t n;
  xy__item_labels clusters, identities, themes, conditions;
} xy__joined;

/* The items of the benchmark `counts->name` at stages[0] of the first run and stages[1] of the second; `bench` is its
 * place in the first. *counts becomes what they share, where that is less than it says. `out` is disposed of by
 * xy__joined_dispose, whatever is returned. */
int xy__join(xy__joined *out, xy_compared_bench *counts, const xy__sampled_run runs[2], int bench,
             const char *const stages[2], xy_error *err);
void xy__joined_dispose(xy__joined *joined);

#endif
