/* Every compilation of the kernels that this processor can run: a row has the same bits alone as among others. */
#include "draws.h"
#include "engine/kernels/kernels.h"

static void assert_bits(const void *got, const void *expected, size_t bytes, const char *kernel, const char *level) {
  if (memcmp(got, expected, bytes) != 0) fail_msg("%s, %s: a row has other bits alone", level, kernel);
}

static void dots_alone(const xy__kernels *k, int64_t m, int64_t n, int64_t size, xy__dtype dtype) {
  float *x = draws(21, m * size, 1);
  float *w = draws(22, n * size, 1);
  float *all = xy__array((size_t)(m * n), sizeof *all);
  uint16_t *halves = (uint16_t *)w;
  for (int64_t i = 0; i < n * size && dtype != XY__F32; i++) halves[i] &= 0xBFFF;
  k->dots(all, n, x, size, m, w, dtype, n, size);
  for (int64_t r = 0; r < m; r++) {
    float *alone = xy__array((size_t)n, sizeof *alone);
    k->dots(alone, n, x + r * size, size, 1, w, dtype, n, size);
    assert_bits(alone, all + r * n, (size_t)n * sizeof *alone, "dots", k->name);
    free(alone);
  }
  free(x);
  free(w);
  free(all);
}

/* Rows of a tree of two branches against each row with the path to it, in a stack that held something else. */
static void attend_alone(const xy__kernels *k, int64_t heads, int64_t head_size, int64_t window) {
  enum { chain = 37, rows = 60, fork = 11, slots = 48 };
  int64_t stride = (heads + 2) * head_size;
  int64_t width = heads * head_size;
  int64_t padded_size = (head_size + XY__LANES - 1) / XY__LANES * XY__LANES;
  float *qkv = draws(23, rows * stride, 2);
  float *out = xy__array((size_t)(rows * width), sizeof *out);
  float *alone = xy__array((size_t)width, sizeof *alone);
  float *keys = draws(24, slots * head_size, 9);
  float *values = draws(25, slots * padded_size, 9);
  float scores[slots];
  int32_t depth[rows];
  for (int32_t r = 0; r < rows; r++) depth[r] = r < chain ? r : r - chain + fork;
  xy__attention a = {.rows = rows,
                     .heads = heads,
                     .head_size = head_size,
                     .window = window,
                     .scale = 0.3F,
                     .depth = depth,
                     .q = qkv,
                     .k = qkv + width,
                     .v = qkv + width + head_size,
                     .stride = stride,
                     .keys = keys,
                     .values = values,
                     .scores = scores,
                     .out = out,
                     .out_stride = width};
  k->attend(&a);
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t i = 0; i < slots * head_size; i++) keys[i] = NAN;
    for (int64_t i = 0; i < slots * padded_size; i++) values[i] = NAN;
    for (int64_t d = 0; d < depth[r]; d++) {
      const float *kv = qkv + (r < chain || d < fork ? d : d + chain - fork) * stride + width;
      k->push(keys, values, d, kv, kv + head_size, head_size);
    }
    a.rows = 1;
    a.depth = depth + r;
    a.q = qkv + r * stride;
    a.k = a.q + width;
    a.v = a.k + head_size;
    a.out = alone;
    k->attend(&a);
    assert_bits(alone, out + r * width, (size_t)width * sizeof *out, "attend", k->name);
  }
  free(qkv);
  free(out);
  free(alone);
  free(keys);
  free(values);
}

static void norm_and_gate_alone(const xy__kernels *k, int64_t d) {
  enum { rows = 5 };
  float *x = draws(26, rows * 2 * d, 3);
  float *weight = draws(27, d, 1);
  float *all = xy__array((size_t)(rows * d), sizeof *all);
  float *alone = xy__array((size_t)d, sizeof *alone);
  xy__norm_values norm = {.weight = weight, .bias = weight, .eps = 1e-5};
  k->norm(all, false, x, rows, d, &norm);
  for (int64_t r = 0; r < rows; r++) {
    k->norm(alone, false, x + r * d, 1, d, &norm);
    assert_bits(alone, all + r * d, (size_t)d * sizeof *all, "norm", k->name);
  }
  k->gate(all, false, x, rows, d, XY__SILU);
  for (int64_t r = 0; r < rows; r++) {
    k->gate(alone, false, x + 2 * r * d, 1, d, XY__SILU);
    assert_bits(alone, all + r * d, (size_t)d * sizeof *all, "gate", k->name);
  }
  free(x);
  free(weight);
  free(all);
  free(alone);
}

static void a_row_has_the_same_bits_alone(void **state) {
  (void)state;
  static const int64_t sizes[] = {11, 48, 100, 765, 768};
  for (size_t n = 0; xy__kernels_at(n) != NULL; n++) {
    const xy__kernels *k = xy__kernels_at(n);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
      norm_and_gate_alone(k, sizes[i]);
      for (int64_t m = 1; m <= 9; m++) {
        for (int dtype = XY__F32; dtype <= XY__BF16; dtype++) dots_alone(k, m, 8, sizes[i], (xy__dtype)dtype);
        dots_alone(k, m, 7, sizes[i], XY__F32);
      }
    }
    for (int64_t head_size = 4; head_size <= 80; head_size += 19) {
      attend_alone(k, 2, head_size, 0);
      attend_alone(k, 1, head_size, 5);
    }
    attend_alone(k, 3, 64, 17);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_row_has_the_same_bits_alone)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
