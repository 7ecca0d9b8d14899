/* See text.h. */
#include "base/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "xylem.h"

static bool reserve(xy__text *text, size_t more) {
  if (text->failed) return false;
  if (more >= SIZE_MAX / 2 - text->size) {
    text->failed = true;
    return false;
  }
  size_t wanted = text->size + more + 1;
  if (wanted <= text->capacity) return true;
  size_t capacity = text->capacity > 0 ? text->capacity : 256;
  while (capacity < wanted) capacity *= 2;
  char *grown = realloc(text->data, capacity);
  if (grown == NULL) {
    text->failed = true;
    return false;
  }
  text->data = grown;
  text->capacity = capacity;
  return true;
}

void xy__text_add_bytes(xy__text *text, const char *bytes, size_t n) {
  if (!reserve(text, n)) return;
  if (n > 0) memcpy(text->data + text->size, bytes, n);
  text->size += n;
  text->data[text->size] = '\0';
}

void xy__text_add(xy__text *text, const char *string) { xy__text_add_bytes(text, string, strlen(string)); }

void xy__text_addf(xy__text *text, const char *format, ...) {
  if (!reserve(text, 64)) return;
  size_t room = text->capacity - text->size;
  va_list args;
  va_start(args, format);
  int n = vsnprintf(text->data + text->size, room, format, args);
  va_end(args);
  if (n < 0 || ((size_t)n >= room && !reserve(text, (size_t)n))) {
    text->data[text->size] = '\0';
    text->failed = true;
    return;
  }
  if ((size_t)n >= room) { /* it did not fit: once more, with room */
    va_start(args, format);
    vsnprintf(text->data + text->size, (size_t)n + 1, format, args);
    va_end(args);
  }
  text->size += (size_t)n;
}

void xy__text_add_html(xy__text *text, const char *string) {
  for (const char *c = string; *c != '\0'; c++) {
    switch (*c) {
      case '&': xy__text_add(text, "&amp;"); break;
      case '<': xy__text_add(text, "&lt;"); break;
      case '>': xy__text_add(text, "&gt;"); break;
      case '"': xy__text_add(text, "&quot;"); break;
      case '\'': xy__text_add(text, "&#39;"); break;
      default: xy__text_add_bytes(text, c, 1);
    }
  }
}

void xy__text_add_file_name(xy__text *text, const char *name) {
  for (const char *c = name; *c != '\0'; c++) {
    bool plain =
        (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || *c == '-' || *c == '_';
    if (plain) {
      xy__text_add_bytes(text, c, 1);
    } else {
      xy__text_addf(text, "-%02x", (unsigned char)*c);
    }
  }
}

/* C0 and C1 controls, and what turns the direction of the text around it. */
static bool acts(int32_t c) {
  return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

bool xy__is_name(const char *text) {
  size_t n = strlen(text);
  for (size_t i = 0, length; i < n; i += length) {
    int32_t c = xy__utf8_decode(text + i, n - i, &length);
    if (c < 0 || acts(c) || c == '\n' || c == '\t') return false;
  }
  return n > 0;
}

void xy__text_add_visible(xy__text *text, const char *bytes, size_t n, bool controls) {
  for (size_t i = 0, length; i < n; i += length) {
    int32_t c = xy__utf8_decode(bytes + i, n - i, &length);
    if (c < 0) {
      xy__text_addf(text, "\\x%02x", (unsigned char)bytes[i]);
    } else if (controls && acts(c)) {
      xy__text_addf(text, "\\u%04x", (unsigned)c);
    } else {
      xy__text_add_bytes(text, bytes + i, length);
    }
  }
}

char *xy_visible_text(const char *text, size_t bytes) {
  xy__text out = {0};
  xy__text_add(&out, ""); /* not NULL where `text` is empty */
  xy__text_add_visible(&out, text, bytes, true);
  if (!out.failed) return out.data;
  xy__text_dispose(&out);
  return NULL;
}

static void add_json(xy__text *text, const char *string, size_t n) {
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)string[i];
    if (c == '"' || c == '\\') {
      char escaped[2] = {'\\', (char)c};
      xy__text_add_bytes(text, escaped, 2);
    } else if (c == '\n') {
      xy__text_add(text, "\\n");
    } else if (c < 0x20) {
      xy__text_addf(text, "\\u%04x", c);
    } else {
      xy__text_add_bytes(text, string + i, 1);
    }
  }
}

void xy__text_add_json(xy__text *text, const char *string, size_t n) {
  xy__text_add(text, "\"");
  if (xy__utf8_check(string, n) == n) {
    add_json(text, string, n);
  } else {
    xy__text valid = {0};
    xy__text_add_visible(&valid, string, n, false);
    if (valid.failed) text->failed = true;
    if (!valid.failed) add_json(text, valid.data, valid.size);
    xy__text_dispose(&valid);
  }
  xy__text_add(text, "\"");
}

void xy__text_add_number(xy__text *text, double value) {
  static const int digits[] = {10, 15, 16, 17};
  if (!isfinite(value)) {
    xy__text_add(text, "null");
    return;
  }
  char number[32];
  for (size_t i = 0; i < sizeof digits / sizeof *digits; i++) {
    snprintf(number, sizeof number, "%.*g", digits[i], value + 0.0); /* + 0.0: no "-0" */
    if (strtod(number, NULL) == value) break;
  }
  xy__text_add(text, number);
}

void xy__text_clear(xy__text *text) {
  text->size = 0;
  if (text->data != NULL) text->data[0] = '\0';
}

void xy__text_dispose(xy__text *text) {
  free(text->data);
  *text = (xy__text){0};
}

