/* See bpe.h. */
#include "tokenizer/subword/bpe.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* A token of the word in hand, in a doubly linked list; -1 ends it. `id` is -1 once merged into its left neighbour. */
typedef struct {
  int32_t id, previous, next;
} symbol;

/* A pair that may be merged: it starts at symbol `at` and becomes `id`. */
typedef struct {
  uint32_t rank;
  int32_t at, id;
} candidate;

/* One encoding's memory. */
typedef struct {
  symbol *symbols;
  size_t symbol_capacity;
  candidate *heap;
  size_t heap_capacity;
  xy__text spelling;
} bpe_scratch;

static bool before(candidate a, candidate b) { return a.rank != b.rank ? a.rank < b.rank : a.at < b.at; }

static void push(candidate *heap, size_t *n, candidate c) {
  size_t i = (*n)++;
  for (; i > 0 && before(c, heap[(i - 1) / 2]); i = (i - 1) / 2) heap[i] = heap[(i - 1) / 2];
  heap[i] = c;
}

static candidate pop(candidate *heap, size_t *n) {
  candidate top = heap[0];
  candidate last = heap[--*n];
  size_t i = 0;
  for (size_t child = 1; child < *n; child = 2 * i + 1) {
    if (child + 1 < *n && before(heap[child + 1], heap[child])) child++;
    if (!before(heap[child], last)) break;
    heap[i] = heap[child];
    i = child;
  }
  heap[i] = last;
  return top;
}

static const xy__merge *merge_of(const xy__bpe *bpe, int32_t left, int32_t right) {
  const xy__merge *merge = xy__merge_slot(bpe, (uint64_t)left << 32 | (uint64_t)right);
  return merge->id >= 0 ? merge : NULL;
}

/* Merges symbols[0..n) until nothing can be merged. The heap has room for 2n: each merge takes one candidate and adds
 * at most two. */
static void merge_all(symbol *symbols, size_t n, candidate *heap, const xy__bpe *bpe) {
  size_t waiting = 0;
  for (size_t i = 0; i + 1 < n; i++) {
    const xy__merge *merge = merge_of(bpe, symbols[i].id, symbols[i + 1].id);
    if (merge != NULL) push(heap, &waiting, (candidate){merge->rank, (int32_t)i, merge->id});
  }
  while (waiting > 0) {
    candidate top = pop(heap, &waiting);
    symbol *left = &symbols[top.at];
    if (left->id < 0 || left->next < 0) continue;
    symbol *right = &symbols[left->next];
    const xy__merge *merge = merge_of(bpe, left->id, right->id);
    if (merge == NULL || merge->id != top.id) continue; /* an older pair stood here */
    left->id = top.id;
    left->next = right->next;
    right->id = -1;
    if (left->next >= 0) {
      symbols[left->next].previous = top.at;
      merge = merge_of(bpe, left->id, symbols[left->next].id);
      if (merge != NULL) push(heap, &waiting, (candidate){merge->rank, top.at, merge->id});
    }
    if (left->previous >= 0) {
      merge = merge_of(bpe, symbols[left->previous].id, left->id);
      if (merge != NULL) push(heap, &waiting, (candidate){merge->rank, left->previous, merge->id});
    }
  }
}

/* The id of one character of a word, with the marks that its place asks for; -1 when the vocabulary lacks it. Its
 * spelling is in *text afterwards. */
static int32_t character_id(bpe_scratch *scratch, const xy__bpe *bpe, const char **text, size_t *bytes, bool first,
                            bool last) {
  const char *prefix = first ? "" : bpe->prefix;
  const char *suffix = last ? bpe->suffix : "";
  if (*prefix != '\0' || *suffix != '\0') {
    xy__text_clear(&scratch->spelling);
    xy__text_add(&scratch->spelling, prefix);
    xy__text_add_bytes(&scratch->spelling, *text, *bytes);
    xy__text_add(&scratch->spelling, suffix);
    if (scratch->spelling.failed) return -1;
    *text = scratch->spelling.data;
    *bytes = scratch->spelling.size;
  } else {
    size_t length;
    int32_t c = xy__utf8_decode(*text, *bytes, &length);
    if (c < XY__N_SINGLE) return bpe->single[c];
  }
  return xy__vocabulary_id(bpe->vocabulary, *text, *bytes);
}

static size_t add_symbol(symbol *symbols, size_t n, int32_t id) {
  symbols[n] = (symbol){id, (int32_t)n - 1, (int32_t)n + 1};
  return n + 1;
}

static bool all_bytes_known(const xy__bpe *bpe, const char *text, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) {
    if (bpe->bytes[(unsigned char)text[i]] < 0) return false;
  }
  return true;
}

/* The word as single characters; *n symbols. An unknown token waits in `unknown` until the next known character, so
 * that neighbours can fuse; bytes do not end the wait (as in tokenizers, whose order of ids this keeps). */
