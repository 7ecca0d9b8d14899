/* Benchmarks -> token sequences under one tokenizer and its rules: which distinct sequences a stage must score, and
 * which of them each side of each item is.
 */
#ifndef XY_ASK_SEQUENCES_H
#define XY_ASK_SEQUENCES_H

#include "ask/request.h"
#include "bench/bench.h"
#include "engine/engine.h"

/* One option of one item. */
typedef struct xy__token_option {
  uint32_t sequence; /* index into sequences */
  int32_t cut;       /* first id after the identity term; -1 where the item has none */
  int32_t bytes;     /* of the scored text */
  bool split;        /* the cut after the identity (preference: before the answer) fell inside a merged token */
} xy__token_option;

/* The identity terms of a benchmark. */
typedef struct xy__term_list {
  xy_bench_term *list;
  size_t n;
} xy__term_list;

/* Texts of a benchmark of which the tokenizer does not know some characters. */
typedef struct xy__lost {
  size_t lost, texts;
  char first[8]; /* the first such character */
} xy__lost;

/* Of the texts of all options (lost.c). */
int xy__lost_count(xy__lost *out, const xy_bench *bench, const xy_tokenizer *tokenizer, xy_error *err);

typedef struct xy__tokens {
  xy__sequence *sequences; /* [n], distinct in (ids, first) */
  size_t n;
  size_t *offset;             /* [n + 1]: xy__engine_offsets */
  xy__token_option **options; /* [benches][sum of n_options], items in order */
  size_t *split;              /* [benches]: items whose cut fell inside a merged token */
  xy__term_list *terms;       /* [benches] */
  xy__lost *lost;             /* [benches] */
  size_t n_benches;
  int32_t *ids; /* what the sequences point into */
} xy__tokens;

/* Under `rules`, with prompts in `format`, answers ended by `tail`, where the task of a benchmark is prompted (one flag
 * each). Caller frees with xy__tokens_free. Errors name
 * benchmark and item. */
int xy__tokens_make(xy__tokens **out, xy_bench *const *benches, const bool *prompted, size_t n_benches,
                    const xy__request_rules *rules, const xy__format *format, xy__tail tail, int threads,
                    xy_error *err);
void xy__tokens_free(xy__tokens *tokens);

#endif
