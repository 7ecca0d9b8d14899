/* Twins of the fast kernels (src/engine/kernels/kernels.h) that tests compare them with: one value after the other,
 * in double.
 */
#ifndef XY_TESTS_NAIVE_H
#define XY_TESTS_NAIVE_H

#include <math.h>
#include <string.h>

#include "engine/kernels/kernels.h"

static void put_value(void *out, bool bf16, int64_t i, double value) {
  float x = (float)value;
  if (!bf16) {
    ((float *)out)[i] = x;
    return;
  }
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  uint32_t low = bits & 0xFFFF;
  uint32_t high = bits >> 16;
  if (low > 0x8000 || (low == 0x8000 && (high & 1) != 0)) high++;
  ((uint16_t *)out)[i] = (uint16_t)high;
}

static void naive_exp(float *out, const float *x, int64_t n) {
  for (int64_t i = 0; i < n; i++) out[i] = (float)exp((double)x[i]);
}

static void naive_round(uint16_t *out, const float *x, int64_t n) {
  for (int64_t i = 0; i < n; i++) put_value(out, true, i, (double)x[i]);
}

static void naive_norm(void *out, bool bf16, const float *x, int64_t rows, int64_t d, const xy__norm_values *norm) {
  for (int64_t r = 0; r < rows; r++, x += d) {
    double mean = 0;
    double square = 0;
    for (int64_t i = 0; i < d; i++) mean += (double)x[i] / (double)d;
    if (norm->rms) mean = 0;
    for (int64_t i = 0; i < d; i++) square += ((double)x[i] - mean) * ((double)x[i] - mean) / (double)d;
    for (int64_t i = 0; i < d; i++) {
      double y = ((double)x[i] - mean) / sqrt(square + norm->eps);
      if (norm->weight != NULL) y *= (double)norm->weight[i];
      if (norm->weight != NULL && norm->bias != NULL) y += (double)norm->bias[i];
      put_value(out, bf16, r * d + i, norm->weight != NULL ? y : (double)x[i]);
    }
  }
}

static void naive_add(float *out, const float *x, int64_t n) {
  for (int64_t i = 0; i < n; i++) out[i] += x[i];
}

static void naive_rotate(float *x, int64_t heads, int64_t head_size, int64_t rotary, const float *cosines,
                         const float *sines) {
  for (int64_t h = 0; h < heads; h++, x += head_size) {
    for (int64_t i = 0; i < rotary / 2; i++) {
      double a = (double)x[i];
      double b = (double)x[i + rotary / 2];
      x[i] = (float)(a * (double)cosines[i] - b * (double)sines[i]);
      x[i + rotary / 2] = (float)(b * (double)cosines[i] + a * (double)sines[i]);
    }
  }
}

static int64_t padded(int64_t n) { return (n + XY__LANES - 1) / XY__LANES * XY__LANES; }

static float *key_at(float *keys, int64_t slot, int64_t i, int64_t head_size) {
  return keys + (slot / XY__LANES * head_size + i) * XY__LANES + slot % XY__LANES;
}

static void naive_push(float *keys, float *values, int64_t slot, const float *k, const float *v, int64_t head_size) {
  for (int64_t i = 0; i < head_size; i++) {
    *key_at(keys, slot, i, head_size) = k[i];
    values[slot * padded(head_size) + i] = v[i];
  }
}

static double score(const xy__attention *a, const float *q, int64_t slot) {
  double sum = 0;
  for (int64_t i = 0; i < a->head_size; i++) sum += (double)q[i] * (double)*key_at(a->keys, slot, i, a->head_size);
  return sum * (double)a->scale;
}

