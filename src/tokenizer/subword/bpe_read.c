/* Reads the BPE model: see bpe.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "tokenizer/subword/bpe.h"

enum { usual_entry = 24 }; /* bytes that a merge takes in the file; the table starts with as much room */

static int read_settings(xy__bpe *bpe, const json_t *small, const char *name, xy_error *err) {
  const char *prefix;
  const char *suffix;
  const char *unknown;
  double dropout;
  int rc = xy__json_real(&dropout, small, "dropout", 0, name, err);
  if (rc == XY_OK && dropout != 0) {
    return xy__fail(err, XY_ERR_UNSUPPORTED, "%s: model: dropout %g makes tokens random; set it to null", name,
                    dropout);
  }
  if (rc == XY_OK) rc = xy__json_string(&prefix, small, "continuing_subword_prefix", "", name, err);
  if (rc == XY_OK) rc = xy__json_string(&suffix, small, "end_of_word_suffix", "", name, err);
  if (rc == XY_OK) rc = xy__json_string(&unknown, small, "unk_token", NULL, name, err);
  if (rc == XY_OK) rc = xy__json_bool(&bpe->fuse_unknown, small, "fuse_unk", false, name, err);
  if (rc == XY_OK) rc = xy__json_bool(&bpe->byte_fallback, small, "byte_fallback", false, name, err);
  if (rc == XY_OK) rc = xy__json_bool(&bpe->ignore_merges, small, "ignore_merges", false, name, err);
  if (rc != XY_OK) return rc;
  bpe->prefix = strdup(prefix);
  bpe->suffix = strdup(suffix);
  bpe->unknown = unknown != NULL ? strdup(unknown) : NULL;
  if (bpe->prefix == NULL || bpe->suffix == NULL || (unknown != NULL && bpe->unknown == NULL)) {
    return xy__fail_memory(err, name);
  }
  return XY_OK;
}

/* What single characters and bytes are, so that encoding starts without a search. */
static void index_vocabulary(xy__bpe *bpe) {
  for (size_t i = 0; i < XY__N_SINGLE; i++) bpe->single[i] = -1;
  for (size_t i = 0; i < 256; i++) {
    char text[8];
    snprintf(text, sizeof text, "<0x%02X>", (unsigned)i);
    bpe->bytes[i] = xy__vocabulary_id(bpe->vocabulary, text, 6);
  }
  for (int32_t id = 0; id < bpe->vocabulary->size; id++) {
    xy__token_text token = bpe->vocabulary->texts[id];
    if (token.text == NULL || token.bytes == 0) continue;
    size_t bytes;
    int32_t c = xy__utf8_decode(token.text, token.bytes, &bytes);
    if (bytes == token.bytes && c >= 0 && c < XY__N_SINGLE) bpe->single[c] = id;
  }
  if (bpe->unknown != NULL) bpe->unknown_id = xy__vocabulary_id(bpe->vocabulary, bpe->unknown, strlen(bpe->unknown));
}

/* A table of a power of two of slots, at least `slots`. */
static bool grow_merges(xy__bpe *bpe, size_t slots) {
  size_t old = bpe->merges != NULL ? bpe->merge_mask + 1 : 0;
  xy__bpe grown = {.merge_mask = 4096 - 1};
  while (grown.merge_mask + 1 < slots) grown.merge_mask = grown.merge_mask * 2 + 1;
  grown.merges = xy__aligned((grown.merge_mask + 1) * sizeof *grown.merges);
  if (grown.merges == NULL) return false;
  for (size_t i = 0; i <= grown.merge_mask; i++) grown.merges[i] = (xy__merge){.id = -1};
  for (size_t i = 0; i < old; i++) {
    if (bpe->merges[i].id >= 0) *xy__merge_slot(&grown, bpe->merges[i].pair) = bpe->merges[i];
  }
  free(bpe->merges);
  bpe->merges = grown.merges;
  bpe->merge_mask = grown.merge_mask;
  return true;
}

