/* See sampler.h. */
#include "engine/decode/sampler.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

int xy__sampler_make(xy__sampler *out, const xy__kernels *kernels, const xy_decoding *decoding, int64_t V,
                     xy_error *err) {
  *out = (xy__sampler){.kernels = kernels, .decoding = decoding, .V = V};
  out->work = xy__array((size_t)V, sizeof *out->work);
  out->words = xy__array((size_t)V, sizeof *out->words);
  out->seen = xy__array((size_t)V, 1);
  out->kept = xy__array((size_t)V, sizeof *out->kept);
  if (out->work == NULL || out->words == NULL || out->seen == NULL || out->kept == NULL)
    return xy__fail_memory(err, "a sampler");
  return XY_OK;
}

void xy__sampler_dispose(xy__sampler *sampler) {
  free(sampler->work);
  free(sampler->words);
  free(sampler->seen);
  free(sampler->kept);
  *sampler = (xy__sampler){0};
}

static int32_t token_at(const xy__written *w, int32_t i) {
  return i < w->n_prompt ? w->prompt[i] : w->ids[i - w->n_prompt];
}

/* ---- penalties and bans ---------------------------------------------------------------------------------- */

static void penalise(const xy__sampler *s, const xy__written *w) {
  float *logits = s->work;
  float penalty = (float)s->decoding->repetition_penalty;
  if (penalty == 1) return;
  int32_t all = w->n_prompt + w->n;
  for (int32_t i = 0; i < all; i++) {
    int32_t id = token_at(w, i);
    if (s->seen[id]) continue;
    s->seen[id] = 1;
    logits[id] = logits[id] < 0 ? logits[id] * penalty : logits[id] / penalty;
  }
  for (int32_t i = 0; i < all; i++) s->seen[token_at(w, i)] = 0;
}

/* A token that would end an n-gram which the text has already. */
static void ban_repeats(const xy__sampler *s, const xy__written *w) {
  int32_t head = s->decoding->no_repeat_ngram - 1;
  int32_t all = w->n_prompt + w->n;
  for (int32_t i = 0; head >= 0 && i + head < all; i++) {
    int32_t same = 0;
    while (same < head && token_at(w, i + same) == token_at(w, all - head + same)) same++;
    if (same == head) s->work[token_at(w, i + head)] = -INFINITY;
  }
}

static void ban_ends(const xy__sampler *s, const xy__written *w) {
  const xy_decoding *d = s->decoding;
  for (size_t e = 0; w->n < d->min_new && e < d->n_ends; e++) s->work[d->ends[e]] = -INFINITY;
}

/* ---- what is kept ---------------------------------------------------------------------------------------- */

/* Of equals the lower id comes first. Transformers leaves to an unstable sort which of them top-p drops first. */
static int likelier(const void *a, const void *b) {
  const xy__choice *x = a;
  const xy__choice *y = b;
  if (x->logit != y->logit) return x->logit > y->logit ? -1 : 1;
  return x->id < y->id ? -1 : x->id > y->id;
}

static bool by_count(const xy__sampler *s) { return s->decoding->top_k > 0 && s->decoding->top_k < s->V; }

/* Every token from `least` on; returns the sum of exp(logit - max) over them. */
static double gather(xy__sampler *s, float least, float max) {
  const float *logits = s->work;
  double sum = 0;
  s->n = 0;
  for (int64_t i = 0; i < s->V; i++) {
    if (logits[i] < least || logits[i] == -INFINITY) continue;
    double prob = exp((double)logits[i] - (double)max);
    s->kept[s->n++] = (xy__choice){logits[i], (int32_t)i, prob};
    sum += prob;
  }
  return sum;
}

/* The likeliest tokens, as many as top-k and top-p can want, sorted: the search goes down from the maximum until it has
 * found them, so that a vocabulary is seldom sorted. Returns the sum of exp(logit - max) over all tokens, as far as
 * top-p needs it. */
static double gather_enough(xy__sampler *s, const xy__lse *lse) {
  const xy_decoding *d = s->decoding;
  bool count = by_count(s);
  bool by_mass = d->top_p < 1 && !count;
  double sum = 0;
  float below = count || by_mass ? 4 : INFINITY;
  if (!count && !by_mass && d->min_p > 0) below = (float)(1 - log(d->min_p));
  for (;; below *= 4) {
    if (below > 256) below = INFINITY;
    sum = gather(s, lse->max - below, lse->max);
    if (below == INFINITY) break;
    if (count ? s->n >= d->top_k : !by_mass || sum > lse->sum * (d->top_p + 1e-3)) break;
  }
  qsort(s->kept, (size_t)s->n, sizeof *s->kept, likelier);
  return below == INFINITY ? sum : lse->sum;
}

