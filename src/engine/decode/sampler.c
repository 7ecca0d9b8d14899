/* See sampler.h. */
#include "engine/decode/sampler.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/decode/filters.h"

int xy__sampler_make(xy__sampler *out, const xy__kernels *kernels, const xy_decoding *decoding, int64_t V,
                     xy_error *err) {
  *out = (xy__sampler){.kernels = kernels, .decoding = decoding, .V = V};
  out->work = xy__array((size_t)V, sizeof *out->work);
  out->probs = xy__array((size_t)V, sizeof *out->probs);
  out->words = xy__array((size_t)V, sizeof *out->words);
  out->seen = xy__array((size_t)V, 1);
  out->kept = xy__array((size_t)V, sizeof *out->kept);
  if (out->work == NULL || out->probs == NULL || out->words == NULL || out->seen == NULL || out->kept == NULL)
    return xy__fail_memory(err, "a sampler");
  return XY_OK;
}

void xy__sampler_dispose(xy__sampler *sampler) {
  free(sampler->work);
  free(sampler->probs);
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

void xy__sampler_filter(xy__sampler *s, const float *logits, const xy__written *written) {
  xy__lse lse = prepare(s, logits, written);
  s->n = 0;
  if (lse.best < 0) return;
  if (s->decoding->greedy) {
    s->kept[s->n++] = (xy__choice){lse.max, lse.best, 1};
    return;
  }
  double all = xy__filters_keep(s, &lse);
  xy__filters_sort(s);
  for (int64_t i = 0; i < s->n; i++) s->kept[i].prob /= all;
}

/* ---- drawing --------------------------------------------------------------------------------------------- */

enum { FEW = 256 }; /* so many are drawn from one by one */

static int32_t draw_few(const xy__sampler *s, const xy__noise *noise) {
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

/* From all tokens whose logit in `work` is not -INFINITY. */
static int32_t draw_many(const xy__sampler *s, const xy__lse *lse, const xy__noise *noise) {
  s->kernels->noise(s->words, s->V, noise);
  return s->kernels->race(s->work, s->words, s->V, lse->max, lse->best);
}

/* Bans all but the kept ones. */
static void leave_kept(const xy__sampler *s) {
  for (int64_t i = 0; i < s->V; i++) s->work[i] = -INFINITY;
  for (int64_t i = 0; i < s->n; i++) s->work[s->kept[i].id] = s->kept[i].logit;
}

void xy__sampler_draw(xy__token *out, xy__sampler *s, const float *logits, const xy__written *written,
                      const xy__noise *noise, size_t n) {
  const xy_decoding *d = s->decoding;
  xy__lse own = XY__LSE_START;
  s->kernels->fold(&own, logits, s->V, 0);
  double log_sum = (double)own.max + log(own.sum);
  xy__lse lse = prepare(s, logits, written);
  bool draws = !d->greedy && lse.best >= 0;
  bool few = false;
  if (draws && xy__filters_filter(s)) {
    (void)xy__filters_keep(s, &lse);
    few = s->n <= FEW;
    if (!few) leave_kept(s);
  }
  for (size_t i = 0; i < n; i++) {
    int32_t id = lse.best;
    if (draws) id = few ? draw_few(s, &noise[i]) : draw_many(s, &lse, &noise[i]);
    out[i] = (xy__token){id, id >= 0 ? (float)((double)logits[id] - log_sum) : 0};
  }
}
