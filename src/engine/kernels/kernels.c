/* Which compilation of the kernels this processor can run; one word of noise. */
#include "engine/kernels/kernels.h"

#include <Random123/philox.h>

extern const xy__kernels xy__kernels_baseline;
#if defined(__x86_64__)
extern const xy__kernels xy__kernels_avx2, xy__kernels_avx512;
#endif

const xy__kernels *xy__kernels_at(size_t i) {
  const xy__kernels *sets[3] = {&xy__kernels_baseline};
#if defined(__x86_64__)
  size_t n = 1;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) sets[n++] = &xy__kernels_avx2;
  if (n == 2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
    sets[n] = &xy__kernels_avx512;
  }
#endif
  return i < sizeof sets / sizeof sets[0] ? sets[i] : NULL;
}

const xy__kernels *xy__kernels_best(void) {
  size_t i = 0;
  while (xy__kernels_at(i + 1) != NULL) i++;
  return xy__kernels_at(i);
}

uint32_t xy__noise_word(const xy__noise *noise, int32_t id) {
  uint32_t block = (uint32_t)id / 64 * XY__LANES + (uint32_t)id % XY__LANES;
  philox4x32_ctr_t counter = {{block, noise->position, noise->sample, 0}};
  philox4x32_key_t key = {{(uint32_t)noise->key, (uint32_t)(noise->key >> 32)}};
  return philox4x32(counter, key).v[(uint32_t)id / XY__LANES % 4];
}
