/* The normalizers of tokenizer.json: text -> text before it is split. */
#ifndef XY_TOKENIZER_NORMALIZE_H
#define XY_TOKENIZER_NORMALIZE_H

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "tokenizer/pattern.h"

typedef enum xy__normalizer_kind {
  XY__PREPEND,
  XY__REPLACE,
  XY__NFC,
  XY__NFD,
  XY__NFKC,
  XY__NFKD,
  XY__LOWERCASE,
  XY__STRIP,
  XY__NORMALIZE_BYTES
} xy__normalizer_kind;

typedef struct xy__normalizer {
  xy__normalizer_kind kind;
  char *text;           /* what is prepended, or put in place of a match */
  xy__pattern *pattern; /* of replace */
  bool left, right;     /* of strip */
} xy__normalizer;

/* Sequences are flattened. Zero-initialise. */
typedef struct xy__normalizers {
  xy__normalizer *items;
  size_t n, capacity;
} xy__normalizers;

/* From the "normalizer" member (may be null). `file` is for messages. xy__normalizers_dispose takes half-read ones. */
int xy__normalizers_read(xy__normalizers *out, const json_t *json, const char *file, xy_error *err);
void xy__normalizers_dispose(xy__normalizers *normalizers);

/* Appends the normalized text[0..n) to *out. *origin, true on entry, becomes false when the result no longer starts
 * with the first character of the text (Metaspace asks). `spare` is scratch. */
int xy__normalize(xy__text *out, bool *origin, const xy__normalizers *normalizers, const char *text, size_t n,
                  xy__matcher *matcher, xy__text spare[2], xy_error *err);

/* Appends text[0..n) with each byte as the character that stands for it in byte-level vocabularies (GPT-2). */
void xy__text_add_byte_level(xy__text *out, const char *text, size_t n);

/* The way back. False, and nothing is appended, where a character of text[0..n) stands for no byte. */
bool xy__text_add_from_byte_level(xy__text *out, const char *text, size_t n);

#endif
