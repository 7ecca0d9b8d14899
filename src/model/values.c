/* Values of mapped tensors as fp32 (model.h).
 *
 * bfloat16 is the upper half of a float. float16 is widened without branches: its exponent and fraction are moved to
 * their places in a float, which is then 2^112 times too small (the biases are 15 and 127); multiplying mends that
 * exactly, subnormals included. A value is NaN or infinite exactly when its exponent field is all ones, and then
 * adding one to the field carries into the sign bit: or-ing those sums tells in one pass, without branches, whether
 * any value was bad.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/model.h"

static const uint32_t exponent_field = 0x7F800000u;
static const uint32_t exponent_one = 0x00800000u;

static inline float float_of(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline uint32_t bits_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline uint32_t bits_of_f16(uint16_t half) {
  float scaled = float_of((uint32_t)(half & 0x7FFF) << 13) * 0x1p112f;
  uint32_t special = (half & 0x7C00) == 0x7C00 ? exponent_field : 0; /* 31 in the field became 143: make it 255 */
  return bits_of(scaled) | special | (uint32_t)(half & 0x8000) << 16;
}

static inline uint32_t carry(uint32_t bits) { return (bits & exponent_field) + exponent_one; }

static uint32_t read_f32(float *restrict out, const char *restrict in, size_t n) {
  uint32_t carries = 0;
  for (size_t i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, in + 4 * i, sizeof bits);
    carries |= carry(bits);
    out[i] = float_of(bits);
  }
  return carries;
}

static uint32_t read_bf16(float *restrict out, const char *restrict in, size_t n) {
  uint32_t carries = 0;
  for (size_t i = 0; i < n; i++) {
    uint16_t half;
    memcpy(&half, in + 2 * i, sizeof half);
    uint32_t bits = (uint32_t)half << 16;
    carries |= carry(bits);
    out[i] = float_of(bits);
  }
  return carries;
}

static uint32_t read_f16(float *restrict out, const char *restrict in, size_t n) {
  uint32_t carries = 0;
  for (size_t i = 0; i < n; i++) {
    uint16_t half;
    memcpy(&half, in + 2 * i, sizeof half);
    uint32_t bits = bits_of_f16(half);
    carries |= carry(bits);
    out[i] = float_of(bits);
  }
  return carries;
}

bool xy__tensor_read(float *out, const xy__tensor *tensor, int64_t first, int64_t n) {
  const char *in = tensor->data;
  size_t count = (size_t)n;
  uint32_t carries = tensor->dtype == XY__F32   ? read_f32(out, in + 4 * first, count)
                     : tensor->dtype == XY__F16 ? read_f16(out, in + 2 * first, count)
                                                : read_bf16(out, in + 2 * first, count);
  return carries >> 31 == 0;
}

static int fail_at(const xy__tensor *tensor, int64_t element, float value, xy_error *err) {
  char place[128] = "";
  size_t used = 0;
  int64_t stride = 1;
  for (int d = 0; d < tensor->rank; d++) stride *= tensor->shape[d];
  for (int d = 0; d < tensor->rank; d++) {
    stride /= tensor->shape[d];
    used += (size_t)snprintf(place + used, sizeof place - used, "%s%lld", d > 0 ? ", " : "",
                             (long long)(element / stride % tensor->shape[d]));
  }
  return xy__fail(err, XY_ERR_NUMERIC, "%s: tensor %s: expected finite values, found %s at [%s]", tensor->file,
                  tensor->name,
                  isnan(value) ? "NaN"
                  : value > 0  ? "infinity"
                               : "-infinity",
                  place);
}

int xy__tensor_check_part(const xy__tensor *tensor, int64_t first, int64_t n, xy_error *err) {
  enum { most = 4096 };
  float values[most];
  for (int64_t end = first + n; first < end; first += most) {
    int64_t some = end - first < most ? end - first : most;
    if (xy__tensor_read(values, tensor, first, some)) continue;
    for (int64_t i = 0; i < some; i++) {
      if (!isfinite(values[i])) return fail_at(tensor, first + i, values[i], err);
    }
  }
  return XY_OK;
}

int xy__tensor_check_finite(const xy__tensor *tensor, xy_error *err) {
  return xy__tensor_check_part(tensor, 0, (int64_t)tensor->bytes / xy__dtype_bytes(tensor->dtype), err);
}
