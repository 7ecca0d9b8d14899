/* See filters.h. */
#include "engine/decode/filters.h"

#include <stdlib.h>
#include <string.h>

enum { BINS = 1024, PER_NAT = 16 }; /* 64 nats below the maximum; what lies further down is in the last bin */

typedef struct bins {
  int64_t count[BINS];
  double mass[BINS];
  double all;
} bins;

/* Of equals the lower id comes first. Transformers leaves to an unstable sort which of them top-p drops first. */
static int likelier(const void *a, const void *b) {
  const xy__choice *x = a;
  const xy__choice *y = b;
  if (x->logit != y->logit) return x->logit > y->logit ? -1 : 1;
  return x->id < y->id ? -1 : x->id > y->id;
}

static void sort(xy__choice *choices, int64_t n) { qsort(choices, (size_t)n, sizeof *choices, likelier); }

void xy__filters_sort(xy__sampler *s) { sort(s->kept, s->n); }

static bool by_count(const xy__sampler *s) { return s->decoding->top_k > 0 && s->decoding->top_k < s->V; }

bool xy__filters_filter(const xy__sampler *s) {
  return by_count(s) || s->decoding->top_p < 1 || s->decoding->min_p > 0;
}

static int bin_of(float logit, float max) {
  float below = (max - logit) * PER_NAT;
  return below < BINS - 1 ? (int)below : BINS - 1;
}

static double mass(const xy__choice *choices, int64_t n) {
  double sum = 0;
  for (int64_t i = n - 1; i >= 0; i--) sum += choices[i].prob;
  return sum;
}

/* ---- a whole vocabulary ---------------------------------------------------------------------------------- */

static void fill(bins *b, const xy__sampler *s, float max) {
  *b = (bins){0};
  for (int64_t i = 0; i < s->V; i++) s->probs[i] = s->work[i] - max;
  s->kernels->exp(s->probs, s->probs, s->V);
  for (int64_t i = 0; i < s->V; i++) {
    if (s->work[i] == -INFINITY) continue;
    int bin = bin_of(s->work[i], max);
    b->count[bin]++;
    b->mass[bin] += (double)s->probs[i];
  }
  for (int bin = BINS - 1; bin >= 0; bin--) b->all += b->mass[bin];
}

/* Takes the tokens of bins 0 to `last`: those of the last one, sorted, behind the others. Returns how many others. */
static int64_t take(xy__sampler *s, float max, int last) {
  int64_t sure = 0;
  int64_t end = s->V; /* the last bin's tokens are laid down from here */
  for (int64_t i = 0; i < s->V; i++) {
    if (s->work[i] == -INFINITY) continue;
    int bin = bin_of(s->work[i], max);
    if (bin > last) continue;
    xy__choice *to = bin < last ? &s->kept[sure++] : &s->kept[--end];
    *to = (xy__choice){s->work[i], (int32_t)i, exp((double)s->work[i] - (double)max)};
  }
  int64_t n = s->V - end;
  memmove(s->kept + sure, s->kept + end, (size_t)n * sizeof *s->kept);
  sort(s->kept + sure, n);
  s->n = sure + n;
  return sure;
}

/* The k likeliest, and what ties with the k-th. */
static void keep_top_k(xy__sampler *s, const bins *b, float max, int64_t k) {
  int64_t sum = 0;
  int last = 0;
  while (last < BINS - 1 && sum + b->count[last] < k) sum += b->count[last++];
  take(s, max, last);
  if (s->n <= k) return;
  int64_t n = k;
  while (n < s->n && s->kept[n].logit == s->kept[k - 1].logit) n++;
  s->n = n;
}

/* Drops from the end of what is sorted behind the first `sure`, beside the mass that was `dropped`. */
static void drop_unlikely(xy__sampler *s, int64_t sure, double dropped, double all) {
  double most = (1 - s->decoding->top_p) * all;
  int64_t least = sure > 1 ? sure : 1;
  while (s->n > least && dropped + s->kept[s->n - 1].prob <= most) dropped += s->kept[--s->n].prob;
}

static void keep_top_p(xy__sampler *s, const bins *b, float max) {
  double most = (1 - s->decoding->top_p) * b->all;
  double dropped = 0;
  int last = BINS - 1;
  while (last > 0 && dropped + b->mass[last] <= most) dropped += b->mass[last--];
  int64_t sure = take(s, max, last);
  drop_unlikely(s, sure, dropped, b->all);
}

/* ---- all filters ----------------------------------------------------------------------------------------- */

static void keep_min_p(xy__sampler *s) {
  double least = s->decoding->min_p; /* of exp(max - max) = 1 */
  int64_t n = 0;
  for (int64_t i = 0; i < s->n; i++) {
    if (s->kept[i].prob >= least) s->kept[n++] = s->kept[i];
  }
  s->n = n;
}

double xy__filters_keep(xy__sampler *s, const xy__lse *lse) {
  bins b;
  fill(&b, s, lse->max);
  if (by_count(s)) {
    keep_top_k(s, &b, lse->max, s->decoding->top_k);
    xy__filters_sort(s);
    if (s->decoding->top_p < 1) drop_unlikely(s, 0, 0, mass(s->kept, s->n));
  } else if (s->decoding->top_p < 1) {
    keep_top_p(s, &b, lse->max);
  } else {
    take(s, lse->max, BINS - 1);
  }
  if (s->decoding->min_p > 0) keep_min_p(s);
  return mass(s->kept, s->n);
}