/* What ties with the k-th stays. */
static void keep_top_k(xy__sampler *s, int32_t k) {
  int64_t n = k;
  while (n < s->n && s->kept[n].logit == s->kept[k - 1].logit) n++;
  if (n < s->n) s->n = n;
}

static double mass(const xy__sampler *s) {
  double sum = 0;
  for (int64_t i = s->n - 1; i >= 0; i--) sum += s->kept[i].prob;
  return sum;
}

/* `all`: the mass that the kept ones are a part of; what is not among them was dropped already. */
static void keep_top_p(xy__sampler *s, double p, double all) {
  double dropped = all - mass(s);
  while (s->n > 1 && dropped + s->kept[s->n - 1].prob <= (1 - p) * all) dropped += s->kept[--s->n].prob;
}

static void keep_min_p(xy__sampler *s, double p) {
  while (s->n > 1 && s->kept[s->n - 1].prob < p * s->kept[0].prob) s->n--;
}

/* Penalties, bans and temperature; returns the log-sum-exp of what comes out. */
static xy__lse prepare(const xy__sampler *s, const float *logits, const xy__written *written) {
  memcpy(s->work, logits, (size_t)s->V * sizeof *logits);
  penalise(s, written);
  ban_repeats(s, written);
  ban_ends(s, written);
  float temperature = (float)s->decoding->temperature;
  for (int64_t i = 0; temperature != 1 && !s->decoding->greedy && i < s->V; i++) s->work[i] /= temperature;
  xy__lse lse = XY__LSE_START;
  s->kernels->fold(&lse, s->work, s->V, 0);
  return lse;
}

static void keep(xy__sampler *s, const xy__lse *lse) {
  const xy_decoding *d = s->decoding;
  double all = gather_enough(s, lse);
  if (by_count(s)) {
    keep_top_k(s, d->top_k);
    all = mass(s);
  }
  if (d->top_p < 1) keep_top_p(s, d->top_p, all);
  if (d->min_p > 0) keep_min_p(s, d->min_p);
}

void xy__sampler_filter(xy__sampler *s, const float *logits, const xy__written *written) {
  xy__lse lse = prepare(s, logits, written);
  s->n = 0;
  if (lse.best < 0) return;
  if (s->decoding->greedy) {
    s->kept[s->n++] = (xy__choice){lse.max, lse.best, 1};
    return;
  }
  keep(s, &lse);
  double all = mass(s);
  for (int64_t i = 0; i < s->n; i++) s->kept[i].prob /= all;
}

/* ---- drawing --------------------------------------------------------------------------------------------- */

static int32_t draw_kept(const xy__sampler *s, const xy__noise *noise) {
  int32_t best = -1;
  double most = -INFINITY;
  for (int64_t i = 0; i < s->n; i++) {
    int32_t id = s->kept[i].id;
    double value = (double)s->kept[i].logit + xy__gumbel(xy__noise_word(noise, id));
    if (best >= 0 && (value < most || (value == most && id > best))) continue;
    most = value;
    best = id;
  }
  return best;
}

static int32_t draw_any(const xy__sampler *s, const xy__lse *lse, const xy__noise *noise) {
  s->kernels->noise(s->words, s->V, noise);
  return s->kernels->race(s->work, s->words, s->V, lse->max, lse->best);
}

void xy__sampler_draw(xy__token *out, xy__sampler *s, const float *logits, const xy__written *written,
                      const xy__noise *noise, size_t n) {
  const xy_decoding *d = s->decoding;
  xy__lse own = XY__LSE_START;
  s->kernels->fold(&own, logits, s->V, 0);
  double log_sum = (double)own.max + log(own.sum);
  xy__lse lse = prepare(s, logits, written);
  bool filtered = !d->greedy && lse.best >= 0 && (by_count(s) || d->top_p < 1 || d->min_p > 0);
  if (filtered) keep(s, &lse);
  for (size_t i = 0; i < n; i++) {
    int32_t id = lse.best;
    if (filtered) {
      id = draw_kept(s, &noise[i]);
    } else if (!d->greedy && id >= 0) {
      id = draw_any(s, &lse, &noise[i]);
    }
    out[i] = (xy__token){id, id >= 0 ? (float)((double)logits[id] - log_sum) : 0};
  }
}
