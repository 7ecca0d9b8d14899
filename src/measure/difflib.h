/* What two sequences share, as Python's difflib.SequenceMatcher(None, a, b) sees it.
 *
 * Ratcliff and Obershelp's matching: the longest run that both have (of several, the one that starts earliest in a,
 * then earliest in b), then the same to its left and to its right. `autojunk`: when b has 200 elements or more, an
 * element that makes up more than 1% of b (count > len(b) / 100 + 1) cannot start a match, but can extend one.
 */
#ifndef XY_MEASURE_DIFFLIB_H
#define XY_MEASURE_DIFFLIB_H

#include "base/error.h"

/* partner[i]: the index in b[0..m) that a[i] is matched with, or -1. */
int xy__difflib_match(int32_t *partner, const int32_t *a, int32_t n, const int32_t *b, int32_t m, xy_error *err);

#endif
