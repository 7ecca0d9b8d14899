/* The subword models of tokenizer.json, a file each: how a piece of text becomes ids. */
#ifndef XY_TOKENIZER_SUBWORD_SUBWORD_H
#define XY_TOKENIZER_SUBWORD_SUBWORD_H

#include <jansson.h>

#include "tokenizer/ids.h"
#include "tokenizer/scan.h"
#include "tokenizer/vocabulary.h"

/* Members of the "model" object. The two long lists are remembered where they stand: a model's settings, which may come
 * behind them, say how they are read. */
typedef struct xy__subword_members {
  json_t *small;          /* an object of all others */
  xy__scan vocab, merges; /* `at` NULL: there is none */
} xy__subword_members;

typedef struct xy__subword {
  const char *type; /* of the "model" object */
  /* Reads the vocabulary and what else the model needs, which then borrows `vocabulary`. *out is set at once: `free`
   * takes half-read ones. */
  int (*read)(void **out, xy__vocabulary *vocabulary, xy__subword_members *members, xy_error *err);
  void (*free)(void *model);
  const char *(*describe)(const void *model); /* "BPE with byte fallback"; static */
  /* One encoding's memory, NULL when out of memory. */
  void *(*scratch_new)(void);
  void (*scratch_free)(void *scratch);
  /* Appends the ids of a piece (valid UTF-8, not empty). Threads share the model, each with its own scratch. */
  int (*encode)(xy__ids *out, void *scratch, const void *model, const char *piece, size_t bytes, xy_error *err);
  /* The id that stands for what is not in the vocabulary; -1 where there is none, and it goes without a trace. */
  int32_t (*unknown)(const void *model);
} xy__subword;

/* The table: a row NAME is xy__subword_NAME, which NAME.c defines. */
#define XY__SUBWORDS(row) row(bpe)
#define XY__SUBWORD_DECLARED(name) extern const xy__subword xy__subword_##name;
XY__SUBWORDS(XY__SUBWORD_DECLARED)

/* Reads the "model" object at scan->at; strings are unescaped in place and stay there. *kind and *model may be set when
 * it fails, and are then the caller's to free. */
int xy__subword_read(const xy__subword **kind, void **model, xy__vocabulary *vocabulary, xy__scan *scan);

#endif
