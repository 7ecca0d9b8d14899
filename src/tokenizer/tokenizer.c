/* See tokenizer.h. tokenizer.json is a pipeline, and so is this: added tokens (added.h), normalizers (normalize.h),
 * pre-tokenizers (pretokenize.h), the subword model (subword/subword.h), post-processor (post_process.h); and back, the
 * decoder (decode.h).
 *
 * What is put around a text is what the file's post_processor says. `add_bos_token` in tokenizer_config.json is not
 * consulted: Transformers 4 wrote its effect into the post-processor when it saved a tokenizer, and Transformers 5
 * (5.23) does not look at it either. "truncation" and "padding" are ignored, as Transformers switches them off unless
 * asked for.
 */
#include "tokenizer/tokenizer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "tokenizer/added.h"
#include "tokenizer/decode.h"
#include "tokenizer/normalize.h"
#include "tokenizer/post_process.h"
#include "tokenizer/pretokenize.h"
#include "tokenizer/scan.h"
#include "tokenizer/subword/subword.h"

struct xy_tokenizer {
  char *file;                /* the text of tokenizer.json, which the vocabulary points into */
  xy__vocabulary vocabulary; /* once read: with the added tokens' texts, over the model's own */
  const xy__subword *kind;   /* of the model */
  void *model;
  xy__normalizers normalizers;
  xy__splitters splitters;
  xy__added added;
  xy__surround surround;
  xy__decoders decoders;
  int64_t bos, eos;
  char summary[128];
  char digest[XY__DIGEST_HEX];
};

/* One encoding's memory. */
typedef struct {
  xy__text text, spare[2];
  xy__pieces pieces, spare_pieces;
  xy__matcher matcher;
  void *scratch; /* of the model */
} work;

static void work_dispose(work *w, const xy_tokenizer *t) {
  xy__text_dispose(&w->text);
  xy__text_dispose(&w->spare[0]);
  xy__text_dispose(&w->spare[1]);
  free(w->pieces.items);
  free(w->spare_pieces.items);
  xy__matcher_dispose(&w->matcher);
  t->kind->scratch_free(w->scratch);
}

/* ---- reading ------------------------------------------------------------------------------------------- */

/* The small members of the file go to one object, the model is read where it stands. */
static int read_members(json_t **small, xy_tokenizer *t, xy__scan *scan) {
  static const char *const known[] = {"version",        "truncation", "padding",
                                      "added_tokens",   "normalizer", "pre_tokenizer",
                                      "post_processor", "decoder",    NULL};
  bool more = true;
  bool model = false;
  int rc = xy__scan_open(scan, '{');
  for (bool first = true; rc == XY_OK; first = false) {
    char *key;
    char *value;
    size_t bytes;
    if ((rc = xy__scan_more(&more, scan, first, '}')) != XY_OK || !more) break;
    if ((rc = xy__scan_key(&key, &bytes, scan)) != XY_OK) break;
    if (strcmp(key, "model") == 0 && !model) {
      model = true;
      rc = xy__subword_read(&t->kind, &t->model, &t->vocabulary, scan);
      continue;
    }
    size_t k = 0;
    while (known[k] != NULL && strcmp(known[k], key) != 0) k++;
    if (known[k] == NULL || json_object_get(*small, key) != NULL) {
      return xy__fail(scan->err, known[k] == NULL ? XY_ERR_UNSUPPORTED : XY_ERR_FORMAT, "%s: %s '%s'", scan->name,
                      known[k] == NULL ? "unknown member" : "a second member", key);
    }
    if ((rc = xy__scan_skip(&value, &bytes, scan)) != XY_OK) break;
    json_t *member;
    rc = xy__json_parse(&member, value, bytes, scan->name, scan->err);
    if (rc != XY_OK) {
      xy__fail_prefix(scan->err, rc, "%s", key);
    } else if (json_object_set_new(*small, key, member) != 0) {
      rc = xy__fail_memory(scan->err, scan->name);
    }
  }
  if (rc == XY_OK) rc = xy__scan_end(scan);
  if (rc == XY_OK && !model) rc = xy__fail(scan->err, XY_ERR_FORMAT, "%s: no 'model'", scan->name);
  return rc;
}

