/* Every compilation of the kernels that this processor can run against the naive twins. */
#include "engine/kernels/kernels.h"

#include "base/memory.h"
#include "draws.h"
#include "naive.h"
#include "support.h"

static float widened(uint16_t half) {
  uint32_t bits = (uint32_t)half << 16;
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static float value_at(const void *values, bool bf16, int64_t i) {
  return bf16 ? widened(((const uint16_t *)values)[i]) : ((const float *)values)[i];
}

/* bf16 results may fall on the other side of a rounding: one unit in the last of 8 places. */
static void assert_rows(const void *got, const void *expected, bool bf16, int64_t n, double absolute, double relative) {
  double slack = bf16 ? 0x1p-7 : 0;
  for (int64_t i = 0; i < n; i++) {
    assert_near((double)value_at(got, bf16, i), (double)value_at(expected, bf16, i), absolute, relative + slack);
  }
}

static void check_exp(const xy__kernels *k) {
  enum { n = 200003 };
  float *x = xy__array(n, sizeof *x);
  float *y = xy__array(n, sizeof *y);
  for (int i = 0; i < n; i++) x[i] = -87.0F + 175.0F * (float)i / (float)n;
  k->exp(y, x, n);
  double worst = 0;
  for (int i = 0; i < n; i++) {
    double relative = fabs((double)y[i] / exp((double)x[i]) - 1);
    assert_true(isfinite(relative));
    if (relative > worst) worst = relative;
  }
  print_message("# %s: exp is within %.3g\n", k->name, worst);
  assert_true(worst < 2e-7);
  const float special[] = {-INFINITY, -1000, 0, NAN};
  k->exp(y, special, 4);
  assert_true(y[0] >= 0 && y[0] < 1e-37F && y[1] < 1e-37F && y[2] == 1 && isnan(y[3]));
  free(x);
  free(y);
}

static void check_round(const xy__kernels *k) {
  enum { n = 1003 };
  float *x = draws(3, n, 100);
  const float ties[] = {1.00390625F, 1.01171875F, -1.00390625F, 0, INFINITY, -INFINITY, 3.3895314e38F};
  memcpy(x, ties, sizeof ties);
  uint16_t got[n];
  uint16_t expected[n];
  k->round(got, x, n);
  naive_kernels.round(expected, x, n);
  assert_memory_equal(got, expected, sizeof got);
  const float nan[] = {NAN};
  k->round(got, nan, 1);
  assert_true(isnan(widened(got[0])));
  free(x);
}

static void check_norm(const xy__kernels *k, int64_t d, bool rms, bool bias, bool bf16) {
  enum { rows = 3 };
  float *x = draws(5, rows * d, 3);
  float *weight = draws(6, d, 1);
  float *shift = draws(7, d, 1);
  float *got = xy__array((size_t)(rows * d), sizeof *got);
  float *expected = xy__array((size_t)(rows * d), sizeof *expected);
  for (int64_t i = 0; i < rows * d; i++) x[i] += 2;
  xy__norm_values norm = {.weight = weight, .bias = bias ? shift : NULL, .eps = 1e-5, .rms = rms};
  k->norm(got, bf16, x, rows, d, &norm);
  naive_kernels.norm(expected, bf16, x, rows, d, &norm);
  assert_rows(got, expected, bf16, rows * d, 2e-6, 2e-6);
  norm.weight = NULL;
  k->norm(got, bf16, x, rows, d, &norm);
  naive_kernels.norm(expected, bf16, x, rows, d, &norm);
  assert_rows(got, expected, bf16, rows * d, 0, 0);
  free(x);
  free(weight);
  free(shift);
  free(got);
  free(expected);
}

static void check_rotate(const xy__kernels *k, int64_t head_size, int64_t rotary) {
  enum { heads = 3 };
  float *x = draws(8, heads * head_size, 1);
  float *y = draws(8, heads * head_size, 1);
  float *c = draws(9, rotary, 1);
  float *s = draws(10, rotary, 1);
  k->rotate(x, heads, head_size, rotary, c, s);
  naive_kernels.rotate(y, heads, head_size, rotary, c, s);
  assert_rows(x, y, false, heads * head_size, 5e-7, 0);
  free(x);
  free(y);
  free(c);
  free(s);
}

static void check_gate(const xy__kernels *k, xy__activation activation, bool bf16) {
  enum { rows = 2, n = 1001 };
  float *x = draws(11, rows * 2 * n, 6);
  float got[rows * n];
  float expected[rows * n];
  x[0] = -100;
  x[1] = 100;
  x[2] = 0;
  k->gate(got, bf16, x, rows, n, activation);
  naive_kernels.gate(expected, bf16, x, rows, n, activation);
  assert_rows(got, expected, bf16, rows * n, 3e-6, 3e-6);
  free(x);
}

static void check_activate(const xy__kernels *k, xy__activation activation) {
  enum { n = 1001 };
  float *x = draws(16, n, 6);
  float expected[n];
  x[0] = -100;
  x[1] = 100;
  x[2] = 0;
  memcpy(expected, x, sizeof expected);
  k->activate(x, n, activation);
  naive_kernels.activate(expected, n, activation);
  assert_rows(x, expected, false, n, 3e-6, 3e-6);
  free(x);
}

/* Rows of x and out lie further apart than they are long. As 16 bits the weights are any values, below 2 or so. */
static void check_dots(const xy__kernels *k, int64_t m, int64_t n, int64_t size, xy__dtype dtype) {
  int64_t ldx = size + 3;
  int64_t ldc = n + 5;
  float *x = draws(17, m * ldx, 1);
  float *w = draws(18, n * size, 1);
  float *got = draws(19, m * ldc, 1);
  float *expected = draws(19, m * ldc, 1);
  uint16_t *halves = (uint16_t *)w;
  for (int64_t i = 0; i < n * size && dtype != XY__F32; i++) halves[i] &= 0xBFFF; /* the exponent's highest bit */
  k->dots(got, ldc, x, ldx, m, w, dtype, n, size);
  naive_kernels.dots(expected, ldc, x, ldx, m, w, dtype, n, size);
  assert_rows(got, expected, false, m * ldc, 1e-5, 1e-6);
  free(x);
  free(w);
  free(got);
  free(expected);
}

/* Every finite value of 16 bits, alone, and those that are not. */
static void check_widening(const xy__kernels *k, xy__dtype dtype) {
  const float one = 1;
  for (int bits = 0; bits < 1 << 16; bits++) {
    uint16_t half = (uint16_t)bits;
    float got, expected;
    k->dots(&got, 1, &one, 1, 1, &half, dtype, 1, 1);
    naive_kernels.dots(&expected, 1, &one, 1, 1, &half, dtype, 1, 1);
    assert_true(got == expected || (!isfinite(expected) && !isfinite(got)));
  }
}

static void check_fold(const xy__kernels *k) {
  enum { n = 5003 };
  static const int64_t widths[] = {1, 15, 16, 33, 700, 5003};
  float *x = draws(12, n, 30);
  x[77] = x[4003] = 31; /* the largest, twice: the first one counts */
  xy__lse expected = XY__LSE_START;
  naive_kernels.fold(&expected, x, n, 0);
  for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
    xy__lse got = XY__LSE_START;
    for (int64_t i = 0; i < n; i += widths[w]) {
      k->fold(&got, x + i, n - i < widths[w] ? n - i : widths[w], (int32_t)i);
    }
    assert_int_equal(got.best, 77);
    assert_int_equal(expected.best, 77);
    assert_true(got.max == 31);
    assert_near(log(got.sum), log(expected.sum), 3e-7, 0);
  }
  x[50] = NAN;
  xy__lse got = XY__LSE_START;
  k->fold(&got, x, n, 0);
  assert_true(isnan(got.sum));
  free(x);
}

