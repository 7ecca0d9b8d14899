/* Random numbers for kernels. */
#ifndef XY_TESTS_DRAWS_H
#define XY_TESTS_DRAWS_H

#include "base/memory.h"
#include "support.h"

static inline float draw(uint64_t *seed) {
  *seed = *seed * 6364136223846793005u + 1442695040888963407u;
  return (float)(*seed >> 40) / (float)(1 << 23) - 1; /* -1 to 1 */
}

/* n numbers between -scale and scale; caller frees. */
static inline float *draws(uint64_t seed, int64_t n, float scale) {
  float *x = xy__array((size_t)n, sizeof *x);
  for (int64_t i = 0; i < n; i++) x[i] = scale * draw(&seed);
  return x;
}

#endif
