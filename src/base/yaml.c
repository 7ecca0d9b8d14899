/* See yaml.h. */
#include "base/yaml.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/memory.h"
#include "base/text.h"

typedef struct xy__yaml_memory {
  xy__arena arena;
} xy__yaml_memory;

/* A file may be nested this deep: ours need five. Bounds the recursion of `convert`. */
enum { MAX_DEPTH = 64 };

typedef struct {
  xy__yaml *yaml;
  yaml_document_t *document;
  unsigned char *seen; /* [nodes + 1] */
  xy_error *err;
  int rc;
} reader;

static void problem(reader *r, int line, const char *text, const char *detail) {
  r->rc = xy__yaml_fail(r->yaml, line, r->err, "%s%s", text, detail);
}

static void *take(reader *r, size_t n, size_t size) {
  void *memory = xy__arena_alloc(&r->yaml->memory->arena, n * size);
  if (memory == NULL) r->rc = xy__fail_memory(r->err, r->yaml->name);
  return memory;
}

static const char *scalar_text(reader *r, const yaml_node_t *node, const char *what) {
  const char *value = (const char *)node->data.scalar.value;
  size_t length = node->data.scalar.length;
  if (strlen(value) != length) {
    problem(r, (int)node->start_mark.line + 1, "a NUL byte in ", what);
    return NULL;
  }
  const char *copy = xy__arena_copy(&r->yaml->memory->arena, value, length);
  if (copy == NULL) r->rc = xy__fail_memory(r->err, r->yaml->name);
  return copy;
}

static xy__node *convert(reader *r, int id, int depth);

static void convert_mapping(reader *r, xy__node *out, const yaml_node_t *node, int depth) {
  size_t n = (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start);
  out->items = take(r, n, sizeof(xy__node *));
  out->keys = take(r, n, sizeof *out->keys);
  out->key_lines = take(r, n, sizeof *out->key_lines);
  xy__map seen = {0};
  for (size_t i = 0; i < n && out->items != NULL && out->keys != NULL && out->key_lines != NULL; i++) {
    yaml_node_pair_t pair = node->data.mapping.pairs.start[i];
    const yaml_node_t *key = yaml_document_get_node(r->document, pair.key);
    int line = (int)key->start_mark.line + 1;
    if (key->type != YAML_SCALAR_NODE) {
      problem(r, line, "expected a plain key, found ", "a list or mapping as key");
      break;
    }
    const char *text = scalar_text(r, key, "a key");
    int64_t earlier;
    if (text == NULL) break;
    if (xy__map_get(&seen, text, strlen(text), &earlier)) {
      r->rc = xy__yaml_fail(r->yaml, line, r->err, "key '%s' is given twice (first in line %d)", text, (int)earlier);
    }
    if (!xy__map_put(&seen, text, strlen(text), line)) r->rc = xy__fail_memory(r->err, r->yaml->name);
    out->keys[i] = text;
    out->key_lines[i] = line;
    out->items[i] = convert(r, pair.value, depth + 1);
    if (out->items[i] == NULL) break;
    out->n = i + 1;
  }
  xy__map_dispose(&seen);
}

static xy__node *convert(reader *r, int id, int depth) {
  const yaml_node_t *node = yaml_document_get_node(r->document, id);
  int line = (int)node->start_mark.line + 1;
  if (depth > MAX_DEPTH) {
    problem(r, line, "nested too deeply", "");
    return NULL;
  }
  if (r->seen[id]++) {
    problem(r, line, "aliases (*name) are not allowed", "");
    return NULL;
  }
  xy__node *out = take(r, 1, sizeof *out);
  if (out == NULL) return NULL;
  out->line = line;
  if (node->type == YAML_SCALAR_NODE) {
    out->kind = XY__SCALAR;
    out->plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    out->value = scalar_text(r, node, "a value");
  } else if (node->type == YAML_SEQUENCE_NODE) {
    out->kind = XY__SEQUENCE;
    size_t n = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    out->items = take(r, n, sizeof(xy__node *));
    for (size_t i = 0; i < n && out->items != NULL; i++) {
      out->items[i] = convert(r, node->data.sequence.items.start[i], depth + 1);
      if (out->items[i] == NULL) break;
      out->n = i + 1;
    }
  } else {
    out->kind = XY__MAPPING;
    convert_mapping(r, out, node, depth);
  }
  return out;
}

static int parse_document(reader *r, yaml_parser_t *parser) {
  yaml_document_t document;
  if (!yaml_parser_load(parser, &document)) {
    const char *text = parser->problem != NULL ? parser->problem : "not valid YAML";
    return xy__yaml_fail(r->yaml, (int)parser->problem_mark.line + 1, r->err, "not valid YAML: %s", text);
  }
  if (yaml_document_get_root_node(&document) == NULL) {
    yaml_document_delete(&document);
    return xy__yaml_fail(r->yaml, 1, r->err, "the file is empty");
  }
  r->document = &document;
  r->seen = xy__array((size_t)(document.nodes.top - document.nodes.start) + 1, 1);
  if (r->seen == NULL) {
    r->rc = xy__fail_memory(r->err, r->yaml->name);
  } else {
    r->yaml->root = convert(r, 1, 0);
  }
  free(r->seen);
  r->document = NULL;
  yaml_document_delete(&document);
  if (r->rc != XY_OK) return r->rc;

  yaml_document_t second;
  if (!yaml_parser_load(parser, &second)) {
    return xy__yaml_fail(r->yaml, (int)parser->problem_mark.line + 1, r->err, "not valid YAML: %s",
                         parser->problem != NULL ? parser->problem : "after the first document");
  }
  bool more = yaml_document_get_root_node(&second) != NULL;
  int line = (int)second.start_mark.line + 1;
  yaml_document_delete(&second);
  return more ? xy__yaml_fail(r->yaml, line, r->err, "expected one document, found a second") : XY_OK;
}

