/* See beside.h. */
#include "bench/published/beside.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

const char *xy__name_exchanged(xy__builder *builder, const char *name, const char *at, size_t n, const char *by) {
  xy__text other = {0};
  xy__text_add_bytes(&other, name, (size_t)(at - name));
  xy__text_addf(&other, "%s%s", by, at + n);
  builder->failed = builder->failed || other.failed;
  const char *kept = builder->failed ? NULL : xy__builder_string(builder, other.data);
  xy__text_dispose(&other);
  return kept;
}

int xy__read_beside(char **text, xy__source *out, xy__builder *builder, const xy__source *source, const char *name,
                    const char *why, xy_error *err) {
  xy__text path = {0};
  size_t bytes = 0;
  xy__text_add_bytes(&path, source->name, (size_t)(xy__file_name(source->name) - source->name));
  xy__text_add(&path, name);
  int rc = path.failed ? xy__fail_memory(err, name) : xy__file_read(text, &bytes, path.data, err);
  if (rc == XY_ERR_NOT_FOUND) {
    rc = xy__fail(err, XY_ERR_NOT_FOUND, "%s: expected '%s' beside it, %s", source->name, name, why);
  }
  if (rc == XY_OK) {
    xy__source_set(out, *text, bytes);
    out->name = xy__builder_string(builder, path.data);
    out->delimiter = source->delimiter;
    xy__text_add_bytes(&builder->beside, *text, bytes);
    if (out->name == NULL) {
      free(*text);
      rc = xy__fail_memory(err, name);
    }
  }
  xy__text_dispose(&path);
  return rc;
}
