/* See post_process.h. Follows huggingface/tokenizers, src/processors (type ids do not concern us): what goes from one
 * processor to the next is a row of encodings. A template makes one of each of its parts, so that a second template
 * meets as many encodings as the first had parts, and takes its `pair` for two.
 */
#include "tokenizer/post_process.h"

#include <stdlib.h>
#include <string.h>

#include "tokenizer/component.h"

/* Ids, with the text between the two lists where it is here. */
typedef struct encoding {
  xy__ids before, after;
  bool text;
} encoding;

enum { MOST = 16 };
typedef struct row {
  encoding items[MOST];
  size_t n;
} row;

/* What the callback of xy__component_read needs. */
typedef struct {
  row row;
  const xy__added *added;
  const xy__vocabulary *vocabulary;
} target;

static void row_dispose(row *r) {
  for (size_t i = 0; i < r->n; i++) {
    free(r->items[i].before.ids);
    free(r->items[i].after.ids);
  }
  *r = (row){0};
}

static bool put_in_front(xy__ids *ids, const int32_t *more, size_t n) {
  if (!xy__ids_reserve(ids, n)) return false;
  if (ids->n > 0) memmove(ids->ids + n, ids->ids, ids->n * sizeof *more);
  memcpy(ids->ids, more, n * sizeof *more);
  ids->n += n;
  return true;
}

/* Room for one more at the end; NULL after an error. */
static encoding *add_encoding(row *r, const char *where, xy_error *err) {
  if (r->n < MOST) return &r->items[r->n++];
  (void)xy__fail(err, XY_ERR_UNSUPPORTED, "%s: more than %d parts", where, MOST);
  return NULL;
}

static int read_id(int32_t *out, const json_t *json, const char *token, const char *where, xy_error *err) {
  if (!json_is_integer(json) || json_integer_value(json) < 0 || json_integer_value(json) >= XY__MAX_ID) {
    return xy__fail(err, XY_ERR_FORMAT, "%s: token '%s': expected an id from 0 to %d", where, token, XY__MAX_ID - 1);
  }
  *out = (int32_t)json_integer_value(json);
  return XY_OK;
}

/* The ids that "special_tokens" of a template lists for one of its tokens. */
static int add_special(xy__ids *ids, const json_t *json, const char *token, const char *where, xy_error *err) {
  const json_t *list = json_object_get(json_object_get(json_object_get(json, "special_tokens"), token), "ids");
  if (!json_is_array(list)) {
    return xy__fail(err, XY_ERR_FORMAT, "%s: token '%s' is not among its special_tokens", where, token);
  }
  for (size_t i = 0; i < json_array_size(list); i++) {
    int32_t id = 0;
    int rc = read_id(&id, json_array_get(list, i), token, where, err);
    if (rc != XY_OK) return rc;
    if (!xy__ids_add(ids, &id, 1)) return xy__fail_memory(err, where);
  }
  return XY_OK;
}

/* A part of a template: a special token, or the A-th or B-th of the encodings before it. */
static int read_part(encoding *out, const row *before, const json_t *json, const json_t *part, const char *where,
                     xy_error *err) {
  const char *token = json_string_value(json_object_get(json_object_get(part, "SpecialToken"), "id"));
  const char *sequence = json_string_value(json_object_get(json_object_get(part, "Sequence"), "id"));
  if (token != NULL) return add_special(&out->before, json, token, where, err);
  size_t i = sequence != NULL && strcmp(sequence, "B") == 0 ? 1 : 0;
  if (sequence == NULL || (i == 0 && strcmp(sequence, "A") != 0) || i >= before->n) {
    return xy__fail(err, XY_ERR_UNSUPPORTED, "%s: a part is neither a SpecialToken nor a Sequence that is there",
                    where);
  }
  const encoding *from = &before->items[i];
  out->text = from->text;
  bool enough = xy__ids_add(&out->before, from->before.ids, from->before.n) &&
                xy__ids_add(&out->after, from->after.ids, from->after.n);
  return enough ? XY_OK : xy__fail_memory(err, where);
}

