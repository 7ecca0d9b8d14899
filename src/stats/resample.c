#include "stats/resample.h"

#include <Random123/philox.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

int xy__clusters_make(xy__clusters *out, const int *label, size_t n, xy_error *err) {
  int rc = XY_OK;
  int highest = -1;
  for (size_t i = 0; i < n; i++) {
    if (label[i] < 0) return xy__fail(err, XY_ERR_ARGUMENT, "item %zu: cluster %d is negative", i, label[i]);
    if (label[i] > highest) highest = label[i];
  }
  int *number = xy__array((size_t)highest + 1, sizeof *number);
  int *of = xy__array(n, sizeof *of);
  if (number == NULL || of == NULL) {
    rc = xy__fail_memory(err, "clusters");
    goto out;
  }
  for (size_t i = 0; i < n; i++) number[label[i]] = 1;
  int count = 0;
  for (int k = 0; k <= highest; k++) {
    if (number[k] != 0) number[k] = count++;
  }
  for (size_t i = 0; i < n; i++) of[i] = number[label[i]];
  *out = (xy__clusters){.count = (size_t)count, .of = of};
  of = NULL;
out:
  free(number);
  free(of);
  return rc;
}

/* The uses of random numbers never share a counter: the highest bits of the draw tell them apart. */
#define SIGNS 0x80000000u
#define SUBSET 0x40000000u

static philox4x32_ctr_t random_words(uint64_t seed, uint64_t stream, uint32_t draw, uint32_t position) {
  philox4x32_ctr_t counter = {{position, draw, (uint32_t)stream, (uint32_t)(stream >> 32)}};
  philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
  return philox4x32(counter, key);
}

void xy__draw_counts(double *counts, size_t clusters, uint64_t seed, uint64_t stream, uint32_t draw) {
  for (size_t g = 0; g < clusters; g++) counts[g] = 0;
  for (size_t g = 0; g < clusters; g += 4) {
    philox4x32_ctr_t words = random_words(seed, stream, draw, (uint32_t)(g / 4));
    for (size_t k = 0; k < 4 && g + k < clusters; k++) {
      /* Multiply and keep the high word: uneven by at most clusters / 2^32. */
      counts[((uint64_t)words.v[k] * clusters) >> 32] += 1;
    }
  }
}

void xy__draw_signs(double *signs, size_t clusters, uint64_t seed, uint64_t stream, uint32_t draw) {
  for (size_t g = 0; g < clusters; g += 128) {
    philox4x32_ctr_t words = random_words(seed, stream, draw | SIGNS, (uint32_t)(g / 128));
    for (size_t k = 0; k < 128 && g + k < clusters; k++) signs[g + k] = (words.v[k / 32] >> (k % 32)) & 1 ? 1 : -1;
  }
}

void xy__draw_subset(int *order, size_t clusters, size_t take, uint64_t seed, uint64_t stream, uint32_t draw) {
  philox4x32_ctr_t words = {{0}};
  for (size_t g = 0; g < clusters; g++) order[g] = (int)g;
  for (size_t g = 0; g < take; g++) {
    if (g % 4 == 0) words = random_words(seed, stream, draw | SUBSET, (uint32_t)(g / 4));
    size_t other = g + (size_t)(((uint64_t)words.v[g % 4] * (clusters - g)) >> 32);
    int kept = order[g];
    order[g] = order[other];
    order[other] = kept;
  }
}

int xy__stats_check(const xy__stats_options *options, xy_error *err) {
  if (options->draws < 100 || options->draws > 10000000) {
    return xy__fail(err, XY_ERR_ARGUMENT, "bootstrap draws: expected 100 to 10,000,000, found %lld",
                    (long long)options->draws);
  }
  if (options->permutations < 100 || options->permutations > 10000000) {
    return xy__fail(err, XY_ERR_ARGUMENT, "permutations: expected 100 to 10,000,000, found %lld",
                    (long long)options->permutations);
  }
  if (!(options->confidence > 0.5 && options->confidence < 1)) {
    return xy__fail(err, XY_ERR_ARGUMENT, "confidence: expected a number between 0.5 and 1, found %g",
                    options->confidence);
  }
  return XY_OK;
}
