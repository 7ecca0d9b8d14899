/* Tree attention over the stack of the current path: kernels.h. Softmax is exact, its maximum subtracted. */
#include "engine/kernels/isa.h"
#include "engine/kernels/vector.h"

void XY_ISA(attend)(const xy__attention *a);
void XY_ISA(push)(float *keys, float *values, int64_t slot, const float *k, const float *v, int64_t head_size);

INLINE int64_t rounded(int64_t n) { return (n + XY__LANES - 1) / XY__LANES * XY__LANES; }

void XY_ISA(push)(float *keys, float *values, int64_t slot, const float *k, const float *v, int64_t head_size) {
  float *column = keys + slot / XY__LANES * XY__LANES * head_size + slot % XY__LANES;
  for (int64_t i = 0; i < head_size; i++) column[i * XY__LANES] = k[i];
  memcpy(values + slot * rounded(head_size), v, (size_t)head_size * sizeof *v);
}

/* Where a group of 16 slots stands. */
INLINE float *keys_of(const xy__attention *a, int64_t group) {
  return a->pages != NULL ? a->pages[group] + a->page_at : a->keys + group * XY__LANES * a->head_size;
}

INLINE float *values_of(const xy__attention *a, int64_t group) {
  return a->pages != NULL ? a->pages[group] + a->page_at + XY__LANES * a->head_size
                          : a->values + group * XY__LANES * rounded(a->head_size);
}

/* q·k for one group of 16 slots. Four partial sums, so that additions need not wait for one another. */
INLINE vec group_scores(const float *q, const float *keys, int64_t head_size) {
  vec s0 = {0};
  vec s1 = {0};
  vec s2 = {0};
  vec s3 = {0};
  int64_t i = 0;
  for (; i + 4 <= head_size; i += 4) {
    const float *at = keys + i * XY__LANES;
    s0 += q[i] * load(at);
    s1 += q[i + 1] * load(at + XY__LANES);
    s2 += q[i + 2] * load(at + 2 * (ptrdiff_t)XY__LANES);
    s3 += q[i + 3] * load(at + 3 * (ptrdiff_t)XY__LANES);
  }
  for (; i < head_size; i++) s0 += q[i] * load(keys + i * XY__LANES);
  return (s0 + s1) + (s2 + s3);
}

/* scores[group * 16 ..] = softmax weights, not yet divided by their sum, which is returned. */
INLINE float weigh(float *scores, const float *q, const xy__attention *a, int64_t first, int64_t last) {
  const ivec lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const vec never = splat(-INFINITY);
  int64_t begin = first / XY__LANES;
  int64_t end = last / XY__LANES;
  vec max = never;
  for (int64_t group = begin; group <= end; group++) {
    vec s = a->scale * group_scores(q, keys_of(a, group), a->head_size);
    if (group == begin || group == end) {
      ivec slot = lane + (int32_t)(group * XY__LANES);
      s = choose((slot < (int32_t)first) | (slot > (int32_t)last), never, s);
    }
    store(scores + group * XY__LANES, s);
    max = larger(s, max);
  }
  float top = max_lanes(max);
  vec sum = {0};
  for (int64_t group = begin; group <= end; group++) {
    vec e = vec_exp(load(scores + group * XY__LANES) - top);
    store(scores + group * XY__LANES, e);
    sum += e;
  }
  return sum_lanes(sum);
}

/* Weighted sum of values over slots; `width` vectors of each, starting at column. */
INLINE void mix(void *out, bool bf16, int64_t at, const float *scores, const xy__attention *a, int64_t first,
                int64_t last, float factor, int64_t column, int width) {
  int64_t padded = rounded(a->head_size);
  vec sum[4] = {{0}, {0}, {0}, {0}};
  for (int64_t group = first / XY__LANES; group <= last / XY__LANES; group++) {
    int64_t from = group * XY__LANES < first ? first : group * XY__LANES;
    int64_t to = (group + 1) * XY__LANES - 1 < last ? (group + 1) * XY__LANES - 1 : last;
    const float *values = values_of(a, group) + from % XY__LANES * padded + column;
    for (int64_t slot = from; slot <= to; slot++, values += padded) {
      for (int i = 0; i < width; i++) sum[i] += scores[slot] * load(values + (ptrdiff_t)i * XY__LANES);
    }
  }
  for (int i = 0; i < width; i++) {
    int64_t left = a->head_size - column - (int64_t)i * XY__LANES;
    int64_t place = at + column + (int64_t)i * XY__LANES;
    if (left >= XY__LANES) {
      put(out, bf16, place, sum[i] * factor);
    } else {
      put_part(out, bf16, place, left, sum[i] * factor);
    }
  }
}

INLINE void attend_head(void *out, int64_t at, const float *q, const xy__attention *a, int64_t first, int64_t last) {
  float factor = 1.0F / weigh(a->scores, q, a, first, last);
  int64_t column = 0;
  for (; column + 4 * XY__LANES <= a->head_size; column += 4 * XY__LANES) {
    mix(out, a->bf16, at, a->scores, a, first, last, factor, column, 4);
  }
  for (; column < a->head_size; column += XY__LANES) {
    mix(out, a->bf16, at, a->scores, a, first, last, factor, column, 1);
  }
}

void XY_ISA(attend)(const xy__attention *a) {
  int64_t at = 0;
  for (int64_t r = 0; r < a->rows; r++) {
    int64_t slot = a->depth[r];
    int64_t group = slot / XY__LANES;
    XY_ISA(push)
    (keys_of(a, group), values_of(a, group), slot % XY__LANES, a->k + r * a->stride, a->v + r * a->stride,
     a->head_size);
    if (a->wants != NULL && !a->wants[r]) continue;
    int64_t first = a->window > 0 && slot >= a->window ? slot - a->window + 1 : 0;
    for (int64_t h = 0; h < a->heads; h++) {
      attend_head(a->out, at + h * a->head_size, a->q + r * a->stride + h * a->head_size, a, first, slot);
    }
    at += a->out_stride;
  }
}
