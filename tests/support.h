/* What every test program shares: cmocka with its includes in order, where files are, and comparisons that fail on
 * NaN. */
#ifndef XY_TESTS_SUPPORT_H
#define XY_TESTS_SUPPORT_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h> /* needs those before it */

#include "base/error.h"

/* Path below ../shared, tests/ or the project's root; static buffer, good until the eighth later call. */
static inline const char *path_in(const char *variable, const char *name) {
  static char paths[8][4096];
  static int next;
  char *path = paths[next++ % 8];
  const char *folder = getenv(variable);
  snprintf(path, sizeof paths[0], "%s/%s", folder != NULL ? folder : ".", name);
  return path;
}
static inline const char *shared_path(const char *name) { return path_in("XYLEM_SHARED", name); }
static inline const char *tests_path(const char *name) { return path_in("XYLEM_TESTS", name); }
static inline const char *root_path(const char *name) { return path_in("XYLEM_ROOT", name); }

/* Skips the running test, by name, when `path` cannot be read. */
#define need_file(path)                                     \
  do {                                                      \
    if (access((path), R_OK) != 0) {                        \
      print_message("# skipped: %s is not here\n", (path)); \
      skip();                                               \
    }                                                       \
  } while (0)

/* |got - expected| <= absolute + relative * |expected|; NaN fails. */
#define assert_near(got, expected, absolute, relative)                            \
  do {                                                                            \
    double got_ = (got), expected_ = (expected);                                  \
    if (!(fabs(got_ - expected_) <= (absolute) + (relative) * fabs(expected_))) { \
      fail_msg("%s: got %.9g, expected %.9g", #got, got_, expected_);             \
    }                                                                             \
  } while (0)

/* A call that must succeed: fails with the library's own text. */
#define assert_ok(call, err)                                                        \
  do {                                                                              \
    int rc_ = (call);                                                               \
    if (rc_ != XY_OK) fail_msg("%s: %s: %s", #call, xy_code_name(rc_), (err).text); \
  } while (0)

/* A call that must fail with this code and a text that holds `part`. */
#define assert_fails(call, expected_code, err, part)                                                      \
  do {                                                                                                    \
    int rc_ = (call);                                                                                     \
    if (rc_ != (expected_code) || strstr((err).text, (part)) == NULL) {                                   \
      fail_msg("%s: expected %s with '%s', got %s with '%s'", #call, xy_code_name(expected_code), (part), \
               xy_code_name(rc_), (err).text);                                                            \
    }                                                                                                     \
  } while (0)

#endif