/* Whether token `id` is the two texts, one after the other. */
static bool is_token(const xy__vocabulary *v, int64_t id, const xy__token_text parts[2]) {
  if (id < 0 || id >= v->size || v->texts[id].text == NULL) return false;
  xy__token_text token = v->texts[id];
  return token.bytes == parts[0].bytes + parts[1].bytes && memcmp(token.text, parts[0].text, parts[0].bytes) == 0 &&
         memcmp(token.text + parts[0].bytes, parts[1].text, parts[1].bytes) == 0;
}

/* *next: the id that this merge's token has when ids follow ranks, as trainers give them; kept up to date. */
static int add_merge(xy__bpe *bpe, const xy__scan *scan, uint32_t rank, const xy__token_text parts[2], xy__text *whole,
                     int64_t *next) {
  int64_t ids[3] = {-1, -1, *next};
  const char *missing = NULL;
  size_t cut = strlen(bpe->prefix); /* a continued part loses its mark when it is merged */
  if (cut > parts[1].bytes) cut = parts[1].bytes;
  xy__token_text joined[2] = {parts[0], {parts[1].text + cut, parts[1].bytes - cut}};
  if (!is_token(bpe->vocabulary, *next, joined)) {
    xy__text_clear(whole);
    for (int i = 0; i < 2; i++) xy__text_add_bytes(whole, joined[i].text, joined[i].bytes);
    if (whole->failed) return xy__fail_memory(scan->err, scan->name);
    if (!xy__map_get(&bpe->vocabulary->ids, whole->data, whole->size, &ids[2])) missing = whole->data;
  }
  if (!xy__map_get(&bpe->vocabulary->ids, parts[1].text, parts[1].bytes, &ids[1])) missing = parts[1].text;
  if (!xy__map_get(&bpe->vocabulary->ids, parts[0].text, parts[0].bytes, &ids[0])) missing = parts[0].text;
  if (missing != NULL) {
    return xy__fail(scan->err, XY_ERR_FORMAT, "%s: model.merges[%u] ('%s' '%s'): token '%s' is not in the vocabulary",
                    scan->name, rank, parts[0].text, parts[1].text, missing);
  }
  *next = ids[2] + 1;
  uint64_t pair = (uint64_t)ids[0] << 32 | (uint64_t)ids[1];
  if ((bpe->n_merges + 1) * 2 > bpe->merge_mask && !grow_merges(bpe, bpe->merge_mask * 2)) {
    return xy__fail_memory(scan->err, scan->name);
  }
  xy__merge *slot = xy__merge_slot(bpe, pair);
  if (slot->id < 0) bpe->n_merges++;
  *slot = (xy__merge){pair, rank, (int32_t)ids[2]}; /* a pair given twice: the later rank holds, as in HF */
  return XY_OK;
}

/* "a b" or ["a", "b"]. */
static int read_merge(xy__token_text parts[2], xy__scan *scan, size_t rank) {
  if (xy__scan_peek(scan) == '[') {
    bool more = true;
    int rc = xy__scan_open(scan, '[');
    size_t n = 0;
    for (; rc == XY_OK; n++) {
      char *text;
      size_t bytes;
      if ((rc = xy__scan_more(&more, scan, n == 0, ']')) != XY_OK || !more) break;
      if ((rc = xy__scan_string(&text, &bytes, scan)) != XY_OK) break;
      if (n < 2) parts[n] = (xy__token_text){text, bytes};
    }
    if (rc != XY_OK || n == 2) return rc;
    return xy__fail(scan->err, XY_ERR_FORMAT, "%s: model.merges[%zu]: expected two tokens, found %zu", scan->name, rank,
                    n);
  }
  char *text;
  size_t bytes;
  int rc = xy__scan_string(&text, &bytes, scan);
  if (rc != XY_OK) return rc;
  char *space = memchr(text, ' ', bytes);
  if (space == NULL || memchr(space + 1, ' ', bytes - (size_t)(space + 1 - text)) != NULL) {
    return xy__fail(scan->err, XY_ERR_FORMAT, "%s: model.merges[%zu]: expected two tokens and a space, found '%s'",
                    scan->name, rank, text);
  }
  *space = '\0';
  parts[0] = (xy__token_text){text, (size_t)(space - text)};
  parts[1] = (xy__token_text){space + 1, bytes - parts[0].bytes - 1};
  return XY_OK;
}

