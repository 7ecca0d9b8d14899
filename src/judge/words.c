/* See words.h. */
#include "judge/words.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "base/memory.h"

/* ASCII, which most texts are, folds to itself in small letters. */
static bool fold_ascii(xy__text *out, const char *text, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if ((unsigned char)text[i] >= 0x80) return false;
  }
  xy__text_add_bytes(out, text, n);
  for (size_t i = 0; !out->failed && i < n; i++) {
    if (out->data[i] >= 'A' && out->data[i] <= 'Z') out->data[i] = (char)(out->data[i] - 'A' + 'a');
  }
  return true;
}

static bool fold(xy__text *out, const char *text, size_t n) {
  xy__text_clear(out);
  if (fold_ascii(out, text, n)) return !out->failed;
  utf8proc_uint8_t *folded = NULL;
  utf8proc_ssize_t bytes = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)n, &folded,
                                        UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
  if (bytes >= 0) xy__text_add_bytes(out, (const char *)folded, (size_t)bytes);
  free(folded);
  return bytes >= 0 && !out->failed;
}

/* U+02BC is a letter by its category, and what some keyboards write for an apostrophe. */
static xy__beside beside(int32_t c) {
  if (c == '-' || c == 0x2010 || c == 0x2011) return XY__HYPHEN;
  return c == '\'' || c == 0x2018 || c == 0x2019 || c == 0x2BC ? XY__APOSTROPHE : XY__OTHER;
}

static bool is_letter(int32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  utf8proc_category_t category = utf8proc_category(c);
  return c != 0x2BC && category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

/* Emojis and kin, each a word of its own. */
static bool is_symbol(int32_t c) { return c >= 0x80 && utf8proc_category(c) == UTF8PROC_CATEGORY_SO; }

/* A word that is being read, and what stands before it. */
typedef struct reading {
  size_t start; /* SIZE_MAX: none */
  size_t since; /* characters between it and the word before */
  xy__beside before;
} reading;

static bool end_word(xy__words *out, reading *r, size_t end, xy__beside after) {
  if (r->start == SIZE_MAX) return true;
  if (!xy__grow(&out->items, &out->capacity, out->n, sizeof *out->items)) return false;
  bool joined = out->n > 0 && r->since == 1 && r->before != XY__OTHER;
  out->items[out->n++] = (xy__word){out->folded.data + r->start, end - r->start, r->before, after, joined};
  *r = (reading){.start = SIZE_MAX};
  return true;
}

bool xy__words_split(xy__words *out, const char *text, size_t n) {
  out->n = 0;
  if (!fold(&out->folded, text, n)) return false;
  const char *folded = out->folded.data;
  size_t size = out->folded.size;
  reading r = {.start = SIZE_MAX};
  for (size_t i = 0, bytes; i < size; i += bytes) {
    int32_t c = xy__utf8_decode(folded + i, size - i, &bytes);
    bool symbol = is_symbol(c);
    if (is_letter(c) && r.start == SIZE_MAX) r.start = i;
    if (is_letter(c)) continue;
    if (!end_word(out, &r, i, beside(c))) return false;
    if (symbol) {
      r.start = i;
      if (!end_word(out, &r, i + bytes, XY__OTHER)) return false;
    } else {
      r.since++;
      r.before = beside(c);
    }
  }
  return end_word(out, &r, size, XY__OTHER);
}

void xy__words_dispose(xy__words *words) {
  xy__text_dispose(&words->folded);
  free(words->items);
  *words = (xy__words){0};
}

void xy__words_join(xy__text *out, const xy__words *words, size_t first, size_t n) {
  xy__text_clear(out);
  for (size_t i = first; i < first + n; i++) {
    if (i > first) xy__text_add(out, " ");
    xy__text_add_bytes(out, words->items[i].text, words->items[i].bytes);
  }
}