/* Rows that walk a tree: a chain to `deep`, then siblings at random depths, above a path that is there already. */
static void check_attend(const xy__kernels *k, int64_t heads, int64_t head_size, int64_t window, int64_t deep,
                         bool bf16, bool some) {
  int64_t rows = deep + 40;
  int64_t above = deep / 3;
  int64_t slots = above + deep + 16;
  int64_t stride = (heads + 2) * head_size;
  int64_t padded_size = (head_size + XY__LANES - 1) / XY__LANES * XY__LANES;
  slots = (slots + XY__LANES - 1) / XY__LANES * XY__LANES;
  float *qkv = draws(13, rows * stride, 2);
  float *path = draws(14, above * 2 * head_size, 2);
  int32_t *depth = xy__array((size_t)rows, sizeof *depth);
  unsigned char *wants = xy__array((size_t)rows, 1);
  uint64_t seed = 15;
  int64_t wanted = 0;
  for (int64_t r = 0; r < rows; r++) {
    int32_t jump = (int32_t)((draw(&seed) + 1) / 2 * (float)deep);
    depth[r] = r < deep ? (int32_t)(above + r) : (int32_t)above + jump;
    if (r > deep && depth[r] > depth[r - 1] + 1) depth[r] = depth[r - 1] + 1;
    wants[r] = r % 3 != 1;
    wanted += wants[r];
  }
  float *out[2];
  for (int i = 0; i < 2; i++) {
    const xy__kernels *set = i == 0 ? k : &naive_kernels;
    out[i] = xy__array((size_t)(rows * heads * head_size), sizeof(float));
    float *keys = xy__aligned((size_t)(slots * head_size) * sizeof(float));
    float *values = xy__aligned((size_t)(slots * padded_size) * sizeof(float));
    float *scores = xy__aligned((size_t)slots * sizeof(float));
    for (int64_t d = 0; d < above; d++) {
      set->push(keys, values, d, path + d * head_size, path + (above + d) * head_size, head_size);
    }
    xy__attention a = {.rows = rows,
                       .heads = heads,
                       .head_size = head_size,
                       .window = window,
                       .scale = 0.3F,
                       .depth = depth,
                       .wants = some ? wants : NULL,
                       .q = qkv,
                       .k = qkv + heads * head_size,
                       .v = qkv + (heads + 1) * head_size,
                       .stride = stride,
                       .keys = keys,
                       .values = values,
                       .scores = scores,
                       .out = out[i],
                       .out_stride = heads * head_size,
                       .bf16 = bf16};
    set->attend(&a);
    free(keys);
    free(values);
    free(scores);
  }
  assert_rows(out[0], out[1], bf16, (some ? wanted : rows) * heads * head_size, 3e-6, 3e-6);
  free(out[0]);
  free(out[1]);
  free(qkv);
  free(path);
  free(depth);
  free(wants);
}

