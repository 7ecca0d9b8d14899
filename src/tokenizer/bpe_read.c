/* Reads the BPE model: see bpe.h. Members come in any order, so the two long lists are remembered where they stand
 * and read when the small members are known. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "tokenizer/bpe.h"

enum { usual_entry = 24 }; /* bytes that a token or a merge takes in the file; tables start with as much room */

/* The small members, by Jansson; NULL where absent. */
typedef struct {
  json_t *small; /* an object of all members but the two lists */
  char *vocabulary, *merges;
  size_t vocabulary_bytes, merges_bytes;
} members;

static int read_members(members *out, xy__scan *scan) {
  out->small = json_object();
  if (out->small == NULL) return xy__fail_memory(scan->err, scan->name);
  int rc = xy__scan_open(scan, '{');
  bool more = true;
  for (bool first = true; rc == XY_OK; first = false) {
    char *key;
    char *value;
    size_t key_bytes;
    size_t bytes;
    if ((rc = xy__scan_more(&more, scan, first, '}')) != XY_OK || !more) break;
    if ((rc = xy__scan_key(&key, &key_bytes, scan)) != XY_OK) break;
    if ((rc = xy__scan_skip(&value, &bytes, scan)) != XY_OK) break;
    if (strcmp(key, "vocab") == 0) {
      out->vocabulary = value;
      out->vocabulary_bytes = bytes;
    } else if (strcmp(key, "merges") == 0) {
      out->merges = value;
      out->merges_bytes = bytes;
    } else {
      json_t *small;
      rc = xy__json_parse(&small, value, bytes, scan->name, scan->err);
      if (rc != XY_OK) {
        xy__fail_prefix(scan->err, rc, "model.%s", key);
      } else if (json_object_set_new(out->small, key, small) != 0) {
        rc = xy__fail_memory(scan->err, scan->name);
      }
    }
  }
  return rc;
}

