/* Growable lists of token ids. */
#ifndef XY_TOKENIZER_IDS_H
#define XY_TOKENIZER_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialise; freed with free(ids). */
typedef struct xy__ids {
  int32_t *ids;
  size_t n, capacity;
} xy__ids;

/* Room for `more` ids; false: out of memory. */
bool xy__ids_reserve(xy__ids *ids, size_t more);

/* Appends n ids; false: out of memory. */
bool xy__ids_add(xy__ids *ids, const int32_t *more, size_t n);

#endif
