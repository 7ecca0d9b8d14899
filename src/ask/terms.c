/* How many tokens a tokenizer makes of each identity term of a benchmark, where the term stands: what the text up to
 * the term's end has more than the text before it. Terms of different length are no fault, but the gap of whole texts
 * then compares names by how they are cut into tokens, too.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "bench/bench.h"
#include "tokenizer/tokenizer.h"

typedef struct counter {
  const xy_bench *bench;
  const xy_tokenizer *tokenizer;
  xy_bench_term *terms; /* targets by identity, then counterparts */
  xy__map seen;         /* (target, counterpart, template): each is counted once */
  xy__arena arena;
} counter;

static int count_tokens(size_t *out, const counter *c, const char *text, size_t bytes, xy_error *err) {
  int32_t *ids = NULL;
  *out = 0;
  if (bytes == 0) return XY_OK;
  int rc = xy_tokenizer_encode(&ids, out, c->tokenizer, text, bytes, false, err);
  free(ids);
  return rc;
}

/* White space before a term belongs to its first token. */
static int count_term(size_t *out, const counter *c, const xy__option *option, xy_error *err) {
  size_t before = 0, upto = 0;
  int rc = count_tokens(&before, c, option->text, xy__rstrip(option->text, (size_t)option->identity_start), err);
  if (rc == XY_OK) rc = count_tokens(&upto, c, option->text, (size_t)option->identity_end, err);
  *out = upto > before ? upto - before : 0;
  return rc;
}

/* False where these two were met in this template; *failed where there is no memory to tell. */
static bool is_new(counter *c, const xy__item *item, bool *failed) {
  const int key[] = {item->identity, item->counterpart, item->template};
  int64_t at;
  if (item->template <0) return true;
  if (xy__map_get(&c->seen, (const char *)key, sizeof key, &at)) return false;
  const char *kept = xy__arena_copy(&c->arena, (const char *)key, sizeof key);
  *failed = kept == NULL || !xy__map_put(&c->seen, kept, sizeof key, 1);
  return true;
}

static bool has_terms(const xy__item *item) {
  return item->place != XY__SAME && item->counterpart >= 0 && item->options[0].identity_start >= 0 &&
         item->options[1].identity_start >= 0;
}

static int add_item(counter *c, const xy__item *item, xy_error *err) {
  bool failed = false;
  if (!has_terms(item) || !is_new(c, item, &failed)) return XY_OK;
  xy_bench_term *of[2] = {&c->terms[item->identity], &c->terms[c->bench->identities.n + (size_t)item->counterpart]};
  size_t n[2];
  int rc = failed ? xy__fail_memory(err, c->bench->name) : XY_OK;
  for (int k = 0; rc == XY_OK && k < 2; k++) {
    rc = count_term(&n[k], c, &item->options[k], err);
    if (rc != XY_OK) break;
    if (of[k]->most == 0 || n[k] < of[k]->least) of[k]->least = n[k];
    if (n[k] > of[k]->most) of[k]->most = n[k];
  }
  if (rc == XY_OK && n[0] != n[1]) of[0]->differs = true;
  return rc;
}

int xy_bench_terms(xy_bench_term **out, size_t *n, const xy_bench *bench, const xy_tokenizer *tokenizer,
                   xy_error *err) {
  xy__error_clear(err);
  size_t targets = bench->identities.n, all = targets + bench->counterparts.n, kept = 0;
  counter c = {.bench = bench, .tokenizer = tokenizer, .terms = xy__array(all + 1, sizeof *c.terms)};
  int rc = c.terms != NULL ? XY_OK : xy__fail_memory(err, bench->name);
  for (size_t i = 0; rc == XY_OK && i < all; i++) {
    c.terms[i].identity = i < targets ? bench->identities.names[i] : bench->counterparts.names[i - targets];
    c.terms[i].target = i < targets;
  }
  for (size_t i = 0; rc == XY_OK && i < bench->n; i++) rc = add_item(&c, &bench->items[i], err);
  for (size_t i = 0; rc == XY_OK && i < all; i++) {
    if (c.terms[i].most > 0) c.terms[kept++] = c.terms[i];
  }
  xy__map_dispose(&c.seen);
  xy__arena_dispose(&c.arena);
  if (rc != XY_OK) {
    free(c.terms);
    return rc;
  }
  *out = c.terms;
  *n = kept;
  return XY_OK;
}
