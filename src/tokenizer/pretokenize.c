/* See pretokenize.h. Follows huggingface/tokenizers, src/pre_tokenizers and NormalizedString::split. */
#include "tokenizer/pretokenize.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tokenizer/component.h"
#include "tokenizer/normalize.h"

/* The pattern of GPT-2 (Radford et al. 2019), which ByteLevel uses. */
static const char gpt2_pattern[] = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/* What Rust's char::is_numeric takes: \p{N} of Unicode 17, two runs ahead of the regex engine's. */
static const char numeric_pattern[] = "[\\p{N}\\x{11DE0}-\\x{11DE9}\\x{16FF4}-\\x{16FF6}]";

bool xy__pieces_add(xy__pieces *pieces, xy__piece piece) {
  if (piece.start >= piece.end) return true;
  if (!xy__grow(&pieces->items, &pieces->capacity, pieces->n, sizeof *pieces->items)) return false;
  pieces->items[pieces->n++] = piece;
  return true;
}

static int read_split(xy__splitter *item, const json_t *json, const char *where, xy_error *err) {
  static const char *const names[] = {"Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"};
  const char *behavior;
  int rc = xy__json_string(&behavior, json, "behavior", "", where, err);
  if (rc == XY_OK) rc = xy__json_bool(&item->invert, json, "invert", false, where, err);
  if (rc != XY_OK) return rc;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (strcmp(names[i], behavior) == 0) {
      item->behavior = (xy__behavior)i;
      return xy__component_pattern(&item->pattern, json, where, err);
    }
  }
  return xy__fail(err, XY_ERR_UNSUPPORTED, "%s: Split behavior '%s' is not supported", where, behavior);
}

static int read_byte_level(xy__splitter *item, const json_t *json, const char *where, xy_error *err) {
  bool prefix;
  bool regex;
  item->kind = XY__BYTE_LEVEL;
  int rc = xy__json_bool(&prefix, json, "add_prefix_space", true, where, err);
  if (rc == XY_OK) rc = xy__json_bool(&regex, json, "use_regex", true, where, err);
  if (rc != XY_OK) return rc;
  item->prepend = prefix ? XY__PREPEND_ALWAYS : XY__PREPEND_NEVER;
  return regex ? xy__pattern_regex(&item->pattern, gpt2_pattern, where, err) : XY_OK;
}

static int read_metaspace(xy__splitter *item, const json_t *json, const char *where, xy_error *err) {
  bool split;
  item->kind = XY__METASPACE;
  item->behavior = XY__MERGED_WITH_NEXT;
  int rc = xy__json_bool(&split, json, "split", true, where, err);
  if (rc == XY_OK) rc = xy__component_metaspace(&item->mark, &item->prepend, json, where, err);
  return rc == XY_OK && split ? xy__pattern_literal(&item->pattern, item->mark, where, err) : rc;
}

static int read_digits(xy__splitter *item, const json_t *json, const char *where, xy_error *err) {
  bool individual;
  int rc = xy__json_bool(&individual, json, "individual_digits", false, where, err);
  if (rc != XY_OK) return rc;
  item->behavior = individual ? XY__ISOLATED : XY__CONTIGUOUS;
  return xy__pattern_regex(&item->pattern, numeric_pattern, where, err);
}

static int read_one(void *list, const json_t *json, const char *type, const char *where, xy_error *err) {
  xy__splitters *out = list;
  if (!xy__grow(&out->items, &out->capacity, out->n, sizeof *out->items)) return xy__fail_memory(err, where);
  xy__splitter *item = &out->items[out->n++];
  *item = (xy__splitter){.behavior = XY__ISOLATED};
  if (strcmp(type, "Split") == 0) return read_split(item, json, where, err);
  if (strcmp(type, "ByteLevel") == 0) return read_byte_level(item, json, where, err);
  if (strcmp(type, "Metaspace") == 0) return read_metaspace(item, json, where, err);
  if (strcmp(type, "Digits") == 0) return read_digits(item, json, where, err);
  return xy__fail(err, XY_ERR_UNSUPPORTED, "%s: pre-tokenizer '%s' is not supported", where, type);
}

int xy__splitters_read(xy__splitters *out, const json_t *json, const char *file, xy_error *err) {
  return xy__component_read(out, json, "pre_tokenizer", "pretokenizers", read_one, file, err);
}

void xy__splitters_dispose(xy__splitters *splitters) {
  for (size_t i = 0; i < splitters->n; i++) {
    xy__pattern_free(splitters->items[i].pattern);
    free(splitters->items[i].mark);
  }
  free(splitters->items);
  *splitters = (xy__splitters){0};
}

