/* The vocabulary of tokenizer.json: tokens by their text and by their id, whatever model they belong to. */
#ifndef XY_TOKENIZER_VOCABULARY_H
#define XY_TOKENIZER_VOCABULARY_H

#include "base/text.h"
#include "tokenizer/scan.h"

enum { XY__MAX_ID = 1 << 22 }; /* ids stay below; the largest vocabularies of today have 2^18 */

typedef struct xy__token_text {
  const char *text; /* NULL: no such token */
  size_t bytes;
} xy__token_text;

/* Texts live in the file's buffer. Zero-initialise. */
typedef struct xy__vocabulary {
  xy__map ids;           /* token text -> id */
  xy__token_text *texts; /* [capacity], by id; used below `size` */
  size_t capacity;
  int32_t size;  /* largest id + 1 */
  int32_t count; /* tokens */
} xy__vocabulary;

/* Reads an object {"token": id, …}; `scan` spans it alone. An empty one is an error. xy__vocabulary_dispose takes
 * half-read ones. */
int xy__vocabulary_read(xy__vocabulary *out, xy__scan *scan);
void xy__vocabulary_dispose(xy__vocabulary *vocabulary);

/* Id of a text, or -1. */
static inline int32_t xy__vocabulary_id(const xy__vocabulary *vocabulary, const char *text, size_t bytes) {
  int64_t id;
  return xy__map_get(&vocabulary->ids, text, bytes, &id) ? (int32_t)id : -1;
}

#endif
