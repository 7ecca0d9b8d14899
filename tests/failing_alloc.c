/* Loaded in front of the C library (LD_PRELOAD): the allocation that FAIL_AT numbers (from 1) fails, as do all after it
 * where FAIL_AFTER is set; the others succeed. How many there were goes to the file that FAIL_COUNT names.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static atomic_long count;
static long fail_at = -1;
static int after;

__attribute__((constructor)) static void start(void) {
  const char *at = getenv("FAIL_AT");
  after = getenv("FAIL_AFTER") != NULL;
  atomic_store(&count, 0); /* what the loader and the libraries' constructors took does not count */
  fail_at = at != NULL ? atol(at) : -1;
}

__attribute__((destructor)) static void end(void) {
  const char *path = getenv("FAIL_COUNT");
  long n = atomic_load(&count);
  fail_at = -1;
  FILE *file = path != NULL ? fopen(path, "w") : NULL;
  if (file != NULL) {
    fprintf(file, "%ld\n", n);
    fclose(file);
  }
}

static int fails(void) {
  long n = atomic_fetch_add(&count, 1) + 1;
  if (fail_at < 0 || (after ? n < fail_at : n != fail_at)) return 0;
  errno = ENOMEM;
  return 1;
}

void *malloc(size_t size) { return fails() ? NULL : __libc_malloc(size); }
void *calloc(size_t n, size_t size) { return fails() ? NULL : __libc_calloc(n, size); }
void *realloc(void *old, size_t size) { return fails() ? NULL : __libc_realloc(old, size); }
static void *aligned(size_t alignment, size_t size) { return fails() ? NULL : __libc_memalign(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { return aligned(alignment, size); }

/* oneDNN uses what it did not get, and ends with a signal: its own ones always succeed. */
static int is_of_onednn(const void *caller) {
  Dl_info where;
  return dladdr(caller, &where) != 0 && where.dli_fname != NULL && strstr(where.dli_fname, "libdnnl") != NULL;
}

int posix_memalign(void **out, size_t alignment, size_t size) {
  void *got = is_of_onednn(__builtin_return_address(0)) ? __libc_memalign(alignment, size) : aligned(alignment, size);
  if (got == NULL) return ENOMEM;
  *out = got;
  return 0;
}
