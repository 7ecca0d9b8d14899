/* Token sequences that the stages of a job share: those of one tokenizer, prompt format and tail are made once. */
#ifndef XY_SCORE_POOL_H
#define XY_SCORE_POOL_H

#include "ask/sequences.h"

/* Zero-initialise. */
typedef struct xy__token_pool {
  struct xy__token_pool_entry *entries;
  size_t n, capacity;
} xy__token_pool;

/* The sequences of `benches`, always the same until the pool is emptied, under `rules`, in the format and with the tail
 * of these names (NULL: plain, none). They live as long as the pool. */
int xy__token_pool_get(const xy__tokens **out, xy__token_pool *pool, xy_bench *const *benches, size_t n_benches,
                       const xy__request_rules *rules, const char *format, const char *tail, int threads,
                       xy_error *err);

/* Empties the pool, for other benchmarks or for good. */
void xy__token_pool_dispose(xy__token_pool *pool);

#endif
