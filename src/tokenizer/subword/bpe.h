/* The BPE model of tokenizer.json: vocabulary, ranked merges, and the encoding of one word.
 *
 * Encoding follows huggingface/tokenizers (models/bpe: merge_word, merge_all): a word starts as its code points
 * (unknown ones become bytes, the unknown token, or nothing), then the pair of lowest rank, leftmost first, is merged
 * until none is left. A heap of candidate pairs makes that O(n log n).
 */
#ifndef XY_TOKENIZER_SUBWORD_BPE_H
#define XY_TOKENIZER_SUBWORD_BPE_H

#include "base/text.h"
#include "tokenizer/cache.h"
#include "tokenizer/subword/subword.h"

enum { XY__N_SINGLE = 0x3000 };

typedef struct xy__merge {
  uint64_t pair; /* left id << 32 | right id */
  uint32_t rank;
  int32_t id; /* -1: an empty slot */
} xy__merge;

typedef struct xy__bpe {
  const xy__vocabulary *vocabulary; /* borrowed */
  xy__merge *merges;                /* open addressing, merge_mask + 1 slots */
  size_t merge_mask, n_merges;
  char *prefix, *suffix; /* continuing_subword_prefix, end_of_word_suffix; "" for none */
  char *unknown;         /* unk_token, or NULL */
  int32_t unknown_id;    /* -1: not in the vocabulary */
  bool fuse_unknown, byte_fallback, ignore_merges;
  int32_t bytes[256];           /* id of "<0x00>" …; -1 for none */
  int32_t single[XY__N_SINGLE]; /* id of a code point standing alone; -1 for none */
  bool separable;               /* no merge reaches from another character into a U+2581: encode in such pieces */
  xy__cache *cache;
} xy__bpe;

/* xy__bpe_dispose takes half-read ones. */
int xy__bpe_read(xy__bpe *out, xy__vocabulary *vocabulary, xy__subword_members *members, xy_error *err);
void xy__bpe_dispose(xy__bpe *bpe);

/* The slot of a pair, or the empty one where it belongs. */
static inline xy__merge *xy__merge_slot(const xy__bpe *bpe, uint64_t pair) {
  size_t i = (size_t)(pair * 0x9E3779B97F4A7C15u >> 24) & bpe->merge_mask;
  while (bpe->merges[i].id >= 0 && bpe->merges[i].pair != pair) i = (i + 1) & bpe->merge_mask;
  return &bpe->merges[i];
}

#endif
