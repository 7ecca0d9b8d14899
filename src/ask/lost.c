/* See sequences.h: texts that reach a stage without some of their characters. Every distinct character of a benchmark
 * is asked of the tokenizer once.
 */
#include <stdio.h>
#include <string.h>

#include "ask/sequences.h"
#include "base/memory.h"
#include "base/text.h"

typedef struct reader {
  const xy_tokenizer *tokenizer;
  xy__map known; /* character -> whether it is lost */
  xy__text first;
} reader;

static int is_lost(bool *out, reader *r, const char *character, size_t bytes, xy_error *err) {
  int64_t lost;
  if (xy__map_get(&r->known, character, bytes, &lost)) {
    *out = lost != 0;
    return XY_OK;
  }
  int rc = xy__tokenizer_loses(out, r->tokenizer, character, bytes, err);
  if (rc != XY_OK) return rc;
  return xy__map_put(&r->known, character, bytes, *out) ? XY_OK : xy__fail_memory(err, "characters");
}

static int loses_any(bool *out, reader *r, const char *text, xy_error *err) {
  *out = false;
  for (size_t n = strlen(text), i = 0, length; i < n && !*out; i += length) {
    if (xy__utf8_decode(text + i, n - i, &length) < 0) continue;
    int rc = is_lost(out, r, text + i, length, err);
    if (rc != XY_OK) return rc;
    if (*out && r->first.size == 0) xy__text_add_bytes(&r->first, text + i, length);
  }
  return XY_OK;
}

int xy__lost_count(xy__lost *out, const xy_bench *bench, const xy_tokenizer *tokenizer, xy_error *err) {
  reader r = {.tokenizer = tokenizer};
  xy__lost all = {0};
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < bench->n; i++) {
    for (size_t o = 0; rc == XY_OK && o < bench->items[i].n_options; o++) {
      bool lost;
      rc = loses_any(&lost, &r, bench->items[i].options[o].text, err);
      all.texts++;
      all.lost += rc == XY_OK && lost;
    }
  }
  if (r.first.size > 0) snprintf(all.first, sizeof all.first, "%s", r.first.data);
  xy__map_dispose(&r.known);
  xy__text_dispose(&r.first);
  if (rc == XY_OK) *out = all;
  return rc;
}