static int read_template(target *to, const json_t *json, const char *where, xy_error *err) {
  if (to->row.n > 2) {
    return xy__fail(err, XY_ERR_UNSUPPORTED, "%s: a template after one of %zu parts (Hugging Face has no rule for it)",
                    where, to->row.n);
  }
  const char *key = to->row.n == 2 ? "pair" : "single";
  const json_t *parts = json_object_get(json, key);
  if (!json_is_array(parts)) return xy__fail(err, XY_ERR_FORMAT, "%s: %s: expected an array", where, key);
  row made = {0};
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < json_array_size(parts); i++) {
    encoding *out = add_encoding(&made, where, err);
    rc = out == NULL ? XY_ERR_UNSUPPORTED : read_part(out, &to->row, json, json_array_get(parts, i), where, err);
  }
  row_dispose(rc == XY_OK ? &to->row : &made);
  if (rc == XY_OK) to->row = made;
  return rc;
}

/* "cls" and "sep" of BERT and RoBERTa, [text, id], around the first encoding; behind it, BERT ends each with sep, and
 * RoBERTa begins it so, too. */
static int read_pair(target *to, const json_t *json, bool roberta, const char *where, xy_error *err) {
  static const char *const keys[] = {"cls", "sep"};
  int32_t ids[2] = {0};
  for (size_t i = 0; i < 2; i++) {
    const json_t *pair = json_object_get(json, keys[i]);
    int rc = read_id(&ids[i], json_array_get(pair, 1), keys[i], where, err);
    if (rc != XY_OK) return rc;
  }
  bool enough = true;
  for (size_t i = 0; i < to->row.n; i++) {
    encoding *e = &to->row.items[i];
    if (i == 0 || roberta) enough = put_in_front(&e->before, &ids[i > 0], 1) && enough;
    enough = xy__ids_add(e->text ? &e->after : &e->before, &ids[1], 1) && enough;
  }
  return enough ? XY_OK : xy__fail_memory(err, where);
}

static int read_one(void *list, const json_t *json, const char *type, const char *where, xy_error *err) {
  bool roberta = strcmp(type, "RobertaProcessing") == 0;
  if (strcmp(type, "ByteLevel") == 0) return XY_OK; /* concerns offsets only */
  if (strcmp(type, "TemplateProcessing") == 0) return read_template(list, json, where, err);
  if (roberta || strcmp(type, "BertProcessing") == 0) return read_pair(list, json, roberta, where, err);
  return xy__fail(err, XY_ERR_UNSUPPORTED, "%s: post-processor '%s' is not supported", where, type);
}

/* All encodings in a row: what stands before the text and what behind it. */
static int join(xy__surround *out, const row *from, const char *file, xy_error *err) {
  size_t texts = 0;
  bool enough = true;
  for (size_t i = 0; enough && i < from->n; i++) {
    const encoding *e = &from->items[i];
    enough = xy__ids_add(texts == 0 ? &out->prefix : &out->suffix, e->before.ids, e->before.n) &&
             xy__ids_add(&out->suffix, e->after.ids, e->after.n);
    texts += e->text;
  }
  if (!enough) return xy__fail_memory(err, file);
  if (texts == 1) return XY_OK;
  return xy__fail(err, XY_ERR_UNSUPPORTED,
                  "%s: post_processor: expected the text once in what it makes, found it %zu times", file, texts);
}

static int check_ids(const xy__ids *ids, const target *to, const char *file, xy_error *err) {
  for (size_t i = 0; i < ids->n; i++) {
    int32_t id = ids->ids[i];
    bool known = id < to->vocabulary->size && to->vocabulary->texts[id].text != NULL;
    for (size_t a = 0; !known && a < to->added->n; a++) known = to->added->tokens[a].id == id;
    if (!known) {
      return xy__fail(err, XY_ERR_FORMAT, "%s: post_processor: id %d is no token of this file", file, (int)id);
    }
  }
  return XY_OK;
}

int xy__post_processor_read(xy__surround *out, const json_t *json, const xy__added *added,
                            const xy__vocabulary *vocabulary, const char *file, xy_error *err) {
  target to = {.row = {.items = {{.text = true}}, .n = 1}, .added = added, .vocabulary = vocabulary};
  int rc = xy__component_read(&to, json, "post_processor", "processors", read_one, file, err);
  if (rc == XY_OK) rc = join(out, &to.row, file, err);
  row_dispose(&to.row);
  if (rc == XY_OK) rc = check_ids(&out->prefix, &to, file, err);
  return rc == XY_OK ? check_ids(&out->suffix, &to, file, err) : rc;
}
