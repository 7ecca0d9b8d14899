/* Prompts and what a call of xy__engine_continue made of them, in the order of prompts and samples. */
#ifndef XY_TESTS_CONTINUED_H
#define XY_TESTS_CONTINUED_H

#include "base/memory.h"
#include "draws.h"
#include "engine/decode/decode.h"
#include "support.h"

enum { MOST_NEW = 48 };

typedef struct continued {
  int32_t ids[MOST_NEW];
  float logprobs[MOST_NEW];
  int32_t n;
  xy__ending ending;
  int times; /* it was handed out */
} continued;

typedef struct collection {
  continued *texts; /* [prompts][samples] */
  int samples;
} collection;

static inline int collect(void *user, const xy__continuation *c, xy_error *err) {
  (void)err;
  collection *to = user;
  continued *text = &to->texts[c->prompt * (size_t)to->samples + (size_t)c->sample];
  memcpy(text->ids, c->ids, (size_t)c->n * sizeof *c->ids);
  memcpy(text->logprobs, c->logprobs, (size_t)c->n * sizeof *c->logprobs);
  text->n = c->n;
  text->ending = c->ending;
  text->times++;
  return XY_OK;
}

/* Caller frees the result. */
static inline continued *continue_all(const xy_model *model, const xy__prompt *prompts, size_t n,
                                      const xy__decode_options *options) {
  collection to = {.samples = options->decoding->samples};
  to.texts = xy__array(n * (size_t)to.samples, sizeof *to.texts);
  xy__decode_options own = *options;
  own.done = collect;
  own.user = &to;
  xy_error err = {0};
  assert_ok(xy__engine_continue(model, prompts, n, &own, &err), err);
  for (size_t i = 0; i < n * (size_t)to.samples; i++) assert_int_equal(to.texts[i].times, 1);
  return to.texts;
}

#endif
