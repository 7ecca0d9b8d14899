/* Small files that a test writes, reads through the public interface, and loses at the end of the program. */
#ifndef XY_TESTS_BENCH_FILES_H
#define XY_TESTS_BENCH_FILES_H

#include "support.h"

static char made_path[64];

static inline void remove_made(void) { (void)unlink(made_path); }

/* Writes `bytes` of `text` to a file whose name has this ending; the path is good until the next call. */
static inline const char *made_file_of(const char *ending, const char *text, size_t bytes) {
  if (made_path[0] == '\0') (void)atexit(remove_made);
  remove_made();
  snprintf(made_path, sizeof made_path, "/tmp/xylem-bench-%ld%s", (long)getpid(), ending);
  FILE *file = fopen(made_path, "wbe");
  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, bytes, file), bytes);
  assert_int_equal(fclose(file), 0);
  return made_path;
}
static inline const char *made_file(const char *ending, const char *text) {
  return made_file_of(ending, text, strlen(text));
}

/* Opening must fail, in strict reading, with this code and a text that holds ":LINE: PART" (line 0: anywhere). */
static inline void refuses(const char *ending, const char *kind, const char *text, int code, int line,
                           const char *part) {
  xy_bench *bench;
  xy_error err;
  char expected[512];
  snprintf(expected, sizeof expected, line > 0 ? "%s:%d: %s" : "%.0s%.0d%s", made_file(ending, text), line, part);
  assert_fails(xy_bench_open(&bench, made_path, &(xy_bench_options){.kind = kind, .strict = true}, &err), code, err,
               expected);
  for (char *c = err.text; *c != '\0'; c++) {
    if (*c == '\n') *c = '|'; /* one comment line of the test protocol */
  }
  print_message("# %s\n", err.text);
}

#endif
