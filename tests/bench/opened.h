/* Benchmarks that a test opened: their items and notes. */
#ifndef XY_TESTS_BENCH_OPENED_H
#define XY_TESTS_BENCH_OPENED_H

#include "bench/bench.h"
#include "support.h"

/* `kind` NULL: as the file looks. */
static inline xy_bench *open_ok(const char *path, const char *kind) {
  xy_bench *bench;
  xy_error err;
  assert_ok(xy_bench_open(&bench, path, &(xy_bench_options){.kind = kind}, &err), err);
  return bench;
}

static inline const xy__item *item_of(const xy_bench *bench, const char *id) {
  for (size_t i = 0; i < bench->n; i++) {
    if (strcmp(bench->items[i].id, id) == 0) return &bench->items[i];
  }
  fail_msg("no item %s", id);
  return NULL;
}

static inline bool has_note(const xy_bench *bench, const char *part) {
  for (size_t i = 0; i < bench->notes.n; i++) {
    if (strstr(bench->notes.names[i], part) != NULL) return true;
  }
  return false;
}

static inline void assert_note(const xy_bench *bench, const char *part) {
  if (!has_note(bench, part)) fail_msg("no note with '%s' among %zu", part, bench->notes.n);
}

#endif
