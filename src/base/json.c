/* See json.h. */
#include "base/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

int xy__json_parse(json_t **out, const char *text, size_t bytes, const char *name, xy_error *err) {
  json_error_t problem;
  errno = 0;
  json_t *document = json_loadb(text, bytes, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &problem);
  if (document == NULL && errno == ENOMEM) return xy__fail_memory(err, name); /* Jansson calls it a fault of the text */
  if (document == NULL) {
    return xy__fail(err, XY_ERR_FORMAT, "%s:%d:%d: not valid JSON: %s", name, problem.line, problem.column,
                    problem.text);
  }
  *out = document;
  return XY_OK;
}

int xy__json_load(json_t **out, const char *path, xy_error *err) {
  char *text;
  size_t bytes;
  int rc = xy__file_read(&text, &bytes, path, err);
  if (rc != XY_OK) return rc;
  rc = xy__json_parse(out, text, bytes, path, err);
  free(text);
  return rc;
}

static void add_object(xy__text *text, const json_t *object) {
  /* Jansson's iterators take no const object, though they do not change it. */
  json_t *members = (json_t *)(uintptr_t)object;
  const char *separator = "{";
  for (void *at = json_object_iter(members); at != NULL; at = json_object_iter_next(members, at)) {
    const char *key = json_object_iter_key(at);
    xy__text_add(text, separator);
    xy__text_add_json(text, key, strlen(key));
    xy__text_add(text, ": ");
    xy__json_add(text, json_object_iter_value(at));
    separator = ", ";
  }
  xy__text_add(text, json_object_size(object) > 0 ? "}" : "{}");
}

void xy__json_add(xy__text *text, const json_t *value) {
  switch (json_typeof(value)) {
    case JSON_OBJECT: add_object(text, value); break;
    case JSON_ARRAY:
      xy__text_add(text, "[");
      for (size_t i = 0; i < json_array_size(value); i++) {
        if (i > 0) xy__text_add(text, ", ");
        xy__json_add(text, json_array_get(value, i));
      }
      xy__text_add(text, "]");
      break;
    case JSON_STRING: xy__text_add_json(text, json_string_value(value), json_string_length(value)); break;
    case JSON_INTEGER: xy__text_addf(text, "%lld", (long long)json_integer_value(value)); break;
    case JSON_REAL: xy__text_add_number(text, json_real_value(value)); break;
    case JSON_TRUE: xy__text_add(text, "true"); break;
    case JSON_FALSE: xy__text_add(text, "false"); break;
    default: xy__text_add(text, "null");
  }
}

const char *xy__json_kind(const json_t *value) {
  if (value == NULL) return "nothing";
  switch (json_typeof(value)) {
    case JSON_OBJECT: return "an object";
    case JSON_ARRAY: return "an array";
    case JSON_STRING: return "a string";
    case JSON_INTEGER: return "an integer";
    case JSON_REAL: return "a number";
    case JSON_NULL: return "null";
    default: return "a boolean";
  }
}

static int wrong_type(const char *name, const char *key, const char *expected, const json_t *value, xy_error *err) {
  return xy__fail(err, XY_ERR_FORMAT, "%s: %s: expected %s, found %s", name, key, expected, xy__json_kind(value));
}

void xy__json_add_string(xy__text *text, const char *key, const char *value) {
  xy__text_addf(text, ", \"%s\": ", key);
  if (value == NULL) {
    xy__text_add(text, "null");
  } else {
    xy__text_add_json(text, value, strlen(value));
  }
}

void xy__json_add_count(xy__text *text, const char *key, const char *rest, int32_t count, bool known) {
  xy__text_addf(text, known ? ", \"%s%s\": %d" : ", \"%s%s\": null", key, rest, count);
}

void xy__json_add_truth(xy__text *text, const char *key, const char *rest, bool value, bool known) {
  xy__text_addf(text, ", \"%s%s\": %s", key, rest, !known ? "null" : value ? "true" : "false");
}

int xy__json_int(int64_t *out, const json_t *object, const char *key, int64_t fallback, const char *name,
                 xy_error *err) {
  const json_t *value = json_object_get(object, key);
  if (value != NULL && !json_is_null(value) && !json_is_integer(value)) {
    return wrong_type(name, key, "an integer", value, err);
  }
  *out = json_is_integer(value) ? json_integer_value(value) : fallback;
  return XY_OK;
}

int xy__json_real(double *out, const json_t *object, const char *key, double fallback, const char *name,
                  xy_error *err) {
  const json_t *value = json_object_get(object, key);
  if (value != NULL && !json_is_null(value) && !json_is_number(value)) {
    return wrong_type(name, key, "a number", value, err);
  }
  *out = json_is_number(value) ? json_number_value(value) : fallback;
  return XY_OK;
}

int xy__json_bool(bool *out, const json_t *object, const char *key, bool fallback, const char *name, xy_error *err) {
  const json_t *value = json_object_get(object, key);
  if (value != NULL && !json_is_null(value) && !json_is_boolean(value)) {
    return wrong_type(name, key, "true or false", value, err);
  }
  *out = json_is_boolean(value) ? json_is_true(value) : fallback;
  return XY_OK;
}

int xy__json_string(const char **out, const json_t *object, const char *key, const char *fallback, const char *name,
                    xy_error *err) {
  const json_t *value = json_object_get(object, key);
  if (value != NULL && !json_is_null(value) && !json_is_string(value)) {
    return wrong_type(name, key, "a string", value, err);
  }
  *out = json_is_string(value) ? json_string_value(value) : fallback;
  return XY_OK;
}

json_t *xy__json_of(const char *text) {
  if (text == NULL) return json_null();
  size_t n = strlen(text);
  if (xy__utf8_check(text, n) == n) return json_string(text);
  xy__text valid = {0};
  xy__text_add_visible(&valid, text, n, false);
  json_t *string = valid.failed ? NULL : json_string(valid.data);
  xy__text_dispose(&valid);
  return string;
}

const char *xy__json_whole(const json_t *value) {
  const char *text = json_string_value(value);
  return text != NULL && strlen(text) == json_string_length(value) ? text : NULL;
}

const char *xy__json_text(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}
