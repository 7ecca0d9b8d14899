/* See added.h. */
#include "tokenizer/added.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tokenizer/unicode.h"

typedef struct xy__trie_node {
  int32_t child, sibling; /* indices; 0 for none: the root is neither */
  int32_t token;          /* index of the token that ends here; -1 for none */
  unsigned char byte;
} node;

static bool add_node(xy__trie *trie, node n) {
  if (!xy__grow(&trie->nodes, &trie->capacity, trie->n, sizeof *trie->nodes)) return false;
  trie->nodes[trie->n++] = n;
  return true;
}

static int32_t child_of(const xy__trie *trie, int32_t parent, unsigned char byte) {
  if (parent == 0) return trie->first[byte];
  int32_t c = trie->nodes[parent].child;
  while (c > 0 && trie->nodes[c].byte != byte) c = trie->nodes[c].sibling;
  return c;
}

/* Of two tokens that normalization makes one spelling the last is found; Hugging Face's choice depends on the order of
 * a hash table and changes from run to run. */
static bool trie_add(xy__trie *trie, const char *text, size_t bytes, int32_t token) {
  if (trie->n == 0 && !add_node(trie, (node){.token = -1})) return false;
  int32_t at = 0;
  for (size_t i = 0; i < bytes; i++) {
    unsigned char byte = (unsigned char)text[i];
    int32_t child = child_of(trie, at, byte);
    if (child == 0) {
      child = (int32_t)trie->n;
      if (!add_node(trie, (node){.sibling = trie->nodes[at].child, .token = -1, .byte = byte})) return false;
      trie->nodes[at].child = child;
      if (at == 0) trie->first[byte] = child;
    }
    at = child;
  }
  trie->nodes[at].token = token;
  return true;
}

/* The longest token at text[at..n), or -1; *end is where it ends. */
static int32_t trie_find(size_t *end, const xy__trie *trie, const char *text, size_t at, size_t n) {
  int32_t found = -1;
  int32_t state = 0;
  for (size_t i = at; i < n; i++) {
    state = child_of(trie, state, (unsigned char)text[i]);
    if (state == 0) break;
    if (trie->nodes[state].token >= 0) {
      found = trie->nodes[state].token;
      *end = i + 1;
    }
  }
  return found;
}

static int read_token(xy__added_token *out, int64_t *id, const json_t *json, const char *where, xy_error *err) {
  const char *content;
  if (!json_is_object(json)) return xy__fail(err, XY_ERR_FORMAT, "%s: expected an object", where);
  int rc = xy__json_string(&content, json, "content", NULL, where, err);
  if (rc == XY_OK) rc = xy__json_int(id, json, "id", -1, where, err);
  if (rc == XY_OK) rc = xy__json_bool(&out->special, json, "special", false, where, err);
  if (rc == XY_OK) rc = xy__json_bool(&out->single_word, json, "single_word", false, where, err);
  if (rc == XY_OK) rc = xy__json_bool(&out->lstrip, json, "lstrip", false, where, err);
  if (rc == XY_OK) rc = xy__json_bool(&out->rstrip, json, "rstrip", false, where, err);
  if (rc == XY_OK) rc = xy__json_bool(&out->normalized, json, "normalized", true, where, err);
  if (rc != XY_OK) return rc;
  if (content == NULL || *content == '\0') return xy__fail(err, XY_ERR_FORMAT, "%s: a token without 'content'", where);
  if (*id < 0 || *id >= XY__MAX_ID) {
    return xy__fail(err, XY_ERR_FORMAT, "%s ('%s'): expected an id from 0 to %d, found %lld", where, content,
                    XY__MAX_ID - 1, (long long)*id);
  }
  out->content = strdup(content);
  out->bytes = strlen(content);
  return out->content != NULL ? XY_OK : xy__fail_memory(err, where);
}

/* The id that Hugging Face gives a token when it loads the file: the vocabulary's, an earlier added token's, or the
 * next free one. */
static int64_t hugging_face_id(const xy__added *added, const xy__vocabulary *vocabulary, const xy__added_token *token) {
  int64_t known = xy__added_id(added, vocabulary, token->content, token->bytes);
  if (known >= 0) return known;
  return added->n > 0 && added->largest >= vocabulary->count ? (int64_t)added->largest + 1 : vocabulary->count;
}

static int read_tokens(xy__added *out, const json_t *json, const xy__vocabulary *vocabulary, const char *file,
                       xy_error *err) {
  for (size_t i = 0; i < json_array_size(json); i++) {
    char where[512];
    xy__added_token token = {0};
    int64_t id = -1;
    snprintf(where, sizeof where, "%s: added_tokens[%zu]", file, i);
    int rc = read_token(&token, &id, json_array_get(json, i), where, err);
    if (rc != XY_OK) return rc;
    int64_t wanted = hugging_face_id(out, vocabulary, &token);
    if (wanted != id) {
      rc = xy__fail(err, XY_ERR_FORMAT, "%s ('%s'): expected id %lld (what Hugging Face gives it), found %lld", where,
                    token.content, (long long)wanted, (long long)id);
    } else if (!xy__grow(&out->tokens, &out->capacity, out->n, sizeof *out->tokens) ||
               !xy__map_put(&out->ids, token.content, token.bytes, id)) {
      rc = xy__fail_memory(err, where);
    }
    if (rc != XY_OK) {
      free(token.content);
      return rc;
    }
    token.id = (int32_t)id;
    out->tokens[out->n++] = token;
    if (token.id > out->largest) out->largest = token.id;
  }
  return XY_OK;
}

