/* See normalize.h. Follows huggingface/tokenizers, src/normalizers. */
#include "tokenizer/normalize.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "tokenizer/component.h"
#include "tokenizer/unicode.h"

static int read_replace(xy__normalizer *out, const json_t *json, const char *where, xy_error *err) {
  const char *content;
  int rc = xy__json_string(&content, json, "content", NULL, where, err);
  if (rc != XY_OK) return rc;
  if (content == NULL) return xy__fail(err, XY_ERR_FORMAT, "%s: Replace has no 'content'", where);
  out->text = strdup(content);
  if (out->text == NULL) return xy__fail_memory(err, where);
  return xy__component_pattern(&out->pattern, json, where, err);
}

static int read_prepend(xy__normalizer *out, const json_t *json, const char *where, xy_error *err) {
  const char *text;
  int rc = xy__json_string(&text, json, "prepend", NULL, where, err);
  if (rc != XY_OK) return rc;
  if (text == NULL) return xy__fail(err, XY_ERR_FORMAT, "%s: Prepend has no 'prepend'", where);
  out->text = strdup(text);
  return out->text != NULL ? XY_OK : xy__fail_memory(err, where);
}

static int read_strip(xy__normalizer *out, const json_t *json, const char *where, xy_error *err) {
  int rc = xy__json_bool(&out->left, json, "strip_left", true, where, err);
  return rc == XY_OK ? xy__json_bool(&out->right, json, "strip_right", true, where, err) : rc;
}

static int read_one(void *list, const json_t *json, const char *type, const char *where, xy_error *err) {
  static const struct {
    const char *type;
    xy__normalizer_kind kind;
  } kinds[] = {{"Prepend", XY__PREPEND}, {"Replace", XY__REPLACE},     {"NFC", XY__NFC},
               {"NFD", XY__NFD},         {"NFKC", XY__NFKC},           {"NFKD", XY__NFKD},
               {"Strip", XY__STRIP},     {"Lowercase", XY__LOWERCASE}, {"ByteLevel", XY__NORMALIZE_BYTES}};
  xy__normalizers *out = list;
  size_t k = 0;
  while (k < sizeof kinds / sizeof *kinds && strcmp(kinds[k].type, type) != 0) k++;
  if (k == sizeof kinds / sizeof *kinds) {
    return xy__fail(err, XY_ERR_UNSUPPORTED, "%s: normalizer '%s' is not supported", where, type);
  }
  if (!xy__grow(&out->items, &out->capacity, out->n, sizeof *out->items)) return xy__fail_memory(err, where);
  xy__normalizer *item = &out->items[out->n++];
  *item = (xy__normalizer){.kind = kinds[k].kind};
  switch (item->kind) {
    case XY__PREPEND: return read_prepend(item, json, where, err);
    case XY__REPLACE: return read_replace(item, json, where, err);
    case XY__STRIP: return read_strip(item, json, where, err);
    default: return XY_OK;
  }
}

int xy__normalizers_read(xy__normalizers *out, const json_t *json, const char *file, xy_error *err) {
  return xy__component_read(out, json, "normalizer", "normalizers", read_one, file, err);
}

void xy__normalizers_dispose(xy__normalizers *normalizers) {
  for (size_t i = 0; i < normalizers->n; i++) {
    free(normalizers->items[i].text);
    xy__pattern_free(normalizers->items[i].pattern);
  }
  free(normalizers->items);
  *normalizers = (xy__normalizers){0};
}

static int replace(xy__text *out, bool *origin, const xy__normalizer *item, const char *text, size_t n,
                   xy__matcher *matcher, xy_error *err) {
  if (n == 0) return XY_OK;
  int rc = xy__pattern_split(matcher, item->pattern, text, n, err);
  if (rc != XY_OK) return rc;
  for (size_t i = 0; i < matcher->n; i++) {
    xy__stretch stretch = matcher->stretches[i];
    size_t bytes = stretch.end - stretch.start;
    if (!stretch.match) {
      xy__text_add_bytes(out, text + stretch.start, bytes);
      continue;
    }
    /* What stands for several characters belongs to the last of them. */
    if (i == 0 && (*item->text == '\0' || xy__utf8_count(text, bytes) > 1)) *origin = false;
    xy__text_add(out, item->text);
  }
  return XY_OK;
}

static bool plain(const char *text, size_t n, unsigned char limit) {
  for (size_t i = 0; i < n; i++) {
    if ((unsigned char)text[i] >= limit) return false;
  }
  return true;
}

/* One stretch without code points that are too young for Hugging Face's tables. */
static bool compose_stretch(xy__text *out, utf8proc_option_t options, const char *text, size_t n) {
  if (n == 0) return true;
  utf8proc_uint8_t *normalized = NULL;
  utf8proc_ssize_t bytes =
      utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)n, &normalized, UTF8PROC_STABLE | options);
  if (bytes < 0) return false;
  xy__text_add_bytes(out, (const char *)normalized, (size_t)bytes);
  free(normalized);
  return true;
}

/* A Unicode normalization form. A young code point is a starter that composes with nothing: it divides the text into
 * stretches that do not affect each other. */
