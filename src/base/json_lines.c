/* See json_lines.h. */
#include "base/json_lines.h"

#include <string.h>

#include "base/file.h"

int xy__json_lines(const char *path, xy__json_line each, void *user, xy_error *err) {
  xy__file_map map = {0};
  int rc = xy__file_map_open(&map, path, err);
  int64_t number = 0;
  for (size_t at = 0; rc == XY_OK && at < map.size;) {
    const unsigned char *end = memchr(map.data + at, '\n', map.size - at);
    size_t stop = end != NULL ? (size_t)(end - map.data) : map.size;
    json_error_t error;
    json_t *line = json_loadb((const char *)map.data + at, stop - at, JSON_REJECT_DUPLICATES, &error);
    number++;
    rc = json_is_object(line) ? each(user, line, err) : xy__fail(err, XY_ERR_FORMAT, "expected a JSON object");
    if (rc == XY_ERR_FORMAT) rc = xy__fail_prefix(err, rc, "%s:%lld", path, (long long)number);
    json_decref(line);
    at = stop + 1;
  }
  xy__file_map_dispose(&map);
  return rc;
}
