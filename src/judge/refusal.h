/* Whether a text refuses instead of answering: patterns of data/judges/refusals.yaml. */
#ifndef XY_JUDGE_REFUSAL_H
#define XY_JUDGE_REFUSAL_H

#include "base/error.h"
#include "base/text.h"
#include "tokenizer/pattern.h"

typedef struct xy__refusals {
  xy__pattern **patterns; /* [n] */
  size_t n, capacity;
  int64_t within; /* characters of a text that are looked at */
  xy__matcher matcher;
  xy__text text, lower; /* in hand */
} xy__refusals;

/* The list in memory. Zero-initialise; dispose takes half-built ones. */
int xy__refusals_read(xy__refusals *out, const char *text, size_t bytes, const char *name, xy_error *err);
void xy__refusals_dispose(xy__refusals *refusals);

#endif
