#include "measure/difflib.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { AUTOJUNK = 200 }; /* length of b from which elements can be popular */

typedef struct range {
  int32_t a_low, a_high, b_low, b_high;
} range;

typedef struct match {
  int32_t a, b, size;
} match;

typedef struct matcher {
  const int32_t *a, *b;
  unsigned char *popular; /* [m] */
  int32_t *before, *here; /* [m + 1] length of the run that ends at (row before, j - 1), (this row, j - 1) */
  range *waiting;         /* [n + 1] */
} matcher;

static int ascending(const void *x, const void *y) {
  const int32_t *a = x, *b = y;
  return *a < *b ? -1 : *a > *b;
}

static int mark_popular(unsigned char *popular, const int32_t *b, int32_t m, xy_error *err) {
  if (m < AUTOJUNK) return XY_OK;
  int32_t *sorted = xy__array((size_t)m, sizeof *sorted);
  if (sorted == NULL) return xy__fail_memory(err, "token alignment");
  memcpy(sorted, b, (size_t)m * sizeof *sorted);
  qsort(sorted, (size_t)m, sizeof *sorted, ascending);
  int32_t kept = 0; /* sorted[0..kept) becomes the popular elements, still sorted */
  for (int32_t i = 0, end; i < m; i = end) {
    for (end = i; end < m && sorted[end] == sorted[i]; end++) continue;
    if (end - i > m / 100 + 1) sorted[kept++] = sorted[i];
  }
  for (int32_t j = 0; j < m; j++) {
    popular[j] = bsearch(&b[j], sorted, (size_t)kept, sizeof *sorted, ascending) != NULL;
  }
  free(sorted);
  return XY_OK;
}

/* SequenceMatcher.find_longest_match. */
static match longest(matcher *m, const range *r) {
  match best = {r->a_low, r->b_low, 0};
  memset(m->before + r->b_low, 0, (size_t)(r->b_high - r->b_low + 1) * sizeof *m->before);
  m->here[r->b_low] = 0;
  for (int32_t i = r->a_low; i < r->a_high; i++) {
    for (int32_t j = r->b_low; j < r->b_high; j++) {
      int32_t size = m->a[i] == m->b[j] && !m->popular[j] ? m->before[j] + 1 : 0;
      m->here[j + 1] = size;
      if (size > best.size) best = (match){i - size + 1, j - size + 1, size};
    }
    int32_t *row = m->before;
    m->before = m->here;
    m->here = row;
    m->here[r->b_low] = m->before[r->b_low] = 0;
  }
  while (best.a > r->a_low && best.b > r->b_low && m->a[best.a - 1] == m->b[best.b - 1]) {
    best = (match){best.a - 1, best.b - 1, best.size + 1};
  }
  while (best.a + best.size < r->a_high && best.b + best.size < r->b_high &&
         m->a[best.a + best.size] == m->b[best.b + best.size]) {
    best.size++;
  }
  return best;
}

int xy__difflib_match(int32_t *partner, const int32_t *a, int32_t n, const int32_t *b, int32_t m, xy_error *err) {
  int rc = XY_OK;
  size_t waiting = 0;
  matcher work = {.a = a, .b = b};
  work.popular = xy__array((size_t)m, sizeof *work.popular);
  work.before = xy__array((size_t)m + 1, sizeof *work.before);
  work.here = xy__array((size_t)m + 1, sizeof *work.here);
  work.waiting = xy__array((size_t)n + 1, sizeof *work.waiting);
  if (work.popular == NULL || work.before == NULL || work.here == NULL || work.waiting == NULL) {
    rc = xy__fail_memory(err, "token alignment");
    goto out;
  }
  if ((rc = mark_popular(work.popular, b, m, err)) != XY_OK) goto out;
  for (int32_t i = 0; i < n; i++) partner[i] = -1;
  /* Ranges that wait are disjoint in a and none is empty there: there are at most n of them. */
  if (n > 0 && m > 0) work.waiting[waiting++] = (range){0, n, 0, m};
  while (waiting > 0) {
    range r = work.waiting[--waiting];
    match found = longest(&work, &r);
    if (found.size == 0) continue;
    for (int32_t k = 0; k < found.size; k++) partner[found.a + k] = found.b + k;
    range left = {r.a_low, found.a, r.b_low, found.b};
    range right = {found.a + found.size, r.a_high, found.b + found.size, r.b_high};
    if (left.a_low < left.a_high && left.b_low < left.b_high) work.waiting[waiting++] = left;
    if (right.a_low < right.a_high && right.b_low < right.b_high) work.waiting[waiting++] = right;
  }
out:
  free(work.popular);
  free(work.before);
  free(work.here);
  free(work.waiting);
  return rc;
}
