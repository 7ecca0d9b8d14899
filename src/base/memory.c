/* See memory.h. */
#include "base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void *xy__array(size_t n, size_t size) { return calloc(n > 0 ? n : 1, size > 0 ? size : 1); }

bool xy__grow(void *items, size_t *capacity, size_t n, size_t size) {
  if (n < *capacity) return true;
  size_t wanted = *capacity > 0 ? *capacity * 2 : 16;
  if (wanted <= n) wanted = n + 1;
  if (wanted > SIZE_MAX / 2 / size) return false;
  void *old;
  memcpy(&old, items, sizeof old); /* items points to some T *, read without punning */
  void *grown = realloc(old, wanted * size);
  if (grown == NULL) return false;
  memcpy(items, &grown, sizeof grown);
  *capacity = wanted;
  return true;
}

void *xy__aligned_raw(size_t bytes) {
  enum { huge = 2 << 20 };
  size_t alignment = bytes >= huge ? huge : 64;
  if (bytes > SIZE_MAX - alignment) return NULL;
  size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  void *memory = aligned_alloc(alignment, rounded > 0 ? rounded : alignment);
  if (memory == NULL) return NULL;
  if (alignment > 64) (void)madvise(memory, rounded, MADV_HUGEPAGE);
  return memory;
}

void *xy__aligned(size_t bytes) {
  void *memory = xy__aligned_raw(bytes);
  if (memory != NULL) memset(memory, 0, bytes);
  return memory;
}

/* First number after `key` in a /proc or /sys file; 0 when it is not there. */
static size_t number_in_file(const char *path, const char *key) {
  FILE *file = fopen(path, "re");
  if (file == NULL) return 0;
  char line[256];
  size_t value = 0;
  size_t length = strlen(key);
  while (fgets(line, sizeof line, file) != NULL) {
    if (strncmp(line, key, length) == 0) {
      value = (size_t)strtoull(line + length, NULL, 10);
      break;
    }
  }
  fclose(file);
  return value;
}

size_t xy__memory_available(void) {
  size_t available = number_in_file("/proc/meminfo", "MemAvailable:") * 1024;
  size_t limit = number_in_file("/sys/fs/cgroup/memory.max", ""); /* cgroup 2; "max" reads as 0 */
  size_t used = number_in_file("/sys/fs/cgroup/memory.current", "");
  if (limit > 0) {
    size_t rest = limit > used ? limit - used : 0;
    if (available == 0 || rest < available) available = rest;
  }
  return available;
}

typedef struct xy__arena_chunk {
  struct xy__arena_chunk *next;
  size_t used, size;
  _Alignas(16) char bytes[];
} xy__arena_chunk;

void *xy__arena_alloc(xy__arena *arena, size_t bytes) {
  if (bytes > SIZE_MAX / 2) return NULL;
  size_t rounded = (bytes + 15) / 16 * 16;
  xy__arena_chunk *chunk = arena->chunks;
  if (chunk == NULL || chunk->size - chunk->used < rounded) {
    size_t size = rounded > 16384 ? rounded : 16384;
    chunk = calloc(1, sizeof *chunk + size);
    if (chunk == NULL) return NULL;
    chunk->size = size;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
  }
  void *memory = chunk->bytes + chunk->used;
  chunk->used += rounded;
  return memory;
}

char *xy__arena_copy(xy__arena *arena, const char *text, size_t bytes) {
  char *copy = xy__arena_alloc(arena, bytes + 1);
  if (copy != NULL && bytes > 0) memcpy(copy, text, bytes);
  return copy;
}

char *xy__arena_string(xy__arena *arena, const char *text) { return xy__arena_copy(arena, text, strlen(text)); }

void xy__arena_dispose(xy__arena *arena) {
  while (arena->chunks != NULL) {
    xy__arena_chunk *next = arena->chunks->next;
    free(arena->chunks);
    arena->chunks = next;
  }
}
