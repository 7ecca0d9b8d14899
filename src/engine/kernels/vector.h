/* Sixteen floats as one value, in GNU C vector extensions: the compiler makes one AVX-512, two AVX2 or four SSE2 or
 * NEON registers of it. Everything is static inline, since the kernels are compiled for several levels.
 */
#ifndef XY_ENGINE_VECTOR_H
#define XY_ENGINE_VECTOR_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "engine/kernels/kernels.h"

#if defined(__FMA__) || defined(__AVX512F__)
#include <immintrin.h>
#endif

typedef float vec __attribute__((vector_size(64)));
typedef float vec8 __attribute__((vector_size(32)));
typedef float vec4 __attribute__((vector_size(16)));
typedef int32_t ivec __attribute__((vector_size(64)));
typedef uint32_t uvec __attribute__((vector_size(64)));
typedef uint16_t hvec __attribute__((vector_size(32)));

#define INLINE static inline __attribute__((always_inline))

INLINE vec load(const float *x) {
  vec v;
  memcpy(&v, x, sizeof v);
  return v;
}

INLINE void store(float *x, vec v) { memcpy(x, &v, sizeof v); }

/* n < 16 values, then `fill`. */
INLINE vec load_part(const float *x, int64_t n, float fill) {
  float part[XY__LANES];
  for (int i = 0; i < XY__LANES; i++) part[i] = fill;
  memcpy(part, x, (size_t)n * sizeof *x);
  return load(part);
}

INLINE void store_part(float *x, int64_t n, vec v) { memcpy(x, &v, (size_t)n * sizeof *x); }

INLINE vec8 half_of(vec v, int upper) {
  vec8 low = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7);
  return upper == 0 ? low : __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
}

/* a * b + c, rounded once where the processor can: which of several compilations of a loop a compiler contracts by
 * itself is its own choice, and differs between them. */
INLINE vec multiply_add(vec a, vec b, vec c) {
#if defined(__AVX512F__)
  return (vec)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__FMA__)
  __m256 low = _mm256_fmadd_ps((__m256)half_of(a, 0), (__m256)half_of(b, 0), (__m256)half_of(c, 0));
  __m256 high = _mm256_fmadd_ps((__m256)half_of(a, 1), (__m256)half_of(b, 1), (__m256)half_of(c, 1));
  return __builtin_shufflevector((vec8)low, (vec8)high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#else
  return a * b + c;
#endif
}

INLINE vec splat(float x) { return x - (vec){0}; }

INLINE vec choose(ivec mask, vec yes, vec no) { return (vec)(((ivec)yes & mask) | ((ivec)no & ~mask)); }

/* The larger; NaN in `a` stays. */
INLINE vec larger(vec a, vec b) { return choose(a < b, b, a); }

INLINE vec smaller(vec a, vec b) { return choose(a > b, b, a); }

/* Halves are added to each other until one number is left. */
INLINE float sum_lanes(vec v) {
  vec8 eight = half_of(v, 0) + half_of(v, 1);
  vec4 four = __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
  return (four[0] + four[2]) + (four[1] + four[3]);
}

INLINE double sum_lanes_double(vec v) {
  double sum = 0;
  for (int i = 0; i < XY__LANES; i++) sum += (double)v[i];
  return sum;
}

INLINE float max_lanes(vec v) {
  float x[XY__LANES];
  store(x, v);
  for (int width = XY__LANES / 2; width > 0; width /= 2) {
    for (int i = 0; i < width; i++) x[i] = x[i] < x[i + width] ? x[i + width] : x[i];
  }
  return x[0];
}

/* bfloat16 is a float's upper half: half a unit is added, just less than half where the last kept bit is even. */
INLINE hvec to_bf16(vec v) {
  uvec bits = (uvec)v;
  return __builtin_convertvector((bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16, hvec);
}

/* One vector of a row at element i: fp32 or bf16. */
INLINE void put(void *out, bool bf16, int64_t i, vec v) {
  if (bf16) {
    hvec half = to_bf16(v);
    memcpy((uint16_t *)out + i, &half, sizeof half);
  } else {
    store((float *)out + i, v);
  }
}

INLINE void put_part(void *out, bool bf16, int64_t i, int64_t n, vec v) {
  if (bf16) {
    hvec half = to_bf16(v);
    memcpy((uint16_t *)out + i, &half, (size_t)n * sizeof(uint16_t));
  } else {
    store_part((float *)out + i, n, v);
  }
}

/* exp: with n the integer nearest to x / ln 2 and r = x - n ln 2 (ln 2 in two parts, the first of few bits, so that
 * n ln 2 is exact), exp(x) = 2^n exp(r), |r| <= 0.3466. The polynomial is Taylor's to r^7, whose remainder there is
 * below 6e-9; rounding dominates. n comes from adding 1.5 * 2^23, which leaves it in the low bits. Below -87.3 the
 * result is that of -87.3 (1.2e-38): nothing beside a sum that is at least 1. NaN stays NaN. */
INLINE vec vec_exp(vec x) {
  const float magic = 12582912.0F;
  x = smaller(larger(x, splat(-87.3F)), splat(88.0F));
  vec shifted = x * 1.44269504F + magic;
  vec n = shifted - magic;
  vec r = (x - n * 0.693359375F) + n * 2.12194440e-4F;
  vec p = r * 1.98412698e-4F + 1.38888889e-3F;
  p = p * r + 8.33333333e-3F;
  p = p * r + 4.16666667e-2F;
  p = p * r + 1.66666667e-1F;
  p = p * r + 0.5F;
  p = p * (r * r) + r + 1.0F;
  uvec power = ((uvec)shifted + 127u) << 23;
  return p * (vec)power;
}

#endif