/* The texts of added tokens, over the vocabulary's. */
static int gather_texts(xy_tokenizer *t, const char *path, xy_error *err) {
  xy__vocabulary *v = &t->vocabulary;
  int32_t size = t->added.n > 0 && t->added.largest >= v->size ? t->added.largest + 1 : v->size;
  xy__token_text *texts = realloc(v->texts, (size_t)size * sizeof *texts);
  if (texts == NULL) return xy__fail_memory(err, path);
  memset(texts + v->size, 0, (size_t)(size - v->size) * sizeof *texts);
  v->texts = texts;
  v->capacity = (size_t)size;
  v->size = size;
  for (size_t i = 0; i < t->added.n; i++) {
    const xy__added_token *token = &t->added.tokens[i];
    texts[token->id] = (xy__token_text){token->content, token->bytes};
  }
  return XY_OK;
}

static void summarize(xy_tokenizer *t) {
  bool bytes = false;
  for (size_t i = 0; i < t->splitters.n; i++) bytes = bytes || t->splitters.items[i].kind == XY__BYTE_LEVEL;
  for (size_t i = 0; i < t->normalizers.n; i++) bytes = bytes || t->normalizers.items[i].kind == XY__NORMALIZE_BYTES;
  snprintf(t->summary, sizeof t->summary, "%s%s, %d tokens, %zu added", bytes ? "byte-level " : "",
           bytes ? t->kind->type : t->kind->describe(t->model), (int)t->vocabulary.count, t->added.n);
}

static int read_tokenizer(xy_tokenizer *t, size_t bytes, const char *path, xy_error *err) {
  size_t bad = xy__utf8_check(t->file, bytes);
  if (bad < bytes) return xy__fail(err, XY_ERR_FORMAT, "%s: byte %zu is not valid UTF-8", path, bad);
  json_t *small = json_object();
  if (small == NULL) return xy__fail_memory(err, path);
  xy__scan scan = {t->file, t->file, t->file + bytes, path, err};
  int rc = read_members(&small, t, &scan);
  if (rc == XY_OK) rc = xy__normalizers_read(&t->normalizers, json_object_get(small, "normalizer"), path, err);
  if (rc == XY_OK) rc = xy__splitters_read(&t->splitters, json_object_get(small, "pre_tokenizer"), path, err);
  if (rc == XY_OK) {
    rc = xy__added_read(&t->added, json_object_get(small, "added_tokens"), &t->vocabulary, &t->normalizers, path, err);
  }
  if (rc == XY_OK) {
    rc = xy__post_processor_read(&t->surround, json_object_get(small, "post_processor"), &t->added, &t->vocabulary,
                                 path, err);
  }
  if (rc == XY_OK) rc = xy__decoders_read(&t->decoders, json_object_get(small, "decoder"), path, err);
  json_decref(small);
  if (rc == XY_OK) rc = gather_texts(t, path, err);
  if (rc == XY_OK) summarize(t);
  return rc;
}

/* A string or an object with "content"; null, or not a token: *id keeps its value. */
static int read_named_token(int64_t *id, const xy_tokenizer *t, const char *key, const char *text, size_t bytes,
                            const char *path, xy_error *err) {
  json_t *json;
  int rc = xy__json_parse(&json, text, bytes, path, err);
  if (rc != XY_OK) return rc;
  const json_t *value = json_is_object(json) ? json_object_get(json, "content") : json;
  if (json_is_string(value)) {
    *id = xy__added_id(&t->added, &t->vocabulary, json_string_value(value), json_string_length(value));
  } else if (value == NULL || !json_is_null(value)) {
    rc = xy__fail(err, XY_ERR_FORMAT, "%s: %s: expected a string", path, key);
  }
  json_decref(json);
  return rc;
}