static int index_token(xy__added *out, size_t i, const xy__normalizers *normalizers, const char *file, xy_error *err) {
  xy__added_token *token = &out->tokens[i];
  if (!token->normalized) {
    bool added = trie_add(&out->raw, token->content, token->bytes, (int32_t)i);
    return added ? XY_OK : xy__fail_memory(err, file);
  }
  xy__text text = {0};
  xy__text spare[2] = {{0}};
  xy__matcher matcher = {0};
  bool origin = true;
  int rc = xy__normalize(&text, &origin, normalizers, token->content, token->bytes, &matcher, spare, err);
  if (rc == XY_OK && text.size == 0) {
    rc = xy__fail(err, XY_ERR_UNSUPPORTED, "%s: added token '%s' is normalized to nothing", file, token->content);
  }
  if (rc == XY_OK && strcmp(text.data, token->content) != 0) {
    token->written = strdup(text.data);
    if (token->written == NULL) rc = xy__fail_memory(err, file);
  }
  if (rc == XY_OK && !trie_add(&out->normalized, text.data, text.size, (int32_t)i)) rc = xy__fail_memory(err, file);
  xy__text_dispose(&text);
  xy__text_dispose(&spare[0]);
  xy__text_dispose(&spare[1]);
  xy__matcher_dispose(&matcher);
  return rc;
}

/* One that is listed twice is special where either says so. */
static int index_ids(xy__added *out, const char *file, xy_error *err) {
  out->by_id = xy__array((size_t)out->largest + 1, sizeof *out->by_id);
  if (out->by_id == NULL) return xy__fail_memory(err, file);
  for (size_t i = 0; i < out->n; i++) {
    xy__added_token *token = &out->tokens[i];
    const xy__added_token *earlier = out->by_id[token->id];
    token->special = token->special || (earlier != NULL && earlier->special);
    out->by_id[token->id] = token;
  }
  return XY_OK;
}

int xy__added_read(xy__added *out, const json_t *json, const xy__vocabulary *vocabulary,
                   const xy__normalizers *normalizers, const char *file, xy_error *err) {
  if (json == NULL || json_is_null(json)) return XY_OK;
  if (!json_is_array(json)) return xy__fail(err, XY_ERR_FORMAT, "%s: added_tokens: expected an array", file);
  int rc = read_tokens(out, json, vocabulary, file, err);
  for (size_t i = 0; rc == XY_OK && i < out->n; i++) rc = index_token(out, i, normalizers, file, err);
  return rc == XY_OK && out->n > 0 ? index_ids(out, file, err) : rc;
}

void xy__added_dispose(xy__added *added) {
  for (size_t i = 0; i < added->n; i++) {
    free(added->tokens[i].content);
    free(added->tokens[i].written);
  }
  free(added->tokens);
  xy__map_dispose(&added->ids);
  free(added->by_id);
  free(added->raw.nodes);
  free(added->normalized.nodes);
  *added = (xy__added){0};
}

int64_t xy__added_id(const xy__added *added, const xy__vocabulary *vocabulary, const char *text, size_t bytes) {
  int64_t id;
  return xy__map_get(&added->ids, text, bytes, &id) ? id : xy__vocabulary_id(vocabulary, text, bytes);
}

static size_t character_before(const char *text, size_t at) {
  size_t start = at - 1;
  while (start > 0 && ((unsigned char)text[start] & 0xC0) == 0x80) start--;
  return start;
}

static bool word_before(const char *text, size_t at) {
  if (at == 0) return false;
  size_t start = character_before(text, at);
  size_t bytes;
  return xy__word_character(xy__utf8_decode(text + start, at - start, &bytes));
}

static bool word_after(const char *text, size_t at, size_t n) {
  size_t bytes;
  return at < n && xy__word_character(xy__utf8_decode(text + at, n - at, &bytes));
}

static size_t spaces_before(const char *text, size_t at) {
  while (at > 0) {
    size_t start = character_before(text, at);
    size_t bytes;
    if (!xy__white_space(xy__utf8_decode(text + start, at - start, &bytes))) break;
    at = start;
  }
  return at;
}

static size_t spaces_after(const char *text, size_t at, size_t n) {
  size_t bytes;
  while (at < n && xy__white_space(xy__utf8_decode(text + at, n - at, &bytes))) at += bytes;
  return at;
}

int xy__added_split(xy__pieces *out, const xy__added *added, const xy__trie *trie, const char *text, xy__piece piece,
                    xy_error *err) {
  const char *t = text + piece.start;
  size_t n = piece.end - piece.start;
  size_t done = 0;
  bool enough = true;
  for (size_t at = 0, end = 0; trie->n > 0 && at < n && enough;) {
    int32_t found = trie_find(&end, trie, t, at, n);
    if (found < 0) {
      at++;
      continue;
    }
    const xy__added_token *token = &added->tokens[found];
    size_t start = at;
    at = end; /* the search goes on here, also when the token takes white space beyond it */
    if (token->single_word && (word_before(t, start) || word_after(t, end, n))) continue;
    if (token->lstrip) {
      start = spaces_before(t, start);
      if (start < done) start = done;
    }
    if (token->rstrip) end = spaces_after(t, end, n);
    xy__piece before = {piece.start + done, piece.start + (start > done ? start : done), -1, piece.origin && done == 0};
    xy__piece match = {piece.start + start, piece.start + end, token->id, false};
    enough = xy__pieces_add(out, before) && xy__pieces_add(out, match);
    done = end;
  }
  xy__piece rest = {piece.start + done, piece.end, -1, piece.origin && done == 0};
  if (!enough || (done < n && !xy__pieces_add(out, rest))) return xy__fail_memory(err, "splitting");
  return XY_OK;
}
