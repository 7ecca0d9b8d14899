/* The pre-tokenizers of tokenizer.json: normalized text -> the pieces that the model encodes one by one. */
#ifndef XY_TOKENIZER_PRETOKENIZE_H
#define XY_TOKENIZER_PRETOKENIZE_H

#include "base/text.h"
#include "tokenizer/component.h"

/* A stretch of the text in hand: an added token, or text that is still to be split and encoded. Never empty. */
typedef struct xy__piece {
  size_t start, end;
  int32_t token; /* id of an added token; -1: text */
  bool origin;   /* starts with the first character of the whole text */
} xy__piece;

/* Zero-initialise; freed with free(items). */
typedef struct xy__pieces {
  xy__piece *items;
  size_t n, capacity;
} xy__pieces;
bool xy__pieces_add(xy__pieces *pieces, xy__piece piece); /* an empty one is left out; false: out of memory */

typedef enum xy__behavior {
  XY__REMOVED,
  XY__ISOLATED,
  XY__MERGED_WITH_PREVIOUS,
  XY__MERGED_WITH_NEXT,
  XY__CONTIGUOUS
} xy__behavior;

typedef enum xy__splitter_kind { XY__SPLIT, XY__BYTE_LEVEL, XY__METASPACE } xy__splitter_kind;

typedef struct xy__splitter {
  xy__splitter_kind kind;
  xy__pattern *pattern; /* of matches; NULL: the text is not split */
  xy__behavior behavior;
  bool invert;         /* what lies between matches is the match */
  xy__prepend prepend; /* of ByteLevel (a space) and Metaspace (its mark) */
  char *mark;          /* of Metaspace */
} xy__splitter;

/* Sequences are flattened. Zero-initialise. */
typedef struct xy__splitters {
  xy__splitter *items;
  size_t n, capacity;
} xy__splitters;

/* From the "pre_tokenizer" member (may be null). xy__splitters_dispose takes half-read ones. */
int xy__splitters_read(xy__splitters *out, const json_t *json, const char *file, xy_error *err);
void xy__splitters_dispose(xy__splitters *splitters);

/* Runs every splitter over the pieces of *text; both are replaced. `spare` and `spare_pieces` are scratch. */
int xy__pretokenize(xy__text *text, xy__pieces *pieces, const xy__splitters *splitters, xy__matcher *matcher,
                    xy__text spare[2], xy__pieces *spare_pieces, xy_error *err);

#endif
