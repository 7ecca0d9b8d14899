/* Kernels that go over rows of values: kernels.h. */
#include "engine/kernels/isa.h"
#include "engine/kernels/vector.h"

static void exp_all(float *out, const float *x, int64_t n) {
  int64_t i = 0;
  for (; i + XY__LANES <= n; i += XY__LANES) store(out + i, vec_exp(load(x + i)));
  if (i < n) store_part(out + i, n - i, vec_exp(load_part(x + i, n - i, 0)));
}

static void round_all(uint16_t *out, const float *x, int64_t n) {
  int64_t i = 0;
  for (; i + XY__LANES <= n; i += XY__LANES) put(out, true, i, load(x + i));
  if (i < n) put_part(out, true, i, n - i, load_part(x + i, n - i, 0));
}

static float sum_of(const float *x, int64_t d) {
  vec a = {0};
  vec b = {0};
  int64_t i = 0;
  for (; i + 2 * XY__LANES <= d; i += 2 * XY__LANES) {
    a += load(x + i);
    b += load(x + i + XY__LANES);
  }
  for (; i + XY__LANES <= d; i += XY__LANES) a += load(x + i);
  if (i < d) b += load_part(x + i, d - i, 0);
  return sum_lanes(a + b);
}

static float squares_of(const float *x, int64_t d, float mean) {
  vec a = {0};
  vec b = {0};
  int64_t i = 0;
  for (; i + 2 * XY__LANES <= d; i += 2 * XY__LANES) {
    vec p = load(x + i) - mean;
    vec q = load(x + i + XY__LANES) - mean;
    a += p * p;
    b += q * q;
  }
  for (; i + XY__LANES <= d; i += XY__LANES) {
    vec p = load(x + i) - mean;
    a += p * p;
  }
  if (i < d) {
    vec p = load_part(x + i, d - i, mean) - mean;
    b += p * p;
  }
  return sum_lanes(a + b);
}

INLINE vec normalised(vec x, float mean, float factor, vec weight, vec bias) {
  return (x - mean) * factor * weight + bias;
}

static void norm_row(void *out, bool bf16, int64_t at, const float *x, int64_t d, const xy__norm_values *norm) {
  float mean = norm->rms ? 0.0F : sum_of(x, d) / (float)d;
  double variance = (double)squares_of(x, d, mean) / (double)d;
  float factor = (float)(1.0 / sqrt(variance + norm->eps));
  const vec zero = {0};
  int64_t i = 0;
  for (; i + XY__LANES <= d; i += XY__LANES) {
    vec bias = norm->bias != NULL ? load(norm->bias + i) : zero;
    put(out, bf16, at + i, normalised(load(x + i), mean, factor, load(norm->weight + i), bias));
  }
  if (i < d) {
    vec bias = norm->bias != NULL ? load_part(norm->bias + i, d - i, 0) : zero;
    vec weight = load_part(norm->weight + i, d - i, 0);
    put_part(out, bf16, at + i, d - i, normalised(load_part(x + i, d - i, 0), mean, factor, weight, bias));
  }
}

static void norm_rows(void *out, bool bf16, const float *x, int64_t rows, int64_t d, const xy__norm_values *norm) {
  if (norm->weight == NULL) {
    if (bf16) {
      round_all(out, x, rows * d);
    } else {
      memmove(out, x, (size_t)(rows * d) * sizeof *x);
    }
    return;
  }
  for (int64_t r = 0; r < rows; r++) norm_row(out, bf16, r * d, x + r * d, d, norm);
}

static void add_all(float *out, const float *x, int64_t n) {
  int64_t i = 0;
  for (; i + XY__LANES <= n; i += XY__LANES) store(out + i, load(out + i) + load(x + i));
  for (; i < n; i++) out[i] += x[i];
}

static void rotate_heads(float *x, int64_t heads, int64_t head_size, int64_t rotary, const float *cosines,
                         const float *sines) {
  int64_t half = rotary / 2;
  for (int64_t h = 0; h < heads; h++) {
    float *low = x + h * head_size;
    float *high = low + half;
    int64_t i = 0;
    for (; i + XY__LANES <= half; i += XY__LANES) {
      vec a = load(low + i);
      vec b = load(high + i);
      vec c = load(cosines + i);
      vec s = load(sines + i);
      store(low + i, a * c - b * s);
      store(high + i, b * c + a * s);
    }
    for (; i < half; i++) {
      float a = low[i];
      float b = high[i];
      low[i] = a * cosines[i] - b * sines[i];
      high[i] = b * cosines[i] + a * sines[i];
    }
  }
}

/* 1 / (1 + exp(-x)): exp of a number that is not positive, so that nothing overflows. */
INLINE vec logistic(vec x) {
  vec e = vec_exp(choose(x < 0, x, -x));
  return choose(x < 0, e, splat(1)) / (1.0F + e);
}

/* Standard normal distribution function: half the complementary error function of z = |x| / sqrt 2, by the rational
 * fit of Abramowitz and Stegun 7.1.26 (absolute error below 1.5e-7) mirrored for positive x. */