static int read_settings(xy__bpe *bpe, const json_t *small, xy__scan *scan) {
  const char *name = scan->name;
  xy_error *err = scan->err;
  const char *type;
  const char *prefix;
  const char *suffix;
  const char *unknown;
  double dropout;
  int rc = xy__json_string(&type, small, "type", "BPE", name, err);
  if (rc == XY_OK && strcmp(type, "BPE") != 0) {
    return xy__fail(err, XY_ERR_UNSUPPORTED, "%s: model: type '%s' is not supported (BPE is)", name, type);
  }
  if (rc == XY_OK) rc = xy__json_real(&dropout, small, "dropout", 0, name, err);
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

static int add_token(xy__bpe *bpe, size_t *capacity, const xy__scan *scan, const char *text, size_t bytes, int64_t id) {
  if (id < 0 || id >= XY__MAX_ID) {
    return xy__fail(scan->err, XY_ERR_FORMAT, "%s: model.vocab: token '%s': expected an id from 0 to %d, found %lld",
                    scan->name, text, XY__MAX_ID - 1, (long long)id);
  }
  size_t before = bpe->ids.used;
  if (!xy__map_put(&bpe->ids, text, bytes, id)) return xy__fail_memory(scan->err, scan->name);
  if (bpe->ids.used == before) {
    return xy__fail(scan->err, XY_ERR_FORMAT, "%s: model.vocab: token '%s' is there twice", scan->name, text);
  }
  if ((size_t)id >= *capacity) {
    size_t wanted = (size_t)id * 2 + 1024;
    xy__token_text *grown = realloc(bpe->texts, wanted * sizeof *grown);
    if (grown == NULL) return xy__fail_memory(scan->err, scan->name);
    memset(grown + *capacity, 0, (wanted - *capacity) * sizeof *grown);
    bpe->texts = grown;
    *capacity = wanted;
  }
  if (bpe->texts[id].text != NULL) {
    return xy__fail(scan->err, XY_ERR_FORMAT, "%s: model.vocab: id %lld is given to '%s' and to '%s'", scan->name,
                    (long long)id, bpe->texts[id].text, text);
  }
  bpe->texts[id] = (xy__token_text){text, bytes};
  if (id >= bpe->size) bpe->size = (int32_t)id + 1;
  bpe->count++;
  return XY_OK;
}

static int read_vocabulary(xy__bpe *bpe, xy__scan *scan) {
  size_t capacity = 0;
  bool more = true;
  if (!xy__map_reserve(&bpe->ids, (size_t)(scan->end - scan->at) / usual_entry)) {
    return xy__fail_memory(scan->err, scan->name);
  }
  int rc = xy__scan_open(scan, '{');
  for (bool first = true; rc == XY_OK; first = false) {
    char *text;
    size_t bytes;
    int64_t id;
    if ((rc = xy__scan_more(&more, scan, first, '}')) != XY_OK || !more) break;
    if ((rc = xy__scan_key(&text, &bytes, scan)) != XY_OK) break;
    if ((rc = xy__scan_integer(&id, scan)) != XY_OK) break;
    rc = add_token(bpe, &capacity, scan, text, bytes, id);
  }
  if (rc != XY_OK) return rc;
  if (bpe->count == 0) return xy__fail(scan->err, XY_ERR_FORMAT, "%s: model.vocab is empty", scan->name);
  return XY_OK;
}

/* What single characters and bytes are, so that encoding starts without a search. */
static void index_vocabulary(xy__bpe *bpe) {
  for (size_t i = 0; i < XY__N_SINGLE; i++) bpe->single[i] = -1;
  for (size_t i = 0; i < 256; i++) {
    char text[8];
    int64_t id;
    snprintf(text, sizeof text, "<0x%02X>", (unsigned)i);
    bpe->bytes[i] = xy__map_get(&bpe->ids, text, 6, &id) ? (int32_t)id : -1;
  }
  for (int32_t id = 0; id < bpe->size; id++) {
    xy__token_text token = bpe->texts[id];
    if (token.text == NULL || token.bytes == 0) continue;
    size_t bytes;
    int32_t c = xy__utf8_decode(token.text, token.bytes, &bytes);
    if (bytes == token.bytes && c >= 0 && c < XY__N_SINGLE) bpe->single[c] = id;
  }
  int64_t unknown;
  bool known = bpe->unknown != NULL && xy__map_get(&bpe->ids, bpe->unknown, strlen(bpe->unknown), &unknown);
  bpe->unknown_id = known ? (int32_t)unknown : -1;
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
static bool is_token(const xy__bpe *bpe, int64_t id, const xy__token_text parts[2]) {
  if (id < 0 || id >= bpe->size || bpe->texts[id].text == NULL) return false;
  xy__token_text token = bpe->texts[id];
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
  if (!is_token(bpe, *next, joined)) {
    xy__text_clear(whole);
    for (int i = 0; i < 2; i++) xy__text_add_bytes(whole, joined[i].text, joined[i].bytes);
    if (whole->failed) return xy__fail_memory(scan->err, scan->name);
    if (!xy__map_get(&bpe->ids, whole->data, whole->size, &ids[2])) missing = whole->data;
  }
  if (!xy__map_get(&bpe->ids, parts[1].text, parts[1].bytes, &ids[1])) missing = parts[1].text;
  if (!xy__map_get(&bpe->ids, parts[0].text, parts[0].bytes, &ids[0])) missing = parts[0].text;
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
         xy__map_get(&bpe->ids, mark, MARK_BYTES, &id);
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

/* A list that was remembered in read_members. */
static xy__scan list_scan(const xy__scan *scan, char *text, size_t bytes) {
  xy__scan list = *scan;
  list.at = text;
  list.end = text + bytes;
  return list;
}

int xy__bpe_read(xy__bpe *out, xy__scan *scan) {
  *out = (xy__bpe){.unknown_id = -1};
  members found = {0};
  int rc = read_members(&found, scan);
  if (rc == XY_OK) rc = read_settings(out, found.small, scan);
  json_decref(found.small);
  if (rc != XY_OK) return rc;
  if (found.vocabulary == NULL || found.merges == NULL) {
    return xy__fail(scan->err, XY_ERR_FORMAT, "%s: model has no '%s'", scan->name,
                    found.vocabulary == NULL ? "vocab" : "merges");
  }
  xy__scan list = list_scan(scan, found.vocabulary, found.vocabulary_bytes);
  if ((rc = read_vocabulary(out, &list)) != XY_OK) return rc;
  index_vocabulary(out);
  list = list_scan(scan, found.merges, found.merges_bytes);
  if ((rc = read_merges(out, &list)) != XY_OK) return rc;
  out->cache = xy__cache_new();
  return out->cache != NULL ? XY_OK : xy__fail_memory(scan->err, scan->name);
}

void xy__bpe_dispose(xy__bpe *bpe) {
  xy__map_dispose(&bpe->ids);
  free(bpe->texts);
  free(bpe->merges);
  free(bpe->prefix);
  free(bpe->suffix);
  free(bpe->unknown);
  xy__cache_free(bpe->cache);
  *bpe = (xy__bpe){0};
}