bool xy__begins_with(const char *text, const char *start) { return strncmp(text, start, strlen(start)) == 0; }

bool xy__ends_with(const char *text, const char *ending) {
  size_t n = strlen(text);
  size_t m = strlen(ending);
  return n >= m && memcmp(text + n - m, ending, m) == 0;
}

size_t xy__byte_order_mark(const char *text, size_t n) {
  return n >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

int32_t xy__utf8_decode(const char *text, size_t n, size_t *bytes) {
  const unsigned char *s = (const unsigned char *)text;
  *bytes = 1;
  if (s[0] < 0x80) return s[0];
  int length = s[0] >= 0xF0 && s[0] <= 0xF4 ? 4 : s[0] >= 0xE0 && s[0] < 0xF0 ? 3 : s[0] >= 0xC2 && s[0] < 0xE0 ? 2 : 0;
  if (length == 0 || (size_t)length > n) return -1;
  int32_t c = s[0] & (0xFF >> (length + 1));
  for (int i = 1; i < length; i++) {
    if ((s[i] & 0xC0) != 0x80) return -1;
    c = c << 6 | (s[i] & 0x3F);
  }
  bool overlong = (length == 3 && c < 0x800) || (length == 4 && c < 0x10000);
  if (overlong || (c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF) return -1;
  *bytes = (size_t)length;
  return c;
}

size_t xy__utf8_check(const char *text, size_t n) {
  size_t i = 0;
  while (i < n) {
    uint64_t eight;
    if (n - i >= sizeof eight && (memcpy(&eight, text + i, sizeof eight), (eight & 0x8080808080808080u) == 0)) {
      i += sizeof eight; /* ASCII, as nearly all is */
      continue;
    }
    size_t bytes;
    if (xy__utf8_decode(text + i, n - i, &bytes) < 0) return i;
    i += bytes;
  }
  return n;
}

size_t xy__utf8_count(const char *text, size_t n) {
  size_t count = 0;
  for (size_t i = 0; i < n; i++) count += ((unsigned char)text[i] & 0xC0) != 0x80;
  return count;
}

bool xy__is_space(int32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

size_t xy__rstrip(const char *text, size_t n) {
  while (n > 0) {
    size_t start = n - 1;
    while (start > 0 && n - start < 4 && ((unsigned char)text[start] & 0xC0) == 0x80) start--;
    size_t bytes;
    int32_t c = xy__utf8_decode(text + start, n - start, &bytes);
    if (c < 0 || start + bytes != n || !xy__is_space(c)) break;
    n = start;
  }
  return n;
}

typedef struct xy__map_slot {
  const char *key; /* NULL: empty */
  size_t bytes;
  uint64_t hash;
  int64_t value;
} xy__map_slot;

/* A word of eight bytes at a time. Of a product only the high bits depend on all of a word, hence the last lines. */
uint64_t xy__hash(const char *key, size_t bytes) {
  uint64_t h = bytes * 0x9E3779B97F4A7C15u;
  for (; bytes >= 8; key += 8, bytes -= 8) {
    uint64_t part;
    memcpy(&part, key, 8);
    h = (h ^ part) * 0xD6E8FEB86659FD93u;
    h ^= h >> 32;
  }
  uint64_t part = 0;
  if (bytes > 0) memcpy(&part, key, bytes);
  h = (h ^ part) * 0xD6E8FEB86659FD93u;
  h = (h ^ h >> 32) * 0x9E3779B97F4A7C15u;
  return h ^ h >> 32;
}

static xy__map_slot *find(const xy__map *map, const char *key, size_t bytes, uint64_t hash) {
  size_t i = hash & (map->capacity - 1);
  while (map->slots[i].key != NULL) {
    xy__map_slot *slot = &map->slots[i];
    if (slot->hash == hash && slot->bytes == bytes && memcmp(slot->key, key, bytes) == 0) return slot;
    i = (i + 1) & (map->capacity - 1);
  }
  return &map->slots[i];
}

/* The load factor stays below 2/3. */
bool xy__map_reserve(xy__map *map, size_t n) {
  size_t capacity = map->capacity > 0 ? map->capacity : 64;
  while (n > capacity / 3 * 2) capacity *= 2;
  if (capacity == map->capacity) return true;
  xy__map grown = {.capacity = capacity, .used = map->used};
  grown.slots =
      xy__aligned(capacity * sizeof *grown.slots); /* not calloc, whose pages fault twice, read then written */
  if (grown.slots == NULL) return false;
  for (size_t i = 0; i < map->capacity; i++) {
    xy__map_slot *old = &map->slots[i];
    if (old->key != NULL) *find(&grown, old->key, old->bytes, old->hash) = *old;
  }
  free(map->slots);
  *map = grown;
  return true;
}

bool xy__map_put(xy__map *map, const char *key, size_t bytes, int64_t value) {
  if (!xy__map_reserve(map, map->used + 1)) return false;
  uint64_t hash = xy__hash(key, bytes);
  xy__map_slot *slot = find(map, key, bytes, hash);
  map->used += slot->key == NULL;
  *slot = (xy__map_slot){key, bytes, hash, value};
  return true;
}

bool xy__map_get(const xy__map *map, const char *key, size_t bytes, int64_t *value) {
  if (map->capacity == 0) return false;
  const xy__map_slot *slot = find(map, key, bytes, xy__hash(key, bytes));
  if (slot->key == NULL) return false;
  *value = slot->value;
  return true;
}

void xy__map_dispose(xy__map *map) {
  free(map->slots);
  *map = (xy__map){0};
}

const char *xy_plural(int64_t n, const char *one, const char *many) { return n == 1 ? one : many; }