/* Finds the two members that matter. The others are stepped over: "model_max_length" is often 10^30, which is no
 * integer to a JSON library. */
static int read_special_tokens(int64_t *bos, int64_t *eos, const xy_tokenizer *t, xy__scan *scan) {
  bool more = true;
  int rc = xy__scan_open(scan, '{');
  for (bool first = true; rc == XY_OK; first = false) {
    char *key;
    char *value;
    size_t bytes;
    if ((rc = xy__scan_more(&more, scan, first, '}')) != XY_OK || !more) break;
    if ((rc = xy__scan_key(&key, &bytes, scan)) != XY_OK) break;
    if ((rc = xy__scan_skip(&value, &bytes, scan)) != XY_OK) break;
    int64_t *id = strcmp(key, "bos_token") == 0 ? bos : strcmp(key, "eos_token") == 0 ? eos : NULL;
    if (id != NULL) rc = read_named_token(id, t, key, value, bytes, scan->name, scan->err);
  }
  return rc == XY_OK ? xy__scan_end(scan) : rc;
}

/* A file beside tokenizer.json that may name the start and end tokens; it need not be there. The first file that
 * names one counts. */
static int read_beside(xy_tokenizer *t, xy__digest *digest, const char *folder, const char *name, xy_error *err) {
  char *text = NULL;
  size_t bytes;
  char *path = xy__path_join(folder, name);
  if (path == NULL) return xy__fail_memory(err, name);
  int rc = XY_OK;
  if (!xy__file_exists(path)) goto out;
  if ((rc = xy__file_read(&text, &bytes, path, err)) != XY_OK) goto out;
  xy__digest_add(digest, text, bytes);
  int64_t bos = -1;
  int64_t eos = -1;
  xy__scan scan = {text, text, text + bytes, path, err};
  rc = read_special_tokens(&bos, &eos, t, &scan);
  if (t->bos < 0) t->bos = bos;
  if (t->eos < 0) t->eos = eos;
out:
  free(text);
  free(path);
  return rc;
}

/* The text of tokenizer.json is in t->file. */
static int read_all(xy_tokenizer *t, size_t bytes, const char *path, bool beside, xy_error *err) {
  const char *slash = strrchr(path, '/');
  char *folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
  xy__digest *digest = xy__digest_new();
  int rc = XY_OK;
  if (folder == NULL || digest == NULL) {
    rc = xy__fail_memory(err, path);
  } else {
    xy__digest_add(digest, t->file, bytes); /* before strings are unescaped in place */
    rc = read_tokenizer(t, bytes, path, err);
    if (rc == XY_OK && beside) rc = read_beside(t, digest, folder, "tokenizer_config.json", err);
    if (rc == XY_OK && beside) rc = read_beside(t, digest, folder, "special_tokens_map.json", err);
  }
  if (digest != NULL) xy__digest_end(t->digest, digest);
  free(folder);
  return rc;
}

static xy_tokenizer *new_tokenizer(void) {
  xy_tokenizer *t = xy__array(1, sizeof *t);
  if (t != NULL) t->bos = t->eos = -1;
  return t;
}

/* Hands over `t`, whose file is read, or frees it. */
static int finish(xy_tokenizer **out, xy_tokenizer *t, int rc) {
  if (rc == XY_OK) {
    *out = t;
  } else {
    xy_tokenizer_free(t);
  }
  return rc;
}

int xy_tokenizer_open(xy_tokenizer **out, const char *path, xy_error *err) {
  xy__error_clear(err);
  xy_tokenizer *t = new_tokenizer();
  char *file = xy__is_folder(path) ? xy__path_join(path, "tokenizer.json") : strdup(path);
  if (t == NULL || file == NULL) {
    free(file);
    return finish(out, t, xy__fail_memory(err, path));
  }
  size_t bytes = 0;
  int rc = xy__file_read(&t->file, &bytes, file, err);
  if (rc == XY_ERR_NOT_FOUND && xy__is_folder(path)) {
    xy__hint(err, rc,
             "python -c \"from transformers import AutoTokenizer as T; T.from_pretrained('%s').save_pretrained('%s')\"",
             path, path);
  }
  if (rc == XY_OK) rc = read_all(t, bytes, file, true, err);
  free(file);
  return finish(out, t, rc);
}