int xy__yaml_parse(xy__yaml **out, const char *text, size_t bytes, const char *name, xy_error *err) {
  xy__yaml *yaml = xy__array(1, sizeof *yaml);
  if (yaml != NULL) yaml->memory = xy__array(1, sizeof *yaml->memory);
  yaml_parser_t parser;
  if (yaml == NULL || yaml->memory == NULL || !yaml_parser_initialize(&parser)) {
    xy__yaml_free(yaml);
    return xy__fail_memory(err, name);
  }
  yaml->name = name;
  int rc = XY_OK;
  size_t bad = xy__utf8_check(text, bytes);
  if (bad < bytes) {
    int line = 1;
    for (size_t i = 0; i < bad; i++) line += text[i] == '\n';
    rc = xy__yaml_fail(yaml, line, err, "not valid UTF-8 (byte %zu of the file)", bad);
  } else {
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, bytes);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    reader r = {.yaml = yaml, .err = err, .rc = XY_OK};
    rc = parse_document(&r, &parser);
  }
  yaml_parser_delete(&parser);
  if (rc != XY_OK) {
    xy__yaml_free(yaml);
    return rc;
  }
  *out = yaml;
  return XY_OK;
}

void xy__yaml_free(xy__yaml *yaml) {
  if (yaml == NULL) return;
  if (yaml->memory != NULL) xy__arena_dispose(&yaml->memory->arena);
  free(yaml->memory);
  free(yaml);
}

const xy__node *xy__yaml_get(const xy__node *mapping, const char *key) {
  if (mapping == NULL || mapping->kind != XY__MAPPING) return NULL;
  for (size_t i = 0; i < mapping->n; i++) {
    if (strcmp(mapping->keys[i], key) == 0) return mapping->items[i];
  }
  return NULL;
}

const char *xy__yaml_kind(const xy__node *node) {
  return node->kind == XY__MAPPING ? "a mapping" : node->kind == XY__SEQUENCE ? "a list" : "a value";
}

int xy__yaml_fail(const xy__yaml *yaml, int line, xy_error *err, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return xy__fail_more(err, XY_ERR_FORMAT, "%s:%d: %s", yaml->name, line, text);
}

/* Levenshtein distance, capped at lengths below 64. */
static size_t distance(const char *a, const char *b) {
  size_t n = strlen(a);
  size_t m = strlen(b);
  size_t row[64];
  if (n >= 64 || m >= 64) return 64;
  for (size_t j = 0; j <= m; j++) row[j] = j;
  for (size_t i = 1; i <= n; i++) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= m; j++) {
      size_t best = diagonal + (a[i - 1] != b[j - 1]);
      if (row[j] + 1 < best) best = row[j] + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      diagonal = row[j];
      row[j] = best;
    }
  }
  return row[m];
}

const char *xy__nearest(const char *word, const char *const *words) {
  const char *best = NULL;
  size_t least = strlen(word) / 3 + 2; /* closer than this, or no suggestion */
  for (; *words != NULL; words++) {
    size_t d = distance(word, *words);
    if (d < least) {
      least = d;
      best = *words;
    }
  }
  return best;
}

int xy__yaml_known_keys(const xy__yaml *yaml, const xy__node *mapping, const char *what, const char *const *known,
                        xy_error *err) {
  int rc = XY_OK;
  for (size_t i = 0; i < mapping->n; i++) {
    bool found = false;
    for (const char *const *k = known; *k != NULL; k++) found = found || strcmp(*k, mapping->keys[i]) == 0;
    if (found) continue;
    const char *near = xy__nearest(mapping->keys[i], known);
    rc = xy__yaml_fail(yaml, mapping->key_lines[i], err,
                       near != NULL ? "%s: unknown key '%s' (did you mean '%s'?)" : "%s: unknown key '%s'", what,
                       mapping->keys[i], near);
  }
  return rc;
}

int xy__yaml_string(const char **out, const xy__yaml *yaml, const xy__node *mapping, const char *key, xy_error *err) {
  const xy__node *node = xy__yaml_get(mapping, key);
  if (node == NULL) return XY_OK;
  if (node->kind != XY__SCALAR) {
    return xy__yaml_fail(yaml, node->line, err, "%s: expected a value, found %s", key, xy__yaml_kind(node));
  }
  *out = node->value;
  return XY_OK;
}

int xy__yaml_real(double *out, const xy__yaml *yaml, const xy__node *mapping, const char *key, xy_error *err) {
  const xy__node *node = xy__yaml_get(mapping, key);
  if (node == NULL) return XY_OK;
  if (node->kind != XY__SCALAR) {
    return xy__yaml_fail(yaml, node->line, err, "%s: expected a number, found %s", key, xy__yaml_kind(node));
  }
  char *end;
  double value = strtod(node->value, &end);
  if (end == node->value || *end != '\0' || !isfinite(value)) {
    return xy__yaml_fail(yaml, node->line, err, "%s: expected a number, found '%s'", key, node->value);
  }
  *out = value;
  return XY_OK;
}
