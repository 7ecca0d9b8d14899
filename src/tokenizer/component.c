/* See component.h. */
#include "tokenizer/component.h"

#include <stdio.h>
#include <string.h>

enum { MAX_DEPTH = 16 }; /* sequences within sequences: one or two in practice */

static int read_at(void *list, const json_t *json, const char *where, const char *members, xy__component_reader read,
                   int depth, xy_error *err) {
  if (!json_is_object(json)) return xy__fail(err, XY_ERR_FORMAT, "%s: expected an object", where);
  if (depth > MAX_DEPTH) return xy__fail(err, XY_ERR_UNSUPPORTED, "%s: nested too deeply", where);
  const char *type;
  int rc = xy__json_string(&type, json, "type", NULL, where, err);
  if (rc != XY_OK) return rc;
  if (type == NULL) return xy__fail(err, XY_ERR_FORMAT, "%s: no 'type'", where);
  if (strcmp(type, "Sequence") != 0) return read(list, json, type, where, err);
  const json_t *parts = json_object_get(json, members);
  if (!json_is_array(parts)) return xy__fail(err, XY_ERR_FORMAT, "%s: %s: expected an array", where, members);
  for (size_t i = 0; rc == XY_OK && i < json_array_size(parts); i++) {
    char place[512];
    snprintf(place, sizeof place, "%.400s.%.64s[%zu]", where, members, i);
    rc = read_at(list, json_array_get(parts, i), place, members, read, depth + 1, err);
  }
  return rc;
}

int xy__component_read(void *list, const json_t *json, const char *part, const char *members, xy__component_reader read,
                       const char *file, xy_error *err) {
  if (json == NULL || json_is_null(json)) return XY_OK;
  char where[512];
  snprintf(where, sizeof where, "%s: %s", file, part);
  return read_at(list, json, where, members, read, 0, err);
}

int xy__component_pattern(xy__pattern **out, const json_t *json, const char *where, xy_error *err) {
  const json_t *pattern = json_object_get(json, "pattern");
  const char *text;
  const char *regex;
  if (!json_is_object(pattern)) return xy__fail(err, XY_ERR_FORMAT, "%s: pattern: expected an object", where);
  int rc = xy__json_string(&text, pattern, "String", NULL, where, err);
  if (rc == XY_OK) rc = xy__json_string(&regex, pattern, "Regex", NULL, where, err);
  if (rc != XY_OK) return rc;
  if ((text == NULL) == (regex == NULL)) {
    return xy__fail(err, XY_ERR_FORMAT, "%s: pattern: expected 'String' or 'Regex'", where);
  }
  return text != NULL ? xy__pattern_literal(out, text, where, err) : xy__pattern_regex(out, regex, where, err);
}

int xy__component_character(char **out, const json_t *json, const char *key, const char *where, xy_error *err) {
  const char *text;
  int rc = xy__json_string(&text, json, key, "", where, err);
  if (rc != XY_OK) return rc;
  if (xy__utf8_count(text, strlen(text)) != 1) {
    return xy__fail(err, XY_ERR_FORMAT, "%s: %s: expected one character, found '%s'", where, key, text);
  }
  *out = strdup(text);
  return *out != NULL ? XY_OK : xy__fail_memory(err, where);
}

int xy__component_metaspace(char **mark, xy__prepend *prepend, const json_t *json, const char *where, xy_error *err) {
  const char *scheme;
  bool prefix;
  int rc = xy__json_string(&scheme, json, "prepend_scheme", "always", where, err);
  if (rc == XY_OK) rc = xy__json_bool(&prefix, json, "add_prefix_space", true, where, err); /* before 0.14 */
  if (rc != XY_OK) return rc;
  if (strcmp(scheme, "never") == 0 || !prefix) {
    *prepend = XY__PREPEND_NEVER;
  } else if (strcmp(scheme, "first") == 0 || strcmp(scheme, "always") == 0) {
    *prepend = *scheme == 'f' ? XY__PREPEND_FIRST : XY__PREPEND_ALWAYS;
  } else {
    return xy__fail(err, XY_ERR_UNSUPPORTED, "%s: prepend_scheme '%s' is not supported", where, scheme);
  }
  return xy__component_character(mark, json, "replacement", where, err);
}

int xy__component_growth(size_t before, size_t after, const char *what, xy_error *err) {
  enum { FOLD = 256, MORE = 1 << 20 };
  if (after < MORE || after / FOLD <= before) return XY_OK;
  return xy__fail(err, XY_ERR_UNSUPPORTED, "%s: of %zu bytes the tokenizer's file would make %zu and more", what,
                  before, after);
}