/* Joins neighbouring stretches as `behavior` has it, in place; returns how many are left. Removed ones go. */
static size_t join(xy__stretch *stretches, size_t n, xy__behavior behavior) {
  size_t kept = 0;
  for (size_t i = 0; i < n; i++) {
    xy__stretch s = stretches[i];
    bool match_before = i > 0 && stretches[i - 1].match; /* read before it is overwritten: kept <= i */
    bool joined = false;
    switch (behavior) {
      case XY__REMOVED:
        if (s.match) continue;
        break;
      case XY__ISOLATED: break;
      case XY__CONTIGUOUS: joined = kept > 0 && s.match == stretches[kept - 1].match; break;
      case XY__MERGED_WITH_PREVIOUS: joined = s.match && i > 0 && !match_before; break;
      case XY__MERGED_WITH_NEXT: /* a match takes the rest that follows it */
        joined = !s.match && i > 0 && match_before;
        break;
    }
    if (joined) {
      stretches[kept - 1].end = s.end;
      stretches[kept - 1].match = s.match;
    } else {
      stretches[kept++] = s;
    }
  }
  return kept;
}

/* The text of a piece after what the splitter puts in its place: with a prefix, spaces marked. */
static void rewrite(xy__text *out, const xy__splitter *item, const char *text, xy__piece piece) {
  const char *start = text + piece.start;
  size_t n = piece.end - piece.start;
  const char *prefix = item->kind == XY__METASPACE ? item->mark : " ";
  bool there = *start == ' ' ||
               (item->kind == XY__METASPACE && n >= strlen(prefix) && memcmp(start, prefix, strlen(prefix)) == 0);
  bool wanted = item->prepend == XY__PREPEND_ALWAYS || (item->prepend == XY__PREPEND_FIRST && piece.origin);
  if (wanted && !there) xy__text_add(out, prefix);
  if (item->kind != XY__METASPACE) {
    xy__text_add_bytes(out, start, n);
    return;
  }
  for (const char *space; (space = memchr(start, ' ', n)) != NULL; start = space + 1) {
    xy__text_add_bytes(out, start, (size_t)(space - start));
    xy__text_add(out, item->mark);
    n -= (size_t)(space + 1 - start);
  }
  xy__text_add_bytes(out, start, n);
}

/* Splits text[piece.start..piece.end) and adds the parts; with `bytes`, their byte-level spelling goes there. */
static int split_piece(xy__pieces *out, xy__text *bytes, const xy__splitter *item, const char *text, xy__piece piece,
                       xy__matcher *matcher, xy_error *err) {
  xy__stretch whole = {0, piece.end - piece.start, false};
  xy__stretch *stretches = &whole;
  size_t n = 1;
  if (item->pattern != NULL && whole.end > 0) {
    int rc = xy__pattern_split(matcher, item->pattern, text + piece.start, whole.end, err);
    if (rc != XY_OK) return rc;
    stretches = matcher->stretches;
    n = matcher->n;
    for (size_t i = 0; item->invert && i < n; i++) stretches[i].match = !stretches[i].match;
    n = join(stretches, n, item->behavior);
  }
  for (size_t i = 0; i < n; i++) {
    xy__piece part = {piece.start + stretches[i].start, piece.start + stretches[i].end, -1,
                      piece.origin && stretches[i].start == 0};
    if (bytes != NULL) {
      size_t start = bytes->size;
      xy__text_add_byte_level(bytes, text + part.start, part.end - part.start);
      part.start = start;
      part.end = bytes->size;
    }
    if (!xy__pieces_add(out, part)) return xy__fail_memory(err, "splitting");
  }
  return XY_OK;
}

static int run(xy__pieces *out, xy__text *out_text, const xy__splitter *item, const xy__text *text,
               const xy__pieces *pieces, xy__matcher *matcher, xy__text *spare, xy_error *err) {
  bool rewrites = item->kind == XY__METASPACE || item->prepend != XY__PREPEND_NEVER;
  bool byte_level = item->kind == XY__BYTE_LEVEL;
  xy__text_clear(out_text);
  for (size_t i = 0; i < pieces->n; i++) {
    xy__piece piece = pieces->items[i];
    if (piece.token >= 0) {
      if (!xy__pieces_add(out, piece)) return xy__fail_memory(err, "splitting");
      continue;
    }
    const char *from = text->data;
    if (rewrites) {
      xy__text *to = byte_level ? spare : out_text;
      if (byte_level) xy__text_clear(spare);
      size_t start = to->size;
      rewrite(to, item, from, piece);
      piece.start = start;
      piece.end = to->size;
      if (to->failed) return xy__fail_memory(err, "splitting");
      from = to->data;
    }
    int rc = split_piece(out, byte_level ? out_text : NULL, item, from, piece, matcher, err);
    if (rc != XY_OK) return rc;
  }
  return out_text->failed ? xy__fail_memory(err, "splitting") : XY_OK;
}

int xy__pretokenize(xy__text *text, xy__pieces *pieces, const xy__splitters *splitters, xy__matcher *matcher,
                    xy__text spare[2], xy__pieces *spare_pieces, xy_error *err) {
  for (size_t i = 0; i < splitters->n; i++) {
    const xy__splitter *item = &splitters->items[i];
    spare_pieces->n = 0;
    int rc = run(spare_pieces, &spare[0], item, text, pieces, matcher, &spare[1], err);
    if (rc != XY_OK) return rc;
    xy__pieces swapped = *pieces;
    *pieces = *spare_pieces;
    *spare_pieces = swapped;
    if (item->kind == XY__SPLIT) continue; /* the text stays as it is */
    xy__text old = *text;
    *text = spare[0];
    spare[0] = old;
  }
  return XY_OK;
}
