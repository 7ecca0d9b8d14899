/* See cache.h. */
#include "tokenizer/cache.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 1 << 16, PROBES = 4 };

typedef struct entry {
  uint64_t hash;
  uint32_t bytes, n;
  int32_t ids[]; /* [n], then the word's bytes */
} entry;

struct xy__cache {
  _Atomic(entry *) slots[SLOTS];
};

xy__cache *xy__cache_new(void) { return calloc(1, sizeof(xy__cache)); }

void xy__cache_free(xy__cache *cache) {
  if (cache == NULL) return;
  for (size_t i = 0; i < SLOTS; i++) free(atomic_load_explicit(&cache->slots[i], memory_order_relaxed));
  free(cache);
}

const int32_t *xy__cache_get(size_t *n, const xy__cache *cache, uint64_t hash, const char *word, size_t bytes) {
  for (size_t i = 0; i < PROBES; i++) {
    const entry *e = atomic_load_explicit(&cache->slots[(hash + i) & (SLOTS - 1)], memory_order_acquire);
    if (e == NULL) return NULL;
    if (e->hash == hash && e->bytes == bytes && memcmp(e->ids + e->n, word, bytes) == 0) {
      *n = e->n;
      return e->ids;
    }
  }
  return NULL;
}

void xy__cache_put(xy__cache *cache, uint64_t hash, const char *word, size_t bytes, const int32_t *ids, size_t n) {
  size_t i = 0;
  while (i < PROBES && atomic_load_explicit(&cache->slots[(hash + i) & (SLOTS - 1)], memory_order_relaxed) != NULL) i++;
  if (i == PROBES) return;
  entry *e = malloc(sizeof *e + n * sizeof *ids + bytes);
  if (e == NULL) return; /* a cache may forget */
  *e = (entry){.hash = hash, .bytes = (uint32_t)bytes, .n = (uint32_t)n};
  if (n > 0) memcpy(e->ids, ids, n * sizeof *ids);
  memcpy(e->ids + n, word, bytes);
  entry *empty = NULL;
  if (!atomic_compare_exchange_strong_explicit(&cache->slots[(hash + i) & (SLOTS - 1)], &empty, e, memory_order_release,
                                               memory_order_relaxed)) {
    free(e); /* another thread was faster */
  }
}
