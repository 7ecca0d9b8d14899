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

/* A file may be nested this deep: ours need five. Nodes are made of events as they come, so that what is nested deeper,
 * or refers to itself, ends here and not in libyaml, whose time grows with the square of the depth. */
enum { MAX_DEPTH = 64 };

typedef struct reader {
  xy__yaml *yaml;
  yaml_parser_t parser;
  yaml_event_t event; /* in hand */
  xy_error *err;
  int rc;
} reader;

static int line_of(const reader *r) { return (int)r->event.start_mark.line + 1; }

static void problem(reader *r, const char *text, const char *detail) {
  r->rc = xy__yaml_fail(r->yaml, line_of(r), r->err, "%s%s", text, detail);
}

static void no_memory(reader *r) { r->rc = xy__fail_memory(r->err, r->yaml->name); }

/* The next event in the place of the one in hand; false after an error. */
static bool next(reader *r) {
  yaml_event_delete(&r->event);
  if (yaml_parser_parse(&r->parser, &r->event)) return true;
  if (r->parser.error == YAML_MEMORY_ERROR) {
    no_memory(r);
  } else {
    const char *text = r->parser.problem != NULL ? r->parser.problem : "not readable";
    r->rc = xy__yaml_fail(r->yaml, (int)r->parser.problem_mark.line + 1, r->err, "not valid YAML: %s", text);
  }
  return false;
}

static void *take(reader *r, size_t n, size_t size) {
  void *memory = xy__arena_alloc(&r->yaml->memory->arena, n * size);
  if (memory == NULL) no_memory(r);
  return memory;
}

/* A copy in the arena of what is in an array; frees the array. */
static void *keep(reader *r, void *items, size_t n, size_t size) {
  void *kept = take(r, n > 0 ? n : 1, size);
  if (kept != NULL && items != NULL && n > 0) memcpy(kept, items, n * size);
  free(items);
  return kept;
}

static const char *scalar_text(reader *r, const char *what) {
  const char *value = (const char *)r->event.data.scalar.value;
  size_t length = r->event.data.scalar.length;
  if (strlen(value) != length) {
    problem(r, "a NUL byte in ", what);
    return NULL;
  }
  const char *copy = xy__arena_copy(&r->yaml->memory->arena, value, length);
  if (copy == NULL) no_memory(r);
  return copy;
}

static xy__node *read_node(reader *r, int depth);

static void read_sequence(reader *r, xy__node *out, int depth) {
  xy__node **items = NULL;
  size_t capacity = 0;
  while (next(r) && r->event.type != YAML_SEQUENCE_END_EVENT) {
    xy__node *item = read_node(r, depth + 1);
    if (item == NULL) break;
    if (!xy__grow(&items, &capacity, out->n, sizeof(xy__node *))) {
      no_memory(r);
      break;
    }
    items[out->n++] = item;
  }
  out->items = keep(r, items, out->n, sizeof(xy__node *));
}

/* A member of a mapping, before they are kept. */
typedef struct member {
  const char *key;
  int line;
  xy__node *value;
} member;

/* The event in hand is the key's; NULL after an error that ends reading. */
static const char *read_key(reader *r, xy__map *seen) {
  int64_t earlier;
  if (r->event.type != YAML_SCALAR_EVENT) {
    bool alias = r->event.type == YAML_ALIAS_EVENT;
    problem(r, alias ? "aliases (*name) are not allowed" : "expected a plain key, found a list or mapping as key", "");
    return NULL;
  }
  const char *key = scalar_text(r, "a key");
  if (key == NULL) return NULL;
  if (xy__map_get(seen, key, strlen(key), &earlier)) {
    r->rc = xy__yaml_fail(r->yaml, line_of(r), r->err, "key '%s' is given twice (first in line %d)", key, (int)earlier);
  }
  if (!xy__map_put(seen, key, strlen(key), line_of(r))) no_memory(r);
  return key;
}

