/* Prompts -> continuations through one checkpoint: a driver of the pass (pass/pass.h) in which many texts grow
 * together, a token a step.
 *
 * Prompts are walked once, as a prefix forest; keys and values are kept once for each distinct beginning, in pages
 * (pages.h). A text that ends leaves its row to the next sample. Which token comes next depends on the model, the text
 * and the noise of its sample alone: the same ids, and log-probabilities with the same bits, whatever grows beside it,
 * in which order, on how many threads and in how much memory.
 */
#ifndef XY_ENGINE_DECODE_DECODE_H
#define XY_ENGINE_DECODE_DECODE_H

#include "engine/decode/sampler.h"
#include "engine/engine.h"

typedef struct xy__prompt {
  const int32_t *ids; /* [n], n >= 1. Borrowed */
  int32_t n;
  uint64_t noise;   /* key of its samples' noise: xy__noise */
  const char *name; /* for messages, may be NULL */
} xy__prompt;

typedef enum xy__ending { XY__ENDED_EOS, XY__ENDED_STOP, XY__ENDED_LENGTH } xy__ending;

typedef struct xy__continuation {
  size_t prompt;
  int32_t sample;
  const int32_t *ids;    /* [n] new ones, the end token among them */
  const float *logprobs; /* [n] of the model itself, nothing filtered */
  int32_t n;
  xy__ending ending;
} xy__continuation;

typedef struct xy__decode_options {
  const xy_decoding *decoding; /* checked; `ends` are the ids that end a text, none where n_ends is 0 */
  xy_precision precision;
  int threads;    /* 0: all cores */
  int64_t memory; /* bytes, as of xy__engine_options */
  int64_t rows;   /* most texts that grow at once; 0: as many as pay */
  /* Takes a finished continuation, borrowed until it returns, in the order in which they end. */
  int (*done)(void *user, const xy__continuation *continuation, xy_error *err);
  /* Whether the text ends here; after each new token. May be NULL. */
  int (*stop)(void *user, bool *ends, size_t prompt, const int32_t *ids, int32_t n, xy_error *err);
  /* Where this is given nothing grows: takes what the filters leave of each prompt's next token. */
  int (*kept)(void *user, size_t prompt, const xy__choice *kept, int64_t n, xy_error *err);
  /* Progress of this call, 0 to 1; may be NULL. Non-zero cancels. */
  int (*progress)(double share, void *user);
  void *user;
} xy__decode_options;

/* XY_ERR_ARGUMENT: a prompt that is empty, longer than the context less what may come, or holds an id that is none. */
int xy__engine_continue(const xy_model *model, const xy__prompt *prompts, size_t n, const xy__decode_options *options,
                        xy_error *err);

#endif