/* U+2581, the mark of a space in SentencePiece vocabularies. */
static const char mark[] = "\xE2\x96\x81";
enum { MARK_BYTES = 3 };

/* Whether a word may be encoded in pieces that start at marks, merges apart: no character may vanish, which would join
 * its neighbours, and a character's id must not depend on its place in the word. */
static bool may_be_separable(const xy__bpe *bpe) {
  int64_t id;
  bool kept = bpe->byte_fallback;
  for (int i = 0; i < 256; i++) kept = kept && bpe->bytes[i] >= 0;
  kept = kept || bpe->unknown_id >= 0;
  return kept && !bpe->ignore_merges && *bpe->prefix == '\0' && *bpe->suffix == '\0' &&
         xy__map_get(&bpe->vocabulary->ids, mark, MARK_BYTES, &id);
}

static bool reaches_into_mark(const xy__token_text parts[2]) {
  bool marked = parts[1].bytes >= MARK_BYTES && memcmp(parts[1].text, mark, MARK_BYTES) == 0;
  bool after_mark =
      parts[0].bytes >= MARK_BYTES && memcmp(parts[0].text + parts[0].bytes - MARK_BYTES, mark, MARK_BYTES) == 0;
  return marked && !after_mark;
}

static int read_merges(xy__bpe *bpe, xy__scan *scan) {
  if (!grow_merges(bpe, (size_t)(scan->end - scan->at) / usual_entry * 2)) {
    return xy__fail_memory(scan->err, scan->name);
  }
  bpe->separable = may_be_separable(bpe);
  xy__text whole = {0};
  int64_t next = -1;
  bool more = true;
  int rc = xy__scan_open(scan, '[');
  for (size_t rank = 0; rc == XY_OK; rank++) {
    xy__token_text parts[2];
    if ((rc = xy__scan_more(&more, scan, rank == 0, ']')) != XY_OK || !more) break;
    if ((rc = read_merge(parts, scan, rank)) != XY_OK) break;
    rc = add_merge(bpe, scan, (uint32_t)rank, parts, &whole, &next);
    bpe->separable = bpe->separable && !reaches_into_mark(parts);
  }
  xy__text_dispose(&whole);
  return rc;
}

int xy__bpe_read(xy__bpe *out, xy__vocabulary *vocabulary, xy__subword_members *members, xy_error *err) {
  const char *name = members->vocab.name;
  *out = (xy__bpe){.vocabulary = vocabulary, .unknown_id = -1};
  int rc = read_settings(out, members->small, name, err);
  if (rc != XY_OK) return rc;
  if (members->vocab.at == NULL || members->merges.at == NULL) {
    return xy__fail(err, XY_ERR_FORMAT, "%s: model has no '%s'", name, members->vocab.at == NULL ? "vocab" : "merges");
  }
  if ((rc = xy__vocabulary_read(vocabulary, &members->vocab)) != XY_OK) return rc;
  index_vocabulary(out);
  if ((rc = read_merges(out, &members->merges)) != XY_OK) return rc;
  out->cache = xy__cache_new();
  return out->cache != NULL ? XY_OK : xy__fail_memory(err, name);
}

void xy__bpe_dispose(xy__bpe *bpe) {
  free(bpe->merges);
  free(bpe->prefix);
  free(bpe->suffix);
  free(bpe->unknown);
  xy__cache_free(bpe->cache);
  *bpe = (xy__bpe){0};
}
