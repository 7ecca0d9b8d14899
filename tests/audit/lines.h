/* JSON Lines, as the audit writes them, for its tests. */
#ifndef XY_TESTS_AUDIT_LINES_H
#define XY_TESTS_AUDIT_LINES_H

#include "base/file.h"
#include "base/json.h"
#include "support.h"

/* Every line of a file, as an array; the test fails where it cannot be read. Caller releases with json_decref. */
static inline json_t *read_lines(const char *path) {
  char *text;
  size_t bytes;
  xy_error err;
  assert_ok(xy__file_read_bytes(&text, &bytes, path, &err), err);
  json_t *lines = json_array();
  for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
    json_t *object;
    assert_ok(xy__json_parse(&object, line, strlen(line), path, &err), err);
    json_array_append_new(lines, object);
  }
  free(text);
  return lines;
}

#endif
