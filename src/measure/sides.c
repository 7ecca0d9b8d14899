/* The two sides of a pair at one stage: sums of log-probabilities in every mode, and
 * the gap between them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "measure/difflib.h"
#include "measure/measure.h"

static int check(const xy__scored *text, const char *which, xy_error *err) {
  if (text->first < 1 || text->first >= text->n) {
    return xy__fail(err, XY_ERR_ARGUMENT, "%s: expected at least one scored token, found %d tokens scored from %d",
                    which, (int)text->n, (int)text->first);
  }
  if (text->bytes <= 0) return xy__fail(err, XY_ERR_ARGUMENT, "%s: expected a text, found no bytes", which);
  if (text->cut < -1 || text->cut > text->n) {
    return xy__fail(err, XY_ERR_ARGUMENT, "%s: expected an identity term that ends within its %d tokens, found %d",
                    which, (int)text->n, (int)text->cut);
  }
  for (int32_t t = text->first; t < text->n; t++) {
    if (!isfinite(text->logprob[t - text->first])) {
      return xy__fail(err, XY_ERR_NUMERIC, "%s: log-probability of token %d is not finite", which, (int)t);
    }
  }
  return XY_OK;
}

static int32_t later(int32_t a, int32_t b) { return a > b ? a : b; }

static signed char all_greedy(const xy__scored *text) {
  if (text->greedy == NULL) return -1;
  for (int32_t t = text->first; t < text->n; t++) {
    if (!text->greedy[t - text->first]) return 0;
  }
  return 1;
}

static xy__side one_side(const xy__scored *text, int32_t cut) {
  xy__side side = {
      .tokens = text->n - text->first, .bytes = text->bytes, .split = text->split, .greedy = all_greedy(text)};
  for (int32_t t = text->first; t < text->n; t++) {
    double logprob = text->logprob[t - text->first];
    side.full += logprob;
    *(t >= cut ? &side.predicate : &side.name) += logprob;
  }
  side.predicate_tokens = text->n - later(cut, text->first);
  return side;
}

/* Where the predicate starts when the benchmark does not say: after the first token that differs. */
static int32_t after_first_difference(const xy__scored *target, const xy__scored *counterpart) {
  int32_t t = 0;
  while (t < target->n && t < counterpart->n && target->ids[t] == counterpart->ids[t]) t++;
  return t + 1;
}

static int32_t cut_of(const xy__scored *text, int32_t otherwise) {
  int32_t cut = text->cut >= 0 ? text->cut : otherwise;
  return cut < text->n ? cut : text->n;
}

int xy__pair_sides(xy__side sides[2], const xy__scored *target, const xy__scored *counterpart, xy_error *err) {
  int rc = check(target, "target", err);
  if (rc == XY_OK) rc = check(counterpart, "counterpart", err);
  if (rc != XY_OK) return rc;
  int32_t *partner = xy__array((size_t)target->n, sizeof *partner);
  if (partner == NULL) return xy__fail_memory(err, "token alignment");
  rc = xy__difflib_match(partner, target->ids, target->n, counterpart->ids, counterpart->n, err);
  if (rc != XY_OK) goto out;
  int32_t difference = after_first_difference(target, counterpart);
  xy__side x = one_side(target, cut_of(target, difference));
  xy__side z = one_side(counterpart, cut_of(counterpart, difference));
  /* Only tokens that are scored on both sides: the start token at index 0 never is. */
  for (int32_t t = target->first; t < target->n; t++) {
    if (partner[t] < counterpart->first) continue;
    x.shared += target->logprob[t - target->first];
    z.shared += counterpart->logprob[partner[t] - counterpart->first];
    x.shared_tokens++;
  }
  z.shared_tokens = x.shared_tokens;
  sides[0] = x;
  sides[1] = z;
out:
  free(partner);
  return rc;
}

double xy__side_score(const xy__side *side, xy__mode mode) {
  switch (mode) {
    case XY__SHARED: return side->shared;
    case XY__PREDICATE: return side->predicate;
    case XY__NAME:
    case XY__TERM: return side->name;
    case XY__PER_TOKEN: return side->full / side->tokens;
    case XY__PER_BYTE: return side->full / side->bytes;
    default: return side->full;
  }
}

double xy__pair_gap(const xy__side sides[2], xy__mode mode) {
  return xy__side_score(&sides[0], mode) - xy__side_score(&sides[1], mode);
}

/* As many tokens as the mode sums, over what it divides by. */
static double tokens_of(const xy__side *side, xy__mode mode) {
  switch (mode) {
    case XY__SHARED: return side->shared_tokens;
    case XY__PREDICATE: return side->predicate_tokens;
    case XY__NAME:
    case XY__TERM: return side->tokens - side->predicate_tokens;
    case XY__PER_TOKEN: return side->tokens > 0;
    case XY__PER_BYTE: return side->bytes > 0 ? (double)side->tokens / side->bytes : 0;
    default: return side->tokens;
  }
}

double xy__pair_error(const xy__side sides[2], xy__mode mode, double per_token) {
  return per_token * (tokens_of(&sides[0], mode) + tokens_of(&sides[1], mode));
}

xy__side xy__side_of_sum(double logprob, int32_t bytes, signed char greedy) {
  return (xy__side){.full = logprob, .shared = NAN, .predicate = NAN, .name = NAN, .bytes = bytes, .greedy = greedy};
}

xy__option_score xy__option_of_sum(double logprob, int32_t bytes, signed char greedy) {
  return (xy__option_score){.full = logprob, .term = NAN, .bytes = bytes, .greedy = greedy};
}

int xy__score_option(xy__option_score *out, const xy__scored *text, int64_t identity_end, xy_error *err) {
  int rc = check(text, "option", err);
  if (rc != XY_OK) return rc;
  int32_t cut = identity_end >= 0 && text->cut >= 0 ? text->cut : text->n;
  xy__option_score score = {.tokens = text->n - text->first,
                            .bytes = text->bytes,
                            .term_bytes = cut < text->n ? (int32_t)identity_end : text->bytes,
                            .split = text->split,
                            .greedy = all_greedy(text)};
  for (int32_t t = text->first; t < text->n; t++) {
    score.full += text->logprob[t - text->first];
    if (t >= cut) continue;
    score.term += text->logprob[t - text->first];
    score.term_tokens++;
  }
  if (score.term_tokens == 0) return xy__fail(err, XY_ERR_ARGUMENT, "option: expected a token of the identity term");
  *out = score;
  return XY_OK;
}