INLINE vec normal(vec x) {
  vec size = choose(x < 0, -x, x);
  vec t = 1.0F / (1.0F + (0.3275911F * 0.70710678F) * size);
  vec p = t * 1.061405429F - 1.453152027F;
  p = p * t + 1.421413741F;
  p = p * t - 0.284496736F;
  p = p * t + 0.254829592F;
  vec tail = 0.5F * p * t * vec_exp(-0.5F * size * size);
  return choose(x < 0, tail, 1.0F - tail);
}

INLINE vec activate(vec x, xy__activation activation) {
  switch (activation) {
    case XY__SILU: return x * logistic(x);
    case XY__GELU_ERF: return x * normal(x);
    case XY__GELU_TANH: /* tanh(u) = 2 logistic(2u) - 1 */
      return x * logistic(1.5957691216F * (x + 0.044715F * x * x * x));
    case XY__RELU: return larger(x, splat(0));
  }
  return x;
}

INLINE void gate_row(void *out, bool bf16, int64_t at, const float *x, int64_t n, xy__activation activation) {
  int64_t i = 0;
  for (; i + XY__LANES <= n; i += XY__LANES) {
    put(out, bf16, at + i, activate(load(x + i), activation) * load(x + n + i));
  }
  if (i < n) {
    vec up = load_part(x + n + i, n - i, 0);
    put_part(out, bf16, at + i, n - i, activate(load_part(x + i, n - i, 0), activation) * up);
  }
}

static void gate_rows(void *out, bool bf16, const float *x, int64_t rows, int64_t n, xy__activation activation) {
  for (int64_t r = 0; r < rows; r++) {
    if (activation == XY__SILU) { /* the usual one, without a choice inside the loop */
      gate_row(out, bf16, r * n, x + 2 * n * r, n, XY__SILU);
    } else {
      gate_row(out, bf16, r * n, x + 2 * n * r, n, activation);
    }
  }
}

static void activate_all(float *x, int64_t n, xy__activation activation) {
  int64_t i = 0;
  for (; i + XY__LANES <= n; i += XY__LANES) store(x + i, activate(load(x + i), activation));
  if (i < n) store_part(x + i, n - i, activate(load_part(x + i, n - i, 0), activation));
}

static float max_of(const float *x, int64_t n) {
  vec m = splat(-INFINITY);
  vec k = m;
  int64_t i = 0;
  for (; i + 2 * XY__LANES <= n; i += 2 * XY__LANES) {
    m = larger(load(x + i), m);
    k = larger(load(x + i + XY__LANES), k);
  }
  for (; i + XY__LANES <= n; i += XY__LANES) m = larger(load(x + i), m);
  if (i < n) m = larger(load_part(x + i, n - i, -INFINITY), m);
  return max_lanes(larger(m, k));
}

/* Lanes add up at most n / 16 numbers in fp32 before they go to the double sum. */
static double sum_exp(const float *x, int64_t n, float max) {
  vec a = {0};
  vec b = {0};
  int64_t i = 0;
  for (; i + 2 * XY__LANES <= n; i += 2 * XY__LANES) {
    a += vec_exp(load(x + i) - max);
    b += vec_exp(load(x + i + XY__LANES) - max);
  }
  for (; i + XY__LANES <= n; i += XY__LANES) a += vec_exp(load(x + i) - max);
  if (i < n) b += vec_exp(load_part(x + i, n - i, -INFINITY) - max);
  return sum_lanes_double(a + b);
}

static void fold(xy__lse *state, const float *logits, int64_t n, int32_t first_id) {
  float max = max_of(logits, n);
  if (max > state->max) {
    int64_t i = 0;
    while (i < n && logits[i] < max) i++;
    if (state->sum > 0) state->sum *= exp((double)state->max - (double)max);
    state->best = first_id + (int32_t)i;
    state->max = max;
  }
  state->sum += sum_exp(logits, n, state->max);
}

void XY_ISA(attend)(const xy__attention *a);
void XY_ISA(push)(float *keys, float *values, int64_t slot, const float *k, const float *v, int64_t head_size);
void XY_ISA(dots)(float *out, int64_t ldc, const float *x, int64_t ldx, int64_t m, const void *w, xy__dtype dtype,
                  int64_t n, int64_t k);
void XY_ISA(noise)(uint32_t *out, int64_t n, const xy__noise *noise);
int32_t XY_ISA(race)(const float *logits, const uint32_t *words, int64_t n, float max, int32_t start);

extern const xy__kernels XY_ISA(kernels);
const xy__kernels XY_ISA(kernels) = {
    .name = XY_ISA_TEXT,
    .exp = exp_all,
    .round = round_all,
    .norm = norm_rows,
    .add = add_all,
    .rotate = rotate_heads,
    .push = XY_ISA(push),
    .attend = XY_ISA(attend),
    .gate = gate_rows,
    .activate = activate_all,
    .dots = XY_ISA(dots),
    .fold = fold,
    .noise = XY_ISA(noise),
    .race = XY_ISA(race),
};