int xy__tokenizer_parse(xy_tokenizer **out, const char *text, size_t bytes, const char *name, xy_error *err) {
  xy_tokenizer *t = new_tokenizer();
  char *copy = xy__array(bytes + 1, 1);
  if (t == NULL || copy == NULL) {
    free(copy);
    return finish(out, t, xy__fail_memory(err, name));
  }
  if (bytes > 0) memcpy(copy, text, bytes);
  t->file = copy;
  return finish(out, t, read_all(t, bytes, name, false, err));
}

void xy_tokenizer_free(xy_tokenizer *t) {
  if (t == NULL) return;
  if (t->kind != NULL) t->kind->free(t->model);
  xy__vocabulary_dispose(&t->vocabulary);
  xy__normalizers_dispose(&t->normalizers);
  xy__splitters_dispose(&t->splitters);
  xy__added_dispose(&t->added);
  free(t->surround.prefix.ids);
  free(t->surround.suffix.ids);
  xy__decoders_dispose(&t->decoders);
  free(t->file);
  free(t);
}

/* ---- encoding ------------------------------------------------------------------------------------------ */

/* Fills w->text and w->pieces: normalized text, and where added tokens stand in it. */
static int prepare(work *w, const xy_tokenizer *t, const char *text, size_t bytes, xy_error *err) {
  xy__piece whole = {0, bytes, -1, true};
  int rc = xy__added_split(&w->spare_pieces, &t->added, &t->added.raw, text, whole, err);
  for (size_t i = 0; rc == XY_OK && i < w->spare_pieces.n; i++) {
    xy__piece piece = w->spare_pieces.items[i];
    if (piece.token >= 0) {
      if (!xy__pieces_add(&w->pieces, piece)) rc = xy__fail_memory(err, "tokenizing");
      continue;
    }
    xy__piece normalized = {.start = w->text.size, .token = -1, .origin = piece.origin};
    rc = xy__normalize(&w->text, &normalized.origin, &t->normalizers, text + piece.start, piece.end - piece.start,
                       &w->matcher, w->spare, err);
    normalized.end = w->text.size;
    if (rc == XY_OK && normalized.end > normalized.start) {
      rc = xy__added_split(&w->pieces, &t->added, &t->added.normalized, w->text.data, normalized, err);
    }
  }
  return rc;
}

static int encode(xy__ids *out, work *w, const xy_tokenizer *t, const char *text, size_t bytes, xy_error *err) {
  int rc = prepare(w, t, text, bytes, err);
  if (rc == XY_OK) {
    rc = xy__pretokenize(&w->text, &w->pieces, &t->splitters, &w->matcher, w->spare, &w->spare_pieces, err);
  }
  for (size_t i = 0; rc == XY_OK && i < w->pieces.n; i++) {
    xy__piece piece = w->pieces.items[i];
    if (piece.token < 0) {
      rc = t->kind->encode(out, w->scratch, t->model, w->text.data + piece.start, piece.end - piece.start, err);
    } else if (!xy__ids_add(out, &piece.token, 1)) {
      rc = xy__fail_memory(err, "tokenizing");
    }
  }
  return rc;
}

