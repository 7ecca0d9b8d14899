/* Benjamini and Hochberg (1995), step-up: with the m p-values in rising order, q_(i) = min over j >= i of
 * m p_(j) / j, at most 1. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "stats/stats.h"

typedef struct ordered {
  double p;
  size_t place;
} ordered;

static int by_p(const void *a, const void *b) {
  const ordered *x = a, *y = b;
  if (x->p != y->p) return x->p < y->p ? -1 : 1;
  return x->place < y->place ? -1 : x->place > y->place;
}

int xy__stats_adjust(double *q, const double *p, size_t n, xy_error *err) {
  ordered *tests = xy__array(n, sizeof *tests);
  if (tests == NULL) return xy__fail_memory(err, "corrections");
  size_t m = 0;
  for (size_t i = 0; i < n; i++) {
    q[i] = NAN;
    if (!isnan(p[i])) tests[m++] = (ordered){p[i], i};
  }
  qsort(tests, m, sizeof *tests, by_p);
  double least = 1;
  for (size_t i = m; i-- > 0;) {
    double raised = tests[i].p * ((double)m / (double)(i + 1));
    if (raised < least) least = raised;
    q[tests[i].place] = least;
  }
  free(tests);
  return XY_OK;
}
