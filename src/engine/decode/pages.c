/* See pages.h. */
#include "engine/decode/pages.h"

#include <stdlib.h>

#include "base/memory.h"

/* Of one layer and head. */
static int64_t head_floats(const xy__config *c) {
  return XY__LANES * (c->K + (c->K + XY__LANES - 1) / XY__LANES * XY__LANES);
}

size_t xy__page_bytes(const xy__config *c) { return (size_t)(c->L * c->G * head_floats(c)) * sizeof(float); }

int64_t xy__page_at(const xy__config *c, int64_t layer, int64_t head) { return (layer * c->G + head) * head_floats(c); }

int xy__pages_make(xy__pages *out, const xy__config *c, int32_t n, xy_error *err) {
  *out = (xy__pages){.floats = xy__page_bytes(c) / sizeof(float), .n = n, .n_free = n};
  out->memory = xy__aligned_raw((size_t)n * xy__page_bytes(c));
  out->free = xy__array((size_t)n, sizeof *out->free);
  out->uses = xy__array((size_t)n, sizeof *out->uses);
  if (out->memory == NULL || out->free == NULL || out->uses == NULL) return xy__fail_memory(err, "keys and values");
  for (int32_t i = 0; i < n; i++) out->free[i] = n - 1 - i;
  return XY_OK;
}

void xy__pages_dispose(xy__pages *pages) {
  free(pages->memory);
  free(pages->free);
  free(pages->uses);
  *pages = (xy__pages){0};
}

int32_t xy__pages_take(xy__pages *pages) {
  int32_t page = pages->free[--pages->n_free];
  pages->uses[page] = 1;
  return page;
}

void xy__pages_share(xy__pages *pages, int32_t page) { pages->uses[page]++; }

void xy__pages_drop(xy__pages *pages, int32_t page) {
  if (--pages->uses[page] == 0) pages->free[pages->n_free++] = page;
}
