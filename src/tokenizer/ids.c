/* See ids.h. */
#include "tokenizer/ids.h"

#include <stdlib.h>
#include <string.h>

bool xy__ids_reserve(xy__ids *ids, size_t more) {
  if (ids->capacity - ids->n >= more) return true;
  size_t wanted = ids->n + more;
  if (wanted < ids->capacity * 2) wanted = ids->capacity * 2;
  int32_t *grown = realloc(ids->ids, wanted * sizeof *grown);
  if (grown == NULL) return false;
  ids->ids = grown;
  ids->capacity = wanted;
  return true;
}

bool xy__ids_add(xy__ids *ids, const int32_t *more, size_t n) {
  if (!xy__ids_reserve(ids, n)) return false;
  if (n > 0) memcpy(ids->ids + ids->n, more, n * sizeof *more);
  ids->n += n;
  return true;
}