static void keep_members(reader *r, xy__node *out, member *members) {
  out->keys = take(r, out->n + 1, sizeof *out->keys);
  out->key_lines = take(r, out->n + 1, sizeof *out->key_lines);
  out->items = take(r, out->n + 1, sizeof(xy__node *));
  bool room = members != NULL && out->keys != NULL && out->key_lines != NULL && out->items != NULL;
  for (size_t i = 0; room && i < out->n; i++) {
    out->keys[i] = members[i].key;
    out->key_lines[i] = members[i].line;
    out->items[i] = members[i].value;
  }
  free(members);
}

static void read_mapping(reader *r, xy__node *out, int depth) {
  member *members = NULL;
  size_t capacity = 0;
  xy__map seen = {0};
  while (next(r) && r->event.type != YAML_MAPPING_END_EVENT) {
    member one = {.line = line_of(r), .key = read_key(r, &seen)};
    if (one.key == NULL || !next(r)) break;
    one.value = read_node(r, depth + 1);
    if (one.value == NULL) break;
    if (!xy__grow(&members, &capacity, out->n, sizeof *members)) {
      no_memory(r);
      break;
    }
    members[out->n++] = one;
  }
  xy__map_dispose(&seen);
  keep_members(r, out, members);
}

/* The event in hand begins the node; NULL after an error that ends reading. */
static xy__node *read_node(reader *r, int depth) {
  if (depth > MAX_DEPTH || r->event.type == YAML_ALIAS_EVENT) {
    problem(r, depth > MAX_DEPTH ? "nested too deeply" : "aliases (*name) are not allowed", "");
    return NULL;
  }
  xy__node *out = take(r, 1, sizeof *out);
  if (out == NULL) return NULL;
  out->line = line_of(r);
  if (r->event.type == YAML_SCALAR_EVENT) {
    out->kind = XY__SCALAR;
    out->plain = r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    out->value = scalar_text(r, "a value");
    return out->value != NULL ? out : NULL;
  }
  bool sequence = r->event.type == YAML_SEQUENCE_START_EVENT;
  out->kind = sequence ? XY__SEQUENCE : XY__MAPPING;
  (sequence ? read_sequence : read_mapping)(r, out, depth);
  bool whole = r->event.type == (sequence ? YAML_SEQUENCE_END_EVENT : YAML_MAPPING_END_EVENT);
  return whole && r->rc != XY_ERR_MEMORY ? out : NULL;
}

/* The one document of a file. */
static void read_document(reader *r) {
  if (!next(r)) return; /* the stream */
  if (!next(r)) return; /* the document */
  if (r->event.type == YAML_STREAM_END_EVENT) {
    r->rc = xy__yaml_fail(r->yaml, 1, r->err, "the file is empty");
    return;
  }
  if (!next(r)) return;
  r->yaml->root = read_node(r, 0);
  if (r->yaml->root == NULL || !next(r) || !next(r)) return; /* the document's end, and what follows */
  if (r->event.type != YAML_STREAM_END_EVENT) problem(r, "expected one document, found a second", "");
}

int xy__yaml_parse(xy__yaml **out, const char *text, size_t bytes, const char *name, xy_error *err) {
  xy__yaml *yaml = xy__array(1, sizeof *yaml);
  reader r = {.yaml = yaml, .err = err};
  if (yaml != NULL) yaml->memory = xy__array(1, sizeof *yaml->memory);
  if (yaml == NULL || yaml->memory == NULL || !yaml_parser_initialize(&r.parser)) {
    xy__yaml_free(yaml);
    return xy__fail_memory(err, name);
  }
  yaml->name = name;
  size_t bad = xy__utf8_check(text, bytes);
  if (bad < bytes) {
    int line = 1;
    for (size_t i = 0; i < bad; i++) line += text[i] == '\n';
    r.rc = xy__yaml_fail(yaml, line, err, "not valid UTF-8 (byte %zu of the file)", bad);
  } else {
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, bytes);
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    read_document(&r);
  }
  yaml_event_delete(&r.event);
  yaml_parser_delete(&r.parser);
  if (r.rc != XY_OK) {
    xy__yaml_free(yaml);
    return r.rc;
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
