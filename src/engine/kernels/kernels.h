/* The engine's own inner loops: norms, rotary embedding, attention, gates, log-sum-exp, rounding to bfloat16.
 *
 * Plain C over vectors of 16 floats (vector.h), compiled once per instruction set level and chosen at run time
 * (kernels.c), so that one binary runs on every x86-64 and arm64. Sums run over the same 16 lanes at every level.
 * Each has a readable twin in scalar double arithmetic in tests/engine/naive.h, which tests compare it with.
 *
 * A matrix that goes into a multiplication is fp32 or bf16 (`bf16`: out is uint16_t, rounded to nearest even).
 */
#ifndef XY_ENGINE_KERNELS_H
#define XY_ENGINE_KERNELS_H

#include <math.h>

#include "model/model.h"

enum { XY__LANES = 16 }; /* floats in a vector, and keys in a group of the attention stack */

/* y = norm(x) over rows of d values; weight NULL: the identity. */
typedef struct xy__norm_values {
  const float *weight, *bias; /* [d], bias may be NULL */
  double eps;
  bool rms;
} xy__norm_values;

/* Attention of one key/value head and its query heads over a run of rows in preorder. `keys` and `values` are the
 * stack of the current path, a slot per depth: a row at depth t first writes its key and value to slot t, then
 * attends to slots max(0, t - window + 1) .. t. The slots above the first row's depth are filled by the caller.
 *
 *   keys    slots in groups of 16, transposed: [slot / 16][head_size][16], so that 16 products q·k come from
 *           head_size broadcasts without a sum across lanes
 *   values  [slot][head_size rounded up to 16]
 *
 * A stack may lie in pages of 16 slots in place of one run of memory: `pages[group]` + page_at are the keys of the
 * group, and behind its keys stand its values. Sums are the same.
 */
typedef struct xy__attention {
  int64_t rows, heads, head_size, window; /* heads: query heads that share this key/value head; window 0: all */
  float scale;
  const int32_t *depth;       /* [rows] */
  const unsigned char *wants; /* [rows] rows whose result is wanted; NULL: all */
  const float *q, *k, *v;     /* first row's; q: [heads][head_size] */
  int64_t stride;             /* floats between rows of q, k and v */
  float *keys, *values;
  float *const *pages; /* [groups], in place of keys and values; NULL: none */
  int64_t page_at;
  float *scores; /* scratch, a float per slot, rounded up to 16 */
  void *out;     /* wanted rows, one after the other: [heads][head_size] each, `out_stride` elements apart */
  int64_t out_stride;
  bool bf16;
} xy__attention;

/* log-sum-exp of one row while blocks of its logits pass by: log of sum of exp(x) is max + log(sum). Start with
 * XY__LSE_START. `best` is the first id that has the maximum. */
typedef struct xy__lse {
  double sum;
  float max;
  int32_t best;
} xy__lse;
#define XY__LSE_START ((xy__lse){0.0, -INFINITY, -1})

/* Under what the noise of one new token is drawn: Philox4x32-10 with this key, whose counter is (block, position,
 * sample, 0). Token t takes word t / 16 % 4 of block t / 64 * 16 + t % 16, so that 64 tokens are four vectors of 16
 * blocks. */
typedef struct xy__noise {
  uint64_t key;      /* of the run's seed and of what is asked */
  uint32_t sample;   /* of the prompt, from 0 */
  uint32_t position; /* of the token among the new ones, from 0 */
} xy__noise;

/* Token id's word. */
uint32_t xy__noise_word(const xy__noise *noise, int32_t id);

/* Standard Gumbel noise -log(-log u) of a word, u = (word + 1/2) / 2^32. */
static inline double xy__gumbel(uint32_t word) { return -log(-log(((double)word + 0.5) * 0x1p-32)); }

typedef struct xy__kernels {
  const char *name;
  void (*exp)(float *out, const float *x, int64_t n); /* relative error below 2e-7 for -87 <= x <= 88 */
  void (*round)(uint16_t *out, const float *x, int64_t n);
  void (*norm)(void *out, bool bf16, const float *x, int64_t rows, int64_t d, const xy__norm_values *norm);
  void (*add)(float *out, const float *x, int64_t n); /* out += x */
  /* First `rotary` values of each of `heads` heads of one position; cosines and sines: [rotary / 2]. */
  void (*rotate)(float *x, int64_t heads, int64_t head_size, int64_t rotary, const float *cosines, const float *sines);
  void (*push)(float *keys, float *values, int64_t slot, const float *k, const float *v, int64_t head_size);
  void (*attend)(const xy__attention *a);
  /* out[rows][n] = act(x[row][0..n)) * x[row][n..2n); rows of x are 2n apart. */
  void (*gate)(void *out, bool bf16, const float *x, int64_t rows, int64_t n, xy__activation activation);
  void (*activate)(float *x, int64_t n, xy__activation activation); /* in place */
  /* out[r * ldc + c] = sum of x[r * ldx + i] * w[c * k + i] over i < k, for r < m, c < n; w may be unaligned. */
  void (*dots)(float *out, int64_t ldc, const float *x, int64_t ldx, int64_t m, const void *w, xy__dtype dtype,
               int64_t n, int64_t k);
  /* Takes logits of ids first_id .. first_id + n. */
  void (*fold)(xy__lse *state, const float *logits, int64_t n, int32_t first_id);
  /* Words of the tokens 0 .. n - 1. */
  void (*noise)(uint32_t *out, int64_t n, const xy__noise *noise);
  /* The token with the largest logit + Gumbel noise, the lowest of equals. `max` is the largest logit, `start` a token
   * to begin with: the likelier, the faster. */
  int32_t (*race)(const float *logits, const uint32_t *words, int64_t n, float max, int32_t start);
} xy__kernels;

/* The best set for this processor. */
const xy__kernels *xy__kernels_best(void);
/* Set i of those that this processor can run, slowest first; NULL past the last. */
const xy__kernels *xy__kernels_at(size_t i);

#endif
