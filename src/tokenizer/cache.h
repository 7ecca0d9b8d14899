/* Words already encoded, shared by all threads of a tokenizer. Natural text repeats its words; an entry, once
 * published, never changes and lives as long as the cache, so readers need no lock. When its place is taken a word is
 * simply not kept: memory is bounded.
 */
#ifndef XY_TOKENIZER_CACHE_H
#define XY_TOKENIZER_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { XY__CACHE_WORD = 64 }; /* longer words are not kept, bytes */

typedef struct xy__cache xy__cache;
xy__cache *xy__cache_new(void); /* NULL when out of memory. Caller frees with xy__cache_free. */
void xy__cache_free(xy__cache *cache);

/* The ids of a word, *n of them, under its xy__hash; NULL when it is not there. Borrowed. */
const int32_t *xy__cache_get(size_t *n, const xy__cache *cache, uint64_t hash, const char *word, size_t bytes);

/* Keeps a word of at most XY__CACHE_WORD bytes if there is room. */
void xy__cache_put(xy__cache *cache, uint64_t hash, const char *word, size_t bytes, const int32_t *ids, size_t n);

#endif
