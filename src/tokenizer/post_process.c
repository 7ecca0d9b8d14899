/* See post_process.h. Follows huggingface/tokenizers, src/processors; pairs of texts and type ids do not concern us. */
#include "tokenizer/post_process.h"

#include <stdlib.h>
#include <string.h>

#include "tokenizer/component.h"

/* What the callback of xy__component_read needs. */
typedef struct {
  xy__surround *out;
  const xy__added *added;
  const xy__vocabulary *vocabulary;
} target;

/* Later processors stand outside earlier ones. */
static bool put(xy__ids *ids, bool in_front, const int32_t *more, size_t n) {
  if (n == 0) return true;
  if (!xy__ids_reserve(ids, n)) return false;
  size_t at = in_front ? 0 : ids->n;
  if (in_front && ids->n > 0) memmove(ids->ids + n, ids->ids, ids->n * sizeof *more);
  memcpy(ids->ids + at, more, n * sizeof *more);
  ids->n += n;
  return true;
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
    if (!put(ids, false, &id, 1)) return xy__fail_memory(err, where);
  }
  return XY_OK;
}

static int read_template(const target *to, const json_t *json, const char *where, xy_error *err) {
  const json_t *single = json_object_get(json, "single");
  if (!json_is_array(single)) return xy__fail(err, XY_ERR_FORMAT, "%s: single: expected an array", where);
  xy__surround found = {0};
  bool text_seen = false;
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < json_array_size(single); i++) {
    const json_t *part = json_array_get(single, i);
    const json_t *special = json_object_get(part, "SpecialToken");
    const char *token = json_string_value(json_object_get(special, "id"));
    const char *sequence = json_string_value(json_object_get(json_object_get(part, "Sequence"), "id"));
    if (token != NULL) {
      rc = add_special(text_seen ? &found.suffix : &found.prefix, json, token, where, err);
    } else if (sequence != NULL && strcmp(sequence, "A") == 0 && !text_seen) {
      text_seen = true;
    } else {
      rc = xy__fail(err, XY_ERR_UNSUPPORTED, "%s: single[%zu] is neither a SpecialToken nor the one Sequence A", where,
                    i);
    }
  }
  if (rc == XY_OK && !text_seen) rc = xy__fail(err, XY_ERR_UNSUPPORTED, "%s: single has no Sequence A", where);
  if (rc == XY_OK && (!put(&to->out->prefix, true, found.prefix.ids, found.prefix.n) ||
                      !put(&to->out->suffix, false, found.suffix.ids, found.suffix.n))) {
    rc = xy__fail_memory(err, where);
  }
  free(found.prefix.ids);
  free(found.suffix.ids);
  return rc;
}

/* "cls" and "sep" of BERT and RoBERTa: [text, id]. */
static int read_pair(const target *to, const json_t *json, const char *where, xy_error *err) {
  static const char *const keys[] = {"cls", "sep"};
  int32_t ids[2] = {0};
  for (size_t i = 0; i < 2; i++) {
    const json_t *pair = json_object_get(json, keys[i]);
    int rc = read_id(&ids[i], json_array_get(pair, 1), keys[i], where, err);
    if (rc != XY_OK) return rc;
  }
  bool enough = put(&to->out->prefix, true, &ids[0], 1) && put(&to->out->suffix, false, &ids[1], 1);
  return enough ? XY_OK : xy__fail_memory(err, where);
}

static int read_one(void *list, const json_t *json, const char *type, const char *where, xy_error *err) {
  if (strcmp(type, "ByteLevel") == 0) return XY_OK; /* concerns offsets only */
  if (strcmp(type, "TemplateProcessing") == 0) return read_template(list, json, where, err);
  if (strcmp(type, "BertProcessing") == 0 || strcmp(type, "RobertaProcessing") == 0) {
    return read_pair(list, json, where, err);
  }
  return xy__fail(err, XY_ERR_UNSUPPORTED, "%s: post-processor '%s' is not supported", where, type);
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
  target to = {out, added, vocabulary};
  int rc = xy__component_read(&to, json, "post_processor", "processors", read_one, file, err);
  if (rc == XY_OK) rc = check_ids(&out->prefix, &to, file, err);
  return rc == XY_OK ? check_ids(&out->suffix, &to, file, err) : rc;
}
