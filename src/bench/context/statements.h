/* Finds the statement that a sentence made from a template carries, when only the sentences are known. */
#ifndef XY_BENCH_STATEMENTS_H
#define XY_BENCH_STATEMENTS_H

#include "bench/published/pairs_csv.h"

/* (*out)[i] is the statement of rows[i], in small letters without punctuation. The array is freed with free, its
 * strings live in `arena`. */
int xy__find_statements(const char ***out, xy__arena *arena, const xy__pair_row *rows, size_t n, xy_error *err);

#endif