static void naive_attend(const xy__attention *a) {
  int64_t wanted = 0;
  for (int64_t r = 0; r < a->rows; r++) {
    int64_t last = a->depth[r];
    naive_push(a->keys, a->values, last, a->k + r * a->stride, a->v + r * a->stride, a->head_size);
    if (a->wants != NULL && !a->wants[r]) continue;
    int64_t first = 0;
    while (a->window > 0 && last - first >= a->window) first++;
    for (int64_t h = 0; h < a->heads; h++) {
      const float *q = a->q + r * a->stride + h * a->head_size;
      double max = -INFINITY;
      double sum = 0;
      for (int64_t slot = first; slot <= last; slot++) max = fmax(max, score(a, q, slot));
      for (int64_t slot = first; slot <= last; slot++) {
        a->scores[slot] = (float)exp(score(a, q, slot) - max);
        sum += (double)a->scores[slot];
      }
      for (int64_t i = 0; i < a->head_size; i++) {
        double y = 0;
        for (int64_t slot = first; slot <= last; slot++) {
          y += (double)a->scores[slot] / sum * (double)a->values[slot * padded(a->head_size) + i];
        }
        put_value(a->out, a->bf16, wanted * a->out_stride + h * a->head_size + i, y);
      }
    }
    wanted++;
  }
}

static double activated(double x, xy__activation activation) {
  switch (activation) {
    case XY__SILU: return x / (1 + exp(-x));
    case XY__GELU_ERF: return 0.5 * x * erfc(-x / sqrt(2));
    case XY__GELU_TANH: return 0.5 * x * (1 + tanh(0.79788456080286535588 * (x + 0.044715 * x * x * x)));
    case XY__RELU: return x > 0 ? x : 0;
  }
  return x;
}

static void naive_gate(void *out, bool bf16, const float *x, int64_t rows, int64_t n, xy__activation activation) {
  for (int64_t r = 0; r < rows; r++, x += 2 * n) {
    for (int64_t i = 0; i < n; i++) {
      put_value(out, bf16, r * n + i, activated((double)x[i], activation) * (double)x[n + i]);
    }
  }
}

static void naive_activate(float *x, int64_t n, xy__activation activation) {
  for (int64_t i = 0; i < n; i++) x[i] = (float)activated((double)x[i], activation);
}

static double naive_weight(const void *w, xy__dtype dtype, int64_t i) {
  if (dtype == XY__F32) return (double)((const float *)w)[i];
  uint32_t half = ((const uint16_t *)w)[i];
  int exponent_bits = dtype == XY__F16 ? 5 : 8;
  int fraction_bits = 15 - exponent_bits;
  int most = (1 << exponent_bits) - 1;
  int exponent = (int)(half >> fraction_bits) & most;
  double fraction = ldexp(half & ((1u << fraction_bits) - 1), -fraction_bits);
  double sign = half >> 15 != 0 ? -1 : 1;
  if (exponent == most) return fraction > 0 ? (double)NAN : sign * (double)INFINITY;
  return sign * ldexp(exponent > 0 ? 1 + fraction : 2 * fraction, exponent - most / 2);
}

static void naive_dots(float *out, int64_t ldc, const float *x, int64_t ldx, int64_t m, const void *w, xy__dtype dtype,
                       int64_t n, int64_t k) {
  for (int64_t r = 0; r < m; r++) {
    for (int64_t c = 0; c < n; c++) {
      double sum = 0;
      for (int64_t i = 0; i < k; i++) sum += (double)x[r * ldx + i] * naive_weight(w, dtype, c * k + i);
      out[r * ldc + c] = (float)sum;
    }
  }
}

static void naive_fold(xy__lse *state, const float *logits, int64_t n, int32_t first_id) {
  for (int64_t i = 0; i < n; i++) {
    if (logits[i] > state->max) {
      state->sum *= state->sum > 0 ? exp((double)state->max - (double)logits[i]) : 0;
      state->max = logits[i];
      state->best = first_id + (int32_t)i;
    }
    state->sum += exp((double)logits[i] - (double)state->max);
  }
}

static const xy__kernels naive_kernels = {
    .name = "naive",
    .exp = naive_exp,
    .round = naive_round,
    .norm = naive_norm,
    .add = naive_add,
    .rotate = naive_rotate,
    .push = naive_push,
    .attend = naive_attend,
    .gate = naive_gate,
    .activate = naive_activate,
    .dots = naive_dots,
    .fold = naive_fold,
};

#endif
