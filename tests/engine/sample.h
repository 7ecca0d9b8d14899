/* Token sequences that share beginnings as sentences made from templates do, and what the engine makes of them. */
#ifndef XY_TESTS_SAMPLE_H
#define XY_TESTS_SAMPLE_H

#include "base/memory.h"
#include "engine/engine.h"
#include "support.h"

typedef struct sample {
  xy__sequence *sequences; /* [n] */
  size_t *offset;          /* [n + 1] */
  size_t n;
  xy__arena arena;
} sample;

static inline uint32_t draw_below(uint64_t *seed, uint32_t below) {
  *seed = *seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(*seed >> 33) % below;
}

/* n sequences of 2 to `longest` ids below `tokens`; some have a long unscored beginning. Caller disposes. */
static inline void sample_make(sample *s, uint64_t seed, size_t n, int32_t longest, int64_t tokens) {
  *s = (sample){.n = n};
  s->sequences = xy__array(n, sizeof *s->sequences);
  s->offset = xy__array(n + 1, sizeof *s->offset);
  for (size_t i = 0; i < n; i++) {
    int32_t length = 2 + (int32_t)draw_below(&seed, (uint32_t)longest - 1);
    int32_t *ids = xy__arena_alloc(&s->arena, (size_t)length * sizeof *ids);
    int32_t shared = 0;
    if (i > 0) {
      const xy__sequence *other = &s->sequences[draw_below(&seed, (uint32_t)i)];
      shared = (int32_t)draw_below(&seed, (uint32_t)other->n + 1);
      if (shared > length) shared = length;
      memcpy(ids, other->ids, (size_t)shared * sizeof *ids);
    }
    for (int32_t t = shared; t < length; t++) ids[t] = (int32_t)draw_below(&seed, (uint32_t)tokens);
    int32_t first = i % 3 == 0 ? length - 1 : 1 + (int32_t)draw_below(&seed, (uint32_t)length - 1);
    s->sequences[i] = (xy__sequence){.ids = ids, .n = length, .first = first};
  }
  xy__engine_offsets(s->offset, s->sequences, n);
}

static inline void sample_dispose(sample *s) {
  free(s->sequences);
  free(s->offset);
  xy__arena_dispose(&s->arena);
}

/* Values of every sequence; caller frees. */
static inline float *sample_score(const sample *s, const xy_model *model, const xy__engine_options *options) {
  xy_error err = {0};
  float *values = xy__array(s->offset[s->n], sizeof *values);
  assert_ok(xy__engine_score(values, NULL, s->offset, model, s->sequences, s->n, options, &err), err);
  return values;
}

/* Least budget that is accepted, by halving. */
static inline int64_t sample_least_memory(const sample *s, const xy_model *model, xy__engine_options options) {
  int64_t low = 0;
  int64_t high = (int64_t)1 << 30;
  xy_error err;
  xy__engine_plan plan;
  while (high - low > 4096) {
    options.memory = (low + high) / 2;
    if (xy__engine_plan_make(&plan, model, s->sequences, s->n, &options, &err) == XY_OK) {
      high = options.memory;
    } else {
      low = options.memory;
    }
  }
  return high;
}

#endif