static int compose(xy__text *out, xy__normalizer_kind kind, const char *text, size_t n, xy_error *err) {
  bool compatible = kind == XY__NFKC || kind == XY__NFKD;
  bool composed = kind == XY__NFC || kind == XY__NFKC;
  /* ASCII is its own normal form, and below U+0300 (first byte 0xCC) everything is its own NFC. */
  if (plain(text, n, kind == XY__NFC ? 0xCC : 0x80)) {
    xy__text_add_bytes(out, text, n);
    return XY_OK;
  }
  utf8proc_option_t options = (composed ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE) | (compatible ? UTF8PROC_COMPAT : 0);
  size_t start = 0;
  for (size_t i = 0, bytes; i < n; i += bytes) {
    if (!xy__normalization_inert(xy__utf8_decode(text + i, n - i, &bytes))) continue;
    if (!compose_stretch(out, options, text + start, i - start)) return xy__fail_memory(err, "normalizing");
    xy__text_add_bytes(out, text + i, bytes);
    start = i + bytes;
  }
  return compose_stretch(out, options, text + start, n - start) ? XY_OK : xy__fail_memory(err, "normalizing");
}

static void strip(xy__text *out, bool *origin, const xy__normalizer *item, const char *text, size_t n) {
  size_t start = 0;
  size_t end = 0;
  bool begun = !item->left;
  for (size_t i = 0, bytes; i < n; i += bytes) {
    bool space = xy__white_space(xy__utf8_decode(text + i, n - i, &bytes));
    if (!begun && space) start = i + bytes;
    begun = begun || !space;
    if (!space) end = i + bytes;
  }
  if (!item->right || end < start) end = item->right ? start : n;
  if (start > 0) *origin = false;
  xy__text_add_bytes(out, text + start, end - start);
}

void xy__text_add_byte_level(xy__text *out, const char *text, size_t n) {
  size_t run = 0; /* printable ASCII stands for itself */
  for (size_t i = 0; i < n; i++) {
    unsigned char byte = (unsigned char)text[i];
    if (byte > ' ' && byte < 0x7F) continue;
    xy__text_add_bytes(out, text + run, i - run);
    run = i + 1;
    int32_t c = byte;
    if (byte <= ' ') {
      c = 0x100 + byte;
    } else if (byte < 0xA1) {
      c = 0x100 + 33 + (byte - 0x7F);
    } else if (byte == 0xAD) {
      c = 0x143;
    }
    char bytes[2] = {(char)(0xC0 | c >> 6), (char)(0x80 | (c & 0x3F))};
    xy__text_add_bytes(out, bytes, 2);
  }
  xy__text_add_bytes(out, text + run, n - run);
}

/* -1: the character stands for no byte. */
static int byte_of(int32_t c) {
  if ((c > ' ' && c < 0x7F) || (c >= 0xA1 && c <= 0xFF && c != 0xAD)) return c;
  if (c >= 0x100 && c <= 0x100 + ' ') return c - 0x100;
  if (c > 0x100 + ' ' && c < 0x143) return c - (0x100 + 33) + 0x7F;
  return c == 0x143 ? 0xAD : -1;
}

bool xy__text_add_from_byte_level(xy__text *out, const char *text, size_t n) {
  size_t before = out->size;
  size_t run = 0;
  for (size_t i = 0, bytes; i < n; i += bytes) {
    int byte = byte_of(xy__utf8_decode(text + i, n - i, &bytes));
    if (byte < 0) {
      out->size = before;
      if (out->data != NULL) out->data[before] = '\0';
      return false;
    }
    if (bytes == 1) continue;
    xy__text_add_bytes(out, text + run, i - run);
    xy__text_add_bytes(out, &(char){(char)byte}, 1);
    run = i + bytes;
  }
  xy__text_add_bytes(out, text + run, n - run);
  return true;
}

static int apply(xy__text *out, bool *origin, const xy__normalizer *item, const char *text, size_t n,
                 xy__matcher *matcher, xy_error *err) {
  switch (item->kind) {
    case XY__PREPEND:
      if (n > 0) xy__text_add(out, item->text);
      xy__text_add_bytes(out, text, n);
      return XY_OK;
    case XY__REPLACE: return replace(out, origin, item, text, n, matcher, err);
    case XY__STRIP: strip(out, origin, item, text, n); return XY_OK;
    case XY__LOWERCASE: xy__lower_case(out, text, n); return XY_OK;
    case XY__NORMALIZE_BYTES: xy__text_add_byte_level(out, text, n); return XY_OK;
    default: return compose(out, item->kind, text, n, err);
  }
}

int xy__normalize(xy__text *out, bool *origin, const xy__normalizers *normalizers, const char *text, size_t n,
                  xy__matcher *matcher, xy__text spare[2], xy_error *err) {
  const size_t bytes = n;
  for (size_t i = 0; i < normalizers->n; i++) {
    bool last = i + 1 == normalizers->n;
    xy__text *to = last ? out : &spare[i % 2];
    if (!last) xy__text_clear(to);
    size_t start = to->size;
    int rc = apply(to, origin, &normalizers->items[i], text, n, matcher, err);
    if (rc == XY_OK && to->failed) rc = xy__fail_memory(err, "normalizing");
    if (rc == XY_OK) rc = xy__component_growth(bytes, to->size - start, "normalizing", err);
    if (rc != XY_OK) return rc;
    text = to->data != NULL ? to->data : "";
    n = to->size;
  }
  if (normalizers->n == 0) xy__text_add_bytes(out, text, n);
  return out->failed ? xy__fail_memory(err, "normalizing") : XY_OK;
}
