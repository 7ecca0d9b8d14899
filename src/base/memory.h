/* Memory: overflow-checked arrays, aligned chunks for kernels, and an arena for strings that live together. */
#ifndef XY_BASE_MEMORY_H
#define XY_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed array of n elements; NULL when n * size overflows or memory is short. Never NULL for n = 0. Freed with
 * free. */
void *xy__array(size_t n, size_t size);

/* Makes room for one more element in *items (*n used of *capacity): doubles. False when out of memory; *items
 * stays valid then. */
bool xy__grow(void *items, size_t *capacity, size_t n, size_t size);

/* Zeroed memory aligned to 64 bytes, size rounded up; much of it at once asks for huge pages. Freed with free. */
void *xy__aligned(size_t bytes);
/* The same with whatever is in it: pages that nobody writes cost nothing. */
void *xy__aligned_raw(size_t bytes);

/* Bytes of memory that this process may still take (MemAvailable, bounded by the cgroup's limit); 0 when unknown. */
size_t xy__memory_available(void);

/* An arena: many small copies, freed at once. Zero-initialise. */
typedef struct xy__arena {
  struct xy__arena_chunk *chunks;
} xy__arena;
void *xy__arena_alloc(xy__arena *arena, size_t bytes); /* zeroed, aligned to 16; NULL when out of memory */
char *xy__arena_copy(xy__arena *arena, const char *text, size_t bytes); /* adds a final 0 */
char *xy__arena_string(xy__arena *arena, const char *text);
void xy__arena_dispose(xy__arena *arena);

#endif
