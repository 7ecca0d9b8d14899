/* Products of a few rows with weights where they stand in the mapped file, fp32, bf16 or f16 (pass/mapped.c).
 *
 * A tile of up to 4 rows by 4 columns stays in registers while their common index runs. The first rows bring the
 * weights from memory, and ask for those of the next columns, which lie right behind them; the others find them in the
 * nearest cache. Narrow weights are widened in registers, exactly; NaN and infinity stay what they are.
 */
#include "engine/kernels/isa.h"
#include "engine/kernels/vector.h"

void XY_ISA(dots)(float *out, int64_t ldc, const float *x, int64_t ldx, int64_t m, const void *w, xy__dtype dtype,
                  int64_t n, int64_t k);

#ifdef __AVX512F__
INLINE vec widen_f16(hvec half) { return (vec)_mm512_cvtph_ps((__m256i)half); }
INLINE vec widen_bf16(hvec half) { return (vec)_mm512_slli_epi32(_mm512_cvtepu16_epi32((__m256i)half), 16); }
#else
INLINE vec widen_bf16(hvec half) { return (vec)(__builtin_convertvector(half, uvec) << 16); }
/* As values.c has it: exponent and fraction are moved to their places in a float, then the scale is mended. */
INLINE vec widen_f16(hvec half) {
  uvec bits = __builtin_convertvector(half, uvec);
  vec scaled = (vec)((bits & 0x7FFFu) << 13) * 0x1p112f;
  uvec special = (uvec)((bits & 0x7C00u) == 0x7C00u) & 0x7F800000u;
  return (vec)((uvec)scaled | special | (bits & 0x8000u) << 16);
}
#endif

/* n <= 16 weights from element i on, then zeros. */
INLINE vec load_weights(const char *w, int64_t i, int64_t n, xy__dtype dtype) {
  if (dtype == XY__F32) {
    vec v = {0};
    memcpy(&v, w + 4 * i, (size_t)n * 4);
    return v;
  }
  hvec half = {0};
  memcpy(&half, w + 2 * i, (size_t)n * 2);
  return dtype == XY__F16 ? widen_f16(half) : widen_bf16(half);
}

/* All but pointers and k are known to the compiler. */
INLINE void tile(float *out, int64_t ldc, const float *x, int64_t ldx, const char *w, int64_t k, int rows, int columns,
                 xy__dtype dtype, bool ahead) {
  int64_t size = xy__dtype_bytes(dtype);
  vec sums[4][4] = {0};
  vec a[4];
  int64_t i = 0;
  for (; i + XY__LANES <= k; i += XY__LANES) {
#pragma GCC unroll 4 /* here and below, so that sums stay in registers */
    for (int c = 0; ahead && c < columns; c++) __builtin_prefetch(w + ((columns + c) * k + i) * size);
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++) a[r] = load(x + r * ldx + i);
#pragma GCC unroll 4
    for (int c = 0; c < columns; c++) {
      vec b = load_weights(w, c * k + i, XY__LANES, dtype);
#pragma GCC unroll 4
      for (int r = 0; r < rows; r++) sums[r][c] = multiply_add(a[r], b, sums[r][c]);
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < rows; r++) {
#pragma GCC unroll 4
    for (int c = 0; c < columns; c++) {
      vec sum = sums[r][c];
      if (i < k) {
        vec rest = load_weights(w, c * k + i, k - i, dtype);
        sum = multiply_add(load_part(x + r * ldx + i, k - i, 0), rest, sum);
      }
      out[r * ldc + c] = sum_lanes(sum);
    }
  }
}

INLINE void columns_of(float *out, int64_t ldc, const float *x, int64_t ldx, int64_t m, const char *w, int64_t k,
                       int columns, xy__dtype dtype) {
  int64_t r = 0;
  for (; r + 4 <= m; r += 4) tile(out + r * ldc, ldc, x + r * ldx, ldx, w, k, 4, columns, dtype, r == 0);
  if (m - r == 3) tile(out + r * ldc, ldc, x + r * ldx, ldx, w, k, 3, columns, dtype, r == 0);
  if (m - r == 2) tile(out + r * ldc, ldc, x + r * ldx, ldx, w, k, 2, columns, dtype, r == 0);
  if (m - r == 1) tile(out + r * ldc, ldc, x + r * ldx, ldx, w, k, 1, columns, dtype, r == 0);
}

INLINE void dots_of(float *out, int64_t ldc, const float *x, int64_t ldx, int64_t m, const char *w, int64_t n,
                    int64_t k, xy__dtype dtype) {
  int64_t size = xy__dtype_bytes(dtype);
  int64_t c = 0;
  for (; c + 4 <= n; c += 4) columns_of(out + c, ldc, x, ldx, m, w + c * k * size, k, 4, dtype);
  for (; c < n; c++) columns_of(out + c, ldc, x, ldx, m, w + c * k * size, k, 1, dtype);
}

void XY_ISA(dots)(float *out, int64_t ldc, const float *x, int64_t ldx, int64_t m, const void *w, xy__dtype dtype,
                  int64_t n, int64_t k) {
  if (dtype == XY__F32) dots_of(out, ldc, x, ldx, m, w, n, k, XY__F32);
  if (dtype == XY__BF16) dots_of(out, ldc, x, ldx, m, w, n, k, XY__BF16);
  if (dtype == XY__F16) dots_of(out, ldc, x, ldx, m, w, n, k, XY__F16);
}