int xy__tokenizer_append(xy__ids *out, const xy_tokenizer *t, const char *text, size_t bytes, bool special,
                         xy_error *err) {
  /* A text grows at most tenfold on its way (NFKD of some Arabic ligatures, then byte-level), and positions in a word
   * are 32 bits wide. */
  enum { MOST = 100 << 20 };
  if (bytes > MOST) return xy__fail(err, XY_ERR_ARGUMENT, "a text of %zu bytes: the most is %d", bytes, MOST);
  size_t bad = xy__utf8_check(text, bytes);
  if (bad < bytes) return xy__fail(err, XY_ERR_FORMAT, "the text is not valid UTF-8 at byte %zu", bad);
  size_t before = out->n;
  const xy__ids *prefix = &t->surround.prefix;
  const xy__ids *suffix = &t->surround.suffix;
  work w = {.scratch = t->kind->scratch_new()};
  bool enough = w.scratch != NULL && (!special || xy__ids_add(out, prefix->ids, prefix->n));
  int rc = enough ? encode(out, &w, t, text, bytes, err) : XY_OK;
  if (rc == XY_OK && enough && special) enough = xy__ids_add(out, suffix->ids, suffix->n);
  if (!enough) rc = xy__fail_memory(err, "tokenizing");
  work_dispose(&w, t);
  if (rc != XY_OK) out->n = before;
  return rc;
}

/* A character that goes without a trace leaves at most the mark of a word's beginning. */
static bool is_mark(const char *text) {
  return text[0] == '\0' || strcmp(text, "\xE2\x96\x81") == 0 || strcmp(text, "\xC4\xA0") == 0;
}

int xy__tokenizer_loses(bool *out, const xy_tokenizer *t, const char *character, size_t bytes, xy_error *err) {
  xy__ids ids = {0};
  size_t length;
  bool written = xy__is_space(xy__utf8_decode(character, bytes, &length));
  int32_t unknown = t->kind->unknown(t->model);
  int rc = written ? XY_OK : xy__tokenizer_append(&ids, t, character, bytes, false, err);
  for (size_t i = 0; rc == XY_OK && i < ids.n && !written; i++) {
    if (ids.ids[i] == unknown) break;
    written = !is_mark(xy__tokenizer_text(t, ids.ids[i]));
  }
  free(ids.ids);
  if (rc == XY_OK) *out = !written;
  return rc;
}

int xy_tokenizer_encode(int32_t **ids, size_t *n, const xy_tokenizer *tokenizer, const char *text, size_t bytes,
                        bool special, xy_error *err) {
  xy__error_clear(err);
  xy__ids out = {0};
  int rc = xy__tokenizer_append(&out, tokenizer, text, bytes, special, err);
  if (rc != XY_OK || out.n == 0) {
    free(out.ids);
    out = (xy__ids){0};
  }
  if (rc != XY_OK) return rc;
  *ids = out.ids;
  *n = out.n;
  return XY_OK;
}

int xy_tokenizer_decode(char **text, size_t *bytes, const xy_tokenizer *tokenizer, const int32_t *ids, size_t n,
                        bool special, xy_error *err) {
  xy__error_clear(err);
  return xy__decode(text, bytes, &tokenizer->decoders, &tokenizer->vocabulary, &tokenizer->added, ids, n, special, err);
}

/* ---- what it knows ------------------------------------------------------------------------------------- */

int64_t xy__tokenizer_bos(const xy_tokenizer *t) { return t->bos; }
int64_t xy__tokenizer_eos(const xy_tokenizer *t) { return t->eos; }

size_t xy__tokenizer_prefix(const int32_t **ids, const xy_tokenizer *t) {
  *ids = t->surround.prefix.ids;
  return t->surround.prefix.n;
}

int64_t xy__tokenizer_size(const xy_tokenizer *t) { return t->vocabulary.size; }

const char *xy__tokenizer_text(const xy_tokenizer *t, int32_t id) {
  const char *text = id >= 0 && id < t->vocabulary.size ? t->vocabulary.texts[id].text : NULL;
  return text != NULL ? text : "";
}

const char *xy__tokenizer_summary(const xy_tokenizer *t) { return t->summary; }
const char *xy__tokenizer_digest(const xy_tokenizer *t) { return t->digest; }