static void check_all(const xy__kernels *k) {
  static const int64_t sizes[] = {1, 15, 16, 48, 100, 768};
  check_exp(k);
  check_round(k);
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    for (int bits = 0; bits < 8; bits++) check_norm(k, sizes[i], (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);
  }
  check_rotate(k, 16, 4);
  check_rotate(k, 64, 64);
  check_rotate(k, 80, 20);
  for (int a = XY__GELU_ERF; a <= XY__RELU; a++) {
    check_gate(k, (xy__activation)a, false);
    check_gate(k, (xy__activation)a, true);
  }
  for (int a = XY__GELU_ERF; a <= XY__RELU; a++) check_activate(k, (xy__activation)a);
  for (int dtype = XY__F32; dtype <= XY__BF16; dtype++) {
    for (int64_t m = 1; m <= 9; m++) check_dots(k, m, 12 - m, 768, (xy__dtype)dtype);
    check_dots(k, 5, 7, 11, (xy__dtype)dtype);
    check_dots(k, 32, 8, 99, (xy__dtype)dtype);
    if (dtype != XY__F32) check_widening(k, (xy__dtype)dtype);
  }
  check_fold(k);
  check_attend(k, 1, 64, 0, 20, false, false);
  check_attend(k, 4, 16, 0, 9, true, false);
  check_attend(k, 2, 80, 0, 100, false, true);
  check_attend(k, 3, 24, 16, 70, false, true);
  check_attend(k, 1, 5, 1, 10, false, false);
  check_attend(k, 1, 128, 0, 700, false, false);
}

static void every_level_equals_the_naive_twins(void **state) {
  (void)state;
  size_t n = 0;
  for (; xy__kernels_at(n) != NULL; n++) {
    print_message("# level %s\n", xy__kernels_at(n)->name);
    check_all(xy__kernels_at(n));
  }
  assert_true(n >= 1);
  assert_ptr_equal(xy__kernels_best(), xy__kernels_at(n - 1));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_level_equals_the_naive_twins)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
