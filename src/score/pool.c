/* See pool.h. */
#include "score/pool.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "measure/task.h"

typedef struct xy__token_pool_entry {
  char digest[65]; /* of the tokenizer */
  const char *format, *tail;
  xy_start start;
  int64_t bos, eos;
  xy__tokens *tokens;
} entry;

static bool same_text(const char *a, const char *b) { return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0; }

static const entry *find(const xy__token_pool *pool, const xy__request_rules *rules, const char *format,
                         const char *tail) {
  const char *digest = xy__tokenizer_digest(rules->tokenizer);
  for (size_t i = 0; i < pool->n; i++) {
    const entry *e = &pool->entries[i];
    if (strcmp(e->digest, digest) == 0 && same_text(e->format, format) && same_text(e->tail, tail) &&
        e->start == rules->start && e->bos == rules->bos && e->eos == rules->eos) {
      return e;
    }
  }
  return NULL;
}

static int make(xy__tokens **out, xy_bench *const *benches, size_t n_benches, const xy__request_rules *rules,
                const char *format_name, const char *tail_name, int threads, xy_error *err) {
  const xy__format *format = NULL;
  xy__tail tail = XY__TAIL_NONE;
  int rc = xy__tail_parse(&tail, tail_name, err);
  if (rc == XY_OK) rc = xy__format_open(&format, format_name, err);
  bool *prompted = xy__array(n_benches, sizeof *prompted);
  if (rc == XY_OK && prompted == NULL) rc = xy__fail_memory(err, "token sequences");
  for (size_t b = 0; rc == XY_OK && b < n_benches; b++) prompted[b] = xy__task_of(benches[b])->prompted;
  if (rc == XY_OK) rc = xy__tokens_make(out, benches, prompted, n_benches, rules, format, tail, threads, err);
  free(prompted);
  xy__format_close(format);
  return rc;
}

int xy__token_pool_get(const xy__tokens **out, xy__token_pool *pool, xy_bench *const *benches, size_t n_benches,
                       const xy__request_rules *rules, const char *format, const char *tail, int threads,
                       xy_error *err) {
  const entry *known = find(pool, rules, format, tail);
  if (known != NULL) {
    *out = known->tokens;
    return XY_OK;
  }
  if (!xy__grow(&pool->entries, &pool->capacity, pool->n, sizeof *pool->entries)) {
    return xy__fail_memory(err, "token sequences");
  }
  entry *fresh = &pool->entries[pool->n];
  *fresh = (entry){.format = format, .tail = tail, .start = rules->start, .bos = rules->bos, .eos = rules->eos};
  int rc = make(&fresh->tokens, benches, n_benches, rules, format, tail, threads, err);
  if (rc != XY_OK) return rc;
  strncpy(fresh->digest, xy__tokenizer_digest(rules->tokenizer), sizeof fresh->digest - 1);
  pool->n++;
  *out = fresh->tokens;
  return XY_OK;
}

void xy__token_pool_dispose(xy__token_pool *pool) {
  for (size_t i = 0; i < pool->n; i++) xy__tokens_free(pool->entries[i].tokens);
  free(pool->entries);
  *pool = (xy__token_pool){0};
}
