/* Stored values as fp32: every float16 and bfloat16 there is, at odd addresses, and what is not finite is named. */
#include "model/model.h"
#include "support.h"

static xy__tensor tensor_of(xy__dtype dtype, const void *data, int64_t rows, int64_t columns) {
  return (xy__tensor){.name = "w",
                      .file = "f.safetensors",
                      .dtype = dtype,
                      .rank = 2,
                      .shape = {rows, columns},
                      .data = data,
                      .bytes = (size_t)(rows * columns) * (dtype == XY__F32 ? 4 : 2)};
}

/* By the definition of a binary float: sign, exponent and fraction of so many bits. */
static double by_definition(unsigned bits, int exponent_bits, int fraction_bits) {
  int field = (int)(bits >> fraction_bits) & ((1 << exponent_bits) - 1);
  int bias = (1 << (exponent_bits - 1)) - 1;
  double fraction = ldexp(bits & ((1U << fraction_bits) - 1), -fraction_bits);
  double value = field == 0 ? ldexp(fraction, 1 - bias) : ldexp(1 + fraction, field - bias);
  if (field == (1 << exponent_bits) - 1) value = fraction > 0 ? NAN : INFINITY;
  return bits >> (exponent_bits + fraction_bits) & 1 ? -value : value;
}

static void check_all(xy__dtype dtype, int exponent_bits, int fraction_bits) {
  static char bytes[2 * 65536 + 1];
  static float values[65536];
  for (unsigned i = 0; i < 65536; i++) {
    uint16_t half = (uint16_t)i;
    memcpy(bytes + 1 + 2 * (size_t)i, &half, 2); /* odd addresses */
  }
  xy__tensor tensor = tensor_of(dtype, bytes + 1, 256, 256);
  assert_false(xy__tensor_read(values, &tensor, 0, 65536));
  for (unsigned i = 0; i < 65536; i++) {
    double expected = by_definition(i, exponent_bits, fraction_bits);
    bool same =
        isnan(expected) ? isnan(values[i]) : (double)values[i] == expected && !signbit(values[i]) == !signbit(expected);
    if (!same) fail_msg("%#x: got %.9g, expected %.9g", i, (double)values[i], expected);
    float one;
    assert_int_equal(xy__tensor_read(&one, &tensor, i, 1), isfinite(expected) ? 1 : 0);
  }
}

static void reads_every_float16(void **state) {
  (void)state;
  check_all(XY__F16, 5, 10);
}

static void reads_every_bfloat16(void **state) {
  (void)state;
  check_all(XY__BF16, 8, 7);
}

static void reads_float32_from_the_middle(void **state) {
  (void)state;
  char bytes[6 * 4 + 3];
  const float stored[6] = {1, -2.5F, 3e-45F, 1e38F, -0.0F, 7};
  memcpy(bytes + 3, stored, sizeof stored);
  xy__tensor tensor = tensor_of(XY__F32, bytes + 3, 2, 3);
  float values[4];
  assert_true(xy__tensor_read(values, &tensor, 1, 4));
  assert_memory_equal(values, stored + 1, sizeof values);
  xy_error err;
  assert_ok(xy__tensor_check_finite(&tensor, &err), err);
}

static void names_the_place_of_what_is_not_finite(void **state) {
  (void)state;
  static float stored[100][200];
  xy_error err;
  xy__tensor tensor = tensor_of(XY__F32, stored, 100, 200);
  stored[73][19] = NAN;
  assert_fails(xy__tensor_check_finite(&tensor, &err), XY_ERR_NUMERIC, err,
               "f.safetensors: tensor w: expected finite values, found NaN at [73, 19]");
  stored[2][199] = -INFINITY;
  assert_fails(xy__tensor_check_finite(&tensor, &err), XY_ERR_NUMERIC, err, "found -infinity at [2, 199]");
  stored[0][0] = INFINITY;
  assert_fails(xy__tensor_check_finite(&tensor, &err), XY_ERR_NUMERIC, err, "found infinity at [0, 0]");
  tensor.rank = 0; /* a scalar has no place */
  tensor.bytes = 4;
  assert_fails(xy__tensor_check_finite(&tensor, &err), XY_ERR_NUMERIC, err, "found infinity at []");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(reads_every_float16), cmocka_unit_test(reads_every_bfloat16),
                                     cmocka_unit_test(reads_float32_from_the_middle),
                                     cmocka_unit_test(names_the_place_of_what_is_not_finite)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
