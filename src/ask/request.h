/* What is asked -> token ids and where scoring starts: the boundary and start-token rules of lm-evaluation-harness,
 * used by `xylem score` and by audits alike.
 */
#ifndef XY_ASK_REQUEST_H
#define XY_ASK_REQUEST_H

#include "ask/ask.h"
#include "tokenizer/tokenizer.h"

typedef struct xy__request_rules {
  const xy_tokenizer *tokenizer;
  xy_start start;   /* XY_START_DEFAULT: of the tokenizer */
  int64_t bos, eos; /* the checkpoint's (config.json), used where the tokenizer names none; -1 for none */
} xy__request_rules;

/* Text of the end token, "" where none is known; lives as long as the tokenizer. */
const char *xy__request_end(const xy__request_rules *rules);

typedef struct xy__request {
  int32_t *ids; /* [n]; caller frees with free */
  int32_t n;
  int32_t first; /* the first scored id; n - first scored tokens, first >= 1 unless `start` is none and the context is
                    empty: then first is 1 and the first token is not scored */
  bool split;    /* the cut fell inside a merged token */
  size_t bytes;  /* of the scored text, UTF-8, white space moved to the continuation included, the tail not */
} xy__request;

/* Where the cut falls inside a merged token (`split`), the plain format gives the context's own tokens and then the
 * rest of the whole's, as lm-evaluation-harness does; a named format keeps the tokens of the whole, as models were
 * trained. `item` names the item in messages. An empty continuation, an unknown token at the start rule, or a context
 * longer than what remains is an error that names the item. */
int xy__request_make(xy__request *out, const xy__request_rules *rules, const xy__asked *asked, const char *item,
                     xy_error *err);

/* The ids of a conversation of n >= 1 turns up to where the answer begins, start tokens in front: what a text goes on
 * from. Caller frees *ids with free. */
int xy__request_prompt(int32_t **ids, int32_t *n_ids, const xy__request_rules *rules, const xy__turn *turns, size_t n,
                       const xy__format *format, const char *item, xy_error *err);

/* The number of leading ids of a request for `asked` that belong to the first `bytes` of its continuation: where the
 * tokens after an identity term start (mode `predicate`). White space before the cut goes to the continuation. `split`
 * as above. */
int xy__request_cut(int32_t *out, bool *split, const xy__request *request, const xy__request_rules *rules,
                    const xy__asked *asked, size_t bytes, const char *item, xy_error *err);

#endif
