/* Random words of a sample's next token, and the race that they decide: kernels.h. */
#include "engine/kernels/isa.h"
#include "engine/kernels/vector.h"

void XY_ISA(noise)(uint32_t *out, int64_t n, const xy__noise *noise);
int32_t XY_ISA(race)(const float *logits, const uint32_t *words, int64_t n, float max, int32_t start);

typedef uint64_t wide __attribute__((vector_size(128)));

/* The upper half of x * m is left in *high, the lower one returned. */
INLINE uvec multiply(uvec *high, uvec x, uint32_t m) {
  wide product = __builtin_convertvector(x, wide) * m;
  *high = __builtin_convertvector(product >> 32, uvec);
  return x * m;
}

/* Philox4x32-10 (Salmon et al. 2011) of sixteen counters at once. */
INLINE void philox(uvec c[4], uint32_t k0, uint32_t k1) {
  for (int round = 0; round < 10; round++) {
    uvec high0, high1;
    uvec low0 = multiply(&high0, c[0], 0xD2511F53u);
    uvec low1 = multiply(&high1, c[2], 0xCD9E8D57u);
    c[0] = high1 ^ c[1] ^ k0;
    c[1] = low1;
    c[2] = high0 ^ c[3] ^ k1;
    c[3] = low0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
}

void XY_ISA(noise)(uint32_t *out, int64_t n, const xy__noise *noise) {
  const uvec lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  for (int64_t at = 0; at < n; at += 4 * XY__LANES) {
    uvec c[4] = {lane + (uint32_t)(at / 4), (uvec){0} + noise->position, (uvec){0} + noise->sample, {0}};
    philox(c, (uint32_t)noise->key, (uint32_t)(noise->key >> 32));
    for (int w = 0; w < 4 && at + (int64_t)w * XY__LANES < n; w++) {
      int64_t left = n - at - (int64_t)w * XY__LANES;
      memcpy(out + at + (ptrdiff_t)w * XY__LANES, &c[w], (size_t)(left < XY__LANES ? left : XY__LANES) * sizeof *out);
    }
  }
}

/* A token's arrival is E / p with E = -log u and p = exp(logit - max), and the first one to arrive wins: the maximum of
 * logit + Gumbel noise. Since E >= 1 - u, most are seen to be late without a logarithm; those that may not be are
 * compared in double arithmetic. */
int32_t XY_ISA(race)(const float *logits, const uint32_t *words, int64_t n, float max, int32_t start) {
  int32_t best = start;
  double first = xy__gumbel(words[start]) + (double)logits[start];
  float latest = (float)exp((double)max - first) * 1.0001F;
  for (int64_t i = 0; i < n; i += XY__LANES) {
    int64_t left = n - i < XY__LANES ? n - i : XY__LANES;
    uvec w = {0};
    memcpy(&w, words + i, (size_t)left * sizeof *words);
    vec x = left == XY__LANES ? load(logits + i) : load_part(logits + i, left, -INFINITY);
    vec early = __builtin_convertvector(~w, vec) * 0x1p-32F;
    ivec may = early <= vec_exp(x - max) * latest;
    ivec any = may;
    int64_t parts[8];
    memcpy(parts, &any, sizeof parts);
    int64_t some = 0;
    for (int p = 0; p < 8; p++) some |= parts[p];
    if (some == 0) continue;
    for (int64_t l = 0; l < left; l++) {
      if (may[l] == 0 || i + l == start) continue;
      double arrival = xy__gumbel(words[i + l]) + (double)logits[i + l];
      if (arrival < first || (arrival == first && i + l > best)) continue;
      first = arrival;
      best = (int32_t)(i + l);
      latest = (float)exp((double)max - first) * 1.0001F;
    }
  }
  return best;
}