static int spell(size_t *n, bpe_scratch *scratch, const xy__bpe *bpe, const char *word, size_t bytes, xy_error *err) {
  symbol *symbols = scratch->symbols;
  size_t count = 0;
  bool unknown = false;
  for (size_t i = 0, length; i < bytes; i += length) {
    (void)xy__utf8_decode(word + i, bytes - i, &length);
    const char *text = word + i;
    size_t text_bytes = length;
    int32_t id = character_id(scratch, bpe, &text, &text_bytes, i == 0, i + length == bytes);
    if (scratch->spelling.failed) return xy__fail_memory(err, "tokenizing");
    if (id >= 0) {
      if (unknown) count = add_symbol(symbols, count, bpe->unknown_id);
      unknown = false;
      count = add_symbol(symbols, count, id);
    } else if (bpe->byte_fallback && all_bytes_known(bpe, text, text_bytes)) {
      for (size_t b = 0; b < text_bytes; b++) {
        count = add_symbol(symbols, count, bpe->bytes[(unsigned char)text[b]]);
      }
    } else if (bpe->unknown != NULL) {
      if (bpe->unknown_id < 0) {
        return xy__fail(err, XY_ERR_FORMAT, "a character is not in the vocabulary, and neither is unk_token '%s'",
                        bpe->unknown);
      }
      if (unknown && !bpe->fuse_unknown) count = add_symbol(symbols, count, bpe->unknown_id);
      unknown = true;
    }
  }
  if (unknown) count = add_symbol(symbols, count, bpe->unknown_id);
  if (count > 0) symbols[count - 1].next = -1;
  *n = count;
  return XY_OK;
}

static bool reserve(void *items, size_t *capacity, size_t wanted, size_t size) {
  return wanted == 0 || *capacity >= wanted || xy__grow(items, capacity, wanted - 1, size);
}

static int encode_whole(xy__ids *out, bpe_scratch *scratch, const xy__bpe *bpe, const char *word, size_t bytes,
                        xy_error *err) {
  int32_t id = bpe->ignore_merges ? xy__vocabulary_id(bpe->vocabulary, word, bytes) : -1;
  if (id >= 0) return xy__ids_add(out, &id, 1) ? XY_OK : xy__fail_memory(err, "tokenizing");
  /* At most one symbol a byte, and one for each byte of the marks. */
  size_t most = bytes * (1 + strlen(bpe->prefix)) + strlen(bpe->suffix);
  if (!reserve(&scratch->symbols, &scratch->symbol_capacity, most, sizeof *scratch->symbols)) {
    return xy__fail_memory(err, "tokenizing");
  }
  size_t n = 0;
  int rc = spell(&n, scratch, bpe, word, bytes, err);
  if (rc != XY_OK) return rc;
  if (!reserve(&scratch->heap, &scratch->heap_capacity, 2 * n, sizeof *scratch->heap) || !xy__ids_reserve(out, n)) {
    return xy__fail_memory(err, "tokenizing");
  }
  merge_all(scratch->symbols, n, scratch->heap, bpe);
  for (size_t i = 0; i < n; i++) {
    if (scratch->symbols[i].id >= 0) out->ids[out->n++] = scratch->symbols[i].id;
  }
  return XY_OK;
}

static int encode_cached(xy__ids *out, bpe_scratch *scratch, const xy__bpe *bpe, const char *word, size_t bytes,
                         xy_error *err) {
  if (bytes > XY__CACHE_WORD) return encode_whole(out, scratch, bpe, word, bytes, err);
  uint64_t hash = xy__hash(word, bytes);
  size_t n;
  const int32_t *ids = xy__cache_get(&n, bpe->cache, hash, word, bytes);
  if (ids != NULL) return xy__ids_add(out, ids, n) ? XY_OK : xy__fail_memory(err, "tokenizing");
  size_t start = out->n;
  int rc = encode_whole(out, scratch, bpe, word, bytes, err);
  if (rc != XY_OK) return rc;
  if (out->n > start) xy__cache_put(bpe->cache, hash, word, bytes, out->ids + start, out->n - start);
  return XY_OK;
}

static int encode(xy__ids *out, void *scratch, const void *model, const char *word, size_t bytes, xy_error *err) {
  const xy__bpe *bpe = model;
  if (!bpe->separable) return encode_cached(out, scratch, bpe, word, bytes, err);
  /* Nothing is ever merged across a space that follows another character: what lies between can be encoded (and
   * kept) by itself. */
  static const char mark[] = "\xE2\x96\x81";
  size_t start = 0;
  for (size_t i = 1; i + 3 <= bytes; i++) {
    if (word[i] != mark[0] || memcmp(word + i, mark, 3) != 0 || (i >= 3 && memcmp(word + i - 3, mark, 3) == 0))
      continue;
    int rc = encode_cached(out, scratch, bpe, word + start, i - start, err);
    if (rc != XY_OK) return rc;
    start = i;
  }
  return encode_cached(out, scratch, bpe, word + start, bytes - start, err);
}

static int read_model(void **out, xy__vocabulary *vocabulary, xy__subword_members *members, xy_error *err) {
  xy__bpe *bpe = xy__array(1, sizeof *bpe);
  if (bpe == NULL) return xy__fail_memory(err, "a tokenizer");
  *out = bpe;
  return xy__bpe_read(bpe, vocabulary, members, err);
}

static void free_model(void *model) {
  if (model != NULL) xy__bpe_dispose(model);
  free(model);
}

static const char *describe(const void *model) {
  const xy__bpe *bpe = model;
  return bpe->byte_fallback ? "BPE with byte fallback" : "BPE";
}

static int32_t unknown(const void *model) { return ((const xy__bpe *)model)->unknown_id; }

static void *scratch_new(void) { return xy__array(1, sizeof(bpe_scratch)); }

static void scratch_free(void *scratch) {
  bpe_scratch *s = scratch;
  if (s == NULL) return;
  free(s->symbols);
  free(s->heap);
  xy__text_dispose(&s->spelling);
  free(s);
}

const xy__subword xy__subword_bpe = {"BPE",       read_model,   free_model, describe,
                                     scratch_new, scratch_free, encode,     unknown};
