/* The pool of keys and values: pages of 16 positions, shared by all texts that begin alike.
 *
 * A page holds 16 positions of one text for every layer and key/value head, as attention reads them: a head's keys
 * [K][16], and its values [16][K rounded up to 16] behind them (kernels.h). It lives while a text uses it.
 */
#ifndef XY_ENGINE_DECODE_PAGES_H
#define XY_ENGINE_DECODE_PAGES_H

#include "engine/kernels/kernels.h"

typedef struct xy__pages {
  float *memory; /* [n][floats] */
  size_t floats; /* of a page */
  int32_t n, n_free;
  int32_t *free; /* [n_free] pages that nobody uses */
  int32_t *uses; /* [n] texts that use it */
} xy__pages;

/* Bytes of a page of this model, and floats from its start to a layer's and head's keys. */
size_t xy__page_bytes(const xy__config *c);
int64_t xy__page_at(const xy__config *c, int64_t layer, int64_t head);

/* Caller disposes, also after a failure. */
int xy__pages_make(xy__pages *out, const xy__config *c, int32_t n, xy_error *err);
void xy__pages_dispose(xy__pages *pages);

/* A page with one user; there must be a free one. */
int32_t xy__pages_take(xy__pages *pages);
void xy__pages_share(xy__pages *pages, int32_t page); /* one user more */
void xy__pages_drop(xy__pages *pages, int32_t page);  /* one less */

static inline float *xy__page(const xy__pages *pages, int32_t page) {
  return pages->memory + (size_t)page * pages->floats;
}

#endif
