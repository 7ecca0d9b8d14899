/* The BPE model of tokenizer.json: vocabulary, ranked merges, and the encoding of one word.
 *
 * Encoding follows huggingface/tokenizers (models/bpe: merge_word, merge_all): a word starts as its code points
 * (unknown ones become bytes, the unknown token, or nothing), then the pair of lowest rank, leftmost first, is merged
 * until none is left. A heap of candidate pairs makes that O(n log n).
 */
#ifndef XY_TOKENIZER_BPE_H
#define XY_TOKENIZER_BPE_H

#include "base/text.h"
#include "tokenizer/cache.h"
#include "tokenizer/scan.h"
#include "tokenizer/tokenizer.h"

typedef struct xy__token_text {
  const char *text; /* NULL: no such token */
  size_t bytes;
} xy__token_text;

enum { XY__MAX_ID = 1 << 22 }; /* ids stay below; the largest vocabularies of today have 2^18 */
enum { XY__N_SINGLE = 0x3000 };

typedef struct xy__merge {
  uint64_t pair; /* left id << 32 | right id */
  uint32_t rank;
  int32_t id; /* -1: an empty slot */
} xy__merge;

typedef struct xy__bpe {
  xy__map ids;           /* token text -> id; texts live in the file's buffer */
  xy__token_text *texts; /* [size], by id; NULL once the tokenizer has taken them */
  int32_t size;          /* largest id + 1 */
  int32_t count;         /* tokens */
  xy__merge *merges;     /* open addressing, merge_mask + 1 slots */
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

/* Reads the "model" object of tokenizer.json at scan->at; strings are unescaped in place and stay there.
 * xy__bpe_dispose takes half-read ones. */
int xy__bpe_read(xy__bpe *out, xy__scan *scan);
void xy__bpe_dispose(xy__bpe *bpe);

/* The slot of a pair, or the empty one where it belongs. */
static inline xy__merge *xy__merge_slot(const xy__bpe *bpe, uint64_t pair) {
  size_t i = (size_t)(pair * 0x9E3779B97F4A7C15u >> 24) & bpe->merge_mask;
  while (bpe->merges[i].id >= 0 && bpe->merges[i].pair != pair) i = (i + 1) & bpe->merge_mask;
  return &bpe->merges[i];
}

/* One thread's memory for encoding. Zero-initialise. */
typedef struct xy__bpe_scratch {
  struct xy__symbol *symbols;
  size_t symbol_capacity;
  struct xy__candidate *heap;
  size_t heap_capacity;
  xy__text spelling;
} xy__bpe_scratch;
void xy__bpe_scratch_dispose(xy__bpe_scratch *scratch);

/* Appends the ids of one word (valid UTF-8). */
int xy__bpe_encode(xy__ids *out, xy__bpe_scratch *scratch, const xy__bpe *bpe, const char *word, size_t bytes,
                   xy_error *err);

/* Room for `more` ids. */
bool xy__ids_reserve(xy__ids *ids, size_t more);

#endif
