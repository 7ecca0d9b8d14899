/* From a row's logits to its next token.
 *
 * Filters stand in the order of Transformers' generate, with its rules for ties: repetition penalty (once for each id
 * that was seen), bans of repeated n-grams and of early ends, temperature, top-k (what ties with the k-th stays), top-p
 * (from the unlikeliest up, while their sum is at most 1 - p), min-p. The token is then the largest log-probability
 * plus Gumbel noise: one draw from what is left, and the same one whatever is drawn beside it.
 */
#ifndef XY_ENGINE_DECODE_SAMPLER_H
#define XY_ENGINE_DECODE_SAMPLER_H

#include "engine/kernels/kernels.h"

/* What a text has been so far: the prompt's ids and the new ones. */
typedef struct xy__written {
  const int32_t *prompt, *ids;
  int32_t n_prompt, n; /* n: new ones */
} xy__written;

/* A token that the filters leave. */
typedef struct xy__choice {
  float logit; /* after penalties and temperature */
  int32_t id;
  double prob;
} xy__choice;

/* Scratch of one thread. Disposed with xy__sampler_dispose, also after a failure. */
typedef struct xy__sampler {
  const xy__kernels *kernels;
  const xy_decoding *decoding;
  int64_t V;
  float *work;         /* [V] logits after penalties, bans and temperature */
  float *probs;        /* [V] */
  uint32_t *words;     /* [V] */
  unsigned char *seen; /* [V] zeros between calls */
  xy__choice *kept;    /* [V] */
  int64_t n;           /* of them */
} xy__sampler;

int xy__sampler_make(xy__sampler *out, const xy__kernels *kernels, const xy_decoding *decoding, int64_t V,
                     xy_error *err);
void xy__sampler_dispose(xy__sampler *sampler);

/* What all filters leave of `logits` [V], in `kept`: the most probable first, the lowest id of equals. Nothing is left
 * where everything was banned. */
void xy__sampler_filter(xy__sampler *sampler, const float *logits, const xy__written *written);

typedef struct xy__token {
  int32_t id;    /* -1: everything was banned */
  float logprob; /* of the model itself, nothing filtered */
} xy__token;

/* Next tokens of n samples that share one row of logits: those whose noise is noise[0 .. n). */
void xy__sampler_draw(xy__token *out, xy__sampler *sampler, const float *logits, const xy__written *written,
                      const xy__noise *noise, size_t n);

#endif
